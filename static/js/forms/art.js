/** The small note in the drawings on the front page's cards, with lines for writing. It may contain no text. */
import { svg } from '../../lib/lit-html.js';

/** The CSS class for a lane's colour in the drawings. */
export const TINTS = /** @type {Record<string, string>} */ ({ yellow: 'y', coral: 'c', sky: 's', mint: 'm', lilac: 'l', white: 'w' });

/**
 * A note with lines for writing.
 * @param {number} x @param {number} y @param {number} wide @param {number} high @param {string} tint @param {number} tilt
 * @param {number[]} [lines] each line's length, 0..1
 */
export function noteArt(x, y, wide, high, tint, tilt, lines = [0.8, 0.55]) {
  const step = Math.min(8, (high - 8) / lines.length);
  return svg`<g transform=${`rotate(${tilt} ${x + wide / 2} ${y + high / 2})`}>
    <rect class="art-shade" x=${x + 0.6} y=${y + 1.8} width=${wide} height=${high} rx="2"></rect>
    <path class=${tint} d=${`M${x + 1} ${y}h${wide - 2}q1 0 1 1v${high - 2}q0 1-1 1h${7 - wide}q-6 0-6-6v${7 - high}q0-1 1-1z`}></path>
    ${lines.map((long, at) => svg`<path class="scribble" stroke-width="2" d=${`M${x + 7} ${y + 9 + at * step}h${(wide - 14) * long}`}></path>`)}</g>`;
}
