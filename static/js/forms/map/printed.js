/**
 * A map laid for a poster, by the same code as on screens: the process that makes files runs it (server/export/maps.py),
 * bundled into lib/print/map.js. It gets what a map holds, and how wide words are in the poster's typeface, and says where
 * papers, names and lines lie, px of the frame.
 *
 * No DOM may live here, and nothing that only a browser has.
 */
import * as da from '../../../lib/hyphen-da.js';
import * as en from '../../../lib/hyphen-en.js';
import { SOFT_HYPHEN, breaksOf, pieces, syllables } from '../../notes/hyphens.js';
import { HALF } from './circle.js';
import { storyOf } from './drawn.js';
import { FOOT, KICKER, SIDES, STRIP, TITLE, WORD, circleOf, clearest, dynamicsOf, inCentre, smallOf, starOf, stopWord } from './laid.js';
import { pictureNow } from './parts.js';
import { FRAME, SIZES } from './shapes.js';
import { ringTitle, turnWords } from './story.js';
import { arrowWays, nearWays, ringWays, rounded, straight } from './ways.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./laid.js').Told} Told */
/** @typedef {import('../../types.js').Shown} Shown */
/**
 * @typedef {object} Asked
 * @property {'da' | 'en'} lang   of the words that are hyphenated
 * @property {any} sheet          its record, with its titles in one language
 * @property {any[]} notes        records of its notes
 * @property {any[]} circles      records of its circles
 * @property {Record<string, number>} widths  em of words, and of letters
 * @property {Record<string, {one: string, other: string}>} texts  map.bad, map.good, map.mixed and map.unnamed
 */
/** @typedef {{id: string, x: number, y: number, w: number, h: number, size: number, look: 'paper' | 'pale' | 'centre'}} Paper */
/** @typedef {Rect & {text: string, size: number, turn?: string, open?: boolean}} Words  `turn`: of a circle; `open`: nobody gave it a name */
/** @typedef {{line: string, head?: string, look: 'link' | 'stop' | 'spoke' | 'near' | 'hair', turn?: string}} Way  paths; `turn`: `good` for the left side */
/** @typedef {{turn: string, cx: number, cy: number, rx: number, ry: number, half: number, ways: {line: string, head: string}[], number?: number}} Band */
/**
 * @typedef {object} Printed
 * @property {{w: number, h: number}} frame
 * @property {Paper[]} papers
 * @property {Words[]} kickers  above circles' names
 * @property {Words[]} names
 * @property {Words[]} words    beside arrows that stop
 * @property {(Words & {side: string})[]} titles  of the sides
 * @property {Rect | null} centre
 * @property {Way[]} ways
 * @property {Band[]} bands
 * @property {Rect & {count: number} | null} strip  where what is not sorted lies
 */

/** @param {Asked} asked @returns {Told} */
function toldFrom({ lang, sheet, notes, circles, widths, texts }) {
  const known = new Map(notes.map((note) => [note.id, note]));
  const t = (/** @type {string} */ key, /** @type {any} */ { n } = { n: 1 }) => (texts[key]?.[n === 1 ? 'one' : 'other'] ?? '').replace('{n}', String(n));
  const shown = /** @type {Shown} */ (/** @type {unknown} */ ({
    sheets: [sheet], sheet: (/** @type {string} */ id) => (id === sheet.id ? sheet : null), notes, note: (/** @type {string} */ id) => known.get(id) ?? null,
    circles, round: null, rounds: [], board: null, lang, t, say: (/** @type {string | undefined} */ title) => title ?? '',
  }));
  /** @type {Map<string, any>} */
  const laid = new Map();
  const items = (/** @type {import('../../types.js').Note[]} */ list) => list.map((note) => /** @type {import('../drawing.js').NoteItem} */ ({ id: note.id, text: note.text, note }));
  return {
    made: { measure: measureOf(lang, widths), sheet }, shown, story: storyOf(/** @type {any} */ ({ shown, sheet, items })),
    // Nothing changes meanwhile.
    remembered(key, _asked, make) {
      if (!laid.has(key)) laid.set(key, make());
      return laid.get(key);
    },
  };
}

/** As the screens measure (board/hyphenate.js). @param {'da' | 'en'} lang @param {Record<string, number>} widths @returns {import('../../notes/measure.js').Measure} */
function measureOf(lang, widths) {
  const { createHyphenator, patterns, corrections } = lang === 'en' ? en : da;
  const hyphenate = createHyphenator(patterns, { hyphenChar: SOFT_HYPHEN, minWordLength: 5 });
  const breaks = breaksOf((word) => syllables(hyphenate(word)), corrections);
  /** @type {Map<string, string[]>} */
  const broken = new Map();
  const measure = (/** @type {string} */ word) => 0.02 + (widths[word] ?? [...word].reduce((sum, letter) => sum + (widths[letter] ?? 0.6), 0));
  return Object.assign(measure, {
    pieces(/** @type {string} */ word, /** @type {number} */ em) {
      if (!/\p{L}{5,}/u.test(word)) return [word];
      const key = `${em.toFixed(3)} ${word}`;
      if (!broken.has(key)) broken.set(key, pieces(word, em, measure, breaks));
      return /** @type {string[]} */ (broken.get(key));
    },
  });
}

/** @param {{w: number, h: number}} frame @returns {Printed} */
function empty(frame) {
  return { frame, papers: [], kickers: [], names: [], words: [], titles: [], centre: null, ways: [], bands: [], strip: null };
}

/** @param {Printed} into @param {import('./laid.js').Sheet} sheet @param {Rect} rect */
function putCentre(into, sheet, rect) {
  into.centre = rect;
  inCentre(sheet, rect).forEach((box, at) => into.papers.push({ ...box, id: sheet.items[at].id, size: sheet.size, look: 'centre' }));
}

/** @param {Told} told @param {Printed} into @param {import('./dynamics.js').Dynamics} laid @param {import('./arrows.js').Arrow[]} arrows */
function putLines(told, into, laid, arrows) {
  for (const ring of told.story.rings) {
    const circle = laid.circles.get(ring.id);
    if (!circle) continue;
    into.bands.push({ turn: ring.turn, ...circle.ellipse, half: HALF, ways: ringWays(circle) });
    if (!circle.name) continue;
    const { x, y, w, h, size } = circle.name;
    into.kickers.push({ x, y, w, h: KICKER.h, size: KICKER.size, text: turnWords(ring, told.shown), turn: ring.turn });
    into.names.push({ x, y: y + KICKER.h, w, h: h - KICKER.h, size, text: ringTitle(ring, told.shown), open: !ring.name });
  }
  for (const arrow of arrows) {
    into.ways.push({ ...arrowWays(arrow), look: arrow.stops ? 'stop' : 'link' });
    if (arrow.word) into.words.push({ ...arrow.word, size: WORD, text: stopWord(told) });
  }
}

/** @param {Told} told @param {number} size @returns {Printed | null} */
function dynamics(told, size) {
  const made = dynamicsOf(told, FRAME, size);
  if (!made) return null;
  const into = empty(made.inner);
  putLines(told, into, made.laid, made.arrows);
  if (made.laid.centre) putCentre(into, made.sheet, made.laid.centre);
  for (const { id } of made.items) into.papers.push({ id, .../** @type {Rect} */ (made.laid.boxes.get(id)), size, look: 'paper' });
  return into;
}

/** @param {Told} told @param {number} size @param {boolean} fanned @returns {Printed | null} */
function star(told, size, fanned) {
  const { story, shown } = told;
  const count = story.places.tray.length;
  const made = starOf(told, FRAME, size, count ? STRIP : 0, fanned);
  if (!made) return null;
  const { inner, titles } = made;
  const into = empty({ w: inner.w, h: FRAME.h - FOOT });
  for (const { left, right } of nearWays(inner)) into.ways.push({ line: left, look: 'near', turn: 'good' }, { line: right, look: 'near', turn: 'bad' });
  for (const side of SIDES) {
    const turn = side === 'left' ? 'good' : 'bad';
    into.titles.push({ ...titles[side], size: TITLE.size, text: shown.say(story.lane(side)?.title), turn, side });
    for (const { id } of story.places[side]) {
      const spoke = made.star.spokes.get(id);
      if (spoke) into.ways.push({ line: rounded(spoke), look: 'spoke', turn });
      into.papers.push({ id, .../** @type {Rect} */ (made.star.boxes.get(id)), size, look: 'paper' });
    }
  }
  putCentre(into, made.sheet, made.centre);
  if (count) into.strip = { x: 0, y: inner.h, w: inner.w, h: STRIP, count };
  return into;
}

/** One circle with what touches it. @param {Told} told @param {string} id @returns {Printed | null} */
function circle(told, id) {
  const ring = told.story.rings.find((one) => one.id === id);
  const frame = { w: FRAME.w, h: FRAME.h - FOOT };
  const made = ring && circleOf(told, ring, frame);
  if (!made) return null;
  const into = empty(frame);
  putLines(told, into, made.laid, made.arrows);
  for (const { id: note, rect, size, beside } of made.papers) into.papers.push({ ...rect, id: note, size, look: beside ? 'pale' : 'paper' });
  return into;
}

/** All circles and notes without words, circles numbered in their order. @param {Told} told @returns {Printed | null} */
function overview(told) {
  const frame = { w: FRAME.w, h: FRAME.h - FOOT };
  const made = smallOf(told, frame);
  if (!made) return null;
  const into = empty(frame);
  told.story.rings.forEach((ring, at) => {
    const found = made.laid.circles.get(ring.id);
    if (found) into.bands.push({ turn: ring.turn, ...found.ellipse, half: 10, ways: [], number: at + 1 });
  });
  for (const { from, to } of told.story.links) {
    const [p, q] = [from, to].map(({ id }) => made.laid.boxes.get(id));
    const along = told.story.rings.some(({ notes }) => notes.includes(from) && notes.includes(to));
    if (p && q && !along) into.ways.push({ line: straight({ x: p.x + p.w / 2, y: p.y + p.h / 2 }, { x: q.x + q.w / 2, y: q.y + q.h / 2 }), look: 'hair' });
  }
  for (const { id } of made.items) into.papers.push({ id, .../** @type {Rect} */ (made.laid.boxes.get(id)), size: 0, look: 'paper' });
  return into;
}

/** @type {Told | null} */
let now = null;

/** Take a map. @param {string} asked JSON @returns {string} JSON: which picture a wall would show, and its circles, by id */
export function take(asked) {
  now = toldFrom(JSON.parse(asked));
  return JSON.stringify({ picture: pictureNow(now.shown, now.made.sheet), circles: now.story.rings.map(({ id }) => id) });
}

/** Px of notes' letters, as on a wall, and smaller ones that paper bears. */
const PRINTED = [...SIZES, 21, 18, 15, 12];

/** A picture of the map that was taken, as JSON; '' where it does not fit. @param {'star' | 'dynamics' | 'circle' | 'overview'} what @param {number | string} how the least type, px, or a circle's id */
export function lay(what, how) {
  const told = now;
  if (!told) return '';
  const sizes = PRINTED.filter((size) => size >= Number(how));
  /** @type {Printed | null} */
  let made = null;
  if (what === 'circle') made = circle(told, String(how));
  else if (what === 'overview') made = overview(told);
  else if (what === 'dynamics') [made] = clearest(told, FRAME, sizes).map((size) => dynamics(told, size));
  else for (const fanned of [false, true]) for (const size of sizes) made ??= star(told, size, fanned);
  return made ? JSON.stringify(made) : '';
}
