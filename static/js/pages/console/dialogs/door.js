/**
 * The dialog about joining: open or closed, the code and its address, the links, and a trial with one's own phone.
 * The server's answer is fetched elsewhere (../../door.js).
 */
import { html, nothing } from '../../../../lib/lit-html.js';
import { codeWords, qrCode, shortAddress } from '../../qr.js';
import { isProgramme } from '../programme.js';
import { link, waysBack } from './links.js';
import { at } from '../../../sync/keys.js';

/** @typedef {import('../../../types.js').Shown} Shown */
/** @typedef {import('../../console.js').ConsoleState} ConsoleState */

/** @param {ConsoleState} ui @param {Shown} shown */
export function door(ui, shown) {
  const { t, board } = shown;
  const info = ui.door.of(board);
  const open = board?.door;
  const wall = () => link(ui, shown, 'console.wall_link', 'console.wall_link_hint', info?.wall, 'wall');
  // Nobody joins a programme but for a sitting.
  if (isProgramme(shown) && !board?.sitting) return html`${info ? html`${wall()}${waysBack(ui, shown, info)}` : html`<p>${t(ui.door.problem ? 'console.door_problem' : 'console.opening')}</p>`}`;
  return html`
    <div class="row"><strong class="door-state">${open ? t('console.door_open') : t('console.door_closed')}</strong>
      <button type="button" class="button"
        @click=${() => ui.emit('door', { open: !open })}>${open ? t('console.close_door') : t('console.open_door')}</button></div>
    ${info ? html`
      <div class="door-code">${qrCode(info.qr, t('wall.qr'))}
        <div><p class="door-words">${codeWords(info.code).split('·').map((word, at) => html`${at ? html`·<wbr>` : nothing}${word}`)}</p><p
          class="quiet">${t('console.at_address', { url: shortAddress(info.url) })}</p></div></div>
      ${(info.addresses ?? []).length > 1 ? html`<fieldset class="field"><legend class="label">${t('console.which_address')}</legend>
        <p class="hint">${t('console.which_address_hint')}</p>
        <div class="choices">${(info.addresses ?? []).map((address) => html`<label class="choice"><input type="radio" name="address"
          .checked=${info.url.startsWith(`${address}/`)} @change=${() => void ui.door.change({ address })}><span
            class="what">${shortAddress(address)}</span></label>`)}</div></fieldset>` : nothing}
      ${link(ui, shown, 'console.join_link', 'console.join_link_hint', info.url)}
      ${tryPhone(ui, shown, info)}
      <div class="field"><div class="acts"><button type="button" class="button" @click=${() => void ui.door.change({ renew: 'join' })}>${t('console.new_code')}</button></div>
        <span class="hint">${t('console.new_code_hint')}</span></div>
      ${wall()}
      ${link(ui, shown, 'console.listen_link', 'console.listen_link_hint', info.listen, 'listen')}
      ${info.listen && info.listen_qr ? html`<details class="listen-qr"><summary>${t('console.listen_show_qr')}</summary><div class="door-code">${qrCode(info.listen_qr, t('console.listen_qr'))}
        <p>${t('console.listen_scan')}</p></div></details>` : nothing}
      ${waysBack(ui, shown, info)}`
      : html`<p>${t(ui.door.problem ? 'console.door_problem' : 'console.opening')}</p>`}`;
}

/** Text keys: what can go wrong in the trial with one's own phone, and its cause. */
const SYMPTOMS = ['wrong', 'warn', 'ok'];
/** Text keys: what to check, in this order, when the phone shows no page; they tell the three causes apart. */
const CAUSES = ['address', 'isolation', 'firewall'];

/**
 * The trial before the workshop: what to check, and whether a phone has connected.
 * @param {ConsoleState} ui @param {Shown} shown @param {import('../../door.js').DoorInfo} info
 */
function tryPhone(ui, shown, info) {
  const { t } = shown;
  const { trial } = ui.state;
  const come = trial ? shown.people.find((seat) => shown.here.has(seat.id) && seat.role !== 'facilitator' && !trial.includes(seat.id)) : undefined;
  /** @param {Event} event */
  const toggled = (event) => {
    const { open } = /** @type {HTMLDetailsElement} */ (event.target);
    if (open !== Boolean(trial)) ui.set({ trial: open ? [...shown.here] : null });
  };
  return html`<details class="try-phone" ?open=${Boolean(trial)} @toggle=${toggled}><summary>${t('console.try_phone')}</summary>
    <ol><li>${t('console.try_1')}</li><li>${t('console.try_2', { url: shortAddress(info.url) })}</li></ol>
    ${onlyHere(info.url) ? html`<p class="banner warn">${t('console.only_here')}</p>` : nothing}
    <p class=${`banner ${come ? 'good' : ''}`} role="status">${come ? t('console.try_come', { name: shown.called(come.id) }) : t('console.try_wait')}</p>
    <dl><dt>${t('console.try.nothing')}</dt><dd>${t('console.try.nothing.do')}${causes(shown, info.url)}</dd>
      ${SYMPTOMS.map((one) => html`<dt>${t(`console.try.${one}`)}</dt><dd>${t(`console.try.${one}.do`)}</dd>`)}</dl>
    <p><a href=${at(`/about/it?lang=${shown.lang}`)} target="_blank" rel="noopener">${t('console.it_page')}</a></p></details>`;
}

/** @param {Shown} shown @param {string} url */
function causes({ t }, url) {
  const { hostname, port, protocol } = new URL(url);
  const net = /^(\d+\.\d+\.\d+)\.\d+$/u.exec(hostname)?.[1];
  const given = { net: net ?? '', port: port || (protocol === 'https:' ? 443 : 80) };
  return html`<ol>${CAUSES.map((one) => html`<li><strong>${t(`console.try.${one}`)}</strong>
    ${t(one === 'address' && !net ? 'console.try.address.name' : `console.try.${one}.do`, given)}</li>`)}</ol>`;
}

/** Whether an address means the computer itself, so that no phone can reach it. @param {string} url */
function onlyHere(url) {
  return /^https?:\/\/(localhost|127\.|\[::1\])/u.test(url);
}
