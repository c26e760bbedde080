/**
 * Arrows between papers: bent as little as they must be to pass no paper and no name; where no bend does, they go around
 * on a grid. Arrows that meet the same paper get places of their own on its edges.
 */
import { FRAME, apart, between, bounds, cross, grown, inside, meets, middle, near, onBand } from './shapes.js';
import { around as way } from './detour.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./shapes.js').Point} Point */
/** @typedef {import('./shapes.js').Ellipse} Ellipse */
/** @typedef {{key: string, from: string, to: string, stops?: boolean}} Joining  `stops`: it ends in a bar and has its word beside it */
/** @typedef {{key: string, points: Point[], bend: number, tip: Point, angle: number, stops: boolean, word: Rect | null}} Arrow
 *   `points`: the ends of a curve with its control point between them, or the corners of a way around (`bend` is NaN) */
/** @typedef {{points: Point[], box: Rect}} Line  a line that is drawn, and the box around it */
/** @typedef {{boxes: Map<string, Rect>, names: Rect[], bands: Ellipse[], still: Point[][], word: {w: number, h: number}, frame?: {w: number, h: number}}} Among
 *   `still`: lines that are drawn already; `word`: the size of the word beside an arrow that stops */

const BENDS = [0, 0.1, -0.1, 0.2, -0.2, 0.32, -0.32, 0.45, -0.45];
/** Px between a paper and an arrow's end, between an arrow and what it passes, and between two on one edge. */
const AIR = 9;
/** The same where it ends in a bar. */
const BAR = 15;
const PASS = 10;
const PORTS = 40;
/** So many pairs of ends are tried. */
const TRIES = 20;
const SAMPLES = 18;
const COST = { paper: 1000, name: 400, cross: 40, bend: 60, band: 4 };

/** @param {Joining[]} links @param {Among} among @returns {Arrow[]} */
export function layArrows(links, among) {
  const wanted = wishes(links, among);
  /** Where arrows meet each paper. @type {Map<string, Point[]>} */
  const used = new Map();
  /** @type {Line[]} */
  const drawn = among.still.map((points) => ({ points, box: bounds(points) }));
  /** @type {Rect[]} */
  const words = [];
  const laid = [];
  const far = (/** @type {Joining} */ { from, to }) => apart(/** @type {Rect} */ (among.boxes.get(from)), /** @type {Rect} */ (among.boxes.get(to)));
  // Short ones have the least choice.
  for (const link of [...links].sort((a, b) => far(a) - far(b) || (a.key < b.key ? -1 : 1))) {
    const { points, bend } = arrowOf(link, /** @type {{edge: Edge, off: number}[]} */ (wanted.get(link.key)), among, drawn, used);
    const best = { points, bend };
    const line = sampled(best);
    used.set(link.from, [...used.get(link.from) ?? [], line[0]]);
    used.set(link.to, [...used.get(link.to) ?? [], line[line.length - 1]]);
    const tip = line[line.length - 1];
    const last = line[line.length - 2];
    laid.push({ ...best, key: link.key, tip, angle: Math.atan2(tip.y - last.y, tip.x - last.x), stops: Boolean(link.stops), word: /** @type {Rect | null} */ (null), line });
    drawn.push({ points: line, box: bounds(line) });
  }
  for (const arrow of laid) {
    if (!arrow.stops) continue;
    arrow.word = beside(arrow.line, among, drawn, words);
    if (arrow.word) words.push(arrow.word);
  }
  return laid.map(({ line: _, ...arrow }) => arrow);
}

/** The points of an arrow, close to each other. @param {{points: Point[], bend: number}} arrow @returns {Point[]} */
export function sampled({ points, bend }) {
  if (Number.isNaN(bend)) return points;
  const [p, c, q] = points;
  return Array.from({ length: SAMPLES + 1 }, (_, at) => between(between(p, c, at / SAMPLES), between(c, q, at / SAMPLES), at / SAMPLES));
}

/** Where an arrow may begin or end, and what that costs. @typedef {Point & {cost: number}} Port */

/**
 * How far from the middle of the edge through which it goes each end of an arrow lies best, so that those on one edge
 * lie in the order of what they lead to; by the arrow's key, and by the side of the paper.
 * @param {Joining[]} links @param {Among} among @returns {Map<string, {edge: Edge, off: number}[]>}
 */
function wishes(links, { boxes }) {
  /** @type {Map<string, {key: string, last: number, other: number}[]>} */
  const edges = new Map();
  for (const link of links) {
    const ends = [link.from, link.to].map((id) => /** @type {Rect} */ (boxes.get(id)));
    ends.forEach((box, last) => {
      const other = middle(ends[1 - last]);
      const edge = facing(box, other);
      const name = `${edge} ${last ? link.to : link.from}`;
      edges.set(name, [...edges.get(name) ?? [], { key: link.key, last, other: upright(edge) ? other.y : other.x }]);
    });
  }
  /** @type {Map<string, {edge: Edge, off: number}[]>} */
  const found = new Map();
  for (const [name, there] of edges) {
    const [edge, ...id] = /** @type {[Edge, ...string[]]} */ (name.split(' '));
    const box = /** @type {Rect} */ (boxes.get(id.join(' ')));
    const free = room(box, edge);
    const step = Math.min(PORTS + 4, (2 * free) / Math.max(1, there.length - 1));
    const start = upright(edge) ? middle(box).y : middle(box).x;
    there.sort((a, b) => a.other - b.other || (a.key < b.key ? -1 : 1));
    there.forEach(({ key, last, other }, nth) => {
      // A single one leaves where it points to.
      const off = there.length > 1 ? (nth - (there.length - 1) / 2) * step : Math.min(free, Math.max(-free, (other - start) * 0.3));
      const both = found.get(key) ?? [];
      both[last] = { edge, off };
      found.set(key, both);
    });
  }
  return found;
}

/** @typedef {'left' | 'right' | 'up' | 'down'} Edge */
const EDGES = /** @type {const} */ (['left', 'right', 'up', 'down']);
const upright = (/** @type {Edge} */ edge) => edge === 'left' || edge === 'right';
/** How far from the middle of an edge an arrow may begin. @param {Rect} box @param {Edge} edge */
const room = (box, edge) => Math.max(0, (upright(edge) ? box.h : box.w) / 2 - 14);

/** A place on an edge. @param {Rect} box @param {Edge} edge @param {number} off @param {number} air @returns {Point} */
function on(box, edge, off, air) {
  const { x, y } = middle(box);
  if (upright(edge)) return { x: edge === 'left' ? box.x - air : box.x + box.w + air, y: y + off };
  return { x: x + off, y: edge === 'up' ? box.y - air : box.y + box.h + air };
}

/**
 * Where an arrow may meet a paper, the best first: `PORTS` from every other that does and off the bands, on an edge that
 * faces what it leads to, or on any; nearer to others only where there is no other way.
 * @param {Rect} box @param {Rect} other @param {{edge: Edge, off: number}} wish @param {number} air @param {Point[]} used @param {Among} among @param {boolean} all on every edge @returns {Port[]}
 */
function portsOf(box, other, wish, air, used, { bands, frame = FRAME }, all) {
  const to = middle(other);
  /** @type {(Port & {edge: Edge, left: number})[]} */
  const ports = [];
  for (const edge of EDGES) {
    const at = on(box, edge, 0, 0);
    const away = { left: at.x - to.x, right: to.x - at.x, up: at.y - to.y, down: to.y - at.y }[edge];
    if (away <= 0 && !all) continue;
    const free = room(box, edge);
    const best = edge === wish.edge ? wish.off : Math.min(free, Math.max(-free, ((upright(edge) ? to.y - at.y : to.x - at.x) || 0) * 0.3));
    const turned = 50 * (1 - away / (Math.hypot(to.x - at.x, to.y - at.y) || 1));
    for (const off of new Set([best, ...Array.from({ length: 2 * Math.floor(free / 20) + 1 }, (_, nth) => (nth - Math.floor(free / 20)) * 20), -free, free])) {
      const { x, y } = on(box, edge, off, air);
      if (x < 4 || y < 4 || x > frame.w - 4 || y > frame.h - 4) continue;
      const banded = bands.some((band) => onBand({ x: x - 1, y: y - 1, w: 2, h: 2 }, band, 26)) ? 40 : 0;
      ports.push({ x, y, edge, cost: Math.abs(off - best) * 0.4 + turned + banded, left: Math.min(PORTS, ...used.map((one) => Math.hypot(one.x - x, one.y - y))) });
    }
  }
  for (const least of all ? [PORTS, PORTS / 2, 0] : [PORTS]) {
    const free = ports.filter(({ left }) => left >= least);
    if (free.length) return EDGES.flatMap((edge) => free.filter((one) => one.edge === edge).sort((a, b) => a.cost - b.cost).slice(0, all ? 3 : 5));
  }
  return all ? [{ ...on(box, wish.edge, wish.off, air), cost: 0 }] : [];
}

/** The edge of a box through which one goes to a point. @param {Rect} box @param {Point} to @returns {Edge} */
function facing(box, to) {
  const from = middle(box);
  const out = inside(from, to, box)?.[1] ?? 1;
  const at = between(from, to, out);
  const far = { left: Math.abs(at.x - box.x), right: Math.abs(box.x + box.w - at.x), up: Math.abs(at.y - box.y), down: Math.abs(box.y + box.h - at.y) };
  return EDGES.reduce((a, b) => (far[b] < far[a] ? b : a));
}

/**
 * An arrow between two of the places where it may begin and end: short, little bent, over nothing; else around what lies
 * between. @param {Joining} link @param {{edge: Edge, off: number}[]} wish @param {Among} among @param {Line[]} drawn @param {Map<string, Point[]>} used
 */
function arrowOf(link, wish, among, drawn, used) {
  const { boxes, names, frame = FRAME } = among;
  const [from, to] = [/** @type {Rect} */ (boxes.get(link.from)), /** @type {Rect} */ (boxes.get(link.to))];
  /** @type {{a: Port, b: Port, cost: number}[]} */
  let pairs = [];
  for (const all of [false, true]) {
    const [starts, ends] = [portsOf(from, to, wish[0], AIR, used.get(link.from) ?? [], among, all), portsOf(to, from, wish[1], link.stops ? BAR : AIR, used.get(link.to) ?? [], among, all)];
    pairs = starts.flatMap((a) => ends.map((b) => ({ a, b, cost: a.cost + b.cost + Math.hypot(a.x - b.x, a.y - b.y) * 0.3 }))).sort((x, y) => x.cost - y.cost);
    /** @type {{points: Point[], bend: number, cost: number} | null} */
    let best = null;
    for (const { a, b, cost } of pairs.slice(0, TRIES)) {
      if (best && cost >= best.cost) break;
      const found = bent(link, a, b, among, drawn);
      if (found && (!all || Math.abs(found.bend) < 0.4) && found.cost + cost < (best?.cost ?? Infinity)) best = { ...found, cost: found.cost + cost };
    }
    if (best) return best;
  }
  const walls = [...[...boxes].map(([id, box]) => grown(box, id === link.from || id === link.to ? AIR - 3 : PASS)), ...names.map((box) => grown(box, PASS))];
  /** @type {{points: Point[], long: number} | null} */
  let shortest = null;
  let more = 4;
  for (const { a, b, cost } of pairs) {
    if (shortest && (cost >= shortest.long || !more)) break;
    if (shortest) more -= 1;
    const found = way(a, b, walls, frame);
    const long = found ? found.slice(1).reduce((sum, one, at) => sum + Math.hypot(one.x - found[at].x, one.y - found[at].y), cost) : Infinity;
    if (found && long < (shortest?.long ?? Infinity)) shortest = { points: found, long };
  }
  if (shortest) return { points: shortest.points, bend: NaN };
  const [{ a, b }] = pairs;
  return { points: [a, between(a, b, 0.5), b], bend: 0 };
}

/** The bend that costs least; null where each passes a paper or a name. @param {Joining} link @param {Point} p @param {Point} q @param {Among} among @param {Line[]} drawn */
function bent(link, p, q, among, drawn) {
  let best = null;
  for (const bend of BENDS) {
    const c = { x: (p.x + q.x) / 2 - (q.y - p.y) * bend, y: (p.y + q.y) / 2 + (q.x - p.x) * bend };
    const arrow = { points: [p, c, q], bend };
    const cost = price(link, sampled(arrow), bend, among, drawn);
    if (cost < (best?.cost ?? Infinity)) best = { ...arrow, cost };
    if (cost === 0) break;
  }
  return best && best.cost < COST.name ? best : null;
}

/** @param {Joining} link @param {Point[]} line @param {number} bend @param {Among} among @param {Line[]} drawn */
function price(link, line, bend, { boxes, names, bands, frame = FRAME }, drawn) {
  let cost = Math.abs(bend) * COST.bend;
  const pairs = line.slice(1).map((point, at) => /** @type {[Point, Point]} */ ([line[at], point]));
  const all = bounds(line);
  const hits = (/** @type {Rect} */ box, /** @type {number} */ gap) => near(all, box, gap) && pairs.some(([a, b]) => meets(a, b, box, gap));
  for (const [id, box] of boxes) if (hits(box, id === link.from || id === link.to ? AIR - 2 : PASS)) cost += COST.paper;
  for (const box of names) if (hits(box, PASS)) cost += COST.name;
  if (line.some(({ x, y }) => x < 4 || y < 4 || x > frame.w - 4 || y > frame.h - 4)) cost += COST.paper;
  for (const other of drawn) {
    if (near(all, other.box) && crossing(pairs, other)) cost += COST.cross;
  }
  for (const band of bands) cost += COST.band * line.filter(({ x, y }) => onBand({ x: x - 1, y: y - 1, w: 2, h: 2 }, band, 20)).length;
  return cost;
}

/** @param {[Point, Point][]} pairs @param {Line} other */
function crossing(pairs, { points, box }) {
  return pairs.some(([a, b]) => inside(a, b, box) !== null && points.some((point, at) => at > 0 && cross(a, b, points[at - 1], point)));
}

/** Where the word of an arrow that stops stands: beside its line, over nothing; null where there is no room. @param {Point[]} line @param {Among} among @param {Line[]} drawn @param {Rect[]} words */
function beside(line, { boxes, names, word, frame = FRAME }, drawn, words) {
  for (const share of [0.5, 0.38, 0.62, 0.26, 0.74]) {
    const nth = Math.max(1, Math.round(share * (line.length - 1)));
    const [a, b] = [line[nth - 1], line[nth]];
    const long = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const [nx, ny] = [-(b.y - a.y) / long, (b.x - a.x) / long];
    const far = (Math.abs(nx) * word.w + Math.abs(ny) * word.h) / 2 + 8;
    for (const side of ny < 0 ? [1, -1] : [-1, 1]) {
      const box = { x: a.x + (b.x - a.x) / 2 + side * nx * far - word.w / 2, y: a.y + (b.y - a.y) / 2 + side * ny * far - word.h / 2, w: word.w, h: word.h };
      const free = box.x >= 0 && box.y >= 0 && box.x + box.w <= frame.w && box.y + box.h <= frame.h
        && ![...boxes.values(), ...names, ...words].some((one) => near(one, box, 4))
        && !drawn.some((other) => near(other.box, box, 3) && other.points.some((point, at) => at > 0 && meets(other.points[at - 1], point, box, 3)));
      if (free) return box;
    }
  }
  return null;
}
