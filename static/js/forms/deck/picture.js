/** The picture of a deck: the table while people draw, the gallery when all lie face up, at the end the piles. */
import { notesOn } from '../../notes/query.js';
import { planLanes } from '../columns/lanes.js';
import { laneParts } from '../parts.js';
import { galleryCards } from './cards.js';
import { planGallery } from './gallery.js';
import { planTable } from './table.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { shown, sheet, height } = space;
  const notes = notesOn(shown, sheet.id);
  const scene = shown.board?.scene;
  if (scene === 'end' || height === Infinity) {
    const lanes = sheet.lanes.filter((lane) => notes.some((note) => note.lane === lane.id)).map((lane) => ({ ...lane, later: false }));
    const held = { ...sheet, lanes: lanes.length ? lanes : sheet.lanes };
    return planLanes({ ...space, sheet: held }, laneParts(shown, held));
  }
  return galleryCards(shown, sheet.id).length ? planGallery(space) : planTable(space, notes);
}
