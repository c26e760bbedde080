/**
 * The star of many papers: two columns on each side, the nearer papers in the inner one. Spokes of the outer ones pass
 * between the inner ones and bend towards the centre, so that twice as many have room as with straight spokes.
 *
 * No DOM, no clock and no randomness may live here.
 */
import { FRAME, middle } from './shapes.js';
import { wanted } from './star.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {import('./star.js').Ask} Ask */
/** @typedef {import('./star.js').Star} Star */
/** @typedef {import('./star.js').Wish} Wish */

/** Px between columns, before the centre, between spokes side by side, and between a spoke and a paper. */
const LANE = 44;
const FAN = 56;
const SIDE = 14;
const AIR = 8;
const PASS = 10;
/** Fewer than this stand in one column. */
const FEW = 4;

/** All papers of both sides; null when they do not fit. @param {Ask} ask @returns {Star | null} */
export function layFan(ask) {
  /** @type {Star} */
  const star = { boxes: new Map(), spokes: new Map() };
  for (const side of /** @type {const} */ (['left', 'right'])) {
    const own = farthest(ask.papers, side, ask);
    if (!own.length) continue;
    const half = own.length < FEW ? 0 : Math.floor(own.length / 2);
    const inner = [half, half - 1, half + 1, half - 2].filter((many) => many >= 0 && many <= own.length - 1);
    if (!inner.some((many) => laySide(star, own.slice(0, own.length - many), own.slice(own.length - many), side, ask))) return null;
  }
  return star;
}

/**
 * Papers of one size in even columns on both sides, without spokes, those that lie farthest at the edge: of so many as are seen
 * at a glance only. Null when they do not fit. @param {Ask} ask @returns {Map<string, Rect> | null}
 */
export function layColumns({ papers, frame = FRAME, gap = 18, ...ask }) {
  const { centre } = ask;
  /** @type {Map<string, Rect>} */
  const boxes = new Map();
  for (const side of /** @type {const} */ (['left', 'right'])) {
    const own = farthest(papers, side, { papers, frame, gap, ...ask });
    if (!own.length) continue;
    const { w, h } = own[0].one;
    const wide = (side === 'left' ? centre.x : frame.w - centre.x - centre.w) - gap;
    const [most, least] = [Math.floor((wide + gap) / (w + gap)), Math.ceil(own.length / Math.floor((frame.h + gap) / (h + gap)))];
    if (least > most) return null;
    // About three times higher than wide, as the side of a star is here.
    const columns = Math.min(most, Math.max(least, Math.ceil(Math.sqrt(own.length / 3))));
    const each = Math.ceil(own.length / columns);
    for (let at = 0; at < columns; at += 1) {
      const these = own.slice(at * each, (at + 1) * each).sort(down);
      const x = at * Math.min(w * 2, (wide - w) / Math.max(1, columns - 1));
      these.forEach(({ one }, nth) => boxes.set(one.id, { x: side === 'left' ? x : frame.w - x - w, y: (frame.h - these.length * (h + gap) + gap) / 2 + nth * (h + gap), w, h }));
    }
  }
  return boxes;
}

/** The papers of a side, with where they should lie, the farthest first. @param {Ask['papers']} papers @param {'left' | 'right'} side @param {Ask} ask @returns {Wish[]} */
function farthest(papers, side, ask) {
  const far = (/** @type {Wish} */ { at }) => Math.abs(at.x - middle(ask.centre).x);
  return papers.filter((one) => one.side === side).map((one) => ({ one, at: wanted(one, ask) })).sort((a, b) => far(b) - far(a) || (a.one.id < b.one.id ? -1 : 1));
}

const down = (/** @type {Wish} */ a, /** @type {Wish} */ b) => a.at.y - b.at.y || (a.one.id < b.one.id ? -1 : 1);

/** One side in two columns; false when they do not fit. It is laid as the left one. @param {Star} star @param {Wish[]} outer @param {Wish[]} inner @param {'left' | 'right'} side @param {Ask} ask */
function laySide(star, outer, inner, side, { centre, taken, frame = FRAME, gap = 18 }) {
  const [far, near] = [[...outer].sort(down), [...inner].sort(down)].map((column) => column.map(({ one }) => one));
  const wide = (/** @type {{w: number}[]} */ column) => Math.max(0, ...column.map(({ w }) => w));
  const second = wide(far) + LANE;
  const out = near.length ? second + wide(near) + AIR : wide(far) + AIR;
  const edge = side === 'left' ? centre.x : frame.w - centre.x - centre.w;
  if (out + FAN > edge - AIR) return false;
  const titles = taken.filter((one) => (middle(one).x < middle(centre).x) === (side === 'left'));
  const below = Math.max(0, ...titles.map(({ y, h }) => y + h + gap / 2));
  const top = titles.some(({ w }) => w + gap > second) ? below : 0;

  // The spokes of the outer ones, in their order, through the gaps of the inner ones.
  const through = near.map(() => 0).concat(0);
  const gapOf = far.map((_, nth) => Math.floor(((nth + 0.5) * through.length) / far.length));
  for (const at of gapOf) through[at] += 1;
  const needs = through.map((many, at) => {
    const ends = at === 0 || at === near.length;
    const lines = many ? (many - 1) * SIDE + PASS * (ends ? 1 : 2) : 0;
    return near.length ? Math.max(ends ? 0 : gap, lines) : 0;
  });
  const sum = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0);
  const left = [frame.h - below - sum(far.map(({ h }) => h)), frame.h - top - sum(near.map(({ h }) => h)) - sum(needs)];
  if (left[0] < gap * far.length || left[1] < 0) return false;

  const place = (/** @type {Rect} */ box) => ({ ...box, x: side === 'left' ? box.x : frame.w - box.x - box.w });
  const point = (/** @type {number} */ x, /** @type {number} */ y) => ({ x: side === 'left' ? x : frame.w - x, y });
  /** @type {{id: string, way: Point[], y: number}[]} */
  const ways = [];
  let y = below + left[0] / far.length / 2;
  const starts = far.map(({ id, w, h }) => {
    const box = { x: 0, y, w, h };
    star.boxes.set(id, place(box));
    y += h + left[0] / far.length;
    return box;
  });
  y = top;
  const more = left[1] / through.length;
  for (const [at, need] of needs.entries()) {
    const room = need + more;
    const lines = far.map((one, nth) => ({ one, box: starts[nth], nth })).filter(({ nth }) => near.length && gapOf[nth] === at);
    lines.forEach(({ one, box }, nth) => {
      const line = y + room / 2 + (nth - (lines.length - 1) / 2) * SIDE;
      const from = Math.min(box.y + box.h - 14, Math.max(box.y + 14, line));
      ways.push({ id: one.id, y: line, way: [point(out, line), point(second - PASS, line), point(wide(far) + PASS, from), point(box.w + AIR, from)] });
    });
    y += room;
    const one = near[at];
    if (!one) continue;
    star.boxes.set(one.id, place({ x: second, y, w: one.w, h: one.h }));
    ways.push({ id: one.id, y: y + one.h / 2, way: [point(out, y + one.h / 2), point(second + one.w + AIR, y + one.h / 2)] });
    y += one.h;
  }
  if (!near.length) far.forEach(({ id, w, h }, nth) => ways.push({ id, y: starts[nth].y + h / 2, way: [point(out, starts[nth].y + h / 2), point(w + AIR, starts[nth].y + h / 2)] }));
  ways.sort((a, b) => a.y - b.y).forEach(({ id, way }, nth) => {
    const at = centre.y + 14 + ((centre.h - 28) * (nth + 0.5)) / ways.length;
    star.spokes.set(id, [point(edge - AIR, at), ...way]);
  });
  return true;
}
