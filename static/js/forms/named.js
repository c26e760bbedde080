/**
 * Shared by forms with named lanes: a lane is chosen by its name, and lanes are in the method file's order.
 * No picture may live here.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { inOrder } from './parts.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('./form.js').Form} Form */

/**
 * What most forms with named lanes have in common: no scale, no rows, and nothing to choose but the lane.
 * @type {Pick<Form, 'scaled' | 'wide' | 'beside' | 'led' | 'rowed' | 'opening' | 'aim' | 'missing' | 'choices' | 'rows' | 'rowFor'>}
 */
export const NAMED = {
  scaled: false,
  wide: false,
  beside: false,
  led: false,
  rowed: false,
  opening: (_shown, opening) => opening,
  aim: aimAtLane,
  missing: missingLane,
  choices: laneButtons,
  rows: () => [],
  rowFor: () => '',
};

/** The notes that are up on a sheet, lane by lane. @param {Shown} shown @param {Sheet} sheet @param {Note[]} notes */
export function byLane(shown, sheet, notes) {
  return sheet.lanes.map((lane) => ({ title: shown.say(lane.title), notes: notes.filter((note) => note.lane === lane.id).sort(inOrder) }));
}

/** The lane that was picked, else the note's own, else the only one. @type {Form['aim']} */
export function aimAtLane(_sheet, opening, note, picked) {
  const only = opening.lanes.length === 1 ? opening.lanes[0] : '';
  const lane = [picked.lane, note.lane].find((id) => id && opening.lanes.includes(id)) ?? only;
  return { lane, side: '', row: opening.row };
}

/** @type {Form['missing']} */
export function missingLane({ t }, _sheet, { lane }) {
  return lane ? '' : t('turn.pick_lane');
}

/** The lanes as buttons; nothing where there is only one. @type {Form['choices']} */
export function laneButtons({ shown, sheet, lanes, aim, choose }) {
  const open = sheet.lanes.filter((lane) => lanes.includes(lane.id));
  if (open.length < 2) return nothing;
  return html`<fieldset class="stack"><legend class="label">${shown.t('note.where')}</legend><div class="chips">${open.map((lane) => html`
    <button type="button" class="chip" aria-pressed=${String(lane.id === aim.lane)} @click=${() => choose({ ...aim, lane: lane.id })}>${shown.say(lane.title)}</button>`)}</div></fieldset>`;
}
