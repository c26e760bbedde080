/**
 * The size of a note on a timeline: narrower margins than elsewhere, since its column is narrow, and its sign on the
 * last line of its text where that has room. Sizes are px; `css/boards.css` draws it with the same margins.
 *
 * No DOM and no positions may live here.
 */
import { NOTE, breakText, insetOf, lineCount } from '../../notes/measure.js';

/** @typedef {import('../../notes/measure.js').Item} Item */
/** @typedef {import('../../notes/measure.js').Measure} Measure */

/** Margins of a note, the height of a line with nothing but the sign, and the width of the sign, in em. */
const EDGE = 0.52;
const SIGN_LINE = 0.86;
const SIGN = 1.25;
const SIGN_BOTH = 2.3;
const YEAR = 2.8;

/** What was computed for an item, by size and width: a layout tries many arrangements. @type {WeakMap<Item, Map<string, {h: number, lines: number, torn: number}>>} */
const known = new WeakMap();

/**
 * A note of a given width; an item is always asked for with the same `measure`.
 * @param {Item} item @param {number} size font size, px @param {number} w px @param {Measure} measure
 * @param {boolean} [dated] it carries its year beside its sign
 * @returns {{h: number, lines: number, torn: number}} `torn`: the most pieces that a word of it is in
 */
export function paper(item, size, w, measure, dated = false) {
  const key = `${size} ${w} ${dated}`;
  const sizes = known.get(item) ?? new Map();
  if (!sizes.size) known.set(item, sizes);
  const found = sizes.get(key) ?? sizeOf(item, size, w, measure, dated);
  sizes.set(key, found);
  return found;
}

/** @param {Item} item @param {number} size @param {number} w @param {Measure} measure @param {boolean} dated */
function sizeOf(item, size, w, measure, dated) {
  // As it is drawn: in whole px, so that a word is not broken in another place there.
  const inner = Math.max(1, Math.floor(w) / size - 2 * EDGE);
  const { lines: own, last } = breakText(item.text, item.bold ? inner / 1.08 : inner, measure);
  let lines = own;
  const sign = item.mark ? (item.side === 'both' ? SIGN_BOTH : SIGN) + (dated ? YEAR : 0) : 0;
  let em = own * NOTE.line + 2 * EDGE;
  const extra = item.extra ?? [];
  for (const [at, line] of extra.entries()) {
    const many = lineCount(line, inner - insetOf(item, at), measure);
    em += many * NOTE.extraLine + NOTE.extraGap;
    // What lies under a heading is as much to read as a text.
    if (item.bold) lines += many;
  }
  if (sign && (extra.length || last + sign > inner)) em += SIGN_LINE;
  const torn = Math.max(1, ...item.text.split(/\s+/u).map((word) => measure.pieces?.(word, inner).length ?? 1));
  return { h: Math.ceil(em * size), lines, torn };
}
