/** What seldom comes: a text that was turned down and lies above its box, and a way in that is over. */
import { html, nothing } from '../../../lib/lit-html.js';

/** @typedef {import('../phone.js').Desk} Desk */
/** @typedef {import('../../types.js').Shown} Shown */

/** Texts that were turned down while the box held another. @param {Desk} desk */
export function lostTexts(desk) {
  const me = desk.context.store?.shown().me;
  // While one's group has the word there is no box.
  const open = me?.can.includes('write') && !(me.turn === 'holder' && !me.place);
  return desk.lost.map((item) => html`<div class="banner warn" role="alert"><span>${desk.t('lost.text', { text: item.text })} ${item.why}</span>
    <span class="row">${open ? html`<button type="button" class="button" @click=${() => keepLost(desk, item)}>${desk.t('lost.keep')}</button>` : nothing}
    <button type="button" class="link" @click=${() => dropLost(desk, item)}>${desk.t('lost.drop')}</button></span></div>`);
}

/** @param {Desk} desk @param {Desk['lost'][number]} item */
function keepLost(desk, item) {
  const key = desk.at?.round.id;
  if (key) desk.setText(key, [desk.text(key).trim(), item.text].filter(Boolean).join('\n'));
  desk.openBox = true;
  dropLost(desk, item);
}

/** @param {Desk} desk @param {Desk['lost'][number]} item */
function dropLost(desk, item) {
  desk.lose(desk.lost.filter((other) => other !== item));
}

/** @param {Desk} desk @param {Shown} shown */
export function over(desk, shown) {
  const again = shown.closeReason === 'no_access' || shown.closeReason === 'removed';
  return html`<main class="narrow"><a class="brand" href="/">Tavle</a><div class="middle">
    <h1 id="heading" tabindex="-1">${desk.t(`close.${shown.closeReason || 'unknown'}.title`)}</h1>
    <p>${desk.t(`close.${shown.closeReason || 'unknown'}`)}</p>
    ${again ? html`<a class="button main big" href="/join">${desk.t('close.join')}</a>`
    : shown.closeReason === 'gone' ? html`<a class="button main big" href="/">${desk.t('close.front')}</a>`
      : html`<button type="button" class="button main big" @click=${() => location.reload()}>${desk.t('close.reload')}</button>`}
  </div></main>`;
}
