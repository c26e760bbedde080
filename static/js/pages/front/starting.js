/** The chosen workshop on the front page: when it is the right one, what to see to beforehand, and its two ways to begin. */
import { html, live, nothing } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { PLANNED } from '../../sync/keys.js';

/** @typedef {import('../../types.js').Context} Context */
/** @typedef {import('./choosing.js').Card} Card */
/** @typedef {{ art: unknown, time: string, back?: number }} About `back`: years before now where its line begins, if it has one */

const ANSWERS = /** @type {const} */ (['part', 'listen', 'told']);
const YEARS = { least: 2, most: 60, usual: 10 };

/** @param {Context} context */
export function starting(context) {
  const { t, say, redraw } = context;
  /** @type {{ card: Card | null, form: any, key: string, busy: '' | 'start' | 'rehearse', last: 'start' | 'rehearse', problem: string, needKey: boolean }} */
  const state = { card: null, form: {}, key: '', busy: '', last: 'start', problem: '', needKey: false };
  /** What was filled in for each workshop that was looked at. @type {Map<string, any>} */
  const forms = new Map();

  /** The session of a programme that the next workshop is to be, where one came from there. @type {{ board: string, note: string, title: string } | null} */
  let plan = null;
  const [, from] = /#for=([\w-]{8,64})/.exec(location.hash) ?? [];
  const kept = from && context.keys.half(from, PLANNED);
  if (kept) plan = { board: from, ...kept };

  /** It is no longer wanted, or has its workshop. */
  function dropPlan() {
    if (plan) context.keys.keepHalf(plan.board, PLANNED, '');
    plan = null;
    history.replaceState(null, '', location.pathname);
    redraw();
  }

  /** Begin the chosen workshop: for real, or as a rehearsal. Where a key is needed, ask for it. @param {'start' | 'rehearse'} how */
  async function begin(how) {
    const { card, form } = state;
    if (!card || state.busy) return;
    Object.assign(state, { busy: how, last: how, problem: '' });
    redraw();
    const lang = context.lang();
    const year = new Date().getFullYear();
    const real = how === 'start';
    const about = { title: titleOf(card).trim() || say(card.heading), venue: form.venue.trim(), lang };
    const body = {
      method: card.id, ...(real ? { ...about, leader: form.leader } : { lang, rehearsal: true }),
      ...(real && whose(card) ? { programme: whose(card) } : {}), ...(real && form.years ? { from: year - form.years, to: year } : {}), ...(state.key.trim() ? { key: state.key.trim() } : {}),
    };
    try {
      const { call } = await context.api();
      const made = await call('/api/workshops', { body });
      if (real) {
        context.keys.keep(made.board, 'facilitator', made.token, { ...about, method: say(card.title) });
        if (made.wall) context.keys.keep(made.board, 'wall', made.wall, { ...about, method: say(card.title) });
        if (body.programme?.planned) dropPlan();
      } else context.keys.keepUnlisted(made.board, 'facilitator', made.token);
      location.assign(context.keys.pageAddress('/console/', made.board, 'facilitator', made.token));
    } catch (error) {
      const reason = /** @type {any} */ (error).reason ?? 'unknown';
      state.needKey ||= reason === 'need_key' || reason === 'wrong_key';
      Object.assign(state, { busy: '', problem: `error.${reason}` });
      redraw();
      if (state.needKey) setTimeout(() => document.getElementById('key')?.focus(), 60);
    }
  }
  // The page as it was left, with its button still busy.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) state.busy = '';
    redraw();
  });

  /** @param {Card} card @param {About} about */
  function panel(card, about) {
    if (state.card?.id !== card.id) {
      const form = forms.get(card.id) ?? { title: plan?.title ?? null, programme: plan?.board, venue: '', years: about.back === undefined ? 0 : about.back || YEARS.usual, leader: card.leader };
      forms.set(card.id, form);
      Object.assign(state, { card, form, problem: '' });
    }
    const people = t('front.people', { from: card.people[0], to: card.people[1] });
    return html`<section class="panel start" id=${`panel-${card.id}`} aria-labelledby="chosen">
      <span class="art" aria-hidden="true">${about.art}</span>
      <h3 id="chosen">${say(card.title)}</h3>
      <p class="pitch">${say(card.pitch)}</p>
      <p class="facts">${people} · ${about.time}</p>
      <p class="unless">${say(card.unless)}</p>
      <form class="stack" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void begin('start'); }}>
        ${leader(card)}${programme(card)}
        ${card.before.length ? html`<details class="fold"><summary>${t('front.before', { n: card.before.length })}</summary>
          <ul class="before">${card.before.map((text) => html`<li>${say(text)}</li>`)}</ul></details>` : nothing}
        <details class="fold"><summary>${t(state.form.years ? 'front.setup_years' : 'front.setup')}</summary><div class="stack">${fields(card)}</div></details>
        ${state.needKey ? keyField() : nothing}
        <div role="alert">${state.problem && !state.needKey ? html`<p class="wrong">${t(state.problem)}</p>` : nothing}</div>
        <div class="acts"><button class="button main big" type="submit" ?disabled=${Boolean(state.busy)}>${t(state.busy === 'start' ? 'start.busy' : 'start.go')}</button>
          <button class="button big" type="button" aria-describedby="rehearse-what" ?disabled=${Boolean(state.busy)} @click=${() => begin('rehearse')}>${t(state.busy === 'rehearse' ? 'start.busy' : 'front.rehearse')}</button></div>
      </form>
      <p class="quiet small" id="rehearse-what">${t('front.rehearse_what')}</p></section>`;
  }

  /** @param {string} name @param {any} value */
  function set(name, value) {
    state.form[name] = value;
    redraw();
  }

  /** @param {Card} card */
  function leader(card) {
    return html`<fieldset class="leader"><legend class="label">${say(card.leader_question)}</legend>${ANSWERS.map((answer) => html`
      <label class="answer"><input type="radio" name="leader" .checked=${live(state.form.leader === answer)} @change=${() => set('leader', answer)}>
        <span>${t(`leader.${answer}`)}</span></label>`)}
      <p class="so" role="status">${say(card[`leader_${/** @type {'part'|'listen'|'told'} */ (state.form.leader)}`])}</p></fieldset>`;
  }

  /** The programmes of this browser that such a workshop may be started from: those that it can hand something on to (SPEC R42). @param {Card} card */
  function programmes(card) {
    return card.kind === 'programme' || !card.sheets.length ? [] : context.keys.programmes();
  }

  /** The chosen programme with the key to it, or undefined. @param {Card} card */
  function whose(card) {
    const found = programmes(card).find(({ id }) => id === state.form.programme);
    return found && { board: found.id, token: found.token, ...(plan?.board === found.id ? { planned: plan.note } : {}) };
  }

  /** @param {Card} card */
  function programme(card) {
    const known = programmes(card);
    if (!known.length) return nothing;
    return html`<div class="field"><label for="programme">${t('start.programme')}</label>
      <select class="input" id="programme" @change=${(/** @type {any} */ event) => set('programme', event.target.value)}>
        <option value="" .selected=${!whose(card)}>${t('start.programme_none')}</option>
        ${known.map(({ id, title }) => html`<option value=${id} .selected=${id === state.form.programme}>${title || t('start.programme_untitled')}</option>`)}</select>
      <p class="hint">${t('start.programme_hint')}</p></div>`;
  }

  /** The heading as it was typed, else the method's own, in the language of the page. @param {Card} card @returns {string} */
  function titleOf(card) {
    return state.form.title ?? say(card.heading);
  }

  /** @param {Card} card */
  function fields(card) {
    const { form } = state;
    const year = new Date().getFullYear();
    return html`<div class="field"><label for="title">${t('start.title')}</label>
        <textarea class="input" id="title" rows="2" data-most="160" .value=${live(titleOf(card))} @input=${(/** @type {any} */ event) => set('title', event.target.value)}></textarea></div>
      <div class="field"><label for="venue">${t('start.venue')}</label>
        <input class="input" id="venue" data-most="80" autocomplete="organization" placeholder=${t('start.venue_hint')} .value=${live(form.venue)} @input=${(/** @type {any} */ event) => set('venue', event.target.value)}></div>
      ${form.years ? html`<div class="field"><span class="label" id="years-label">${t('start.years')}</span>
        <div class="stepper years" role="group" aria-labelledby="years-label">
          <button type="button" aria-label=${t('start.fewer')} ?disabled=${form.years <= YEARS.least} @click=${() => set('years', form.years - 1)}>−</button>
          <output aria-live="polite">${year - form.years}–${year}</output>
          <button type="button" aria-label=${t('start.more')} ?disabled=${form.years >= YEARS.most} @click=${() => set('years', form.years + 1)}>+</button></div></div>` : nothing}`;
  }

  function keyField() {
    return html`<div class="field"><label for="key">${t('start.key')}</label>
      <p class="wrong" id="key-wrong" role="alert">${state.problem ? t(state.problem) : nothing}</p>
      <input class="input" id="key" aria-describedby="key-wrong" autocomplete="off" autocapitalize="off" spellcheck="false" .value=${live(state.key)}
        @input=${(/** @type {any} */ event) => { state.key = event.target.value; redraw(); }} @keydown=${goOn}>
      <p class="hint">${t('start.key_hint')}</p></div>`;
  }

  /** Enter goes on with what the key was asked for. @param {KeyboardEvent} event */
  function goOn(event) {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    void begin(state.last);
  }

  /** What is being planned, above the list. */
  function planned() {
    if (!plan) return nothing;
    return html`<div class="banner planned"><span>${t('front.planned', { title: '\u0000' }).split('\u0000').map((part, n) => (n ? html`<bdi lang=${tongue(plan?.title ?? '', { board: null, lang: context.lang() })}>${plan?.title}</bdi>${part}` : part))}</span>
      <button type="button" class="button plain" @click=${() => { forms.clear(); state.card = null; dropPlan(); }}>${t('front.planned_not')}</button></div>`;
  }

  return { panel, planned };
}
