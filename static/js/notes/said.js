/**
 * What people said of a note that is followed up (SPEC R48): their own words, and what they chose. Nothing is counted here,
 * and nothing is in the order in which it came.
 */
import { unchanged } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').MarkKind} MarkKind */
/** @typedef {import('../types.js').Word} Word */

/** The kind of marks that comments on a sheet's notes carry, or undefined. @param {string | undefined} sheet @param {Shown} shown @returns {MarkKind | undefined} */
export function askedKind(sheet, shown) {
  const asks = shown.rounds.find((round) => round.sheet === sheet && round.follow)?.follow?.asks;
  return shown.sheet(sheet)?.marks.find((kind) => kind.id === asks);
}

/** The word that a comment carries. @param {Note} comment @param {Shown} shown @returns {Word | null} */
export function chosenWord(comment, shown) {
  const kind = askedKind(comment.sheet, shown);
  return kind?.words.find(({ id }) => id === comment.marks?.[kind.id]) ?? null;
}

/** What somebody wrote themselves; '' where they only chose. @param {Note} comment @param {Shown} shown */
export function ownWords(comment, shown) {
  const word = chosenWord(comment, shown);
  return word && unchanged(comment.text, word.title) ? '' : comment.text;
}

/**
 * What was said of a note: by word, in the file's order, each that somebody chose with what they wrote; last what was written without a word.
 * @param {string} note @param {Shown} shown @returns {{ word: Word | null, texts: { id: string, text: string }[] }[]}
 */
export function saidOf(note, shown) {
  const comments = shown.notes.filter((one) => one.kind === 'comment' && one.under === note && !one.draft).sort((a, b) => (a.id < b.id ? -1 : 1));
  const words = askedKind(comments[0]?.sheet, shown)?.words ?? [];
  return [...words, null].flatMap((word) => {
    const these = comments.filter((one) => chosenWord(one, shown) === word);
    const texts = these.map((one) => ({ id: one.id, text: ownWords(one, shown) })).filter(({ text }) => text);
    return these.length ? [{ word, texts }] : [];
  });
}

/**
 * Answers as a list: those with words of their own, then of those that only choose a lane one for each thing that they are about. How
 * many chose it is counted nowhere.
 * @param {Note[]} notes @param {Shown} shown
 */
export function withoutRepeats(notes, shown) {
  const only = (/** @type {Note} */ note) => unchanged(note.text, shown.sheet(note.sheet)?.lanes.find(({ id }) => id === note.lane)?.title);
  const bare = new Map(notes.filter(only).reverse().map((note) => [`${note.lane} ${note.about?.join(' ')}`, note]));
  return notes.filter((note) => !only(note)).concat(notes.filter((note) => [...bare.values()].includes(note)));
}
