/**
 * One circle: its papers on an ellipse, clockwise in the order in which they are told, with equal stretches of the band
 * free between them, and its name within.
 */
import { around, grown, near, onBand, onEllipse, within } from './shapes.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./shapes.js').Ellipse} Ellipse */
/** @typedef {{w: number, h: number, size: number}} Named  the box of a name in some type */
/** @typedef {{ellipse: Ellipse, boxes: Rect[], gaps: [number, number][], name: (Rect & {size: number}) | null}} Circle
 *   `gaps`: the stretch of the band after each paper, as angles, the second one larger */

/** Half of the band's width, and the least stretch of it between two papers: an arrow must be seen. */
export const HALF = 23;
const LEAST = 74;
/** A name of this size is large enough. */
const LARGE = 32;
const USUAL = { stretches: [1.5, 1.2, 1.8], from: 0.5, step: 0.05 };
const FLAT = { stretches: [1.5, 2.5, 3.5, 4.8, 6, 8], from: 0.76, step: 0.12 };
const POINTS = 360;
const TURN = (2 * Math.PI) / POINTS;

/**
 * @param {{w: number, h: number}[]} papers @param {Rect} cell @param {Named[]} names  of the name, largest type first; empty: without one
 * @param {{least?: number, half?: number, gap?: number, flat?: boolean}} [how] `flat`: it may be much wider than high @returns {Circle | null} null when it does not fit into the cell
 */
export function layCircle(papers, cell, names, { least = LEAST, half = HALF, gap = 16, flat = false } = {}) {
  const wide = Math.max(...papers.map(({ w }) => w));
  const high = Math.max(...papers.map(({ h }) => h));
  const [mx, my] = [cell.w / 2 - wide / 2, cell.h / 2 - high / 2];
  if (mx < half * 2 || my < half * 2) return null;
  const short = papers.reduce((sum, { w, h }) => sum + Math.min(w, h) + least, 0);
  /** @type {Circle | null} */
  let best = null;
  // From small to large: the first in which the name is large, else the one where it is largest.
  const { stretches, from, step } = flat ? FLAT : USUAL;
  for (let share = from; share <= 1.0001; share += step) {
    for (const stretch of stretches) {
      const ry = my * share;
      const rx = Math.min(mx, ry * stretch);
      const ellipse = { cx: cell.x + cell.w / 2, cy: cell.y + cell.h / 2, rx, ry };
      // What cannot be is not tried: a band too short, no name that would stand within it.
      if (Math.PI * (3 * (rx + ry) - Math.sqrt((3 * rx + ry) * (rx + 3 * ry))) < short) continue;
      if (names.length && !names.some((one) => within(around({ x: ellipse.cx, y: ellipse.cy }, one), ellipse, half + 8))) continue;
      const found = spread(papers, ellipse, least, gap);
      if (!found) continue;
      const name = names.length ? nameIn(ellipse, found.boxes, names, half, gap) : null;
      if ((names.length && !name) || found.boxes.some(({ x, w }) => x < cell.x - 1 || x + w > cell.x + cell.w + 1)) continue;
      if (!name || name.size >= LARGE) return { ellipse, ...found, name };
      if (name.size > (best?.name?.size ?? 0)) best = { ellipse, ...found, name };
    }
  }
  return best;
}

/** Papers on the ellipse with equal stretches between; null when these are too short, or papers would touch. @param {{w: number, h: number}[]} papers @param {Ellipse} ellipse @param {number} least @param {number} gap */
function spread(papers, ellipse, least, gap) {
  const count = papers.length;
  const lengths = [0];
  for (let at = 1; at <= POINTS; at += 1) {
    const [a, b] = [onEllipse(ellipse, (at - 1) * TURN), onEllipse(ellipse, at * TURN)];
    lengths.push(lengths[at - 1] + Math.hypot(a.x - b.x, a.y - b.y));
  }
  const round = lengths[POINTS];
  const along = (/** @type {number} */ angle) => {
    const turns = Math.floor(angle / (2 * Math.PI));
    const at = (angle - turns * 2 * Math.PI) / TURN;
    const low = Math.min(POINTS - 1, Math.floor(at));
    return turns * round + lengths[low] + (lengths[low + 1] - lengths[low]) * (at - low);
  };
  const angleAt = (/** @type {number} */ length) => {
    const turns = Math.floor(length / round);
    const rest = length - turns * round;
    let [low, high] = [0, POINTS];
    while (high - low > 1) {
      const half = (low + high) >> 1;
      if (lengths[half] <= rest) low = half;
      else high = half;
    }
    return turns * 2 * Math.PI + (low + (rest - lengths[low]) / Math.max(1e-6, lengths[high] - lengths[low])) * TURN;
  };
  const first = start(count);
  let angles = papers.map((_, at) => first + (at * 2 * Math.PI) / count);
  for (let tries = 0; tries < 10; tries += 1) {
    const ends = papers.map((size, at) => cover(size, angles[at], ellipse));
    const covered = ends.map(([from, to], at) => [along(angles[at]) - along(angles[at] - from), along(angles[at] + to) - along(angles[at])]);
    const free = (round - covered.reduce((sum, [a, b]) => sum + a + b, 0)) / count;
    if (free < least * 0.5) return null;
    let length = along(first);
    angles = papers.map((_, at) => {
      if (at) length += covered[at - 1][1] + free + covered[at][0];
      return angleAt(length);
    });
  }
  const boxes = papers.map((size, at) => around(onEllipse(ellipse, angles[at]), size));
  if (boxes.some((one, at) => boxes.slice(at + 1).some((other) => near(one, other, gap)))) return null;
  const ends = papers.map((size, at) => cover(size, angles[at], ellipse));
  const gaps = papers.map((_, at) => {
    const next = (at + 1) % count;
    return /** @type {[number, number]} */ ([angles[at] + ends[at][1], angles[next] - ends[next][0] + (next ? 0 : 2 * Math.PI)]);
  });
  if (gaps.some(([from, to]) => along(to) - along(from) < least)) return null;
  return { boxes, gaps };
}

/** Where the first paper lies: at the top where their number is odd, left of it where it is even. @param {number} count */
function start(count) {
  if (count === 2) return -Math.PI;
  return -Math.PI / 2 - (count % 2 ? 0 : Math.PI / count);
}

/** How far before and after its middle a paper covers the ellipse, as angles. @param {{w: number, h: number}} size @param {number} angle @param {Ellipse} ellipse @returns {[number, number]} */
function cover(size, angle, ellipse) {
  const box = grown(around(onEllipse(ellipse, angle), size), 8);
  const way = (/** @type {number} */ step) => {
    for (let at = 1; at < POINTS / 2; at += 1) {
      const { x, y } = onEllipse(ellipse, angle + at * step);
      if (x < box.x || x > box.x + box.w || y < box.y || y > box.y + box.h) return at * TURN;
    }
    return Math.PI;
  };
  return [way(-TURN), way(TURN)];
}

/** The name in the largest type in which it stands free within the band. @param {Ellipse} ellipse @param {Rect[]} boxes @param {Named[]} names @param {number} half @param {number} gap */
function nameIn(ellipse, boxes, names, half, gap) {
  for (const one of names) {
    for (const down of [0, -0.12, 0.12]) {
      const box = around({ x: ellipse.cx, y: ellipse.cy + down * ellipse.ry }, one);
      if (within(box, ellipse, half + 8) && !boxes.some((other) => near(box, other, gap))) return { ...box, size: one.size };
    }
  }
  return null;
}

/** Whether a box touches the band of a circle. @param {Rect} box @param {Ellipse} ellipse @param {number} [air] */
export function touches(box, ellipse, air = 14, half = HALF) {
  return onBand(box, ellipse, half + air);
}
