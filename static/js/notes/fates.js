/** The fate of a row as an icon and a word: what its head carries of the kind that a lane shows. Its words are the method's. */
import { html, svg } from '../../lib/lit-html.js';
import { fateOf } from './query.js';

/** @typedef {import('../types.js').Shown} Shown @typedef {import('../types.js').Word} Word */

const SIGNS = /** @type {Record<string, string>} */ ({
  dissolved: 'M12 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z',
  solved: 'M5 12.5l4.6 4.6L19 7.4',
  analysis: 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5',
  paradox: 'M4 9h13l-3.6-3.6M20 15H7l3.6 3.6',
});

/** A fate's sign; its word always stands beside it. @param {Word} word */
export function fateIcon(word) {
  const path = SIGNS[word.id];
  if (!path) return html`<span aria-hidden="true">${word.sign}</span>`;
  return html`<svg class="fate-icon fate-icon-${word.id}" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${path}/>`}</svg>`;
}

/** @param {import('../types.js').Row} row @param {Shown} shown */
export function fateWord(row, shown) {
  const word = fateOf(row, shown);
  return word ? html`<span class="fate fate-${word.id}">${fateIcon(word)}<span>${shown.say(word.title)}</span></span>` : '';
}

/** What the words of a kind mean. @param {import('../types.js').MarkKind} kind @param {Shown} shown */
export function meanings(kind, shown) {
  return html`<dl class="fate-so">${kind.words.filter(({ hint }) => shown.say(hint)).map((word) => html`<div><dt>${shown.say(word.title)}</dt><dd>${shown.say(word.hint)}</dd></div>`)}</dl>`;
}
