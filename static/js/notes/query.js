/**
 * Look-ups in `shown`: which sheet is shown, the notes that are up on a sheet, comments, a note's lane, rows in order.
 * No drawing and no rule about who may do what may live here.
 */

import { CHOSEN } from '../sync/shown.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Row} Row */

/** What was found before in the notes of a `shown`, which never change. @type {WeakMap<Note[], Map<string, Note[]>>} */
const found = new WeakMap();

/**
 * A list of notes, looked up once for each `shown`, since a layout asks hundreds of times. Whoever gets it must not change it.
 * @param {Shown} shown @param {string} key @param {() => Note[]} look @returns {Note[]}
 */
export function once({ notes }, key, look) {
  const known = found.get(notes) ?? new Map();
  if (!known.size) found.set(notes, known);
  const list = known.get(key) ?? look();
  known.set(key, list);
  return list;
}

/**
 * The notes that lie by themselves on a sheet: those that are up, with the headings over gathered ones in their place,
 * without comments and headings of periods, in the order of their spots, equal ones by id (SPEC 6).
 * @param {Shown} shown @param {string} sheet
 */
export function notesOn(shown, sheet) {
  return once(shown, sheet, () => {
    const heads = new Set(shown.notes.filter(({ kind }) => kind === 'gathering').map(({ id }) => id));
    return shown.notes.filter((note) => (note.kind === 'gathering' || (note.kind === 'note' && !heads.has(note.under))) && !note.draft && note.sheet === sheet)
      .sort(bySpot);
  });
}

/** Notes in the order of their spots, equal ones by id. @param {Note} a @param {Note} b */
export function bySpot(a, b) {
  return Number(a.spot ?? 0) - Number(b.spot ?? 0) || (a.id < b.id ? -1 : 1);
}

/**
 * What was written in a lane of a group's sheet, or of a row, each note by itself, in the order in which lists have it
 * (SPEC 6): what lies above a line before what lies below it.
 * @param {Shown} shown @param {string} sheet @param {string} row @param {string} lane
 */
export function inLane({ notes }, sheet, row, lane) {
  return notes.filter((note) => note.sheet === sheet && note.row === row && note.lane === lane && !note.draft && note.kind === 'note')
    .sort((a, b) => Number(a.side === 'down') - Number(b.side === 'down') || bySpot(a, b));
}

/**
 * The args of an op that puts a note at a place: after all others there, so that they stay; an own spot is kept.
 * `spot`: as the picture says it.
 * @param {Shown} shown @param {{note: string, sheet: string, lane: string, row: string, side: string, spot?: number}} place
 */
export function placeArgs(shown, { note, sheet, lane, row, side, spot: given }) {
  const asks = asksSide(shown.sheet(sheet), shown.note(note));
  const word = side && asks?.words.find((one) => one.side === side);
  // A note of both sides lies above, with those of the upper one.
  const there = notesOn(shown, sheet).filter((one) => one.lane === lane && one.row === row && (!side || (one.side === 'down') === (side === 'down')));
  const here = there.find((one) => one.id === note);
  // On a map a spot is a place that people gave, and no order.
  const places = shown.sheet(sheet)?.lanes.some((one) => one.place);
  const spot = given ?? (places ? Number(here?.spot ?? 0) : here ? Number(here.spot ?? 0) : Math.max(-1, ...there.map((one) => Number(one.spot ?? 0))) + 1);
  return { note, lane, ...(row ? { row } : {}), ...(asks && word ? { marks: { [asks.id]: word.id } } : {}), ...(spot ? { spot } : {}) };
}

/**
 * The sheet that all screens show where nobody chose another: the round's, else the first. At the end it is the picture of
 * the workshop: a round's sheet with nothing on it that everybody sees gives way to the last one, in the order of the
 * rounds, that has something.
 * @param {Shown} shown
 */
export function sheetNow(shown) {
  const own = shown.sheet(shown.round?.sheet) ?? shown.sheets[0] ?? null;
  if (shown.board?.scene !== 'end') return own;
  const filled = new Set(shown.notes.filter(({ reach }) => reach === 'all').map(({ sheet }) => sheet));
  const last = [own?.id, ...shown.rounds.map(({ sheet }) => sheet).reverse()].find((id) => id && filled.has(id));
  return shown.sheet(last) ?? own;
}

/** The headings of periods that are up on a sheet. @param {Shown} shown @param {string} sheet */
export function headingsOn(shown, sheet) {
  return shown.notes.filter((note) => note.kind === 'heading' && !note.draft && note.sheet === sheet);
}

/** @param {Shown} shown @returns {Map<string, Note[]>} comments by the note they stand under */
export function comments(shown) {
  const found = new Map();
  for (const note of shown.notes) {
    if (note.kind !== 'comment' || note.draft) continue;
    found.set(note.under, [...(found.get(note.under) ?? []), note]);
  }
  return found;
}

/** Whether somebody keeps the pad. @param {Shown} shown */
export function hasScribe(shown) {
  return shown.people.some(({ role }) => role === 'scribe');
}

/** Whether a sheet has lanes on a scale; there a note's lane is chosen when the note goes up. @param {import('../types.js').Sheet} sheet */
export function scaled(sheet) {
  return sheet.lanes.some((lane) => lane.scale !== undefined);
}

/** The lanes of a sheet's scale, in order. @param {import('../types.js').Sheet | null | undefined} sheet */
export function stepsOf(sheet) {
  return (sheet?.lanes ?? []).filter((lane) => lane.scale !== undefined);
}

/** What a heading spans, in words: "2019–2021". @param {Shown} shown @param {import('../types.js').Sheet} sheet @param {Note} note */
export function spanWords(shown, sheet, note) {
  const name = (/** @type {string} */ id) => shown.say(sheet.lanes.find((lane) => lane.id === id)?.title) || id;
  return note.until && note.until !== note.lane ? `${name(note.lane)}–${name(note.until)}` : name(note.lane);
}

/** @param {Note} note @param {Shown} shown */
export function laneOf(note, shown) {
  return shown.sheet(note.sheet)?.lanes.find((lane) => lane.id === note.lane);
}

/** The kind of marks that says a side, where this viewer may set it on a note. @param {import('../types.js').Sheet | null} sheet @param {Note | null | undefined} note */
export function asksSide(sheet, note) {
  const { kind } = sidesOf(sheet);
  return kind && note?.marks_open?.includes(kind.id) ? kind : undefined;
}

/** The word for the side of its line on which a note lies, if it has one. @param {Note} note @param {Pick<Shown, 'sheet'>} shown */
export function sideWord(note, shown) {
  return note.side ? sidesOf(shown.sheet(note.sheet)).words.find(({ side }) => side === note.side) : undefined;
}

/** The kind of marks that says a side, and its words that do, in order. @param {import('../types.js').Sheet | null | undefined} sheet */
export function sidesOf(sheet) {
  const kind = sheet?.marks?.find(({ words }) => words.some((word) => word.side));
  return { kind, words: kind?.words.filter((word) => word.side) ?? [] };
}

export { CHOSEN };

/** Whether a note may be chosen, or the choice undone. @param {Note} note */
export function choosable(note) {
  return note.marks_open?.includes(CHOSEN) ?? false;
}

/** The kind of marks of heads that a lane shows, and those that open one. @param {Shown} shown */
export function kindsOfHeads(shown) {
  const kinds = shown.sheets.flatMap(({ heads }) => heads);
  const lanes = shown.sheets.flatMap((sheet) => sheet.lanes);
  return { fate: kinds.find(({ id }) => lanes.some(({ shows }) => shows === id)), opening: kinds.filter(({ id }) => lanes.some(({ unless }) => unless === id)) };
}

/** What one calls that which heads a row: the title of the lane in which it was chosen. @param {Pick<Shown, 'sheets' | 'say'>} shown */
export function titleOfHeads({ sheets, say }) {
  return say(sheets.find(({ head_title }) => head_title.da)?.head_title);
}

/** The word that a lane shows of a row. @param {Row} row @param {Shown} shown */
export function fateOf(row, shown) {
  const { fate } = kindsOfHeads(shown);
  return fate?.words.find(({ id }) => id === row.marks[fate.id]);
}

/** Rows by their group's number. @param {Shown} shown @returns {Row[]} */
export function rowsInOrder(shown) {
  const number = (/** @type {Row} */ row) => shown.groups.find((group) => group.id === row.group)?.number ?? 0;
  return [...shown.rows].sort((a, b) => number(a) - number(b) || (a.id < b.id ? -1 : 1));
}

/** What a row's group is called; '' when it has none. @param {Row} row @param {Shown} shown */
export function groupName(row, shown) {
  const group = shown.groups.find((one) => one.id === row.group);
  return group ? shown.t('group.name', { n: group.number }) : '';
}

/** @typedef {{kind: import('../types.js').MarkKind, word: import('../types.js').Word}} Carried */

/** What a note carries, in the order of the sheet's kinds. @param {Note} note @param {Pick<Shown, 'sheet'>} shown @returns {Carried[]} */
export function carried(note, shown) {
  const found = [];
  for (const kind of note.marks ? shown.sheet(note.sheet)?.marks ?? [] : []) {
    const word = kind.words.find(({ id }) => id === note.marks?.[kind.id]);
    if (word) found.push({ kind, word });
  }
  return found;
}

/**
 * Where a note stands in a list, by the first word that it carries but a side: the first words of a kind come first, as
 * methods write what matters most, and notes without one last. @param {Note} note @param {Pick<Shown, 'sheet'>} shown
 */
export function rankByWord(note, shown) {
  const first = carried(note, shown).find(({ word }) => !word.side);
  return first ? first.kind.words.indexOf(first.word) : Number.MAX_SAFE_INTEGER;
}

/** A word with its sign. @param {import('../types.js').Word} word @param {Pick<Shown, 'say'>} shown */
export function wordText({ sign, title }, shown) {
  return sign ? `${sign} ${shown.say(title)}` : shown.say(title);
}

/** The same where there is little room. @param {import('../types.js').Word} word @param {Pick<Shown, 'say'>} shown */
export function shortText(word, shown) {
  return shown.say(word.short) || wordText(word, shown);
}
