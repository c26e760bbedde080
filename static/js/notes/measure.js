/**
 * Computes the size of a note: its text broken into lines, its padding, and the lines below its text.
 * Sizes are px; word widths are em of the note's font and come from the caller as `measure`.
 *
 * No DOM, no clock and no randomness may live here, and no positions of notes.
 */

/**
 * @typedef {{id: string, text: string, lane?: string, side?: string, spot?: number, extra?: string[], flat?: number, edge?: string, mark?: boolean, bold?: boolean, facts?: number[], least?: number}} Item
 *   a note to be laid. `extra`: smaller lines below its text (what it is linked to, comments), of which the first
 *   `flat` ones begin where the text does; `edge`: a word on its edge, or at the end of its line on a sheet of lines; `mark`: a sign stands in its corner;
 *   `bold`: its text is a heading over those lines; `facts`: from which of them to which one they are answers to fields, which are
 *   smaller than the text where `least`, the smallest type, px, is given.
 * @typedef {{x: number, y: number, w: number, h: number}} Rect
 * @typedef {Rect & {id: string, ids: string[], off?: boolean}} NoteBox   `off`: it lies so far from its place on a scale
 *   that it says which lane it is in
 * @typedef {((text: string) => number) & {pieces?: (word: string, em: number) => string[]}} Measure   width in em, of a
 *   word in the type of a note; `pieces`: where a word wider than `em` is broken (hyphens.js)
 * @typedef {Map<string, NoteBox>} NoteBoxes
 */

/** The dimensions of a note, in em of its font. */
export const NOTE = Object.freeze({
  line: 1.22,
  // As large as the text: what can be read on a wall is never smaller than the smallest type.
  extraLine: 1.22,
  extraGap: 0.4,
  extraInset: 0.9,
  padX: 0.72,
  padTop: 0.6,
  padBottom: 0.66,
  mark: 0.5,
  narrow: 7.4,
  wide: 15,
  gap: 0.5,
});

/** The type of answers to fields, of the text's, where it need not be as large. */
export const FACTS = 0.78;
/** How much wider bold words are. */
const BOLD = 1.08;
/** The width of a space, em. */
const SPACE = 0.3;
const NARROW = new Set([...`iljtfrI.,:;!'|()[] -`]);
const WIDE = new Set([...'mwMWæÆ@%']);

/**
 * An estimate of a word's width in em without a canvas: good enough for a layout, and the same on every machine.
 * @param {string} text
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
 * Breaks a text into lines in a column `em` wide. A word longer than a line is broken.
 * @param {string} text @param {number} em @param {Measure} measure
 * @returns {{lines: number, last: number}} the number of lines, and the width in em of the last, at most
 */
export function breakText(text, em, measure) {
  let lines = 0;
  let used = 0;
  let torn = false;
  for (const part of text.split('\n')) {
    used = 0;
    torn = false;
    lines += 1;
    for (const word of part.split(/\s+/u).filter(Boolean)) {
      const width = measure(word);
      torn = false;
      if (used > 0 && used + SPACE + width <= em) {
        used += SPACE + width;
      } else if (width <= em) {
        if (used > 0) lines += 1;
        used = width;
      } else {
        const more = breakWord(word, width, used, em, measure);
        lines += more.lines;
        used = more.last;
        torn = more.torn;
      }
    }
  }
  // Where the browser breaks a word that has no syllables of this width is not known.
  return { lines, last: torn ? em : used };
}

/**
 * A word that is longer than a line: the lines it adds after one that is `used` so far.
 * @param {string} word @param {number} width @param {number} used @param {number} em @param {Measure} measure
 */
function breakWord(word, width, used, em, measure) {
  const parts = measure.pieces?.(word, em) ?? [word];
  if (parts.length === 1) {
    const more = Math.ceil(width / (em * 0.94)) - 1;
    return { lines: more + (used > 0 ? 1 : 0), last: Math.min(em, width - more * em * 0.94), torn: true };
  }
  let lines = 0;
  let last = used > 0 ? used + SPACE : 0;
  for (const [nth, part] of parts.entries()) {
    const wide = measure(nth < parts.length - 1 ? `${part}-` : part);
    if (last > 0 && last + wide > em) {
      lines += 1;
      last = 0;
    }
    last += wide;
  }
  return { lines, last, torn: false };
}

/** The number of lines of a text in a column `em` wide. @param {string} text @param {number} em @param {Measure} measure */
export function lineCount(text, em, measure) {
  return breakText(text, em, measure).lines;
}

/**
 * The size of one note in pixels. Short texts get a small note, long ones a wide one, and a note is at least as wide as
 * its longest word if possible.
 * @param {Item} item @param {number} size type size in px @param {Measure} measure @param {number} [width] fixed width, px
 * @returns {{w: number, h: number}}
 */
export function noteSize(item, size, measure, width) {
  const em = width === undefined ? naturalWidth(item.text, measure) : width / size;
  const inner = Math.max(1, em - 2 * NOTE.padX);
  let height = lineCount(item.text, item.bold ? inner / BOLD : inner, measure) * NOTE.line + NOTE.padTop + NOTE.padBottom;
  if (item.mark) height += NOTE.mark;
  for (const [at, line] of (item.extra ?? []).entries()) {
    const small = item.least && item.facts && at >= item.facts[0] && at < item.facts[1] ? Math.min(1, Math.max(FACTS, item.least / size)) : 1;
    height += (lineCount(line, (inner - insetOf(item, at)) / small, measure) * NOTE.extraLine + NOTE.extraGap) * small;
  }
  return { w: Math.round(em * size), h: Math.round(Math.max(height, 2.7) * size) };
}

/** How far in a line below the text begins, em. @param {Item} item @param {number} at */
export function insetOf({ flat = 0 }, at) {
  return at < flat ? 0 : NOTE.extraInset;
}

/** @param {string} text @param {Measure} measure */
function naturalWidth(text, measure) {
  const longest = Math.max(0, ...text.split(/\s+/u).map(measure));
  const least = Math.min(NOTE.wide, Math.max(NOTE.narrow, longest + 2 * NOTE.padX + 0.2));
  for (let em = least; em < NOTE.wide; em += 1) {
    const lines = lineCount(text, em - 2 * NOTE.padX, measure);
    if (lines * NOTE.line + 1.2 <= em * 0.72) return em;
  }
  return NOTE.wide;
}

/** How much there is to read on a note, characters. @param {Item} item */
export function lengthOf({ text, extra = [], bold }) {
  return bold ? extra.reduce((sum, line) => sum + line.length + 8, text.length) : text.length;
}

/** The text of the note that another is linked to, short enough to stand below it. @param {string} text */
export function clip(text) {
  return text.length <= 60 ? text : `${text.slice(0, 58).replace(/\s+\S*$/u, '')} …`;
}

/**
 * Font sizes from large to small in steps of about a tenth: few enough that the font changes seldom.
 * @param {number} most @param {number} least
 */
export function ladder(most, least) {
  const sizes = [];
  for (let size = most; size > least * 1.08; size /= 1.1) sizes.push(Math.round(size * 10) / 10);
  sizes.push(Math.round(least * 10) / 10);
  return sizes;
}
