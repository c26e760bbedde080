/**
 * The parts in which a timeline is walked through: its periods where it has headings, else three steps of its scale at a
 * time, and fewer where the notes of so many do not fit on one wall; a step with more than fit is several parts. They depend on the
 * notes and the scene only, so they are the same on every screen.
 *
 * No DOM may live here.
 */
import { roughWidth } from '../../notes/measure.js';
import { answersOf } from '../../notes/fields.js';
import { comments, headingsOn, notesOn } from '../../notes/query.js';
import { linesUnder, ownText } from '../../notes/under.js';
import { layLine } from './line.js';

/** @typedef {import('../../notes/measure.js').Item} Item */
/** @typedef {{id: string, title: string, lanes: string[], notes?: string[]}} LanesPart   `notes`: only these of its lane's */
/** @typedef {{text: string, from: string, until: string}} Period */

const STEPS = 3;
/**
 * The place for a part's notes on a wall 1080 px high, a little smaller than it is, in the smallest type. While groups
 * work on another sheet, their names take some of it.
 */
const WALL = { width: 1740, height: 455, sizes: [22], unit: 1, band: 58, measure: roughWidth };
const BESIDE_GROUPS = { ...WALL, height: 365 };

/**
 * The parts, from left to right; of those without a note none, if there is a note at all.
 * @param {{id: string, scale?: number}[]} lanes  from left to right: those that are not on the scale first
 * @param {Period[]} periods
 * @param {Item[]} items
 * @param {{name(lane: string): string, until(step: string): string}} words  a lane's name; "until 2019"
 * @param {typeof WALL} [wall]
 * @returns {LanesPart[]}
 */
export function partsOf(lanes, periods, items, words, wall = WALL) {
  const noted = new Set(items.map((one) => one.lane));
  return withBefore(periods.length ? byPeriod(lanes, periods) : bySteps(lanes), lanes)
    .flatMap((run) => divided(run.lanes, items, wall))
    .filter((ids) => !noted.size || ids.some((id) => noted.has(id)))
    .flatMap((ids) => {
      const part = { id: ids[0], lanes: ids, title: span(ids, lanes, words) };
      const sheets = ids.length === 1 ? sheetsOf(ids, items.filter((one) => one.lane === ids[0]), wall) : [];
      return sheets.length < 2 ? [part] : sheets.map((notes, at) => ({
        ...part, id: at ? `${part.id}-${at + 1}` : part.id, title: `${part.title} ${at + 1}/${sheets.length}`, notes: notes.map((one) => one.id),
      }));
    });
}

/** The notes of a lane on as few sheets as it takes, filled one after another: one that comes moves none of the others. @param {string[]} lanes @param {Item[]} items @param {typeof WALL} wall @returns {Item[][]} */
function sheetsOf(lanes, items, wall) {
  /** @type {Item[][]} */
  const sheets = [[]];
  for (const item of items) {
    const last = sheets[sheets.length - 1];
    if (last.length && !layLine({ ...wall, lanes, items: [...last, item] })) sheets.push([item]);
    else last.push(item);
  }
  return sheets;
}

/** @typedef {{lanes: string[], period: Period | null}} Run */

/** Three steps at a time; a single one that is left goes with the last. @param {{id: string, scale?: number}[]} lanes @returns {Run[]} */
function bySteps(lanes) {
  const steps = lanes.filter((lane) => lane.scale !== undefined).map((lane) => lane.id);
  const runs = [];
  for (let at = 0; at < steps.length; at += STEPS) runs.push(steps.slice(at, at + STEPS));
  if (runs.length > 1 && runs[runs.length - 1].length === 1) runs[runs.length - 2].push(.../** @type {string[]} */ (runs.pop()));
  return runs.map((ids) => ({ lanes: ids, period: null }));
}

/** Runs of lanes under one heading, or under none. Of headings that overlap, the one that begins last holds. @param {{id: string, scale?: number}[]} lanes @param {Period[]} periods */
function byPeriod(lanes, periods) {
  /** @type {Run[]} */
  const runs = [];
  const place = new Map(lanes.map((lane, at) => [lane.id, at]));
  const at = (/** @type {string} */ lane) => place.get(lane) ?? -1;
  for (const { id } of lanes.filter((lane) => lane.scale !== undefined)) {
    const over = periods.filter(({ from, until }) => at(from) <= at(id) && at(id) <= at(until || from));
    const period = over.sort((a, b) => at(b.from) - at(a.from) || at(a.until) - at(b.until))[0] ?? null;
    const last = runs.at(-1);
    // What is under no heading is divided as a line without headings.
    if (last && last.period === period && (period || last.lanes.length < STEPS)) last.lanes.push(id);
    else runs.push({ lanes: [id], period });
  }
  return runs;
}

/**
 * A run in as few parts as can each be shown, about equally long, the shorter ones first. A heading may span sixty years,
 * so not all ways to cut it are tried: what fits with more lanes fits with fewer.
 * @param {string[]} ids @param {Item[]} items @param {typeof WALL} wall @returns {string[][]}
 */
function divided(ids, items, wall) {
  const end = ids.length;
  /** For each lane, where a part that begins with it ends at the latest. @type {number[]} */
  const reach = [];
  for (let from = 0; from < end; from += 1) {
    let to = Math.max(from + 1, reach[from - 1] ?? 0);
    while (to < end && layLine({ ...wall, lanes: ids.slice(from, to + 1), items })) to += 1;
    reach.push(to);
  }
  const count = fewest(reach, end)[0];
  let longest = Math.ceil(end / count);
  while (fewest(reach, longest)[0] > count) longest += 1;
  const needs = fewest(reach, longest);
  const parts = [];
  for (let from = 0, left = count - 1; left >= 0; left -= 1) {
    let to = from + 1;
    while (needs[to] > left) to += 1;
    parts.push(ids.slice(from, to));
    from = to;
  }
  return parts;
}

/** How many parts it takes from each lane to the end, none with more lanes than `longest`. @param {number[]} reach @param {number} longest */
function fewest(reach, longest) {
  const needs = [...reach.map(() => 0), 0];
  for (let from = reach.length - 1; from >= 0; from -= 1) needs[from] = 1 + needs[Math.min(reach[from], from + longest)];
  return needs;
}

/** Lanes before the scale go with its first steps. @param {Run[]} runs @param {{id: string, scale?: number}[]} lanes @returns {Run[]} */
function withBefore(runs, lanes) {
  const before = lanes.filter((lane) => lane.scale === undefined).map((lane) => lane.id);
  if (!before.length || !runs.length) return before.length ? [{ lanes: before, period: null }] : runs;
  const [first, ...rest] = runs;
  return [{ ...first, lanes: [...before, ...first.lanes] }, ...rest];
}

/** @param {string[]} ids @param {{id: string, scale?: number}[]} lanes @param {{name(lane: string): string, until(step: string): string}} words */
function span(ids, lanes, words) {
  const [first, last] = [ids[0], ids[ids.length - 1]];
  if (first === last) return words.name(first);
  return lanes.find((lane) => lane.id === first)?.scale === undefined ? words.until(words.name(last)) : `${words.name(first)}–${words.name(last)}`;
}

/** The last answer of `partsIn`: screens ask again at every drawing. @type {{stamp: string, parts: LanesPart[]}} */
let known = { stamp: '', parts: [] };

/** A sheet's parts. @param {import('../../types.js').Shown} shown @param {import('../../types.js').Sheet} sheet @returns {LanesPart[]} */
export function partsIn(shown, sheet) {
  const lanes = [...sheet.lanes].sort((a, b) => Number(a.scale !== undefined) - Number(b.scale !== undefined));
  const periods = headingsOn(shown, sheet.id).map((note) => ({ text: note.text, from: note.lane, until: note.until || note.lane }));
  const talk = comments(shown);
  const items = notesOn(shown, sheet.id).map((note) => ({
    id: note.id, text: ownText(note, shown), bold: note.kind === 'gathering', lane: note.lane, side: note.side, mark: note.side !== '',
    extra: [...answersOf(note, shown), ...linesUnder(note, shown, talk).map((line) => line.text)],
  }));
  // The same on every screen: the scene is.
  const wall = shown.board?.scene === 'group' && shown.round?.sheet !== sheet.id ? BESIDE_GROUPS : WALL;
  const stamp = JSON.stringify([shown.lang, lanes, periods, items, wall.height]);
  if (stamp !== known.stamp) {
    known = { stamp, parts: partsOf(lanes, periods, items, {
      name: (id) => shown.say(lanes.find((lane) => lane.id === id)?.title), until: (step) => shown.t('boards.until', { step }),
    }, wall) };
  }
  return known.parts;
}

/** The part with this id, or the one that holds the lane of this name. @param {LanesPart[]} parts @param {string} id */
export function partAt(parts, id) {
  return parts.find((part) => part.id === id) ?? parts.find((part) => part.lanes.includes(id)) ?? null;
}
