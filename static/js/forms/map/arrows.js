/**
 * Arrows between papers: bent as little as they must be to pass no paper and no name; where no bend does, they go around
 * on a grid. Arrows that meet the same edge of a paper get places of their own on it.
 */
import { FRAME, between, bounds, cross, grown, inside, meets, middle, near, onBand } from './shapes.js';
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
const SAMPLES = 18;
const COST = { paper: 1000, name: 400, cross: 40, bend: 60, band: 4 };

/** @param {Joining[]} links @param {Among} among @returns {Arrow[]} */
export function layArrows(links, among) {
  const ends = portsOf(links, among);
  /** @type {Line[]} */
  const drawn = among.still.map((points) => ({ points, box: bounds(points) }));
  /** @type {Rect[]} */
  const words = [];
  const laid = [];
  for (const link of [...links].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const [p, q] = /** @type {[Point, Point]} */ (ends.get(link.key));
    const best = bent(link, p, q, among, drawn) ?? elsewhere(link, p, q, among, drawn);
    const line = sampled(best);
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

/** Where each arrow begins and ends: on the edges that face each other, apart from the others there, and off the bands. @param {Joining[]} links @param {Among} among */
function portsOf(links, { boxes, bands }) {
  /** @type {Map<string, {key: string, last: boolean, other: number, stops: boolean}[]>} */
  const edges = new Map();
  /** @type {Map<string, [Point, Point]>} */
  const ends = new Map();
  for (const link of links) {
    const [from, to] = [/** @type {Rect} */ (boxes.get(link.from)), /** @type {Rect} */ (boxes.get(link.to))];
    for (const [id, box, other, last] of /** @type {[string, Rect, Rect, boolean][]} */ ([[link.from, from, to, false], [link.to, to, from, true]])) {
      const edge = facing(box, middle(other));
      const place = edge === 'left' || edge === 'right' ? middle(other).y : middle(other).x;
      edges.set(`${id} ${edge}`, [...edges.get(`${id} ${edge}`) ?? [], { key: link.key, last, other: place, stops: Boolean(link.stops) }]);
    }
    ends.set(link.key, [middle(from), middle(to)]);
  }
  for (const [name, there] of edges) {
    const at = name.lastIndexOf(' ');
    const [box, edge] = [/** @type {Rect} */ (boxes.get(name.slice(0, at))), name.slice(at + 1)];
    const upright = edge === 'left' || edge === 'right';
    const long = upright ? box.h : box.w;
    const step = Math.min(PORTS, (long - 12) / there.length);
    there.sort((a, b) => a.other - b.other || (a.key < b.key ? -1 : 1));
    there.forEach(({ key, last, other, stops }, nth) => {
      const air = last && stops ? BAR : AIR;
      // A single one leaves where it points to.
      const free = long / 2 - 14;
      const start = upright ? middle(box).y : middle(box).x;
      const at = (/** @type {number} */ off) => /** @type {Point} */ ({
        left: { x: box.x - air, y: start + off }, right: { x: box.x + box.w + air, y: start + off },
        up: { x: start + off, y: box.y - air }, down: { x: start + off, y: box.y + box.h + air },
      }[edge]);
      const toward = Math.min(free, Math.max(-free, (other - start) * 0.3));
      const offs = there.length > 1 ? [(nth - (there.length - 1) / 2) * step] : [toward, -free / 2, free / 2, -free, free].sort((a, b) => Math.abs(a - toward) - Math.abs(b - toward));
      const clear = offs.find((off) => !bands.some((band) => onBand({ x: at(off).x - 1, y: at(off).y - 1, w: 2, h: 2 }, band, 26)));
      const point = at(clear ?? offs[0]);
      /** @type {[Point, Point]} */ (ends.get(key))[last ? 1 : 0] = /** @type {Point} */ (point);
    });
  }
  return ends;
}

/** The edge of a box through which one goes to a point. @param {Rect} box @param {Point} to */
function facing(box, to) {
  const from = middle(box);
  const out = inside(from, to, box)?.[1] ?? 1;
  const at = between(from, to, out);
  const far = { left: Math.abs(at.x - box.x), right: Math.abs(box.x + box.w - at.x), up: Math.abs(at.y - box.y), down: Math.abs(box.y + box.h - at.y) };
  return /** @type {keyof typeof far} */ (Object.keys(far).reduce((a, b) => (far[/** @type {keyof typeof far} */ (b)] < far[/** @type {keyof typeof far} */ (a)] ? b : a)));
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

/**
 * Where no bend between the edges that face each other does: between others, or around everything.
 * @param {Joining} link @param {Point} p @param {Point} q @param {Among} among @param {Line[]} drawn
 */
function elsewhere(link, p, q, among, drawn) {
  const { boxes, names, frame = FRAME } = among;
  const [from, to] = [/** @type {Rect} */ (boxes.get(link.from)), /** @type {Rect} */ (boxes.get(link.to))];
  const ends = edgesOf(from, AIR).flatMap((a) => edgesOf(to, link.stops ? BAR : AIR).map((b) => [a, b]))
    .sort(([a, b], [c, d]) => Math.hypot(a.x - b.x, a.y - b.y) - Math.hypot(c.x - d.x, c.y - d.y));
  for (const [a, b] of ends) {
    const found = bent(link, a, b, among, drawn);
    if (found && Math.abs(found.bend) < 0.4) return found;
  }
  const walls = [...[...boxes].map(([id, box]) => grown(box, id === link.from || id === link.to ? AIR - 3 : PASS)), ...names.map((box) => grown(box, PASS))];
  for (const [a, b] of [[p, q], ...ends]) {
    const found = way(a, b, walls, frame);
    if (found) return { points: found, bend: NaN };
  }
  return { points: [p, between(p, q, 0.5), q], bend: 0 };
}

/** The middles of a box's edges, from which arrows start so far away. @param {Rect} box @param {number} air @returns {Point[]} */
function edgesOf({ x, y, w, h }, air) {
  return [{ x: x + w / 2, y: y - air }, { x: x + w + air, y: y + h / 2 }, { x: x + w / 2, y: y + h + air }, { x: x - air, y: y + h / 2 }];
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
