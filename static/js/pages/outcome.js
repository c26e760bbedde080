/** What became of a note that was followed up: its word, and large what was learned; on the paper of the word's colour. For phones and the console. */
import { html, nothing } from '../../lib/lit-html.js';
import { tongue } from '../notes/look.js';
import { signOf } from '../notes/marks.js';
import { carried, laneOf } from '../notes/query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */

/** @param {Note} note @param {Shown} shown */
export function outcome(note, shown) {
  const word = carried(note, shown).find(({ word: one }) => shown.say(one.done))?.word;
  const lane = laneOf(note, shown);
  const field = lane?.fields?.find(({ id }) => id === lane.tells);
  const learned = field ? note.fields?.[field.id] ?? '' : '';
  return html`<section class=${`outcome note ${word?.color || 'white'}`} aria-label=${shown.say(lane?.title)}>
    ${word ? html`<p class="outcome-word"><b aria-hidden="true">${signOf(word.sign)}</b> ${shown.say(word.done)}</p>` : nothing}
    ${learned ? html`<p class="small">${shown.say(field?.title)}</p><p class="outcome-learned" dir="auto" lang=${tongue(learned, shown)}>${learned}</p>` : nothing}</section>`;
}
