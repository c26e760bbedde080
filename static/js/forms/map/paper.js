/**
 * The size of a paper on a map: no wider than its text needs in as many lines as it takes, with a column for its sign.
 * Its margins are those of css/map.css.
 */
import { lineCount } from '../../notes/measure.js';

/** @typedef {import('../../notes/measure.js').Measure} Measure */

/** Em. `sign`: the column before the text. */
const PAD = { x: 0.62, y: 0.5, line: 1.24, sign: 1.1, slack: 0.4 };
/** How many times wider than high a paper is, at best, and the widest line, em. */
const SHAPE = 2.3;
const WIDEST = 15;
/** A word wider than this is hyphenated, where it can be, em. */
const WORD = 7.6;

/**
 * @param {{text: string, sign?: string}} item @param {number} size px @param {Measure} measure
 * @param {{bold?: number, shape?: number, widest?: number}} [how]  `bold`: how much wider its letters are
 * @returns {{w: number, h: number, lines: number}}
 */
export function paper({ text, sign }, size, measure, { bold = 1, shape = SHAPE, widest = WIDEST } = {}) {
  const most = measure.pieces ? Math.min(widest, WORD) : widest;
  const longest = Math.min(most, Math.max(1.2, ...text.split(/\s+/u).map((word) => measure(word) * bold)));
  // A little more room than was measured may break a long word elsewhere.
  const count = (/** @type {number} */ em) => Math.max(lineCount(text, em / bold, measure), lineCount(text, (em + PAD.slack) / bold, measure));
  const beside = PAD.slack + 2 * PAD.x + (sign ? PAD.sign : 0);
  const high = (/** @type {number} */ lines) => lines * PAD.line + 2 * PAD.y;
  let best = { w: 0, h: 0, lines: 0, off: Infinity };
  for (let em = widest; em >= longest;) {
    const lines = count(em);
    // The narrowest that takes no more lines.
    let [low, wide] = [longest, em];
    if (count(low) <= lines) wide = low;
    else for (let at = 0; at < 7; at += 1) count((low + wide) / 2) <= lines ? wide = (low + wide) / 2 : low = (low + wide) / 2;
    const off = Math.abs(Math.log((wide + beside) / high(lines) / shape));
    if (off < best.off) best = { w: wide + beside, h: high(lines), lines, off };
    em = Math.min(wide, em) - 0.15;
  }
  return { w: Math.ceil(best.w * size), h: Math.ceil(best.h * size), lines: best.lines };
}
