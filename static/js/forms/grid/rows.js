/**
 * Several rows, each with its whole sentence. What can be read is written out: first everything, else the
 * two sides, and the rest lies as small papers in its columns. The rows share the height by need.
 */
import { html, svg } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { fateWord } from '../../notes/marks.js';
import { NOTE, lineCount } from '../../notes/measure.js';
import { fateOf, groupName, titleOfHeads } from '../../notes/query.js';
import { BOLD } from '../drawing.js';
import { MINI, coarse, papers } from '../papers.js';
import { ordered } from '../parts.js';
import { columnsOf } from './columns.js';

/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {import('../papers.js').Laid} Laid */
/** @typedef {import('../../types.js').Row} Row */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {'all' | 'sides' | 'none'} Words  which notes are written out */
/** @typedef {{lane: Lane, x: number, w: number, small: boolean}} Column */
/** @typedef {{row: Row, need: number, title: number, cells: {column: Column, items: NoteItem[], laid: Laid | null, small: boolean}[]}} Band */
/** @typedef {{size: number, head: number, titleX: number, titleW: number, columns: Column[], outcome?: Column, bands: Band[], heights: number[], scales: number}} Table */

/** Small papers of a lane stand on top of each other up to so many, then beside each other. */
const DOWN = 3;

/** The rows in the largest type and with the most words that fit; null when not even the sentences do. @param {Drawing} made @param {Row[]} rows @returns {Table | null} */
export function tableOf(made, rows) {
  for (const words of /** @type {Words[]} */ (['all', 'sides', 'none'])) {
    for (const size of [...coarse(made.sizes).slice(0, -1), made.floor * 1.14, made.floor]) {
      const found = table(made, rows, words, size, false);
      if (found) return found;
    }
    const some = words === 'sides' && table(made, rows, words, made.floor, true);
    if (some) return some;
  }
  return null;
}

/** @param {Drawing} made @param {Row[]} rows @param {Words} words @param {number} size @param {boolean} some  a few rows may have their sides small @returns {Table | null} */
function table(made, rows, words, size, some) {
  const { width, height, shown, sheet, floor, measure } = made;
  const { sides, depth, actions, outcome } = columnsOf(sheet.lanes);
  const deep = [...depth, ...actions];
  const gap = size * 0.8;
  const titleX = floor * 3.6;
  const scales = words !== 'none' && sides.length === 2 ? floor * 1.4 : 0;
  const items = new Map(rows.map((row) => [row.id, new Map(sheet.lanes.map((lane) => [lane.id, made.items(ordered(shown, sheet.id, row.id, lane.id))]))]));
  const held = (/** @type {Row} */ row, /** @type {Lane} */ lane) => items.get(row.id)?.get(lane.id) ?? [];
  // Where nothing stands beside the sides, the sentences and the sides have the room.
  const bare = deep.every((lane) => rows.every((row) => !held(row, lane).length));
  const small = (/** @type {Lane} */ lane) => words === 'none' || ((words === 'sides' || bare) && !sides.includes(lane));
  const step = (MINI.w + MINI.gap) * floor;
  const smallWidth = (/** @type {Lane} */ lane) => step * Math.max(1, ...rows.map((row) => Math.ceil(held(row, lane).length / DOWN)));
  const end = outcome && (rows.some((row) => fateOf(row, shown) || held(row, outcome).length)) ? width * (words === 'all' ? 0.13 : 0.16) : 0;
  const lanes = [...sides, ...deep];
  const smalls = lanes.filter(small).reduce((sum, lane) => sum + smallWidth(lane), 0);
  const large = lanes.filter((lane) => !small(lane));
  const free = width - titleX - smalls - end - gap * (large.length + 3) - scales;
  const titleW = words === 'all' && !bare ? free * 0.2 : large.length ? free * 0.44 : free;
  const each = large.length ? (free - titleW) / large.length : 0;
  if (titleW < size * 8 || (large.length && each < size * (words === 'all' ? 7.4 : 9))) return null;

  /** @type {Column[]} */
  const columns = [];
  let x = titleX + titleW + gap * 1.5;
  lanes.forEach((lane, at) => {
    const w = small(lane) ? smallWidth(lane) : each;
    columns.push({ lane, x, w, small: small(lane) });
    x += small(lane) ? w : w + gap;
    if (scales && at === 0) x += scales;
  });
  const last = outcome && end ? { lane: outcome, x: width - end, w: end, small: words === 'none' } : undefined;
  const head = headHeight(made, last ? [...columns, last] : columns, sides);
  const room = height - head;
  const bandOf = (/** @type {Row} */ row, /** @type {boolean} */ sidesSmall) => {
    const title = lineCount(row.text, titleW / (size * 1.06 * BOLD), measure) * size * 1.06 * 1.17;
    const cells = [...columns, ...last ? [last] : []].map((column) => {
      const inCell = held(row, column.lane);
      const tiny = column.small || (sidesSmall && sides.includes(column.lane));
      return { column, items: inCell, small: tiny, laid: tiny ? null : papers({ items: inCell, width: column.w, size, measure, columns: 1, widest: 99 }) };
    });
    const talls = cells.map(({ column, laid, items: inside, small: tiny }) => {
      const fate = column === last && fateOf(row, made.shown) ? fateHeight(made, row, column.w) : 0;
      if (!tiny) return fate + (laid?.height ?? 0) + (fate && inside.length ? NOTE.gap * size : 0);
      const down = sides.includes(column.lane) && !column.small ? Math.ceil((inside.length * step) / column.w) : Math.min(DOWN, inside.length);
      return fate + down * (MINI.h + MINI.gap) * floor;
    });
    return { row, title, cells, need: Math.max(title, floor * 2.3, ...talls) + floor * 0.9 };
  };
  const bands = rows.map((row) => bandOf(row, false));
  const sum = () => bands.reduce((total, band) => total + band.need, 0);
  // The sides of the rows that need most become small papers first.
  const tried = new Set();
  while (sum() > room && some) {
    const most = bands.filter((band) => !tried.has(band.row.id)).sort((a, b) => b.need - a.need)[0];
    if (!most) break;
    tried.add(most.row.id);
    bands[bands.indexOf(most)] = bandOf(most.row, true);
  }
  if (sum() > room || tried.size * 2 > rows.length) return null;
  const equal = Math.min(room / rows.length, floor * 15);
  const more = Math.min(room - sum(), floor * 3 * rows.length) / rows.length;
  const heights = bands.every((band) => band.need <= equal) ? bands.map(() => equal) : bands.map((band) => band.need + more);
  return { size, head, titleX, titleW, columns, outcome: last, bands, heights, scales };
}

/** @param {Drawing} made @param {Column[]} columns @param {Lane[]} sides */
function headHeight({ floor, shown, rows }, columns, sides) {
  const shownWords = columns.filter((column) => !column.small || sides.length === 0);
  return floor * (0.7 + 1.2 * Math.max(1, ...shownWords.map((column) => rows(shown.say(column.lane.title), column.w, floor))));
}

/** @param {Drawing} made @param {Row} row @param {number} w */
function fateHeight({ shown, floor, rows }, row, w) {
  return floor * (rows(shown.say(fateOf(row, shown)?.title), w - floor * 3.2, floor) * 1.2 + 0.8);
}

/** @param {Drawing} made @param {Table} table */
export function drawTable(made, { size, head, titleX, titleW, columns, outcome, bands, heights, scales }) {
  const { shown, floor, width, back } = made;
  const { t } = shown;
  const heading = (/** @type {string} */ id, /** @type {number} */ x, /** @type {number} */ w, /** @type {string} */ words) => made.frame(`col:${id}`, { x, y: 0, w, h: head - floor * 0.35 }, floor,
    html`<p class="grid-head at" data-box="col:${id}"><span>${words}</span></p>`);
  heading('title', titleX, titleW, titleOfHeads(shown));
  for (const column of [...columns, ...outcome ? [outcome] : []]) {
    if (!column.small || column === outcome) heading(column.lane.id, column.x, column.w, shown.say(column.lane.title));
  }
  const smalls = columns.filter((column) => column.small);
  if (smalls.length) {
    const from = smalls[0].x;
    heading('small', from, Math.max(floor * 6, smalls[smalls.length - 1].x + smalls[smalls.length - 1].w - from), t(smalls.length === columns.length ? 'boards.notes' : 'boards.deeper'));
  }
  let y = head;
  bands.forEach(({ row, cells }, at) => {
    const h = heights[at];
    const middle = y + h / 2;
    const rule = y;
    back.push(svg`<path class=${at ? 'rule' : 'rule rule-first'} d=${`M0 ${rule}H${width}`}></path>`);
    const number = shown.groups.find((group) => group.id === row.group)?.number ?? '';
    made.frame(`disc:${row.id}`, { x: 0, y: middle - floor * 1.35, w: floor * 2.7, h: floor * 2.7 }, floor * 1.12,
      html`<span class="at row-disc" data-box="disc:${row.id}" aria-hidden="true">${number}</span>`);
    made.frame(`title:${row.id}`, { x: titleX, y, w: titleW, h }, size * 1.06,
      html`<h3 class="row-text at" data-box="title:${row.id}"><span class="sr-only">${groupName(row, shown)}: </span><span dir="auto" lang=${tongue(row.text, shown)}>${row.text}</span></h3>`);
    if (scales && columns[1]) {
      const x = columns[1].x - size * 0.4 - scales / 2;
      back.push(svg`<path class="fulcrum" d=${`M${x} ${middle - floor * 0.3}l${floor * 0.36} ${floor * 0.62}h${-floor * 0.72}z`}></path>`);
    }
    for (const { column, items, laid, small } of cells) {
      let top = 0;
      const fate = column === outcome && fateOf(row, made.shown) ? fateHeight(made, row, column.w) : 0;
      const step = (MINI.w + MINI.gap) * floor;
      if (small) {
        const inside = column.small ? Math.max(1, Math.round(column.w / step)) : Math.max(1, Math.floor(column.w / step));
        const down = Math.ceil(items.length / inside);
        const high = fate + down * (MINI.h + MINI.gap) * floor - MINI.gap * floor;
        top = middle - high / 2;
        const boxes = new Map(items.map((item, nth) => [item.id, {
          x: Math.floor(nth / down) * step, y: (nth % down) * (MINI.h + MINI.gap) * floor, w: MINI.w * floor, h: MINI.h * floor,
        }]));
        made.put({ boxes, width: 0, height: 0 }, items, column.x, top + fate, floor, 'mini');
        if (!items.length && column !== outcome) {
          back.push(svg`<rect class="mini-empty" x=${column.x + 1} y=${middle - (MINI.h * floor) / 2} width=${MINI.w * floor - 2} height=${MINI.h * floor} rx="3"></rect>`);
        }
      } else if (laid) {
        top = middle - (laid.height + fate) / 2;
        made.put(laid, items, column.x, top + fate, size);
      }
      if (fate) {
        made.frame(`fate:${row.id}`, { x: column.x, y: items.length ? top : middle - fate / 2 + floor * 0.2, w: column.w, h: 0 }, floor,
          html`<div class="at" data-box="fate:${row.id}">${fateWord(row, shown)}</div>`);
      }
    }
    y += h;
  });
}
