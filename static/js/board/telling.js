/**
 * Telling: while somebody has the floor, the note that they have just put up is large, on its own side of the line; when
 * the floor goes on, it glides to its place. Which note that is, its place and size, how it is drawn, and its animation.
 * No layout of the other notes may live here.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { color, tilt, tongue } from '../notes/look.js';
import { signOf } from '../notes/marks.js';
import { lineCount } from '../notes/measure.js';
import { laneOf, sideWord } from '../notes/query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../forms/form.js').Plan} Plan */
/** @typedef {import('../forms/form.js').Box} Box */

/** From so many notes in one change on it is a reveal or a reconnection: nobody tells them. */
const MANY = 3;
/** Ms of the glide to the note's place. */
const GLIDE = 500;

/** All in px of a picture of this size, as on a wall at 1080p. */
const AT = { width: 1792, height: 760 };
const SIZES = [84, 77, 71, 65, 60, 56, 52, 48, 44, 40, 36];
/** From here down a note may lie over its own place. */
const FREE = 60;
const WIDTHS = [800, 920, 1060, 1200, 1360, 1520, 1680];
/** The sheet's dimensions, in em of its text, but for the line that says the place. */
const SHEET = { line: 1.1, padX: 0.7, padY: 0.62, place: 36, gap: 12 };
/** The width of what stands there beside the lane's name, em. */
const SIDE_WORDS = 10;

/** Which note of a picture is large, and which are gliding to their places. */
export class Telling {
  /** '' when none is. */ large = '';
  /** @type {Set<string>} */ gliding = new Set();
  #holder = '';
  #round = '';

  /**
   * Take a change of the board. @param {Shown} shown @param {Sheet} sheet
   * @param {string[]} added notes that are new on this screen @param {boolean} wished whether this picture tells notes
   */
  follow(shown, sheet, added, wished) {
    const holder = wished && !shown.board?.closed ? shown.turns.get('all')?.holder ?? '' : '';
    const round = shown.board?.round ?? '';
    const goesOn = holder !== '' && holder === this.#holder && round === this.#round;
    this.#holder = holder;
    this.#round = round;
    const up = (/** @type {string} */ id) => {
      const note = shown.note(id);
      return note?.kind === 'note' && !note.draft && note.sheet === sheet.id;
    };
    const told = added.filter(up);
    const next = goesOn && told.length < MANY ? told.at(-1) ?? this.large : '';
    if (this.large && this.large !== next) this.gliding.add(this.large);
    this.large = up(next) ? next : '';
    for (const id of this.gliding) if (!up(id) || id === this.large) this.gliding.delete(id);
  }

  /** The notes that are drawn as large sheets. */
  get sheets() {
    return [...this.gliding, ...(this.large ? [this.large] : [])];
  }
}

/**
 * @typedef {{x: number, y: number, size: number, w: number}} Year  the middle of its lane's name on the line; `w`: of its lane
 *
 * @typedef {object} Place
 * @property {number} x
 * @property {number} w
 * @property {number} size     of the text
 * @property {boolean} above   the line; then `edge` is the distance of its lower edge from the picture's lower edge
 * @property {number} edge     else of its upper edge from the picture's upper edge
 * @property {number} unit     a px of a wall at 1080p
 * @property {Year | null} year
 */

/**
 * Where the large sheet of a note lies: in the middle, but beside the note's own place, and never over the line. In a walk
 * it has all of the part's sheet, since the overview above keeps the line in sight.
 * @param {Note} note @param {Sheet} sheet @param {Plan} plan
 * @param {{width: number, height: number, measure: import('../notes/measure.js').Measure}} space @returns {Place}
 */
export function place(note, sheet, plan, { width, height, measure }) {
  const unit = Math.min(width / AT.width, height / AT.height);
  const gap = SHEET.gap * unit;
  const line = lineOf(note, sheet, plan);
  const box = plan.boxes.get(note.id);
  const above = line && box ? box.y + box.h / 2 < line.middle : note.side !== 'down';
  const walked = line && plan.walking ? { top: line.start + gap, year: smallYear(note, sheet, plan) } : null;
  const room = walked ? height - walked.top - gap : !line ? height : above ? line.top - gap : height - line.low - gap;
  const title = Object.values(sheet.lanes.find((lane) => lane.id === note.lane)?.title ?? {});
  const words = SIDE_WORDS + Math.max(0, ...title.map((one) => measure(one)));
  const { size, w, h } = fitting(note.text, { unit, room, width, words, measure, free: box ? Math.max(box.x, width - box.x - box.w) - gap : width });
  const middle = Math.max(0, (width - w) / 2);
  let x = middle;
  if (box && middle < box.x + box.w + gap && box.x - gap < middle + w) {
    const beside = [box.x - gap - w, box.x + box.w + gap].filter((one) => one >= 0 && one + w <= width);
    x = beside.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? middle;
  }
  if (walked) return { x, w, size, above: false, edge: walked.top + Math.max(0, room - h) / 2, unit, year: walked.year };
  const edge = !line ? Math.max(0, (height - room) / 2) : above ? plan.height - line.top + gap : line.low + gap;
  return { x, w, size, above: Boolean(line) && above, edge, unit, year: line?.year ?? null };
}

/**
 * The line between the two sides, from the targets of the lanes on a scale; null for a form without one.
 * @param {Note} note @param {Sheet} sheet @param {Plan} plan
 */
function lineOf(note, sheet, plan) {
  const scaled = new Set(sheet.lanes.filter((lane) => lane.scale !== undefined).map((lane) => lane.id));
  const sides = plan.targets.filter((target) => scaled.has(target.lane));
  const tallest = (/** @type {string} */ side) => sides.filter((target) => target.side === side).sort((a, b) => b.h - a.h)[0];
  const [up, down] = [tallest('up'), tallest('down')];
  if (!up || !down || down.y < up.y + up.h) return null;
  const top = up.y + up.h;
  const own = plan.targets.find((target) => target.lane === note.lane && target.side === 'up');
  const onLine = own && Math.abs(own.y + own.h - top) < 2;
  const middle = (top + down.y) / 2;
  const size = onLine ? sizeOf(plan, note.lane, own.w, scaled.has(note.lane), false) ?? Math.min((down.y - top) * 0.54, own.w * 0.3) : 0;
  return { start: up.y, top, low: down.y, middle, year: onLine ? { x: own.x + own.w / 2, y: middle, size, w: own.w } : null };
}

/**
 * The size of a lane's name as it is marked, hardly larger than it stands on the line; undefined where it does not stand there.
 * @param {Plan} plan @param {string} lane @param {number} w @param {boolean} dated @param {boolean} small whether in the overview
 */
function sizeOf(plan, lane, w, dated, small) {
  const found = [...plan.boxes].find(([id]) => id.startsWith('name:') && id.endsWith(`:${lane}`) && id.startsWith('name:small:') === small);
  return found && (dated ? Math.min(found[1].size * 1.03, w * 0.3) : found[1].size);
}

/** The name of its lane in the overview of a walk. @param {Note} note @param {Sheet} sheet @param {Plan} plan @returns {Year | null} */
function smallYear(note, sheet, plan) {
  const name = plan.boxes.get(`name:small:${note.lane}`);
  const dated = sheet.lanes.some((lane) => lane.id === note.lane && lane.scale !== undefined);
  return name ? { x: name.x + name.w / 2, y: name.y + name.h / 2, size: sizeOf(plan, note.lane, name.w, dated, true) ?? name.size, w: name.w } : null;
}

/**
 * The largest text that fits, then the narrowest sheet.
 * @param {string} text
 * @param {{unit: number, room: number, width: number, free: number, words: number, measure: import('../notes/measure.js').Measure}} space
 */
function fitting(text, { unit, room, width, free, words, measure }) {
  const widths = WIDTHS.map((w) => w * unit).filter((w) => w <= width);
  if (!widths.length) widths.push(width);
  const fits = (/** @type {number} */ size, /** @type {number} */ w) => {
    const inner = w / size - 2 * SHEET.padX;
    return text.split(/\s+/u).every((word) => measure(word) <= inner) && tall(size, w) <= room;
  };
  const tall = (/** @type {number} */ size, /** @type {number} */ w) => {
    const below = Math.ceil((words * SHEET.place * unit) / (w - 2 * SHEET.padX * size));
    return (lineCount(text, w / size - 2 * SHEET.padX, measure) * SHEET.line + 2 * SHEET.padY) * size + SHEET.place * (0.4 + 1.2 * below) * unit;
  };
  const tries = SIZES.flatMap((size) => widths.map((w) => ({ size: size * unit, w })));
  const found = tries.find(({ size, w }) => w <= free && size >= FREE * unit * 0.99 && fits(size, w))
    ?? tries.find(({ size, w }) => fits(size, w)) ?? { size: SIZES[SIZES.length - 1] * unit, w: widths[widths.length - 1] };
  return { ...found, h: tall(found.size, found.w) };
}

/** The large sheet of a note; it stands in the list of notes, too, where screen readers find it. @param {Note} note @param {Shown} shown */
export function drawTold(note, shown) {
  const lane = laneOf(note, shown);
  const side = sideWord(note, shown);
  return html`<figure class=${`told ${color(note, shown)}`} data-told=${note.id} aria-hidden="true">
    <blockquote class="told-words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</blockquote>
    <figcaption class="told-place">${lane ? shown.say(lane.title) : note.lane}${side
      ? html`<span> · ${signOf(side.sign)}</span> ${shown.say(side.title)}` : nothing}</figcaption>
  </figure>`;
}

/** The name of its lane on the line. @param {Note} note @param {Shown} shown */
export function drawYear(note, shown) {
  const lane = laneOf(note, shown);
  return html`<p class=${`told-year ${lane && lane.scale === undefined ? 'is-words' : ''}`} aria-hidden="true">${lane ? shown.say(lane.title) : note.lane}</p>`;
}

/** @param {HTMLElement} el the large sheet @param {Place} at */
export function lay(el, at) {
  const { style } = el;
  style.left = `${Math.round(at.x)}px`;
  style.width = `${Math.round(at.w)}px`;
  style.top = at.above ? 'auto' : `${Math.round(at.edge)}px`;
  style.bottom = at.above ? `${Math.round(at.edge)}px` : 'auto';
  style.fontSize = `${at.size.toFixed(1)}px`;
  style.rotate = `${(tilt({ id: el.dataset.told ?? '' }) * 0.45).toFixed(2)}deg`;
  style.setProperty('--place', `${(SHEET.place * at.unit).toFixed(1)}px`);
}

/** @param {HTMLElement} el the name of its lane @param {Year} year */
export function layYear(el, { x, y, size, w }) {
  const { style } = el;
  style.maxWidth = `${Math.floor(w)}px`;
  style.left = `${Math.round(x)}px`;
  style.top = `${Math.round(y)}px`;
  style.fontSize = `${size.toFixed(1)}px`;
}

/**
 * Let a large sheet glide to the note's box, or fade where less movement is wished.
 * @param {HTMLElement} el @param {Box | undefined} box @param {() => void} done
 */
export function glide(el, box, done) {
  if (el.dataset.glides) return;
  el.dataset.glides = 'yes';
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches || !box;
  const frames = still ? [{ opacity: 1 }, { opacity: 0 }] : [{ transform: 'none' }, {
    transform: `translate(${box.x - el.offsetLeft}px, ${box.y - el.offsetTop}px) scale(${box.w / el.offsetWidth}, ${box.h / el.offsetHeight})`,
  }];
  el.animate(frames, { duration: still ? 300 : GLIDE, easing: still ? 'linear' : 'cubic-bezier(0.5, 0, 0.2, 1)', fill: 'forwards' })
    .finished.then(done, done);
}
