/** Face-down notes of a lane: backs side by side, all alike. What lies under them may not be told here. */
import { html, svg } from '../../lib/lit-html.js';

/** The backs' size and distance, em; and how far the words under them reach. */
const BACK = { w: 6.4, h: 4.9, gap: 0.9, words: 2.2 };

/**
 * @param {number} count @param {{w: number, h: number}} room px @param {number} size px @param {string} words
 * @returns {{h: number, drawn: unknown}}
 */
export function backs(count, room, size, words) {
  let scale = size;
  while (scale > 4 && spread(count, room.w, scale).h > room.h - BACK.words * size) scale *= 0.9;
  const { across, w, h } = spread(count, room.w, scale);
  const lying = Array.from({ length: count }, (_, at) => {
    const nth = Math.floor(at / across);
    // Every other row is shifted, as hands lay them; the tilt goes by the place alone.
    const x = ((at % across) * (BACK.w + BACK.gap) + (nth % 2 && across > 1 ? 1.1 : 0)) * scale;
    return { x, y: (nth * (BACK.h + BACK.gap) + ((at * 31) % 5) * 0.08 + 0.3) * scale, turn: ((at * 47) % 7) / 2 - 1.5 };
  });
  const [wide, high] = [BACK.w * scale, BACK.h * scale];
  const paper = `M0 0h${wide}v${high}h${-wide + 0.7 * scale}q${-0.7 * scale} 0 ${-0.7 * scale} ${-0.7 * scale}z`;
  return { h: h + BACK.words * size, drawn: html`<div class="backs backs-spread">
    <svg width=${w} height=${h} role="img" aria-label=${words} focusable="false">
      ${lying.map(({ x, y, turn }) => svg`<g transform=${`translate(${x} ${y}) rotate(${turn} ${wide / 2} ${high / 2})`}><g class="back">
        <path class="back-shade" d=${paper}></path><path class="back-paper" d=${paper}></path></g></g>`)}
    </svg>
    <p class="backs-words" aria-hidden="true">${words}</p></div>` };
}

/** @param {number} count @param {number} width @param {number} scale */
function spread(count, width, scale) {
  const across = Math.max(1, Math.min(count, Math.floor((width / scale + BACK.gap - 1.1) / (BACK.w + BACK.gap))));
  const rows = Math.ceil(count / across);
  return { across, w: (across * (BACK.w + BACK.gap) + 1.1) * scale, h: (rows * (BACK.h + BACK.gap) + 0.4) * scale };
}
