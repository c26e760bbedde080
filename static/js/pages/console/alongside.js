/** What those who lead a programme do from its home on other sheets (SPEC R49): the lists of what is planned and held, and adding to them. */
import { html, keyed, nothing } from '../../../lib/lit-html.js';
import { dayOf, lanesHere, nameOfBox } from '../asks.js';
import { answerWords } from '../../notes/fields.js';
import { tongue } from '../../notes/look.js';
import { plainDay } from '../../notes/days.js';
import { PLANNED, at } from '../../sync/keys.js';
import { quoted } from '../../text.js';
import { beginEdit, emptied, keptField, refilled } from './kept.js';
import { sendOrAsk } from './needed.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** So many stand there at once. */
const FIRST = 4;
/** Where a session lies that is handed on, and one that was held. */
const TO_COME = 'session';
const HELD = 'held';

/** Choose a note on the board, to correct it there. @param {ConsoleState} ui @param {Note} note @param {boolean} [edits] */
export function toNote(ui, note, edits = false) {
  ui.set({ tab: 'board', sheet: note.sheet, selected: note.id, gather: null, editing: '' });
  if (edits) beginEdit(ui, note);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const tools = /** @type {HTMLElement | null} */ (document.querySelector('.console-board .note-tools'));
    tools?.scrollIntoView({ block: 'center' });
    /** @type {HTMLElement | null} */ (tools?.querySelector('textarea, button'))?.focus();
  }));
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function alongside(ui, shown) {
  return lanesHere(shown).map(({ sheet, lane }) => list(ui, shown, sheet, lane));
}

/** What lies in a lane: what is to come with the earliest day first, and without what stands among the days that come next; what was held with the latest. @param {ConsoleState} ui @param {Shown} shown @param {string} sheet @param {Lane} lane */
function list(ui, shown, sheet, lane) {
  const { t } = shown;
  const planned = lane.takes === TO_COME;
  const all = shown.notes.filter((note) => note.sheet === sheet && note.lane === lane.id && note.kind === 'note' && !note.draft);
  const there = all.filter(({ id }) => !shown.cycle?.next.some(({ note }) => note === id));
  const days = new Map(there.map((note) => [note.id, dayOf(note, shown)]));
  const rank = (/** @type {Note} */ { id }) => days.get(id) || (planned ? '9' : '');
  const notes = there.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.id < b.id ? -1 : 1) * (planned ? 1 : -1));
  const adding = ui.state.adding === lane.id;
  const title = shown.say(lane.title);
  const rows = (/** @type {Note[]} */ some) => html`<ul class="home-rows">${some.map((note) => row(ui, shown, lane, note, days.get(note.id) ?? ''))}</ul>`;
  return html`<section class="home-next" aria-labelledby=${`home-${lane.id}`}><div class="home-head"><h2 id=${`home-${lane.id}`}>${title}</h2>
      ${lane.open ? html`<button type="button" class="link" id=${`home-add-${lane.id}`} aria-expanded=${String(adding)} aria-label=${adding ? nothing : t('home.add_to', { lane: title })} @click=${() => ui.set({ adding: adding ? '' : lane.id })}>${t(adding ? 'console.cancel' : 'home.add')}</button>` : nothing}</div>
    ${adding && lane.open ? keyed(lane.id, addForm(ui, shown, sheet, lane)) : nothing}
    ${notes.length ? rows(notes.slice(0, FIRST)) : adding ? nothing : html`<p class="quiet small">${all.length ? t('home.above', { title: quoted(t('cycle.next'), shown.lang) }) : t('home.none')}</p>`}
    ${notes.length > FIRST ? html`<details class="home-rest"><summary class="link">${t('home.rest', { n: notes.length - FIRST })}</summary>${rows(notes.slice(FIRST))}</details>` : nothing}</section>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Lane} lane @param {Note} note @param {string} day */
function row(ui, shown, lane, note, day) {
  const { t } = shown;
  const said = (lane.fields ?? []).filter(({ kind }) => kind !== 'date').flatMap((field) => {
    const words = answerWords(field, note.fields?.[field.id], shown);
    if (!words) return [];
    return [field.takes === 'count' ? t('home.count', { n: Number(words) || words }) : field.takes ? words : `${shown.say(field.title)}: ${words}`];
  });
  return html`<li><span class="home-day">${day ? plainDay(day, shown) : '–'}</span><span><button type="button" class="home-text" @click=${() => toNote(ui, note)}><bdi lang=${tongue(note.text, shown)}>${note.text}</bdi></button>
    ${said.length ? html` <small><bdi>${said.join(' · ')}</bdi></small>` : nothing}
    ${sessionActs(ui, shown, note)}</span></li>`;
}

/** Whether this is a session that is to come. @param {Shown} shown @param {Note | null | undefined} note */
const toCome = (shown, note) => !!note && shown.sheet(note.sheet)?.lanes.find(({ id }) => id === note.lane)?.takes === TO_COME;

/** A session of this sheet that is to come and waits for no day, the one that has stood there longest. @param {Shown} shown @param {string} sheet */
export function waitingSession(shown, sheet) {
  return shown.notes.find((note) => note.sheet === sheet && note.kind === 'note' && !note.draft && toCome(shown, note) && !dayOf(note, shown)) ?? null;
}

/** Its workshop is started: which one is chosen on the front page. @param {ConsoleState} ui @param {Shown} shown @param {Note | null | undefined} note @param {string} look */
export function startButton(ui, shown, note, look) {
  const { t } = shown;
  if (!note || !toCome(shown, note) || shown.me?.lent) return nothing;
  const begin = () => {
    ui.context.keys.keepHalf(ui.context.board, PLANNED, { note: note.id, title: note.text });
    location.assign(at(`/#for=${ui.context.board}`));
  };
  return html`<button type="button" class=${look} aria-label=${t('home.start_this', { text: note.text })} @click=${begin}>${t('home.start')}</button>`;
}

/** What is done with a session that is to come: its workshop is started, or it was held. @param {ConsoleState} ui @param {Shown} shown @param {Note | null} note */
export function sessionActs(ui, shown, note) {
  const { t } = shown;
  if (!note || !toCome(shown, note)) return nothing;
  const held = shown.sheet(note.sheet)?.lanes.find(({ takes }) => takes === HELD);
  return html`<span class="home-acts">${startButton(ui, shown, note, 'link')}
      ${held && note.can.includes('move') ? html`<button type="button" class="link" aria-label=${t('home.was_held_this', { text: note.text })} @click=${() => sendOrAsk(ui, shown, note, 'move', { note: note.id, lane: held.id })}>${t('home.was_held')}</button>` : nothing}</span>`;
}

/** What is added to a lane: its text, and what the lane asks. @param {ConsoleState} ui @param {Shown} shown @param {string} sheet @param {Lane} lane */
function addForm(ui, shown, sheet, lane) {
  const name = `add-${lane.id}`;
  // What a workshop that hands on says by itself is not asked here, but for the day.
  const fields = (lane.fields ?? []).filter(({ kind, takes }) => kind === 'date' || (kind === 'text' && takes !== 'count'));
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const given = new FormData(form);
    const text = String(given.get(name) ?? '').trim();
    if (!text) return;
    const answers = Object.fromEntries(fields.map(({ id }) => [id, String(given.get(`${name}-${id}`) ?? '').trim()]).filter(([, value]) => value));
    ui.emit('write', { note: ui.context.keys.randomId(16), text, sheet, lane: lane.id, ...(Object.keys(answers).length ? { fields: answers } : {}) });
    emptied(ui, name, form.elements.namedItem(name));
    for (const { id } of fields) emptied(ui, `${name}-${id}`);
    ui.set({ adding: '' });
    document.getElementById(`home-add-${lane.id}`)?.focus();
  };
  return html`<form class="stack tight home-add" @submit=${send}><label class="field"><span class="label">${shown.say(lane.hint) || shown.t('console.note')}</span>
      <textarea class="input" rows="2" name=${name} data-most=${lane.limit} required ${keptField(ui, name)}></textarea></label>
    ${fields.map((field) => html`<label class="field"><span class="label">${shown.say(field.title)}</span>${field.kind === 'date'
      ? html`<input class="input answer-day" type="date" min="2000-01-01" max="2199-12-31" name=${`${name}-${field.id}`} ${keptField(ui, `${name}-${field.id}`)}>`
      : html`<input class="input" name=${`${name}-${field.id}`} data-most=${field.limit} autocomplete="off" ${keptField(ui, `${name}-${field.id}`)}>`}</label>`)}
    <div class="acts"><button type="submit" class="button main">${shown.t('console.save')}</button></div></form>`;
}

/** What was written from home was refused: it stands in its boxes again. @param {ConsoleState} ui @param {Record<string, any>} args @param {boolean} asks  it answered a question @returns {boolean} as `refilled` */
export function giveBackHome(ui, { lane, fields = {}, about = [], text }, asks) {
  if (asks) return refilled(ui, { [nameOfBox(lane, String(Object.values(fields)[0]), about[0] ?? '')]: text });
  const name = `add-${lane}`;
  const back = refilled(ui, Object.fromEntries([[name, text], ...Object.entries(fields).map(([id, value]) => [`${name}-${id}`, value])]));
  if (back) ui.set({ adding: lane });
  return back;
}
