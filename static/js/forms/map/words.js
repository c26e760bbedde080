/**
 * A map as text: what it is about, each circle as sentences, what else leads to what, then the notes of each place. A
 * screen reader and the list on a phone have exactly this.
 */
import { inOrder } from '../parts.js';
import { laneAt, lower, linksOn, notesAt, ringTitle, ringsOn, turnWords } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../form.js').Part} Part */
/** @typedef {import('../form.js').Sentence} Sentence */

/** @type {import('../form.js').Form['words']} */
export function told(shown, sheet) {
  const { t, say } = shown;
  const lists = (/** @type {string[]} */ places) => places.flatMap((place) => {
    const notes = [...notesAt(shown, sheet, place)].sort(place === 'left' || place === 'right' ? (a, b) => (a.id < b.id ? -1 : 1) : inOrder);
    return notes.length ? [{ title: say(laneAt(sheet, place)?.title), notes }] : [];
  });
  const links = linksOn(shown, sheet);
  const rings = ringsOn(shown, sheet);
  const along = new Set();
  /** @type {Part[]} */
  const circles = rings.map((ring) => {
    const sentences = ring.notes.flatMap((from, at) => {
      const to = ring.notes[(at + 1) % ring.notes.length];
      const link = links.find((one) => one.from.id === from.id && one.to.id === to.id && one.kind.sign === 'plus');
      if (link) along.add(link);
      return [{ from: from.text, how: lower(say(link?.kind.title)), to: to.text, after: at === ring.notes.length - 1 ? t('map.again') : '' }];
    });
    return { title: ringTitle(ring, shown), small: turnWords(ring, shown), lists: [], sentences, circle: ring.id };
  });
  const rest = links.filter((link) => !along.has(link)).map(({ from, kind, to }) => ({ from: from.text, how: lower(say(kind.title)), to: to.text }));
  const centre = lists(['centre']);
  const points = lists(['left', 'right', 'tray', 'names']);
  /** @type {Part[]} */
  const parts = [
    ...centre.length ? [{ title: '', small: '', lists: centre }] : [],
    ...circles,
    ...rest.length ? [{ title: t('map.others'), small: '', lists: [], sentences: rest }] : [],
    ...points.length ? [{ title: links.length ? t('map.all_points') : '', small: '', lists: points }] : [],
  ];
  return parts;
}
