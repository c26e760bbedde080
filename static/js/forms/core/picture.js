/**
 * The picture of the core figure: the centre in a circle, sectors on both sides of it, each with a spoke. What stands in a
 * sector moves nothing in the others but their heights. When not all of it can be read, one part is shown large, beside
 * the whole figure with small papers (form.d.ts, `WalkPart`).
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { backs } from '../backs.js';
import { begin, keptLanes } from '../drawing.js';
import { coarse, lines, minis, papers } from '../papers.js';
import { laneParts } from '../parts.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../drawing.js').Drawing} Drawing */
/** @typedef {import('../drawing.js').NoteItem} NoteItem */
/** @typedef {import('../../notes/measure.js').Rect} Rect */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../drawing.js').Kept} Kept */
/** @typedef {{one: Kept, rect: Rect, laid: import('../papers.js').Laid | import('../papers.js').Lined, size: number, look: '' | 'line' | 'mini'}} Filled */

/** The middle's share of the width, and what the overview beside a large part takes. */
const MIDDLE = 0.2;
const OVERVIEW = 0.36;

/** @param {Space} space @returns {Plan} */
export function plan(space) {
  const made = begin(space);
  const { shown, sheet, picture, width, height, grows } = made;
  const parts = laneParts(shown, sheet);
  const { kept, now } = keptLanes(made, parts);
  if (grows) {
    const tall = tallest(made, kept);
    draw(made, kept, { x: 0, y: 0, w: width, h: tall }, fill(made, kept, { x: 0, y: 0, w: width, h: tall }, [made.sizes[0]]) ?? []);
    return made.done(tall);
  }
  const whole = { x: 0, y: 0, w: width, h: height };
  const named = parts.find((part) => part.id === picture.part);
  const filled = named ? null : fill(made, kept, whole, coarse(made.sizes));
  if (filled) {
    draw(made, kept, whole, filled);
    return made.done(height);
  }
  const part = named ?? parts.find((one) => now.includes(one.lanes?.[0] ?? '')) ?? parts[0];
  if (!part) {
    draw(made, kept, whole, []);
    return made.done(height);
  }
  const figure = { x: 0, y: 0, w: width * OVERVIEW, h: height };
  overview(made, kept, figure, part.lanes?.[0] ?? '', new Set(part.notes.map((note) => note.id)));
  large(made, kept, part, { x: figure.w + made.floor * 2, y: 0, w: width - figure.w - made.floor * 2, h: height });
  return { ...made.done(height), walking: { part: part.id, parts } };
}

/**
 * The boxes of the centre and the sectors. `weights`: how much of its side each sector takes.
 * @param {Kept[]} kept @param {Rect} rect @param {number} gap @param {number[]} [weights]
 * @returns {Rect[]} the centre's first
 */
function places(kept, rect, gap, weights = kept.map(() => 1)) {
  const middle = rect.w * MIDDLE;
  const side = (rect.w - middle) / 2 - gap;
  const left = Math.ceil((kept.length - 1) / 2);
  const found = [{ x: rect.x + side + gap, y: rect.y, w: middle, h: rect.h }];
  for (const [from, to, x] of /** @type {[number, number, number][]} */ ([[1, left + 1, rect.x], [left + 1, kept.length, rect.x + rect.w - side]])) {
    const all = weights.slice(from, to).reduce((sum, one) => sum + one, 0);
    let y = rect.y;
    for (let at = from; at < to; at += 1) {
      const h = ((rect.h - gap * (to - from - 1)) * weights[at]) / all;
      found.push({ x, y, w: side, h });
      y += h + gap;
    }
  }
  return found;
}

/** The circle in the middle of the figure. @param {Rect} centre */
function circle({ x, y, w, h }) {
  const r = Math.min(w * 0.5, h * 0.24);
  return { cx: x + w / 2, cy: y + h / 2, r };
}

/** How much of its side each sector needs, in coarse steps, so that a note seldom moves anything. @param {Drawing} made @param {Kept[]} kept */
function needs(made, kept) {
  const wide = ((made.width * (1 - MIDDLE)) / 2) / made.floor;
  return kept.map(({ items }) => 1 + Math.round(items.reduce((sum, item) => sum + item.text.length + 30, 0) / (wide * 8)));
}

/**
 * All notes in the figure in the largest size in which everything can be read; null when it cannot.
 * @param {Drawing} made @param {Kept[]} kept @param {Rect} rect @param {number[]} sizes @returns {Filled[] | null}
 */
function fill(made, kept, rect, sizes) {
  const gap = made.floor * 1.2;
  const shares = made.grows ? [needs(made, kept)] : [kept.map(() => 1), needs(made, kept)];
  for (const look of /** @type {const} */ (['', 'line'])) {
    for (const size of look ? [made.floor] : sizes) {
      for (const weights of shares) {
        const rects = places(kept, rect, gap, weights);
        const filled = kept.map((one, at) => put(made, one, rects[at], at === 0, size, look));
        if (filled.every((one) => one)) return /** @type {Filled[]} */ (filled);
      }
    }
  }
  return null;
}

/** @param {Drawing} made @param {Kept} one @param {Rect} rect @param {boolean} centre @param {number} size @param {'' | 'line'} look @returns {Filled | null} */
function put(made, one, rect, centre, size, look) {
  const room = inner(made, one, rect, centre);
  const height = made.grows ? Infinity : room.h - (one.pile && one.items.length ? made.floor * 8 : 0);
  const loose = papers({ items: one.items, width: room.w, size, measure: made.measure });
  if (loose.height <= height) return { one, rect: room, laid: loose, size, look: '' };
  if (!look) return null;
  for (let columns = 1; columns * size * 13 <= room.w; columns += 1) {
    const laid = lines({ items: one.items, width: room.w, height, size, measure: made.measure, columns });
    if (laid) return { one, rect: room, laid, size, look };
  }
  return null;
}

/** Where the notes of a lane lie: under its title, of the centre under the circle. @param {Drawing} made @param {Kept} one @param {Rect} rect @param {boolean} centre @returns {Rect} */
function inner(made, one, rect, centre) {
  if (!centre) {
    const head = made.head(one.lane, rect.w);
    return { x: rect.x, y: rect.y + head, w: rect.w, h: rect.h - head };
  }
  const { cy, r } = circle(rect);
  const y = cy + r + made.floor * 0.6;
  return { x: rect.x, y, w: rect.w, h: rect.y + rect.h - y };
}

/** The height of a figure that grows: what its fuller side takes. @param {Drawing} made @param {Kept[]} kept */
function tallest(made, kept) {
  const gap = made.floor * 1.2;
  const [size] = made.sizes;
  const least = made.text * 9;
  const high = (/** @type {Kept} */ one, /** @type {number} */ w) => Math.max(least, made.head(one.lane, w)
    + papers({ items: one.items, width: w, size, measure: made.measure }).height + (one.pile ? made.text * 9 : 0));
  let tall = made.text * 26;
  for (let tries = 0; tries < 12; tries += 1) {
    const rects = places(kept, { x: 0, y: 0, w: made.width, h: tall }, gap, needs(made, kept));
    const over = kept.map((one, at) => (at
      ? high(one, rects[at].w) - rects[at].h
      : papers({ items: one.items, width: rects[0].w, size, measure: made.measure }).height - inner(made, one, rects[0], true).h));
    if (Math.max(...over) <= 0) break;
    tall += Math.max(...over) + gap;
  }
  return tall;
}

/** The figure without its notes: circle and spokes. @param {Drawing} made @param {Kept[]} kept @param {Rect[]} rects @param {string} [chosen] */
function skeleton(made, kept, rects, chosen) {
  const { back, shown } = made;
  const { cx, cy, r } = circle(rects[0]);
  rects.slice(1).forEach((rect, at) => {
    const to = { x: rect.x > cx ? rect.x : rect.x + rect.w, y: rect.y + rect.h / 2 };
    back.push(svg`<path class=${`core-spoke ${kept[at + 1].lane.id === chosen ? 'is-now' : ''}`} d=${`M${cx} ${cy}L${to.x} ${to.y}`}></path>`);
  });
  back.push(svg`<circle class="core-ring" cx=${cx} cy=${cy} r=${r}></circle>`);
  const inside = r * 1.62;
  // The largest size in which the title fits into the circle.
  const title = shown.say(kept[0].lane.title);
  let size = made.text * 1.3;
  while (size > made.floor * 0.5 && made.rows(title, inside, size) * size * 1.2 > r * 1.3) size *= 0.94;
  made.frame('core:centre', { x: cx - inside / 2, y: cy - r, w: inside, h: r * 2 }, size,
    html`<div class="at core-centre" data-box="core:centre"><h4>${title}</h4></div>`);
}

/** @param {Drawing} made @param {Kept[]} kept @param {Rect} rect @param {Filled[]} filled */
function draw(made, kept, rect, filled) {
  const { shown, picture, text, floor } = made;
  const weights = filled.length ? undefined : kept.map(() => 1);
  const rects = filled.length ? kept.map((_, at) => outer(made, kept[at], filled[at].rect, at === 0, rect)) : places(kept, rect, floor * 1.2, weights);
  skeleton(made, kept, rects);
  kept.forEach((one, at) => {
    const { lane, items, pile, state } = one;
    const box = rects[at];
    if (at) {
      const hint = state === 'later' ? html`<p class="lane-hint">${shown.t('boards.not_yet')}</p>`
        : !items.length && !pile && state === 'open' && lane.hint && !picture.quiet ? html`<p class="lane-hint">${shown.say(lane.hint)}</p>` : nothing;
      made.lane(lane.id, lane, box, { look: state === 'later' ? 'lane-closed' : '', under: hint });
    }
    const found = filled[at];
    if (found) {
      if ('sheets' in found.laid) made.sheets(lane.id, lane, /** @type {import('../papers.js').Lined} */ (found.laid), found.rect.x, found.rect.y);
      made.put(found.laid, items, found.rect.x, found.rect.y, found.size, found.look);
    }
    if (pile) {
      const room = inner(made, one, box, at === 0);
      const used = room.y + (items.length && found ? found.laid.height + text : 0);
      const drawn = backs(pile, { w: room.w, h: room.y + room.h - used }, items.length || made.grows ? text * 0.62 : floor, shown.t('boards.pile', { n: pile }));
      made.frame(`pile:${lane.id}`, { x: room.x, y: used, w: room.w, h: drawn.h }, text, html`<div class="at" data-box="pile:${lane.id}">${drawn.drawn}</div>`);
    }
    if (state !== 'later') made.target(lane, '', '', box);
  });
}

/** The box of a lane by where its notes lie. @param {Drawing} made @param {Kept} one @param {Rect} room @param {boolean} centre @param {Rect} whole @returns {Rect} */
function outer(made, one, room, centre, whole) {
  if (centre) return { x: room.x, y: whole.y, w: room.w, h: whole.h };
  const head = made.head(one.lane, room.w);
  return { x: room.x, y: room.y - head, w: room.w, h: room.h + head };
}

/** The whole figure, small, with a small paper for each note; `ids` are those that are large. @param {Drawing} made @param {Kept[]} kept @param {Rect} rect @param {string} chosen @param {Set<string>} ids */
function overview(made, kept, rect, chosen, ids) {
  const { picture, shown, text, floor } = made;
  const parts = laneParts(shown, made.sheet);
  const rects = places(kept, rect, floor * 0.6);
  skeleton(made, kept, rects, chosen);
  kept.forEach((one, at) => {
    const { lane, items } = one;
    const box = rects[at];
    if (at) made.lane(lane.id, lane, box, { look: lane.id === chosen ? 'core-now' : '' });
    const room = inner(made, one, box, at === 0);
    // As large as they fit.
    let size = floor * 0.9;
    while (size > 3 && minis({ items, width: room.w, size }).height > room.h) size *= 0.88;
    const small = minis({ items, width: room.w, size });
    made.put(small, items.filter(({ id }) => !ids.has(id)), room.x, room.y, size, 'mini');
    for (const { id, note } of items) {
      const at = ids.has(id) && small.boxes.get(id);
      if (at) made.paper({ ...at, x: at.x + room.x, y: at.y + room.y }, color(note, shown));
    }
    const first = parts.find((part) => part.lanes?.[0] === lane.id);
    if (picture.onPart && first) {
      made.frame(`open:${lane.id}`, box, text, html`<button type="button" class="walk-part at" data-box="open:${lane.id}"
        aria-label=${shown.t('boards.read', { lane: shown.say(lane.title) })} @click=${() => picture.onPart?.(first.id)}></button>`);
    }
  });
}

/** One part, so large that all of it can be read. @param {Drawing} made @param {Kept[]} kept @param {import('../form.js').WalkPart & {notes: import('../../types.js').Note[]}} part @param {Rect} rect */
function large(made, kept, part, rect) {
  const main = kept.find((one) => one.lane.id === part.lanes?.[0]) ?? kept[0];
  const ids = new Set(part.notes.map((note) => note.id));
  const items = main.items.filter(({ id }) => ids.has(id));
  const head = made.head(main.lane, rect.w);
  made.lane(`large:${main.lane.id}`, { ...main.lane, title: { da: part.title, en: part.title } }, rect, {});
  const sizes = coarse(made.sizes);
  for (let size = sizes[0], at = 0; ; at += 1, size = sizes[at] ?? size * 0.94) {
    const laid = papers({ items, width: rect.w, size, measure: made.measure });
    if (laid.height > rect.h - head && size > 4) continue;
    made.put(laid, items, rect.x, rect.y + head, size);
    return;
  }
}
