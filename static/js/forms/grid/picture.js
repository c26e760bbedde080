/**
 * The picture of a grid: one row large, or all of several. When not even the sentences of all can be read,
 * and when it is walked through, one is large under an overview of all. A picture that grows has all of them large.
 */
import { html, svg } from '../../../lib/lit-html.js';
import { rowsInOrder } from '../../notes/query.js';
import { begin } from '../drawing.js';
import { ordered } from '../parts.js';
import { strip, stripHeight } from '../strip.js';
import { columnsOf } from './columns.js';
import { rowParts } from './parts.js';
import { drawTable, tableOf } from './rows.js';
import { drawSheet, sheetOf } from './sheet.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const made = begin(space);
  const { shown, sheet, picture, height, grows, text } = made;
  const rows = rowsInOrder(shown).filter((row) => !picture.groups || picture.groups.includes(row.group));
  const focused = picture.focus ? rows.filter((row) => row.group === picture.focus) : rows;
  if (!focused.length) {
    if (grows) return { ...made.done(text * 4), front: html`<p class="board-empty">${shown.t('boards.no_rows')}</p>` };
    drawEmpty(made, shown.groups.find(({ id }) => id === picture.focus));
    return made.done(height);
  }
  if (grows) {
    let y = 0;
    for (const row of focused) {
      const sized = sheetOf(made, row, Infinity);
      drawSheet(made, row, sized, y);
      y += sized.height + text * 2.6;
    }
    return made.done(y);
  }
  const parts = rowParts(shown, sheet);
  const named = parts.find((part) => part.id === picture.part);
  if (!named && focused.length > 1) {
    const table = tableOf(made, focused);
    if (table) {
      drawTable(made, table);
      return made.done(height);
    }
  }
  const row = rows.find((one) => one.id === (named?.row ?? focused[0].id)) ?? focused[0];
  const slices = parts.filter((part) => part.row === row.id);
  const room = focused.length > 1 || named ? height - stripHeight(made) : height;
  const whole = slices.length > 1 && named ? null : sheetOf(made, row, room);
  const part = named ?? (focused.length > 1 || whole?.small ? slices[0] : undefined);
  const cut = slices.length > 1 && part && (named || whole?.small);
  const top = part && (rows.length > 1 || cut) ? stripHeight(made) : 0;
  if (top) {
    strip(made, rows.map((one) => ({
      id: one.id, number: shown.groups.find((group) => group.id === one.group)?.number ?? '',
      lanes: sheet.lanes.map((lane) => ordered(shown, sheet.id, one.id, lane.id)),
    })), row.id);
  }
  drawSheet(made, row, cut || !whole ? sheetOf(made, row, height - top, part && new Set(part.notes.map((note) => note.id))) : whole, top);
  return { ...made.done(height), ...part ? { walking: { part: part.id, parts } } : {} };
}

/**
 * No row: a group tells without one, or the board waits to be filled and shows its two sides.
 * @param {import('../drawing.js').Drawing} made @param {{number: number} | undefined} group
 */
function drawEmpty(made, group) {
  const { shown, sheet, width, height, text, back } = made;
  const words = shown.t(group ? 'boards.group_tells' : 'boards.no_rows', { n: group?.number ?? '' });
  const size = text * (group ? 2.2 : 1.25);
  const { sides } = columnsOf(sheet.lanes);
  const beam = !group && sides.length === 2 && height >= text * 5;
  const top = Math.max(0, (height - size * (beam ? 4.6 : 1.3)) / (group ? 2 : 3));
  made.frame('empty', { x: 0, y: top, w: width, h: 0 }, size, html`<p class="row-head row-head-over row-head-none at" data-box="empty"><span>${words}</span></p>`);
  if (!beam) return;
  const y = top + size * 3.4;
  back.push(svg`<path class="beam" stroke-width=${text * 0.17} d=${`M${width * 0.17} ${y}H${width * 0.83}`}></path>
    <path class="fulcrum" d=${`M${width / 2} ${y}l${text * 0.8} ${text * 1.3}h${-text * 1.6}z`}></path>`);
  sides.forEach((lane, at) => made.frame(`side:${lane.id}`, { x: at ? width * 0.58 : width * 0.17, y: y - text * 1.75, w: width * 0.25, h: 0 }, text * 1.06,
    html`<h4 class=${`side-title at ${at ? 'side-right' : ''}`} data-box="side:${lane.id}">${shown.say(lane.title)}</h4>`));
}
