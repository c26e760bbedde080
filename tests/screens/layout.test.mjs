// Where notes lie: nothing hidden while there is room, nothing jumps, all of it deterministic.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yearMarks } from '../../static/js/forms/timeline/axis.js';
import { beside, shelves } from '../../static/js/forms/timeline/beside.js';
import { packTimeline } from '../../static/js/forms/timeline/pack.js';
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

const space = (items, more = {}) => ({ items, from: 2016, to: 2026, width: 1500, height: 720, sizes: SIZES, ...more });

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

test('few notes get large type, and type shrinks as they become more', () => {
  const sizes = [2, 10, 20, 30].map((n) => packTimeline(space(notes(n))).size);
  assert.equal(sizes[0], SIZES[0]);
  assert.deepEqual([...sizes].sort((a, b) => b - a), sizes);
  assert.ok(sizes.at(-1) >= 23);
});

for (const count of [1, 3, 5, 14, 42, 150]) {
  test(`${count} notes on a timeline: no note over another, every note on the board once, all inside`, () => {
    for (const seed of [1, 2, 3]) {
      const items = notes(count, { seed, sides: ['up', 'down', 'both'] });
      const plan = packTimeline(space(items));
      assert.deepEqual(overlaps(plan.boxes), []);
      assert.deepEqual(carried(plan), items.map((item) => item.id).sort());
      for (const box of plan.boxes.values()) {
        assert.ok(box.x >= 0 && box.x + box.w <= 1500 && box.y >= 0 && box.y + box.h <= 721, JSON.stringify(box));
      }
    }
  });
}

test('notes are stacked only when the smallest type does not fit', () => {
  const few = packTimeline(space(notes(14)));
  assert.ok([...few.boxes.values()].every((box) => box.ids.length === 1));
  const many = packTimeline(space(notes(150)));
  assert.ok(many.size <= 23);
  assert.ok([...many.boxes.values()].some((box) => box.ids.length > 1));
  for (const box of many.boxes.values()) {
    const lanes = new Set(box.ids.map((id) => id && many.boxes && notes(150).find((note) => note.id === id).lane));
    assert.equal(lanes.size, 1, 'a stack holds one year only');
  }
});

for (const seed of [3, 5, 7, 11]) {
  test(`twenty notes have room beside each other in type for the back row (${seed})`, () => {
    const plan = packTimeline(space(notes(20, { seed }), { width: 1480, height: 760 }));
    assert.ok(plan.size >= 23);
    assert.ok([...plan.boxes.values()].every((box) => box.ids.length === 1));
  });
}

for (const count of [42, 90, 150]) {
  test(`${count} notes: stacks by year rather than type below 23 px`, () => {
    for (const seed of [1, 2, 3]) {
      const plan = packTimeline(space(notes(count, { seed, sides: ['up', 'down', 'up', 'down', 'both'] }), { width: 1480, height: 760 }));
      assert.ok(plan.size >= 23, `${plan.size}`);
    }
  });
}

test('notes on shelves lie as near their own place as the others let them', () => {
  const loose = [100, 100, 130, 600].map((at, i) => ({ id: `p${i}`, ids: [`p${i}`], at, w: 80, h: 40 }));
  const plan = shelves(loose, { left: 0, right: 700, gap: 10, count: 2, most: 1 });
  assert.deepEqual(overlaps(new Map(plan.laid.map((one) => [one.id, { ...one, y: one.d }]))), []);
  assert.equal(plan.laid.find((one) => one.id === 'p3').x, 560);
  assert.equal(plan.depth, 90);
  assert.equal(shelves(loose, { left: 0, right: 700, gap: 10, count: 1, most: 0.5 }), null, 'too far from its place');
  assert.equal(shelves(loose, { left: 0, right: 200, gap: 10, count: 1, most: 9 }), null, 'no room');
});

test('notes of both kinds lie in pockets under the line, and others rise beside them', () => {
  const item = (id, lane, side) => ({ id, text: 'Ny leder', lane: String(lane), side, mark: true });
  const plan = packTimeline(space([item('a', 2017, 'both'), item('b', 2024, 'down')]));
  assert.equal(plan.both.length, 1);
  assert.equal(plan.boxes.get('a').y, plan.boxes.get('b').y);
});

test('widths are shared by weight, and none is less than its least', () => {
  assert.deepEqual(shareOut([1, 1], [0, 0], 100), [50, 50]);
  const [a, b] = shareOut([1, 3], [40, 10], 100);
  assert.ok(a >= 40 && b >= 10 && Math.abs(a + b - 100) < 0.001);
  assert.deepEqual(shareOut([1, 1], [90, 90], 100), [50, 50], 'where there is no room for the least, by weight');
});

test('what strengthened lies over the line, what challenged under it', () => {
  const items = notes(12);
  const plan = packTimeline(space(items));
  for (const item of items) {
    const box = plan.boxes.get(item.id);
    if (item.side === 'up') assert.ok(box.y + box.h <= plan.axis);
    else assert.ok(box.y >= plan.axis);
  }
});

test('a new note does not move the others while the type stays', () => {
  const items = notes(9);
  const before = packTimeline(space(items.slice(0, 8), { sizes: [23] }));
  const after = packTimeline(space(items, { before, sizes: [23] }));
  for (const item of items.slice(0, 8)) {
    const [a, b] = [before.boxes.get(item.id), after.boxes.get(item.id)];
    assert.deepEqual([b.x, b.w, b.h], [a.x, a.w, a.h]);
  }
});

test('the same notes give the same picture in any order', () => {
  const items = notes(20);
  const turned = [...items].reverse();
  assert.deepEqual(packTimeline(space(items)).boxes, packTimeline(space(turned)).boxes);
});

test('a note that lies far from its year says so', () => {
  const items = Array.from({ length: 9 }, (_, i) => ({ id: `n${i}`, text: 'Vi fik ny leder', lane: '2020', side: 'up', mark: true }));
  const plan = packTimeline(space(items, { height: 520, sizes: [23] }));
  const boxes = [...plan.boxes.values()].filter((box) => box.ids.length === 1);
  assert.ok(boxes.some((box) => box.off) || boxes.length < 6);
});

test('a picture that grows never stacks', () => {
  const plan = packTimeline(space(notes(120), { height: Infinity, sizes: [15] }));
  assert.ok([...plan.boxes.values()].every((box) => box.ids.length === 1));
  assert.deepEqual(overlaps(plan.boxes), []);
  assert.ok(Number.isFinite(plan.height));
});

test('years: first, last and every fifth are strong; where it is tight only those are written', () => {
  const marks = yearMarks(2016, 2026, 1500, 23);
  assert.deepEqual(marks.filter((mark) => mark.strong).map((mark) => mark.year), [2016, 2020, 2025, 2026]);
  assert.ok(marks.every((mark) => mark.shown));
  const tight = yearMarks(1990, 2026, 700, 23).filter((mark) => mark.shown).map((mark) => mark.year);
  assert.ok(tight.length < 12 && tight.includes(1990) && tight.includes(2026));
});

test('period headings that meet get rows of their own and stay inside', () => {
  const headings = [
    { id: 'a', text: 'Opbrud', from: 2016, to: 2021 }, { id: 'b', text: 'Corona', from: 2020, to: 2021 },
    { id: 'c', text: 'Vi finder fodfæste igen efter alt for lang tid', from: 2026, to: 2026 },
  ];
  const plan = packTimeline(space(notes(4), { headings }));
  const [a, b] = plan.headings;
  assert.notEqual(a.y, b.y);
  const last = plan.headings.find((heading) => heading.id === 'c');
  assert.ok(last.shift < 0 && last.x + last.shift >= 0);
  assert.ok(plan.head > 0);
});

test('notes beside a line: null when they do not fit', () => {
  const loose = [{ id: 'a', ids: ['a'], at: 50, w: 80, h: 40 }, { id: 'b', ids: ['b'], at: 50, w: 80, h: 40 }];
  assert.equal(beside(loose, { left: 0, right: 100, depth: 50, gap: 4 }), null);
  assert.equal(beside(loose, { left: 0, right: 100, depth: 90, gap: 4 }).length, 2);
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
