// The sizes of notes and of face-down piles: deterministic, from their texts alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pile, turnTimes } from '../../static/js/notes/facedown.js';
import { clip, ladder, lineCount, noteSize, roughWidth } from '../../static/js/notes/measure.js';

const SIZES = ladder(38, 23);
const WORDS = 'Vi fik fast supervision hver måned og det har holdt ved i afdelingen siden sammenlægningen'.split(' ');

test('a long word is broken over lines and never makes a line of nothing', () => {
  assert.equal(lineCount('', 10, roughWidth), 1);
  assert.equal(lineCount('hej', 10, roughWidth), 1);
  assert.ok(lineCount('tilfredshedsundersøgelsesresultater', 8, roughWidth) >= 3);
  assert.equal(lineCount('a\nb\nc', 10, roughWidth), 3);
});

test('a note is as wide as its longest word where it can be, and higher with comments', () => {
  const short = noteSize({ id: 'a', text: 'Kort' }, 20, roughWidth);
  const wide = noteSize({ id: 'b', text: 'Medarbejderudviklingssamtaler' }, 20, roughWidth);
  assert.ok(wide.w > short.w);
  const talked = noteSize({ id: 'a', text: 'Kort', extra: ['Det har vi prøvet'] }, 20, roughWidth);
  assert.ok(talked.h > short.h);
});

test('a reveal turns one after another within its time, in the order given', () => {
  const times = turnTimes(['a', 'b', 'c', 'd']);
  assert.deepEqual([...times.keys()], ['a', 'b', 'c', 'd']);
  const many = turnTimes(Array.from({ length: 300 }, (_, i) => `n${i}`));
  assert.ok(Math.max(...many.values()) <= 900);
  assert.equal(turnTimes(['a']).get('a'), 0);
});

test('a face-down pile of any height stays inside its drawing', () => {
  // The drawing of drawPile reaches from -4.4 to 2.2 em; a turned note reaches 1.52 em from its middle.
  for (const count of [1, 14, 40, 500]) {
    for (const { y } of pile(count, 40)) assert.ok(y - 1.52 >= -4.4 && y + 1.52 <= 2.2, `${count} notes: one at ${y}`);
  }
});

test('a face-down pile says how many at most, and nothing else', () => {
  assert.equal(pile(0).length, 0);
  assert.equal(pile(5).length, 5);
  assert.equal(pile(500, 14).length, 14);
});

test('small things', () => {
  assert.equal(ladder(38, 23).at(-1), 23);
  assert.ok(clip('x'.repeat(20)).length === 20);
  const whole = 'En drøm, der er skrevet helt ud i en sætning på 60 tegn i alt';
  assert.equal(clip(whole.slice(0, 60)), whole.slice(0, 60));
  const cut = clip(WORDS.join(' '));
  assert.ok(cut.length <= 60 && cut.endsWith(' …'));
});
