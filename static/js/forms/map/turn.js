/** The sign of a circle that turns, for pictures, lists and phones. */
import { html, nothing } from '../../../lib/lit-html.js';

/** @param {string} [look] a class */
export function turnSign(look) {
  return html`<svg class=${look || nothing} viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M17.6 2.6v4.2h-4.2"></path></svg>`;
}
