/**
 * Little drawings of a method's board, made from its sheets: for the cards on the front page.
 * They are pictures of kinds of board; no text and no real note may stand in them.
 */
import { html, nothing, svg } from '../../lib/lit-html.js';

/** @typedef {import('../types.js').Sheet} Sheet */

const TINTS = /** @type {Record<string, string>} */ ({ yellow: 'y', coral: 'c', sky: 's', mint: 'm', lilac: 'l' });

/**
 * The drawing of the sheet that says most about the method.
 * @param {Sheet[]} sheets
 */
export function art(sheets) {
  const form = (/** @type {string} */ name) => sheets.find((sheet) => sheet.form === name);
  const sheet = form('timeline') ?? form('grid') ?? form('columns');
  const drawn = sheet?.form === 'timeline' ? timeline(sheet) : sheet?.form === 'grid' ? grid(sheet) : sheet ? columns(sheet) : nothing;
  return html`<svg viewBox="0 0 320 176" focusable="false">${drawn}</svg>`;
}

/**
 * A small sheet of paper with written lines.
 * @param {number} x @param {number} y @param {number} wide @param {number} high @param {string} tint @param {number} tilt
 * @param {number[]} [lines] each line's length, 0..1
 */
function paper(x, y, wide, high, tint, tilt, lines = [0.8, 0.55]) {
  const step = Math.min(8, (high - 8) / lines.length);
  return svg`<g transform=${`rotate(${tilt} ${x + wide / 2} ${y + high / 2})`}>
    <rect class="art-shade" x=${x + 0.6} y=${y + 1.8} width=${wide} height=${high} rx="2"></rect>
    <path class=${tint} d=${`M${x + 1} ${y}h${wide - 2}q1 0 1 1v${high - 2}q0 1-1 1h${7 - wide}q-6 0-6-6v${7 - high}q0-1 1-1z`}></path>
    ${lines.map((long, at) => svg`<path class="scribble" stroke-width="2" d=${`M${x + 7} ${y + 9 + at * step}h${(wide - 14) * long}`}></path>`)}</g>`;
}

/** @param {Sheet} sheet */
function timeline(sheet) {
  const years = [0, 1, 2, 3, 4, 5, 6];
  const beside = sheet.lanes.length > 0;
  const right = beside ? 248 : 302;
  const at = (/** @type {number} */ year) => 26 + (year * (right - 40)) / 6;
  return svg`
    <path class="paper-line" stroke-width="2" d=${`M16 90H${right}`}></path>
    ${years.map((year) => svg`<circle class="dot" cx=${at(year)} cy="90" r=${year % 3 ? 2.6 : 4}></circle>`)}
    <path class="plus" d="M12 40h3v-3h2v3h3v2h-3v3h-2v-3h-3z"></path><path class="minus" d="M12 134h8v2h-8z"></path>
    ${paper(at(0.3), 40, 44, 34, 'y', -2.5)}${paper(at(2), 22, 46, 40, 's', 1.8, [0.8, 0.9, 0.4])}
    ${paper(at(3.4), 46, 42, 30, 'm', -1.2)}${paper(at(4.55), 24, 42, 36, 'y', 2.4, [0.6, 0.85, 0.5])}
    ${paper(at(0.9), 108, 44, 34, 'c', 1.6)}${paper(at(2.5), 122, 44, 36, 'y', -2, [0.85, 0.6, 0.7])}
    ${paper(at(3.9), 106, 42, 32, 'c', 2.2)}${beside ? svg`
      <rect class="beside" x="258" y="22" width="50" height="132" rx="7"></rect>${paper(263, 32, 40, 32, 'l', 1.5)}${paper(263, 74, 40, 30, 'l', -2)}` : nothing}`;
}

/** @param {Sheet} sheet */
function columns(sheet) {
  const lanes = sheet.lanes.slice(0, 4);
  const wide = (304 - (lanes.length - 1) * 10) / lanes.length;
  const notes = [[34, 34], [30, 40], [36, 30]];
  return svg`${lanes.map((lane, at) => {
    const x = 8 + at * (wide + 10);
    const tint = TINTS[lane.color ?? ''] ?? 'y';
    let y = 40;
    return svg`<rect class="r" x=${x} y="12" width=${wide} height="152" rx="9"></rect>
      <path class="scribble-2" stroke-width="3.2" d=${`M${x + 12} 27h${wide * 0.42}`}></path>
      ${notes[at % 3].concat(at === 1 ? [26] : []).map((high, nth) => {
    const drawn = paper(x + 10 + (nth % 2) * 4, y, wide - 26, high, tint, (nth + at) % 2 ? 1.6 : -1.6, high > 33 ? [0.85, 0.5, 0.7] : [0.8, 0.5]);
    y += high + 9;
    return drawn;
  })}
      ${lane.points_to ? svg`<path class="arrow" stroke-width="2" d=${`M${x - 1} 74c-9-2-13-6-17-12m0 6v-6h6`}></path>` : nothing}`;
  })}`;
}

/** @param {Sheet} sheet */
function grid(sheet) {
  const tints = sheet.lanes.slice(0, 5).map((lane) => TINTS[lane.color ?? ''] ?? 'y');
  const wide = 236 / tints.length;
  const filled = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0]];
  return svg`${filled.map((row, nth) => {
    const y = 14 + nth * 52;
    return svg`<rect class="r" x="8" y=${y} width="304" height="44" rx="8"></rect>
      <path class="scribble-2" stroke-width="3" d=${`M18 ${y + 15}h${34 - nth * 5}M18 ${y + 24}h${24 + nth * 6}`}></path>
      ${tints.map((tint, at) => (row[at] ? paper(68 + at * wide, y + 7, wide - 8, 29, tint, ((at * 7 + nth * 5) % 4) - 1.5, [0.8, 0.5])
    : svg`<rect class="beside" x=${68 + at * wide} y=${y + 8} width=${wide - 8} height="28" rx="4"></rect>`))}`;
  })}`;
}
