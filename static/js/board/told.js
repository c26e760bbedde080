/** What is told beside the learning cycle: what was found, what is tried and until when, what was learned. */
import { html, nothing } from '../../lib/lit-html.js';
import { tongue } from '../notes/look.js';
import { plainDay } from '../notes/days.js';

/** @typedef {import('../types.js').Cycle} Cycle */
/** @typedef {import('./standing.js').Words} Words */

/**
 * The headings with their lines. The first stands large, since it is a sentence that people found together.
 * @param {Cycle} cycle @param {Words} words
 */
export function told(cycle, words) {
  const some = cycle.shows.filter(({ lines }) => lines.length);
  if (!some.length) return html`<p class="cycle-none">${words.t('cycle.nothing')}</p>`;
  return some.map(({ title, lines }) => html`<section class="cycle-told"><h2>${words.say(title)}</h2>
    <ul>${lines.map(({ text, of, until }) => html`<li><bdi lang=${tongue(text, words)}>${text}</bdi>
      ${of ? html`<small><bdi lang=${tongue(of, words)}>${of}</bdi></small>` : nothing}
      ${until ? html`<small>${words.t('cycle.until', { day: plainDay(until, words) })}</small>` : nothing}</li>`)}</ul></section>`);
}
