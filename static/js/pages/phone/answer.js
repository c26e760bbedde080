/**
 * A colleague answers a map as it was frozen (SPEC R44): one element a screen, with the lanes of the round's sheet to choose
 * from, then the whole of it as a list. An answer is a note that names the element; which lanes there are, and what they ask, the method
 * file says. A text that was begun lies in the round's own box, as everywhere, and another element's waits beside it.
 */
import { classMap, html, live, nothing, repeat, svg } from '../../../lib/lit-html.js';
import { elementsOf } from '../../forms/map/elements.js';
import { changeLines } from '../../forms/map/changes.js';
import { turnSign } from '../../forms/map/turn.js';
import { told } from '../../forms/map/words.js';
import { asShownThen, versionNow } from '../../notes/frozen.js';
import { color, tongue } from '../../notes/look.js';
import { placeArgs } from '../../notes/query.js';
import { lengthOf, unchanged } from '../../text.js';
import { NEAR, limitOf } from './box.js';
import { foot, frame, head, icon, listeners, lostTexts, ready, time } from './frame.js';
import { markOf, noteButton, ownNotes, sentWords, waits } from './notes.js';
import { WHOLE, placeOf, setPlace } from './state.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../../types.js').Opening} Opening */
/** @typedef {import('../../types.js').Version} Version */
/** @typedef {import('../../forms/map/elements.js').Element} Element */
/** @typedef {import('../../forms/map/story.js').Ring} Ring */

/** Its style is fetched with it: few workshops have such a round. */
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('../../../css/answer.css', import.meta.url).href;
document.head.append(style);

/** More steps than this are one bar. */
const STEPS = 24;

/**
 * What is asked about now, and what was answered.
 * @typedef {object} Asked
 * @property {import('../../types.js').Round} round
 * @property {string} key       the round's id: where a text is kept
 * @property {Version} version
 * @property {Opening} opening
 * @property {Lane[]} lanes     to choose from
 * @property {Element[]} elements
 * @property {number} index     in `elements`; as many as there are: the whole
 * @property {string} at        the element's id, or WHOLE
 * @property {Note | null} own  this person's answer to it
 */

/** @param {PhoneState} ui @param {Shown} shown */
export function answer(ui, shown) {
  const asked = askedNow(ui, shown);
  if (!asked) return nothing;
  const { version, elements, index } = asked;
  const sheet = shown.sheet(version.id);
  const element = elements[index];
  const all = elements.length + 1;
  const header = html`<header class="phone-head answer-head">
    <p class="over"><span>${ui.t('answer.version', { title: shown.say(sheet?.title), n: version.n })}</span><span class="answer-count">${ui.t('answer.at', { n: index + 1, all })}</span></p>
    ${bar(index, all)}
    ${time(ui, shown)}
    ${index ? nothing : html`<p class="instruction">${shown.say(shown.round?.instruction)}</p>`}
  </header>`;
  return frame(header, {
    top: [lostTexts(ui), index && element ? nothing : news(ui, shown, version), element ? theElement(ui, shown, element, version) : theWhole(ui, shown, asked)],
    box: choices(ui, shown, asked),
    rest: [ready(ui, shown), element ? nothing : html`${yours(ui, shown, asked)}${ownNotes(ui, shown, 'drafts')}`, foot(ui, shown)],
  });
}

/** Nothing was frozen yet: there is nothing to answer. @param {PhoneState} ui @param {Shown} shown */
export function soon(ui, shown) {
  const title = shown.say(shown.sheet(shown.round?.version)?.title);
  return frame(head(ui, shown), {
    top: [lostTexts(ui), html`<div class="panel"><p class="strong" role="status">${ui.t('answer.soon', { title })}</p></div>`, ownNotes(ui, shown), listeners(ui, shown)],
    rest: [ready(ui, shown), foot(ui, shown)],
  });
}

/** @param {PhoneState} ui @param {Shown} shown @returns {Asked | null} */
function askedNow(ui, shown) {
  const version = versionNow(shown);
  const opening = shown.me?.write;
  const sheet = shown.sheet(version?.id);
  const round = shown.round;
  if (!version || !opening || !sheet || !round) return null;
  const elements = elementsOf(asShownThen(shown), sheet);
  const lanes = (shown.sheet(opening.sheet)?.lanes ?? []).filter(({ id, about }) => opening.lanes.includes(id) && about?.includes(sheet.id));
  const place = placeOf(ui, round);
  // Who comes anew, or sees a new version, goes on where nothing is answered yet; a text that was begun stays where it is.
  const stays = place.n === version.n || Boolean(ui.text(round.id).trim());
  const kept = !stays ? -1 : place.id === WHOLE ? elements.length : elements.findIndex(({ id }) => id === place.id);
  const fresh = elements.findIndex(({ id }) => !answerTo(ui, shown, opening, version, id));
  const index = kept >= 0 ? kept : fresh >= 0 ? fresh : elements.length;
  const at = elements[index]?.id ?? WHOLE;
  return { round, key: round.id, version, opening, lanes, elements, index, at, own: at === WHOLE ? null : answerTo(ui, shown, opening, version, at) };
}

/** This person's answers on the round's sheet. @param {PhoneState} ui @param {Shown} shown @param {Opening} opening */
function answers(ui, shown, opening) {
  return ui.inOrder(shown.notes.filter((note) => note.mine && note.kind === 'note' && !note.draft && note.sheet === opening.sheet));
}

/** This person's last answer to an element; one that is on its way has no version yet. @param {PhoneState} ui @param {Shown} shown @param {Opening} opening @param {Version} version @param {string} id @returns {Note | null} */
function answerTo(ui, shown, opening, version, id) {
  return answers(ui, shown, opening).filter((note) => note.about?.[0] === id && [undefined, version.n].includes(note.version)).at(-1) ?? null;
}

/** What is different since people last saw it. @param {PhoneState} ui @param {Shown} shown @param {Version} version */
function news(ui, shown, version) {
  const lines = changeLines(version, shown);
  return lines.length ? html`<details class="answer-list"><summary class="link">${ui.t('answer.news', { n: lines.length })}</summary><ul>${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul></details>` : nothing;
}

/** How far one has come. @param {number} index @param {number} all */
function bar(index, all) {
  if (all > STEPS) return html`<progress class="answer-long" max=${all} value=${index + 1} aria-hidden="true"></progress>`;
  return html`<div class="answer-bar" aria-hidden="true">${Array.from({ length: all }, (_, at) => html`<i class=${classMap({ 'is-past': at < index, 'is-now': at === index })}></i>`)}</div>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Element} element @param {Version} version */
function theElement(ui, shown, { id, title, kicker, ring, links }, version) {
  const fresh = changeLines(version, shown, ring ? [...ring.notes, ...ring.others, ...(ring.name ? [ring.name] : [])].map((note) => note.id) : [id]);
  const changes = fresh.length ? html`<ul class="answer-fresh">${fresh.map((line) => html`<li dir="auto">${line}</li>`)}</ul>` : nothing;
  const heading = html`<p class=${`answer-kicker ${ring ? `is-${ring.turn}` : ''}`}>${ring ? turnSign() : nothing}${kicker}</p>
    <h1 tabindex="-1" id="heading" dir="auto" lang=${tongue(title, shown)}>${title}</h1>`;
  if (!ring) {
    return html`<div class="answer-point">${heading}${links.length ? html`<ul class="answer-links">${links.map((text) => html`<li dir="auto">${text}</li>`)}</ul>` : nothing}${changes}</div>`;
  }
  return html`<div class="answer-circle">${picture(ring, shown)}<div>${heading}</div></div>
    <ol class=${`answer-notes is-${ring.turn}`}>${ring.notes.map(({ text }) => html`<li><span dir="auto" lang=${tongue(text, shown)}>${text}</span></li>`)}</ol>
    <p class="sr-only">${ui.t('map.again')}</p>
    ${ring.others.length ? html`<p class="small quiet">${ui.t('answer.along', { notes: ring.others.map(({ text }) => text).join(' · ') })}</p>` : nothing}${changes}`;
}

/** A circle as a small ring of numbers, clockwise. @param {Ring} ring @param {Shown} shown */
function picture({ notes, turn }, shown) {
  const [middle, radius, step] = [60, 45, (2 * Math.PI) / notes.length];
  const side = Math.min(26, 0.52 * step * radius);
  const point = (/** @type {number} */ at, by = radius) => [middle + by * Math.sin(at * step), middle - by * Math.cos(at * step)].map((one) => one.toFixed(1));
  return html`<svg class=${`answer-ring is-${turn}`} viewBox="0 0 120 120" aria-hidden="true" focusable="false">
    <circle class="answer-band" cx=${middle} cy=${middle} r=${radius}></circle>
    ${notes.map((_, at) => {
    const [x, y] = point(at + 0.5);
    return svg`<path class="answer-arrow" transform=${`translate(${x} ${y}) rotate(${(((at + 0.5) * step * 180) / Math.PI).toFixed(1)})`} d="M-4.5 -5L4.5 0L-4.5 5Z"></path>`;
  })}
    ${notes.map((note, at) => {
    const [x, y] = point(at);
    return svg`<g class=${color(note, shown)} transform=${`translate(${x} ${y})`}><rect x=${-side / 2} y=${-side / 2} width=${side} height=${side} rx="3"></rect><text y=${side * 0.22} font-size=${side * 0.62}>${at + 1}</text></g>`;
  })}</svg>`;
}

/** All of it as a list. @param {PhoneState} ui @param {Shown} shown @param {Asked} asked */
function theWhole(ui, shown, { version }) {
  const sheet = /** @type {import('../../types.js').Sheet} */ (shown.sheet(version.id));
  return html`<h1 tabindex="-1" id="heading">${ui.t('answer.whole')}</h1>
    <details class="answer-list"><summary class="link">${ui.t('answer.list')}</summary>${told(asShownThen(shown), sheet).map((part) => html`<section class="stack tight">
      ${part.title ? html`<h2 dir="auto">${part.title}</h2>` : nothing}${part.small ? html`<p class="small quiet">${part.small}</p>` : nothing}
      ${part.sentences ? html`<ol>${part.sentences.map(({ from, how, to, after }) => html`<li><bdi class="strong">${from}</bdi> <span class="quiet">${how}</span> <bdi class="strong">${to}</bdi>${after ? html`<span class="quiet">, ${after}</span>` : nothing}</li>`)}</ol>` : nothing}
      ${part.lists.map(({ title, notes }) => html`<h3>${title}</h3><ul>${notes.map(({ text }) => html`<li dir="auto" lang=${tongue(text, shown)}>${text}</li>`)}</ul>`)}</section>`)}</details>`;
}

/** What one has answered, each to be seen and changed, and what one has not. @param {PhoneState} ui @param {Shown} shown @param {Asked} asked */
function yours(ui, shown, asked) {
  const { version, opening, elements } = asked;
  const loose = answers(ui, shown, opening).filter((note) => !note.about?.length);
  return html`<section class="stack tight"><h2>${ui.t('answer.yours')}</h2>
    ${loose.length ? html`<ul class="notes">${repeat(loose, ({ id }) => id, (note) => html`<li>${noteButton(ui, shown, note, markOf(shown, note))}</li>`)}</ul>` : nothing}
    <ul class="answer-own">${elements.map(({ id, title, ring }) => {
    const own = answerTo(ui, shown, opening, version, id);
    return html`<li><button type="button" @click=${() => turnTo(ui, asked, id)}><bdi lang=${tongue(title, shown)}>${title}</bdi>
      ${ring && !ring.name ? html`<span class="small quiet">${ring.notes.map(({ text }) => text).join(' → ')}</span>` : nothing}
      <span class=${own ? 'strong' : 'quiet'}>${own ? said(own, shown) : ui.t('answer.none')}${own ? waits(ui, shown, own) : nothing}</span></button></li>`;
  })}</ul></section>`;
}

/** An answer in a line: the lane, and the text where there is one. @param {Note} note @param {Shown} shown */
function said(note, shown) {
  const sheet = shown.sheet(note.sheet);
  const title = shown.say(sheet?.lanes.find(({ id }) => id === note.lane)?.title);
  return typed(note, shown) ? html`${title}: <bdi lang=${tongue(note.text, shown)}>${note.text}</bdi>` : title;
}

/** What somebody wrote; '' where they only chose. @param {Note | null} note @param {Shown} shown */
function typed(note, shown) {
  if (!note) return '';
  return shown.sheet(note.sheet)?.lanes.some(({ title }) => unchanged(note.text, title)) ? '' : note.text;
}

/** The lanes as choices, a text for the chosen one, and the ways on. @param {PhoneState} ui @param {Shown} shown @param {Asked} asked */
function choices(ui, shown, asked) {
  const { key, opening, lanes, elements, index, at, own } = asked;
  const fixed = Boolean(own) && !own?.pending && !own?.can.includes('edit');
  const chosen = lanes.find(({ id }) => id === (ui.picked.lane || own?.lane));
  // A sent text is changed in a box of its own, so that nobody is held in the round for it.
  const box = own ? `answer.${own.id}` : key;
  const text = () => (!own || ui.picked.changed === own.id || ui.text(box) ? ui.text(box) : typed(own, shown));
  const now = text();
  const limit = limitOf(shown, opening.sheet, chosen?.id ?? '');
  const left = limit - lengthOf(now, limit);
  const changed = Boolean(own && chosen && (chosen.id !== own.lane || now.trim() !== typed(own, shown)));
  const ends = index === elements.length;
  const sends = own ? changed : Boolean(chosen);
  const choose = (/** @type {string} */ lane) => {
    stay(ui, asked);
    ui.pick('lane', lane);
    // The box for words opens under the choice, which may be the last above the bar.
    setTimeout(() => document.getElementById(`box-${box}`)?.scrollIntoView({ block: 'nearest' }), 60);
  };
  const write = (/** @type {string} */ value) => {
    ui.part('doubt');
    stay(ui, asked);
    if (own) ui.picked = { ...ui.picked, changed: own.id };
    ui.setText(box, value);
  };
  const go = () => {
    const words = text().trim();
    if (!chosen || !sends || lengthOf(words, limit) > limit || fixed) return;
    const doubt = words && words !== own?.text ? ui.part('doubt')?.doubtOf(ui, words) : '';
    if (doubt) return void ui.ask({ key: box, kind: doubt, text: words });
    send(ui, shown, asked, chosen, words);
    ui.context.saved(ui.t('answer.sent'));
    turnTo(ui, asked, elements[index + 1]?.id ?? WHOLE);
  };
  const next = () => turnTo(ui, asked, elements[index + 1]?.id ?? WHOLE);
  return html`<form class="stack answer-form" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); go(); }}>
    <fieldset class="stack tight" ?disabled=${fixed}><legend class=${ends ? 'strong' : 'sr-only'}>${ui.t(ends ? 'answer.ask_whole' : 'answer.ask')}</legend>
      <div class="choices">${repeat(lanes, ({ id }) => `${at} ${id}`, (lane) => html`<div class=${classMap({ 'answer-choice': true, 'is-chosen': lane === chosen })}>
        <label><input type="radio" name="answer" .checked=${live(lane === chosen)} @change=${() => choose(lane.id)}><span class="what">${shown.say(lane.title)}</span></label>
        ${lane === chosen && !fixed ? html`<textarea class="input answer-text" id=${`box-${box}`} rows="1" dir="auto" autocomplete="off" lang=${ui.context.lang()} aria-label=${ui.t('answer.text')} aria-describedby="answer-left answer-wrong" aria-invalid=${String(ui.wrong?.key === box)}
          placeholder=${shown.say(lane.hint) || ui.t('answer.text')} .value=${live(now)} @input=${(/** @type {any} */ event) => write(event.target.value)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); go(); } }}></textarea>` : nothing}
      </div>`)}</div></fieldset>
    <p id="answer-left" class=${classMap({ small: true, quiet: left >= 0, wrong: left < 0 })} ?hidden=${left > NEAR}>${left < 0 ? ui.t('phone.too_long', { n: -left }) : ui.t('phone.left', { n: left })}</p>
    <div id="answer-wrong" role="alert">${ui.wrong?.key === box ? html`<p class="wrong">${ui.wrong.why} ${ui.t('lost.back')}</p>` : nothing}${ui.doubt ? ui.part('doubt')?.question(ui, box, now.trim(), go) ?? nothing : nothing}</div>
    ${own ? html`<p class="answer-sent"><span>${sentWords(ui, shown, own)}</span>${own.can.includes('delete') ? html` <button type="button" class="link" @click=${() => takeBack(ui, own)}>${ui.t('answer.take_back')}</button>` : nothing}</p>` : nothing}
    <p class="lock">${icon('lock')}<span>${ui.t('answer.no_name')}${shown.method?.unnamed ? html`<strong class="unnamed">${ui.t('who.unnamed')}</strong>` : nothing}</span></p>
    ${index ? nothing : listeners(ui, shown)}
    <div class="phone-foot stick answer-foot">
      ${own && !changed && !ends ? html`<button type="button" class="button main big wide" @click=${next}>${ui.t('answer.next')}</button>`
    : html`<button type="submit" class="button main big wide" aria-disabled=${String(!sends || left < 0)}>${ui.t(own ? 'answer.change' : ends ? 'answer.send' : 'answer.send_next')}</button>`}
      <div class="pair answer-ways">
        <button type="button" class="button" ?disabled=${!index} @click=${() => turnTo(ui, asked, elements[index - 1]?.id ?? at)}>${ui.t('answer.before')}</button>
        ${ends || (own && !changed) ? nothing : html`<button type="button" class="button" @click=${next}>${ui.t('answer.skip')}</button>`}
      </div></div></form>`;
}

/** Send an answer, or what is different in one that was sent. @param {PhoneState} ui @param {Shown} shown @param {Asked} asked @param {Lane} lane @param {string} words '' where somebody only chose */
function send(ui, shown, { key, opening, at, own }, lane, words) {
  // Everybody reads it: in the language of the board.
  const text = words || lane.title[shown.board?.lang ?? shown.lang];
  ui.picked = { ...ui.picked, lane: '', changed: '' };
  if (!own) {
    ui.write(key, text, { sheet: opening.sheet, lane: lane.id, row: opening.row, about: at === WHOLE ? [] : [at] });
    return;
  }
  if (lane.id !== own.lane) ui.context.emit('move', placeArgs(shown, { note: own.id, sheet: own.sheet, lane: lane.id, row: own.row, side: '' }));
  if (text !== own.text) ui.context.emit('edit', { note: own.id, text, from: own.text });
  ui.setText(`answer.${own.id}`, '');
}

/** @param {PhoneState} ui @param {Note} own */
function takeBack(ui, own) {
  ui.setText(`answer.${own.id}`, '');
  ui.picked = { ...ui.picked, changed: '', lane: '' };
  ui.remove(own);
}

/** From the first tap on the element stays in sight, whatever else is answered on another screen. @param {PhoneState} ui @param {Asked} asked */
function stay(ui, { round, version, at }) {
  setPlace(ui, round, version.n, at);
}

/** To another element: what was begun here waits here. @param {PhoneState} ui @param {Asked} asked @param {string} to */
function turnTo(ui, { round, version, key, at }, to) {
  if (to !== at) {
    const waiting = ui.text(`${key}.${to}`);
    const lanes = { ...ui.picked.lanes, [at]: ui.picked.lane ?? '' };
    ui.setText(`${key}.${at}`, ui.text(key));
    ui.setText(key, waiting);
    ui.setText(`${key}.${to}`, '');
    ui.picked = { ...ui.picked, lanes, lane: lanes[to] ?? '', changed: '' };
  } else ui.picked = { ...ui.picked, lane: '', changed: '' };
  ui.doubt = null;
  setPlace(ui, round, version.n, to);
  ui.context.redraw();
  scrollTo(0, 0);
  setTimeout(() => document.getElementById('heading')?.focus({ preventScroll: true }), 60);
}
