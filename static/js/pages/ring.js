/**
 * A ring that fills as a round's time passes, and rows of dots for people. Digits are shown only on request; at zero the
 * ring is full. No rule may depend on the time.
 */
import { html, nothing, svg } from '../../lib/lit-html.js';

export { initial } from '../notes/look.js';

/** @typedef {import('../types.js').Shown} Shown */

const MINUTE = 60_000;
/** A screen's clock may be so far behind the server's, ms: forty minutes are never shown as 41. */
const BEHIND = 1500;

/**
 * The clock: share of the time passed (0..1) and minutes left (rounded up); null when none runs.
 * @param {Shown} shown @returns {{gone: number, left: number, over: boolean} | null}
 */
export function clock(shown) {
  const ends = shown.board?.ends_at ?? 0;
  if (!ends) return null;
  const left = ends - shown.now();
  const planned = (shown.plan[shown.round?.id ?? ''] ?? 0) * MINUTE;
  const whole = Math.max(planned, left, MINUTE);
  return { gone: Math.min(1, Math.max(0, 1 - left / whole)), left: Math.max(left > 0 ? 1 : 0, Math.ceil((left - BEHIND) / MINUTE)), over: left <= 0 };
}

/**
 * @param {Shown} shown @param {{digits?: boolean}} [how]
 */
export function timeRing(shown, { digits = false } = {}) {
  const time = clock(shown);
  if (!time) return nothing;
  const words = time.over ? shown.t('boards.time_over') : shown.t('boards.time_left', { n: time.left });
  const round = 2 * Math.PI * 20;
  return html`<div class=${`ring ${time.over ? 'ring-over' : ''}`} role="img" aria-label=${words}>
    <svg viewBox="0 0 48 48" aria-hidden="true">
      ${svg`<circle class="ring-all" cx="24" cy="24" r="20"/>
      <circle class="ring-gone" cx="24" cy="24" r="20" transform="rotate(-90 24 24)"
        stroke-dasharray="${(round * time.gone).toFixed(2)} ${round.toFixed(2)}"/>`}
    </svg>
    ${digits ? html`<span class="ring-digits" aria-hidden="true">${time.over ? '0' : time.left}</span>` : nothing}
  </div>`;
}

/**
 * A row of dots, one per person, without names.
 * @param {('done' | 'now' | 'next' | 'waits')[]} states @param {string} words
 */
export function dots(states, words) {
  const size = states.length > 60 ? 'dots-many' : states.length > 24 ? 'dots-more' : '';
  return html`<div class=${`dots ${size}`} role="img" aria-label=${words}>
    ${states.map((state) => html`<span class=${`dot dot-${state}`}></span>`)}
  </div>`;
}

/** A row of dots, the first `full` of them filled. @param {number} full @param {number} all @param {string} words */
export function countDots(full, all, words) {
  return dots(Array.from({ length: all }, (_, i) => (i < full ? 'done' : 'waits')), words);
}

/**
 * The dots of a turn queue: those who are done, the turn's holder, the next, and those who wait.
 * @param {import('../types.js').Turn} turn @param {string} words
 */
export function turnDots(turn, words) {
  return dots([
    ...turn.done.map(() => /** @type {const} */ ('done')),
    ...(turn.holder ? [/** @type {const} */ ('now')] : []),
    ...turn.queue.map((_, i) => (i === 0 ? /** @type {const} */ ('next') : /** @type {const} */ ('waits'))),
  ], words);
}
