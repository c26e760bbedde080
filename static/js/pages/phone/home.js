/** A programme's home on a phone: where it stands, what comes next, and what was found, is tried and was learned. */
import { html, nothing } from '../../../lib/lit-html.js';
import { stationList } from '../../board/cycle.js';
import { nearDay } from '../../board/standing.js';
import { today } from '../../notes/days.js';
import { told } from '../../board/told.js';
import { tongue } from '../../notes/look.js';
import { boardTitle, foot, frame, head, lostTexts } from './frame.js';
import { ownNotes } from './notes.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */

/** Its style is fetched with it: workshops have no such round. */
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('../../../css/cycle.css', import.meta.url).href;
document.head.append(style);

/** So many days that come next stand here. */
const NEXT = 3;

/** @param {PhoneState} ui @param {Shown} shown */
export function home(ui, shown) {
  const { cycle } = shown;
  const day = today(shown.now());
  const next = (cycle?.next ?? []).slice(0, NEXT);
  return frame(head(ui, shown, { instruction: boardTitle(shown) }), {
    top: [lostTexts(ui), cycle ? stationList(cycle, shown, day) : nothing,
      next.length ? html`<section class="cycle-told"><h2>${ui.t('cycle.next')}</h2><ul>${next.map((one) => html`<li><strong>${shown.say(one.title)}: <bdi lang=${tongue(one.text, shown)}>${one.text}</bdi></strong>
        <small>${nearDay(one.day, day, shown)}${one.who ? html` · <bdi lang=${tongue(one.who, shown)}>${one.who}</bdi>` : nothing}</small></li>`)}</ul></section>` : nothing,
      cycle ? told(cycle, shown) : nothing],
    rest: [ownNotes(ui, shown), foot(ui, shown)],
  });
}
