/**
 * The layout of one stretch of a timeline: equal columns, one a lane, and every note inside its own lane's column,
 * stacked away from the line; the first in `items` is nearest to it. It knows nothing of earlier layouts, so it is the
 * same after a reload, and a note that comes last finds a free place while the others stay.
 *
 * A note of both sides lies above, on the wall as on the poster: a place of its own would take height from every year.
 * A long note in a narrow column, or one with a word that would be torn there, takes two columns on the outermost row,
 * and a hair-line from it ends on its own lane.
 *
 * No DOM, no clock and no randomness may live here.
 */
import { paper } from './paper.js';

/** @typedef {import('../../notes/measure.js').Item} Item */
/** @typedef {import('../../notes/measure.js').Measure} Measure */
/** @typedef {import('../../notes/measure.js').NoteBox} NoteBox */

/**
 * @typedef {object} LineSpace
 * @property {string[]} lanes     the columns' lanes, from left to right
 * @property {Item[]} items       in the order in which they were put up
 * @property {number} width       px
 * @property {number} height      px; Infinity: as high as the notes need
 * @property {number[]} sizes     font sizes to try, px; the first that fits is used
 * @property {number} unit        px at 1080p are multiplied by this
 * @property {number} band        px, the strip of the line with the lanes' names
 * @property {number} [least]     px of each side at least, where the height is Infinity
 * @property {Measure} measure
 *
 * @typedef {{note: string, lane: string, x: number, y: number, dot: number}} Hair  from (x, y) to the dot at x = `dot` on the line
 *
 * @typedef {object} Line
 * @property {number} size
 * @property {number} height
 * @property {number} axis        y of the line
 * @property {number} column      width of a column
 * @property {Map<string, NoteBox>} boxes
 * @property {Hair[]} hairs
 */

/** Between columns, and between a note and the next, in px at 1080p. */
export const COLUMN_GAP = 14;
const GAP = 10;
/** A text of more lines takes two columns, and so does one with a word in more pieces. */
const LONG = 7;
const TORN = 3;
/** Notes side by side within a lane: as wide as this where the notes fit so, else as narrow as the second, in em. */
const COMFORT = 8.5;
const NARROW = 6.1;
/** In a narrower column than this no note can be read, em. */
export const READABLE = 5.6;
/** The part of the height above the line; the first that fits. */
const SHARES = [0.5, ...Array.from({ length: 14 }, (_, i) => [0.47 - i * 0.03, 0.53 + i * 0.03]).flat()];

/**
 * The layout with the first size, the fewest notes side by side and the most even share of the height that fit.
 * @param {LineSpace} space @returns {Line | null} null when nothing fits
 */
export function layLine(space) {
  for (const size of space.sizes) {
    const { inner, gap } = columnsOf(space);
    const beside = (/** @type {number} */ em) => Math.max(1, Math.floor((inner + gap) / (em * size + gap)));
    for (let per = beside(COMFORT); per <= beside(NARROW); per += 1) {
      const line = layAt(space, size, per);
      if (line) return line;
    }
  }
  return null;
}

/** @param {LineSpace} space */
function columnsOf({ lanes, width, unit }) {
  const column = width / Math.max(1, lanes.length);
  const between = Math.min(COLUMN_GAP * unit, column * 0.09);
  return { column, between, inner: column - between, gap: GAP * unit };
}

/** @param {LineSpace} space @param {number} size @param {number} per @returns {Line | null} */
function layAt(space, size, per) {
  const { height, band } = space;
  const { column, gap } = columnsOf(space);
  const air = gap * 0.4;
  const sides = ['up', 'down'].map((way) => notesBeside(space, way, size, per));
  const free = height - band - 2 * air;
  // Where nothing takes two columns, a side lies in the same way whatever its room.
  const whole = sides.map((side) => laySide({ ...side, long: [] }, free));
  if (!whole[0] || !whole[1] || whole[0].depth + whole[1].depth > free) return null;
  for (const share of height === Infinity ? [0.5] : SHARES) {
    const rooms = [free * share, free * (1 - share)];
    const [up, down] = sides.map((side, at) => (side.long.length === 0 ? within(whole[at], rooms[at]) : laySide(side, rooms[at])));
    if (!up || !down) continue;
    const least = space.least ?? 0;
    const above = height === Infinity ? Math.max(up.depth, least) : rooms[0];
    const below = height === Infinity ? Math.max(down.depth, least) : rooms[1];
    const axis = above + air + band / 2;
    /** @type {Line} */
    const line = { size, column, axis, height: above + below + band + 2 * air, boxes: new Map(), hairs: [] };
    for (const [side, way] of /** @type {[Laid, number][]} */ ([[up, -1], [down, 1]])) {
      for (const one of side.notes) {
        const edge = axis + way * (band / 2 + air + one.d);
        line.boxes.set(one.item.id, {
          id: one.item.id, ids: [one.item.id], x: Math.round(one.x), y: Math.round(way < 0 ? edge - one.h : edge), w: Math.floor(one.w), h: one.h, off: one.wide,
        });
        if (one.wide) line.hairs.push({ note: one.item.id, lane: one.item.lane ?? '', x: one.hair, y: edge, dot: one.dot });
      }
    }
    return line;
  }
  return null;
}

/**
 * @typedef {{item: Item, x: number, w: number, h: number, d: number, wide: boolean, hair: number, dot: number}} Lying
 *   `d`: distance from the line
 * @typedef {{notes: Lying[], depth: number}} Laid
 * @typedef {{item: Item, at: number}} Long
 * @typedef {object} Side
 * @property {LineSpace} space
 * @property {number} size
 * @property {number} per       notes side by side within a column
 * @property {Item[][]} stacks  by column, those that lie inside it
 * @property {Long[]} long      those that take two columns
 */

/** @param {Laid | null} laid @param {number} room */
function within(laid, room) {
  return laid && laid.depth <= room ? laid : null;
}

/** @param {{lines: number, torn: number}} sheet */
function isLong({ lines, torn }) {
  return lines > LONG || torn > TORN;
}

/** @param {LineSpace} space @param {string} way @param {number} size @param {number} per @returns {Side} */
function notesBeside(space, way, size, per) {
  const { lanes, items, measure } = space;
  const { inner } = columnsOf(space);
  /** @type {Item[][]} */
  const stacks = lanes.map(() => []);
  /** @type {Long[]} */
  const long = [];
  for (const item of items) {
    const at = lanes.indexOf(item.lane ?? '');
    if (at < 0 || (item.side === 'down') !== (way === 'down')) continue;
    if (per === 1 && lanes.length > 1 && isLong(paper(item, size, inner, measure))) long.push({ item, at });
    else stacks[at].push(item);
  }
  return { space, size, per, stacks, long };
}

/**
 * One side of the line; null when it is deeper than `room`. A long note for which no two columns are free lies in its
 * own column like the others.
 * @param {Side} side @param {number} room @returns {Laid | null}
 */
function laySide(side, room) {
  const stacks = side.stacks.map((stack) => [...stack]);
  let long = side.long;
  for (;;) {
    const columns = stacks.map((stack, at) => layColumn(side, stack, at));
    const depths = columns.map((column) => column.depth);
    if (Math.max(0, ...depths) > room) return null;
    const { notes, depth, rest } = layLong(side, long, depths, room);
    if (!rest) return { notes: [...columns.flatMap((column) => column.notes), ...notes], depth: Math.max(depth, ...depths) };
    long = long.filter((one) => one !== rest);
    stacks[rest.at].push(rest.item);
  }
}

/** Places side by side in the order in which they are taken: as in the overview the middle, the right, the left, then outwards. @param {number} count */
export function inTurn(count) {
  const middle = Math.floor((count - 1) / 2);
  return Array.from({ length: count }, (_, i) => middle + (i % 2 ? 1 : -1) * Math.ceil(i / 2));
}

/** A column's notes, each as near to the line as possible. @param {Side} side @param {Item[]} stack @param {number} at @returns {Laid} */
function layColumn({ space, size, per }, stack, at) {
  const { column, between, inner, gap } = columnsOf(space);
  const w = (inner - gap * (per - 1)) / per;
  const ends = new Array(per).fill(0);
  const turn = inTurn(per);
  const notes = stack.map((item) => {
    let span = 1;
    let sheet = paper(item, size, w, space.measure);
    if (per > 1 && isLong(sheet)) {
      span = 2;
      sheet = paper(item, size, 2 * w + gap, space.measure);
    }
    let first = 0;
    let d = Infinity;
    for (const i of turn) {
      const end = i + span <= per ? Math.max(...ends.slice(i, i + span)) : Infinity;
      if (end < d) [first, d] = [i, end];
    }
    for (let i = first; i < first + span; i += 1) ends[i] = d + sheet.h + gap;
    const x = at * column + between / 2 + first * (w + gap);
    return { item, x, w: span * w + (span - 1) * gap, h: sheet.h, d, wide: false, hair: 0, dot: 0 };
  });
  return { notes, depth: Math.max(0, Math.max(...ends) - gap) };
}

/**
 * Long notes on two columns each. Where the height is given they lie at its end, so that a note that comes later moves none of them.
 * @param {Side} side @param {Long[]} long @param {number[]} depths @param {number} room
 * @returns {Laid & {rest?: Long}} `rest`: one that does not fit
 */
function layLong({ space, size }, long, depths, room) {
  const { column, between, gap } = columnsOf(space);
  const w = 2 * column - between;
  const inside = [...depths];
  const ends = depths.map(() => room);
  const taken = depths.map(() => 0);
  /** @type {(Lying & {first: number, at: number})[]} */
  const notes = [];
  for (const one of long) {
    const { h } = paper(one.item, size, w, space.measure, true);
    /** @type {{first: number, d: number, taken: number} | null} */
    let best = null;
    for (const first of [one.at - 1, one.at]) {
      if (first < 0 || first + 1 >= depths.length) continue;
      const start = Math.max(inside[first], inside[first + 1]) + (inside[first] || inside[first + 1] ? gap : 0);
      const d = room === Infinity ? start : Math.min(ends[first], ends[first + 1]) - h;
      // The left pair, unless more long notes lie there than on the right one.
      const there = Math.max(taken[first], taken[first + 1]);
      if (d >= start && (!best || there < best.taken)) best = { first, d, taken: there };
    }
    if (!best) return { notes, depth: 0, rest: one };
    const { first, d } = best;
    for (const i of [first, first + 1]) {
      if (room === Infinity) inside[i] = d + h;
      else ends[i] = d - gap;
      taken[i] += h + gap;
    }
    notes.push({ item: one.item, x: first * column + between / 2, w, h, d, wide: true, hair: 0, dot: 0, first, at: one.at });
  }
  for (const one of notes) {
    // The hair-line runs between two columns, on the side away from the other column where no long note lies in its way.
    const right = one.first < one.at;
    const outer = right ? one.at + 1 : one.at;
    const covered = (/** @type {number} */ edge) => notes.some((other) => other.d < one.d && other.first + 1 === edge);
    const edge = covered(outer) && !covered(one.first + 1) ? one.first + 1 : outer;
    one.hair = edge * column;
    one.dot = edge > one.at ? (one.at + 1) * column - between : one.at * column + between;
  }
  return { notes, depth: Math.max(0, ...inside) };
}
