/**
 * The star: the centre in the middle, papers on both sides of it, each with a straight spoke. Nearer weighs more. A paper
 * lies as near as it can to the place that people gave it; where it would lie over another, or on a spoke, it gives way
 * and no other does: so what comes moves nothing.
 */
import { steady } from '../../notes/look.js';
import { FRAME, around, between, grown, inside, meets, middle, near } from './shapes.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {{id: string, w: number, h: number, side: 'left' | 'right', spot: number}} Lying  a paper; `spot` 0: nobody gave it a place */
/** @typedef {{boxes: Map<string, Rect>, spokes: Map<string, Point[]>}} Star  a spoke: its corners, from the centre */
/** @typedef {{one: Lying, at: Point}} Wish  a paper, and where its middle should lie */
/** @typedef {{box: Rect, ways: [Point, Point][]}} Placed  `ways`: the spokes that it may have, the straightest first */
/** @typedef {{papers: Lying[], centre: Rect, taken: Rect[], frame?: {w: number, h: number}, gap?: number}} Ask
 *   `taken`: where no paper may lie */

/** How far apart places are that are tried, and how far spokes end from papers. */
const STEP = { x: 24, y: 8 };
const AIR = 8;
/** Where on a paper a spoke may aim, from its middle, as a share of its height. */
const AIMS = [0, 0.12, -0.12, 0.24, -0.24, 0.36, -0.36, 0.44, -0.44];
/** The share of a side that papers can take. */
const FULL = 0.52;
/** How far behind the centre's edge the spokes of a side would meet. */
const FOCUS = 250;
/** How near the three rings are, of the way from the centre to the frame's edge. */
export const RINGS = [0.16, 0.5, 0.86];

/** A place as people gave it, in the frame. @param {number} spot @param {{w: number, h: number}} frame @returns {Point} */
export function placeOf(spot, frame = FRAME) {
  return { x: ((spot % 1000) / 999) * frame.w, y: (Math.floor(spot / 1000) / 999) * frame.h };
}

/** The spot of a place in the frame, never 0. @param {Point} at @param {{w: number, h: number}} frame */
export function spotOf({ x, y }, frame = FRAME) {
  const part = (/** @type {number} */ share) => Math.round(Math.min(1, Math.max(0, share)) * 999);
  return Math.max(1, part(y / frame.h) * 1000 + part(x / frame.w));
}

/**
 * All papers of both sides; null when they do not fit. Those that people gave a place come first, and the farther ones
 * before the nearer, since a spoke takes less room than a paper. @param {Ask} ask @returns {Star | null}
 */
export function layStar(ask) {
  const { centre, frame = FRAME } = ask;
  const far = (/** @type {{at: Point}} */ { at }) => Math.abs(at.x - middle(centre).x);
  const order = ask.papers.map((one) => ({ one, at: wanted(one, ask) }))
    .sort((a, b) => Number(!a.one.spot) - Number(!b.one.spot) || far(b) - far(a) || (a.one.id < b.one.id ? -1 : 1));
  // So full a side has no room for spokes, in whatever order.
  for (const side of ['left', 'right']) {
    const air = ask.gap ?? 18;
    const area = ask.papers.reduce((sum, { side: own, w, h }) => sum + (own === side ? (w + air) * (h + air) : 0), 0);
    if (area > FULL * frame.h * (side === 'left' ? centre.x : frame.w - centre.x - centre.w)) return null;
  }
  const first = layInOrder(order, ask);
  if (first) return first;
  const [own, others] = [order.filter(({ one }) => one.spot), order.filter(({ one }) => !one.spot)];
  for (const [kept, free] of own.length && others.length ? [[own, others], [[], order]] : [[[], order]]) {
    for (const inner of [1.5, 1.9, 2.4]) {
      for (const less of [0, 1]) {
        const star = layInOrder([...kept, ...even(free, ask, inner, less)], ask);
        if (star) return star;
      }
    }
  }
  return null;
}

/**
 * Papers in two columns on each side, the nearer half in the inner one, each of these where the spokes of two outer ones
 * leave room between them. @param {Wish[]} order farthest first @param {Ask} ask
 * @param {number} deep where the inner column is, in papers from the edge @param {number} less so many fewer outer ones @returns {Wish[]}
 */
function even(order, { frame = FRAME, centre, gap = 18 }, deep, less) {
  return /** @type {const} */ (['left', 'right']).flatMap((side) => {
    const these = order.filter(({ one }) => one.side === side);
    const [edge, way] = side === 'left' ? [0, 1] : [frame.w, -1];
    const many = these.length < 5 ? these.length : Math.floor(these.length / 2) - less;
    const wide = Math.max(0, ...these.map(({ one }) => one.w));
    const near = wide * deep + gap;
    const long = Math.min(centre.x, frame.w - centre.x - centre.w) + Math.min(FOCUS, centre.w);
    return [these.slice(0, many), these.slice(many)].flatMap((column, inner) => [...column].sort((a, b) => a.at.y - b.at.y || (a.one.id < b.one.id ? -1 : 1))
      .map(({ one }, nth) => {
        const share = inner ? 0.5 + (nth / Math.max(1, column.length - 1) - 0.5) * ((long - near) / (long - wide / 2)) : (nth + 0.5) / column.length;
        return { one, at: { x: edge + way * (inner ? near : wide / 2), y: frame.h * share } };
      }));
  });
}

/** @param {Wish[]} order @param {Ask} ask @returns {Star | null} */
function layInOrder(order, ask) {
  /** @type {Record<'left' | 'right', Map<string, Placed>>} */
  const sides = { left: new Map(), right: new Map() };
  for (const { one, at } of order) {
    const found = place(one, at, ask, [...sides[one.side].values()]);
    if (!found) return null;
    sides[one.side].set(one.id, found);
  }
  const all = [...sides.left, ...sides.right];
  return { boxes: new Map(all.map(([id, { box }]) => [id, box])), spokes: new Map(all.map(([id, { ways }]) => [id, ways[0]])) };
}

/** Where a paper should lie. @param {Lying} paper @param {Ask} ask @returns {Point} */
export function wanted({ id, spot, side }, { frame = FRAME, centre }) {
  if (spot) return placeOf(spot, frame);
  const roll = steady(id);
  const share = 0.3 + 0.5 * ((roll % 97) / 96);
  const from = side === 'left' ? centre.x : centre.x + centre.w;
  return { x: from + ((side === 'left' ? 0 : frame.w) - from) * share, y: frame.h * (0.08 + 0.84 * (((roll >>> 8) % 101) / 100)) };
}

/**
 * The nearest place to the wanted one where a paper lies over nothing, and it and all others there still have a spoke that
 * touches nothing. The others lose the spokes that it is in the way of.
 * @param {Lying} paper @param {Point} at @param {Ask} ask @param {Placed[]} others @returns {Placed | null}
 */
function place(paper, at, ask, others) {
  const { frame = FRAME, centre, taken, gap = 18 } = ask;
  const reach = gap * 2;
  const [low, high] = paper.side === 'left' ? [0, centre.x - reach - paper.w] : [centre.x + centre.w + reach, frame.w - paper.w];
  const bottom = frame.h - paper.h;
  if (high < low || bottom < 0) return null;
  const start = { x: clamp(at.x - paper.w / 2, low, high), y: clamp(at.y - paper.h / 2, 0, bottom) };
  const free = (/** @type {Rect} */ box) => !taken.some((one) => near(one, box, gap / 2)) && !others.some((one) => near(one.box, box, gap));
  /** @type {{box: Rect, far: number}[]} */
  const tries = [];
  const add = (/** @type {number} */ x, /** @type {number} */ y) => {
    const box = { x, y, w: paper.w, h: paper.h };
    if (free(box)) tries.push({ box, far: Math.hypot(x - start.x, (y - start.y) * 0.8) });
  };
  add(start.x, start.y);
  for (let x = low; x <= high; x += STEP.x) for (let y = 0; y <= bottom; y += STEP.y) add(x, y);
  tries.sort((a, b) => a.far - b.far);
  for (const { box } of tries) {
    const left = others.map(({ ways }) => ways.filter((way) => !meets(...way, box, AIR)));
    if (left.some((ways) => !ways.length)) continue;
    const ways = AIMS.flatMap((aim) => {
      const way = spokeTo(box, paper.side, centre, aim);
      return way && !others.some((one) => meets(...way, one.box, AIR)) && !taken.some((one) => meets(...way, one, 2)) ? [way] : [];
    });
    if (!ways.length) continue;
    left.forEach((rest, nth) => { others[nth].ways = rest; });
    return { box, ways };
  }
  return null;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/**
 * A spoke: it comes from a point behind the centre's edge, which all of its side have in common, so that they lie by their
 * angle and do not cross. @param {Rect} box @param {'left' | 'right'} side @param {Rect} centre @param {number} aim @returns {[Point, Point] | null}
 */
function spokeTo(box, side, centre, aim) {
  const edge = side === 'left' ? centre.x : centre.x + centre.w;
  const deep = Math.min(FOCUS, centre.w);
  const from = { x: side === 'left' ? edge + deep : edge - deep, y: middle(centre).y };
  const to = { x: middle(box).x, y: middle(box).y + aim * box.h };
  const out = inside(from, to, grown(centre, AIR));
  const into = inside(from, to, grown(box, AIR));
  if (!out || !into || into[0] <= out[1] + 0.01) return null;
  return [between(from, to, out[1]), between(from, to, into[0])];
}

/**
 * A free place for a paper on a side at a distance: the one farthest from all that lie there.
 * @param {Lying} paper @param {number} ring one of RINGS @param {Ask} ask whose papers have been laid @param {Star} star @returns {number} a spot
 */
export function freeSpot(paper, ring, ask, star) {
  const { frame = FRAME, centre } = ask;
  const from = paper.side === 'left' ? centre.x : centre.x + centre.w;
  const x = from + ((paper.side === 'left' ? 0 : frame.w) - from) * ring;
  const boxes = [...star.boxes].filter(([id]) => id !== paper.id).map(([id, box]) => ({ box, ways: [wayOf(/** @type {Point[]} */ (star.spokes.get(id)))] }))
    .filter(({ box }) => (middle(box).x < middle(centre).x) === (paper.side === 'left'));
  let best = { far: -Infinity, at: { x, y: frame.h / 2 } };
  for (let nth = 0; nth < 11; nth += 1) {
    const found = place(paper, { x, y: (frame.h * (nth % 2 ? 5 - (nth >> 1) : 6 + (nth >> 1))) / 12 }, ask, boxes.map((one) => ({ ...one })));
    if (!found) continue;
    const there = middle(found.box);
    const far = Math.min(300, ...boxes.map(({ box }) => Math.hypot(middle(box).x - there.x, (middle(box).y - there.y) * 1.6))) - Math.abs(there.x - x) * 2;
    if (far > best.far) best = { far, at: there };
  }
  return spotOf(best.at, frame);
}

/** A spoke without its corners. @param {Point[]} spoke @returns {[Point, Point]} */
function wayOf(spoke) {
  return [spoke[0], spoke[spoke.length - 1]];
}

/** The centre's sheet for what stands on it. @param {{w: number, h: number}} size @param {{w: number, h: number}} [frame] */
export function centreBox(size, frame = FRAME) {
  return around({ x: frame.w / 2, y: frame.h / 2 }, size);
}
