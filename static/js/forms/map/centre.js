/** Draws the sheet in the middle of a map: what the story is about. */
import { html, nothing } from '../../../lib/lit-html.js';
import { LABEL, inCentre } from './laid.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./picture.js').Scene} Scene */

/** @param {Scene} scene @param {import('./laid.js').Sheet} sheet @param {Rect} rect */
export function drawCentre(scene, sheet, rect) {
  const { shown, story } = scene;
  const lane = story.lane('centre');
  const empty = !sheet.papers.length && lane?.hint ? html`<p class="lane-hint">${shown.say(lane.hint)}</p>` : nothing;
  scene.frameAt('map:centre', rect, LABEL, html`<div class=${`map-sheet at ${sheet.papers.length ? '' : 'is-empty'}`} data-box="map:centre"><p class="map-label">${shown.say(lane?.title)}</p>${empty}</div>`);
  inCentre(sheet, rect).forEach((box, at) => scene.note(sheet.items[at], box, sheet.size, 'map-centre'));
}
