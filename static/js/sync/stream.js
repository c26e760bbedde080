/**
 * The HTTP fall-back for networks that block WebSockets (SPEC P8 to P12), with the interface of a WebSocket, and the choice
 * of transport. The meaning of frames may not live here (store.js), nor when to reconnect (connection.js).
 */
import { at } from './keys.js';

/** @typedef {'socket' | 'open' | 'poll'} Transport a WebSocket, an HTTP stream, or long polling */
/** @typedef {{ name: Uint8Array, number: number, stop: AbortController }} Line a line: the server's name for one fall-back connection */

const FIRST_WITHIN = 2000;
/** Longest pause (ms) of a stream before its first heartbeat: a proxy may pass the first 64 KiB and buffer the rest. */
const BEATS_WITHIN = 8000;
const FLOWING_WITHIN = 25_000;
const POLL_WITHIN = 40_000;
/** After a failed request: ms to wait for frames of the server that may still arrive. */
const LAST_WORDS = 1000;
const BATCH_BYTES = 48 * 1024;
const BATCH_FRAMES = 32;
const OPEN = 1;
const CLOSED = 3;
const LOST = 1006;
/** Close codes (P5) for HTTP statuses that refuse a request before there is a line. */
const CODE_OF_STATUS = new Map([[403, 4505], [413, 4500], [415, 4500], [429, 4003]]);

export class Stream {
  /** @type {() => void} */ onopen = () => {};
  /** @type {(event: { data: Uint8Array }) => void} */ onmessage = () => {};
  /** @type {(event: { code: number }) => void} */ onclose = () => {};
  readyState = 0;
  #fetch;
  #base;
  /** @type {Transport} */ #transport;
  /** @type {Uint8Array | null} */ #hello = null;
  /** @type {Line | null} */ #line = null;
  /** @type {Uint8Array[]} */ #queue = [];
  #sending = false;
  #flowing = false;
  /** @type {any} */ #timer = 0;

  /**
   * @param {Transport} transport `open` changes to `poll` by itself where a proxy buffers the stream
   * @param {string} board its id, which stands in the address
   * @param {object} [options]
   * @param {typeof fetch} [options.ask]
   */
  constructor(transport, board, { ask = (...args) => fetch(...args) } = {}) {
    this.#transport = transport;
    this.#fetch = ask;
    this.#base = at(`/stream/${board}/`);
    queueMicrotask(() => {
      if (this.readyState === CLOSED) return;
      this.readyState = OPEN;
      this.onopen();
    });
  }

  /** The current transport. */
  get transport() {
    return this.#transport;
  }

  /** The first frame must be hello. @param {Uint8Array} bytes */
  send(bytes) {
    if (this.readyState !== OPEN) return;
    if (this.#hello) {
      this.#queue.push(bytes);
      if (!this.#sending && this.#line) void this.#pump(this.#line);
      return;
    }
    this.#hello = bytes;
    this.#begin();
  }

  /** Close; no event follows, not even `onclose`. */
  close() {
    this.readyState = CLOSED;
    clearTimeout(this.#timer);
    this.#line?.stop.abort();
    this.#line = null;
  }

  /** Begin a new line. Ops without an answer are resent by the connection after `welcome` (P4). */
  #begin() {
    this.#line?.stop.abort();
    const line = { name: crypto.getRandomValues(new Uint8Array(16)), number: 0, stop: new AbortController() };
    this.#line = line;
    this.#queue = [];
    this.#sending = this.#flowing = false;
    this.#wait(FIRST_WITHIN);
    (this.#transport === 'open' ? this.#stream(line) : this.#poll(line)).catch(() => this.#end(line, LOST));
  }

  /** @param {Line} line */
  async #stream(line) {
    const answer = await this.#ask(line, 'open', 0, this.#hello ? [this.#hello] : []);
    if (!answer.ok || !answer.body) return this.#end(line, CODE_OF_STATUS.get(answer.status) ?? LOST);
    const reader = answer.body.getReader();
    /** @type {Uint8Array} */ let rest = new Uint8Array(0);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return this.#end(line, LOST);
      rest = this.#take(line, rest.length ? joined([rest, value]) : value);
      this.#wait(this.#flowing ? FLOWING_WITHIN : BEATS_WITHIN);
    }
  }

  /** @param {Line} line */
  async #poll(line) {
    let frames = this.#hello ? [this.#hello] : [];
    for (let number = 0; line === this.#line; number += 1) {
      const answer = await this.#ask(line, number ? 'more' : 'poll', number, frames);
      if (!answer.ok) return this.#end(line, CODE_OF_STATUS.get(answer.status) ?? LOST);
      const rest = this.#take(line, new Uint8Array(await answer.arrayBuffer()));
      if (rest.length) return this.#end(line, LOST);
      frames = [];
      this.#wait(POLL_WITHIN);
    }
  }

  /** Send queued frames in batches, each after the server has answered the one before. @param {Line} line */
  async #pump(line) {
    this.#sending = true;
    while (line === this.#line && this.#queue.length) {
      let size = 0;
      let count = 0;
      while (count < this.#queue.length && count < BATCH_FRAMES && size + this.#queue[count].length <= BATCH_BYTES) {
        size += this.#queue[count].length;
        count += 1;
      }
      const frames = this.#queue.splice(0, count || 1);
      line.number += 1;
      const answer = await this.#ask(line, 'up', line.number, frames).catch(() => null);
      if (answer?.ok) continue;
      setTimeout(() => this.#end(line, LOST), LAST_WORDS);
      return;
    }
    if (line === this.#line) this.#sending = false;
  }

  /** @param {Line} line @param {string} kind @param {number} number @param {Uint8Array[]} frames */
  #ask(line, kind, number, frames) {
    return this.#fetch(this.#base + kind, {
      method: 'POST',
      headers: { 'content-type': 'application/msgpack' },
      body: joined([line.name, length(number), ...frames.flatMap((frame) => [length(frame.length), frame])]),
      cache: 'no-store',
      redirect: 'error',
      signal: line.stop.signal,
    });
  }

  /** Pass on the complete frames; returns the remaining bytes. @param {Line} line @param {Uint8Array} bytes */
  #take(line, bytes) {
    let at = 0;
    while (line === this.#line && bytes.length - at >= 4) {
      const size = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
      if (bytes.length - at - 4 < size) break;
      const frame = bytes.subarray(at + 4, at + 4 + size);
      at += 4 + size;
      if (size) this.onmessage({ data: frame });
      else this.#flowing = true;
    }
    return bytes.subarray(at);
  }

  /** @param {number} ms */
  #wait(ms) {
    clearTimeout(this.#timer);
    const line = this.#line;
    if (line) this.#timer = setTimeout(() => this.#silent(line), ms);
  }

  /** No bytes have come for too long: change to polling, or end the line. @param {Line} line */
  #silent(line) {
    if (line !== this.#line) return;
    if (this.#transport === 'open' && !this.#flowing) {
      this.#transport = 'poll';
      this.#begin();
    } else {
      this.#end(line, LOST);
    }
  }

  /** @param {Line} line @param {number} code */
  #end(line, code) {
    if (line !== this.#line) return;
    this.close();
    this.onclose({ code });
  }
}

const REMEMBERED = 'tavle.way';
const LEFT_AFTER = 30 * 60_000;
const RETRY_FIRST = 5 * 60_000;
const RETRY_LAST = 40 * 60_000;
/** Failures while the server answers HTTP after which WebSockets count as blocked; the second where one has worked. */
const BLOCKED = 2;
const BLOCKED_AFTER_ALL = 4;

/** Chooses the transport from past successes and failures. Stored for the tab: its next page has the same network. */
export class Transports {
  /** @type {Transport} */ #transport = 'socket';
  #failures = 0;
  #proved = false;
  #retry = RETRY_FIRST;
  #since = 0;
  #clock;
  #keep;

  /**
   * @param {object} [options]
   * @param {boolean} [options.proved] a WebSocket has worked on this page
   * @param {() => number} [options.clock] ms
   * @param {{ getItem(key: string): string | null, setItem(key: string, value: string): void } | null} [options.keep]
   */
  constructor({ proved = false, clock = Date.now, keep = storage() } = {}) {
    this.#proved = proved;
    this.#clock = clock;
    this.#keep = keep;
    try {
      const { transport, at } = JSON.parse(keep?.getItem(REMEMBERED) ?? '{}');
      if ((transport === 'open' || transport === 'poll') && clock() - at < LEFT_AFTER) this.#take(transport);
    } catch {
      // Stored by another version: ignored.
    }
  }

  /** The transport of the next connection. */
  get transport() {
    return this.#transport;
  }

  /** Whether it is time to test if a WebSocket works by now. */
  get due() {
    return this.#transport !== 'socket' && this.#clock() - this.#since >= this.#retry;
  }

  /** Note that a test is made; the pause before the next one doubles. */
  probed() {
    this.#since = this.#clock();
    this.#retry = Math.min(RETRY_LAST, this.#retry * 2);
  }

  /** Note that a first frame came by this transport. @param {Transport} transport */
  worked(transport) {
    this.#failures = 0;
    if (transport === 'socket') this.#proved = true;
    this.#take(transport);
  }

  /**
   * Note that the current transport gave no frame: it closed, or (`waited`) gave none in time. `healthy`: the server
   * answered HTTP meanwhile. Returns whether to connect with another transport at once.
   * @param {{ waited: boolean, healthy: boolean }} how
   */
  failed({ waited, healthy }) {
    if (this.#transport !== 'socket') {
      // The network may have changed, so a WebSocket is tried again; if it fails once, it counts as blocked.
      this.#take('socket');
      this.#failures = this.#needed() - 1;
      return false;
    }
    if (healthy) this.#failures += waited ? BLOCKED : 1;
    else this.#failures = 0;
    if (this.#failures < this.#needed()) return false;
    this.#take('open');
    return true;
  }

  #needed() {
    return this.#proved ? BLOCKED_AFTER_ALL : BLOCKED;
  }

  /** @param {Transport} transport */
  #take(transport) {
    if (transport === this.#transport) return;
    if (this.#transport === 'socket') this.#since = this.#clock();
    this.#transport = transport;
    try {
      this.#keep?.setItem(REMEMBERED, JSON.stringify({ transport, at: this.#clock() }));
    } catch {
      // Storage is full or disabled: the next page finds out again.
    }
  }
}

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {number} value */
function length(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
