/**
 * A dot for everybody who has come, in a half circle as people sit in front of a board: without names, in an order that
 * means nothing. No rule may live here.
 */
import { html, repeat, svg } from '../../lib/lit-html.js';
import { steady } from '../notes/look.js';
import { HEIGHT, WIDTH, halfCircle } from './half-circle.js';

/** @typedef {import('../types.js').Shown} Shown */

/** Before the day, those who only wrote at home have not come. @param {Shown} shown */
export function arrivals(shown) {
  const come = (/** @type {import('../types.js').Seat} */ seat) => !shown.board?.ahead || seat.hosted || shown.here.has(seat.id);
  const people = shown.people.filter((seat) => seat.role === 'participant' && come(seat))
    .sort((a, b) => steady(`${a.id} arrived`) - steady(`${b.id} arrived`));
  const { radius, spots } = halfCircle(people.length);
  return html`<div class="arrivals">
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">${repeat(people.map((seat, at) => ({ seat, ...spots[at] })), ({ seat }) => seat.id,
      ({ seat, x, y }) => svg`<circle class=${`arrival ${seat.hosted || shown.here.has(seat.id) ? '' : 'is-away'}`} cx=${x} cy=${y} r=${radius}/>`)}</svg>
    <p class="wall-count">${shown.t('wall.are_here', { n: people.length })}</p>
  </div>`;
}
