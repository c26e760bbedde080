/** The scribe's pane for picking what the workshop takes with it; its view is shared with the console. */
import { html } from '../../../lib/lit-html.js';
import { Picking, pickView } from '../picking.js';
import { foot, frame, head, lostTexts } from './frame.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */

/** Its style is fetched with it: few phones are a scribe's. */
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('../../../css/picking.css', import.meta.url).href;
document.head.append(style);

/** @type {Picking | null} */ let state = null;
let texts = false;

/** @param {PhoneState} ui @param {Shown} shown */
export function pick(ui, shown) {
  state ??= new Picking(ui.context);
  if (!texts) {
    texts = true;
    void ui.context.loadText('room');
  }
  return frame(head(ui, shown), { top: [lostTexts(ui), html`${pickView(state, shown)}`], rest: foot(ui, shown) });
}
