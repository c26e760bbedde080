/**
 * A sheet that is drawn over a map (SPEC R47): what lies on which element of it, how far each note has come in its days, and
 * the same as parts and as text. No drawing and no layout may live here.
 */
import { elementWords } from '../notes/about.js';
import { daysTo } from '../notes/days.js';
import { carried, laneOf, notesOn } from '../notes/query.js';
import { laneParts, partId } from './parts.js';
import { linksOn, ringTitle, ringsOn } from './map/story.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('./map/story.js').Ring} Ring */
/** @typedef {import('./map/story.js').Link} Link */
/**
 * @typedef {object} Lying  what of the sheet lies on its map
 * @property {Map<string, Note[]>} points   by the note that they are about
 * @property {Map<string, Note[]>} links    by the link, as `linkKey` says it
 * @property {Map<string, Note[]>} rings    by the circle whose name they are about
 */
/** @typedef {import('./form.js').WalkPart & {notes: Note[], ring?: string}} OverPart */

/** @param {{from: {id: string}, to: {id: string}, kind: {id: string}}} link */
export const linkKey = ({ from, to, kind }) => `${from.id}>${kind.id}>${to.id}`;

/** The map that a sheet is drawn over. @param {Shown} shown @param {Sheet} sheet */
export function mapUnder(shown, sheet) {
  return sheet.over ? shown.sheet(sheet.over) : null;
}

/** The word that says what became of a note. @param {Note} note @param {Shown} shown */
export function fateOf(note, shown) {
  return laneOf(note, shown)?.tells ? carried(note, shown).find(({ kind }) => kind.words.some(({ again, cancels, done }) => again || cancels || done?.da))?.word : undefined;
}

/** Whether a note lies on what it names: while its days run, and after that while it was neither dropped nor goes on in another. @param {Note} note @param {Shown} shown */
export function lies(note, shown) {
  if (laneOf(note, shown)?.span?.length) return true;
  const word = fateOf(note, shown);
  return Boolean(word && !word.cancels && !word.again);
}

/**
 * How far a note has come in its days; null without days. `share`: of the way, 0..1; `left`: days until it is due.
 * @param {Note} note @param {Shown} shown @param {string} day today @returns {{from: string, to: string, share: number, left: number} | null}
 */
export function daysOf(note, shown, day) {
  const [from, to] = (laneOf(note, shown)?.span ?? []).map((id) => note.fields?.[id] ?? '');
  if (!Date.parse(from) || !Date.parse(to)) return null;
  const long = Math.max(1, daysTo(from, to));
  return { from, to, share: Math.min(1, Math.max(0, daysTo(from, day) / long)), left: daysTo(day, to) };
}

/** @param {Shown} shown @param {Sheet} sheet @returns {Lying} */
export function lyingOn(shown, sheet) {
  const map = mapUnder(shown, sheet);
  /** @type {Lying} */
  const found = { points: new Map(), links: new Map(), rings: new Map() };
  if (!map) return found;
  const put = (/** @type {Map<string, Note[]>} */ where, /** @type {string} */ key, /** @type {Note} */ note) => where.set(key, [...where.get(key) ?? [], note]);
  const links = new Set(linksOn(shown, map).map(linkKey));
  const named = new Map(ringsOn(shown, map).map(({ id, name }) => [name?.id, id]));
  for (const note of notesOn(shown, sheet.id)) {
    if (!lies(note, shown)) continue;
    for (const element of note.about ?? []) {
      const ring = named.get(element);
      if (ring) put(found.rings, ring, note);
      else if (links.has(element)) put(found.links, element, note);
      else if (shown.note(element)?.sheet === map.id) put(found.points, element, note);
    }
  }
  return found;
}

/** Whether there is something of its map to draw below a sheet. @param {Shown} shown @param {Sheet | null} sheet */
export function mapShows(shown, sheet) {
  if (!sheet?.over) return false;
  const lying = lyingOn(shown, sheet);
  return lying.points.size + lying.links.size > 0 || ringsUnder(shown, sheet, lying).length > 0;
}

/** The links of a circle's way round, in its order. @param {Ring} ring @param {Link[]} links */
export function wayOf({ notes }, links) {
  return notes.map((note, at) => links.filter(({ from, to, kind }) => from.id === note.id && to.id === notes[(at + 1) % notes.length].id && kind.sign === 'plus').map(linkKey));
}

/** The circles on which something lies, in their order, and after them those that notes of the sheet are about: they are whole. @param {Shown} shown @param {Sheet} sheet @param {Lying} [lying] @returns {(Ring & {whole?: boolean})[]} */
export function ringsUnder(shown, sheet, lying = lyingOn(shown, sheet)) {
  const map = mapUnder(shown, sheet);
  if (!map) return [];
  const links = linksOn(shown, map);
  const rings = ringsOn(shown, map);
  const touched = (/** @type {(element: string) => boolean} */ by) => rings.filter((ring) => [ring.name?.id ?? '', ...ring.notes.map(({ id }) => id), ...wayOf(ring, links).flat()].some(by));
  const some = touched((element) => lying.points.has(element) || lying.links.has(element));
  const on = rings.filter((ring) => lying.rings.has(ring.id) || some.includes(ring));
  const about = new Set(notesOn(shown, sheet.id).flatMap((note) => note.about ?? []));
  return [...on, ...touched((element) => about.has(element)).filter((ring) => !on.includes(ring)).map((ring) => ({ ...ring, whole: true }))];
}

/** What can be shown large: each circle on which something lies or that notes are about, where there are several, and each lane. @param {Shown} shown @param {Sheet} sheet @returns {OverPart[]} */
export function overParts(shown, sheet) {
  const rings = ringsUnder(shown, sheet);
  const circles = rings.length < 2 ? [] : rings.map((ring) => ({ id: partId(`circle-${ring.id}`), title: ringTitle(ring, shown), ring: ring.id, notes: ring.notes }));
  return [...circles, ...laneParts(shown, sheet)];
}

/** What lies on what, a sentence each. @param {Shown} shown @param {Sheet} sheet @returns {import('./form.js').Part[]} */
export function overWords(shown, sheet) {
  const lying = lyingOn(shown, sheet);
  const names = new Map(ringsUnder(shown, sheet, lying).map((ring) => [ring.id, ringTitle(ring, shown)]));
  const said = (/** @type {Map<string, Note[]>} */ where, /** @type {string} */ how, /** @type {(key: string) => string} */ what) => [...where]
    .flatMap(([key, notes]) => notes.map((note) => ({ from: note.text, how: shown.t(how), to: what(key) })));
  const sentences = [
    ...said(lying.links, 'over.on_link', (key) => elementWords(key, shown)), ...said(lying.points, 'over.on_point', (key) => elementWords(key, shown)),
    ...said(lying.rings, 'over.on_circle', (key) => names.get(key) ?? ''),
  ];
  return sentences.length ? [{ title: shown.t('over.title'), small: '', lists: [], sentences }] : [];
}
