/**
 * The layout of a timeline: notes above and below the axis, in the largest font at which all fit.
 *
 * No note may cover another's text. If the notes do not fit side by side, the font shrinks; then notes of one lane and
 * side become a stack with a count. A layout starts from the one `before` it, so that a new note gets a free spot and
 * the others keep theirs. No DOM, no clock and no randomness may live here.
 */
import { NOTE, clip, noteSize, roughWidth } from '../../notes/measure.js';
import { bracketRows, yearMarks } from './axis.js';
import { beside, shelves } from './beside.js';

/** @typedef {import('../../notes/measure.js').Item} Item */
/** @typedef {import('../../notes/measure.js').Rect} Rect */
/** @typedef {import('../../notes/measure.js').Measure} Measure */
/** @typedef {import('../../notes/measure.js').NoteBox} NoteBox */
/** @typedef {import('../../notes/measure.js').NoteBoxes} NoteBoxes */
/** @typedef {import('./beside.js').Loose} Loose */
/** @typedef {import('./beside.js').Laid} Laid */

/**
 * @typedef {object} TimelineSpace
 * @property {Item[]} items            notes of the years; `lane` is the year, `side` up, down or both
 * @property {{id: string, text: string, from: number, to: number}[]} [headings]
 * @property {number} from
 * @property {number} to
 * @property {number} width            px, the part for the years
 * @property {number} height           px; Infinity for a picture of any height
 * @property {number[]} sizes          font sizes to try, largest first
 * @property {Measure} [measure]
 * @property {Timeline} [before]
 * @property {number} [least]          px of each side at least, in a picture of any height
 *
 * @typedef {object} Timeline
 * @property {number} size
 * @property {number} height
 * @property {number} axis             y of the axis
 * @property {number} line             height of the strip with the years' labels
 * @property {Rect[]} both             boxes below the years for notes of both sides
 * @property {number} head             height kept for period headings, at the top
 * @property {number} share            the part of the height above the line
 * @property {{year: number, x: number, strong: boolean, shown: boolean}[]} years
 * @property {{id: string, x: number, w: number, y: number, h: number, shift: number}[]} headings  `shift`: of the words
 * @property {NoteBoxes} boxes
 * @property {Map<string, Map<string, Laid>>} laid
 */

/**
 * The layout of a timeline.
 * @param {TimelineSpace} space @returns {Timeline}
 */
export function packTimeline(space) {
  const { sizes, before } = space;
  // With fewer notes the font may grow again, but not for a single note, since notes should keep their positions.
  const calm = before && space.items.length > before.boxes.size * 0.6 ? Math.max(0, sizes.indexOf(before.size)) : 0;
  const alone = space.items.map((item) => [item]);
  for (const size of sizes.slice(calm)) {
    const plan = tryTimeline(space, size, alone);
    if (plan) return plan;
  }
  return stackedTimeline(space);
}

/** Stack as few notes as it takes, from the lanes and sides with the most. @param {TimelineSpace} space @returns {Timeline} */
function stackedTimeline(space) {
  const smallest = space.sizes.at(-1) ?? 16;
  const steps = stackingSteps(space.items);
  for (const size of [1, 0.91, 0.82, 0.74, 0.66, 0.5].map((share) => smallest * share)) {
    let low = 0;
    let high = steps;
    let best = null;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const plan = tryTimeline(space, size, stacked(space.items, middle));
      if (plan) {
        best = plan;
        high = middle - 1;
      } else low = middle + 1;
    }
    if (best) return best;
  }
  return /** @type {Timeline} */ (tryTimeline({ ...space, height: Infinity }, smallest, stacked(space.items, steps)));
}

/** Notes by lane and side, in the order of their ids. @param {Item[]} items */
function byLaneAndSide(items) {
  return [...groupBy(items, (item) => `${item.lane} ${item.side}`).values()]
    .map((group) => [...group].sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** How many notes can go into stacks, if every lane and side keeps one stack. @param {Item[]} items */
function stackingSteps(items) {
  return byLaneAndSide(items).reduce((total, group) => total + group.length - 1, 0);
}

/**
 * The stacks after `steps` notes were put under another: each time in the lane and side with the most notes side by side.
 * @param {Item[]} items @param {number} steps @returns {Item[][]}
 */
function stacked(items, steps) {
  const groups = byLaneAndSide(items).map((group) => ({ group, open: group.length }));
  for (let i = 0; i < steps; i += 1) {
    const fullest = groups.reduce((most, one) => (one.open > most.open ? one : most));
    if (fullest.open <= 1) break;
    fullest.open -= 1;
  }
  return groups.flatMap(({ group, open }) => [...group.slice(0, open - 1).map((item) => [item]), group.slice(open - 1)]);
}

/**
 * @typedef {object} Manner  one way to lay notes beside the line
 * @property {number} aside     see `beside`
 * @property {boolean} [anew]   ignore the positions of the layout before
 * @property {number} [share]   the upper side's share of the height
 * @property {'up' | 'down'} [first]  this side takes the height it needs, the other the rest
 * @property {'at' | 'late' | 'tall'} [order]  which notes are placed first
 * @property {number} [shelves]  place all notes on shelves; a note may be moved by this many of its widths
 */

/** First each note at its year; where that takes too much height, further to the side. @type {Manner[]} */
const EASY = [
  { aside: 1.15 }, { aside: 0.5, first: 'up' }, { aside: 0.5, first: 'down' }, { aside: 0.3, first: 'up' }, { aside: 0.3, first: 'down' },
  { aside: 0, shelves: 1.1 },
];
/** In the smallest type everything is tried before a note goes under another. @type {Manner[]} */
const HARD = [
  ...EASY, { aside: 0, shelves: 1.7 }, { aside: 0, shelves: 2.6 },
  { aside: 0.3, first: 'up', anew: true }, { aside: 0.3, first: 'down', anew: true }, { aside: 0.3, share: 0.5, anew: true },
  { aside: 0.3, first: 'up', anew: true, order: 'tall' }, { aside: 0.3, first: 'down', anew: true, order: 'late' },
  { aside: 0.12, first: 'up' }, { aside: 0.12, first: 'down' }, { aside: 0.12, first: 'up', anew: true }, { aside: 0.12, share: 0.5, anew: true },
  { aside: 0.12, share: 0.6, anew: true }, { aside: 0.12, share: 0.4, anew: true }, { aside: 0.12, share: 0.5, anew: true, order: 'tall' },
];
/** Above so many notes, which cannot fit side by side, only few variants are tried. */
const CROWD = 60;

/**
 * @param {TimelineSpace} space @param {number} size @param {Item[][]} piles
 * @returns {Timeline | null}
 */
function tryTimeline(space, size, piles) {
  const { from, to, width, measure = roughWidth } = space;
  const least = space.sizes.at(-1) ?? 0;
  const years = yearMarks(from, to, width, size);
  const xs = new Map(years.map((mark) => [String(mark.year), mark.x]));
  const notes = new Map(['up', 'both', 'down'].map((side) => [side, loose(piles, side, xs, size, measure, width)]));
  const headings = bracketRows(space.headings ?? [], xs, Math.max(size, least * 1.06), measure, width);
  const manners = space.height === Infinity ? [{ aside: 0.3 }] : size > least ? EASY : piles.length > CROWD ? HARD.slice(3, 9) : HARD;
  for (const manner of manners) {
    const plan = layTimeline(space, { size, years, notes, headings, manner });
    if (plan) return plan;
  }
  return null;
}

/**
 * @param {TimelineSpace} space
 * @param {{size: number, years: Timeline['years'], notes: Map<string, Loose[]>, headings: ReturnType<typeof bracketRows>, manner: Manner}} how
 * @returns {Timeline | null}
 */
function layTimeline(space, { size, years, notes, headings, manner }) {
  const { width, before } = space;
  const grows = space.height === Infinity;
  const gap = NOTE.gap * size;
  const line = size * 2.1;
  const head = headings.height;
  const kept = before && before.size === size && !manner.anew ? before.laid : new Map();
  const free = grows ? Infinity : space.height - head - line;
  const sides = manner.shelves ? onShelves(notes, width, free, gap, manner.shelves) : besideLine(notes, width, free, gap, manner, kept);
  if (!sides) return null;
  const { up, both, down } = sides;
  const held = pockets(both, gap);
  const needUp = deepest(up) + gap;
  const needDown = deepest([...down, ...held]) + gap;
  if (needUp + needDown > free) return null;
  const share = grows ? 0.5 : fairShare(needUp, needDown, free, before?.share);
  const least = space.least ?? size * 5;
  const above = grows ? Math.max(least, needUp + gap) : free * share;
  const below = grows ? Math.max(least, needDown + gap) : free * (1 - share);
  const axis = head + above + line / 2;
  const floor = axis + line / 2;
  /** @type {NoteBoxes} */
  const boxes = new Map();
  for (const one of up) boxes.set(one.id, box(one, axis - line / 2 - one.d - one.h, years));
  for (const one of [...both, ...down]) boxes.set(one.id, box(one, floor + one.d, years));
  return {
    size, axis, line, head, share, years, boxes,
    // A pocket includes the years' labels above it: its notes lie across the axis.
    both: held.map((one) => ({ x: one.x, y: floor - line, w: one.w, h: one.h + line })),
    height: grows ? head + above + line + below : space.height,
    headings: headings.rows,
    laid: new Map([['up', byId(up)], ['both', byId(both)], ['down', byId(down)]]),
  };
}

/** @typedef {{up: Laid[], both: Laid[], down: Laid[]}} Sides */

/**
 * @param {Map<string, Loose[]>} notes @param {number} width @param {number} free @param {number} gap @param {Manner} manner
 * @param {Map<string, Map<string, Laid>>} kept @returns {Sides | null}
 */
function besideLine(notes, width, free, gap, manner, kept) {
  const lay = (/** @type {string} */ side, /** @type {number} */ tall, /** @type {Laid[]} */ taken = []) =>
    beside(inTurn(notes.get(side) ?? [], manner.order), {
      left: 0, right: width, depth: tall - gap, gap, before: kept.get(side), aside: manner.aside, taken,
    });
  const both = lay('both', free);
  if (!both) return null;
  const held = pockets(both, gap);
  const left = (/** @type {Laid[]} */ laid) => (manner.first ? free - deepest(laid) - gap : free * (1 - (manner.share ?? 0)));
  if (manner.first === 'down') {
    const down = lay('down', free, held);
    const up = down && lay('up', left([...down, ...held]));
    return up && { up, both, down };
  }
  const up = lay('up', free * (manner.share ?? 1));
  const down = up && lay('down', left(up), held);
  return down && { up, both, down };
}

/**
 * The number of shelves on each side with the least movement sideways.
 * @param {Map<string, Loose[]>} notes @param {number} width @param {number} free @param {number} gap @param {number} most @returns {Sides | null}
 */
function onShelves(notes, width, free, gap, most) {
  const both = notes.get('both') ?? [];
  const near = new Set(both.map((one) => one.id));
  const low = [...both, ...(notes.get('down') ?? [])].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const plans = (/** @type {Loose[]} */ side) => [1, 2, 3, 4, 5, 6].flatMap((count) => shelves(side, { left: 0, right: width, gap, count, near, most }) ?? []);
  let best = null;
  let least = Infinity;
  const lows = plans(low);
  for (const up of plans(notes.get('up') ?? [])) {
    for (const down of lows) {
      if (up.cost + down.cost >= least || up.depth + down.depth + gap * 2.5 > free) continue;
      least = up.cost + down.cost;
      best = { up: up.laid, both: down.laid.filter((one) => near.has(one.id)), down: down.laid.filter((one) => !near.has(one.id)) };
    }
  }
  return best;
}

/** @param {Loose[]} notes @param {Manner['order']} order */
function inTurn(notes, order = 'at') {
  if (order === 'late') return [...notes].reverse();
  return order === 'tall' ? [...notes].sort((a, b) => b.h * b.w - a.h * a.w || a.at - b.at || (a.id < b.id ? -1 : 1)) : notes;
}

/** Where notes of both kinds lie: a pocket round those that lie together, from the line down. @param {Laid[]} both @param {number} gap @returns {Laid[]} */
function pockets(both, gap) {
  /** @type {Laid[]} */
  const found = [];
  for (const one of [...both].sort((a, b) => a.x - b.x)) {
    const last = found.at(-1);
    if (last && one.x - gap <= last.x + last.w) {
      last.w = Math.max(last.w, one.x + one.w + gap * 0.5 - last.x);
      last.h = Math.max(last.h, one.d + one.h + gap * 0.5);
    } else {
      found.push({ id: one.id, ids: [], at: one.at, x: one.x - gap * 0.5, d: 0, w: one.w + gap, h: one.d + one.h + gap * 0.5 });
    }
  }
  return found;
}

/**
 * The share above the axis: half, or as before, changed only as far as necessary.
 * @param {number} up @param {number} down @param {number} all @param {number} [was]
 */
function fairShare(up, down, all, was = 0.5) {
  return Math.min(1 - down / all, Math.max(up / all, was));
}

/**
 * @param {Laid & {at?: number}} one @param {number} y @param {{x: number}[]} years @returns {NoteBox}
 */
function box(one, y, years) {
  const step = years.length > 1 ? years[1].x - years[0].x : Infinity;
  // A note that is far from its year shows the year.
  const off = Math.abs(one.x + one.w / 2 - (one.at ?? 0)) > Math.max(step * 0.75, one.w * 0.5);
  return { id: one.id, ids: one.ids, x: one.x, y: Math.round(y), w: one.w, h: one.h, off };
}

/** @param {Laid[]} laid */
function deepest(laid) {
  return laid.reduce((most, one) => Math.max(most, one.d + one.h), 0);
}

/** @param {Laid[]} laid */
function byId(laid) {
  return new Map(laid.map((one) => [one.id, one]));
}

/**
 * @param {Item[][]} piles @param {string} side @param {Map<string, number>} xs @param {number} size
 * @param {Measure} measure @param {number} width @returns {Loose[]}
 */
function loose(piles, side, xs, size, measure, width) {
  return piles
    .filter((pile) => (pile[0].side || 'up') === side && xs.has(pile[0].lane ?? ''))
    .map((pile) => {
      const top = pile[0];
      const shown = pile.length > 1 ? { ...top, text: clip(top.text), extra: [], mark: true } : top;
      const sheet = noteSize(shown, size, measure);
      const w = Math.min(sheet.w, width);
      const h = w < sheet.w ? noteSize(shown, size, measure, w).h : sheet.h;
      const id = pile.length > 1 ? `${top.lane} ${side}` : top.id;
      return { id, ids: pile.map((item) => item.id), at: xs.get(top.lane ?? '') ?? 0, w, h };
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** @template T @param {T[]} items @param {(item: T) => string} key @returns {Map<string, T[]>} */
function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    const list = groups.get(name);
    if (list) list.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
