/**
 * Opens a way back (`r=` in the fragment, SPEC H5): gets this browser a token, or keeps the one it has.
 * No drawing may live here.
 */
import { call } from './api.js';
import * as keys from './keys.js';

/**
 * @param {string} board @param {string} key the link's key
 * @returns {Promise<{ secret: string, problem: string }>} the token to use, or a key under `close.` that says why not
 */
export async function comeBack(board, key) {
  const had = keys.token(board, 'participant');
  try {
    const { token } = await call(`/api/board/${encodeURIComponent(board)}/back`, { token: key, body: had ? { token: had } : {} });
    keys.keep(board, 'participant', token);
    return { secret: token, problem: '' };
  } catch (error) {
    const { reason, status } = /** @type {import('./api.js').ApiError} */ (error);
    // A link that was used already, in a browser that has a token: most likely it was used here.
    if (reason === 'no_way' && had) return { secret: had, problem: '' };
    if (reason === 'no_way' || reason === 'has_device' || reason === 'gone') return { secret: '', problem: reason };
    // The server is away or busy: the link has most likely not been used.
    const later = !status || status === 429 || status >= 500;
    return { secret: '', problem: later ? 'offline' : 'no_way' };
  }
}
