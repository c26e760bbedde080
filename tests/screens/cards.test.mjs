// Where cards lie in the gallery: each has its own place and all of its text, and a joker that comes moves no other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOOT, PAD, galleryRows } from '../../static/js/forms/deck/rows.js';
import { lineCount, roughWidth } from '../../static/js/notes/measure.js';

const WORDS = 'Vi taler om det der er svært mens det er småt og jeg ved hvem jeg går til når noget går galt'.split(' ');
const NAMED = 'Egen joker. Den vendes, når Karim fortæller.';
const WALL = {
  width: 1792, height: 800, floor: 22, people: 9, back: NAMED, rows: (words, wide, size) => lineCount(words, wide / (size * 1.07), roughWidth),
};
const said = (count) => Array.from({ length: count }, (_, at) => ({ text: WORDS.slice(at % 5, (at % 5) + 3 + (at % 8)).join(' '), joker: false }));
const BACK = { text: NAMED, joker: true };
const LONG = { text: 'Arbejdsmiljørepræsentanternes overenskomstforhandlinger fylder så meget, at vi aldrig når at tale om hverdagen med dem, det handler om', joker: true };

function fits({ size, places }, cards) {
  for (const [at, one] of places.entries()) {
    assert.ok(one.x >= 0 && one.x + one.w <= WALL.width + 0.5 && one.y >= 0 && one.y + one.h <= WALL.height + 0.5, `place ${at}`);
    assert.ok(places.slice(at + 1).every((b) => b.x >= one.x + one.w || b.y >= one.y + one.h), `place ${at} lies over another`);
  }
  for (const [at, { text }] of cards.entries()) {
    const room = places[at].h - PAD * size * 1.7 - FOOT * size;
    assert.ok(WALL.rows(text, places[at].w - 2 * PAD * size, size) * 1.18 * size <= room, `»${text}« has no room`);
  }
}

test('thirty cards have a place each, with all of their text, and so has the invitation to write a joker', () => {
  const cards = said(30);
  const laid = galleryRows({ ...WALL, cards });
  assert.equal(laid.places.length, 31);
  assert.ok(laid.size >= 22);
  fits(laid, cards);
});

test('the first jokers move no card', () => {
  const cards = said(23);
  const before = galleryRows({ ...WALL, cards });
  for (const jokers of [1, 2]) {
    const after = galleryRows({ ...WALL, cards: [...cards, ...Array(jokers).fill(BACK)] });
    assert.equal(after.size, before.size);
    assert.deepEqual(after.places.slice(0, 23), before.places.slice(0, 23));
  }
});

test('a joker as long as one may be lies over no other and leaves room for the name of its writer', () => {
  const cards = [...said(23), BACK, LONG, BACK];
  const laid = galleryRows({ ...WALL, cards });
  assert.ok(laid.size >= 22);
  fits(laid, cards);
});
