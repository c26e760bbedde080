/** What seldom comes: a text that was turned down and lies above its box, and a way in that is over. */
import { html, nothing } from '../../../lib/lit-html.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */

/** Texts that were turned down while the box held another. @param {PhoneState} ui */
export function lostTexts(ui) {
  const me = ui.context.store?.shown().me;
  // While one's group has the word there is no box.
  const open = me?.can.includes('write') && !(me.turn === 'holder' && !me.place);
  return ui.lost.map((item) => html`<div class="banner warn" role="alert"><span>${ui.t('lost.text', { text: item.text })} ${item.why}</span>
    <span class="row">${open ? html`<button type="button" class="button" @click=${() => keepLost(ui, item)}>${ui.t('lost.keep')}</button>` : nothing}
    <button type="button" class="link" @click=${() => dropLost(ui, item)}>${ui.t('lost.drop')}</button></span></div>`);
}

/** @param {PhoneState} ui @param {PhoneState['lost'][number]} item */
function keepLost(ui, item) {
  const key = ui.at?.round.id;
  if (key) ui.setText(key, [ui.text(key).trim(), item.text].filter(Boolean).join('\n'));
  ui.openBox = true;
  dropLost(ui, item);
}

/** @param {PhoneState} ui @param {PhoneState['lost'][number]} item */
function dropLost(ui, item) {
  ui.lose(ui.lost.filter((other) => other !== item));
}

/** @param {PhoneState} ui @param {Shown} shown */
export function over(ui, shown) {
  const again = shown.closeReason === 'no_access' || shown.closeReason === 'removed';
  return html`<main class="narrow"><a class="brand" href="/">Tavle</a><div class="middle">
    <h1 id="heading" tabindex="-1">${ui.t(`close.${shown.closeReason || 'unknown'}.title`)}</h1>
    <p>${ui.t(`close.${shown.closeReason || 'unknown'}`)}</p>
    ${again ? html`<a class="button main big" href="/join">${ui.t('close.join')}</a>`
    : shown.closeReason === 'gone' ? html`<a class="button main big" href="/">${ui.t('close.front')}</a>`
      : html`<button type="button" class="button main big" @click=${() => location.reload()}>${ui.t('close.reload')}</button>`}
  </div></main>`;
}
