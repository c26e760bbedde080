/**
 * Texts that the facilitator has typed and not saved: kept in this browser, and offered again after a reload, another
 * round or another tap. No sending may live here.
 */
import { html, live, nothing, ref } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { sameText } from '../../text.js';
import { changedMeanwhile, keepCorrection, keptCorrections } from '../corrections.js';
import { judgeLength } from '../lengths.js';
import { asksAbout, doubtAbout } from './doubt.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** @typedef {import('../corrections.js').Correction} Correction */

/** The storage key for corrections, beside those of single fields. */
const EDITS = 'console-edits';
/** @type {Map<string, (element: Element | undefined) => void>} */ const fields = new Map();

/** @param {ConsoleState} ui @param {string} name @param {any} value */
function keep(ui, name, value) {
  ui.context.keys.keepHalf(ui.context.board, `console-${name}`, value);
}

/** The most characters that a text has anywhere; a lane may take fewer, which the server says. */
const LIMIT = 1000;

/** For a field: what is typed in it is there again whenever the field is, and one that is too long says so. @param {ConsoleState} ui @param {string} name */
export function keptField(ui, name) {
  if (!fields.has(name)) {
    fields.set(name, (element) => {
      const field = /** @type {HTMLInputElement | HTMLTextAreaElement | undefined} */ (element);
      if (!field) return;
      field.dir = 'auto';
      if (!field.value) field.value = ui.context.keys.half(ui.context.board, `console-${name}`) ?? '';
      const look = () => judgeLength(field, ui.context.t, LIMIT);
      field.oninput = () => {
        keep(ui, name, field.value);
        look();
      };
      if (field.value) look();
    });
  }
  return ref(/** @type {any} */ (fields.get(name)));
}

/** The text of a field is sent: empty it. @param {ConsoleState} ui @param {string} name @param {HTMLInputElement | HTMLTextAreaElement | RadioNodeList | Element | null} [field] */
export function emptied(ui, name, field) {
  keep(ui, name, '');
  if (field) /** @type {HTMLInputElement} */ (field).value = '';
}

/** Texts were not saved: each stands in its field again, unless something else was typed in one of them. @param {ConsoleState} ui @param {Record<string, string>} texts  by the names of their fields @returns {boolean} whether they do */
export function refilled(ui, texts) {
  const all = Object.entries(texts);
  const typed = (/** @type {string} */ name) => ui.context.keys.half(ui.context.board, `console-${name}`) ?? '';
  if (all.some(([name, text]) => !['', text].includes(typed(name)))) return false;
  for (const [name, text] of all) {
    keep(ui, name, text);
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement | null} */ (document.querySelector(`[name="${CSS.escape(name)}"]`));
    if (field) field.value = text;
  }
  return true;
}

/** Corrections by note, as they were left. @param {ConsoleState['context']} context @returns {Record<string, Correction>} */
export function keptEdits(context) {
  return keptCorrections(context, EDITS);
}

/** @param {ConsoleState} ui @param {string} note @param {Correction | null} edit null: it is saved, or not wanted any more */
function setEdit(ui, note, edit) {
  ui.set({ edits: keepCorrection(ui.context, EDITS, ui.state.edits, note, edit) });
}

/** Begin to correct a note, or a line of the pad, or go on with it. @param {ConsoleState} ui @param {{ id: string, text: string }} note */
export function beginEdit(ui, note) {
  ui.set({ selected: note.id, editing: note.id, edits: { [note.id]: { text: note.text, began: note.text }, ...ui.state.edits } });
}

/** A correction was refused: it is open again, beside what stands now. @param {ConsoleState} ui @param {Record<string, any>} args */
export function giveBackEdit(ui, args) {
  const id = args.note ?? args.line;
  setEdit(ui, id, { text: args.text, began: args.from ?? args.text });
  ui.set({ selected: id, editing: id });
}

/**
 * Correcting a note, or a line of the pad; if it was changed meanwhile, both texts (SPEC R25).
 * @param {ConsoleState} ui @param {Shown} shown @param {{ id: string, text: string, pending?: boolean }} note
 * @param {(change: { text: string, from: string }) => void} [emit]
 */
export function correct(ui, shown, note, emit = (change) => ui.emit('edit', { note: note.id, ...change })) {
  const { t } = shown;
  const { text, began } = ui.state.edits[note.id] ?? { text: note.text, began: note.text };
  const stands = note.text;
  const other = changedMeanwhile(note, { text, began });
  const leave = () => {
    setEdit(ui, note.id, null);
    ui.set({ editing: '', selected: '' });
  };
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    // As it is now: more may have been typed since this was drawn.
    const typed = (ui.state.edits[note.id]?.text ?? text).trim();
    if (typed && !sameText(typed, stands) && asksAbout(ui, 'edit', typed)) return;
    if (typed && !sameText(typed, stands)) emit({ text: typed, from: other ? stands : began });
    leave();
  };
  return html`<form class="note-tools" @submit=${send}>
    ${other ? html`<div role="alert"><p class="label">${t('note.changed')}</p><blockquote class="quote" dir="auto" lang=${tongue(stands, shown)}>${stands}</blockquote></div>` : nothing}
    <label class="field"><span class="label">${t(other ? 'note.your_text' : 'console.edit')}</span><textarea class="input" name="text" rows="2" dir="auto"
      .value=${live(text)} @input=${(/** @type {any} */ event) => setEdit(ui, note.id, { text: event.target.value, began })}></textarea></label>${doubtAbout(ui, shown, 'edit')}
    <div class="acts"><button class="button main" type="submit">${t(other ? 'note.use_mine' : 'console.save')}</button>
      <button type="button" class="button plain" @click=${leave}>${t(other ? 'note.keep_theirs' : 'console.cancel')}</button></div></form>`;
}

/** Corrections that are begun, and not open. @param {ConsoleState} ui @param {Shown} shown */
export function unsavedEdits(ui, shown) {
  const { t } = shown;
  return Object.entries(ui.state.edits).map(([id, { text, began }]) => {
    const note = shown.note(id) ?? shown.pad.find((line) => line.id === id);
    if (sameText(text, began) || (id === ui.state.editing && note?.can.includes('edit') && id === ui.state.selected)) return nothing;
    const drop = html`<button type="button" class="link" @click=${() => setEdit(ui, id, null)}>${t('lost.drop')}</button>`;
    return note?.can.includes('edit')
      ? html`<p class="banner"><span>${t('typed.note', { text })}</span><button type="button" class="button" @click=${() => beginEdit(ui, note)}>${t('typed.go_on')}</button>${drop}</p>`
      : html`<p class="banner warn"><span>${t('typed.over_note', { text })}</span>${drop}</p>`;
  });
}
