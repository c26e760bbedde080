/**
 * The picture of a map: the star, or the dynamics of the same notes. Every screen scales one frame, so that all show the
 * same arrangement. Where notes would be too small to be read on a wall, one circle or one side is large at a time, beside
 * a small picture of the whole. A picture that grows is never divided: its frame gets higher.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { begin } from '../drawing.js';
import { drawLines } from './changes-picture.js';
import { compared, differences } from './compared.js';
import { partsIn, pictureNow } from './parts.js';
import { drawDynamics, largeCircle } from './dynamics-picture.js';
import { clearest } from './laid.js';
import { drawBeside, drawColumns, drawFan, drawSide, drawStar, drawTray } from './star-picture.js';
import { drawSaid } from './said-picture.js';
import { FRAME, SIZES } from './shapes.js';
import { storyOf } from './drawn.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {Map<string, {asked: string, made: any}>} Remembered  layouts, by what they are, each with what it was asked for */

/** The smallest type of a picture that grows, of the smallest that it was asked for. */
const READ = 14 / 15;
/** The largest type, px of the frame, by which a picture that grows becomes as narrow as its place: below that it is wider. */
const MOST = 36;
/** How high a frame is tried that may grow. */
const GROWTH = [1, 1.3, 1.6, 2, 2.4, 3, 4, 6];
/** More than this that is not sorted, and nothing that is, is read part by part. */
const MANY = 12;
/** How many layouts, and sizes of papers, are remembered. */
const KEPT = 4000;
/** Smaller type, where nothing else helps: there is no part to be shown large. */
const SMALLER = [21, 18, 15, 12, 9];

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const { shown, sheet, picture } = space;
  // Layouts of many notes take time: only what is drawn depends on more than these.
  const parts = partsIn(shown, sheet);
  const wanted = parts.find(({ id }) => id === picture.part);
  const version = wanted?.kind === 'changes' && differences(shown, sheet);
  const beside = version ? compared(shown, sheet, version) : null;
  const made = begin(beside ? { ...space, shown: beside.shown } : space);
  const story = storyOf(made);
  /** @type {Remembered} */
  const laid = space.before?.laid ?? new Map();
  const kind = wanted && wanted.kind !== 'version' && wanted.kind !== 'changes' ? wanted.kind : pictureNow(shown, sheet);
  const scene = new Scene(made, story, laid, beside);
  const least = Math.max(SIZES[2], Math.min(MOST, Math.ceil((FRAME.w * made.floor * READ) / made.width)));
  const show = () => {
    if (wanted?.ring) return largeCircle(scene, wanted, parts);
    if (wanted?.side) return drawSide(scene, wanted, parts);
    if (wanted?.kind === 'tray') return drawTray(scene, wanted);
    if (wanted?.said) return drawSaid(scene, wanted);
    const draws = kind === 'star' ? [drawStar, drawFan] : [drawDynamics];
    const may = made.grows ? SIZES.filter((one) => one > least).concat(least) : SIZES;
    const sizes = kind === 'star' ? may : clearest(scene, FRAME, may);
    if (made.grows) {
      for (const by of kind === 'star' ? [1, 1.3, 1.6] : GROWTH) for (const draw of draws) for (const size of by > 1 ? [least] : sizes) if (draw(scene, { w: FRAME.w, h: FRAME.h * by }, size)) return '';
      drawColumns(scene, least);
      return '';
    }
    // What is not sorted is read where both sides leave room for that.
    for (const small of kind === 'star' && story.loose.length ? [false, true] : [true]) {
      scene.small = small;
      const empty = !story.places.left.length && !story.places.right.length && parts.find((part) => part.kind === 'tray');
      if (kind === 'star' && small && empty && story.loose.length > MANY && !wanted) return drawTray(scene, empty);
      for (const draw of kind === 'star' ? [...draws, drawBeside] : draws) for (const size of sizes) if (draw(scene, FRAME, size)) return wanted?.kind === 'changes' ? wanted.id : '';
    }
    if (wanted && beside) return drawLines(scene, wanted, beside);
    const first = parts.find((part) => (kind === 'star' ? part.side : part.ring));
    if (first?.ring) return largeCircle(scene, first, parts);
    if (first?.side) return drawSide(scene, first, parts);
    for (const size of SMALLER) if (draws[0](scene, FRAME, size)) return '';
    // So many that no picture has room for all: what lies on its sides, and else what is not sorted, part by part.
    const [some] = [...parts.filter((part) => part.side), ...parts.filter((part) => part.kind === 'tray')];
    if (some) return some.side ? drawSide(scene, some, parts) : drawTray(scene, some);
    return '';
  };
  const large = show();
  return {
    ...made.done(scene.height), back: scene.drawn(), turned: 0.5, least: made.grows ? (FRAME.w * made.floor * READ) / MOST : undefined, targets: scene.targets, before: { laid: kept(laid) },
    ...(large ? { walking: { part: large, parts } } : {}),
  };
}

/** Without what was not used for long. @param {Remembered} laid */
function kept(laid) {
  for (const key of laid.keys()) {
    if (laid.size <= KEPT) break;
    laid.delete(key);
  }
  return laid;
}

/** A frame that is scaled into the picture, and what is put into it. */
export class Scene {
  /** @type {unknown[]} */ back = [];
  /** @type {import('../form.js').TargetBox[]} */ targets = [];
  frame = FRAME;
  #scale = 1;
  #left = 0;
  height = 0;
  /** What is not sorted lies small. */ small = false;

  /** @param {import('../drawing.js').Drawing} made @param {import('./drawn.js').Story} story @param {Remembered} laid @param {import('./compared.js').Compared | null} compared what is different, where that is shown */
  constructor(made, story, laid, compared) {
    this.compared = compared;
    this.made = made;
    this.story = story;
    this.laid = laid;
    this.fit(FRAME);
  }

  get shown() {
    return this.made.shown;
  }

  /** Scale this frame into the picture. @param {{w: number, h: number}} frame */
  fit(frame) {
    const { width, height, grows } = this.made;
    this.frame = frame;
    this.#scale = grows ? width / frame.w : Math.min(width / frame.w, height / frame.h);
    this.#left = (width - frame.w * this.#scale) / 2;
    this.height = grows ? frame.h * this.#scale : height;
  }

  /** A layout that was made before for the same: what was used last is remembered longest. @template T @param {string} key @param {string} asked @param {() => T} make @returns {T} */
  remembered = (key, asked, make) => {
    const known = this.laid.get(key);
    const found = known?.asked === asked ? known : { asked, made: make() };
    this.laid.delete(key);
    this.laid.set(key, found);
    return found.made;
  };

  /** @param {import('./shapes.js').Rect} rect */
  box({ x, y, w, h }) {
    const by = this.#scale;
    return { x: this.#left + x * by, y: y * by, w: w * by, h: h * by };
  }

  /** A paper. @param {import('../drawing.js').NoteItem} item @param {import('./shapes.js').Rect} rect @param {number} size @param {string} look */
  note(item, rect, size, look) {
    const sign = look.includes('map-paper') ? this.story.signs.get(item.id) ?? '' : '';
    const gone = this.compared?.ghosts.has(item.id) ? 'map-gone' : '';
    this.made.boxes.set(item.id, { ...this.box(rect), size: size * this.#scale, ids: [item.id], look: `${look} folded ${gone}`, sign, tag: this.compared?.tags.get(item.id) });
    this.made.order.push(item.note);
  }

  /** A small paper that stands for a note, where nobody taps it. @param {import('./shapes.js').Rect} rect @param {string} color @param {boolean} [now] */
  mini({ x, y, w, h }, color, now = false) {
    this.back.push(svg`<rect class=${`mini-paper ${color} ${now ? 'is-now' : ''}`} x=${x} y=${y} width=${w} height=${h} rx="3"></rect>`);
  }

  /** How large the letters of what is no note are, px of the frame: never too small to be read where the picture grows. @param {number} size */
  letters(size) {
    const { grows, floor } = this.made;
    return Math.max(size, grows ? (floor * READ) / this.#scale : 0);
  }

  /** What is no note. @param {string} id @param {import('./shapes.js').Rect} rect @param {number} size @param {unknown} drawn */
  frameAt(id, rect, size, drawn) {
    this.made.frame(id, this.box(rect), this.letters(size) * this.#scale, drawn);
  }

  /** @param {string} lane @param {import('./shapes.js').Rect} rect @param {string} words @param {(at: import('./shapes.js').Point | null, note: string) => number} spot */
  target(lane, rect, words, spot) {
    const point = (/** @type {import('./shapes.js').Point | null} */ at) => at && { x: (at.x - this.#left) / this.#scale, y: at.y / this.#scale };
    this.targets.push({ lane, row: '', side: '', ...this.box(rect), words, spot: (at, note) => spot(point(at), note) });
  }

  drawn() {
    const { made } = this;
    return this.back.length ? html`<svg class="backdrop map-drawn" width=${made.width} height=${made.grows ? Math.ceil(this.height) : made.height} aria-hidden="true"><g transform=${`translate(${this.#left} 0) scale(${this.#scale})`}>${this.back}</g></svg>` : nothing;
  }
}
