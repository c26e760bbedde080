/**
 * The size of a note on a timeline: narrower margins than elsewhere, since its column is narrow, and its sign on the
 * last line of its text where that has room. Sizes are px; `css/boards.css` draws it with the same margins.
 *
 * No DOM and no positions may live here.
 */
import { NOTE, breakText, lineCount } from '../../notes/measure.js';

/** @typedef {import('../../notes/measure.js').Item} Item */
/** @typedef {import('../../notes/measure.js').Measure} Measure */

/** Margins of a note, the height of a line with nothing but the sign, and the width of the sign, in em. */
const EDGE = 0.52;
const SIGN_LINE = 0.86;
const SIGN = 1.25;
const SIGN_BOTH = 2.3;
const YEAR = 2.8;

/**
 * A note of a given width.
 * @param {Item} item @param {number} size font size, px @param {number} w px @param {Measure} measure
 * @param {boolean} [dated] it carries its year beside its sign
 * @returns {{h: number, lines: number}}
 */
export function paper(item, size, w, measure, dated = false) {
  const inner = Math.max(1, w / size - 2 * EDGE);
  const { lines, last } = breakText(item.text, inner, measure);
  const sign = item.mark ? (item.side === 'both' ? SIGN_BOTH : SIGN) + (dated ? YEAR : 0) : 0;
  let em = lines * NOTE.line + 2 * EDGE;
  const extra = item.extra ?? [];
  for (const line of extra) {
    em += (lineCount(line, inner / NOTE.extraSize - 0.9, measure) * NOTE.extraLine + 0.4) * NOTE.extraSize;
  }
  if (sign && (extra.length || last + sign > inner)) em += SIGN_LINE;
  return { h: Math.ceil(em * size), lines };
}
