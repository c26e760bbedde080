/**
 * What of a map can be shown by itself, in order: its two pictures, its circles, its sides and what is not sorted, the
 * latter as much at a time as can be read. They follow from the notes alone.
 */
import { MOST, partsOf } from '../parts.js';
import { laneAt, linksOn, notesAt, ringTitle, ringsOn } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../form.js').WalkPart & {kind: 'star' | 'dynamics' | 'tray', notes: Note[], ring?: string, side?: 'left' | 'right'}} MapPart */

/** @param {Shown} shown @param {Sheet} sheet @returns {MapPart[]} */
export function partsIn(shown, sheet) {
  const { t } = shown;
  const rings = ringsOn(shown, sheet);
  const all = /** @type {const} */ (['left', 'right']).flatMap((place) => notesAt(shown, sheet, place));
  /** @type {MapPart[]} */
  const parts = [{ id: 'star', title: t('map.star'), kind: 'star', notes: all }];
  if (sheet.links.some(({ sign }) => sign)) parts.push({ id: 'dynamics', title: t('map.dynamics'), kind: 'dynamics', notes: all });
  rings.forEach((ring, at) => parts.push({ id: `circle-${ring.id}`.slice(0, 40), title: `${at + 1}. ${ringTitle(ring, shown)}`, kind: 'dynamics', ring: ring.id, notes: ring.notes }));
  const slices = (/** @type {'left' | 'right' | 'tray'} */ place) => {
    const lane = laneAt(sheet, place);
    const notes = lane ? notesAt(shown, sheet, place) : [];
    return notes.length ? partsOf([{ id: place, title: shown.say(lane?.title), blocks: [notes] }], MOST.lane) : [];
  };
  for (const side of /** @type {const} */ (['left', 'right'])) parts.push(...slices(side).map((part) => ({ ...part, kind: /** @type {const} */ ('star'), side })));
  parts.push(...slices('tray').map((part) => ({ ...part, kind: /** @type {const} */ ('tray') })));
  return parts;
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
