/**
 * Computes the heights of a grid's rows, and which rows are reduced when they do not all fit.
 * No DOM and no drawing may live here.
 */
import { NOTE, lineCount, noteSize, roughWidth } from '../../notes/measure.js';

/** @typedef {import('../../notes/measure.js').Item} Item */
/** @typedef {import('../../notes/measure.js').Measure} Measure */

/**
 * @typedef {{id: string, title: string, cells: Item[][]}} GridRow
 * @typedef {object} GridSpace
 * @property {GridRow[]} rows
 * @property {number[]} widths        px of each column of cells
 * @property {number} titleWidth      px of the row's title
 * @property {number} height          px for all rows
 * @property {number} [head]          em that the titles of the columns take
 * @property {number[]} sizes
 * @property {Measure} [measure]
 * @property {string} [focus]         the row that stays open when not all fit
 *
 * @typedef {object} Grid
 * @property {number} size
 * @property {number[]} heights
 * @property {Set<string>} folded     rows reduced to their title
 * @property {Map<string, number>} open  `row cell`: how many notes of a cell are shown; a count stands for the others
 */

/**
 * The font size at which all rows fit. If none does, notes of long cells are replaced by a count, beginning with the
 * highest row; then rows are reduced to their title.
 * @param {GridSpace} space @returns {Grid}
 */
export function foldRows(space) {
  /** @type {Map<string, number>} */
  const open = new Map();
  const all = (/** @type {number} */ size) => space.rows.map((row) => rowHeight(space, row, size, open));
  const free = (/** @type {number} */ size) => space.height - (space.head ?? 0) * size;
  for (const size of space.sizes) {
    const heights = all(size);
    if (sum(heights) <= free(size)) return { size, heights, folded: new Set(), open };
  }
  const size = space.sizes.at(-1) ?? 16;
  let heights = all(size);
  while (sum(heights) > free(size) && shorten(space, size, heights, open)) heights = all(size);
  if (sum(heights) <= free(size)) return { size, heights, folded: new Set(), open };
  const line = size * 2.6;
  const folded = new Set(space.rows.map((row) => row.id));
  const order = [...space.rows].sort((a, b) => Number(b.id === space.focus) - Number(a.id === space.focus));
  let used = line * space.rows.length;
  for (const row of order) {
    const more = rowHeight(space, row, size, open) - line;
    if (used + more > free(size) && folded.size < space.rows.length) continue;
    used += more;
    folded.delete(row.id);
  }
  return { size, folded, open, heights: space.rows.map((row) => (folded.has(row.id) ? line : rowHeight(space, row, size, open))) };
}

/**
 * Replace one more note by a count, in the tallest cell of the highest row; false when that is not possible.
 * @param {GridSpace} space @param {number} size @param {number[]} heights @param {Map<string, number>} open
 */
function shorten(space, size, heights, open) {
  const order = space.rows.map((row, i) => ({ row, h: heights[i] })).filter(({ row }) => row.id !== space.focus).sort((a, b) => b.h - a.h);
  for (const { row, h } of order) {
    const talls = row.cells.map((items, i) => cellHeight(space, items, size, i, open.get(`${row.id} ${i}`)));
    const i = talls.indexOf(Math.max(...talls));
    const shown = open.get(`${row.id} ${i}`) ?? row.cells[i]?.length ?? 0;
    // The first one that is replaced gives its space to the count.
    const next = shown === row.cells[i]?.length ? shown - 2 : shown - 1;
    if (talls[i] < h - 1 || next < 1) continue;
    open.set(`${row.id} ${i}`, next);
    return true;
  }
  return false;
}

/** @param {GridSpace} space @param {Item[]} items @param {number} size @param {number} at @param {number} [shown] */
function cellHeight({ widths, measure = roughWidth }, items, size, at, shown = items.length) {
  // A note in a table has a little less padding at the bottom than elsewhere.
  const notes = items.slice(0, shown).map((item) => noteSize(item, size, measure, widths[at] - size * 0.8).h + size * 0.25);
  return sum(notes) + size * 0.8 + (shown < items.length ? size * 2 : 0);
}

/** @param {GridSpace} space @param {GridRow} row @param {number} size @param {Map<string, number>} open */
function rowHeight(space, row, size, open) {
  const { titleWidth, measure = roughWidth } = space;
  const title = lineCount(row.title, titleWidth / (size * 1.08) - 1.1, measure) * size * 1.06 * NOTE.line + size * 2;
  return Math.max(title, ...row.cells.map((items, i) => cellHeight(space, items, size, i, open.get(`${row.id} ${i}`))), size * 3);
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, n) => total + n, 0);
}
