/**
 * Board pictures for every page: `boardPicture` draws a sheet, `boardList` says the same as a list in words.
 * How each form looks is in timeline.js, columns.js and grid.js; no rule may live here.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { laneOpened } from '../forms/columns.js';
import { fateWord, groupName, rowsInOrder } from '../forms/grid.js';
import { comments, notesOn, sheet as paperSheet } from '../notes/draw.js';
import { sheetOf } from './stage.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../notes/draw.js').Picture} Picture */

/**
 * A sheet as a picture. See `Picture` in draw.js for what may be asked of it.
 * @param {Shown} shown @param {Picture} [picture]
 */
export function boardPicture(shown, picture = {}) {
  return html`<board-stage class=${picture.fit === 'width' ? 'board board-grows' : 'board'} .view=${{ shown, picture }}></board-stage>`;
}

/**
 * A sheet as headings and lists, in the order of years, lanes or dilemmas: for narrow screens and screen readers.
 * @param {Shown} shown @param {Picture} [picture]
 */
export function boardList(shown, picture = {}) {
  const sheet = sheetOf(shown, picture);
  if (!sheet) return nothing;
  const lists = { timeline: byYear, columns: byLane, grid: byRow }[sheet.form](shown, sheet, picture);
  return html`<div class="board-words">${lists.length ? lists : html`<p class="board-empty">${shown.t('boards.empty')}</p>`}</div>`;
}

/** @param {string} title @param {Note[]} notes @param {Shown} shown @param {Picture} picture */
function list(title, notes, shown, picture) {
  const talk = comments(shown);
  return html`<section class="board-part"><h3>${title}</h3>
    <ul>${notes.map((note) => paperSheet(note, shown, { picture, talk, at: false }))}</ul></section>`;
}

/** @param {Shown} shown @param {Sheet} sheet @param {Picture} picture */
function byYear(shown, sheet, picture) {
  const notes = notesOn(shown, sheet.id);
  const years = [...new Set(notes.map((note) => note.lane))].filter((lane) => /^\d+$/.test(lane)).sort();
  const periods = shown.notes.filter((note) => note.kind === 'heading' && !note.draft && note.sheet === sheet.id);
  const parts = years.map((year) => list(year, bySide(notes.filter((note) => note.lane === year)), shown, picture));
  for (const lane of sheet.lanes) {
    const here = notes.filter((note) => note.lane === lane.id);
    if (here.length) parts.push(list(shown.say(lane.title), bySide(here), shown, picture));
  }
  if (periods.length) {
    parts.unshift(html`<section class="board-part"><h3>${shown.t('boards.periods')}</h3><ul class="periods">
      ${periods.map((note) => html`<li>${note.lane}–${note.until || note.lane}: ${note.text}</li>`)}</ul></section>`);
  }
  return parts;
}

/** @param {Note[]} notes */
function bySide(notes) {
  const rank = ['up', 'both', 'down'];
  return [...notes].sort((a, b) => rank.indexOf(a.side) - rank.indexOf(b.side));
}

/** @param {Shown} shown @param {Sheet} sheet @param {Picture} picture */
function byLane(shown, sheet, picture) {
  const notes = notesOn(shown, sheet.id);
  if (!sheet.per_group) {
    return sheet.lanes.filter((lane) => laneOpened(shown, sheet.id, lane.id))
      .map((lane) => list(shown.say(lane.title), notes.filter((note) => note.lane === lane.id), shown, picture));
  }
  return shown.groups
    .filter((group) => notes.some((note) => note.row === group.id) && (!picture.groups || picture.groups.includes(group.id)))
    .map((group) => html`<section class="board-part"><h2>${shown.t('boards.group', { n: group.number })}</h2>
      ${sheet.lanes.map((lane) => list(shown.say(lane.title),
        notes.filter((note) => note.row === group.id && note.lane === lane.id), shown, picture))}</section>`);
}

/** @param {Shown} shown @param {Sheet} sheet @param {Picture} picture */
function byRow(shown, sheet, picture) {
  const notes = notesOn(shown, sheet.id);
  return rowsInOrder(shown)
    .filter((row) => !picture.groups || picture.groups.includes(row.group))
    .map((row) => html`<section class="board-part"><h2><small>${groupName(row, shown)}</small> <span lang="da">${row.text}</span></h2>
      ${row.fate ? fateWord(row.fate, shown) : nothing}
      ${sheet.lanes.flatMap((lane) => {
        const here = notes.filter((note) => note.row === row.id && note.lane === lane.id);
        return here.length ? [list(shown.say(lane.title), here, shown, picture)] : [];
      })}</section>`);
}
