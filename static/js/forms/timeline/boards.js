/**
 * The picture of a timeline of which every group has its own copy: one group's line large, with its declared lanes (such
 * as the tasks) as a list beside it; of several groups an overview above. A picture that grows shows all groups, one below
 * another. The arrangement of notes along a line is line.js's.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { lineCount } from '../../notes/measure.js';
import { signOf } from '../../notes/marks.js';
import { sidesOf, stepsOf } from '../../notes/query.js';
import { begin } from '../drawing.js';
import { lines, papers } from '../papers.js';
import { groupParts, groupsIn, ordered } from '../parts.js';
import { strip, stripHeight } from '../strip.js';
import { inFront, lineOf } from './backdrop.js';
import { layLine } from './line.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {{id: string, number: number, shown: boolean}} Group */
/** @typedef {{x: number, y: number, w: number, h: number}} Rect */

/** Of the width, the list of the declared lanes beside the line; in a narrower picture (em) it stands above. */
const LIST = { share: 0.2, least: 13, wide: 60 };
/** em: the names on the line, the words of the key, between what stands below another. */
const NAME = 1.4;
const KEY = 1.5;
const GAP = 1.1;
/** em: each side of a line in a picture that grows. */
const SIDE = 4.2;
/** No layout is tried below this size, px. */
const TINY = 6;

/** @param {Space} space @returns {Plan} */
export function planBoards(space) {
  const made = begin(space);
  const { shown, sheet, picture, width, height, grows, floor } = made;
  const groups = groupsIn(space);
  const parts = groupParts(shown, sheet);
  if (grows) {
    let y = 0;
    for (const group of groups) y = panel(made, group, y) + floor * GAP;
    return made.done(Math.max(y, floor));
  }
  if (!groups.length) {
    board(made, null, { x: 0, y: 0, w: width, h: height });
    return made.done(height);
  }
  const named = parts.find((part) => part.id === picture.part);
  const part = named ?? parts.find((one) => groups.some((group) => group.id === one.row));
  const group = groups.find((each) => each.id === part?.row) ?? groups[0];
  const several = groups.length > 1;
  const top = several ? stripHeight(made) : 0;
  if (several) {
    strip(made, groups.map((each) => ({
      id: each.id, number: each.number, lanes: across(sheet).map((lane) => ordered(shown, sheet.id, each.id, lane.id)),
    })), group.id);
  }
  board(made, group, { x: 0, y: top, w: width, h: height - top }, part && part.row === group.id ? new Set(part.notes.map(({ id }) => id)) : undefined);
  return { ...made.done(height), ...several && part ? { walking: { part: part.id, parts } } : {} };
}

/** The lanes from left to right, as on every other timeline. @param {import('../../types.js').Sheet} sheet */
function across(sheet) {
  return [...sheet.lanes].sort((a, b) => Number(a.scale !== undefined) - Number(b.scale !== undefined));
}

/** A group's board with its name, in a picture that grows; returns where it ends. @param {Drawing} made @param {Group} group @param {number} y */
function panel(made, group, y) {
  const { shown, width, text, picture } = made;
  const pad = text * 0.9;
  const head = text * 2.4;
  const end = board(made, group, { x: pad, y: y + head, w: width - 2 * pad, h: Infinity });
  const quiet = picture.interactive && !group.shown;
  made.frame(`frame:${group.id}`, { x: 0, y, w: width, h: end + pad - y }, text * 1.06, html`<section class="panel-frame at" data-box="frame:${group.id}">
    <h3 class="panel-title">${shown.t('boards.group', { n: group.number })}${quiet ? html` <small>${shown.t('boards.not_shown')}</small>` : nothing}</h3></section>`);
  // The frame lies under what it holds.
  made.front.unshift(made.front.pop());
  return end + pad;
}

/**
 * One group's lists and line in a rectangle; returns where it ends. The largest type that fits; without a height, the
 * largest of all.
 * @param {Drawing} made @param {Group | null} group null: an empty line @param {Rect} rect @param {Set<string>} [only] these notes
 */
function board(made, group, rect, only) {
  const sizes = made.grows ? [made.sizes[0]] : made.sizes;
  for (const size of sizes) {
    const end = boardIn(made, group, rect, size, only);
    if (end !== null) return end;
  }
  for (let size = made.floor * 0.94; ; size *= 0.94) {
    const end = boardIn(made, group, size < TINY ? { ...rect, h: Infinity } : rect, size, only);
    if (end !== null) return end;
  }
}

/** @param {Drawing} made @param {Group | null} group @param {Rect} rect @param {number} size @param {Set<string>} [only] @returns {number | null} null where it does not fit */
function boardIn(made, group, rect, size, only) {
  const { shown, sheet, measure, text } = made;
  const items = (/** @type {Lane} */ lane) => (group ? made.items(ordered(shown, sheet.id, group.id, lane.id)) : []).filter(({ id }) => !only || only.has(id));
  const lists = (group ? sheet.lanes : []).filter((lane) => lane.scale === undefined).map((lane) => ({ lane, items: items(lane) }));
  const gap = text * GAP;
  const beside = lists.length > 0 && rect.w / text >= LIST.wide;
  const wide = beside ? Math.max(text * LIST.least, rect.w * LIST.share) : rect.w;
  /** @type {{lane: Lane, items: NoteItem[], laid: import('../papers.js').Laid, y: number, look: '' | 'line', h: number}[]} */
  const stacks = [];
  let y = rect.y;
  for (const one of lists) {
    const head = made.head(one.lane, wide);
    const room = rect.y + rect.h - y - head;
    const loose = papers({ items: one.items, width: wide, size, measure });
    // What may be tapped is a paper: a line is lower than a finger.
    const line = loose.height > room || (!beside && !made.picture.interactive) ? lines({ items: one.items, width: wide, height: Infinity, size, measure, columns: Math.max(1, Math.floor(wide / (size * 20))) }) : null;
    const laid = line ?? loose;
    if (laid.height > room) return null;
    stacks.push({ ...one, laid, y, look: line ? 'line' : '', h: head + Math.max(laid.height, text * 1.6) });
    y += head + Math.max(laid.height, text * 1.6) + gap;
  }
  const start = beside ? { x: rect.x + wide + gap, y: rect.y, w: rect.w - wide - gap, h: rect.h } : { ...rect, y, h: rect.h - (y - rect.y) };
  const end = lineIn(made, group, start, size, stepsOf(sheet).map((lane) => ({ lane, items: items(lane) })));
  if (end === null) return null;
  for (const { lane, items: own, laid, look, ...at } of stacks) {
    const head = made.head(lane, wide);
    const key = `${group?.id ?? ''}/${lane.id}`;
    const box = { x: rect.x, y: at.y, w: wide, h: beside && lists.length === 1 && rect.h !== Infinity ? rect.h : at.h };
    made.lane(key, lane, box, { under: own.length || made.picture.quiet ? nothing : html`<p class="lane-hint">${shown.say(lane.hint)}</p>` });
    if ('sheets' in laid) made.sheets(key, lane, /** @type {import('../papers.js').Lined} */ (laid), rect.x, at.y + head);
    made.put(laid, own, rect.x, at.y + head, size, look);
    if (group) made.target(lane, group.id, shown.t('boards.group', { n: group.number }), box);
  }
  return Math.max(end, y);
}

/** The line with its notes; returns where it ends. @param {Drawing} made @param {Group | null} group @param {Rect} rect @param {number} size @param {{lane: Lane, items: NoteItem[]}[]} steps @returns {number | null} */
function lineIn(made, group, rect, size, steps) {
  const { shown, sheet, measure, floor, picture, text } = made;
  const unit = floor / 22;
  const words = picture.quiet ? [] : sidesOf(sheet).words;
  const key = words.length ? text * KEY : 0;
  const type = Math.max(floor, size * 0.9) * NAME;
  const column = rect.w / Math.max(1, steps.length);
  const ids = steps.map(({ lane }) => lane.id);
  // Where times would run together, only every second, third … is written; a stage always is.
  const every = sheet.scale === 'stages' ? 1 : Math.max(1, Math.ceil((type * 2.7) / column));
  const names = steps.flatMap(({ lane }, at) => {
    if ((steps.length - 1 - at) % every) return [];
    const said = shown.say(lane.title);
    const half = (said.split(' ').reduce((sum, word) => sum + measure(word) + 0.26, 0) / 2 + 0.3) * type;
    return [{ id: lane.id, text: said, x: at * column, w: column, half: Math.min(column / 2, half), lit: false, step: true, size: type }];
  });
  const band = Math.max(...names.map((name) => lineCount(name.text, name.w / name.size, measure) * name.size * 1.15), 0) + 16 * unit;
  const line = layLine({ lanes: ids, items: steps.flatMap((step) => step.items), width: rect.w, unit, band, measure, sizes: [size], height: rect.h === Infinity ? Infinity : rect.h - key, least: SIDE * size });
  if (!line) return null;
  const axis = rect.y + line.axis;
  const one = `line:${group?.id ?? ''}`;
  const stretch = {
    lanes: ids, x: rect.x, width: rect.w, top: rect.y, axis, band, foot: rect.y + line.height, unit, names, brackets: [], strip: 0, key: one,
    line: { ...line, hairs: line.hairs.map((hair) => ({ ...hair, x: hair.x + rect.x, y: hair.y + rect.y, dot: hair.dot + rect.x })) },
  };
  made.back.push(lineOf(stretch));
  made.front.push(inFront({ stretches: [stretch] }, shown));
  for (const name of names) made.boxes.set(`name:${one}:${name.id}`, { x: rect.x + name.x, y: axis - band / 2, w: name.w, h: band, size: name.size });
  for (const { items } of steps) {
    // As in the list: notes below the line come last in their lane.
    for (const item of [...items].sort((a, b) => Number(a.side === 'down') - Number(b.side === 'down'))) {
      const box = line.boxes.get(item.id);
      if (box) made.put({ boxes: new Map([[item.id, box]]), width: 0, height: 0 }, [item], rect.x, rect.y, size);
      const put = made.boxes.get(item.id);
      if (put && box?.off) made.boxes.set(item.id, { ...put, off: true });
    }
  }
  if (words.length) {
    const id = `key:${group?.id ?? ''}`;
    made.frame(id, { x: rect.x, y: stretch.foot, w: rect.w, h: key }, text, html`<p class="line-key at" data-box=${id}>
      ${words.map(({ sign, color, title }) => html`<span><b class=${`key-paper ${color}`} aria-hidden="true">${signOf(sign)}</b> ${shown.say(title)}</span>`)}</p>`);
  }
  if (group) targets(made, group, stretch, steps);
  return stretch.foot + key;
}

/** In each lane above the line and below it, by the words that say a side. @param {Drawing} made @param {Group} group @param {{x: number, top: number, axis: number, band: number, foot: number, width: number}} stretch @param {{lane: Lane}[]} steps */
function targets(made, group, { x, top, axis, foot, width }, steps) {
  const { shown, sheet } = made;
  const { words } = sidesOf(sheet);
  const column = width / Math.max(1, steps.length);
  steps.forEach(({ lane }, at) => {
    const place = { lane: lane.id, row: group.id, x: x + at * column, w: column };
    const said = (/** @type {string} */ side) => [shown.t('boards.group', { n: group.number }), shown.say(lane.title), shown.say(words.find((word) => word.side === side)?.title)].filter(Boolean).join(', ');
    const sides = [['up', top, axis - top], ['down', axis, foot - axis]].filter(([side]) => words.some((word) => word.side === side));
    for (const [side, y, h] of sides.length ? sides : [['', top, foot - top]]) {
      made.targets.push({ ...place, side: String(side), y: Number(y), h: Number(h), words: said(String(side)) });
    }
  });
}
