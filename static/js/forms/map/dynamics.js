/**
 * The dynamics: circles as bands, and around them the other papers, each near the one where it is at home. A link that
 * closes no circle changes no circle: all together they lie a little higher or lower, at most. A paper that comes is laid
 * among its like and moves only what must give way.
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
/** @typedef {{papers: Paper[], circles: Ringed[], pairs: Pair[], centre: {w: number, h: number} | null, taken?: Rect[], frame?: {w: number, h: number}, gap?: number, least?: number, half?: number, clear?: boolean, flat?: boolean}} Ask
 *   `flat`: the frame is low, and circles take most of it;
 *   `centre`: of the sheet with what the story is about; `clear`: of several ways one with few papers that something lies between and their home */
/** @typedef {(at: Point, box: Rect, most: number) => number} Cost  of a place; what costs more than `most` need not be added up */
/** @typedef {{boxes: Map<string, Rect>, circles: Map<string, Circle>, centre: Rect | null}} Dynamics */

/** The sheet in the middle, in pairs. */
export const CENTRE = ' centre';
const STEP = 24;
/** How far from what it is linked to a paper lies best, px. */
const BESIDE = 70;
/** What a px less costs: of an arrow between two that almost touch nothing is seen. */
const CLOSE = 4;
/** What it costs that something lies between a paper and what it is linked to, how often they are laid once more, and how long an arrow is at least. */
const HIDDEN = 500;
const ROUNDS = 3;
/** Of so many ways to lay everything the hindered papers are laid once more. */
const EASED = 3;
const SEEN = 46;
/** What a px of an arrow within a circle costs, where it is looked at, and what nothing is laid anew for. */
const INSIDE = 2;
const SHARES = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
const EASY = 200;
/** How far apart papers lie at least, px. */
const GAP = 24;
/** The share of the frame that papers can take. */
const FULL = 0.36;

/** All papers; null when they do not fit. @param {Ask} ask @returns {Dynamics | null} */
export function layDynamics(ask) {
  const { frame = FRAME } = ask;
  const sizes = new Map(ask.papers.map((one) => [one.id, one]));
  const rings = ask.circles.map((one) => ({ ...one, papers: one.notes.flatMap((id) => sizes.get(id) ?? []) }));
  const area = ask.papers.reduce((sum, { w, h }) => sum + w * h, 0);
  if (area > FULL * frame.w * frame.h) return null;
  const closes = ask.flat ? [1] : [1, 0.7];
  for (const [nth, close] of closes.entries()) {
    for (const cells of ask.flat ? spaces(rings, frame, FLAT) : spaces(rings, frame)) {
      const circles = ringsIn(rings, cells, ask);
      if (!circles) continue;
      /** @type {{made: Dynamics, now: Ask, price: number}[]} */
      const found = [];
      // Where arrows would be hindered, papers may as well lie closer: circles lie as they lie.
      for (const nearer of ask.clear ? closes.slice(nth) : [close]) {
        if (!found.length && nearer !== close) break;
        for (const way of ways(circles, cells, Boolean(ask.centre))) {
          const now = { ...ask, gap: (ask.gap ?? GAP) * nearer };
          const made = lay(now, way.circles, way.first);
          const price = made && ask.clear ? hindered(made, ask).length : 0;
          if (made && !price) return settled(made, now);
          if (made) found.push({ made, now, price });
        }
      }
      if (!found.length) continue;
      const best = found.sort((x, y) => x.price - y.price).slice(0, EASED).map(({ made, now }) => ({ made: eased(made, now), now })).map((one) => ({ ...one, price: hindered(one.made, ask).length }));
      const { made, now } = best.reduce((x, y) => (y.price < x.price ? y : x));
      return settled(made, now);
    }
  }
  return null;
}

/**
 * Circles as they lie, lower and higher in their cells; the sheet in the middle gives way to what is linked, or comes before.
 * @param {Map<string, Circle>} circles @param {Rect[]} cells @param {boolean} centre
 */
function ways(circles, cells, centre) {
  const room = Math.min(...[...circles.values()].map(({ boxes }, at) => {
    const [top, bottom] = [Math.min(...boxes.map(({ y }) => y)), Math.max(...boxes.map(({ y, h }) => y + h))];
    return Math.min(top - cells[at].y, cells[at].y + cells[at].h - bottom);
  }));
  const by = Math.max(0, Math.min(60, room === Infinity ? 0 : room));
  return (by > 12 ? [0, by, -by] : [0]).flatMap((down) => (centre ? [false, true] : [false]).map((first) => ({ circles: moved(circles, down), first })));
}

/** @param {Map<string, Circle>} circles @param {number} down @returns {Map<string, Circle>} */
function moved(circles, down) {
  const lower = (/** @type {any} */ box) => box && { ...box, y: box.y + down };
  return new Map([...circles].map(([id, one]) => [id, { ...one, ellipse: { ...one.ellipse, cy: one.ellipse.cy + down }, boxes: one.boxes.map(lower), name: lower(one.name) }]));
}

/** A paper is at home where its first link leads to; one that leads nowhere, at the smallest that leads to it. @param {Pair[]} pairs */
function homesIn(pairs) {
  /** @type {Map<string, string>} */
  const homes = new Map();
  for (const { from, to } of pairs) if (!homes.has(from)) homes.set(from, to);
  for (const { from, to } of [...pairs].sort((a, b) => (a.from < b.from ? -1 : 1))) if (!homes.has(to)) homes.set(to, from);
  return homes;
}

/** What may lie between papers, by its box. @param {Dynamics} made */
function all({ boxes, circles, centre }) {
  return [...boxes.values(), ...[...circles.values()].flatMap(({ name }) => name ?? []), ...(centre ? [centre] : [])];
}

/** Where a paper, or the sheet in the middle, lies. @param {Dynamics} made @param {string} id */
function boxOf(made, id) {
  return id === CENTRE ? made.centre : made.boxes.get(id) ?? null;
}

/** The links, but those along circles, whose arrow has no straight way: something lies straight between its ends, or they almost touch. @param {Dynamics} made @param {Pick<Ask, 'pairs'>} ask */
export function hindered(made, { pairs }) {
  const along = new Set([...made.circles.values()].flatMap((circle) => circle.boxes));
  const solid = all(made);
  return pairs.filter(({ from, to }) => {
    const [a, b] = [boxOf(made, from), boxOf(made, to)];
    if (!a || !b || (along.has(a) && along.has(b))) return false;
    const [p, q] = [middle(a), middle(b)];
    return apart(a, b) < SEEN || solid.some((one) => one !== a && one !== b && meets(p, q, one, 6));
  });
}

/**
 * Lay what a hindered arrow begins or ends at once more, with a view to all that it is linked to, until none is hindered or
 * nothing gets better. Circles stay. @param {Dynamics} made @param {Ask} ask
 */
function eased(made, ask) {
  const along = new Set(ask.circles.flatMap(({ notes }) => notes));
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = hindered(made, ask);
    const free = [...new Set(before.flatMap(({ from, to }) => [from, to]))].filter((id) => !along.has(id) && boxOf(made, id)).sort();
    let moved = false;
    for (const id of free) {
      const box = /** @type {Rect} */ (boxOf(made, id));
      put(made, id, null);
      const found = best(box, ask, made, among(id, ask, made)) ?? box;
      put(made, id, found);
      moved ||= found.x !== box.x || found.y !== box.y;
    }
    if (!moved) break;
  }
  return made;
}

/**
 * Where arrows are long, hindered or lie in a circle: a paper at which several of them meet is laid anew together with all
 * that it is linked to, as long as that gets better. Circles stay. @param {Dynamics} made @param {Ask} ask
 */
function settled(made, ask) {
  if (!ask.clear) return made;
  const along = new Set(ask.circles.flatMap(({ notes }) => notes));
  const sizes = new Map(ask.papers.map((one) => [one.id, one]));
  const linked = (/** @type {string} */ id) => [...new Set(ask.pairs.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : [])))];
  const free = (/** @type {string} */ id) => !along.has(id) && boxOf(made, id) !== null;
  const hubs = [...new Set(ask.pairs.flatMap(({ from, to }) => [from, to]))].filter((id) => free(id) && linked(id).length > 1).sort();
  let price = strained(made, ask);
  for (const hub of hubs) {
    if (price < EASY) break;
    const around = linked(hub).filter(free).sort((a, b) => area(sizes.get(b)) - area(sizes.get(a)) || (a < b ? -1 : 1));
    const before = [hub, ...around].map((id) => ({ id, box: /** @type {Rect} */ (boxOf(made, id)) }));
    let kept = before;
    for (const to of anchors(ask)) {
      for (const { id } of before) put(made, id, null);
      const done = before.every(({ id, box }) => {
        const cost = among(id, ask, made);
        const found = best(box, ask, made, id === hub ? (at, there, most) => cost(at, there, most) + Math.hypot(at.x - to.x, at.y - to.y) / 2 : cost);
        put(made, id, found);
        return found !== null;
      });
      const after = done ? strained(made, ask) : Infinity;
      if (after >= price) continue;
      price = after;
      kept = before.map(({ id }) => ({ id, box: /** @type {Rect} */ (boxOf(made, id)) }));
    }
    for (const { id, box } of kept) put(made, id, box);
  }
  return made;
}

/** Where a paper is tried to lie near: above and below circles is most room. @param {Ask} ask @returns {Point[]} */
function anchors({ frame = FRAME }) {
  return [0.1, 0.9].flatMap((down) => [0.12, 0.37, 0.62, 0.88].map((across) => ({ x: frame.w * across, y: frame.h * down })));
}

/** @param {Paper | undefined} paper */
function area(paper) {
  return paper ? paper.w * paper.h : 0;
}

/** How badly arrows that lie along no circle can be followed: how long they are, how much of them lies in circles, and what lies between. @param {Dynamics} made @param {Ask} ask */
function strained(made, ask) {
  const along = new Set([...made.circles.values()].flatMap((circle) => circle.boxes));
  let sum = hindered(made, ask).length * HIDDEN;
  for (const { from, to } of ask.pairs) {
    const [a, b] = [boxOf(made, from), boxOf(made, to)];
    if (!a || !b || (along.has(a) && along.has(b))) continue;
    const far = apart(a, b);
    sum += Math.max(0, far - 2 * BESIDE);
    const [p, q] = [middle(a), middle(b)];
    for (const { ellipse: { cx, cy, rx, ry } } of made.circles.values()) {
      for (const share of SHARES) if (Math.hypot((p.x + (q.x - p.x) * share - cx) / rx, (p.y + (q.y - p.y) * share - cy) / ry) < 1) sum += (far * INSIDE) / SHARES.length;
    }
  }
  return sum;
}

/** @param {Dynamics} made @param {string} id @param {Rect | null} box */
function put(made, id, box) {
  if (id === CENTRE) made.centre = box;
  else if (box) made.boxes.set(id, box);
  else made.boxes.delete(id);
}

/** What a place costs a paper: as `pull`, for all that it is linked to, and all that lies between. @param {string} id @param {Ask} ask @param {Dynamics} made @returns {Cost} */
function among(id, ask, made) {
  const others = [...new Set(ask.pairs.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : [])))].sort().filter((one) => boxOf(made, one));
  const pulls = others.map((one) => {
    const there = /** @type {Rect} */ (boxOf(made, one));
    return { to: middle(there), cost: pull({ id, w: 0, h: 0 }, ask, made, one), between: all(made).filter((box) => box !== there) };
  });
  // Nor should it lie in the way of others.
  const lines = ask.pairs.flatMap(({ from, to }) => {
    const [a, b] = from === id || to === id ? [] : [boxOf(made, from), boxOf(made, to)];
    return a && b ? [[middle(a), middle(b)]] : [];
  });
  return (at, box, most) => {
    let sum = 0;
    for (const { to, cost, between } of pulls) {
      sum += cost(at, box, most - sum);
      if (sum >= most) return sum;
      if (between.some((one) => meets(at, to, one, 6))) sum += HIDDEN;
    }
    for (const [p, q] of lines) {
      if (sum >= most) return sum;
      if (meets(p, q, box, 6)) sum += HIDDEN;
    }
    return sum;
  };
}

/** How wide the cell of a circle is best, of its height. */
const WIDE = 1.6;
/** How much of their cells circles may take. */
const TIGHTS = [0.98, 0.86, 0.72, 0.62];
const FLAT = [1, 0.8];

/** The cells in which circles may lie, widest first: a low circle leaves most room around it. @param {{papers: Paper[]}[]} rings @param {{w: number, h: number}} frame @param {number[]} [tights] @returns {Rect[][]} */
function spaces(rings, frame, tights = TIGHTS) {
  const count = rings.length;
  if (!count) return [[]];
  const off = (/** @type {number} */ rows) => Math.abs(Math.log((frame.w / Math.ceil(count / rows)) / (frame.h / rows) / WIDE));
  const ways = Array.from({ length: count }, (_, at) => at + 1).sort((a, b) => off(a) - off(b)).slice(0, 2);
  return ways.flatMap((rows) => tights.map((tight) => {
    const across = Math.ceil(count / rows);
    /** @type {Rect[]} */
    const cells = [];
    for (let row = 0; row < rows; row += 1) {
      const needs = rings.slice(row * across, (row + 1) * across).map(({ papers }) => papers.reduce((sum, { w, h }) => sum + w + h * 1.5, 1000));
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

/** The circles in their cells; null when one does not fit. @param {(Ringed & {papers: Paper[]})[]} rings @param {Rect[]} cells @param {Ask} ask @returns {Map<string, Circle> | null} */
function ringsIn(rings, cells, { least, half = HALF, gap = GAP, flat }) {
  const found = new Map();
  for (const [at, ring] of rings.entries()) {
    const circle = layCircle(ring.papers, cells[at], ring.names, { least, half, gap: Math.min(16, gap), flat });
    if (!circle) return null;
    found.set(ring.id, circle);
  }
  return found;
}

/** @param {Ask} ask @param {Map<string, Circle>} circles @param {boolean} first the sheet in the middle comes first @returns {Dynamics | null} */
function lay(ask, circles, first) {
  /** @type {Dynamics} */
  const made = { boxes: new Map(), circles, centre: null };
  for (const { id, notes } of ask.circles) circles.get(id)?.boxes.forEach((box, at) => made.boxes.set(notes[at], box));
  const homes = homesIn(ask.pairs);
  const free = ask.papers.filter(({ id }) => !made.boxes.has(id)).sort((a, b) => b.w * b.h - a.w * a.h || (a.id < b.id ? -1 : 1));
  const left = new Set(free.map(({ id }) => id));
  const middling = () => {
    const { frame = FRAME, centre } = ask;
    if (centre && !made.centre) made.centre = best(centre, ask, made, (at) => 2 * Math.abs(at.x - frame.w / 2) + at.y * 1.6);
    return !centre || made.centre !== null;
  };
  /** A paper after the one where it is at home. @param {Paper} one @returns {boolean} */
  const set = (one) => {
    if (!left.delete(one.id)) return true;
    const home = homes.get(one.id) ?? '';
    if (home === CENTRE && !middling()) return false;
    const other = left.has(home) && free.find(({ id }) => id === home);
    if (other && !set(other)) return false;
    const found = best(one, ask, made, pull(one, ask, made, home));
    if (found) made.boxes.set(one.id, found);
    return found !== null;
  };
  // First what is at home at a circle, then what hangs together with that, then what hangs together without, then the rest.
  const own = new Set(made.boxes.keys());
  const rank = (/** @type {Paper} */ { id }) => (own.has(homes.get(id) ?? '') ? 0 : homes.get(id) === CENTRE ? 2 : 1);
  const linked = free.filter(({ id }) => homes.has(id)).sort((a, b) => rank(a) - rank(b));
  const rest = free.filter(({ id }) => !homes.has(id));
  return (!first || middling()) && linked.every(set) && middling() && rest.every(set) ? made : null;
}

/**
 * What a place costs a paper: how far it is from the one where it is at home, and whether something of a circle lies
 * between. No other free paper counts, so that where one lies says little of the rest.
 * @param {Paper} paper @param {Ask} ask @param {Dynamics} made @param {string} home @returns {Cost}
 */
function pull({ id }, { frame = FRAME }, made, home) {
  const there = home === CENTRE ? made.centre : made.boxes.get(home);
  const bands = [...made.circles.values()].map(({ ellipse }) => ellipse);
  if (!there) {
    const roll = steady(id);
    const to = { x: frame.w * (0.06 + 0.88 * ((roll % 97) / 96)), y: (roll >>> 9) % 3 ? frame.h : 0 };
    return (at) => Math.hypot(at.x - to.x, (at.y - to.y) * 1.5);
  }
  const fixed = [...made.circles.values()].flatMap(({ boxes }) => boxes).filter((one) => one !== there);
  const to = middle(there);
  return (at, box, most) => {
    const far = apart(box, there);
    let cost = far < BESIDE ? (BESIDE - far) * CLOSE : far - BESIDE;
    if (cost >= most) return cost;
    for (const one of fixed) if (meets(at, to, one, 12)) cost += 320;
    for (const band of bands) if (onBand({ x: (at.x + to.x) / 2 - 2, y: (at.y + to.y) / 2 - 2, w: 4, h: 4 }, band, 30)) cost += 60;
    for (const { cx, cy, rx, ry } of bands) if (Math.hypot((at.x - cx) / rx, (at.y - cy) / ry) < 1) cost += 900;
    return cost;
  };
}

/** The free place in the frame that costs least. @param {{w: number, h: number}} size @param {Ask} ask @param {Dynamics} made @param {Cost} cost @returns {Rect | null} */
function best({ w, h }, { frame = FRAME, taken = [], gap = GAP, half = HALF }, made, cost) {
  if (w > frame.w || h > frame.h) return null;
  const air = gap / 2;
  const [across, down] = [Math.floor((frame.w - w) / STEP) + 2, Math.floor((frame.h - h) / STEP) + 2];
  const shut = new Uint8Array(across * down);
  // What lies there shuts all places from which a paper would reach it.
  const close = (/** @type {Rect} */ one, /** @type {number} */ by) => {
    const [left, right] = [Math.max(0, Math.floor((one.x - by - w) / STEP) + 1), Math.min(across - 2, Math.ceil((one.x + one.w + by) / STEP) - 1)];
    const [top, bottom] = [Math.max(0, Math.floor((one.y - by - h) / STEP) + 1), Math.min(down - 2, Math.ceil((one.y + one.h + by) / STEP) - 1)];
    for (let row = top; row <= bottom; row += 1) if (right >= left) shut.fill(1, row * across + left, row * across + right + 1);
  };
  const solid = [...made.boxes.values(), ...made.centre ? [made.centre] : [], ...taken];
  const names = [...made.circles.values()].flatMap(({ name }) => name ?? []);
  const bands = [...made.circles.values()].map(({ ellipse }) => ellipse);
  for (const one of solid) close(one, gap);
  for (const one of names) close(one, air);
  /** @type {Rect | null} */
  let found = null;
  let least = Infinity;
  for (let column = 0; column < across; column += 1) {
    const x = Math.min(column * STEP, frame.w - w);
    for (let row = 0; row < down; row += 1) {
      if (shut[row * across + column]) continue;
      const box = { x, y: Math.min(row * STEP, frame.h - h), w, h };
      // The last of a row and a column lie at the frame's edge, between two places.
      const edge = column === across - 1 || row === down - 1;
      if (edge && (solid.some((one) => near(one, box, gap)) || names.some((one) => near(one, box, air)))) continue;
      const price = cost({ x: x + w / 2, y: box.y + h / 2 }, box, least);
      if (price >= least || bands.some((ellipse) => touches(box, ellipse, Math.min(14, air), half))) continue;
      least = price;
      found = box;
    }
  }
  return found;
}
