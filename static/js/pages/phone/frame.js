/**
 * The frame of every pane: header with the time, the order of its parts, footer, and the state of the connection.
 * A pane's content may not live here.
 */
import { classMap, html, nothing, repeat, svg } from '../../../lib/lit-html.js';
import { aboutLines } from '../../notes/about.js';
import { besideNow } from '../../notes/beside.js';
import { color, tongue } from '../../notes/look.js';
import { comments } from '../../notes/query.js';
import { withoutRepeats } from '../../notes/said.js';
import { linesUnder } from '../../notes/under.js';
import { listed, unchanged, undoWords } from '../../text.js';
import { teamText } from '../team.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Round} Round */

export const ICONS = {
  lock: svg`<rect x="4" y="9" width="12" height="8.5" rx="2"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>`,
  eye: svg`<path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10Z"/><circle cx="10" cy="10" r="2.4"/>`,
  ear: svg`<path d="M6 8a4.2 4.2 0 1 1 8.4 0c0 2.6-2 3.2-2.7 4.8-.6 1.5-.6 3.7-2.7 3.7a2.5 2.5 0 0 1-2.4-1.9"/><path d="M8.2 8.2a2 2 0 1 1 3.7 1c-.5.7-1.3.8-1.6 1.7"/>`,
  pen: svg`<path d="m4 16 .8-3.4L13.4 4a1.6 1.6 0 0 1 2.3 2.3l-8.5 8.5L4 16Z"/>`,
  pad: svg`<path d="M4.5 2.5h11v15h-11zM7.5 6.5h5M7.5 10h5M7.5 13.5h3"/>`,
  board: svg`<rect x="2.5" y="3.5" width="15" height="11" rx="1.5"/><path d="M6 17.5h8M5.5 7h3v3h-3zM11 8.5h3.5v3H11z"/>`,
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return html`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[name]}</svg>`;
}

/** The workshop's heading as it was typed; the method's own, where nobody changed it, in the reader's language. @param {Shown} shown */
export function boardTitle({ board, method, lang, say }) {
  if (!board?.title) return '';
  const own = unchanged(board.title, method?.heading);
  if (own) return say(own);
  return html`<bdi lang=${tongue(board.title, { board, lang })}>${board.title}</bdi>`;
}

/**
 * The head of a pane.
 * @param {PhoneState} ui @param {Shown} shown
 * @param {{ title?: string, instruction?: unknown, turn?: boolean, round?: Round }} [say]
 */
export function head(ui, shown, { title, instruction, turn, round } = {}) {
  const at = round ?? shown.round;
  const whole = ui.at?.whole && ui.at.round.id === at?.id ? boardTitle(shown) : '';
  const heading = title ?? (whole || shown.say(at?.title));
  // Closed, no round goes on: who looks at the board then is told so as well.
  const now = shown.board?.closed ? ui.t('end.title') : shown.say(at?.title);
  const over = [shown.board?.rehearsal ? ui.t('rehearsal.name') : '', shown.say(shown.method?.title), turn || heading === now ? '' : now].filter(Boolean).join(' · ');
  return html`<header class=${classMap({ 'phone-head': true, turn: Boolean(turn) })}>
    <p class="over"><span>${over}</span>${time(ui, shown)}</p>
    <h1 tabindex="-1" id="heading">${heading}</h1>
    <p class="instruction">${instruction ?? shown.say(at?.instruction)}</p>
    ${beside(ui, shown)}
  </header>`;
}

/** What stays in sight beside the round's sheet: one quiet line, which opens; on a wide screen it stands over the picture. @param {PhoneState} ui @param {Shown} shown */
function beside(ui, shown) {
  const kept = besideNow(shown).map(({ lane, notes }) => ({ lane, notes: withoutRepeats(notes, shown) }));
  if (!kept.length) return nothing;
  // Who only chose a lane has said no more than its title.
  const first = kept.find(({ lane, notes }) => !unchanged(notes[0].text, lane.title)) ?? kept[0];
  const talk = comments(shown);
  return html`<details class="beside-fold narrow-only"><summary><span class="gist"><strong>${shown.say(first.lane.title)}</strong>${unchanged(first.notes[0].text, first.lane.title) ? nothing : html` <bdi>${first.notes[0].text}</bdi>`}</span></summary>
    ${kept.map(({ lane, notes }) => html`<section><h2>${shown.say(lane.title)}</h2><ul>${repeat(notes, ({ id }) => id, (note) => html`<li class=${classMap({ note: true, [color(note, shown)]: true })}><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${aboutLines(note, shown).map((text) => html`<span class="mark" dir="auto">${text}</span>`)}${linesUnder(note, shown, talk).map(({ text }) => html`<span class="mark" dir="auto">${text}</span>`)}${note.reach === 'team' ? html`<span class="mark">${ui.t('beside.not_shown')}</span>` : nothing}</li>`)}</ul></section>`)}</details>`;
}

/** Time left: minutes, and seconds when asked. @param {PhoneState} ui @param {Shown} shown */
export function time(ui, shown) {
  const ends = shown.board?.ends_at;
  // Nobody is hurried while people draw: only the wall says when the rest is turned (SPEC D3).
  if (!ends || shown.board?.closed || shown.me?.scene === 'draw') return nothing;
  const seconds = Math.ceil((ends - shown.now()) / 1000);
  const text = seconds <= 0 ? ui.t('time.over')
    : ui.digits ? ui.t('time.digits', { m: Math.floor(seconds / 60), s: String(seconds % 60).padStart(2, '0') })
      : ui.t('time.left', { n: Math.ceil(seconds / 60) });
  return html`<button type="button" class="who time" @click=${() => { ui.digits = !ui.digits; ui.context.redraw(); }}>${text}</button>`;
}

/**
 * The parts of a pane: above the text box, the box, below it, and what has been written.
 * @typedef {{ top?: unknown, box?: unknown, rest?: unknown, list?: unknown }} Parts
 */

/**
 * The template of every pane. The box is always at the same position in it, so that the textarea somebody is typing in
 * stays the same element, with its focus and caret, when the pane changes.
 * @param {unknown} header @param {Parts & { foot?: unknown }} parts
 */
export function frame(header, { top = nothing, box: written = nothing, rest = nothing, foot: below = nothing }) {
  return html`${header}<main class="phone-main">${top}${written}${rest}</main>${below}`;
}

/**
 * Ready, and how many are. It stands below what is written and above what has been: a bar that stays at the bottom would
 * cover the box, or its button, wherever the question is long or the window low.
 * @param {PhoneState} ui @param {Shown} shown
 */
export function ready(ui, shown) {
  const { me } = shown;
  if (!me?.can.includes('ready')) return nothing;
  return html`<div class="ready">
    <button type="button" class="button wide" aria-pressed=${String(me.ready)} @click=${() => ui.context.emit('ready', { on: !me.ready })}>${ui.t(me.ready ? 'ready.more' : 'ready.me')}</button>
    <p class="count">${readyCount(ui, shown)}</p></div>`;
}

/** How many are ready: of the own group, where people work in groups. @param {PhoneState} ui @param {Shown} shown */
function readyCount(ui, shown) {
  const group = shown.groups.find(({ id, people }) => id === shown.me?.group && people !== undefined);
  if (group) return ui.t('ready.count_group', { n: group.ready ?? 0, of: group.people ?? 0 });
  return ui.t('ready.count', { n: shown.progress.ready, of: shown.progress.people });
}

/** My group's number and members. @param {PhoneState} ui @param {Shown} shown */
export function members(ui, shown) {
  const own = shown.groups.find(({ id }) => id === shown.me?.group);
  if (!own) return nothing;
  const names = shown.people.filter((person) => person.group === own.id && person.role === 'participant').map(({ id }) => shown.called(id));
  return html`<p class="members"><strong>${ui.t('group.yours', { n: own.number })}</strong> <span>${names.join(' · ')}</span></p>`;
}

/** So many questions stand open in a window lower than so many px. */
const FEW = 2;
const HIGH = 700;

/** The round's questions, for people who work in groups or listen to one. @param {Shown} shown @param {boolean} [open] never folded */
export function questions(shown, open = false) {
  const asked = shown.round?.questions ?? [];
  if (!asked.length) return nothing;
  const list = html`<ul class="asked">${asked.map((one) => html`<li>${shown.say(one)}</li>`)}</ul>`;
  // In a low window many questions would push the box out of sight.
  return asked.length > FEW && !open ? html`<details ?open=${innerHeight >= HIGH}><summary class="link">${shown.t('group.asked', { n: asked.length })}</summary>${list}</details>` : list;
}

/** Who listens, and who leads with the facilitator, which is said before anything is written. @param {PhoneState} ui @param {Shown} shown */
export function listeners(ui, shown) {
  const names = shown.people.filter(({ role }) => role === 'listener').map(({ id }) => shown.called(id));
  const leads = shown.people.filter((person) => person.leads && person.id !== shown.me?.seat).map(({ id }) => shown.called(id));
  return html`${names.length ? html`<p class="lock">${icon('ear')}<span>${ui.t('listen.names', { n: names.length, names: listed(names, shown.lang) })}</span></p>` : nothing}
    ${leads.length ? html`<p class="lock">${icon('eye')}<span>${ui.t('lead.names', { n: leads.length, names: listed(leads, shown.lang) })}</span></p>` : nothing}`;
}

/** A co-facilitator's way into the console. @param {PhoneState} ui */
export function toConsole(ui) {
  import('./coleads.js').then((part) => part.openConsole(ui), () => ui.context.toast(ui.t('error.offline')));
}

/** Name and undo, small. @param {PhoneState} ui @param {Shown} shown */
export function foot(ui, shown) {
  const me = shown.me;
  if (!me) return nothing;
  return html`${me.leads ? html`<p><button type="button" class="button" @click=${() => toConsole(ui)}>${icon('board')}${ui.t('phone.open_console')}</button></p>` : nothing}<p class="row small quiet whoami"><span>${ui.t('phone.you_are', { name: shown.seat(me.seat) ? shown.called(me.seat) : me.name })}${shown.namesake(me.seat) ? html` <strong>${ui.t('phone.namesake')}</strong>` : nothing}</span>
    ${me.can.includes('name') ? html`<button type="button" class="link" @click=${() => ui.open({ kind: 'name', text: me.name })}>${ui.t('phone.rename')}</button>` : nothing}
    <button type="button" class="link" @click=${() => ui.open({ kind: 'devices' })}>${ui.t('phone.other_device')}</button>
    <button type="button" class="link" lang=${shown.lang === 'da' ? 'en' : 'da'} @click=${() => ui.context.setLang(shown.lang === 'da' ? 'en' : 'da')}>${shown.lang === 'da' ? 'English' : 'Dansk'}</button>
    ${me.can.includes('undo') ? html`<button type="button" class="link" @click=${() => ui.context.emit('undo')}>${undoWords(shown)}</button>` : nothing}</p>`;
}

/** A text that says who sees what, with a lock icon. @param {PhoneState} ui @param {string} who */
export function lock(ui, who) {
  const shown = ui.context.store?.shown();
  const unnamed = shown?.method?.unnamed && who !== 'listen';
  return html`<p class="lock">${icon(who.startsWith('own') ? 'lock' : 'eye')}<span>${who === 'team' ? teamText(ui.t, shown, 'who.team') : ui.t(`who.${who}`)}${unnamed ? html`<strong class="unnamed">${ui.t('who.unnamed')}</strong>` : nothing}</span></p>
    ${shown && who !== 'listen' ? listeners(ui, shown) : nothing}`;
}

/** A button to the board's tab; `narrow`: hidden where the board is shown beside the pane. @param {PhoneState} ui @param {keyof typeof ICONS} sign @param {string} label @param {boolean} [narrow] */
export function toBoard(ui, sign, label, narrow = false) {
  const go = () => { ui.tab = 'board'; scrollTo(0, 0); ui.context.redraw(); };
  return html`<button type="button" class=${classMap({ button: true, 'narrow-only': narrow })} @click=${go}>${icon(sign)}${ui.t(label)}</button>`;
}

/** Whether this person only looks on, and is shown nothing: others are still at it, or keep it to themselves. @param {Shown} shown */
export function nothingUp({ me, round, notes }) {
  return me?.scene === 'look' && Boolean(round?.sheet) && !notes.some((note) => note.sheet === round?.sheet && !note.draft);
}

/** A hint where to write comments, if the round asks for them. @param {PhoneState} ui @param {Shown} shown */
export function commentWay(ui, shown) {
  if (!shown.notes.some((note) => note.can.includes('comment'))) return nothing;
  return toBoard(ui, 'pen', 'look.comment');
}

/** Texts that were refused while the box held another one, texts typed in dialogs and not saved, devices that came back, and notes that somebody else took down. @param {PhoneState} ui */
export function lostTexts(ui) {
  const shown = ui.context.store?.shown();
  const some = shown && (ui.lost.length || ui.unsaved.length || ui.taken(shown).length || shown.me?.devices.some(({ read }) => !read));
  return some ? ui.part('trouble')?.lostTexts(ui, shown) ?? nothing : nothing;
}

/** @param {PhoneState} ui @param {Shown} shown */
export function lineText(ui, shown) {
  if (shown.trouble) return ui.t('line.trouble');
  if (shown.connected === 'yes' && shown.late) return ui.t(shown.unkept ? 'line.late_open' : 'line.late', { n: shown.late });
  if (shown.connected !== 'away') return '';
  if (shown.unkept) return ui.t('line.away_open');
  return ui.t(shown.kept ? 'line.away_waiting' : 'line.away', { n: shown.kept });
}

/** @param {PhoneState} ui @param {Shown} shown */
export function lineState(ui, shown) {
  const text = lineText(ui, shown);
  return html`<div role="status">${text ? html`<p class=${classMap({ 'line-state': true, gone: shown.connected !== 'yes' || shown.late > 0 })}>${text}</p>` : nothing}</div>`;
}
