/**
 * Choosing on a phone where a note goes on the line: a miniature of the real line, a stepper for the year or time, the sides, and
 * the lanes beside the line. Nothing is chosen beforehand, and any of these will do.
 */
import { classMap, html, live, nothing, svg } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { shortWord } from '../../notes/marks.js';
import { asksSide, notesOn, stepsOf } from '../../notes/query.js';

/** @typedef {import('../form.js').Form} Form */
/** @typedef {import('../form.js').Aim} Aim */
/** @typedef {import('../form.js').Choices} Choices */
/** @typedef {import('../../types.js').Sheet} Sheet */

/** The miniature's box, and the room of a step's name, in units of its drawing (about a px on a phone 390 wide). */
const WIDE = 350;
const HIGH = { usual: 148, low: 88 };
/** px: in a lower window the miniature is lower, so that the sides under it are in sight. */
const LOW = 700;
const NAMES = 20;
const NAME = 42;
/** Up to so many steps stand side by side to choose from. */
const FEW = 4;
const PAPER = { w: 25, h: 14, step: 17 };

/** @param {Sheet} sheet the lanes from left to right, as on the wall: those that are not on the scale first */
function across(sheet) {
  return [...sheet.lanes].sort((a, b) => Number(a.scale !== undefined) - Number(b.scale !== undefined));
}

/** @type {Form['aim']} */
export function aim(sheet, opening, note, picked) {
  const only = opening.lanes.length === 1 ? opening.lanes[0] : '';
  const lane = picked.lane ?? (opening.lanes.includes(note.lane) ? note.lane : only);
  return { lane, side: picked.side ?? note.side, row: opening.row, asks: asksSide(sheet, note) };
}

/** @type {Form['missing']} */
export function missing({ t, say }, sheet, { lane, side, asks }) {
  return [lane ? '' : t(`turn.pick_step.${sheet.scale}`), asks && !side ? say(asks.title) : ''].filter(Boolean).join('. ');
}

/** @type {Form['choices']} */
export function choices({ shown, sheet, note, aim: at, choose }) {
  const { t } = shown;
  const line = stepsOf(sheet);
  const other = sheet.lanes.filter((lane) => lane.scale === undefined);
  const nth = line.findIndex(({ id }) => id === at.lane);
  const goTo = (/** @type {string} */ lane) => choose({ ...at, lane });
  // From nothing, one steps in from either end.
  const before = nth < 0 ? line.length - 1 : nth - 1;
  const after = nth < 0 ? 0 : nth + 1;
  return html`<div class="stack tight"><p class="label">${t(at.lane && (at.side || !at.asks) ? 'turn.stands_here' : 'turn.tap_line')}</p>
    ${miniature({ shown, sheet, note, aim: at, choose })}</div>
  <fieldset class="stack" data-asks=${at.lane ? nothing : 'step'}><legend class="sr-only">${t('turn.when')}</legend>
    ${line.length <= FEW ? html`<div class="segments">${line.map(({ id, title }) => html`<label><input type="radio" name="step" .checked=${live(id === at.lane)} @change=${() => goTo(id)}><span>${shown.say(title)}</span></label>`)}</div>` : html`<div class="stepper small">
      <button type="button" aria-label=${t(`turn.step_before.${sheet.scale}`)} ?disabled=${nth === 0} @click=${() => goTo(line[before].id)}>−</button>
      <output class=${classMap({ quiet: nth < 0 })} aria-live="polite">${nth < 0 ? t(`turn.which_step.${sheet.scale}`) : shown.say(line[nth].title)}</output>
      <button type="button" aria-label=${t(`turn.step_after.${sheet.scale}`)} ?disabled=${nth === line.length - 1} @click=${() => goTo(line[after].id)}>+</button>
    </div>`}
  </fieldset>
  ${at.asks ? sides(at, at.asks, shown, choose) : nothing}
  ${other.length ? html`<div class="chips">${other.map((each) => html`<button type="button" class="chip" aria-pressed=${String(each.id === at.lane)} @click=${() => goTo(each.id === at.lane ? '' : each.id)}>${shown.say(each.title)}</button>`)}</div>` : nothing}`;
}

/** The two sides, then what is both. @param {Aim} at @param {import('../../types.js').MarkKind} kind @param {import('../../types.js').Shown} shown @param {(aim: Aim) => void} choose */
function sides(at, kind, shown, choose) {
  const words = kind.words.filter(({ side }) => side).sort((a, b) => Number(a.side === 'both') - Number(b.side === 'both'));
  return html`<fieldset data-asks=${at.side ? nothing : 'side'}><legend class="sr-only">${shown.say(kind.title)}</legend><div class="segments three">${words.map((word) => html`
    <label><input type="radio" name="side" .checked=${live(word.side === at.side)} @change=${() => choose({ ...at, side: word.side })}><span>${shortWord(word, shown)}</span></label>`)}</div></fieldset>`;
}

/**
 * The real line in small, with what is up; one tap chooses lane and side. It is hidden from screen readers: the
 * stepper and the sides say the same.
 * @param {Omit<Choices, 'lanes'>} ask
 */
function miniature({ shown, sheet, note, aim: at, choose }) {
  const lanes = across(sheet);
  const column = WIDE / Math.max(1, lanes.length);
  const height = HIGH[innerHeight < LOW ? 'low' : 'usual'];
  const axis = height / 2;
  const up = notesOn(shown, sheet.id).filter((each) => each.id !== note?.id);
  /** @param {string} lane @param {boolean} below */
  const stack = (lane, below) => up.filter((each) => each.lane === lane && (each.side === 'down') === below);
  const here = at.lane && (at.side || !at.asks) ? stack(at.lane, at.side === 'down').length : -1;
  const most = Math.max(here + 1, ...lanes.flatMap(({ id }) => [stack(id, false).length, stack(id, true).length]));
  const step = Math.min(PAPER.step, (axis - 6) / Math.max(1, most));
  const w = Math.min(PAPER.w, column * 0.8);
  const h = Math.min(PAPER.h, step * 0.85);
  const x = (/** @type {number} */ lane) => (lane + 0.5) * column - w / 2;
  const y = (/** @type {number} */ row, /** @type {boolean} */ below) => (below ? axis + 4 + row * step : axis - 4 - row * step - h);
  const tap = (/** @type {MouseEvent} */ event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const lane = lanes[Math.min(lanes.length - 1, Math.floor(((event.clientX - box.left) / box.width) * lanes.length))];
    const below = ((event.clientY - box.top) / box.height) * (height + NAMES) > axis;
    choose({ ...at, lane: lane.id, ...(at.asks ? { side: below ? 'down' : at.side === 'both' ? 'both' : 'up' } : {}) });
  };
  const chosen = lanes.findIndex((lane) => lane.id === at.lane);
  return html`<svg class="mini-line" viewBox=${`0 0 ${WIDE} ${height + NAMES}`} aria-hidden="true" @click=${tap}>
    <rect class="field" x="0.5" y="0.5" width=${WIDE - 1} height=${height - 1} rx="14"></rect>
    ${lanes.map((_, lane) => (lane ? svg`<path class="between" d=${`M${lane * column} 6V${height - 6}`}></path>` : nothing))}
    ${chosen < 0 ? nothing : svg`<rect class="chosen" x=${chosen * column} width=${column} y=${at.side === 'down' ? axis : 4} height=${at.side ? axis - 4 : height - 8} rx="6"></rect>`}
    <path class="axis" d=${`M0 ${axis}H${WIDE}`}></path>
    ${lanes.map(({ id }, lane) => [false, true].map((below) => stack(id, below).map((each, row) => svg`
      <rect class=${color(each, shown)} x=${x(lane)} y=${y(row, below)} width=${w} height=${h} rx="2"></rect>`)))}
    ${here >= 0 ? svg`<g class="here"><rect class=${note ? color({ ...note, lane: at.lane }, shown) : 'yellow'} x=${x(chosen)} y=${y(here, at.side === 'down')} width=${w} height=${h} rx="2"></rect>
      <rect class="ring" x=${x(chosen) - 4} y=${y(here, at.side === 'down') - 4} width=${w + 8} height=${h + 8} rx="5"></rect></g>` : nothing}
    ${names(lanes, column, shown, height + NAMES - 4)}
  </svg>`;
}

/** The lanes' names under the miniature, as many as there is room for; the last always. @param {Sheet['lanes']} lanes @param {number} column @param {import('../../types.js').Shown} shown @param {number} foot where they stand */
function names(lanes, column, shown, foot) {
  const first = lanes.findIndex((lane) => lane.scale !== undefined);
  const every = Math.max(1, Math.ceil(NAME / column));
  const named = lanes.map((lane, at) => {
    const last = lanes.length - 1;
    if (lane.scale === undefined) return at === 0 ? `${shown.say(lane.title).split(' ')[0]} …` : '';
    return at === last || ((at - first) % every === 0 && (last - at) * column >= NAME) ? shown.say(lane.title) : '';
  });
  return named.map((text, at) => {
    if (!text) return nothing;
    const end = at === 0 ? 'start' : at === lanes.length - 1 ? 'end' : 'middle';
    const x = at === 0 ? 2 : at === lanes.length - 1 ? WIDE - 2 : (at + 0.5) * column;
    // The name of a first lane that is not on the scale may need the room of the step beside it.
    if (at === first && first > 0 && column < NAME) return nothing;
    return svg`<text x=${x} y=${foot} text-anchor=${end}>${text}</text>`;
  });
}
