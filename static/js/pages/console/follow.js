/**
 * The follow-up of a note on the console (SPEC R48): what it was for, what was said of it, what is decided and was learned, one step
 * at a time; and the ways to it. Which steps there are, and what each settles, the method file says.
 */
import { html, nothing, repeat } from '../../../lib/lit-html.js';
import { nearDay } from '../../board/standing.js';
import { aboutLines } from '../../notes/about.js';
import { today } from '../../notes/days.js';
import { answersOf, dayIn } from '../../notes/fields.js';
import { tongue } from '../../notes/look.js';
import { signOf } from '../../notes/marks.js';
import { laneOf } from '../../notes/query.js';
import { saidOf } from '../../notes/said.js';
import { listed, quoted } from '../../text.js';
import { outcome } from '../outcome.js';
import { answerIn, beginAgain, fits, input } from './needed.js';
import { goTo } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Round} Round */
/** @typedef {import('../../types.js').Follow} Follow */
/** @typedef {import('../../types.js').FollowStep} FollowStep */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** How far one has come with a note, and what is chosen and typed, in this browser. @typedef {{ step: number, marks: Record<string, string>, fields: Record<string, string> }} Begun */

/** So many quotations stand open where something else is asked. */
const FEW = 3;
/** After all days. */
const NEVER = '9999';

/** @param {string} note */
const place = (note) => `console-follow.${note}`;

/** @param {ConsoleState} ui @param {string} note @returns {Begun} */
function begunOf(ui, note) {
  return { step: 0, marks: {}, fields: {}, ...(ui.context.keys.half(ui.context.board, place(note)) || {}) };
}

/** @param {ConsoleState} ui @param {string} note @param {Partial<Begun>} change */
function keep(ui, note, change) {
  ui.context.keys.keepHalf(ui.context.board, place(note), { ...begunOf(ui, note), ...change });
  ui.context.redraw();
}

/** The round in which a note is followed up. @param {Shown} shown @param {Note} note @returns {Round | undefined} */
function roundOf(shown, note) {
  if (note.draft || note.kind !== 'note' || !shown.board?.can?.includes('now')) return undefined;
  return shown.rounds.find(({ sheet, follow }) => sheet === note.sheet && follow?.lanes.includes(note.lane));
}

/** The day on which it is to be looked at; '' for none. @param {Note} note @param {Shown} shown */
function dayOf(note, shown) {
  return dayIn(note, laneOf(note, shown)?.span?.[1]);
}

/** A way to the follow-up of a note. @param {ConsoleState} ui @param {Shown} shown @param {Note | null} note @param {string} [look] */
export function followButton(ui, shown, note, look = '') {
  const round = note && roundOf(shown, note);
  if (!note || !round || shown.board?.now === note.id) return nothing;
  return html`<button type="button" class=${`button ${look}`} @click=${() => begin(ui, shown, round, note.id)}>${shown.t('follow.begin')}<span class="sr-only">: ${note.text}</span></button>`;
}

/** Everybody is at the note: people can come in, the round is that of follow-ups. @param {ConsoleState} ui @param {Shown} shown @param {Round} round @param {string} note */
function begin(ui, shown, round, note) {
  if (shown.method?.keep === 'programme' && !shown.board?.sitting) ui.emit('sitting', { on: true });
  if (shown.round?.id !== round.id) goTo(ui, round.id, false);
  ui.emit('now', { note });
  ui.set({ tab: 'now', preview: '', selected: '' });
  toTop();
}

function toTop() {
  requestAnimationFrame(() => {
    document.querySelector('.console-now')?.scrollTo(0, 0);
    scrollTo(0, 0);
    document.getElementById('heading')?.focus({ preventScroll: true });
  });
}

/** The follow-up, or what there is to follow up. @param {ConsoleState} ui @param {Shown} shown */
export function followPanel(ui, shown) {
  const follow = shown.round?.follow;
  if (!follow?.steps || !shown.board?.can?.includes('now')) return nothing;
  const note = shown.note(shown.board.now);
  return note ? steps(ui, shown, follow, note) : choose(ui, shown, follow);
}

/** The notes that can be followed up, those whose day came first. @param {Shown} shown @param {Follow} follow */
function waiting(shown, follow) {
  const sheet = shown.round?.sheet;
  return shown.notes.filter((note) => note.sheet === sheet && note.kind === 'note' && !note.draft && note.id !== shown.board?.now && follow.lanes.includes(note.lane))
    .sort((a, b) => ((dayOf(a, shown) || NEVER) < (dayOf(b, shown) || NEVER) ? -1 : 1));
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Follow} follow */
function choose(ui, shown, follow) {
  const day = today(shown.now());
  const notes = waiting(shown, follow);
  return html`<section class="box"><h2 class="box-kicker">${shown.t('follow.which')}</h2>
    ${notes.length ? html`<ul class="follow-list">${repeat(notes, ({ id }) => id, (note) => html`<li><span><strong dir="auto" lang=${tongue(note.text, shown)}>${note.text}</strong>
      ${dayOf(note, shown) ? html`<small>${nearDay(dayOf(note, shown), day, shown)}</small>` : nothing}</span>${followButton(ui, shown, note)}</li>`)}</ul>`
    : html`<p class="quiet">${shown.t('follow.none')}</p>`}</section>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Follow} follow @param {Note} note */
function steps(ui, shown, follow, note) {
  const { t } = shown;
  const list = follow.steps ?? [];
  const begun = begunOf(ui, note.id);
  const lane = shown.sheet(note.sheet)?.lanes.find(({ id }) => id === follow.to);
  const needs = lane?.needs ?? [];
  const settles = (/** @type {FollowStep} */ step) => [...step.marks, ...step.fields].some((one) => needs.includes(one));
  const saves = Math.max(list.map(settles).lastIndexOf(true), 0);
  const over = note.lane === follow.to;
  // What is not decided yet is not passed.
  const index = Math.min(begun.step, over ? list.length - 1 : saves);
  const step = list[index];
  const turn = (/** @type {number} */ to) => {
    keep(ui, note.id, { step: to });
    toTop();
  };
  const part = html`<p class="follow-note" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</p>
    ${step.shows === 'about' ? forWhat(shown, note, over) : step.shows === 'comments' ? said(ui, shown, note, step.marks.length > 0 || step.fields.length > 0) : nothing}
    ${over ? unsaved(ui, shown, note, begun) : nothing}${over && (settles(step) || index > saves) ? outcome(note, shown) : nothing}`;
  const head = html`<header class="follow-head"><p class="follow-over"><span>${shown.say(shown.round?.title)} · ${t('answer.at', { n: index + 1, all: list.length })}</span>${clock(ui, shown)}</p>
    <h1 id="heading" tabindex="-1">${shown.say(step.title)}</h1>${shown.say(step.hint) ? html`<p>${shown.say(step.hint)}</p>` : nothing}</header>`;
  const back = index ? html`<button type="button" class="button plain" @click=${() => turn(index - 1)}>${t('follow.back', { step: shown.say(list[index - 1].title) })}</button>` : nothing;
  const last = index === list.length - 1;
  const form = over || !settles(step) ? html`${part}${over && !settles(step) ? kinds(shown, note, step, note.marks ?? {}, (kind, word) => ui.emit('mark', { note: note.id, kind, word })) : nothing}
      <div class="follow-ways">${over && last ? ending(ui, shown, follow, note) : html`<button type="button" class="button main big" @click=${() => turn(index + 1)}>${t('follow.on', { step: shown.say(list[index + 1]?.title) })}</button>`}${back}</div>`
    : settling(ui, shown, follow, note, { part, back, step, begun, saves: index === saves, next: list[index + 1], turn, index, list });
  return html`<section class="follow" aria-labelledby="heading">${head}<div class="follow-body">${repeat([step], ({ id }) => `${note.id} ${id}`, () => form)}</div></section>`;
}

/** What was typed here when somebody else saved the decision. @param {ConsoleState} ui @param {Shown} shown @param {Note} note @param {Begun} begun */
function unsaved(ui, shown, note, { fields }) {
  return Object.entries(fields).filter(([id, text]) => text.trim() && text.trim() !== note.fields?.[id]).map(([id, text]) => html`<div class="banner warn"><span>${shown.t('typed.over_note', { text })}</span>
    <button type="button" class="link" @click=${() => keep(ui, note.id, { fields: { ...fields, [id]: '' } })}>${shown.t('lost.drop')}</button></div>`);
}

/**
 * A step in which something is chosen or typed: it is kept in this browser, and all of it is saved at once with the last such step.
 * @param {ConsoleState} ui @param {Shown} shown @param {Follow} follow @param {Note} note
 * @param {{ part: unknown, back: unknown, step: FollowStep, begun: Begun, saves: boolean, next?: FollowStep, turn: (to: number) => void, index: number, list: FollowStep[] }} at
 */
function settling(ui, shown, follow, note, { part, back, step, begun, saves, next, turn, index, list }) {
  const { t } = shown;
  const lane = shown.sheet(note.sheet)?.lanes.find(({ id }) => id === follow.to);
  const fields = (lane?.fields ?? []).filter(({ id }) => step.fields.includes(id));
  const typed = (/** @type {HTMLFormElement} */ form) => {
    const given = new FormData(form);
    return { ...begunOf(ui, note.id).fields, ...Object.fromEntries(fields.map((field) => [field.id, answerIn(given, field)])) };
  };
  const choice = (/** @type {string} */ kind, /** @type {string} */ word) => keep(ui, note.id, { marks: { ...begunOf(ui, note.id).marks, [kind]: word } });
  const has = (/** @type {Begun} */ { marks, fields: given }, /** @type {string} */ name) => Boolean(marks[name] || given[name]?.trim() || note.marks?.[name] || note.fields?.[name]);
  const lacks = (/** @type {Begun} */ now) => (lane?.needs ?? []).filter((name) => list.some((one) => [...one.marks, ...one.fields].includes(name)) && !has(now, name));
  const quiet = Boolean(lane?.needs?.includes('comments')) && !saidOf(note.id, shown).length;
  const missing = lacks(begun);
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const given = typed(form);
    if (!fits(form, fields, given, note, shown)) return;
    keep(ui, note.id, { fields: given });
    if (!saves) return turn(index + 1);
    const now = begunOf(ui, note.id);
    if (lacks(now).length || quiet) return;
    const only = (/** @type {Record<string, string>} */ all, /** @type {Record<string, string> | undefined} */ there) => Object.fromEntries(Object.entries(all).filter(([name, value]) => value.trim() && there?.[name] !== value));
    ui.emit('move', { note: note.id, lane: follow.to, marks: only(now.marks, note.marks), fields: only(now.fields, note.fields) });
    ui.context.saved(t('follow.saved'));
    ui.context.keys.keepHalf(ui.context.board, place(note.id), { step: next ? index + 1 : index });
    ui.context.redraw();
    toTop();
  };
  const word = shown.sheet(note.sheet)?.marks.flatMap((kind) => kind.words.filter(({ id }) => id === begun.marks[kind.id])).find(({ again }) => again);
  return html`<form class="stack" @submit=${send} @input=${(/** @type {any} */ event) => { if (event.target.type !== 'radio') keep(ui, note.id, { fields: typed(event.currentTarget) }); }}>
    ${part}
    ${kinds(shown, note, step, { ...note.marks, ...begun.marks }, choice)}
    ${fields.map((field) => input(shown, field, begun.fields[field.id] ?? note.fields?.[field.id] ?? '', ''))}
    ${saves && quiet ? html`<div class="banner"><span>${t('follow.no_answers')}</span>${sayFor(ui, shown, note)}</div>` : nothing}
    ${saves && missing.length ? html`<p class="small quiet">${t('follow.lacks', { what: listed(missing.map((name) => quoted(shown.say(titleOf(shown, note, lane, name)), shown.lang)), shown.lang) })}</p>` : nothing}
    <div class="follow-ways"><button type="submit" class="button main big" aria-disabled=${String(saves && (quiet || missing.length > 0))}>${saves ? t(word ? 'follow.save_again' : 'follow.save') : t('follow.on', { step: shown.say(next?.title) })}</button>${back}</div></form>`;
}

/** @param {Shown} shown @param {Note} note @param {import('../../types.js').Lane | undefined} lane @param {string} name of a field or a kind of marks */
function titleOf(shown, note, lane, name) {
  return lane?.fields?.find(({ id }) => id === name)?.title ?? shown.sheet(note.sheet)?.marks.find(({ id }) => id === name)?.title;
}

/** The words of the step's kinds to choose from. @param {Shown} shown @param {Note} note @param {FollowStep} step @param {Record<string, string>} now @param {(kind: string, word: string) => void} choose */
function kinds(shown, note, step, now, choose) {
  const asked = (shown.sheet(note.sheet)?.marks ?? []).filter(({ id }) => step.marks.includes(id));
  return asked.map((kind) => html`<fieldset class="answer"><legend class=${shown.say(kind.title) === shown.say(step.title) ? 'sr-only' : 'label'}>${shown.say(kind.title)}</legend>
    <div class=${`needed-words ${kind.words.every(({ hint }) => !shown.say(hint)) ? 'follow-short-words' : ''}`}>${kind.words.map((word) => html`<label class="needed-word"><input type="radio" name=${`mark-${kind.id}`} value=${word.id} .checked=${now[kind.id] === word.id} @change=${() => choose(kind.id, word.id)}>
      <span>${word.sign ? html`<b aria-hidden="true">${signOf(word.sign)}</b> ` : nothing}<strong>${shown.say(word.title)}</strong> ${shown.say(word.hint) ? html`<span class="small quiet">${shown.say(word.hint)}</span>` : nothing}</span></label>`)}</div></fieldset>`);
}

/** What it is about, and until it is decided what was agreed of it. @param {Shown} shown @param {Note} note @param {boolean} over */
function forWhat(shown, note, over) {
  const lines = [...aboutLines(note, shown), ...(over ? [] : answersOf(note, shown))];
  if (over && !lines.length) return nothing;
  return lines.length ? html`<ul class="follow-about">${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul>` : html`<p class="quiet">${shown.t('follow.about_nothing')}</p>`;
}

/** What people said of it: by what they chose, and never how many. @param {ConsoleState} ui @param {Shown} shown @param {Note} note @param {boolean} short */
function said(ui, shown, note, short) {
  const all = saidOf(note.id, shown);
  if (!all.length) return html`<div class="banner"><span>${shown.t('follow.nothing_yet')}</span>${sayFor(ui, shown, note)}</div>`;
  const quote = (/** @type {{ text: string }} */ { text }) => html`<blockquote class="follow-quote" dir="auto" lang=${tongue(text, shown)}>${quoted(text, shown.lang)}</blockquote>`;
  const whole = html`<div class="follow-said">${all.map(({ word, texts }) => html`<section>${word ? html`<h2>${shown.say(word.title)}</h2>` : nothing}${texts.map(quote)}</section>`)}</div>`;
  if (!short) return html`${whole}<p>${sayFor(ui, shown, note)}</p>`;
  const texts = all.flatMap((one) => one.texts);
  return html`${texts.slice(0, FEW).map(quote)}<details class="follow-all"><summary class="link">${shown.t('follow.all')}</summary>${whole}</details>`;
}

/** To write down what somebody said aloud. @param {ConsoleState} ui @param {Shown} shown @param {Note} note */
function sayFor(ui, shown, note) {
  if (!note.can.includes('comment')) return nothing;
  return html`<button type="button" class="button" @click=${() => ui.set({ selected: note.id, dialog: 'comment' })}>${shown.t('follow.say_for')}</button>`;
}

/** After the last step: a further version, the next one, or the end. @param {ConsoleState} ui @param {Shown} shown @param {Follow} follow @param {Note} note */
function ending(ui, shown, follow, note) {
  const { t } = shown;
  const next = waiting(shown, follow)[0];
  const look = shown.rounds.find(({ id }) => id === follow.look);
  const again = beginAgain(ui, shown, note);
  return html`${next ? html`<button type="button" class="button main big" @click=${() => { ui.emit('now', { note: next.id }); toTop(); }}>${t('follow.next', { note: next.text })}</button>` : nothing}
    ${again ? html`<button type="button" class="button" @click=${again.act}>${again.words}</button>` : nothing}
    ${look ? html`<button type="button" class="button" @click=${() => goTo(ui, look.id, false)}>${t('follow.look', { sheet: shown.say(shown.sheet(look.sheet)?.title) || shown.say(look.title) })}</button>` : nothing}
    <button type="button" class=${next ? 'button' : 'button main'} @click=${() => ui.emit('now', { note: '' })}>${t('follow.end')}</button>`;
}

/** The time that is left of the ten minutes, or so: it ends nothing. @param {ConsoleState} ui @param {Shown} shown */
function clock(ui, shown) {
  const ends = shown.board?.ends_at;
  if (!ends) return nothing;
  const minutes = Math.ceil((ends - shown.now()) / 60_000);
  return html`<span class="follow-clock"><span>${minutes > 0 ? shown.t('time.left', { n: minutes }) : shown.t('time.over')}</span>
    <button type="button" class="link" @click=${() => ui.emit('timer', { act: 'add', minutes: 1 })}>${shown.t('follow.minute')}</button></span>`;
}
