/**
 * The picture of a sheet of which every group has its own copy: a panel for each group, with its lanes inside. When not
 * all of them can be read, one group is shown large under an overview of all.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { begin } from './drawing.js';
import { coarse, lines, papers } from './papers.js';
import { ordered } from './parts.js';
import { strip, stripHeight } from './strip.js';

/** @typedef {import('./form.js').Space} Space */
/** @typedef {import('./form.js').Plan} Plan */
/** @typedef {import('./drawing.js').Drawing} Drawing */
/** @typedef {import('./drawing.js').NoteItem} NoteItem */
/** @typedef {import('./papers.js').Laid} Laid */
/** @typedef {import('../types.js').Lane} Lane */
/** @typedef {{id: string, number: number, shown: boolean}} Group */
/** @typedef {import('./form.js').WalkPart & {notes: import('../types.js').Note[]}} Part */
/** @typedef {{lane: Lane, items: NoteItem[], x: number, y: number, w: number, laid: Laid, look: '' | 'line'}} Cell */
/** @typedef {{group: Group, w: number, head: number, cells: Cell[], height: number}} Panel */

/** No layout is tried below this size, px: a picture may have no height for a moment. */
const TINY = 4;

/** @param {Space} space @param {Group[]} groups @param {Part[]} parts @returns {Plan} */
export function planPanels(space, groups, parts) {
  const made = begin(space);
  const { grows, sizes, picture } = made;
  if (grows) return grown(made, groups);
  const named = parts.find((part) => part.id === picture.part);
  if (!named) {
    for (const size of coarse(sizes)) {
      const found = shape(made, groups, size) ?? (size === made.floor ? shape(made, groups, size, 'line') : null);
      if (found) return draw(made, found, size, 0, made.height);
    }
  }
  const part = named ?? parts.find((one) => groups.some((group) => group.id === one.row)) ?? parts[0];
  return { ...one(made, groups, part), walking: { part: part?.id ?? '', parts } };
}

/** @typedef {{across: number, rows: Panel[][], heights: number[]}} Shape */

/** Panels in rows in this font size; null when they do not fit. @param {Drawing} made @param {Group[]} groups @param {number} size @param {string} [look] @returns {Shape | null} */
function shape(made, groups, size, look) {
  const { width, height } = made;
  const gap = gapOf(made);
  const best = Math.sqrt((groups.length * width) / Math.max(1, height) / 1.3);
  const most = Math.max(1, Math.min(groups.length, Math.floor((width + gap) / (size * 13))));
  const tries = Array.from({ length: most }, (_, at) => at + 1).sort((a, b) => Math.abs(a - best) - Math.abs(b - best));
  for (const across of tries) {
    const w = (width - gap * (across - 1)) / across;
    const panels = groups.map((group) => panel(made, group, w, size, undefined, look));
    const rows = Array.from({ length: Math.ceil(panels.length / across) }, (_, at) => panels.slice(at * across, (at + 1) * across));
    const needs = rows.map((row) => Math.max(...row.map((one) => one.height)));
    const free = height - gap * (rows.length - 1) - needs.reduce((sum, one) => sum + one, 0);
    if (free < 0) continue;
    const equal = (height - gap * (rows.length - 1)) / rows.length;
    return { across, rows, heights: needs.every((need) => need <= equal) ? needs.map(() => equal) : needs.map((need) => need + free / rows.length) };
  }
  return null;
}

/** One group large, under an overview of all groups. @param {Drawing} made @param {Group[]} groups @param {Part} part @returns {Plan} */
function one(made, groups, part) {
  const group = groups.find((each) => each.id === part?.row) ?? groups[0];
  const { shown, sheet, width, floor, sizes } = made;
  const several = groups.length > 1 || Boolean(part && part.notes.length < ordered(shown, sheet.id, group.id).length);
  const top = several ? stripHeight(made) : 0;
  if (several) {
    strip(made, groups.map((each) => ({
      id: each.id, number: each.number, lanes: sheet.lanes.map((lane) => ordered(shown, sheet.id, each.id, lane.id)),
    })), group.id);
  }
  const ids = part ? new Set(part.notes.map((note) => note.id)) : undefined;
  const room = made.height - top;
  const fits = (/** @type {number} */ size, look = '') => {
    const found = panel(made, group, width, size, ids, look);
    return found.height <= room || size < TINY ? found : null;
  };
  let size = coarse(sizes).find((each) => fits(each));
  let found = size ? fits(size) : fits(size = floor, 'line');
  while (!found) found = fits(size = (size ?? floor) * 0.94, 'line');
  return draw(made, { across: 1, rows: [[found]], heights: [room] }, size ?? floor, top, made.height);
}

/** @param {Drawing} made @param {Group[]} groups @returns {Plan} */
function grown(made, groups) {
  const { width, sizes: [size], text } = made;
  const gap = gapOf(made);
  const across = Math.max(1, Math.min(groups.length, Math.floor((width + gap) / (text * 22))));
  const w = (width - gap * (across - 1)) / across;
  const panels = groups.map((group) => panel(made, group, w, size));
  const rows = Array.from({ length: Math.ceil(panels.length / across) }, (_, at) => panels.slice(at * across, (at + 1) * across));
  const heights = rows.map((row) => Math.max(...row.map((one) => one.height)));
  return draw(made, { across, rows, heights }, size, 0, heights.reduce((sum, one) => sum + one + gap, text));
}

/**
 * A group's lanes in its panel, beside each other as far as they can be read.
 * @param {Drawing} made @param {Group} group @param {number} w @param {number} size @param {Set<string>} [ids] only these notes
 * @param {string} [look] @returns {Panel}
 */
function panel(made, group, w, size, ids, look = '') {
  const { shown, sheet, text, measure, picture } = made;
  const pad = text * 0.9;
  const gap = text * (picture.quiet ? 0.8 : 1.3);
  const inner = w - pad * 2;
  const head = text * 1.15 * (made.rows(title(made, group), inner, text * 1.15) * 1.3 + 1.1);
  const most = Math.max(1, Math.floor((inner + gap) / (size * 8.6 + gap)));
  const each = Math.ceil(sheet.lanes.length / Math.ceil(sheet.lanes.length / most));
  const wide = (inner - gap * (each - 1)) / each;
  /** @type {Cell[]} */
  const cells = [];
  let y = head;
  for (let from = 0; from < sheet.lanes.length; from += each) {
    const row = sheet.lanes.slice(from, from + each);
    const laid = row.map((lane) => {
      const items = made.items(ordered(shown, sheet.id, group.id, lane.id)).filter((item) => !ids || ids.has(item.id));
      const loose = papers({ items, width: wide, size, measure });
      const line = look ? lines({ items, width: wide, height: Infinity, size, measure, columns: Math.max(1, Math.floor(wide / (size * 22))) }) : null;
      return { items, laid: line ?? loose, look: /** @type {'' | 'line'} */ (line ? 'line' : '') };
    });
    row.forEach((lane, at) => cells.push({ lane, ...laid[at], x: pad + at * (wide + gap), y, w: wide }));
    y += Math.max(text * 2, ...row.map((lane, at) => made.head(lane, wide) + Math.max(laid[at].laid.height, text * 1.6))) + gap;
  }
  return { group, w, head, cells, height: y - gap + pad };
}

/** @param {Drawing} made @param {Shape} shape @param {number} size @param {number} top @param {number} tall @returns {Plan} */
function draw(made, { rows, heights }, size, top, tall) {
  const { shown, text } = made;
  const gap = gapOf(made);
  let y = top;
  for (const [down, row] of rows.entries()) {
    let x = 0;
    for (const { group, w, cells } of row) {
      made.frame(`frame:${group.id}`, { x, y, w, h: heights[down] }, text * 1.06, html`<section class="panel-frame at" data-box="frame:${group.id}">
        <h3 class="panel-title">${shown.t('boards.group', { n: group.number })}${hidden(made, group) ? html` <small>${shown.t('boards.not_shown')}</small>` : nothing}</h3></section>`);
      for (const { lane, items, laid, look, ...cell } of cells) {
        const key = `${group.id}/${lane.id}`;
        const next = cells.find((other) => other.y > cell.y);
        const rect = { x: x + cell.x, y: y + cell.y, w: cell.w, h: (next ? next.y : heights[down]) - cell.y - text * 0.9 };
        const head = made.head(lane, cell.w);
        if ('sheets' in laid) made.sheets(key, lane, /** @type {import('./papers.js').Lined} */ (laid), rect.x, rect.y + head);
        made.put(laid, items, rect.x, rect.y + head, size, look);
        made.lane(key, lane, rect, { under: items.length || !lane.hint || made.picture.quiet ? nothing : html`<p class="lane-hint">${shown.say(lane.hint)}</p>` });
        made.target(lane, group.id, shown.t('boards.group', { n: group.number }), rect);
      }
      x += w + gap;
    }
    y += heights[down] + gap;
  }
  return made.done(tall);
}

/** @param {Drawing} made @param {Group} group */
function title(made, group) {
  const { t } = made.shown;
  return [t('boards.group', { n: group.number }), hidden(made, group) ? t('boards.not_shown') : ''].join(' ');
}

/** Whether a group's sheet has not been shown to all yet, which the facilitator's picture says. @param {Drawing} made @param {Group} group */
function hidden({ picture }, group) {
  return Boolean(picture.interactive) && !group.shown;
}

/** @param {Drawing} made */
function gapOf({ text }) {
  return text * 1.1;
}
