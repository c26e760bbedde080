/** The picture of columns: the sheet's lanes side by side, or a panel for every group's sheet with its lanes inside. */
import { notesOn } from '../../notes/query.js';
import { planPanels } from '../panels.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../panels.js').Panel} Panel */

/** The groups whose sheets there are to see. @param {Space} space @returns {Panel[]} */
function groupPanels({ shown, sheet, picture }) {
  const held = new Set(notesOn(shown, sheet.id).map((note) => note.row));
  const wanted = picture.focus ? [picture.focus] : picture.groups;
  return shown.groups
    .filter((group) => (wanted ? wanted.includes(group.id) : group.shown || held.has(group.id)))
    .map((group) => ({
      id: group.id, row: group.id, group: group.id, lanes: sheet.lanes,
      title: shown.t('boards.group', { n: group.number }),
    }));
}

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { sheet } = space;
  const panels = sheet.per_group ? groupPanels(space)
    : [{ id: '', row: '', group: '', title: '', lanes: sheet.lanes }];
  return planPanels(space, panels);
}
