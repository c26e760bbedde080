/** Why nothing can be written in a lane yet, as a sign and words. No rule may live here: the row's record says why. */
import { html } from '../../../lib/lit-html.js';
import { lockText } from './columns.js';

/** @param {string} why @param {import('../../types.js').Lane} lane @param {import('../../types.js').Sheet} sheet @param {import('../../types.js').Shown} shown */
export function lockWords(why, lane, sheet, shown) {
  return html`<span class="locked-why"><svg class="lock" viewBox="0 0 24 24" aria-hidden="true"><path d="M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z"/></svg>
    <span>${lockText(why, lane, sheet, shown)}</span></span>`;
}
