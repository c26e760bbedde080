/**
 * Links and QR codes to hand out: a link to copy, and the facilitator's return link.
 * Opening and closing the workshop for joining may not live here (door.js).
 */
import { html, nothing } from '../../../../lib/lit-html.js';
import { copyText } from '../../copy.js';
import { qrCode } from '../../qr.js';
import { inProgramme } from '../script.js';

/** @typedef {import('../../../types.js').Shown} Shown */
/** @typedef {import('../../console.js').ConsoleState} ConsoleState */

/**
 * A link to copy; with `which` it can be renewed and withdrawn.
 * @param {ConsoleState} ui @param {Shown} shown @param {string} title @param {string} hint @param {string | undefined} url
 * @param {'wall' | 'listen' | 'leader' | 'notice'} [which]
 */
export function link(ui, shown, title, hint, url, which) {
  const { t } = shown;
  const renew = () => void ui.door.change({ renew: which });
  const withdraw = () => askToWithdraw(ui, t(`console.withdraw.${which}`), () => ui.door.change({ withdraw: which }));
  if (!url) {
    return which ? html`<div class="field"><span class="label">${t(title)}</span><span class="hint">${t(`console.withdrawn.${which}`)}</span>
      <div class="acts"><button type="button" class="button" @click=${renew}>${t('console.link_make')}</button></div></div>` : nothing;
  }
  return html`<div class="field"><label class="label">${t(title)}<input class="input link-field" readonly .value=${url}
      @focus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}></label>
    <span class="hint">${t(hint)}</span>
    <div class="acts"><button type="button" class="button" @click=${() => copy(ui, shown, url)}>${t('console.copy')}</button>
      <a class="button" href=${url} target="_blank" rel="noopener">${t('console.open')}</a>
      ${which ? html`<button type="button" class="button plain" aria-label=${t(`console.renew.${which}`)} @click=${renew}>${t('console.link_renew')}</button>
        <button type="button" class="button plain" aria-label=${t(`console.withdraw.${which}`)} @click=${withdraw}>${t('console.link_withdraw')}</button>` : nothing}</div>
    ${which ? html`<span class="hint">${t(`console.link_old.${which}`)}</span>` : nothing}</div>`;
}

/**
 * Nobody withdraws a link by one tap: nobody comes in by it any more. Asked over another dialog, that one comes back.
 * @param {ConsoleState} ui @param {string} words  what is to be withdrawn @param {() => unknown} run
 */
export function askToWithdraw(ui, words, run) {
  ui.set({ dialog: 'withdrawal', extra: { words, run, from: ui.state.dialog, extra: ui.state.extra } });
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function withdrawal(ui, shown) {
  const { t } = shown;
  const { words, run } = ui.state.extra;
  const done = () => ui.shut();
  const go = () => {
    void run();
    done();
  };
  return html`<p><strong>${words}</strong></p><p>${t('console.withdraw_so')}</p>
    <div class="acts"><button type="button" class="button danger" @click=${go}>${t('console.withdraw_now')}</button>
      <button type="button" class="button" @click=${done}>${t('console.withdraw_not')}</button></div>`;
}

/**
 * The ways back that exist: the facilitator's other keys, and return links that were not opened.
 * @param {ConsoleState} ui @param {Shown} shown @param {import('../../door.js').DoorInfo} info
 */
export function waysBack(ui, shown, { other_keys: others = 0, returns = [] }) {
  const { t } = shown;
  return html`${others && !shown.me?.lent ? html`<div class="field"><span class="label">${t('console.other_keys', { n: others })}</span>
      <span class="hint">${t('console.other_keys_hint')}</span>
      <div class="acts"><button type="button" class="button" @click=${() => askToWithdraw(ui, t('console.other_keys_withdraw'), () => ui.door.change({ withdraw: 'other_keys' }))}>${t('console.other_keys_withdraw')}</button></div></div>` : nothing}
    ${returns.length ? html`<div class="field"><span class="label">${t('console.open_returns')}</span><span class="hint">${t('console.open_returns_hint')}</span>
      <ul class="plain-list">${returns.map((seat) => html`<li class="acts"><span>${shown.called(seat)}</span><button type="button" class="button plain"
        aria-label=${t('console.withdraw.return', { name: shown.called(seat) })}
        @click=${() => askToWithdraw(ui, t('console.withdraw.return', { name: shown.called(seat) }), () => ui.door.change({ withdraw: 'returns', seat }))}>${t('console.link_withdraw')}</button></li>`)}</ul></div>` : nothing}`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {string} text */
export async function copy(ui, shown, text) {
  ui.context.toast(shown.t(await copyText(text) ? 'console.copied' : 'console.copy_by_hand'));
}

/** The facilitator's return link, to keep or print. It is a new token, so that it can be given to somebody else. @param {ConsoleState} ui @param {Shown} shown */
export function wayBack(ui, shown) {
  const { t } = shown;
  const { extra } = ui.state;
  if (!extra?.url) {
    return html`<p>${t(inProgramme(shown, 'console.way_back_hint'))}</p>
      <div class="acts"><button type="button" class="button main" @click=${() => void newWay(ui, shown, shown.me?.seat ?? '')}>
        ${t('console.way_back_make')}</button></div>
      <p class="small quiet">${t(inProgramme(shown, 'console.way_back_secret'))}</p>`;
  }
  return html`<p>${t(inProgramme(shown, 'console.way_back_hint'))}</p>
    <div class="print-only"><h1>${shown.board?.title}</h1><p>${t(inProgramme(shown, 'console.way_back'))}</p></div>
    <div class="door-code way-back">${qrCode(extra.qr, t(inProgramme(shown, 'console.way_back_qr')))}<p>${t('console.way_back_scan')}</p></div>
    ${link(ui, shown, inProgramme(shown, 'console.way_back'), inProgramme(shown, 'console.way_back_secret'), extra.url)}
    <div class="print-only"><p class="print-link">${extra.url}</p><p>${t(inProgramme(shown, 'console.way_back_secret'))}</p></div>
    <div class="acts"><button type="button" class="button" @click=${() => window.print()}>${t('console.print')}</button></div>`;
}

/** Request a new return link for a seat and show it in the dialog. @param {ConsoleState} ui @param {Shown} shown @param {string} seat */
export async function newWay(ui, shown, seat) {
  try {
    const { call } = await ui.context.api();
    const path = `/api/board/${encodeURIComponent(ui.context.board)}/return`;
    ui.set({ extra: await call(path, { token: ui.context.token(), body: { seat } }) });
    void ui.door.look();
  } catch (error) {
    ui.context.toast(shown.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
  }
}
