/**
 * Lanes of other sheets that stay in sight beside the round's own (SPEC V17): what this screen is shown of them.
 * No drawing may live here.
 */
import { notesOn } from './query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {{lane: import('../types.js').Lane, notes: import('../types.js').Note[]}} Kept */

/** Those lanes of the present round that hold a note, in the order of the file, each with its notes in order; of a sheet that the round shows in a version (R44) nothing stands beside it as it is now, and of answers about versions those about the latest that was answered. @param {Shown} shown @returns {Kept[]} */
export function besideNow(shown) {
  if (shown.board?.closed) return [];
  return (shown.round?.beside ?? []).filter(({ sheet }) => sheet !== shown.round?.version).flatMap(({ sheet, lanes }) => lanes.flatMap((id) => {
    const lane = shown.sheet(sheet)?.lanes.find((one) => one.id === id);
    const all = notesOn(shown, sheet).filter((note) => lanes.includes(note.lane));
    const latest = Math.max(0, ...all.map(({ version }) => version ?? 0));
    const notes = lane ? all.filter((note) => note.lane === id && (!note.version || note.version === latest)) : [];
    return lane && notes.length ? [{ lane, notes }] : [];
  }));
}
