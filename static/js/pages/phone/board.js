/**
 * The board on a phone: a list of notes by lane with their actions, and the picture. Pictures are drawn by
 * board/boards.js, imported when first needed; the form says what is listed, and in which order.
 */
import { classMap, html, live, nothing, repeat } from '../../../lib/lit-html.js';
import { besideGroups, formOf } from '../../forms/index.js';
import { aboutLines } from '../../notes/about.js';
import { answersOf } from '../../notes/fields.js';
import { Earlier } from '../../notes/earlier.js';
import { asShownThen } from '../../notes/frozen.js';
import { linksOf, linkWords } from '../../notes/links.js';
import { color, tongue } from '../../notes/look.js';
import { answeredLines, chips } from '../../notes/marks.js';
import { laneOf, sheetNow, stepsOf } from '../../notes/query.js';
import { gathered } from '../../notes/under.js';
import { lengthOf } from '../../text.js';
import { givenFolded } from '../given.js';
import { boardTitle, nothingUp } from './frame.js';
import { sideWords, waits } from './notes.js';
import { over } from './typed.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Sheet} Sheet */

/** @type {any} */ let pictures = null;
/** Draws the next part when the walk goes by itself. */
let following = 0;
/** @type {Earlier | undefined} */ let earlier;
/** The parts that somebody at a wide screen looks at, until the console leads on. @type {import('../../board/walk.js').OwnSteps | undefined} */
let steps;

/** @param {PhoneState} ui */
function fetchPictures(ui) {
  if (pictures !== null) return pictures;
  pictures = undefined;
  const texts = ui.context.loadText('room');
  const style = new Promise((done) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('../../../css/boards.css', import.meta.url).href;
    link.onload = link.onerror = () => done(null);
    document.head.append(link);
  });
  Promise.all([import('../../board/boards.js'), texts, style])
    .then(([module]) => {
      pictures = module;
      steps = new module.OwnSteps();
    }, () => { pictures = false; })
    .finally(() => ui.context.redraw());
  return undefined;
}

/**
 * The sheet that is shown: the chosen one, else that of all screens. While groups work, a wide screen has their notes in its small
 * half, so its large half keeps what they look back at.
 * @param {PhoneState} ui @param {Shown} shown @param {boolean} [wide]
 */
function sheetOf(ui, shown, wide = false) {
  return shown.sheet(ui.picked.sheet) ?? (wide ? besideGroups(shown) : null) ?? (nothingUp(shown) ? shown.sheets.find(({ id }) => shown.notes.some((note) => note.sheet === id && !note.draft)) : null) ?? sheetNow(shown);
}

/** What is shown of the sheet: the version that somebody looks back at here, or to which the console led. @param {PhoneState} ui @param {Shown} given @param {boolean} [wide] */
function seen(ui, given, wide = false) {
  const now = asShownThen(given);
  const sheet = sheetOf(ui, now, wide);
  earlier ??= new Earlier(ui.context);
  return earlier.seen(given, sheet?.id, wide ? steps?.part(now, sheet) ?? '' : ui.picked.version ? `v${ui.picked.version}` : '');
}

/** Which version of a map, where there are several. @param {PhoneState} ui @param {Shown} given @param {Sheet} sheet */
function versionChoice(ui, given, sheet) {
  const now = asShownThen(given);
  const then = now.then?.version.id === sheet.id ? now.then.version : null;
  const latest = then ? then.n - 1 : now.versions.get(sheet.id)?.n ?? 0;
  if (!now.versions.has(sheet.id) || latest < 1) return nothing;
  const choose = (/** @type {any} */ event) => ui.pick('version', Number(event.target.value));
  return html`<div class="field"><label for="board-version">${ui.t('board.version')}</label><select class="input" id="board-version" @change=${choose}>
    <option value="0" .selected=${!ui.picked.version}>${then ? ui.t('cycle.version', { n: then.n }) : ui.t('board.version_now')}</option>
    ${Array.from({ length: latest }, (_, at) => latest - at).map((n) => html`<option value=${n} .selected=${n === ui.picked.version}>${ui.t('cycle.version', { n })}</option>`)}</select></div>`;
}

/** Whether the picture scrolls sideways. @param {PhoneState} ui @param {Shown} shown */
function isWide(ui, shown) {
  return Boolean(formOf(sheetOf(ui, shown))?.wide);
}

/** The board as a picture, for wide screens and the picture tab. @param {PhoneState} ui @param {Shown} given @param {boolean} [wide] @returns {import('../../../lib/lit-html.js').TemplateResult} */
export function picture(ui, given, wide = false) {
  const shown = seen(ui, given, wide);
  const module = fetchPictures(ui);
  if (module === undefined) return html`<p class="quiet">${ui.t('phone.loading')}</p>`;
  if (!module) return boardList(ui, shown, true);
  if (wide) {
    clearTimeout(following);
    const wait = module.untilNext(shown);
    if (wait) following = window.setTimeout(() => ui.context.redraw(), wait);
  }
  return html`${wide ? html`<h2 class="pane-title">${boardTitle(shown)}</h2>` : html`<h2 class="sr-only">${shown.say(sheetOf(ui, shown)?.title)}</h2>`}${sheetTabs(ui, shown, wide)}${wide ? module.besideStrip(shown, { cut: true }) : nothing}
    <div class=${classMap({ picture: true, broad: !wide && isWide(ui, shown) })} tabindex=${wide ? nothing : 0} role="region" aria-label=${ui.t('board.picture')}>${module.boardPicture(shown, { sheet: sheetOf(ui, shown, wide)?.id, fit: wide ? 'box' : 'width', telling: wide && shown.board?.scene === 'turn', part: wide ? steps?.part(shown, sheetOf(ui, shown, wide)) : ui.picked.picture ?? '', onPart: wide ? (/** @type {string} */ part) => { steps?.go(part, shown.now()); ui.context.redraw(); } : undefined, type: wide ? undefined : { most: 19, least: 15 } })}</div>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {boolean} [wide] */
function sheetTabs(ui, shown, wide = false) {
  const now = sheetOf(ui, shown, wide);
  const sheets = shown.sheets.filter((sheet) => sheet === now || (sheet === sheetNow(shown) && !nothingUp(shown)) || shown.notes.some((note) => note.sheet === sheet.id && !note.draft));
  return sheets.length < 2 ? nothing : html`<div class="segments" role="group" aria-label=${ui.t('board.sheets')}>${sheets.map((sheet) => html`
    <button type="button" aria-pressed=${String(sheet === now)} @click=${() => ui.pick('sheet', sheet.id)}>${shown.say(sheet.title)}</button>`)}</div>`;
}

/** Which picture of a sheet that has several. @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet */
function pictureTabs(ui, shown, sheet) {
  const pictures = formOf(sheet)?.pictures?.(shown, sheet) ?? [];
  return pictures.length < 2 ? nothing : html`<div class="segments" role="group" aria-label=${ui.t('board.picture')}>${pictures.map(({ id, title }) => html`
    <button type="button" aria-pressed=${String(ui.picked.picture === id)} @click=${() => ui.pick('picture', ui.picked.picture === id ? '' : id)}>${title}</button>`)}</div>`;
}

/** @param {PhoneState} ui @param {Shown} given @param {boolean} [listOnly] @returns {any} */
export function boardList(ui, given, listOnly = false) {
  const shown = seen(ui, given);
  const sheet = sheetOf(ui, shown);
  if (!sheet) return nothing;
  const part = shown.notes.some((note) => note.sheet === sheet.id && note.can.includes('gather')) ? ui.part('gather') : null;
  const picking = part?.gathers(shown, sheet.id) && ui.picked.gather;
  const linked = sheet.links.some(({ sign }) => sign) ? ui.part('linking') : null;
  if (linked?.linksHere(shown, sheet) && ui.picked.linking) return ui.picked.linking.grid(shown, sheet, () => ui.pick('linking', null));
  const asPicture = !listOnly && ui.picked.asPicture && fetchPictures(ui) !== false;
  return html`${listOnly ? nothing : html`<div class="segments" role="group" aria-label=${ui.t('board.how')}>
      <button type="button" aria-pressed=${String(!asPicture)} @click=${() => ui.pick('asPicture', false)}>${ui.t('board.list')}</button>
      <button type="button" aria-pressed=${String(Boolean(asPicture))} @click=${() => ui.pick('asPicture', true)}>${ui.t('board.picture')}</button></div>`}
    ${versionChoice(ui, given, sheet)}
    ${asPicture ? html`${pictureTabs(ui, shown, sheet)}${isWide(ui, shown) ? html`<p class="quiet swipe">${ui.t('board.swipe')}</p>` : nothing}${picture(ui, shown)}` : html`${sheetTabs(ui, shown)}<div class="board-list">${picking ? part?.picker(ui, shown, sheet.id) ?? nothing : list(ui, shown, sheet)}</div>${picking ? nothing : part?.gatherButton(ui, shown, sheet.id) ?? nothing}`}
    ${linked?.linksHere(shown, sheet) ? html`<button type="button" class="button" @click=${() => ui.pick('linking', new linked.Linking(ui.context))}>${ui.t('linking.begin')}</button>` : nothing}
    ${shown.me?.can.includes('heading') && formOf(sheet)?.scaled && !sheet.per_group ? html`<button type="button" class="button" @click=${() => ui.openText('heading', undefined, { from: stepsOf(sheet)[0]?.id, until: stepsOf(sheet).at(-1)?.id, sheet: sheet.id })}>${ui.t('board.add_heading')}</button>` : nothing}`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet */
function list(ui, shown, sheet) {
  const parts = formOf(sheet)?.words(shown, sheet) ?? [];
  if (!parts.length) return html`<p class="quiet">${ui.t('board.empty')}</p>`;
  return parts.map(({ title, small, lists, sentences, circle }) => {
    if (sentences) return told(ui, shown, sheet, { title, small, sentences, circle });
    const lanes = lists.map((lane) => html`${lane.over?.map((heading) => html`<p class="period"><bdi>${heading.text}</bdi> <span class="quiet small">${heading.small}</span></p>`)}
      ${laneSection(ui, shown, lane.title, lane.notes, title !== '')}`);
    return title ? html`<section class="stack"><h2 class="period"><bdi>${title}</bdi>${small ? html` <span class="quiet small">${small}</span>` : nothing}</h2>${lanes}</section>` : lanes;
  });
}

/** What leads to what, one sentence each. @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet @param {{title: string, small: string, sentences: import('../../forms/form.js').Sentence[], circle?: string}} part */
function told(ui, shown, sheet, { title, small, sentences, circle }) {
  const part = circle ? ui.part('linking') : null;
  return html`<section class="told-links">${small ? html`<p class="told-turn">${small}</p>` : nothing}<h2 class="told-title"><bdi>${title}</bdi></h2>
    <ol>${sentences.map(({ from, how, to, after }) => html`<li><bdi lang=${tongue(from, shown)}>${from}</bdi> <span>${how}</span> <bdi lang=${tongue(to, shown)}>${to}</bdi>${after ? html`<span>, ${after}</span>` : nothing}</li>`)}</ol>
    ${circle ? givenFolded(circle, shown) : nothing}
    ${circle ? part?.circleChoices(ui.context, shown, sheet, circle, { text: ui.text(`circle.${circle}`), type: (/** @type {string} */ text) => ui.setText(`circle.${circle}`, text), edit: (/** @type {Note} */ note) => ui.openText('note', note) }) ?? nothing : nothing}</section>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {string} title @param {Note[]} notes @param {boolean} [inner] */
function laneSection(ui, shown, title, notes, inner = false) {
  if (!notes.length) return nothing;
  return html`<section>${inner ? html`<h3>${title}</h3>` : html`<h2>${title}</h2>`}
    ${repeat(notes, (note) => note.id, (note) => (note.kind === 'gathering' ? gathering(ui, shown, note) : entry(ui, shown, note)))}</section>`;
}

/** A heading, and what is gathered under it. @param {PhoneState} ui @param {Shown} shown @param {Note} head */
function gathering(ui, shown, head) {
  const notes = gathered(head, shown);
  const part = head.can.includes('apart') ? ui.part('gather') : null;
  return html`<section class="gathered"><h3><bdi>${head.text}</bdi> <span class="quiet small">${ui.t('board.gathered', { n: notes.length })}</span></h3>
    ${chips(head, shown)}${answersOf(head, shown).map((line) => html`<p class="mark"><bdi>${line}</bdi></p>`)}
    ${part || ['edit', 'mark', 'set'].some((name) => head.can.includes(name)) ? html`<p class="acts">${['edit', 'mark', 'set'].some((name) => head.can.includes(name)) ? html`<button type="button" class="link" @click=${() => ui.openText('note', head)}>${ui.t('note.change')}</button>` : nothing}${part?.apart(ui, head, 'board.apart') ?? nothing}</p>` : nothing}
    ${repeat(notes, (note) => note.id, (note) => entry(ui, shown, note, head))}</section>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Note} note @param {Note} [head] the heading that it lies under */
function entry(ui, shown, note, head) {
  const comments = shown.notes.filter((other) => other.kind === 'comment' && other.under === note.id);
  const acts = note.can.some((name) => ['edit', 'move', 'mark', 'link', 'delete', 'set'].includes(name));
  return html`<article class="entry">
    <p class=${classMap({ note: true, [color(note, shown)]: true, pending: note.pending })}><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${note.side ? html`<span class="mark">${sideWords(note, shown)}</span>` : nothing}${chips(note, shown, true)}${answeredLines(note, shown).map((line) => html`<span class="mark"><bdi>${line}</bdi></span>`)}${linksOf(note, shown).map((link) => html`<span class="mark"><bdi>${linkWords(link, shown)}</bdi></span>`)}${[...aboutLines(note, shown), ...answersOf(note, shown)].map((line) => html`<span class="mark"><bdi>${line}</bdi></span>`)}${head && head.lane !== note.lane ? html`<span class="mark">${shown.say(laneOf(note, shown)?.title)}</span>` : nothing}${waits(ui, shown, note)}</p>
    ${comments.map((comment) => html`<p class="comment" dir="auto" lang=${tongue(comment.text, shown)}>${comment.text}${comment.can.includes('delete') ? html` <button type="button" class="link" @click=${() => ui.openText('note', comment)}>${ui.t('note.change')}</button>` : nothing}</p>`)}
    ${shown.circles.some(({ id }) => id === note.id) ? nothing : givenFolded(note.id, shown)}
    ${acts || note.can.includes('comment') || (head && note.can.includes('apart')) ? html`<p class="acts">
      ${note.can.includes('comment') ? html`<button type="button" class="link" @click=${() => ui.openText('comment', note)}>${ui.t('board.comment')}</button>` : nothing}
      ${acts ? html`<button type="button" class="link" @click=${() => ui.openText('note', note)}>${ui.t(['edit', 'move', 'mark', 'link', 'set'].some((name) => note.can.includes(name)) ? 'note.change' : 'note.take_down')}</button>` : nothing}${head ? ui.part('gather')?.apart(ui, note, 'board.take_out') ?? nothing : nothing}</p>` : nothing}
  </article>`;
}

/** The board's dialogs: a comment, a period heading. @param {PhoneState} ui @param {Shown} shown */
export function dialog(ui, shown) {
  const state = /** @type {any} */ (ui.dialog);
  const limit = state.kind === 'heading' ? 60 : (shown.method?.limit ?? 140);
  const left = limit - lengthOf(state.text, limit);
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    go();
  };
  const spans = stepsOf(shown.sheet(state.sheet));
  const place = (/** @type {string} */ id) => spans.findIndex((lane) => lane.id === id);
  const go = () => {
    const state = /** @type {any} */ (ui.dialog);
    const text = state.text.trim();
    if (!text || lengthOf(text, limit) > limit || ended) return;
    const kind = ui.part('doubt')?.doubtOf(ui, text);
    if (kind) return void ui.ask({ key: 'dialog', kind, text });
    const note = ui.context.keys.randomId(16);
    if (state.kind === 'comment') ui.context.emit('write', { note, text, sheet: state.note.sheet, lane: state.note.lane, kind: 'comment', under: state.note.id });
    else ui.context.emit('write', { note, text, sheet: state.sheet, lane: state.from, kind: 'heading', until: place(state.until) < place(state.from) ? state.from : state.until });
    ui.forgetTyped({ kind: state.kind, id: state.note?.id ?? state.sheet });
    ui.open(null);
  };
  const typed = { kind: state.kind, id: state.note?.id ?? state.sheet, text: state.text, began: '' };
  const ended = state.kind === 'comment' ? !shown.note(state.note.id)?.can.includes('comment') : !shown.me?.can.includes('heading');
  /** @param {'from' | 'until'} name */
  const end = (name) => html`<div class="field"><label for=${name}>${ui.t(`board.${name}`)}</label><select class="input" id=${name} @change=${(/** @type {any} */ event) => ui.type({ [name]: event.target.value })}>
    ${spans.map(({ id, title }) => html`<option value=${id} ?selected=${id === state[name]}>${shown.say(title)}</option>`)}</select></div>`;
  return html`<form method="dialog" @submit=${save}><h2 id="dialog-title">${ui.t(state.kind === 'heading' ? 'board.add_heading' : 'board.comment')}</h2>
    ${state.kind === 'comment' ? html`<p class=${classMap({ note: true, [color(state.note, shown)]: true })} dir="auto" lang=${tongue(state.note.text, shown)}>${state.note.text}</p>` : html`<div class="pair">${end('from')}${end('until')}</div>`}
    <div class="field"><label for="said">${ui.t(state.kind === 'heading' ? 'board.heading_text' : 'board.comment_text')}</label>
      <input class="input" id="said" dir="auto" autocomplete="off" .value=${live(state.text)} @input=${(/** @type {any} */ event) => ui.type({ text: event.target.value })}>
      ${left < 0 ? html`<p class="wrong">${ui.t('phone.too_long', { n: -left })}</p>` : nothing}</div>
    <div role="alert">${ui.doubt ? ui.part('doubt')?.question(ui, 'dialog', state.text.trim(), go) ?? nothing : nothing}</div>
    ${ended && state.text.trim() ? over(ui, typed, ui.part('trouble')?.boxFor(ui, shown)) : nothing}
    <div class="pair"><button type="button" class="button" @click=${() => ui.open(null)}>${ui.t('note.close')}</button>${ended ? nothing : html`<button class="button main" type="submit">${ui.t('note.save')}</button>`}</div></form>`;
}
