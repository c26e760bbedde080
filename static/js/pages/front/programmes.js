/** The front page's section about programmes: those that this browser leads, and the beginning of a new one. */
import { html, live, nothing } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { at } from '../../sync/keys.js';

/** @typedef {import('../../types.js').Context} Context */
/** @typedef {import('./choosing.js').Card} Card */

export const KIND = 'programme';

/** @param {Context} context */
export function programmes(context) {
  const { t, say, redraw } = context;
  /** @type {{ method: string, title: string, venue: string, key: string, busy: boolean, problem: string, needKey: boolean, open: boolean }} */
  const state = { method: '', title: '', venue: '', key: '', busy: false, problem: '', needKey: false, open: false };
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) state.busy = false;
    redraw();
  });

  /** @param {Card} card */
  async function begin(card) {
    if (state.busy) return;
    Object.assign(state, { busy: true, problem: '' });
    redraw();
    const about = { title: state.title.trim() || say(card.heading), venue: state.venue.trim(), lang: context.lang() };
    try {
      const { call } = await context.api();
      const made = await call('/api/workshops', { body: { method: card.id, ...about, ...(state.key.trim() ? { key: state.key.trim() } : {}) } });
      const kept = { ...about, method: card.id, keep: KIND };
      context.keys.keep(made.board, 'facilitator', made.token, kept);
      if (made.wall) context.keys.keep(made.board, 'wall', made.wall, kept);
      location.assign(context.keys.pageAddress('/console/', made.board, 'facilitator', made.token));
    } catch (error) {
      const reason = /** @type {any} */ (error).reason ?? 'unknown';
      state.needKey ||= reason === 'need_key' || reason === 'wrong_key';
      Object.assign(state, { busy: false, problem: `error.${reason}` });
      redraw();
    }
  }

  /** Those that this browser leads, the last one first. */
  function mine() {
    return context.keys.programmes();
  }

  /** The choice where the house has method files of its own; what the chosen one is for is said above. @param {Card[]} kinds @param {Card} card */
  function which(kinds, card) {
    return html`<div class="field"><label for="programme-method">${t('programme.which')}</label>
      <select class="input" id="programme-method" @change=${(/** @type {any} */ event) => { state.method = event.target.value; redraw(); }}>
        ${kinds.map(({ id, title }) => html`<option value=${id} .selected=${id === card.id}>${say(title)}</option>`)}</select></div>`;
  }

  /** @param {Card[]} cards */
  function section(cards) {
    const kinds = cards.filter(({ kind }) => kind === KIND);
    const card = kinds.find(({ id }) => id === state.method) ?? kinds[0];
    if (!card) return nothing;
    const own = mine();
    const set = (/** @type {'title' | 'venue' | 'key'} */ name) => (/** @type {any} */ event) => { state[name] = event.target.value; redraw(); };
    const field = (/** @type {'title' | 'venue' | 'key'} */ name, /** @type {string} */ label, most = 80) => html`<div class="field"><label for=${`programme-${name}`}>${label}</label>
      <input class="input" id=${`programme-${name}`} data-most=${most} autocomplete="off" .value=${live(state[name])} @input=${set(name)}></div>`;
    return html`<section class="programmes" aria-labelledby="programmes"><div class="front-asked"><h2 id="programmes">${t('front.programmes')}</h2><p class="lead">${say(card.pitch)}</p></div>
      ${own.length ? html`<ul class="mine-list">${own.map(({ id, title }) => html`<li><a class="panel programme-item" href=${at(`/console/${id}`)}><bdi lang=${tongue(title, { board: null, lang: context.lang() })}>${title || t('front.untitled')}</bdi></a></li>`)}</ul>` : nothing}
      <details class="fold" ?open=${state.open} @toggle=${(/** @type {any} */ event) => { state.open = event.target.open; }}><summary>${t('front.programme_new')}</summary>
        <form class="stack programme-form" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void begin(card); }}>
          ${kinds.length > 1 ? which(kinds, card) : nothing}
          ${card.before.length ? html`<ul class="before">${card.before.map((text) => html`<li>${say(text)}</li>`)}</ul>` : nothing}
          ${field('title', t('programme.about_what'), 160)}${field('venue', t('start.venue'))}${state.needKey ? field('key', t('start.key'), 80) : nothing}
          <div role="alert">${state.problem ? html`<p class="wrong">${t(state.problem)}</p>` : nothing}</div>
          <button class="button main big" type="submit" ?disabled=${state.busy}>${t(state.busy ? 'start.busy' : 'programme.start')}</button></form></details></section>`;
  }

  return { section, mine };
}
