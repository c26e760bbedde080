/**
 * The picture of a grid: a row a dilemma, a column a lane, the row's fate at its lane. As a table, for all readers.
 * One group's dilemma alone is laid out as a paper with panels.
 */
import { html, nothing, svg } from '../../lib/lit-html.js';
import { grid, shareOut } from '../notes/layout.js';
import { planPanels } from './columns.js';
import { comments, item, notesOn, sheet as paperSheet } from '../notes/draw.js';

/** @typedef {import('../board/stage.js').Room} Room */
/** @typedef {import('../board/stage.js').Plan} Plan */
/** @typedef {import('../types.js').Row} Row */
/** @typedef {import('../types.js').Lane} Lane */
/** @typedef {import('../types.js').Shown} Shown */

export const FATES = ['dissolved', 'solved', 'analysis', 'paradox'];

const ICONS = /** @type {Record<string, string>} */ ({
  dissolved: 'M12 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z',
  solved: 'M5 12.5l4.6 4.6L19 7.4',
  analysis: 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5',
  paradox: 'M4 9h13l-3.6-3.6M20 15H7l3.6 3.6',
});

/** A fate's sign; its word always stands beside it. @param {string} fate */
export function fateIcon(fate) {
  return html`<svg class="fate-icon fate-icon-${fate}" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${ICONS[fate]}/>`}</svg>`;
}

/** @param {string} fate @param {Shown} shown */
export function fateWord(fate, shown) {
  return html`<span class="fate fate-${fate}">${fateIcon(fate)}<span>${shown.t(`boards.fate.${fate}`)}</span></span>`;
}

/** @param {Row} row @param {Shown} shown */
export function groupName(row, shown) {
  const group = shown.groups.find((one) => one.id === row.group);
  return group ? shown.t('boards.group', { n: group.number }) : '';
}

/** @param {Shown} shown @returns {Row[]} */
export function rowsInOrder(shown) {
  const number = (/** @type {Row} */ row) => shown.groups.find((group) => group.id === row.group)?.number ?? 0;
  return [...shown.rows].sort((a, b) => number(a) - number(b) || (a.id < b.id ? -1 : 1));
}

/** @param {Room} room @returns {Plan} */
export function planGrid(room) {
  const { shown, sheet, picture, width } = room;
  const least = room.sizes.at(-1) ?? 16;
  const wanted = rowsInOrder(shown)
    .filter((row) => !picture.groups || picture.groups.includes(row.group))
    .filter((row) => !picture.focus || row.group === picture.focus);
  const lanes = sheet.lanes.filter((lane) => !lane.fates);
  const narrow = width < least * 7 * (lanes.length + 2);
  if (wanted.length && (wanted.length === 1 || narrow)) {
    const panels = wanted.map((row) => ({
      id: row.id, row: row.id, group: row.group, lanes: sheet.lanes, title: [groupName(row, shown), row.text].filter(Boolean).join(': '),
    }));
    return planPanels(room, panels, (panel, lane) => {
      const row = wanted.find((one) => one.id === panel.id);
      if (lane.fates && row?.fate) return fateWord(row.fate, shown);
      const why = row?.locked?.[lane.id];
      const empty = !notesOn(shown, sheet.id).some((note) => note.row === panel.row && note.lane === lane.id);
      return why && empty ? lockWords(why, shown) : null;
    });
  }
  return table(room, wanted);
}

/** @param {Room} room @param {Row[]} rows @returns {Plan} */
function table({ shown, sheet, picture, width, height, sizes, measure, open }, rows) {
  const { t } = shown;
  const talk = comments(shown);
  const notes = notesOn(shown, sheet.id);
  const least = sizes.at(-1) ?? 16;
  /** A table may go a little below the smallest type before a note goes behind a count. */
  const small = least * 0.957;
  const inCell = (/** @type {Row} */ row, /** @type {Lane} */ lane) => notes.filter((note) => note.row === row.id && note.lane === lane.id);
  const cells = rows.map((row) => sheet.lanes.map((lane) => [
    ...(lane.fates && row.fate ? [{ id: '', text: `— ${t(`boards.fate.${row.fate}`)}` }] : []),
    ...inCell(row, lane).map((note) => item(note, shown, talk)),
  ]));
  const longest = (/** @type {string} */ text) => Math.max(0, ...text.split(/\s+/u).map(measure));
  const words = sheet.lanes.map((lane, at) => Math.max(
    longest(shown.say(lane.title)) * small * 1.1 + small * 0.9,
    Math.min(10, Math.max(0, ...cells.flatMap((row) => row[at].map((one) => longest(one.text))))) * small + small * 2.3,
  ));
  const plans = columnWidths(words, cells, width).map((widths) => ({ widths, ...grid({
    rows: rows.map((row, i) => ({ id: row.id, title: row.text, cells: cells[i] })),
    widths: widths.slice(1), titleWidth: widths[0], sizes: [...sizes, small], measure, focus: picture.focus, height, head: 3.4,
  }) }));
  const seen = (/** @type {import('../notes/layout.js').Grid} */ one) => [...one.open.values()].reduce((sum, n) => sum + n, 0) - one.open.size * 99;
  // Largest type first, then fewest notes behind counts.
  const plan = plans.reduce((best, one) => (one.size > best.size || (one.size === best.size && seen(one) > seen(best)) ? one : best));
  const cell = (/** @type {Row} */ row, /** @type {Lane} */ lane, /** @type {number} */ at) => {
    const why = row.locked?.[lane.id];
    const here = inCell(row, lane);
    const papers = plan.folded.has(row.id) ? [] : here.slice(0, plan.open.get(`${row.id} ${at}`));
    const more = here.length - papers.length;
    return html`<td class=${why ? 'is-locked' : ''}>
      ${lane.fates && row.fate ? fateWord(row.fate, shown) : nothing}
      ${papers.length ? html`<ul class="cell">${papers.map((note) => paperSheet(note, shown, { picture, talk, at: false }))}</ul>` : nothing}
      ${more ? html`<button type="button" class="folded" @click=${() => open(here)}>
        ${papers.length ? t('boards.more_notes', { n: more }) : t('boards.stack', { n: more })}</button>` : nothing}
      ${why && !here.length && !plan.folded.has(row.id)
        ? lockWords(why, shown) : nothing}
    </td>`;
  };
  const front = rows.length ? html`<table class="dilemmas at" data-box="table">
      <colgroup>${plan.widths.map((w) => html`<col width=${Math.round(w)}>`)}</colgroup>
      <thead><tr><th scope="col"><span class="sr-only">${t('boards.dilemma')}</span></th>
        ${sheet.lanes.map((lane) => html`<th scope="col">${shown.say(lane.title)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr class=${plan.folded.has(row.id) ? 'is-folded' : ''}>
        <th scope="row"><span class="row-group">${groupName(row, shown)}</span><span class="row-text" lang="da">${row.text}</span></th>
        ${sheet.lanes.map((lane, at) => cell(row, lane, at))}</tr>`)}</tbody></table>` : html`<p class="board-empty">${t('boards.no_rows')}</p>`;
  const used = plan.heights.reduce((sum, one) => sum + one, 0) + plan.size * 3.4;
  return {
    boxes: new Map([['table', { x: 0, y: 0, w: width, h: 0, size: plan.size }]]),
    height: height === Infinity ? used : height, order: [], talk, before: undefined, targets: [], back: nothing, front, flows: true,
  };
}

/**
 * Widths to try for the titles and the columns: all alike, and by what lies in them; never narrower than a title's word.
 * @param {number[]} words px of the longest word in each column's title
 * @param {{text: string}[][][]} cells @param {number} width @returns {number[][]}
 */
function columnWidths(words, cells, width) {
  const titles = width * 0.15;
  const free = width - titles;
  const needs = words.map((_, at) => Math.max(0, ...cells.map((row) => row[at].reduce((sum, one) => sum + 24 + one.text.length, 0))));
  const most = Math.max(1, ...needs);
  return [needs.map(() => 1), needs.map((need) => 0.72 + 0.6 * Math.sqrt(need / most))]
    .map((weights) => [titles, ...shareOut(weights, words, free)]);
}

/** Why nothing can be written here yet. @param {string} why @param {Shown} shown */
function lockWords(why, shown) {
  return html`<span class="locked-why"><svg class="lock" viewBox="0 0 24 24" aria-hidden="true"><path d="M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z"/></svg>
    <span>${shown.t(`boards.locked.${why}`)}</span></span>`;
}
