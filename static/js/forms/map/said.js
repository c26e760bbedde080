/**
 * What was answered about a version of a map (SPEC R44), element by element, in the order in which people are asked. No drawing
 * may live here.
 */
import { elementWords, unnamedIn } from '../../notes/about.js';
import { laneOf } from '../../notes/query.js';
import { elementsOf } from './elements.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('./elements.js').Element} Element */
/** @typedef {Element & {notes: Note[]}} Said  an element with its answers, those of a lane together */

/**
 * The elements that were answered, and last the whole (its id is ''); of the version that is shown, else of the latest.
 * @param {Shown} shown @param {Sheet} sheet @returns {Said[]}
 */
export function saidOn(shown, sheet) {
  const n = shown.then?.version.id === sheet.id ? shown.then.version.n : shown.versions?.get(sheet.id)?.n;
  if (!n) return [];
  const lanes = shown.sheets.flatMap((one) => one.lanes.filter(({ about }) => about?.includes(sheet.id)).map(({ id }) => `${one.id} ${id}`));
  const rank = (/** @type {Note} */ note) => lanes.indexOf(`${note.sheet} ${note.lane}`);
  const answers = shown.notes.filter((note) => note.version === n && note.kind === 'note' && !note.draft && laneOf(note, shown)?.about?.includes(sheet.id))
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  if (!answers.length) return [];
  const about = (/** @type {string} */ id) => answers.filter((note) => (id ? note.about?.includes(id) : !note.about?.length));
  const known = elementsOf(shown, sheet);
  const others = [...new Set(answers.flatMap((note) => note.about ?? []))].filter((id) => !known.some((one) => one.id === id)).sort();
  return [
    ...known,
    // What is in a circle by now, or not there any more, stands in the version.
    ...others.map((id) => ({ id, title: unnamedIn(id, n, shown) || elementWords(id, shown), kicker: '', ring: null, links: [] })).filter(({ title }) => title),
    { id: '', title: shown.t(shown.then?.at ? 'said.rest' : 'answer.whole'), kicker: '', ring: null, links: [] },
  ].map((one) => ({ ...one, notes: about(one.id) })).filter(({ notes }) => notes.length);
}
