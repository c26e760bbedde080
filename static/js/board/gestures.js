/**
 * Pointer, touch and keyboard input on a board picture. A note is moved by selecting it and then a target, or by
 * dragging it. Calls the picture's `onSelect`, `onPlace` and `onDrag`.
 *
 * No rule about who may move what may live here: only notes marked as movable are dragged.
 */

/** @typedef {import('./stage.js').BoardStage} BoardStage */

/** Pixels that a pointer must move for a drag instead of a tap. */
const SLACK = 7;
/** Least time between two drag positions that are sent, ms. */
const EVERY = 100;

/**
 * Add the listeners to a stage; returns a function that removes them.
 * @param {BoardStage} stage @returns {() => void}
 */
export function carry(stage) {
  /** @type {{id: string, el: HTMLElement, x: number, y: number, dx: number, dy: number, pointer: number, on: boolean, told: number} | null} */
  let held = null;
  let swallow = false;

  /** @param {PointerEvent} event */
  function down(event) {
    const el = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-movable]'));
    if (!el || event.button !== 0 || !el.dataset.box) return;
    // A finger scrolls; by touch only a note that was selected first is dragged.
    if (event.pointerType === 'touch' && !el.classList.contains('is-selected')) return;
    const rect = el.getBoundingClientRect();
    held = {
      id: el.dataset.note ?? '', el, x: event.clientX, y: event.clientY, pointer: event.pointerId, on: false, told: 0,
      dx: event.clientX - rect.left - rect.width / 2, dy: event.clientY - rect.top - rect.height / 2,
    };
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!held || event.pointerId !== held.pointer) return;
    // The button was released outside the picture, or the note is gone from it.
    if (!event.buttons || !held.el.isConnected) return stop();
    if (!held.on) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < SLACK) return;
      held.on = true;
      held.el.setPointerCapture(held.pointer);
      held.el.classList.add('is-carried');
      stage.hold(held.id);
    }
    event.preventDefault();
    const area = stage.getBoundingClientRect();
    const x = event.clientX - held.dx - area.left;
    const y = event.clientY - held.dy - area.top;
    held.el.style.translate = `${x - held.el.offsetWidth / 2}px ${y - held.el.offsetHeight / 2}px`;
    light(at(x, y));
    const now = performance.now();
    if (now - held.told < EVERY) return;
    held.told = now;
    stage.picture.onDrag?.(held.id, share(x / area.width), share(y / area.height));
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!held || event.pointerId !== held.pointer) return;
    const { id, on, dx, dy } = held;
    if (!on) {
      held = null;
      return;
    }
    const area = stage.getBoundingClientRect();
    const point = { x: event.clientX - dx - area.left, y: event.clientY - dy - area.top };
    const target = at(point.x, point.y);
    swallow = true;
    setTimeout(() => { swallow = false; }, 0);
    // The move before the end of the drag: in the other order the note would jump back on other screens.
    if (target >= 0) stage.choose(target, id, point);
    stop();
  }

  function stop() {
    if (held?.on) stage.picture.onDrag?.(held.id, null, null);
    held?.el.classList.remove('is-carried');
    held = null;
    light(-1);
    stage.hold('');
  }

  /** @param {number} x @param {number} y */
  function at(x, y) {
    return stage.targets.findIndex((one) => x >= one.x && x < one.x + one.w && y >= one.y && y < one.y + one.h);
  }

  /** @param {number} index */
  function light(index) {
    for (const el of stage.querySelectorAll('.target')) {
      el.classList.toggle('is-aimed', /** @type {HTMLElement} */ (el).dataset.target === String(index));
    }
  }

  /** The click that ends a carry is not a tap. @param {Event} event */
  function click(event) {
    if (!swallow) return;
    event.stopPropagation();
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.key === 'Escape' && held?.on) stop();
    else if (event.key === 'Escape' && stage.picture.selected) stage.picture.onSelect?.('', true);
    else if (event.key.startsWith('Arrow')) arrow(event);
    else return;
    if (event.key === 'Escape') event.stopPropagation();
  }

  /** Arrows go to the nearest target, or note, in their direction. @param {KeyboardEvent} event */
  function arrow(event) {
    const from = /** @type {HTMLElement} */ (event.target);
    const kind = from.matches('.target') ? '.target' : from.matches('.grip') ? '.grip' : '';
    if (!kind) return;
    const next = nearest(from, /** @type {HTMLElement[]} */ ([...stage.querySelectorAll(kind)]), event.key);
    event.preventDefault();
    event.stopPropagation();
    next?.focus();
  }

  const cancel = () => held && stop();
  /** The capture of a note that is taken out of the page is lost at the document. @param {Event} event */
  const lost = (event) => { if (event.target === document || event.target === held?.el) cancel(); };
  stage.addEventListener('pointerdown', down);
  stage.addEventListener('pointermove', move);
  stage.addEventListener('pointerup', up);
  stage.addEventListener('pointercancel', cancel);
  document.addEventListener('lostpointercapture', lost);
  stage.addEventListener('click', click, true);
  stage.addEventListener('keydown', key);
  return () => {
    cancel();
    document.removeEventListener('lostpointercapture', lost);
    stage.removeEventListener('pointerdown', down);
    stage.removeEventListener('pointermove', move);
    stage.removeEventListener('pointerup', up);
    stage.removeEventListener('pointercancel', cancel);
    stage.removeEventListener('click', click, true);
    stage.removeEventListener('keydown', key);
  };
}

/** @param {number} value */
function share(value) {
  return Math.min(1, Math.max(0, Math.round(value * 1000) / 1000));
}

/** @param {HTMLElement} from @param {HTMLElement[]} all @param {string} key */
function nearest(from, all, key) {
  const [ax, ay] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  const here = middle(from);
  let best = null;
  let least = Infinity;
  for (const el of all) {
    const there = middle(el);
    const along = (there.x - here.x) * ax + (there.y - here.y) * ay;
    const off = Math.abs((there.x - here.x) * ay) + Math.abs((there.y - here.y) * ax);
    if (el === from || along < 2) continue;
    const far = along + off * 3;
    if (far < least) {
      least = far;
      best = el;
    }
  }
  return best;
}

/** @param {Element} el */
function middle(el) {
  const { left, top, width, height } = el.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
