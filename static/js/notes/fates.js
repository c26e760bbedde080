/** A row's fate as an icon and a word. No list of fates may live here: the sheet's `marks` has it. */
import { html, svg } from '../../lib/lit-html.js';

const SIGNS = /** @type {Record<string, string>} */ ({
  dissolved: 'M12 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z',
  solved: 'M5 12.5l4.6 4.6L19 7.4',
  analysis: 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5',
  paradox: 'M4 9h13l-3.6-3.6M20 15H7l3.6 3.6',
});

/** A fate's sign; its word always stands beside it. @param {string} fate */
export function fateIcon(fate) {
  return html`<svg class="fate-icon fate-icon-${fate}" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${SIGNS[fate] ?? ''}/>`}</svg>`;
}

/** @param {string} fate @param {import('../types.js').Shown} shown */
export function fateWord(fate, shown) {
  return html`<span class="fate fate-${fate}">${fateIcon(fate)}<span>${shown.t(`boards.fate.${fate}`)}</span></span>`;
}
