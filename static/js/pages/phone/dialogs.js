/** The phone's dialogs: one note (change, move, delete), and one's name. */
import { classMap, html, live, nothing } from '../../../lib/lit-html.js';
import { formOf } from '../../forms/index.js';
import { linkChoices } from '../../notes/links.js';
import { color, tongue } from '../../notes/look.js';
import { markChoices } from '../../notes/marks.js';
import { asksSide, placeArgs, scaled } from '../../notes/query.js';
import { lengthOf, sameText } from '../../text.js';
import { answerInputs } from '../answers.js';
import { NEAR, limitOf } from './box.js';
import { over } from './typed.js';

export { giveBackAnswer } from '../answers.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */

/** @param {PhoneState} ui @param {Shown} shown */
export function dialog(ui, shown) {
  return ui.dialog?.kind === 'name' ? nameDialog(ui) : noteDialog(ui, shown);
}

/** @param {PhoneState} ui @param {Shown} shown */
function noteDialog(ui, shown) {
  const state = /** @type {NonNullable<PhoneState['dialog']>} */ (ui.dialog);
  const note = shown.note(state.note?.id ?? '') ?? state.note;
  if (!note) return nothing;
  const edits = note.can.includes('edit') && (shown.note(note.id) !== null || !shown.loaded);
  const limit = limitOf(shown, note.sheet, note.lane);
  const text = state.text ?? '';
  const left = limit - lengthOf(text, limit);
  const stands = note.text;
  const began = state.began ?? stands;
  // Somebody else has changed the note since this text was begun (SPEC R25): its writer sees both and chooses.
  const other = edits && !note.pending && !sameText(stands, began) && !sameText(stands, text);
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    go();
  };
  const go = () => {
    const typed = (ui.dialog?.text ?? '').trim();
    if (!edits || !typed || lengthOf(typed, limit) > limit) return;
    const kind = sameText(typed, stands) ? '' : ui.part('doubt')?.doubtOf(ui, typed);
    if (kind) return void ui.ask({ key: 'dialog', kind, text: typed });
    if (!sameText(typed, stands)) ui.context.emit('edit', { note: note.id, text: typed, from: other ? stands : began });
    leave();
  };
  const leave = () => {
    ui.forgetTyped({ kind: 'note', id: note.id });
    ui.open(null);
  };
  const field = html`<div class=${classMap({ 'note-box': true, [color(note, shown)]: true })}>
      <textarea aria-label=${ui.t(other ? 'note.your_text' : 'note.text')} rows="3" dir="auto" lang=${ui.context.lang()} .value=${live(text)} @input=${(/** @type {any} */ event) => ui.type({ text: event.target.value })}></textarea>
      <span class=${classMap({ left: true, over: left < 0 })}>${left > NEAR ? nothing : left < 0 ? ui.t('phone.too_long', { n: -left }) : ui.t('phone.left', { n: left })}</span></div>`;
  const card = html`<p class=${classMap({ note: true, [color(note, shown)]: true })} dir="auto" lang=${tongue(stands, shown)}>${stands}</p>`;
  const typed = /** @type {const} */ ({ kind: 'note', id: note.id, text, began });
  return html`<form method="dialog" @submit=${save}>
    <h2 id="dialog-title">${ui.t(edits ? 'note.edit' : 'note.title')}</h2>
    ${other ? html`<div class="stack tight" role="alert"><p class="strong">${ui.t('note.changed')}</p>${card}<p class="label">${ui.t('note.your_text')}</p></div>` : nothing}
    ${edits ? field : card}
    <div role="alert">${ui.doubt ? ui.part('doubt')?.question(ui, 'dialog', text.trim(), go) ?? nothing : nothing}</div>
    ${!edits && text.trim() && !sameText(text, stands) ? over(ui, typed, ui.part('trouble')?.boxFor(ui, shown)) : nothing}
    ${other ? nothing : html`${moveChoices(ui, shown, note)}${answerInputs({ shown, note, context: ui.context })}`}
    ${markChoices(note, shown, ui.context.emit)}
    ${linkChoices(note, shown, ui.context.emit)}
    <div class="stack">
      ${edits ? html`<button class="button main big" type="submit" aria-disabled=${String(left < 0)}>${ui.t(other ? 'note.use_mine' : 'note.save')}</button>` : nothing}
      ${other ? html`<button type="button" class="button wide" @click=${leave}>${ui.t('note.keep_theirs')}</button>` : nothing}
      <div class="pair">
        ${!other && note.can.includes('delete') ? html`<button type="button" class="button danger" @click=${() => ui.remove(note)}>${ui.t(note.draft ? 'note.delete' : 'note.take_down')}</button>` : html`<span></span>`}
        <button type="button" class="button" @click=${() => ui.open(null)}>${ui.t('note.close')}</button>
      </div>
    </div></form>`;
}

/** Buttons for moving a note to another lane. @param {PhoneState} ui @param {Shown} shown @param {Note} note */
function moveChoices(ui, shown, note) {
  const sheet = shown.sheet(note.sheet);
  if (!sheet || !note.can.includes('move')) return nothing;
  // A draft on a sheet with a scale gets its lane when it is placed.
  if (note.draft && scaled(sheet)) return nothing;
  const open = shown.me?.write?.sheet === note.sheet ? shown.me.write.lanes : [];
  return formOf(sheet)?.choices({
    shown, sheet, lanes: [...open, note.lane], note, aim: { lane: note.lane, side: note.side, row: note.row, asks: asksSide(sheet, note) },
    choose: ({ lane, side }) => ui.context.emit('move', placeArgs(shown, { note: note.id, sheet: note.sheet, lane, row: note.row, side })),
  });
}

/** @param {PhoneState} ui */
function nameDialog(ui) {
  const state = /** @type {NonNullable<PhoneState['dialog']>} */ (ui.dialog);
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    ui.context.emit('name', { name: (ui.dialog?.text ?? '').trim() });
    ui.open(null);
  };
  return html`<form method="dialog" @submit=${save}><h2 id="dialog-title">${ui.t('name.title')}</h2>
    <div class="field"><label for="name">${ui.t('name.label')}</label>
      <input class="input" id="name" data-most="40" autocomplete="nickname" .value=${live(state.text ?? '')} @input=${(/** @type {any} */ event) => ui.type({ text: event.target.value })}>
      <p class="hint">${ui.t('name.hint')}</p></div>
    <div class="pair"><button type="button" class="button" @click=${() => ui.open(null)}>${ui.t('note.close')}</button><button class="button main" type="submit">${ui.t('note.save')}</button></div></form>`;
}
