/** The way of a co-facilitator into the console, on the phone that they take part with (SPEC R27). No drawing may live here. */
import { pageAddress } from '../../sync/keys.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */

/** Open the console: with the token that this browser has for it, if it still opens the door, else with a new one. @param {PhoneState} ui */
export async function openConsole({ context }) {
  const { board, keys } = context;
  const path = `/api/board/${encodeURIComponent(board)}`;
  const { call } = await context.api();
  let token = keys.token(board, 'facilitator');
  try {
    if (!token || !await opens(call, `${path}/door`, token)) {
      ({ token } = await call(`${path}/lead`, { token: context.token(), body: {} }));
      keys.keep(board, 'facilitator', token);
    }
    location.assign(pageAddress('/console/', board, 'facilitator', token));
  } catch (error) {
    context.toast(context.t(`error.${/** @type {any} */ (error).reason ?? 'unknown'}`));
  }
}

/** @param {typeof import('../../sync/api.js').call} call @param {string} path @param {string} token */
async function opens(call, path, token) {
  try {
    await call(path, { token });
    return true;
  } catch (error) {
    if (/** @type {any} */ (error).status !== 403) throw error;
    return false;
  }
}
