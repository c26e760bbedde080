/**
 * The form `grid`: a row for each note that was chosen, a column per lane, and the row's fate in the lane that `shows` it.
 * A row's record lists the lanes that are open in it. Its picture is in grid/.
 */
import { svg } from '../../lib/lit-html.js';
import { fateOf, groupName, notesOn } from '../notes/query.js';
import { TINTS, noteArt } from './art.js';
import { aimAtLane, byLane, laneButtons, missingLane } from './named.js';
import { rowParts } from './grid/parts.js';

/** @typedef {import('./form.js').Form} Form */

/** @type {Form} */
export const grid = {
  name: 'grid',
  scaled: false,
  wide: false,
  beside: false,
  led: false,
  rowed: true,
  telling: 2,
  picture: () => import('./grid/picture.js'),
  words,
  opening,
  aim: aimAtLane,
  parts: rowParts,
  missing: missingLane,
  choices: laneButtons,
  rows: (shown) => shown.rows.map((row) => ({ id: row.id, text: row.text })),
  rowFor: (shown, _sheet, group) => shown.rows.find((row) => row.group === group)?.id ?? '',
  art,
};

/** @type {Form['words']} */
function words(shown, sheet) {
  const notes = notesOn(shown, sheet.id);
  return shown.rows.map((row) => ({
    title: row.text, small: [groupName(row, shown), shown.say(fateOf(row, shown)?.title)].filter(Boolean).join(' · '),
    lists: byLane(shown, sheet, notes.filter((note) => note.row === row.id)),
  }));
}

/** The note's own row, else the first that has open lanes, among those of the person's group. @type {Form['opening']} */
function opening(shown, given, note) {
  const rows = shown.rows.filter((row) => row.open.length && (!shown.me?.group || row.group === shown.me.group));
  const row = rows.find((known) => known.id === note.row) ?? rows[0];
  return row ? { ...given, row: row.id, lanes: row.open } : null;
}

/** @type {Form['art']} */
function art(sheet) {
  const tints = sheet.lanes.slice(0, 5).map((lane) => TINTS[lane.color ?? ''] ?? 'y');
  const wide = 236 / tints.length;
  const filled = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0]];
  return svg`${filled.map((row, nth) => {
    const y = 14 + nth * 52;
    return svg`<rect class="r" x="8" y=${y} width="304" height="44" rx="8"></rect>
      <path class="scribble-2" stroke-width="3" d=${`M18 ${y + 15}h${34 - nth * 5}M18 ${y + 24}h${24 + nth * 6}`}></path>
      ${tints.map((tint, at) => (row[at] ? noteArt(68 + at * wide, y + 7, wide - 8, 29, tint, ((at * 7 + nth * 5) % 4) - 1.5, [0.8, 0.5])
    : svg`<rect class="beside" x=${68 + at * wide} y=${y + 8} width=${wide - 8} height="28" rx="4"></rect>`))}`;
  })}`;
}
