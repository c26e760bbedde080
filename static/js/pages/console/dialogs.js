/**
 * The console's dialogs, one open at a time: their frame, and the small ones (more, set-up, comment, help).
 * The larger ones are in ./dialogs/.
 */
import { html, nothing, ref } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { dayWords } from '../../text.js';
import { openModal } from '../modal.js';
import { invitation } from './ahead.js';
import { door } from './dialogs/door.js';
import { close, erase, next } from './dialogs/ending.js';
import { wayBack, withdrawal } from './dialogs/links.js';
import { host, person } from './dialogs/person.js';
import { asksAbout, doubtAbout } from './doubt.js';
import { downloads, setupFields } from './finish.js';
import { emptied, keptField } from './kept.js';
import { isProgramme, sittingOver } from './programme.js';
import { needed } from './needed.js';
import { stopRehearsal } from './rehearsal.js';
import { reportFiles } from './taking.js';
import { early, inProgramme, lackWords, unfinished } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const DIALOGS = /** @type {Record<string, (ui: ConsoleState, shown: Shown) => unknown>} */ ({
  door, person, needed, next, more, close, erase, help, host, comment, invitation, setup: setupFields, way_back: wayBack, stop_rehearsal: stopRehearsal, sitting_over: sittingOver, withdrawal,
});

const LANGS = /** @type {const} */ ([['da', 'Dansk'], ['en', 'English']]);
const KEYS = [['→', 'next'], ['←', 'back'], ['+', 'minute'], ['U', 'undo'], ['D', 'door'], ['?', 'help']];

/** Whether the press began beside the box: letting go there after marking a text does not shut it. */
let pressed = false;

/** @param {ConsoleState} ui @param {Shown} shown */
export function dialogs(ui, shown) {
  const draw = DIALOGS[ui.state.dialog];
  if (!draw) return nothing;
  const { t } = shown;
  return html`<dialog class=${`console-dialog console-dialog-${ui.state.dialog}`} aria-labelledby="console-dialog-title" ${ref(opener(ui.state.dialog))}
    @close=${(/** @type {Event} */ { currentTarget }) => { if (/** @type {HTMLElement} */ (currentTarget).isConnected && !/** @type {HTMLDialogElement} */ (currentTarget).open) { ui.state.trial = null; ui.shut(); } }}
    @pointerdown=${(/** @type {PointerEvent} */ event) => { pressed = event.target === event.currentTarget; }}
    @click=${(/** @type {MouseEvent} */ event) => pressed && event.target === event.currentTarget && ui.shut()}>
    <div class="stack"><div class="bar"><h2 id="console-dialog-title">${t(`console.dialog.${titleOf(ui, shown)}`)}</h2>
      <button type="button" class="button plain" @click=${() => ui.shut()}>${t('console.shut')}</button></div>
      ${draw(ui, shown)}</div>
  </dialog>`;
}

/** What was missing when the dialog opened may be done by now. @param {ConsoleState} ui @param {Shown} shown */
function titleOf(ui, shown) {
  if (ui.state.dialog === 'erase') return inProgramme(shown, 'erase');
  if (ui.state.dialog === 'door' && isProgramme(shown) && !shown.board?.sitting) return 'links';
  if (ui.state.dialog !== 'next') return ui.state.dialog;
  const left = unfinished(shown);
  if (early(shown)) return 'next_early';
  if (!left.length) return 'next_done';
  const lacks = new Set((shown.board?.lacks ?? []).map((lack) => lackWords(lack, shown)));
  return left.every((line) => lacks.has(line)) ? 'next_lacks' : 'next';
}

/** One dialog may follow another in the same element: a function for each, so that `ref` calls it for each. @type {Map<string, typeof openModal>} */
const openers = new Map();

/** @param {string} kind */
function opener(kind) {
  if (!openers.has(kind)) openers.set(kind, (element) => openModal(element));
  return /** @type {typeof openModal} */ (openers.get(kind));
}

/** @param {ConsoleState} ui @param {Shown} shown */
function more(ui, shown) {
  const { t, board } = shown;
  const item = (/** @type {string} */ key, /** @type {string} */ to) => html`<li><button type="button" class="more-item"
    @click=${() => ui.set({ dialog: to, extra: null })}>
    <strong>${t(key)}</strong><span>${t(to === 'setup' || to === 'help' ? inProgramme(shown, `${key}.so`) : `${key}.so`)}</span></button></li>`;
  const date = dayWords(board?.expires ?? 0, shown);
  return html`<ul class="more-list">
      ${board?.closed ? nothing : item('console.more.setup', 'setup')}
      ${item('console.more.way_back', 'way_back')}
      ${item('console.more.help', 'help')}
      ${board?.closed || isProgramme(shown) ? nothing : item('console.more.close', 'close')}
      ${board?.rehearsal ? item('console.more.stop_rehearsal', 'stop_rehearsal') : shown.me?.lent ? nothing : item(inProgramme(shown, 'console.more.erase'), 'erase')}
    </ul>
    ${board?.rehearsal ? nothing : html`${isProgramme(shown) && !shown.me?.lent ? html`<div class="field"><span class="label">${t('report.title')}</span>${reportFiles(ui, shown)}</div>` : nothing}
    <div class="field"><span class="label">${t('console.take_home')}</span>${downloads(ui, shown)}</div>
    <p class="small quiet">${t(inProgramme(shown, 'console.expires'), { date })}</p>`}
    <div class="langs" role="group" aria-label=${t('console.language')}>${LANGS.map(([lang, words]) => html`<button type="button" lang=${lang}
      aria-pressed=${shown.lang === lang ? 'true' : 'false'} @click=${() => void ui.context.setLang(lang)}>${words}</button>`)}</div>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
function comment(ui, shown) {
  const { t } = shown;
  const note = shown.note(ui.state.selected);
  if (!note) return nothing;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('text') ?? '').trim();
    if (!text || asksAbout(ui, 'comment', text)) return;
    ui.emit('write', {
      note: ui.context.keys.randomId(16), text, sheet: note.sheet, lane: note.lane, kind: 'comment', under: note.id, ...(note.row ? { row: note.row } : {}),
    });
    emptied(ui, `comment.${note.id}`);
    ui.set({ dialog: '', selected: '' });
  };
  return html`<blockquote class="quote" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</blockquote><form class="stack" @submit=${send}>
    <label class="field"><span class="label">${t('console.comment')}</span><textarea class="input" name="text" rows="3"
      required ${keptField(ui, `comment.${note.id}`)}></textarea></label>${doubtAbout(ui, shown, 'comment')}
    <div class="acts"><button class="button main" type="submit">${t('console.save')}</button></div></form>`;
}

/** @param {ConsoleState} _ui @param {Shown} shown */
function help(_ui, shown) {
  const { t } = shown;
  const keys = KEYS.filter(([, what]) => !isProgramme(shown) || ['undo', 'help'].includes(what) || (what === 'door' && shown.board?.sitting));
  return html`<dl class="keys">${keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${t(`console.key.${what}`)}</dd>`)}</dl>
    <p class="small quiet">${t('console.key_hint')}</p>`;
}
