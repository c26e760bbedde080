/**
 * Lays the notes of a lane as papers, as lines of one sheet, or as small papers without words. Each depends only on the
 * notes, their order, the width and the font size: it is the same on every screen and after a reload, and a note that
 * comes last moves none of the others.
 *
 * No DOM, no clock and no randomness may live here.
 */
import { NOTE, insetOf, lengthOf, lineCount, noteSize } from '../notes/measure.js';

/** @typedef {import('../notes/measure.js').Item} Item */
/** @typedef {import('../notes/measure.js').Rect} Rect */
/** @typedef {import('../notes/measure.js').Measure} Measure */
/** @typedef {{boxes: Map<string, Rect>, width: number, height: number}} Laid   `width`: what the boxes take */
/** @typedef {Laid & {sheets: Rect[], odd: Set<string>}} Lined   a sheet behind each column of lines; every other line */
/** @typedef {{items: Item[], width: number, size: number, measure: Measure}} Ask */

/** The dimensions of a line on a sheet of lines, in em. */
const LINE = { height: 1.14, padX: 0.5, padY: 0.22, least: 13 };
/** How wide a column of papers is, em, and how many characters are so long that their paper takes two columns. */
const IDEAL = 10.6;
const LONG = 90;
/** A paper is not wider than this, em, by the length of its text, where its column is. */
const WIDEST = [[90, 15.4], [200, 21], [Infinity, 30.5]];
/** A small paper, in em of the smallest type, and the distance to the next. */
export const MINI = { w: 2, h: 1.1, gap: 0.34 };

/** What was measured of texts before: layouts are tried in many sizes, and anew at every change. @type {Map<string, number>} */
const known = new Map();
/** The typeface and the hyphens that were measured with. */
let face = '';

/** Before a layout: forget what was measured with another typeface or with other hyphens. @param {Measure} measure */
export function measureWith(measure) {
  const now = [measure('Tavle'), measure.pieces?.('arbejdstilrettelæggelse', 6)].join(' ');
  if (now !== face || known.size > 20000) known.clear();
  face = now;
}

/** @param {string} key @param {() => number} count @returns {number} */
function remembered(key, count) {
  let found = known.get(key);
  if (found === undefined) known.set(key, found = count());
  return found;
}

/**
 * Papers in columns of equal width, each note in the shortest column. A long text, or one with a word that would be
 * broken in one column, takes two. How many columns there are depends on the width alone: what comes moves nothing.
 * @param {Ask & {widest?: number, columns?: number}} ask  `widest`: of a paper, em; `columns`: so many, one for each paper
 * @returns {Laid}
 */
export function papers({ items, width, size, measure, widest = 14, columns }) {
  const gap = Math.round(NOTE.gap * size);
  const many = columns ?? Math.max(1, Math.round((width + gap) / (size * IDEAL + gap)));
  const each = Math.floor((width - gap * (many - 1)) / many);
  const foot = new Array(many).fill(0);
  /** @type {Map<string, Rect>} */
  const boxes = new Map();
  for (const item of items) {
    const length = lengthOf(item);
    const span = columns === undefined && many > 1 && (length > LONG || breaks(item, each / size, measure)) ? 2 : 1;
    const most = WIDEST.find(([long]) => length <= long)?.[1] ?? 30.5;
    const w = Math.min(each * span + gap * (span - 1), Math.round(size * Math.max(widest, most)));
    const ends = Array.from({ length: many - span + 1 }, (_, at) => Math.max(...foot.slice(at, at + span)));
    const column = ends.indexOf(Math.min(...ends));
    const h = remembered(`paper ${w} ${size} ${item.least} ${item.mark} ${item.text}\0${item.flat}\0${item.extra?.join('\0')}`, () => noteSize(item, size, measure, w).h);
    boxes.set(item.id, { x: column * (each + gap), y: ends[column], w, h });
    foot.fill(ends[column] + h + gap, column, column + span);
  }
  return { boxes, width: each * many + gap * (many - 1), height: Math.max(0, Math.max(...foot) - gap) };
}

/** Whether a word of up to 11 em would be broken in a paper of this width, em. @param {Item} item @param {number} em @param {Measure} measure */
function breaks(item, em, measure) {
  const inner = em - 2 * NOTE.padX;
  const widest = remembered(`word ${item.text}`, () => Math.max(0, ...item.text.split(/\s+/u).map(measure).filter((wide) => wide <= 11)));
  return widest > inner;
}

/**
 * Notes as the lines of a sheet, in as many columns as given, filled one after another; null when they do not fit.
 * @param {Ask & {height: number, columns?: number}} ask @returns {Lined | null}
 */
export function lines({ items, width, height, size, measure, columns = 1 }) {
  const gap = size * 0.8;
  const w = Math.floor((width - gap * (columns - 1)) / columns);
  if (columns > 1 && w < LINE.least * size) return null;
  const pad = Math.round(LINE.padY * size);
  const inner = w / size - 2 * LINE.padX;
  const said = (/** @type {Item} */ { text, edge }) => (edge ? `${text} ${edge.replace(/\s/gu, 'n')}iii` : text);
  const talls = items.map((item) => remembered(`line ${w} ${size} ${said(item)}\0${item.flat}\0${item.extra?.join('\0')}`, () => Math.round(
    (lineCount(said(item), inner, measure) * LINE.height
    + (item.extra ?? []).reduce((sum, text, at) => sum + lineCount(text, inner - insetOf(item, at), measure) * LINE.height, 0)) * size)));
  const all = talls.reduce((sum, tall) => sum + tall, 0);
  const most = height === Infinity ? all / columns + Math.max(0, ...talls) : height - 2 * pad;
  /** @type {Map<string, Rect>} */
  const boxes = new Map();
  /** @type {Rect[]} */
  const sheets = [];
  const odd = new Set();
  let column = 0;
  let y = 0;
  for (const [at, item] of items.entries()) {
    if (y + talls[at] > most) {
      column += 1;
      y = 0;
    }
    if (column >= columns || talls[at] > most) return null;
    const x = column * (w + gap);
    boxes.set(item.id, { x, y: y + pad, w, h: talls[at] });
    if (at % 2) odd.add(item.id);
    y += talls[at];
    sheets[column] = { x, y: 0, w, h: y + 2 * pad };
  }
  return { boxes, sheets, odd, width, height: Math.max(0, ...sheets.map((sheet) => sheet.h)) };
}

/** Small papers in rows, from the left. @param {{items: {id: string}[], width: number, size: number}} ask @returns {Laid} */
export function minis({ items, width, size }) {
  const gap = MINI.gap * size;
  const w = Math.min(width, MINI.w * size);
  const h = MINI.h * size;
  const across = Math.max(1, Math.floor((width + gap) / (w + gap)));
  /** @type {Map<string, Rect>} */
  const boxes = new Map();
  items.forEach((item, at) => {
    boxes.set(item.id, { x: (at % across) * (w + gap), y: Math.floor(at / across) * (h + gap), w, h });
  });
  const rows = Math.ceil(items.length / across);
  return { boxes, width: Math.min(items.length, across) * (w + gap) - gap, height: Math.max(0, rows * (h + gap) - gap) };
}

/** The font sizes that a lane is tried in: few, so that a new note seldom changes them. @param {number[]} sizes largest first */
export function coarse(sizes) {
  return sizes.filter((_, at) => at % 2 === 0 || at === sizes.length - 1);
}
