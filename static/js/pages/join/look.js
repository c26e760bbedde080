/**
 * The join page's first look-up, begun while the rest of the page comes, and fetching ahead what the next page needs.
 * No drawing may live here, and nothing that draws may be imported.
 */
import { call, callPatiently } from '../../sync/api.js';

/** So many files at a time: browsers have six lines to a server, and joining must not wait for one. */
const AT_A_TIME = 4;
/** Ms after the door is seen: a slow phone draws first, and whoever joins at once does not wait for files. */
const AHEAD_AFTER = 1000;

/** The way in that a link's fragment brings. @param {Record<string, string>} found @returns {Record<string, string> | null} */
export function secretOf(found) {
  const join = found.j ?? found.l;
  if (join) return { join };
  return found.c ? { code: found.c } : null;
}

/** @param {Record<string, string>} secret */
const ask = (secret) => call('/api/look', { body: secret });

// The fragment is left in the address until the page has noted it: a reload meanwhile must still find it.
const secret = secretOf(Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
/** @type {Promise<any> | null} */ let first = secret && ask(secret);
// Whoever takes it says what went wrong.
first?.catch(() => {});

/**
 * What is behind a door, as `callPatiently` says it. The look-up that has begun is used once, if it is the same.
 * @param {Record<string, string>} wanted @param {{ waits(on: boolean): void, still(): boolean }} about
 */
export function look(wanted, about) {
  const begun = JSON.stringify(wanted) === JSON.stringify(secret) ? first : null;
  first = null;
  return callPatiently('/api/look', { body: wanted }, about, begun);
}

/** Fetch ahead as soon as the page is at rest. */
export function fetchAheadSoon() {
  setTimeout(fetchAhead, AHEAD_AFTER);
}

/** Fetch the files in the page's element `ahead` into the browser's cache; a file that fails is fetched by the next page. */
export async function fetchAhead() {
  const ahead = /** @type {HTMLTemplateElement | null} */ (document.getElementById('ahead'));
  const files = [...ahead?.content.querySelectorAll('link') ?? []].map((link) => link.getAttribute('href') ?? '');
  ahead?.remove();
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let file = files.shift(); file; file = files.shift()) await fetch(file).then((answer) => answer.arrayBuffer()).catch(() => {});
  }));
}
