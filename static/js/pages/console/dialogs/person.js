/**
 * The dialogs about one person: actions on them, their return link, and adding somebody without a phone.
 * The list of people may not live here.
 */
import { html, nothing } from '../../../../lib/lit-html.js';
import { qrCode } from '../../qr.js';
import { emptied, keptField } from '../kept.js';
import { partsOfPerson } from '../parts.js';
import { newWay } from './links.js';

/** @typedef {import('../../../types.js').Shown} Shown */
/** @typedef {import('../../console.js').ConsoleState} ConsoleState */

/** People who must be removed together for their notes to be taken down (R21). */
const FEWEST = 3;

/** @param {ConsoleState} ui @param {Shown} shown */
export function person(ui, shown) {
  const { t } = shown;
  const seat = shown.seat(ui.state.seat);
  if (!seat) return html`<p>${t('seat.gone')}</p>`;
  const name = shown.called(seat.id);
  const turn = shown.turns.get('all');
  const closed = Boolean(shown.board?.closed);
  const can = (/** @type {string} */ op) => shown.board?.can?.includes(op);
  const done = (/** @type {() => void} */ act) => () => {
    act();
    ui.shut();
  };
  return html`<p class="person-title">${name}</p>
    ${turn && seat.role === 'participant' && !closed ? html`<div class="acts">
      ${turn.holder === seat.id ? nothing : html`<button type="button" class="button main"
        @click=${done(() => ui.emit('turn', { act: 'give', seat: seat.id }))}>${t('console.turn.give', { name })}</button>`}
      ${turn.queue.includes(seat.id) ? html`<button type="button" class="button"
        @click=${done(() => ui.emit('turn', { act: 'absent', seat: seat.id }))}>${t('console.turn.is_absent')}</button>` : nothing}</div>` : nothing}
    ${partsOfPerson(ui, shown, seat)}
    ${can('role') && !seat.hosted ? html`<fieldset class="field"><legend class="label">${t('console.role')}</legend>
      <div class="choices">${['participant', 'scribe', 'listener'].map((role) => html`<label class="choice"><input type="radio" name="role"
        .checked=${seat.role === role}
        @change=${() => ui.emit('role', { seat: seat.id, role })}><span class="what">${t(`console.role.${role}`)}</span><span
          class="so">${t(`console.role.${role}.so`)}</span></label>`)}</div></fieldset>` : nothing}
    ${can('group') && shown.groups.length && seat.role === 'participant' ? html`<fieldset class="field"><legend class="label">${t('console.group_of')}</legend>
      <div class="segments">${shown.groups.map((group) => html`<button type="button" aria-pressed=${seat.group === group.id ? 'true' : 'false'}
        @click=${() => ui.emit('group', { seat: seat.id, group: group.id })}>${group.number}</button>`)}</div></fieldset>` : nothing}
    ${seat.hosted ? html`<div class="acts"><button type="button" class="button"
      @click=${done(() => ui.set({ writer: seat.id, tab: 'now' }))}>${t('console.write_as', { name })}</button></div>` : nothing}
    ${colead(ui, shown, seat, done)}
    ${seat.hosted || closed ? nothing : returnWay(ui, shown, seat.id)}
    ${can('remove') ? html`<details class="danger-part"><summary>${t('console.remove')}</summary>
      <p class="small">${t('console.remove_hint', { name })}</p>
      <button type="button" class="button danger"
        @click=${done(() => ui.emit('remove', { seat: seat.id }))}>${t('console.remove_now', { name })}</button>
      ${seat.hosted ? nothing : removeSince(ui, shown, seat, done)}</details>` : nothing}`;
}

/**
 * Naming somebody a co-facilitator, and ending it (SPEC R27).
 * @param {ConsoleState} ui @param {Shown} shown @param {import('../../../types.js').Seat} seat @param {(act: () => void) => () => void} done
 */
function colead(ui, shown, seat, done) {
  const { t } = shown;
  if (!shown.me?.can.includes('colead') || seat.hosted || !['participant', 'scribe'].includes(seat.role)) return nothing;
  return html`<div class="field"><div class="acts"><button type="button" class="button"
    @click=${done(() => ui.emit('colead', { seat: seat.id, on: !seat.leads }))}>${t(seat.leads ? 'console.colead_end' : 'console.colead')}</button></div>
    <span class="hint">${t(seat.leads ? 'console.colead_is' : 'console.colead_hint')}</span></div>`;
}

/**
 * Removing this person and all who came in after them; only offered where there is somebody.
 * @param {ConsoleState} ui @param {Shown} shown @param {import('../../../types.js').Seat} seat
 * @param {(act: () => void) => () => void} done
 */
function removeSince(ui, shown, seat, done) {
  const { t } = shown;
  const n = shown.people.filter((other) => other.number >= seat.number && other.role !== 'facilitator' && !other.hosted).length;
  if (n < 2) return nothing;
  const notes = Boolean(ui.state.extra?.notes);
  return html`<p class="small">${t('console.remove_since_hint', { name: shown.called(seat.id), n })}</p>
    ${n < FEWEST ? nothing : html`<label class="check"><input type="checkbox" .checked=${notes}
      @change=${(/** @type {any} */ event) => ui.set({ extra: { ...ui.state.extra, notes: event.target.checked } })}><span>${t('console.remove_notes')}</span></label>`}
    <button type="button" class="button danger" @click=${done(() => ui.emit('remove', notes && n >= FEWEST
      ? { seat: seat.id, since: true, notes } : { seat: seat.id, since: true }))}>${t('console.remove_since', { n })}</button>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {string} seat */
function returnWay(ui, shown, seat) {
  const { t } = shown;
  const extra = ui.state.extra;
  if (!extra?.qr) return html`<div class="field"><div class="acts"><button type="button" class="button"
    @click=${() => void newWay(ui, shown, seat)}>${t('console.return')}</button></div>
    <span class="hint">${t('console.return_hint')}</span></div>`;
  return html`<div class="door-code">${qrCode(extra.qr, t('console.return_qr'))}<p>${t('console.return_scan')}</p></div>`;
}

/** The dialog for adding somebody without a phone. @param {ConsoleState} ui @param {Shown} shown */
export function host(ui, shown) {
  const { t } = shown;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('name') ?? '').trim();
    if (!name) return;
    const seat = ui.context.keys.randomId(8);
    emptied(ui, 'host');
    ui.emit('person', { seat, name });
    ui.set({ dialog: '', writer: seat, tab: 'now' });
    // The heading with the count is in sight again: the button stands at the end of a long list.
    requestAnimationFrame(() => document.querySelector('.console-people')?.scrollTo(0, 0));
  };
  return html`<p>${t('console.host_hint')}</p><form class="stack" @submit=${send}>
    <label class="field"><span class="label">${t('console.host_name')}</span><input class="input" name="name" data-most="40" autocomplete="off"
      required ${keptField(ui, 'host')}></label>
    <div class="acts"><button class="button main" type="submit">${t('console.host_add')}</button></div></form>`;
}
