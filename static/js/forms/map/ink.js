/** Draws bands, arrows and spokes of a map, in px of its frame. No layout may live here. */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { HALF } from './circle.js';
import { onEllipse } from './shapes.js';

/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {import('./circle.js').Circle} Circle */
/** @typedef {import('./arrows.js').Arrow} Arrow */
/** @typedef {import('./story.js').Turn} Turn */

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
const at = (/** @type {Point} */ { x, y }) => `${round(x)} ${round(y)}`;

/** The head of an arrow, or the bar in which it ends. @param {Point} tip @param {number} angle @param {boolean} stops @param {number} size @param {string} look */
function head(tip, angle, stops, size, look) {
  const turn = round((angle * 180) / Math.PI);
  return stops ? svg`<path class=${`${look} map-bar`} d=${`M0 ${-size}V${size}`} transform=${`translate(${at(tip)}) rotate(${turn})`}></path>`
    : svg`<path class=${`${look} map-head`} d=${`M0 0L${-size * 1.5} ${-size * 0.72}L${-size * 1.1} 0L${-size * 1.5} ${size * 0.72}Z`} transform=${`translate(${at(tip)}) rotate(${turn})`}></path>`;
}

/** A way with round corners. @param {Point[]} points */
function rounded(points) {
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

/** @param {Arrow} arrow */
export function drawArrow({ points, bend, tip, angle, stops }) {
  const path = Number.isNaN(bend) ? rounded(points) : `M${at(points[0])}Q${at(points[1])} ${at(points[2])}`;
  return svg`<path class="map-link" d=${path}></path>${head(tip, angle, stops, 12, 'map-link')}`;
}

/** The words beside arrows that stop. @param {Arrow} arrow @param {string} word */
export function drawWord({ word: box }, word) {
  return box ? svg`<text class="map-word" x=${round(box.x + box.w / 2)} y=${round(box.y + box.h * 0.74)}>${word}</text>` : nothing;
}

/** A circle's band, and its arrows along the same ellipse. @param {Circle} circle @param {Turn} turn */
export function drawBand({ ellipse, gaps }, turn) {
  const { cx, cy, rx, ry } = ellipse;
  return svg`<g class=${`map-ring is-${turn}`}><ellipse class="map-band" cx=${round(cx)} cy=${round(cy)} rx=${round(rx)} ry=${round(ry)} stroke-width=${HALF * 2}></ellipse>
    ${gaps.map(([from, to]) => {
    const tip = onEllipse(ellipse, to);
    const end = to - 16 / Math.max(1, Math.hypot(rx * Math.sin(to), ry * Math.cos(to)));
    const last = onEllipse(ellipse, end);
    return svg`<path class="map-arc map-way" pathLength="1" d=${`M${at(onEllipse(ellipse, from))}A${round(rx)} ${round(ry)} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(last)}`}></path>${head(tip, Math.atan2(tip.y - last.y, tip.x - last.x), false, 17, 'map-arc')}`;
  })}</g>`;
}

/** A circle of small papers in an overview, with its number. @param {Circle} circle @param {Turn} turn @param {boolean} now */
export function drawSmall({ ellipse: { cx, cy, rx, ry } }, turn, now) {
  return svg`<ellipse class=${`map-small is-${turn} ${now ? 'is-now' : ''}`} cx=${round(cx)} cy=${round(cy)} rx=${round(rx)} ry=${round(ry)}></ellipse>`;
}

/** A hair-line between small papers. @param {Point} p @param {Point} q */
export function drawHair(p, q) {
  return svg`<path class="map-hair" d=${`M${at(p)}L${at(q)}`}></path>`;
}

/** A spoke of the star. @param {[Point, Point]} spoke @param {'left' | 'right'} side */
export function drawSpoke([p, q], side) {
  return svg`<path class=${`map-spoke is-${side}`} d=${`M${at(p)}L${at(q)}`}></path>`;
}

/** What lies behind the star: two rings of nearness on each side. @param {{w: number, h: number}} frame */
export function drawRings({ w, h }) {
  const half = (/** @type {number} */ rx, /** @type {number} */ ry, /** @type {number} */ way) => `M${w / 2 + way * 3} ${h / 2 - ry}A${rx} ${ry} 0 0 ${way > 0 ? 1 : 0} ${w / 2 + way * 3} ${h / 2 + ry}Z`;
  return svg`${[[0.46, 0.5], [0.29, 0.5]].map(([rx, ry]) => svg`<path class="map-near is-left" d=${half(w * rx, h * ry, -1)}></path><path class="map-near is-right" d=${half(w * rx, h * ry, 1)}></path>`)}`;
}

/** The sign of a circle that turns. */
export function turnSign() {
  return html`<svg class="map-turn" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M17.6 2.6v4.2h-4.2"></path></svg>`;
}
