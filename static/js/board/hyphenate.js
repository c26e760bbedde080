/**
 * Hyphens on the screens that show board pictures: loads the library for the workshop's language, measures words, and
 * puts soft hyphens into the words on a page that are wider than their line. Only words that are too wide are broken, so
 * the browser's own hyphenation is switched off there (css/boards.css).
 */
import { SOFT_HYPHEN, breaksOf, pieces, softened, syllables } from '../notes/hyphens.js';
import { roughWidth } from '../notes/measure.js';

/** @typedef {import('../notes/hyphens.js').Breaks} Breaks */

/** A word that can be broken. */
const LONG = /\p{L}{5,}/u;
const MOST = 5000;

/** The breaks by language; null when the library could not be fetched. @type {Map<string, Breaks | null>} */
const known = new Map();
/** What is on its way: every drawing asks anew. @type {Map<string, Promise<unknown>>} */
const coming = new Map();
/** @type {Breaks | null} */
let current = null;

/**
 * Whether words of this language can be broken, or never will be; else it is being fetched, and `then` is called.
 * @param {string} lang @param {() => void} then
 */
export function ready(lang, then) {
  const found = known.get(lang);
  if (found === undefined) {
    if (!coming.has(lang)) coming.set(lang, fetchBreaks(lang).then((breaks) => known.set(lang, breaks), () => known.set(lang, null)));
    void coming.get(lang)?.then(then);
    return false;
  }
  if (found !== current) {
    current = found;
    widths.clear();
    broken.clear();
  }
  return true;
}

/** @param {string} lang @returns {Promise<Breaks>} */
async function fetchBreaks(lang) {
  const { createHyphenator, patterns, corrections } = await import(`../../lib/hyphen-${lang}.js`);
  const hyphenate = createHyphenator(patterns, { hyphenChar: SOFT_HYPHEN, minWordLength: 5 });
  const made = new Map();
  return (word) => {
    let breaks = made.get(word);
    if (!breaks) {
      breaks = breaksOf((low) => syllables(hyphenate(low)), corrections)(word);
      if (made.size > MOST) made.clear();
      made.set(word, breaks);
    }
    return breaks;
  };
}

/** Widths in em by font weight and word. @type {Map<string, number>} */
const widths = new Map();
/** @type {Map<string, string[]>} */
const broken = new Map();
/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;

/** Forget all widths: the font has been loaded. */
export function forgetWidths() {
  widths.clear();
  broken.clear();
}

/**
 * The measure of words in type of this weight, in em.
 * @param {number} weight @returns {import('../notes/measure.js').Measure}
 */
function measureFor(weight) {
  const measure = (/** @type {string} */ word) => {
    const key = `${weight} ${word}`;
    const width = widths.get(key);
    if (width !== undefined) return width;
    if (pen === undefined) pen = document.createElement('canvas').getContext('2d');
    if (!pen) return roughWidth(word);
    pen.font = `${weight} 100px ${getComputedStyle(document.body).fontFamily}`;
    const em = pen.measureText(word).width / 100 + 0.02;
    if (widths.size > MOST) widths.clear();
    widths.set(key, em);
    return em;
  };
  return Object.assign(measure, {
    pieces(/** @type {string} */ word, /** @type {number} */ em) {
      if (!current || !LONG.test(word)) return [word];
      const key = `${weight} ${em.toFixed(3)} ${word}`;
      let parts = broken.get(key);
      if (!parts) {
        parts = pieces(word, em, measure, current);
        if (broken.size > MOST) broken.clear();
        broken.set(key, parts);
      }
      return parts;
    },
  });
}

/** @type {Map<number, import('../notes/measure.js').Measure>} */
const measures = new Map();

/** @param {number} weight */
function measureOf(weight) {
  let measure = measures.get(weight);
  if (!measure) measures.set(weight, measure = measureFor(weight));
  return measure;
}

/** A word's width in em, in the type of notes. */
export const wordWidth = measureOf(560);

/**
 * Put soft hyphens into the words inside `roots` that are wider than their line, and take out those that are not needed
 * any more. All is read before anything is written. @param {Iterable<Element>} roots
 */
export function hyphenate(roots) {
  if (!current) return;
  /** @type {{node: Text, text: string}[]} */
  const changes = [];
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = /** @type {Text | null} */ (walker.nextNode()); node; node = /** @type {Text | null} */ (walker.nextNode())) {
      const plain = node.data.replaceAll(SOFT_HYPHEN, '');
      const parent = node.parentElement;
      if (!parent || !LONG.test(plain) || parent.closest('.sr-only, svg')) continue;
      const room = roomOf(parent);
      const text = room ? softened(plain, room.em, measureOf(room.weight)) : plain;
      if (text !== node.data) changes.push({ node, text });
    }
  }
  for (const { node, text } of changes) node.data = text;
}

/** The width of an element's lines, in em of its font. @param {Element} el */
function roomOf(el) {
  const style = getComputedStyle(el);
  const size = parseFloat(style.fontSize);
  /** @type {Element | null} */
  let block = el;
  const inline = (/** @type {Element | null} */ one) => Boolean(one) && getComputedStyle(/** @type {Element} */ (one)).display.startsWith('inline');
  // What lies in an inline box is as wide as its words: the line is that of the block around it.
  while (block && (inline(block) || inline(block.parentElement))) block = block.parentElement;
  if (!block || !size) return null;
  const { paddingLeft, paddingRight } = getComputedStyle(block);
  const width = block.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return width > 0 ? { em: width / size, weight: Math.max(560, parseInt(style.fontWeight, 10) || 560) } : null;
}
