/** The console's panels before and after: set-up, downloads, what closing did, and how to undo it. */
import { keeps } from '../circle.js';
import { html, nothing } from '../../../lib/lit-html.js';
import { hasScribe, stepsOf } from '../../notes/query.js';
import { dayWords } from '../../text.js';
import { changedDay, dayField } from './ahead.js';
import { copyBox, hangingBox, originWords } from './after.js';
import { briefBox, leaderBox } from './leader.js';
import { handBox } from './handing.js';
import { padBox } from './pad.js';
import { rehearsalBox } from './rehearsal.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const REOPEN = 10 * 60_000;
/** Minutes of a day. */
const DAY = 24 * 60;
const LEADERS = /** @type {const} */ (['part', 'listen', 'told']);
const SIZES = ['a4', 'a3', 'a2', 'a1'];
const FILES = ['pdf', 'png', 'svg', 'md', 'csv', 'json'];
/** Those of them that are drawn. */
const DRAWN = ['pdf', 'png', 'svg'];
/** What a file holds: the whole board, or of a map one of its pictures. */
const POSTERS = ['', 'dynamics', 'star'];

/** In the first round: the heading and the leader question, with its consequence. @param {ConsoleState} ui @param {Shown} shown */
export function setupPanel(ui, shown) {
  const { t, board, method } = shown;
  const answer = /** @type {Record<string, import('../../types.js').Both | undefined>} */ (/** @type {unknown} */ (method ?? {}))[`leader_${board?.leader}`];
  return html`<section class="box setup"><h2 class="box-kicker">${t('console.before')}</h2>
    ${keeps(shown)}
    <dl><dt>${t('console.setup.title')}</dt><dd lang=${shown.lang}>${board?.title}</dd>
      ${board?.origin?.title ? html`<dt>${t('console.setup.origin')}</dt><dd lang=${shown.lang}>${originWords(shown)}</dd>` : nothing}
      ${board?.venue ? html`<dt>${t('console.setup.venue')}</dt><dd>${board.venue}</dd>` : nothing}
      ${board?.step ? html`<dt>${t(clock(shown) ? 'console.setup.clock' : 'console.setup.years')}</dt><dd>${ends(shown)}</dd>` : nothing}
      <dt>${shown.say(method?.leader_question)}</dt><dd><strong>${t(`console.leader.${board?.leader}`)}.</strong> ${shown.say(answer)}</dd></dl>
    ${method?.before?.length ? html`<ul class="plain-list" lang=${shown.lang}>${method.before.map((one) => html`<li>${shown.say(one)}</li>`)}</ul>` : nothing}
    ${method?.scribe && method.keep !== 'programme' && !hasScribe(shown) ? html`<p class="small">${t('console.scribe_wanted')}</p>` : nothing}
    <button type="button" class="button" @click=${() => ui.set({ dialog: 'setup' })}>${t('console.change_setup')}</button></section>`;
}

/** Whether the board's timeline is a clock. @param {Shown} shown */
function clock(shown) {
  return Boolean(shown.board?.step) && shown.sheets.some((sheet) => sheet.scale === 'clock');
}

/** The first and the last lane of the timeline whose ends the board keeps. @param {Shown} shown */
function ends(shown) {
  const line = stepsOf(shown.sheets.find((sheet) => sheet.scale === 'years' || sheet.scale === 'clock'));
  return `${shown.say(line[0]?.title)}–${shown.say(line.at(-1)?.title)}`;
}

/** Minutes from midnight as the value of a time input. @param {number} minutes */
function timeOf(minutes) {
  const two = (/** @type {number} */ part) => String(part).padStart(2, '0');
  return `${two(Math.floor((minutes % DAY) / 60))}:${two(minutes % 60)}`;
}

/** The value of an input as a year, a number of minutes, or minutes from midnight; null where there is none. @param {string} value */
function ticksOf(value) {
  const [hour, minute] = value.split(':');
  if (minute === undefined) return hour ? Number(hour) : null;
  return Number(hour) * 60 + Number(minute);
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function setupFields(ui, shown) {
  const { t, board, method } = shown;
  if (!board) return nothing;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const field = new FormData(/** @type {HTMLFormElement} */ (event.target));
    /** @type {Record<string, any>} */
    const change = {};
    const title = String(field.get('title') ?? '').trim();
    if (title && title !== board.title) change.title = title;
    const venue = String(field.get('venue') ?? '').trim();
    if (venue !== board.venue) change.venue = venue;
    const day = changedDay(field.get('day'), shown);
    if (day !== undefined) change.day = day;
    for (const key of /** @type {const} */ (['from', 'to', 'step'])) {
      const tick = ticksOf(String(field.get(key) ?? ''));
      if (tick !== null && tick !== board[key] % (key === 'to' && clock(shown) ? DAY : Infinity)) change[key] = tick;
    }
    if (field.get('leader') && field.get('leader') !== board.leader) change.leader = field.get('leader');
    if (Object.keys(change).length) ui.emit('setup', change);
    ui.set({ dialog: '' });
  };
  const says = (/** @type {string} */ leader) => shown.say(/** @type {any} */ (method)[`leader_${leader}`]);
  return html`<form class="stack" @submit=${send}>
    ${method?.keep === 'nothing' ? nothing : html`<label class="field"><span class="label">${t('console.setup.title')}</span><textarea class="input" name="title" rows="2" data-most="160"
      .defaultValue=${board.title}></textarea></label>
    <label class="field"><span class="label">${t('console.setup.venue')}</span><input class="input" name="venue" data-most="80"
      .defaultValue=${board.venue}></label>${dayField(ui, shown)}`}
    ${clock(shown) ? html`<div class="pair">
      <label class="field"><span class="label">${t('console.setup.clock_from')}</span><input class="input" name="from" type="time" required
        .defaultValue=${timeOf(board.from)}></label>
      <label class="field"><span class="label">${t('console.setup.clock_to')}</span><input class="input" name="to" type="time" required
        .defaultValue=${timeOf(board.to)}></label></div>
      <label class="field"><span class="label">${t('console.setup.step')}</span><input class="input" name="step" type="number" min="1" max="240" required
        .defaultValue=${String(board.step)}></label>` : board.step ? html`<div class="pair">
      <label class="field"><span class="label">${t('console.setup.from')}</span><input class="input" name="from"
        type="number" min="1900" max="2200" .defaultValue=${String(board.from)}></label>
      <label class="field"><span class="label">${t('console.setup.to')}</span><input class="input" name="to" type="number" min="1900" max="2200"
        .defaultValue=${String(board.to)}></label></div>` : nothing}
    <fieldset class="field"><legend class="label">${shown.say(method?.leader_question)}</legend><div
      class="choices">${LEADERS.map((leader) => html`<label class="choice">
      <input type="radio" name="leader" value=${leader} .defaultChecked=${board.leader === leader}><span
        class="what">${t(`console.leader.${leader}`)}</span><span class="so">${says(leader)}</span></label>`)}</div></fieldset>
    <div class="acts"><button class="button main" type="submit">${t('console.save')}</button></div></form>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function takeHome(ui, shown) {
  if (shown.board?.rehearsal) return nothing;
  return html`<section class="box"><h2 class="box-kicker">${shown.t('console.take_home')}</h2>
    ${downloads(ui, shown)}<p class="small quiet">${shown.t('console.take_home_hint')}</p></section>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function downloads(ui, shown) {
  const { t } = shown;
  const mapped = shown.sheets.some(({ lanes }) => lanes.some(({ place }) => place));
  const files = mapped && ui.state.poster ? FILES.filter((kind) => DRAWN.includes(kind)) : FILES;
  const get = async (/** @type {string} */ kind) => {
    if (ui.state.fetching) return;
    ui.set({ fetching: kind });
    try {
      const { downloadBoard } = await ui.context.api();
      const { board } = shown;
      const lacking = await downloadBoard({
        board: ui.context.board, token: ui.context.token(), title: board?.title ?? '', kind, size: ui.state.size, picture: mapped ? ui.state.poster : '',
        lang: shown.lang, began: board?.underway || board?.began || 0,
      });
      if (lacking) ui.context.toast(t('file.no_emoji'));
    } catch (error) {
      ui.context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
    }
    ui.set({ fetching: '' });
  };
  return html`${mapped ? html`<label class="field"><span class="label">${t('file.what')}</span><select class="input" name="poster"
    @change=${(/** @type {any} */ event) => ui.set({ poster: event.target.value })}>${POSTERS.map((poster) => html`<option value=${poster}
    ?selected=${poster === ui.state.poster}>${t(`file.what.${poster || 'board'}`)}</option>`)}</select></label>` : nothing}<ul class="files">${files.map((kind) => html`<li><button type="button" class="button"
    aria-disabled=${String(ui.state.fetching === kind)} @click=${() => get(kind)}>
    ${t(ui.state.fetching === kind ? 'end.fetching' : `console.file.${kind}`)}<small>${t(`console.file.${kind}.so`)}</small></button></li>`)}</ul>
    <label class="field"><span class="label">${t('file.size')}</span><select class="input" name="size"
      @change=${(/** @type {any} */ event) => ui.set({ size: event.target.value })}>${SIZES.map((size) => html`<option value=${size}
      ?selected=${size === ui.state.size}>${size.toUpperCase()}</option>`)}</select></label>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function closedPanel(ui, shown) {
  const { t, board } = shown;
  const left = Math.max(0, Math.ceil(((board?.closed ?? 0) + REOPEN - shown.now()) / 60_000));
  const can = (/** @type {string} */ op) => !board?.sealed && left > 0 && board?.can?.includes(op);
  const date = dayWords(board?.expires ?? 0, shown);
  // It is deleted at the same moment: nothing is left to open again or to take home.
  if (shown.method?.keep === 'nothing') {
    return html`<div class="round-head"><h1 id="heading" tabindex="-1">${t('close.nothing_kept.title')}</h1></div><p class="say">${t('close.nothing_kept')}</p>`;
  }
  return html`<div class="round-head"><p class="panel-kicker">${shown.say(shown.method?.title)}</p>
      <h1 id="heading" tabindex="-1">${t('console.closed')}</h1></div>
    <section class="box"><p class="say">${board?.sealed ? t('console.sealed_say') : t('console.closed_say', { n: left })}</p>
      ${shown.method?.answers && !board?.rehearsal ? html`<p>${t('console.answers_come')}</p>` : nothing}
      <div class="acts">
        ${can('reopen') ? html`<button type="button" class="button" @click=${() => ui.emit('reopen')}>${t('console.reopen')}</button>` : nothing}
        ${can('seal') ? html`<button type="button" class="button" @click=${() => ui.emit('seal')}>${t('console.seal')}</button>` : nothing}
      </div></section>
    ${handBox(ui, shown)}
    ${briefBox(ui, shown)}
    ${leaderBox(ui, shown)}
    ${takeHome(ui, shown)}
    ${hangingBox(ui, shown)}
    ${copyBox(ui, shown)}
    ${padBox(ui, shown)}
    ${board?.rehearsal ? rehearsalBox(ui, shown) : html`<p class="quiet">${t('console.expires', { date })}</p>
    <div class="acts"><button type="button" class="button danger" @click=${() => ui.set({ dialog: 'erase' })}>${t('console.more.erase')}</button></div>`}`;
}
