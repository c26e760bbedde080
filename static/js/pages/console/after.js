/** What a closed workshop is still good for: its picture hangs for everybody with the link, and a copy of it is a new workshop. */
import { html, nothing } from '../../../lib/lit-html.js';
import { dayWords } from '../../text.js';
import { link } from './dialogs/links.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** The wall's link, which goes on showing the final picture, until when, and taking it down. @param {ConsoleState} ui @param {Shown} shown */
export function hangingBox(ui, shown) {
  const { t, board } = shown;
  const { info } = ui.door;
  if (!info || !board || board.rehearsal) return nothing;
  const date = dayWords(board.expires, shown);
  return html`<section class="box" id="hanging"><h2 class="box-kicker">${t('console.hanging')}</h2>
    ${info.wall ? html`${link(ui, shown, 'console.hanging_link', 'console.hanging_hint', info.wall)}
      <p class="small">${t('console.hanging_until', { date })}</p>
      <div class="acts"><button type="button" class="button" @click=${() => void ui.door.change({ withdraw: 'wall' })}>${t('console.hanging_down')}</button></div>`
    : html`<p class="say">${t('console.hanging_gone')}</p>
      <div class="acts"><button type="button" class="button" @click=${() => void ui.door.change({ renew: 'wall' })}>${t('console.hanging_again')}</button></div>`}</section>`;
}

/** Open a copy without authors as a new workshop. @param {ConsoleState} ui @param {Shown} shown */
export function copyBox(ui, shown) {
  const { t, board, method } = shown;
  if (!board || board.rehearsal || method?.keep === 'nothing') return nothing;
  const copy = async () => {
    if (ui.state.copying) return;
    ui.set({ copying: true });
    const { context } = ui;
    try {
      const { call } = await context.api();
      const made = await call(`/api/board/${encodeURIComponent(context.board)}/copy`, { method: 'POST', token: context.token() });
      const about = { title: board.title, venue: board.venue, lang: board.lang, method: shown.say(method?.title) };
      context.keys.keep(made.board, 'facilitator', made.token, about);
      if (made.wall) context.keys.keep(made.board, 'wall', made.wall, about);
      location.assign(context.keys.pageAddress('/console/', made.board, 'facilitator', made.token));
    } catch (error) {
      ui.context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
      ui.set({ copying: false });
    }
  };
  return html`<section class="box"><h2 class="box-kicker">${t('console.copy_of')}</h2>
    <p class="small">${t('console.copy_hint')}</p>
    <div class="acts"><button type="button" class="button" aria-disabled=${String(Boolean(ui.state.copying))} @click=${copy}>${t('console.copy_make')}</button></div></section>`;
}

/** Of a copy: the title and day of the workshop that it was made from. @param {Shown} shown */
export function originWords(shown) {
  const { title, day: at } = shown.board?.origin ?? {};
  return title && at ? shown.t('console.origin_of', { title, date: dayWords(at, shown) }) : '';
}
