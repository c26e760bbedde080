/** The console's question about a text that seems to name somebody, before it is saved. Nothing is refused here. */
import { html, nothing } from '../../../lib/lit-html.js';
import { looksLike } from '../../notes/personal.js';

/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** Whether to ask about a text first: it seems to name somebody, and was not confirmed. @param {ConsoleState} ui @param {string} where the form @param {string} text */
export function asksAbout(ui, where, text) {
  const kind = text === ui.state.sure ? '' : looksLike(text);
  if (!kind) Object.assign(ui.state, { sure: '', doubt: null });
  else ui.set({ doubt: { kind, text, where } });
  return Boolean(kind);
}

/** The open question, within the form whose text it is about; answering it sends the form. @param {ConsoleState} ui @param {import('../../types.js').Shown} shown @param {string} where */
export function doubtAbout(ui, { t }, where) {
  const { doubt } = ui.state;
  return html`<div role="alert">${doubt?.where === where ? html`<p class="banner">${t(`doubt.${doubt.kind}`)}
    <button type="submit" class="button" @click=${() => Object.assign(ui.state, { sure: ui.state.doubt?.text ?? '', doubt: null })}>${t('doubt.sure')}</button></p>` : nothing}</div>`;
}
