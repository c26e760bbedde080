/** Joining: the code of three words (or the QR code's secret), then an optional name, then the participant's page. */
import { html, live, nothing } from '../../lib/lit-html.js';
import { dayAndTime, dayWords, readCode, unchanged, whatIsWrong } from '../text.js';
import { codeField, langSwitch } from './door-code.js';
import { fetchAhead, fetchAheadSoon, look as lookUp, secretOf } from './join/look.js';
import { mark } from './mark.js';
import { at } from '../sync/keys.js';

/** @typedef {import('../types.js').Context} Context */
/** @typedef {{ board: string, title: string, venue: string, method: any, heading?: import('../types.js').Both, role: string, lang?: string, leader?: string, rehearsal?: boolean, pitch?: import('../types.js').Both, keep?: string, expires?: number, day?: number, ahead?: boolean }} Door */

/** @param {Context} context */
export function start(context) {
  const { t, say, redraw, keys } = context;
  /** @type {{ secret: Record<string, string>, code: string, wrong: string, door: Door | null, name: string, remote: boolean, busy: boolean, looking: boolean, waits: boolean, again: boolean, entered: string }} */
  const state = { secret: {}, code: '', wrong: '', door: null, name: '', remote: false, busy: false, looking: false, waits: false, again: false, entered: '' };
  let asked = 0; // look-ups begun: only the last one counts

  /** @param {boolean} on */
  function waits(on) {
    state.waits = on;
    redraw();
  }

  /**
   * Note the way in and what was typed in this entry of the tab's history, so that a reload has both again: an entry's
   * state stands in no address, no list and no request.
   */
  function note() {
    const { secret, code, name, remote, entered } = state;
    try {
      history.replaceState({ ...history.state, door: { secret, code, name, remote, entered } }, '');
    } catch {
      // A browser allows only so many in a while: the next one is noted.
    }
  }

  /** @param {Partial<typeof state>} change what was typed or chosen */
  function type(change) {
    Object.assign(state, change);
    note();
    redraw();
  }

  /** @param {Record<string, string>} secret */
  async function look(secret) {
    const number = ++asked;
    state.secret = secret;
    note();
    const still = () => number === asked;
    state.looking = true;
    state.wrong = '';
    redraw();
    try {
      const door = await lookUp(secret, { waits, still });
      if (!still()) return;
      await context.followLang(door.lang);
      state.door = door;
      state.wrong = '';
      fetchAheadSoon();
    } catch (error) {
      if (!still()) return;
      const reason = /** @type {any} */ (error).reason ?? 'unknown';
      if (reason === 'no_door') {
        Object.assign(state, { secret: {}, door: null });
        note();
      }
      // A whole address in the field was pasted; without one the link came from a QR code.
      state.wrong = !secret.join ? whatIsWrong(t, secret.code, /** @type {any} */ (error))
        : t(reason === 'no_door' ? (state.code ? 'error.no_door_link' : 'error.no_door_qr') : `error.${reason}`);
    }
    state.looking = false;
    redraw();
    setTimeout(() => document.getElementById(state.door ? 'heading' : 'code')?.focus(), 40);
  }

  async function enter() {
    const door = state.door;
    if (!door || state.busy) return;
    state.busy = true;
    state.wrong = '';
    redraw();
    try {
      const { callPatiently } = await context.api();
      const body = { ...state.secret, name: state.name.trim(), remote: state.remote };
      const joined = callPatiently('/api/join', { body }, { waits, still: () => true });
      void fetchAhead();
      const answer = await joined;
      keys.keep(answer.board, 'participant', answer.token, { title: door.title, method: methodName(door), venue: door.venue, lang: door.lang });
      // Who comes back here is led in again, also when the code has been renewed since.
      state.entered = answer.board;
      type({ name: '', remote: false });
      location.assign(keys.pageAddress('/b/', answer.board, 'participant', answer.token));
    } catch (error) {
      state.wrong = t(`error.${/** @type {any} */ (error).reason ?? 'unknown'}`);
      state.busy = false;
      redraw();
    }
  }

  /** @param {Door} door */
  async function toCalendar(door) {
    try {
      const { downloadInvitation } = await context.api();
      await downloadInvitation(state.secret, { title: titleOf(door), lang: context.lang() });
    } catch (error) {
      context.toast(t(`error.${/** @type {any} */ (error).reason ?? 'unknown'}`));
    }
  }

  /** The method's name, whether the server sends both languages or one text. @param {Door} door */
  function methodName(door) {
    const method = door.method?.title ?? door.method;
    return typeof method === 'string' ? method : say(method);
  }

  /** The heading as it was typed; the method's own, where nobody changed it, in the reader's language. @param {Pick<Door, 'title' | 'heading'>} door */
  function titleOf(door) {
    const own = unchanged(door.title, door.heading);
    return own ? say(own) : door.title;
  }

  function knock() {
    const read = readCode(state.code);
    if ('wrong' in read) {
      state.wrong = t(read.wrong);
      redraw();
    } else void look(read);
  }

  function readFragment() {
    const found = keys.takeFragment();
    const secret = secretOf(found);
    const left = history.state?.door;
    if (secret) {
      if (secret.code) state.code = secret.code.replaceAll('-', ' ');
      void look(secret);
    } else if (left) {
      Object.assign(state, left);
      if (!entered() && (left.secret.join || left.secret.code)) void look(left.secret);
    }
  }
  readFragment();
  window.addEventListener('hashchange', readFragment);
  // The page as it was left, with its button still busy.
  window.addEventListener('pageshow', ({ persisted }) => {
    state.busy &&= !persisted;
    redraw();
  });

  function byCode() {
    return html`<h1 id="heading" tabindex="-1">${t('join.title')}</h1><p class="quiet">${t('join.hint')}</p>
      ${codeField({ t, code: state.code, wrong: state.wrong, busy: state.looking, onInput: (code) => type({ code, wrong: '' }), onGo: knock })}
      ${patience()}<p class="small quiet">${t('join.elsewhere')}</p>`;
  }

  /** Says that the page waits and tries again by itself. The element is always there, so that it is read aloud. */
  function patience() {
    return html`<div role="status">${state.waits ? html`<p class="banner">${t('join.waits')}</p>` : nothing}</div>`;
  }

  /** @param {Door} door */
  function known(door) {
    const listens = door.role === 'listener';
    const expires = door.keep === 'programme' ? t('join.forgets') : door.expires ? t('join.expires', { day: dayWords(door.expires, { lang: context.lang() }) }) : '';
    return html`<div class="knock"><p class="over">${[methodName(door), door.venue].filter(Boolean).join(' · ')}</p>
        <h1 id="heading" tabindex="-1">${titleOf(door)}</h1></div>
      ${door.day ? html`<div class="panel stack"><p><strong>${t('ahead.day', { day: dayAndTime(door.day, { lang: context.lang() }) })}</strong></p>
        ${door.pitch ? html`<p>${say(door.pitch)}</p>` : nothing}${door.ahead && !listens ? html`<p>${t('join.ahead')}</p>` : nothing}
        <p><button type="button" class="button" @click=${() => void toCalendar(door)}>${t('ahead.calendar')}</button></p></div>` : nothing}
      ${door.leader && door.keep !== 'programme' ? html`<p class="quiet">${t(`join.leader_${door.leader}`)}</p>` : nothing}
      ${door.rehearsal ? html`<p class="banner">${t('join.rehearsal')}</p>` : nothing}
      ${listens ? html`<p class="banner">${t('join.listens')}</p>` : nothing}
      <form class="stack" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void enter(); }}>
        <div class="field"><label for="name">${t('join.name')}</label>
          <input class="input" id="name" data-most="40" autocomplete="nickname" enterkeyhint="go" placeholder=${t('join.name_hint')} .value=${live(state.name)} @input=${(/** @type {any} */ event) => type({ name: event.target.value })}></div>
        <fieldset><legend class="label">${t(door.day ? 'join.where_ahead' : 'join.where')}</legend><div class="segments">
          <label><input type="radio" name="remote" .checked=${live(!state.remote)} @change=${() => type({ remote: false })}><span>${t(door.day ? 'join.room_ahead' : 'join.room')}</span></label>
          <label><input type="radio" name="remote" .checked=${live(state.remote)} @change=${() => type({ remote: true })}><span>${t('join.home')}</span></label></div></fieldset>
        <div role="alert">${state.wrong ? html`<p class="wrong">${state.wrong}</p>` : nothing}</div>
        ${patience()}
        <button class="button main big wide" type="submit" ?disabled=${state.busy}>${t(state.busy ? 'join.busy' : 'join.go')}</button>
        <p class="small quiet">${door.keep === 'nothing' ? t('join.keeps_nothing') : html`${t(listens ? 'join.trust_listen' : 'join.trust')} ${expires}`}
          ${listens ? nothing : t('join.server')} <a href=${at(`/about/data-protection?lang=${context.lang()}`)}>${t('about.data-protection')}</a></p>
      </form>`;
  }

  /** Somebody else on this device joins anew. */
  function another() {
    Object.assign(state, { again: true, entered: '' });
    if (!state.door && (state.secret.join || state.secret.code)) void look(state.secret);
    redraw();
  }

  /** The workshop that was entered from this page, as this browser remembers it. */
  function entered() {
    const known = keys.workshops()[state.entered];
    return known && keys.token(state.entered, 'participant') && !state.again ? known : null;
  }

  /** This browser has already joined: return as the same person with one tap. @param {Pick<Door, 'board' | 'title' | 'heading'>} door @param {string} name */
  function back(door, name) {
    return html`<div class="knock"><p class="over">${name}</p><h1 id="heading" tabindex="-1">${titleOf(door)}</h1></div>
      <p>${t('join.already')}</p>
      <a class="button main big wide" href=${at(`/b/${door.board}`)}>${t('join.back')}</a>
      <button type="button" class="button wide" @click=${another}>${t('join.another')}</button>`;
  }

  function page() {
    const door = state.door;
    const left = door ? null : entered();
    const inside = left ? back({ board: state.entered, title: left.title }, left.method ?? '') : !door ? (state.looking && !state.code ? html`${state.waits ? nothing : html`<p class="quiet" role="status">${t('phone.loading')}</p>`}${patience()}` : byCode())
      : keys.token(door.board, 'participant') && !state.again ? back(door, methodName(door)) : known(door);
    return html`<div class="narrow"><header class="bar"><a class="brand" href=${at('/')}>${mark()}Tavle</a>${langSwitch(context)}</header>
      <main class="middle">${inside}</main></div>`;
  }

  return { render: page };
}
