/**
 * The places of cards in the gallery: rows of equal places, in the order of the cards, jokers last. Places are kept for
 * jokers that are still to come: people stand and read, and a card that somebody writes moves no other.
 * Arithmetic only: what a card shows is drawn in gallery.js.
 */

/** @typedef {import('../../notes/measure.js').Rect} Rect */
/** @typedef {{text: string, joker: boolean}} Card  a joker that lies face down has the words of its back */
/** @typedef {(words: string, wide: number, size: number) => number} Rows  how many lines a text takes */
/** `back`: what stands on a joker that lies face down. @typedef {{cards: Card[], back: string, people: number, width: number, height: number, floor: number, rows: Rows}} Table */
/** @typedef {{size: number, places: Rect[], fits: boolean}} Laid  `places`: of the cards, and one more, where a joker is invited; `fits`: all can be read */

/** Font sizes of cards, px at a height of 1080 px. */
const SIZE = { most: 36, least: 22 };
const LINE = 1.18;
/** The margins of a card, and the height of the name at its foot, em. */
export const PAD = 0.72;
export const FOOT = 1.75;
/** The share of the people for whose jokers places are kept at once. */
const KEPT = 1 / 3;

/** @param {Table} table @returns {Laid} */
export function galleryRows(table) {
  const jokers = table.cards.filter(({ joker }) => joker).length;
  const step = Math.max(1, Math.ceil(table.people * KEPT));
  const kept = step * (Math.floor(jokers / step) + 1) - jokers;
  // A joker is somebody's own sentence: where one is too long for a card, all are two cards wide.
  for (const free of [kept, 1]) {
    const found = fitted(table, free, 1) ?? fitted(table, free, 2);
    if (found) return found;
  }
  const count = table.cards.length + 1;
  return { ...laid(table, 1, 2, Math.max(2, Math.ceil(Math.sqrt(count * 1.6))), (SIZE.least * table.floor) / 22).laid, fits: false };
}

/** The number of columns in which the type is largest; null if not even the smallest fits. @param {Table} table @param {number} free @param {number} wide @returns {Laid | null} */
function fitted(table, free, wide) {
  const { cards, back, floor, rows } = table;
  const texts = [...cards.map(({ text }) => text), back];
  const unit = floor / 22;
  const count = cards.length + free;
  const least = Math.ceil(Math.sqrt(count * 0.8));
  /** @type {Laid | null} */
  let best = null;
  for (let columns = Math.max(2, Math.min(least, count)); columns <= Math.max(3, Math.min(count, 9)); columns += 1) {
    for (let em = SIZE.most * unit; em >= SIZE.least * unit - 0.01; em -= unit) {
      if (best && em <= best.size) break;
      const { laid: found, high } = laid(table, free, wide, columns, em);
      const room = high - PAD * em * 1.7 - Math.max(FOOT * em, floor * 1.9);
      if (texts.every((text, at) => rows(text, found.places[at].w - 2 * PAD * em, em) * LINE * em <= room)) {
        best = found;
        break;
      }
    }
  }
  return best;
}

/** @param {Table} table @param {number} free places for jokers to come @param {number} wide of a joker, in cards @param {number} columns @param {number} size @returns {{laid: Laid, high: number}} `high`: of a row */
function laid({ cards, width, height, floor }, free, wide, columns, size) {
  const gap = floor * 0.75;
  const spans = [...cards.map(({ joker }) => (joker ? Math.min(wide, columns) : 1)), ...Array.from({ length: free }, () => Math.min(wide, columns))];
  let [x, y] = [0, 0];
  const cells = spans.map((span) => {
    if (x + span > columns) [x, y] = [0, y + 1];
    const cell = { x, y, span };
    x += span;
    return cell;
  });
  const w = (width - gap * (columns - 1)) / columns;
  const high = (height - gap * y) / (y + 1);
  const h = Math.min(high, floor * 12);
  const places = cells.slice(0, cards.length + 1).map((cell) => ({ x: cell.x * (w + gap), y: cell.y * (h + gap), w: cell.span * w + (cell.span - 1) * gap, h }));
  return { laid: { size, places, fits: true }, high };
}
