/** The console's questions about a text before it is saved: does it name somebody, and is it meant to be linked to nothing. Nothing is refused here. */
import { html, nothing } from '../../../lib/lit-html.js';
import { looksLike } from '../../notes/personal.js';

/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** Whether to ask about a text first: there is a question that was not answered. @param {ConsoleState} ui @param {string} where the form @param {string} text @param {boolean} [unlinked] it could be linked to a note, and is not */
export function asksAbout(ui, where, text, unlinked = false) {
  const kind = [unlinked ? 'unlinked' : '', looksLike(text)].find((one) => one && !ui.state.sure.has(`${one} ${text}`));
  if (!kind) Object.assign(ui.state, { doubt: null });
  else ui.set({ doubt: { kind, text, where } });
  return Boolean(kind);
}

/** The open question, within the form whose text it is about; answering it sends the form. @param {ConsoleState} ui @param {import('../../types.js').Shown} shown @param {string} where */
export function doubtAbout(ui, { t }, where) {
  const { doubt } = ui.state;
  return html`<div role="alert">${doubt?.where === where ? html`<p class="banner">${t(`doubt.${doubt.kind}`)}
    <button type="submit" class="button" @click=${() => { ui.state.sure.add(`${doubt.kind} ${doubt.text}`); ui.state.doubt = null; }}>${t('doubt.sure')}</button></p>` : nothing}</div>`;
}
