/**
 * What this browser keeps: the way back into workshops, the language, half-written texts, and each
 * tab's unanswered ops. Nothing here is ever sent anywhere except the token, by who asks for it.
 *
 * `tavle.keys` = {board: {title, method, place, lang, seen_at, tokens: {facilitator|participant|wall: token}}}.
 * A tab holds its own token in sessionStorage; a new tab takes the browser's.
 */

/** @typedef {'facilitator' | 'participant' | 'wall'} KeyRole */
/** @typedef {{ title: string, method: string, place?: string, lang?: string, seen_at: number, tokens: Record<string, string> }} Kept */
/** @typedef {{ tab: string, owner: string, at: number, n: number, seen: number, pending: import('./types.js').Op[] }} TabState */

const KEYS = 'tavle.keys';
const LANG = 'tavle.lang';
/** A tab that has not said it is alive for so long may be taken over by the next one (it was killed). */
const DEAD_AFTER = 20_000;
const ALIVE_EVERY = 5_000;

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

/** Take a workshop off this browser's list; without a role all ways in. @param {string} board @param {KeyRole} [role] */
export function forget(board, role) {
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

/**
 * The tab's own number series and unanswered ops, which survive reload, sleep and a killed page.
 *
 * A copied tab (browsers copy sessionStorage) must not use the same series: a series belongs to the
 * page that wrote its `owner` last, and a living owner renews `at`.
 */
export class Tab {
  #owner = randomId(12);
  #board;
  #role;
  #left = false;
  /** @type {TabState} */ #state;

  /** @param {string} board @param {KeyRole} role */
  constructor(board, role) {
    this.#board = board;
    this.#role = role;
    this.#state = this.#claim() ?? this.#fresh();
    this.#keep();
    setInterval(() => this.#renew(), ALIVE_EVERY);
    addEventListener('pagehide', () => this.#release());
    addEventListener('pageshow', () => { this.#left = false; this.#renew(); });
    document.addEventListener('visibilitychange', () => this.#renew());
  }

  get id() {
    return this.#state.tab;
  }

  /** For Store: see Saver there. */
  load() {
    return this.#state;
  }

  /** @param {{n: number, seen: number, pending: import('./types.js').Op[]}} state */
  save(state) {
    this.#state = { ...this.#state, ...state };
    this.#keep();
  }

  get #prefix() {
    return `tavle.tab.${this.#board}.${this.#role}.`;
  }

  /** The series that no living page uses; those with something unsent first. @returns {TabState[]} */
  #dead() {
    const local = storage('local');
    const names = Array.from({ length: local?.length ?? 0 }, (_, at) => local?.key(at) ?? '');
    return names.filter((name) => name.startsWith(this.#prefix))
      .map((name) => /** @type {TabState | null} */ (read('local', name)))
      .filter((state) => state !== null && Date.now() - state.at > DEAD_AFTER)
      .map((state) => /** @type {TabState} */ (state))
      .sort((a, b) => b.pending.length - a.pending.length);
  }

  /** This tab's series, or that of a killed tab with something unsent; never one that is in use. @returns {TabState | null} */
  #claim() {
    const own = read('session', this.#prefix);
    const [first, ...others] = this.#dead();
    const found = first?.pending.length ? first : [first, ...others].find((state) => state?.tab === own);
    for (const state of [first, ...others]) {
      if (state && state !== found && !state.pending.length) write('local', this.#prefix + state.tab, undefined);
    }
    return found ? { ...found, owner: this.#owner } : null;
  }

  /** @returns {TabState} */
  #fresh() {
    return { tab: randomId(16), owner: this.#owner, at: 0, n: 0, seen: 0, pending: [] };
  }

  #keep() {
    this.#state.at = Date.now();
    write('session', this.#prefix, this.#state.tab);
    write('local', this.#prefix + this.#state.tab, this.#state);
  }

  #renew() {
    if (this.#left) return;
    const stored = read('local', this.#prefix + this.#state.tab);
    // Taken over while this page slept: the other page sends what was unsent, this one starts afresh.
    const taken = stored && stored.owner !== this.#owner;
    // A page that was killed left something unsent: loading anew takes its series over. Nobody typing is disturbed.
    const unsent = !this.#state.pending.length && this.#dead()[0]?.pending.length && document.activeElement?.tagName !== 'TEXTAREA';
    if (!taken) this.#keep();
    if (taken || unsent) location.reload();
  }

  #release() {
    // Browsers say `hidden` once more after this; it must not count as a sign of life.
    this.#left = true;
    write('local', this.#prefix + this.#state.tab, { ...this.#state, at: 0 });
  }
}
