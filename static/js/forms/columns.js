/**
 * The form `columns`: lanes side by side, or one panel per group if every group has its own sheet.
 * Its picture is in columns/.
 */
import { nothing, svg } from '../../lib/lit-html.js';
import { notesOn } from '../notes/query.js';
import { TINTS, noteArt } from './art.js';
import { NAMED, byLane } from './named.js';
import { overParts, overWords } from './over.js';
import { groupParts, laneParts } from './parts.js';

/** @type {import('./form.js').Form} */
export const columns = {
  ...NAMED,
  name: 'columns',
  telling: 1,
  picture: () => import('./columns/picture.js'),
  words,
  parts: (shown, sheet) => (sheet.over ? overParts(shown, sheet) : sheet.per_group ? groupParts(shown, sheet) : laneParts(shown, sheet)),
  rows: (shown, sheet) => (sheet.per_group ? shown.groups.map((group) => ({ id: group.id, text: shown.t('group.name', { n: group.number }) })) : []),
  rowFor: (_shown, sheet, group) => (sheet.per_group ? group : ''),
  art,
};

/** @type {import('./form.js').Form['words']} */
function words(shown, sheet) {
  const notes = notesOn(shown, sheet.id);
  if (!sheet.per_group) return notes.length ? [{ title: '', small: '', lists: byLane(shown, sheet, notes) }, ...overWords(shown, sheet)] : [];
  return shown.groups.flatMap((group) => {
    const here = notes.filter((note) => note.row === group.id);
    return here.length ? [{ title: shown.t('group.name', { n: group.number }), small: '', lists: byLane(shown, sheet, here) }] : [];
  });
}

/** @type {import('./form.js').Form['art']} */
function art(sheet) {
  const lanes = sheet.lanes.slice(0, 4);
  const wide = (304 - (lanes.length - 1) * 10) / lanes.length;
  const notes = [[34, 34], [30, 40], [36, 30]];
  return svg`${lanes.map((lane, at) => {
    const x = 8 + at * (wide + 10);
    const tint = TINTS[lane.color ?? ''] ?? 'y';
    let y = 40;
    return svg`<rect class="r" x=${x} y="12" width=${wide} height="152" rx="9"></rect>
      <path class="scribble-2" stroke-width="3.2" d=${`M${x + 12} 27h${wide * 0.42}`}></path>
      ${notes[at % 3].concat(at === 1 ? [26] : []).map((high, nth) => {
    const drawn = noteArt(x + 10 + (nth % 2) * 4, y, wide - 26, high, tint, (nth + at) % 2 ? 1.6 : -1.6, high > 33 ? [0.85, 0.5, 0.7] : [0.8, 0.5]);
    y += high + 9;
    return drawn;
  })}
      ${sheet.links?.some(({ from }) => from.includes(lane.id)) ? svg`<path class="arrow" stroke-width="2" d=${`M${x - 1} 74c-9-2-13-6-17-12m0 6v-6h6`}></path>` : nothing}`;
  })}`;
}
