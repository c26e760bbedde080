/** The leader edition on the console: what it is, and its link, once something was picked (SPEC R29). */
import { html, nothing } from '../../../lib/lit-html.js';
import { link } from './dialogs/links.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** @param {ConsoleState} ui @param {Shown} shown */
export function leaderBox(ui, shown) {
  const { t } = shown;
  const picked = shown.notes.filter(({ sources }) => sources).length;
  if (!picked || !ui.door.info || shown.board?.rehearsal) return nothing;
  return html`<section class="box"><h2 class="box-kicker">${t('console.leader_edition')}</h2>
    <p class="small">${t('console.leader_edition_hint', { n: picked })}</p>
    ${link(ui, shown, 'console.leader_link', 'console.leader_link_hint', ui.door.info.leader, 'leader')}</section>`;
}
