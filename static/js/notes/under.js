/**
 * What lies under a note: what is gathered under a heading (SPEC R35), answers and comments, as lines to be read.
 * No layout may live here.
 */
import { answersOf } from './fields.js';
import { bySpot, carried, laneOf, once, sideWord, wordText } from './query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */

/** The notes that lie under a heading, in the order of lanes and spots, as files list them; none under anything else. @param {Note} head @param {Shown} shown */
export function gathered({ id, kind, sheet }, shown) {
  if (kind !== 'gathering') return [];
  return once(shown, `${id} gathered`, () => {
    const lanes = (shown.sheet(sheet)?.lanes ?? []).map((lane) => lane.id);
    return shown.notes.filter((note) => note.kind === 'note' && note.under === id)
      .sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane) || bySpot(a, b));
  });
}

/** The heading that a note lies under; null where it lies by itself. @param {Note | null} note @param {Shown} shown */
export function headOf(note, shown) {
  const head = note?.kind === 'note' && note.under ? shown.note(note.under) : null;
  return head?.kind === 'gathering' ? head : null;
}

/**
 * What is read under a note's own text, a line each: what is gathered under it, with its own place where that is another,
 * and comments.
 * @param {Note} note @param {Shown} shown @param {Map<string, Note[]>} talk @returns {{kind: string, text: string}[]}
 */
export function linesUnder(note, shown, talk) {
  const said = (/** @type {Note} */ { id }) => (talk.get(id) ?? []).map(({ text }) => ({ kind: 'talk', text }));
  return [...gathered(note, shown).flatMap((one) => [
    { kind: 'under', text: [ownPlace(one, note, shown) + one.text, ...carried(one, shown).filter(({ word }) => !word.side).map(({ word }) => `(${wordText(word, shown)})`)].join(' ') }, ...answersOf(one, shown).map((text) => ({ kind: 'answer', text })), ...said(one),
  ]), ...said(note)];
}

/** Where a gathered note lies itself, if its heading lies elsewhere. @param {Note} note @param {Note} head @param {Shown} shown */
function ownPlace(note, head, shown) {
  const lane = note.lane === head.lane ? undefined : laneOf(note, shown);
  const sign = note.side === head.side ? '' : sideWord(note, shown)?.sign ?? '';
  return `${lane ? `${shown.say(lane.title)}: ` : ''}${sign ? `${sign} ` : ''}`;
}

/** A note's own text as it is measured: over gathered notes, with their number. @param {Note} note @param {Shown} shown */
export function ownText(note, shown) {
  return note.kind === 'gathering' ? `${note.text} (${gathered(note, shown).length})` : note.text;
}
