/** Draws bands, arrows and spokes of a map, in px of its frame. No layout and no path may live here. */
import { nothing, svg } from '../../../lib/lit-html.js';
import { HALF } from './circle.js';
import { between, onEllipse } from './shapes.js';
import { arrowWays, nearWays, ringWays, round, rounded, straight } from './ways.js';

/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {import('./circle.js').Circle} Circle */
/** @typedef {import('./arrows.js').Arrow} Arrow */
/** @typedef {import('./story.js').Turn} Turn */

/** The middle of an arrow, of one that goes around that of its longest stretch. @param {Arrow} arrow */
function halfway({ points, bend }) {
  const [p, c, q] = points;
  if (!Number.isNaN(bend)) return { x: (p.x + 2 * c.x + q.x) / 4, y: (p.y + 2 * c.y + q.y) / 4 };
  const long = (/** @type {number} */ nth) => Math.hypot(points[nth + 1].x - points[nth].x, points[nth + 1].y - points[nth].y);
  const [nth] = points.slice(1).map((_, at) => at).sort((a, b) => long(b) - long(a));
  return between(points[nth], points[nth + 1], 0.5);
}

/** A sign on a line: it is new, or not there any more. @param {Point} point @param {string} look */
function newSign({ x, y }, look) {
  return svg`<g class=${`map-sign ${look}`} transform=${`translate(${round(x)} ${round(y)})`}><circle r="14"></circle><text y="8">${look === 'is-new' ? '+' : '×'}</text></g>`;
}

/** How a line is drawn where something lies on its link (SPEC R47): up to there it has no head, from there on it is dotted; `look`: it is new (`is-new`), or not there any more (`is-gone`). @typedef {{headless?: boolean, dotted?: boolean, look?: string}} Broken */

/** @param {Arrow} arrow @param {Broken} [how] */
export function drawArrow(arrow, { headless, dotted, look = '' } = {}) {
  const { line, head } = arrowWays(arrow);
  return svg`<path class=${`map-link ${dotted ? 'is-dotted' : ''} ${look}`} d=${line}></path>${headless ? nothing : svg`<path class=${`map-link ${arrow.stops ? 'map-bar' : 'map-head'} ${look}`} d=${head}></path>`}${look ? newSign(halfway(arrow), look) : nothing}`;
}

/** A line from what lies beside a point to it. @param {Point} p @param {Point} q */
export function drawTie(p, q) {
  return svg`<path class="map-link is-dotted" d=${straight(p, q)}></path>`;
}

/** The words beside arrows that stop. @param {Arrow} arrow @param {string} word */
export function drawWord({ word: box }, word) {
  return box ? svg`<text class="map-word" x=${round(box.x + box.w / 2)} y=${round(box.y + box.h * 0.74)}>${word}</text>` : nothing;
}

/** A circle's band, and its arrows along the same ellipse. @param {Circle} circle @param {Turn} turn @param {(nth: number) => Broken} [how] */
export function drawBand(circle, turn, how = () => ({})) {
  const { cx, cy, rx, ry } = circle.ellipse;
  return svg`<g class=${`map-ring is-${turn}`}><ellipse class="map-band" cx=${round(cx)} cy=${round(cy)} rx=${round(rx)} ry=${round(ry)} stroke-width=${HALF * 2}></ellipse>
    ${ringWays(circle).map(({ line, head }, nth) => {
    const { headless, dotted, look } = how(nth);
    const [from, to] = circle.gaps[nth];
    return svg`<path class=${`map-arc ${dotted ? 'is-dotted' : 'map-way'}`} pathLength=${dotted ? nothing : 1} d=${line}></path>${headless ? nothing : svg`<path class="map-arc map-head" d=${head}></path>`}${look ? newSign(onEllipse(circle.ellipse, (from + to) / 2), look) : nothing}`;
  })}</g>`;
}

/** A circle of small papers in an overview, with its number. @param {Circle} circle @param {Turn} turn @param {boolean} now */
export function drawSmall({ ellipse: { cx, cy, rx, ry } }, turn, now) {
  return svg`<ellipse class=${`map-small is-${turn} ${now ? 'is-now' : ''}`} cx=${round(cx)} cy=${round(cy)} rx=${round(rx)} ry=${round(ry)}></ellipse>`;
}

/** A hair-line between small papers. @param {Point} p @param {Point} q */
export function drawHair(p, q) {
  return svg`<path class="map-hair" d=${straight(p, q)}></path>`;
}

/** A spoke of the star. @param {Point[]} spoke @param {'left' | 'right'} side */
export function drawSpoke(spoke, side) {
  return svg`<path class=${`map-spoke is-${side}`} d=${rounded(spoke)}></path>`;
}

/** What lies behind the star: two rings of nearness on each side. @param {{w: number, h: number}} frame */
export function drawRings(frame) {
  return svg`${nearWays(frame).map(({ left, right }) => svg`<path class="map-near is-left" d=${left}></path><path class="map-near is-right" d=${right}></path>`)}`;
}
