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
 * @param {{left: number, right: number, depth: number, gap: number, before?: Map<string, Laid>, aside?: number}} room
 *   `aside`: what a pixel to the side costs against a pixel away from the line
 * @returns {Laid[] | null} null when they do not all fit
 */
export function beside(papers, { left, right, depth, gap, before = new Map(), aside = 1.15 }) {
  /** @type {Laid[]} */
  const laid = [];
  /** @type {Loose[]} */
  const rest = [];
  for (const one of papers) {
    const old = before.get(one.id);
    const fits = old && old.w === one.w && old.h === one.h && old.d + one.h <= depth && old.x >= left - 1
      && old.x + one.w <= right + 1 && Math.abs(old.x + old.w / 2 - one.at) <= one.w * (aside < 0.2 ? 2.5 : 1.3) + 2
      && !laid.some((other) => touch(other, { ...old, ...one }, gap));
    if (old && fits) laid.push({ ...old, ids: one.ids, at: one.at });
    else rest.push(one);
  }
  for (const one of rest) {
    const place = nearest(one, laid, { left, right, depth, gap, aside });
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
  for (const share of aside < 0.2 ? [...NEAR, ...FAR] : NEAR) {
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
 * @property {number} both             height of the strip for notes of both kinds, under the years
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
 * @param {TimelineRoom} room @param {number} size @param {Item[][]} piles
 * @returns {Timeline | null}
 */
function tryTimeline(room, size, piles) {
  const { width, from, to, before, measure = roughWidth } = room;
  const grows = room.height === Infinity;
  const years = yearMarks(from, to, width, size);
  const xs = new Map(years.map((mark) => [String(mark.year), mark.x]));
  const gap = PAPER.gap * size;
  const line = size * 2.1;
  const headings = bracketRows(room.headings ?? [], xs, size, measure, width);
  const head = headings.height;
  const kept = before && before.size === size ? before.laid : new Map();
  const free = grows ? Infinity : room.height - head - line;
  const lay = (/** @type {string} */ side, /** @type {number} */ aside) => beside(
    loose(piles, side, xs, size, measure, width),
    { left: 0, right: width, depth: free - gap, gap, before: kept.get(side), aside },
  );
  // First each paper at its year; where that takes too much height, further to the side, and far only in small type.
  const small = size <= (room.sizes.at(-1) ?? 0);
  for (const aside of grows ? [0.3] : small ? [1.15, 0.35, 0.12] : [1.15, 0.35]) {
    const both = lay('both', aside);
    const up = both && lay('up', aside);
    const down = up && lay('down', aside);
    if (!both || !up || !down) continue;
    const bothHeight = both.length ? deepest(both) + gap * 1.4 : 0;
    const needUp = deepest(up) + gap;
    const needDown = deepest(down) + gap;
    const left = free - bothHeight;
    if (needUp + needDown > left) continue;
    const share = grows ? 0.5 : fairShare(needUp, needDown, left, before?.share);
    const least = room.least ?? size * 5;
    const above = grows ? Math.max(least, needUp + gap) : left * share;
    const below = grows ? Math.max(least, needDown + gap) : left * (1 - share);
    const axis = head + above + line / 2;
    const floor = axis + line / 2;
    /** @type {Boxes} */
    const boxes = new Map();
    for (const one of up) boxes.set(one.id, box(one, axis - line / 2 - one.d - one.h, years));
    for (const one of both) boxes.set(one.id, box(one, floor + one.d + gap * 0.2, years));
    for (const one of down) boxes.set(one.id, box(one, floor + bothHeight + one.d, years));
    return {
      size, axis, line, both: bothHeight, head, share, years, boxes,
      height: grows ? head + above + line + bothHeight + below : room.height,
      headings: headings.rows,
      laid: new Map([['up', byId(up)], ['both', byId(both)], ['down', byId(down)]]),
    };
  }
  return null;
}

/** The part above the line: half, or as it was, moved only as far as it must be. @param {number} up @param {number} down @param {number} all @param {number} [was] */
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
      const shown = pile.length > 1 ? { ...top, text: clip(top.text), extra: ['+'], mark: false } : top;
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
  return text.length <= 30 ? text : `${text.slice(0, 28).replace(/\s+\S*$/u, '')} …`;
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
      const reach = Math.max(right, left + words);
      let row = ends.findIndex((end) => end + size * 0.5 <= left);
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
  const w = Math.min(each, Math.round(size * 12.5));
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
    const top = { ...rest[0], text: clip(rest[0].text), extra: ['+'] };
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
 * @property {number[]} sizes
 * @property {Measure} [measure]
 * @property {string} [focus]         the row that stays open when there is no room for all
 */

/**
 * The type size at which all rows fit, and the rows that must be folded to their title where none does.
 * @param {GridRoom} room @returns {{size: number, heights: number[], folded: Set<string>}}
 */
export function grid(room) {
  for (const size of room.sizes) {
    const heights = room.rows.map((row) => rowHeight(room, row, size));
    if (sum(heights) <= room.height) return { size, heights, folded: new Set() };
  }
  const size = room.sizes.at(-1) ?? 16;
  const line = size * 2.6;
  const folded = new Set(room.rows.map((row) => row.id));
  const order = [...room.rows].sort((a, b) => Number(b.id === room.focus) - Number(a.id === room.focus));
  let used = line * room.rows.length;
  for (const row of order) {
    const more = rowHeight(room, row, size) - line;
    if (used + more > room.height && folded.size < room.rows.length) continue;
    used += more;
    folded.delete(row.id);
  }
  return { size, folded, heights: room.rows.map((row) => (folded.has(row.id) ? line : rowHeight(room, row, size))) };
}

/** @param {GridRoom} room @param {GridRow} row @param {number} size */
function rowHeight({ widths, titleWidth, measure = roughWidth }, row, size) {
  const cell = (/** @type {Item[]} */ items, /** @type {number} */ width) =>
    sum(items.map((item) => paper(item, size, measure, width - size * 0.8).h + size * 0.4)) + size * 0.8;
  const title = lineCount(row.title, titleWidth / (size * 1.1), measure) * size * 1.1 * PAPER.line + size * 2;
  return Math.max(title, ...row.cells.map((items, i) => cell(items, widths[i])), size * 3);
}

/* ---- small things ------------------------------------------------------------------------------------------- */

/**
 * Sizes from large to small, in steps of about a seventh, so that type changes seldom and visibly.
 * @param {number} most @param {number} least
 */
export function ladder(most, least) {
  const sizes = [];
  for (let size = most; size > least * 1.08; size /= 1.17) sizes.push(Math.round(size * 10) / 10);
  sizes.push(Math.round(least * 10) / 10);
  return sizes;
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
