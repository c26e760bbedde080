/**
 * A person's own notes on their phone: drafts, placed notes, and the button that places a draft.
 * Changing a note (dialogs.js) and placing one in a turn (turn.js) may not live here.
 */
import { classMap, html, nothing, repeat } from '../../../lib/lit-html.js';
import { answersOf } from '../../notes/fields.js';
import { linksOf, linkText } from '../../notes/links.js';
import { color, tongue } from '../../notes/look.js';
import { carried, shortText, shortWord } from '../../notes/marks.js';
import { sideWord } from '../../notes/query.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Opening} Opening */

/**
 * Own drafts, own placed notes, and, folded, drafts that were written for another part of the board.
 * @param {PhoneState} ui @param {Shown} shown @param {'all' | 'drafts' | 'up'} [which]
 */
export function ownNotes(ui, shown, which = 'all') {
  const mine = ui.inOrder(shown.notes.filter((note) => note.mine && note.kind === 'note' && !note.as));
  const { sheet = '', lanes = [] } = (shown.board?.ahead && shown.me?.write) || shown.round || {};
  const here = (/** @type {Note} */ note) => note.sheet === sheet && (!lanes.length || !note.lane || lanes.includes(note.lane));
  const drafts = mine.filter((note) => note.draft && here(note));
  const kept = mine.filter((note) => note.draft && !here(note));
  const up = mine.filter((note) => !note.draft && here(note));
  /** @type {[string, Note[]][]} */ const parts = [
    ['phone.mine', which === 'up' ? [] : drafts],
    ['phone.in_group', which === 'drafts' ? [] : up.filter((note) => note.reach === 'group')],
    ['phone.up', which === 'drafts' ? [] : up.filter((note) => note.reach !== 'group')],
  ];
  /** @param {Note[]} notes */
  const list = (notes) => html`<ul class=${classMap({ notes: true, one: notes.some((note) => mayPut(ui, shown, note)) })}>${repeat(notes, (note) => note.id, (note) => html`<li class="stack tight">${noteButton(ui, shown, note, markOf(shown, note))}${putUp(ui, shown, note)}</li>`)}</ul>`;
  return html`${parts.map(([title, notes]) => (notes.length ? html`<section class="stack"><h2>${ui.t(title, { n: notes.length })}</h2>${list(notes)}</section>` : nothing))}
    ${kept.length && which !== 'up' ? html`<details><summary class="link">${ui.t('phone.kept', { n: kept.length })}</summary>${list(kept)}</details>` : nothing}`;
}

/** A note as a button that opens it. @param {PhoneState} ui @param {Shown} shown @param {Note} note @param {unknown} [mark] */
export function noteButton(ui, shown, note, mark) {
  return html`<button type="button" class=${classMap({ note: true, [color(note, shown)]: true, pending: note.pending })}
    @click=${() => ui.openText('note', note)}><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${mark ? html`<span class="mark">${mark}</span>` : nothing}${waits(ui, shown, note)}<span class="sr-only"> – ${ui.t('phone.open_note')}</span></button>`;
}

/** A note, or a line of the pad, that has not arrived: there is no connection, or its answer is late. @param {PhoneState} ui @param {Shown} shown @param {{ pending?: boolean, kept?: boolean, late?: boolean }} note */
export function waits(ui, shown, note) {
  const away = shown.connected !== 'yes';
  if (!note.pending || !(away || note.late) || !(note.kept || shown.unkept)) return nothing;
  return html`<span class="mark">${ui.t(`note.${away ? 'waits' : 'late'}${note.kept ? '' : '_open'}`)}</span>`;
}

/** That an answer is sent, which is the server's word, or what it waits for. @param {PhoneState} ui @param {Shown} shown @param {Note} own */
export function sentWords(ui, shown, own) {
  return own.pending ? waits(ui, shown, own) : ui.t('answer.sent');
}

/** On which side of its line a note lies, in short; '' without a side. @param {Note} note @param {Shown} shown */
export function sideWords(note, shown) {
  const word = sideWord(note, shown);
  return word ? shortWord(word, shown) : '';
}

/** Where a note is, in a word or two. @param {Shown} shown @param {Note} note */
export function markOf(shown, note) {
  const sheet = shown.sheet(note.sheet);
  const lane = sheet?.lanes.find((known) => known.id === note.lane);
  const name = lane ? shown.say(lane.title) : note.lane;
  return [...answersOf(note, shown), sheet && sheet.lanes.length < 2 ? '' : name, ...carried(note, shown).filter(({ word }) => !note.draft || !word.side).map(({ word }) => shortText(word, shown)), ...linksOf(note, shown).map((link) => linkText(link, shown, '→ '))].filter(Boolean).join(' · ');
}

/**
 * A draft with the button that places it, if the round allows its author that outside a turn.
 * @param {PhoneState} ui @param {Shown} shown @param {Note} note
 */
function putUp(ui, shown, note) {
  const place = mayPut(ui, shown, note);
  return place ? html`<button type="button" class="button wide" aria-label=${`${ui.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up')}: ${note.text}`}
    @click=${() => ui.open({ kind: 'place', note })}>${ui.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up')}</button>` : nothing;
}

/** Where a draft may be placed now; null if nowhere, and while the forms are not loaded. @param {PhoneState} ui @param {Shown} shown @param {Note} note @returns {Opening | null} */
export function mayPut(ui, shown, note) {
  const place = shown.me?.place;
  if (!place || !note.draft || note.as || note.sheet !== place.sheet || !note.can.includes('place')) return null;
  return ui.part('turn')?.openingFor(shown, place, note) ?? null;
}
