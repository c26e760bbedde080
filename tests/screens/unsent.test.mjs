/** What a browser keeps of ops without an answer: where, whose, in which series; and what happens where it keeps nothing. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { IndexedDbOps, LocalStorageOps, Unsent, dropUnsent } from '../../static/js/sync/unsent.js';

/** As much of a Storage as is used: its keys are its own properties. */
class Kept {
  constructor({ full = false } = {}) { Object.defineProperty(this, 'full', { value: full }); }
  getItem(key) { return this[key] ?? null; }
  setItem(key, value) { if (this.full) throw new Error('full'); this[key] = value; }
  removeItem(key) { delete this[key]; }
}

/** As much of IndexedDB as is used. `fails`: how many transactions fail before one succeeds. */
function fakeBase({ opens = true, fails = 0 } = {}) {
  const kept = new Map();
  const said = [];
  let closed = false;
  const transaction = (name, mode, { durability }) => {
    if (closed) throw new Error('closed');
    said.push(`${mode} ${durability}`);
    const act = { commit() {} };
    fails -= 1;
    setImmediate(fails >= 0 ? () => act.onabort() : () => act.oncomplete());
    const change = (work) => { if (fails < 0) work(); return {}; };
    act.objectStore = () => ({
      getAll: () => ({ result: [...kept.values()].map((op) => structuredClone(op)) }),
      put: (op) => change(() => kept.set(JSON.stringify([op.board, op.token, op.tab, op.n]), structuredClone(op))),
      delete: (key) => change(() => kept.delete(JSON.stringify(key))),
    });
    return act;
  };
  let opened = 0;
  return {
    kept, said,
    get opened() { return opened; },
    close() { closed = true; },
    open() {
      if (!opens) throw new Error('private');
      opened += 1;
      closed = false;
      const asked = { result: { createObjectStore() {}, close() {}, transaction } };
      setImmediate(() => { asked.onupgradeneeded(); asked.onsuccess(); });
      return asked;
    },
  };
}

/** A shelf in memory. */
function shelf({ refuses = false } = {}) {
  const kept = new Map();
  const key = (op) => `${op.token} ${op.tab} ${op.n}`;
  return {
    kept,
    all: async () => [...kept.values()],
    put: async (op) => { if (refuses) throw new Error('full'); kept.set(key(op), structuredClone(op)); },
    drop: async (ops) => { for (const op of ops) kept.delete(key(op)); },
  };
}

const op = (tab, n, more = {}) => ({ tab, n, name: 'write', args: { note: `${tab}${n}`, text: 'en' }, ...more });
const open = (places, { board = 'b', token = 'anna' } = {}) => Unsent.open(board, 'participant', token, places);
const names = (ops) => ops.map(({ tab, n }) => `${tab}${n}`);

beforeEach(() => {
  globalThis.window = { localStorage: new Kept(), sessionStorage: new Kept() };
});

test('P4 what a page left is found by the next page of that person on that board, in order', async () => {
  const places = [shelf()];
  const page = await open(places);
  for (const [tab, n] of [['x', 2], ['x', 10], ['x', 1]]) assert.equal(await page.keep(op(tab, n)), true);
  assert.deepEqual(names((await open(places)).earlier), ['x1', 'x2', 'x10']);
  assert.deepEqual((await open(places, { token: 'bo' })).earlier, [], 'never as somebody else who had this browser');
  assert.deepEqual((await open(places, { board: 'c' })).earlier, []);
  page.drop([op('x', 1), op('x', 2)]);
  assert.deepEqual(names((await open(places)).earlier), ['x10']);
});

test('P4 series come in the order in which they began', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 1_000 });
  const places = [shelf()];
  const page = await open(places);
  await page.keep(op('z', 1));
  context.mock.timers.tick(10);
  await page.keep(op('a', 1));
  context.mock.timers.tick(10);
  await page.keep(op('z', 2));
  assert.deepEqual(names((await open(places)).earlier), ['z1', 'z2', 'a1']);
});

test('O2 two pages never count in one series: it is handed on by a page that leaves, and taken away', async () => {
  const places = [shelf()];
  const first = await open(places);
  const copied = { ...window.sessionStorage };
  first.leave({ tab: first.series.tab, n: 3, seen: 2, ops: [op(first.series.tab, 3)] });
  const reloaded = await open(places);
  assert.deepEqual([reloaded.series.tab, reloaded.series.n, reloaded.series.seen], [first.series.tab, 3, 2]);
  assert.deepEqual(names(reloaded.earlier), [`${first.series.tab}3`], 'with what the shelf had no time for');
  assert.notEqual((await open(places)).series.tab, first.series.tab, 'it is handed on once');
  window.sessionStorage = Object.assign(new Kept(), copied);
  assert.notEqual((await open(places)).series.tab, first.series.tab, 'a copied tab gets none');
});

test('P4 strays are what another page has not sent since the last look', async () => {
  const places = [shelf()];
  const [mine, other] = [await open(places), await open(places)];
  await mine.keep(op(mine.series.tab, 1));
  await other.keep(op('other', 1));
  assert.deepEqual(await mine.abandoned(), [], 'it may be on its way');
  await other.keep(op('other', 2));
  await other.keep(op('other', 3, { reason: 'full' }));
  assert.deepEqual(names(await mine.abandoned()), ['other1']);
  other.drop([op('other', 1)]);
  assert.deepEqual(names(await mine.abandoned()), ['other2'], 'what was turned down is for the page that wrote it');
});

test('a shelf that fails is passed over, and what lies on the other is found', async () => {
  const places = [shelf({ refuses: true }), shelf()];
  const page = await open(places);
  assert.equal(await page.keep(op('x', 1)), true);
  assert.deepEqual(names((await open(places)).earlier), ['x1']);
});

test('where nothing is kept it is said, and a series is kept without gaps or not at all', async () => {
  const last = shelf();
  const page = await open([{ ...last, put: async (one) => { if (one.n === 1) throw new Error('full'); await last.put(one); } }]);
  assert.equal(await page.keep(op('x', 1)), false);
  assert.equal(await page.keep(op('x', 2)), false);
  assert.equal(last.kept.size, 0);
});

test('what pages from before there was a base left is sent too, and leaves its old place', async () => {
  const old = { tab: 'old', owner: 'o', at: 1, n: 2, seen: 0, pending: [{ n: 1, name: 'write', args: { text: 'en' } }, { n: 2, name: 'ready', args: { on: true } }] };
  window.localStorage['tavle.tab.b.participant.old'] = JSON.stringify(old);
  window.localStorage['tavle.tab.b.wall.other'] = JSON.stringify({ ...old, pending: [] });
  const places = [shelf()];
  const page = await open(places);
  assert.deepEqual(names(page.earlier), ['old1', 'old2']);
  assert.deepEqual(Object.keys(window.localStorage), ['tavle.tab.b.wall.other']);
  assert.deepEqual(names((await open(places)).earlier), ['old1', 'old2']);
});

test('R32 an op that a page of an earlier release stored says the side of its note as a mark, and what it pointed at as a link', async () => {
  const places = [shelf()];
  const page = await open(places);
  await page.keep(op('x', 1, { args: { note: 'n', text: 'en', side: 'down', lane: '2020' } }));
  await page.keep(op('x', 2, { args: { note: 'c', kind: 'comment', text: 'to', to: 'n', side: '' } }));
  await page.keep(op('x', 3, { args: { note: 's', text: 'et skridt', to: 'd' } }));
  await page.keep(op('x', 4, { name: 'round', args: { to: 'close' } }));
  assert.deepEqual((await open(places)).earlier.map(({ args }) => args), [
    { note: 'n', text: 'en', lane: '2020', marks: { effect: 'down' } }, { note: 'c', kind: 'comment', text: 'to', under: 'n' },
    { note: 's', text: 'et skridt', links: { belongs: ['d'] } }, { to: 'close' },
  ]);
});

test('ops of a workshop that nobody has opened for a season are thrown away', async () => {
  const places = [shelf()];
  await places[0].put({ ...op('x', 1), board: 'gone', token: 't', at: Date.now() - 91 * 24 * 3_600_000 });
  await open(places);
  await new Promise(setImmediate);
  assert.equal(places[0].kept.size, 0);
});

test('the base: on the disk before it counts as kept, dropped in no hurry', async () => {
  const base = fakeBase();
  window.indexedDB = base;
  const made = new IndexedDbOps();
  await made.put({ ...op('x', 1), board: 'b', token: 't', at: 0 });
  assert.equal(base.kept.size, 1);
  assert.deepEqual(names(await made.all()), ['x1']);
  await made.drop(await made.all());
  assert.equal(base.kept.size, 0);
  assert.deepEqual(base.said, ['readwrite strict', 'readonly relaxed', 'readonly relaxed', 'readwrite relaxed']);
});

test('the base: one that was closed under the page is opened once more', async () => {
  const base = fakeBase();
  window.indexedDB = base;
  const made = new IndexedDbOps();
  await made.all();
  base.close();
  await made.put({ ...op('x', 1), board: 'b', token: 't', at: 0 });
  assert.deepEqual([base.opened, base.kept.size], [2, 1]);
});

for (const [name, base] of [['missing', undefined], ['refusing', fakeBase({ opens: false })], ['failing', fakeBase({ fails: 99 })]]) {
  test(`the base: one that is ${name} rejects, and is not asked for ever`, async () => {
    window.indexedDB = base;
    const made = new IndexedDbOps();
    await assert.rejects(made.put({ ...op('x', 1), board: 'b', token: 't', at: 0 }));
    await assert.rejects(made.all());
    assert.ok((base?.opened ?? 0) <= 1);
    const page = await open([made, new LocalStorageOps()]);
    assert.equal(await page.keep(op('x', 1)), true);
    assert.deepEqual(names((await open([made, new LocalStorageOps()])).earlier), ['x1']);
    page.drop([op('x', 1)]);
    assert.deepEqual((await open([made, new LocalStorageOps()])).earlier, []);
  });
}

test('the base: one that never answers keeps nobody waiting for long', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  window.indexedDB = { open: () => ({}) };
  const coming = open([new IndexedDbOps(), new LocalStorageOps()]);
  await new Promise(setImmediate);
  context.mock.timers.tick(2000);
  const page = await coming;
  assert.equal(await page.keep(op('x', 1)), true);
});

test('the storage: one that is full or forbidden rejects', async () => {
  window.localStorage = new Kept({ full: true });
  await assert.rejects(new LocalStorageOps().put({ ...op('x', 1), board: 'b', token: 't', at: 0 }));
  Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } });
  await assert.rejects(new LocalStorageOps().put({ ...op('x', 1), board: 'b', token: 't', at: 0 }));
  assert.deepEqual(await new LocalStorageOps().all(), []);
});

test('forgetting a workshop takes what was never sent to it: all of it, or what one way in would send', async () => {
  window.indexedDB = undefined;
  for (const [board, token] of [['b', 'anna'], ['b', 'bo'], ['c', 'anna']]) {
    assert.equal(await (await open([new LocalStorageOps()], { board, token })).keep(op(token, 1)), true);
  }
  const left = async () => (await new LocalStorageOps().all()).map(({ board, token }) => `${board} ${token}`).sort();
  await dropUnsent('b', '');
  assert.deepEqual(await left(), ['b anna', 'b bo', 'c anna'], 'a browser without that way in keeps the others');
  await dropUnsent('b', 'anna');
  assert.deepEqual(await left(), ['b bo', 'c anna']);
  await dropUnsent('b');
  assert.deepEqual(await left(), ['c anna']);
});
