/**
 * What this browser stores: tokens of workshops, the language and half-written texts; and the functions for storing.
 * No sending may live here, and no unanswered ops (./unsent.js).
 *
 * `tavle.keys` = {board: {title, method, venue, lang, keep, seen_at, tokens: {facilitator|participant|wall: token}}}.
 * `tavle.unlisted` = {board: {at, tokens}}: the same for rehearsals, which no list shows, for as long as one may last.
 * A tab holds its own token in sessionStorage; a new tab takes the browser's.
 */

/** @typedef {'facilitator' | 'participant' | 'wall'} KeyRole */
/** @typedef {{ title: string, method: string, venue?: string, lang?: string, keep?: string, seen_at: number, tokens: Record<string, string> }} Kept */

const KEYS = 'tavle.keys';
const UNLISTED = 'tavle.unlisted';
/** Ms after which no rehearsal is played any more. */
const UNLISTED_FOR = 4 * 60 * 60_000;
const LANG = 'tavle.lang';

/** A browser storage; null when it is disabled: then nothing is stored and all else works. @param {'local' | 'session'} kind */
export function storage(kind) {
  try {
    return kind === 'local' ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {'local' | 'session'} kind @param {string} key @param {any} [none] @returns {any} */
export function read(kind, key, none = null) {
  try {
    return JSON.parse(storage(kind)?.getItem(key) ?? 'null') ?? none;
  } catch {
    return none;
  }
}

/** @param {'local' | 'session'} kind @param {string} key @param {any} value undefined removes it */
export function write(kind, key, value) {
  try {
    if (value === undefined) storage(kind)?.removeItem(key);
    else storage(kind)?.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or disabled: the page works without it.
  }
}

/** @param {string} head @returns {string[]} */
export function localNames(head) {
  try {
    return Object.keys(storage('local') ?? {}).filter((name) => name.startsWith(head));
  } catch {
    return [];
  }
}

/** What all addresses of this house begin with: empty, or the path that it has behind a proxy, such as `/tavle`. */
const ROOT = import.meta.url.startsWith('http') ? new URL(import.meta.url).pathname.replace(/\/static\/.*$/, '') : '';

/** An address of this house, from its path here, such as `/join`. @param {string} path */
export function at(path) {
  return ROOT + path;
}

/** Random characters of A-Za-z0-9_- , six bits each. No crypto.randomUUID: it is missing on plain http. @param {number} length */
export function randomId(length = 16) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => letters[byte & 63]).join('');
}

/**
 * Secrets in the address's fragment (`k` credential, `j` join, `l` listen, `r` way back), taken out of the address at once.
 * @returns {Record<string, string>}
 */
export function takeFragment() {
  const found = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (location.hash) history.replaceState(history.state, '', location.pathname + location.search);
  return found;
}

/** @returns {Record<string, Kept>} */
export function workshops() {
  const known = read('local', KEYS, {});
  // Convert entries of an earlier release.
  for (const kept of Object.values(known)) {
    if (kept && 'place' in kept) [kept.venue, kept.place] = [kept.venue ?? kept.place, undefined];
  }
  return known;
}

/** The token of this tab for a board and role, or ''. @param {string} board @param {KeyRole} role @returns {string} */
export function token(board, role) {
  return read('session', `tavle.token.${board}.${role}`) ?? (workshops()[board] ?? unlisted()[board])?.tokens?.[role] ?? '';
}

/** The address of a board's page; it carries the token only where the browser stores nothing. @param {string} path @param {string} board @param {KeyRole} role @param {string} secret */
export function pageAddress(path, board, role, secret) {
  return at(token(board, role) === secret ? `${path}${board}` : `${path}${board}#k=${secret}`);
}

/**
 * Store a token, for this tab and for the browser.
 * @param {string} board @param {KeyRole} role @param {string} secret
 * @param {{title?: string, method?: string, venue?: string, lang?: string}} [about]
 */
export function keep(board, role, secret, about = {}) {
  write('session', `tavle.token.${board}.${role}`, secret);
  const known = workshops();
  const old = known[board] ?? { title: '', method: '', seen_at: 0, tokens: {} };
  known[board] = { ...old, ...about, seen_at: Date.now(), tokens: { ...old.tokens, [role]: secret } };
  write('local', KEYS, known);
}

/** Tokens of workshops that no list shows. @returns {Record<string, { at: number, tokens: Record<string, string> }>} */
function unlisted() {
  return Object.fromEntries(Object.entries(read('local', UNLISTED, {})).filter(([, { at: since }]) => since > Date.now() - UNLISTED_FOR));
}

/** Store a token of a workshop that the browser lists nowhere; its address opens in any tab. @param {string} board @param {KeyRole} role @param {string} secret */
export function keepUnlisted(board, role, secret) {
  if (read('session', `tavle.token.${board}.${role}`) === secret && unlisted()[board]?.tokens[role]) return;
  write('session', `tavle.token.${board}.${role}`, secret);
  const known = unlisted();
  known[board] = { at: known[board]?.at ?? Date.now(), tokens: { ...known[board]?.tokens, [role]: secret } };
  write('local', UNLISTED, known);
}

/** Take a workshop off the browser's list, and keep the token of this page. @param {string} board @param {KeyRole} role @param {string} secret */
export function unlist(board, role, secret) {
  keepUnlisted(board, role, secret);
  const known = workshops();
  if (!known[board]) return;
  delete known[board];
  write('local', KEYS, known);
}

/** The programmes that this browser leads, the one that was open last first. @returns {{ id: string, title: string, token: string }[]} */
export function programmes() {
  return Object.entries(workshops()).filter(([, kept]) => kept.keep === 'programme' && kept.tokens.facilitator)
    .sort(([, a], [, b]) => b.seen_at - a.seen_at)
    .map(([id, { title, tokens }]) => ({ id, title, token: tokens.facilitator }));
}

/** Note what a workshop is called, and that it was open now. @param {string} board @param {{title?: string, method?: string, venue?: string, lang?: string, keep?: string}} about */
export function remember(board, about) {
  const known = workshops();
  if (!known[board]) return;
  known[board] = { ...known[board], ...about, seen_at: Date.now() };
  write('local', KEYS, known);
}

/** Remove a workshop's token of one role, or without a role all its tokens and half-written texts. @param {string} board @param {KeyRole} [role] */
export function forget(board, role) {
  const known = workshops();
  const others = unlisted();
  for (const each of role ? [role] : ['facilitator', 'participant', 'wall']) {
    write('session', `tavle.token.${board}.${each}`, undefined);
    delete known[board]?.tokens[each];
    delete others[board]?.tokens[each];
  }
  if (known[board] && !Object.keys(known[board].tokens).length) delete known[board];
  if (others[board] && !Object.keys(others[board].tokens).length) delete others[board];
  write('local', KEYS, known);
  write('local', UNLISTED, Object.keys(others).length ? others : undefined);
  if (!role) for (const name of localNames(`tavle.half.${board}.`)) write('local', name, undefined);
}

/** Whether stream.js has noted for this tab that its network blocks WebSockets. */
export function socketsBlocked() {
  return Boolean(read('session', 'tavle.way'));
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

/** Where a programme's console keeps, for the front page, which planned session a workshop is to be: `{note, title}`. */
export const PLANNED = 'planned';

/** @param {string} board @param {string} place @param {any} value empty removes it */
export function keepHalf(board, place, value) {
  write('local', `tavle.half.${board}.${place}`, value || undefined);
}
