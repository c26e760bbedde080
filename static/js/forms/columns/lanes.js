/**
 * The picture of lanes side by side. A lane that the round has left behind folds: to one sheet of lines, or, where that
 * does not fit, to a strip of small papers, which opens when it is tapped. What is open has the room. When not all of it
 * can be read, one part of it is shown large (form.d.ts, `WalkPart`).
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { item } from '../../notes/draw.js';
import { noteSize } from '../../notes/measure.js';
import { backs } from '../backs.js';
import { begin, keptLanes, longest } from '../drawing.js';
import { choiceIn, drawList, isChosen, listOf } from './chosen.js';
import { MINI, coarse, lines, minis, papers } from '../papers.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {import('../papers.js').Laid} Laid */
/** @typedef {import('../papers.js').Lined} Lined */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../drawing.js').Kept} Kept */
/** @typedef {Kept & {w: number, look: '' | 'line' | 'mini', size: number, laid: Laid, rest?: {items: NoteItem[], laid: Laid, below?: boolean}, brief?: boolean, taps?: boolean, later?: Kept[], list?: import('./chosen.js').List | null}} Column
 *   `rest`: small papers over the notes, or below them, for the others of the lane; `brief`: the notes are drawn without their
 *   answers; `taps`: it opens by a tap though it can be read; `later`: no lane, but these one under another, below the list of what was chosen (`list`) */
/** @typedef {import('../form.js').WalkPart & {notes: import('../../types.js').Note[]}} Part */

/** The widths that lines of a folded lane are tried in, as shares of the picture: with one column, with two. */
const FOLDED = [[0.285, 1], [0.44, 2]];
/** The same where a lane unfolds beside one that is shown large. */
const UNFOLDED = [[0.2, 1], ...FOLDED];
/** The width of the lines of what was chosen in a folded lane, and of the list beside an open one, as shares of the picture. */
const PICKED = 0.2;
const CHOSEN = 0.27;
/** In em, of lanes that no round has opened yet: the line over them, and the height of each where they stand under one another. */
const LATER = { line: 1.9, each: 2.6 };
/** No layout is tried below this size, px: a picture may have no height for a moment. */
const TINY = 4;
/** What is left for open lanes at least, as a share of the picture. */
const OPEN = 0.37;

/** @param {Space} space @param {Part[]} parts @returns {Plan} */
export function planLanes(space, parts) {
  const made = begin(space);
  const { picture, grows } = made;
  const { kept: all, now } = keptLanes(made, parts);
  // In a picture that does not grow, answers to fields are smaller than the text, down to the smallest type.
  const every = grows ? all : all.map((one) => ({ ...one, items: one.items.map((each) => ({ ...each, least: made.floor })) }));
  // What a closed workshop left empty takes no room from the rest; an answer may still come.
  const full = made.shown.board?.closed ? every.filter(({ lane, items }) => items.length || lane.answers?.length) : every;
  const kept = full.some(({ items }) => items.length) ? full : every;
  if (grows) return stacked(made, kept);
  const named = parts.find((part) => part.id === picture.part);
  const wayIn = (/** @type {Part | undefined} */ shown) => picture.onPart && ways(kept, parts, now, shown);
  wayIn(named);
  const spread = named ? null : side(made, kept, now);
  if (spread) return draw(made, spread);
  const part = named ?? parts.find((one) => now.includes(one.lanes?.[0] ?? '')) ?? parts[0];
  wayIn(part);
  return { ...draw(made, large(made, kept, part)), ...part ? { walking: { part: part.id, parts } } : {} };
}

/**
 * What opens when a lane of small papers is tapped: its first part, or the one after that which is large; the round's own
 * lane is the way back to the whole.
 * @param {Kept[]} kept @param {Part[]} parts @param {string[]} now @param {Part} [part] the one that is large
 */
function ways(kept, parts, now, part) {
  for (const one of kept) {
    const own = parts.filter((each) => each.lanes?.[0] === one.lane.id);
    const at = own.findIndex((each) => each.id === part?.id);
    if (one.items.length || now.includes(one.lane.id)) one.opens = at < 0 && now.includes(one.lane.id) ? '' : own[(at + 1) % own.length]?.id;
  }
}

/** All lanes beside each other, so that everything can be read; null when that cannot be. @param {Drawing} made @param {Kept[]} kept @param {string[]} now @returns {Column[] | null} */
function side(made, kept, now) {
  const found = beside(made, kept);
  if (found || now.length) return found;
  // In a round about all lanes those that were chosen from give way to what came of it.
  const behind = kept.map((one) => (one.items.some(({ note }) => isChosen(made, note)) ? { ...one, state: /** @type {'behind'} */ ('behind') } : one));
  return behind.some((one, at) => one !== kept[at]) ? beside(made, behind) : null;
}

/** @param {Drawing} made @param {Kept[]} kept @returns {Column[] | null} */
function beside(made, kept) {
  const { width } = made;
  const open = kept.filter((one) => one.state === 'open');
  if (!open.length) return null;
  const ledge = shelf(made, kept, open);
  const gaps = gapOf(made) * (kept.length - kept.filter((one) => one.state === 'later').length - 1 + (ledge ? 1 : 0));
  /** What each lane that was left behind may look like, the widest first. @type {Map<Kept, Column[]>} */
  const folds = new Map(kept.filter((one) => one.state === 'behind').map((one) => [one, folded(made, one)]));
  const look = (/** @type {Kept} */ one) => /** @type {Column} */ (folds.get(one)?.[0]);
  const taken = () => [...folds.keys()].reduce((sum, one) => sum + look(one).w, gaps + (ledge?.w ?? 0));
  const brief = open.map((one) => (ledge?.list && ledge.from === one ? { ...one, items: ledge.items, brief: true } : one));
  for (;;) {
    const room = width - taken();
    const wide = [...folds].filter(([, looks]) => looks.length > 1).sort(([a], [b]) => look(b).w - look(a).w)[0];
    const opened = !wide || room >= width * OPEN ? share(made, brief, room) : null;
    if (opened) return placed(kept, ledge, (one) => look(one) ?? opened.get(brief[open.indexOf(one)]));
    if (!wide) return null;
    wide[1].shift();
  }
}

/** The columns in order; what is not opened yet is one column where the first of it would be. @param {Kept[]} kept @param {Column | null} ledge @param {(one: Kept) => Column | undefined} columnOf */
function placed(kept, ledge, columnOf) {
  const first = ledge && (kept.find((one) => one.state === 'later') ?? null);
  const columns = kept.flatMap((one) => (one === first ? [/** @type {Column} */ (ledge)] : ledge && one.state === 'later' ? [] : [/** @type {Column} */ (columnOf(one))]));
  return ledge && !first ? [...columns, ledge] : columns;
}

/**
 * The column for what is not in the lanes that are open: the lanes that no round has opened yet, one under another, and
 * over them what was chosen in an open one. It is as wide before anything is chosen. Null when there is neither.
 * @param {Drawing} made @param {Kept[]} kept @param {Kept[]} open @returns {Column & {from?: Kept, items: NoteItem[]} | null}
 */
function shelf(made, kept, open) {
  const { width, height, floor, shown, talk } = made;
  const later = kept.filter((one) => one.state === 'later');
  // Where all that there is stands open, nothing is being chosen.
  const from = open.length < kept.length ? open.find((one) => choiceIn(made, one)) : undefined;
  const kind = from && choiceIn(made, from);
  if (!later.length && !kind) return null;
  const least = Math.max(0, ...later.map((one) => closed(made, one).w));
  const w = kind ? Math.max(least, width * CHOSEN) : least;
  const list = kind ? listOf(made, kind, from.items.map(({ note }) => note), w, height - pairs(made, later, w).height) : null;
  const items = from && list ? from.items.map(({ note }) => ({ ...item(note, shown, talk, true), note })) : [];
  return { ...kept[0], w, look: '', size: floor, laid: { boxes: new Map(), width: 0, height: 0 }, later, list, items, ...(from ? { from } : {}) };
}

/** One part large, and the other lanes as lines where there is room, else as strips of small papers. @param {Drawing} made @param {Kept[]} kept @param {Part} [part] without one, the first lane */
function large(made, kept, part) {
  const { width, height, floor, measure } = made;
  const ids = new Set(part?.notes.map((note) => note.id));
  const main = kept.find((one) => one.lane.id === part?.lanes?.[0]) ?? kept[0];
  const ledge = shelf(made, kept, [main]);
  const brief = ledge?.list && ledge.from === main;
  const all = brief ? ledge.items : main.items;
  const items = all.filter((item) => ids.has(item.id));
  const left = all.filter((item) => !ids.has(item.id));
  const one = { ...main, items, pile: 0, brief: Boolean(brief), state: /** @type {'open'} */ ('open') };
  let others = new Map(kept.filter((each) => each !== main && each.state !== 'later').map((each) => [each, strip(made, each)]));
  const widthFor = (/** @type {Map<Kept, Column>} */ some) => width - [...some.values()].reduce((sum, each) => sum + each.w, gapOf(made) * (some.size + (ledge ? 1 : 0)) + (ledge?.w ?? 0));
  const restIn = (/** @type {number} */ w) => (left.length ? { items: left, laid: minis({ items: left, width: w, size: floor }) } : undefined);
  const lay = (/** @type {number} */ w) => {
    const rest = restIn(w);
    const room = height - made.head(main.lane, w) - (rest ? rest.laid.height + floor * 0.9 : 0);
    return { rest, room, found: asPapers(made, [one], [w], coarse(made.sizes), room) ?? asLines(made, [one], [w], room) };
  };
  let w = widthFor(others);
  let { rest, room, found } = lay(w);
  for (const each of found ? [...kept.slice(kept.indexOf(main)), ...kept] : []) {
    if (others.get(each)?.look !== 'mini' || !each.items.length) continue;
    for (const fuller of folded(made, each, UNFOLDED).filter(({ look }) => look === 'line')) {
      const tried = new Map(others).set(each, { ...fuller, taps: true });
      const tight = widthFor(tried);
      const next = tight < width * OPEN ? null : lay(tight);
      if (!next?.found) continue;
      others = tried;
      w = tight;
      ({ rest, room, found } = next);
      break;
    }
  }
  for (let size = floor; !found; size *= 0.94) {
    const laid = papers({ items, width: w, size, measure, widest: 99 });
    if (laid.height <= room || size < TINY) found = new Map([[one, { ...one, w, look: '', size, laid }]]);
  }
  const column = { .../** @type {Column} */ (found.get(one)), rest };
  return placed(kept, ledge, (each) => (each === main ? column : others.get(each)));
}

/** Widths for the open lanes, equal or by need, so that all notes can be read. @param {Drawing} made @param {Kept[]} open @param {number} width */
function share(made, open, width) {
  const equal = open.map(() => width / open.length);
  const needs = open.map((one) => one.items.reduce((sum, item) => sum + noteSize(item, made.floor, made.measure, made.floor * 12).h, 1));
  const weights = needs.map((need) => 1 + Math.round((2 * need) / Math.max(...needs)));
  const all = weights.reduce((sum, one) => sum + one, 0);
  const byNeed = weights.map((one) => (width * one) / all);
  for (const lay of [asPapers, asLines]) {
    for (const widths of open.length > 1 ? [equal, byNeed] : [equal]) {
      const found = lay === asPapers ? asPapers(made, open, widths, coarse(made.sizes)) : asLines(made, open, widths);
      if (found) return found;
    }
  }
  return null;
}

/**
 * Papers in one font size, the largest in which all lanes fit.
 * @param {Drawing} made @param {Kept[]} open @param {number[]} widths @param {number[]} sizes @param {number} [height]
 * @returns {Map<Kept, Column> | null}
 */
function asPapers(made, open, widths, sizes, height) {
  for (const size of sizes) {
    const laid = open.map((one, at) => papers({ items: one.items, width: widths[at], size, measure: made.measure }));
    if (!open.every((one, at) => laid[at].height <= (height ?? roomIn(made, one, widths[at])))) continue;
    return new Map(open.map((one, at) => [one, { ...one, w: widths[at], look: '', size, laid: laid[at] }]));
  }
  return null;
}

/** At the smallest size: a lane whose papers do not fit becomes a sheet of lines. @param {Drawing} made @param {Kept[]} open @param {number[]} widths @param {number} [height] @returns {Map<Kept, Column> | null} */
function asLines(made, open, widths, height) {
  const { floor: size, measure } = made;
  /** @type {Map<Kept, Column>} */
  const found = new Map();
  for (const [at, one] of open.entries()) {
    const room = height ?? roomIn(made, one, widths[at]);
    const loose = papers({ items: one.items, width: widths[at], size, measure });
    const laid = loose.height <= room ? loose : lined(made, one.items, widths[at], room);
    if (!laid) return null;
    found.set(one, { ...one, w: widths[at], look: laid === loose ? '' : 'line', size, laid });
  }
  return found;
}

/** Lines in as few columns as the height allows. @param {Drawing} made @param {NoteItem[]} items @param {number} width @param {number} height */
function lined({ floor: size, measure }, items, width, height) {
  for (let columns = Math.max(1, Math.floor(width / (size * 26))); columns * size * 13 <= width; columns += 1) {
    const found = lines({ items, width, height, size, measure, columns });
    if (found) return found;
  }
  return null;
}

/**
 * What a lane that was left behind may look like, the best first: what was chosen in it as lines, else all of it; a strip.
 * @param {Drawing} made @param {Kept} one @param {number[][]} [widths] @returns {Column[]}
 */
function folded(made, one, widths = FOLDED) {
  const { width, height, floor: size, measure, shown, talk } = made;
  const chosen = one.items.filter(({ note }) => isChosen(made, note));
  const left = one.items.filter((each) => !chosen.includes(each));
  const lined = (/** @type {NoteItem[]} */ items, /** @type {number} */ part, /** @type {number} */ columns) => {
    const w = width * part;
    const rest = left.length && items !== one.items ? { items: left, below: true, laid: minis({ items: left, width: w, size }) } : undefined;
    const room = height - made.head(one.lane, w) - (rest ? rest.laid.height + size * 0.9 : 0);
    const laid = items.length ? lines({ items, width: w, height: room, size, measure, columns }) : null;
    return laid ? [{ ...one, items, w, look: /** @type {'line'} */ ('line'), size, laid, ...(rest ? { rest } : {}) }] : [];
  };
  const plain = chosen.map(({ note }) => ({ ...item(note, shown, talk, true), note }));
  const picked = chosen.length ? [...lined(chosen, PICKED, 1), ...lined(plain, PICKED, 1).map((each) => ({ ...each, brief: true }))].slice(0, 1) : [];
  const whole = picked.length ? [] : widths.flatMap(([part, columns]) => lined(one.items, part, columns)).slice(0, 1);
  return [...picked, ...whole, strip(made, one)];
}

/** A narrow strip of small papers. @param {Drawing} made @param {Kept} one @returns {Column} */
function strip(made, one) {
  const { floor, height } = made;
  const step = (MINI.w + MINI.gap) * floor;
  const least = Math.max(step * 3, narrowest(made, one.lane));
  const down = Math.max(1, Math.floor((height - made.head(one.lane, least)) / ((MINI.h + MINI.gap) * floor)));
  const w = Math.max(least, Math.ceil(one.items.length / down) * step);
  return { ...one, w, look: 'mini', size: floor, laid: minis({ items: one.items, width: w, size: floor }) };
}

/** A lane that no round has opened yet. @param {Drawing} made @param {Kept} one @returns {Column} */
function closed(made, one) {
  return { ...one, w: Math.max(made.floor * 8, narrowest(made, one.lane)), look: '', size: made.floor, laid: { boxes: new Map(), width: 0, height: 0 } };
}

/** @param {Drawing} made @param {Lane} lane */
function narrowest({ shown, text, measure }, lane) {
  return longest(`${shown.say(lane.title)}`, text * 1.06, measure) + text * 2;
}

/** @param {Drawing} made */
function gapOf({ floor, grows }) {
  return floor * (grows ? 1.1 : 1.7);
}

/** The height for the notes of a lane. @param {Drawing} made @param {Kept} one @param {number} w */
function roomIn(made, one, w) {
  return made.height - made.head(one.lane, w) - (one.pile && one.items.length ? made.floor * 8 : 0);
}

/** A picture that grows: as many lanes beside each other as can be read; what is not opened yet shares a column. @param {Drawing} made @param {Kept[]} kept @returns {Plan} */
function stacked(made, kept) {
  const { width, sizes, text, measure, picture } = made;
  const gap = gapOf(made);
  const [size] = sizes;
  const later = kept.filter((one) => one.state === 'later');
  const wide = kept.length - later.length;
  const shelved = later.length ? Math.max(...later.map(({ lane }) => narrowest(made, lane)), text * 7) : 0;
  const gaps = gap * (wide - 1 + Math.min(1, later.length));
  const beside = width >= text * 13 * wide + gaps + shelved;
  const rows = beside ? [kept] : kept.map((one) => [one]);
  let y = 0;
  for (const row of rows) {
    const each = row.length > 1 ? (width - gaps - shelved) / Math.max(1, wide) : width;
    const columnOf = (/** @type {Kept} */ one) => {
      const behind = one.state === 'behind' && one.items.length > 4;
      const laid = behind ? lines({ items: one.items, width: each, height: Infinity, size: text, measure, columns: Math.max(1, Math.floor(each / (text * 22))) }) : null;
      return /** @type {Column} */ ({
        ...one, w: each, look: laid ? 'line' : '', size: laid ? text : size, laid: laid ?? papers({ items: one.items, width: each, size, measure }),
      });
    };
    const shared = row.length > 1 && later.length > 0;
    const ledge = shared ? /** @type {Column} */ ({ ...later[0], w: shelved, look: '', size: text, laid: { boxes: new Map(), width: 0, height: 0 }, later, list: null }) : null;
    const columns = placed(row.length > 1 ? kept : row, ledge, columnOf);
    const tall = Math.max(...columns.map((one) => (one.later ? one.later.reduce((sum, { lane }) => sum + made.head(lane, one.w) + made.floor * LATER.each, 0) : made.head(one.lane, one.w)
      + Math.max(one.laid.height, one.items.length || one.pile ? 0 : text * (one.state === 'later' ? 1.6 : 5))
      + (one.pile ? text * 9 + (one.items.length ? 0 : hintHeight(made, one.lane, one.w)) : 0))), picture.interactive ? text * 6 : 0);
    across(made, columns, y, tall);
    y += tall + gap;
  }
  return made.done(y);
}

/** @param {Drawing} made @param {Column[]} columns */
function draw(made, columns) {
  across(made, columns, 0, made.height);
  return made.done(made.height);
}

/** The height of what invites to write in an empty lane. @param {Drawing} made @param {Lane} lane @param {number} w */
function hintHeight({ shown, rows, text, grows, picture }, lane, w) {
  if (!lane.hint || picture.quiet) return 0;
  const size = text * 1.06 * (grows ? 0.86 : 1.5);
  return rows(shown.say(lane.hint), Math.min(w, size * 26), size) * size * 1.35 + text * 2;
}

/** Draw lanes beside each other. @param {Drawing} made @param {Column[]} columns @param {number} y @param {number} tall */
function across(made, columns, y, tall) {
  const { shown, picture, floor, text } = made;
  const { t } = shown;
  let x = 0;
  for (const { lane, items, state, pile, w, look, size, laid, rest, opens, brief, taps, later, list } of columns) {
    if (later) {
      drawShelf(made, later, list ?? null, { x, y, w, h: tall });
      x += w + gapOf(made);
      continue;
    }
    const key = lane.id;
    const head = made.head(lane, w);
    const hint = lane.answers?.length && !items.length ? html`<p class="lane-hint">${t('boards.not_answered')}</p>`
      : state === 'later' ? html`<p class="lane-hint">${t('boards.not_yet')}</p>`
      : !items.length && state === 'open' && look !== 'mini' && lane.hint && !picture.quiet ? html`<p class=${`lane-hint ${made.grows ? '' : 'lane-invites'}`}>${shown.say(lane.hint)}</p>` : nothing;
    made.lane(key, lane, { x, y, w, h: tall }, {
      look: state === 'later' ? 'lane-closed' : look ? 'lane-folded' : '', under: hint, count: look || rest ? items.length + (rest?.items.length ?? 0) : 0,
    });
    let top = y + head;
    if (opens !== undefined && (look === 'mini' || rest || taps)) {
      made.frame(`open:${key}`, { x, y, w, h: rest && !rest.below ? head + rest.laid.height : tall }, text, html`<button type="button" class="walk-part at" data-box="open:${key}"
        aria-label=${t('boards.read', { lane: shown.say(lane.title) })} @click=${() => picture.onPart?.(opens)}></button>`);
    }
    if (rest) {
      made.put(rest.laid, rest.items, x, rest.below ? top + laid.height + floor * 0.9 : top, floor, 'mini');
      if (!rest.below) top += rest.laid.height + floor * 0.9;
    }
    if ('sheets' in laid) made.sheets(key, lane, /** @type {Lined} */ (laid), x, top);
    made.put(laid, items, x, top, size, look, brief);
    if (pile) {
      const used = top + (items.length ? laid.height + text : hintHeight(made, lane, w));
      const words = t('boards.pile', { n: pile });
      const drawn = backs(pile, { w, h: y + tall - used }, items.length || made.grows ? text * 0.62 : floor, words);
      made.frame(`pile:${key}`, { x, y: used, w, h: drawn.h }, text, html`<div class="at" data-box="pile:${key}">${drawn.drawn}</div>`);
    }
    if (state !== 'later') made.target(lane, '', '', { x, y, w, h: tall });
    x += w + gapOf(made);
  }
}

/** Lanes that no round has opened yet, two and two below what was chosen. @param {Drawing} made @param {Kept[]} later @param {number} w */
function pairs(made, later, w) {
  const half = (w - gapOf(made)) / 2;
  const across = later.length > 1 && later.every(({ lane }) => narrowest(made, lane) <= half) ? 2 : 1;
  const wide = across > 1 ? half : w;
  const tall = Math.max(0, ...later.map(({ lane }) => made.head(lane, wide)));
  const line = later.length ? LATER.line * made.floor : 0;
  return { across, wide, tall, line, height: line + Math.ceil(later.length / across) * tall };
}

/** Lanes that no round has opened yet: one under another, or at the foot under the list of what was chosen. @param {Drawing} made @param {Kept[]} later @param {import('./chosen.js').List | null} list @param {import('../../notes/measure.js').Rect} rect */
function drawShelf(made, later, list, { x, y, w, h }) {
  const words = html`<p class="lane-hint">${made.shown.t('boards.not_yet')}</p>`;
  const put = (/** @type {Lane} */ lane, /** @type {import('../../notes/measure.js').Rect} */ rect, /** @type {unknown} */ under) => made.lane(lane.id, lane, rect, { look: 'lane-closed', under });
  if (!list?.notes.length) {
    let top = y;
    for (const { lane } of later) {
      const tall = made.head(lane, w) + made.floor * LATER.each;
      put(lane, { x, y: top, w, h: later.length > 1 ? tall : h }, words);
      top += tall;
    }
    return;
  }
  drawList(made, list, { x, y, w, h: Math.min(list.height, h) });
  const { across, wide, tall, line, height } = pairs(made, later, w);
  const top = y + h - height;
  if (line) made.frame('later', { x, y: top, w, h: line }, made.floor * 1.06, html`<div class="at" data-box="later">${words}</div>`);
  for (const [at, { lane }] of later.entries()) {
    put(lane, { x: x + (at % across) * (wide + gapOf(made)), y: top + line + Math.floor(at / across) * tall, w: wide, h: tall }, nothing);
  }
}
