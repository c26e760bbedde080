/**
 * The scribe's pad: a box under what is in focus, and all lines so far. What is typed stays with what it was begun under,
 * also when the floor goes on. Where a line may stand is said by ../../notes/pad.js.
 */
import { classMap, html, live, nothing, repeat } from '../../../lib/lit-html.js';
import { LINE_LIMIT, aboutName, focusOf, padSections, sameAbout, savePad, subjects } from '../../notes/pad.js';
import { lengthOf, sameText } from '../../text.js';
import { NEAR, box } from './box.js';
import { foot, frame, head, lock, lostTexts } from './frame.js';
import { waits } from './notes.js';
import { over } from './typed.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').PadLine} PadLine */
/** @typedef {import('../../notes/pad.js').About} About */

/** The storage key for the unfinished line. No id of a round has a full stop. */
export const KEY = 'pad.';
/** The storage key for what the unfinished line is about. */
const AT = `${KEY}at`;

/** Its style is fetched with it: few phones are a scribe's. */
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('../../../css/pad.css', import.meta.url).href;
document.head.append(style);

/** What the line in the box is about: what was in focus, or chosen, when it was begun. @param {PhoneState} ui @param {Shown} shown @returns {About} */
function aimOf(ui, shown) {
  const { keys, board } = ui.context;
  const half = ui.text(KEY).trim();
  /** @type {About | null} */ const kept = keys.half(board, AT);
  if (half && kept) return kept;
  /** @type {About | undefined} */ const picked = ui.picked.about;
  const aim = picked && subjects(shown).some((one) => sameAbout(one, picked)) ? picked : focusOf(shown);
  if (half) keys.keepHalf(board, AT, aim);
  return aim;
}

/** @param {PhoneState} ui @param {About} about */
function aimAt(ui, about) {
  if (ui.text(KEY).trim()) ui.context.keys.keepHalf(ui.context.board, AT, about);
  ui.pick('about', about);
}

/** @param {PhoneState} ui @param {About} about @param {string} text */
function save(ui, about, text) {
  ui.context.emit('pad', {
    act: 'write', line: ui.context.keys.randomId(16), text: text.trim(), round: about.round,
    ...(about.group ? { group: about.group } : {}), ...(about.turn ? { turn: about.turn } : {}),
  });
  ui.context.keys.keepHalf(ui.context.board, AT, '');
  ui.setText(KEY, '');
}

/** The pane. @param {PhoneState} ui @param {Shown} shown */
export function pad(ui, shown) {
  const writes = Boolean(shown.me?.can.includes('pad'));
  const asked = shown.say(shown.round?.pad) || ui.t('pad.what');
  const header = head(ui, shown, { title: ui.t('pad.title'), instruction: writes ? asked : ui.t('pad.over') });
  const list = [lines(ui, shown), shown.pad.length ? saving(ui, shown) : nothing, foot(ui, shown)];
  if (!writes) return frame(header, { top: [lostTexts(ui)], rest: list });
  const aim = aimOf(ui, shown);
  return frame(header, {
    top: [lostTexts(ui), where(ui, shown, aim)],
    box: box(ui, {
      key: KEY, limit: LINE_LIMIT, label: `${ui.t('pad.text')}: ${aboutName(shown, aim)}`, hint: ui.t('pad.hint'), color: 'pad',
      save: 'phone.save_pad', onSave: (text) => save(ui, aim, text),
    }),
    rest: [lock(ui, 'pad'), shown.deck ? html`<p class="small quiet">${ui.t('pad.handed')}</p>` : nothing, list],
  });
}

/** What the line is about, what else it may be about, and what is in focus by now. @param {PhoneState} ui @param {Shown} shown @param {About} aim */
function where(ui, shown, aim) {
  const focus = focusOf(shown);
  const choices = subjects(shown);
  const half = ui.text(KEY).trim();
  const moved = half && !sameAbout(aim, focus) && !ui.picked.about;
  const go = () => {
    save(ui, aim, ui.text(KEY));
    ui.context.saved(ui.t('phone.saved_pad'));
  };
  return html`<div class="stack tight"><p class="pole pad-about" aria-live="polite">${aboutName(shown, aim)}</p>
    ${moved ? html`<div class="banner" role="status"><span>${ui.t('pad.moved', { now: aboutName(shown, focus) })}</span>
      <button type="button" class="button" ?disabled=${lengthOf(half, LINE_LIMIT) > LINE_LIMIT} @click=${go}>${ui.t('pad.save_go')}</button></div>` : nothing}
    ${choices.length > 1 ? html`<div class="segments small" role="group" aria-label=${ui.t('pad.where')}>${choices.map((one) => html`
      <button type="button" aria-pressed=${String(sameAbout(one, aim))} @click=${() => aimAt(ui, one)}>${short(shown, one)}</button>`)}</div>` : nothing}</div>`;
}

/** @param {Shown} shown @param {About} about */
function short(shown, about) {
  return about.turn ? shown.called(shown.turns.get('all')?.holder ?? '') : aboutName(shown, about);
}

/** All lines, those of the present round first. @param {PhoneState} ui @param {Shown} shown */
function lines(ui, shown) {
  const sections = padSections(shown).reverse();
  if (!sections.length) return html`<p class="quiet">${ui.t('pad.none')}</p>`;
  const now = sections.filter(({ round }) => round === shown.round?.id);
  return [...now, ...sections.filter((section) => !now.includes(section))].map(({ title, parts }) => html`<section class="stack tight"><h2>${title}</h2>
    ${parts.map((part) => html`${part.about.group || part.about.turn ? html`<h3 class="pad-head">${part.title}</h3>` : nothing}
      <ul class="pad-lines">${repeat(part.lines, (line) => line.id, (line) => html`<li>${one(ui, shown, line)}</li>`)}</ul>`)}</section>`);
}

/** @param {PhoneState} ui @param {Shown} shown @param {PadLine} line */
function one(ui, shown, line) {
  const words = html`<span dir="auto">${line.text}</span>${waits(ui, shown, line)}`;
  if (!line.can.length && !line.pending) return html`<p class="pad-line">${words}</p>`;
  return html`<button type="button" class=${classMap({ 'pad-line': true, pending: Boolean(line.pending) })} @click=${() => ui.openText('line', line)}>${words}<span
    class="sr-only"> – ${ui.t('pad.edit')}</span></button>`;
}

/** @param {PhoneState} ui @param {Shown} shown */
function saving(ui, shown) {
  return html`<div class="stack tight"><button type="button" class="button wide" @click=${() => savePad(shown)}>${ui.t('pad.get')}</button>
    <p class="quiet small">${ui.t('pad.get_hint')}</p></div>`;
}

/** One line: correct it, or delete it. @param {PhoneState} ui @param {Shown} shown */
export function dialog(ui, shown) {
  const state = /** @type {NonNullable<PhoneState['dialog']>} */ (ui.dialog);
  /** @type {PadLine | undefined} */ const line = shown.pad.find(({ id }) => id === state.note?.id) ?? /** @type {any} */ (state.note);
  if (!line) return nothing;
  const edits = shown.pad.some(({ id, can }) => id === line.id && can.includes('edit'));
  const text = state.text ?? '';
  const left = LINE_LIMIT - lengthOf(text, LINE_LIMIT);
  const began = state.began ?? line.text;
  // Somebody else has changed the line since this text was begun (SPEC R25): its writer sees both and chooses.
  const other = edits && !line.pending && !sameText(line.text, began) && !sameText(line.text, text);
  const leave = () => {
    ui.forgetTyped({ kind: 'line', id: line.id });
    ui.open(null);
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const typed = (ui.dialog?.text ?? '').trim();
    if (!edits || !typed || lengthOf(typed, LINE_LIMIT) > LINE_LIMIT) return;
    if (!sameText(typed, line.text)) ui.context.emit('pad', { act: 'edit', line: line.id, text: typed, from: other ? line.text : began });
    leave();
  };
  const remove = () => {
    ui.context.emit('pad', { act: 'delete', line: line.id });
    leave();
    ui.context.toast(ui.t('pad.deleted'), { label: ui.t('phone.undo'), run: () => ui.context.emit('undo') });
  };
  return html`<form method="dialog" @submit=${send}><h2 id="dialog-title">${ui.t('pad.edit')}</h2>
    <p class="quiet small">${aboutName(shown, line)}</p>
    ${other ? html`<div class="stack tight" role="alert"><p class="strong">${ui.t('pad.changed')}</p><p class="pad-line" dir="auto">${line.text}</p><p class="label">${ui.t('note.your_text')}</p></div>` : nothing}
    ${edits ? html`<div class="note-box pad"><textarea aria-label=${ui.t('pad.text')} rows="3" dir="auto" lang=${ui.context.lang()} .value=${live(text)}
      @input=${(/** @type {any} */ event) => ui.type({ text: event.target.value })}></textarea>
      <span class=${classMap({ left: true, over: left < 0 })}>${left > NEAR ? nothing : left < 0 ? ui.t('phone.too_long', { n: -left }) : ui.t('phone.left', { n: left })}</span></div>`
    : over(ui, { kind: 'line', id: line.id, text, began }, undefined)}
    <div class="stack">
      ${edits ? html`<button class="button main big" type="submit" aria-disabled=${String(left < 0)}>${ui.t(other ? 'note.use_mine' : 'note.save')}</button>` : nothing}
      ${other ? html`<button type="button" class="button wide" @click=${leave}>${ui.t('pad.keep_theirs')}</button>` : nothing}
      <div class="pair">${!other && edits ? html`<button type="button" class="button danger" @click=${remove}>${ui.t('note.delete')}</button>` : html`<span></span>`}
        <button type="button" class="button" @click=${() => ui.open(null)}>${ui.t('note.close')}</button></div></div></form>`;
}

/** A refused text: back into its box, or kept where it can be copied. @param {PhoneState} ui @param {Shown} shown @param {import('../../types.js').Returned} item @param {string} why */
export function bringBack(ui, shown, item, why) {
  const { act, line, text, from = '', round, group = '', turn = 0 } = item.args;
  if (act !== 'write' || !shown.me?.can.includes('pad')) {
    ui.giveBack({ kind: 'line', id: line, text, began: from, why: item.reason });
    const stands = shown.pad.find(({ id }) => id === line);
    if (stands && item.reason === 'changed' && !ui.dialog) ui.openText('line', stands);
    return;
  }
  const half = ui.text(KEY).trim();
  if (!half) ui.context.keys.keepHalf(ui.context.board, AT, { round, group, turn });
  ui.setText(KEY, [half, text].filter(Boolean).join('\n'));
  ui.wrong = { key: KEY, why };
}

/** Who is no scribe any more, or is too late, can still copy what they had begun. @param {PhoneState} ui @param {Shown} shown */
export function leftOver(ui, shown) {
  const text = ui.text(KEY).trim();
  if (!text || !shown.me || shown.me.can.includes('pad')) return;
  ui.setText(KEY, '');
  ui.context.keys.keepHalf(ui.context.board, AT, '');
  ui.giveBack({ kind: 'line', id: KEY, text, began: '' });
}
