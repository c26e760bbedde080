/** What the lanes of a grid are to what heads a row: its sides, what lies behind it, what can be done, where it stands. */
import { listed } from '../../text.js';

/** @typedef {import('../../types.js').Lane} Lane @typedef {import('../../types.js').Sheet} Sheet @typedef {import('../../types.js').Shown} Shown */

/**
 * By the method file: a lane that opens `after` others is about actions, those others are the depth, and one may hold
 * the fate. Of the rest the first two are the sides.
 * @param {Lane[]} lanes those to be shown @param {Lane[]} [all] of the sheet @returns {{sides: Lane[], depth: Lane[], actions: Lane[], outcome: Lane | undefined}}
 */
export function columnsOf(lanes, all = lanes) {
  const outcome = all.find((lane) => lane.shows);
  const actions = all.filter((lane) => lane.after?.length && lane !== outcome);
  const deep = new Set(actions.flatMap((lane) => lane.after ?? []));
  const rest = all.filter((lane) => lane !== outcome && !actions.includes(lane));
  const sides = rest.filter((lane) => !deep.has(lane.id)).slice(0, 2);
  const shown = (/** @type {Lane} */ lane) => lanes.includes(lane);
  return {
    sides: sides.filter(shown), depth: rest.filter((lane) => !sides.includes(lane) && shown(lane)), actions: actions.filter(shown),
    outcome: outcome && shown(outcome) ? outcome : undefined,
  };
}

/** Why nothing can be written in a lane yet; which lanes it waits for, its method says. @param {string} why @param {Lane} lane @param {Pick<Sheet, 'lanes'>} sheet @param {Pick<Shown, 't' | 'say' | 'lang'>} shown */
export function lockText(why, lane, sheet, { t, say, lang }) {
  return t(`boards.locked.${why}`, { lanes: listed(sheet.lanes.filter(({ id }) => lane.after?.includes(id)).map(({ title }) => say(title)), lang) });
}
