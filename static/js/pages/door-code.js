/** The input for a workshop's code of three words, and the language switch; for the pages front and join. */
import { html, live, nothing } from '../../lib/lit-html.js';
import { readCode, whatIsWrong } from '../text.js';
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
      <div id="code-wrong" role="alert">${wrong ? html`<p class="wrong">${wrong}</p>` : nothing}</div></div>
    <button class="button main big wide" type="submit" ?disabled=${busy}>${t('code.go')}</button></form>`;
}

/**
 * Look a code up and go to the join page; returns what is wrong, or ''.
 * @param {Context} context @param {string} typed
 */
export async function joinByCode(context, typed) {
  const read = readCode(typed);
  if ('wrong' in read) return context.t(read.wrong);
  try {
    const { call } = await context.api();
    await call('/api/look', { body: read });
  } catch (error) {
    const { reason } = /** @type {any} */ (error);
    // Else the join page waits until the code can be looked up.
    if (reason !== 'slow_down') return 'code' in read ? whatIsWrong(context.t, read.code, /** @type {any} */ (error)) : context.t(reason === 'no_door' ? 'error.no_door_link' : `error.${reason ?? 'unknown'}`);
  }
  location.assign(at('code' in read ? `/join#c=${read.code}` : `/join#j=${read.join}`));
  return '';
}

/** @param {Context} context */
export function langSwitch(context) {
  return html`<div class="langs" role="group" aria-label=${context.t('lang.choose')}>${/** @type {const} */ (['da', 'en']).map((lang) => html`
    <button type="button" lang=${lang} aria-pressed=${String(context.lang() === lang)} @click=${() => context.setLang(lang)}>${lang === 'da' ? 'Dansk' : 'English'}</button>`)}</div>`;
}
