/**
 * What people choose among the notes of a lane by words that need an answer first, such as a reason: a list of the
 * chosen ones beside the lane, large, with their answers. On their papers the answers are left out, so that nothing in
 * the lane moves when one is chosen.
 */
import { html } from '../../../lib/lit-html.js';
import { answersOf } from '../../notes/fields.js';
import { tongue } from '../../notes/look.js';
import { signOf } from '../../notes/marks.js';
import { carried } from '../../notes/query.js';

/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').Kept} Kept */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').MarkKind} MarkKind */
/** @typedef {{size: number, kind: MarkKind, notes: Note[], height: number}} List */

/** In em of its type: the title, what a line has at its sides and below, and the height of a line. */
const TITLE = 2.1;
const ASIDE = 2.6;
const BELOW = 0.9;
const LINE = 1.24;

/** The kind of marks by which notes of this lane are chosen. @param {Drawing} made @param {Kept} kept @returns {MarkKind | undefined} */
export function choiceIn({ sheet }, { lane }) {
  return sheet.marks.find(({ lanes, words }) => (!lanes.length || lanes.includes(lane.id)) && words.some(isChoice));
}

/** @param {import('../../types.js').Word} word */
function isChoice({ color, needs }) {
  return Boolean(color && needs?.length);
}

/** Whether a note is chosen. @param {Drawing} made @param {Note} note */
export function isChosen({ shown }, note) {
  return carried(note, shown).some(({ word }) => isChoice(word));
}

/**
 * The list of what is chosen, or already has the answer for it, in the largest type in which it fits; null when it does not fit.
 * @param {Drawing} made @param {MarkKind} kind @param {Note[]} all @param {number} w @param {number} h @returns {List | null}
 */
export function listOf(made, kind, all, w, h) {
  const { shown, rows, sizes } = made;
  const asked = new Set(kind.words.flatMap(({ needs }) => needs ?? []));
  const notes = all.filter((note) => isChosen(made, note) || [...asked].some((field) => note.fields?.[field]));
  for (const size of sizes) {
    const inner = w - ASIDE * size;
    const height = notes.reduce((sum, note) => sum + BELOW * size + [[note.text, 1.08], ...answersOf(note, shown).map((line) => [line, 1])]
      .reduce((lines, [text, bold]) => lines + rows(String(text), inner, size, Number(bold)) * LINE * size, 0), TITLE * size);
    if (height <= h) return { size, kind, notes, height };
  }
  return null;
}

/** Draw the list. @param {Drawing} made @param {List} list @param {import('../../notes/measure.js').Rect} rect */
export function drawList(made, { size, kind, notes }, rect) {
  const { shown } = made;
  if (!notes.length) return;
  const word = kind.words.find(isChoice);
  made.frame(`chosen:${kind.id}`, rect, size, html`<section class="chosen-list at" data-box=${`chosen:${kind.id}`} aria-label=${shown.say(kind.title)}>
    <h4>${shown.say(word?.title)}</h4><ul>${notes.map((note) => {
    const on = carried(note, shown).find((one) => isChoice(one.word))?.word;
    return html`<li class=${on ? `is-on ${on.color}` : ''}><span class="chosen-sign" aria-hidden="true">${on ? signOf(on.sign) : ''}</span><div><strong dir="auto" lang=${tongue(note.text, shown)}>${note.text}</strong>
      ${answersOf(note, shown).map((line) => html`<span><bdi>${line}</bdi></span>`)}</div></li>`;
  })}</ul></section>`);
}
