/**
 * Draws one note, and a face-down pile: the parts of every board picture.
 * No layout may live here (a form's plan), and no rule (the records' `can`).
 */
import { html, nothing, svg } from '../../lib/lit-html.js';
import { pile } from './facedown.js';
import { aboutLines } from './about.js';
import { answersOf } from './fields.js';
import { linksOf, linkText, titleBeside } from './links.js';
import { color, tongue } from './look.js';
import { carried, chips, edgeWord, signOf, wordText } from './marks.js';
import { clip } from './measure.js';
import { laneOf, sideWord } from './query.js';
import { gathered, linesUnder, ownText } from './under.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('./measure.js').Item} Item */
/**
 * @typedef {object} Picture  what a board picture is told beside `shown`
 * @property {string} [sheet]      sheet id; else the current round's
 * @property {'box' | 'width'} [fit]  fill a given box (wall), or take a width and grow downwards
 * @property {{most: number, least: number}} [type]  font sizes of notes in px at a root size of 16
 * @property {boolean} [interactive]
 * @property {string} [selected]   note id
 * @property {string[]} [picked]   ids of notes that are being gathered
 * @property {(note: string, keys?: boolean) => void} [onSelect]  '' deselects; `keys`: selected by keyboard
 * @property {(aim: Target & {note: string, spot?: number}) => void} [onPlace]  `spot`: where a form says one itself
 * @property {(note: string, x: number | null, y: number | null) => void} [onDrag]  null: the drag has ended
 * @property {string} [focus]      a group whose sheet is shown large
 * @property {string[]} [groups]   the groups whose sheets are shown; else those that hold something
 * @property {string} [part]       the id of a part that is shown large (the form's `parts`); '' for the whole
 * @property {(part: string) => void} [onPart]  a part was tapped in the overview
 * @property {(part: string) => void} [onLarge]  the part that is large now; '' for none
 * @property {boolean} [piles]     show face-down piles
 * @property {boolean} [arriving]  animate the notes of the first drawing as new
 * @property {boolean} [telling]  the note that somebody has just put up is large while they have the floor
 * @property {string} [day]       today, where days are told (YYYY-MM-DD)
 * @property {boolean} [quiet]     a small picture: without hints and side labels
 *
 * @typedef {{lane: string, row: string, side: string}} Target  where a note may be put
 */

/** Ops that move a note on the board. */
const MOVING = ['move', 'place'];

/** @param {Note} note */
export function movable(note) {
  return note.can.some((name) => MOVING.includes(name));
}

/**
 * A note as input for the layouts. The lines below its text are its answers, what it is linked to, what is
 * gathered under it, and comments.
 * @param {Note} note @param {Shown} shown @param {Map<string, Note[]>} talk
 * @param {boolean} [brief]  without its answers, which the picture has elsewhere; it is drawn with the look `brief`
 * @returns {Item & {note: Note}}
 */
export function item(note, shown, talk, brief = false) {
  const edge = edgeWord(note, shown);
  const lines = extras(note, shown, talk).filter(({ kind }) => !brief || kind !== 'answer');
  const from = lines.findIndex(({ kind }) => kind === 'answer');
  return {
    facts: from < 0 ? undefined : [from, from + lines.filter(({ kind }) => kind === 'answer').length],
    note, edge: edge && wordText(edge, shown), flat: note.kind === 'gathering' ? 0 : lines.filter(({ kind }) => !INSET.includes(kind)).length, id: note.id, text: ownText(note, shown), bold: note.kind === 'gathering', lane: note.lane, side: note.side, spot: Number(note.spot ?? 0),
    mark: note.side !== '', extra: lines.map((line) => line.text),
  };
}

/** The lines below a text that stand a little in. */
const INSET = ['under', 'talk'];

/** What a line is, for those who do not see how it looks. @param {{kind: string, said?: string}} line @param {Shown} shown */
function sayKind({ kind, said = '' }, shown) {
  const words = kind === 'link' ? said : kind === 'answer' ? '' : shown.t(`boards.extra.${kind}`);
  return words ? html`<span class="sr-only">${words}: </span>` : nothing;
}

/** @param {Note} note @param {Shown} shown @param {Map<string, Note[]>} talk @returns {{kind: string, text: string, said?: string}[]} */
function extras(note, shown, talk) {
  const lines = [
    ...carried(note, shown).filter(({ word }) => !word.side && word !== edgeWord(note, shown)).map(({ word }) => ({ kind: 'mark', text: wordText(word, shown) })),
    ...[...aboutLines(note, shown), ...answersOf(note, shown)].map((text) => ({ kind: 'answer', text })),
  ];
  lines.push(...linksOf(note, shown).map((link) => ({ kind: 'link', text: linkText(link, shown, '↳ ', clip), said: titleBeside(link, shown) })));
  const stands = (note.sources ?? []).reduce((sum, { count }) => sum + count, 0);
  if (stands > 1) lines.push({ kind: 'count', text: shown.t('boards.count', { n: stands }) });
  return [...lines, ...linesUnder(note, shown, talk)];
}

/** The words that say where a note lies, for those who do not see the picture. @param {Note} note @param {Shown} shown */
export function placeWords(note, shown) {
  const lane = laneOf(note, shown);
  const words = lane ? shown.say(lane.title) : note.lane;
  return [words, shown.say(sideWord(note, shown)?.title)].filter(Boolean).join(', ');
}

/**
 * A note.
 * @param {Note} note @param {Shown} shown
 * @param {{picture: Picture, talk: Map<string, Note[]>, fresh?: string, at?: boolean, off?: boolean, look?: string, sign?: string, tag?: string, body?: unknown}} how
 *   `fresh`: its animation as a new note; `at`: its box, if it has one; `off`: show the title of its lane; `look`, `sign`, `tag`, `body`: as in `Box`
 */
export function drawNote(note, shown, { picture, talk, fresh = '', at = true, off = false, look = '', sign = '', tag = '', body = nothing }) {
  const can = picture.interactive && (movable(note) || note.can.length > 0);
  const chosen = picture.selected === note.id || Boolean(picture.picked?.includes(note.id));
  const classes = ['note', color(note, shown), look, chosen ? 'is-selected' : '', note.pending ? 'is-pending' : '',
    note.reach === 'group' ? 'is-group' : '', note.chosen ? 'is-chosen' : '', note.kind === 'gathering' ? 'is-gathering' : '', carried(note, shown).some(({ word }) => word.color && word.needs?.length) ? 'is-picked-out' : '', fresh, at ? 'at' : ''].join(' ');
  const words = html`<span class="sr-only">${placeWords(note, shown)}: </span><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}${note.kind === 'gathering' ? html` <span class="gathered-count"><span aria-hidden="true">${gathered(note, shown).length}</span><span class="sr-only">${shown.t('boards.gathered', { n: gathered(note, shown).length })}</span></span>` : nothing}</span>`;
  return html`<li class=${classes} data-box=${at ? note.id : nothing} data-note=${note.id} data-tilt=${note.id}
      data-movable=${can && movable(note) ? 'yes' : nothing}>
    ${tag ? html`<span class="paper-tag">${tag}<span class="sr-only">: </span></span>` : nothing}${sign ? html`<span class="paper-sign" aria-hidden="true">${signOf(sign)}</span>` : nothing}${can ? html`<button type="button" class="grip" aria-pressed=${chosen ? 'true' : 'false'}
        @click=${(/** @type {MouseEvent} */ event) => picture.onSelect?.(picture.selected === note.id ? '' : note.id, event.detail === 0)}>${words}</button>` : words}
    ${body === nothing ? chips(note, shown) : nothing}${body}
    ${extras(note, shown, talk).filter(({ kind }) => (kind !== 'mark' || body !== nothing) && !(kind === 'answer' && look.includes('brief'))).map((line) => html`<span class=${look.includes('folded') ? 'sr-only' : `extra extra-${line.kind}`}>
      ${sayKind(line, shown)}<bdi>${line.text}</bdi></span>`)}
    ${note.chosen ? html`<span class="badge">${shown.t('boards.chosen')}</span>` : nothing}
    ${note.side ? html`<span class="mark" aria-hidden="true">${off && laneOf(note, shown)?.scale !== undefined ? html`<small>${shown.say(laneOf(note, shown)?.title)}</small> ` : nothing}${signOf(sideWord(note, shown)?.sign ?? '')}</span>` : nothing}
  </li>`;
}

/**
 * Face-down notes: only their backs, which show neither colour nor length.
 * @param {number} count @param {{words: string, most?: number}} how
 */
export function drawPile(count, { words, most = 14 }) {
  const lying = pile(count, most);
  return html`<div class="backs">
    <svg viewBox="-3.4 -4.4 6.8 6.6" role="img" aria-label=${words} focusable="false">
      ${lying.map((one) => svg`<g transform="translate(${one.x} ${one.y}) rotate(${one.turn})"><g class="back">
        <path class="back-shade" d="M-2.1-1.26h4.2v2.6h-4.2z"/>
        <path class="back-paper" d="M-2.1-1.3h4.2v2.6h-3.9q-.3 0-.3-.3z"/></g></g>`)}
    </svg>
    <p class="backs-words" aria-hidden="true">${words}</p>
  </div>`;
}
