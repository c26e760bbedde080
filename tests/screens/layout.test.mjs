// Where notes lie: nothing hidden while there is room, nothing jumps, all of it deterministic.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldRows } from '../../static/js/forms/grid/fold.js';
import { shareOut } from '../../static/js/forms/widths.js';
import { pile, turnTimes } from '../../static/js/notes/facedown.js';
import { flow } from '../../static/js/notes/flow.js';
import { clip, isStack, ladder, lineCount, noteSize, roughWidth } from '../../static/js/notes/measure.js';

const SIZES = ladder(38, 23);
const WORDS = 'Vi fik fast supervision hver måned og det har holdt ved i afdelingen siden sammenlægningen'.split(' ');

/** Numbers that look random and are the same every time. */
function* numbers(seed) {
  let x = seed;
  for (;;) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    yield x / 2 ** 32;
  }
}

function notes(count, { seed = 7, from = 2016, to = 2026, sides = ['up', 'down'] } = {}) {
  const draw = numbers(seed);
  const next = () => draw.next().value;
  return Array.from({ length: count }, (_, i) => ({
    id: `n${String(Math.floor(next() * 1e9)).padStart(9, '0')}${i}`,
    text: WORDS.slice(0, 2 + Math.floor(next() * 11)).join(' '),
    lane: String(from + Math.floor(next() * (to - from + 1))),
    side: sides[Math.floor(next() * sides.length)],
    mark: true,
  }));
}

function overlaps(boxes) {
  const all = [...boxes.values()];
  const found = [];
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) {
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h) found.push([a.id, b.id]);
    }
  }
  return found;
}

function carried(plan) {
  return [...plan.boxes.values()].flatMap((box) => box.ids).sort();
}

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

test('widths are shared by weight, and none is less than its least', () => {
  assert.deepEqual(shareOut([1, 1], [0, 0], 100), [50, 50]);
  const [a, b] = shareOut([1, 3], [40, 10], 100);
  assert.ok(a >= 40 && b >= 10 && Math.abs(a + b - 100) < 0.001);
  assert.deepEqual(shareOut([1, 1], [90, 90], 100), [50, 50], 'where there is no room for the least, by weight');
});

for (const count of [1, 6, 30, 150]) {
  test(`${count} notes in a column: no note over another, the rest in one stack`, () => {
    const items = notes(count).map(({ id, text }) => ({ id, text }));
    const plan = flow({ items, width: 620, height: 700, sizes: SIZES });
    assert.deepEqual(overlaps(plan.boxes), []);
    assert.deepEqual(carried(plan), items.map((item) => item.id).sort());
    assert.ok([...plan.boxes.values()].filter((box) => box.ids.length > 1).length <= 1);
    for (const box of plan.boxes.values()) assert.ok(box.x + box.w <= 620 && box.y + box.h <= 700);
  });
}

test('a single note that is too tall for its lane is drawn as a stack, not left out', () => {
  const items = [{ id: 'tall', text: WORDS.join(' ').repeat(4) }];
  const small = flow({ items, width: 320, height: 200, sizes: SIZES });
  assert.deepEqual([...small.boxes].map(([id, box]) => [isStack(id, box), box.ids]), [[true, ['tall']]]);
  const large = flow({ items, width: 320, height: 2000, sizes: SIZES });
  assert.deepEqual([...large.boxes].map(([id, box]) => [isStack(id, box), box.ids]), [[false, ['tall']]]);
});

test('a new note in a column leaves the others where they are', () => {
  const items = notes(9).map(({ id, text }) => ({ id, text }));
  const before = flow({ items: items.slice(0, 8), width: 900, height: 900, sizes: [23] });
  const after = flow({ items, width: 900, height: 900, sizes: [23], before });
  for (const item of items.slice(0, 8)) assert.deepEqual(after.boxes.get(item.id), before.boxes.get(item.id));
});

test('a grid takes the largest type that fits, then shortens cells, then folds rows; the one in focus stays open', () => {
  const cell = (n) => notes(n).map(({ id, text }) => ({ id, text }));
  const row = (id, n) => ({ id, title: 'Ro eller listen?', cells: [cell(n), cell(n), cell(1)] });
  const shape = { widths: [300, 300, 300], titleWidth: 200, sizes: SIZES };
  const open = foldRows({ ...shape, rows: [row('a', 1), row('b', 1)], height: 800 });
  assert.equal(open.folded.size, 0);
  assert.ok(open.heights.reduce((sum, h) => sum + h, 0) <= 800);
  const short = foldRows({ ...shape, rows: [row('a', 4), row('b', 1)], height: 480 });
  assert.equal(short.folded.size, 0);
  assert.ok(short.open.get('a 0') < 4, 'a long cell puts notes behind a count first');
  assert.ok(short.heights.reduce((sum, h) => sum + h, 0) <= 480);
  const tight = foldRows({ ...shape, rows: [row('a', 4), row('b', 4), row('c', 4)], height: 460, focus: 'c' });
  assert.ok(tight.folded.size > 0);
  assert.ok(!tight.folded.has('c'));
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
  assert.ok(clip(WORDS.join(' ')).length <= 32);
});
