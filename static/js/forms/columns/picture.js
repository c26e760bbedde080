/** The picture of columns: the sheet's lanes side by side, or a panel for every group's sheet with its lanes inside. */
import { groupParts, groupsIn, laneParts } from '../parts.js';
import { planPanels } from '../panels.js';
import { planLanes } from './lanes.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { shown, sheet } = space;
  return sheet.per_group ? planPanels(space, groupsIn(space), groupParts(shown, sheet)) : planLanes(space, laneParts(shown, sheet));
}
