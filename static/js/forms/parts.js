/**
 * The parts of a sheet that is walked through: what is shown large at a time. They follow from the notes alone, so that
 * they are the same on every screen, whatever its size. No layout may live here.
 */
import { notesOn, once } from '../notes/query.js';
import { gathered } from '../notes/under.js';

/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('./form.js').WalkPart} WalkPart */
/** @typedef {{id: string, title: string, blocks: Note[][], lanes?: string[], row?: string}} Whole  a lane or a row with its notes; a block is kept together where it can be */

/** How much is read at a time of a lane, and of a row with its title: characters, and so many more for each note and each of its answers. */
export const MOST = { lane: 2600, row: 1300 };
const EACH = 26;
const LONG = 40;

/** The id of a part, as long as it may be (SPEC 7). @param {string} id */
export function partId(id) {
  return id.slice(0, LONG);
}

/** Notes of a lane in order: the one that went up last is the last. @param {Note} a @param {Note} b */
export function inOrder(a, b) {
  const rank = (/** @type {Note} */ note) => (note.pending && !note.spot ? Infinity : Number(note.spot ?? 0));
  const [one, other] = [rank(a), rank(b)];
  return one === other ? (a.id < b.id ? -1 : 1) : one - other;
}

/** The notes that are up on a sheet, in order. @param {Shown} shown @param {string} sheet @param {string} [row] @param {string} [lane] */
export function ordered(shown, sheet, row, lane) {
  return once(shown, `${sheet} ${row} ${lane} in order`, () => notesOn(shown, sheet)
    .filter((note) => (row === undefined || note.row === row) && (lane === undefined || note.lane === lane)).sort(inOrder));
}

/**
 * Each lane or row as a part, and one with too much to be read at a time as several: `critique`, `critique-2`.
 * @param {Whole[]} wholes @param {number} most @param {(note: Note) => Note[]} [below] what is gathered under a note @returns {(WalkPart & {notes: Note[]})[]}
 */
export function partsOf(wholes, most, below = () => []) {
  return wholes.flatMap(({ blocks, ...whole }) => {
    const cut = slices(blocks, most, below);
    return cut.map((some, at) => ({
      ...whole, notes: some, id: at ? `${whole.id}-${at + 1}` : whole.id,
      title: cut.length > 1 ? `${whole.title} ${at + 1}/${cut.length}` : whole.title,
    }));
  });
}

/** @param {Note[][]} blocks @param {number} most @param {(note: Note) => Note[]} below */
function slices(blocks, most, below) {
  const length = (/** @type {Note} */ note) => [note, ...below(note)].reduce((sum, one) => sum + EACH * (1 + Object.keys(one.fields ?? {}).length) + [...one.text].length, 0);
  /** @type {Note[][]} */
  const cut = [[]];
  let read = 0;
  const goOn = () => {
    cut.push([]);
    read = 0;
  };
  for (const block of blocks) {
    if (read && read + block.reduce((sum, note) => sum + length(note), 0) > most) goOn();
    for (const note of block) {
      if (read && read + length(note) > most) goOn();
      cut[cut.length - 1].push(note);
      read += length(note);
    }
  }
  return cut;
}

/** The lanes of a sheet as parts. @param {Shown} shown @param {Sheet} sheet */
export function laneParts(shown, sheet) {
  return partsOf(sheet.lanes.filter((lane) => !lane.later)
    .map((lane) => ({ id: lane.id, title: shown.say(lane.title), lanes: [lane.id], blocks: [ordered(shown, sheet.id, undefined, lane.id)] })), MOST.lane, (note) => gathered(note, shown));
}

/** The copies of a sheet that groups have shown to all, as parts. @param {Shown} shown @param {Sheet} sheet */
export function groupParts(shown, sheet) {
  return partsOf(shown.groups.filter((group) => group.shown).map((group) => ({
    id: group.id, row: group.id, title: shown.t('boards.group', { n: group.number }),
    blocks: sheet.lanes.map((lane) => ordered(shown, sheet.id, group.id, lane.id)),
  })), MOST.lane, (note) => gathered(note, shown));
}

/** The groups whose copies of a sheet a picture shows. @param {import('./form.js').Space} space @returns {Shown['groups']} */
export function groupsIn({ shown, sheet, picture }) {
  const held = new Set(notesOn(shown, sheet.id).map((note) => note.row));
  const wanted = picture.focus ? [picture.focus] : picture.groups;
  return shown.groups.filter((group) => (wanted ? wanted.includes(group.id) : group.shown || held.has(group.id)));
}
