/** The way round a blocked WebSocket: which way is taken, and a line over HTTP against a server made of answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Stream, Transports } from '../../static/js/sync/stream.js';

const MINUTE = 60_000;

function transports({ kept = {}, now = 0, proved = false } = {}) {
  const world = { now, /** @type {Record<string, string>} */ kept };
  const made = new Transports({
    proved,
    clock: () => world.now,
    keep: { getItem: (key) => world.kept[key] ?? null, setItem: (key, value) => { world.kept[key] = value; } },
  });
  return { made, world };
}

const ENDED = { waited: false, healthy: true };
const SWALLOWED = { waited: true, healthy: true };

test('P8 a WebSocket that fails twice beside a server that answers is blocked', () => {
  const { made } = transports();
  assert.equal(made.transport, 'socket');
  assert.equal(made.failed(ENDED), false);
  assert.equal(made.failed(ENDED), true);
  assert.equal(made.transport, 'open');
});

test('P8 a WebSocket that is swallowed is blocked at once', () => {
  const { made } = transports();
  assert.equal(made.failed(SWALLOWED), true);
  assert.equal(made.transport, 'open');
});

test('P8 a server that does not answer at all is only away', () => {
  const { made } = transports();
  for (let i = 0; i < 20; i += 1) assert.equal(made.failed({ waited: i % 2 === 0, healthy: false }), false);
  assert.equal(made.transport, 'socket');
  assert.equal(made.failed(ENDED), false);
});

test('P8 where a WebSocket has worked, it takes more to be called blocked', () => {
  const { made } = transports({ proved: true });
  for (let i = 0; i < 3; i += 1) assert.equal(made.failed(ENDED), false);
  assert.equal(made.failed(ENDED), true);
});

test('P8 a way that gives nothing any more makes room for a WebSocket, and one failure more brings it back', () => {
  const { made } = transports();
  made.failed(SWALLOWED);
  made.worked('open');
  assert.equal(made.failed(ENDED), false);
  assert.equal(made.transport, 'socket');
  assert.equal(made.failed(ENDED), true);
  assert.equal(made.transport, 'open');
});

test('P8 the way is remembered for the next page, not for ever', () => {
  const { made, world } = transports();
  made.failed(SWALLOWED);
  made.worked('poll');
  assert.equal(transports({ kept: world.kept, now: 10 * MINUTE }).made.transport, 'poll');
  assert.equal(transports({ kept: world.kept, now: 40 * MINUTE }).made.transport, 'socket');
  assert.equal(transports({ kept: { 'tavle.way': 'nonsense' } }).made.transport, 'socket');
});

test('P8 after some minutes a WebSocket is tried again, ever more seldom', () => {
  const { made, world } = transports();
  made.failed(SWALLOWED);
  assert.equal(made.due, false);
  world.now = 5 * MINUTE;
  assert.equal(made.due, true);
  made.probed();
  world.now = 14 * MINUTE;
  assert.equal(made.due, false);
  world.now = 15 * MINUTE;
  assert.equal(made.due, true);
  made.worked('socket');
  assert.equal(made.due, false);
  assert.equal(made.transport, 'socket');
});

/** @param {...(number[] | null)} frames null: a heartbeat */
function packed(...frames) {
  return Uint8Array.from(frames.flatMap((frame) => [0, 0, 0, frame?.length ?? 0, ...(frame ?? [])]));
}

/** A server: what it was asked, and answers that are given when the test says so. */
class Server {
  /** @type {{ kind: string, number: number, name: string, frames: number[][], answer(given: any): void, signal: AbortSignal }[]} */
  asked = [];
  #waiting = () => {};

  ask = (/** @type {any} */ url, /** @type {any} */ { body, signal }) => new Promise((answer, fail) => {
    const view = new DataView(body.buffer);
    const frames = [];
    for (let at = 20; at < body.length; at += 4 + view.getUint32(at)) {
      frames.push([...body.subarray(at + 4, at + 4 + view.getUint32(at))]);
    }
    signal.addEventListener('abort', () => fail(new Error('aborted')));
    const name = Buffer.from(body.subarray(0, 16)).toString('hex');
    this.asked.push({ kind: url.split('/').pop(), number: view.getUint32(16), name, frames, answer, signal });
    this.#waiting();
  });

  /** @param {number} count */
  async until(count) {
    while (this.asked.length < count) await new Promise((go) => { this.#waiting = () => go(undefined); });
    return this.asked[count - 1];
  }
}

/** @param {'open' | 'poll'} way */
async function line(way) {
  const server = new Server();
  const stream = new Stream(way, 'b', { ask: /** @type {any} */ (server.ask) });
  /** @type {number[][]} */ const got = [];
  /** @type {(code: number) => void} */ let closed;
  const over = new Promise((done) => { closed = done; });
  stream.onmessage = ({ data }) => got.push([...data]);
  stream.onclose = ({ code }) => closed(code);
  await new Promise((open) => { stream.onopen = () => open(undefined); });
  stream.send(Uint8Array.of(1, 1));
  return { server, stream, got, over };
}

test('P9 a stream hands on whole frames, however they are cut', async () => {
  const { server, stream, got, over } = await line('open');
  const first = await server.until(1);
  assert.deepEqual([first.kind, first.number, first.frames], ['open', 0, [[1, 1]]]);
  /** @type {any} */ let down;
  first.answer(new Response(new ReadableStream({ start: (made) => { down = made; } })));
  const bytes = packed([7, 8, 9], null, [5]);
  for (const byte of bytes) down.enqueue(Uint8Array.of(byte));
  down.enqueue(packed([4], [3, 2, 1]));
  down.close();
  assert.equal(await over, 1006);
  assert.deepEqual(got, [[7, 8, 9], [5], [4], [3, 2, 1]]);
  assert.equal(stream.readyState, 3);
});

test('P10 what goes up goes in order, a batch when the one before was taken', async () => {
  const { server, stream } = await line('open');
  stream.send(Uint8Array.of(2));
  stream.send(Uint8Array.of(3));
  stream.send(Uint8Array.of(4));
  const one = await server.until(2);
  assert.deepEqual([one.kind, one.number, one.frames], ['up', 1, [[2]]]);
  one.answer(new Response(null, { status: 204 }));
  const two = await server.until(3);
  assert.deepEqual([two.number, two.frames], [2, [[3], [4]]]);
  stream.close();
  assert.ok(two.signal.aborted);
});

test('P11 polls are numbered, and each is asked when the one before was answered', async () => {
  const { server, stream, got, over } = await line('poll');
  const hello = await server.until(1);
  assert.deepEqual([hello.kind, hello.number, hello.frames], ['poll', 0, [[1, 1]]]);
  hello.answer(new Response(packed([9], [8])));
  const next = await server.until(2);
  assert.deepEqual([next.kind, next.number, next.frames, next.name], ['more', 1, [], hello.name]);
  next.answer(new Response(new Uint8Array(0)));
  (await server.until(3)).answer(new Response('{}', { status: 404 }));
  assert.equal(await over, 1006);
  assert.deepEqual(got, [[9], [8]]);
  stream.close();
});

test('P5 a request that is turned away ends with the code a socket would have ended with', async () => {
  for (const [status, code] of [[403, 4505], [415, 4500], [429, 4003], [503, 1006], [500, 1006]]) {
    const { server, over } = await line('open');
    (await server.until(1)).answer(new Response('{}', { status }));
    assert.equal(await over, code);
  }
});

test('P9 a stream that is held back turns to polls by itself, with a line of its own', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { server, stream, got } = await line('open');
  const first = await server.until(1);
  t.mock.timers.tick(2000);
  const second = await server.until(2);
  assert.ok(first.signal.aborted);
  assert.deepEqual([second.kind, second.number, second.frames], ['poll', 0, [[1, 1]]]);
  assert.notEqual(second.name, first.name);
  assert.equal(stream.transport, 'poll');
  second.answer(new Response(packed([6])));
  await server.until(3);
  assert.deepEqual(got, [[6]]);
  stream.close();
});

test('P9 a stream that has let its first words pass and then holds turns to polls too; one that has beaten is lost', async (t) => {
  for (const beaten of [false, true]) {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { server, stream, got, over } = await line('open');
    /** @type {any} */ let down;
    (await server.until(1)).answer(new Response(new ReadableStream({ start: (made) => { down = made; } })));
    down.enqueue(beaten ? packed([7], null) : packed([7]));
    while (!got.length) await Promise.resolve();
    await Promise.resolve();
    t.mock.timers.tick(25_000);
    if (beaten) assert.equal(await over, 1006);
    else assert.equal((await server.until(2)).kind, 'poll');
    stream.close();
    t.mock.timers.reset();
  }
});
