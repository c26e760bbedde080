/** The store: patches, optimism, answers, refusals, and what survives a reload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Store } from '../../static/js/store.js';

const METHOD = {
  id: 'm', title: { da: 'Værksted', en: 'Workshop' }, limit: 140,
  sheets: [{ id: 'line', title: { da: 'Linje', en: 'Line' }, form: 'timeline', lanes: [] }],
  rounds: [{ id: 'write', title: { da: 'Skriv', en: 'Write' } }, { id: 'place', title: { da: 'Sæt op', en: 'Put up' } }],
};
const ME = {
  seat: 's1', name: 'Mette', role: 'participant', group: '', ready: false, turn: '', scope: '', can: ['write', 'ready'],
  who_sees: 'own', write: { sheet: 'line', lanes: ['2020'], row: '', reach: 'own' }, place: null,
};
const NOTE = { kind: 'note', text: 'Ny leder', sheet: 'line', lane: '2020', row: '', side: 'up', spot: 0, to: '', until: '', reach: 'all', chosen: false, can: [] };

/** A store that has been welcomed and shown a board. */
function opened(options = {}) {
  const store = new Store(options);
  store.receive(['welcome', { time: 5_000, seat: 's1', role: 'participant', ack: 0 }]);
  store.receive(['patch', 3, {
    board: { title: 'T', round: 'write', closed: 0 }, method: METHOD, progress: { people: 2, ready: 0, wrote: 0, piles: {} },
    'seat:s1': { name: 'Mette', number: 1, role: 'participant' }, 'seat:s2': { name: '', number: 2, role: 'participant' },
    'note:n1': NOTE,
  }, []]);
  store.receive(['mine', 3, { me: ME }, []]);
  return store;
}

/** A saver that keeps what it is given, as a reload would find it. */
function memory() {
  let kept = null;
  return { load: () => kept, save: (state) => { kept = JSON.parse(JSON.stringify(state)); } };
}

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

test('V4 mine travels beside the note and is laid over it', () => {
  const store = opened();
  store.receive(['mine', 4, { 'mine:n1': { can: ['delete'] } }, []]);
  const [note] = store.shown().notes;
  assert.equal(note.mine, true);
  assert.equal(note.draft, false);
  assert.deepEqual(note.can, ['delete']);
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

test('edit, move, place, delete, ready and name are foreseen', () => {
  const store = opened();
  store.receive(['mine', 4, { me: { ...ME, place: { sheet: 'line', lanes: ['2020'], row: '', reach: 'all' } }, 'mine:d1': { ...NOTE, text: 'Kladde', draft: true, can: ['edit'] } }, []]);
  store.propose('edit', { note: 'd1', text: 'Bedre kladde' });
  assert.equal(store.shown().note('d1')?.text, 'Bedre kladde');
  store.propose('place', { note: 'd1', lane: '2020', side: 'down' });
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
  assert.equal(store.shown().backs.length, 1);
});

test('P4 unanswered ops come back in order after a reload, with the same numbers', () => {
  const saver = memory();
  const before = opened({ saver });
  before.propose('write', { note: 'a', text: 'en', sheet: 'line', lane: '' });
  before.propose('write', { note: 'b', text: 'to', sheet: 'line', lane: '' });
  before.receive(['ack', 1]);
  const after = new Store({ saver });
  assert.deepEqual(after.unanswered().map((op) => [op.n, op.args.note]), [[2, 'b']]);
  assert.equal(after.propose('ready', { on: true }).n, 3);
  assert.equal(after.seen(), 1);
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
  store.forget(1);
  assert.equal(store.shown().returned.length, 1);
  assert.deepEqual(store.takeRefusals().map((item) => item.reason), ['full', 'closed']);
  assert.deepEqual(store.takeRefusals(), []);
});

test('O3 seen never passes an op whose answer is still missing', () => {
  const store = opened();
  store.propose('ready', { on: true });
  store.propose('choose', { note: 'n1', on: true });
  store.receive(['refused', 2, 'round']);
  assert.equal(store.seen(), 0);
  store.receive(['ack', 2]);
  assert.equal(store.seen(), 2);
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
