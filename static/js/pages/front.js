/**
 * The front page: what Tavle is, joining with a code, starting a workshop in two taps, and the workshops that this
 * browser has tokens of.
 */
import { classMap, html, live, nothing, ref } from '../../lib/lit-html.js';
import { DATES } from '../text.js';
import { codeField, joinByCode, langSwitch } from './door-code.js';
import { openModal } from './modal.js';
import { mark } from './mark.js';
import { at } from '../sync/keys.js';

/** @typedef {import('../types.js').Context} Context */
/** @typedef {import('../types.js').Both} Both */
/**
 * A card of GET /api/methods.
 * @typedef {{ id: string, title: Both, pitch: Both, people: [number, number], minutes: number, leader: 'part'|'listen'|'told',
 *   leader_question: Both, leader_part: Both, leader_listen: Both, leader_told: Both, heading: Both,
 *   sheets: import('../forms/form.js').CardSheet[], rounds: any[] }} Card
 */

const ANSWERS = /** @type {const} */ (['part', 'listen', 'told']);
const ABOUT = ['data-protection', 'accessibility', 'it', 'threat-model'];

/** @param {Context} context */
export function start(context) {
  /** @type {{ cards: Card[] | null, failed: string, code: string, wrong: string, chosen: Card | null, form: any, busy: boolean, problem: string, needKey: boolean }} */
  const state = { cards: null, failed: '', code: '', wrong: '', chosen: null, form: {}, busy: false, problem: '', needKey: false };
  const { t, say, redraw } = context;

  /** A sheet's form; the forms are imported while the cards are fetched. @type {typeof import('../forms/index.js').formOf} */
  let formOf = () => null;

  async function fetchCards() {
    try {
      const [{ call }, forms] = await Promise.all([context.api(), import('../forms/index.js')]);
      ({ formOf } = forms);
      const answer = await call('/api/methods');
      state.cards = Array.isArray(answer) ? answer : answer.methods;
      state.failed = '';
    } catch (error) {
      state.failed = /** @type {any} */ (error).reason ?? 'unknown';
    }
    redraw();
  }
  void fetchCards();

  /** @param {Card} card */
  function choose(card) {
    const line = card.sheets.find((sheet) => formOf(sheet)?.years);
    state.chosen = card;
    state.problem = '';
    state.needKey = false;
    state.form = { title: say(card.heading), venue: '', years: line ? line.back || 10 : 0, leader: card.leader, key: '' };
    redraw();
  }

  /** Begin a rehearsal; where a key is needed, ask for it first. @param {Card} card @param {string} key */
  async function rehearse(card, key) {
    if (state.busy) return;
    state.busy = true;
    state.problem = '';
    redraw();
    const body = { method: card.id, lang: context.lang(), rehearsal: true, ...(key ? { key } : {}) };
    try {
      const { call } = await context.api();
      const made = await call('/api/workshops', { body });
      context.keys.keepHere(made.board, 'facilitator', made.token);
      location.assign(context.keys.pageAddress('/console/', made.board, 'facilitator', made.token));
    } catch (error) {
      const reason = /** @type {any} */ (error).reason ?? 'unknown';
      state.busy = false;
      if (reason === 'need_key' || reason === 'wrong_key') {
        if (!state.chosen) choose(card);
        state.form = { ...state.form, rehearsal: true };
        state.needKey = true;
        setTimeout(() => document.getElementById('key')?.focus(), 60);
      }
      if (state.chosen) state.problem = `error.${reason}`;
      else context.toast(t(`error.${reason}`));
      redraw();
    }
  }

  async function begin() {
    const { chosen, form } = state;
    if (!chosen || state.busy) return;
    if (form.rehearsal) return void rehearse(chosen, form.key.trim());
    state.busy = true;
    state.problem = '';
    redraw();
    const year = new Date().getFullYear();
    const body = {
      method: chosen.id, title: form.title.trim() || say(chosen.heading), venue: form.venue.trim(), leader: form.leader, lang: context.lang(),
      ...(form.years ? { from: year - form.years, to: year } : {}),
      ...(form.key.trim() ? { key: form.key.trim() } : {}),
    };
    try {
      const { call } = await context.api();
      const made = await call('/api/workshops', { body });
      const about = { title: body.title, method: say(chosen.title), venue: body.venue, lang: body.lang };
      context.keys.keep(made.board, 'facilitator', made.token, about);
      if (made.wall) context.keys.keep(made.board, 'wall', made.wall, about);
      location.assign(context.keys.pageAddress('/console/', made.board, 'facilitator', made.token));
    } catch (error) {
      const reason = /** @type {any} */ (error).reason ?? 'unknown';
      state.needKey ||= reason === 'need_key' || reason === 'wrong_key';
      state.problem = `error.${reason}`;
      state.busy = false;
      redraw();
      if (state.needKey) setTimeout(() => document.getElementById('key')?.focus(), 60);
    }
  }

  async function knock() {
    state.wrong = await joinByCode(context, state.code);
    redraw();
    if (state.wrong) document.getElementById('code')?.focus();
  }

  function page() {
    return html`<div class="front">
      <header class="bar"><a class="brand" href=${at('/')}>${mark()}Tavle</a>${langSwitch(context)}</header>
      <main class="front-main">
        <section class="hero" aria-labelledby="what">
          <div><h1 id="what">${t('front.title')}</h1><p class="lead">${t('front.lead')}</p></div>
          <div class="door"><h2>${t('front.join')}</h2>
            ${codeField({ t, code: state.code, wrong: state.wrong, onInput: (code) => { state.code = code; state.wrong = ''; redraw(); }, onGo: knock })}</div>
        </section>
        ${mine()}
        <section aria-labelledby="methods"><h2 id="methods">${t('front.start')}</h2>${methods()}
          <p class="quiet small rehearse-what">${t('front.rehearse_what')}</p></section>
      </main>
      <footer class="foot">${ABOUT.map((name) => html`<a href=${at(`/about/${name}?lang=${context.lang()}`)}>${t(`about.${name}`)}</a>`)}</footer>
    </div>${state.chosen ? sheet(state.chosen) : nothing}`;
  }

  function methods() {
    if (state.failed) return html`<div class="banner warn"><span>${t(`error.${state.failed}`)}</span><button class="button" type="button" @click=${fetchCards}>${t('front.again')}</button></div>`;
    if (!state.cards) return html`<p class="quiet">${t('phone.loading')}</p>`;
    return html`<ul class="methods">${state.cards.map((card) => html`<li class="method-card">
      <button type="button" class="method" @click=${() => choose(card)}>
        <span class="art" aria-hidden="true">${art(card)}</span>
        <span class="told"><span class="name">${say(card.title)}</span><span>${say(card.pitch)}</span>
          <span class="facts"><span>${t('front.people', { from: card.people[0], to: card.people[1] })}</span><span>${duration(card.minutes)}</span></span></span>
      </button>
      <button type="button" class="link rehearse" aria-label=${t('front.rehearse_this', { method: say(card.title) })}
        @click=${() => rehearse(card, '')}>${t('front.rehearse')}</button></li>`)}</ul>`;
  }

  /** The drawing of the method's most characteristic sheet. @param {Card} card */
  function art(card) {
    const drawn = card.sheets.map((sheet) => ({ sheet, form: formOf(sheet) }))
      .reduce((most, one) => ((one.form?.telling ?? 0) > (most.form?.telling ?? 0) ? one : most));
    return html`<svg viewBox="0 0 320 176" focusable="false">${drawn.form?.art(drawn.sheet) ?? nothing}</svg>`;
  }

  /** @param {number} minutes */
  function duration(minutes) {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return [hours ? t('front.hours', { n: hours }) : '', rest ? t('front.minutes', { n: rest }) : ''].filter(Boolean).join(' ');
  }

  function mine() {
    const kept = Object.entries(context.keys.workshops()).sort(([, a], [, b]) => b.seen_at - a.seen_at);
    if (!kept.length) return nothing;
    return html`<section aria-labelledby="mine"><h2 id="mine">${t('front.mine')}</h2><ul class="mine-list">${kept.map(([board, known]) => html`<li class="panel mine-item">
      <div><p class="quiet small strong">${[titleOf(known.method), known.venue].filter(Boolean).join(' · ')}</p><h3>${known.title || t('front.untitled')}</h3>
        <p class="quiet small">${t('front.seen', { day: new Intl.DateTimeFormat(DATES[context.lang()], { day: 'numeric', month: 'long' }).format(known.seen_at) })}</p></div>
      <div class="ways">
        ${known.tokens.facilitator ? html`<a class="button" href=${at(`/console/${board}`)}>${t('front.console')}</a>` : nothing}
        ${known.tokens.wall ? html`<a class="button" href=${at(`/wall/${board}`)}>${t('front.wall')}</a>` : nothing}
        ${known.tokens.participant ? html`<a class="button" href=${at(`/b/${board}`)}>${t('front.part')}</a>` : nothing}
        <button type="button" class="link" aria-label=${t('front.forget_this', { title: known.title || t('front.untitled') })} @click=${() => forget(board, Boolean(known.tokens.facilitator))}>${t('front.forget')}</button>
      </div></li>`)}</ul></section>`;
  }

  /** A method's name; what is stored may be its id. @param {string} kept */
  function titleOf(kept) {
    const card = state.cards?.find((each) => each.id === kept);
    return card ? say(card.title) : kept;
  }

  /** @param {string} board @param {boolean} leads */
  function forget(board, leads) {
    if (leads && !confirm(t('front.forget_sure'))) return;
    context.forget(board);
    redraw();
  }

  /** @param {Card} card */
  function sheet(card) {
    const { form } = state;
    const set = (/** @type {string} */ name, /** @type {any} */ value) => { form[name] = value; redraw(); };
    const close = () => {
      state.chosen = null;
      // Closing the dialog returns the focus to the card; removing the element would not.
      /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog[open]'))?.close();
      redraw();
    };
    const year = new Date().getFullYear();
    return html`<dialog ${ref(openModal)} aria-labelledby="dialog-title" @close=${() => { if (state.chosen) close(); }} @click=${(/** @type {any} */ event) => { if (event.target === event.currentTarget) close(); }}>
      <form @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void begin(); }}>
        <div><p class="quiet strong small">${t(form.rehearsal ? 'rehearsal.name' : 'start.over')}</p><h1 id="dialog-title" tabindex="-1" autofocus>${say(card.title)}</h1></div>
        ${form.rehearsal ? html`<p>${t('front.rehearse_what')}</p>` : html`<div class="field"><label for="title">${t('start.title')}</label>
          <textarea class="input" id="title" rows="2" maxlength="160" .value=${live(form.title)} @input=${(/** @type {any} */ event) => set('title', event.target.value)}></textarea></div>
        <div class="field"><label for="venue">${t('start.venue')}</label>
          <input class="input" id="venue" maxlength="80" autocomplete="organization" placeholder=${t('start.venue_hint')} .value=${live(form.venue)} @input=${(/** @type {any} */ event) => set('venue', event.target.value)}></div>
        ${form.years ? html`<div class="field"><span class="label" id="years-label">${t('start.years')}</span>
          <div class="stepper years" role="group" aria-labelledby="years-label">
            <button type="button" aria-label=${t('start.fewer')} ?disabled=${form.years <= 2} @click=${() => set('years', form.years - 1)}>−</button>
            <output aria-live="polite">${year - form.years}–${year}</output>
            <button type="button" aria-label=${t('start.more')} ?disabled=${form.years >= 60} @click=${() => set('years', form.years + 1)}>+</button></div></div>` : nothing}
        <fieldset class="stack"><legend class="label">${say(card.leader_question)}</legend><div class="choices">${ANSWERS.map((answer) => html`
          <label class="choice"><input type="radio" name="leader" .checked=${live(form.leader === answer)} @change=${() => set('leader', answer)}>
            <span class="what">${t(`leader.${answer}`)}</span>${form.leader === answer ? html`<span class="so">${say(card[`leader_${answer}`])}</span>` : nothing}</label>`)}</div></fieldset>`}
        ${state.needKey ? html`<div class="field"><label for="key">${t('start.key')}</label>
          <p class="wrong" id="key-wrong" role="alert">${state.problem ? t(state.problem) : nothing}</p>
          <input class="input" id="key" aria-describedby="key-wrong" autocomplete="off" autocapitalize="off" spellcheck="false" .value=${live(form.key)} @input=${(/** @type {any} */ event) => set('key', event.target.value)}>
          <p class="hint">${t('start.key_hint')}</p></div>` : nothing}
        <div role="alert">${state.problem && !state.needKey ? html`<p class="wrong">${t(state.problem)}</p>` : nothing}</div>
        <div class="start-acts"><button class=${classMap({ button: true, main: true, big: true })} type="submit" ?disabled=${state.busy}>${t(state.busy ? 'start.busy' : form.rehearsal ? 'front.rehearse' : 'start.go')}</button>
          <button class="button plain" type="button" @click=${close}>${t('note.close')}</button></div>
      </form></dialog>`;
  }

  return { render: page };
}
