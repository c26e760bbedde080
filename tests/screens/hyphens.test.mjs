// Words that are too wide for their line are broken at a right place; the others are not. Posters do the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createHyphenator, corrections, patterns } from '../../static/lib/hyphen-da.js';
import { SOFT_HYPHEN, breaksOf, pieces, softened } from '../../static/js/notes/hyphens.js';
import { lineCount, roughWidth } from '../../static/js/notes/measure.js';

const hyphenate = createHyphenator(patterns, { hyphenChar: SOFT_HYPHEN, minWordLength: 5 });
const syllables = (word) => [...hyphenate(word).matchAll(/\u00ad/gu)].map(({ index }, nth) => index - nth);
const breaks = breaksOf(syllables, corrections);
const broken = (word, em) => pieces(word, em, roughWidth, breaks);
const measure = Object.assign((word) => roughWidth(word), { pieces: broken });

test('a compound is broken between its parts', () => {
  for (const [word, em, wished] of [
    ['sygeplejersker', 6.5, 'syge-plejersker'], ['arbejdspladsen', 6, 'arbejds-pladsen'], ['besøgsforbud', 5, 'besøgs-forbud'],
    ['vikarbureauer', 6, 'vikar-bureauer'], ['medarbejdere', 6, 'med-arbejdere'], ['onsdagsmøde', 5, 'onsdags-møde'],
    ['fremtidsværksted', 6, 'fremtids-værksted'], ['ledergruppe', 4, 'leder-gruppe'], ['trivselsmåling', 6, 'trivsels-måling'],
    ['stuegang', 3, 'stue-gang'], ['borgerinddragelse', 7, 'borger-inddragelse'], ['konfliktnedtrapning', 7, 'konflikt-nedtrapning'],
    ['grænseoverskridende', 8.2, 'grænseover-skridende'], ['medarbejderudviklingssamtale', 7, 'medarbejder-udviklings-samtale'],
  ]) assert.equal(broken(word, em).join('-'), wished);
});

test('a simple word is broken at a syllable', () => {
  assert.equal(broken('supervision', 4).join('-'), 'super-vision');
  assert.equal(broken('Aktiviteter', 4).join('-'), 'Aktivi-teter');
});

test('a word is broken only when it does not fit a line of its own', () => {
  for (const word of ['sygeplejersker', 'arbejdsmiljørepræsentant']) {
    const width = roughWidth(word);
    assert.deepEqual(broken(word, width), [word]);
    assert.ok(broken(word, width - 0.1).length > 1);
  }
  assert.equal(softened('Mange nye sygeplejersker', 8, measure), 'Mange nye sygeplejersker');
  assert.equal(softened('Mange nye sygeplejersker,\nog mere', 7, measure), `Mange nye syge${SOFT_HYPHEN}plejersker,\nog mere`);
});

test('every piece fits its line with its hyphen, and no letter is lost', () => {
  for (const word of Object.keys(JSON.parse(readFileSync(new URL('../vectors/hyphens.json', import.meta.url))))) {
    for (const em of [5, 6, 7.3, 9]) {
      const parts = broken(word, em);
      assert.equal(parts.join(''), word);
      if (parts.length > 1) for (const [nth, part] of parts.entries()) assert.ok(roughWidth(nth < parts.length - 1 ? `${part}-` : part) <= em);
    }
  }
});

test('a hyphen that is written is a place to break, and gets no second one', () => {
  assert.equal(softened('KL-arbejdspladsvurderinger', 8, measure).includes(`-${SOFT_HYPHEN}`), false);
  assert.equal(softened('trio-samarbejde', 6, measure), 'trio-samarbejde');
});

test('a word of any length is broken without measuring it over and over', () => {
  const word = 'medarbejderudviklingssamtale'.repeat(15);
  let measured = 0;
  const parts = pieces(word, 7, (text) => { measured += text.length; return roughWidth(text); }, breaks);
  assert.equal(parts.join(''), word);
  assert.ok(parts.length > 30, `${parts.length} parts`);
  assert.ok(measured < 100 * word.length, `${measured} letters measured`);
});

test('the height of a note counts the lines of broken words', () => {
  assert.equal(lineCount('Nye sygeplejersker', 6.5, measure), 2);
  assert.equal(lineCount('Mange nye sygeplejersker', 6.5, measure), 3);
  assert.equal(lineCount('medarbejderudviklingssamtale', 7, measure), 3);
  // What no hyphen helps is broken anywhere, as before.
  assert.equal(lineCount('x'.repeat(40), 6.5, measure), lineCount('x'.repeat(40), 6.5, roughWidth));
});

test('words are broken as on posters', () => {
  for (const [word, wished] of Object.entries(JSON.parse(readFileSync(new URL('../vectors/hyphens.json', import.meta.url))))) {
    const found = breaks(word);
    const drawn = [...word].map((letter, at) => {
      const cut = found.find((one) => one.at === at);
      return `${cut ? (cut.seam ? '=' : '-') : ''}${letter}`;
    }).join('');
    assert.equal(drawn, wished);
  }
});
