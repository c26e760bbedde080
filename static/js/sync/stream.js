/**
 * The way round a network that blocks WebSockets (SPEC P8 to P12): the same frames over HTTP, behind the face of a
 * WebSocket; and the choice of way. What frames mean is the store's, and when to come back the connection's.
 */

/** @typedef {'socket' | 'open' | 'poll'} Way a WebSocket, a stream, or long polls */
/** @typedef {{ name: Uint8Array, number: number, stop: AbortController }} Line one line of the server's */

const FIRST_WITHIN = 2000;
/** How long a stream that has not beaten yet may pause: a proxy may let its first 64 KiB pass, and hold the rest. */
const BEATS_WITHIN = 8000;
const STEADY = 25_000;
const POLL_WITHIN = 40_000;
/** What was said before the line went may still be on its way to us. */
const LAST_WORDS = 1000;
const BATCH_BYTES = 48 * 1024;
const BATCH_FRAMES = 32;
const OPEN = 1;
const CLOSED = 3;
const LOST = 1006;
/** Close codes (P5) for requests that are turned away before a line can say why. */
const TURNED_AWAY = new Map([[403, 4505], [413, 4500], [415, 4500], [429, 4003]]);

export class Stream {
  /** @type {() => void} */ onopen = () => {};
  /** @type {(event: { data: Uint8Array }) => void} */ onmessage = () => {};
  /** @type {(event: { code: number }) => void} */ onclose = () => {};
  readyState = 0;
  #fetch;
  #base;
  /** @type {Way} */ #way;
  /** @type {Uint8Array | null} */ #hello = null;
  /** @type {Line | null} */ #line = null;
  /** @type {Uint8Array[]} */ #queue = [];
  #sending = false;
  #steady = false;
  /** @type {any} */ #patience = 0;

  /**
   * @param {Way} way `open` turns to `poll` by itself where a proxy holds the stream back
   * @param {string} board its id, which stands in the address
   * @param {object} [options]
   * @param {typeof fetch} [options.ask]
   */
  constructor(way, board, { ask = (...args) => fetch(...args) } = {}) {
    this.#way = way;
    this.#fetch = ask;
    this.#base = `/stream/${board}/`;
    queueMicrotask(() => {
      if (this.readyState === CLOSED) return;
      this.readyState = OPEN;
      this.onopen();
    });
  }

  /** Which way it goes at present. */
  get way() {
    return this.#way;
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

  /** Hang up; nothing is heard any more, not even `onclose`. */
  close() {
    this.readyState = CLOSED;
    clearTimeout(this.#patience);
    this.#line?.stop.abort();
    this.#line = null;
  }

  /** A new line. What was said on the one before and not answered is said again by who said it (P4). */
  #begin() {
    this.#line?.stop.abort();
    const line = { name: crypto.getRandomValues(new Uint8Array(16)), number: 0, stop: new AbortController() };
    this.#line = line;
    this.#queue = [];
    this.#sending = this.#steady = false;
    this.#wait(FIRST_WITHIN);
    (this.#way === 'open' ? this.#stream(line) : this.#poll(line)).catch(() => this.#end(line, LOST));
  }

  /** @param {Line} line */
  async #stream(line) {
    const answer = await this.#ask(line, 'open', 0, this.#hello ? [this.#hello] : []);
    if (!answer.ok || !answer.body) return this.#end(line, TURNED_AWAY.get(answer.status) ?? LOST);
    const reader = answer.body.getReader();
    /** @type {Uint8Array} */ let rest = new Uint8Array(0);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return this.#end(line, LOST);
      rest = this.#take(line, rest.length ? joined([rest, value]) : value);
      this.#wait(this.#steady ? STEADY : BEATS_WITHIN);
    }
  }

  /** @param {Line} line */
  async #poll(line) {
    let frames = this.#hello ? [this.#hello] : [];
    for (let number = 0; line === this.#line; number += 1) {
      const answer = await this.#ask(line, number ? 'more' : 'poll', number, frames);
      if (!answer.ok) return this.#end(line, TURNED_AWAY.get(answer.status) ?? LOST);
      const rest = this.#take(line, new Uint8Array(await answer.arrayBuffer()));
      if (rest.length) return this.#end(line, LOST);
      frames = [];
      this.#wait(POLL_WITHIN);
    }
  }

  /** Send what waits, one batch after the other, each when the one before was taken. @param {Line} line */
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

  /** Hand on the whole frames; give what is left. @param {Line} line @param {Uint8Array} bytes */
  #take(line, bytes) {
    let at = 0;
    while (line === this.#line && bytes.length - at >= 4) {
      const size = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
      if (bytes.length - at - 4 < size) break;
      const frame = bytes.subarray(at + 4, at + 4 + size);
      at += 4 + size;
      if (size) this.onmessage({ data: frame });
      else this.#steady = true;
    }
    return bytes.subarray(at);
  }

  /** @param {number} ms */
  #wait(ms) {
    clearTimeout(this.#patience);
    const line = this.#line;
    if (line) this.#patience = setTimeout(() => this.#silent(line), ms);
  }

  /** Nothing has come for too long. @param {Line} line */
  #silent(line) {
    if (line !== this.#line) return;
    if (this.#way === 'open' && !this.#steady) {
      this.#way = 'poll';
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
/** Failures, each beside a server that answers, after which WebSockets count as blocked here; and where one has worked. */
const BLOCKED = 2;
const BLOCKED_AFTER_ALL = 4;

/** Which way to take, from how the ways have done. Kept for the tab, since the network is the same on its next page. */
export class Ways {
  /** @type {Way} */ #way = 'socket';
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
      const { way, at } = JSON.parse(keep?.getItem(REMEMBERED) ?? '{}');
      if ((way === 'open' || way === 'poll') && clock() - at < LEFT_AFTER) this.#take(way);
    } catch {
      // Kept by another version: as if nothing was.
    }
  }

  /** The way to dial next. */
  get way() {
    return this.#way;
  }

  /** Whether it is time to see if a WebSocket passes by now. */
  get due() {
    return this.#way !== 'socket' && this.#clock() - this.#since >= this.#retry;
  }

  /** A probe is made: the next one waits longer. */
  probed() {
    this.#since = this.#clock();
    this.#retry = Math.min(RETRY_LAST, this.#retry * 2);
  }

  /** A first frame came by this way. @param {Way} way */
  worked(way) {
    this.#failures = 0;
    if (way === 'socket') this.#proved = true;
    this.#take(way);
  }

  /**
   * The present way gave no frame: it ended, or has `waited` for one in vain, while the server was `healthy` or not.
   * Answers whether another way is to be taken at once.
   * @param {{ waited: boolean, healthy: boolean }} how
   */
  failed({ waited, healthy }) {
    if (this.#way !== 'socket') {
      // The network may be another one now. If not, one failure more shows it.
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

  /** @param {Way} way */
  #take(way) {
    if (way === this.#way) return;
    if (this.#way === 'socket') this.#since = this.#clock();
    this.#way = way;
    try {
      this.#keep?.setItem(REMEMBERED, JSON.stringify({ way, at: this.#clock() }));
    } catch {
      // Full or forbidden: found out again on the next page.
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
