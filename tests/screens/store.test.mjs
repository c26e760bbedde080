/** The store: patches, optimism, answers, refusals, and what survives a reload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Store } from '../../static/js/sync/store.js';

const METHOD = {
  id: 'm', title: { da: 'Værksted', en: 'Workshop' }, limit: 140,
  rounds: [{ id: 'write', title: { da: 'Skriv', en: 'Write' } }, { id: 'place', title: { da: 'Sæt op', en: 'Put up' } }],
};
const ME = {
  seat: 's1', name: 'Mette', role: 'participant', group: '', ready: false, turn: '', scope: '', can: ['write', 'ready'],
  who_sees: 'own', write: { sheet: 'line', lanes: ['2020'], row: '', reach: 'own' }, place: null,
};
const NOTE = { kind: 'note', text: 'Ny leder', sheet: 'line', lane: '2020', row: '', side: 'up', marks: { effect: 'up' }, spot: 0, under: '', until: '', reach: 'all', chosen: false, can: [] };

const SHEET = { order: 0, title: { da: 'Linje', en: 'Line' }, form: 'timeline', lanes: [], marks: [{ id: 'effect', title: { da: 'Virkning', en: 'Effect' }, lanes: [], words: ['up', 'down'].map((id) => ({ id, title: { da: id, en: id }, sign: '', color: '', side: id })) }] };

/** A store that has been welcomed and shown a board. */
function opened(options = {}) {
  const store = new Store(options);
  store.hello();
  store.receive(['welcome', { time: 5_000, seat: 's1', role: 'participant', ack: 0 }]);
  store.receive(['patch', 3, {
    board: { title: 'T', round: 'write', closed: 0 }, method: METHOD, progress: { people: 2, ready: 0, wrote: 0, piles: {} },
    'seat:s1': { name: 'Mette', number: 1, role: 'participant' }, 'seat:s2': { name: '', number: 2, role: 'participant' },
    'sheet:line': SHEET, 'note:n1': NOTE,
  }, []]);
  store.receive(['mine', 3, { me: ME }, []]);
  return store;
}

/** What keeps ops from page to page: `next` is what a new page would find. */
function memory({ keeps = true } = {}) {
  const kept = new Map();
  const page = (tab) => ({
    series: { tab, n: 0, seen: 0 },
    renew: () => ({ tab: `${tab}+`, n: 0, seen: 0 }),
    earlier: [...kept.values()].map((op) => ({ ...op, kept: true })),
    keep: async (op) => { if (keeps) kept.set(`${op.tab} ${op.n}`, { ...op }); return keeps; },
    drop: (ops) => { for (const op of ops) kept.delete(`${op.tab} ${op.n}`); },
    next: page,
  });
  page.kept = kept;
  return page;
}

/** Everything that was promised has happened. */
const settled = () => new Promise((done) => { setImmediate(done); });

test('equal names get numbers by seat, until only one has it', () => {
  const store = opened();
  const seats = (...names) => Object.fromEntries(names.map((name, i) => [`seat:a${i}`, { name, number: i + 3, role: 'participant' }]));
  store.receive(['patch', 4, seats('Anna', 'Mette', ' anna', 'Änna'), []]);
  const called = () => ['s1', 'a0', 'a1', 'a2', 'a3'].map((id) => store.shown().called(id));
  assert.deepEqual(called(), ['Mette 1', 'Anna 1', 'Mette 2', ' anna 2', 'Änna']);
  assert.deepEqual(['a0', 'a2', 'a3', 's2'].map((id) => store.shown().namesake(id)), [true, true, false, false]);
  store.receive(['patch', 5, {}, ['seat:a2']]);
  assert.deepEqual(called().slice(0, 3), ['Mette 1', 'Anna', 'Mette 2']);
});

test('P1 the first patch holds everything, and later ones change records whole (P2)', () => {
  const store = opened();
  assert.equal(store.shown().version, 3);
  assert.equal(store.shown().round?.id, 'write');
  assert.deepEqual(store.shown().notes.map((note) => note.text), ['Ny leder']);
  store.receive(['patch', 4, { 'note:n1': { ...NOTE, text: 'Ny ledelse' } }, ['seat:s2']]);
  assert.equal(store.shown().notes[0].text, 'Ny ledelse');
  assert.equal(store.shown().people.length, 1);
});

test('P3 a reset empties the view, but not before the next patch', () => {
  const store = opened();
  assert.equal(store.shown().again, 0);
  store.receive(['reset']);
  assert.equal(store.shown().again, 1, 'the page can say that all began again');
  assert.equal(store.shown().notes.length, 1);
  store.receive(['patch', 1, { board: { title: 'T', round: 'place' }, method: METHOD }, []]);
  assert.equal(store.shown().version, 1);
  assert.equal(store.shown().notes.length, 0);
});

test('after a reconnect what is gone meanwhile is gone', () => {
  const store = opened();
  store.receive(['welcome', { time: 9_000, seat: 's1', role: 'participant', ack: 0 }]);
  assert.equal(store.shown().notes.length, 1, 'nothing flickers while the line is made');
  store.receive(['patch', 9, { board: { title: 'T', round: 'write' }, method: METHOD }, []]);
  assert.equal(store.shown().notes.length, 0);
});

test('sheets stand in the order of the method file, planned minutes by round, and what was taken down by its note', () => {
  const store = opened();
  store.receive(['patch', 4, { 'sheet:after': { ...SHEET, order: 2 }, 'sheet:a': { ...SHEET, order: 1 }, plan: { minutes: { write: 10 } } }, []]);
  store.receive(['mine', 4, { 'taken:x': { text: 'Væk', sheet: 'line', lane: '2020' } }, []]);
  const shown = store.shown();
  assert.deepEqual(shown.sheets.map((sheet) => sheet.id), ['line', 'a', 'after']);
  assert.equal(shown.sheet('after')?.order, 2);
  assert.equal(shown.sheet('none'), null);
  assert.deepEqual(shown.plan, { write: 10 });
  assert.deepEqual(shown.taken, [{ id: 'x', text: 'Væk', sheet: 'line', lane: '2020' }]);
});

test('V4 mine travels beside the note and is laid over it', () => {
  const store = opened();
  store.receive(['mine', 4, { 'mine:n1': { can: ['delete'] } }, []]);
  const [note] = store.shown().notes;
  assert.equal(note.mine, true);
  assert.equal(note.draft, false);
  assert.deepEqual(note.can, ['delete']);
});

test('V20 an own note that others are not sent now is shown as what it is, edited and taken down', () => {
  const store = opened();
  const { chosen, ...mine } = NOTE;
  store.receive(['patch', 4, {}, ['note:n1']]);
  store.receive(['mine', 4, { 'mine:n1': { ...mine, can: ['edit', 'delete'] } }, []]);
  const note = store.shown().note('n1');
  assert.deepEqual([note?.mine, note?.draft, note?.reach, note?.text], [true, false, 'all', 'Ny leder']);
  store.propose('edit', { note: 'n1', text: 'Nye ledere' });
  assert.equal(store.shown().note('n1')?.text, 'Nye ledere');
  store.propose('delete', { note: 'n1' });
  assert.deepEqual(store.shown().notes, []);
});

test('a written note is shown at once as a pending draft, and confirmed records stay as they were', () => {
  const store = opened();
  store.propose('write', { note: 'w1', text: 'Opsigelser', sheet: 'line', lane: '' });
  const mine = store.shown().note('w1');
  assert.equal(mine?.draft && mine.pending && mine.mine, true);
  store.receive(['mine', 4, { 'mine:w1': { ...NOTE, text: 'Opsigelser', draft: true, can: ['edit', 'delete'] } }, []]);
  store.receive(['ack', 1]);
  assert.equal(store.shown().note('w1')?.pending, false);
  assert.equal(store.shown().waiting, 0);
});

test('R39 a link is foreseen, and takes the place of another where one is enough', () => {
  const store = opened();
  const kinds = [{ id: 'one', most: 1 }, { id: 'many', most: 3 }];
  store.receive(['patch', 4, { 'sheet:line': { lanes: [], marks: [], links: kinds }, 'note:n1': { ...NOTE, links: { one: ['a'], many: ['b'] } } }, []]);
  const links = () => store.shown().note('n1')?.links;
  store.propose('link', { note: 'n1', kind: 'one', other: 'c' });
  store.propose('link', { note: 'n1', kind: 'many', other: 'a' });
  assert.deepEqual(links(), { one: ['c'], many: ['a', 'b'] });
  store.propose('unlink', { note: 'n1', kind: 'many', other: 'b' });
  assert.deepEqual(links(), { one: ['c'], many: ['a'] });
});

test('edit, move, place, delete, ready and name are foreseen', () => {
  const store = opened();
  store.receive(['mine', 4, { me: { ...ME, place: { sheet: 'line', lanes: ['2020'], row: '', reach: 'all' } }, 'mine:d1': { ...NOTE, text: 'Kladde', draft: true, can: ['edit'] } }, []]);
  store.propose('edit', { note: 'd1', text: 'Bedre kladde' });
  assert.equal(store.shown().note('d1')?.text, 'Bedre kladde');
  store.propose('place', { note: 'd1', lane: '2020', marks: { effect: 'down' } });
  const up = store.shown().note('d1');
  assert.equal(up?.draft, false);
  assert.equal(up?.side, 'down');
  assert.equal(up?.reach, 'all');
  store.propose('ready', { on: true });
  assert.equal(store.shown().me?.ready, true);
  assert.equal(store.shown().progress.ready, 1);
  store.propose('name', { name: 'Mette K' });
  assert.equal(store.shown().called('s1'), 'Mette K');
  store.propose('delete', { note: 'd1' });
  assert.equal(store.shown().note('d1'), null);
  assert.equal(store.shown().deleted.length, 1);
});

test('P4 unanswered ops come back in order on the next page, with the same numbers', async () => {
  const page = memory();
  const before = opened({ keeper: page('one') });
  for (const note of ['a', 'b', 'c']) before.propose('write', { note, text: note, sheet: 'line', lane: '' });
  before.receive(['ack', 1]);
  await settled();
  const after = opened({ keeper: page('two') });
  assert.deepEqual(after.unanswered().map((op) => [op.tab, op.n, op.args.note]), [['one', 2, 'b'], ['one', 3, 'c']]);
  assert.equal(after.shown().note('b')?.pending, true, 'they are shown before they are sent');
  assert.equal(after.shown().kept, 2);
});

test('P4 a line speaks for one series: first for what an earlier page left, then for our own', async () => {
  const page = memory();
  opened({ keeper: page('one') }).propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  await settled();
  const store = new Store({ keeper: page('two') });
  assert.deepEqual(store.hello(), { tab: 'one', seen: 0 });
  const own = store.propose('edit', { note: 'a', text: 'to' });
  assert.deepEqual([own.tab, own.n], ['two', 1], 'numbers are given in our own series only');
  assert.deepEqual(store.unanswered().map((op) => op.tab), ['one'], 'what is ours waits its turn');
  assert.equal(store.needsOtherSeries(), false);
  store.receive(['ack', 1]);
  assert.equal(store.shown().waiting, 1, 'an answer for one series is none for another');
  assert.equal(store.needsOtherSeries(), true);
  assert.deepEqual(store.hello(), { tab: 'two', seen: 0 });
  assert.deepEqual(store.unanswered().map((op) => op.name), ['edit']);
  store.receive(['ack', 1]);
  assert.equal(store.shown().waiting, 0);
  await settled();
  assert.equal(page('three').earlier.length, 0);
});

test('P4 what another page left is taken over once, after what is ours', () => {
  const store = opened({ keeper: memory()('mine') });
  store.propose('ready', { on: true });
  const stray = { tab: 'dead', n: 4, name: 'write', args: { note: 'x', text: 'efterladt' }, kept: true };
  store.adopt([stray, { ...stray, n: 5 }]);
  store.adopt([stray]);
  assert.deepEqual(store.unanswered().map((op) => op.name), ['ready']);
  assert.equal(store.shown().waiting, 3);
  store.receive(['ack', 1]);
  assert.equal(store.needsOtherSeries(), true);
  assert.deepEqual(store.hello(), { tab: 'dead', seen: 3 });
  store.receive(['ack', 5]);
  assert.equal(store.shown().waiting, 0);
  assert.equal(store.propose('ready', { on: false }).n, 2, 'another series does not move our own numbers');
});

test('O2 an op whose number was refused is sent again in a fresh series, unseen by anybody', async () => {
  const page = memory();
  const store = opened({ keeper: page('one') });
  store.propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  store.propose('ready', { on: true });
  await settled();
  store.receive(['refused', 1, 'out_of_order']);
  store.receive(['refused', 2, 'out_of_order']);
  assert.deepEqual(store.takeRefusals(), []);
  assert.deepEqual(store.shown().returned, []);
  assert.equal(store.shown().note('a')?.pending, true, 'it stays on the screen');
  assert.equal(store.needsOtherSeries(), true, 'another connection is made for the fresh series');
  assert.deepEqual(store.hello(), { tab: 'one+', seen: 0 });
  assert.deepEqual(store.unanswered().map((op) => [op.n, op.name]), [[1, 'write'], [2, 'ready']]);
  await settled();
  assert.deepEqual([...page.kept.keys()], ['one+ 1', 'one+ 2'], 'the next page finds them once');
  store.receive(['refused', 1, 'out_of_order']);
  assert.deepEqual(store.shown().returned.map((item) => item.args.text), ['en'], 'not for ever: then the text comes back');
  assert.deepEqual(store.takeRefusals().map((item) => item.reason), ['out_of_order']);
});

test('P5 when another page takes our series over, what comes next is numbered in a fresh one', () => {
  const store = opened({ keeper: memory()('one') });
  store.propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  store.replaced();
  const next = store.propose('ready', { on: true });
  assert.deepEqual([next.tab, next.n], ['one+', 1]);
  assert.deepEqual(store.hello(), { tab: 'one', seen: 0 }, 'what has no answer is sent under its own number first');
  store.receive(['ack', 1]);
  assert.deepEqual(store.hello(), { tab: 'one+', seen: 0 });
});

test('P5 when the page that left a series is alive after all, it sends what is in it itself', async () => {
  const page = memory();
  opened({ keeper: page('asleep') }).propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  await settled();
  const store = new Store({ keeper: page('two') });
  assert.equal(store.hello().tab, 'asleep');
  store.replaced();
  assert.equal(store.shown().waiting, 0);
  assert.deepEqual(store.hello(), { tab: 'two', seen: 0 });
  assert.equal(page('three').earlier.length, 1, 'it is not thrown away');
});

test('O4 a refused text is kept until it is back in a box, and comes back on the next page', async () => {
  const page = memory();
  const store = opened({ keeper: page('one') });
  store.propose('write', { note: 'a', text: 'for sent', sheet: 'line', lane: '' });
  store.propose('ready', { on: true });
  store.receive(['refused', 1, 'full']);
  store.receive(['refused', 2, 'round']);
  await settled();
  const after = opened({ keeper: page('two') });
  assert.equal(after.shown().waiting, 0, 'it is not sent again');
  const [item] = after.shown().returned;
  assert.deepEqual([item.args.text, item.reason], ['for sent', 'full']);
  after.forget(item);
  assert.deepEqual(after.shown().returned, []);
  assert.equal(page('three').earlier.length, 0);
});

test('O4 a way in that is over gives every text back and sends nothing', () => {
  const store = opened({ keeper: memory()('one') });
  store.propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  store.propose('ready', { on: true });
  store.giveUp('not_sent');
  assert.equal(store.shown().waiting, 0);
  assert.deepEqual(store.shown().returned.map((item) => item.args.text), ['en']);
});

test('what is said about keeping is true: not before it is kept, and not where nothing keeps it', async () => {
  const store = opened({ keeper: memory()('one') });
  store.propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  assert.deepEqual([store.shown().kept, store.shown().unkept, store.shown().note('a')?.kept], [0, false, false]);
  await settled();
  assert.deepEqual([store.shown().kept, store.shown().unkept, store.shown().note('a')?.kept], [1, false, true]);
  let redrawn = 0;
  const other = opened({ keeper: memory({ keeps: false })('one'), changed: () => { redrawn += 1; } });
  other.propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  await settled();
  assert.deepEqual([other.shown().kept, other.shown().unkept, other.shown().note('a')?.kept], [0, true, false]);
  assert.equal(redrawn, 1);
  assert.deepEqual(other.leaves().ops.map((op) => op.args.note), ['a'], 'the next page in this tab is handed it');
});

test('O4 a refusal gives the text back, also when its ack came first', () => {
  const store = opened();
  store.propose('write', { note: 'a', text: 'for sent', sheet: 'line', lane: '' });
  store.propose('write', { note: 'b', text: 'også', sheet: 'line', lane: '' });
  store.receive(['refused', 1, 'full']);
  assert.deepEqual(store.shown().returned.map((item) => [item.n, item.args.text, item.reason]), [[1, 'for sent', 'full']]);
  assert.equal(store.shown().note('a'), null);
  store.receive(['ack', 2]);
  store.receive(['refused', 2, 'closed']);
  assert.equal(store.shown().returned.length, 2);
  store.forget(store.shown().returned[0]);
  assert.equal(store.shown().returned.length, 1);
  assert.deepEqual(store.takeRefusals().map((item) => item.reason), ['full', 'closed']);
  assert.deepEqual(store.takeRefusals(), []);
});

test('O3 seen never passes an op whose answer is still missing', () => {
  const store = opened();
  store.propose('ready', { on: true });
  store.propose('choose', { note: 'n1', on: true });
  store.receive(['refused', 2, 'round']);
  assert.equal(store.leaves().seen, 0);
  store.receive(['ack', 2]);
  assert.equal(store.hello().seen, 2);
});

test('O2 a tab that lost its memory does not reuse numbers', () => {
  const store = opened();
  store.receive(['ack', 41]);
  assert.equal(store.propose('ready', { on: true }).n, 42);
});

test('server time is the welcome’s, whatever the phone’s clock says', () => {
  let clock = 1_000;
  const store = new Store({ clock: () => clock });
  store.receive(['welcome', { time: 61_000, seat: '', role: 'wall', ack: 0 }]);
  clock = 2_000;
  assert.equal(store.shown().now(), 62_000);
});

test('presence, drags, trouble and unknown frames', () => {
  const store = opened();
  store.receive(['here', ['s2']]);
  store.receive(['drags', { n1: [0.5, 0.25] }]);
  store.receive(['trouble', 'store_away']);
  store.receive(['something-newer', 1]);
  assert.equal(store.shown().here.has('s2'), true);
  assert.deepEqual(store.shown().drags.get('n1'), [0.5, 0.25]);
  assert.equal(store.shown().trouble, 'store_away');
  store.receive(['drags', { n1: null }]);
  store.receive(['trouble', '']);
  assert.equal(store.shown().drags.size, 0);
  assert.equal(store.shown().trouble, '');
});

test('what is dragged changes nothing else that is shown', () => {
  const store = opened();
  const { drags: before, ...rest } = store.shown();
  store.receive(['drags', { n1: [0.5, 0.25] }]);
  const { drags, ...after } = store.shown();
  assert.notEqual(drags, before);
  for (const [name, value] of Object.entries(rest)) assert.equal(after[name], value, name);
});

test('shown is the same value until something changes', () => {
  const store = opened();
  const first = store.shown();
  assert.equal(store.shown(), first);
  store.propose('ready', { on: true });
  assert.notEqual(store.shown(), first);
});

test('pending ops never touch confirmed records', () => {
  const store = opened();
  store.propose('delete', { note: 'n1' });
  assert.equal(store.shown().note('n1'), null);
  store.receive(['refused', 1, 'not_yours']);
  assert.equal(store.shown().note('n1')?.text, 'Ny leder');
});

test('O4 words typed for what is taken along, and a heading, come back when they are refused', () => {
  const store = opened();
  const ops = [
    ['pick', { note: 'p1', lane: 'points', text: 'Tid til hinanden' }],
    ['pick', { note: 'p3', lane: 'points', text: 'En ny, der lytter', of: ['n1'] }],
    ['gather', { note: 'g1', notes: ['n1', 'n2'], text: 'Ledelse' }], ['gather', { note: 'g1', notes: ['n3'] }],
  ];
  for (const [name, args] of ops) store.receive(['refused', store.propose(name, args).n, 'not_now']);
  assert.deepEqual(store.shown().returned.map((item) => item.args.text), ['Tid til hinanden', 'En ny, der lytter', 'Ledelse']);
});
