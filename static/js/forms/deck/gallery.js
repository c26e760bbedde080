/**
 * The gallery: all cards face up in rows, in the order of their spots, so that none moves. Who took one stands at its
 * foot; a joker that its writer has not told about lies face down.
 */
import { html } from '../../../lib/lit-html.js';
import { initial } from '../../notes/look.js';
import { begin } from '../drawing.js';
import { FOOT, PAD, galleryRows } from './rows.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {{id: string, text: string, note?: Note, seat: string, back: boolean}} Card  `back`: it lies face down */

/** @param {Space} space @param {Note[]} notes @returns {Plan} */
export function planGallery(space, notes) {
  const made = begin(space);
  const { shown, width, height, floor, rows } = made;
  const holder = shown.turns.get('all')?.holder ?? '';
  const cards = cardsOf(shown, notes);
  const invites = shown.board?.scene === 'gallery';
  const names = shown.ring.filter((seat) => shown.seat(seat)).map((seat) => shown.called(seat));
  const back = shown.t('deck.joker_of', { name: names.reduce((long, name) => (name.length > long.length ? name : long), '') });
  // The place of the invitation is kept when it is gone: nothing moves with the round.
  const { size, places } = galleryRows({ cards: cards.map(({ text, note }) => ({ text, joker: !note || note.lane === 'jokers' })), back, people: names.length, width, height, floor, rows });
  cards.forEach((card, at) => {
    const box = places[at];
    const told = card.seat !== '' && card.seat === holder;
    const look = `deck-card ${card.seat ? 'is-taken' : ''} ${told ? 'is-now' : holder ? 'is-quiet' : ''} ${card.note?.lane === 'jokers' ? 'is-joker' : ''}`;
    if (card.note) {
      made.boxes.set(card.note.id, { ...box, size, ids: [card.note.id], look });
      made.order.push(card.note);
    } else {
      made.frame(card.id, box, size, html`<p class=${`deck-hidden at ${look}`} data-box=${card.id}>${shown.t('deck.joker_of', { name: shown.called(card.seat) })}</p>`);
    }
    if (card.seat) {
      const tall = Math.max(FOOT * size, floor * 1.9);
      made.frame(`by:${card.seat}`, { x: box.x + PAD * size, y: box.y + box.h - tall - PAD * size * 0.6, w: box.w - 2 * PAD * size, h: tall }, Math.max(floor, size * 0.8), html`<p
        class=${`deck-by at ${card.back ? 'is-back' : ''}`} data-box="by:${card.seat}"><span class="deck-disc" aria-hidden="true">${initial(shown.called(card.seat))}</span><strong>${shown.called(card.seat)}</strong></p>`);
    }
  });
  if (invites) {
    made.frame('deck:joker', places[cards.length], size, html`<div class="deck-invite at" data-box="deck:joker">
      <strong>${shown.t('deck.joker')}</strong><span>${shown.t('deck.joker_hint')}</span></div>`);
  }
  return made.done(height);
}

/** Cards in the order of their spots, then jokers as their writers sit, whether they lie open or face down. @param {import('../../types.js').Shown} shown @param {Note[]} notes @returns {Card[]} */
function cardsOf(shown, notes) {
  /** @type {Map<string, string>} */
  const by = new Map([...shown.claims].filter(([, { note }]) => note).map(([seat, { note }]) => [note, seat]));
  const sits = (/** @type {string} */ seat) => (shown.ring.includes(seat) ? shown.ring.indexOf(seat) : shown.ring.length);
  const open = notes.map((note) => ({ id: note.id, text: note.text, note, seat: by.get(note.id) ?? '', back: false }));
  const cards = open.filter(({ note }) => note.lane !== 'jokers').sort((a, b) => Number(a.note.spot ?? 0) - Number(b.note.spot ?? 0) || (a.id < b.id ? -1 : 1));
  const jokers = [...open.filter(({ note }) => note.lane === 'jokers'), ...[...shown.claims].filter(([, { note }]) => !note)
    .map(([seat]) => ({ id: `joker:${seat}`, text: shown.t('deck.joker_of', { name: shown.called(seat) }), seat, back: true }))];
  return [...cards, ...jokers.sort((a, b) => sits(a.seat) - sits(b.seat) || (a.id < b.id ? -1 : 1))];
}
