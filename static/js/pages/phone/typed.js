/**
 * Texts that were typed in a dialog and are not saved: the messages about them, and what can be done with one that
 * can no longer be saved there. They are kept by state.js.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { copyText } from '../copy.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('./state.js').Typed} Typed */
/** @typedef {import('../../types.js').Shown} Shown */

/** Whether the text can still be saved where it was typed. @param {Shown} shown @param {Typed} typed */
function goesOn(shown, { kind, id }) {
  if (kind === 'heading') return Boolean(shown.me?.can.includes('heading'));
  if (kind === 'line') return shown.pad.some((line) => line.id === id && line.can.includes('edit'));
  return Boolean(shown.note(id)?.can.includes(kind === 'note' ? 'edit' : 'comment'));
}

/** A message for each such text whose dialog is not open. @param {PhoneState} ui @param {Shown} shown @param {(text: string) => void} [toBox] absent where there is no box */
export function messages(ui, shown, toBox) {
  return ui.unsaved.map((typed) => {
    const { text, why } = typed;
    const drop = html`<button type="button" class="link" @click=${() => ui.forgetTyped(typed)}>${ui.t('lost.drop')}</button>`;
    if (!goesOn(shown, typed)) return html`<div class="banner warn"><span>${ui.t(`typed.over_${typed.kind}`, { text })}</span>${ways(ui, typed, typed.kind === 'line' ? undefined : toBox)}</div>`;
    return html`<div class="banner"><span>${ui.t(`typed.${typed.kind}`, { text })} ${why ? ui.t(`refused.${why}`) : nothing}</span>
      <span class="row"><button type="button" class="button" @click=${() => ui.openTyped(typed, shown)}>${ui.t('typed.go_on')}</button>${drop}</span></div>`;
  });
}

/** What can be done with a text that cannot be saved where it was typed. @param {PhoneState} ui @param {Typed} typed @param {(text: string) => void} [toBox] */
function ways(ui, typed, toBox) {
  const again = () => {
    ui.open(null);
    toBox?.(typed.text);
    ui.forgetTyped(typed);
    setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('.note-box textarea'))?.focus(), 60);
  };
  return html`<span class="row">${toBox ? html`<button type="button" class="button" @click=${again}>${ui.t('typed.again')}</button>` : nothing}
    <button type="button" class=${toBox ? 'link' : 'button'} @click=${() => void copy(ui, typed.text)}>${ui.t('typed.copy')}</button>
    <button type="button" class="link" @click=${() => { ui.open(null); ui.forgetTyped(typed); }}>${ui.t('lost.drop')}</button></span>`;
}

/**
 * Inside the text's dialog: it can no longer be saved there.
 * @param {PhoneState} ui @param {Typed} typed @param {((text: string) => void) | undefined} toBox
 */
export function over(ui, typed, toBox) {
  return html`<div class="banner warn" role="alert"><span>${ui.t(`typed.over_${typed.kind}`, { text: typed.text })}</span>${ways(ui, typed, toBox)}</div>`;
}

/** @param {PhoneState} ui @param {string} text */
async function copy(ui, text) {
  if (await copyText(text)) ui.context.toast(ui.t('devices.copied'));
}
