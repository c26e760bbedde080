/** What the lanes of a grid are to a dilemma: its sides, what lies behind it, what can be done, where it stands. */

/** @typedef {import('../../types.js').Lane} Lane */

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
