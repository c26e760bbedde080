/**
 * What this browser keeps: the way back into workshops, the language, half-written texts, and each
 * tab's unanswered ops (in IndexedDB; in localStorage where there is none). Nothing here is ever sent anywhere
 * except the token, by who asks for it.
 *
 * `tavle.keys` = {board: {title, method, place, lang, seen_at, tokens: {facilitator|participant|wall: token}}}.
 * A tab holds its own token in sessionStorage; a new tab takes the browser's.
 */

/** @typedef {'facilitator' | 'participant' | 'wall'} KeyRole */
/** @typedef {{ title: string, method: string, place?: string, lang?: string, seen_at: number, tokens: Record<string, string> }} Kept */
/**
 * A tab's series: `owner` is the page that uses it, `at` when that page last said it was alive.
 * @typedef {{ tab: string, owner: string, at: number, n: number, seen: number, pending: import('./types.js').Op[] }} TabState
 */
/**
 * Sees the series there are, says what to write and which to throw away. May be asked twice: only the last answer counts.
 * @typedef {(found: TabState[]) => { put?: TabState, drop?: string[] }} Decide
 */

const KEYS = 'tavle.keys';
const LANG = 'tavle.lang';
/** A tab that has not said it is alive for so long may be taken over by the next one (it was killed). */
const DEAD_AFTER = 20_000;
const ALIVE_EVERY = 5_000;
const BASE = 'tavle';
const SHELF = 'series';
/** A base that does not answer (it happens) must not keep anybody from writing. */
const BASE_WITHIN = 1500;

/** Storage may be switched off altogether; then nothing is kept and all else works. @param {'local' | 'session'} kind */
function storage(kind) {
  try {
    return kind === 'local' ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {'local' | 'session'} kind @param {string} key @param {any} [none] @returns {any} */
function read(kind, key, none = null) {
  try {
    return JSON.parse(storage(kind)?.getItem(key) ?? 'null') ?? none;
  } catch {
    return none;
  }
}

/** @param {'local' | 'session'} kind @param {string} key @param {any} value undefined removes it */
function write(kind, key, value) {
  try {
    if (value === undefined) storage(kind)?.removeItem(key);
    else storage(kind)?.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page goes on without.
  }
}

/** Random characters of A-Za-z0-9_- , six bits each. No crypto.randomUUID: it is missing on plain http. @param {number} length */
export function randomId(length = 16) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => letters[byte & 63]).join('');
}

/**
 * Secrets in the address's fragment (`k` credential, `j` join, `l` listen), taken out of the address at once.
 * @returns {Record<string, string>}
 */
export function takeFragment() {
  const found = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (location.hash) history.replaceState(history.state, '', location.pathname + location.search);
  return found;
}

/** @returns {Record<string, Kept>} */
export function workshops() {
  return read('local', KEYS, {});
}

/** The token of this tab for a board and role, or ''. @param {string} board @param {KeyRole} role @returns {string} */
export function token(board, role) {
  return read('session', `tavle.token.${board}.${role}`) ?? workshops()[board]?.tokens?.[role] ?? '';
}

/** The address of a board's page; it carries the token only where the browser stores nothing. @param {string} path @param {string} board @param {KeyRole} role @param {string} secret */
export function wayIn(path, board, role, secret) {
  return token(board, role) === secret ? `${path}${board}` : `${path}${board}#k=${secret}`;
}

/**
 * Keep a way in, for this tab and for the browser.
 * @param {string} board @param {KeyRole} role @param {string} secret
 * @param {{title?: string, method?: string, place?: string, lang?: string}} [about]
 */
export function keep(board, role, secret, about = {}) {
  write('session', `tavle.token.${board}.${role}`, secret);
  const known = workshops();
  const old = known[board] ?? { title: '', method: '', seen_at: 0, tokens: {} };
  known[board] = { ...old, ...about, seen_at: Date.now(), tokens: { ...old.tokens, [role]: secret } };
  write('local', KEYS, known);
}

/** Note what a workshop is called, and that it was open now. @param {string} board @param {{title?: string, method?: string, place?: string, lang?: string}} about */
export function remember(board, about) {
  const known = workshops();
  if (!known[board]) return;
  known[board] = { ...known[board], ...about, seen_at: Date.now() };
  write('local', KEYS, known);
}

/** Take a workshop off this browser's list; without a role all ways in, and what was never sent. @param {string} board @param {KeyRole} [role] */
export function forget(board, role) {
  if (!role) void new Shelf(`${board}.`).change((found) => ({ drop: found.map((state) => state.tab) }));
  const known = workshops();
  for (const each of role ? [role] : ['facilitator', 'participant', 'wall']) {
    write('session', `tavle.token.${board}.${each}`, undefined);
    delete known[board]?.tokens[each];
  }
  if (known[board] && !Object.keys(known[board].tokens).length) delete known[board];
  write('local', KEYS, known);
}

/** @returns {string | null} */
export function lang() {
  return read('local', LANG);
}

/** @param {string} chosen */
export function keepLang(chosen) {
  write('local', LANG, chosen);
}

/** Half-written text. @param {string} board @param {string} place e.g. a round's id @returns {any} */
export function half(board, place) {
  return read('local', `tavle.half.${board}.${place}`);
}

/** @param {string} board @param {string} place @param {any} value empty removes it */
export function keepHalf(board, place, value) {
  write('local', `tavle.half.${board}.${place}`, value || undefined);
}

/** @returns {IDBFactory | null} */
function indexedBase() {
  try {
    return window.indexedDB ?? null;
  } catch {
    return null;
  }
}

/** @param {IDBFactory} indexed @returns {Promise<IDBDatabase>} */
function openBase(indexed) {
  return new Promise((done, fail) => {
    const asked = indexed.open(BASE, 1);
    const timer = setTimeout(() => fail(new Error('slow')), BASE_WITHIN);
    asked.onupgradeneeded = () => { asked.result.createObjectStore(SHELF); };
    asked.onerror = asked.onblocked = () => fail(asked.error);
    asked.onsuccess = () => {
      clearTimeout(timer);
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
  });
}

/**
 * The series of one board and role, of all tabs of this browser. Changes are made one after the other, and each is
 * whole: in IndexedDB no other page comes between what was found and what is written.
 */
export class Shelf {
  #prefix;
  /** @type {IDBFactory | null} */ #indexed;
  /** @type {Storage | null} */ #local;
  /** @type {Promise<IDBDatabase> | null} */ #base = null;
  /** @type {Promise<unknown>} */ #last = Promise.resolve();

  /** @param {string} prefix @param {{ indexed?: IDBFactory | null, local?: Storage | null }} [places] */
  constructor(prefix, { indexed = indexedBase(), local = storage('local') } = {}) {
    this.#prefix = prefix;
    this.#indexed = indexed;
    this.#local = local;
  }

  /** Resolves when it is kept for good, or (false) when nothing in this browser would keep it. @param {Decide} decide @param {{ strict?: boolean }} [how] strict: not before it lies on the disk @returns {Promise<boolean>} */
  change(decide, { strict = false } = {}) {
    const made = this.#last.then(() => this.#change(decide, strict));
    this.#last = made;
    return made;
  }

  /** Keep a series at once, in a page's last moment: what lies here counts beside the base. @param {TabState} state */
  keepNow(state) {
    return this.#putLocal(state);
  }

  /** @param {Decide} decide @param {boolean} strict */
  async #change(decide, strict) {
    // A phone that slept may have closed the base: then it is opened once more.
    for (let tries = 0; this.#indexed && tries < 2; tries += 1) {
      try {
        this.#base ??= openBase(this.#indexed);
        await this.#inBase(await this.#base, decide, strict);
        return true;
      } catch {
        this.#base = null;
      }
    }
    this.#indexed = null;
    const { put, drop = [] } = decide(this.#locals());
    for (const tab of drop) this.#dropLocal(tab);
    return put ? this.#putLocal(put) : true;
  }

  /** @param {IDBDatabase} base @param {Decide} decide @param {boolean} strict @returns {Promise<void>} */
  #inBase(base, decide, strict) {
    return new Promise((done, fail) => {
      const act = base.transaction(SHELF, 'readwrite', { durability: strict ? 'strict' : 'relaxed' });
      const timer = setTimeout(() => act.abort(), BASE_WITHIN);
      const shelf = act.objectStore(SHELF);
      const asked = shelf.getAll();
      /** @type {string[]} */ let settled = [];
      asked.onsuccess = () => {
        const here = asked.result.filter((/** @type {any} */ kept) => kept.key.startsWith(this.#prefix)).map((kept) => kept.state);
        const { put, drop = [] } = decide(newest([...here, ...this.#locals()]));
        for (const tab of drop) shelf.delete(this.#key(tab, asked.result));
        if (put) shelf.put({ key: this.#prefix + put.tab, state: put }, this.#prefix + put.tab);
        settled = put ? [put.tab, ...drop] : drop;
      };
      act.oncomplete = () => {
        clearTimeout(timer);
        for (const tab of settled) this.#dropLocal(tab);
        done();
      };
      act.onabort = act.onerror = () => { clearTimeout(timer); fail(act.error); };
    });
  }

  /** A shelf may be that of a whole board, whose series have longer keys. @param {string} tab @param {any[]} all */
  #key(tab, all) {
    return all.find((kept) => kept.key.startsWith(this.#prefix) && kept.state.tab === tab)?.key ?? this.#prefix + tab;
  }

  get #head() {
    return `tavle.tab.${this.#prefix}`;
  }

  /** @returns {TabState[]} */
  #locals() {
    try {
      const names = Array.from({ length: this.#local?.length ?? 0 }, (_, at) => this.#local?.key(at) ?? '');
      return names.filter((name) => name.startsWith(this.#head)).map((name) => JSON.parse(this.#local?.getItem(name) ?? 'null')).filter((state) => state?.pending);
    } catch {
      return [];
    }
  }

  /** @param {TabState} state */
  #putLocal(state) {
    try {
      this.#local?.setItem(this.#head + state.tab, JSON.stringify(state));
      return this.#local !== null;
    } catch {
      return false;
    }
  }

  /** @param {string} tab */
  #dropLocal(tab) {
    try {
      const names = Array.from({ length: this.#local?.length ?? 0 }, (_, at) => this.#local?.key(at) ?? '');
      for (const name of names) if (name.startsWith(this.#head) && name.endsWith(`.${tab}`)) this.#local?.removeItem(name);
    } catch {
      // It is older than what the base has, and known to be.
    }
  }
}

/** Of two copies of a series the one that went further. @param {TabState[]} states @returns {TabState[]} */
function newest(states) {
  /** @type {Map<string, TabState>} */ const known = new Map();
  for (const state of states) {
    const other = known.get(state.tab);
    if (!other || state.n > other.n || (state.n === other.n && state.seen > other.seen)) known.set(state.tab, state);
  }
  return [...known.values()];
}

/** Whether no living page uses a series: its page has left, was killed, or the clock was set. @param {TabState} state @param {string} left the owner that said goodbye @param {number} now */
export function isFree(state, left, now) {
  return state.owner === left || Math.abs(now - state.at) > DEAD_AFTER;
}

/**
 * Which of the free series a new page takes: what is unsent first, its own before others'; and which hold nothing.
 * @param {TabState[]} free @param {string | null} own
 */
export function choose(free, own) {
  const unsent = free.filter((state) => state.pending.length);
  const claimed = unsent.find((state) => state.tab === own) ?? unsent[0] ?? free.find((state) => state.tab === own) ?? null;
  return { claimed, drop: free.filter((state) => state !== claimed && !state.pending.length).map((state) => state.tab) };
}

/**
 * The tab's own number series and unanswered ops, which survive reload, sleep and a killed page.
 *
 * A copied tab (browsers copy sessionStorage) must not use the same series: a series belongs to the
 * page that wrote its `owner` last, and a living owner renews `at`. A page whose series was taken while it slept
 * keeps what it writes from then on in a new one (`moved`), and loads anew as soon as there is a line: a line that
 * said hello with one series must never carry the ops of another.
 */
export class Tab {
  #owner = randomId(12);
  #shelf;
  #prefix;
  #left = false;
  #leaving = false;
  /** The highest op that is kept for good. */
  #safe = 0;
  /** @type {TabState} */ #state = { tab: randomId(16), owner: this.#owner, at: 0, n: 0, seen: 0, pending: [] };
  /** Set by main.js. @type {{ online(): boolean, moved(safe: number): void, failed(): void }} */
  hooks = { online: () => false, moved: () => {}, failed: () => {} };
  moved = false;

  /** Resolves when this page has a series. @param {string} board @param {string} role */
  static async open(board, role) {
    const tab = new Tab(board, role);
    await tab.#claim();
    return tab;
  }

  /** @param {string} board @param {string} role */
  constructor(board, role) {
    this.#prefix = `${board}.${role}.`;
    this.#shelf = new Shelf(this.#prefix);
    setInterval(() => void this.#renew(), ALIVE_EVERY);
    addEventListener('pagehide', () => this.#release());
    addEventListener('pageshow', () => {
      this.#left = false;
      if (read('local', this.#farewell(this.#state.tab)) === this.#owner) write('local', this.#farewell(this.#state.tab), undefined);
      void this.#renew();
    });
    document.addEventListener('visibilitychange', () => void this.#renew());
  }

  get id() {
    return this.#state.tab;
  }

  /** For Store: see Saver there. */
  load() {
    return this.#state;
  }

  /** @param {{n: number, seen: number, pending: import('./types.js').Op[]}} state @returns {Promise<boolean>} whether it may be sent from this page */
  async save(state) {
    this.#state = { ...this.#state, ...state };
    if (!await this.#keep()) this.hooks.failed();
    return !this.moved;
  }

  /** Load anew where that is due and the server can be reached. */
  settle() {
    if (this.moved && this.hooks.online()) this.#anew();
  }

  async #claim() {
    const own = read('session', this.#name);
    const fresh = this.#state;
    await this.#shelf.change((found) => {
      const { claimed, drop } = choose(found.filter((state) => this.#isFree(state)), own);
      this.#state = claimed ? { ...claimed, owner: this.#owner, at: Date.now() } : { ...fresh, at: Date.now() };
      return { put: this.#state, drop };
    });
    this.#safe = this.#state.n;
    write('session', this.#name, this.#state.tab);
    write('local', this.#farewell(this.#state.tab), undefined);
  }

  get #name() {
    return `tavle.tab.${this.#prefix}`;
  }

  /** @param {string} tab */
  #farewell(tab) {
    return `tavle.left.${tab}`;
  }

  /** @param {TabState} state */
  #isFree(state) {
    return state.owner !== this.#owner && isFree(state, read('local', this.#farewell(state.tab), ''), Date.now());
  }

  /** Write the series as it is now. @param {(found: TabState[]) => void} [look] @returns {Promise<boolean>} whether it is kept */
  async #keep(look) {
    let taken = false;
    let upTo = 0;
    const kept = await this.#shelf.change((found) => {
      look?.(found);
      const stored = found.find((state) => state.tab === this.#state.tab);
      taken = stored !== undefined && stored.owner !== this.#owner;
      if (taken) return {};
      upTo = this.#state.n;
      return { put: { ...this.#state, at: this.#left ? 0 : Date.now() } };
    }, { strict: this.#state.n > this.#safe });
    if (!taken) {
      if (kept) this.#safe = Math.max(this.#safe, upTo);
      return kept;
    }
    // It has left, and the next page has all that it had.
    if (this.#left) return true;
    this.#move();
    return this.#keep(look);
  }

  /** Another page has this series and sends what was in it; what it cannot know of goes into a new one, numbers and all. */
  #move() {
    const pending = this.#state.pending.filter((op) => op.n > this.#safe);
    this.#state = { ...this.#state, tab: randomId(16), pending };
    this.moved = true;
    write('session', this.#name, this.#state.tab);
    this.hooks.moved(this.#safe);
  }

  async #renew() {
    if (this.#left) return;
    let unsent = false;
    await this.#keep((found) => { unsent = found.some((state) => state.pending.length > 0 && this.#isFree(state)); });
    this.settle();
    // A page that was killed left something unsent: loading anew takes its series over. Nobody typing is disturbed.
    const typing = document.activeElement?.tagName === 'TEXTAREA';
    if (unsent && !this.#state.pending.length && !typing && this.hooks.online()) this.#anew();
  }

  #anew() {
    if (this.#leaving || this.#left) return;
    this.#leaving = true;
    location.reload();
  }

  /** Browsers say `hidden` once more after this; it must not count as a sign of life. */
  #release() {
    this.#left = true;
    // Written at once: there may be no time for the base.
    if (this.#state.n > this.#safe) this.#shelf.keepNow({ ...this.#state, at: 0 });
    write('local', this.#farewell(this.#state.tab), this.#owner);
    void this.#keep();
  }
}
