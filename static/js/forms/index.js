/**
 * The forms that a sheet may have. To add one: a file of this folder that exports it (see form.d.ts for what a form
 * says), and a line here. No other file names a form.
 */
import { columns } from './columns.js';
import { grid } from './grid.js';
import { timeline } from './timeline.js';

/** @typedef {import('./form.js').Form} Form */

/** The registry. @type {Form[]} */
export const FORMS = [
  timeline,
  columns,
  grid,
];

/**
 * A sheet's form; null for one that this release does not know.
 * @param {{form: string} | null | undefined} sheet @returns {Form | null}
 */
export function formOf(sheet) {
  return FORMS.find((form) => form.name === sheet?.form) ?? null;
}
