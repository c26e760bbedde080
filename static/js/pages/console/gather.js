/** Gathering on the console (SPEC R35): tap notes, write a heading; a tap takes them apart again. */
import { html, nothing } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { gathered } from '../../notes/under.js';
import { emptied, keptField } from './kept.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const HEADING = 60;
/** The most notes that are laid under a heading at a time (SPEC 5). */
const MOST = 60;

/** Frames in which a note that was just made is drawn. */
const SOON = 120;

/** Once it is drawn the keyboard is where one goes on: at a note of the picture, without one at the button that begins. @param {string} note @param {boolean} [only] not at a target for it */
export function goOn(note, only = false) {
  const held = document.activeElement;
  let frames = 0;
  /** @type {Element | null} */ let put = null;
  const look = () => {
    frames += 1;
    const at = document.activeElement;
    if (at !== held && at !== document.body && at?.id !== 'heading' && at !== put) return;
    const board = /** @type {import('../../board/stage.js').BoardStage | null} */ (document.querySelector('.console-picture board-stage'));
    if (!note) document.getElementById('gather-begin')?.focus();
    // The server's answer may put the notes into another order, and what is moved in a page loses the focus.
    else if (frames < SOON) {
      if (at !== put && board?.focusOn(note, only)) put = document.activeElement;
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
}

/** The button that begins it, where there is something to gather. @param {ConsoleState} ui @param {Shown} shown @param {string} sheet */
export function gatherButton(ui, shown, sheet) {
  if (ui.state.gather || !shown.notes.some((note) => note.sheet === sheet && note.can.includes('gather'))) return nothing;
  return html`<div class="console-walk"><button type="button" class="button" id="gather-begin" @click=${() => ui.set({ gather: [], selected: '', editing: '' })}>${shown.t('console.gather')}</button></div>`;
}

/** A note was tapped while notes are being gathered. @param {ConsoleState} ui @param {Shown} shown @param {string} id */
export function tapped(ui, shown, id) {
  const picked = ui.state.gather ?? [];
  if (!shown.note(id)?.can.includes('gather')) return;
  ui.set({ gather: picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id] });
}

/** What is picked, and the heading to be written over it. @param {ConsoleState} ui @param {Shown} shown */
export function gathering(ui, shown) {
  const { t } = shown;
  const picked = (ui.state.gather ?? []).map((id) => shown.note(id)).filter((note) => note?.can.includes('gather'));
  const notes = /** @type {Note[]} */ (picked);
  const heads = notes.filter(({ kind }) => kind === 'gathering');
  const head = heads.length === 1 ? heads[0] : null;
  const rest = notes.filter(({ kind }) => kind === 'note').map(({ id }) => id);
  const enough = rest.length <= MOST && (head ? rest.length > 0 : !heads.length && rest.length > 1);
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const text = String(new FormData(form).get('gather') ?? '').trim();
    if (!enough || (!head && !text)) return;
    const under = head?.id ?? ui.context.keys.randomId(16);
    ui.emit('gather', { note: under, notes: rest, ...(head ? {} : { text }) });
    emptied(ui, 'gather', form.elements.namedItem('gather'));
    ui.set({ gather: null });
    goOn(under, true);
    ui.context.toast(t('console.gathered', { n: rest.length }), { label: t('console.undo'), run: () => ui.emit('undo') });
  };
  return html`<form class="note-tools" aria-label=${t('console.gather')} @submit=${send}>
    <p><span class="box-kicker">${t('console.gather')}</span> ${t(notes.length ? 'console.gather_picked' : 'console.gather_hint', { n: notes.length })}</p>
    ${notes.length ? html`<ul class="gather-picked">${notes.map((note) => html`<li><button type="button" class="chip" aria-pressed="true" lang=${tongue(note.text, shown)}
      @click=${() => tapped(ui, shown, note.id)}>${note.text}</button></li>`)}</ul>` : nothing}
    ${heads.length > 1 ? html`<p class="small quiet">${t('board.gather_one')}</p>` : nothing}
    ${rest.length > MOST ? html`<p class="small" role="alert">${t('board.gather_most', { most: MOST, n: rest.length - MOST })}</p>` : nothing}
    ${heads.length ? nothing : html`<label class="field"><span class="label">${t('console.gather_heading')}</span>
      <input class="input" name="gather" data-most=${HEADING} autocomplete="off" required ${keptField(ui, 'gather')}></label>`}
    <div class="acts"><button class="button main" type="submit" ?disabled=${!enough}>${t(head ? 'console.gather_under' : 'console.gather_do')}</button>
      <button type="button" class="button plain" @click=${() => { ui.set({ gather: null }); goOn(''); }}>${t('console.gather_stop')}</button></div></form>`;
}

/** The way back from a note to the heading that it lies under. @param {ConsoleState} ui @param {Shown} shown @param {Note} head */
export function above(ui, shown, head) {
  return html`<p class="small quiet">${shown.t('console.gathered_under')} <button type="button" class="link" @click=${() => ui.set({ selected: head.id, editing: '' })}><bdi>${head.text}</bdi></button></p>`;
}

/** What lies under the chosen heading, each to be taken out, and all at once. @param {ConsoleState} ui @param {Shown} shown @param {Note} head */
export function below(ui, shown, head) {
  const { t } = shown;
  const apart = (/** @type {string} */ note) => {
    ui.emit('apart', { note });
    ui.context.toast(t('console.apart_done'), { label: t('console.undo'), run: () => ui.emit('undo') });
  };
  const can = head.can.includes('apart');
  return html`<ul class="gather-below">${gathered(head, shown).map((note) => html`<li><button type="button" class="link" lang=${tongue(note.text, shown)} @click=${() => ui.set({ selected: note.id, editing: '' })}><bdi>${note.text}</bdi></button>
      ${can ? html`<button type="button" class="button" aria-label=${t('console.take_out_this', { text: note.text })} @click=${() => apart(note.id)}>${t('console.take_out')}</button>` : nothing}</li>`)}</ul>
    ${can ? html`<div class="acts"><button type="button" class="button" @click=${() => ui.set({ gather: [head.id], selected: '' })}>${t('console.gather_more')}</button>
      <button type="button" class="button" @click=${() => { const [first] = gathered(head, shown); apart(head.id); ui.set({ selected: '' }); goOn(first?.id ?? '', true); }}>${t('console.apart')}</button></div>` : nothing}`;
}
