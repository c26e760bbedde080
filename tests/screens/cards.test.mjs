// Where cards lie in the gallery: each has its own place and all of its text, and a joker that comes moves no other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { galleryParts } from '../../static/js/forms/deck/cards.js';
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

/** A board with cards of these texts in its gallery, and so many people who wrote a joker. */
const shownOf = (texts, jokers = 0) => ({
  t: (key, given) => (key === 'deck.part' ? `${given.from}-${given.to}` : key), called: (seat) => seat, ring: [],
  claims: new Map(Array.from({ length: jokers }, (_, at) => [`p${at}`, { note: '', joker: true }])),
  notes: texts.map((text, at) => ({ id: `c${String(at).padStart(2, '0')}`, kind: 'note', under: '', sheet: 's', lane: 'gallery', text, spot: at, marks: {} })),
});
const long = (length) => Array.from({ length }, (_, at) => WORDS[at % WORDS.length]).join(' ').slice(0, length);

test('cards that cannot all be read are shown in parts, in each of which they can, whatever their length', () => {
  const strip = 22 * 5.3;
  for (const length of [30, 60, 90, 140]) {
    const parts = galleryParts(shownOf(Array.from({ length: 52 }, () => long(length))), 's');
    assert.equal(parts.flatMap(({ cards }) => cards).length, 52);
    assert.equal(parts.at(-1).title, `${53 - parts.at(-1).cards.length}-52`);
    for (const { cards } of parts) {
      const some = cards.map(({ text }) => ({ text, joker: false }));
      const laid = galleryRows({ ...WALL, height: WALL.height - strip, cards: some });
      assert.ok(laid.fits, `${some.length} cards of ${length} characters`);
      assert.ok(laid.size >= 22);
    }
  }
});

test('two dozen cards are one part, and a joker that comes moves no card to another', () => {
  assert.equal(galleryParts(shownOf(said(24).map(({ text }) => text)), 's').length, 1);
  const texts = said(50).map(({ text }) => text);
  const [before, after] = [galleryParts(shownOf(texts), 's'), galleryParts(shownOf(texts, 3), 's')];
  const ids = (parts) => parts.map(({ cards }) => cards.map(({ id }) => id).filter((id) => id.startsWith('c')));
  assert.deepEqual(ids(after), ids(before));
  assert.equal(after.flatMap(({ cards }) => cards).filter(({ back }) => back).length, 3);
});
