/**
 * What of a map can be shown by itself, in order: its two pictures, what is different, its circles, its sides and what is not
 * sorted, what was answered, each as much at a time as can be read, and its earlier versions. They follow from the records alone.
 */
import { MOST, partId, partsOf } from '../parts.js';
import { differences } from './compared.js';
import { saidOn } from './said.js';
import { laneAt, linksOn, notesAt, ringTitle, ringsOn } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('./said.js').Said} Said */
/** @typedef {import('../form.js').WalkPart & {kind: 'star' | 'dynamics' | 'changes' | 'tray' | 'said' | 'version', notes: Note[], ring?: string, side?: 'left' | 'right', said?: Said}} MapPart */

/** Characters of each id within the id of a link's part: which version and which page it is have room beside them. */
const END = 8;
/** How much is read at a time of answers, beside their element: as of a lane. */
const BESIDE = 640;
/** Letters of the title of a part that is a text. */
const TITLE = 26;

/** @param {Shown} shown @param {Sheet} sheet @returns {MapPart[]} */
export function partsIn(shown, sheet) {
  const { t } = shown;
  const rings = ringsOn(shown, sheet);
  const at = shown.then?.version.id === sheet.id ? shown.then.at : '';
  const before = at ? `${at}-` : '';
  const all = /** @type {const} */ (['left', 'right']).flatMap((place) => notesAt(shown, sheet, place));
  /** @type {MapPart[]} */
  const parts = [{ id: 'star', title: t('map.star'), kind: 'star', notes: all }];
  if (sheet.links.some(({ sign }) => sign)) parts.push({ id: 'dynamics', title: t('map.dynamics'), kind: 'dynamics', notes: all });
  if (differences(shown, sheet)) parts.push({ id: 'changes', title: t('compare.part'), kind: 'changes', notes: all, news: true });
  rings.forEach((ring, nth) => parts.push({ id: `circle-${ring.id}`, title: `${nth + 1}. ${ringTitle(ring, shown)}`, kind: 'dynamics', ring: ring.id, notes: ring.notes }));
  const slices = (/** @type {'left' | 'right' | 'tray'} */ place) => {
    const lane = laneAt(sheet, place);
    const notes = lane ? notesAt(shown, sheet, place) : [];
    return notes.length ? partsOf([{ id: place, title: shown.say(lane?.title), blocks: [notes] }], MOST.lane) : [];
  };
  for (const side of /** @type {const} */ (['left', 'right'])) parts.push(...slices(side).map((part) => ({ ...part, kind: /** @type {const} */ ('star'), side })));
  parts.push(...slices('tray').map((part) => ({ ...part, kind: /** @type {const} */ ('tray') })));
  for (const said of saidOn(shown, sheet)) {
    const whole = { id: `said-${elementId(said.id)}`, title: short(said.title), blocks: [said.notes], group: /** @type {const} */ ('said') };
    parts.push(...partsOf([whole], BESIDE).map((part) => ({ ...part, kind: /** @type {const} */ ('said'), said })));
  }
  const own = parts.map((part) => ({ ...part, id: partId(`${before}${part.id}`) }));
  return [...at ? [edition(shown, at, all)] : [], ...own, ...earlier(shown, sheet, all)];
}

/** An element in the id of its part: a link by the beginnings of its ends and its kind. @param {string} element */
function elementId(element) {
  const ends = element.split('>');
  return (ends.length > 1 ? ends.map((end) => end.slice(0, END)).join('-') : element) || 'whole';
}

/** A title that leaves room for which page it is. @param {string} title */
function short(title) {
  const letters = [...title];
  return letters.length > TITLE ? `${letters.slice(0, TITLE - 1).join('').trimEnd()}…` : title;
}

/** The versions before the one that is shown, the latest first. @param {Shown} shown @param {Sheet} sheet @param {Note[]} notes @returns {MapPart[]} */
function earlier(shown, sheet, notes) {
  const latest = shown.versions?.get(sheet.id)?.n ?? 0;
  const from = shown.then?.version.id === sheet.id ? shown.then.version.n - 1 : latest;
  return Array.from({ length: from }, (_, at) => edition(shown, `v${from - at}`, notes));
}

/** @param {Shown} shown @param {string} id @param {Note[]} notes @returns {MapPart} */
function edition(shown, id, notes) {
  return { id, title: shown.t('cycle.version', { n: Number(id.slice(1)) }), kind: 'version', notes, group: 'version' };
}

/**
 * The picture that is shown where nobody chose one: the dynamics where the round is about circles, the star where it is
 * about sides; in a round about neither the dynamics as soon as something is linked.
 * @param {Shown} shown @param {Sheet} sheet @returns {'star' | 'dynamics'}
 */
export function pictureNow(shown, sheet) {
  const about = shown.round?.sheet === sheet.id ? (shown.round.lanes ?? []).map((id) => sheet.lanes.find((lane) => lane.id === id)?.place) : [];
  if (about.includes('names')) return 'dynamics';
  if (about.includes('left') || about.includes('right') || about.includes('tray') || about.includes('centre')) return 'star';
  return linksOn(shown, sheet).length ? 'dynamics' : 'star';
}
