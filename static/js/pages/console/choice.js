/**
 * A choice among many that changes what everybody sees. Made with a pointer or in its open list it counts at once; keys that step
 * through a closed one only choose, and Enter or the button beside it makes it count (WCAG 3.2.2).
 */
import { html, nothing } from '../../../lib/lit-html.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** Keys that open the list, or choose in it. */
const LIST = ['Enter', ' ', 'F4', 'Tab'];
/** What the keys have chosen and nobody was shown, by the id of its choice. @type {Map<string, string>} */
const waiting = new Map();
/** The choice that keys step through. */
let stepped = '';

/**
 * @param {ConsoleState} ui @param {Shown} shown
 * @param {{ id: string, label: string, options: { id: string, title: string }[], now: string, go: (id: string) => void, does?: string }} choice  `now`: what everybody sees, '' none of them; `does`: what the button says
 */
export function choice(ui, shown, { id, label, options, now, go, does = shown.t('console.walk_show') }) {
  const waits = waiting.get(id);
  const make = (/** @type {string} */ value) => {
    waiting.delete(id);
    go(value);
    ui.context.redraw();
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && waiting.has(id)) {
      event.preventDefault();
      make(waiting.get(id) ?? '');
    }
    stepped = LIST.includes(event.key) || event.altKey ? '' : id;
  };
  const change = (/** @type {any} */ { target }) => {
    if (stepped !== id) return make(target.value);
    if (target.value === now) waiting.delete(id);
    else waiting.set(id, target.value);
    return ui.context.redraw();
  };
  const there = options.some((one) => one.id === now);
  return html`<span class="walk-one"><label class="walk-one"><span class="label">${label}</span> <select class="input" @keydown=${keys} @pointerdown=${() => { stepped = ''; }} @change=${change}>
    <option value="" .selected=${!there && waits === undefined}>–</option>
    ${options.map((one) => html`<option value=${one.id} .selected=${one.id === (waits ?? now)}>${one.title}</option>`)}</select></label>
    ${waits === undefined ? nothing : html`<button type="button" class="button" @click=${() => make(waits)}>${does}</button>`}</span>`;
}
