/** What a browser keeps of unsent ops: in its base, else in its storage; whose series they are; and what is never lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Shelf, choose, isFree } from '../../static/js/keys.js';
import { Store } from '../../static/js/store.js';

/** As much of IndexedDB as is used: one store, and changes that come one after the other. */
function fakeBase({ refuses = false, broken = false } = {}) {
  const kept = new Map();
  const later = (run) => setTimeout(run, 0);
  const transaction = () => {
    if (broken) throw new Error('closed');
    const act = { abort() { act.onabort?.(); }, error: null };
    act.objectStore = () => ({
      getAll() {
        const asked = {};
        later(() => {
          asked.result = [...kept.values()].map((value) => structuredClone(value));
          asked.onsuccess();
          later(() => act.oncomplete());
        });
        return asked;
      },
      put: (value, key) => kept.set(key, structuredClone(value)),
      delete: (key) => kept.delete(key),
    });
    return act;
  };
  return {
    kept,
    open() {
      if (refuses) throw new Error('private');
      const asked = { result: { createObjectStore() {}, close() {}, transaction } };
      later(() => { asked.onupgradeneeded?.(); asked.onsuccess(); });
      return asked;
    },
  };
}

/** As much of localStorage as is used. */
function fakeLocal({ full = false } = {}) {
  const kept = new Map();
  return {
    kept,
    get length() { return kept.size; },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) { if (full) throw new Error('full'); kept.set(key, value); },
    removeItem: (key) => kept.delete(key),
  };
}

const OP = { n: 1, name: 'write', args: { note: 'a', text: 'en' } };
const state = (more = {}) => ({ tab: 't1', owner: 'o1', at: 0, n: 1, seen: 0, pending: [OP], ...more });

/** What lies on a shelf. */
async function found(shelf) {
  let all = [];
  await shelf.change((states) => { all = states; return {}; });
  return all;
}

test('a series is kept in the base and found there by the next page', async () => {
  const places = { indexed: fakeBase(), local: fakeLocal() };
  assert.equal(await new Shelf('b.participant.', places).change(() => ({ put: state() })), true);
  assert.equal(places.local.kept.size, 0);
  assert.deepEqual(await found(new Shelf('b.participant.', places)), [state()]);
  assert.deepEqual(await found(new Shelf('c.participant.', places)), []);
});

for (const [name, indexed] of [['missing', null], ['refusing', fakeBase({ refuses: true })], ['broken', fakeBase({ broken: true })]]) {
  test(`with a base that is ${name} the storage keeps it`, async () => {
    const places = { indexed, local: fakeLocal() };
    assert.equal(await new Shelf('b.participant.', places).change(() => ({ put: state() })), true);
    assert.deepEqual(await found(new Shelf('b.participant.', places)), [state()]);
    await new Shelf('b.participant.', places).change(() => ({ drop: ['t1'] }));
    assert.deepEqual(await found(new Shelf('b.participant.', places)), []);
  });
}

test('where nothing keeps anything it says so', async () => {
  assert.equal(await new Shelf('b.', { indexed: null, local: fakeLocal({ full: true }) }).change(() => ({ put: state() })), false);
  assert.equal(await new Shelf('b.', { indexed: null, local: null }).change(() => ({ put: state() })), false);
});

test('what a page put down in its last moment counts, and goes into the base', async () => {
  const places = { indexed: fakeBase(), local: fakeLocal() };
  const shelf = new Shelf('b.participant.', places);
  await shelf.change(() => ({ put: state() }));
  const more = state({ n: 2, pending: [OP, { ...OP, n: 2 }] });
  shelf.keepNow(more);
  const next = new Shelf('b.participant.', places);
  assert.deepEqual(await found(next), [more]);
  await next.change(([only]) => ({ put: { ...only, owner: 'o2' } }));
  assert.equal(places.local.kept.size, 0);
  assert.equal((await found(next))[0].owner, 'o2');
});

test('of two pages that want the same series one gets it', async () => {
  const places = { indexed: fakeBase(), local: fakeLocal() };
  await new Shelf('b.', places).change(() => ({ put: state() }));
  const take = (owner) => new Shelf('b.', places).change(([only]) => (only.owner === 'o1' ? { put: { ...only, owner } } : {}));
  await Promise.all([take('o2'), take('o3')]);
  assert.equal((await found(new Shelf('b.', places)))[0].owner, 'o2');
});

test('forgetting a workshop takes away all its series', async () => {
  const places = { indexed: fakeBase(), local: fakeLocal() };
  await new Shelf('b.participant.', places).change(() => ({ put: state() }));
  new Shelf('b.wall.', places).keepNow(state({ tab: 't2' }));
  await new Shelf('b.', places).change((all) => ({ drop: all.map((one) => one.tab) }));
  assert.equal(places.indexed.kept.size + places.local.kept.size, 0);
});

test('a series is free when its page has left, has long been silent, or the clock was set back', () => {
  assert.equal(isFree(state({ at: 100_000 }), '', 110_000), false);
  assert.equal(isFree(state({ at: 100_000 }), 'o1', 110_000), true);
  assert.equal(isFree(state({ at: 100_000 }), '', 121_000), true);
  assert.equal(isFree(state({ at: 900_000 }), '', 100_000), true);
});

test('a page takes what is unsent first, then its own; what holds nothing is thrown away', () => {
  const mine = state({ tab: 'own', pending: [] });
  const empty = state({ tab: 'empty', pending: [] });
  const unsent = state({ tab: 'unsent' });
  assert.deepEqual(choose([mine, empty, unsent], 'own'), { claimed: unsent, drop: ['own', 'empty'] });
  assert.deepEqual(choose([mine, empty], 'own'), { claimed: mine, drop: ['empty'] });
  assert.deepEqual(choose([unsent, state({ tab: 'own' })], 'own').claimed.tab, 'own');
  assert.deepEqual(choose([empty], 'own'), { claimed: null, drop: ['empty'] });
});

/** A saver whose promises are settled by hand. */
function slow() {
  const asked = [];
  return { asked, load: () => null, save: () => new Promise((done) => { asked.push(done); }) };
}

test('nothing is sent before it is kept, and then once and in order', async () => {
  const saver = slow();
  const store = new Store({ saver });
  const sent = [];
  for (const note of ['a', 'b']) store.propose('write', { note }, (op) => sent.push(op.n));
  assert.deepEqual(store.unanswered(), []);
  assert.equal(store.shown().waiting, 2, 'it is shown at once');
  saver.asked[0](true);
  await Promise.resolve();
  assert.deepEqual(sent, [1]);
  assert.deepEqual(store.unanswered().map((op) => op.n), [1]);
  saver.asked[1](true);
  await Promise.resolve();
  assert.deepEqual(sent, [1, 2]);
});

test('a page whose series was taken sends nothing more, and heeds no answer to what is not its own', async () => {
  const saver = slow();
  const store = new Store({ saver });
  const sent = [];
  for (const note of ['a', 'b']) store.propose('write', { note }, (op) => sent.push(op.n));
  saver.asked[0](true);
  await Promise.resolve();
  store.yield(1);
  saver.asked[1](false);
  await Promise.resolve();
  store.receive(['ack', 9]);
  store.receive(['refused', 2, 'full']);
  assert.deepEqual(sent, [1]);
  assert.deepEqual(store.unanswered(), []);
  assert.equal(store.shown().waiting, 1);
});
