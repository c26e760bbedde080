/** Gathering on a phone (SPEC R35): a list to pick notes from, and the heading over them. */
import { classMap, html, live, nothing, repeat } from '../../../lib/lit-html.js';
import { color, tongue } from '../../notes/look.js';
import { laneOf, notesOn } from '../../notes/query.js';
import { gathered } from '../../notes/under.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */

const HEADING = 60;
/** The most notes that are laid under a heading at a time (SPEC 5). */
const MOST = 60;
const TEXT = 'gather';

/** Whether there is something to gather on a sheet. @param {Shown} shown @param {string} sheet */
export function gathers(shown, sheet) {
  return notesOn(shown, sheet).filter((note) => note.can.includes('gather')).length > 1;
}

/** The button that begins it. @param {PhoneState} ui @param {Shown} shown @param {string} sheet */
export function gatherButton(ui, shown, sheet) {
  if (!gathers(shown, sheet)) return nothing;
  return html`<button type="button" class="button" id="gather-begin" @click=${() => ui.pick('gather', [])}>${ui.t('board.gather')}</button>`;
}

/** The list to pick from. @param {PhoneState} ui @param {Shown} shown @param {string} sheet */
export function picker(ui, shown, sheet) {
  const lanes = (shown.sheet(sheet)?.lanes ?? []).map(({ id }) => id);
  const known = notesOn(shown, sheet).filter((note) => note.can.includes('gather')).sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane));
  const picked = /** @type {string[]} */ (ui.picked.gather).filter((id) => known.some((note) => note.id === id));
  const chosen = known.filter(({ id }) => picked.includes(id));
  const heads = chosen.filter(({ kind }) => kind === 'gathering');
  const rest = picked.filter((id) => chosen.some((note) => note.id === id && note.kind === 'note'));
  const enough = rest.length <= MOST && (heads.length === 1 ? rest.length > 0 : !heads.length && rest.length > 1);
  const text = ui.text(TEXT);
  const tap = (/** @type {string} */ id) => ui.pick('gather', picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id]);
  const stop = () => {
    ui.pick('gather', undefined);
    // The form is gone: the keyboard goes on where it began.
    setTimeout(() => document.getElementById('gather-begin')?.focus(), 60);
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!enough || (!heads.length && !text.trim())) return;
    ui.context.emit('gather', heads.length ? { note: heads[0].id, notes: rest } : { note: ui.context.keys.randomId(16), notes: rest, text: text.trim() });
    ui.setText(TEXT, '');
    stop();
    ui.context.toast(ui.t('board.gather_done', { n: rest.length }), { label: ui.t('phone.undo'), run: () => ui.context.emit('undo') });
  };
  return html`<form class="stack" @submit=${send}><h2>${ui.t('board.gather')}</h2><p class="quiet">${ui.t('board.gather_hint')}</p>
    <div class="pick">${repeat(known, (note) => note.id, (note) => html`<label class=${classMap({ note: true, [color(note, shown)]: true })}><input type="checkbox" .checked=${live(picked.includes(note.id))} @change=${() => tap(note.id)}><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span><span class="mark">${where(ui, shown, note)}</span></label>`)}</div>
    <div class="gather-bar stack tight">${heads.length ? nothing : html`<div class="field"><label for="gather-text">${ui.t('board.heading_text')}</label>
      <input class="input" id="gather-text" dir="auto" autocomplete="off" data-most=${HEADING} .value=${live(text)} @input=${(/** @type {any} */ event) => ui.setText(TEXT, event.target.value)}></div>`}
    ${heads.length > 1 ? html`<p class="quiet small">${ui.t('board.gather_one')}</p>` : nothing}
    ${rest.length > MOST ? html`<p class="small" role="alert">${ui.t('board.gather_most', { most: MOST, n: rest.length - MOST })}</p>` : nothing}
    <div class="pair"><button type="button" class="button" @click=${stop}>${ui.t('board.gather_stop')}</button>
      <button class="button main" type="submit" ?disabled=${!enough || (!heads.length && !text.trim())}>${ui.t(heads.length ? 'board.gather_under' : 'board.gather_do')}</button></div></div></form>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Note} note */
function where(ui, shown, note) {
  return note.kind === 'gathering' ? ui.t('board.gathered', { n: gathered(note, shown).length }) : shown.say(laneOf(note, shown)?.title);
}

/** Take notes apart, or one out. @param {PhoneState} ui @param {Note} note @param {string} label */
export function apart(ui, note, label) {
  if (!note.can.includes('apart')) return nothing;
  const go = () => {
    ui.context.emit('apart', { note: note.id });
    ui.context.toast(ui.t('board.apart_done'), { label: ui.t('phone.undo'), run: () => ui.context.emit('undo') });
  };
  return html` <button type="button" class="link" @click=${go}>${ui.t(label)}</button>`;
}
