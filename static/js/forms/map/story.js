/**
 * What a map tells, from its records (SPEC R43): the notes of each place, the links between them, the circles with their
 * names, and which circle a link would close. No drawing and no layout may live here.
 */
import { notesOn, once } from '../../notes/query.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').LinkKind} LinkKind */
/** @typedef {{from: Note, to: Note, kind: LinkKind}} Link */
/** @typedef {'bad' | 'good' | 'mixed'} Turn */
/**
 * @typedef {object} Ring  a circle
 * @property {string} id
 * @property {Note[]} notes   the way round, in its order
 * @property {Note[]} others  which hang together with these, but are not on the way
 * @property {Note | null} name
 * @property {Turn} turn      as people say, else as its notes propose
 * @property {boolean} said   people said it
 */

/** The lane in a place. @param {Sheet} sheet @param {string} place */
export function laneAt(sheet, place) {
  return sheet.lanes.find((lane) => lane.place === place);
}

/** The notes in a place, by id: the order in which they came is nobody's business. @param {Shown} shown @param {Sheet} sheet @param {string} place @returns {Note[]} */
export function notesAt(shown, sheet, place) {
  const lane = laneAt(sheet, place)?.id;
  return once(shown, `${sheet.id} at ${place}`, () => notesOn(shown, sheet.id).filter((note) => note.lane === lane).sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** The kinds that lead from note to note, each said as what one does to the other. @param {Sheet} sheet */
export function signed(sheet) {
  return sheet.links.filter(({ sign }) => sign);
}

/** The kind by which a name is linked to the notes of its circle. @param {Sheet} sheet */
export function naming(sheet) {
  const lane = laneAt(sheet, 'names')?.id;
  return lane ? sheet.links.find(({ from, sign }) => !sign && from.includes(lane)) : undefined;
}

/** The links that are drawn: all but those of names. @param {Shown} shown @param {Sheet} sheet @returns {Link[]} */
export function linksOn(shown, sheet) {
  const names = laneAt(sheet, 'names')?.id;
  const notes = notesOn(shown, sheet.id);
  const known = new Map(notes.map((note) => [note.id, note]));
  return notes.filter(({ lane }) => lane !== names).flatMap((from) => sheet.links.flatMap((kind) => (from.links?.[kind.id] ?? []).flatMap((id) => {
    const to = known.get(id);
    return to && to.lane !== names ? [{ from, to, kind }] : [];
  })));
}

/** The circles of a sheet, in a steady order. @param {Shown} shown @param {Sheet} sheet @returns {Ring[]} */
export function ringsOn(shown, sheet) {
  const found = (shown.circles ?? []).filter((one) => one.sheet === sheet.id).sort((a, b) => (a.id < b.id ? -1 : 1));
  return found.flatMap((one) => {
    const notes = one.notes.flatMap((id) => shown.note(id) ?? []);
    const loop = notes.slice(0, one.loop);
    if (loop.length < 2 || notes.length < one.notes.length) return [];
    const name = shown.note(one.name);
    const word = name && sheet.marks.flatMap(({ id, words }) => words.filter((each) => each.id === name.marks?.[id])).find(({ id }) => id === 'bad' || id === 'good');
    return [{ id: one.id, notes: loop, others: notes.slice(one.loop), name, turn: /** @type {Turn} */ (word?.id ?? one.proposed), said: Boolean(word) }];
  });
}

/**
 * The notes of the circle that a link would close, in order from its first note; empty where it closes none, or lies in
 * one already. It is told before the link is made.
 * @param {Shown} shown @param {Sheet} sheet @param {{from: string, to: string, kind: string}} link @returns {Note[]}
 */
export function closing(shown, sheet, { from, to, kind }) {
  if (from === to || sheet.links.find(({ id }) => id === kind)?.sign !== 'plus') return [];
  if (ringsOn(shown, sheet).some(({ notes, others }) => [from, to].every((id) => [...notes, ...others].some((note) => note.id === id)))) return [];
  const next = new Map();
  for (const link of linksOn(shown, sheet)) {
    if (link.kind.sign === 'plus') next.set(link.from.id, [...next.get(link.from.id) ?? [], link.to.id]);
  }
  // The shortest way back.
  /** @type {Map<string, string>} */
  const before = new Map([[to, '']]);
  for (const at of before.keys()) {
    if (at === from) break;
    for (const id of next.get(at) ?? []) if (!before.has(id)) before.set(id, at);
  }
  if (!before.has(from)) return [];
  const way = [];
  for (let at = from; at; at = before.get(at) ?? '') way.unshift(at);
  return [from, ...way.slice(0, -1)].flatMap((id) => shown.note(id) ?? []);
}

/** What a circle is called: its name, else how many notes it has. @param {Ring} ring @param {Shown} shown @returns {string} */
export function ringTitle({ name, notes }, { t }) {
  return name?.text ?? t('map.unnamed', { n: notes.length });
}

/** A name that is being written for a circle: it is found by the notes, since a circle that grows has another id. @typedef {{text: string, notes: string[]}} Draft */

/** What was typed for a circle: of the drafts that share at least half of its notes, or it theirs, the nearest. @param {Draft[]} drafts @param {Pick<Ring, 'notes'>} ring @returns {Draft | undefined} */
export function draftFor(drafts, { notes }) {
  const shared = (/** @type {Draft} */ draft) => notes.filter(({ id }) => draft.notes.includes(id)).length;
  return drafts.filter((draft) => 2 * shared(draft) >= Math.min(notes.length, draft.notes.length)).sort((a, b) => shared(b) - shared(a))[0];
}

/** How a circle turns, in words. @param {Ring} ring @param {Shown} shown @returns {string} */
export function turnWords({ turn }, { t }) {
  return t(`map.${turn}`, { n: 1 });
}

/** A title as it stands within a sentence. @param {string} title */
export function lower(title) {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
