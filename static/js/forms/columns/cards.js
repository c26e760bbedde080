/**
 * What stands on the card of a note of a sheet that is drawn over a map (SPEC R47): its blocks of text, how high they are, and
 * how they are drawn. Their margins are those of css/boards.css. No positions may live here.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { elementWords } from '../../notes/about.js';
import { daysTo, plainDay } from '../../notes/days.js';
import { answerWords } from '../../notes/fields.js';
import { tongue } from '../../notes/look.js';
import { signOf } from '../../notes/marks.js';
import { lineCount } from '../../notes/measure.js';
import { laneOf } from '../../notes/query.js';
import { saidOf } from '../../notes/said.js';
import { quoted } from '../../text.js';
import { daysOf, fateOf } from '../over.js';
import { laneAt, ringsOn } from '../map/story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {'kicker' | 'title' | 'line' | 'days' | 'bar' | 'quote' | 'more' | 'learned' | 'lesson' | 'due'} Kind */
/** @typedef {{kind: Kind, text: string, share?: number, sign?: string}} Block  `share`: of a bar, how much of it is over; `sign`: with which its text begins */
/** @typedef {{item: NoteItem, blocks: Block[], look: string, open: boolean, brief?: boolean}} Card */
/** @typedef {{day: string, quotes: number, cut: boolean, wide: Set<string>, brief?: boolean}} How
 *   `brief`: those that are not open say less, and not what they are about, which the map says; `quotes`: so many answers at most on one that is open; `cut`: long texts end after some lines; `wide`: the notes that are open */

/** Em of the card's type: how large each block is, how much wider its letters are, the space before it, and its lines where it is cut. */
const BLOCKS = /** @type {Record<Kind, {em: number, bold: number, gap: number, most: number}>} */ ({
  kicker: { em: 1, bold: 1.07, gap: 0, most: 1 },
  due: { em: 1, bold: 1.07, gap: 0, most: 1 },
  title: { em: 1.1, bold: 1.08, gap: 0.1, most: 5 },
  line: { em: 1, bold: 1, gap: 0.16, most: 2 },
  bar: { em: 1, bold: 1, gap: 0.5, most: 1 },
  days: { em: 1, bold: 1.07, gap: 0.3, most: 2 },
  quote: { em: 1.06, bold: 1.02, gap: 0.34, most: 3 },
  more: { em: 1, bold: 1.05, gap: 0.3, most: 1 },
  learned: { em: 1.24, bold: 1.08, gap: 0.14, most: 5 },
  lesson: { em: 1.1, bold: 1.05, gap: 0.22, most: 5 },
});
const LINE = 1.24;
const BAR = 0.62;
const PAD = { x: 0.72, y: 0.58 };
/** So many lines of a text at most on a card that says less; of what goes on, what was learned has one more. */
const BRIEF = 2;
/** No more elements than this are named on a card. */
const MOST_ABOUT = 2;

/** A sentence that stands within another one: a small first letter, but for what is written in capitals. @param {string} text */
function within(text) {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** What a note is for or against, a line for each element: against what strains and circles that are bad, else for it. @param {Note} note @param {Shown} shown @returns {string[]} */
export function aims(note, shown) {
  return (note.about ?? []).flatMap((element) => {
    const [first, kind, other] = element.split('>');
    const at = shown.note(first);
    const to = shown.note(other);
    const what = kind && to ? elementWords(element, shown).replace(to.text, within(to.text)) : elementWords(element, shown);
    if (!what) return [];
    const sheet = shown.sheet(at?.sheet);
    const turn = sheet && ringsOn(shown, sheet).find(({ name }) => name?.id === first)?.turn;
    const against = (sheet && at && laneAt(sheet, 'right')?.id === at.lane) || turn === 'bad';
    return [shown.t(against ? 'over.against' : 'over.toward', { what: within(what) })];
  }).slice(0, MOST_ABOUT);
}

/** @param {NoteItem} item @param {Drawing} made @param {How} how @returns {Card} */
export function cardOf(item, made, how) {
  const card = wholeCard(item, made, how);
  return how.brief && !card.open ? { ...card, brief: true, blocks: card.blocks.filter(({ kind }) => kind !== 'line' || card.look === 'station-left') } : card;
}

/** @param {NoteItem} item @param {Drawing} made @param {How} how @returns {Card} */
function wholeCard(item, { shown }, how) {
  const { note } = item;
  const { t } = shown;
  const lane = laneOf(note, shown);
  const word = fateOf(note, shown);
  const title = { kind: /** @type {Kind} */ ('title'), text: note.text };
  if (lane?.tells) {
    const learned = note.fields?.[lane.tells] ?? '';
    const kicker = word ? [{ kind: /** @type {Kind} */ ('kicker'), sign: word.sign, text: `${word.sign} ${shown.say(word.done?.da ? /** @type {any} */ (word.done) : word.title)}`.trim() }] : [];
    if (word?.cancels && learned) return { item, look: 'station-left', open: false, blocks: [...kicker, { kind: 'learned', text: learned }, { kind: 'line', text: note.text }] };
    return { item, look: 'station-told', open: false, blocks: [...kicker, title, ...(learned ? [{ kind: /** @type {Kind} */ ('lesson'), text: t('over.learned', { what: learned }) }] : [])] };
  }
  const about = aims(note, shown).map((text) => ({ kind: /** @type {Kind} */ ('line'), text }));
  const days = daysOf(note, shown, how.day);
  if (!days) return { item, look: '', open: false, blocks: [title, ...about] };
  const begins = daysTo(how.day, days.from) > 0;
  const from = { kind: /** @type {Kind} */ ('days'), text: t('over.from', { day: plainDay(days.from, shown) }) };
  if (begins && !how.wide.has(note.id)) return { item, look: '', open: false, blocks: [title, ...about, from] };
  const due = days.left <= 0;
  const bar = begins ? [from] : [{ kind: /** @type {Kind} */ ('bar'), text: '', share: days.share }, { kind: /** @type {Kind} */ ('days'), text: t('over.stop', { day: plainDay(days.to, shown) }) }];
  const flag = due ? [{ kind: /** @type {Kind} */ ('due'), text: days.left ? t('over.stop_since', { day: plainDay(days.to, shown) }) : t('over.stop_today') }] : [];
  if (!how.wide.has(note.id)) return { item, look: due ? 'station-due' : '', open: false, blocks: [...flag, title, ...about, ...(due ? [] : bar)] };
  // Who only chose a word has said nothing that could be quoted, and nobody is counted.
  const answers = saidOf(note.id, shown);
  const said = answers.flatMap(({ texts }) => texts);
  const some = said.slice(0, how.quotes);
  const fields = lane?.fields ?? [];
  const after = fields.slice(fields.findIndex(({ id }) => id === lane?.span?.[1]) + 1)
    .flatMap((field) => { const words = answerWords(field, note.fields?.[field.id], shown); return words ? [`${shown.say(field.title)}: ${words}`] : []; });
  return {
    item, look: 'station-open', open: true,
    blocks: [...flag, title, ...about, ...[[...(begins ? [] : [t('over.began', { day: plainDay(days.from, shown) })]), ...after].join(' · ')].filter(Boolean).map((text) => ({ kind: /** @type {Kind} */ ('line'), text })), ...(due ? [] : bar),
      ...some.map(({ text }) => ({ kind: /** @type {Kind} */ ('quote'), text: quoted(text, shown.lang) })),
      ...(said.length > some.length ? [{ kind: /** @type {Kind} */ ('more'), text: t('over.more_answers', { n: said.length - some.length }) }] : []),
      ...(answers.length ? [] : [{ kind: /** @type {Kind} */ ('line'), text: t('over.no_answers') }])],
  };
}

/** The height of a card, px. @param {Card} card @param {number} width @param {number} size @param {Drawing} made @param {boolean} cut */
export function cardHeight({ blocks, brief }, width, size, { measure }, cut) {
  const inner = width / size - 2 * PAD.x;
  return Math.ceil(size * blocks.reduce((sum, { kind, text }) => {
    const { em, bold, gap, most } = BLOCKS[kind];
    if (kind === 'bar') return sum + gap + BAR;
    const lines = lineCount(text, inner / (em * bold), measure);
    return sum + gap + (cut ? Math.min(lines, brief ? Math.min(most, BRIEF + Number(kind === 'lesson')) : most) : lines) * LINE * em;
  }, 2 * PAD.y));
}

/** What a card has beside the note's own text, which stands where its title is; for those who do not see it, it is said as of any note. @param {Card} card @param {Shown} shown */
export function cardBody({ blocks }, shown) {
  return html`<div class="station-body" aria-hidden="true">${blocks.map(({ kind, text, share, sign }, at) => {
    if (kind === 'title' || (kind === 'line' && at && blocks[at - 1].kind === 'learned')) return nothing;
    if (kind === 'bar') return bar(share ?? 0);
    return html`<span class=${`station-${kind}`} dir="auto" lang=${kind === 'quote' || kind === 'learned' || kind === 'lesson' ? tongue(text, shown) : nothing}>${sign ? html`<b>${signOf(sign)}</b>${text.slice(sign.length)}` : text}</span>`;
  })}</div>`;
}

/** How much of the days is over. @param {number} share */
function bar(share) {
  return html`<svg class="station-bar" viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false">${svg`<rect class="bar-all" x="0" y="3" width="100" height="4"></rect><rect class="bar-over" x="0" y="3" width=${Math.round(share * 100)} height="4"></rect><rect class="bar-end" x="98.6" y="0" width="1.4" height="10"></rect>`}</svg>`;
}
