/** What is different on a map as sentences, where its picture would be too small to be read. */
import { html } from '../../../lib/lit-html.js';
import { lineCount } from '../../notes/measure.js';
import { changeLines } from './changes.js';
import { FRAME } from './shapes.js';
import { foot } from './star-picture.js';

/** @typedef {import('./picture.js').Scene} Scene */

const FOOT = 44;
const TITLE = 34;
/** Type sizes with the columns in which they stand, px of the frame. */
const SIZES = [[34, 1], [32, 2], [30, 2], [28, 2], [26, 2], [24, 3], [22, 3]];
const GAP = 56;

/** @param {Scene} scene @param {import('./parts.js').MapPart} part @param {import('./compared.js').Compared} compared @returns {string} */
export function drawLines(scene, part, { version }) {
  const { made, shown } = scene;
  const frame = FRAME;
  scene.fit(frame);
  const lines = changeLines(version, shown);
  const room = { x: 0, y: TITLE * 2, w: frame.w, h: frame.h - FOOT - TITLE * 2 };
  // A column is never filled to its end: what does not fit in one begins the next.
  const high = (/** @type {string[]} */ some, /** @type {number} */ size, /** @type {number} */ columns) => some.reduce((sum, line) => sum + (lineCount(line, (frame.w - GAP * (columns - 1)) / columns / size, made.measure) * 1.26 + 0.5) * size, 0) / columns + size * 4;
  const [size, columns] = SIZES.find(([px, many]) => high(lines, px, many) <= room.h) ?? SIZES[SIZES.length - 1];
  let most = lines.length;
  while (most > 1 && high(lines.slice(0, most), size, columns) > room.h) most -= 1;
  scene.frameAt('lane:large', { x: 0, y: 0, w: frame.w, h: TITLE * 1.4 }, TITLE, html`<h4 class="map-title at" data-box="lane:large">${part.title}</h4>`);
  scene.frameAt('map:lines', room, size, html`<ul class=${`map-lines at in-${columns}`} data-box="map:lines">${lines.slice(0, most).map((line) => html`<li dir="auto">${line}</li>`)}${most < lines.length ? html`<li>${shown.t('compare.more', { n: lines.length - most })}</li>` : ''}</ul>`);
  foot(scene, frame, '', []);
  return part.id;
}
