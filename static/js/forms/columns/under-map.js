/**
 * The map below the stations of a sheet that is drawn over it (SPEC R47): the circles and points that its notes are about, and
 * each note where it lies. A link is dotted from a note on. Where they cannot all be read there is one circle at a time.
 */
import { html, nothing, repeat, svg } from '../../../lib/lit-html.js';
import { elementWords } from '../../notes/about.js';
import { color, tongue } from '../../notes/look.js';
import { signOf } from '../../notes/marks.js';
import { clip } from '../../notes/measure.js';
import { laneOf } from '../../notes/query.js';
import { daysOf, fateOf, linkKey, mapUnder, ringsUnder, wayOf } from '../over.js';
import { layArrows } from '../map/arrows.js';
import { BOLD } from '../map/laid.js';
import { hindered, layDynamics } from '../map/dynamics.js';
import { drawArrow, drawBand, drawTie, drawWord } from '../map/ink.js';
import { paper as measured } from '../map/paper.js';
import { apart, around, middle, near, onBand, onEllipse } from '../map/shapes.js';
import { laneAt, linksOn, lower, ringTitle, turnWords } from '../map/story.js';
import { turnSign } from '../map/turn.js';

/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../over.js').Lying} Lying */
/** @typedef {import('../map/story.js').Ring} Ring */
/** @typedef {import('../map/story.js').Link} Link */
/** @typedef {import('../map/shapes.js').Rect} Rect */
/** @typedef {import('../map/dynamics.js').Dynamics} Dynamics */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {{lying: Lying, day: string, wanted: string, laid: Map<string, Dynamics | null>}} Ask  `laid`: layouts that were made before */
/** @typedef {{id: string, notes: Note[], more: number, said: string, w: number, h: number}} Stack  notes that lie on one element, as one paper; `said`: where, for those who do not see it; `more`: so many are not named */
/** @typedef {{rings: Ring[], loose: boolean, inside: boolean, brief: boolean, strict: boolean, left?: number}} Choice  `left`: so many circles are not drawn; `inside`: what lies on a whole circle stands within it; `brief`: of several on one element the first is named; `strict`: what is of no circle lies in none */
/** @typedef {NonNullable<ReturnType<typeof laidOut>> & {choice: Choice, map: Sheet, scale: number, height: number, ring: string}} Under */

/** The frame that is scaled into the picture: at least so wide where there is room. */
const WIDE = 1792;
/** The type of papers, px of the frame. */
const SIZES = [30, 27, 24, 22];
const HEIGHTS = [0.24, 0.32, 0.42, 0.56, 0.75, 1];
const NAMES = [36, 32, 28, 25];
const KICKER = { size: 25, h: 36 };
const WORD = 24;
/** The stretch of a band that is seen between two papers at least. */
const LEAST = 46;
const HEAD = { w: 250, size: 25, small: 22, line: 1.25, air: 26 };
/** A second line of a stack's paper, of its first. */
const STATE = 1;

/** Sizes of papers that were measured before, with the letters that they were measured with. @type {{measure: unknown, sizes: Map<string, {w: number, h: number}>}} */
let known = { measure: null, sizes: new Map() };

/** The size of a paper: many layouts are tried with the same ones. @type {typeof measured} */
function paper(item, size, measure, how = {}) {
  const face = `${measure('Tavle')} ${measure.pieces?.('arbejdstilrettelæggelse', 6)}`;
  if (known.measure !== face || known.sizes.size > 4000) known = { measure: face, sizes: new Map() };
  const key = JSON.stringify([item.text, item.sign, size, how]);
  const found = /** @type {ReturnType<typeof measured>} */ (known.sizes.get(key) ?? measured(item, size, measure, how));
  known.sizes.set(key, found);
  return found;
}

/** What a note is doing where it lies. @param {Note} note @param {Drawing} made @param {string} day */
function stateWords(note, { shown }, day) {
  const word = fateOf(note, shown);
  if (word) return lower(shown.say(word.done?.da ? /** @type {any} */ (word.done) : word.title));
  const left = daysOf(note, shown, day)?.left ?? 1;
  if (left > 0) return lower(shown.say(laneOf(note, shown)?.title));
  return lower(shown.t(left ? 'over.stop_now' : 'over.stop_today'));
}

/** The states of a stack's notes, a line each. @param {Pick<Stack, 'notes' | 'more'>} stack @param {Drawing} made @param {string} day */
function statesOf({ notes, more }, made, day) {
  return notes.map((note) => [stateWords(note, made, day), ...(more ? [made.shown.t('over.more', { n: more })] : [])].join(' · '));
}

/** @param {string} id @param {Note[]} all @param {number} size @param {Drawing} made @param {string} day @param {boolean} brief @returns {Omit<Stack, 'said'>} */
function stackOf(id, all, size, made, day, brief) {
  const notes = brief ? all.slice(0, 1) : all;
  const more = all.length - notes.length;
  const titles = notes.map(({ text }) => paper({ text: clip(text) }, size, made.measure, { bold: BOLD, shape: 2.8 }));
  const states = statesOf({ notes, more }, made, day).map((words) => words.split(' ').reduce((sum, word) => sum + made.measure(word) + 0.3, 1.4) * size * STATE);
  return { id, notes, more, w: Math.ceil(Math.max(...titles.map(({ w }) => w), ...states)), h: Math.ceil(titles.reduce((sum, { h }) => sum + h + size * STATE * 1.24, 0) - size * 0.1) };
}

/** A circle's name in the types that it may have, with what lies on all of the circle. @param {Ring} ring @param {Stack | undefined} stack @param {Drawing} made */
function namesOf(ring, stack, { measure, shown }) {
  const text = ringTitle(ring, shown);
  const kicker = (measure(turnWords(ring, shown)) + 2.2) * KICKER.size;
  return NAMES.flatMap((size) => [8, 4.4, 2.6].map((shape) => {
    const { w, h } = paper({ text }, size, measure, { bold: BOLD, shape, widest: 20 });
    return { w: Math.max(w, kicker, stack?.w ?? 0), h: h + KICKER.h + (stack ? stack.h + 10 : 0), size };
  }));
}

/** How much less a choice tells than all of it. @param {Choice} choice */
export function costOf({ loose, inside, brief, strict, left = 0 }) {
  return Math.min(1.2, left * 0.8) + (loose ? 0 : 4) + (loose && !strict ? 1.5 : 0) + (inside ? 0 : 0.4) + (brief ? 0.6 : 0);
}

/** The choices of what is shown, the best first: all of it, else one circle. @param {Drawing} made @param {Ask} ask @returns {Choice[]} */
export function choicesIn({ shown, sheet }, { lying, wanted }) {
  const all = ringsUnder(shown, sheet, lying);
  const one = all.filter(({ id }) => id === wanted);
  const broken = all.filter(({ whole }) => !whole);
  const every = [all, ...(broken.length && broken.length < all.length ? [broken] : [])].flatMap((rings) => [true, false].map((strict) => ({ rings, loose: true, strict, left: all.length - rings.length })));
  const some = one.length ? [{ rings: one, loose: false, strict: false }] : [...every, ...(all.length ? [{ rings: all.slice(0, 1), loose: false, strict: false }] : [])];
  return some.flatMap((choice) => (choice.rings.some(({ id }) => lying.rings.has(id)) ? [true, false] : [true]).flatMap((inside) => [false, true].map((brief) => ({ ...choice, inside, brief }))));
}

/** The map in so much height, px (Infinity: as much as it takes); null when it does not fit. @param {Drawing} made @param {Ask} ask @param {Choice} choice @param {number} height @returns {Under | null} */
export function layUnder(made, ask, choice, height) {
  const { shown, sheet, width, grows, floor } = made;
  const map = mapUnder(shown, sheet);
  const smallest = SIZES[SIZES.length - 1];
  const scale = grows ? floor / smallest : Math.max(width / WIDE, floor / smallest);
  const wide = width / scale;
  const heights = height === Infinity ? HEIGHTS.map((share) => Math.max(360, wide * share)) : [height / scale];
  for (const high of map ? heights : []) {
    const lay = (/** @type {number} */ size) => laidOut(made, /** @type {Sheet} */ (map), choice, ask, { w: wide, h: high }, size);
    // What does not fit in the smallest type is not tried in others.
    const small = lay(smallest);
    for (const size of grows || !small ? [smallest] : SIZES) {
      const found = size === smallest ? small : lay(size);
      if (found) return { ...found, choice, map: /** @type {Sheet} */ (map), scale, height: high * scale, ring: choice.rings.length === 1 && ringsUnder(shown, sheet, ask.lying).length > 1 ? choice.rings[0].id : '' };
    }
  }
  return null;
}

/** Where everything lies in a frame; null when it does not fit. @param {Drawing} made @param {Sheet} map @param {Choice} choice @param {Ask} ask @param {{w: number, h: number}} frame @param {number} size */
function laidOut(made, map, { rings, loose, inside: within, brief, strict }, { lying, day, laid }, frame, size) {
  const { shown, measure, grows } = made;
  const links = linksOn(shown, map);
  /** @type {Map<string, Stack>} */
  const stacks = new Map();
  /** @type {Map<string, Note>} */
  const points = new Map();
  const stack = (/** @type {string} */ id, /** @type {Note[]} */ notes, /** @type {string} */ how, /** @type {string} */ what) => {
    const one = { ...stackOf(id, notes, size, made, day, brief), said: `${shown.t(how)} ${what}` };
    stacks.set(id, one);
    return one;
  };
  const along = new Set(rings.flatMap((ring) => wayOf(ring, links).flat()));
  const circles = rings.map((ring) => {
    const way = wayOf(ring, links);
    const notes = ring.notes.flatMap((note, at) => {
      points.set(note.id, note);
      const on = [...new Set(way[at].flatMap((key) => lying.links.get(key) ?? []))];
      return on.length ? [note.id, stack(`on:${note.id}`, on, 'over.on_link', elementWords(way[at].find((key) => lying.links.has(key)) ?? '', shown)).id] : [note.id];
    });
    const whole = lying.rings.get(ring.id);
    return { id: ring.id, notes, names: namesOf(ring, whole && within ? stack(`in:${ring.id}`, whole, 'over.on_circle', ringTitle(ring, shown)) : undefined, made) };
  });
  const broken = links.filter((link) => !along.has(linkKey(link)) && lying.links.has(linkKey(link)) && (loose || (points.has(link.from.id) && points.has(link.to.id))));
  if (loose) {
    for (const { from, to } of broken) points.set(from.id, from).set(to.id, to);
    for (const id of lying.points.keys()) points.set(id, /** @type {Note} */ (shown.note(id)));
  }
  /** @type {{from: string, to: string}[]} */
  const pairs = [];
  for (const ring of rings) {
    const whole = within ? undefined : lying.rings.get(ring.id);
    if (whole) pairs.push({ from: stack(`off:${ring.id}`, whole, 'over.on_circle', ringTitle(ring, shown)).id, to: ring.notes[0].id });
  }
  // The same on several points is drawn once, and tied to each of them.
  for (const [ids, notes] of together([...lying.points].filter(([id]) => points.has(id)))) {
    const { id } = stack(`by:${ids.join(' ')}`, notes, 'over.on_point', ids.map((one) => elementWords(one, shown)).join(', '));
    pairs.push(...ids.map((to) => ({ from: id, to })));
  }
  for (const link of broken) {
    const { id } = stack(`on:${linkKey(link)}`, lying.links.get(linkKey(link)) ?? [], 'over.on_link', elementWords(linkKey(link), shown));
    pairs.push({ from: link.from.id, to: id }, { from: id, to: link.to.id });
  }
  const others = links.filter((link) => !along.has(linkKey(link)) && !broken.includes(link) && points.has(link.from.id) && points.has(link.to.id)
    && !rings.some(({ notes }) => notes.some((note, at) => note.id === link.from.id && notes[(at + 1) % notes.length].id === link.to.id && link.kind.sign === 'plus')));
  pairs.push(...others.map(({ from, to }) => ({ from: from.id, to: to.id })));
  const papers = [...[...points.values()].map((note) => ({ id: note.id, ...sizeOf(note, map, size, measure) })), ...[...stacks.values()].filter(({ id }) => !id.startsWith('in:'))];
  // The heading stands over the map where that grows, else in its corner, or beside it where circles need the corner.
  const high = headHeight(made, grows ? frame.w : HEAD.w);
  const head = { x: 0, y: 0, w: grows ? frame.w : HEAD.w, h: high };
  for (const [left, top] of grows ? [[0, high + HEAD.air]] : [[0, 0], [HEAD.w + HEAD.air, 0]]) {
    const inner = { w: frame.w - left, h: frame.h - top };
    const corner = left || top ? [] : [head];
    const asked = { papers: papers.map(({ id, w, h }) => ({ id, w, h })), circles, pairs, centre: null, frame: inner, taken: corner, gap: 18, least: LEAST, flat: true, clear: true };
    const key = JSON.stringify(asked);
    const dynamics = laid.has(key) ? laid.get(key) : layDynamics(asked);
    laid.set(key, dynamics ?? null);
    const ringed = new Set(circles.flatMap(({ notes }) => notes));
    const astray = (/** @type {Dynamics} */ { boxes, circles: laidRings }) => [...boxes].some(([id, box]) => !ringed.has(id) && [...laidRings.values()].some(({ ellipse: { cx, cy, rx, ry } }) => Math.hypot((middle(box).x - cx) / rx, (middle(box).y - cy) / ry) < 1));
    const hit = (/** @type {Rect} */ box) => corner.some((one) => near(one, box, 8));
    if (dynamics && !(strict && astray(dynamics)) && ![...dynamics.boxes.values()].some(hit) && ![...dynamics.circles.values()].some(({ ellipse }) => corner.some((one) => onBand(one, ellipse, 30)))) {
      return { dynamics, points, stacks, circles, broken, others, size, inner, head, left, over: top };
    }
  }
  return null;
}

/** Points on which the same notes lie, together. @param {[id: string, notes: Note[]][]} points @returns {[ids: string[], notes: Note[]][]} */
function together(points) {
  /** @type {Map<string, [ids: string[], notes: Note[]]>} */
  const groups = new Map();
  for (const [id, notes] of points) {
    const key = notes.map((note) => note.id).join(' ');
    groups.set(key, [[...groups.get(key)?.[0] ?? [], id], notes]);
  }
  return [...groups.values()];
}

/** A point's paper. @param {Note} note @param {Sheet} map @param {number} size @param {import('../../notes/measure.js').Measure} measure */
function sizeOf(note, map, size, measure) {
  const { w, h } = paper({ text: note.text, sign: signIn(note, map) }, size, measure);
  return { w, h };
}

/** @param {Note} note @param {Sheet} map */
function signIn(note, map) {
  return laneAt(map, 'left')?.id === note.lane ? '+' : laneAt(map, 'right')?.id === note.lane ? '−' : '';
}

/** @param {Drawing} made @param {number} wide */
function headHeight(made, wide) {
  const { t } = made.shown;
  const how = made.grows ? made.rows(t('over.how'), wide, HEAD.small, 1) * HEAD.small * HEAD.line : 0;
  return Math.ceil(made.rows(t('over.title'), wide, HEAD.size) * HEAD.size * HEAD.line + how + 8);
}

/** Draw it below the stations; what lies behind the papers is returned. @param {Drawing} made @param {Under} under @param {string} day @param {number} top */
export function drawUnder(made, { map, scale, choice: { rings }, dynamics, points, stacks, circles, broken, others, size, inner, head, left, over }, day, top) {
  const { shown } = made;
  const { boxes } = dynamics;
  const put = (/** @type {string} */ id, /** @type {Rect} */ { x, y, w, h }, /** @type {number} */ type, /** @type {unknown} */ drawn) => made.frame(id, { x: x * scale, y: top + y * scale, w: w * scale, h: h * scale }, type * scale, drawn);
  const at = (/** @type {string} */ id, /** @type {Rect} */ box, /** @type {number} */ type, /** @type {unknown} */ drawn) => put(id, { ...box, x: box.x + left, y: box.y + over }, type, drawn);
  put('over:head', head, HEAD.size, html`<div class="over-head at" data-box="over:head"><h4>${shown.t('over.title')}</h4><p class=${made.grows ? '' : 'sr-only'}>${shown.t('over.how')}</p></div>`);
  // A link that nothing lies on is drawn where it has a straight way: the story's own picture has all of them.
  const bent = new Set(hindered(dynamics, { pairs: others.map(({ from, to }) => ({ from: from.id, to: to.id })) }).filter(({ from, to }) => apart(/** @type {Rect} */ (boxes.get(from)), /** @type {Rect} */ (boxes.get(to))) > size * 2).map(({ from, to }) => `${from} ${to}`));
  const straight = others.filter(({ from, to }) => !bent.has(`${from.id} ${to.id}`));
  const ends = [...broken.flatMap((link) => {
    const [key, on] = [linkKey(link), `on:${linkKey(link)}`];
    return [{ key: `${key} 1`, from: link.from.id, to: on }, { key: `${key} 2`, from: on, to: link.to.id, stops: link.kind.sign === 'minus' }];
  }), ...straight.map((link) => ({ key: linkKey(link), from: link.from.id, to: link.to.id, stops: link.kind.sign === 'minus' }))];
  const laid = [...dynamics.circles.values()];
  const word = lower(shown.say(map.links.find(({ sign }) => sign === 'minus')?.title));
  const arrows = layArrows(ends, {
    boxes, frame: inner, names: laid.flatMap(({ name }) => name ?? []), bands: laid.map(({ ellipse }) => ellipse),
    still: laid.flatMap(({ ellipse, gaps }) => gaps.map(([from, to]) => Array.from({ length: 17 }, (_, nth) => onEllipse(ellipse, from + ((to - from) * nth) / 16)))),
    word: { w: (made.measure(word) + 0.4) * WORD, h: WORD * 1.25 },
  });
  /** @type {[Rect, Rect][]} */
  const ties = [...stacks.keys()].flatMap((id) => {
    const box = boxes.get(id);
    const tos = id.startsWith('by:') ? id.slice(3).split(' ').map((one) => boxes.get(one)) : id.startsWith('off:') ? [nearest(box, dynamics.circles.get(id.slice(4))?.ellipse)] : [];
    return tos.flatMap((to) => (box && to ? [/** @type {[Rect, Rect]} */ ([box, to])] : []));
  });
  const drawn = html`<svg class="backdrop map-drawn over-drawn" width=${made.width} height=${Math.ceil(top + (over + inner.h) * scale)} aria-hidden="true">${svg`<g transform=${`translate(${left * scale} ${top + over * scale}) scale(${scale})`}>${[
    repeat(circles, ({ id }) => id, ({ id, notes }) => drawBand(/** @type {any} */ (dynamics.circles.get(id)), rings.find((ring) => ring.id === id)?.turn ?? 'mixed', (nth) => ({
      headless: stacks.has(notes[(nth + 1) % notes.length]), dotted: stacks.has(notes[nth]),
    }))),
    ...ties.map(([a, b]) => drawTie(middle(a), middle(b))),
    ...arrows.map((arrow) => drawArrow(arrow, { headless: arrow.key.endsWith(' 1'), dotted: arrow.key.endsWith(' 2') })), ...arrows.map((arrow) => drawWord(arrow, word)),
  ]}</g>`}</svg>`;
  for (const ring of rings) {
    const name = dynamics.circles.get(ring.id)?.name;
    if (!name) continue;
    const inside = stacks.get(`in:${ring.id}`);
    const low = inside ? inside.h + 10 : 0;
    at(`turn:${ring.id}`, { ...name, h: KICKER.h }, KICKER.size, html`<p class=${`map-kicker at is-${ring.turn}`} data-box=${`turn:${ring.id}`}>${turnSign('map-turn')} ${turnWords(ring, shown)}</p>`);
    at(`name:${ring.id}`, { ...name, y: name.y + KICKER.h, h: name.h - KICKER.h - low }, name.size, html`<p class=${`map-said at ${ring.name ? '' : 'is-open'}`} data-box=${`name:${ring.id}`} dir="auto">${ringTitle(ring, shown)}</p>`);
    if (inside) drawStack(made, inside, { x: name.x + (name.w - inside.w) / 2, y: name.y + name.h - inside.h, w: inside.w, h: inside.h }, size, day, at);
  }
  for (const note of points.values()) {
    const box = boxes.get(note.id);
    const sign = signIn(note, map);
    if (box) at(`point:${note.id}`, box, size, html`<p class=${`over-point at ${color(note, shown)} ${sign ? '' : 'is-plain'}`} data-box=${`point:${note.id}`}>${sign ? html`<span class="paper-sign" aria-hidden="true">${signOf(sign)}</span>` : nothing}<span class="over-words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span></p>`);
  }
  for (const stack of stacks.values()) {
    const box = boxes.get(stack.id);
    if (box) drawStack(made, stack, box, size, day, at);
  }
  return drawn;
}

/** The place on a circle that is nearest to a box. @param {Rect | undefined} box @param {import('../map/shapes.js').Ellipse | undefined} ellipse */
function nearest(box, ellipse) {
  if (!box || !ellipse) return undefined;
  const from = middle(box);
  const far = (/** @type {import('../map/shapes.js').Point} */ { x, y }) => Math.hypot(x - from.x, y - from.y);
  const all = Array.from({ length: 72 }, (_, nth) => onEllipse(ellipse, (nth * Math.PI) / 36));
  return around(all.reduce((best, one) => (far(one) < far(best) ? one : best)), { w: 0, h: 0 });
}

/** What lies on one element. @param {Drawing} made @param {Stack} stack @param {Rect} box @param {number} size @param {string} day @param {(id: string, rect: Rect, size: number, drawn: unknown) => void} at */
function drawStack(made, { id, notes, more, said }, box, size, day, at) {
  const { shown } = made;
  const states = statesOf({ notes, more }, made, day);
  const due = notes.every((note) => (daysOf(note, shown, day)?.left ?? 1) <= 0);
  at(id, box, size, html`<ul class=${`over-stack at ${due ? 'is-due' : ''}`} data-box=${id} aria-label=${said}>${notes.map((note, nth) => html`<li><strong dir="auto" lang=${tongue(note.text, shown)}>${clip(note.text)}</strong><span>${states[nth]}</span></li>`)}</ul>`);
}
