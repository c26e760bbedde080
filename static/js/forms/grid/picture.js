/**
 * The picture of a grid: a table with a row per dilemma, a column per lane, and the row's fate in the lane marked `fates`.
 * A single row, and all rows in a narrow picture, are drawn as panels of lanes.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { drawNote, item } from '../../notes/draw.js';
import { fateWord } from '../../notes/fates.js';
import { comments, groupName, notesOn, rowsInOrder } from '../../notes/query.js';
import { planPanels } from '../panels.js';
import { shareOut } from '../widths.js';
import { foldRows } from './fold.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../../types.js').Row} Row */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../../types.js').Shown} Shown */

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { shown, sheet, picture, width } = space;
  const least = space.sizes.at(-1) ?? 16;
  const wanted = rowsInOrder(shown)
    .filter((row) => !picture.groups || picture.groups.includes(row.group))
    .filter((row) => !picture.focus || row.group === picture.focus);
  const lanes = sheet.lanes.filter((lane) => !lane.fates);
  const narrow = width < least * 7 * (lanes.length + 2);
  if (wanted.length && (wanted.length === 1 || narrow)) {
    const panels = wanted.map((row) => ({
      id: row.id, row: row.id, group: row.group, lanes: sheet.lanes, title: [groupName(row, shown), row.text].filter(Boolean).join(': '),
    }));
    return planPanels(space, panels, (panel, lane) => {
      const row = wanted.find((one) => one.id === panel.id);
      if (lane.fates && row?.fate) return fateWord(row.fate, shown);
      const why = row?.locked?.[lane.id];
      const empty = !notesOn(shown, sheet.id).some((note) => note.row === panel.row && note.lane === lane.id);
      return why && empty ? lockWords(why, shown) : null;
    });
  }
  return table(space, wanted);
}

/** @param {Space} space @param {Row[]} rows @returns {Plan} */
function table({ shown, sheet, picture, width, height, sizes, measure, open }, rows) {
  const { t } = shown;
  const talk = comments(shown);
  const notes = notesOn(shown, sheet.id);
  const least = sizes.at(-1) ?? 16;
  /** How far a table's font may go below the smallest size before notes are replaced by a count. */
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
  const plans = columnWidths(words, cells, width).map((widths) => ({ widths, ...foldRows({
    rows: rows.map((row, i) => ({ id: row.id, title: row.text, cells: cells[i] })),
    widths: widths.slice(1), titleWidth: widths[0], sizes: [...sizes, small], measure, focus: picture.focus, height, head: 3.4,
  }) }));
  const seen = (/** @type {import('./fold.js').Grid} */ one) => [...one.open.values()].reduce((sum, n) => sum + n, 0) - one.open.size * 99;
  // Prefer the largest font, then the fewest notes behind counts.
  const best = plans.reduce((most, one) => (one.size > most.size || (one.size === most.size && seen(one) > seen(most)) ? one : most));
  const cell = (/** @type {Row} */ row, /** @type {Lane} */ lane, /** @type {number} */ at) => {
    const why = row.locked?.[lane.id];
    const here = inCell(row, lane);
    const drawn = best.folded.has(row.id) ? [] : here.slice(0, best.open.get(`${row.id} ${at}`));
    const more = here.length - drawn.length;
    return html`<td class=${why ? 'is-locked' : ''}>
      ${lane.fates && row.fate ? fateWord(row.fate, shown) : nothing}
      ${drawn.length ? html`<ul class="cell">${drawn.map((note) => drawNote(note, shown, { picture, talk, at: false }))}</ul>` : nothing}
      ${more ? html`<button type="button" class="folded" @click=${() => open(here)}>
        ${drawn.length ? t('boards.more_notes', { n: more }) : t('boards.stack', { n: more })}</button>` : nothing}
      ${why && !here.length && !best.folded.has(row.id)
        ? lockWords(why, shown) : nothing}
    </td>`;
  };
  const front = rows.length ? html`<table class="dilemmas at" data-box="table">
      <colgroup>${best.widths.map((w) => html`<col width=${Math.round(w)}>`)}</colgroup>
      <thead><tr><th scope="col"><span class="sr-only">${t('boards.dilemma')}</span></th>
        ${sheet.lanes.map((lane) => html`<th scope="col">${shown.say(lane.title)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr class=${best.folded.has(row.id) ? 'is-folded' : ''}>
        <th scope="row"><span class="row-group">${groupName(row, shown)}</span><span class="row-text" lang="da">${row.text}</span></th>
        ${sheet.lanes.map((lane, at) => cell(row, lane, at))}</tr>`)}</tbody></table>` : html`<p class="board-empty">${t('boards.no_rows')}</p>`;
  const used = best.heights.reduce((sum, one) => sum + one, 0) + best.size * 3.4;
  return {
    boxes: new Map([['table', { x: 0, y: 0, w: width, h: 0, size: best.size }]]),
    height: height === Infinity ? used : height, order: [], talk, before: undefined, targets: [], back: nothing, front, flows: true,
  };
}

/**
 * Widths to try for titles and columns: all equal, and by their content; never narrower than a word of a title.
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
