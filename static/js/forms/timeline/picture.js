/**
 * The picture of a timeline: equal columns, one a lane, those that are not on the scale first; notes above and below the line.
 * Where they cannot all be read, the whole is an overview in small papers, and a part of it is large on the sheet below.
 * A picture that grows is never divided so: where its columns would be too narrow, the line goes on below.
 */
import { item } from '../../notes/draw.js';
import { lineCount } from '../../notes/measure.js';
import { comments, headingsOn, notesOn, sidesOf } from '../../notes/query.js';
import { behind, inFront, keyWords } from './backdrop.js';
import { planBoards } from './boards.js';
import { COLUMN_GAP, READABLE, layLine } from './line.js';
import { overview } from './overview.js';
import { partAt, partsIn } from './parts.js';
import { periodsOver } from './periods.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../form.js').TargetBox} TargetBox */
/** @typedef {import('./line.js').Line} Line */
/** @typedef {import('./parts.js').LanesPart} LanesPart */
/** @typedef {import('./periods.js').Bracket} Bracket */
/**
 * @typedef {{id: string, text: string, x: number, w: number, half: number, lit: boolean, step: boolean, size: number}} Name  `half`: of the width that the line leaves for it
 * @typedef {object} Stretch  a line with its names and brackets, as it lies in the picture
 * @property {string[]} lanes
 * @property {number} x
 * @property {number} width
 * @property {number} top       of its strip of headings
 * @property {number} axis
 * @property {number} band
 * @property {number} foot      its lower end
 * @property {number} unit
 * @property {Name[]} names
 * @property {Bracket[]} brackets
 * @property {number} strip
 * @property {Line | null} line  null for an overview
 * @property {string} key
 * @property {boolean} [fold]   headings are drawn without what lies under them
 */

/** The smallest type that is meant to be read on a wall 1080 px high; all other measures here are px of that wall. */
const FLOOR = 22;
const WHOLE = 24;
const ROOMY = 28;
const PART = 26;
/** A whole column has the larger type where it is at least so wide, em. */
const ROOMY_COLUMN = 9;
const STRIP = 73;
const PART_STRIP = 44;
const KEY = 34;
const YEAR = 30;
const LANE = 22;
const SMALL = { strip: 37, side: 56, quiet: 42, year: 24, least: 10, band: 46, most: 75 };
const FUNNEL = 28;
/** In a small picture that shows no headings the strips are only so high. */
const NO_STRIP = 10;
const PAD = 22;

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  return space.sheet.per_group ? planBoards(space) : planLine(space);
}

/** @param {Space} space @returns {Plan} */
function planLine({ shown, sheet, picture, width, height, sizes, measure, before, latest }) {
  const talk = comments(shown);
  const notes = notesOn(shown, sheet.id);
  const lanes = [...sheet.lanes].sort((a, b) => Number(a.scale !== undefined) - Number(b.scale !== undefined));
  const ids = lanes.map((lane) => lane.id);
  const items = notes.map((note) => item(note, shown, talk));
  const headings = headingsOn(shown, sheet.id).map((note) => ({ id: note.id, text: note.text, from: note.lane, until: note.until || note.lane }));
  const least = sizes.at(-1) ?? FLOOR;
  const unit = least / FLOOR;
  const most = sizes[0] ?? least;
  const grows = height === Infinity;
  // Sizes are px; a note's type is a function of the columns and the notes.
  const type = (/** @type {number[]} */ wanted) => [...new Set(wanted.map((px) => Math.min(most, px * unit)))];

  // Drags draw many times a second; the layout is computed only when something on this sheet has changed.
  const stamp = JSON.stringify([items.map((one) => [one.id, one.text, one.lane, one.side, one.spot, one.extra]), headings, ids, picture.part, picture.quiet, latest, shown.lang]);
  /** @type {ReturnType<typeof laid>} */
  const made = before?.stamp === stamp ? before.made : laid();
  const boxes = new Map(made.boxes);
  // As in the list: notes below the line come last in their lane.
  const low = (/** @type {import('../../types.js').Note} */ note) => Number(note.side === 'down');
  const rank = new Map(sheet.lanes.map((lane, at) => [lane.id, at]));
  const lane = (/** @type {import('../../types.js').Note} */ note) => rank.get(note.lane) ?? 0;
  return {
    boxes, height: made.height, talk, targets: made.targets, walking: made.walking,
    before: { stamp, made },
    order: notes.filter((note) => boxes.has(note.id)).sort((a, b) => lane(a) - lane(b) || low(a) - low(b)),
    back: behind(made, { shown, notes, width, marked: picture.quiet ? [] : keyWords(shown, sheet), go: picture.onPart }),
    front: inFront(made, shown),
  };

  function laid() {
    if (grows) return growing();
    const named = picture.part ? partAt(partsIn(shown, sheet), picture.part) : null;
    // Before the line is divided, what was gathered folds to its headings: a part, large, has what lies under them.
    const stretch = named ? null : whole(false) ?? (items.some((one) => one.bold && one.extra?.length) ? whole(false, true) : null);
    if (stretch) return gathered([stretch], height);
    const parts = partsIn(shown, sheet);
    if (parts.length > 1) return walking(parts, named ?? partOfLast(parts));
    return gathered([/** @type {Stretch} */ (whole(true))], height);
  }

  /** The part of the note that was put up last, as far as this screen knows; else the first with a note. @param {LanesPart[]} parts */
  function partOfLast(parts) {
    const filled = parts.find((part) => notes.some((note) => part.lanes.includes(note.lane)));
    return parts.find((part) => part.notes?.includes(latest)) ?? partAt(parts, shown.note(latest)?.lane ?? '') ?? filled ?? parts[0];
  }

  /** The whole line in this height; null when its notes cannot be read so. @param {boolean} forced @param {boolean} [fold] headings without what lies under them @returns {Stretch | null} */
  function whole(forced, fold = false) {
    const inner = width / ids.length - COLUMN_GAP * unit;
    // Where there is nothing to be read yet, the whole line can be seen.
    if (inner < READABLE * least && items.length && !forced) return null;
    const large = inner >= ROOMY_COLUMN * ROOMY * unit ? ROOMY : WHOLE;
    return stretchOf({ lanes: ids, x: 0, width, top: 0, foot: height - keyHeight(), sizes: type([large, FLOOR]), forced, key: 'whole', fold });
  }

  /** @param {number} usual */
  function stripHeight(usual) {
    return picture.quiet && !headings.length ? NO_STRIP : usual;
  }

  function keyHeight() {
    return picture.quiet ? 0 : KEY * unit;
  }

  function keyWidth() {
    return picture.quiet ? 0 : (em(keyWords(shown, sheet).flat().join(' ')) + 4.5) * FLOOR * unit;
  }

  /** The width of words on one line, em. @param {string} text */
  function em(text) {
    return text.split(' ').reduce((sum, word) => sum + measure(word) + 0.26, 0);
  }

  /**
   * @param {{lanes: string[], x: number, width: number, top: number, foot: number, sizes: number[], forced?: boolean, key: string, only?: string[], fold?: boolean}} how
   *   `forced`: in smaller type where it does not fit; `only`: the notes that lie there, else all of its lanes; `fold`: as in `whole`
   * @returns {Stretch | null}
   */
  function stretchOf({ lanes: own, x, width: wide, top, foot, sizes: wanted, forced = false, key, only, fold = false }) {
    const strip = periodsOver(headings, { lanes: own, all: ids, width: wide, unit, height: (key === 'part' ? stripHeight(PART_STRIP) : STRIP) * unit, measure });
    const reserved = grows && !strip.brackets.length ? 0.3 * STRIP * unit : strip.height;
    const names = namesOf(own, wide, YEAR, LANE);
    const band = Math.max(YEAR * 1.9, ...names.map(({ text, size, w }) => lineCount(text, w / size, measure) * (size / unit) * 1.15 + 12)) * unit;
    const shape = { lanes: own, items: only ? items.filter((one) => only.includes(one.id)) : fold ? items.map((one) => (one.bold ? { ...one, extra: [] } : one)) : items, width: wide, unit, band, measure, height: foot - top - reserved, least: (picture.quiet ? 60 : 100) * unit };
    let line = layLine({ ...shape, sizes: wanted });
    for (let size = least * 0.92; !line && forced; size *= 0.92) line = layLine({ ...shape, sizes: [size], height: size < 7 ? Infinity : shape.height });
    if (!line) return null;
    const start = top + reserved;
    for (const [id, box] of line.boxes) line.boxes.set(id, { ...box, x: box.x + x, y: box.y + start });
    for (const hair of line.hairs) Object.assign(hair, { x: hair.x + x, y: hair.y + start, dot: hair.dot + x });
    return { lanes: own, x, width: wide, top, axis: start + line.axis, band, foot: start + line.height, unit, names, brackets: strip.brackets, strip: reserved, line, key, fold };
  }

  /** @param {string[]} own @param {number} wide @param {number} large @param {number} other @param {string[]} [lit] @returns {Name[]} */
  function namesOf(own, wide, large, other, lit = []) {
    const column = wide / own.length;
    // Where years or times would run together, only every second, third … is written; a stage always is.
    const every = sheet.scale === 'stages' ? 1 : Math.max(1, Math.ceil((large * 2.7 * unit) / column));
    return own.flatMap((id, at) => {
      const lane = lanes.find((one) => one.id === id);
      const dated = lane?.scale !== undefined;
      if (dated && (own.length - 1 - at) % every) return [];
      const text = shown.say(lane?.title);
      const size = (dated ? large : other) * unit;
      const half = (em(text) / 2 + 0.3) * size;
      return [{ id, text, x: at * column, w: column, half: Math.min(column / 2, half), lit: lit.includes(id), step: dated, size }];
    });
  }

  /** The overview, and a part of it on a sheet below. @param {LanesPart[]} parts @param {LanesPart} part */
  function walking(parts, part) {
    const own = part.lanes;
    const pad = PAD * unit;
    const wanted = namesOf(ids, width, SMALL.year, LANE, own);
    const band = Math.min(SMALL.most * unit, Math.max(SMALL.band * unit, ...wanted.map(highOf)));
    const names = wanted.map((name) => inBand(name, band));
    const strip = periodsOver(headings, { lanes: ids, all: ids, width, unit, height: stripHeight(SMALL.strip) * unit, measure });
    const small = overview({ lanes: ids, items, width, unit, side: (picture.quiet ? SMALL.quiet : SMALL.side) * unit, band, top: strip.height + 4 * unit });
    const top = small.bottom + FUNNEL * unit;
    // The key stands at the right of the strip, or at the foot where a heading reaches so far.
    const inner = width - 2 * pad;
    const over = periodsOver(headings, { lanes: own, all: ids, width: inner, unit, height: stripHeight(PART_STRIP) * unit, measure });
    const keyAbove = over.brackets.every(({ words, text, size }) => words.x + Math.min(words.w, em(text) * size) < inner - keyWidth());
    const large = stretchOf({
      lanes: own, x: pad, width: inner, top, foot: height - (keyAbove ? 0 : keyHeight()) - pad * 0.5, forced: true,
      sizes: type([PART, WHOLE, FLOOR]), key: 'part', only: part.notes,
    });
    /** @type {Stretch} */
    const above = { lanes: ids, x: 0, width, top: 0, axis: small.axis, band, foot: small.bottom, unit, names, brackets: strip.brackets, strip: strip.height, line: null, key: 'small' };
    const key = keyAbove
      ? { x: pad + inner - keyWidth(), y: top, w: keyWidth(), h: PART_STRIP * unit - 12 * unit }
      : { x: pad, y: height - keyHeight(), w: inner, h: keyHeight() };
    const found = gathered([above, /** @type {Stretch} */ (large)], height, key);
    for (const { id, ...chip } of small.chips) found.boxes.set(`chip:${id}`, { ...chip, size: 0 });
    const first = ids.indexOf(own[0]);
    const slice = { x: first * small.column, w: own.length * small.column, top: 0, foot: small.bottom, to: top };
    for (const one of parts) {
      const start = ids.indexOf(one.lanes[0]);
      // The sheets of one lane share its column.
      const beside = parts.filter((other) => other.lanes[0] === one.lanes[0]);
      const w = (one.lanes.length * small.column) / beside.length;
      found.boxes.set(`part:${one.id}`, { x: start * small.column + beside.indexOf(one) * w, y: 0, w, h: small.bottom, size: 0 });
    }
    return { ...found, chips: small.chips.map((chip) => chip.id), slice, walking: { part: part.id, parts } };
  }

  /** A name in the overview: its first word where the whole does not fit between the papers, else as large as it fits. @param {Name} name @param {number} band @returns {Name} */
  function inBand(name, band) {
    let { size } = name;
    const short = { ...name, text: `${name.text.split(' ')[0]} …` };
    if (!name.step && highOf(name) > band && highOf(short) <= band) return short;
    while (highOf({ ...name, size }) > band && size > SMALL.least * unit) size -= unit;
    return { ...name, size };
  }

  /** @param {Name} name */
  function highOf({ text, w, size }) {
    return lineCount(text, w / size - 0.3, measure) * size * 1.12;
  }

  /** Lines below one another, as many as it takes for columns that can be read. */
  function growing() {
    const readable = READABLE * least + COLUMN_GAP * unit;
    const across = Math.max(1, Math.min(ids.length, Math.floor(width / readable)));
    const count = Math.ceil(ids.length / across);
    const each = Math.ceil(ids.length / count);
    /** @type {Stretch[]} */
    const lines = [];
    let top = 0;
    for (let at = 0; at < ids.length; at += each) {
      const some = ids.slice(at, at + each);
      const stretch = stretchOf({ lanes: some, x: 0, width: (width / each) * some.length, top, foot: Infinity, sizes: type([WHOLE]), forced: true, key: `line-${at}` });
      if (!stretch) continue;
      lines.push(stretch);
      top = stretch.foot + (at + each < ids.length ? KEY * unit * 0.6 : 0);
    }
    return gathered(lines, top + keyHeight());
  }

  /** @param {Stretch[]} stretches @param {number} total @param {{x: number, y: number, w: number, h: number}} key the box of the words for the two sides */
  function gathered(stretches, total, key = { x: 0, y: total - keyHeight(), w: width, h: keyHeight() }) {
    /** @type {Plan['boxes']} */
    const found = new Map();
    /** @type {TargetBox[]} */
    const targets = [];
    const bold = new Set(items.filter((one) => one.bold).map(({ id }) => id));
    const large = new Set(stretches.flatMap((one) => (one.line ? one.lanes : [])));
    for (const one of stretches) {
      for (const [id, box] of one.line?.boxes ?? []) found.set(id, { ...box, size: one.line?.size ?? least, ...(one.fold && bold.has(id) ? { look: 'folded' } : {}) });
      for (const name of one.names) {
        found.set(`name:${one.key}:${name.id}`, { x: one.x + name.x, y: one.axis - one.band / 2, w: name.w, h: one.band, size: name.size });
      }
      for (const bracket of one.brackets) {
        const y = one.top + bracket.y;
        found.set(`period:${one.key}:${bracket.id}`, { x: one.x + bracket.words.x, y, w: bracket.words.w, h: bracket.h - 12 * unit, size: bracket.size });
        found.set(`bracket:${one.key}:${bracket.id}`, { x: one.x + bracket.x, y: y + bracket.h - 10 * unit, w: bracket.w, h: 9 * unit, size: bracket.size });
      }
      targets.push(...targetsOf(one).filter((target) => one.line || !large.has(target.lane)));
    }
    found.set('key', { ...key, size: FLOOR * unit });
    return {
      boxes: found, height: total, stretches, targets, unit, chips: /** @type {string[]} */ ([]),
      slice: /** @type {{x: number, w: number, top: number, foot: number, to: number} | null} */ (null),
      walking: /** @type {Plan['walking']} */ (undefined),
    };
  }

  /** In each lane above the line, on it, and below, where words say so; else the lane. @param {Stretch} stretch @returns {TargetBox[]} */
  function targetsOf(stretch) {
    const { words } = sidesOf(sheet);
    const own = stretch.lanes;
    const column = stretch.width / own.length;
    const [top, low] = [stretch.axis - stretch.band / 2, stretch.axis + stretch.band / 2];
    const start = stretch.top + stretch.strip;
    const places = [
      { side: 'up', y: start, h: top - start }, { side: 'both', y: top, h: stretch.band }, { side: 'down', y: low, h: stretch.foot - low },
    ].filter(({ side }) => words.some((word) => word.side === side));
    return own.flatMap((lane, at) => (places.length ? places : [{ side: '', y: start, h: stretch.foot - start }]).map(({ side, y, h }) => ({
      lane, row: '', side, x: stretch.x + at * column, y, w: column, h,
      words: [sheet.lanes.find((one) => one.id === lane)?.title, words.find((word) => word.side === side)?.title].map(shown.say).filter(Boolean).join(', '),
    })));
  }
}
