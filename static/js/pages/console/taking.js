/** What a programme is taken out as (SPEC R50): its report, the leader edition, a page for each lift, and posters of its map. */
import { html, nothing } from '../../../lib/lit-html.js';
import { link } from './dialogs/links.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const FILES = ['pdf', 'md', 'json'];
/** A lift is brought to a meeting. */
const ON_PAPER = ['pdf', 'md'];

/** The report as files, and the leader edition with its link. @param {ConsoleState} ui @param {Shown} shown */
export function takingBox(ui, shown) {
  const { t } = shown;
  return html`${shown.me?.lent ? nothing : html`<section class="home-links taking"><h2>${t('report.title')}</h2>${reportFiles(ui, shown)}</section>`}
    ${posters(ui, shown)}
    ${shown.me?.lent || !ui.door.info ? nothing : html`<section class="home-links"><h2>${t('console.leader_edition')}</h2><p class="quiet small">${t('report.leader_hint')}</p>
      ${link(ui, shown, 'console.leader_link', 'report.leader_link_hint', ui.door.info.leader, 'leader')}</section>`}`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function reportFiles(ui, shown) {
  const { t } = shown;
  return html`<p class="quiet small">${t('report.hint')}</p>
    <ul class="files">${FILES.map((kind) => html`<li><button type="button" class="button" aria-disabled=${String(ui.state.fetching === `report.${kind}`)}
      @click=${() => void take(ui, shown, 'report', kind)}>${t(ui.state.fetching === `report.${kind}` ? 'end.fetching' : `report.${kind}`)}<small>${t(`console.file.${kind}.so`)}</small></button></li>`)}</ul>`;
}

/** The map as a poster, in either picture. @param {ConsoleState} ui @param {Shown} shown */
function posters(ui, shown) {
  const { t, board } = shown;
  const map = shown.sheets.find(({ lanes }) => lanes.some(({ place }) => place));
  if (!map || board?.rehearsal) return nothing;
  const take = async (/** @type {string} */ picture) => {
    if (ui.state.fetching) return;
    ui.set({ fetching: `poster.${picture}` });
    try {
      const { downloadBoard } = await ui.context.api();
      const lacking = await downloadBoard({
        board: ui.context.board, token: ui.context.token(), title: shown.say(map.title), kind: 'pdf', size: ui.state.size, picture, lang: shown.lang, began: board?.underway || board?.began || 0,
      });
      if (lacking) ui.context.toast(t('file.no_emoji'));
    } catch (error) {
      ui.context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
    }
    ui.set({ fetching: '' });
  };
  return html`<section class="home-links taking"><h2>${t('poster.title')}</h2><p class="quiet small">${t('poster.hint', { size: ui.state.size.toUpperCase() })}</p>
    <ul class="files">${['dynamics', 'star'].map((picture) => html`<li><button type="button" class="button" aria-disabled=${String(ui.state.fetching === `poster.${picture}`)}
      @click=${() => void take(picture)}>${t(ui.state.fetching === `poster.${picture}` ? 'end.fetching' : `map.${picture}`)}<small>PDF</small></button></li>`)}</ul></section>`;
}

/** A lift as a page to bring to a meeting; nothing for other notes. @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Note} note */
export function liftButtons(ui, shown, note) {
  if (note.sheet !== shown.method?.lifts || note.kind !== 'note' || note.reach !== 'all') return nothing;
  return ON_PAPER.map((kind) => html`<button type="button" class="button" aria-disabled=${String(ui.state.fetching === `lift.${kind}`)}
    @click=${() => void take(ui, shown, 'lift', kind, note)}>${shown.t(ui.state.fetching === `lift.${kind}` ? 'end.fetching' : `lift.${kind}`)}</button>`);
}

/** @param {ConsoleState} ui @param {Shown} shown @param {'report' | 'lift'} what @param {string} kind @param {import('../../types.js').Note} [note] */
async function take(ui, shown, what, kind, note) {
  if (ui.state.fetching) return;
  ui.set({ fetching: `${what}.${kind}` });
  try {
    const { downloadReport } = await ui.context.api();
    const lacking = await downloadReport({
      board: ui.context.board, token: ui.context.token(), title: note?.text ?? shown.board?.title ?? '', what, kind, lang: shown.lang, note: note?.id ?? '',
    });
    if (lacking) ui.context.toast(shown.t('file.no_emoji'));
  } catch (error) {
    ui.context.toast(shown.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
  }
  ui.set({ fetching: '' });
}
