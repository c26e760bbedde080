/**
 * The registry of forms. To add one: a file in this folder that exports it (form.d.ts is its interface), and a line
 * here. No file outside this folder may name a form.
 */
import { notesOn } from '../notes/query.js';
import { columns } from './columns.js';
import { core } from './core.js';
import { deck } from './deck.js';
import { grid } from './grid.js';
import { map } from './map.js';
import { timeline } from './timeline.js';

/** @typedef {import('./form.js').Form} Form */

/** The registry. @type {Form[]} */
export const FORMS = [
  timeline,
  columns,
  grid,
  core,
  map,
  deck,
];

/**
 * A sheet's form; null for one that this release does not know.
 * @param {{form: string} | null | undefined} sheet @returns {Form | null}
 */
export function formOf(sheet) {
  return FORMS.find((form) => form.name === sheet?.form) ?? null;
}

/**
 * While groups work on sheets of their own: the sheet of all that large screens keep in sight; null when there is none.
 * @param {import('../types.js').Shown} shown @returns {import('../types.js').Sheet | null}
 */
export function besideGroups(shown) {
  if (shown.board?.scene !== 'group') return null;
  return shown.sheets.find((sheet) => formOf(sheet)?.beside && !sheet.per_group && sheet.id !== shown.round?.sheet && notesOn(shown, sheet.id).length) ?? null;
}
