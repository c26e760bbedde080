/** The sheet in the middle of a map: what the story is about. */
import { html, nothing } from '../../../lib/lit-html.js';
import { paper } from './paper.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./picture.js').Scene} Scene */
/** @typedef {{w: number, h: number, size: number, papers: {w: number, h: number}[], items: import('../drawing.js').NoteItem[]}} Sheet */

const LABEL = 24;
const PAD = { x: 26, top: 22, bottom: 20 };
/** How much wider bold letters are. */
export const BOLD = 1.08;

/** How large the sheet is with its notes, in the largest type in which it is not larger than this. @param {Scene} scene @param {number[]} sizes @param {{w: number, h: number}} most @param {number} [shape] of its papers @param {import('../drawing.js').NoteItem[]} [items] what stands on it @returns {Sheet} */
export function measured({ made, story }, sizes, most, shape = 2.4, items = story.places.centre) {
  const label = made.shown.say(story.lane('centre')?.title);
  const wide = label.split(' ').reduce((sum, word) => sum + made.measure(word) + 0.3, 0) * LABEL * BOLD;
  let sheet = /** @type {Sheet} */ ({});
  for (const size of sizes) {
    const papers = items.map(({ text }) => paper({ text }, size, made.measure, { bold: BOLD, shape }));
    const w = Math.max(260, wide, ...papers.map((one) => one.w)) + 2 * PAD.x;
    const h = PAD.top + LABEL * 1.3 + papers.reduce((sum, one) => sum + one.h, 0) + PAD.bottom + (papers.length ? 0 : 60);
    sheet = { w, h, size, papers, items };
    if (w <= most.w && h <= most.h) break;
  }
  return sheet;
}

/** @param {Scene} scene @param {Sheet} sheet @param {Rect} rect */
export function drawCentre(scene, { size, papers, items }, rect) {
  const { shown, story } = scene;
  const lane = story.lane('centre');
  const empty = !papers.length && lane?.hint ? html`<p class="lane-hint">${shown.say(lane.hint)}</p>` : nothing;
  scene.frameAt('map:centre', rect, LABEL, html`<div class=${`map-sheet at ${papers.length ? '' : 'is-empty'}`} data-box="map:centre"><p class="map-label">${shown.say(lane?.title)}</p>${empty}</div>`);
  let y = rect.y + PAD.top + LABEL * 1.3;
  items.forEach((item, at) => {
    scene.note(item, { x: rect.x + PAD.x, y, w: rect.w - 2 * PAD.x, h: papers[at].h }, size, 'map-centre');
    y += papers[at].h;
  });
}
