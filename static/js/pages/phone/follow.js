/**
 * A colleague says how it went with a note that is followed up (SPEC R48): one choice and own words, without a name. What is sent
 * is a comment, and can be changed; what is begun stays before its writer when the others go on.
 */
import { classMap, html, live, nothing, repeat } from '../../../lib/lit-html.js';
import { aboutLines } from '../../notes/about.js';
import { tongue } from '../../notes/look.js';
import { ownWords } from '../../notes/said.js';
import { lengthOf } from '../../text.js';
import { outcome } from '../outcome.js';
import { NEAR } from './box.js';
import { foot, frame, icon, listeners, lostTexts } from './frame.js';
import { sentWords } from './notes.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').MarkKind} MarkKind */

/** Its style is fetched with it: few workshops have such a round. */
for (const name of ['answer', 'follow']) {
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = new URL(`../../../css/${name}.css`, import.meta.url).href;
  document.head.append(style);
}

/** Where somebody's words about a note wait, and beside them the word that they chose. @param {string} note */
const keyOf = (note) => `follow.${note}`;

/** @param {PhoneState} ui @param {Shown} shown */
export function followed(ui, shown) {
  const now = shown.board?.now ?? '';
  const begun = ui.begun;
  const note = shown.note(begun || now);
  const left = Boolean(begun && begun !== now);
  if (!note) return frame(header(ui, shown, shown.say(shown.round?.title)), { top: [left ? elsewhere(ui, shown, begun) : nothing, lostTexts(ui)], box: left ? leftText(ui, begun) : nothing, rest: foot(ui, shown) });
  const follow = shown.rounds.find((round) => round.sheet === note.sheet && round.follow)?.follow;
  const kind = shown.sheet(note.sheet)?.marks.find(({ id }) => id === follow?.asks);
  const over = note.lane === follow?.to;
  // It may be decided while somebody is saying something of it: they say it to the end.
  const late = over && begun === note.id;
  return frame(header(ui, shown, note.text, over || !follow ? '' : shown.say(follow.choose)), {
    top: [left || late ? elsewhere(ui, shown, note.id) : nothing, lostTexts(ui), what(note, shown), over ? outcome(note, shown) : nothing],
    box: kind && (late || !over) ? choice(ui, shown, note, kind) : nothing,
    rest: foot(ui, shown),
  });
}

/** Nobody is hurried: there is no clock here. @param {PhoneState} ui @param {Shown} shown @param {string} title @param {string} [asked] */
function header(ui, shown, title, asked = '') {
  return html`<header class="phone-head"><p class="over"><span>${shown.say(shown.method?.title)} · ${shown.say(shown.round?.title)}</span>${asked ? html`<span class="follow-short">${ui.t('follow.short')}</span>` : nothing}</p>
    <h1 tabindex="-1" id="heading" class="follow-title" dir="auto" lang=${tongue(title, shown)}>${title}</h1>
    ${asked ? html`<p class="instruction">${asked}</p>` : nothing}</header>`;
}

/** What it is about. @param {Note} note @param {Shown} shown */
function what(note, shown) {
  const lines = aboutLines(note, shown);
  return lines.length ? html`<ul class="follow-about">${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul>` : nothing;
}

/** The others have gone on, or it is decided, and something here is not sent. @param {PhoneState} ui @param {Shown} shown @param {string} id a note, which may be gone */
function elsewhere(ui, shown, id) {
  const now = shown.note(shown.board?.now ?? '');
  const leave = () => {
    const key = keyOf(id);
    const text = ui.text(key).trim();
    if (text) ui.lose([...ui.lost, { text, why: ui.t('follow.unsent') }]);
    ui.setText(key, '');
    ui.setText(`${key}.word`, '');
    ui.begin('');
    scrollTo(0, 0);
  };
  const others = now?.id === id ? ui.t('follow.decided') : now ? ui.t('follow.next_is', { note: now.text }) : ui.t('follow.over');
  return html`<div class="banner" role="status"><span>${others} ${shown.note(id)?.can.includes('comment') ? ui.t('follow.finish') : ui.t('follow.too_late')}</span>
    <button type="button" class="button" @click=${leave}>${ui.t('stay.go')}</button></div>`;
}

/** What was begun of a note that is not before people any more: it stays with whoever is writing. @param {PhoneState} ui @param {string} id */
function leftText(ui, id) {
  const key = keyOf(id);
  return html`<label class="field"><span class="label">${ui.t('follow.words')}</span><textarea class="input answer-text follow-words" id=${`box-${key}`} rows="2" dir="auto" lang=${ui.context.lang()} .value=${live(ui.text(key))}
    @input=${(/** @type {any} */ event) => ui.setText(key, event.target.value)}></textarea></label>`;
}

/** This person's own words about it, with a word of the kind. @param {Shown} shown @param {Note} note @param {MarkKind} kind */
function ownOf(shown, note, kind) {
  return shown.notes.find((one) => one.kind === 'comment' && one.mine && one.under === note.id && one.marks?.[kind.id]) ?? null;
}

/** The words to choose from, own words, and the button. @param {PhoneState} ui @param {Shown} shown @param {Note} note @param {MarkKind} kind */
function choice(ui, shown, note, kind) {
  const own = ownOf(shown, note, kind);
  const key = keyOf(note.id);
  // As it is at that moment: more may have been chosen and typed since this was drawn.
  const begun = () => ui.begun === note.id;
  const wordNow = () => kind.words.find(({ id }) => id === ((begun() ? ui.text(`${key}.word`) : '') || own?.marks?.[kind.id]));
  const text = () => (begun() || !own ? ui.text(key) : ownWords(own, shown));
  const isChanged = () => Boolean(own && wordNow() && (wordNow()?.id !== own.marks?.[kind.id] || text().trim() !== ownWords(own, shown)));
  const [word, now, changed] = [wordNow(), text(), isChanged()];
  const limit = shown.method?.limit ?? 140;
  const left = limit - lengthOf(now, limit);
  const fixed = own ? !own.pending && !own.can.includes('edit') : !note.can.includes('comment');
  const sends = own ? changed : Boolean(word);
  /** From the first tap what was sent is in the boxes, to be changed there. */
  const begin = () => {
    if (!begun() && own) {
      ui.setText(key, ownWords(own, shown));
      ui.setText(`${key}.word`, own.marks?.[kind.id] ?? '');
    }
    ui.begin(note.id);
  };
  const choose = (/** @type {string} */ id) => {
    begin();
    ui.setText(`${key}.word`, id);
  };
  const write = (/** @type {string} */ value) => {
    ui.part('doubt');
    begin();
    ui.setText(key, value);
  };
  const go = () => {
    const words = text().trim();
    const word = wordNow();
    if (!word || (own && !isChanged()) || fixed || lengthOf(words, limit) > limit) return;
    const doubt = words && words !== own?.text ? ui.part('doubt')?.doubtOf(ui, words) : '';
    if (doubt) return void ui.ask({ key, kind: doubt, text: words });
    // Everybody reads it: in the language of the board.
    const said = words || word.title[shown.board?.lang ?? shown.lang];
    if (!own) ui.context.emit('write', { note: ui.context.keys.randomId(16), text: said, sheet: note.sheet, lane: note.lane, kind: 'comment', under: note.id, marks: { [kind.id]: word.id } });
    else {
      if (word.id !== own.marks?.[kind.id]) ui.context.emit('mark', { note: own.id, kind: kind.id, word: word.id });
      if (said !== own.text) ui.context.emit('edit', { note: own.id, text: said, from: own.text });
    }
    ui.setText(key, '');
    ui.setText(`${key}.word`, '');
    ui.begin('');
    ui.context.saved(ui.t('answer.sent'));
    document.getElementById('heading')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  const back = () => {
    ui.setText(key, '');
    ui.setText(`${key}.word`, '');
    ui.begin('');
    if (own) ui.remove(own);
  };
  return html`<form class="stack answer-form follow-form" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); go(); }}>
    <fieldset class="stack tight" ?disabled=${fixed}><legend class="sr-only">${shown.say(kind.title)}</legend>
      <div class="choices">${repeat(kind.words, ({ id }) => `${note.id} ${id}`, (one) => html`<div class=${classMap({ 'answer-choice': true, 'is-chosen': one === word })}>
        <label><input type="radio" name="follow" value=${one.id} .checked=${live(one === word)} @change=${() => choose(one.id)}><span class="what">${shown.say(one.title)}</span></label></div>`)}</div>
      <p class="lock">${icon('lock')}<span>${ui.t('follow.no_name')}${shown.method?.unnamed ? html`<strong class="unnamed">${ui.t('who.unnamed')}</strong>` : nothing}</span></p>
      <label class="field"><span class="label">${ui.t('follow.words')}</span>
        <textarea class="input answer-text follow-words" id=${`box-${key}`} rows="2" dir="auto" autocomplete="off" lang=${ui.context.lang()} aria-describedby="answer-left answer-wrong" .value=${live(now)} @input=${(/** @type {any} */ event) => write(event.target.value)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); go(); } }}></textarea></label></fieldset>
    <p id="answer-left" class=${classMap({ small: true, quiet: left >= 0, wrong: left < 0 })} ?hidden=${left > NEAR}>${left < 0 ? ui.t('phone.too_long', { n: -left }) : ui.t('phone.left', { n: left })}</p>
    <div id="answer-wrong" role="alert">${ui.doubt ? ui.part('doubt')?.question(ui, key, now.trim(), go) ?? nothing : nothing}</div>
    ${listeners(ui, shown)}
    <div class="phone-foot stick answer-foot">
      ${own ? html`<p class="answer-sent"><span>${sentWords(ui, shown, own)}</span>${own.can.includes('delete') ? html` <button type="button" class="link" @click=${back}>${ui.t('answer.take_back')}</button>` : nothing}</p>` : nothing}
      ${own && !changed ? nothing : html`<button type="submit" class="button main big wide" aria-disabled=${String(!sends || fixed || left < 0)}>${ui.t(own ? 'answer.change' : 'answer.send')}</button>`}
    </div>
  </form>`;
}
