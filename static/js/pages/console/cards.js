/**
 * Cards on the console: choosing and sorting them, how people sit, the card that is talked about, and who took which.
 * What may be done is read from the records.
 */
import { html, nothing, repeat } from '../../../lib/lit-html.js';
import { freeCards } from '../../forms/deck/cards.js';
import { initial } from '../ring.js';
import { choice } from './choice.js';
import { clockTime, nextInTurn, nextRound, offers } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const WORDS = /** @type {const} */ (['first', 'last', 'out']);

/** The theme, and its cards with the words that order them. @param {ConsoleState} ui @param {Shown} shown */
export function prepareBox(ui, shown) {
  const { t, prepare } = shown;
  if (!prepare) return nothing;
  const about = prepare.cards.filter((card) => card.about === 'leadership' && card.word !== 'out').map((card) => card.id);
  return html`<section class="box"><h2 class="box-kicker">${t('console.deck.theme')}</h2>
    <ul class="chips">${prepare.themes.map(({ id, title }) => html`<li><button type="button" class="chip" aria-pressed=${String(id === prepare.deck)}
      @click=${() => ui.emit('deck', { deck: id })}>${shown.say(title)}</button></li>`)}</ul>
    ${prepare.deck ? nothing : html`<p class="small quiet">${t('console.deck.choose')}</p>`}
    ${offers(shown, 'leadership') ? html`<p class="banner"><span>${t('console.deck.leadership', { n: about.length })}</span>
      <button type="button" class="button" @click=${() => ui.emit('sort', { cards: about, word: 'out' })}>${t('console.deck.take_out')}</button></p>` : nothing}
  </section>
  ${prepare.cards.length ? html`<section class="box"><h2 class="box-kicker">${t('console.deck.sort')} · ${t('console.deck.left', { n: shown.deck?.left ?? 0 })}</h2>
    <p class="small quiet">${t('console.deck.sort_hint')}</p>
    <ul class="deck-sort">${repeat(prepare.cards, (card) => card.id, (card) => html`<li class=${card.word === 'out' ? 'is-out' : ''}>
      <p lang=${shown.lang}>${shown.say(card.text)}${card.about ? html`<small>${t('console.deck.about')}</small>` : nothing}</p>
      <div class="chips" role="group" aria-label=${shown.say(card.text)}>${WORDS.map((word) => html`<button type="button" class="chip" aria-pressed=${String(card.word === word)}
        @click=${() => ui.emit('sort', { cards: [card.id], word: card.word === word ? '' : word })}>${t(`console.deck.${word}`)}</button>`)}</div></li>`)}</ul>
  </section>` : nothing}`;
}

/** People as they sit: tap one, then the one that they follow; or drag. @param {ConsoleState} ui @param {Shown} shown */
export function ringBox(ui, shown) {
  const { t, ring } = shown;
  if (!shown.seating || ring.length < 3 || !offers(shown, 'ring')) return nothing;
  const { moving } = ui.state;
  const put = (/** @type {string} */ seat, /** @type {string} */ after) => {
    if (seat && seat !== after) ui.emit('ring', { seat, after });
    ui.set({ moving: '' });
  };
  const tap = (/** @type {string} */ seat) => {
    if (moving && moving !== seat) put(moving, seat);
    else ui.set({ moving: moving === seat ? '' : seat });
  };
  return html`<section class="box"><h2 class="box-kicker">${t('console.ring.title')}</h2>
    <p class="small quiet" role="status">${moving ? t('console.ring.moving', { name: shown.called(moving) }) : t('console.ring.hint')}</p>
    <ol class="ring-list">${repeat(ring, (seat) => seat, (seat) => html`<li draggable="true"
        @dragstart=${(/** @type {DragEvent} */ event) => { event.dataTransfer?.setData('text/plain', seat); ui.set({ moving: seat }); }}
        @dragover=${(/** @type {DragEvent} */ event) => event.preventDefault()}
        @drop=${(/** @type {DragEvent} */ event) => { event.preventDefault(); put(event.dataTransfer?.getData('text/plain') ?? '', seat); }}
        @dragend=${() => ui.set({ moving: '' })}>
      <button type="button" class="chip" aria-pressed=${String(moving === seat)} aria-label=${moving && moving !== seat ? t('console.ring.after', { name: shown.called(moving), other: shown.called(seat) }) : nothing}
        @click=${() => tap(seat)}>${shown.called(seat)}${shown.seat(seat)?.remote ? html` <small>${t('wall.from_home')}</small>` : nothing}</button></li>`)}</ol>
    ${moving && ring[0] !== moving ? html`<button type="button" class="button" @click=${() => put(moving, '')}>${t('console.ring.first', { name: shown.called(moving) })}</button>` : nothing}
  </section>`;
}

/** The card that is talked about, and what comes next; nothing goes on by itself. @param {ConsoleState} ui @param {Shown} shown */
export function cardBox(ui, shown) {
  const { t, deck } = shown;
  const turn = shown.turns.get('all');
  if (!turn?.endless || !deck) return nothing;
  const card = shown.note(deck.card);
  const holder = turn.holder || turn.queue[0] || '';
  const next = turn.queue[turn.holder ? 0 : 1];
  const act = (/** @type {string} */ what, /** @type {string} */ seat) => () => ui.emit('turn', { act: what, seat });
  const can = (/** @type {string} */ name) => deck.can.includes(name);
  // Until everybody may speak, that is what comes next: a tap on the next card would take this one from the talk.
  const main = card ? html`${turn.free ? nothing : html`<button type="button" class="button main big" @click=${() => ui.emit('free')}>${t('console.card.free')}</button>`}
      <button type="button" class=${`button turn-next ${turn.free ? 'main big' : ''}`} @click=${() => nextInTurn(ui, turn)}>${t('console.card.next', { name: shown.called(next ?? holder) })}<kbd aria-hidden="true">→</kbd></button>`
    : can('draw') && deck.left && holder ? html`<button type="button" class="button" @click=${() => ui.emit('draw')}>${t('console.card.draw', { name: shown.called(holder) })}</button>` : nothing;
  return html`<section class="box turn-box">
    <div class="turn-now">${holder ? html`<span class="disc" aria-hidden="true">${initial(shown.called(holder))}</span>
      <p class="turn-who"><span class="box-kicker">${t(turn.free ? 'console.card.free' : turn.holder ? 'console.turn.has_word' : 'deck.begins')}</span><strong>${shown.called(holder)}</strong></p>` : nothing}</div>
    ${card ? html`<p class="card-now" dir="auto">${card.text}</p>` : html`<p class="quiet">${t(deck.left ? 'console.card.none' : 'console.card.stack_empty')}</p>`}
    <div class="acts">${main}${card && can('skip') ? html`<button type="button" class="button" @click=${() => ui.emit('skip')}>${t('console.card.skip')}</button>` : nothing}</div>
    <div class="acts">${turn.holder ? html`<button type="button" class="button" @click=${act('absent', turn.holder)}>${t('console.turn.is_absent')}</button>` : nothing}</div>
    ${turn.queue.length + turn.absent.length > 1 ? html`<div class="queue"><span class="box-kicker">${t('console.turn.give_to')}</span><ul class="chips">${[...turn.queue, ...turn.absent].map((id) => html`<li><button
      type="button" class="chip" @click=${act('give', id)}>${shown.called(id)}${turn.absent.includes(id) ? html` <small>${t('console.turn.absent')}</small>` : nothing}</button></li>`)}</ul></div>` : nothing}
    <p class="small quiet">${t('console.deck.left', { n: deck.left })}</p>
  </section>
  ${offers(shown, 'turn_rest') ? rest(ui, shown, deck.rest_at) : nothing}`;
}

/** The offer to turn the rest, when its time has come. @param {ConsoleState} ui @param {Shown} shown @param {number} at */
function rest(ui, shown, at) {
  const { t } = shown;
  if (at > shown.now()) return html`<p class="small quiet">${t('console.card.rest_soon', { time: clockTime(at, shown) })}</p>`;
  return html`<p class="banner" role="status"><span>${t('console.card.rest')}</span>
    <button type="button" class="button main" @click=${() => nextRound(ui, shown)}>${t('console.card.turn_rest')}</button></p>`;
}

/** Who took a card; for somebody without a phone one is taken here. @param {ConsoleState} ui @param {Shown} shown */
export function claimsBox(ui, shown) {
  const { t } = shown;
  if (shown.board?.scene !== 'gallery') return nothing;
  const people = shown.ring.filter((seat) => shown.seat(seat));
  const hosted = people.filter((seat) => shown.seat(seat)?.hosted);
  const lying = freeCards(shown, shown.deck?.sheet ?? '');
  const took = people.filter((seat) => shown.claims.has(seat));
  return html`<section class="box"><h2 class="box-kicker">${t('wall.took', { n: took.length, all: people.length })}</h2>
    ${took.length ? html`<ul class="plain-list">${took.map((seat) => {
      const { note = '', joker = false } = shown.claims.get(seat) ?? {};
      return html`<li><strong>${shown.called(seat)}</strong>: <span dir="auto">${joker ? t('console.claims.joker') : shown.note(note)?.text ?? ''}</span></li>`;
    })}</ul>` : html`<p class="small quiet">${t('console.claims.nobody')}</p>`}
    ${hosted.map((seat) => choice(ui, shown, {
      id: `claim ${seat}`, label: t('console.claims.for', { name: shown.called(seat) }), options: lying.map(({ id, text }) => ({ id, title: text })), now: '',
      go: (note) => { if (note) ui.emit('claim', { note, on: true, as: seat }); }, does: t('console.claims.take'),
    }))}
  </section>`;
}
