/**
 * The registry of forms. To add one: a file in this folder that exports it (form.d.ts is its interface), and a line
 * here. No file outside this folder may name a form.
 */
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
  deck,
  map,
];

/**
 * A sheet's form; null for one that this release does not know.
 * @param {{form: string} | null | undefined} sheet @returns {Form | null}
 */
export function formOf(sheet) {
  return FORMS.find((form) => form.name === sheet?.form) ?? null;
}
