/** The way of an arrow around what lies between its ends: the shortest on a grid, with as few corners as can be. */
import { meets } from './shapes.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./shapes.js').Point} Point */

const STEP = 13;
const WAYS = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [1, -1], [-1, -1]];

/** @param {Point} p @param {Point} q @param {Rect[]} walls @param {{w: number, h: number}} frame @returns {Point[] | null} */
export function around(p, q, walls, frame) {
  const [wide, high] = [Math.floor((frame.w - 4) / STEP) + 1, Math.floor((frame.h - 4) / STEP) + 1];
  const shut = new Uint8Array(wide * high);
  for (const { x, y, w, h } of walls) {
    for (let row = Math.max(0, Math.ceil(y / STEP)); row <= Math.min(high - 1, Math.floor((y + h) / STEP)); row += 1) {
      shut.fill(1, row * wide + Math.max(0, Math.ceil(x / STEP)), row * wide + Math.min(wide - 1, Math.floor((x + w) / STEP)) + 1);
    }
  }
  const [start, end] = [p, q].map((point) => nearest(point, walls, shut, wide, high));
  if (start < 0 || end < 0) return null;
  const cells = walk(start, end, shut, wide, high);
  if (!cells) return null;
  const points = [p, ...cells.map((cell) => ({ x: (cell % wide) * STEP, y: Math.floor(cell / wide) * STEP })), q];
  return straightened(points, walls);
}

/** The free cell nearest to a point, which it can be reached from. @param {Point} point @param {Rect[]} walls @param {Uint8Array} shut @param {number} wide @param {number} high */
function nearest(point, walls, shut, wide, high) {
  const [column, row] = [Math.round(point.x / STEP), Math.round(point.y / STEP)];
  let best = { cell: -1, far: Infinity };
  for (let y = Math.max(0, row - 3); y <= Math.min(high - 1, row + 3); y += 1) {
    for (let x = Math.max(0, column - 3); x <= Math.min(wide - 1, column + 3); x += 1) {
      const there = { x: x * STEP, y: y * STEP };
      const far = Math.hypot(there.x - point.x, there.y - point.y);
      if (!shut[y * wide + x] && far < best.far && !walls.some((wall) => meets(point, there, wall))) best = { cell: y * wide + x, far };
    }
  }
  return best.cell;
}

/** The shortest way from cell to cell. @param {number} start @param {number} end @param {Uint8Array} shut @param {number} wide @param {number} high @returns {number[] | null} */
function walk(start, end, shut, wide, high) {
  const far = new Float64Array(wide * high).fill(Infinity);
  const before = new Int32Array(wide * high).fill(-1);
  const [ex, ey] = [end % wide, Math.floor(end / wide)];
  const left = (/** @type {number} */ cell) => Math.hypot((cell % wide) - ex, Math.floor(cell / wide) - ey);
  /** By the length that a way through them has at least, in whole steps. @type {number[][]} */
  const queue = [];
  const put = (/** @type {number} */ cell) => (queue[Math.floor(far[cell] + left(cell))] ??= []).push(cell);
  far[start] = 0;
  put(start);
  for (let at = 0; at < queue.length; at += 1) {
    for (let cell = queue[at]?.pop(); cell !== undefined; cell = queue[at].pop()) {
      if (cell === end) {
        const cells = [cell];
        while (before[cells[0]] >= 0) cells.unshift(before[cells[0]]);
        return cells;
      }
      const [x, y] = [cell % wide, Math.floor(cell / wide)];
      for (const [dx, dy] of WAYS) {
        const [nx, ny] = [x + dx, y + dy];
        const next = ny * wide + nx;
        if (nx < 0 || ny < 0 || nx >= wide || ny >= high || shut[next] || (dx && dy && (shut[y * wide + nx] || shut[ny * wide + x]))) continue;
        const length = far[cell] + (dx && dy ? Math.SQRT2 : 1);
        if (length >= far[next] - 1e-9) continue;
        far[next] = length;
        before[next] = cell;
        put(next);
      }
    }
  }
  return null;
}

/** Without the corners that are not needed. @param {Point[]} points @param {Rect[]} walls */
function straightened(points, walls) {
  const kept = [points[0]];
  for (let at = 0; at < points.length - 1;) {
    let next = points.length - 1;
    while (next > at + 1 && walls.some((wall) => meets(points[at], points[next], wall))) next -= 1;
    kept.push(points[next]);
    at = next;
  }
  return kept;
}
