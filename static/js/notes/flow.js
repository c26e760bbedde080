/**
 * The layout of notes in a lane: columns of equal width, each note in the shortest column.
 * Notes that do not fit at the smallest font are in one stack, with the key `rest`. A layout starts from the one
 * `before` it, so that a new note gets a free spot and the others keep theirs.
 *
 * No DOM, no clock and no randomness may live here.
 */
import { NOTE, clip, noteSize, roughWidth } from './measure.js';

/** @typedef {import('./measure.js').Item} Item */
/** @typedef {import('./measure.js').Measure} Measure */
/** @typedef {import('./measure.js').NoteBoxes} NoteBoxes */
/**
 * @typedef {object} FlowSpace
 * @property {Item[]} items
 * @property {number} width
 * @property {number} height          px; Infinity for a panel of any height
 * @property {number[]} sizes
 * @property {Measure} [measure]
 * @property {Flow} [before]
 *
 * @typedef {object} Flow
 * @property {number} size
 * @property {number} height
 * @property {number} columns
 * @property {NoteBoxes} boxes
 */

/**
 * Place notes in columns, each in the shortest one; notes that do not fit at the smallest font are in one stack.
 * @param {FlowSpace} space @returns {Flow}
 */
export function flow(space) {
  const { before } = space;
  const calm = before && space.items.length >= before.boxes.size * 0.6 ? Math.max(0, space.sizes.indexOf(before.size)) : 0;
  const smallest = space.sizes.at(-1) ?? 16;
  for (const size of space.sizes.slice(calm)) {
    for (const fewer of [0, 1]) {
      const plan = tryFlow(space, size, space.items.length, fewer);
      if (plan && wordsFit(space, plan)) return plan;
    }
  }
  const broken = tryFlow(space, smallest, space.items.length);
  if (broken) return broken;
  for (let count = space.items.length - 2; count >= 0; count -= 1) {
    const plan = tryFlow(space, smallest, count);
    if (plan) return plan;
  }
  return /** @type {Flow} */ (tryFlow({ ...space, height: Infinity }, smallest, 0));
}

/** Whether no word up to 11 em is broken over lines; smaller type is preferred to that. @param {FlowSpace} space @param {Flow} plan */
function wordsFit({ items, measure = roughWidth }, plan) {
  return items.every((item) => {
    const box = plan.boxes.get(item.id);
    const inner = box ? box.w / plan.size - 2 * NOTE.padX : Infinity;
    return item.text.split(/\s+/u).every((word) => measure(word) <= inner || measure(word) > 11);
  });
}

/**
 * @param {FlowSpace} space @param {number} size @param {number} count how many lie by themselves
 * @param {number} [fewer] columns less than usual @returns {Flow | null}
 */
function tryFlow(space, size, count, fewer = 0) {
  const { width, height, measure = roughWidth } = space;
  const gap = Math.round(NOTE.gap * size);
  const most = Math.max(1, Math.round((width + gap) / (size * 10.6 + gap)));
  const columns = Math.max(1, Math.min(most - fewer, space.items.length));
  const each = Math.floor((width - gap * (columns - 1)) / columns);
  const w = Math.min(each, Math.round(size * 14));
  const same = space.before && space.before.size === size && space.before.columns === columns ? space.before : undefined;
  const order = inOrder(space.items, same);
  const shown = order.slice(0, count);
  const rest = order.slice(count);
  const foot = new Array(columns).fill(0);
  /** @type {NoteBoxes} */
  const boxes = new Map();
  const put = (/** @type {Item} */ item, /** @type {string[]} */ ids, /** @type {string} */ id) => {
    const old = same?.boxes.get(id);
    const kept = old ? Math.min(columns - 1, Math.round(old.x / (each + gap))) : -1;
    const column = kept >= 0 ? kept : foot.indexOf(Math.min(...foot));
    const h = noteSize(item, size, measure, w).h;
    if (foot[column] + h > height) return false;
    boxes.set(id, { id, ids, x: column * (each + gap), y: foot[column], w, h });
    foot[column] += h + gap;
    return true;
  };
  for (const item of shown) if (!put(item, [item.id], item.id)) return null;
  if (rest.length) {
    const top = { ...rest[0], text: clip(rest[0].text), extra: [], mark: true };
    if (!put(top, rest.map((item) => item.id), 'rest')) return null;
  }
  return { size, columns, boxes, height: Math.max(0, Math.max(...foot) - gap) };
}

/** Notes that were in the layout before come first, from the top; new ones after them. @param {Item[]} items @param {Flow | undefined} before */
function inOrder(items, before) {
  const rank = (/** @type {Item} */ item) => before?.boxes.get(item.id)?.y ?? Infinity;
  return [...items].sort((a, b) => {
    const ra = rank(a);
    const rb = rank(b);
    if (ra !== rb) return ra - rb;
    const sa = a.spot ?? 0;
    const sb = b.spot ?? 0;
    return sa - sb || (a.id < b.id ? -1 : 1);
  });
}
