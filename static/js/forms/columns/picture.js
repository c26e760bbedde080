/** The picture of columns: the sheet's lanes side by side, or a panel for every group's sheet with its lanes inside. */
import { notesOn } from '../../notes/query.js';
import { groupParts, laneParts } from '../parts.js';
import { planPanels } from '../panels.js';
import { planLanes } from './lanes.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */

/** The groups whose sheets there are to see. @param {Space} space */
function groupsIn({ shown, sheet, picture }) {
  const held = new Set(notesOn(shown, sheet.id).map((note) => note.row));
  const wanted = picture.focus ? [picture.focus] : picture.groups;
  return shown.groups.filter((group) => (wanted ? wanted.includes(group.id) : group.shown || held.has(group.id)));
}

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { shown, sheet } = space;
  return sheet.per_group ? planPanels(space, groupsIn(space), groupParts(shown, sheet)) : planLanes(space, laneParts(shown, sheet));
}
