/** The picture of columns: the sheet's lanes side by side, a panel for every group's sheet with its lanes inside, or stations over a map. */
import { groupParts, groupsIn, laneParts } from '../parts.js';
import { planPanels } from '../panels.js';
import { planLanes } from './lanes.js';
import { planStations } from './stations.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { shown, sheet } = space;
  if (sheet.over) return planStations(space);
  return sheet.per_group ? planPanels(space, groupsIn(space), groupParts(shown, sheet)) : planLanes(space, laneParts(shown, sheet));
}
