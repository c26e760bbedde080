/**
 * What is drawn under the notes of a timeline: the line, the names of its lanes, headings, hair-lines, the key, and in a
 * walk the overview with the sheet that its part lies on. No layout may live here.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { placeWords } from '../../notes/draw.js';
import { color } from '../../notes/look.js';
import { sidesOf } from '../../notes/query.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('./picture.js').Stretch} Stretch */
/** @typedef {{stretches: Stretch[], height: number, unit: number, chips: string[], slice: {x: number, w: number, top: number, foot: number, to: number} | null, walking?: import('../form.js').Plan['walking']}} Made */

/**
 * @param {Made} made
 * @param {{shown: Shown, notes: Note[], width: number, marked: [string, string][], go?: (part: string) => void}} how
 */
export function behind(made, { shown, notes, width, marked, go }) {
  const { stretches, height, slice, unit } = made;
  const byId = new Map(notes.map((note) => [note.id, note]));
  const large = new Set(stretches.flatMap((one) => [...(one.line?.boxes.keys() ?? [])]));
  return html`<svg class="backdrop" aria-hidden="true" width=${width} height=${height} viewBox="0 0 ${width} ${height}">
      ${slice ? svg`<path class="walk-sheet" stroke-width=${1.6 * unit} d=${sheetPath(slice, width, height, unit)}/>` : nothing}
      ${stretches.map((one) => lineOf(one))}
    </svg>
    ${made.chips.length ? html`<ul class="chips-of-all" aria-label=${shown.t('boards.overview')}>${made.chips.map((id) => {
      const note = byId.get(id);
      // What is large on the sheet is read there.
      return note ? html`<li class=${`paper-chip at ${color(note, shown)}`} data-box=${`chip:${id}`} data-tilt=${id} aria-hidden=${large.has(id) ? 'true' : nothing}>
        ${large.has(id) ? nothing : html`<span class="sr-only">${placeWords(note, shown)}: ${note.text}</span>`}</li>` : nothing;
    })}</ul>` : nothing}
    ${go && made.walking ? html`<div class="walk-parts">${made.walking.parts.map((part) => html`<button type="button" class="walk-part at" data-box=${`part:${part.id}`}
        aria-pressed=${String(part.id === made.walking?.part)} aria-label=${part.title} @click=${() => go(part.id === made.walking?.part ? '' : part.id)}></button>`)}</div>` : nothing}
    ${marked.length ? html`<p class="line-key at" data-box="key">
      ${marked.map(([sign, words], at) => html`<span><b class=${at ? 'side-down' : 'side-up'}>${sign}</b> ${words}</span>`)}</p>` : nothing}`;
}

/** What lies above and below the line means; nothing where no words say a side. @param {Shown} shown @param {import('../../types.js').Sheet} sheet @returns {[string, string][]} */
export function keyWords({ t, say }, sheet) {
  const { words } = sidesOf(sheet);
  return [['up', 'boards.above'], ['down', 'boards.below']].flatMap(([side, where]) => words.filter((word) => word.side === side)
    .map((word) => /** @type {[string, string]} */ ([`${word.sign} ${t(where)}`.trim(), say(word.title)])));
}

/** The names of lanes and the headings. @param {Pick<Made, 'stretches'>} made @param {Shown} shown */
export function inFront({ stretches }, shown) {
  return html`<div aria-hidden="true">${stretches.map((one) => html`
    ${one.names.map((name) => html`<span class=${`lane-name at ${name.step ? 'is-year' : ''} ${name.lit ? 'is-lit' : ''}`} data-box=${`name:${one.key}:${name.id}`}>${name.text}</span>`)}
    ${one.brackets.map((bracket) => html`
      <span class="period at" data-box=${`period:${one.key}:${bracket.id}`}>${shown.note(bracket.id)?.text ?? ''}</span>
      <i class=${`bracket at ${bracket.openLeft ? 'open-left' : ''} ${bracket.openRight ? 'open-right' : ''}`} data-box=${`bracket:${one.key}:${bracket.id}`}></i>`)}`)}
  </div>`;
}

/** The line between the names, and hair-lines to it. @param {Pick<Stretch, 'x' | 'width' | 'axis' | 'band' | 'unit' | 'names' | 'line'>} stretch */
export function lineOf(stretch) {
  const { x, width, axis, unit, names, line } = stretch;
  const gaps = [{ from: x, to: x }];
  for (const name of names) {
    const middle = x + name.x + name.w / 2;
    gaps.push({ from: middle - name.half, to: middle + name.half });
  }
  gaps.push({ from: x + width, to: x + width });
  return svg`<g>${gaps.slice(1).map((gap, at) => (gap.from > gaps[at].to + 2 ? svg`<line class="axis" stroke-width=${3 * unit}
      x1=${gaps[at].to} x2=${gap.from} y1=${axis} y2=${axis}/>` : nothing))}
    ${(line?.hairs ?? []).map((hair) => {
      const bend = axis + Math.sign(hair.y - axis) * Math.min(stretch.band / 2, 16 * unit);
      return svg`<path class="hair" stroke-width=${2.5 * unit} d="M${hair.x} ${hair.y}V${bend}Q${hair.x} ${axis} ${hair.dot} ${axis}"/>
        <circle class="hair-dot" cx=${hair.dot} cy=${axis} r=${5.5 * unit}/>`;
    })}</g>`;
}

/**
 * The slice of the overview and the sheet below it, as one paper.
 * @param {{x: number, w: number, top: number, foot: number, to: number}} slice @param {number} width @param {number} height @param {number} unit
 */
function sheetPath({ x, w, top, foot, to }, width, height, unit) {
  const r = 14 * unit;
  const edge = unit;
  const [left, right, up, low] = [Math.max(edge, x), Math.min(width - edge, x + w), top + edge, height - edge];
  const tall = to - foot;
  // The same commands for every slice, so that one glides into the next.
  const bend = (/** @type {number} */ from, /** @type {number} */ end) => `C${from} ${foot + tall * 0.62} ${from + (end - from) * 0.1} ${foot + tall * 0.4} ${from + (end - from) * 0.35} ${foot + tall * 0.6}S${end} ${to - tall * 0.12} ${end} ${to + r}`;
  const back = (/** @type {number} */ from, /** @type {number} */ end) => `C${from} ${to - tall * 0.12} ${end + (from - end) * 0.62} ${foot + tall * 0.8} ${end + (from - end) * 0.35} ${foot + tall * 0.6}S${end} ${foot + tall * 0.62} ${end} ${foot}`;
  return `M${left} ${foot}V${up + r}q0-${r} ${r}-${r}H${right - r}q${r} 0 ${r} ${r}V${foot}${bend(right, width - edge)}V${low - r}q0 ${r}-${r} ${r}H${edge + r}q-${r} 0-${r}-${r}V${to + r}${back(edge, left)}Z`;
}
