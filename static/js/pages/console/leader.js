/** For the leader who is told afterwards: who tells, when, and the leader edition with its link (SPEC R29). */
import { html, nothing } from '../../../lib/lit-html.js';
import { dayWords } from '../../text.js';
import { link } from './dialogs/links.js';
import { offers } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** Who may tell: parts, and never a person. */
const TELLERS = ['facilitator', 'scribe', 'safety', 'union', 'trio'];

/** Who tells the leader and when, in the round for it; afterwards in a sentence. @param {ConsoleState} ui @param {Shown} shown */
export function briefBox(ui, shown) {
  const { t, board } = shown;
  const brief = board?.briefing;
  if (!brief) return nothing;
  if (!offers(shown, 'brief')) {
    const day = brief.when && dayWords(brief.when, shown);
    return brief.teller && board.closed ? html`<p class="small">${t(brief.done ? 'console.brief_was_done' : day ? 'console.brief_on' : 'console.brief_by', { who: t(`console.teller.${brief.teller}`), day: day || '' })}</p>` : nothing;
  }
  // What is agreed anew has not happened yet.
  const anew = shown.method?.keep === 'programme' ? { done: false } : {};
  const set = (/** @type {Partial<typeof brief>} */ change) => ui.emit('brief', { ...brief, ...anew, ...change });
  return html`<section class="box"><h2 class="box-kicker">${t('console.brief')}</h2>
    <div class="pick-where"><label class="field"><span class="label">${t('console.brief_who')}</span><select class="input" name="brief-teller" @change=${(/** @type {any} */ event) => set({ teller: event.target.value })}>
        <option value="" .selected=${!brief.teller}>${t('console.brief_choose')}</option>
        ${TELLERS.map((who) => html`<option value=${who} .selected=${who === brief.teller}>${t(`console.teller.${who}`)}</option>`)}</select></label>
      <label class="field"><span class="label">${t('console.brief_when')}</span><input class="input" name="brief-when" type="date" min="2000-01-01" max="2199-12-31" .value=${brief.when}
        @change=${(/** @type {any} */ event) => event.target.validity.valid && set({ when: event.target.value })}></label></div>
    <label class="pick-words"><input type="checkbox" name="brief-done" .checked=${brief.done} @change=${(/** @type {any} */ event) => set({ done: event.target.checked })}><span>${t('console.brief_done')}</span></label>
    <p class="small quiet">${t('console.brief_hint')}</p></section>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function leaderBox(ui, shown) {
  const { t } = shown;
  const picked = shown.notes.filter(({ handed }) => handed).length;
  if (!picked || !ui.door.info || shown.board?.rehearsal) return nothing;
  return html`<section class="box"><h2 class="box-kicker">${t('console.leader_edition')}</h2>
    <p class="small">${t('console.leader_edition_hint', { n: picked })}</p>
    ${shown.method?.answers ? html`<p class="small">${t('console.leader_answers')}</p>
      ${shown.board?.closed ? html`<p role="status"><strong>${answersCount(shown)}</strong></p>` : nothing}` : nothing}
    ${link(ui, shown, 'console.leader_link', 'console.leader_link_hint', ui.door.info.leader, 'leader')}</section>`;
}

/** How many of the points that a leader answers have an answer (SPEC R38). @param {Shown} shown */
function answersCount(shown) {
  const lanes = shown.sheets.flatMap((sheet) => sheet.lanes.filter(({ answers }) => answers?.length).map(({ id, answers = [] }) => ({ sheet: sheet.id, id, answers })));
  const count = (/** @type {string} */ sheet, /** @type {string[]} */ ids) => shown.notes.filter((note) => !note.draft && note.sheet === sheet && ids.includes(note.lane)).length;
  const sum = (/** @type {number[]} */ all) => all.reduce((one, more) => one + more, 0);
  return shown.t('console.answers_count', { n: sum(lanes.map(({ sheet, id }) => count(sheet, [id]))), of: sum(lanes.map(({ sheet, answers }) => count(sheet, answers))) });
}
