/**
 * One row large: its head stands as a sentence over its two sides, what is felt and lies behind it beneath, then what can
 * be done, once that opens, and where it stands. Nothing is weighed: the beam never tilts.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { fateWord } from '../../notes/marks.js';
import { fateOf, groupName } from '../../notes/query.js';
import { papers } from '../papers.js';
import { ordered } from '../parts.js';
import { columnsOf, lockText } from './columns.js';
import { lockWords } from './locks.js';

/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {import('../papers.js').Laid} Laid */
/** @typedef {import('../../types.js').Row} Row */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {{lane: Lane, items: NoteItem[], x: number, y: number, w: number, h: number, head: number, laid: Laid, size: number, kind: 'side' | 'depth' | 'actions' | 'outcome'}} Cell */
/** @typedef {{height: number, title: number, group: number, cells: Cell[], small?: boolean, beam?: {x: number, y: number, w: number, thick: number}}} Sized */
/** @typedef {{title: number, sides: number, depth: number}} Type  font sizes, px */

/** Font sizes to try, em of the smallest size, largest first. */
const TYPES = [[2.35, 2.17, 1.22], [2, 1.8, 1.22], [1.75, 1.5, 1.1], [1.56, 1.25, 1], [1.4, 1, 1]];

/**
 * A row's sheet in the largest type that fits.
 * @param {Drawing} made @param {Row} row @param {number} room px; Infinity: any height @param {Set<string>} [ids] only these notes
 * @returns {Sized} `small`: it does not fit in the smallest size, and is smaller
 */
export function sheetOf(made, row, room, ids) {
  const { floor, grows, sizes, text } = made;
  if (grows) return size(made, row, { title: text * 1.5, sides: sizes[0] * 1.08, depth: sizes[0] }, ids, false, false);
  for (const [title, sides, depth] of TYPES) {
    for (const [byNeed, tight] of [[false, false], [true, false], [false, true], [true, true]]) {
      const found = size(made, row, { title: title * floor, sides: sides * floor, depth: depth * floor }, ids, byNeed, tight);
      if (found.height <= room) return roomy(found, Math.min(floor * 2, (room - found.height) / 3));
    }
  }
  for (let scale = floor * 0.96; ; scale *= 0.96) {
    const found = size(made, row, { title: scale * 1.3, sides: scale, depth: scale }, ids, true, true);
    if (found.height <= room || scale < 4) return { ...found, small: true };
  }
}

/** What is left of the height, between the parts of the sheet. @param {Sized} sized @param {number} more @returns {Sized} */
function roomy(sized, more) {
  const steps = { side: 1, depth: 2, actions: 3, outcome: 3 };
  const cells = sized.cells.map((one) => ({ ...one, y: one.y + more * (sized.beam ? steps[one.kind] - 1 : 0) }));
  return { ...sized, cells };
}

/** @param {Drawing} made @param {Row} row @param {Type} type @param {Set<string> | undefined} ids @param {boolean} byNeed  lanes' widths by what they hold @param {boolean} tight  a lane has no more columns than notes @returns {Sized} */
function size(made, row, type, ids, byNeed, tight) {
  const { shown, sheet, width, text, measure, picture, grows } = made;
  const inLane = (/** @type {Lane} */ lane) => made.items(ordered(shown, sheet.id, row.id, lane.id)).filter((one) => !ids || ids.has(one.id));
  // A part of a row shows only the lanes that it has notes of.
  const { sides, depth, actions, outcome } = columnsOf(sheet.lanes.filter((lane) => !ids || inLane(lane).length || (lane.shows && fateOf(row, shown))), sheet.lanes);
  const gap = text * (grows ? 0.9 : 1.3);
  /** @type {Cell[]} */
  const cells = [];
  const group = picture.focus && !grows || !groupName(row, shown) ? 0 : text * 1.5;
  const title = made.rows(row.text, width * (grows ? 1 : 0.86), type.title, 1.045) * type.title * 1.12 + text * (grows ? 0.5 : 0.9);
  let y = group + title;
  const beam = sides.length === 2 && width >= text * 20 ? { x: width * 0.015, y: y + text * 1.6, w: width * 0.97, thick: Math.max(2, text * 0.17) } : undefined;

  if (beam) {
    const laid = sides.map((lane) => ({ lane, items: inLane(lane) }));
    const long = laid.some(({ items }) => items.reduce((sum, one) => sum + one.text.length, 0) > 90);
    const w = width * (long || grows ? 0.475 : 0.4);
    const top = beam.y + text * (grows ? 1 : 1.7);
    const found = laid.map(({ lane, items }, at) => {
      const one = papers({ items, width: w, size: type.sides, measure, widest: 99, columns: items.length < 2 ? 1 : undefined });
      return { lane, items, laid: one, w, size: type.sides, kind: /** @type {const} */ ('side'), head: 0, x: at ? width - w - (long || grows ? 0 : beam.x) : long || grows ? 0 : beam.x, y: top };
    });
    const h = Math.max(type.sides * 2.7, ...found.map((one) => one.laid.height));
    // One note on each side: equally high, since neither weighs more.
    for (const { laid: one, items } of found) if (items.length === 1) for (const box of one.boxes.values()) box.h = h;
    cells.push(...found.map((one) => ({ ...one, h })));
    y = top + h + gap * 1.2;
  } else y = lanesAt(sides, y, type.sides);
  y = lanesAt(depth, y, type.depth);
  y = lanesAt([...actions, ...outcome ? [outcome] : []].filter((lane) => lane !== outcome || grows || fateOf(row, shown) || inLane(lane).length), y, type.depth, true);
  return { height: y - gap, title: type.title, group, cells, beam };

  /** Lanes beside each other from `top` on; returns where the next begin. @param {Lane[]} lanes @param {number} top @param {number} size @param {boolean} [last] */
  function lanesAt(lanes, top, size, last = false) {
    if (!lanes.length) return top;
    const least = text * (grows ? 11 : 9);
    const most = Math.max(1, Math.min(lanes.length, Math.floor((width + gap) / (least + gap))));
    const each = Math.ceil(lanes.length / Math.ceil(lanes.length / most));
    let at = top;
    for (let from = 0; from < lanes.length; from += each) {
      const some = lanes.slice(from, from + each);
      const free = width - gap * (some.length - 1);
      const weights = some.map((lane) => weight(lane, last));
      const all = weights.reduce((sum, one) => sum + one, 0);
      let x = 0;
      const found = some.map((lane, nth) => {
        const w = (free * weights[nth]) / all;
        const items = inLane(lane);
        const fate = lane.shows && fateOf(row, shown) ? text * 2.7 : 0;
        const head = made.head(lane, w) + fate;
        const cell = { lane, items, x, y: at, w, head, size, kind: kindOf(lane), laid: papers({ items, width: w, size, measure, widest: tight ? 99 : last ? 30 : 16, columns: tight && items.length < 3 ? Math.min(items.length || 1, Math.max(1, Math.round(w / (size * 10.6)))) : undefined }) };
        x += w + gap;
        return cell;
      });
      const h = Math.max(...found.map((one) => one.head + Math.max(one.laid.height, empty(one))));
      cells.push(...found.map((one) => ({ ...one, h })));
      at += h + gap;
    }
    return at;
  }

  /** @param {Lane} lane @param {boolean} last */
  function weight(lane, last) {
    if (last) return lane.shows && actions.length ? 0.3 : 1;
    if (!byNeed) return 1;
    const chars = inLane(lane).reduce((sum, one) => sum + one.text.length + 30, 0);
    return 1 + Math.round(Math.min(3, chars / 200)) * 0.6;
  }

  /** @param {Lane} lane @returns {Cell['kind']} */
  function kindOf(lane) {
    return actions.includes(lane) ? 'actions' : lane.shows ? 'outcome' : 'depth';
  }

  /** The height of what stands in a lane without notes. @param {{lane: Lane, items: unknown[], w: number}} one */
  function empty({ lane, items, w }) {
    if (items.length) return 0;
    const why = row.locked?.[lane.id];
    const words = why ? lockText(why, lane, sheet, shown) : picture.interactive && lane.hint ? shown.say(lane.hint) : '';
    return words ? made.rows(words, w - text * 2.4, text * 0.9) * text * 1.3 : text * (lane.shows ? 0.2 : 1.2);
  }
}

/** @param {Drawing} made @param {Row} row @param {Sized} sized @param {number} top */
export function drawSheet(made, row, sized, top) {
  const { shown, width, text, grows, picture, back } = made;
  const { cells, beam, title, group } = sized;
  const long = grows ? '' : 'row-head-wide';
  const over = beam ? 'row-head-over' : '';
  if (group) {
    made.frame(`group:${row.id}`, { x: 0, y: top, w: width, h: 0 }, text,
      html`<p class=${`row-head-group at ${over}`} data-box="group:${row.id}">${groupName(row, shown)}</p>`);
  }
  made.frame(`head:${row.id}`, { x: 0, y: top + group, w: width, h: 0 }, title,
    html`<h3 class=${`row-head at ${long} ${over}`} data-box="head:${row.id}"><span dir="auto" lang=${tongue(row.text, shown)}>${row.text}</span></h3>`);
  if (beam) {
    const y = top + beam.y;
    const foot = text * (grows ? 0.7 : 1.3);
    const middle = width / 2;
    back.push(svg`<path class="beam" stroke-width=${beam.thick} d=${`M${beam.x + beam.thick} ${y}H${beam.x + beam.w - beam.thick}`}></path>
      <path class="fulcrum" d=${`M${middle} ${y}l${foot * 0.62} ${foot}h${-foot * 1.24}z`}></path>`);
  }
  for (const one of cells) {
    const { lane, items, laid, x, w, h, head, size, kind } = one;
    const key = `${row.id}/${lane.id}`;
    const rect = { x, y: top + one.y, w, h };
    if (kind === 'side' && beam) {
      const right = x > width / 2;
      const label = text * 1.06;
      made.frame(`side:${key}`, { x, y: top + beam.y - text * 1.75, w, h: 0 }, label,
        html`<h4 class=${`side-title at ${right ? 'side-right' : ''}`} data-box="side:${key}">${shown.say(lane.title)}</h4>`);
      if (items.length) {
        back.push(svg`<path class="string" stroke-width=${beam.thick * 0.6} d=${`M${x + w / 2} ${top + beam.y}V${rect.y + size * 0.3}`}></path>`);
      } else if (!picture.quiet && lane.hint) {
        made.frame(`hint:${key}`, { ...rect, h: size * 2.7 }, text, html`<p class="side-empty at" data-box="hint:${key}">${shown.say(lane.hint)}</p>`);
      }
    } else {
      const why = !items.length && row.locked?.[lane.id];
      const under = why ? lockWords(why, lane, made.sheet, shown) : lane.shows && fateOf(row, shown) ? fateWord(row, shown)
        : !items.length && picture.interactive && lane.hint && !lane.shows ? html`<p class="lane-hint">${shown.say(lane.hint)}</p>` : nothing;
      made.lane(key, lane, rect, { look: why ? 'lane-closed' : `lane-${kind}`, under });
    }
    made.put(laid, items, x, rect.y + head, size);
    made.target(lane, row.id, groupName(row, shown), rect);
  }
}
