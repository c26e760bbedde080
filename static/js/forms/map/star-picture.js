/** Draws the star, one of its sides, and what is not sorted yet. */
import { html, svg } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { changesFoot } from './changes-foot.js';
import { coarse, minis, papers } from '../papers.js';
import { drawCentre } from './centre.js';
import { drawRings, drawSpoke } from './ink.js';
import { layColumns } from './fan.js';
import { FOOT, SIDES, STRIP, TITLE, lying, measured, starOf } from './laid.js';
import { FRAME } from './shapes.js';
import { lower } from './story.js';
import { RINGS, centreBox, freeSpot, layStar, spotOf } from './star.js';

/** @typedef {import('./picture.js').Scene} Scene */
/** @typedef {import('./parts.js').MapPart} MapPart */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {import('./shapes.js').Rect} Rect */

/** With so many on one side an empty one is asked about. */
const FEW = 3;
/** With more papers than this a small star has no spokes. */
const GLANCE = 24;
/** The type of the strip's label, px, and how high it is above papers, em: its margin and a line. */
const LABEL = 22;
const HEAD = 2.1;
/** The type of what is not sorted, px; the steps in which its strip gets higher; how much of the picture it may take. */
const LOOSE = 24;
const STEP = 86;
const HIGH = 0.62;

/** All notes in the star in this type; false when they do not fit. @param {Scene} scene @param {{w: number, h: number}} frame @param {number} size @param {boolean} [fanned] */
export function drawStar(scene, frame, size, fanned = false) {
  const { story } = scene;
  const strip = trayHeight(scene, size);
  if (strip > frame.h * HIGH) return false;
  const made = starOf(scene, frame, size, strip, fanned);
  if (!made) return false;
  const { sheet, inner, centre, ask, star } = made;
  scene.fit(frame);
  scene.back.push(drawRings(inner));
  for (const side of SIDES) {
    heading(scene, side, made.titles[side]);
    for (const item of story.places[side]) {
      const spoke = star.spokes.get(item.id);
      if (spoke) scene.back.push(drawSpoke(spoke, side));
    }
  }
  drawCentre(scene, sheet, centre);
  for (const side of SIDES) {
    for (const item of story.places[side]) scene.note(item, /** @type {Rect} */ (star.boxes.get(item.id)), size, 'map-paper');
    hint(scene, side, centre, inner);
  }
  drawStrip(scene, { x: 0, y: inner.h, w: frame.w, h: strip }, size);
  foot(scene, frame, asked(scene), counts(scene));
  targets(scene, ask, star, inner, { x: 0, y: inner.h, w: frame.w, h: frame.h - inner.h });
  return true;
}

/** The star in columns, with bent spokes. @param {Scene} scene @param {{w: number, h: number}} frame @param {number} size */
export function drawFan(scene, frame, size) {
  return drawStar(scene, frame, size, true);
}

/** Both sides as columns of papers, without spokes: a picture that grows has room for all of them. @param {Scene} scene @param {number} size */
export function drawColumns(scene, size) {
  const { made, story } = scene;
  const sheet = measured(scene, [36, 30], { w: 600, h: 320 });
  const gap = 60;
  const w = (FRAME.w - gap) / 2;
  const top = sheet.h + 30;
  const laid = SIDES.map((side) => papers({ items: story.places[side].map(bare), width: w, size, measure: made.measure }));
  const tall = top + TITLE.h + 16 + Math.max(...laid.map(({ height }) => height)) + 30;
  const strip = trayHeight(scene, size);
  scene.fit({ w: FRAME.w, h: tall + strip + FOOT });
  drawCentre(scene, sheet, { x: (FRAME.w - sheet.w) / 2, y: 0, w: sheet.w, h: sheet.h });
  SIDES.forEach((side, at) => {
    const rect = { x: at * (w + gap), y: top, w, h: TITLE.h };
    heading(scene, side, rect);
    const room = { ...rect, y: top + TITLE.h + 16, h: laid[at].height };
    for (const item of story.places[side]) put(scene, item, laid[at].boxes, room, size, 'map-loose');
    const lane = story.lane(side);
    if (lane) scene.target(lane.id, { ...rect, h: tall - top }, scene.shown.say(lane.title), (_point, id) => Number(story.item.get(id)?.note.spot ?? 0));
  });
  drawStrip(scene, { x: 0, y: tall, w: FRAME.w, h: strip }, size);
  foot(scene, scene.frame, '', []);
}

/**
 * Both sides as papers beside the centre, without spokes: where a star of these papers has no room for spokes, all of them
 * and the centre are still seen together; false when they do not fit either.
 * @param {Scene} scene @param {{w: number, h: number}} frame @param {number} size
 */
export function drawBeside(scene, frame, size) {
  const { made, shown, story } = scene;
  const strip = trayHeight(scene, size);
  if (strip > frame.h * HIGH) return false;
  const inner = { w: frame.w, h: frame.h - strip - FOOT };
  const sheet = measured(scene, [42, 36, 32, 28], { w: 430, h: 320 });
  const centre = centreBox(sheet, inner);
  const gap = 40;
  const top = TITLE.h + 14;
  const laid = SIDES.map((side) => papers({ items: story.places[side].map(bare), width: centre.x - gap, size, measure: made.measure }));
  if (laid.some(({ height }) => top + height > inner.h)) return false;
  scene.fit(frame);
  drawCentre(scene, sheet, centre);
  SIDES.forEach((side, at) => {
    const rect = { x: at ? centre.x + centre.w + gap : 0, y: 0, w: centre.x - gap, h: TITLE.h };
    heading(scene, side, rect);
    for (const item of story.places[side]) put(scene, item, laid[at].boxes, { ...rect, y: top, h: laid[at].height }, size, 'map-loose');
    hint(scene, side, centre, inner);
    const lane = story.lane(side);
    if (lane) scene.target(lane.id, { ...rect, h: inner.h }, shown.say(lane.title), (_point, id) => Number(story.item.get(id)?.note.spot ?? 0));
  });
  drawStrip(scene, { x: 0, y: inner.h, w: frame.w, h: strip }, size);
  const empty = SIDES.some((side) => !story.places[side].length);
  foot(scene, frame, empty ? asked(scene) : '', counts(scene));
  return true;
}

/** @param {Scene} scene @param {'left' | 'right'} side @param {Rect} rect */
function heading(scene, side, rect) {
  const { shown, story } = scene;
  scene.frameAt(`lane:${side}`, rect, TITLE.size, html`<h4 class=${`map-title at is-${side}`} data-box="lane:${side}"><span aria-hidden="true">${side === 'left' ? '+' : '−'}</span> ${shown.say(story.lane(side)?.title)}</h4>`);
}

/** What may come on an empty side. @param {Scene} scene @param {'left' | 'right'} side @param {Rect} centre @param {{w: number, h: number}} frame */
function hint(scene, side, centre, frame) {
  const { shown, story, made } = scene;
  const lane = story.lane(side);
  if (story.places[side].length || !lane?.hint || made.picture.quiet) return;
  const w = centre.x - 160;
  scene.frameAt(`hint:${side}`, { x: side === 'left' ? 80 : frame.w - 80 - w, y: frame.h / 2 - 60, w, h: 120 }, 28, html`<p class="lane-hint map-hint at" data-box="hint:${side}">${shown.say(lane.hint)}</p>`);
}

/** How many stand on each side. @param {Scene} scene */
function counts({ shown, story }) {
  return SIDES.map((side) => `${story.places[side].length} ${lower(shown.say(story.lane(side)?.title))}`);
}

/** What stands below the star: whether an empty side was forgotten, else what near means. @param {Scene} scene */
function asked({ shown, story }) {
  const empty = SIDES.find((side) => !story.places[side].length);
  return empty && SIDES.some((side) => story.places[side].length >= FEW) ? shown.t('map.empty', { side: lower(shown.say(story.lane(empty)?.title)) }) : shown.t('map.near');
}

/**
 * The strip is there, full or empty, while a round is about it, so that the last point that leaves it moves no other. It is as
 * high as what is not sorted needs to be read, in steps, while both sides leave room for that; else that lies there small.
 * @param {Scene} scene @param {number} size
 */
function trayHeight(scene, size) {
  const { made, story } = scene;
  const { round } = made.shown;
  const now = round?.sheet === made.sheet.id && round.lanes?.includes(story.lane('tray')?.id ?? '');
  if (!story.loose.length && !now) return 0;
  if (made.grows) return papers({ items: inStrip(scene).map(bare), width: FRAME.w, size, measure: made.measure }).height + scene.letters(LABEL) * HEAD + 26;
  if (scene.small) return STRIP;
  const { height } = papers({ items: inStrip(scene).map(bare), width: FRAME.w - labelled(scene), size: LOOSE, measure: made.measure });
  return STRIP + Math.max(0, Math.ceil((height + 20 - STRIP) / STEP)) * STEP;
}

/** How wide the label of the strip is. @param {Scene} scene */
function labelled({ shown, story }) {
  const lane = story.lane('tray');
  return Math.min(300, ((lane ? shown.say(lane.title) : '').length * 0.6 + 4) * 22);
}

/** What lies in the strip: a name whose circle is gone says that it is one. @param {Pick<Scene, 'story' | 'made'>} scene */
const inStrip = ({ story, made: { shown } }) => story.loose.map((item) => (story.alone.has(item.id) ? { ...item, text: shown.t('map.name_alone', { name: item.text }) } : item));

/** What is not sorted yet, as papers where they fit, else small. @param {Scene} scene @param {Rect} rect @param {number} size */
function drawStrip(scene, rect, size) {
  const { story, shown, made } = scene;
  if (!rect.h) return;
  const lane = story.lane('tray');
  const words = lane ? shown.say(lane.title) : '';
  scene.frameAt('lane:tray', rect, LABEL, html`<div class="map-tray at" data-box="lane:tray"><p class="map-label">${words} <span class="lane-count">${story.places.tray.length}</span></p></div>`);
  const left = made.grows ? 0 : labelled(scene);
  const items = inStrip(scene);
  // Where a picture grows the label lies above the papers, and these have the type of all others: it is there for that.
  const head = scene.letters(LABEL) * HEAD;
  const type = made.grows ? size : Math.min(size, LOOSE);
  const room = { x: rect.x + left, y: rect.y + (made.grows ? head : 12), w: rect.w - left, h: rect.h - (made.grows ? head : 20) };
  const laid = papers({ items: items.map(bare), width: room.w, size: type, measure: made.measure });
  if (laid.height <= room.h) {
    for (const item of items) put(scene, item, laid.boxes, room, type, 'map-loose');
    return;
  }
  let small = 24;
  while (small > 3 && minis({ items, width: room.w, size: small }).height > room.h) small *= 0.9;
  const { boxes } = minis({ items, width: room.w, size: small });
  for (const item of items) put(scene, item, boxes, room, small, 'mini');
  const { onPart } = made.picture;
  if (onPart) scene.frameAt('open:tray', rect, 22, html`<button type="button" class="walk-part at" data-box="open:tray" aria-label=${shown.t('boards.read', { lane: words })} @click=${() => onPart('tray')}></button>`);
}

/** A paper with its text alone: links are arrows here. @param {NoteItem} item @returns {NoteItem} */
function bare(item) {
  return { ...item, extra: [] };
}

/** @param {Scene} scene @param {NoteItem} item @param {Map<string, Rect>} boxes @param {Rect} room @param {number} size @param {string} look */
function put(scene, item, boxes, room, size, look) {
  const box = boxes.get(item.id);
  if (box) scene.note(item, { ...box, x: room.x + box.x, y: room.y + box.y }, size, look);
}

/** The line below a picture: words at the left, a key at the right. @param {Scene} scene @param {{w: number, h: number}} frame @param {string} words @param {unknown[]} key */
export function foot(scene, frame, words, key) {
  if (scene.made.picture.quiet) return;
  if (scene.compared) [words, key] = changesFoot(scene);
  scene.frameAt('map:foot', { x: 0, y: frame.h - FOOT, w: frame.w, h: FOOT }, 24, html`<div class="map-foot at" data-box="map:foot"><p>${words}</p><p class="map-key">${key.map((one) => html`<span>${one}</span>`)}</p></div>`);
}

/** Where a note may be put: the centre, three distances on each side, and what is not sorted. @param {Scene} scene @param {import('./star.js').Ask} ask @param {import('./star.js').Star} star @param {{w: number, h: number}} frame @param {Rect} strip */
function targets(scene, ask, star, frame, strip) {
  const { shown, story, made } = scene;
  const { centre } = ask;
  const lane = (/** @type {string} */ place) => story.lane(place);
  for (const side of SIDES) {
    const there = lane(side);
    if (!there) continue;
    const long = side === 'left' ? centre.x : frame.w - centre.x - centre.w;
    RINGS.forEach((ring, at) => {
      const w = long / RINGS.length;
      const x = side === 'left' ? centre.x - (at + 1) * w : centre.x + centre.w + at * w;
      scene.target(there.id, { x, y: 0, w, h: frame.h }, `${shown.say(there.title)}, ${shown.t(`map.ring.${at}`)}`, (point, id) => {
        const item = story.item.get(id);
        if (point) return spotOf(point, frame);
        return item ? freeSpot(lying(scene, item, side, 24), ring, ask, star) : 0;
      });
    });
  }
  const middle = lane('centre');
  if (middle) scene.target(middle.id, centre, shown.say(middle.title), () => 0);
  const tray = lane('tray');
  if (tray && made.picture.interactive) scene.target(tray.id, strip, shown.say(tray.title), () => 0);
}

/** One side, or as much of it as can be read, beside a small star of the whole. @param {Scene} scene @param {MapPart} part @param {MapPart[]} parts @returns {string} */
export function drawSide(scene, part, parts) {
  const small = { w: FRAME.w * 0.36, h: FRAME.h };
  scene.fit(FRAME);
  overview(scene, small, part, parts);
  const rect = { x: small.w + 60, y: 0, w: FRAME.w - small.w - 60, h: FRAME.h };
  const side = /** @type {'left' | 'right'} */ (part.side);
  scene.frameAt('lane:large', { ...rect, h: TITLE.h }, TITLE.size, html`<h4 class=${`map-title at is-${side}`} data-box="lane:large"><span aria-hidden="true">${side === 'left' ? '+' : '−'}</span> ${part.title}</h4>`);
  large(scene, part, { ...rect, y: TITLE.h + 20, h: rect.h - TITLE.h - 20 });
  return part.id;
}

/** What is not sorted yet, as much of it as can be read. @param {Scene} scene @param {MapPart} part @returns {string} */
export function drawTray(scene, part) {
  const frame = FRAME;
  scene.fit(frame);
  scene.frameAt('lane:large', { x: 0, y: 0, w: frame.w, h: TITLE.h }, TITLE.size, html`<h4 class="map-title at" data-box="lane:large">${part.title}</h4>`);
  large(scene, part, { x: 0, y: TITLE.h + 20, w: frame.w, h: frame.h - TITLE.h - 20 });
  return part.id;
}

/** @param {Scene} scene @param {MapPart} part @param {Rect} rect */
function large(scene, part, rect) {
  const { made, story } = scene;
  const ids = new Set(part.notes.map(({ id }) => id));
  const items = [...story.item.values()].filter(({ id }) => ids.has(id)).map(bare);
  const sizes = coarse([38, 36, 34, 32, 30, 28, 26, 24]);
  for (let size = sizes[0], at = 0; ; at += 1, size = sizes[at] ?? size * 0.94) {
    const laid = papers({ items, width: rect.w, size, measure: made.measure });
    if (laid.height > rect.h && size > 4) continue;
    for (const item of items) put(scene, item, laid.boxes, rect, size, 'map-loose');
    return;
  }
}

/** The star in small papers; those of the part that is large are marked. @param {Scene} scene @param {{w: number, h: number}} room @param {MapPart} part @param {MapPart[]} parts */
function overview(scene, room, part, parts) {
  const { story, shown, made } = scene;
  const now = new Set(part.notes.map(({ id }) => id));
  const by = room.w / FRAME.w;
  const frame = { w: FRAME.w, h: room.h / by };
  const sheet = measured(scene, [30, 27, 24], { w: room.w * 0.46, h: room.h * 0.4 });
  const centre = centreBox({ w: sheet.w / by, h: sheet.h / by }, frame);
  for (const share of [1, 0.8, 0.6, 0.4, 0.3]) {
    const ask = {
      papers: SIDES.flatMap((side) => story.places[side].map(({ id, note }) => ({ id, w: 128 * share, h: 76 * share, side, spot: Number(note.spot ?? 0) }))), centre, taken: [], frame, gap: 14,
    };
    // Of many it takes long to find out where all have a spoke, and none is followed by an eye.
    const star = scene.remembered(`small star ${share}`, JSON.stringify(ask), () => {
      const boxes = ask.papers.length > GLANCE && layColumns(ask);
      return boxes ? { boxes, spokes: new Map() } : ask.papers.length > GLANCE ? null : layStar(ask);
    });
    if (!star) continue;
    const drawn = scene.back.length;
    if (!star.spokes.size) scene.back.push(drawRings(frame));
    for (const side of SIDES) for (const { id } of story.places[side]) if (star.spokes.has(id)) scene.back.push(drawSpoke(/** @type {any} */ (star.spokes.get(id)), side));
    for (const side of SIDES) for (const { id, note } of story.places[side]) scene.mini(/** @type {Rect} */ (star.boxes.get(id)), color(note, shown), now.has(id));
    scene.back.push(svg`<g transform=${`scale(${by})`}>${scene.back.splice(drawn)}</g>`);
    break;
  }
  drawCentre(scene, sheet, { x: centre.x * by, y: centre.y * by, w: sheet.w, h: sheet.h });
  const { onPart } = made.picture;
  SIDES.forEach((side, at) => {
    const first = parts.find((one) => one.side === side);
    if (onPart && first) scene.frameAt(`open:${side}`, { x: (at * room.w) / 2, y: 0, w: room.w / 2, h: room.h }, 22, html`<button type="button" class="walk-part at" data-box="open:${side}" aria-label=${shown.t('boards.read', { lane: first.title })} @click=${() => onPart(first.id)}></button>`);
  });
}
