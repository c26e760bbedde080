/**
 * The console of a rehearsal (SPEC H8): how fast it goes, how many simulated colleagues take part, and its end.
 * What the colleagues do is played by the server; no screen knows which seats are theirs.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { at } from '../../sync/keys.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** The answer of the rehearsal's calls. @typedef {{ pace: string, people: number, most: number }} Wish */

const PACES = /** @type {const} */ (['calm', 'quick']);

/** @param {ConsoleState} ui */
function address(ui) {
  return `/api/board/${encodeURIComponent(ui.context.board)}`;
}

/** @param {ConsoleState} ui @param {Partial<Wish>} [change] none: only ask */
async function wish(ui, change) {
  try {
    const { call } = await ui.context.api();
    ui.set({ rehearsal: await call(`${address(ui)}/rehearsal`, { token: ui.context.token(), ...(change ? { body: change } : {}) }) });
  } catch (error) {
    if (change) ui.context.toast(ui.context.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
  }
}

/** Ask once how the rehearsal goes. @param {ConsoleState} ui @param {Shown} shown */
export function askAboutRehearsal(ui, shown) {
  if (!shown.board?.rehearsal || ui.state.rehearsal) return;
  ui.state.rehearsal = { pace: '', people: 0, most: 0 };
  void wish(ui);
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function rehearsalBox(ui, shown) {
  const { t, board } = shown;
  if (!board?.rehearsal) return nothing;
  const { pace, people, most } = ui.state.rehearsal ?? { pace: '', people: 0, most: 0 };
  const change = (/** @type {Partial<Wish>} */ to) => () => {
    // Shown at once; the answer says how it is.
    ui.set({ rehearsal: { pace, people, most, ...to } });
    void wish(ui, to);
  };
  return html`<section class="box rehearsal" aria-labelledby="rehearsal"><h2 id="rehearsal" class="box-kicker">${t('rehearsal.title')}</h2>
    ${most && !board.closed ? html`
      <div class="segments" role="group" aria-label=${t('rehearsal.pace')}>${PACES.map((one) => html`<button type="button"
        aria-pressed=${pace === one ? 'true' : 'false'} @click=${change({ pace: one })}>${t(`rehearsal.${one}`)}</button>`)}</div>
      <div class="rehearsal-people"><span id="rehearsal-people">${t('rehearsal.people', { n: people })}</span>
        <span class="rehearsal-steps" role="group" aria-labelledby="rehearsal-people">
          <button type="button" class="button" aria-label=${t('rehearsal.fewer')} ?disabled=${people <= 1} @click=${change({ people: people - 1 })}>−</button>
          <button type="button" class="button" aria-label=${t('rehearsal.more')} ?disabled=${people >= most} @click=${change({ people: people + 1 })}>+</button></span></div>` : nothing}
    <div class="rehearsal-ways">${board.closed ? nothing : html`<button type="button" class="link" @click=${() => ui.set({ dialog: 'door', extra: null })}>${t('rehearsal.phone')}</button>`}
      <button type="button" class="link" @click=${() => ui.set({ dialog: 'stop_rehearsal' })}>${t('rehearsal.stop')}</button></div></section>`;
}

/** In the first round: what a rehearsal is. @param {Shown} shown */
export function aboutRehearsal({ t, board }) {
  if (!board?.rehearsal) return nothing;
  return html`<section class="box rehearsal"><h2 class="box-kicker">${t('rehearsal.name')}</h2>
    <p>${t('rehearsal.what')}</p><p>${t('rehearsal.try')}</p></section>`;
}

/** The dialog before its end. @param {ConsoleState} ui @param {Shown} shown */
export function stopRehearsal(ui, shown) {
  const { t } = shown;
  const stop = async () => {
    const { call } = await ui.context.api();
    try {
      await call(address(ui), { method: 'DELETE', token: ui.context.token() });
      ui.context.forget(ui.context.board);
      location.assign(at('/'));
    } catch (error) {
      ui.context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
    }
  };
  return html`<p>${t('rehearsal.stop_sure')}</p>
    <div class="acts"><button type="button" class="button main" @click=${stop}>${t('rehearsal.stop')}</button>
      <button type="button" class="button" @click=${() => ui.shut()}>${t('rehearsal.go_on')}</button></div>`;
}
