/** The console's dialogs: the door, a person, going on, more, closing, deleting, help. One is open at a time. */
import { html, nothing, ref } from '../../../lib/lit-html.js';
import { codeWords, qrCode, shortAddress } from '../qr.js';
import { downloads, setupFields } from './finish.js';
import { goTo, unfinished } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').Desk} Desk */

const SHEETS = /** @type {Record<string, (desk: Desk, shown: Shown) => unknown>} */ ({
  door, person, next, more, close, erase, help, host, comment, setup, way_back: wayBack,
});

const LANGS = /** @type {const} */ ([['da', 'Dansk'], ['en', 'English']]);
const KEYS = [['→', 'next'], ['←', 'back'], ['+', 'minute'], ['U', 'undo'], ['D', 'door'], ['?', 'help']];

/** @param {Desk} desk @param {Shown} shown */
export function dialogs(desk, shown) {
  const draw = SHEETS[desk.state.dialog];
  if (!draw) return nothing;
  const { t } = shown;
  return html`<dialog class=${`desk-dialog desk-dialog-${desk.state.dialog}`} aria-labelledby="desk-dialog-title" ${ref(openModal)}
    @close=${() => desk.set({ dialog: '', extra: null, trial: null })}
    @click=${(/** @type {MouseEvent} */ event) => event.target === event.currentTarget && shut(desk)}>
    <div class="stack"><div class="bar"><h2 id="desk-dialog-title">${t(`console.dialog.${desk.state.dialog}`)}</h2>
      <button type="button" class="button plain" @click=${() => shut(desk)}>${t('console.shut')}</button></div>
      ${draw(desk, shown)}</div>
  </dialog>`;
}

/** @param {Element | undefined} el */
function openModal(el) {
  const dialog = /** @type {HTMLDialogElement | undefined} */ (el);
  // The element is put into the page right after this call.
  if (dialog) queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal());
}

/** @param {Desk} desk */
function shut(desk) {
  desk.set({ dialog: '', extra: null });
}

/* ---- the door ---- */

/** @param {Desk} desk @param {Shown} shown */
function door(desk, shown) {
  const { t, board } = shown;
  const info = desk.door.info;
  const open = board?.door;
  return html`
    <div class="row"><strong class="door-state">${open ? t('console.door_open') : t('console.door_closed')}</strong>
      <button type="button" class="button"
        @click=${() => desk.emit('door', { open: !open })}>${open ? t('console.close_door') : t('console.open_door')}</button></div>
    ${info ? html`
      <div class="door-code">${qrCode(info.qr, t('wall.qr'))}
        <div><p class="door-words">${codeWords(info.code).split('·').map((word, at) => html`${at ? html`·<wbr>` : nothing}${word}`)}</p><p
          class="quiet">${t('console.at_address', { url: shortAddress(info.url) })}</p></div></div>
      ${(info.addresses ?? []).length > 1 ? html`<fieldset class="field"><legend class="label">${t('console.which_address')}</legend>
        <p class="hint">${t('console.which_address_hint')}</p>
        <div class="choices">${(info.addresses ?? []).map((address) => html`<label class="choice"><input type="radio" name="address"
          .checked=${info.url.startsWith(`${address}/`)} @change=${() => void desk.door.change({ address })}><span
            class="what">${shortAddress(address)}</span></label>`)}</div></fieldset>` : nothing}
      ${tryPhone(desk, shown, info)}
      ${link(desk, shown, 'console.wall_link', 'console.wall_link_hint', info.wall)}
      ${link(desk, shown, 'console.listen_link', 'console.listen_link_hint', info.listen)}
      <div class="acts"><button type="button" class="button" @click=${() => void desk.door.change({ renew: true })}>${t('console.new_code')}</button></div>
      <p class="small quiet">${t('console.new_code_hint')}</p>`
      : html`<p>${t(desk.door.problem ? 'console.door_problem' : 'console.opening')}</p>`}`;
}

/** What goes wrong when one's own phone is tried, and what it means. */
const SYMPTOMS = ['wrong', 'warn', 'ok'];
/** Where no page comes at all: what to look at, in this order, so that the three causes are told apart. */
const CAUSES = ['address', 'isolation', 'firewall'];

/**
 * Try it before the others come: what to look for, and whether a phone has come through.
 * @param {Desk} desk @param {Shown} shown @param {import('../door.js').DoorInfo} info
 */
function tryPhone(desk, shown, info) {
  const { t } = shown;
  const { trial } = desk.state;
  const come = trial ? shown.people.find((seat) => shown.here.has(seat.id) && seat.role !== 'facilitator' && !trial.includes(seat.id)) : undefined;
  /** @param {Event} event */
  const toggled = (event) => {
    const { open } = /** @type {HTMLDetailsElement} */ (event.target);
    if (open !== Boolean(trial)) desk.set({ trial: open ? [...shown.here] : null });
  };
  return html`<details class="try-phone" ?open=${Boolean(trial)} @toggle=${toggled}><summary>${t('console.try_phone')}</summary>
    <ol><li>${t('console.try_1')}</li><li>${t('console.try_2', { url: shortAddress(info.url) })}</li></ol>
    ${onlyHere(info.url) ? html`<p class="banner warn">${t('console.only_here')}</p>` : nothing}
    <p class=${`banner ${come ? 'good' : ''}`} role="status">${come ? t('console.try_come', { name: shown.called(come.id) }) : t('console.try_wait')}</p>
    <dl><dt>${t('console.try.nothing')}</dt><dd>${t('console.try.nothing.do')}${causes(shown, info.url)}</dd>
      ${SYMPTOMS.map((one) => html`<dt>${t(`console.try.${one}`)}</dt><dd>${t(`console.try.${one}.do`)}</dd>`)}</dl>
    <p><a href="/about/it" target="_blank" rel="noopener">${t('console.it_page')}</a></p></details>`;
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

/** A link to copy. @param {Desk} desk @param {Shown} shown @param {string} title @param {string} hint @param {string | undefined} url */
function link(desk, shown, title, hint, url) {
  if (!url) return nothing;
  const { t } = shown;
  return html`<div class="field"><label class="label">${t(title)}<input class="input link-field" readonly .value=${url}
      @focus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}></label>
    <span class="hint">${t(hint)}</span>
    <div class="acts"><button type="button" class="button" @click=${() => copy(desk, shown, url)}>${t('console.copy')}</button>
      <a class="button" href=${url} target="_blank" rel="noopener">${t('console.open')}</a></div></div>`;
}

/** @param {Desk} desk @param {Shown} shown @param {string} url */
async function copy(desk, shown, url) {
  try {
    // The clipboard is only there on https and localhost.
    await navigator.clipboard.writeText(url);
    desk.context.toast(shown.t('console.copied'));
  } catch {
    desk.context.toast(shown.t('console.copy_by_hand'));
  }
}

/** The facilitator's own way back, to keep or print; it is a new one, so that it can be given to somebody else. @param {Desk} desk @param {Shown} shown */
function wayBack(desk, shown) {
  const { t } = shown;
  const { extra } = desk.state;
  if (!extra?.url) {
    return html`<p>${t('console.way_back_hint')}</p>
      <div class="acts"><button type="button" class="button main" @click=${() => void newWay(desk, shown, shown.me?.seat ?? '')}>
        ${t('console.way_back_make')}</button></div>
      <p class="small quiet">${t('console.way_back_secret')}</p>`;
  }
  return html`<p>${t('console.way_back_hint')}</p>
    <div class="print-only"><h1>${shown.board?.title}</h1><p>${t('console.way_back')}</p></div>
    <div class="door-code way-back">${qrCode(extra.qr, t('console.way_back_qr'))}<p>${t('console.way_back_scan')}</p></div>
    ${link(desk, shown, 'console.way_back', 'console.way_back_secret', extra.url)}
    <div class="print-only"><p class="print-link">${extra.url}</p><p>${t('console.way_back_secret')}</p></div>
    <div class="acts"><button type="button" class="button" @click=${() => window.print()}>${t('console.print')}</button></div>`;
}

/** Ask for a new way in for a seat; the answer stands in the dialog. @param {Desk} desk @param {Shown} shown @param {string} seat */
async function newWay(desk, shown, seat) {
  const { call } = await desk.context.api();
  try {
    const path = `/api/board/${encodeURIComponent(desk.context.board)}/return`;
    desk.set({ extra: await call(path, { token: desk.context.token(), body: { seat } }) });
  } catch (error) {
    desk.context.toast(shown.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
  }
}

/* ---- a person ---- */

/** @param {Desk} desk @param {Shown} shown */
function person(desk, shown) {
  const { t } = shown;
  const seat = shown.seat(desk.state.seat);
  if (!seat) return html`<p>${t('seat.gone')}</p>`;
  const name = shown.called(seat.id);
  const turn = shown.turns.get('all');
  const closed = Boolean(shown.board?.closed);
  const can = (/** @type {string} */ op) => shown.board?.can?.includes(op);
  const done = (/** @type {() => void} */ act) => () => {
    act();
    shut(desk);
  };
  return html`<p class="person-title">${name}</p>
    ${turn && seat.role === 'participant' && !closed ? html`<div class="acts">
      ${turn.holder === seat.id ? nothing : html`<button type="button" class="button main"
        @click=${done(() => desk.emit('turn', { act: 'give', seat: seat.id }))}>${t('console.turn.give', { name })}</button>`}
      ${turn.queue.includes(seat.id) ? html`<button type="button" class="button"
        @click=${done(() => desk.emit('turn', { act: 'absent', seat: seat.id }))}>${t('console.turn.is_absent')}</button>` : nothing}</div>` : nothing}
    ${can('role') && !seat.hosted ? html`<fieldset class="field"><legend class="label">${t('console.role')}</legend>
      <div class="choices">${['participant', 'scribe', 'listener'].map((role) => html`<label class="choice"><input type="radio" name="role"
        .checked=${seat.role === role}
        @change=${() => desk.emit('role', { seat: seat.id, role })}><span class="what">${t(`console.role.${role}`)}</span><span
          class="so">${t(`console.role.${role}.so`)}</span></label>`)}</div></fieldset>` : nothing}
    ${can('group') && shown.groups.length && seat.role === 'participant' ? html`<fieldset class="field"><legend class="label">${t('console.group_of')}</legend>
      <div class="segments">${shown.groups.map((group) => html`<button type="button" aria-pressed=${seat.group === group.id ? 'true' : 'false'}
        @click=${() => desk.emit('group', { seat: seat.id, group: group.id })}>${group.number}</button>`)}</div></fieldset>` : nothing}
    ${seat.hosted ? html`<div class="acts"><button type="button" class="button"
      @click=${done(() => desk.set({ writer: seat.id, tab: 'now' }))}>${t('console.write_as', { name })}</button></div>` : nothing}
    ${seat.hosted || closed ? nothing : returnWay(desk, shown, seat.id)}
    ${can('remove') ? html`<details class="danger-part"><summary>${t('console.remove')}</summary>
      <p class="small">${t('console.remove_hint', { name })}</p>
      <button type="button" class="button danger"
        @click=${done(() => desk.emit('remove', { seat: seat.id }))}>${t('console.remove_now', { name })}</button></details>` : nothing}`;
}

/** @param {Desk} desk @param {Shown} shown @param {string} seat */
function returnWay(desk, shown, seat) {
  const { t } = shown;
  const extra = desk.state.extra;
  if (!extra?.qr) return html`<div class="field"><div class="acts"><button type="button" class="button"
    @click=${() => void newWay(desk, shown, seat)}>${t('console.return')}</button></div>
    <span class="hint">${t('console.return_hint')}</span></div>`;
  return html`<div class="door-code">${qrCode(extra.qr, t('console.return_qr'))}<p>${t('console.return_scan')}</p></div>`;
}

/** Somebody without a phone. @param {Desk} desk @param {Shown} shown */
function host(desk, shown) {
  const { t } = shown;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('name') ?? '').trim();
    if (!name) return;
    const seat = desk.context.keys.randomId(8);
    desk.emit('person', { seat, name });
    desk.set({ dialog: '', writer: seat, tab: 'now' });
  };
  return html`<p>${t('console.host_hint')}</p><form class="stack" @submit=${send}>
    <label class="field"><span class="label">${t('console.host_name')}</span><input class="input" name="name" maxlength="40" autocomplete="off"
      required></label>
    <div class="acts"><button class="button main" type="submit">${t('console.host_add')}</button></div></form>`;
}

/** @param {Desk} desk @param {Shown} shown */
function comment(desk, shown) {
  const { t } = shown;
  const note = shown.note(desk.state.selected);
  if (!note) return nothing;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('text') ?? '').trim();
    if (!text) return;
    desk.emit('write', {
      note: desk.context.keys.randomId(16), text, sheet: note.sheet, lane: note.lane, kind: 'comment', to: note.id, ...(note.row ? { row: note.row } : {}),
    });
    desk.set({ dialog: '', selected: '' });
  };
  return html`<blockquote class="quote">${note.text}</blockquote><form class="stack" @submit=${send}>
    <label class="field"><span class="label">${t('console.comment')}</span><textarea class="input" name="text" rows="3" maxlength="1000"
      required></textarea></label>
    <div class="acts"><button class="button main" type="submit">${t('console.save')}</button></div></form>`;
}

/* ---- going on, ending ---- */

/** Not all are done: say why, and let the facilitator decide. @param {Desk} desk @param {Shown} shown */
function next(desk, shown) {
  const { t } = shown;
  const left = unfinished(shown);
  const round = shown.rounds.find((one) => one.id === desk.state.extra);
  if (!round) return nothing;
  const waiting = [...shown.turns.values()].flatMap((turn) => (turn.scope === 'groups' ? [] : [turn.holder, ...turn.queue])).filter(Boolean);
  return html`<ul class="left">${left.map((line) => html`<li>${line}</li>`)}</ul>
    ${waiting.length && waiting.length < 9 ? html`<p class="quiet">${waiting.map((id) => shown.called(id)).join(', ')}</p>` : nothing}
    <p class="small quiet">${t('console.next_hint')}</p>
    <div class="acts"><button type="button" class="button main"
      @click=${() => goTo(desk, round.id, true)}>${t('console.next_anyway', { title: shown.say(round.title) })}</button>
      <button type="button" class="button" @click=${() => shut(desk)}>${t('console.stay')}</button></div>`;
}

/** @param {Desk} desk @param {Shown} shown */
function more(desk, shown) {
  const { t, board } = shown;
  const item = (/** @type {string} */ key, /** @type {string} */ to) => html`<li><button type="button" class="more-item"
    @click=${() => desk.set({ dialog: to, extra: null })}>
    <strong>${t(key)}</strong><span>${t(`${key}.so`)}</span></button></li>`;
  const date = new Intl.DateTimeFormat(shown.lang === 'da' ? 'da-DK' : 'en-GB', { dateStyle: 'long' }).format(board?.expires ?? 0);
  return html`<ul class="more-list">
      ${board?.closed ? nothing : item('console.more.setup', 'setup')}
      ${item('console.more.way_back', 'way_back')}
      ${item('console.more.help', 'help')}
      ${board?.closed ? nothing : item('console.more.close', 'close')}
      ${item('console.more.erase', 'erase')}
    </ul>
    <div class="field"><span class="label">${t('console.take_home')}</span>${downloads(desk, shown)}</div>
    <p class="small quiet">${t('console.expires', { date })}</p>
    <div class="langs" role="group" aria-label=${t('console.language')}>${LANGS.map(([lang, words]) => html`<button type="button" lang=${lang}
      aria-pressed=${shown.lang === lang ? 'true' : 'false'} @click=${() => void desk.context.setLang(lang)}>${words}</button>`)}</div>`;
}

/** @param {Desk} desk @param {Shown} shown */
function setup(desk, shown) {
  return html`${setupFields(desk, shown)}`;
}

/** @param {Desk} desk @param {Shown} shown */
function close(desk, shown) {
  const { t } = shown;
  const last = shown.index === shown.rounds.length - 1;
  return html`${last ? nothing : html`<p class="banner warn">${t('console.close_early', { n: shown.rounds.length - shown.index - 1 })}</p>`}
    <ul class="plain-list">${[1, 2, 3].map((n) => html`<li>${t(`console.close_${n}`)}</li>`)}</ul>
    <div class="acts"><button type="button" class="button main" @click=${() => { desk.emit('close'); shut(desk); }}>${t('console.close_now')}</button>
      <button type="button" class="button" @click=${() => shut(desk)}>${t('console.cancel')}</button></div>`;
}

/** @param {Desk} desk @param {Shown} shown */
function erase(desk, shown) {
  const { t } = shown;
  const word = t('console.erase_word');
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const typed = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('word') ?? '').trim().toLowerCase();
    if (typed !== word.toLowerCase()) {
      desk.context.toast(t('console.erase_type', { word }));
      return;
    }
    const { call } = await desk.context.api();
    try {
      await call(`/api/board/${encodeURIComponent(desk.context.board)}`, { method: 'DELETE', token: desk.context.token() });
      desk.context.keys.forget(desk.context.board);
      location.assign('/');
    } catch (error) {
      desk.context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
    }
  };
  return html`<p>${t('console.erase_hint')}</p><form class="stack" @submit=${send}>
    <label class="field"><span class="label">${t('console.erase_type', { word })}</span><input class="input" name="word" autocomplete="off"
      autocapitalize="off" spellcheck="false"></label>
    <div class="acts"><button class="button danger" type="submit">${t('console.erase_now')}</button>
      <button type="button" class="button" @click=${() => shut(desk)}>${t('console.cancel')}</button></div></form>`;
}

/** @param {Desk} _desk @param {Shown} shown */
function help(_desk, shown) {
  const { t } = shown;
  return html`<dl class="keys">${KEYS.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${t(`console.key.${what}`)}</dd>`)}</dl>
    <p class="small quiet">${t('console.key_hint')}</p>`;
}
