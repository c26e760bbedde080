/**
 * Corrections that are begun and not saved: kept in this browser, each beside the text that stood when it was begun
 * (SPEC R25). No form may live here.
 */
import { sameText } from '../text.js';

/** A text's correction, and the text that stood when it was begun. @typedef {{ text: string, began: string }} Correction */

/** Corrections by note, as they were left. @template {Correction} C @param {Pick<import('../types.js').Context, 'keys' | 'board'>} context @param {string} place their storage key @returns {Record<string, C>} */
export function keptCorrections({ keys, board }, place) {
  return keys.half(board, place) ?? {};
}

/**
 * With one more correction, or without it (null: it is saved, or not wanted any more); kept so.
 * @template {Correction} C @param {Pick<import('../types.js').Context, 'keys' | 'board'>} context @param {string} place
 * @param {Record<string, C>} known @param {string} note @param {C | null} one @returns {Record<string, C>}
 */
export function keepCorrection({ keys, board }, place, known, note, one) {
  const { [note]: _, ...others } = known;
  const now = one ? { ...others, [note]: one } : others;
  keys.keepHalf(board, place, Object.keys(now).length ? now : '');
  return now;
}

/** Whether somebody else changed a text while it was corrected here. @param {{ text: string, pending?: boolean }} note @param {Correction} one */
export function changedMeanwhile({ text, pending }, one) {
  return !pending && !sameText(text, one.began) && !sameText(text, one.text);
}
