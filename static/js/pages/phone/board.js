/**
 * The board on a phone: a list by lane that can be read and acted on, and the picture. The pictures
 * themselves are drawn by ../boards.js, which is fetched when one is asked for.
 */
import { classMap, html, live, nothing, repeat } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { lengthOf } from './box.js';
import { waits } from './notes.js';

/** @typedef {import('./state.js').PhoneState} Desk */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Lane} Lane */

/** @type {any} */ let pictures = null;

/** @param {Desk} desk */
function fetchPictures(desk) {
  if (pictures !== null) return pictures;
  pictures = undefined;
  const texts = desk.context.loadText('room');
  const style = new Promise((done) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('../../../css/boards.css', import.meta.url).href;
    link.onload = link.onerror = () => done(null);
    document.head.append(link);
  });
  Promise.all([import('../../board/boards.js'), texts, style])
    .then(([module]) => { pictures = module; }, () => { pictures = false; })
    .finally(() => desk.context.redraw());
  return undefined;
}

/** The sheet that is looked at: the tapped one, else the round's. @param {Desk} desk @param {Shown} shown */
function sheetOf(desk, shown) {
  const sheets = shown.method?.sheets ?? [];
  return sheets.find((sheet) => sheet.id === desk.picked.sheet) ?? sheets.find((sheet) => sheet.id === shown.round?.sheet) ?? sheets[0];
}

/** The board as a picture, for wide screens and the picture tab. @param {Desk} desk @param {Shown} shown @param {boolean} [wide] @returns {import('../../../lib/lit-html.js').TemplateResult} */
export function picture(desk, shown, wide = false) {
  const module = fetchPictures(desk);
  if (module === undefined) return html`<p class="quiet">${desk.t('phone.loading')}</p>`;
  if (!module) return boardList(desk, shown, true);
  return html`${wide ? html`<h2 class="pane-title">${shown.board?.title}</h2>` : html`<h2 class="sr-only">${shown.say(sheetOf(desk, shown)?.title)}</h2>`}${sheetTabs(desk, shown)}
    <div class=${classMap({ picture: true, broad: !wide && sheetOf(desk, shown)?.form !== 'columns' })} tabindex=${wide ? nothing : 0} role="region" aria-label=${desk.t('board.picture')}>${module.boardPicture(shown, { sheet: sheetOf(desk, shown)?.id, fit: wide ? 'box' : 'width', type: wide ? undefined : { most: 19, least: 12 } })}</div>`;
}

/** @param {Desk} desk @param {Shown} shown */
function sheetTabs(desk, shown) {
  const sheets = (shown.method?.sheets ?? []).filter((sheet) => sheet.id === shown.round?.sheet || shown.notes.some((note) => note.sheet === sheet.id && !note.draft));
  const now = sheetOf(desk, shown);
  return sheets.length < 2 ? nothing : html`<div class="segments" role="group" aria-label=${desk.t('board.sheets')}>${sheets.map((sheet) => html`
    <button type="button" aria-pressed=${String(sheet === now)} @click=${() => desk.pick('sheet', sheet.id)}>${shown.say(sheet.title)}</button>`)}</div>`;
}

/** @param {Desk} desk @param {Shown} shown @param {boolean} [listOnly] @returns {any} */
export function boardList(desk, shown, listOnly = false) {
  const sheet = sheetOf(desk, shown);
  if (!sheet) return nothing;
  const asPicture = !listOnly && desk.picked.asPicture && fetchPictures(desk) !== false;
  return html`${listOnly ? nothing : html`<div class="segments" role="group" aria-label=${desk.t('board.how')}>
      <button type="button" aria-pressed=${String(!asPicture)} @click=${() => desk.pick('asPicture', false)}>${desk.t('board.list')}</button>
      <button type="button" aria-pressed=${String(Boolean(asPicture))} @click=${() => desk.pick('asPicture', true)}>${desk.t('board.picture')}</button></div>`}
    ${asPicture ? html`${sheetOf(desk, shown)?.form === 'columns' ? nothing : html`<p class="quiet swipe">${desk.t('board.swipe')}</p>`}${picture(desk, shown)}` : html`${sheetTabs(desk, shown)}<div class="board-list">${list(desk, shown, sheet)}</div>`}
    ${shown.me?.can.includes('heading') && sheet.form === 'timeline' ? html`<button type="button" class="button" @click=${() => desk.open({ kind: 'heading', text: '', from: String(shown.board?.from), until: String(shown.board?.to), sheet: sheet.id })}>${desk.t('board.add_heading')}</button>` : nothing}`;
}

/** @param {Desk} desk @param {Shown} shown @param {Sheet} sheet */
function list(desk, shown, sheet) {
  const notes = shown.notes.filter((note) => note.sheet === sheet.id && !note.draft && note.kind === 'note');
  const empty = html`<p class="quiet">${desk.t('board.empty')}</p>`;
  if (sheet.form === 'timeline') {
    const { from, to } = /** @type {NonNullable<Shown['board']>} */ (shown.board);
    const years = Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
    const lanes = [...years.map((year) => ({ id: year, name: year })), ...sheet.lanes.map((lane) => ({ id: lane.id, name: shown.say(lane.title) }))];
    const headings = shown.notes.filter((note) => note.sheet === sheet.id && note.kind === 'heading');
    const parts = lanes.map(({ id, name }) => {
      const here = headings.filter((note) => note.lane === id);
      const inLane = notes.filter((note) => note.lane === id).sort((a, b) => Number(a.side === 'down') - Number(b.side === 'down'));
      return here.length || inLane.length ? html`${here.map((note) => html`<p class="period">${note.text} <span class="quiet small">${note.until && note.until !== id ? `${id}–${note.until}` : id}</span></p>`)}
        ${laneSection(desk, shown, name, inLane)}` : nothing;
    });
    return notes.length || headings.length ? parts : empty;
  }
  if (sheet.form === 'grid') {
    return shown.rows.length ? shown.rows.map((row) => html`<section class="stack"><h2 class="period">${row.text}${row.fate ? html` <span class="quiet small">${desk.t(`fate.${row.fate}`)}</span>` : nothing}</h2>
      ${sheet.lanes.map((lane) => laneSection(desk, shown, shown.say(lane.title), notes.filter((note) => note.row === row.id && note.lane === lane.id), true))}</section>`) : empty;
  }
  if (sheet.per_group) {
    const groups = shown.groups.filter((group) => notes.some((note) => note.row === group.id));
    return groups.length ? groups.map((group) => html`<section class="stack"><h2 class="period">${desk.t('group.name', { n: group.number })}</h2>
      ${sheet.lanes.map((lane) => laneSection(desk, shown, shown.say(lane.title), notes.filter((note) => note.row === group.id && note.lane === lane.id), true))}</section>`) : empty;
  }
  return notes.length ? sheet.lanes.map((lane) => laneSection(desk, shown, shown.say(lane.title), notes.filter((note) => note.lane === lane.id))) : empty;
}

/** @param {Desk} desk @param {Shown} shown @param {string} title @param {Note[]} notes @param {boolean} [inner] */
function laneSection(desk, shown, title, notes, inner = false) {
  if (!notes.length) return nothing;
  return html`<section>${inner ? html`<h3>${title}</h3>` : html`<h2>${title}</h2>`}
    ${repeat(notes, (note) => note.id, (note) => entry(desk, shown, note))}</section>`;
}

/** @param {Desk} desk @param {Shown} shown @param {Note} note */
function entry(desk, shown, note) {
  const comments = shown.notes.filter((other) => other.kind === 'comment' && other.to === note.id);
  const target = note.to ? shown.note(note.to) : null;
  const acts = note.can.some((name) => ['edit', 'move', 'delete'].includes(name));
  return html`<article class="entry">
    <p class=${classMap({ note: true, [color(note, shown)]: true, pending: note.pending })}>${note.text}${note.side ? html`<span class="mark">${desk.t(`side.${note.side}`)}</span>` : nothing}${target ? html`<span class="mark">→ ${target.text}</span>` : nothing}${waits(desk, shown, note)}</p>
    ${comments.map((comment) => html`<p class="comment">${comment.text}${comment.can.includes('delete') ? html` <button type="button" class="link" @click=${() => desk.open({ kind: 'note', note: comment, text: comment.text })}>${desk.t('note.change')}</button>` : nothing}</p>`)}
    ${acts || note.can.includes('comment') ? html`<p class="acts">
      ${note.can.includes('comment') ? html`<button type="button" class="link" @click=${() => desk.open({ kind: 'comment', note, text: '' })}>${desk.t('board.comment')}</button>` : nothing}
      ${acts ? html`<button type="button" class="link" @click=${() => desk.open({ kind: 'note', note, text: note.text })}>${desk.t(note.can.includes('edit') || note.can.includes('move') ? 'note.change' : 'note.take_down')}</button>` : nothing}</p>` : nothing}
  </article>`;
}

/** Dialogs that belong to the board: a comment, a period heading. @param {Desk} desk @param {Shown} shown */
export function dialog(desk, shown) {
  const state = /** @type {any} */ (desk.dialog);
  const limit = state.kind === 'heading' ? 60 : (shown.method?.limit ?? 140);
  const left = limit - lengthOf(state.text);
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    const state = /** @type {any} */ (desk.dialog);
    const text = state.text.trim();
    if (!text || lengthOf(text) > limit) return;
    const note = desk.context.keys.randomId(16);
    if (state.kind === 'comment') desk.context.emit('write', { note, text, sheet: state.note.sheet, lane: state.note.lane, kind: 'comment', to: state.note.id });
    else desk.context.emit('write', { note, text, sheet: state.sheet, lane: state.from, kind: 'heading', until: state.until < state.from ? state.from : state.until });
    desk.open(null);
  };
  const { from, to } = /** @type {NonNullable<Shown['board']>} */ (shown.board);
  const years = Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
  /** @param {'from' | 'until'} name */
  const year = (name) => html`<div class="field"><label for=${name}>${desk.t(`board.${name}`)}</label><select class="input" id=${name} @change=${(/** @type {any} */ event) => desk.type({ [name]: event.target.value })}>
    ${years.map((each) => html`<option value=${each} ?selected=${each === state[name]}>${each}</option>`)}</select></div>`;
  return html`<form method="dialog" @submit=${save}><h2 id="dialog-title">${desk.t(state.kind === 'heading' ? 'board.add_heading' : 'board.comment')}</h2>
    ${state.kind === 'comment' ? html`<p class=${classMap({ note: true, [color(state.note, shown)]: true })}>${state.note.text}</p>` : html`<div class="pair">${year('from')}${year('until')}</div>`}
    <div class="field"><label for="said">${desk.t(state.kind === 'heading' ? 'board.heading_text' : 'board.comment_text')}</label>
      <input class="input" id="said" autocomplete="off" .value=${live(state.text)} @input=${(/** @type {any} */ event) => desk.type({ text: event.target.value })}>
      ${left < 0 ? html`<p class="wrong">${desk.t('phone.too_long', { n: -left })}</p>` : nothing}</div>
    <div class="pair"><button type="button" class="button" @click=${() => desk.open(null)}>${desk.t('note.close')}</button><button class="button main" type="submit">${desk.t('note.save')}</button></div></form>`;
}
