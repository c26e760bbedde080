/**
 * The only WebSocket: hello, resending, back-off, heartbeat; and the turn to HTTP (stream.js) where a network lets no
 * WebSocket pass. What frames mean is the store's; nothing is drawn here.
 */
import { Close, PROTOCOL, closeName, comesBack, pack, unpack } from './wire.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../types.js').Op} Op */
/** @typedef {import('./stream.js').Stream} Stream */

const FIRST_WAIT = 500;
const GROWTH = 1.5;
const LONGEST_WAIT = 5000;
const PING_EVERY = 10_000;
const PINGS_MISSED = 2;
const DRAG_EVERY = 50;
/** For a WebSocket to open; and, when it has, for its first word. */
const ANSWER_WITHIN = 2500;
/** A protocol that nobody speaks: any answer to it shows that frames pass both ways. */
const NO_PROTOCOL = 0;
const HEALTH_WITHIN = 3000;
/** Where stream.js remembers for the tab that its network blocks WebSockets. */
const DETOUR = 'tavle.way';

export class Connection {
  /** @type {Store} */ #store;
  #url;
  #board;
  #token;
  /** @type {() => void} */ #changed;
  /** @type {WebSocket | Stream | null} */ #socket = null;
  /** Fetched when it is needed first. @type {typeof import('./stream.js') | null} */ #detour = null;
  /** @type {import('./stream.js').Ways | null} */ #ways = null;
  /** Whether a WebSocket has worked on this page. */
  #proved = false;
  /** Whether anything came by the present line. */
  #heard = false;
  /** @type {any} */ #guard = 0;
  #open = false;
  #over = false;
  #failures = 0;
  #missed = 0;
  /** @type {any} */ #again = 0;
  /** @type {any} */ #beat = 0;
  #dragged = 0;
  /** Whose ops the present line carries. */ #tab = '';
  #said = 0;

  /**
   * @param {object} options
   * @param {string} options.url of the server's WebSockets; the board's id comes after it
   * @param {string} options.board
   * @param {string} options.token
   * @param {Store} options.store
   * @param {() => void} options.changed called when the store has something new
   */
  constructor({ url, board, token, store, changed }) {
    this.#url = `${url}/${board}`;
    this.#board = board;
    this.#token = token;
    this.#store = store;
    this.#changed = changed;
    window.addEventListener('online', () => this.#comeBackNow());
    window.addEventListener('offline', () => this.#drop());
    window.addEventListener('pageshow', () => this.#comeBackNow());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBackNow();
    });
  }

  async start() {
    if (remembers()) await this.#prepare();
    this.#dial();
  }

  /** Send an op that the store holds; while the line is down it waits there. @param {Op} op */
  send(op) {
    if (this.#open && op.tab === this.#tab) this.#socket?.send(pack(['op', op.n, op.name, op.args]));
  }

  /** Where the line has said all that its series holds, and another one has something to send, take a line for that. */
  turn() {
    if (this.#open && this.#store.turns()) this.#dialAnew();
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
    const way = this.#ways?.way ?? 'socket';
    const socket = way === 'socket' || !this.#detour ? this.#newSocket() : new this.#detour.Stream(way, this.#board);
    this.#socket = socket;
    this.#said = 0;
    this.#heard = false;
    if (socket instanceof WebSocket) this.#waitForWord(socket);
    socket.onopen = () => {
      const { tab, seen } = this.#store.hello();
      this.#tab = tab;
      socket.send(pack(['hello', { protocol: PROTOCOL, token: this.#token, tab, seen }]));
      this.#heartbeat();
    };
    socket.onmessage = (/** @type {{ data: any }} */ { data }) => this.#receive(socket, data);
    // A proxy may swallow the close code; what the server said before it counts then.
    socket.onclose = (/** @type {{ code: number }} */ { code }) => this.#closed(socket, code >= 4000 ? code : this.#said || code);
  }

  #newSocket() {
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    return socket;
  }

  /** A network may swallow WebSockets without a word. @param {WebSocket | Stream} socket @param {boolean} [opened] */
  #waitForWord(socket, opened = false) {
    clearTimeout(this.#guard);
    const silent = () => socket === this.#socket && !this.#heard && (opened || socket.readyState !== WebSocket.OPEN);
    this.#guard = setTimeout(async () => {
      const turned = silent() && await this.#failed(true) && silent();
      if (turned) this.#dialAnew();
      else if (socket === this.#socket && !this.#heard) this.#waitForWord(socket, true);
    }, ANSWER_WITHIN);
  }

  /** No frame came by the present way. Resolves to whether to take another at once. @param {boolean} waited */
  async #failed(waited) {
    const healthy = await answers();
    // Never from a server that is away: some browsers do not fetch a module again that they could not fetch once.
    if (healthy) await this.#prepare();
    return this.#ways?.failed({ waited, healthy }) ?? false;
  }

  async #prepare() {
    try {
      this.#detour ??= await import('./stream.js');
      this.#ways ??= new this.#detour.Ways({ proved: this.#proved });
    } catch {
      // The line broke just now: there will be another failure to learn from.
    }
  }

  /** Leave the line for one that is better, without a word to anybody. */
  #dialAnew() {
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    clearInterval(this.#beat);
    socket?.close();
    this.#dial();
  }

  /** Beside a line over HTTP: see whether a WebSocket passes by now, and go back to it if so. */
  #probe() {
    this.#ways?.probed();
    const socket = this.#newSocket();
    const stop = setTimeout(() => socket.close(), 2 * ANSWER_WITHIN);
    socket.onopen = () => {
      socket.send(pack(['hello', { protocol: NO_PROTOCOL }]));
    };
    socket.onmessage = () => {
      clearTimeout(stop);
      socket.close();
      this.#ways?.worked('socket');
      this.#dialAnew();
    };
  }

  /** @param {WebSocket | Stream} socket @param {ArrayBuffer | Uint8Array} data */
  #receive(socket, data) {
    const frame = socket === this.#socket ? unpack(data) : null;
    if (!frame) return;
    this.#missed = 0;
    this.#heard = true;
    if (frame[0] === 'pong') return;
    if (frame[0] === 'bye') this.#said = frame[1];
    this.#store.receive(frame);
    if (frame[0] === 'welcome') {
      this.#open = true;
      this.#failures = 0;
      this.#proved ||= socket instanceof WebSocket;
      this.#ways?.worked(socket instanceof WebSocket ? 'socket' : socket.way);
      this.#store.line('yes');
      for (const op of this.#store.unanswered()) this.send(op);
    }
    this.turn();
    this.#changed();
  }

  /** @param {WebSocket | Stream} socket @param {number} code */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#open = false;
    clearInterval(this.#beat);
    if (code === Close.replaced) {
      // With another series. A page that nobody sees waits until somebody does: it may be the copy.
      this.#store.replaced();
      this.#store.line('away');
      if (document.visibilityState === 'visible') this.#dialLater();
    } else if (!comesBack(code)) {
      this.#over = true;
      this.#store.line('over', closeName(code) || 'unknown');
    } else {
      this.#store.line('away');
      this.#dialLater();
      if (!this.#heard) void this.#failed(false).then((turned) => { if (turned) this.#dial(); });
    }
    this.#changed();
  }

  /** Each time later than the time before, with jitter: a hundred phones may have lost the same access point. */
  #dialLater() {
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * GROWTH ** this.#failures);
    this.#failures += 1;
    this.#again = setTimeout(() => this.#dial(), wait * (0.5 + Math.random() / 2));
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
      if (this.#ways?.due) this.#probe();
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

/** Whether the server answers at all, so that a WebSocket that does not is blocked on the way. */
async function answers() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), HEALTH_WITHIN);
  try {
    return (await fetch('/health', { cache: 'no-store', signal: stop.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function remembers() {
  try {
    return !!sessionStorage.getItem(DETOUR);
  } catch {
    return false;
  }
}
