/**
 * A programme on the console: where it stands and whose move it is, its sittings, and the links of those who lead it and of
 * its noticeboard. No rule may live here: what there is to do stands in the records.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { cyclePicture, stationList } from '../../board/cycle.js';
import { nearDay, shortDay, stand } from '../../board/standing.js';
import { today } from '../../notes/days.js';
import { told } from '../../board/told.js';
import { initial, tongue } from '../../notes/look.js';
import { listed } from '../../text.js';
import { qrCode, codeWords, shortAddress } from '../qr.js';
import { askToWithdraw, link } from './dialogs/links.js';
import { alongside, waitingSession, sessionActs, startButton } from './alongside.js';
import { asksBox } from './asks.js';
import { followButton } from './follow.js';
import { briefBox } from './leader.js';
import { goTo } from './script.js';
import { takingBox } from './taking.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** @typedef {{ id: string, label: string, own: boolean }} Member */

/** Ms after which the list is asked for once more: others who lead make and withdraw links too. */
const AGAIN = 30_000;
/**
 * The links with a label, once they were fetched, the one that was made last, when they were asked for, and what goes on.
 * @type {{ board: string, members: Member[] | null, made: { id: string, url: string } | null, asked: number, busy: boolean }}
 */
const links = { board: '', members: null, made: null, asked: 0, busy: false };

/** @param {Shown} shown */
export function isProgramme(shown) {
  return shown.method?.keep === 'programme';
}

/** The round that shows where the programme stands. @param {Shown} shown */
export function homeRound(shown) {
  return shown.rounds[0];
}

/** The middle of the console at home. @param {ConsoleState} ui @param {Shown} shown */
export function homePanel(ui, shown) {
  const { t, cycle, board } = shown;
  if (!cycle || !board) return nothing;
  const day = today(shown.now());
  return html`<div class="round-head"><p class="panel-kicker">${t('programme.about')}</p>
      <h1 id="heading" tabindex="-1"><bdi lang=${tongue(board.title, shown)}>${board.title}</bdi></h1></div>
    ${cyclePicture(cycle, shown, day)}<div class="home-list">${stationList(cycle, shown, day)}</div>
    ${move(ui, shown, day)}
    <div class="home-told">${told(cycle, shown)}</div>`;
}

/** What is to be done now, by whom, and the way to it. @param {ConsoleState} ui @param {Shown} shown @param {string} day */
function move(ui, shown, day) {
  const { t, cycle } = shown;
  if (!cycle) return nothing;
  const { stations, due } = stand(cycle, day);
  const at = stations.find(({ now }) => now);
  const empty = !stations.some(({ number }) => number) && !cycle.next.length;
  const round = shown.rounds.find(({ id }) => id === at?.round);
  if (!round) return nothing;
  // What is planned comes next, and is started here: the round that plans it has nothing more to do.
  const session = due ? shown.note(due.note) : waitingSession(shown, round.sheet ?? '');
  const lane = session && shown.sheet(session.sheet)?.lanes.find(({ id }) => id === session.lane);
  const follow = followButton(ui, shown, due ? session : null, 'main');
  const way = follow === nothing ? startButton(ui, shown, session, 'button main') : follow;
  return html`<section class="box home-move">${due?.who ? html`<span class="disc" aria-hidden="true">${initial(due.who)}</span>` : nothing}<p>${due
    ? html`<span class="box-kicker">${due.who ? html`<bdi>${due.who}</bdi> · ` : nothing}${nearDay(due.day, day, shown)}</span>
      <strong>${shown.say(due.title)}: <bdi lang=${tongue(due.text, shown)}>${due.text}</bdi></strong>`
    : html`<strong>${session ? html`${shown.say(lane?.title)}: <bdi lang=${tongue(session.text, shown)}>${session.text}</bdi>` : empty ? t('programme.begin') : shown.say(at?.title)}</strong>`}</p>
    <div class="home-ways">${way}<button type="button" class=${way === nothing ? 'button main' : 'button'} @click=${() => goTo(ui, round.id, false)}>${t('programme.go', { round: shown.say(round.title) })}</button></div></section>`;
}

/** The side of the console at home: what comes, and the links. @param {ConsoleState} ui @param {Shown} shown */
export function homeSide(ui, shown) {
  const { t, cycle } = shown;
  return html`<section class="home-next"><h2>${t('cycle.next')}</h2>
      ${cycle?.next.length ? html`<ul>${cycle.next.map((one) => html`<li><span class="home-day">${shortDay(one.day, shown)}</span>
        <span><strong>${shown.say(one.title)}: <bdi lang=${tongue(one.text, shown)}>${one.text}</bdi></strong>${one.who ? html` <small><bdi lang=${tongue(one.who, shown)}>${one.who}</bdi></small>` : nothing} ${followButton(ui, shown, shown.note(one.note), 'home-follow')}${sessionActs(ui, shown, shown.note(one.note))}</span></li>`)}</ul>`
      : html`<p class="quiet small">${t('programme.no_days')}</p>`}</section>
    ${alongside(ui, shown)}
    ${asksBox(ui, shown)}
    ${briefBox(ui, shown)}
    ${members(ui, shown)}
    ${shown.me?.lent ? nothing : html`<section class="home-links"><h2>${t('notice.name_long')}</h2>${ui.door.info ? link(ui, shown, 'notice.link', 'notice.link_hint', ui.door.info.notice, 'notice') : nothing}</section>`}
    ${takingBox(ui, shown)}`;
}

/** The sitting: how people come in while one goes on, and its beginning and end. @param {ConsoleState} ui @param {Shown} shown */
export function sittingPanel(ui, shown) {
  const { t, board } = shown;
  const info = ui.door.of(board);
  const home = homeRound(shown);
  return html`<section class="sitting">${board?.sitting
    ? html`<h2>${t('sitting.on')}</h2>${info && board.door ? html`<div class="sitting-way">${qrCode(info.qr, t('wall.qr'))}<p><strong>${codeWords(info.code).split('·').map((word, at) => html`${at ? html`·<wbr>` : nothing}${word}`)}</strong><span class="quiet small">${shortAddress(info.url)}</span></p></div>` : nothing}
      <button type="button" class="button" @click=${() => ui.set({ dialog: 'sitting_over' })}>${t('sitting.end')}</button>`
    : html`<p class="quiet small">${t('sitting.off')}</p><button type="button" class="button" @click=${() => ui.emit('sitting', { on: true })}>${t('sitting.begin')}</button>`}
    ${shown.board?.round === home?.id ? nothing : html`<button type="button" class=${board?.scene === 'follow' ? 'button' : 'button main'} @click=${() => goTo(ui, home.id, false)}>${t('programme.home', { round: shown.say(home?.title) })}</button>`}</section>`;
}

/** What ends with a sitting, before it does. @param {ConsoleState} ui @param {Shown} shown */
export function sittingOver(ui, shown) {
  const { t } = shown;
  const end = () => {
    ui.emit('sitting', { on: false });
    ui.shut();
  };
  return html`<ul class="plain-list">${[1, 2, 3].map((n) => html`<li>${t(`sitting.over_${n}`)}</li>`)}</ul>
    <div class="acts"><button type="button" class="button main" @click=${end}>${t('sitting.end')}</button>
      <button type="button" class="button" @click=${() => ui.shut()}>${t('sitting.go_on')}</button></div>`;
}

/* ---- the links of those who lead ---- */

/** Who leads, by the labels of their links. @param {ConsoleState} ui @param {Shown} shown */
export function teamLine(ui, shown) {
  if (shown.me?.lent) return nothing;
  look(ui);
  const names = (links.members ?? []).map(({ label }) => label);
  const team = shown.say(shown.method?.team) || shown.t('members.title');
  return names.length ? html`<p class="console-team small quiet">${team}: <bdi>${listed(names, shown.lang)}</bdi></p>` : nothing;
}

/** Fetch the list, unless that was done a moment ago. @param {ConsoleState} ui */
function look(ui) {
  if (links.board !== ui.context.board) Object.assign(links, { board: ui.context.board, members: null, made: null, asked: 0 });
  if (Date.now() - links.asked > AGAIN) void ask(ui);
}

/** @param {ConsoleState} ui @param {Shown} shown */
function members(ui, shown) {
  const { t } = shown;
  if (shown.me?.lent) return nothing;
  look(ui);
  /** @param {SubmitEvent} event */
  const make = async (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem('label'));
    const typed = field.value;
    if (!typed.trim() || !await ask(ui, { label: typed.trim() })) return;
    // More may have been typed meanwhile.
    if (field.value === typed) field.value = '';
  };
  return html`<section class="home-links"><h2>${t('members.title')}</h2><p class="quiet small">${t('members.what')}</p>
    ${links.members?.length ? html`<ul class="plain-list">${links.members.map((one) => html`<li class="acts"><span><bdi>${one.label}</bdi>${one.own ? html` <small class="quiet">${t('members.own')}</small>` : nothing}</span>
      ${one.own ? nothing : html`<button type="button" class="button plain" aria-label=${t('members.withdraw', { name: one.label })} @click=${() => askToWithdraw(ui, t('members.withdraw', { name: one.label }), () => ask(ui, { withdraw: one.id }))}>${t('console.link_withdraw')}</button>`}</li>`)}</ul>` : nothing}
    ${links.made ? html`<div class="members-made" role="status">${link(ui, shown, 'members.link', 'members.link_hint', links.made.url)}</div>` : nothing}
    <form class="members-form" @submit=${make}><label class="field"><span class="label">${t('members.label')}</span><input class="input" name="label" data-most="40" autocomplete="off"></label>
      <button class="button" type="submit" aria-disabled=${String(links.busy)}>${t('console.link_make')}</button></form></section>`;
}

/** Fetch the links; or make one or withdraw one, one at a time. @param {ConsoleState} ui @param {{ label?: string, withdraw?: string }} [body] @returns {Promise<boolean>} whether it was done */
async function ask(ui, body) {
  if (body && links.busy) return false;
  const asked = Date.now();
  Object.assign(links, { asked, ...(body ? { busy: true } : {}) });
  try {
    const { call } = await ui.context.api();
    const { members, url } = await call(`/api/board/${encodeURIComponent(ui.context.board)}/members`, { token: ui.context.token(), ...(body ? { body } : { method: 'GET' }) });
    // A list that was asked for before something was changed is older.
    if (body || links.asked === asked) Object.assign(links, { made: madeNow(links, members, url, body?.label), members });
    return true;
  } catch (error) {
    const reason = /** @type {any} */ (error).reason ?? 'offline';
    if (body) ui.context.toast(ui.context.t(`error.${reason}`));
    return false;
  } finally {
    if (body) links.busy = false;
    ui.context.redraw();
  }
}

/** The new link: it stands until another one is made, or it is withdrawn itself. @param {Pick<typeof links, 'members' | 'made'>} before @param {Member[]} members @param {string} [url] @param {string} [label] @returns {typeof links['made']} */
export function madeNow(before, members, url, label) {
  const made = url ? { id: members.find((one) => one.label === label && !before.members?.some(({ id }) => id === one.id))?.id ?? '', url } : before.made;
  return made && (!made.id || members.some(({ id }) => id === made.id)) ? made : null;
}
