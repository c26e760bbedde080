/** The sheets that open over the phone: one note (change, move, delete), one's name. */
import { classMap, html, live, nothing } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { NEAR, lengthOf, limitOf } from './box.js';

/** @typedef {import('./state.js').PhoneState} Desk */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */

/** @param {Desk} desk @param {Shown} shown */
export function dialog(desk, shown) {
  return desk.dialog?.kind === 'name' ? nameDialog(desk) : noteDialog(desk, shown);
}

/** @param {Desk} desk @param {Shown} shown */
function noteDialog(desk, shown) {
  const state = /** @type {NonNullable<Desk['dialog']>} */ (desk.dialog);
  const note = shown.note(state.note?.id ?? '') ?? state.note;
  if (!note) return nothing;
  const edits = note.can.includes('edit');
  const limit = limitOf(shown, note.sheet, note.lane);
  const left = limit - lengthOf(state.text ?? '');
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = (desk.dialog?.text ?? '').trim();
    if (!text || lengthOf(text) > limit) return;
    if (text !== note.text) desk.context.emit('edit', { note: note.id, text });
    desk.open(null);
  };
  return html`<form method="dialog" @submit=${save}>
    <h2 id="dialog-title">${desk.t(edits ? 'note.edit' : 'note.title')}</h2>
    ${edits ? html`<div class=${classMap({ 'note-box': true, [color(note, shown)]: true })}>
      <textarea aria-label=${desk.t('note.text')} rows="3" lang=${desk.context.lang()} .value=${live(state.text ?? '')} @input=${(/** @type {any} */ event) => desk.type({ text: event.target.value })}></textarea>
      <span class=${classMap({ left: true, over: left < 0 })}>${left > NEAR ? nothing : left < 0 ? desk.t('phone.too_long', { n: -left }) : desk.t('phone.left', { n: left })}</span></div>`
    : html`<p class=${classMap({ note: true, [color(note, shown)]: true })}>${note.text}</p>`}
    ${moveChoices(desk, shown, note)}
    <div class="stack">
      ${edits ? html`<button class="button main big" type="submit" aria-disabled=${String(left < 0)}>${desk.t('note.save')}</button>` : nothing}
      <div class="pair">
        ${note.can.includes('delete') ? html`<button type="button" class="button danger" @click=${() => desk.remove(note)}>${desk.t(note.draft ? 'note.delete' : 'note.take_down')}</button>` : html`<span></span>`}
        <button type="button" class="button" @click=${() => desk.open(null)}>${desk.t('note.close')}</button>
      </div>
    </div></form>`;
}

/** Moving between columns by tapping. @param {Desk} desk @param {Shown} shown @param {Note} note */
function moveChoices(desk, shown, note) {
  if (!note.can.includes('move')) return nothing;
  const sheet = shown.method?.sheets.find((known) => known.id === note.sheet);
  if (sheet?.form === 'timeline' && !note.draft) return desk.part('turn')?.moveOnLine(desk, shown, note) ?? nothing;
  const open = shown.me?.write?.sheet === note.sheet ? shown.me.write.lanes : [];
  const lanes = (sheet?.lanes ?? []).filter((lane) => open.includes(lane.id) || lane.id === note.lane);
  if (sheet?.form === 'timeline' || lanes.length < 2) return nothing;
  return html`<fieldset class="stack"><legend class="label">${desk.t('note.where')}</legend><div class="chips">${lanes.map((lane) => html`
    <button type="button" class="chip" aria-pressed=${String(lane.id === note.lane)} @click=${() => desk.context.emit('move', { note: note.id, lane: lane.id, ...(note.row ? { row: note.row } : {}) })}>${shown.say(lane.title)}</button>`)}</div></fieldset>`;
}

/** @param {Desk} desk */
function nameDialog(desk) {
  const state = /** @type {NonNullable<Desk['dialog']>} */ (desk.dialog);
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    desk.context.emit('name', { name: (desk.dialog?.text ?? '').trim() });
    desk.open(null);
  };
  return html`<form method="dialog" @submit=${save}><h2 id="dialog-title">${desk.t('name.title')}</h2>
    <div class="field"><label for="name">${desk.t('name.label')}</label>
      <input class="input" id="name" maxlength="40" autocomplete="nickname" .value=${live(state.text ?? '')} @input=${(/** @type {any} */ event) => desk.type({ text: event.target.value })}>
      <p class="hint">${desk.t('name.hint')}</p></div>
    <div class="pair"><button type="button" class="button" @click=${() => desk.open(null)}>${desk.t('note.close')}</button><button class="button main" type="submit">${desk.t('note.save')}</button></div></form>`;
}
