/** The board in the console: select a note, then a target; take notes down, correct them, restore them. */
import { html, nothing } from '../../../lib/lit-html.js';
import { linkChoices } from '../../notes/links.js';
import { tongue } from '../../notes/look.js';
import { besideStrip, boardPicture } from '../../board/boards.js';
import { ledTo, partsOf } from '../../board/walk.js';
import { formOf } from '../../forms/index.js';
import { draftFor, ringsOn } from '../../forms/map/story.js';
import { movable } from '../../notes/draw.js';
import { Earlier, numberIn } from '../../notes/earlier.js';
import { asShownThen } from '../../notes/frozen.js';
import { today } from '../../notes/days.js';
import { markChoices, wordsToSet } from '../../notes/marks.js';
import { listed, quoted } from '../../text.js';
import { CHOSEN, choosable, placeArgs, sheetNow } from '../../notes/query.js';
import { headOf } from '../../notes/under.js';
import { answerInputs } from '../answers.js';
import { given, saidList } from '../given.js';
import { Linking, circleList, linksHere } from '../linking.js';
import { aboutChoices } from './about.js';
import { startButton } from './alongside.js';
import { choice } from './choice.js';
import { calendarButton } from './days.js';
import { followButton } from './follow.js';
import { liftButtons } from './taking.js';
import { above, below, gatherButton, gathering, goOn, tapped } from './gather.js';
import { beginEdit, correct, unsavedEdits } from './kept.js';
import { againButton, sendOrAsk } from './needed.js';
import { origin } from './origin.js';
import { isProgramme } from './programme.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** Two notes of a map that are being linked, while they are. @type {Linking | null} */
let linking = null;
/** @type {Earlier | undefined} */ let earlier;
/** The storage key for the names of circles that are being written. */
const NAMES = 'console-circles';

/**
 * Whether the picture is what the round is about, and stands first: that of a map, and what was answered to a version of it.
 * @param {ConsoleState} ui @param {Shown} shown
 */
export function pictureFirst(ui, shown) {
  const { board, round } = shown;
  if (!isProgramme(shown) || !round || board?.closed || board?.scene === 'home' || board?.scene === 'follow' || shown.rounds.some(({ id }) => id === ui.state.preview)) return false;
  return round.version ? shown.versions.has(round.version) : Boolean(formOf(shown.sheet(round.sheet))?.led);
}

/** @param {ConsoleState} ui @param {Shown} shown @param {boolean} [first]  the picture stands above all that is chosen of it, and links begin beside the round's title */
export function boardPanel(ui, shown, first = false) {
  const { t } = shown;
  const { sheets } = shown;
  if (!sheets.length) return nothing;
  const sheet = shown.sheet(ui.state.sheet) ?? sheetNow(shown);
  const at = sheet?.id ?? '';
  const links = linksHere(shown, sheet);
  const { view, led } = seenHere(ui, shown, sheet);
  if (!links) linking = null;
  const chooser = html`<div class="console-board-head">${first ? nothing : html`<h2>${t('console.board')}</h2>`}
      ${calendarButton(ui, shown)}
      ${sheets.length > 1 ? html`<div class="segments">${sheets.map((sheet) => html`<button type="button" aria-pressed=${sheet.id === at ? 'true' : 'false'}
        @click=${() => ui.set({ sheet: sheet.id, selected: '', gather: null })}>${shown.say(sheet.title)}</button>`)}</div>` : nothing}
    </div>`;
  return html`<section class="console-board" @keydown=${(/** @type {KeyboardEvent} */ event) => linking?.key(event)}>
    ${first ? html`<h2 class="sr-only">${t('console.board')}</h2>` : chooser}
    ${at === shown.round?.sheet ? besideStrip(shown) : nothing}
    ${first ? nothing : walk(ui, shown, at)}
    ${unsavedEdits(ui, shown)}
    ${gatherButton(ui, shown, at)}
    ${links && !first ? html`<div class="console-walk">${linkingButton(ui, shown)}</div>` : nothing}
    ${linking && sheet ? html`<div class="note-tools">${linking.panel(shown, sheet)}</div>` : nothing}
    ${linking ? nothing : ui.state.gather ? gathering(ui, shown) : first ? nothing : tools(ui, shown, at)}
    <div class="console-picture">${boardPicture(view, {
      day: today(shown.now()), sheet: at, part: led, fit: 'width', type: { most: 15, least: 15 }, interactive: !shown.board?.closed && !view.then, piles: true, selected: headOf(shown.note(ui.state.selected), shown) ? '' : ui.state.selected, picked: linking?.picked ?? ui.state.gather ?? undefined,
      onSelect: (note, keys) => {
        if (linking) return note ? linking.tap(note, keys) : linking.letGo();
        if (ui.state.gather) return note ? tapped(ui, shown, note) : ui.set({ gather: null });
        const was = ui.state.selected;
        ui.set({ selected: note, editing: '' });
        if (keys) goOn(note || was);
      },
      onPlace: (place) => {
        put(ui, shown, place);
        goOn(place.note);
      },
      onDrag: (note, x, y) => ui.emit.drag(note, x, y),
    })}</div>
    ${first && !linking && !ui.state.gather ? tools(ui, shown, at) : nothing}
    ${sheet && !view.then ? circleList(ui.context, shown, sheet, (id) => circleBox(ui, shown, sheet, id)) : nothing}
    ${sheet ? saidList(view, sheet) : nothing}
    ${first ? html`${walk(ui, shown, at)}${chooser}` : nothing}
    ${bins(ui, shown)}
  </section>`;
}

/** What the picture of a sheet shows: what people are shown of it, as it was led to. @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Sheet | null} sheet */
function seenHere(ui, shown, sheet) {
  const led = formOf(sheet)?.led ? ledTo(shown, sheet) : '';
  const there = shown.round?.version === sheet?.id || numberIn(led);
  earlier ??= new Earlier(ui.context);
  return { view: there ? earlier.seen(shown, sheet?.id, led) : shown, led };
}

/** @param {ConsoleState} ui @returns {import('../../forms/map/story.js').Draft[]} */
const namesTyped = (ui) => ui.context.keys.half(ui.context.board, NAMES) || [];

/** What is typed for a circle, and how its name is corrected. @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Sheet} sheet @param {string} id */
function circleBox(ui, shown, sheet, id) {
  const ring = ringsOn(shown, sheet).find((one) => one.id === id);
  return {
    text: ring ? draftFor(namesTyped(ui), ring)?.text ?? '' : '',
    type: (/** @type {string} */ text) => ring && typeName(ui, ring, text),
    edit: (/** @type {import('../../types.js').Note} */ note) => rename(ui, note),
  };
}

/** Keep what is typed for a circle; an empty text: it is saved, or not wanted any more. @param {ConsoleState} ui @param {import('../../forms/map/story.js').Ring} ring @param {string} text */
function typeName(ui, ring, text) {
  const all = namesTyped(ui);
  const was = draftFor(all, ring);
  const now = [...all.filter((draft) => draft !== was), ...(text ? [{ text, notes: ring.notes.map(({ id }) => id) }] : [])];
  ui.context.keys.keepHalf(ui.context.board, NAMES, now.length ? now : '');
  ui.context.redraw();
}

/** Correct the name of a circle: its form is above the picture. @param {ConsoleState} ui @param {import('../../types.js').Note} note */
function rename(ui, note) {
  linking = null;
  ui.set({ gather: null });
  beginEdit(ui, note);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const field = /** @type {HTMLTextAreaElement | null} */ (document.querySelector('.console-board .note-tools textarea[name=text]'));
    field?.scrollIntoView({ block: 'center' });
    field?.focus();
  }));
}

/** The button that begins linking, where that is possible. @param {ConsoleState} ui @param {Shown} shown */
export function linkingButton(ui, shown) {
  if (!linksHere(shown, shown.sheet(ui.state.sheet) ?? sheetNow(shown))) return nothing;
  const turn = () => {
    linking = linking ? null : new Linking(ui.context);
    ui.set({ selected: '', gather: null, editing: '' });
  };
  return html`<button type="button" class="button" aria-pressed=${linking ? 'true' : 'false'} @click=${turn}>${shown.t(linking ? 'linking.stop' : 'linking.begin')}</button>`;
}

/** What the wall shows large: all of the sheet, one part, or one after another; of a map also what was answered, and earlier versions. @param {ConsoleState} ui @param {Shown} given @param {string} chosen a sheet */
function walk(ui, given, chosen) {
  const then = asShownThen(given);
  // Beside the answers to a version the version is what the wall shows.
  const at = then !== given && chosen === given.round?.sheet ? then.round?.sheet ?? '' : chosen;
  const sheet = then.sheet(at);
  const shown = seenHere(ui, given, sheet).view.then ? seenHere(ui, given, sheet).view : then;
  const { t, board } = shown;
  const parts = board?.closed || sheetNow(shown)?.id !== at ? [] : partsOf(shown, sheet);
  if (!parts.length || !shown.notes.some((note) => note.sheet === at && !note.draft)) return nothing;
  const here = board?.walk.sheet === at;
  const auto = here && Boolean(board?.walk.since);
  const now = here && !auto ? board?.walk.part ?? '' : '';
  const to = (/** @type {Record<string, any>} */ args) => () => ui.emit('walk', { sheet: at, ...args });
  const pressed = (/** @type {boolean} */ is) => (is ? 'true' : 'false');
  const oneOf = (/** @type {'said' | 'version'} */ kind, /** @type {import('../../forms/form.js').WalkPart[]} */ all, /** @type {string} */ part) => {
    const options = all.filter(({ group }) => group === kind);
    return options.length ? choice(ui, shown, { id: `${at} ${kind}`, label: t(`console.walk_${kind}`), options, now: part, go: (id) => to({ part: id })() }) : nothing;
  };
  return html`<div class="console-walk" role="group" aria-label=${t('console.walk')}>
    <span class="label">${t('console.walk')}</span>
    <ul class="chips">
      <li><button type="button" class="chip" aria-pressed=${pressed(!now && !auto)} @click=${to({})}>${t('console.walk_whole')}</button></li>
      ${parts.filter(({ group }) => !group).map(({ id, title }) => html`<li><button type="button" class="chip" aria-pressed=${pressed(id === now)} @click=${to({ part: id })}>${title}</button></li>`)}
      <li><button type="button" class="chip" aria-pressed=${pressed(auto)} @click=${to(auto ? {} : { auto: true })}>${t('console.walk_auto')}</button></li>
    </ul>
    ${oneOf('said', parts, now)}${oneOf('version', partsOf(then, sheet), `v${numberIn(now)}`)}</div>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {{note: string, lane: string, row: string, side: string, spot?: number}} place */
function put(ui, shown, { note, lane, row, side, spot }) {
  const known = shown.note(note);
  if (!known) return;
  const args = placeArgs(shown, { note, sheet: known.sheet, lane, row, side, spot });
  ui.set({ selected: '' });
  sendOrAsk(ui, shown, known, known.draft ? 'place' : 'move', known.draft && known.as ? { ...args, as: known.as } : args);
}

/** What may be done with the chosen note, or what a note is to be chosen for. @param {ConsoleState} ui @param {Shown} shown @param {string} at a sheet */
function tools(ui, shown, at) {
  const { t } = shown;
  const note = shown.note(ui.state.selected);
  if (!note) {
    const words = wordsToSet(at, shown).map((word) => quoted(word, shown.lang));
    return words.length ? html`<p class="small quiet tap-hint">${t('console.tap_to_mark', { words: listed(words, shown.lang) })}</p>` : nothing;
  }
  if (ui.state.editing === note.id && note.can.includes('edit')) return correct(ui, shown, note);
  const can = (/** @type {string} */ name) => note.can.includes(name);
  const head = headOf(note, shown);
  const open = shown.round?.lanes ?? [];
  const stuck = !note.draft && open.length === 1 && open[0] === note.lane;
  return html`<div class="note-tools" role="group" aria-label=${t('console.chosen_note')}>
    <p><span class="box-kicker">${t('console.chosen_note')}</span> <bdi lang=${tongue(note.text, shown)}>${note.text}</bdi></p>
    ${head ? above(ui, shown, head) : stuck ? nothing : html`<p class="small quiet">${movable(note) ? t('console.tap_place') : t('console.stays')}</p>`}
    ${origin(ui, shown, note)}
    ${given(note.id, shown)}
    ${answerInputs({ shown, note, context: ui.context })}
    ${markChoices(note, shown, ui.emit)}
    ${linkChoices(note, shown, ui.emit)}
    ${aboutChoices(ui, shown, note)}
    <div class="acts">
      ${followButton(ui, shown, note)}
      ${startButton(ui, shown, note, 'button')}
      ${againButton(ui, shown, note)}
      ${calendarButton(ui, shown, note)}
      ${liftButtons(ui, shown, note)}
      ${can('edit') ? html`<button type="button" class="button" @click=${() => beginEdit(ui, note)}>${t('console.edit')}</button>` : nothing}
      ${choosable(note) ? html`<button type="button" class="button"
        @click=${() => ui.emit('mark', { note: note.id, kind: CHOSEN, word: note.chosen ? '' : CHOSEN })}>${t(note.chosen ? 'console.unchoose' : 'console.choose')}</button>` : nothing}
      ${can('comment') ? html`<button type="button" class="button" @click=${() => ui.set({ dialog: 'comment' })}>${t('console.comment')}</button>` : nothing}
      ${can('delete') ? html`<button type="button" class="button danger"
        @click=${() => takeDown(ui, shown, note)}>${t(note.draft ? 'console.delete' : 'console.take_down')}</button>` : nothing}
      <button type="button" class="button plain" @click=${() => ui.set({ selected: '' })}>${t('console.let_go')}</button>
    </div>${note.kind === 'gathering' ? below(ui, shown, note) : nothing}</div>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Note} note */
function takeDown(ui, shown, note) {
  ui.emit('delete', { note: note.id });
  ui.set({ selected: '' });
  ui.context.toast(shown.t(note.draft ? 'phone.deleted' : 'console.taken_down'), { label: shown.t('console.undo'), run: () => ui.emit('undo') });
}

/** @param {ConsoleState} ui @param {Shown} shown */
function bins(ui, shown) {
  const back = [...shown.bins, ...shown.deleted].filter((bin) => bin.can.includes('restore'));
  if (!back.length) return nothing;
  return html`<details class="bins"><summary>${shown.t('console.bins', { n: back.length })}</summary>
    <ul>${back.map((bin) => html`<li><span dir="auto">${bin.text}</span><button type="button" class="button"
      @click=${() => ui.emit('restore', { note: bin.id })}>${shown.t('console.restore')}</button></li>`)}</ul></details>`;
}
