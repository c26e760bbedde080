/** The board under the console: choose a note, then a place; take down, correct, bring back. */
import { html, nothing } from '../../../lib/lit-html.js';
import { boardPicture } from '../../board/boards.js';
import { movable } from '../../notes/draw.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').Desk} Desk */

/** @param {Desk} desk @param {Shown} shown */
export function boardPanel(desk, shown) {
  const { t } = shown;
  const sheets = shown.method?.sheets ?? [];
  const at = sheets.some((sheet) => sheet.id === desk.state.sheet) ? desk.state.sheet : shown.round?.sheet ?? '';
  return html`<section class="console-board">
    <div class="console-board-head"><h2>${t('console.board')}</h2>
      ${sheets.length > 1 ? html`<div class="segments">${sheets.map((sheet) => html`<button type="button" aria-pressed=${sheet.id === at ? 'true' : 'false'}
        @click=${() => desk.set({ sheet: sheet.id, selected: '' })}>${shown.say(sheet.title)}</button>`)}</div>` : nothing}
    </div>
    ${tools(desk, shown)}
    <div class="console-picture">${boardPicture(shown, {
      sheet: at, fit: 'width', type: { most: 15, least: 15 }, interactive: !shown.board?.closed, piles: true, selected: desk.state.selected,
      onSelect: (note, keys) => {
        const was = desk.state.selected;
        desk.set({ selected: note, editing: '' });
        if (keys) goOn(note || was);
      },
      onPlace: (place) => {
        put(desk, shown, place);
        goOn(place.note);
      },
      onDrag: (note, x, y) => desk.emit.drag(note, x, y),
    })}</div>
    ${bins(desk, shown)}
  </section>`;
}

/** After the next draw the keyboard is where one goes on. @param {string} note */
function goOn(note) {
  const board = /** @type {import('../../board/stage.js').BoardStage | null} */ (document.querySelector('.console-picture board-stage'));
  const held = document.activeElement;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (document.activeElement === held || document.activeElement === document.body || document.activeElement?.id === 'heading') board?.focusOn(note);
  }));
}

/** @param {Desk} desk @param {Shown} shown @param {{note: string, lane: string, row: string, side: string}} place */
function put(desk, shown, { note, lane, row, side }) {
  const known = shown.note(note);
  if (!known) return;
  const args = { note, lane, ...(row ? { row } : {}), ...(side ? { side } : {}) };
  if (known.draft) desk.emit('place', known.as ? { ...args, as: known.as } : args);
  else desk.emit('move', args);
  desk.set({ selected: '' });
}

/** What may be done with the chosen note. @param {Desk} desk @param {Shown} shown */
function tools(desk, shown) {
  const { t } = shown;
  const note = shown.note(desk.state.selected);
  if (!note) return nothing;
  if (desk.state.editing === note.id) return correct(desk, shown, note);
  const can = (/** @type {string} */ name) => note.can.includes(name);
  return html`<div class="note-tools" role="group" aria-label=${t('console.chosen_note')}>
    <p><span class="box-kicker">${t('console.chosen_note')}</span> ${note.text}</p>
    <p class="small quiet">${movable(note) ? t('console.tap_place') : t('console.stays')}</p>
    <div class="acts">
      ${can('edit') ? html`<button type="button" class="button" @click=${() => desk.set({ editing: note.id })}>${t('console.edit')}</button>` : nothing}
      ${can('choose') ? html`<button type="button" class="button"
        @click=${() => desk.emit('choose', { note: note.id, on: !note.chosen })}>${t(note.chosen ? 'console.unchoose' : 'console.choose')}</button>` : nothing}
      ${can('comment') ? html`<button type="button" class="button" @click=${() => desk.set({ dialog: 'comment' })}>${t('console.comment')}</button>` : nothing}
      ${can('delete') ? html`<button type="button" class="button danger"
        @click=${() => takeDown(desk, shown, note.id)}>${t(note.draft ? 'console.delete' : 'console.take_down')}</button>` : nothing}
      <button type="button" class="button plain" @click=${() => desk.set({ selected: '' })}>${t('console.let_go')}</button>
    </div></div>`;
}

/** @param {Desk} desk @param {Shown} shown @param {string} note */
function takeDown(desk, shown, note) {
  desk.emit('delete', { note });
  desk.set({ selected: '' });
  desk.context.toast(shown.t('console.taken_down'), { label: shown.t('console.undo'), run: () => desk.emit('undo') });
}

/** @param {Desk} desk @param {Shown} shown @param {import('../../types.js').Note} note */
function correct(desk, shown, note) {
  const { t } = shown;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('text') ?? '').trim();
    if (text && text !== note.text) desk.emit('edit', { note: note.id, text });
    desk.set({ editing: '', selected: '' });
  };
  return html`<form class="note-tools" @submit=${send}>
    <label class="field"><span class="label">${t('console.edit')}</span><textarea class="input" name="text" rows="2"
      .defaultValue=${note.text}></textarea></label>
    <div class="acts"><button class="button main" type="submit">${t('console.save')}</button>
      <button type="button" class="button plain" @click=${() => desk.set({ editing: '' })}>${t('console.cancel')}</button></div></form>`;
}

/** @param {Desk} desk @param {Shown} shown */
function bins(desk, shown) {
  const back = [...shown.bins, ...shown.backs].filter((bin) => bin.can.includes('restore'));
  if (!back.length) return nothing;
  return html`<details class="bins"><summary>${shown.t('console.bins', { n: back.length })}</summary>
    <ul>${back.map((bin) => html`<li><span>${bin.text}</span><button type="button" class="button"
      @click=${() => desk.emit('restore', { note: bin.id })}>${shown.t('console.restore')}</button></li>`)}</ul></details>`;
}
