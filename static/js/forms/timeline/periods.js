/**
 * The headings of periods over a timeline: brackets exactly over their lanes, in a strip that is as high with headings
 * as without, so that a heading moves no note.
 *
 * No DOM may live here.
 */
import { lineCount } from '../../notes/measure.js';

/** @typedef {import('../../notes/measure.js').Measure} Measure */
/**
 * @typedef {{id: string, text: string, from: string, until: string}} Heading
 * @typedef {{id: string, text: string, x: number, w: number, y: number, h: number, words: {x: number, w: number}, size: number, openLeft: boolean, openRight: boolean}} Bracket
 *   `words`: of the text above it; `openLeft`, `openRight`: the period goes on beyond these lanes
 */

/** px at 1080p. */
const LARGE = 27;
const SMALL = 22;
const LINE = 1.1;
const FOOT = 12;

/**
 * @param {Heading[]} headings
 * @param {{lanes: string[], all: string[], width: number, unit: number, height: number, measure: Measure}} space
 *   `lanes`: the columns; `all`: all lanes of the sheet, in order; `height`: of the strip, px
 * @returns {{brackets: Bracket[], height: number}} `height` is larger only where more than two headings overlap
 */
export function periodsOver(headings, { lanes, all, width, unit, height, measure }) {
  const column = width / Math.max(1, lanes.length);
  const [first, last] = [all.indexOf(lanes[0]), all.indexOf(lanes[lanes.length - 1])];
  const found = headings.flatMap((heading) => {
    const [from, until] = [all.indexOf(heading.from), all.indexOf(heading.until || heading.from)];
    if (from < 0 || until < first || from > last) return [];
    const x = (Math.max(from, first) - first) * column + 4 * unit;
    const right = (Math.min(until, last) - first + 1) * column - 4 * unit;
    return [{ ...heading, x, w: right - x, openLeft: from < first, openRight: until > last }];
  }).sort((a, b) => a.x - b.x || b.w - a.w || (a.id < b.id ? -1 : 1));
  // The first that has room in the strip: large, small on two lines, else rows of small ones.
  const ways = [{ px: LARGE, lines: 1 }, { px: SMALL, lines: 2 }].filter(({ px, lines }) => (px * lines * LINE + FOOT) * unit <= height);
  const calm = ways.map((way) => ({ way, ...rowsOf(found, way.px * unit, way.lines, width, measure) })).find(({ count }) => count < 2);
  const size = (calm?.way.px ?? SMALL) * unit;
  const { rows, count } = calm ?? rowsOf(found, SMALL * unit, 1, width, measure);
  const row = calm ? height : Math.max(height / Math.max(1, count), (SMALL * LINE + FOOT) * unit);
  return {
    height: Math.max(height, row * count),
    brackets: rows.map(({ level, words, ...one }) => ({ ...one, words, size, y: level * row, h: row })),
  };
}

/**
 * Rows for headings whose words or brackets would meet.
 * @param {(Heading & {x: number, w: number, openLeft: boolean, openRight: boolean})[]} found @param {number} size @param {number} lines of words
 * @param {number} width @param {Measure} measure
 */
function rowsOf(found, size, lines, width, measure) {
  /** @type {number[]} */
  const ends = [];
  const rows = found.map((one) => {
    let wide = Math.min(width, one.w);
    while (wide < width && lineCount(one.text, wide / size, measure) > lines) wide = Math.min(width, wide + size);
    const x = Math.max(0, Math.min(one.x, width - wide));
    let level = ends.findIndex((end) => end <= x + 1);
    if (level < 0) level = ends.push(0) - 1;
    ends[level] = Math.max(x + wide, one.x + one.w) + (wide > one.w ? size : 0);
    return { ...one, level, words: { x, w: wide } };
  });
  return { rows, count: ends.length };
}
