/**
 * The answers of a note to the fields of its lane, as words (SPEC R31).
 * No inputs may live here (pages/answers.js).
 */
import { dayWords } from '../text.js';
import { laneOf } from './query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Field} Field */

/** The answer "no date". */
export const NO_DATE = 'none';

/** The day that a note has in a field; '' where it has none, or says that there is none. @param {Note} note @param {string | undefined} field */
export function dayIn(note, field) {
  const value = note.fields?.[field ?? ''] ?? '';
  return value === NO_DATE ? '' : value;
}

/** @param {Note} note @param {Shown} shown @returns {Field[]} */
export function fieldsOf(note, shown) {
  return ['note', 'gathering'].includes(note.kind) ? laneOf(note, shown)?.fields ?? [] : [];
}

/** An answer as people read it; '' when there is none. @param {Field} field @param {string | undefined} value @param {Pick<Shown, 'lang' | 'say'>} shown */
export function answerWords(field, value, { lang, say }) {
  if (!value) return '';
  if (field.kind === 'choice') return say(field.options.find((one) => one.id === value)?.title);
  if (field.kind === 'text') return value;
  if (value === NO_DATE) return say(field.none_word);
  return dayWords(value, { lang });
}

/** What a note answers, each as "Title: answer". @param {Note} note @param {Shown} shown @returns {string[]} */
export function answersOf(note, shown) {
  return fieldsOf(note, shown).flatMap((field) => {
    const words = answerWords(field, note.fields?.[field.id], shown);
    return words ? [`${shown.say(field.title)}: ${words}`] : [];
  });
}
