/**
 * The only WebSocket: hello, resending, back-off, heartbeat. What frames mean is the store's;
 * nothing is drawn here.
 */
import { PROTOCOL, closeName, comesBack, pack, unpack } from './wire.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./types.js').Op} Op */

const FIRST_WAIT = 500;
const GROWTH = 1.5;
const LONGEST_WAIT = 5000;
const PING_EVERY = 10_000;
const PINGS_MISSED = 2;
const DRAG_EVERY = 50;

export class Connection {
  /** @type {Store} */ #store;
  #url;
  /** @type {() => { board: string, token: string, tab: string }} */ #who;
  /** @type {() => void} */ #changed;
  /** @type {WebSocket | null} */ #socket = null;
  #open = false;
  #over = false;
  #failures = 0;
  #missed = 0;
  /** @type {any} */ #again = 0;
  /** @type {any} */ #beat = 0;
  #dragged = 0;
  #said = 0;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {Store} options.store
   * @param {() => { board: string, token: string, tab: string }} options.who asked at every hello
   * @param {() => void} options.changed called when the store has something new
   */
  constructor({ url, store, who, changed }) {
    this.#url = url;
    this.#store = store;
    this.#who = who;
    this.#changed = changed;
    window.addEventListener('online', () => this.#comeBackNow());
    window.addEventListener('offline', () => this.#drop());
    window.addEventListener('pageshow', () => this.#comeBackNow());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBackNow();
    });
  }

  start() {
    this.#dial();
  }

  /** Send an op that the store holds; while the line is down it waits there. @param {Op} op */
  send(op) {
    if (this.#open) this.#socket?.send(pack(['op', op.n, op.name, op.args]));
  }

  /** @param {string} note @param {number | null} x @param {number | null} y null when it is let go, which is always said */
  drag(note, x, y) {
    const now = performance.now();
    if (!this.#open || (x !== null && now - this.#dragged < DRAG_EVERY)) return;
    this.#dragged = now;
    this.#socket?.send(pack(['drag', note, x, y]));
  }

  #dial() {
    clearTimeout(this.#again);
    if (this.#over || this.#socket) return;
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#said = 0;
    socket.onopen = () => {
      const { board, token, tab } = this.#who();
      socket.send(pack(['hello', { protocol: PROTOCOL, board, token, tab, seen: this.#store.seen() }]));
      this.#heartbeat();
    };
    socket.onmessage = ({ data }) => this.#receive(socket, data);
    // A proxy may swallow the close code; what the server said before it counts then.
    socket.onclose = ({ code }) => this.#closed(socket, code >= 4000 ? code : this.#said || code);
  }

  /** @param {WebSocket} socket @param {ArrayBuffer} data */
  #receive(socket, data) {
    const frame = socket === this.#socket ? unpack(data) : null;
    if (!frame) return;
    this.#missed = 0;
    if (frame[0] === 'pong') return;
    if (frame[0] === 'bye') this.#said = frame[1];
    this.#store.receive(frame);
    if (frame[0] === 'welcome') {
      this.#open = true;
      this.#failures = 0;
      this.#store.line('yes');
      for (const op of this.#store.unanswered()) this.send(op);
    }
    this.#changed();
  }

  /** @param {WebSocket} socket @param {number} code */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#open = false;
    clearInterval(this.#beat);
    if (!comesBack(code)) {
      this.#over = true;
      this.#store.line('over', closeName(code) || 'unknown');
    } else {
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * GROWTH ** this.#failures);
      this.#failures += 1;
      this.#store.line('away');
      // Jitter: a hundred phones that lost the same access point must not knock at once.
      this.#again = setTimeout(() => this.#dial(), wait * (0.5 + Math.random() / 2));
    }
    this.#changed();
  }

  /** The page is seen again or the network is back: do not sit out the wait. */
  #comeBackNow() {
    this.#failures = 0;
    if (this.#open) this.#ping();
    else this.#dial();
  }

  #heartbeat() {
    clearInterval(this.#beat);
    this.#missed = 0;
    this.#beat = setInterval(() => {
      if (this.#missed >= PINGS_MISSED) this.#drop();
      else this.#ping();
    }, PING_EVERY);
  }

  #ping() {
    this.#missed += 1;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(pack(['ping', Date.now()]));
  }

  /** A half-open line never says goodbye: treat it as closed now, not when the system notices. */
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(socket, 4000);
    socket.close();
  }
}
