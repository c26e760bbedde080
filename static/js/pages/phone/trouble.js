/**
 * Rare messages: a device that came back, a text typed in a dialog, a refused text above its box, a note that somebody
 * else took down, and a token that is no longer valid.
 */
import { html, nothing, repeat } from '../../../lib/lit-html.js';
import { messages } from './typed.js';
import { at } from '../../sync/keys.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */

/** The most messages about taken-down notes at a time; the others follow when these are closed. */
const MESSAGES = 3;

/** Whether there is a box: there is none before the first round for writing, and while one's group presents. @param {Shown} shown */
function hasBox({ me }) {
  return Boolean(me?.can.includes('write') && me.scene !== 'welcome' && !(me.turn === 'holder' && !me.place));
}

/** @param {PhoneState} ui @param {Shown} shown */
export function lostTexts(ui, shown) {
  const open = hasBox(shown);
  return [ui.part('devices')?.messages(ui, shown) ?? nothing, messages(ui, shown, boxFor(ui, shown)), turnedDown(ui, open), takenDown(ui, shown, open)];
}

/** Appends a text to the box; undefined where there is none. @param {PhoneState} ui @param {Shown} shown */
export function boxFor(ui, shown) {
  return hasBox(shown) ? (/** @type {string} */ text) => toBox(ui, text) : undefined;
}

/** Refused texts whose box held another text. @param {PhoneState} ui @param {boolean} open whether there is a box */
function turnedDown(ui, open) {
  return ui.lost.map((item) => html`<div class="banner warn" role="alert"><span>${ui.t('lost.text', { text: item.text })} ${item.why}</span>
    <span class="row">${open ? html`<button type="button" class="button" @click=${() => keepLost(ui, item)}>${ui.t('lost.keep')}</button>` : nothing}
    <button type="button" class="link" @click=${() => dropLost(ui, item)}>${ui.t('lost.drop')}</button></span></div>`);
}

/**
 * Notes that somebody else took down, one message each; `changed` in page.js announces them to screen readers.
 * @param {PhoneState} ui @param {Shown} shown @param {boolean} open whether there is a box
 */
function takenDown(ui, shown, open) {
  return repeat(ui.taken(shown).slice(0, MESSAGES), (note) => note.id, ({ id, text }) => {
    const close = () => ui.setRead([...ui.read, id]);
    const again = () => {
      toBox(ui, text);
      close();
      setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('.note-box textarea'))?.focus(), 60);
    };
    return html`<div class="banner taken"><p>${ui.t('taken.note', { text })}</p>${open ? html`<p class="quiet small">${ui.t('taken.what')}</p>` : nothing}
      <span class="row">${open ? html`<button type="button" class="button" aria-label=${ui.t('taken.again_this', { text })} @click=${again}>${ui.t('taken.again')}</button>` : nothing}
      <button type="button" class="link" aria-label=${ui.t('taken.close_this', { text })} @click=${close}>${ui.t('taken.close')}</button></span></div>`;
  });
}

/** Append a text to what the box holds. @param {PhoneState} ui @param {string} text */
function toBox(ui, text) {
  const key = ui.at?.round.id;
  if (key) ui.setText(key, [ui.text(key).trim(), text].filter(Boolean).join('\n'));
  ui.openBox = true;
  ui.tab = 'mine';
}

/** @param {PhoneState} ui @param {PhoneState['lost'][number]} item */
function keepLost(ui, item) {
  toBox(ui, item.text);
  dropLost(ui, item);
}

/** @param {PhoneState} ui @param {PhoneState['lost'][number]} item */
function dropLost(ui, item) {
  ui.lose(ui.lost.filter((other) => other !== item));
}

/** @param {PhoneState} ui @param {Shown} shown */
export function over(ui, shown) {
  const again = ['no_access', 'removed', 'no_way'].includes(shown.closeReason);
  const retry = ['has_device', 'offline'].includes(shown.closeReason);
  return html`<main class="narrow"><a class="brand" href=${at('/')}>Tavle</a><div class="middle">
    <h1 id="heading" tabindex="-1">${ui.t(`close.${shown.closeReason || 'unknown'}.title`)}</h1>
    <p>${ui.t(`close.${shown.closeReason || 'unknown'}`)}</p>
    ${again ? html`<a class="button main big" href=${at('/join')}>${ui.t('close.join')}</a>`
    : ['gone', 'nothing_kept', 'over'].includes(shown.closeReason) ? html`<a class="button main big" href=${at('/')}>${ui.t('close.front')}</a>`
      : html`<button type="button" class="button main big" @click=${() => ui.context.again()}>${ui.t(retry ? 'close.again' : 'close.reload')}</button>`}
  </div></main>`;
}
