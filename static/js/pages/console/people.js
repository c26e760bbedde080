/** The list of people: who is connected, in which group, and actions on each. It never shows how much somebody wrote. */
import { html, nothing } from '../../../lib/lit-html.js';
import { askForScribe } from './pad.js';
import { partWords } from './parts.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Seat} Seat */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** @param {ConsoleState} ui @param {Shown} shown */
export function peoplePanel(ui, shown) {
  const { t } = shown;
  const people = shown.people.filter((seat) => seat.role !== 'facilitator');
  const count = (/** @type {(seat: Seat) => boolean} */ which) => people.filter(which).length;
  const sums = [
    [count((seat) => seat.hosted), 'console.hosted_n'], [count((seat) => seat.remote), 'console.from_home_n'], [count((seat) => seat.role === 'listener'), 'console.listeners_n'],
    [count((seat) => seat.role === 'scribe'), 'console.scribes_n'],
  ].filter(([n]) => Number(n) > 0).map(([n, key]) => t(String(key), { n: Number(n) }));
  return html`<div class="people">
    <div class="people-head"><h2>${t('console.participants', { n: shown.progress.present })}</h2><p>${sums.map((sum, at) => html`${at ? ' · ' : ''}<span>${sum}</span>`)}</p></div>
    ${many(shown)}
    ${askForScribe(ui, shown)}
    ${people.length ? html`<ul>${inOrder(people, shown).map((seat) => row(ui, shown, seat))}</ul>`
      : html`<p class="quiet">${t('console.nobody')}</p>`}
    ${shown.awaited.length ? html`<section class="awaited"><h3>${t('console.awaited', { n: shown.awaited.length })}</h3><p class="small quiet">${t('console.awaited_so')}</p>
      <ul>${shown.awaited.map((seat) => row(ui, shown, seat))}</ul></section>` : nothing}
    ${shown.board?.closed ? nothing : html`<button type="button" class="button wide"
      @click=${() => ui.set({ dialog: 'host' })}>${t('console.add_person')}</button>`}
  </div>`;
}

/** More people than the method is made for, and what that does to the time. @param {Shown} shown */
function many({ t, method, progress, more }) {
  const [least, most] = method?.people ?? [0, Infinity];
  if (progress.present <= most) return nothing;
  return html`<p class="small quiet" role="status">${t(more ? 'console.many_minutes' : 'console.many', { n: more, people: progress.present, least, most })}</p>`;
}

/** Sorted by the queue if there is one. @param {Seat[]} people @param {Shown} shown */
function inOrder(people, shown) {
  const turn = shown.turns.get('all');
  if (!turn) return people;
  const order = [...turn.done, turn.holder, ...turn.queue, ...turn.absent];
  const rank = (/** @type {Seat} */ seat) => (order.includes(seat.id) ? order.indexOf(seat.id) : 9999);
  return [...people].sort((a, b) => rank(a) - rank(b) || a.number - b.number);
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Seat} seat */
function row(ui, shown, seat) {
  const { t } = shown;
  const state = stateOf(seat, shown);
  const here = shown.here.has(seat.id) || seat.hosted;
  const words = [...partWords(shown, seat), state.words, seat.remote ? t('console.from_home') : '', seat.hosted ? t('console.hosted') : '', seat.leads ? t('console.leads') : '',
    here ? '' : t('console.not_here')].filter(Boolean);
  const said = html`<span class=${`dot dot-${state.dot}`} aria-hidden="true"></span>
    <span class="person-name">${shown.called(seat.id)}</span>
    <span class="person-words">${words.join(' · ')}</span>`;
  const look = `person ${here ? '' : 'is-away'}`;
  // After closing there is nothing to do for anybody.
  if (shown.board?.closed) return html`<li><div class=${look}>${said}</div></li>`;
  return html`<li><button type="button" class=${look} @click=${() => ui.set({ dialog: 'person', seat: seat.id, extra: null })}>${said}</button></li>`;
}

/** @param {Seat} seat @param {Shown} shown @returns {{dot: string, words: string}} */
function stateOf(seat, shown) {
  const { t } = shown;
  if (seat.role === 'listener') return { dot: 'quiet', words: t('console.listens') };
  if (seat.role === 'scribe') return { dot: 'quiet', words: t('console.scribe') };
  const turn = shown.turns.get('all') ?? shown.turns.get(seat.group);
  if (turn) {
    if (turn.holder === seat.id) return { dot: 'now', words: t('console.turn.now') };
    if (turn.done.includes(seat.id)) return { dot: 'done', words: t('console.turn.done') };
    if (turn.absent.includes(seat.id)) return { dot: 'quiet', words: t('console.turn.absent') };
    if (turn.later.includes(seat.id)) return { dot: 'waits', words: t('console.turn.later') };
    if (turn.queue[0] === seat.id) return { dot: 'next', words: t('console.turn.next') };
    return { dot: 'waits', words: '' };
  }
  if (seat.ready !== undefined) return seat.ready ? { dot: 'done', words: t('console.ready') } : { dot: 'waits', words: '' };
  return { dot: 'plain', words: '' };
}
