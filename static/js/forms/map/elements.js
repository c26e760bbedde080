/**
 * What of a map people are asked about, one after another: what it is about, then its circles, then the points that lie in
 * none (SPEC R44). No drawing may live here.
 */
import { laneAt, linksOn, lower, notesAt, ringTitle, ringsOn, turnWords } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('./story.js').Ring} Ring */
/**
 * @typedef {object} Element
 * @property {string} id       as notes name it (SPEC R43)
 * @property {string} title
 * @property {string} kicker   what it is, in a word or two
 * @property {Ring | null} ring
 * @property {string[]} links  of a point: what it leads to and what leads to it, a sentence each
 */

/** @param {Shown} shown @param {Sheet} sheet @returns {Element[]} */
export function elementsOf(shown, sheet) {
  const rings = ringsOn(shown, sheet);
  const within = new Set(rings.flatMap(({ notes, others }) => [...notes, ...others]).map(({ id }) => id));
  const links = linksOn(shown, sheet);
  const point = (/** @type {Note} */ note) => ({
    id: note.id, title: note.text, kicker: shown.say(sheet.lanes.find(({ id }) => id === note.lane)?.title), ring: null,
    links: links.filter(({ from, to }) => from.id === note.id || to.id === note.id).map(({ from, kind, to }) => `${from.text} ${lower(shown.say(kind.title))} ${to.text}`),
  });
  const alone = (/** @type {string} */ place) => (laneAt(sheet, place) ? notesAt(shown, sheet, place).filter(({ id }) => !within.has(id)) : []);
  return [
    ...notesAt(shown, sheet, 'centre').map(point),
    ...rings.map((ring) => ({ id: ring.id, title: ringTitle(ring, shown), kicker: turnWords(ring, shown), ring, links: [] })),
    ...[...alone('left'), ...alone('right')].map(point),
  ];
}
