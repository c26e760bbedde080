/**
 * Where the papers lie: pure functions from notes and a size in pixels to boxes.
 *
 * No note may hide another's text. While there is room papers lie side by side; then the type shrinks; then papers
 * of one place become a stack with a count. A layout takes the one `before` it, so that a new note finds a free
 * place and the others stay where they are.
 *
 * No DOM, no clock and no randomness may live here; the width of a word comes in as `measure`.
 */

/**
 * @typedef {{id: string, text: string, lane?: string, side?: string, spot?: number, extra?: string[], mark?: boolean}} Item
 *   `extra`: smaller lines that belong to the note (what it points at, comments).
 * @typedef {{x: number, y: number, w: number, h: number}} Rect
 * @typedef {Rect & {id: string, ids: string[], off?: boolean}} Box   one paper, or a stack when `ids` holds more than
 *   one; `off`: it lies so far from its year that it should say it
 * @typedef {(text: string) => number} Measure   width in em, of a word in the type of a note
 * @typedef {Map<string, Box>} Boxes
 */

/** The measures of a sheet of paper, in em of its own type. */
export const PAPER = Object.freeze({
  line: 1.22,
  extraLine: 1.3,
  extraSize: 0.74,
  padX: 0.72,
  padTop: 0.6,
  padBottom: 0.66,
  mark: 0.5,
  narrow: 7.4,
  wide: 15,
  gap: 0.5,
});

const NARROW = new Set([...`iljtfrI.,:;!'|()[] -`]);
const WIDE = new Set([...'mwMWæÆ@%']);

/**
 * A word's width in em without a canvas: close enough to lay paper out, and the same on every machine.
 * @type {Measure}
 */
export function roughWidth(text) {
  let em = 0;
  for (const letter of text) {
    if (NARROW.has(letter)) em += 0.31;
    else if (WIDE.has(letter)) em += 0.86;
    else if ((letter.codePointAt(0) ?? 0) > 0x2000) em += 1.25;
    else if (letter >= 'A' && letter <= 'Z') em += 0.66;
    else em += 0.56;
  }
  return em;
}

/**
 * How many lines a text takes in a column `em` wide; a word longer than the line is broken.
 * @param {string} text @param {number} em @param {Measure} measure
 */
export function lineCount(text, em, measure) {
  const space = 0.26;
  let lines = 0;
  for (const part of text.split('\n')) {
    let used = 0;
    lines += 1;
    for (const word of part.split(/\s+/u).filter(Boolean)) {
      const width = measure(word);
      if (used > 0 && used + space + width <= em) {
        used += space + width;
      } else if (width <= em) {
        if (used > 0) lines += 1;
        used = width;
      } else {
        if (used > 0) lines += 1;
        const more = Math.ceil(width / (em * 0.94)) - 1;
        lines += more;
        used = Math.min(em, width - more * em * 0.94);
      }
    }
  }
  return lines;
}

/**
 * The size of one paper in pixels. Short texts get a small sheet, long ones a wide one, and a sheet is as wide as
 * its longest word where that is possible at all.
 * @param {Item} item @param {number} size type size in px @param {Measure} measure @param {number} [width] fixed width, px
 * @returns {{w: number, h: number}}
 */
export function paper(item, size, measure, width) {
  const em = width === undefined ? naturalWidth(item.text, measure) : width / size;
  const inner = Math.max(1, em - 2 * PAPER.padX);
  let height = lineCount(item.text, inner, measure) * PAPER.line + PAPER.padTop + PAPER.padBottom;
  if (item.mark) height += PAPER.mark;
  for (const line of item.extra ?? []) {
    const room = inner / PAPER.extraSize - 0.9;
    height += (lineCount(line, room, measure) * PAPER.extraLine + 0.4) * PAPER.extraSize;
  }
  return { w: Math.round(em * size), h: Math.round(Math.max(height, 2.7) * size) };
}

/** @param {string} text @param {Measure} measure */
function naturalWidth(text, measure) {
  const longest = Math.max(0, ...text.split(/\s+/u).map(measure));
  const least = Math.min(PAPER.wide, Math.max(PAPER.narrow, longest + 2 * PAPER.padX + 0.2));
  for (let em = least; em < PAPER.wide; em += 1) {
    const lines = lineCount(text, em - 2 * PAPER.padX, measure);
    if (lines * PAPER.line + 1.2 <= em * 0.72) return em;
  }
  return PAPER.wide;
}

/* ---- lying free beside a line ------------------------------------------------------------------------------- */

/**
 * @typedef {{id: string, ids: string[], at: number, w: number, h: number}} Loose  a paper that wants to lie at x = `at`
 * @typedef {{id: string, ids: string[], at: number, x: number, d: number, w: number, h: number}} Laid  `d`: distance from the line
 */

/**
 * Lay papers beside a line, each as near to its own place on it as there is room; those in `before` stay.
 * @param {Loose[]} papers
 * @param {{left: number, right: number, depth: number, gap: number, before?: Map<string, Laid>, aside?: number, taken?: Laid[]}} room
 *   `aside`: what a pixel to the side costs against a pixel away from the line; `taken`: places that others have
 * @returns {Laid[] | null} null when they do not all fit
 */
export function beside(papers, { left, right, depth, gap, before = new Map(), aside = 1.15, taken = [] }) {
  /** @type {Laid[]} */
  const laid = [];
  /** @type {Loose[]} */
  const rest = [];
  for (const one of papers) {
    const old = before.get(one.id);
    const fits = old && old.w === one.w && old.h === one.h && old.d + one.h <= depth && old.x >= left - 1
      && old.x + one.w <= right + 1 && Math.abs(old.x + old.w / 2 - one.at) <= one.w * (aside < 0.15 ? 2.5 : 1.3) + 2
      && ![...taken, ...laid].some((other) => touch(other, { ...old, ...one }, gap));
    if (old && fits) laid.push({ ...old, ids: one.ids, at: one.at });
    else rest.push(one);
  }
  for (const one of rest) {
    const place = nearest(one, [...taken, ...laid], { left, right, depth, gap, aside });
    if (!place) return null;
    laid.push(place);
  }
  return laid;
}

/** @param {{x: number, d: number, w: number, h: number}} a @param {{x: number, d: number, w: number, h: number}} b @param {number} gap */
function touch(a, b, gap) {
  return a.x < b.x + b.w + gap && b.x < a.x + a.w + gap && a.d < b.d + b.h + gap && b.d < a.d + a.h + gap;
}

/** How far to the side a paper may lie, in its own widths. */
const NEAR = [0, 0.18, -0.18, 0.36, -0.36, 0.55, -0.55, 0.8, -0.8, 1.1, -1.1];
const FAR = [1.4, -1.4, 1.8, -1.8, 2.3, -2.3];

/**
 * @param {Loose} one @param {Laid[]} laid
 * @param {{left: number, right: number, depth: number, gap: number, aside: number}} room @returns {Laid | null}
 */
function nearest(one, laid, { left, right, depth, gap, aside }) {
  const home = one.at - one.w / 2;
  const most = Math.max(left, right - one.w);
  const xs = new Set();
  for (const share of aside < 0.15 ? [...NEAR, ...FAR] : NEAR) {
    xs.add(Math.round(Math.min(Math.max(home + share * one.w, left), most)));
  }
  const own = Math.min(Math.max(home, left), most);
  let best = null;
  let least = Infinity;
  for (const x of xs) {
    const d = lowest(x, one, laid, gap);
    if (d + one.h > depth) continue;
    const cost = d + Math.abs(x - own) * aside;
    if (cost < least) {
      least = cost;
      best = { id: one.id, ids: one.ids, at: one.at, x, d, w: one.w, h: one.h };
    }
  }
  return best;
}

/** @param {number} x @param {Loose} one @param {Laid[]} laid @param {number} gap */
function lowest(x, one, laid, gap) {
  const column = laid.filter((o) => o.x < x + one.w + gap && x < o.x + o.w + gap).sort((a, b) => a.d - b.d);
  let d = 0;
  for (const other of column) {
    if (d + one.h + gap <= other.d) return d;
    d = Math.max(d, other.d + other.h + gap);
  }
  return d;
}

/**
 * Lay papers on `count` shelves beside a line, with as little moving sideways as can be.
 * @param {Loose[]} papers in order of `at`
 * @param {{left: number, right: number, gap: number, count: number, near?: Set<string>, most: number}} room
 *   `near`: papers that must lie on the first shelf; `most`: how many of its widths a paper may be moved
 * @returns {{laid: Laid[], depth: number, cost: number} | null} null when they do not fit, or not so near
 */
export function shelves(papers, { left, right, gap, count, near = new Set(), most }) {
  const lines = Array.from({ length: count }, () => ({ papers: /** @type {Loose[]} */ ([]), end: left }));
  for (const one of papers) {
    const home = Math.max(left, one.at - one.w / 2);
    // The nearest shelf where it may lie at its own place, else the one with the most room.
    const line = near.has(one.id) ? lines[0] : lines.find(({ end }) => end <= home + one.w * 0.2)
      ?? lines.reduce((best, other) => (other.end < best.end ? other : best));
    line.papers.push(one);
    line.end = Math.max(line.end, home) + one.w + gap;
  }
  /** @type {Laid[]} */
  const laid = [];
  let depth = 0;
  let cost = 0;
  for (const line of lines) {
    const xs = spread(line.papers, left, right, gap);
    if (!xs) return null;
    for (const [i, one] of line.papers.entries()) {
      const moved = Math.abs(xs[i] + one.w / 2 - Math.min(Math.max(one.at, left + one.w / 2), right - one.w / 2)) / one.w;
      if (moved > most) return null;
      cost += moved * moved;
      laid.push({ id: one.id, ids: one.ids, at: one.at, x: Math.round(xs[i]), d: depth, w: one.w, h: one.h });
    }
    depth += Math.max(0, ...line.papers.map((one) => one.h)) + (line.papers.length ? gap : 0);
  }
  return { laid, depth: Math.max(0, depth - gap), cost };
}

/**
 * Places side by side, each as near its own as the others let it: pooled where they would meet.
 * @param {Loose[]} papers @param {number} left @param {number} right @param {number} gap @returns {number[] | null}
 */
function spread(papers, left, right, gap) {
  let offset = 0;
  /** @type {{sum: number, n: number}[]} */
  const pools = [];
  const offsets = papers.map((one) => {
    const at = offset;
    pools.push({ sum: one.at - one.w / 2 - at, n: 1 });
    for (let last = pools.length - 1; last > 0 && pools[last - 1].sum / pools[last - 1].n > pools[last].sum / pools[last].n; last -= 1) {
      const gone = /** @type {{sum: number, n: number}} */ (pools.pop());
      pools[last - 1].sum += gone.sum;
      pools[last - 1].n += gone.n;
    }
    offset += one.w + gap;
    return at;
  });
  const free = right - left - (offset - gap);
  if (papers.length && free < 0) return null;
  const bases = pools.flatMap((pool) => new Array(pool.n).fill(Math.min(Math.max(pool.sum / pool.n, left), left + free)));
  return offsets.map((at, i) => bases[i] + at);
}

/* ---- the timeline ------------------------------------------------------------------------------------------- */

/**
 * @typedef {object} TimelineRoom
 * @property {Item[]} items            notes of the years; `lane` is the year, `side` up, down or both
 * @property {{id: string, text: string, from: number, to: number}[]} [headings]
 * @property {number} from
 * @property {number} to
 * @property {number} width            px, the part for the years
 * @property {number} height           px; Infinity lets the picture grow
 * @property {number[]} sizes          type sizes to try, largest first
 * @property {Measure} [measure]
 * @property {Timeline} [before]
 * @property {number} [least]          px each side keeps when the picture grows
 *
 * @typedef {object} Timeline
 * @property {number} size
 * @property {number} height
 * @property {number} axis             y of the line's middle
 * @property {number} line             height of the strip with the years
 * @property {Rect[]} both             pockets under the years for notes of both kinds
 * @property {number} head             height kept for period headings, at the top
 * @property {number} share            the part of the height above the line
 * @property {{year: number, x: number, strong: boolean, shown: boolean}[]} years
 * @property {{id: string, x: number, w: number, y: number, h: number, shift: number}[]} headings  `shift`: of the words
 * @property {Boxes} boxes
 * @property {Map<string, Map<string, Laid>>} laid
 */

/**
 * A line of years with papers over and under it.
 * @param {TimelineRoom} room @returns {Timeline}
 */
export function timeline(room) {
  const { sizes, before } = room;
  // Fewer notes than before may have larger type again, but not for a single note's sake: paper should lie still.
  const calm = before && room.items.length > before.boxes.size * 0.6 ? Math.max(0, sizes.indexOf(before.size)) : 0;
  const alone = room.items.map((item) => [item]);
  for (const size of sizes.slice(calm)) {
    const plan = tryTimeline(room, size, alone);
    if (plan) return plan;
  }
  return stackedTimeline(room);
}

/** Stack as few notes as it takes, from the places with the most. @param {TimelineRoom} room @returns {Timeline} */
function stackedTimeline(room) {
  const smallest = room.sizes.at(-1) ?? 16;
  const steps = stackingSteps(room.items);
  for (const size of [1, 0.91, 0.82, 0.74, 0.66, 0.5].map((share) => smallest * share)) {
    let low = 0;
    let high = steps;
    let best = null;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const plan = tryTimeline(room, size, stacked(room.items, middle));
      if (plan) {
        best = plan;
        high = middle - 1;
      } else low = middle + 1;
    }
    if (best) return best;
  }
  return /** @type {Timeline} */ (tryTimeline({ ...room, height: Infinity }, smallest, stacked(room.items, steps)));
}

/** @param {Item[]} items */
function places(items) {
  return [...groupBy(items, (item) => `${item.lane} ${item.side}`).values()]
    .map((group) => [...group].sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** How many notes can go into stacks, if every place keeps one stack. @param {Item[]} items */
function stackingSteps(items) {
  return places(items).reduce((total, group) => total + group.length - 1, 0);
}

/**
 * Piles after `steps` notes went under another: each time in the place with the most sheets side by side.
 * @param {Item[]} items @param {number} steps @returns {Item[][]}
 */
function stacked(items, steps) {
  const groups = places(items).map((group) => ({ group, open: group.length }));
  for (let i = 0; i < steps; i += 1) {
    const fullest = groups.reduce((most, one) => (one.open > most.open ? one : most));
    if (fullest.open <= 1) break;
    fullest.open -= 1;
  }
  return groups.flatMap(({ group, open }) => [...group.slice(0, open - 1).map((item) => [item]), group.slice(open - 1)]);
}

/**
 * @typedef {object} Manner  one way to lay papers beside the line
 * @property {number} aside     see `beside`
 * @property {boolean} [anew]   nothing stays where it was
 * @property {number} [share]   the part of the height that the upper side may take
 * @property {'up' | 'down'} [first]  this side takes what it needs, the other has what is left
 * @property {'at' | 'late' | 'tall'} [order]  which papers are laid first
 * @property {number} [shelves]  lay all anew on shelves; a paper is moved by this many of its widths at most
 */

/** First each paper at its year; where that takes too much height, further to the side. @type {Manner[]} */
const EASY = [
  { aside: 1.15 }, { aside: 0.5, first: 'up' }, { aside: 0.5, first: 'down' }, { aside: 0.3, first: 'up' }, { aside: 0.3, first: 'down' },
  { aside: 0, shelves: 1.1 },
];
/** In the smallest type everything is tried before a paper goes under another. @type {Manner[]} */
const HARD = [
  ...EASY, { aside: 0, shelves: 1.7 }, { aside: 0, shelves: 2.6 },
  { aside: 0.3, first: 'up', anew: true }, { aside: 0.3, first: 'down', anew: true }, { aside: 0.3, share: 0.5, anew: true },
  { aside: 0.3, first: 'up', anew: true, order: 'tall' }, { aside: 0.3, first: 'down', anew: true, order: 'late' },
  { aside: 0.12, first: 'up' }, { aside: 0.12, first: 'down' }, { aside: 0.12, first: 'up', anew: true }, { aside: 0.12, share: 0.5, anew: true },
  { aside: 0.12, share: 0.6, anew: true }, { aside: 0.12, share: 0.4, anew: true }, { aside: 0.12, share: 0.5, anew: true, order: 'tall' },
];
/** As many papers do not lie beside each other anyhow: that is seen at once. */
const CROWD = 60;

/**
 * @param {TimelineRoom} room @param {number} size @param {Item[][]} piles
 * @returns {Timeline | null}
 */
function tryTimeline(room, size, piles) {
  const { from, to, width, measure = roughWidth } = room;
  const least = room.sizes.at(-1) ?? 0;
  const years = yearMarks(from, to, width, size);
  const xs = new Map(years.map((mark) => [String(mark.year), mark.x]));
  const papers = new Map(['up', 'both', 'down'].map((side) => [side, loose(piles, side, xs, size, measure, width)]));
  const headings = bracketRows(room.headings ?? [], xs, Math.max(size, least * 1.06), measure, width);
  const manners = room.height === Infinity ? [{ aside: 0.3 }] : size > least ? EASY : piles.length > CROWD ? HARD.slice(3, 9) : HARD;
  for (const manner of manners) {
    const plan = layTimeline(room, { size, years, papers, headings, manner });
    if (plan) return plan;
  }
  return null;
}

/**
 * @param {TimelineRoom} room
 * @param {{size: number, years: Timeline['years'], papers: Map<string, Loose[]>, headings: ReturnType<typeof bracketRows>, manner: Manner}} how
 * @returns {Timeline | null}
 */
function layTimeline(room, { size, years, papers, headings, manner }) {
  const { width, before } = room;
  const grows = room.height === Infinity;
  const gap = PAPER.gap * size;
  const line = size * 2.1;
  const head = headings.height;
  const kept = before && before.size === size && !manner.anew ? before.laid : new Map();
  const free = grows ? Infinity : room.height - head - line;
  const sides = manner.shelves ? onShelves(papers, width, free, gap, manner.shelves) : besideLine(papers, width, free, gap, manner, kept);
  if (!sides) return null;
  const { up, both, down } = sides;
  const held = pockets(both, gap);
  const needUp = deepest(up) + gap;
  const needDown = deepest([...down, ...held]) + gap;
  if (needUp + needDown > free) return null;
  const share = grows ? 0.5 : fairShare(needUp, needDown, free, before?.share);
  const least = room.least ?? size * 5;
  const above = grows ? Math.max(least, needUp + gap) : free * share;
  const below = grows ? Math.max(least, needDown + gap) : free * (1 - share);
  const axis = head + above + line / 2;
  const floor = axis + line / 2;
  /** @type {Boxes} */
  const boxes = new Map();
  for (const one of up) boxes.set(one.id, box(one, axis - line / 2 - one.d - one.h, years));
  for (const one of [...both, ...down]) boxes.set(one.id, box(one, floor + one.d, years));
  return {
    size, axis, line, head, share, years, boxes,
    // A pocket holds the years over it too: what lies in it lies on the line.
    both: held.map((one) => ({ x: one.x, y: floor - line, w: one.w, h: one.h + line })),
    height: grows ? head + above + line + below : room.height,
    headings: headings.rows,
    laid: new Map([['up', byId(up)], ['both', byId(both)], ['down', byId(down)]]),
  };
}

/** @typedef {{up: Laid[], both: Laid[], down: Laid[]}} Sides */

/**
 * @param {Map<string, Loose[]>} papers @param {number} width @param {number} free @param {number} gap @param {Manner} manner
 * @param {Map<string, Map<string, Laid>>} kept @returns {Sides | null}
 */
function besideLine(papers, width, free, gap, manner, kept) {
  const lay = (/** @type {string} */ side, /** @type {number} */ tall, /** @type {Laid[]} */ taken = []) =>
    beside(inTurn(papers.get(side) ?? [], manner.order), {
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
 * As many shelves on each side as moves papers least sideways.
 * @param {Map<string, Loose[]>} papers @param {number} width @param {number} free @param {number} gap @param {number} most @returns {Sides | null}
 */
function onShelves(papers, width, free, gap, most) {
  const both = papers.get('both') ?? [];
  const near = new Set(both.map((one) => one.id));
  const low = [...both, ...(papers.get('down') ?? [])].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const plans = (/** @type {Loose[]} */ side) => [1, 2, 3, 4, 5, 6].flatMap((count) => shelves(side, { left: 0, right: width, gap, count, near, most }) ?? []);
  let best = null;
  let least = Infinity;
  const lows = plans(low);
  for (const up of plans(papers.get('up') ?? [])) {
    for (const down of lows) {
      if (up.cost + down.cost >= least || up.depth + down.depth + gap * 2.5 > free) continue;
      least = up.cost + down.cost;
      best = { up: up.laid, both: down.laid.filter((one) => near.has(one.id)), down: down.laid.filter((one) => !near.has(one.id)) };
    }
  }
  return best;
}

/** @param {Loose[]} papers @param {Manner['order']} order */
function inTurn(papers, order = 'at') {
  if (order === 'late') return [...papers].reverse();
  return order === 'tall' ? [...papers].sort((a, b) => b.h * b.w - a.h * a.w || a.at - b.at || (a.id < b.id ? -1 : 1)) : papers;
}

/** Where papers of both kinds lie: a pocket round those that lie together, from the line down. @param {Laid[]} both @param {number} gap @returns {Laid[]} */
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
 * The part above the line: half, or as it was, moved only as far as it must be.
 * @param {number} up @param {number} down @param {number} all @param {number} [was]
 */
function fairShare(up, down, all, was = 0.5) {
  return Math.min(1 - down / all, Math.max(up / all, was));
}

/**
 * @param {Laid & {at?: number}} one @param {number} y @param {{x: number}[]} years @returns {Box}
 */
function box(one, y, years) {
  const step = years.length > 1 ? years[1].x - years[0].x : Infinity;
  // A paper that had to move far from its year says which year it is.
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
      const sheet = paper(shown, size, measure);
      const w = Math.min(sheet.w, width);
      const h = w < sheet.w ? paper(shown, size, measure, w).h : sheet.h;
      const id = pile.length > 1 ? `${top.lane} ${side}` : top.id;
      return { id, ids: pile.map((item) => item.id), at: xs.get(top.lane ?? '') ?? 0, w, h };
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** The text on top of a stack, short enough for a small sheet. @param {string} text */
export function clip(text) {
  return text.length <= 24 ? text : `${text.slice(0, 22).replace(/\s+\S*$/u, '')} …`;
}

/**
 * The years on the line: the first, the last and every fifth are strong; where it is tight only those are written.
 * @param {number} from @param {number} to @param {number} width @param {number} size
 */
export function yearMarks(from, to, width, size) {
  const count = Math.max(1, to - from + 1);
  const step = width / count;
  const tight = step < size * 2.9;
  const marks = [];
  for (let year = from; year <= to; year += 1) {
    const end = year === from || year === to;
    const strong = end || year % 5 === 0;
    const near = !end && (year - from) * step < size * 3 || !end && (to - year) * step < size * 3;
    marks.push({ year, x: Math.round((year - from + 0.5) * step), strong, shown: !tight || end || (strong && !near) });
  }
  return marks;
}

/**
 * Headings of periods as brackets; those that would touch get a row of their own.
 * @param {{id: string, text: string, from: number, to: number}[]} headings @param {Map<string, number>} xs
 * @param {number} size @param {Measure} measure @param {number} width
 */
function bracketRows(headings, xs, size, measure, width) {
  const step = width / Math.max(1, xs.size);
  const tall = size * 2.5;
  /** @type {number[]} */
  const ends = [];
  const rows = [...headings]
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))
    .flatMap((heading) => {
      const first = xs.get(String(heading.from));
      const last = xs.get(String(heading.to));
      if (first === undefined || last === undefined) return [];
      const left = Math.max(0, Math.min(first, last) - step * 0.46);
      const right = Math.min(width, Math.max(first, last) + step * 0.46);
      const words = Math.min(width, heading.text.split(' ').reduce((sum, word) => sum + measure(word) + 0.26, 0) * size * 1.06);
      const reach = Math.max(right, left + words + size * 0.5);
      let row = ends.findIndex((end) => end <= left);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = reach;
      // Words that would run out over the edge begin further to the left.
      const shift = Math.round(Math.max(-left, Math.min(0, width - left - words)));
      return [{ id: heading.id, x: Math.round(left), w: Math.round(right - left), y: row * tall, h: tall, shift }];
    });
  return { rows, height: ends.length * tall };
}

/* ---- papers in a panel -------------------------------------------------------------------------------------- */

/**
 * @typedef {object} FlowRoom
 * @property {Item[]} items
 * @property {number} width
 * @property {number} height          px; Infinity lets the panel grow
 * @property {number[]} sizes
 * @property {Measure} [measure]
 * @property {Flow} [before]
 *
 * @typedef {object} Flow
 * @property {number} size
 * @property {number} height
 * @property {number} columns
 * @property {Boxes} boxes
 */

/**
 * Papers in a panel, in columns, the shortest column next; what does not fit at the smallest type lies in one stack.
 * @param {FlowRoom} room @returns {Flow}
 */
export function flow(room) {
  const { before } = room;
  const calm = before && room.items.length >= before.boxes.size * 0.6 ? Math.max(0, room.sizes.indexOf(before.size)) : 0;
  const smallest = room.sizes.at(-1) ?? 16;
  for (const size of room.sizes.slice(calm)) {
    for (const fewer of [0, 1]) {
      const plan = tryFlow(room, size, room.items.length, fewer);
      if (plan && wordsFit(room, plan)) return plan;
    }
  }
  const torn = tryFlow(room, smallest, room.items.length);
  if (torn) return torn;
  for (let count = room.items.length - 2; count >= 0; count -= 1) {
    const plan = tryFlow(room, smallest, count);
    if (plan) return plan;
  }
  return /** @type {Flow} */ (tryFlow({ ...room, height: Infinity }, smallest, 0));
}

/** Whether no ordinary long word is broken: smaller type reads better than a torn word. @param {FlowRoom} room @param {Flow} plan */
function wordsFit({ items, measure = roughWidth }, plan) {
  return items.every((item) => {
    const box = plan.boxes.get(item.id);
    const inner = box ? box.w / plan.size - 2 * PAPER.padX : Infinity;
    return item.text.split(/\s+/u).every((word) => measure(word) <= inner || measure(word) > 11);
  });
}

/**
 * @param {FlowRoom} room @param {number} size @param {number} count how many lie by themselves
 * @param {number} [fewer] columns less than usual @returns {Flow | null}
 */
function tryFlow(room, size, count, fewer = 0) {
  const { width, height, measure = roughWidth } = room;
  const gap = Math.round(PAPER.gap * size);
  const most = Math.max(1, Math.round((width + gap) / (size * 10.6 + gap)));
  const columns = Math.max(1, Math.min(most - fewer, room.items.length));
  const each = Math.floor((width - gap * (columns - 1)) / columns);
  const w = Math.min(each, Math.round(size * 14));
  const same = room.before && room.before.size === size && room.before.columns === columns ? room.before : undefined;
  const order = inOrder(room.items, same);
  const shown = order.slice(0, count);
  const rest = order.slice(count);
  const foot = new Array(columns).fill(0);
  /** @type {Boxes} */
  const boxes = new Map();
  const put = (/** @type {Item} */ item, /** @type {string[]} */ ids, /** @type {string} */ id) => {
    const old = same?.boxes.get(id);
    const kept = old ? Math.min(columns - 1, Math.round(old.x / (each + gap))) : -1;
    const column = kept >= 0 ? kept : foot.indexOf(Math.min(...foot));
    const h = paper(item, size, measure, w).h;
    if (foot[column] + h > height) return false;
    boxes.set(id, { id, ids, x: column * (each + gap), y: foot[column], w, h });
    foot[column] += h + gap;
    return true;
  };
  for (const item of shown) if (!put(item, [item.id], item.id)) return null;
  if (rest.length) {
    const top = { ...rest[0], text: clip(rest[0].text), extra: [], mark: true };
    if (!put(top, rest.map((item) => item.id), 'rest')) return null;
  }
  return { size, columns, boxes, height: Math.max(0, Math.max(...foot) - gap) };
}

/** Those that lay there before come first, from the top; new ones after them. @param {Item[]} items @param {Flow | undefined} before */
function inOrder(items, before) {
  const rank = (/** @type {Item} */ item) => before?.boxes.get(item.id)?.y ?? Infinity;
  return [...items].sort((a, b) => {
    const ra = rank(a);
    const rb = rank(b);
    if (ra !== rb) return ra - rb;
    const sa = a.spot ?? 0;
    const sb = b.spot ?? 0;
    return sa - sb || (a.id < b.id ? -1 : 1);
  });
}

/* ---- rows of a grid ----------------------------------------------------------------------------------------- */

/**
 * @typedef {{id: string, title: string, cells: Item[][]}} GridRow
 * @typedef {object} GridRoom
 * @property {GridRow[]} rows
 * @property {number[]} widths        px of each column of cells
 * @property {number} titleWidth      px of the row's title
 * @property {number} height          px for all rows
 * @property {number} [head]          em that the titles of the columns take
 * @property {number[]} sizes
 * @property {Measure} [measure]
 * @property {string} [focus]         the row that stays open when there is no room for all
 *
 * @typedef {object} Grid
 * @property {number} size
 * @property {number[]} heights
 * @property {Set<string>} folded     rows of which only the title shows
 * @property {Map<string, number>} open  `row cell`: how many of a cell's notes show; the others lie behind a count
 */

/**
 * The type size at which all rows fit. Where none does, long cells put notes behind a count, from the highest row;
 * then rows are folded to their title.
 * @param {GridRoom} room @returns {Grid}
 */
export function grid(room) {
  /** @type {Map<string, number>} */
  const open = new Map();
  const all = (/** @type {number} */ size) => room.rows.map((row) => rowHeight(room, row, size, open));
  const space = (/** @type {number} */ size) => room.height - (room.head ?? 0) * size;
  for (const size of room.sizes) {
    const heights = all(size);
    if (sum(heights) <= space(size)) return { size, heights, folded: new Set(), open };
  }
  const size = room.sizes.at(-1) ?? 16;
  let heights = all(size);
  while (sum(heights) > space(size) && shorten(room, size, heights, open)) heights = all(size);
  if (sum(heights) <= space(size)) return { size, heights, folded: new Set(), open };
  const line = size * 2.6;
  const folded = new Set(room.rows.map((row) => row.id));
  const order = [...room.rows].sort((a, b) => Number(b.id === room.focus) - Number(a.id === room.focus));
  let used = line * room.rows.length;
  for (const row of order) {
    const more = rowHeight(room, row, size, open) - line;
    if (used + more > space(size) && folded.size < room.rows.length) continue;
    used += more;
    folded.delete(row.id);
  }
  return { size, folded, open, heights: room.rows.map((row) => (folded.has(row.id) ? line : rowHeight(room, row, size, open))) };
}

/**
 * Put one more note behind a count, in the cell that makes the highest row high; false when nothing helps.
 * @param {GridRoom} room @param {number} size @param {number[]} heights @param {Map<string, number>} open
 */
function shorten(room, size, heights, open) {
  const order = room.rows.map((row, i) => ({ row, h: heights[i] })).filter(({ row }) => row.id !== room.focus).sort((a, b) => b.h - a.h);
  for (const { row, h } of order) {
    const talls = row.cells.map((items, i) => cellHeight(room, items, size, i, open.get(`${row.id} ${i}`)));
    const i = talls.indexOf(Math.max(...talls));
    const shown = open.get(`${row.id} ${i}`) ?? row.cells[i]?.length ?? 0;
    // The first to go leaves its place to the count.
    const next = shown === row.cells[i]?.length ? shown - 2 : shown - 1;
    if (talls[i] < h - 1 || next < 1) continue;
    open.set(`${row.id} ${i}`, next);
    return true;
  }
  return false;
}

/** @param {GridRoom} room @param {Item[]} items @param {number} size @param {number} at @param {number} [shown] */
function cellHeight({ widths, measure = roughWidth }, items, size, at, shown = items.length) {
  // A paper in a table keeps a little less room at its foot than one that lies free.
  const papers = items.slice(0, shown).map((item) => paper(item, size, measure, widths[at] - size * 0.8).h + size * 0.25);
  return sum(papers) + size * 0.8 + (shown < items.length ? size * 2 : 0);
}

/** @param {GridRoom} room @param {GridRow} row @param {number} size @param {Map<string, number>} open */
function rowHeight(room, row, size, open) {
  const { titleWidth, measure = roughWidth } = room;
  const title = lineCount(row.title, titleWidth / (size * 1.08) - 1.1, measure) * size * 1.06 * PAPER.line + size * 2;
  return Math.max(title, ...row.cells.map((items, i) => cellHeight(room, items, size, i, open.get(`${row.id} ${i}`))), size * 3);
}

/* ---- small things ------------------------------------------------------------------------------------------- */

/**
 * Sizes from large to small, in steps of about a tenth, so that type changes seldom and the room is used.
 * @param {number} most @param {number} least
 */
export function ladder(most, least) {
  const sizes = [];
  for (let size = most; size > least * 1.08; size /= 1.1) sizes.push(Math.round(size * 10) / 10);
  sizes.push(Math.round(least * 10) / 10);
  return sizes;
}

/**
 * Widths by weight, of which none is less than its least where the whole allows that.
 * @param {number[]} weights @param {number[]} leasts px @param {number} whole px @returns {number[]}
 */
export function shareOut(weights, leasts, whole) {
  const all = Math.max(0.001, sum(weights));
  const wanted = weights.map((one, at) => Math.max(leasts[at], (whole * one) / all));
  const over = sum(wanted) - whole;
  const spare = sum(wanted.map((one, at) => one - leasts[at]));
  if (spare < over) return weights.map((one) => (whole * one) / all);
  return wanted.map((one, at) => one - (spare > 0 ? (over * (one - leasts[at])) / spare : 0));
}

/**
 * Where the papers of a face-down pile lie, at most `most` of them: offsets in em and turns in degrees.
 * @param {number} count @param {number} [most]
 */
export function pile(count, most = 14) {
  const shown = Math.min(count, most);
  const sheets = [];
  for (let i = 0; i < shown; i += 1) {
    const turn = ((i * 47) % 13) - 6;
    sheets.push({ x: (((i * 29) % 17) - 8) * 0.05, y: -i * 0.16 + (((i * 31) % 11) - 5) * 0.03, turn });
  }
  return sheets;
}

/**
 * How long each of many notes waits before it turns: one after another, all within `within` ms.
 * @param {string[]} ids sorted @param {number} [within]
 * @returns {Map<string, number>}
 */
export function turnTimes(ids, within = 840) {
  const step = ids.length > 1 ? Math.min(120, within / (ids.length - 1)) : 0;
  return new Map(ids.map((id, i) => [id, Math.round(i * step)]));
}

/** @template T @param {T[]} items @param {(item: T) => string} key @returns {Map<string, T[]>} */
export function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    const list = groups.get(name);
    if (list) list.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, n) => total + n, 0);
}
