/**
 * The table from above: people as they sit, the stack, the card that lies open, and the piles of those that are done with.
 * Who sits where, who has the floor and which card is open are read from the records.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { BOLD, begin } from '../drawing.js';
import { initial } from '../../notes/look.js';
import { inOrder } from '../parts.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../notes/measure.js').Rect} Rect */
/** @typedef {'top' | 'right' | 'bottom' | 'left'} Side */
/** @typedef {{seat: string, side: Side, state: '' | 'now' | 'next', line: string, box: Rect, size: number}} Place */

/** The font sizes of the open card, px at a height of 1080 px. */
const CARD = { most: 64, least: 30 };
/** Sizes in em of the smallest type. */
const DISC = 2.6;
const SIDE = 10.4;

/** @param {Space} space @param {Note[]} notes @returns {Plan} */
export function planTable(space, notes) {
  const made = begin(space);
  const { shown, width, height, floor } = made;
  // Before the first round the table is empty, and people come in below it.
  const early = shown.board?.scene === 'welcome';
  const seats = early ? [] : shown.ring.filter((seat) => shown.seat(seat));
  const turn = shown.turns.get('all');
  const row = floor * (seats.length ? 4.4 : 0.3);
  const beside = early ? width * 0.14 : seats.length > 3 ? floor * SIDE : floor * 2;
  const table = { x: beside, y: row, w: width - 2 * beside, h: height - 2 * row };
  made.back.push(svg`<rect class="deck-table" x=${table.x} y=${table.y} width=${table.w} height=${table.h} rx=${Math.min(table.h / 2, table.w / 4)}></rect>`);
  const places = seatPlaces(made, seats, turn, table, row);
  for (const place of places) drawSeat(made, place);
  if (turn?.holder && turn.queue[0]) arrow(made, places);
  if (early) {
    const h = Math.min(table.h * 0.62, floor * 7);
    for (const off of shown.deck?.left ? [2, 1, 0] : []) {
      made.back.push(svg`<rect class="deck-card-back" x=${width / 2 - h * 0.75 + off * floor * 0.2} y=${height / 2 - h / 2 + off * floor * 0.2} width=${h * 1.5} height=${h} rx=${h * 0.08}></rect>`);
    }
    return made.done(height);
  }
  const side = Math.min(floor * 11, table.w * 0.18);
  const inner = { x: table.x + table.w * 0.035, y: table.y, w: table.w * 0.93, h: table.h };
  stack(made, { x: inner.x, y: table.y, w: side, h: table.h });
  piles(made, notes, { x: inner.x + inner.w - side, y: table.y, w: side, h: table.h });
  const middle = { x: inner.x + side + floor, y: table.y + floor, w: inner.w - 2 * side - 2 * floor, h: table.h - 2 * floor };
  const open = notes.find((note) => note.id === shown.deck?.card);
  if (open) card(made, open, middle);
  else quiet(made, middle, turn?.holder ?? '', turn?.queue[0] ?? '');
  return made.done(height);
}

/** How many sit at each side, beginning at the top left: clockwise. @param {number} count @returns {Record<Side, number>} */
function sides(count) {
  const ends = count < 4 ? 0 : 1;
  const top = Math.ceil((count - 2 * ends) / 2);
  return { top, right: ends, bottom: count - 2 * ends - top, left: ends };
}

/** @param {ReturnType<typeof begin>} made @param {string[]} seats @param {import('../../types.js').Turn | undefined} turn @param {Rect} table @param {number} row @returns {Place[]} */
function seatPlaces(made, seats, turn, table, row) {
  const { shown, width, height, floor, measure } = made;
  const { t } = shown;
  const many = sides(seats.length);
  const next = turn?.holder ? turn.queue[0] : '';
  const reach = { x: table.x * 0.4, w: width - table.x * 0.8 };
  const most = Math.max(many.top, many.bottom, 1);
  const room = reach.w / most;
  const em = Math.max(floor * 0.62, Math.min(floor * 1.18, room / 7.2));
  let at = 0;
  /** @type {Place[]} */
  const found = [];
  for (const side of /** @type {Side[]} */ (['top', 'right', 'bottom', 'left'])) {
    for (let nth = 0; nth < many[side]; nth += 1) {
      const seat = seats[at];
      at += 1;
      const state = seat === turn?.holder ? 'now' : seat === next ? 'next' : turn && !turn.holder && seat === turn.queue[0] ? 'next' : '';
      const drawn = Boolean(shown.deck?.card);
      const line = state === 'now' ? t(turn?.free ? 'deck.is_free' : drawn ? 'deck.drew' : 'deck.draws') : state === 'next' ? t(turn?.holder ? 'deck.then' : 'deck.begins')
        : shown.seat(seat)?.remote ? t('wall.from_home') : '';
      const upright = side === 'left' || side === 'right';
      const words = Math.max(measure(shown.called(seat)) * em * BOLD, measure(line) * floor);
      const w = upright ? table.x - floor * 0.6 : Math.min(room - floor * 0.4, DISC * em + floor * 0.6 + words + floor * 0.3);
      const h = upright ? floor * 7 : row - floor * 0.4;
      const middle = reach.x + (side === 'bottom' ? many.bottom - nth - 0.5 : nth + 0.5) * (reach.w / many[side]);
      const x = side === 'left' ? floor * 0.3 : side === 'right' ? width - w - floor * 0.3 : middle - w / 2;
      const y = side === 'top' ? 0 : side === 'bottom' ? height - h : height / 2 - h / 2;
      found.push({ seat, side, state, line, box: { x, y, w, h }, size: em });
    }
  }
  return found;
}

/** @param {ReturnType<typeof begin>} made @param {Place} place */
function drawSeat({ frame, shown, floor }, { seat, side, state, line, box, size }) {
  const name = shown.called(seat);
  const away = shown.here.size > 0 && !shown.here.has(seat) && !shown.seat(seat)?.hosted;
  frame(`seat:${seat}`, box, size, html`<div class=${`deck-seat at deck-${side} ${state ? `is-${state}` : ''} ${away ? 'is-away' : ''}`} data-box="seat:${seat}">
    <span class="deck-disc" aria-hidden="true">${initial(name)}</span>
    <p><strong>${name}</strong>${line ? html`<small data-least=${floor}>${line}</small>` : nothing}</p></div>`);
}

/** From who has the floor to who is next, where they sit side by side: past others it would strike out their names. @param {ReturnType<typeof begin>} made @param {Place[]} places */
function arrow({ back, floor }, places) {
  const from = places.find(({ state }) => state === 'now');
  const to = places.find(({ state }) => state === 'next');
  if (!from || !to || places[(places.indexOf(from) + 1) % places.length] !== to) return;
  const [a, b] = [leaving(from), reaching(to)];
  const gap = floor * 0.5;
  const bent = from.side !== to.side;
  const across = from.side === 'top' || from.side === 'bottom';
  const via = across ? { x: b.x, y: a.y } : { x: a.x, y: b.y };
  if (!bent && Math.hypot(b.x - a.x, b.y - a.y) < gap * 2.4) return;
  const bend = bent ? via : a;
  const long = Math.hypot(b.x - bend.x, b.y - bend.y) || 1;
  const [ux, uy] = [(b.x - bend.x) / long, (b.y - bend.y) / long];
  const tip = { x: b.x - ux * gap, y: b.y - uy * gap };
  const head = floor * 0.5;
  back.push(svg`<path class="deck-arrow" d=${`M${a.x} ${a.y}${bent ? `Q${via.x} ${via.y} ` : 'L'}${tip.x} ${tip.y}`}></path>
    <path class="deck-arrow" d=${`M${tip.x - (ux + uy * 0.8) * head} ${tip.y - (uy - ux * 0.8) * head}L${tip.x} ${tip.y}L${tip.x - (ux - uy * 0.8) * head} ${tip.y - (uy + ux * 0.8) * head}`}></path>`);
}

/** Where the arrow leaves a seat, clockwise. @param {Place} place */
function leaving({ side, box: { x, y, w, h } }) {
  return { top: { x: x + w + 6, y: y + h / 2 }, right: { x: x + w / 2, y: y + h + 4 }, bottom: { x: x - 6, y: y + h / 2 }, left: { x: x + w / 2, y: y - 4 } }[side];
}

/** Where it comes to one. @param {Place} place */
function reaching({ side, box: { x, y, w, h } }) {
  return { top: { x, y: y + h / 2 }, right: { x: x + w / 2, y }, bottom: { x: x + w, y: y + h / 2 }, left: { x: x + w / 2, y: y + h } }[side];
}

/** What lies face down. @param {ReturnType<typeof begin>} made @param {Rect} room */
function stack({ shown, frame, floor }, room) {
  const { t, deck } = shown;
  const left = deck?.left ?? 0;
  const h = Math.min(room.h, floor * 10);
  frame('pile:stack', { ...room, y: room.y + room.h / 2 - h / 2, h }, floor, html`<div class="deck-pile at" data-box="pile:stack">
    ${left ? html`<span class=${`deck-back ${left > 1 ? 'is-more' : ''} ${left > 4 ? 'is-many' : ''}`} aria-hidden="true"></span>
      <p><strong>${t('deck.cards', { n: left })}</strong><br>${t('deck.face_down')}</p>`
    : html`<span class="deck-back is-empty" aria-hidden="true"></span><p>${deck?.title.da ? t('deck.empty') : t('deck.no_theme')}</p>`}</div>`);
}

/** What was talked about, and what was put aside. @param {ReturnType<typeof begin>} made @param {Note[]} notes @param {Rect} room */
function piles({ shown, frame, floor }, notes, room) {
  const talked = notes.filter((note) => note.lane === 'talked').sort(inOrder);
  const aside = notes.filter((note) => note.lane === 'skipped').length;
  const last = talked.at(-1);
  if (!last && !aside) return;
  const { t } = shown;
  const h = Math.min(room.h, floor * 10.6);
  frame('pile:talked', { ...room, y: room.y + room.h / 2 - h / 2, h }, floor, html`<div class="deck-pile at" data-box="pile:talked">
    ${last ? html`<span class=${`deck-last ${talked.length > 1 ? 'is-more' : ''}`} dir="auto">${last.text}</span>` : html`<span class="deck-back is-empty" aria-hidden="true"></span>`}
    <p>${last ? html`<strong>${t('deck.cards', { n: talked.length })}</strong> ${t('deck.talked')}` : nothing}${last && aside ? html`<br>` : nothing}${aside ? t('deck.aside', { n: aside }) : nothing}</p></div>`);
}

/** The open card, as large as its text can be. @param {ReturnType<typeof begin>} made @param {Note} note @param {Rect} room */
function card({ boxes, order, rows, floor }, note, room) {
  const unit = floor / 22;
  let size = CARD.most * unit;
  const pad = (/** @type {number} */ em) => em * 1.1;
  while (size > CARD.least * unit && rows(note.text, room.w - 2 * pad(size), size) * size * 1.14 > room.h - 2 * pad(size)) size -= 2 * unit;
  boxes.set(note.id, { ...room, size, ids: [note.id], look: 'deck-card is-open' });
  order.push(note);
}

/** Nothing lies open: who draws. @param {ReturnType<typeof begin>} made @param {Rect} room @param {string} holder @param {string} first */
function quiet({ shown, frame, floor, picture }, room, holder, first) {
  const who = holder || first;
  if (!who || picture.quiet) return;
  const words = shown.deck?.left ? shown.t('deck.draws_now', { name: shown.called(who) }) : shown.t('deck.all_drawn');
  frame('deck:quiet', room, floor * 1.9, html`<p class="deck-quiet at" data-box="deck:quiet">${words}</p>`);
}
