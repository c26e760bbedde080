/** Parts on the console: who has which, and handing them out. Whether one is missing is said by the records. */
import { html, nothing } from '../../../lib/lit-html.js';
import { listed } from '../../text.js';

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
  // In the first round it is to be done, and those who may have it are in sight.
  const first = !shown.index && people.length > 0;
  return html`<section class="box parts-box"><h2 class="box-kicker">${t('console.parts')}</h2>
    ${parts.map((part) => {
      const chips = html`<ul class="chips">${people.map((seat) => html`<li><button type="button" class="chip" aria-pressed=${part.holders.includes(seat.id) ? 'true' : 'false'}
        @click=${() => ui.emit('hand', { part: part.id, seat: seat.id, on: !part.holders.includes(seat.id) })}>${shown.called(seat.id)}</button></li>`)}</ul>`;
      const names = part.holders.map(shown.called).join(', ');
      return part.wanted ? html`<div role="group" aria-label=${shown.say(part.title)}><p><strong>${shown.say(part.title)}</strong> ${t(people.length ? 'console.part_wanted' : 'console.part_later')}</p>${people.length ? chips : nothing}</div>`
        : html`<details ?open=${first && part.holders.length < part.count[1]}><summary><strong>${shown.say(part.title)}</strong>: ${names || t('part.nobody')}</summary>${chips}</details>`;
    })}</section>`;
}

/** What the round says to those who have no phone to read it on: once for all who have the same part. @param {Shown} shown */
export function hostedParts(shown) {
  const said = shown.parts.flatMap(({ id, title }) => {
    const hosts = shown.hosts.filter(({ parts }) => parts.some((part) => part.id === id));
    const part = hosts[0]?.parts.find((one) => one.id === id);
    return part ? [{ part, title, names: hosts.map((host) => shown.called(host.id)), line: lineOf(shown, part) }] : [];
  }).filter(({ part, line }) => line || part.questions.length || shown.say(part.hint));
  if (!said.length) return nothing;
  return html`<section class="box hosted-parts"><h2 class="box-kicker">${shown.t('console.hosted_parts')}</h2>
    ${said.map(({ part, title, names, line }) => html`<div class="stack tight" lang=${shown.lang}>
      <p><strong>${listed(names, shown.lang)}</strong> · ${shown.say(title)}</p>
      ${line ? html`<p>${line}</p>` : nothing}
      ${part.words.length ? html`<p class="quiet">${part.words.map((word) => shown.say(word)).join(' · ')}</p>` : nothing}
      ${part.questions.length ? html`<ul class="asked">${part.questions.map((one) => html`<li>${shown.say(one)}</li>`)}</ul>` : nothing}
      ${shown.say(part.hint) ? html`<p class="quiet">${shown.say(part.hint)}</p>` : nothing}</div>`)}</section>`;
}

/** The round's line for a part; at the beginning what the part is. @param {Shown} shown @param {import('../../types.js').OwnPart} part */
function lineOf(shown, part) {
  return shown.say(part.instruction) || (shown.board?.scene === 'welcome' ? shown.say(part.say) : '');
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
