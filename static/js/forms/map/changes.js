/** What is different in a version of a map (SPEC R44), in words. No drawing may live here. */
import { lower } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Version} Version */

/** All changes, or what is new in some notes or between them. @param {Version} version @param {Shown} shown @param {string[]} [among] ids of notes @returns {string[]} */
export function changeLines({ id: sheetId, notes, changes }, shown, among) {
  const sheet = shown.sheet(sheetId);
  const text = (/** @type {string | undefined} */ id) => notes[id ?? '']?.text ?? '';
  const title = (/** @type {string | undefined} */ lane) => shown.say(sheet?.lanes.find(({ id }) => id === lane)?.title);
  const names = sheet?.lanes.find(({ place }) => place === 'names')?.id;
  return changes.flatMap(({ what, note, kind, other, ...before }) => {
    const link = sheet?.links.find(({ id }) => id === kind);
    if (among && !(among.includes(note) && (!other || among.length < 2 || among.includes(other)))) return [];
    // What a name goes through is told by its circle.
    if (notes[note]?.lane === names && kind) return [];
    return [shown.t(`change.${what}`, {
      text: what === 'gone' ? before.text ?? '' : text(note), before: before.text ?? '', from: title(before.lane), to: title(notes[note]?.lane),
      how: link ? lower(shown.say(link.title)) : '', other: text(other),
    })];
  });
}
