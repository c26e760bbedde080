/**
 * The dynamics: circles as bands, and around them the other papers, each near what it is linked to. What comes is laid
 * last among its like and moves nothing but what must give way; a link moves no paper that has a place by another link.
 */
import { steady } from '../../notes/look.js';
import { HALF, layCircle, touches } from './circle.js';
import { FRAME, apart, meets, middle, near, onBand } from './shapes.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {import('./circle.js').Circle} Circle */
/** @typedef {import('./circle.js').Named} Named */
/** @typedef {{id: string, w: number, h: number}} Paper */
/** @typedef {{id: string, notes: string[], names: Named[]}} Ringed  notes in the order in which they are told; `names`: its name's box, largest type first */
/** @typedef {{from: string, to: string}} Pair */
/** @typedef {{papers: Paper[], circles: Ringed[], pairs: Pair[], centre: {w: number, h: number} | null, taken?: Rect[], frame?: {w: number, h: number}, gap?: number, least?: number, half?: number}} Ask
 *   `centre`: of the sheet with what the story is about */
/** @typedef {{boxes: Map<string, Rect>, circles: Map<string, Circle>, centre: Rect | null}} Dynamics */

const STEP = 24;
/** How far from what it is linked to a paper lies best, px. */
const BESIDE = 70;
/** How far apart papers lie at least, px. */
const GAP = 24;

/** All papers; null when they do not fit. @param {Ask} ask @returns {Dynamics | null} */
export function layDynamics(ask) {
  const { frame = FRAME } = ask;
  const sizes = new Map(ask.papers.map((one) => [one.id, one]));
  const rings = ask.circles.map((one) => ({ ...one, papers: one.notes.flatMap((id) => sizes.get(id) ?? []) })).filter(({ papers }) => papers.length > 1);
  for (const cells of spaces(rings, frame)) {
    // The sheet in the middle gives way to what is linked, or, where it finds no place then, comes before.
    for (const close of [1, 0.7]) {
      const closer = { ...ask, gap: (ask.gap ?? GAP) * close };
      const made = lay(closer, rings, cells, false) ?? (ask.centre ? lay(closer, rings, cells, true) : null);
      if (made) return made;
    }
  }
  return null;
}

/** How wide the cell of a circle is best, of its height. */
const WIDE = 1.6;

/** The cells in which circles may lie, widest first: a low circle leaves most room around it. @param {{papers: Paper[]}[]} rings @param {{w: number, h: number}} frame @returns {Rect[][]} */
function spaces(rings, frame) {
  const count = rings.length;
  if (!count) return [[]];
  const off = (/** @type {number} */ rows) => Math.abs(Math.log((frame.w / Math.ceil(count / rows)) / (frame.h / rows) / WIDE));
  const ways = Array.from({ length: count }, (_, at) => at + 1).sort((a, b) => off(a) - off(b)).slice(0, 2);
  return ways.flatMap((rows) => [0.98, 0.86, 0.72, 0.62].map((tight) => {
    const across = Math.ceil(count / rows);
    /** @type {Rect[]} */
    const cells = [];
    for (let row = 0; row < rows; row += 1) {
      const needs = rings.slice(row * across, (row + 1) * across).map(({ papers }) => papers.reduce((sum, { w, h }) => sum + w + h * 1.5, 300));
      const all = needs.reduce((sum, one) => sum + one, 0);
      const [h, low] = [frame.h / rows, Math.sqrt(tight)];
      let x = 0;
      for (const need of needs) {
        const w = (frame.w * need) / all;
        cells.push({ x: x + (w * (1 - tight)) / 2, y: row * h + (h * (1 - low)) / 2, w: w * tight, h: h * low });
        x += w;
      }
    }
    return cells;
  }));
}

/** @param {Ask} ask @param {(Ringed & {papers: Paper[]})[]} rings @param {Rect[]} cells @param {boolean} first the sheet in the middle comes first @returns {Dynamics | null} */
function lay(ask, rings, cells, first) {
  const { least, half = HALF, gap = GAP } = ask;
  /** @type {Dynamics} */
  const made = { boxes: new Map(), circles: new Map(), centre: null };
  for (const [at, ring] of rings.entries()) {
    const circle = layCircle(ring.papers, cells[at], ring.names, { least, half, gap: Math.min(16, gap) });
    if (!circle) return null;
    made.circles.set(ring.id, circle);
    ring.papers.forEach(({ id }, nth) => made.boxes.set(id, circle.boxes[nth]));
  }
  // A paper is at home where its first link leads to; one that leads nowhere, at the smallest that leads to it.
  /** @type {Map<string, string>} */
  const homes = new Map();
  for (const { from, to } of ask.pairs) if (!homes.has(from)) homes.set(from, to);
  for (const { from, to } of [...ask.pairs].sort((a, b) => (a.from < b.from ? -1 : 1))) if (!homes.has(to)) homes.set(to, from);
  const free = ask.papers.filter(({ id }) => !made.boxes.has(id)).sort((a, b) => b.w * b.h - a.w * a.h || (a.id < b.id ? -1 : 1));
  const left = new Set(free.map(({ id }) => id));
  /** A paper after the one where it is at home. @param {Paper} one @returns {boolean} */
  const put = (one) => {
    if (!left.delete(one.id)) return true;
    const home = homes.get(one.id) ?? '';
    const other = left.has(home) && free.find(({ id }) => id === home);
    if (other && !put(other)) return false;
    const found = best(one, ask, made, pull(one, ask, made, home));
    if (found) made.boxes.set(one.id, found);
    return found !== null;
  };
  const middling = () => {
    const { frame = FRAME, centre } = ask;
    if (centre && !made.centre) made.centre = best(centre, ask, made, (at) => 2 * Math.abs(at.x - frame.w / 2) + at.y * 1.6);
    return !centre || made.centre !== null;
  };
  // First what hangs together with circles, then what hangs together without, then the rest.
  const linked = free.filter(({ id }) => homes.has(id));
  const rest = free.filter(({ id }) => !homes.has(id));
  return (!first || middling()) && linked.every(put) && middling() && rest.every(put) ? made : null;
}

/**
 * What a place costs a paper: how far it is from the one where it is at home, and whether something of a circle lies
 * between. No other free paper counts, so that where one lies says little of the rest.
 * @param {Paper} paper @param {Ask} ask @param {Dynamics} made @param {string} home @returns {(at: Point, box: Rect) => number}
 */
function pull({ id }, { frame = FRAME }, made, home) {
  const there = made.boxes.get(home);
  const bands = [...made.circles.values()].map(({ ellipse }) => ellipse);
  if (!there) {
    const roll = steady(id);
    const to = { x: frame.w * (0.06 + 0.88 * ((roll % 97) / 96)), y: (roll >>> 9) % 3 ? frame.h : 0 };
    return (at) => Math.hypot(at.x - to.x, (at.y - to.y) * 1.5);
  }
  const fixed = [...made.circles.values()].flatMap(({ boxes }) => boxes).filter((one) => one !== there);
  const to = middle(there);
  return (at, box) => {
    const far = apart(box, there);
    let cost = far < BESIDE ? (BESIDE - far) * 1.5 : far - BESIDE;
    for (const one of fixed) if (meets(at, to, one, 12)) cost += 320;
    for (const band of bands) if (onBand({ x: (at.x + to.x) / 2 - 2, y: (at.y + to.y) / 2 - 2, w: 4, h: 4 }, band, 30)) cost += 60;
    for (const { cx, cy, rx, ry } of bands) if (Math.hypot((at.x - cx) / rx, (at.y - cy) / ry) < 1) cost += 900;
    return cost;
  };
}

/** The free place in the frame that costs least. @param {{w: number, h: number}} size @param {Ask} ask @param {Dynamics} made @param {(at: Point, box: Rect) => number} cost @returns {Rect | null} */
function best({ w, h }, { frame = FRAME, taken = [], gap = GAP, half = HALF }, made, cost) {
  const solid = [...made.boxes.values(), ...made.centre ? [made.centre] : [], ...taken];
  const names = [...made.circles.values()].flatMap(({ name }) => name ?? []);
  /** @type {Rect | null} */
  let found = null;
  let least = Infinity;
  const air = gap / 2;
  for (let x = 0; x <= frame.w - w; x += Math.min(STEP, Math.max(1, frame.w - w - x || STEP))) {
    for (let y = 0; y <= frame.h - h; y += Math.min(STEP, Math.max(1, frame.h - h - y || STEP))) {
      const box = { x, y, w, h };
      if (solid.some((one) => near(one, box, gap)) || names.some((one) => near(one, box, air))) continue;
      if ([...made.circles.values()].some(({ ellipse }) => touches(box, ellipse, Math.min(14, air), half))) continue;
      const price = cost({ x: x + w / 2, y: y + h / 2 }, box);
      if (price < least) {
        least = price;
        found = box;
      }
    }
  }
  return found;
}
