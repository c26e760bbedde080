/** Draws the dynamics, and one circle of it beside a small picture of the whole. */
import { html, nothing, repeat, svg } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { drawCentre } from './centre.js';
import { drawArrow, drawBand, drawHair, drawSmall, drawWord } from './ink.js';
import { FOOT, GONE, KICKER, circleOf, dynamicsOf, kickerOf, smallOf, stopWord } from './laid.js';
import { FRAME, middle } from './shapes.js';
import { foot } from './star-picture.js';
import { lower, ringTitle } from './story.js';
import { turnSign } from './turn.js';

/** @typedef {import('./picture.js').Scene} Scene */
/** @typedef {import('./parts.js').MapPart} MapPart */
/** @typedef {import('./story.js').Ring} Ring */
/** @typedef {import('./story.js').Link} Link */
/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./dynamics.js').Dynamics} Dynamics */

/** The column beside a large circle. */
const ASIDE = { x: 1376, w: 416, map: 330 };

/** All notes with their links in this type; false when they do not fit. @param {Scene} scene @param {{w: number, h: number}} frame @param {number} size */
export function drawDynamics(scene, frame, size) {
  const { story } = scene;
  const made = dynamicsOf(scene, frame, size);
  if (!made) return false;
  const { laid, linked } = made;
  scene.fit(frame);
  draw(scene, laid, story.rings, made.arrows);
  if (laid.centre) drawCentre(scene, made.sheet, laid.centre);
  for (const item of made.items) scene.note(item, /** @type {Rect} */ (laid.boxes.get(item.id)), size, 'map-paper');
  const loose = story.places.tray.filter(({ id }) => !linked.has(id)).length;
  foot(scene, frame, loose ? scene.shown.t('map.loose', { n: loose }) : foundWords(scene), key(scene));
  return true;
}

/** Whether a link is new, or not there any more. @param {Scene} scene @param {string} key */
function newness({ compared }, key) {
  return key.startsWith(GONE) ? 'is-gone' : compared?.fresh.has(key) ? 'is-new' : '';
}

/** The same of a link along a circle. @param {Scene} scene @param {string} from @param {string} to */
function alongLook(scene, from, to) {
  return scene.made.sheet.links.map(({ id, sign }) => (sign === 'plus' ? newness(scene, `${from} ${to} ${id}`) : '')).find(Boolean) ?? '';
}

/** Bands, names and arrows. @param {Scene} scene @param {Dynamics} laid @param {Ring[]} rings @param {import('./arrows.js').Arrow[]} arrows */
function draw(scene, { circles }, rings, arrows) {
  const { shown } = scene;
  // Each band by its circle: one that has just closed draws itself, and no other.
  scene.back.push(repeat(rings.filter(({ id }) => circles.has(id)), ({ id }) => id, ({ id, turn, notes }) => drawBand(/** @type {import('./circle.js').Circle} */ (circles.get(id)), turn, (nth) => ({ look: alongLook(scene, notes[nth].id, notes[(nth + 1) % notes.length].id) }))));
  for (const ring of rings) {
    const circle = circles.get(ring.id);
    if (!circle?.name) continue;
    const { x, y, w, h, size } = circle.name;
    scene.frameAt(`turn:${ring.id}`, { x, y, w, h: KICKER.h }, KICKER.size, html`<p class=${`map-kicker at is-${ring.turn}`} data-box="turn:${ring.id}">${turnSign('map-turn')} ${kickerOf(scene, ring)}</p>`);
    scene.frameAt(`name:${ring.id}`, { x, y: y + KICKER.h, w, h: h - KICKER.h }, size, html`<p class=${`map-said at ${ring.name ? '' : 'is-open'}`} data-box="name:${ring.id}" dir="auto">${ringTitle(ring, shown)}</p>`);
  }
  const word = stopWord(scene);
  scene.back.push(arrows.map((arrow) => drawArrow(arrow, { look: newness(scene, arrow.key) })), arrows.map((arrow) => drawWord(arrow, word)));
}

/** @param {Scene} scene */
function foundWords({ shown, story }) {
  return story.rings.length ? shown.t('map.found', { n: story.rings.length }) : '';
}

/** What colours and lines mean. @param {Scene} scene */
function key({ shown, made, story }) {
  const side = (/** @type {'left' | 'right'} */ place) => html`<span class=${`key-paper ${story.lane(place)?.color ?? ''}`} aria-hidden="true">${place === 'left' ? '+' : '−'}</span> ${lower(shown.say(story.lane(place)?.title))}`;
  return [side('left'), side('right'), ...made.sheet.links.filter(({ sign }) => sign).map(({ sign, title }) => html`<svg class="map-sample" viewBox="0 0 40 20" aria-hidden="true"><path d=${sign === 'minus' ? 'M2 10H36M36 3V17' : 'M2 10H36M28 4L37 10L28 16'}></path></svg> ${lower(shown.say(title))}`)];
}

/** One circle with what touches it, beside a small picture of the whole and the names of all circles. @param {Scene} scene @param {MapPart} part @param {MapPart[]} parts @returns {string} */
export function largeCircle(scene, part, parts) {
  const { story } = scene;
  const ring = /** @type {Ring} */ (story.rings.find(({ id }) => id === part.ring));
  const frame = { w: ASIDE.x - 54, h: FRAME.h - FOOT };
  scene.fit(FRAME);
  const made = circleOf(scene, ring, frame);
  if (made) {
    draw(scene, made.laid, [ring], made.arrows);
    for (const { id, rect, size, beside } of made.papers) scene.note(/** @type {any} */ (story.item.get(id)), rect, size, beside ? 'map-paper map-pale' : 'map-paper');
  }
  aside(scene, ring, parts);
  foot(scene, { w: frame.w, h: FRAME.h }, '', key(scene));
  return part.id;
}

/** The column beside a large circle. @param {Scene} scene @param {Ring} now @param {MapPart[]} parts */
function aside(scene, now, parts) {
  const { story, shown, made } = scene;
  const count = story.places.left.length + story.places.right.length;
  scene.frameAt('map:count', { x: ASIDE.x, y: 0, w: ASIDE.w, h: 36 }, 24, html`<p class="map-count at" data-box="map:count">${shown.t('map.points', { n: count })}, ${shown.t('map.links', { n: story.links.length })}</p>`);
  const rect = { x: ASIDE.x, y: 44, w: ASIDE.w, h: ASIDE.map };
  small(scene, rect, now);
  const { onPart } = made.picture;
  const groups = /** @type {const} */ (['bad', 'good', 'mixed']).map((turn) => story.rings.filter((ring) => ring.turn === turn)).filter((rings) => rings.length);
  const letters = story.rings.reduce((sum, ring) => sum + ringTitle(ring, shown).length + 14, 0);
  scene.frameAt('map:rings', { x: ASIDE.x, y: 44 + ASIDE.map + 16, w: ASIDE.w, h: FRAME.h - ASIDE.map - 60 }, letters > 330 ? 20 : 24, html`<div class="map-rings at" data-box="map:rings">${groups.map((rings) => html`
    <p class="map-group">${shown.t(`map.${rings[0].turn}`, { n: rings.length })}</p>
    <ol>${rings.map((ring) => {
    const part = parts.find((one) => one.ring === ring.id);
    const inner = html`<span class="map-number" aria-hidden="true">${story.rings.indexOf(ring) + 1}</span><span class="map-list-name" dir="auto">${ringTitle(ring, shown)}</span>`;
    return html`<li class=${`is-${ring.turn} ${ring === now ? 'is-now' : ''}`} aria-current=${ring === now ? 'true' : nothing}>${onPart && part ? html`<button type="button" @click=${() => onPart(part.id)}>${inner}</button>` : inner}</li>`;
  })}</ol>`)}</div>`);
}

/** All circles and notes, small, in this box. @param {Scene} scene @param {Rect} rect @param {Ring} now */
function small(scene, rect, now) {
  const { story, shown } = scene;
  const by = rect.w / FRAME.w;
  const made = smallOf(scene, { w: FRAME.w, h: rect.h / by });
  if (!made) return;
  const { laid, items } = made;
  const drawn = scene.back.length;
  for (const ring of story.rings) {
    const circle = laid.circles.get(ring.id);
    if (circle) scene.back.push(drawSmall(circle, ring.turn, ring === now));
  }
  for (const { from, to } of story.links) {
    const [p, q] = [laid.boxes.get(from.id), laid.boxes.get(to.id)];
    if (p && q && !story.rings.some(({ notes }) => notes.includes(from) && notes.includes(to))) scene.back.push(drawHair(middle(p), middle(q)));
  }
  for (const { id, note } of items) scene.mini(/** @type {Rect} */ (laid.boxes.get(id)), color(note, shown), now.notes.includes(note));
  story.rings.forEach((ring, at) => {
    const ellipse = laid.circles.get(ring.id)?.ellipse;
    if (ellipse) scene.back.push(svg`<text class=${`map-small-number ${ring === now ? `is-now is-${ring.turn}` : ''}`} x=${ellipse.cx} y=${ellipse.cy + 32}>${at + 1}</text>`);
  });
  scene.back.push(svg`<g transform=${`translate(${rect.x} ${rect.y}) scale(${by})`}>${scene.back.splice(drawn)}</g>`);
}
