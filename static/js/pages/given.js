/** What was answered about an element of a map (SPEC R44), under the element: for lists on phones and consoles. */
import { html, nothing } from '../../lib/lit-html.js';
import { answersTo } from '../notes/about.js';
import { tongue } from '../notes/look.js';
import { laneOf } from '../notes/query.js';
import { unchanged } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */

/** @param {string} element @param {Shown} shown */
export function given(element, shown) {
  const notes = answersTo(element, shown);
  if (!notes.length) return nothing;
  return html`<ul class="given" aria-label=${shown.t('answer.given', { n: notes.length })}>${notes.map((note) => {
    const title = laneOf(note, shown)?.title;
    return html`<li><span class="quiet">${shown.say(title)}${unchanged(note.text, title) ? nothing : ':'}</span>${unchanged(note.text, title) ? nothing : html` <bdi lang=${tongue(note.text, shown)}>${note.text}</bdi>`}</li>`;
  })}</ul>`;
}
