/** One element of a map, large, with what was answered about it beside it: a column for each lane of answers. */
import { html, nothing } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { lineCount } from '../../notes/measure.js';
import { laneOf } from '../../notes/query.js';
import { unchanged } from '../../text.js';
import { coarse, minis, papers } from '../papers.js';
import { FRAME } from './shapes.js';
import { turnSign } from './turn.js';

/** @typedef {import('./picture.js').Scene} Scene */
/** @typedef {import('./parts.js').MapPart} MapPart */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */

/** The column of the element, and the room beside it, px of the frame. */
const OWN = 560;
/** The type of its links or of the way round, and what their line and signs take. */
const WAY = { size: 26, pad: 80 };
const GAP = 64;
const BETWEEN = 36;
const TITLE = { size: 30, h: 58 };
/** The type of the element, largest first; of answers, the last ones only where there is no other way. */
const LARGE = [54, 48, 42, 36, 32, 28, 24];
const ANSWERS = coarse([36, 34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12]);
/** Of those who only chose a lane. */
const MINI = 22;

/** @param {Scene} scene @param {MapPart} part @returns {string} */
export function drawSaid(scene, part) {
  const { made, shown, story } = scene;
  const said = /** @type {import('./said.js').Said} */ (part.said);
  scene.fit(FRAME);
  const { title, kicker, ring, links } = said;
  const along = ring ? ring.notes.map(({ text }) => text) : links;
  const wide = OWN - WAY.pad;
  const long = along.length ? along.reduce((sum, text) => sum + (lineCount(text, wide / WAY.size, made.measure) * 1.26 + 0.4) * WAY.size, 0) + (ring ? WAY.size * 2 : 0) : 0;
  const high = (/** @type {number} */ px) => lineCount(title, OWN / px / 1.1, made.measure) * px * 1.18;
  const top = kicker ? WAY.size * 1.8 : 0;
  const size = LARGE.find((px) => top + high(px) + 24 + long <= FRAME.h) ?? LARGE[LARGE.length - 1];
  if (kicker) scene.frameAt('said:kicker', { x: 0, y: 0, w: OWN, h: top }, WAY.size, html`<p class=${`map-own-kicker at ${ring ? `is-${ring.turn}` : ''}`} data-box="said:kicker">${ring ? turnSign('map-turn') : nothing} ${kicker}</p>`);
  scene.frameAt('said:title', { x: 0, y: top, w: OWN, h: high(size) }, size, html`<h4 class="map-own-title at" data-box="said:title" dir="auto">${title}</h4>`);
  if (along.length) {
    scene.frameAt('said:way', { x: 0, y: top + high(size) + 24, w: OWN, h: long }, WAY.size, html`<div class=${`map-own-way at ${ring ? `is-${ring.turn}` : ''}`} data-box="said:way">
      <ul>${ring ? ring.notes.map((note) => html`<li><span class=${`key-paper ${color(note, shown)}`} aria-hidden="true">${story.signs.get(note.id) ?? ''}</span> <span dir="auto">${note.text}</span></li>`) : links.map((text) => html`<li dir="auto">${text}</li>`)}</ul>
      ${ring ? html`<p class="map-own-again">${shown.t('map.again')}</p>` : nothing}</div>`);
  }
  answers(scene, part, { x: OWN + GAP, y: 0, w: FRAME.w - OWN - GAP, h: FRAME.h });
  return part.id;
}

/** @param {Scene} scene @param {MapPart} part @param {import('./shapes.js').Rect} room */
function answers(scene, part, room) {
  const { made, shown } = scene;
  const items = made.items(part.notes).map((item) => ({ ...item, extra: [] }));
  const lanes = [...new Set(part.notes.map(({ sheet, lane }) => `${sheet} ${lane}`))].map((key) => {
    const mine = items.filter(({ note }) => `${note.sheet} ${note.lane}` === key);
    const lane = laneOf(mine[0].note, shown);
    const plain = (/** @type {NoteItem} */ { note }) => Boolean(unchanged(note.text, lane?.title));
    return { key, lane, chose: mine.filter(plain), wrote: mine.filter((one) => !plain(one)) };
  });
  const w = (room.w - BETWEEN * (lanes.length - 1)) / lanes.length;
  const top = room.y + TITLE.h;
  const small = lanes.map(({ chose }) => (chose.length ? minis({ items: chose, width: w, size: MINI }) : null));
  const below = Math.max(0, ...small.map((one) => (one ? one.height + 20 : 0)));
  const height = room.h - TITLE.h - below;
  const size = ANSWERS.find((px) => lanes.every(({ wrote }) => papers({ items: wrote, width: w, size: px, measure: made.measure }).height <= height)) ?? ANSWERS[ANSWERS.length - 1];
  lanes.forEach(({ key, lane, chose, wrote }, at) => {
    const x = room.x + at * (w + BETWEEN);
    scene.frameAt(`said:${key}`, { x, y: room.y, w, h: TITLE.h }, TITLE.size, html`<h4 class="map-said-lane at" data-box="said:${key}"><span class=${`key-paper ${lane?.color ?? ''}`} aria-hidden="true"></span> ${shown.say(lane?.title)}</h4>`);
    const mini = small[at];
    for (const item of chose) put(scene, item, mini?.boxes.get(item.id), x, top, MINI, 'mini');
    const laid = papers({ items: wrote, width: w, size, measure: made.measure });
    for (const item of wrote) put(scene, item, laid.boxes.get(item.id), x, top + (mini ? mini.height + 20 : 0), size, 'map-loose');
  });
}

/** @param {Scene} scene @param {NoteItem} item @param {import('./shapes.js').Rect | undefined} box @param {number} x @param {number} y @param {number} size @param {string} look */
function put(scene, item, box, x, y, size, look) {
  if (box) scene.note(item, { ...box, x: x + box.x, y: y + box.y }, size, look);
}
