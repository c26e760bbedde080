/** The input for a workshop's code of three words, and the language switch; for the pages front and join. */
import { html, live, nothing } from '../../lib/lit-html.js';
import { tidyCode } from '../text.js';
import { at } from '../sync/keys.js';

/** @typedef {import('../types.js').Context} Context */

/**
 * @param {{ t: import('../types.js').T, code: string, wrong: string, onInput(code: string): void, onGo(): void, busy?: boolean }} options
 */
export function codeField({ t, code, wrong, onInput, onGo, busy }) {
  return html`<form class="go" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); onGo(); }}>
    <div class="field"><label for="code">${t('code.label')}</label>
      <input class="input code" id="code" name="code" type="text" inputmode="text" enterkeyhint="go" autocomplete="off" autocapitalize="off"
        autocorrect="off" spellcheck="false" placeholder=${t('code.example')} aria-describedby="code-wrong" aria-invalid=${String(Boolean(wrong))}
        .value=${live(code)} @input=${(/** @type {any} */ event) => onInput(event.target.value)}>
      <div id="code-wrong" role="alert">${wrong ? html`<p class="wrong">${t(wrong)}</p>` : nothing}</div></div>
    <button class="button main big wide" type="submit" ?disabled=${busy}>${t('code.go')}</button></form>`;
}

/**
 * Look a code up and go to the join page; returns the text key of what is wrong, or ''.
 * @param {Context} context @param {string} typed
 */
export async function joinByCode(context, typed) {
  const code = tidyCode(typed);
  if (!code) return 'code.empty';
  if (code.split('-').length !== 3) return 'code.three';
  try {
    const { call } = await context.api();
    await call('/api/look', { body: { code } });
  } catch (error) {
    const reason = /** @type {any} */ (error).reason ?? 'unknown';
    if (reason !== 'slow_down') return `error.${reason}`; // else the join page waits until the code can be looked up
  }
  location.assign(at(`/join#c=${code}`));
  return '';
}

/** @param {Context} context */
export function langSwitch(context) {
  return html`<div class="langs" role="group" aria-label=${context.t('lang.choose')}>${/** @type {const} */ (['da', 'en']).map((lang) => html`
    <button type="button" lang=${lang} aria-pressed=${String(context.lang() === lang)} @click=${() => context.setLang(lang)}>${lang === 'da' ? 'Dansk' : 'English'}</button>`)}</div>`;
}
