/** The clock (minutes left, add one, stop) and the buttons back and next. No step may depend on the clock. */
import { html, nothing } from '../../../lib/lit-html.js';
import { clock, timeRing } from '../ring.js';
import { behind, goBack, hiddenLanes, nextRound, waitsToBeShown } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** A round's name of so many letters fits in one line of its button. */
const SHORT = 16;

/** @param {ConsoleState} ui @param {Shown} shown */
export function clockPanel(ui, shown) {
  if (shown.board?.closed) return nothing;
  // Before the day no time runs.
  return html`${shown.board?.ahead ? nothing : time(ui, shown)}${ways(ui, shown)}`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
function time(ui, shown) {
  const { t } = shown;
  const now = clock(shown);
  if (!now) {
    return html`<div class="clock"><p class="clock-words"><strong>${t('console.no_clock')}</strong></p>
      <button type="button" class="button" @click=${() => ui.emit('timer', { act: 'start' })}>${t('console.start_clock')}</button></div>`;
  }
  if (now.over && !ui.state.rounding) return offers(ui, shown);
  const late = behind(shown);
  const lag = late === null || Math.abs(late) < 2 ? '' : t(late > 0 ? 'console.behind' : 'console.ahead', { n: Math.abs(late) });
  return html`<div class="clock">
    ${timeRing(shown)}
    <p class="clock-words"><strong>${now.over ? t('console.over') : t('console.minutes_left', { n: now.left })}</strong>
      ${lag ? html`<span>${lag}</span>` : nothing}
      <button type="button" class="clock-stop" @click=${() => ui.emit('timer', { act: 'stop' })}>${t('console.stop_clock')}</button></p>
    <button type="button" class="button clock-add" aria-label=${t('console.add_minute')} @click=${() => add(ui, 1)}>+1</button>
  </div>`;
}

/** At zero: three offers, and nothing happens by itself. @param {ConsoleState} ui @param {Shown} shown */
function offers(ui, shown) {
  const { t } = shown;
  return html`<div class="clock clock-over">
    ${timeRing(shown)}
    <p class="clock-words"><strong>${t('console.over')}</strong><span>${t('console.over_hint')}</span></p>
    <div class="clock-offers">
      <button type="button" class="button" @click=${() => add(ui, 5)}>${t('console.more_time')}</button>
      <button type="button" class="button" @click=${() => ui.set({ rounding: true })}>${t('console.round_off')}</button>
      ${shown.rounds[shown.index + 1] ? html`<button type="button" class="button"
        @click=${() => nextRound(ui, shown)}>${t('console.go_on')}</button>` : nothing}
    </div>
  </div>`;
}

/** @param {ConsoleState} ui @param {number} minutes */
function add(ui, minutes) {
  ui.emit('timer', { act: 'add', minutes });
  ui.set({ rounding: false });
}

/** @param {ConsoleState} ui @param {Shown} shown */
function ways(ui, shown) {
  const { t } = shown;
  const before = shown.rounds[shown.index - 1];
  const next = shown.rounds[shown.index + 1];
  const turn = shown.turns.get('all') ?? shown.turns.get('groups');
  const first = Boolean(turn && (turn.holder || turn.queue.length)) || hiddenLanes(shown).some((lane) => waitsToBeShown(shown, lane));
  return html`<div class="ways">
    <button type="button" class="button big" ?disabled=${!before} @click=${() => goBack(ui, shown)}>
      <span aria-hidden="true">←</span> ${t('console.back')}</button>
    ${next ? html`<button type="button" class=${`button big ${first ? '' : 'main'}`} @click=${() => nextRound(ui, shown)}>
      ${onward(shown.say(next.title), t)}</button>`
      : html`<button type="button" class="button big main" @click=${() => ui.set({ dialog: 'close' })}>${t('console.finish')}</button>`}
  </div>`;
}

/** »Next: « and the name of a round, which is not broken if it is short. @param {string} title @param {import('../../types.js').T} t */
function onward(title, t) {
  const [before, after] = t('console.next', { title: '\n' }).split('\n');
  return html`<span>${before}<span class=${title.length <= SHORT ? 'together' : ''}>${title}</span>${after}</span>`;
}
