/** What was answered about an element of a map (SPEC R44), under the element: for lists on phones and consoles. */
import { html, nothing } from '../../lib/lit-html.js';
import { saidOn } from '../forms/map/said.js';
import { answersTo } from '../notes/about.js';
import { tongue } from '../notes/look.js';
import { laneOf } from '../notes/query.js';
import { withoutRepeats } from '../notes/said.js';
import { unchanged } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../types.js').Note} Note */

/** So many answers stand open on a phone. */
const OPEN = 3;

/** @param {string} element @param {Shown} shown */
export function given(element, shown) {
  return list(answersTo(element, shown), shown);
}

/** The same where there is little room: of many it is said that they are there. @param {string} element @param {Shown} shown */
export function givenFolded(element, shown) {
  const notes = withoutRepeats(answersTo(element, shown), shown);
  if (notes.length <= OPEN) return list(notes, shown);
  return html`<details class="given-fold"><summary class="link">${shown.say(shown.sheet(notes[0].sheet)?.title)}</summary>${list(notes, shown)}</details>`;
}

/** All that was answered about a map, element by element; those elements that have a list of their own elsewhere are left out. @param {Shown} shown @param {Sheet} sheet */
export function saidList(shown, sheet) {
  const said = saidOn(shown, sheet).filter(({ ring }) => !ring || shown.then);
  return said.length ? html`<section class="said-list"><h3>${shown.t('said.title')}</h3>
    <ul>${said.map(({ title, kicker, notes }) => html`<li><p><span class="small quiet">${kicker}</span> <bdi class="strong" lang=${tongue(title, shown)}>${title}</bdi></p>${list(notes, shown)}</li>`)}</ul></section>` : nothing;
}

/** @param {Note[]} all @param {Shown} shown */
function list(all, shown) {
  const notes = withoutRepeats(all, shown);
  if (!notes.length) return nothing;
  return html`<ul class="given" aria-label=${shown.say(shown.sheet(notes[0].sheet)?.title)}>${notes.map((note) => {
    const title = laneOf(note, shown)?.title;
    return html`<li><span class="quiet">${shown.say(title)}${unchanged(note.text, title) ? nothing : ':'}</span>${unchanged(note.text, title) ? nothing : html` <bdi lang=${tongue(note.text, shown)}>${note.text}</bdi>`}</li>`;
  })}</ul>`;
}
