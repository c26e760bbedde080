/** A map's notes as they are laid: what stands on each paper, its sign, and the links between them. No layout may live here. */
import { laneAt, linksOn, notesAt, ringsOn } from './story.js';

/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {ReturnType<typeof storyOf>} Story */

/** @param {Drawing} made */
export function storyOf({ shown, sheet, items }) {
  const at = (/** @type {string} */ place) => items(notesAt(shown, sheet, place)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const places = { centre: at('centre'), left: at('left'), right: at('right'), tray: at('tray'), names: at('names') };
  const rings = ringsOn(shown, sheet);
  const named = new Set(rings.flatMap(({ name }) => (name ? [name.id] : [])));
  const links = linksOn(shown, sheet);
  const alone = places.names.filter(({ id }) => !named.has(id));
  /** @type {Map<string, string>} */
  const signs = new Map();
  for (const { id } of places.left) signs.set(id, '+');
  for (const { id } of places.right) signs.set(id, '−');
  return {
    places, rings, links, signs,
    /** What is not sorted yet, and names whose circle is gone. */
    loose: [...places.tray, ...alone],
    /** These names. */
    alone: new Set(alone.map(({ id }) => id)),
    item: new Map(Object.values(places).flat().map((one) => [one.id, one])),
    lane: (/** @type {string} */ place) => laneAt(sheet, place),
  };
}
