/**
 * Cards on a phone: to draw one and pass it on, to hear about another's, to take one of those that lie open or write one,
 * and to tell about it. No rule may live here: `me.can`, each note's `can`, and the turn say what is to be done.
 */
import { classMap, html, nothing, repeat } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { notesOn } from '../../notes/query.js';
import { box, limitOf, unfold } from './box.js';
import { foot, frame, head, icon, lock, lostTexts } from './frame.js';
import { ownNotes } from './notes.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Turn} Turn */

/** Its style is fetched with it: few workshops have cards. */
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('../../../css/cards.css', import.meta.url).href;
document.head.append(style);

/** Ms after an act before its place on the screen accepts another tap: what comes there is another act. */
const HOLD = 700;
/** Until when, by place. @type {Map<string, number>} */
const held = new Map();

/** @param {PhoneState} ui @param {string} op @param {object} [args] @param {string} [place] of the button; where no act gives way to another, it is the button's own */
function act(ui, op, args, place = '') {
  return () => {
    if (performance.now() < (held.get(place) ?? 0)) return;
    held.set(place, performance.now() + HOLD);
    ui.context.emit(op, args);
  };
}

/** A card as paper. @param {Shown} shown @param {Note} note @param {string} [look] */
function paper(shown, note, look = '') {
  return html`<p class=${`big-card ${look}`} dir="auto" lang=${tongue(note.text, shown)} aria-live="polite"><span>${note.text}</span></p>`;
}

/** While people draw in a ring. @param {PhoneState} ui @param {Shown} shown */
export function draw(ui, shown) {
  const turn = shown.turns.get('all');
  const { me } = shown;
  if (!me) return nothing;
  const open = shown.note(shown.deck?.card ?? '');
  if (me.can.includes('draw')) return toDraw(ui, shown);
  return me.turn === 'holder' ? mine(ui, shown, turn, open) : theirs(ui, shown, turn, open);
}

/** It is mine to draw. @param {PhoneState} ui @param {Shown} shown */
function toDraw(ui, shown) {
  return frame(head(ui, shown, { title: ui.t('card.draw_title'), instruction: ui.t('card.draw_hint'), turn: true }), {
    top: [lostTexts(ui), html`<div class="card-stack" aria-hidden="true"></div>`], rest: [foot(ui, shown)],
    foot: html`<footer class="phone-foot stick"><button type="button" class="button main big wide" @click=${act(ui, 'draw')}>${ui.t('card.draw')}</button></footer>`,
  });
}

/** I have the floor. @param {PhoneState} ui @param {Shown} shown @param {Turn | undefined} turn @param {Note | null} open */
function mine(ui, shown, turn, open) {
  const can = (/** @type {string} */ name) => shown.me?.can.includes(name);
  const next = turn?.queue[0];
  const done = next ? ui.t('card.next', { name: shown.called(next) }) : ui.t('card.done');
  if (!open) {
    return frame(head(ui, shown, { title: ui.t('card.empty'), instruction: ui.t('card.empty_hint') }), { top: [lostTexts(ui)], rest: [foot(ui, shown)] });
  }
  const title = ui.t(turn?.free ? 'card.is_free' : 'card.yours');
  return frame(head(ui, shown, { title, instruction: ui.t(turn?.free ? 'card.is_free_mine' : 'card.read'), turn: !turn?.free }), {
    top: [lostTexts(ui), paper(shown, open, turn?.free ? '' : 'is-large'), html`<p class="lock">${icon('eye')}<span>${ui.t('card.all_see')}</span></p>`],
    rest: [foot(ui, shown)],
    foot: html`<footer class="phone-foot stick">
      ${turn?.free || !can('free') ? html`<button type="button" class="button main big wide" @click=${act(ui, 'turn', { act: 'done' })}>${done}</button>`
    : html`<button type="button" class="button main big wide" @click=${act(ui, 'free')}>${ui.t('card.free')}</button>`}
      ${can('skip') && !turn?.free ? html`<button type="button" class="button wide" @click=${act(ui, 'skip')}>${ui.t('card.skip')}</button>` : nothing}
    </footer>`,
  });
}

/** Somebody else has the card. @param {PhoneState} ui @param {Shown} shown @param {Turn | undefined} turn @param {Note | null} open */
function theirs(ui, shown, turn, open) {
  const name = shown.called(turn?.holder || (turn?.queue[0] ?? ''));
  const before = turn?.queue.indexOf(shown.me?.seat ?? '') ?? -1;
  const title = !open ? 'card.theirs_draws' : turn?.free ? 'card.is_free' : 'card.theirs';
  const hint = !open ? 'card.theirs_draws_hint' : turn?.free ? 'card.free_hint' : 'card.theirs_hint';
  return frame(head(ui, shown, { title: ui.t(title, { name }), instruction: ui.t(hint, { name }) }), {
    top: [
      lostTexts(ui), open ? paper(shown, open) : html`<div class="card-stack" aria-hidden="true"></div>`,
      open ? html`<section class="stack tight card-free">${turn?.free ? nothing : html`<h2 class="label">${ui.t('card.when_free')}</h2>`}
        <p>${ui.t('card.own_place')}</p><p>${ui.t('card.ask')}</p></section>` : nothing,
    ],
    rest: [foot(ui, shown)],
    foot: before < 0 || !turn?.holder ? nothing : html`<footer class="phone-foot stick"><p class="card-next"><span class="disc" aria-hidden="true">${before + 1}</span>
      <span>${before ? ui.t('card.before_you', { n: before }) : html`<strong>${ui.t('card.you_next')}</strong> ${ui.t('card.you_next_when')}`}</span></p></footer>`,
  });
}

/** All lie open: take one, or write one. @param {PhoneState} ui @param {Shown} shown */
export function gallery(ui, shown) {
  const { me, round } = shown;
  const sheet = shown.deck?.sheet ?? '';
  if (!me || !round) return nothing;
  const own = shown.note(me.card);
  const takers = new Map([...shown.claims].map(([seat, { note }]) => [note, seat]));
  const cards = notesOn(shown, sheet).filter((note) => note.can.includes('claim') || takers.has(note.id));
  const writes = me.write && me.write.lanes.length === 1 ? me.write : null;
  const lane = shown.sheet(sheet)?.lanes.find(({ id }) => id === writes?.lanes[0]);
  const half = Boolean(writes && (ui.openBox || ui.text(round.id).trim()));
  // One thing at a time: the cards, or the joker that is being written.
  const leave = () => { ui.setText(round.id, ''); ui.openBox = false; ui.context.redraw(); };
  const kept = shown.notes.some((note) => note.draft && note.mine && note.id !== me.card && note.sheet === sheet);
  return frame(head(ui, shown, { title: half ? ui.t('gallery.joker_label') : undefined, instruction: half ? shown.say(lane?.hint) : ui.t('gallery.hint') }), {
    top: [
      lostTexts(ui),
      half ? nothing : [own ? html`<section class="stack tight" aria-live="polite"><h2 class="label">${ui.t('gallery.yours')}</h2>${paper(shown, own, own.draft ? 'is-joker' : '')}
        ${own.draft ? html`<p class="lock">${icon('lock')}<span>${ui.t('gallery.joker_is')}</span></p>` : nothing}
        <p class="acts"><button type="button" class="link" @click=${() => ui.context.emit('claim', { note: own.id, on: false })}>${ui.t('gallery.back')}</button></p>
        <p class="quiet small">${ui.t('gallery.change')}</p></section>` : nothing,
      writes && !own?.draft ? html`<p class="acts">${ui.t('gallery.missing')} ${unfold(ui, 'gallery.joker')}</p>` : nothing,
      html`<ul class="card-list" aria-label=${ui.t('gallery.cards')}>${repeat(cards, (note) => note.id, (note) => pick(ui, shown, note, takers.get(note.id) ?? ''))}</ul>`],
    ],
    box: writes && half ? box(ui, {
      key: round.id, limit: limitOf(shown, sheet, writes.lanes[0]), label: ui.t('gallery.joker_label'), hint: shown.say(lane?.hint), color: 'yellow', save: 'phone.save',
      onSave: (text) => {
        const note = ui.write(round.id, text, { sheet: writes.sheet, lane: writes.lanes[0] });
        ui.context.emit('claim', { note, on: true });
        ui.openBox = false;
        setTimeout(() => scrollTo(0, 0), 60);
      },
    }) : nothing,
    rest: [half ? html`${lock(ui, 'own_until_turn')}<p><button type="button" class="link" @click=${leave}>${ui.t('gallery.no_joker')}</button></p>` : nothing,
      kept && !half ? ownNotes(ui, shown, 'drafts') : nothing, foot(ui, shown)],
  });
}

/** A card in the gallery, and who took it. @param {PhoneState} ui @param {Shown} shown @param {Note} note @param {string} seat */
function pick(ui, shown, note, seat) {
  const mine = seat !== '' && seat === shown.me?.seat;
  const by = mine ? ui.t('gallery.mine') : seat ? ui.t('gallery.taken_by', { name: shown.called(seat) }) : '';
  return html`<li><button type="button" class=${classMap({ 'card-pick': true, 'is-taken': seat !== '' && !mine })} aria-pressed=${String(mine)} aria-disabled=${String(seat !== '' && !mine)}
    @click=${() => { if (!seat || mine) ui.context.emit('claim', { note: note.id, on: !mine }); }}><span dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${by ? html`<small>${by}</small>` : nothing}</button></li>`;
}

/** I have the floor, about the card that I took. @param {PhoneState} ui @param {Shown} shown */
export function tell(ui, shown) {
  const { me } = shown;
  if (!me) return nothing;
  const own = shown.note(me.card);
  const drafts = shown.notes.filter((note) => note.draft && note.can.includes('place') && !note.as);
  const joker = own?.draft ? own : own ? null : drafts[0] ?? null;
  const card = joker ?? own;
  const lane = joker && me.place?.lanes.includes(joker.lane) ? joker.lane : me.place?.lanes[0] ?? '';
  return frame(head(ui, shown, { title: ui.t('tell.title'), instruction: ui.t(card ? 'tell.hint' : 'tell.no_card'), turn: true }), {
    top: [lostTexts(ui), card ? paper(shown, card, card.draft || card.lane === lane ? 'is-large is-joker' : 'is-large') : nothing,
      joker ? html`<p class="lock">${icon('lock')}<span>${ui.t('tell.turn_hint')}</span></p>` : nothing],
    rest: [foot(ui, shown)],
    foot: html`<footer class="phone-foot stick">
      ${joker ? html`<button type="button" class="button main big wide" @click=${act(ui, 'place', { note: joker.id, lane }, 'joker')}>${ui.t('tell.turn')}</button>` : nothing}
      <div class="pair"><button type="button" class="button plain" @click=${act(ui, 'turn', { act: 'later' }, 'tell')}>${ui.t('turn.later')}</button>
        <button type="button" class=${`button ${joker ? 'plain' : 'main'}`} @click=${act(ui, 'turn', { act: 'done' }, 'tell')}>${ui.t('tell.done')}</button></div></footer>`,
  });
}

/** The card that somebody else tells about, on the phones of those who listen. @param {Shown} shown @param {string} seat */
export function told(shown, seat) {
  const card = shown.note(shown.claims.get(seat)?.note ?? '');
  return card ? paper(shown, card) : nothing;
}

/** The card that I took, while I wait to tell about it; a joker lies among my notes. @param {PhoneState} ui @param {Shown} shown */
export function taken(ui, shown) {
  const own = shown.note(shown.me?.card ?? '');
  return own && !own.draft ? html`<section class="stack tight"><h2 class="label">${ui.t('gallery.yours')}</h2>${paper(shown, own)}</section>` : nothing;
}
