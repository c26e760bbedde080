/**
 * A round of talk on a person's own screen: what their part asks of them, the words they may show, and who has which part.
 * Which parts there are and what they may do stands in the records; no rule may live here.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { lengthOf } from '../../text.js';
import { foot, frame, head, icon, listeners, lostTexts } from './frame.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Part} Part */

/** Words of one person that are shown at a time, and the letters of one that was typed (SPEC R34). */
const MOST = 3;
const LONGEST = 40;
/** The words that were chosen here: numbers of declared ones, and typed ones. They stand nowhere else until they are shown. @type {(number | string)[]} */ let chosen = [];
/** The typed ones that are offered again. @type {string[]} */ let typed = [];
/** Ms after a change of round before the buttons accept another tap: the one that comes there leads to the round after. */
const HOLD = 700;
let held = 0;
let shows = false;
let typing = false;

/** @param {PhoneState} ui @param {Shown} shown */
export function ring(ui, shown) {
  const mine = shown.me?.parts ?? [];
  const offered = mine.flatMap((part) => part.words);
  if (!offered.length && (chosen.length || shows)) forget(ui);
  const said = mine.map(({ instruction }) => shown.say(instruction)).filter(Boolean).join(' ');
  const marked = mine.some(({ id }) => !shown.parts.find((part) => part.id === id)?.rest);
  return frame(head(ui, shown, { instruction: said || undefined, turn: offered.length > 0 }), {
    top: [lostTexts(ui), marked ? html`<p class="strong">${ui.t('part.mine', { part: mine.map(({ id }) => title(shown, id)).join(' · ') })}</p>` : nothing, others(ui, shown)],
    box: offered.length ? words(ui, shown, offered) : nothing,
    rest: [mine.map((part) => prompts(ui, shown, part)), goOn(ui, shown), handOn(ui, shown), keeps(ui, shown), listeners(ui, shown), foot(ui, shown)],
  });
}

/** @param {Shown} shown @param {string} id */
function title(shown, id) {
  return shown.say(shown.parts.find((part) => part.id === id)?.title);
}

/** Who has which part, and what others show. @param {PhoneState} ui @param {Shown} shown */
function others(ui, shown) {
  const held = shown.parts.filter(({ holders }) => holders.some((seat) => seat !== shown.me?.seat));
  const said = [...shown.words].filter(([seat]) => seat !== shown.me?.seat);
  return html`${held.length ? html`<ul class="part-list">${held.map((part) => html`<li><span class="quiet">${shown.say(part.title)}</span> <strong>${part.holders.map(shown.called).join(', ')}</strong></li>`)}</ul>` : nothing}
    ${said.map(([seat, list]) => html`<div class="panel" role="status"><p class="quiet">${ui.t('part.says', { name: shown.called(seat) })}</p>
      <p class="said-words">${list.map((word) => html`<strong>${shown.say(word)}</strong> `)}</p></div>`)}`;
}

/** What the part asks and says, to its holder alone. @param {PhoneState} ui @param {Shown} shown @param {import('../../types.js').OwnPart} part */
function prompts(ui, shown, part) {
  if (!part.questions.length && !shown.say(part.hint)) return nothing;
  return html`<section class="stack tight">
    ${part.questions.length ? html`<ul class="asked part-asks">${part.questions.map((one) => html`<li>${shown.say(one)}</li>`)}</ul>
      <p class="lock">${icon('lock')}<span>${ui.t('part.only_you')}</span></p>` : nothing}
    ${shown.say(part.hint) ? html`<p class="part-hint">${shown.say(part.hint)}</p>` : nothing}</section>`;
}

/** Words to tap, one of one's own, and whether all see them. @param {PhoneState} ui @param {Shown} shown @param {import('../../types.js').Both[]} offered */
function words(ui, shown, offered) {
  const every = [...offered.map((_, at) => at), ...typed];
  const name = (/** @type {number | string} */ word) => (typeof word === 'number' ? shown.say(offered[word]) : word);
  const toggle = (/** @type {number | string} */ word) => () => {
    if (chosen.includes(word)) chosen = chosen.filter((one) => one !== word);
    else if (chosen.length < MOST) chosen = [...chosen, word];
    tell(ui);
  };
  /** @param {SubmitEvent} event */
  const add = (event) => {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('word') ?? '').trim();
    if (!text || lengthOf(text) > LONGEST) return;
    if (!typed.includes(text)) typed = [...typed, text];
    if (!chosen.includes(text) && chosen.length < MOST) chosen = [...chosen, text];
    typing = false;
    tell(ui);
    // The form is gone: the keyboard goes on with the word that it made.
    requestAnimationFrame(() => /** @type {HTMLElement | undefined} */ ([...document.querySelectorAll('.word-pick')].filter((pick) => !pick.matches('.is-other')).at(-1))?.focus());
  };
  const open = () => {
    typing = true;
    ui.context.redraw();
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.getElementById('own-word'))?.focus());
  };
  const full = chosen.length >= MOST;
  return html`<section class="stack"><div class="word-picks" role="group" aria-label=${ui.t('part.words')}>
      ${every.map((word) => html`<button type="button" class="chip word-pick" aria-pressed=${chosen.includes(word) ? 'true' : 'false'}
        ?disabled=${full && !chosen.includes(word)} @click=${toggle(word)}>${name(word)}</button>`)}
      ${typing || full ? nothing : html`<button type="button" class="chip word-pick is-other" @click=${open}>+ ${ui.t('part.other_word')}</button>`}</div>
    ${typing ? html`<form class="stack tight" @submit=${add}><label class="label" for="own-word">${ui.t('part.own_word')}</label>
      <input class="input" id="own-word" name="word" data-most=${LONGEST} autocomplete="off" enterkeyhint="done"><button type="submit" class="button">${ui.t('part.add_word')}</button></form>` : nothing}
    ${full ? html`<p class="small quiet" role="status">${ui.t('part.most', { n: MOST })}</p>` : nothing}
    <button type="button" class="word-switch" role="switch" aria-checked=${shows ? 'true' : 'false'} @click=${() => { shows = !shows; tell(ui); }}>
      <span><strong>${ui.t('part.show')}</strong><span class="quiet">${ui.t(!shows ? 'part.nobody_sees' : 'part.all_see', { n: chosen.length })}</span></span><span class="switch" aria-hidden="true"></span></button>
    <p class="lock">${icon('lock')}<span>${ui.t('part.not_kept')}</span></p></section>`;
}

/** Send what all are to see; what is not shown never leaves this page. @param {PhoneState} ui */
function tell(ui) {
  ui.context.emit.words(shows ? chosen : []);
  ui.context.redraw();
}

/** @param {PhoneState} ui */
function forget(ui) {
  chosen = [];
  typed = [];
  shows = typing = false;
  ui.context.emit.words([]);
}

/** To the next round or back, for who may lead. @param {PhoneState} ui @param {Shown} shown */
function goOn(ui, shown) {
  if (!shown.me?.can.includes('round')) return nothing;
  const to = (/** @type {number} */ at) => shown.rounds[at];
  const go = (/** @type {string} */ round) => () => {
    if (performance.now() < held) return;
    held = performance.now() + HOLD;
    ui.context.emit('round', { to: round });
  };
  const next = to(shown.index + 1);
  const before = shown.index > 0 ? to(shown.index - 1) : undefined;
  return html`<div class="stack tight">
    ${next ? html`<button type="button" class="button main wide" @click=${go(next.id)}>${ui.t('part.next', { round: shown.say(next.title) })}</button>` : html`<p class="quiet">${ui.t('part.last')}</p>`}
    ${before ? html`<button type="button" class="button wide" @click=${go(before.id)}>${ui.t('part.back', { round: shown.say(before.title) })}</button>` : nothing}</div>`;
}

/** Hand one's part to somebody else, or give it back. @param {PhoneState} ui @param {Shown} shown */
function handOn(ui, shown) {
  return (shown.me?.parts ?? []).filter(({ can }) => can.length).map(({ id, can }) => html`<details class="part-hand"><summary class="link">${ui.t('part.hand', { part: title(shown, id) })}</summary>
    <ul class="chips">${can.includes('hand') ? shown.people.filter(({ role, id: seat }) => role === 'participant' && seat !== shown.me?.seat).map((person) => html`<li><button type="button" class="chip"
      @click=${() => ui.context.emit('hand', { part: id, seat: person.id })}>${shown.called(person.id)}</button></li>`) : nothing}
      <li><button type="button" class="chip" @click=${() => ui.context.emit('hand', { part: id, seat: shown.me?.seat, on: false })}>${ui.t('part.give_back')}</button></li></ul></details>`);
}

/** That nothing is kept. @param {PhoneState} ui @param {Shown} shown */
export function keeps(ui, shown) {
  return shown.method?.keep === 'nothing' ? html`<p class="lock">${icon('lock')}<span>${ui.t('keep.nothing')}</span></p>` : nothing;
}

/** The parts at the beginning: who has which, and taking one. @param {PhoneState} ui @param {Shown} shown */
export function welcome(ui, shown) {
  const parts = shown.parts.filter((part) => !part.rest);
  const mine = shown.me?.parts ?? [];
  return html`<section class="panel stack tight"><h2 class="strong">${ui.t('part.who')}</h2><ul class="part-list">${parts.map((part) => {
    const own = mine.find(({ id }) => id === part.id);
    return html`<li><span class="quiet">${shown.say(part.title)}</span>
      <strong>${part.holders.length ? part.holders.map((seat) => (seat === shown.me?.seat ? ui.t('part.you') : shown.called(seat))).join(', ') : ui.t('part.nobody')}</strong>
      ${!own && part.can.includes('take') ? html`<button type="button" class="button" aria-label=${`${ui.t('part.take')}: ${shown.say(part.title)}`}
        @click=${() => ui.context.emit('hand', { part: part.id, seat: shown.me?.seat })}>${ui.t('part.take')}</button>` : nothing}</li>
      ${own && shown.say(own.say) ? html`<li class="quiet">${shown.say(own.say)}</li>` : nothing}`;
  })}</ul></section>${handOn(ui, shown)}${keeps(ui, shown)}`;
}
