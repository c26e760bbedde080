/** The overview over a part that is shown large: a strip with a place for each group, and its notes as small papers. */
import { html, svg } from '../../lib/lit-html.js';
import { color } from '../notes/look.js';
import { MINI } from './papers.js';

/** @typedef {import('./drawing.js').Drawing} Drawing */
/** @typedef {import('../types.js').Note} Note */

/** @param {Drawing} made */
export function stripHeight({ floor }) {
  return floor * 4.5;
}

/**
 * @param {Drawing} made @param {{id: string, number: number | string, lanes: Note[][]}[]} groups @param {string} chosen
 */
export function strip(made, groups, chosen) {
  const { width, floor, back } = made;
  const tall = stripHeight(made) - floor;
  const each = width / Math.max(1, groups.length);
  const disc = floor * 1.9;
  groups.forEach(({ id, number, lanes }, at) => {
    const x = at * each;
    const on = id === chosen;
    if (on) {
      back.push(svg`<rect class="strip-now" x=${x + 1} y="1" width=${each - 2} height=${tall - 2} rx=${floor * 0.4}></rect>
        <path class="strip-funnel" d=${`M${x + 1} ${tall - 2}h${each - 2}L${width} ${tall + floor * 0.7}H0z`}></path>`);
    }
    made.frame(`strip:${id}`, { x: x + floor * 0.6, y: (tall - disc) / 2, w: disc, h: disc }, floor,
      html`<span class=${`at row-disc ${on ? 'row-disc-now' : ''}`} data-box="strip:${id}" aria-hidden="true">${number}</span>`);
    papersIn(made, lanes, { x: x + floor * 1.2 + disc, y: floor * 0.3, w: each - floor * 1.8 - disc, h: tall - floor * 0.6 });
  });
}

/** The small papers of a group, lane by lane. @param {Drawing} made @param {Note[][]} lanes @param {{x: number, y: number, w: number, h: number}} room */
function papersIn(made, lanes, room) {
  const all = lanes.filter((notes) => notes.length);
  // As large as they fit; never so small that they are dots.
  for (let em = made.floor * 0.9; ; em *= 0.88) {
    const [w, h, gap] = [MINI.w * em, MINI.h * em, MINI.gap * em];
    const down = Math.max(1, Math.floor((room.h + gap) / (h + gap)));
    const columns = all.reduce((sum, notes) => sum + Math.ceil(notes.length / down), 0);
    if (columns * (w + gap) + all.length * gap > room.w && em > 3) continue;
    let x = room.x;
    for (const notes of all) {
      notes.forEach((note, at) => {
        const high = Math.min(down, notes.length) * (h + gap) - gap;
        made.paper({ x: x + Math.floor(at / down) * (w + gap), y: room.y + (room.h - high) / 2 + (at % down) * (h + gap), w, h }, color(note, made.shown));
      });
      x += Math.ceil(notes.length / down) * (w + gap) + gap;
    }
    return;
  }
}
