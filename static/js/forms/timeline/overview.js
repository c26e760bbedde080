/**
 * The whole timeline in small: every note as a paper without text in its own lane and on its own side of the line.
 * On each side papers fill the middle, the right, the left, then the next row outwards, so that none moves when one comes.
 *
 * No DOM may live here.
 */

import { inTurn } from './line.js';

/** @typedef {{id: string, x: number, y: number, w: number, h: number}} Chip */

const ACROSS = 3;
const TURN = inTurn(ACROSS);

/**
 * @param {{lanes: string[], items: {id: string, lane?: string, side?: string}[], width: number, unit: number, side: number, band: number, top: number}} space
 *   `side`: px of each side, the same however many notes there are; `band`: px of the strip of the line
 * @returns {{chips: Chip[], axis: number, bottom: number, column: number}}
 */
export function overview({ lanes, items, width, unit, side, band, top }) {
  const column = width / Math.max(1, lanes.length);
  const axis = top + side + band / 2;
  /** @type {Map<string, number>} */
  const counts = new Map();
  const placed = items.flatMap((item) => {
    const at = lanes.indexOf(item.lane ?? '');
    if (at < 0) return [];
    const way = item.side === 'down' ? 1 : -1;
    const key = `${at} ${way}`;
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    return [{ id: item.id, at, way, row: Math.floor(nth / ACROSS), place: TURN[nth % ACROSS] }];
  });
  const rows = Math.max(2, ...placed.map((one) => one.row + 1));
  const gap = Math.min(3 * unit, column * 0.03);
  const w = Math.min(46 * unit, (column - 3 * gap) / ACROSS - gap);
  const step = Math.min(29 * unit, side / rows);
  const h = step * 0.86;
  const chips = placed.map(({ id, at, way, row, place }) => ({
    id, w, h,
    x: (at + 0.5) * column + (place - 1) * (w + gap) - w / 2,
    y: axis + way * (band / 2 + row * step) - (way < 0 ? h : 0),
  }));
  return { chips, axis, bottom: axis + band / 2 + side, column };
}
