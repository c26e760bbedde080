/** The line: how long it waits before it comes back, what makes it come back at once, its pings, and whose ops it carries. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { Connection } from '../../static/js/sync/connection.js';
import { Store } from '../../static/js/sync/store.js';
import { pack, unpack } from '../../static/js/sync/wire.js';

/** @type {FakeSocket[]} */ let sockets;
/** @type {Map<string, () => void>} */ let heard;

class FakeSocket {
  static OPEN = 1;
  readyState = 0;
  sent = [];
  constructor() { sockets.push(this); }
  send(bytes) { this.sent.push(unpack(bytes)); }
  close() { this.readyState = 3; }
  /** The server takes the hello. */
  opens() {
    this.readyState = 1;
    this.onopen();
    this.says(['welcome', { time: Date.now(), seat: 's1', role: 'participant', ack: 0 }]);
  }
  says(frame) { this.onmessage({ data: pack(frame) }); }
  breaks(code = 1006) { this.readyState = 3; this.onclose({ code }); }
}

beforeEach(() => {
  sockets = [];
  heard = new Map();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  const listen = { addEventListener: (name, run) => heard.set(name, run) };
  Object.assign(globalThis, { window: listen, document: { ...listen, visibilityState: 'visible' }, WebSocket: FakeSocket, sessionStorage: { getItem: () => null } });
  // The server does not answer at all: it is away, and not blocked (P8).
  mock.method(globalThis, 'fetch', async () => { throw new Error('away'); });
});
afterEach(() => { mock.timers.reset(); mock.restoreAll(); });

/** A connection and its store. @param {object} [keeper] */
function made(keeper = undefined, options = {}) {
  const store = new Store({ keeper: keeper ?? own() });
  const connection = new Connection({ url: 'ws://x/ws/b', board: 'b', token: 't', store, changed() {}, ...options });
  connection.start();
  return { store, connection };
}
const own = () => ({ series: { tab: 'own', n: 0, seen: 0 }, earlier: [], keep: async () => true, drop() {}, renew: () => ({ tab: 'fresh', n: 0, seen: 0 }) });
const last = () => sockets[sockets.length - 1];
const settled = () => new Promise((done) => { setImmediate(done); });

/** How long the line waits after it broke: the ms until the next socket. */
function wait() {
  const before = sockets.length;
  last().breaks();
  let ms = 0;
  for (; sockets.length === before && ms < 10_000; ms += 1) mock.timers.tick(1);
  return ms;
}

test('back-off grows to five seconds and has jitter', async () => {
  for (const [luck, share] of [[0, 0.5], [0.9999999, 1]]) {
    mock.method(Math, 'random', () => luck);
    sockets = [];
    made();
    await settled();
    const waits = Array.from({ length: 9 }, wait);
    [500, 750, 1125, 1688, 2531, 3797, 5000, 5000, 5000].forEach((full, at) => assert.ok(Math.abs(waits[at] - full * share) <= 2, `${waits}`));
  }
});

test('a socket that the page opens already is used, open or not, unless it has failed', async () => {
  for (const [readyState, used] of [[0, true], [1, true], [3, false]]) {
    sockets = [];
    const opening = new FakeSocket();
    opening.readyState = readyState;
    made(undefined, { opening });
    await settled();
    assert.equal(sockets.length, used ? 1 : 2);
    if (readyState !== 1) last().opens();
    assert.deepEqual(last().sent.map(([name]) => name), ['hello']);
    // The next one is its own.
    wait();
    assert.equal(sockets.length, used ? 2 : 3);
  }
});

test('whether notes are only dragged or anything else has changed is told apart', async () => {
  const told = [];
  made(undefined, { changed: () => told.push('changed'), moved: () => told.push('moved') });
  await settled();
  last().opens();
  told.length = 0;
  last().says(['drags', { n1: [0.5, 0.5] }]);
  last().says(['here', []]);
  assert.deepEqual(told, ['moved', 'changed']);
});

for (const [name, place] of [['online', 'window'], ['pageshow', 'window'], ['visibilitychange', 'document']]) {
  test(`on ${name} (${place}) it comes back at once, and begins with short waits again`, async () => {
    mock.method(Math, 'random', () => 0);
    const run = () => heard.get(name)?.();
    made();
    await settled();
    for (let i = 0; i < 8; i += 1) wait();
    last().breaks();
    const before = sockets.length;
    run();
    assert.equal(sockets.length, before + 1);
    assert.ok(wait() <= 251);
  });
}

test('a page that is hidden does not come back because of that', async () => {
  made();
  await settled();
  last().breaks();
  globalThis.document.visibilityState = 'hidden';
  heard.get('visibilitychange')?.();
  assert.equal(sockets.length, 1);
});

test('it pings every ten seconds, and treats a line as dead after two without an answer', async () => {
  mock.method(Math, 'random', () => 0);
  const { store } = made();
  await settled();
  last().opens();
  const pings = () => sockets[0].sent.filter(([name]) => name === 'ping').length;
  mock.timers.tick(10_000);
  assert.equal(pings(), 1);
  last().says(['pong', 1]);
  mock.timers.tick(20_000);
  assert.equal(pings(), 3);
  assert.equal(store.shown().connected, 'yes');
  mock.timers.tick(10_000);
  assert.equal(store.shown().connected, 'away');
  mock.timers.tick(250);
  assert.equal(sockets.length, 2);
});

test('on offline the line is dropped at once, and no word of the old one counts', async () => {
  const { store } = made();
  await settled();
  const [old] = sockets;
  old.opens();
  heard.get('offline')?.();
  assert.equal(store.shown().connected, 'away');
  old.says(['trouble', 'store_away']);
  assert.equal(store.shown().trouble, '');
});

test('P5 a code that says so is the end', async () => {
  const { store } = made();
  await settled();
  last().opens();
  last().breaks(4504);
  heard.get('online')?.();
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
  assert.deepEqual([store.shown().connected, store.shown().closeReason], ['over', 'gone']);
});

test('P4 what an earlier page left goes first, on a line of its own, and then what is ours', async () => {
  const earlier = [1, 2].map((n) => ({ tab: 'left', n, name: 'write', args: { note: `n${n}` }, kept: true }));
  const { store, connection } = made({ series: { tab: 'own', n: 0, seen: 0 }, earlier, keep: async () => true, drop() {} });
  await settled();
  last().opens();
  connection.send(store.propose('ready', { on: true }));
  const ops = (socket) => socket.sent.filter(([name]) => name === 'op').map(([, n, name]) => `${name} ${n}`);
  assert.equal(sockets[0].sent[0][1].tab, 'left');
  assert.deepEqual(ops(sockets[0]), ['write 1', 'write 2']);
  last().says(['ack', 1]);
  assert.equal(sockets.length, 1);
  last().says(['ack', 2]);
  assert.equal(sockets.length, 2);
  assert.equal(store.shown().connected, 'yes', 'nobody is told of the change');
  last().opens();
  assert.equal(sockets[1].sent[0][1].tab, 'own');
  assert.deepEqual(ops(sockets[1]), ['ready 1']);
  last().says(['ack', 1]);
  assert.equal(store.shown().waiting, 0);
});

const replaceable = (earlier = []) => ({ series: { tab: 'own', n: 0, seen: 0 }, earlier, keep: async () => true, drop() {}, renew: () => ({ tab: 'fresh', n: 0, seen: 0 }) });

test('P14 a page whose series is spoken for elsewhere goes on in a fresh one, and sends what waits under the old', async () => {
  const { store, connection } = made(replaceable());
  await settled();
  last().opens();
  connection.send(store.propose('ready', { on: true }));
  last().breaks(4507);
  assert.equal(store.shown().connected, 'away');
  const later = store.propose('ready', { on: false });
  assert.deepEqual([later.tab, later.n], ['fresh', 1]);
  mock.timers.tick(1000);
  last().opens();
  assert.deepEqual(last().sent.map(([name, about]) => [name, about.tab ?? about]), [['hello', 'own'], ['op', 1]]);
  last().says(['ack', 1]);
  last().opens();
  assert.deepEqual(last().sent.map(([name, about]) => [name, about.tab ?? about]), [['hello', 'fresh'], ['op', 1]]);
  last().says(['ack', 1]);
  assert.equal(store.shown().waiting, 0);
});

test('P14 a page that nobody sees waits until it is seen before it comes back', async () => {
  made(replaceable());
  await settled();
  last().opens();
  globalThis.document.visibilityState = 'hidden';
  last().breaks(4507);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
  globalThis.document.visibilityState = 'visible';
  heard.get('visibilitychange')?.();
  assert.equal(sockets.length, 2);
  last().opens();
  assert.equal(last().sent[0][1].tab, 'fresh');
});

test('P14 what another page left is let go of when that page speaks for it itself', async () => {
  const left = [{ tab: 'left', n: 1, name: 'undo', args: {}, kept: true }];
  made(replaceable(left));
  await settled();
  last().opens();
  last().breaks(4507);
  mock.timers.tick(1000);
  last().opens();
  assert.deepEqual(last().sent.map(([name, about]) => [name, about.tab]), [['hello', 'own']]);
});

test('on a line that has gone silent a note says within five seconds that it waits, and no more once it is answered', () => {
  const { store, connection } = made();
  last().opens();
  last().says(['mine', 1, { me: { seat: 's1', write: null, can: ['write'] } }, []]);
  connection.send(store.propose('write', { note: 'w1', text: 'Ny leder', sheet: 'line', lane: '' }));
  assert.deepEqual([store.shown().late, store.shown().note('w1')?.late], [0, false]);
  mock.timers.tick(5000);
  assert.equal(store.shown().connected, 'yes');
  assert.deepEqual([store.shown().late, store.shown().note('w1')?.late], [1, true]);
  last().says(['ack', 1]);
  assert.equal(store.shown().late, 0);
});

test('a note that was answered in time never says that it waits', () => {
  const { store, connection } = made();
  last().opens();
  connection.send(store.propose('write', { note: 'w1', text: 'Ny leder', sheet: 'line', lane: '' }));
  last().says(['ack', 1]);
  const shown = store.shown();
  mock.timers.tick(5000);
  assert.equal(store.shown(), shown, 'nothing to draw');
});
