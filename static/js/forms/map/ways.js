/**
 * The lines of a map as paths of SVG, px of the frame: arrows, circles, spokes and rings of nearness. Screens and posters
 * draw the same paths. No colours and no elements may live here.
 */
import { onEllipse } from './shapes.js';

/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {import('./circle.js').Circle} Circle */
/** @typedef {import('./arrows.js').Arrow} Arrow */

/** @param {number} value */
export const round = (value) => Math.round(value * 10) / 10;
const at = (/** @type {Point} */ { x, y }) => `${round(x)} ${round(y)}`;

/** The head of an arrow, or the bar in which it ends. @param {Point} tip @param {number} angle @param {boolean} stops @param {number} size */
function headWay(tip, angle, stops, size) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const there = (/** @type {number} */ x, /** @type {number} */ y) => at({ x: tip.x + x * cos - y * sin, y: tip.y + x * sin + y * cos });
  return stops ? `M${there(0, -size)}L${there(0, size)}`
    : `M${there(0, 0)}L${there(-size * 1.5, -size * 0.72)}L${there(-size * 1.1, 0)}L${there(-size * 1.5, size * 0.72)}Z`;
}

/** A way with round corners. @param {Point[]} points */
export function rounded(points) {
  let path = `M${at(points[0])}`;
  for (let nth = 1; nth < points.length - 1; nth += 1) {
    const [a, b, c] = [points[nth - 1], points[nth], points[nth + 1]];
    const cut = (/** @type {Point} */ from) => {
      const long = Math.hypot(from.x - b.x, from.y - b.y) || 1;
      const share = Math.min(22, long / 2) / long;
      return { x: b.x + (from.x - b.x) * share, y: b.y + (from.y - b.y) * share };
    };
    path += `L${at(cut(a))}Q${at(b)} ${at(cut(c))}`;
  }
  return `${path}L${at(points[points.length - 1])}`;
}

/** @param {Arrow} arrow @returns {{line: string, head: string}} */
export function arrowWays({ points, bend, tip, angle, stops }) {
  const line = Number.isNaN(bend) ? rounded(points) : `M${at(points[0])}Q${at(points[1])} ${at(points[2])}`;
  return { line, head: headWay(tip, angle, stops, 12) };
}

/** The arrows along a circle's ellipse. @param {Circle} circle @returns {{line: string, head: string}[]} */
export function ringWays({ ellipse, gaps }) {
  const { rx, ry } = ellipse;
  return gaps.map(([from, to]) => {
    const tip = onEllipse(ellipse, to);
    const end = to - 16 / Math.max(1, Math.hypot(rx * Math.sin(to), ry * Math.cos(to)));
    const last = onEllipse(ellipse, end);
    return {
      line: `M${at(onEllipse(ellipse, from))}A${round(rx)} ${round(ry)} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(last)}`,
      head: headWay(tip, Math.atan2(tip.y - last.y, tip.x - last.x), false, 17),
    };
  });
}

/** A straight line. @param {Point} p @param {Point} q */
export function straight(p, q) {
  return `M${at(p)}L${at(q)}`;
}

/** Two rings of nearness on each side of the star. @param {{w: number, h: number}} frame @returns {{left: string, right: string}[]} */
export function nearWays({ w, h }) {
  const half = (/** @type {number} */ rx, /** @type {number} */ ry, /** @type {number} */ way) => `M${w / 2 + way * 3} ${h / 2 - ry}A${rx} ${ry} 0 0 ${way > 0 ? 1 : 0} ${w / 2 + way * 3} ${h / 2 + ry}Z`;
  return [[0.46, 0.5], [0.29, 0.5]].map(([rx, ry]) => ({ left: half(w * rx, h * ry, -1), right: half(w * rx, h * ry, 1) }));
}
