/**
 * The page's connection to the server: hello, resending, back-off, heartbeat, and the fall-back to HTTP (stream.js) where
 * a network blocks WebSockets. The meaning of frames may not live here (store.js), and no drawing.
 */
import { Close, PROTOCOL, closeName, comesBack, pack, unpack } from './wire.js';
import { at, socketsBlocked } from './keys.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../types.js').Op} Op */
/** @typedef {import('./stream.js').Stream} Stream */

const FIRST_WAIT = 500;
const GROWTH = 1.5;
const LONGEST_WAIT = 5000;
const PING_EVERY = 10_000;
const PINGS_MISSED = 2;
const DRAG_EVERY = 50;
/** Milliseconds after which an op without an answer counts as late: the line may have gone silent without a cut. */
const LATE_AFTER = 4000;
/** Milliseconds for a WebSocket to open, and then for its first frame. */
const ANSWER_WITHIN = 2500;
/** A protocol number that no server accepts: any answer to a hello with it shows that frames pass both ways. */
const NO_PROTOCOL = 0;
const HEALTH_WITHIN = 3000;

/** A WebSocket. @param {string} url */
export function openSocket(url) {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  return socket;
}

export class Connection {
  /** @type {Store} */ #store;
  #url;
  /** @type {WebSocket | null} */ #opening;
  #board;
  #token;
  /** @type {() => void} */ #changed;
  /** @type {() => void} */ #moved;
  /** @type {WebSocket | Stream | null} */ #socket = null;
  /** Imported when first needed. @type {typeof import('./stream.js') | null} */ #http = null;
  /** @type {import('./stream.js').Transports | null} */ #transports = null;
  /** Whether a WebSocket has worked on this page. */
  #proved = false;
  /** Whether the current connection has received a frame. */
  #received = false;
  /** @type {any} */ #openTimer = 0;
  #open = false;
  #over = false;
  #failures = 0;
  #missed = 0;
  /** @type {any} */ #retryTimer = 0;
  /** @type {any} */ #heartbeatTimer = 0;
  #dragged = 0;
  /** What this person shows: said again on each new connection, since nothing stores it. @type {(number | string)[]} */ #words = [];
  /** The series (tab id) that the current connection sends ops of. */ #tab = '';
  #byeCode = 0;

  /**
   * @param {object} options
   * @param {string} options.url of the board's WebSockets
   * @param {WebSocket | null} [options.opening] the first one, if the page opens it already
   * @param {string} options.board
   * @param {string} options.token
   * @param {Store} options.store
   * @param {() => void} options.changed called when the store has something new
   * @param {() => void} [options.moved] called instead when only notes that are being dragged have moved
   */
  constructor({ url, opening = null, board, token, store, changed, moved = changed }) {
    this.#url = url;
    this.#opening = opening;
    this.#board = board;
    this.#token = token;
    this.#store = store;
    this.#changed = changed;
    this.#moved = moved;
    window.addEventListener('online', () => this.#comeBackNow());
    window.addEventListener('offline', () => this.#drop());
    window.addEventListener('pageshow', () => this.#comeBackNow());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBackNow();
    });
  }

  async start() {
    if (socketsBlocked()) {
      this.#opening?.close();
      await this.#prepare();
    }
    this.#dial();
  }

  /** Send an op of the store now if the connection is open and of its series; otherwise it stays in the store. @param {Op} op */
  send(op) {
    if (this.#open && op.tab === this.#tab) this.#socket?.send(pack(['op', op.n, op.name, op.args]));
    setTimeout(() => { if (this.#store.late(op)) this.#changed(); }, LATE_AFTER);
  }

  /** Connect again with another series when the current one has no unanswered op left and another one has. */
  switchSeries() {
    if (this.#open && this.#store.needsOtherSeries()) this.#dialAnew();
  }

  /** @param {string} note @param {number | null} x @param {number | null} y null when the drag ends, which is always sent */
  drag(note, x, y) {
    const now = performance.now();
    if (!this.#open || (x !== null && now - this.#dragged < DRAG_EVERY)) return;
    this.#dragged = now;
    this.#socket?.send(pack(['drag', note, x, y]));
  }

  /** The words that this person shows from now on. @param {(number | string)[]} said */
  words(said) {
    this.#words = said;
    if (this.#open) this.#socket?.send(pack(['words', said]));
  }

  #dial() {
    clearTimeout(this.#retryTimer);
    if (this.#over || this.#socket) return;
    const transport = this.#transports?.transport ?? 'socket';
    const socket = transport === 'socket' || !this.#http ? this.#newSocket() : new this.#http.Stream(transport, this.#board);
    this.#socket = socket;
    this.#byeCode = 0;
    this.#received = false;
    if (socket instanceof WebSocket) this.#awaitFirstFrame(socket);
    const greet = () => {
      const { tab, seen } = this.#store.hello();
      this.#tab = tab;
      socket.send(pack(['hello', { protocol: PROTOCOL, token: this.#token, tab, seen }]));
      this.#heartbeat();
    };
    socket.onopen = greet;
    socket.onmessage = (/** @type {{ data: any }} */ { data }) => this.#receive(socket, data);
    // A proxy may drop the close code; then the code of the `bye` frame before it counts.
    socket.onclose = (/** @type {{ code: number }} */ { code }) => this.#closed(socket, code >= 4000 ? code : this.#byeCode || code);
    // One that the page has opened may be open by now.
    if (socket.readyState === WebSocket.OPEN) greet();
  }

  #newSocket() {
    const begun = this.#opening;
    this.#opening = null;
    return begun && begun.readyState <= WebSocket.OPEN ? begun : openSocket(this.#url);
  }

  /** Notice a WebSocket that neither opens nor fails, since a network may drop its packets. @param {WebSocket | Stream} socket @param {boolean} [opened] */
  #awaitFirstFrame(socket, opened = false) {
    clearTimeout(this.#openTimer);
    const stillSilent = () => socket === this.#socket && !this.#received && (opened || socket.readyState !== WebSocket.OPEN);
    this.#openTimer = setTimeout(async () => {
      const switched = stillSilent() && await this.#failed(true) && stillSilent();
      if (switched) this.#dialAnew();
      else if (socket === this.#socket && !this.#received) this.#awaitFirstFrame(socket, true);
    }, ANSWER_WITHIN);
  }

  /** The current transport gave no frame. Resolves to whether to connect with another one at once. @param {boolean} waited */
  async #failed(waited) {
    const healthy = await answers();
    // Only when the server answers: some browsers never fetch a module again after one failed attempt.
    if (healthy) await this.#prepare();
    return this.#transports?.failed({ waited, healthy }) ?? false;
  }

  async #prepare() {
    try {
      this.#http ??= await import('./stream.js');
      this.#transports ??= new this.#http.Transports({ proved: this.#proved });
    } catch {
      // The network failed just now: the next failure tries again.
    }
  }

  /** Replace the connection by a new one; the page shows no interruption. */
  #dialAnew() {
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    clearInterval(this.#heartbeatTimer);
    socket?.close();
    this.#dial();
  }

  /** While connected over HTTP: test whether a WebSocket works by now, and return to it if so. */
  #probe() {
    this.#transports?.probed();
    const socket = this.#newSocket();
    const stop = setTimeout(() => socket.close(), 2 * ANSWER_WITHIN);
    socket.onopen = () => {
      socket.send(pack(['hello', { protocol: NO_PROTOCOL }]));
    };
    socket.onmessage = () => {
      clearTimeout(stop);
      socket.close();
      this.#transports?.worked('socket');
      this.#dialAnew();
    };
  }

  /** @param {WebSocket | Stream} socket @param {ArrayBuffer | Uint8Array} data */
  #receive(socket, data) {
    const frame = socket === this.#socket ? unpack(data) : null;
    if (!frame) return;
    this.#missed = 0;
    this.#received = true;
    if (frame[0] === 'pong') return;
    if (frame[0] === 'bye') this.#byeCode = frame[1];
    this.#store.receive(frame);
    if (frame[0] === 'welcome') {
      if (this.#words.length) socket.send(pack(['words', this.#words]));
      this.#open = true;
      this.#failures = 0;
      this.#proved ||= socket instanceof WebSocket;
      this.#transports?.worked(socket instanceof WebSocket ? 'socket' : socket.transport);
      this.#store.setConnection('yes');
      for (const op of this.#store.unanswered()) this.send(op);
    }
    this.switchSeries();
    if (frame[0] === 'drags') this.#moved();
    else this.#changed();
  }

  /** @param {WebSocket | Stream} socket @param {number} code */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#open = false;
    clearInterval(this.#heartbeatTimer);
    if (code === Close.replaced) {
      // Connects again with another series. A hidden page waits until it is visible: it may be the duplicated tab.
      this.#store.replaced();
      this.#store.setConnection('away');
      if (document.visibilityState === 'visible') this.#dialLater();
    } else if (!comesBack(code)) {
      this.#over = true;
      this.#store.setConnection('over', closeName(code) || 'unknown');
    } else {
      this.#store.setConnection('away');
      this.#dialLater();
      if (!this.#received) void this.#failed(false).then((switched) => { if (switched) this.#dial(); });
    }
    this.#changed();
  }

  /** Exponential back-off with jitter: many phones may have lost the same access point. */
  #dialLater() {
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * GROWTH ** this.#failures);
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.#dial(), wait * (0.5 + Math.random() / 2));
  }

  /** The page is visible again or the network is back: connect without waiting, or check the connection. */
  #comeBackNow() {
    this.#failures = 0;
    if (this.#open) this.#ping();
    else this.#dial();
  }

  #heartbeat() {
    clearInterval(this.#heartbeatTimer);
    this.#missed = 0;
    this.#heartbeatTimer = setInterval(() => {
      if (this.#missed >= PINGS_MISSED) this.#drop();
      else this.#ping();
      if (this.#transports?.due) this.#probe();
    }, PING_EVERY);
  }

  #ping() {
    this.#missed += 1;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(pack(['ping', Date.now()]));
  }

  /** Treat a half-open connection as closed now, not only when the system notices. */
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(socket, 4000);
    socket.close();
  }
}

/** Whether the server answers HTTP; then a WebSocket that fails is blocked by the network. */
async function answers() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), HEALTH_WITHIN);
  try {
    return (await fetch(at('/health'), { cache: 'no-store', signal: stop.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
