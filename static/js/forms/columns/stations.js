/**
 * The picture of a sheet that is drawn over a map (SPEC R47): its lanes as stations side by side, each note a card; what is due
 * opens, and its lane takes the spare width. Below lies the map with what lies on it.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { today } from '../../notes/days.js';
import { notesOn } from '../../notes/query.js';
import { begin, longest } from '../drawing.js';
import { daysOf, fateOf, lyingOn, mapShows, overParts } from '../over.js';
import { coarse } from '../papers.js';
import { inOrder, ordered } from '../parts.js';
import { cardBody, cardHeight, cardOf } from './cards.js';
import { planLanes } from './lanes.js';
import { choicesIn, costOf, drawUnder, layUnder } from './under-map.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('./cards.js').Card} Card */
/** @typedef {{lane: Lane, cards: Card[], count: number, w: number, size: number, heights: number[], left: number}} Station  `left`: so many cards have no room */

/** So many are open in a lane at most; the others say that they are due. */
const MOST_OPEN = 2;
/** No more cards than this have room in a station of a wall. */
const MOST_CARDS = 12;
/** An empty station of a wall beside others, in em of its title beside its longest word. */
const EMPTY = 3.2;
/** The shares of the height that stations may take where there is a map below, and what a lane takes beside one that is open. */
const TOPS = [0.58, 0.53, 0.48, 0.43];
const NARROW = 0.147;
const OPEN = 0.46;
const QUOTES = [3, 2, 1];
const MORE = 1.7;
/** In a picture that grows: how wide a station is at least, em, beside one that is open, and that one. */
const LEAST = { usual: 8.4, beside: 7, open: 14 };

/** @param {Space} space @returns {Plan} */
export function planStations(space) {
  const { shown, sheet, picture } = space;
  const parts = overParts(shown, sheet);
  const wanted = parts.find(({ id }) => id === picture.part);
  if (wanted?.lanes) return planLanes(space, parts);
  const made = begin(space);
  const day = picture.day || today(shown.now());
  const wide = openOnes(made, day);
  const ask = { lying: lyingOn(shown, sheet), day, wanted: wanted?.ring ?? '', laid: space.before?.day === day ? space.before.laid : new Map() };
  const { rows, under } = arranged(made, wide, ask);
  let y = 0;
  for (const row of rows) {
    const tall = Math.max(made.grows ? made.text * 5 : 0, ...row.map((one) => heightOf(made, one)));
    drawRow(made, row, y, under || made.grows ? tall : made.height, parts);
    y += tall + airOf(made);
  }
  const back = under ? drawUnder(made, under, day, y) : nothing;
  const walking = parts.find(({ ring }) => ring && ring === under?.ring);
  return { ...made.done(made.grows ? y + (under?.height ?? 0) : made.height), back, turned: 0, before: { day, laid: ask.laid }, ...(walking ? { walking: { part: walking.id, parts } } : {}) };
}

/** Between the stations and the map, px. @param {Drawing} made */
const airOf = ({ text }) => text * 0.9;

/**
 * The stations, and the map below them: all of it where it can be read, beside as many cards as have room; else one circle.
 * @param {Drawing} made @param {Set<string>} wide @param {import('./under-map.js').Ask} ask
 */
function arranged(made, wide, ask) {
  const choices = mapShows(made.shown, made.sheet) ? choicesIn(made, ask) : [];
  if (made.grows) {
    const rows = grown(made, wide, ask.day);
    for (const choice of choices) {
      const under = layUnder(made, ask, choice, Infinity);
      if (under) return { rows, under };
    }
    return { rows, under: null };
  }
  const tops = choices.length ? [false, true].flatMap((brief) => TOPS.map((share) => ({ brief, rows: fitted(made, wide, ask.day, share, brief) }))) : [];
  const leftIn = (/** @type {Station[][]} */ rows) => rows[0].reduce((sum, { left }) => sum + left, 0);
  const least = Math.min(...tops.map(({ rows }) => leftIn(rows)));
  // A card that has no room costs more than cards that say less, and those more than a picture that is a little less clear.
  const tries = tops.flatMap(({ brief, rows }) => choices.map((choice) => ({ rows, choice, cost: costOf(choice) + (brief ? 0.7 : 0) + Math.min(4, 1.5 * (leftIn(rows) - least)) })));
  for (const { rows, choice } of tries.sort((a, b) => a.cost - b.cost)) {
    const under = layUnder(made, ask, choice, made.height - Math.max(...rows[0].map((one) => heightOf(made, one))) - airOf(made));
    if (under) return { rows, under };
  }
  return { rows: fitted(made, wide, ask.day, 1), under: null };
}

/** The notes that are open: of each lane what is followed up (SPEC R48), and the first ones that are due, by their day. @param {Drawing} made @param {string} day @returns {Set<string>} */
function openOnes({ shown, sheet }, day) {
  const now = shown.board?.now;
  const first = (/** @type {Note} */ note) => Number(note.id !== now);
  return new Set(sheet.lanes.flatMap(({ id }) => ordered(shown, sheet.id, undefined, id).filter((note) => note.id === now || (daysOf(note, shown, day)?.left ?? 1) <= 0)
    .sort((a, b) => first(a) - first(b) || byDay(shown, day)(a, b)).slice(0, MOST_OPEN).map((note) => note.id)));
}

/** What is due first comes first. @param {import('../../types.js').Shown} shown @param {string} day @returns {(a: Note, b: Note) => number} */
function byDay(shown, day) {
  const left = (/** @type {Note} */ note) => daysOf(note, shown, day)?.left ?? Infinity;
  return (a, b) => (left(a) === left(b) ? inOrder(a, b) : left(a) - left(b));
}

/** A lane's notes in the order in which they stand: what is followed up before all, what is due first, and of what was decided the latest first. @param {Drawing} made @param {Lane} lane @param {string} day */
function inLane({ shown, sheet, items }, lane, day) {
  const all = items(ordered(shown, sheet.id, undefined, lane.id));
  const last = (/** @type {{note: Note}} */ { note }) => Number(note.id !== shown.board?.now);
  if (lane.span?.length) return all.sort((a, b) => last(a) - last(b) || byDay(shown, day)(a.note, b.note));
  return lane.tells ? all.reverse().sort((a, b) => last(a) - last(b) || Number(!fateOf(a.note, shown)) - Number(!fateOf(b.note, shown))) : all;
}

/** @param {Drawing} made */
const gapOf = ({ floor, grows }) => floor * (grows ? 1 : 0.95);

/** The widths of stations: what is open takes the spare one, and on a wall an empty one is as wide as its title. @param {Drawing} made @param {Set<string>} wide @param {number[]} [needs] what of the others needs more has more */
function widthsOf(made, wide, needs = []) {
  const { sheet, shown, width, text, measure, grows } = made;
  const notes = notesOn(shown, sheet.id);
  const filled = sheet.lanes.map(({ id }) => grows || notes.some(({ lane }) => lane === id));
  const some = filled.filter(Boolean).length;
  const all = width - gapOf(made) * (sheet.lanes.length - 1);
  if (!some) return sheet.lanes.map(() => all / sheet.lanes.length);
  const bare = sheet.lanes.map(({ title }, at) => (filled[at] ? 0 : Math.min(all / sheet.lanes.length, longest(shown.say(title), text * 1.06, measure) + text * EMPTY)));
  const room = all - bare.reduce((sum, one) => sum + one, 0);
  const open = sheet.lanes.map(({ id }) => notes.some((note) => note.lane === id && wide.has(note.id)));
  const many = open.filter(Boolean).length;
  const least = grows ? Math.max(NARROW * room, made.sizes[0] * LEAST.beside) : NARROW * room;
  const each = many && Math.min((OPEN * room) / Math.sqrt(many), (room - least * (some - many)) / many);
  const weights = open.map((is, at) => (is || !filled[at] ? 0 : 1 + (needs[at] ?? 0) / Math.max(1, ...needs)));
  const rest = (room - each * many) / Math.max(1, weights.reduce((sum, one) => sum + one, 0));
  return open.map((is, at) => bare[at] || (is ? each : rest * weights[at]));
}

/** The stations in one type. @param {Drawing} made @param {number[]} widths @param {number} size @param {import('./cards.js').How} how @returns {Station[]} */
function stations(made, widths, size, how) {
  return made.sheet.lanes.map((lane, at) => {
    const all = inLane(made, lane, how.day);
    const cards = (how.cut ? all.slice(0, MOST_CARDS) : all).map((item) => cardOf(item, made, how));
    return { lane, cards, count: all.length, w: widths[at], size, heights: cards.map((card) => cardHeight(card, widths[at], size, made, how.cut)), left: all.length - cards.length };
  });
}

/** @param {Drawing} made @param {Station} one */
function heightOf(made, { lane, w, size, heights, left }) {
  return made.head(lane, w) + heights.reduce((sum, each) => sum + each + size * 0.6, 0) + (left ? size * MORE : 0);
}

/** All stations beside each other in the largest type in which they fit; else as many cards as do. @param {Drawing} made @param {Set<string>} wide @param {string} day @param {number} share @param {boolean} [brief] cards say less @returns {Station[][]} */
function fitted(made, wide, day, share, brief = false) {
  const most = made.height * share;
  const equal = widthsOf(made, wide);
  const byNeed = widthsOf(made, wide, stations(made, equal, made.floor, { day, quotes: QUOTES[0], cut: true, wide, brief }).map((one) => heightOf(made, one)));
  for (const quotes of QUOTES) {
    for (const size of coarse(made.sizes)) {
      for (const widths of [equal, byNeed]) {
        const found = stations(made, widths, size, { day, quotes, cut: true, wide, brief });
        if (found.every((one) => heightOf(made, one) <= most)) return [found];
      }
    }
  }
  const tries = [equal, byNeed].map((widths) => asMany(made, widths, most, { day, wide, cut: true, brief }));
  const [some, more] = tries.map((row) => row.reduce((sum, { left }) => sum + left, 0));
  return [tries[more < some ? 1 : 0]];
}

/** In the smallest type, as much of each station as has room. @param {Drawing} made @param {number[]} widths @param {number} most @param {Omit<import('./cards.js').How, 'quotes'>} how @returns {Station[]} */
function asMany(made, widths, most, how) {
  // Each station with as many answers as it has room for; then with cards that say less, and as many of them as do.
  const tries = [...QUOTES.map((quotes) => ({ quotes, brief: false })), { quotes: QUOTES[QUOTES.length - 1], brief: true }].map((less) => stations(made, widths, made.floor, { ...how, ...less, brief: how.brief || less.brief }));
  return tries[0].map((_, at) => {
    const whole = tries.find((each) => heightOf(made, each[at]) <= most)?.[at];
    if (whole) return whole;
    const [plain, brief] = tries.slice(-2).map((each) => cutTo(made, each[at], most));
    return brief.left < plain.left ? brief : plain;
  });
}

/** A station with as many of its cards as have room, and the first one anyway. @param {Drawing} made @param {Station} one @param {number} most @returns {Station} */
function cutTo(made, one, most) {
  for (let some = one.cards.length; ; some -= 1) {
    const tried = { ...one, cards: one.cards.slice(0, some), heights: one.heights.slice(0, some), left: one.count - some };
    if (some <= 1 || heightOf(made, tried) <= most) return tried;
  }
}

/** A picture that grows: beside each other where they can be read, else under one another. @param {Drawing} made @param {Set<string>} wide @param {string} day @returns {Station[][]} */
function grown(made, wide, day) {
  const { width, sizes: [size], sheet } = made;
  const how = { day, quotes: QUOTES[0], cut: false, wide };
  const widths = widthsOf(made, wide);
  const open = Math.min(...widths) < Math.max(...widths) - 1;
  if (Math.min(...widths) >= size * (open ? LEAST.beside : LEAST.usual) - 1 && Math.max(...widths) >= size * (open ? LEAST.open : 0)) return [stations(made, widths, size, how)];
  return stations(made, sheet.lanes.map(() => width), size, how).map((one) => [one]);
}

/** @param {Drawing} made @param {Station[]} row @param {number} y @param {number} tall @param {import('../over.js').OverPart[]} parts */
function drawRow(made, row, y, tall, parts) {
  const { shown, picture, boxes, order } = made;
  let x = 0;
  for (const { lane, cards, count, w, size, heights, left } of row) {
    const hint = count || !lane.hint || picture.quiet || !made.grows ? nothing : html`<p class="lane-hint">${shown.say(lane.hint)}</p>`;
    made.lane(lane.id, lane, { x, y, w, h: tall }, { look: cards.some(({ open }) => open) ? 'station-now' : '', under: hint, count });
    let top = y + made.head(lane, w);
    cards.forEach((card, at) => {
      boxes.set(card.item.id, { x, y: top, w, h: heights[at], size, ids: [card.item.id], look: `station ${card.look} ${made.grows ? '' : 'station-cut'} ${card.brief ? 'station-brief' : ''} folded`, body: cardBody(card, shown) });
      order.push(card.item.note);
      top += heights[at] + size * 0.6;
    });
    if (left) {
      const part = parts.find(({ lanes }) => lanes?.includes(lane.id));
      const words = shown.t('over.more', { n: left });
      made.frame(`more:${lane.id}`, { x, y: top, w, h: size * MORE }, size, picture.onPart && part
        ? html`<button type="button" class="station-rest at" data-box=${`more:${lane.id}`} @click=${() => picture.onPart?.(part.id)}>${words}</button>`
        : html`<p class="station-rest at" data-box=${`more:${lane.id}`}>${words}</p>`);
    }
    made.target(lane, '', '', { x, y, w, h: tall });
    x += w + gapOf(made);
  }
}
