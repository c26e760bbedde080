/** The panes of the end (thanks, the picture and texts to download) and of a listener. */
import { html, nothing } from '../../../lib/lit-html.js';
import { dayWords } from '../../text.js';
import { boardTitle, foot, head, lock, lostTexts, toBoard } from './frame.js';
import { ownNotes } from './notes.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */

const FILES = ['png', 'pdf', 'svg', 'md', 'csv', 'json'];
const SIZES = ['a4', 'a3', 'a2', 'a1'];
const USUAL = 'a3';

/** @param {PhoneState} ui @param {Shown} shown */
export function end(ui, shown) {
  const closed = Boolean(shown.board?.closed);
  return html`${closed ? head(ui, shown, { title: ui.t('end.title'), instruction: ui.t('end.closed') }) : head(ui, shown)}
    <main class="phone-main">${lostTexts(ui)}${closed ? halfWritten(ui) : nothing}
      <section class="stack"><h2>${ui.t('end.take')}</h2>${files(ui, shown)}
        <p class="small quiet">${ui.t('end.no_names')} ${expires(ui, shown)}</p></section>
      ${toBoard(ui, 'board', 'look.board', true)}
      ${closed ? nothing : html`${ui.part('group')?.alsoTold(ui, shown) ?? nothing}${ownNotes(ui, shown)}${foot(ui, shown)}`}
    </main>`;
}

/** Texts that were unfinished when the workshop was closed, to read and copy. @param {PhoneState} ui */
function halfWritten(ui) {
  const key = ui.at?.round.id ?? '';
  const text = ui.text(key).trim();
  return text ? html`<div class="banner"><span>${ui.t('end.half', { text })}</span>
    <button type="button" class="link" @click=${() => ui.setText(key, '')}>${ui.t('lost.drop')}</button></div>` : nothing;
}

/** @param {PhoneState} ui @param {Shown} shown */
function expires(ui, shown) {
  if (!shown.board?.expires) return '';
  return ui.t('end.expires', { day: dayWords(shown.board.expires, shown) });
}

/** @param {PhoneState} ui @param {Shown} shown */
export function files(ui, shown) {
  return html`<div class="files">${FILES.map((kind) => html`<button type="button" class=${kind === 'png' ? 'button main' : 'button'} aria-disabled=${String(ui.picked.fetching === kind)} @click=${() => fetchFile(ui, shown, kind)}>
    <span>${ui.t(ui.picked.fetching === kind ? 'end.fetching' : `file.${kind}`)}</span><small>${kind.toUpperCase()}</small></button>`)}</div>
    <div class="field"><label for="size">${ui.t('file.size')}</label><select class="input" id="size" @change=${(/** @type {any} */ event) => ui.pick('size', event.target.value)}>
      ${SIZES.map((size) => html`<option value=${size} ?selected=${size === (ui.picked.size ?? USUAL)}>${size.toUpperCase()}</option>`)}</select></div>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {string} kind */
async function fetchFile(ui, shown, kind) {
  if (ui.picked.fetching) return;
  const { context } = ui;
  ui.pick('fetching', kind);
  try {
    const { downloadBoard } = await context.api();
    const lacking = await downloadBoard({
      board: context.board, token: context.token(), title: shown.board?.title ?? '', kind, size: ui.picked.size ?? USUAL, lang: shown.lang, began: shown.board?.began ?? 0,
    });
    if (lacking) context.toast(context.t('file.no_emoji'));
  } catch (error) {
    context.toast(context.t(`error.${/** @type {any} */ (error).reason ?? 'unknown'}`));
  }
  ui.pick('fetching', '');
}

/** Who has the floor, or how the round goes: a listener is not asked to do anything. @param {PhoneState} ui @param {Shown} shown */
function hasWord(ui, shown) {
  const turn = shown.turns.get('all') ?? shown.turns.get('groups');
  if (!turn) return html`<p class="quiet">${ui.t(`listen.${shown.board?.scene === 'write' ? 'write' : shown.board?.scene === 'group' ? 'group' : 'look'}`)}</p>`;
  const name = (/** @type {string} */ id) => (turn.scope === 'groups' ? ui.t('group.name', { n: shown.groups.find((group) => group.id === id)?.number ?? '' }) : shown.called(id));
  if (!turn.holder) return html`<p class="quiet">${ui.t(turn.queue.length || turn.later.length ? 'turn.nobody' : 'turn.all_done')}</p>`;
  return html`<p aria-live="polite"><span class="quiet">${ui.t('turn.has')}</span> <strong>${name(turn.holder)}</strong></p>
    ${turn.queue[0] ? html`<p class="quiet">${ui.t('turn.then', { name: name(turn.queue[0]) })}</p>` : nothing}`;
}

/** A listener's pane; they can see and delete their drafts from before they became a listener. @param {PhoneState} ui @param {Shown} shown */
export function listen(ui, shown) {
  const part = ui.part('board');
  return html`${head(ui, shown, { title: ui.t('listen.title'), instruction: boardTitle(shown) })}
    <main class="phone-main">${lostTexts(ui)}${lock(ui, 'listen')}
      <div class="panel stack tight"><p class="strong">${shown.say(shown.round?.title)}</p>${hasWord(ui, shown)}</div>
      ${ownNotes(ui, shown)}
      ${part ? part.boardList(ui, shown) : nothing}
      ${foot(ui, shown)}</main>`;
}
