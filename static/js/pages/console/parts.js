/** Parts on the console: who has which, and handing them out. Whether one is missing is said by the records. */
import { html, nothing } from '../../../lib/lit-html.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** Those parts that are handed out. @param {Shown} shown */
function handed(shown) {
  return shown.parts.filter((part) => part.can.includes('hand'));
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function partsBox(ui, shown) {
  const { t } = shown;
  const parts = handed(shown);
  if (!parts.length) return nothing;
  const people = shown.people.filter(({ role }) => role === 'participant');
  return html`<section class="box parts-box"><h2 class="box-kicker">${t('console.parts')}</h2>
    ${parts.map((part) => {
      const chips = html`<ul class="chips">${people.map((seat) => html`<li><button type="button" class="chip" aria-pressed=${part.holders.includes(seat.id) ? 'true' : 'false'}
        @click=${() => ui.emit('hand', { part: part.id, seat: seat.id, on: !part.holders.includes(seat.id) })}>${shown.called(seat.id)}</button></li>`)}</ul>`;
      const names = part.holders.map(shown.called).join(', ');
      return part.wanted ? html`<div role="group" aria-label=${shown.say(part.title)}><p><strong>${shown.say(part.title)}</strong> ${t(people.length ? 'console.part_wanted' : 'console.part_later')}</p>${people.length ? chips : nothing}</div>`
        : html`<details><summary><strong>${shown.say(part.title)}</strong>: ${names || t('part.nobody')}</summary>${chips}</details>`;
    })}</section>`;
}

/** The parts of one person, in their dialog. @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Seat} seat */
export function partsOfPerson(ui, shown, seat) {
  const parts = handed(shown);
  if (!parts.length || seat.role !== 'participant') return nothing;
  return html`<fieldset class="field"><legend class="label">${shown.t('console.parts')}</legend><div class="chips">${parts.map((part) => {
    const has = part.holders.includes(seat.id);
    return html`<button type="button" class="chip" aria-pressed=${has ? 'true' : 'false'}
      @click=${() => ui.emit('hand', { part: part.id, seat: seat.id, on: !has })}>${shown.say(part.title)}</button>`;
  })}</div></fieldset>`;
}

/** The titles of a person's parts that were handed to them. @param {Shown} shown @param {import('../../types.js').Seat} seat */
export function partWords(shown, seat) {
  return shown.parts.filter((part) => !part.rest && part.holders.includes(seat.id)).map((part) => shown.say(part.title));
}
