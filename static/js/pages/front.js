/**
 * The front page: joining with a code, choosing a workshop by the question that it answers, starting or rehearsing it, and
 * the workshops that this browser has tokens of.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { DATES } from '../text.js';
import { codeField, joinByCode, langSwitch } from './door-code.js';
import { choosing } from './front/choosing.js';
import { KIND, programmes } from './front/programmes.js';
import { mark } from './mark.js';
import { at } from '../sync/keys.js';

/** @typedef {import('../types.js').Context} Context */
/** @typedef {import('./front/choosing.js').Card} Card */

const ABOUT = ['data-protection', 'accessibility', 'it', 'threat-model'];
/** How many of the own workshops stand there at once. */
const MINE = 3;

/** @param {Context} context */
export function start(context) {
  /** @type {{ cards: Card[] | null, failed: string, code: string, wrong: string }} */
  const state = { cards: null, failed: '', code: '', wrong: '' };
  const { t, say, redraw } = context;
  const choose = choosing(context);
  const own = programmes(context);

  async function fetchCards() {
    try {
      const [{ call }] = await Promise.all([context.api(), choose.ready()]);
      const answer = await call('/api/methods');
      state.cards = Array.isArray(answer) ? answer : answer.methods;
      state.failed = '';
    } catch (error) {
      state.failed = /** @type {any} */ (error).reason ?? 'unknown';
    }
    redraw();
  }
  void fetchCards();

  async function knock() {
    state.wrong = await joinByCode(context, state.code);
    redraw();
    if (state.wrong) document.getElementById('code')?.focus();
  }

  function page() {
    return html`<div class="front">
      <header class="front-head"><a class="brand" href=${at('/')}>${mark()}Tavle</a>${langSwitch(context)}
        <section class="door" aria-labelledby="door"><h2 id="door">${t('front.join')}</h2>
          ${codeField({ t, code: state.code, wrong: state.wrong, onInput: (code) => { state.code = code; state.wrong = ''; redraw(); }, onGo: knock })}</section></header>
      <main class="front-main">
        ${own.mine().length && state.cards ? own.section(state.cards) : nothing}
        ${mine()}
        <section class="questions" aria-labelledby="heading"><div class="front-asked"><h1 id="heading" tabindex="-1">${t('front.title')}</h1>
          <p class="lead">${t('front.lead')}</p></div>${methods()}</section>
        ${!own.mine().length && state.cards ? own.section(state.cards) : nothing}
      </main>
      <footer class="foot">${ABOUT.map((name) => html`<a href=${at(`/about/${name}?lang=${context.lang()}`)}>${t(`about.${name}`)}</a>`)}</footer>
    </div>`;
  }

  function methods() {
    if (state.failed) return html`<div class="banner warn"><span>${t(`error.${state.failed}`)}</span><button class="button" type="button" @click=${fetchCards}>${t('front.again')}</button></div>`;
    if (!state.cards) return html`<p class="quiet">${t('phone.loading')}</p>`;
    return choose.list(state.cards);
  }

  function mine() {
    const kept = Object.entries(context.keys.workshops()).filter(([, { keep, tokens }]) => keep !== KIND || !tokens.facilitator).sort(([, a], [, b]) => b.seen_at - a.seen_at).map(item);
    if (!kept.length) return nothing;
    return html`<section class="mine" aria-labelledby="mine"><h2 id="mine">${t('front.mine')}</h2><ul class="mine-list">${kept.slice(0, MINE)}</ul>
      ${kept.length > MINE ? html`<details><summary class="link">${t('front.mine_more', { n: kept.length - MINE })}</summary>
        <ul class="mine-list">${kept.slice(MINE)}</ul></details>` : nothing}</section>`;
  }

  /** One of the own workshops. @param {[string, import('../sync/keys.js').Kept]} entry */
  function item([board, known]) {
    const title = known.title || t('front.untitled');
    const seen = t('front.seen', { day: new Intl.DateTimeFormat(DATES[context.lang()], { day: 'numeric', month: 'long' }).format(known.seen_at) });
    return html`<li class="panel mine-item">
      <div><p class="quiet small strong">${[titleOf(known.method), known.venue].filter(Boolean).join(' · ')}</p><h3>${title}</h3>
        <p class="quiet small">${seen}</p></div>
      <div class="ways">
        ${known.tokens.facilitator ? html`<a class="button" href=${at(`/console/${board}`)}>${t('front.console')}</a>` : nothing}
        ${known.tokens.wall ? html`<a class="button" href=${at(`/wall/${board}`)}>${t('front.wall')}</a>` : nothing}
        ${known.tokens.participant ? html`<a class="button" href=${at(`/b/${board}`)}>${t('front.part')}</a>` : nothing}
        <button type="button" class="link" aria-label=${t('front.forget_this', { title })} @click=${() => forget(board, Boolean(known.tokens.facilitator))}>${t('front.forget')}</button>
      </div></li>`;
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

  return { render: page };
}
