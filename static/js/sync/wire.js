/**
 * The browser's counterpart of board_schema/wire.py: protocol number, close codes, packing and unpacking.
 * The meaning of frames may not live here, and no connection.
 */
import { decode, encode } from '../../lib/msgpack.js';

/** @typedef {import('../types.js').Frame} Frame */

export const PROTOCOL = 3;

/** Close codes (SPEC P5) and the text key `close.<name>` that explains each. */
export const Close = Object.freeze({
  restart: 4000,
  slow: 4001,
  store_away: 4002,
  too_fast: 4003,
  no_hello: 4004,
  bad_frame: 4500,
  protocol: 4501,
  no_access: 4502,
  removed: 4503,
  gone: 4504,
  origin: 4505,
  replaced: 4507,
  over: 4508,
});

/**
 * Whether a client may reconnect by itself after this close code.
 * @param {number} code
 */
export function comesBack(code) {
  return !(code >= 4500 && code <= 4999);
}

/**
 * The name of a close code; '' for an unknown one.
 * @param {number} code
 */
export function closeName(code) {
  return Object.entries(Close).find(([, known]) => known === code)?.[0] ?? '';
}

/**
 * A frame as MessagePack. Lone surrogates (from an emoji cut in two) are replaced, since the server refuses them.
 * @param {Frame} frame @returns {Uint8Array<ArrayBuffer>}
 */
export function pack(frame) {
  return encode(wellFormed(frame));
}

/** @param {any} value @returns {any} */
function wellFormed(value) {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wellFormed(inner)]));
}

/**
 * One frame from bytes; null when they are not a valid frame.
 * @param {ArrayBuffer | Uint8Array} bytes
 * @returns {Frame | null}
 */
export function unpack(bytes) {
  try {
    const frame = decode(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
    return Array.isArray(frame) && typeof frame[0] === 'string' ? /** @type {Frame} */ (frame) : null;
  } catch {
    return null;
  }
}
