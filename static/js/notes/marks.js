/**
 * The words that a note carries (SPEC R32): as chips, as text, and as buttons that set them.
 * No list of words may live here: the sheet's `marks` has it.
 */
import { classMap, html, nothing } from '../../lib/lit-html.js';
import { asksSide, carried, fateOf, laneOf, shortText, wordText } from './query.js';

export { carried, shortText, wordText };

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */

/** Signs that many systems have no type for, as lines in a square of 24. */
const DRAWN = /** @type {Record<string, string>} */ ({
  '△': 'M12 4 21.5 20H2.5Z',
  '◌': 'M12 5h.01M17 7h.01M19 12h.01M17 17h.01M12 19h.01M7 17h.01M5 12h.01M7 7h.01',
  '⌕': 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5',
  '⇄': 'M4 9h13l-3.6-3.6M20 15H7l3.6 3.6',
});

/** A sign as it is shown. @param {string} sign */
export function signOf(sign) {
  const path = DRAWN[sign];
  return path ? html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path}></path></svg>` : sign;
}

/** A word where there is little room. @param {import('../types.js').Word} word @param {Pick<Shown, 'say'>} shown */
export function shortWord(word, shown) {
  return shown.say(word.short) || html`${signOf(word.sign)} ${shown.say(word.title)}`;
}

/** What stands on a word's chip or button. @param {import('../types.js').Word} word @param {Pick<Shown, 'say'>} shown */
export function inside({ sign, title }, shown) {
  return html`${sign ? html`<b aria-hidden="true">${signOf(sign)}</b> ` : nothing}${shown.say(title)}`;
}

/** A word of at most so many characters stands on the edge of a paper in a picture of the board. */
const ON_EDGE = 16;

/**
 * The word on the edge of a note in a picture of the board, if it carries a short one: it takes no room on the paper, so
 * that a word that is set moves nothing. @param {Note} note @param {Shown} shown
 */
export function edgeWord(note, shown) {
  return carried(note, shown).find(({ word }) => !word.side && wordText(word, shown).length <= ON_EDGE)?.word;
}

/** A word that says nothing without what it answers: one of several, without a sign or a colour of its own. @param {{ kind: import('../types.js').MarkKind, word: import('../types.js').Word }} carried */
const answers = ({ kind, word }) => kind.words.length > 1 && !word.sign && !word.color && !word.side;

/** What a note carries as an answer to a question, a line each. @param {Note} note @param {Shown} shown @returns {string[]} */
export function answeredLines(note, shown) {
  return carried(note, shown).filter(answers).map(({ kind, word }) => {
    const asked = shown.say(kind.title);
    return `${asked}${/\p{P}$/u.test(asked) ? '' : ':'} ${shown.say(word.title)}`;
  });
}

/**
 * What a note carries, as chips below its text; a side is said by its place and by the sign in its corner.
 * @param {Note} note @param {Shown} shown @param {boolean} [unasked] without those that `answeredLines` tells
 */
export function chips(note, shown, unasked = false) {
  const edge = edgeWord(note, shown);
  return carried(note, shown).filter((one) => !one.word.side && !(unasked && answers(one))).map(({ kind, word }) => html`<span class=${`extra extra-mark ${word.color} ${word === edge ? 'on-edge' : ''}`}>
    <span class="sr-only">${shown.say(kind.title)}: </span><span class="extra-word">${inside(word, shown)}</span></span>`);
}

/** The word that a lane shows of a row, with its sign. @param {import('../types.js').Row} row @param {Shown} shown */
export function fateWord(row, shown) {
  const word = fateOf(row, shown);
  return word ? html`<span class=${`fate ${word.color}`}>${word.sign ? html`<b aria-hidden="true">${signOf(word.sign)}</b>` : nothing}<span>${shown.say(word.title)}</span></span>` : nothing;
}

/** What the words of a kind mean. @param {import('../types.js').MarkKind} kind @param {Shown} shown */
export function meanings(kind, shown) {
  return html`<dl class="meanings">${kind.words.filter(({ hint }) => shown.say(hint)).map((word) => html`<div><dt>${shown.say(word.title)}</dt><dd>${shown.say(word.hint)}</dd></div>`)}</dl>`;
}

/** The titles of the answers that a word needs and the note lacks. @param {Note} note @param {import('../types.js').Word} word @param {Shown} shown */
function unanswered(note, word, shown) {
  const fields = shown.sheet(note.sheet)?.lanes.find(({ id }) => id === note.lane)?.fields ?? [];
  return fields.filter(({ id }) => word.needs?.includes(id) && !note.fields?.[id]).map(({ title }) => shown.say(title));
}

/** The kinds that this viewer may set on a note; a side is asked where the note is laid on its line. @param {Note} note @param {Shown} shown */
function settable(note, shown) {
  const asked = note.can.includes('move') ? asksSide(shown.sheet(note.sheet), note) : undefined;
  return (shown.sheet(note.sheet)?.marks ?? []).filter((kind) => note.can.includes('mark') && note.marks_open?.includes(kind.id) && kind !== asked);
}

/** The words that this viewer may set on a note once a field of it is answered. @param {Note} note @param {string} field @param {Shown} shown @returns {string[]} */
export function wordsAfter(note, field, shown) {
  return settable(note, shown).flatMap(({ words }) => words.filter(({ needs }) => needs?.includes(field)).map(({ title }) => shown.say(title)));
}

/**
 * The words that this viewer is asked for now: of the kinds that some note of a sheet, in a lane of the round, may get and has
 * no word of. A word that stands may be changed as well, but nobody is asked to.
 * @param {string} sheet @param {Shown} shown @returns {string[]}
 */
export function wordsToSet(sheet, shown) {
  const lanes = shown.round?.lanes ?? [];
  const notes = shown.notes.filter((note) => note.sheet === sheet && !note.draft && (!lanes.length || lanes.includes(note.lane)));
  return [...new Set(notes.flatMap((note) => settable(note, shown).filter(({ id }) => !note.marks?.[id])))]
    .flatMap(({ words }) => words.map(({ title }) => shown.say(title)));
}

/**
 * The kinds that this viewer may set on a note, each with its words as buttons; a second tap takes a word off.
 * @param {Note} note @param {Shown} shown @param {(name: string, args: Record<string, any>) => void} emit
 */
export function markChoices(note, shown, emit) {
  const kinds = settable(note, shown);
  if (!kinds.length) return nothing;
  return kinds.map((kind) => {
    const stays = laneOf(note, shown)?.needs?.includes(kind.id);
    const lacks = new Set(kind.words.flatMap((word) => unanswered(note, word, shown)));
    return html`<fieldset class="mark-kind"><legend class="label">${shown.say(kind.title)}</legend>
    <div class="chips">${kind.words.map((word) => {
      const on = note.marks?.[kind.id] === word.id;
      const waits = !on && unanswered(note, word, shown).length > 0;
      return html`<button type="button" class=${classMap({ chip: true, 'mark-chip': true, [word.color || 'plain']: true })} aria-pressed=${String(on)} aria-disabled=${String(waits || (on && Boolean(stays)))}
        @click=${() => { if (!waits && !(on && stays)) emit('mark', { note: note.id, kind: kind.id, word: on ? '' : word.id }); }}>${inside(word, shown)}</button>`;
    })}</div>${lacks.size ? html`<p class="small quiet">${shown.t('mark.needs', { fields: [...lacks].join(', ') })}</p>` : nothing}</fieldset>`;
  });
}
