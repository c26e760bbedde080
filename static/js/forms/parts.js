/**
 * The parts of a sheet that is walked through: what is shown large at a time. They follow from the notes alone, so that
 * they are the same on every screen, whatever its size. No layout may live here.
 */
import { groupName, notesOn, rowsInOrder } from '../notes/query.js';

/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('./form.js').WalkPart} WalkPart */
/** @typedef {{id: string, title: string, notes: Note[], lanes?: string[], row?: string}} Whole  a lane or a row with its notes */

/** How much is read at a time of a lane, and of a row with its title: characters, and so many more for each note. */
const MOST = { lane: 2600, row: 1300 };
const EACH = 26;

/** Notes of a lane in order: the one that went up last is the last. @param {Note} a @param {Note} b */
export function inOrder(a, b) {
  const rank = (/** @type {Note} */ note) => (note.pending && !note.spot ? Infinity : Number(note.spot ?? 0));
  const [one, other] = [rank(a), rank(b)];
  return one === other ? (a.id < b.id ? -1 : 1) : one - other;
}

/** The notes that are up on a sheet, in order. @param {Shown} shown @param {string} sheet @param {string} [row] @param {string} [lane] */
export function ordered(shown, sheet, row, lane) {
  return notesOn(shown, sheet)
    .filter((note) => (row === undefined || note.row === row) && (lane === undefined || note.lane === lane)).sort(inOrder);
}

/**
 * Each lane or row as a part, and one with too much to be read at a time as several: `critique`, `critique-2`.
 * @param {Whole[]} wholes @param {number} most @returns {(WalkPart & {notes: Note[]})[]}
 */
function partsOf(wholes, most) {
  return wholes.flatMap(({ notes, ...whole }) => {
    const cut = slices(notes, most);
    return cut.map((some, at) => ({
      ...whole, notes: some, id: at ? `${whole.id}-${at + 1}` : whole.id,
      title: cut.length > 1 ? `${whole.title} ${at + 1}/${cut.length}` : whole.title,
    }));
  });
}

/** @param {Note[]} notes @param {number} most */
function slices(notes, most) {
  /** @type {Note[][]} */
  const cut = [[]];
  let read = 0;
  for (const note of notes) {
    const more = EACH + [...note.text].length;
    if (read + more > most && read) {
      cut.push([]);
      read = 0;
    }
    cut[cut.length - 1].push(note);
    read += more;
  }
  return cut;
}

/** The lanes of a sheet as parts. @param {Shown} shown @param {Sheet} sheet */
export function laneParts(shown, sheet) {
  return partsOf(sheet.lanes.filter((lane) => !lane.later)
    .map((lane) => ({ id: lane.id, title: shown.say(lane.title), lanes: [lane.id], notes: ordered(shown, sheet.id, undefined, lane.id) })), MOST.lane);
}

/** The copies of a sheet that groups have shown to all, as parts. @param {Shown} shown @param {Sheet} sheet */
export function groupParts(shown, sheet) {
  return partsOf(shown.groups.filter((group) => group.shown).map((group) => ({
    id: group.id, row: group.id, title: shown.t('boards.group', { n: group.number }),
    notes: sheet.lanes.flatMap((lane) => ordered(shown, sheet.id, group.id, lane.id)),
  })), MOST.lane);
}

/** The rows of a grid that all see, as parts. @param {Shown} shown @param {Sheet} sheet */
export function rowParts(shown, sheet) {
  return partsOf(rowsInOrder(shown).filter((row) => row.reach === 'all').map((row) => ({
    id: row.id, row: row.id, title: groupName(row, shown) || row.text,
    notes: sheet.lanes.flatMap((lane) => ordered(shown, sheet.id, row.id, lane.id)),
  })), MOST.row);
}
