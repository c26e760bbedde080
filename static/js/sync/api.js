/**
 * HTTP calls of SPEC section 9: JSON requests and answers, with a bearer token where needed; downloads.
 * No drawing may live here.
 */
import { at } from './keys.js';

/** An HTTP error whose message is the server's reason (a key under `error.`). */
export class ApiError extends Error {
  /**
   * @param {string} reason @param {number} status @param {number} [retry] seconds after which to try again; 0: unknown
   * @param {Record<string, any>} [said] the answer
   */
  constructor(reason, status, retry = 0, said = {}) {
    super(reason);
    this.reason = reason;
    this.status = status;
    this.retry = retry;
    this.said = said;
  }
}

/**
 * @param {string} path
 * @param {{ method?: string, body?: any, token?: string }} [options]
 * @returns {Promise<any>} the answer's JSON, null for 204
 * @throws {ApiError} `offline` when the server cannot be reached
 */
export async function call(path, { method, body, token } = {}) {
  const answer = await ask(path, { method: method ?? (body === undefined ? 'GET' : 'POST'), body, token });
  return answer.status === 204 ? null : answer.json();
}

const TRIES = 6; // of a download, while the server makes many files

/**
 * As `call`; while the server says `slow_down`, once more after the time that it names and up to a second, so that the
 * phones of a room do not all come back at once.
 * @param {string} path
 * @param {{ method?: string, body?: any, token?: string }} options
 * @param {{ waits(on: boolean): void, still(): boolean }} about `waits` is told when a pause begins and ends. When the
 *   answer is not wanted any more (`still` is false after a pause), the refusal is thrown.
 * @param {Promise<any> | null} [begun] the first call, if it was made already
 * @returns {Promise<any>}
 */
export function callPatiently(path, options, { waits, still }, begun = null) {
  return repeated('slow_down', (tries) => (tries === 1 && begun) || call(path, options), async (retry) => {
    waits(true);
    await wait((retry || 1) + Math.random());
    waits(false);
    return still();
  });
}

/** A title as the name of a file, in letters that every system takes: æ, ø and å as ae, oe and aa. @param {string} title */
export function fileName(title) {
  const plain = title.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'oe').replaceAll('å', 'aa').normalize('NFD').replace(/\p{M}/gu, '');
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  // A long one ends with a whole word.
  return (words.length > 48 ? words.slice(0, 49).replace(/-[^-]*$/, '').slice(0, 48) : words) || 'tavle';
}

/**
 * Save a board as a file.
 * @param {{ board: string, token: string, title: string, kind: string, lang: string, began: number, size?: string, picture?: string }} wanted
 *   `began`: when people met; the file's dates are those of this device's clock then; `picture`: of a map alone, which one
 */
export async function downloadBoard({ began, size = '', picture = '', ...file }) {
  return downloadFile({ ...file, what: 'export' }, { offset: minutesAhead(new Date(began)), size, picture });
}

/** Save a programme's report, or one of its lifts, as a file (SPEC R50). @param {Wanted & { note: string }} wanted */
export async function downloadReport({ note, ...file }) {
  return downloadFile(file, { offset: minutesAhead(new Date()), note });
}

/** The days of a board's notes, or of one note, as a calendar file. @param {{ board: string, token: string, title: string, note: string, lang: string }} wanted */
export async function downloadDays({ note, ...file }) {
  await downloadFile({ ...file, what: 'calendar', kind: 'ics' }, { note });
}

/** @typedef {{ board: string, token: string, title: string, what: 'export' | 'report' | 'lift' | 'calendar', kind: string, lang: string }} Wanted what file of a board, named by its title */

/**
 * Save a file that is made of a board. @param {Wanted} wanted @param {Record<string, string>} asks  more that is asked of it; empty: nothing
 * @returns {Promise<boolean>} whether the file lacks emoji, since the server has no font for them
 */
async function downloadFile({ board, token, title, what, kind, lang }, asks) {
  const query = new URLSearchParams([['lang', lang], ...Object.entries(asks).filter(([, asked]) => asked)]);
  const name = `${fileName(title)}.${kind}`;
  const headers = await download(`/api/board/${encodeURIComponent(board)}/${what}/${name}?${query}`, { token, name });
  return headers.get('x-tavle-lacks') === 'emoji';
}

/** Minutes that a clock of this device is ahead of UTC then. @param {Date} then */
const minutesAhead = (then) => String(-then.getTimezoneOffset());

/** The invitation of a code or link as a calendar file, saved as a download. @param {Record<string, string | undefined>} way `code` or `join` @param {{ title: string, lang: string }} about */
export async function downloadInvitation(way, { title, lang }) {
  const answer = await ask('/api/invitation', { method: 'POST', body: { ...way, lang } });
  await saveAs(answer, `${fileName(title)}.ics`);
}

/**
 * Fetch a file and save it as the browser's download. While the server is busy with other files it waits and tries again.
 * @param {string} path
 * @param {{ token: string, name: string, pause?: (seconds: number) => Promise<void> }} options
 */
export async function download(path, { token, name, pause = wait }) {
  const answer = await repeated('busy', () => ask(path, { method: 'GET', token }), async (retry, tries) => {
    if (tries === TRIES) return false;
    await pause(retry || 5);
    return true;
  });
  await saveAs(answer, name);
  return answer.headers;
}

/** @param {Response} answer @param {string} name */
async function saveAs(answer, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers start reading only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * What `send` gives; sent again each time that it is refused with `reason` and `pause` (seconds that the server names,
 * 0: none; tries so far) gives true.
 * @template T
 * @param {string} reason @param {(tries: number) => Promise<T>} send @param {(retry: number, tries: number) => Promise<boolean>} pause
 * @returns {Promise<T>}
 */
async function repeated(reason, send, pause) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send(tries);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== reason || !await pause(error.retry, tries)) throw error;
    }
  }
}

/** @param {number} seconds @returns {Promise<void>} */
function wait(seconds) {
  return new Promise((done) => { setTimeout(done, seconds * 1000); });
}

/** @param {string} path @param {{ method: string, body?: any, token?: string }} options */
async function ask(path, { method, body, token }) {
  /** @type {Record<string, string>} */ const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(at(path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new ApiError('offline', 0);
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new ApiError(String(said.error || 'unknown'), answer.status, Number(answer.headers.get('Retry-After')) || 0, said);
}
