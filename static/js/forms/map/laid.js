/**
 * A map's whole pictures as they lie, star and dynamics: sizes of papers, names and the centre's sheet, circles, spokes and
 * arrows, px of the frame. Screens draw them (star-picture.js, dynamics-picture.js), and posters are laid by the same
 * (printed.js): there is one arrangement.
 *
 * No DOM, no drawing and no clock may live here.
 */
import { layArrows } from './arrows.js';
import { CENTRE, hindered, layDynamics } from './dynamics.js';
import { layFan } from './fan.js';
import { paper } from './paper.js';
import { SIZES, onEllipse } from './shapes.js';
import { centreBox, layStar } from './star.js';
import { lower, ringTitle, turnWords } from './story.js';

/** @typedef {import('./shapes.js').Rect} Rect */
/** @typedef {import('./story.js').Ring} Ring */
/** @typedef {import('./story.js').Link} Link */
/** @typedef {import('./star.js').Lying} Lying */
/** @typedef {import('./dynamics.js').Dynamics} Dynamics */
/** @typedef {{id: string, text: string, note: import('../../types.js').Note}} Item */
/** @typedef {{w: number, h: number, size: number, papers: {w: number, h: number}[], items: import('../drawing.js').NoteItem[]}} Sheet  what the story is about, as it stands in the middle */
/**
 * @typedef {object} Told  what a picture is laid from
 * @property {{measure: import('../../notes/measure.js').Measure, sheet: import('../../types.js').Sheet}} made
 * @property {import('../../types.js').Shown} shown
 * @property {import('./drawn.js').Story} story
 * @property {import('./compared.js').Compared | null} [compared]  what is different, where that is shown
 * @property {<T>(key: string, asked: string, make: () => T) => T} remembered  a layout that was made before for the same: only what changed is laid again
 */

export const SIDES = /** @type {const} */ (['left', 'right']);
/** How much wider bold letters are. */
export const BOLD = 1.08;
/** The strip of what is not sorted yet, and the line below a picture. */
export const STRIP = 118;
export const FOOT = 44;
/** The widest lines of papers in columns, em. */
const NARROW = [10.5, 9, 7.4];
/** The title of a side of the star. */
export const TITLE = { size: 34, h: 46 };
/** The sheet in the middle: its label, and its margins. */
export const LABEL = 24;
const PAD = { x: 26, top: 22, bottom: 20 };
/** Sizes of circles' names, and of the line above them. */
const NAMES = [40, 36, 32, 28, 25];
export const KICKER = { size: 25, h: 38 };
/** The word beside an arrow that stops. */
export const WORD = 24;
/** Before the keys of links that are not there any more. */
export const GONE = 'gone ';
/**
 * A large circle: the type of its papers, that of what touches it, how much of that is shown, and how long its arrows are
 * at least. Of a circle of many, its own papers come first.
 */
const LARGE = [
  [33, 26, 1, 74], [30, 24, 1, 74], [27, 24, 1, 74], [24, 22, 1, 74], [33, 26, 0.5, 74], [28, 24, 0.5, 74], [24, 22, 0.3, 74], [30, 24, 0, 74],
  [26, 0, 0, 60], [24, 0, 0, 46], [24, 0, 0, 34], [22, 0, 0, 34], [19, 0, 0, 34], [15, 0, 0, 30], [11, 0, 0, 24], [8, 0, 0, 16],
];
/** The least that a paper takes with its air, by the square of its type. */
const LEAST = 15;
/** With more papers than this the first arrangement that fits is taken. */
const CLEAR = 30;

/** How large the sheet in the middle is with its notes, in the largest type in which it is not larger than this. @param {Told} told @param {number[]} sizes @param {{w: number, h: number}} most @param {number} [shape] of its papers @param {import('../drawing.js').NoteItem[]} [items] what stands on it @returns {Sheet} */
export function measured({ made, shown, story }, sizes, most, shape = 2.4, items = story.places.centre) {
  const label = shown.say(story.lane('centre')?.title);
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

/** Where the papers of the sheet in the middle lie. @param {Sheet} sheet @param {Rect} rect @returns {Rect[]} */
export function inCentre({ papers }, rect) {
  let y = rect.y + PAD.top + LABEL * 1.3;
  return papers.map(({ h }) => {
    y += h;
    return { x: rect.x + PAD.x, y: y - h, w: rect.w - 2 * PAD.x, h };
  });
}

/** A paper of the star. @param {Told} told @param {Item} item @param {'left' | 'right'} side @param {number} size @param {number} [widest] em @returns {Lying} */
export function lying(told, item, side, size, widest) {
  return { ...sized(told, item.id, size, widest), side, spot: Number(item.note.spot ?? 0) };
}

/** Where the title of a side stands: at the upper corners. @param {Told} told @param {'left' | 'right'} side @param {{w: number}} frame @returns {Rect} */
function titleOf({ made, shown, story }, side, frame) {
  const words = shown.say(story.lane(side)?.title);
  const w = (words.split(' ').reduce((sum, word) => sum + made.measure(word) + 0.3, 0) * 1.12 + 1.2) * TITLE.size;
  return { x: side === 'left' ? 0 : frame.w - w, y: 0, w, h: TITLE.h };
}

/**
 * All notes of both sides in the star in this type, above a strip of this height; null when they do not fit.
 * @param {Told} told @param {{w: number, h: number}} frame @param {number} size @param {number} strip @param {boolean} [fanned] in columns, with bent spokes
 */
export function starOf(told, frame, size, strip, fanned = false) {
  const { story } = told;
  if (crowded(story.places.left.length + story.places.right.length, size, frame)) return null;
  const sheet = measured(told, [42, 36, 32, 28].map((px) => Math.max(px, size)), { w: 430, h: 320 });
  const inner = { w: frame.w, h: frame.h - strip - FOOT };
  const centre = centreBox(sheet, inner);
  const titles = { left: titleOf(told, 'left', inner), right: titleOf(told, 'right', inner) };
  const asked = (/** @type {number | undefined} */ widest) => ({
    papers: SIDES.flatMap((side) => story.places[side].map((item) => lying(told, item, side, size, widest))), centre,
    taken: SIDES.map((side) => titles[side]), frame: inner,
  });
  const ask = asked(undefined);
  const lay = (/** @type {string} */ key, /** @type {import('./star.js').Ask} */ one, /** @type {typeof layStar} */ how) => told.remembered(`${key} ${size} ${inner.h}`, JSON.stringify(one), () => how(one));
  const star = fanned ? NARROW.reduce((found, widest) => found ?? lay(`fan ${widest}`, asked(widest), layFan), /** @type {import('./star.js').Star | null} */ (null)) : lay('star', ask, layStar);
  return star && { sheet, inner, centre, titles, ask, star };
}

/** All notes of the dynamics in this type, and how many arrows will have no straight way; null when they do not fit. @param {Told} told @param {{w: number, h: number}} frame @param {number} size */
function notesOf(told, frame, size) {
  const { story } = told;
  const inner = { w: frame.w, h: frame.h - FOOT };
  const gone = goneLinks(told);
  const linked = new Set([...story.links.flatMap(({ from, to }) => [from.id, to.id]), ...gone.flatMap(({ from, to }) => [from, to])]);
  // What the story is about is a sheet, also where something leads to it; along a circle it is a paper, and so is what leads to
  // another on that sheet: an arrow within it could not be drawn.
  const inMiddle = new Set(story.places.centre.map(({ id }) => id));
  const papers = new Set([...story.rings.flatMap(({ notes }) => notes), ...story.links.flatMap(({ from, to }) => (inMiddle.has(from.id) && inMiddle.has(to.id) ? [from] : []))].map(({ id }) => id));
  const middling = story.places.centre.filter(({ id }) => !papers.has(id));
  const sheets = new Set(middling.map(({ id }) => id));
  const items = itemsOf(told, linked).filter(({ id }) => !sheets.has(id));
  if (crowded(items.length, size, frame)) return null;
  const sheet = measured(told, [38, 34, 30, 28], { w: 430, h: 206 }, 4, middling);
  const pairs = inSheet(pairsOf(story.links), sheets);
  const ask = {
    papers: items.map((item) => sized(told, item.id, size)), circles: story.rings.map((ring) => ringed(told, ring)),
    pairs, centre: middling.length ? { w: sheet.w, h: sheet.h } : null, frame: inner, clear: items.length <= CLEAR,
  };
  const asked = JSON.stringify(ask);
  const laid = told.remembered(`dynamics ${size} ${inner.h}`, asked, () => layDynamics(ask));
  if (!laid) return null;
  return { inner, linked, items, sheet, laid, asked, joining: inSheet([...freeLinks(story.links, story.rings), ...gone], sheets), hindered: hindered(laid, { pairs }).length };
}

/** All notes of the dynamics in this type, with circles and arrows; null when they do not fit. @param {Told} told @param {{w: number, h: number}} frame @param {number} size */
export function dynamicsOf(told, frame, size) {
  const made = notesOf(told, frame, size);
  if (!made) return null;
  const { inner, linked, items, sheet, laid, asked, joining } = made;
  const arrows = told.remembered(`arrows ${size} ${inner.h}`, asked + JSON.stringify(joining) + stopWord(told), () => layArrows(joining, among(told, laid, inner)));
  return { inner, linked, items, sheet, laid, arrows };
}

/**
 * The type in which the dynamics are read best: the largest in which all notes fit, or a smaller one in which arrows that
 * had to go around go straight. Nothing where they fit in none. @param {Told} told @param {{w: number, h: number}} frame @param {number[]} sizes largest first @returns {number[]}
 */
export function clearest(told, frame, sizes) {
  let best = { size: 0, hindered: Infinity };
  for (const size of sizes) {
    // Much smaller than on a wall only where there is no other way.
    if (best.size && size < SIZES[SIZES.length - 1] - 3) break;
    const made = notesOf(told, frame, size);
    // One arrow is not worth that everything gets smaller.
    if (made && made.hindered < best.hindered - 1) best = { size, hindered: made.hindered };
    if (best.size && (best.hindered < 2 || (made && made.items.length > CLEAR))) break;
  }
  return best.size ? [best.size] : [];
}

/** Links to and from notes on the sheet in the middle meet the sheet. @template {{from: string, to: string}} T @param {T[]} links @param {Set<string>} sheets @returns {T[]} */
function inSheet(links, sheets) {
  const end = (/** @type {string} */ id) => (sheets.has(id) ? CENTRE : id);
  return links.map((link) => ({ ...link, from: end(link.from), to: end(link.to) })).filter(({ from, to }) => from !== to);
}

/** The notes that lie in the dynamics: of both sides, and what else is linked. @param {Told} told @param {Set<string>} linked */
function itemsOf({ story: { places } }, linked) {
  return [...places.left, ...places.right, ...[...places.tray, ...places.centre].filter(({ id }) => linked.has(id))];
}

/** @param {Told} told @param {string} id @param {number} size @param {number} [widest] em */
function sized({ made, story, remembered }, id, size, widest) {
  const item = /** @type {import('../drawing.js').NoteItem} */ (story.item.get(id));
  const sign = story.signs.get(id);
  const { w, h } = remembered(`paper ${size} ${widest} ${sign} ${item.text}`, '', () => paper({ text: item.text, sign }, size, made.measure, { widest }));
  return { id, w, h };
}

/** More papers of this type than have room, however short they are: they are not even measured. @param {number} count @param {number} size @param {{w: number, h: number}} frame */
function crowded(count, size, frame) {
  return count * LEAST * size ** 2 > frame.w * frame.h;
}

/** A circle with the boxes that its name may have. @param {Told} told @param {Ring} ring */
function ringed(told, ring) {
  const { made, shown } = told;
  const text = ringTitle(ring, shown);
  const kicker = (made.measure(kickerOf(told, ring)) + 2.2) * KICKER.size;
  const most = Math.max(3, Math.ceil(text.length / 24));
  const names = told.remembered(`name ${kicker} ${text}`, '', () => NAMES.flatMap((size) => [2.6, 1.7, 1.1].flatMap((shape) => {
    const { w, h, lines } = paper({ text }, size, made.measure, { bold: BOLD, shape });
    return lines <= most ? [{ w: Math.max(w, kicker), h: h + KICKER.h, size }] : [];
  })));
  return { id: ring.id, notes: ring.notes.map(({ id }) => id), names };
}

/** How a circle turns, and what is different in its name. @param {Pick<Told, 'shown' | 'compared'>} told @param {Ring} ring */
export function kickerOf({ shown, compared }, ring) {
  return [turnWords(ring, shown), compared?.tags.get(ring.name?.id ?? '')].filter(Boolean).join(' · ');
}

/** @param {Link[]} links */
function pairsOf(links) {
  return links.map(({ from, to }) => ({ from: from.id, to: to.id }));
}

/** The links that are not drawn along a circle. @param {Link[]} links @param {Ring[]} rings */
function freeLinks(links, rings) {
  const along = new Set(rings.flatMap(({ notes }) => notes.map((note, at) => `${note.id} ${notes[(at + 1) % notes.length].id}`)));
  return links.filter(({ from, to, kind }) => kind.sign !== 'plus' || !along.has(`${from.id} ${to.id}`))
    .map(({ from, to, kind }) => ({ key: `${from.id} ${to.id} ${kind.id}`, from: from.id, to: to.id, stops: kind.sign === 'minus' }));
}

/** The links that are not there any more, where what is different is shown. @param {Told} told */
function goneLinks({ compared, story }) {
  return (compared?.gone ?? []).filter(({ from, to }) => story.item.has(from) && story.item.has(to)).map(({ from, to, kind }) => ({ key: `${GONE}${from} ${to} ${kind}`, from, to }));
}

/** The word of links that stop. @param {Told} told */
export function stopWord({ made, shown }) {
  return lower(shown.say(made.sheet.links.find(({ sign }) => sign === 'minus')?.title));
}

/** What arrows pass. @param {Told} told @param {Dynamics} laid @param {{w: number, h: number}} frame @returns {import('./arrows.js').Among} */
function among(told, { boxes, circles, centre }, frame) {
  const all = [...circles.values()];
  return {
    boxes: new Map([...boxes, ...(centre ? [/** @type {[string, Rect]} */ ([CENTRE, centre])] : [])]), frame,
    names: all.flatMap(({ name }) => name ?? []), bands: all.map(({ ellipse }) => ellipse),
    still: all.flatMap(({ ellipse, gaps }) => gaps.map(([from, to]) => Array.from({ length: 17 }, (_, at) => onEllipse(ellipse, from + ((to - from) * at) / 16)))),
    word: { w: (told.made.measure(stopWord(told)) + 0.4) * WORD, h: WORD * 1.25 },
  };
}

/**
 * A circle by itself with what touches it, in the largest type in which it fits; null when it fits in none.
 * @param {Told} told @param {Ring} ring @param {{w: number, h: number}} frame
 */
export function circleOf(told, ring, frame) {
  const own = new Set(ring.notes.map(({ id }) => id));
  const links = told.story.links.filter(({ from, to }) => own.has(from.id) || own.has(to.id));
  const around = [...new Set(links.flatMap(({ from, to }) => [from.id, to.id]))].filter((id) => !own.has(id)).sort();
  for (const [size, beside, most, least] of LARGE) {
    const these = around.slice(0, Math.ceil(around.length * most));
    const known = new Set([...own, ...these]);
    const shown = links.filter(({ from, to }) => known.has(from.id) && known.has(to.id));
    const ask = {
      papers: [...ring.notes.map(({ id }) => sized(told, id, size)), ...these.map((id) => sized(told, id, beside))],
      circles: [ringed(told, ring)], pairs: pairsOf(shown), centre: null, frame, least,
    };
    const asked = JSON.stringify(ask);
    const laid = told.remembered(`large ${ring.id} ${size} ${beside} ${most} ${least}`, asked, () => layDynamics(ask));
    if (!laid) continue;
    const joining = freeLinks(shown, [ring]);
    const arrows = told.remembered(`large arrows ${ring.id} ${size} ${beside} ${most} ${least}`, asked + JSON.stringify(joining) + stopWord(told), () => layArrows(joining, among(told, laid, frame)));
    const put = (/** @type {string} */ id, /** @type {number} */ px, /** @type {boolean} */ pale) => ({ id, size: px, beside: pale, rect: /** @type {Rect} */ (laid.boxes.get(id)) });
    return { laid, arrows, papers: [...ring.notes.map(({ id }) => put(id, size, false)), ...these.map((id) => put(id, beside, true))] };
  }
  return null;
}

/** All circles and notes, as papers without words. @param {Told} told @param {{w: number, h: number}} frame */
export function smallOf(told, frame) {
  const { story } = told;
  const linked = new Set(story.links.flatMap(({ from, to }) => [from.id, to.id]));
  const items = itemsOf(told, linked);
  for (const share of [1, 0.8, 0.62, 0.46, 0.32, 0.2]) {
    const size = { w: 190 * share, h: 104 * share };
    const ask = {
      papers: items.map(({ id }) => ({ id, ...size })), circles: story.rings.map(({ id, notes }) => ({ id, notes: notes.map((note) => note.id), names: [{ w: 110 * share + 30, h: 110 * share + 30, size: 1 }] })),
      pairs: pairsOf(story.links), centre: null, frame, gap: 18 * share, least: 34 * share, half: 10,
    };
    const laid = told.remembered(`small ${share}`, JSON.stringify(ask), () => layDynamics(ask));
    if (laid) return { laid, items };
  }
  return null;
}
