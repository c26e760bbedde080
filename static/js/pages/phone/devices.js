/**
 * The person's devices (SPEC R24, H5): the message that one came back with a return link, shutting it out, and a link
 * for another device of one's own.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { clockTime } from '../../text.js';
import { copyText } from '../copy.js';
import { qrCode } from '../qr.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Device} Device */

/** What is said of a device that came back. @param {PhoneState} ui @param {Shown} shown @param {Device} device */
export function told(ui, shown, device) {
  return ui.t('devices.told', { time: clockTime(device.since, shown) });
}

/** The devices whose message is open, the first one first. @param {Shown} shown @returns {Device[]} */
export function unread(shown) {
  return (shown.me?.devices ?? []).filter(({ read }) => !read);
}

/** One message at a time: confirming it confirms the earlier ones. @param {PhoneState} ui @param {Shown} shown */
export function messages(ui, shown) {
  const [device] = unread(shown);
  if (!device) return nothing;
  const { number } = device;
  return html`<div class="banner warn device-told"><p>${told(ui, shown, device)}</p>
    <span class="row"><button type="button" class="button" @click=${() => ui.context.emit('devices', { act: 'out', number })}>${ui.t('devices.out')}</button>
    <button type="button" class="link" @click=${() => ui.context.emit('devices', { act: 'read', number })}>${ui.t('devices.read')}</button></span></div>`;
}

/** @param {PhoneState} ui */
async function makeLink(ui) {
  const { context } = ui;
  try {
    const { call } = await context.api();
    const seat = context.store?.shown().me?.seat ?? '';
    const link = await call(`/api/board/${encodeURIComponent(context.board)}/return`, { token: context.token(), body: { seat } });
    ui.type({ link, wrong: '' });
  } catch (error) {
    ui.type({ wrong: `error.${/** @type {any} */ (error).reason ?? 'offline'}` });
  }
}

/** @param {PhoneState} ui @param {string} url */
async function copy(ui, url) {
  if (await copyText(url)) ui.context.toast(ui.t('devices.copied'));
  else /** @type {HTMLInputElement | null} */ (document.getElementById('device-link'))?.select();
}

/** @param {PhoneState} ui @param {Shown} shown */
export function dialog(ui, shown) {
  const { link, wrong } = /** @type {NonNullable<PhoneState['dialog']>} */ (ui.dialog);
  const later = shown.me?.devices ?? [];
  return html`<div class="stack"><h2 id="dialog-title">${ui.t('devices.title')}</h2>
    <p>${ui.t('devices.hint')}</p>
    ${link ? html`<div class="device-link">${qrCode(link.qr, ui.t('devices.qr'))}</div>
      <p class="small">${ui.t('devices.until', { time: clockTime(link.until, shown) })}</p>
      <div class="field"><label for="device-link">${ui.t('devices.link')}</label><input class="input" id="device-link" readonly .value=${link.url}></div>
      <button type="button" class="button" @click=${() => void copy(ui, link.url)}>${ui.t('devices.copy')}</button>`
    : html`<button type="button" class="button main" @click=${() => void makeLink(ui)}>${ui.t('devices.make')}</button>`}
    <div role="alert">${wrong ? html`<p class="wrong">${ui.t(wrong)}</p>` : nothing}</div>
    ${later.length ? html`<h3>${ui.t('devices.later')}</h3><ul class="stack">${later.map(({ number, since }) => html`<li class="row">
      <span>${ui.t('devices.since', { time: clockTime(since, shown) })}</span><button type="button" class="button"
        @click=${() => ui.context.emit('devices', { act: 'out', number })}>${ui.t('devices.out')}</button></li>`)}</ul>` : nothing}
    <button type="button" class="button" @click=${() => ui.open(null)}>${ui.t('note.close')}</button></div>`;
}
