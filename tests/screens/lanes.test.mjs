// Notes in lanes: papers, lines and small papers, and the parts that a sheet is walked through in. The same for the same
// notes, whatever was drawn before; what comes last moves nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coarse, lines, minis, papers } from '../../static/js/forms/papers.js';
import { inOrder, laneParts, ordered } from '../../static/js/forms/parts.js';
import { columnsOf, lockText } from '../../static/js/forms/grid/columns.js';
import { rowParts } from '../../static/js/forms/grid/parts.js';
import { ladder, roughWidth as measure } from '../../static/js/notes/measure.js';

const WORDS = 'Vi fik fast supervision hver måned og det har holdt ved i afdelingen siden sammenlægningen'.split(' ');
const items = (count, words = 5) => Array.from({ length: count }, (_, at) => ({
  id: `n${at}`, text: WORDS.slice(at % 4, (at % 4) + 2 + ((at * 7) % words)).join(' '),
}));

function overlaps(boxes) {
  const all = [...boxes.values()];
  return all.flatMap((a, at) => all.slice(at + 1).filter((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h));
}

for (const count of [1, 6, 30, 150]) {
  test(`${count} papers: each by itself, none over another, none wider than the lane`, () => {
    const plan = papers({ items: items(count), width: 620, size: 22, measure });
    assert.equal(plan.boxes.size, count);
    assert.deepEqual(overlaps(plan.boxes), []);
    for (const box of plan.boxes.values()) assert.ok(box.x >= 0 && box.x + box.w <= 620 && box.y + box.h <= plan.height);
  });
}

test('a lane that waits for others says which, by the names that its method gives them', () => {
  const lane = (id, da, after = []) => ({ id, title: { da, en: da }, after });
  const sheet = { lanes: [lane('a', 'Årsager'), lane('b', 'Følger'), lane('c', 'Forslag', ['a', 'b'])] };
  const t = (key, { lanes }) => `${key}: ${lanes}`;
  const said = lockText('depth_first', sheet.lanes[2], sheet, { t, say: (text) => text.da, lang: 'da' });
  assert.equal(said, 'boards.locked.depth_first: Årsager og Følger');
});

test('a paper that comes last moves no other', () => {
  const before = papers({ items: items(12), width: 900, size: 22, measure });
  const after = papers({ items: items(13), width: 900, size: 22, measure });
  for (const [id, box] of before.boxes) assert.deepEqual(after.boxes.get(id), box);
});

test('the first long text of a lane moves no other, nor does the first with a long word', () => {
  const said = items(9);
  const before = papers({ items: said, width: 900, size: 22, measure });
  for (const text of [WORDS.join(' ').repeat(4), 'Medarbejdersamtaler']) {
    const after = papers({ items: [...said, { id: 'late', text }], width: 900, size: 22, measure });
    for (const [id, box] of before.boxes) assert.deepEqual(after.boxes.get(id), box);
    assert.deepEqual(overlaps(after.boxes), []);
    assert.ok(after.boxes.get('late').w > 1.5 * before.boxes.get('n0').w, text);
  }
});

test('long texts get wide papers', () => {
  const long = [{ id: 'a', text: WORDS.join(' ').repeat(4) }, { id: 'b', text: 'Kort' }];
  const wide = papers({ items: long, width: 1200, size: 22, measure }).boxes.get('a').w;
  assert.ok(wide > papers({ items: items(2), width: 1200, size: 22, measure }).boxes.get('n0').w * 1.5);
});

test('thirty short critiques are thirty lines of one sheet; with more there are two columns, and a new line moves none', () => {
  const said = items(30, 1);
  const ask = { width: 510, height: 780, size: 22, measure };
  const one = lines({ ...ask, items: said });
  assert.equal(one.sheets.length, 1);
  assert.equal(one.boxes.size, 30);
  assert.equal(lines({ ...ask, items: items(40, 1) }), null, 'one column is full');
  const two = lines({ ...ask, width: 800, items: items(40, 1), columns: 2 });
  assert.equal(two.sheets.length, 2);
  const more = lines({ ...ask, width: 800, items: items(41, 1), columns: 2 });
  for (const [id, box] of two.boxes) assert.deepEqual(more.boxes.get(id), box);
  assert.deepEqual(overlaps(more.boxes), []);
});

test('a text that is longer than a line takes several, and nothing of it is cut', () => {
  const long = { id: 'a', text: WORDS.join(' ').repeat(2) };
  const { boxes } = lines({ items: [long, { id: 'b', text: 'Kort' }], width: 500, height: 900, size: 22, measure });
  assert.ok(boxes.get('a').h >= 4 * boxes.get('b').h);
  assert.equal(lines({ items: [long], width: 500, height: 60, size: 22, measure }), null);
});

test('small papers lie in rows and keep inside', () => {
  const plan = minis({ items: items(50), width: 180, size: 22 });
  assert.deepEqual(overlaps(plan.boxes), []);
  for (const box of plan.boxes.values()) assert.ok(box.x + box.w <= 180);
});

test('there are few sizes, the largest and the smallest among them', () => {
  const sizes = ladder(38, 22);
  assert.ok(coarse(sizes).length <= 4);
  assert.equal(coarse(sizes)[0], 38);
  assert.equal(coarse(sizes).at(-1), 22);
});

const note = (id, more = {}) => ({ id, kind: 'note', sheet: 's', lane: 'a', row: '', text: 'x'.repeat(100), spot: 0, draft: false, pending: false, ...more });

test('notes of a lane go by their spot, then by id; one that the server has not placed yet is the last', () => {
  const all = [note('c', { spot: 2 }), note('b', { spot: 1 }), note('a', { pending: true }), note('d'), note('e', { spot: 1 })];
  assert.deepEqual(all.sort(inOrder).map(({ id }) => id), ['d', 'b', 'e', 'c', 'a']);
});

test('the notes of a lane are looked up once, however often a layout asks, and anew when the board has changed', () => {
  const note = { id: 'a', kind: 'note', sheet: 's', lane: 'l', row: '' };
  const shown = { notes: [note] };
  assert.equal(ordered(shown, 's', undefined, 'l'), ordered(shown, 's', undefined, 'l'));
  assert.deepEqual(ordered({ notes: [note, { ...note, id: 'b' }] }, 's', '', 'l').map(({ id }) => id), ['a', 'b']);
});

test('a lane with more than can be read at a time has several parts, of which the earlier stay as they are', () => {
  const lane = { id: 'a', title: {}, later: false };
  const shown = (count) => ({ say: () => 'Kritik', notes: Array.from({ length: count }, (_, at) => note(`n${100 + at}`, { spot: at + 1 })) });
  const sheet = { id: 's', lanes: [lane, { ...lane, id: 'b', later: true }] };
  assert.deepEqual(laneParts(shown(5), sheet).map(({ id, title }) => [id, title]), [['a', 'Kritik']]);
  const parts = laneParts(shown(50), sheet);
  assert.deepEqual(parts.map(({ id }) => id), ['a', 'a-2', 'a-3']);
  assert.equal(parts[1].title, 'Kritik 2/3');
  assert.equal(parts.flatMap(({ notes }) => notes).length, 50);
  const later = laneParts(shown(55), sheet);
  assert.deepEqual(later[0].notes.map(({ id }) => id), parts[0].notes.map(({ id }) => id));
  assert.deepEqual(ordered(shown(3), 's', undefined, 'b'), []);
});

test('a grid tells sides, depth, actions and outcome by its method file', () => {
  const lane = (id, more = {}) => ({ id, ...more });
  const lanes = [lane('one'), lane('other'), lane('felt'), lane('done', { after: ['felt'] }), lane('end', { shows: 'fate' })];
  const { sides, depth, actions, outcome } = columnsOf(lanes);
  assert.deepEqual([sides, depth, actions].map((some) => some.map(({ id }) => id)), [['one', 'other'], ['felt'], ['done']]);
  assert.equal(outcome.id, 'end');
});

test('a dilemma with too much to be read at a time is cut between its sides and what lies behind them', () => {
  const lanes = [{ id: 'one' }, { id: 'other' }, { id: 'experience' }, { id: 'actions', after: ['experience'] }, { id: 'outcome', shows: 'fate' }]
    .map((lane) => ({ title: {}, ...lane }));
  const notes = [['one', 390], ['other', 390], ['experience', 300], ['experience', 200], ['actions', 100]]
    .map(([lane, length], at) => note(`n${at}`, { lane, row: 'r', text: 'x'.repeat(length) }));
  const shown = { notes, groups: [{ id: 'g1', number: 1 }], rows: [{ id: 'r', group: 'g1', text: 'Kort eller langt?', reach: 'all' }], say: () => '', t: () => 'Gruppe 1' };
  const parts = rowParts(shown, { id: 's', lanes });
  assert.deepEqual(parts.map(({ id, notes: some }) => [id, some.map(({ lane }) => lane)]), [
    ['r', ['one', 'other']], ['r-2', ['experience', 'experience', 'actions']],
  ]);
});

test('a folded lane of small papers opens its part when it is tapped; the lane of the round leads back', async () => {
  globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
  const { plan } = await import('../../static/js/forms/columns/picture.js');
  const lane = (id, later) => ({ id, title: { da: id }, later });
  const sheet = { id: 'c', form: 'columns', lanes: [lane('critique', false), lane('dream', false), lane('realise', true)], marks: [] };
  const notes = items(60, 3).map((one, at) => ({ ...one, kind: 'note', sheet: 'c', lane: at < 55 ? 'critique' : 'dream', row: '', under: '', side: '', spot: at, can: [] }));
  const shown = {
    board: {}, lang: 'da', notes, note: () => null, sheets: [sheet], sheet: () => sheet, groups: [], rows: [], round: { sheet: 'c', lanes: ['dream'] },
    progress: { piles: {} }, say: (text) => text?.da ?? '', t: (key) => key,
  };
  const drawn = (part) => {
    const went = [];
    const { front, boxes } = plan({ shown, sheet, picture: { part, onPart: (to) => went.push(to) }, width: 770, height: 700, sizes: [18, 13], measure });
    const taps = front.flatMap((one) => one.values).filter((value) => typeof value === 'function');
    for (const tap of taps) tap();
    return { went, open: [...boxes.keys()].filter((key) => key.startsWith('open:')) };
  };
  assert.deepEqual(drawn(''), { went: ['critique'], open: ['open:critique'] });
  assert.deepEqual(drawn('critique'), { went: [''], open: ['open:dream'] });
  notes.splice(55);
  assert.deepEqual(drawn('critique'), { went: [''], open: ['open:dream'] }, 'also while it is empty');
});
