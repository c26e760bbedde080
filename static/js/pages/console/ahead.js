/** Before the day: when people meet, the invitation to hand out or print, and the beginning (SPEC R37). */
import { html, nothing } from '../../../lib/lit-html.js';
import { dayAndTime } from '../../text.js';
import { codeWords, qrCode, shortAddress } from '../qr.js';
import { copy } from './dialogs/links.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** The farthest that a day may lie ahead, ms. */
const MOST = 90 * 24 * 60 * 60_000;

/** Whether the workshop may have a day: a rehearsal, and one that keeps nothing, has none. @param {Shown} shown */
function mayWait({ board, method }) {
  return Boolean(board) && !board?.rehearsal && method?.keep !== 'nothing';
}

/** The workshop waits for its day, or may be made to. @param {ConsoleState} ui @param {Shown} shown */
export function aheadBox(ui, shown) {
  const { t, board, method } = shown;
  if (!board || !mayWait(shown)) return nothing;
  if (!board.ahead) {
    // Once it has begun on its day, nobody is asked for another; the set-up still has one.
    return shown.index !== 0 || board.day ? nothing : html`<section class="box" id="ahead"><h2 class="box-kicker">${t('console.day_ahead')}</h2>
      <p class="small">${t(method?.ahead ? 'console.ahead_offer_write' : 'console.ahead_offer')}</p>
      <div class="acts"><button type="button" class="button" @click=${() => ui.set({ dialog: 'setup', extra: 'day' })}>${t('console.ahead_set')}</button></div></section>`;
  }
  const come = shown.people.filter(({ role }) => role !== 'facilitator').length;
  return html`<section class="box" id="ahead"><h2 class="box-kicker">${t('console.day_ahead')}</h2>
    <p class="ahead-day">${dayAndTime(board.day, shown)}</p>
    <p class="small">${t(method?.ahead ? 'console.ahead_waits_write' : 'console.ahead_waits')} ${come ? t('console.ahead_come', { n: come }) : ''}</p>
    <div class="acts"><button type="button" class="button main" @click=${() => ui.set({ dialog: 'invitation' })}>${t('console.invitation_show')}</button>
      <button type="button" class="button" @click=${() => ui.emit('round', { to: board.round })}>${t('console.ahead_begin')}</button></div></section>`;
}

/** The invitation: to print, or as words for a mail. @param {ConsoleState} ui @param {Shown} shown */
export function invitation(ui, shown) {
  const { t, board, method } = shown;
  const { info } = ui.door;
  if (!board || !info) return html`<p>${t(ui.door.problem ? 'console.door_problem' : 'console.opening')}</p>`;
  const when = dayAndTime(board.day, shown);
  const ahead = method?.ahead ? t('console.invitation_write') : t('console.invitation_come');
  const words = [board.title, [when, board.venue].filter(Boolean).join(' · '), shown.say(method?.pitch), ahead, info.url].join('\n\n');
  return html`${board.door ? nothing : html`<p class="banner warn">${t('console.invitation_door')}</p>`}
    <article class="invitation" lang=${shown.lang}><p class="over">${shown.say(method?.title)}</p><h3>${board.title}</h3>
      <p class="invitation-when">${when}</p>${board.venue ? html`<p class="invitation-venue">${board.venue}</p>` : nothing}
      <p>${shown.say(method?.pitch)}</p><p>${ahead}</p>
      <div class="invitation-way">${qrCode(info.qr, t('wall.qr'))}<div><p>${t('console.invitation_how', { url: shortAddress(info.url) })}</p><p
        class="door-words">${codeWords(info.code).split('·').map((word, at) => html`${at ? html`·<wbr>` : nothing}${word}`)}</p></div></div></article>
    <div class="acts"><button type="button" class="button main" @click=${() => print()}>${t('console.invitation_print')}</button>
      <button type="button" class="button" @click=${() => void copy(ui, shown, words)}>${t('console.invitation_copy')}</button>
      <button type="button" class="button" @click=${() => void calendar(ui, shown, info.url)}>${t('console.invitation_calendar')}</button></div>`;
}

/** The calendar file, to go with the mail. @param {ConsoleState} ui @param {Shown} shown @param {string} url the join link */
async function calendar(ui, shown, url) {
  try {
    const { downloadInvitation } = await ui.context.api();
    await downloadInvitation({ join: new URLSearchParams(new URL(url).hash.slice(1)).get('j') ?? '' }, { title: shown.board?.title ?? '', lang: shown.lang });
  } catch (error) {
    ui.context.toast(shown.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
  }
}

/** A moment as the value of an input for date and time, by the clock of this computer; empty for none. @param {number} at ms, or 0 */
function local(at) {
  return at ? new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : '';
}

/** The field for day and time in the set-up; the focus is in it where the set-up was opened for it. @param {ConsoleState} ui @param {Shown} shown */
export function dayField(ui, shown) {
  const { t, board } = shown;
  if (!board || !mayWait(shown)) return nothing;
  /** What is wrong with it is said beside it, before anything is sent. @param {Event} event */
  const look = ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    const at = field.value ? new Date(field.value).getTime() : 0;
    const ahead = at - shown.now();
    field.setCustomValidity(!at || at === board.day ? '' : ahead < 0 ? t('refused.day_past') : ahead > MOST ? t('refused.day_far') : '');
  };
  return html`<label class="field"><span class="label">${t('console.setup.day')}</span><input class="input" name="day" type="datetime-local" ?autofocus=${ui.state.extra === 'day'}
    .defaultValue=${local(board.day)} @input=${look}><span class="hint">${t('console.setup.day_hint')}</span></label>`;
}

/** The day in a set-up form, where it was changed: ms, or 0 for none. @param {FormDataEntryValue | null} value @param {Shown} shown @returns {number | undefined} */
export function changedDay(value, { board }) {
  if (value === null || !board || String(value) === local(board.ahead ? board.day : 0)) return undefined;
  return value ? new Date(String(value)).getTime() : 0;
}
