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
/** @typedef {{size: number, kind: MarkKind, notes: Note[], brief: Set<Note>, more: number, height: number}} List
 *   `brief`: the notes whose answers have no room here; `more`: how many notes have none themselves */

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
 * The list of what is chosen, or already has the answer for it, in the largest type in which it fits. In the smallest,
 * when there is too much, the longest answers are left out, then the last notes, and the list says how many.
 * @param {Drawing} made @param {MarkKind} kind @param {Note[]} all @param {number} w @param {number} h @returns {List}
 */
export function listOf(made, kind, all, w, h) {
  const { shown, rows, sizes, floor } = made;
  const asked = new Set(kind.words.flatMap(({ needs }) => needs ?? []));
  const every = all.filter((note) => isChosen(made, note) || [...asked].some((field) => note.fields?.[field]));
  /** @param {string} text @param {number} size @param {number} [bold] */
  const tall = (text, size, bold = 1) => rows(text, w - ASIDE * size, size, bold) * LINE * size;
  const answers = (/** @type {Note} */ note, /** @type {number} */ size) => answersOf(note, shown).reduce((sum, line) => sum + tall(line, size), 0);
  const heightOf = (/** @type {Omit<List, 'height'>} */ list) => list.notes.reduce(
    (sum, note) => sum + BELOW * list.size + tall(`${note.text}${list.brief.has(note) ? ' …' : ''}`, list.size, 1.08) + (list.brief.has(note) ? 0 : answers(note, list.size)),
    TITLE * list.size + leftOut(made, list).reduce((sum, line) => sum + tall(line, list.size), 0),
  );
  for (const size of sizes) {
    const list = { size, kind, notes: every, brief: /** @type {Set<Note>} */ (new Set()), more: 0 };
    const height = heightOf(list);
    if (height <= h) return { ...list, height };
  }
  const longest = every.filter((note) => answersOf(note, shown).length).sort((a, b) => answers(b, floor) - answers(a, floor));
  for (let cut = 1; ; cut += 1) {
    const more = Math.max(0, cut - longest.length);
    const notes = every.slice(0, every.length - more);
    const list = { size: floor, kind, notes, brief: new Set(longest.slice(0, cut).filter((note) => notes.includes(note))), more };
    const height = heightOf(list);
    if (height <= h || !notes.length) return { ...list, height };
  }
}

/** What the list says about what it has no room for. @param {Drawing} made @param {Pick<List, 'brief' | 'more'>} list @returns {string[]} */
function leftOut({ shown }, { brief, more }) {
  return [more ? shown.t('boards.chosen_more', { n: more }) : '', brief.size ? shown.t('boards.answers_more', { n: brief.size }) : ''].filter(Boolean);
}

/** Draw the list. @param {Drawing} made @param {List} list @param {import('../../notes/measure.js').Rect} rect */
export function drawList(made, list, rect) {
  const { shown } = made;
  const { size, kind, notes, brief, more } = list;
  if (!notes.length && !more) return;
  const word = kind.words.find(isChoice);
  made.frame(`chosen:${kind.id}`, rect, size, html`<section class="chosen-list at" data-box=${`chosen:${kind.id}`} aria-label=${shown.say(kind.title)}>
    <h4>${shown.say(word?.title)}</h4><ul>${notes.map((note) => {
    const on = carried(note, shown).find((one) => isChoice(one.word))?.word;
    return html`<li class=${on ? `is-on ${on.color}` : ''}><span class="chosen-sign" aria-hidden="true">${on ? signOf(on.sign) : ''}</span><div><strong dir="auto" lang=${tongue(note.text, shown)}>${note.text}${brief.has(note) ? ' …' : ''}</strong>
      ${answersOf(note, shown).map((line) => html`<span class=${brief.has(note) ? 'sr-only' : ''}><bdi>${line}</bdi></span>`)}</div></li>`;
  })}</ul>${leftOut(made, list).map((line) => html`<p class="chosen-more">${line}</p>`)}</section>`);
}
