/**
 * The dialogs before a step that is hard to undo: going on although some are not done, closing, deleting.
 * No view of a closed workshop may live here (../finish.js).
 */
import { html, nothing } from '../../../../lib/lit-html.js';
import { goTo, inProgramme, unfinished } from '../script.js';
import { at } from '../../../sync/keys.js';
import { listed } from '../../../text.js';

/** @typedef {import('../../../types.js').Shown} Shown */
/** @typedef {import('../../console.js').ConsoleState} ConsoleState */

/** Not everybody is done: say what is missing, and let the facilitator decide. @param {ConsoleState} ui @param {Shown} shown */
export function next(ui, shown) {
  const { t } = shown;
  const left = unfinished(shown);
  const round = shown.rounds.find((one) => one.id === ui.state.extra);
  if (!round) return nothing;
  const waiting = [...shown.turns.values()].flatMap((turn) => (turn.scope === 'groups' ? [] : [turn.holder, ...turn.queue])).filter(Boolean);
  return html`${left.length ? html`<ul class="left">${left.map((line) => html`<li>${line}</li>`)}</ul>` : nothing}
    ${waiting.length && waiting.length < 9 ? html`<p class="quiet">${listed(waiting.map((id) => shown.called(id)), shown.lang)}</p>` : nothing}
    <p class="small quiet">${t('console.next_hint')}</p>
    <div class="acts"><button type="button" class="button main"
      @click=${() => goTo(ui, round.id, true)}>${t('console.next_anyway', { title: shown.say(round.title) })}</button>
      <button type="button" class="button" @click=${() => ui.shut()}>${t('console.stay')}</button></div>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function close(ui, shown) {
  const { t } = shown;
  const last = shown.index === shown.rounds.length - 1;
  return html`${last ? nothing : html`<p class="banner warn">${t('console.close_early', { n: shown.rounds.length - shown.index - 1 })}</p>`}
    <ul class="plain-list">${(shown.method?.keep === 'nothing' ? ['nothing'] : [1, 2, 3]).map((n) => html`<li>${t(`console.close_${n}`)}</li>`)}${shown.pad.length ? html`<li>${t('pad.turns_end')}</li>` : nothing}</ul>
    <div class="acts"><button type="button" class="button main" @click=${() => { ui.emit('close'); ui.shut(); }}>${t('console.close_now')}</button>
      <button type="button" class="button" @click=${() => ui.shut()}>${t('console.cancel')}</button></div>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function erase(ui, shown) {
  const { t } = shown;
  const word = t('console.erase_word');
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const typed = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('word') ?? '').trim().toLowerCase();
    if (typed !== word.toLowerCase()) {
      ui.context.toast(t('console.erase_type', { word }));
      return;
    }
    const { call } = await ui.context.api();
    try {
      await call(`/api/board/${encodeURIComponent(ui.context.board)}`, { method: 'DELETE', token: ui.context.token() });
      ui.context.forget(ui.context.board);
      location.assign(at('/'));
    } catch (error) {
      ui.context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
    }
  };
  return html`<p>${t(inProgramme(shown, 'console.erase_hint'))}</p><form class="stack" @submit=${send}>
    <label class="field"><span class="label">${t('console.erase_type', { word })}</span><input class="input" name="word" autocomplete="off"
      autocapitalize="off" spellcheck="false"></label>
    <div class="acts"><button class="button danger" type="submit">${t('console.erase_now')}</button>
      <button type="button" class="button" @click=${() => ui.shut()}>${t('console.cancel')}</button></div></form>`;
}
