/**
 * Where a word that is wider than its line is broken: at a syllable, and if possible where its parts meet. Syllables come
 * from the patterns of a library, with corrections for our own words (static/hyphens). Posters do the same
 * (server/export/hyphens.py).
 *
 * No DOM may live here, and no loading of the library.
 */

/** @typedef {import('./measure.js').Measure} Measure */
/** @typedef {{at: number, seam: boolean}} Break   a break before the letter `at`; `seam`: between the parts of a compound */
/** @typedef {(word: string) => Break[]} Breaks     a word's breaks, in order */
/**
 * @typedef {object} Corrections
 * @property {string[]} parts    letters with the only right breaks in them: `-` or, between the parts of a compound, `=`
 * @property {string[]} endings  where the first part of a compound ends
 */

export const SOFT_HYPHEN = '\u00ad';
const VOWEL = /[aeiouyæøåéèüöä]/u;
/** Letters before a break, and after one, at least. */
const BEFORE = 2;
const AFTER = 3;

/** Where the syllables of a word begin, after the first. @param {string} hyphened the word with soft hyphens */
export function syllables(hyphened) {
  const found = [];
  let at = 0;
  for (const letter of hyphened) {
    if (letter === SOFT_HYPHEN) found.push(at);
    else at += letter.length;
  }
  return found;
}

/**
 * The breaks of words, from syllables and corrections.
 * @param {(word: string) => number[]} syllables @param {Corrections} corrections @returns {Breaks}
 */
export function breaksOf(syllables, { parts, endings }) {
  const known = parts.map((part) => {
    const seams = new Map();
    let letters = '';
    for (const letter of part) {
      if (letter === '-' || letter === '=') seams.set(letters.length, letter === '=');
      else letters += letter;
    }
    return { letters, seams };
  });
  return (written) => {
    const word = written.toLowerCase();
    if (word.length !== written.length) return [];
    /** @type {Map<number, {seam: boolean, sure: boolean}>} */
    const found = new Map(syllables(word).map((at) => [at, { seam: endings.some((end) => word.slice(0, at).endsWith(end)), sure: false }]));
    for (const { letters, seams } of known) {
      for (let from = word.indexOf(letters); from >= 0; from = word.indexOf(letters, from + 1)) {
        for (let at = from + 1; at < from + letters.length; at += 1) if (!found.get(at)?.sure) found.delete(at);
        for (const [at, seam] of seams) found.set(from + at, { seam: seam || (found.get(from + at)?.seam ?? false), sure: true });
      }
    }
    return whole(word, found);
  };
}

/**
 * The breaks between which lies a whole syllable.
 * @param {string} word @param {Map<number, {seam: boolean, sure: boolean}>} found @returns {Break[]}
 */
function whole(word, found) {
  const kept = [...found.keys()].filter((at) => at >= BEFORE && at <= word.length - AFTER).sort((a, b) => a - b);
  for (let i = 0; i <= kept.length; i += 1) {
    const from = i ? kept[i - 1] : 0;
    const to = kept[i] ?? word.length;
    if (!kept.length || (to - from > 1 && VOWEL.test(word.slice(from, to)))) continue;
    // Of the two breaks around a single letter the later one is right more often: borger-ind, not borge-rind.
    const last = i === kept.length || (i > 0 && found.get(kept[i - 1])?.sure && !found.get(kept[i])?.sure);
    kept.splice(i === 0 || (last && i < kept.length) ? i : i - 1, 1);
    i = -1;
  }
  return kept.map((at) => ({ at, seam: found.get(at)?.seam ?? false }));
}

/**
 * A word in pieces that each fit a line of `room` em, the hyphen included; the whole word when it fits, or cannot be broken
 * so. As few pieces as possible, broken between the parts of a compound if possible, else as even as possible.
 * @param {string} word without spaces @param {number} room @param {Measure} measure @param {Breaks} breaks @returns {string[]}
 */
export function pieces(word, room, measure, breaks) {
  if (measure(word) <= room) return [word];
  const cuts = [{ at: 0, seam: true }, ...cutsOf(word, breaks), { at: word.length, seam: true }];
  const last = cuts.length - 1;
  /** Of each cut, those at which a piece that begins there may end. No longer pieces are measured than fit a line. */
  const ends = cuts.map(({ at }, from) => {
    const fitting = [];
    for (let to = from + 1; to <= last; to += 1) {
      const piece = word.slice(at, cuts[to].at);
      if (measure(piece) > room) break;
      if (to === last || /[-–]$/u.test(piece) || measure(`${piece}-`) <= room) fitting.push(to);
    }
    return fitting;
  });
  let count = 0;
  for (let at = 0; at < last; count += 1) {
    if (!ends[at].length) return [word];
    at = ends[at][ends[at].length - 1];
  }
  const letters = word.length;
  const strange = Math.max(25 * count * count, Math.floor((count * count * letters * letters) / 9));
  /** For each number of pieces: the least cost of each cut as the end of the last one, and the cut before it. */
  const costs = [new Map([[0, { cost: 0, from: 0 }]])];
  for (let nth = 0; nth < count; nth += 1) {
    const next = new Map();
    for (const [from, { cost }] of costs[nth]) {
      for (const to of ends[from]) {
        const sum = cost + (count * (cuts[to].at - cuts[from].at) - letters) ** 2 + (cuts[to].seam ? 0 : strange);
        if (sum < (next.get(to)?.cost ?? Infinity)) next.set(to, { cost: sum, from });
      }
    }
    costs.push(next);
  }
  const parts = [];
  for (let nth = count, to = last; nth > 0; nth -= 1) {
    const from = costs[nth].get(to)?.from ?? 0;
    parts.unshift(word.slice(cuts[from].at, cuts[to].at));
    to = from;
  }
  return parts;
}

/** The breaks of all runs of letters, and those after a hyphen that is written. @param {string} word @param {Breaks} breaks @returns {Break[]} */
function cutsOf(word, breaks) {
  /** @type {Break[]} */
  const cuts = [];
  for (const { 0: run, index } of word.matchAll(/\p{L}+/gu)) {
    if (index && /[-–]/u.test(word[index - 1])) cuts.push({ at: index, seam: true });
    if (run.length >= BEFORE + AFTER) cuts.push(...breaks(run).map(({ at, seam }) => ({ at: index + at, seam })));
  }
  return cuts;
}

/** A text with soft hyphens in the words that are wider than `room` em. @param {string} text @param {number} room @param {Measure} measure */
export function softened(text, room, measure) {
  const broken = measure.pieces;
  if (!broken) return text;
  return text.replace(/\S+/gu, (word) => {
    const parts = broken(word, room);
    return parts.map((part, i) => (i < parts.length - 1 && !/[-–]$/u.test(part) ? part + SOFT_HYPHEN : part)).join('');
  });
}
