/**
 * The form `timeline`: years, times or stages on a line, with notes above and below it; the method file's lanes are beside it.
 * Its picture is in timeline/.
 */
import { nothing, svg } from '../../lib/lit-html.js';
import { headingsOn, notesOn, spanWords } from '../notes/query.js';
import { noteArt } from './art.js';
import { aim, choices, missing } from './timeline/choices.js';
import { groupParts, ordered } from './parts.js';
import { partsIn } from './timeline/parts.js';

/** @typedef {import('./form.js').Form} Form */

/** @type {Form} */
export const timeline = {
  name: 'timeline',
  scaled: true,
  wide: true,
  beside: true,
  led: false,
  rowed: false,
  telling: 3,
  picture: () => import('./timeline/picture.js'),
  words,
  parts: (shown, sheet) => (sheet.per_group ? groupParts(shown, sheet) : partsIn(shown, sheet)),
  opening: (_shown, opening) => opening,
  aim,
  missing,
  choices,
  rows: (shown, sheet) => (sheet.per_group ? shown.groups.map((group) => ({ id: group.id, text: shown.t('group.name', { n: group.number }) })) : []),
  rowFor: (_shown, sheet, group) => (sheet.per_group ? group : ''),
  art,
};

/** @type {Form['words']} */
function words(shown, sheet) {
  if (sheet.per_group) return copies(shown, sheet);
  const notes = notesOn(shown, sheet.id);
  const headings = headingsOn(shown, sheet.id);
  if (!notes.length && !headings.length) return [];
  // Notes below the line (what challenged) come last in their lane.
  const low = (/** @type {import('../types.js').Note} */ note) => Number(note.side === 'down');
  return [{
    title: '', small: '', lists: sheet.lanes.map(({ id, title }) => ({
      title: shown.say(title),
      notes: notes.filter((note) => note.lane === id).sort((a, b) => low(a) - low(b)),
      over: headings.filter((note) => note.lane === id)
        .map((note) => ({ text: note.text, small: spanWords(shown, sheet, note) })),
    })),
  }];
}

/** Each group's own line, with the lanes in the order of the picture. @param {import('../types.js').Shown} shown @param {import('../types.js').Sheet} sheet */
function copies(shown, sheet) {
  const lanes = [...sheet.lanes].sort((a, b) => Number(a.scale !== undefined) - Number(b.scale !== undefined));
  return shown.groups.flatMap((group) => {
    const lists = lanes.map(({ id, title }) => ({
      title: shown.say(title), notes: [...ordered(shown, sheet.id, group.id, id)].sort((a, b) => Number(a.side === 'down') - Number(b.side === 'down')),
    }));
    return lists.some(({ notes }) => notes.length) ? [{ title: shown.t('group.name', { n: group.number }), small: '', lists }] : [];
  });
}

/** @type {Form['art']} */
function art(sheet) {
  const years = [0, 1, 2, 3, 4, 5, 6];
  const beside = sheet.lanes.length > 0;
  const right = beside ? 248 : 302;
  const at = (/** @type {number} */ year) => 26 + (year * (right - 40)) / 6;
  return svg`
    <path class="paper-line" stroke-width="2" d=${`M16 90H${right}`}></path>
    ${years.map((year) => svg`<circle class="dot" cx=${at(year)} cy="90" r=${year % 3 ? 2.6 : 4}></circle>`)}
    <path class="plus" d="M12 40h3v-3h2v3h3v2h-3v3h-2v-3h-3z"></path><path class="minus" d="M12 134h8v2h-8z"></path>
    ${noteArt(at(0.3), 40, 44, 34, 'y', -2.5)}${noteArt(at(2), 22, 46, 40, 's', 1.8, [0.8, 0.9, 0.4])}
    ${noteArt(at(3.4), 46, 42, 30, 'm', -1.2)}${noteArt(at(4.55), 24, 42, 36, 'y', 2.4, [0.6, 0.85, 0.5])}
    ${noteArt(at(0.9), 108, 44, 34, 'c', 1.6)}${noteArt(at(2.5), 122, 44, 36, 'y', -2, [0.85, 0.6, 0.7])}
    ${noteArt(at(3.9), 106, 42, 32, 'c', 2.2)}${beside ? svg`
      <rect class="beside" x="258" y="22" width="50" height="132" rx="7"></rect>${noteArt(263, 32, 40, 32, 'l', 1.5)}${noteArt(263, 74, 40, 30, 'l', -2)}` : nothing}`;
}
