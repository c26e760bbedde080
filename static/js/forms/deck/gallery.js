/**
 * The gallery: all cards face up in rows, in the order of their spots, so that none moves. Who took one stands at its
 * foot; a joker that its writer has not told about lies face down.
 */
import { html } from '../../../lib/lit-html.js';
import { BOLD, begin } from '../drawing.js';
import { initial } from '../../notes/look.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {{id: string, text: string, note?: Note, seat: string, back: boolean}} Card  `back`: it lies face down */

/** Font sizes of cards, px at a height of 1080 px. */
const SIZE = { most: 36, least: 22 };
const LINE = 1.18;
/** The margins of a card, and the height of the name at its foot, em. */
const PAD = 0.72;
const FOOT = 1.75;

/** @param {Space} space @param {Note[]} notes @returns {Plan} */
export function planGallery(space, notes) {
  const made = begin(space);
  const { shown, width, height, floor, rows } = made;
  const unit = floor / 22;
  const holder = shown.turns.get('all')?.holder ?? '';
  const cards = cardsOf(shown, notes);
  const invites = shown.board?.scene === 'gallery';
  // The place of the invitation is kept when it is gone: nothing moves with the round.
  const count = cards.length + 1;
  const gap = floor * 0.75;
  const { size, across, w, h } = fitted();
  cards.forEach((card, at) => {
    const box = { x: (at % across) * (w + gap), y: Math.floor(at / across) * (h + gap), w, h };
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
      made.frame(`by:${card.seat}`, { x: box.x + PAD * size, y: box.y + h - tall - PAD * size * 0.6, w: w - 2 * PAD * size, h: tall }, Math.max(floor, size * 0.8), html`<p
        class=${`deck-by at ${card.back ? 'is-back' : ''}`} data-box="by:${card.seat}"><span class="deck-disc" aria-hidden="true">${initial(shown.called(card.seat))}</span><strong>${shown.called(card.seat)}</strong></p>`);
    }
  });
  if (invites) {
    const at = cards.length;
    made.frame('deck:joker', { x: (at % across) * (w + gap), y: Math.floor(at / across) * (h + gap), w, h }, size, html`<div class="deck-invite at" data-box="deck:joker">
      <strong>${shown.t('deck.joker')}</strong><span>${shown.t('deck.joker_hint')}</span></div>`);
  }
  return made.done(height);

  /** The number of columns in which the type is largest; below the smallest size cards may be cut, and none is left out. */
  function fitted() {
    /** @type {{size: number, across: number, w: number, h: number} | null} */
    let best = null;
    const least = Math.ceil(Math.sqrt(count * 0.8));
    for (let columns = Math.max(2, Math.min(least, count)); columns <= Math.max(3, Math.min(count, 9)); columns += 1) {
      const down = Math.ceil(count / columns);
      const [cw, ch] = [(width - gap * (columns - 1)) / columns, (height - gap * (down - 1)) / down];
      for (let em = SIZE.most * unit; em >= SIZE.least * unit - 0.01; em -= unit) {
        if (best && em <= best.size) break;
        const room = ch - PAD * em * 1.7 - Math.max(FOOT * em, floor * 1.9);
        if (cards.every(({ text }) => rows(text, cw - 2 * PAD * em, em, BOLD) * LINE * em <= room)) {
          best = { size: em, across: columns, w: cw, h: Math.min(ch, floor * 12) };
          break;
        }
      }
    }
    const across = Math.max(2, Math.ceil(Math.sqrt(count * 1.6)));
    return best ?? { size: SIZE.least * unit, across, w: (width - gap * (across - 1)) / across, h: (height - gap * (Math.ceil(count / across) - 1)) / Math.ceil(count / across) };
  }
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
