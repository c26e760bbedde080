/**
 * Questions to the writer before a text is saved: does it name somebody, and is a step towards no dream meant so. Each is
 * asked once about a text, and answered with one tap. Nothing is refused here.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { looksLike } from '../../notes/personal.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */

/**
 * The first question about a text that its writer has not answered; '' for none.
 * @param {PhoneState} ui @param {string} text @param {boolean} [unlinked] it is linked to nothing, where it could be
 */
export function doubtOf(ui, text, unlinked = false) {
  const kinds = [unlinked ? 'unlinked' : '', looksLike(text)].filter(Boolean);
  return kinds.find((kind) => !ui.sure.has(`${kind} ${text}`)) ?? '';
}

/**
 * The open question about the text of a box or dialog.
 * @param {PhoneState} ui @param {string} key @param {string} text @param {() => void} go saves the text
 */
export function question(ui, key, text, go) {
  const { doubt } = ui;
  if (doubt?.key !== key || doubt.text !== text) return nothing;
  const sure = () => {
    ui.sure.add(`${doubt.kind} ${text}`);
    ui.ask(null);
    go();
  };
  const change = () => {
    ui.ask(null);
    /** @type {HTMLElement | null} */ const line = document.querySelector('.link-line');
    if (doubt.kind === 'unlinked' && line?.getAttribute('aria-expanded') === 'false') line.click();
    const place = doubt.kind === 'unlinked' ? line : document.querySelector('dialog[open] :is(textarea, #said)') ?? document.getElementById(`box-${key}`);
    /** @type {HTMLElement | null} */ (place)?.focus();
  };
  return html`<div class="banner doubt"><span>${ui.t(`doubt.${doubt.kind}`)}</span><div class="row">
    <button type="button" class="button" @click=${change}>${ui.t(doubt.kind === 'unlinked' ? 'doubt.choose' : 'doubt.change')}</button>
    <button type="button" class="link" @click=${sure}>${ui.t('doubt.sure')}</button></div></div>`;
}
