/**
 * Boxes, lines and ellipses of a map, in px of its frame. Angles of an ellipse are its parameter, clockwise, 0 to the right.
 *
 * No DOM, no clock and no randomness may live in this folder's layout: star, dynamics, circle, arrows and this file.
 */

/** @typedef {import('../../notes/measure.js').Rect} Rect */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{cx: number, cy: number, rx: number, ry: number}} Ellipse */

/** The frame of every map: all screens scale it, so that they show the same arrangement. */
export const FRAME = { w: 1792, h: 830 };
/** The type of notes, px of the frame, largest first: below the last one a wall walks. */
export const SIZES = [30, 27, 24];

/** Whether two boxes are nearer to each other than `gap`. @param {Rect} a @param {Rect} b @param {number} [gap] */
export function near(a, b, gap = 0) {
  return a.x < b.x + b.w + gap && b.x < a.x + a.w + gap && a.y < b.y + b.h + gap && b.y < a.y + a.h + gap;
}

/** A box with so much more on each side. @param {Rect} box @param {number} by @returns {Rect} */
export function grown({ x, y, w, h }, by) {
  return { x: x - by, y: y - by, w: w + 2 * by, h: h + 2 * by };
}

/** @param {Rect} box @returns {Point} */
export function middle({ x, y, w, h }) {
  return { x: x + w / 2, y: y + h / 2 };
}

/** The box of this size around a point. @param {Point} at @param {{w: number, h: number}} size @returns {Rect} */
export function around(at, { w, h }) {
  return { x: at.x - w / 2, y: at.y - h / 2, w, h };
}

/** The part of a line that lies in a box, as shares of its length; null when none does. @param {Point} p @param {Point} q @param {Rect} box @returns {[number, number] | null} */
export function inside(p, q, { x, y, w, h }) {
  const [dx, dy] = [q.x - p.x, q.y - p.y];
  let [from, to] = [0, 1];
  if (Math.abs(dx) >= 1e-9) {
    const [one, other] = [(x - p.x) / dx, (x + w - p.x) / dx];
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  } else if (p.x <= x || p.x >= x + w) return null;
  if (Math.abs(dy) >= 1e-9) {
    const [one, other] = [(y - p.y) / dy, (y + h - p.y) / dy];
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  } else if (p.y <= y || p.y >= y + h) return null;
  return from < to ? [from, to] : null;
}

/** Whether a line passes nearer to a box than `gap`. @param {Point} p @param {Point} q @param {Rect} box @param {number} [gap] */
export function meets(p, q, box, gap = 0) {
  // Most lines lie wholly on one side: this is asked millions of times.
  if ((p.x <= box.x - gap && q.x <= box.x - gap) || (p.y <= box.y - gap && q.y <= box.y - gap)) return false;
  if ((p.x >= box.x + box.w + gap && q.x >= box.x + box.w + gap) || (p.y >= box.y + box.h + gap && q.y >= box.y + box.h + gap)) return false;
  return inside(p, q, grown(box, gap)) !== null;
}

/** @param {Point} p @param {Point} q @param {number} share @returns {Point} */
export function between(p, q, share) {
  return { x: p.x + (q.x - p.x) * share, y: p.y + (q.y - p.y) * share };
}

/** Whether two lines cross. @param {Point} a @param {Point} b @param {Point} c @param {Point} d */
export function cross(a, b, c, d) {
  const side = (/** @type {Point} */ p, /** @type {Point} */ q, /** @type {Point} */ r) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** The distance between two boxes, 0 when they touch. @param {Rect} a @param {Rect} b */
export function apart(a, b) {
  const x = Math.max(0, b.x - a.x - a.w, a.x - b.x - b.w);
  const y = Math.max(0, b.y - a.y - a.h, a.y - b.y - b.h);
  return Math.hypot(x, y);
}

/** @param {Ellipse} ellipse @param {number} angle @returns {Point} */
export function onEllipse({ cx, cy, rx, ry }, angle) {
  return { x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle) };
}

/** Whether a box comes nearer to the line of an ellipse than `half`. @param {Rect} box @param {Ellipse} ellipse @param {number} half */
export function onBand(box, { cx, cy, rx, ry }, half) {
  const x = Math.min(Math.max(cx, box.x), box.x + box.w);
  const y = Math.min(Math.max(cy, box.y), box.y + box.h);
  if (Math.hypot((x - cx) / (rx + half), (y - cy) / (ry + half)) >= 1) return false;
  // The corner that is farthest from the middle.
  const away = Math.max(Math.abs(box.x - cx), Math.abs(box.x + box.w - cx)) / Math.max(1, rx - half);
  const down = Math.max(Math.abs(box.y - cy), Math.abs(box.y + box.h - cy)) / Math.max(1, ry - half);
  return Math.hypot(away, down) > 1;
}

/** Whether a box lies within the line of an ellipse, wholly. @param {Rect} box @param {Ellipse} ellipse @param {number} half */
export function within(box, { cx, cy, rx, ry }, half) {
  return [[box.x, box.y], [box.x + box.w, box.y], [box.x, box.y + box.h], [box.x + box.w, box.y + box.h]]
    .every(([x, y]) => Math.hypot((x - cx) / Math.max(1, rx - half), (y - cy) / Math.max(1, ry - half)) <= 1);
}

/** The box around points. @param {Point[]} points @returns {Rect} */
export function bounds(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}
