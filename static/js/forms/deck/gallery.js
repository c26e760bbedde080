/**
 * The gallery: all cards face up in rows, in the order of their spots, so that none moves. Who took one stands at its
 * foot; a joker that its writer has not told about lies face down. Where they cannot all be read, one part of them is
 * large under an overview of all.
 */
import { html } from '../../../lib/lit-html.js';
import { initial } from '../../notes/look.js';
import { begin } from '../drawing.js';
import { strip, stripHeight } from '../strip.js';
import { galleryCards, galleryParts } from './cards.js';
import { FOOT, PAD, galleryRows } from './rows.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('./cards.js').Card} Card */
/** @typedef {import('../drawing.js').Drawing} Drawing */

/** @param {Space} space @returns {Plan} */
export function planGallery(space) {
  const made = begin(space);
  const { shown, sheet, picture, height } = made;
  const cards = galleryCards(shown, sheet.id);
  const all = galleryParts(shown, sheet.id);
  const parts = all.length > 1 ? all : [];
  const named = parts.find((part) => part.id === picture.part);
  const whole = named ? null : lay(made, cards, 0);
  if (whole && (whole.fits || !parts.length)) return draw(made, cards, whole);
  const holder = shown.turns.get('all')?.holder ?? '';
  const part = named ?? parts.find((one) => holder && one.cards.some(({ seat }) => seat === holder)) ?? parts[0];
  strip(made, parts.map(({ id, cards }, at) => ({ id, number: at + 1, lanes: [cards.flatMap(({ note }) => note ?? [])] })), part.id);
  const top = stripHeight(made) + made.floor * 0.8;
  return { ...draw(made, part.cards, lay(made, part.cards, top)), height, walking: { part: part.id, parts: parts.map(({ id, title }) => ({ id, title })) } };
}

/** Places for these cards below `top`, and for a joker to come. @param {Drawing} made @param {Card[]} cards @param {number} top */
function lay({ shown, width, height, floor, rows }, cards, top) {
  const names = shown.ring.filter((seat) => shown.seat(seat)).map((seat) => shown.called(seat));
  const back = shown.t('deck.joker_of', { name: names.reduce((long, name) => (name.length > long.length ? name : long), '') });
  const laid = galleryRows({ cards: cards.map(({ text, note }) => ({ text, joker: !note || note.lane === 'jokers' })), back, people: names.length, width, height: height - top, floor, rows });
  return { ...laid, places: laid.places.map((place) => ({ ...place, y: place.y + top })) };
}

/** @param {Drawing} made @param {Card[]} cards @param {import('./rows.js').Laid} laid @returns {Plan} */
function draw(made, cards, { size, places }) {
  const { shown, height, floor } = made;
  const holder = shown.turns.get('all')?.holder ?? '';
  // The place of the invitation is kept when it is gone: nothing moves with the round.
  const invites = shown.board?.scene === 'gallery';
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
