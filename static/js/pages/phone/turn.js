/**
 * Turns: my turn (choose a draft and a target, place it), waiting for it, and the same as a dialog in rounds that let
 * drafts be placed without a turn. No rule may live here (`me.place`), nor how a lane is chosen (the sheet's form).
 */
import { classMap, html, nothing } from '../../../lib/lit-html.js';
import { formOf } from '../../forms/index.js';
import { color, tongue } from '../../notes/look.js';
import { placeArgs, stepsOf } from '../../notes/query.js';
import { afterthought, box, limitOf, unfold, writeParts } from './box.js';
import { commentWay, foot, frame, head, icon, listeners, lostTexts, members, questions } from './frame.js';
import { mayPut, ownNotes } from './notes.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('./frame.js').Parts} Parts */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Opening} Opening */
/** @typedef {import('../../types.js').Turn} Turn */
/** @typedef {import('../../forms/form.js').Aim} Aim */

/** Ms after placing a note before the button accepts another tap. */
const HOLD = 700;

/** @param {Shown} shown @returns {Turn | undefined} */
function myQueue(shown) {
  return (shown.me?.scope ? shown.turns.get(shown.me.scope) : undefined) ?? [...shown.turns.values()][0];
}

/** A holder's name: a person's, or a group's. @param {PhoneState} ui @param {Shown} shown @param {Turn} queue @param {string} id */
export function calledIn(ui, shown, queue, id) {
  if (queue.scope !== 'groups') return shown.called(id);
  return ui.t('group.name', { n: shown.groups.find((group) => group.id === id)?.number ?? '' });
}

/** @param {PhoneState} ui @param {Shown} shown @param {string} act @param {string} label @param {string} [kind] */
function turnButton(ui, shown, act, label, kind = '') {
  if (!shown.me?.can.includes(act)) return nothing;
  const scope = shown.me.scope && shown.me.scope !== 'all' ? { scope: shown.me.scope } : {};
  const go = () => {
    ui.picked = {};
    ui.openBox = false;
    ui.context.emit('turn', { act, ...scope });
  };
  return html`<button type="button" class=${`button ${kind}`} @click=${go}>${label}</button>`;
}

/** It is my turn. @param {PhoneState} ui @param {Shown} shown */
export function turn(ui, shown) {
  const place = shown.me?.place ?? null;
  const drafts = place ? ui.inOrder(shown.notes.filter((note) => note.draft && note.can.includes('place') && !note.as)) : [];
  const groups = shown.me?.scope === 'groups';
  const title = ui.t(groups ? 'turn.your_group' : 'turn.yours');
  const hint = !place ? 'turn.hint_tell' : !drafts.length ? 'turn.hint_none' : place.reach === 'group' ? 'turn.hint_group' : 'turn.hint';
  const chosen = drafts.find((note) => note.id === ui.picked.draft) ?? drafts[0];
  const aim = place && chosen ? aimOf(ui, shown, place, chosen) : null;
  // Groups tell one each: who has shown one is done, though there are more.
  const told = place?.reach === 'group' && shown.notes.some((note) => note.mine && !note.draft && note.sheet === place.sheet);
  const done = told || !drafts.length;
  const { top, box: written } = place ? another(ui, shown, place, drafts.length > 0) : {};
  const made = groups ? ui.part('group')?.ownPaper(ui, shown) ?? nothing : ownNotes(ui, shown, 'up');
  return frame(head(ui, shown, { title, instruction: ui.t(hint), turn: true }), {
    top: [
      lostTexts(ui),
      place?.reach === 'group' ? members(ui, shown) : nothing,
      place?.reach === 'group' && shown.method?.unnamed ? html`<p class="lock">${icon('eye')}<strong>${ui.t('who.unnamed')}</strong></p>` : nothing,
      chosen ? oneOf(ui, shown, drafts, chosen) : nothing,
      place && chosen && aim ? placing(ui, shown, place, chosen, aim) : nothing,
      top,
    ],
    box: written,
    rest: [made, foot(ui, shown)],
    foot: html`<footer class="phone-foot stick">
      ${place && chosen && aim ? putButton(ui, shown, place, chosen, aim, !told) : nothing}
      <div class="pair">${turnButton(ui, shown, 'later', ui.t(groups ? 'turn.later_group' : 'turn.later'), drafts.length ? 'plain' : '')}
        ${turnButton(ui, shown, 'done', ui.t(groups ? 'turn.done_group' : 'turn.done'), done ? 'main' : 'plain')}</div>
    </footer>`,
  });
}

/** The draft that goes up next; of several, one at a time. @param {PhoneState} ui @param {Shown} shown @param {Note[]} drafts @param {Note} chosen */
function oneOf(ui, shown, drafts, chosen) {
  const at = drafts.indexOf(chosen);
  const to = (/** @type {number} */ by) => ui.pick('draft', drafts[(at + by + drafts.length) % drafts.length].id);
  return html`<div class="stack tight"><p class=${classMap({ note: true, chosen: true, [color(chosen, shown)]: true })} aria-live="polite"><span class="words big-note" dir="auto" lang=${tongue(chosen.text, shown)}>${chosen.text}</span></p>
    ${drafts.length > 1 ? html`<div class="one-of" role="group" aria-label=${ui.t('turn.which')}>
      <button type="button" aria-label=${ui.t('turn.note_before')} @click=${() => to(-1)}>‹</button>
      <span>${ui.t('turn.one_of', { n: at + 1, all: drafts.length })}</span>
      <button type="button" aria-label=${ui.t('turn.note_after')} @click=${() => to(1)}>›</button></div>` : nothing}</div>`;
}

/** Where a draft may be placed within an opening; null if nowhere. @param {Shown} shown @param {Opening} opening @param {Note} note @returns {Opening | null} */
export function openingFor(shown, opening, note) {
  return formOf(shown.sheet(opening.sheet))?.opening(shown, opening, note) ?? null;
}

/**
 * The chosen note's target: what was tapped, else what the note says.
 * @param {PhoneState} ui @param {Shown} shown @param {Opening} place @param {Note} note @returns {Aim | null}
 */
function aimOf(ui, shown, place, note) {
  const sheet = shown.sheet(place.sheet);
  const { aimFor, aimLane, aimSide } = ui.picked;
  const picked = aimFor === note.id ? { lane: aimLane, side: aimSide } : {};
  return (sheet && formOf(sheet)?.aim(sheet, place, note, picked)) ?? null;
}

/** The button that puts the note up; until all is chosen it says what is missing. @param {PhoneState} ui @param {Shown} shown @param {Opening} place @param {Note} note @param {Aim} aim @param {boolean} main */
function putButton(ui, shown, place, note, aim, main) {
  const missing = missingIn(shown, place, aim);
  return html`<button type="button" class=${classMap({ button: true, big: true, wide: true, main: main && !missing, waits: Boolean(missing) })} aria-disabled=${String(Boolean(missing) || held())}
    @click=${() => (missing ? ask(ui, missing) : put(ui, shown, note, aim))}>${missing || putLabel(ui, shown, place, aim)}</button>`;
}

/** What is missing is said, and comes into sight: with a long note it lies below the bar of buttons. @param {PhoneState} ui @param {string} missing */
function ask(ui, missing) {
  ui.context.announce(missing);
  const within = document.querySelector('dialog[open]') ?? document;
  within.querySelector('[data-asks]')?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}

/** @param {Shown} shown @param {Opening} place @param {Aim} aim */
function missingIn(shown, place, aim) {
  const sheet = shown.sheet(place.sheet);
  return (sheet && formOf(sheet)?.missing(shown, sheet, aim)) ?? '';
}

/** @param {PhoneState} ui @param {Shown} shown @param {Opening} place @param {Aim} aim */
function putLabel(ui, shown, place, aim) {
  if (place.reach === 'group') return ui.t('turn.show_group');
  const sheet = shown.sheet(place.sheet);
  const step = stepsOf(sheet).find((lane) => lane.id === aim.lane);
  return step ? ui.t(`turn.put_up_in.${sheet?.scale}`, { step: shown.say(step.title) }) : ui.t('turn.put_up');
}

/** The time until which taps on the button are ignored. */
let heldUntil = 0;

/** Ignore a quick second tap, which would place the next draft unintentionally. */
const held = () => performance.now() < heldUntil;

/** @param {PhoneState} ui @param {Shown} shown @param {Note} note @param {Aim} aim */
function put(ui, shown, note, { lane, side, row }) {
  if (held()) return;
  heldUntil = performance.now() + HOLD;
  setTimeout(() => ui.context.redraw(), HOLD + 20);
  ui.context.emit('place', placeArgs(shown, { note: note.id, sheet: shown.me?.place?.sheet ?? '', lane, row, side }));
  ui.context.saved(ui.t(shown.me?.place?.reach === 'group' ? 'phone.saved_group' : 'turn.is_up'));
  ui.picked = {};
  ui.context.redraw();
  // The next draft is chosen at the top: it must be seen before it is put up, too.
  scrollTo(0, 0);
}

/** The dialog for placing a draft without a turn. @param {PhoneState} ui @param {Shown} shown */
export function dialog(ui, shown) {
  const note = shown.note(ui.dialog?.note?.id ?? '');
  const place = note ? mayPut(ui, shown, note) : null;
  if (!note || !place) return nothing;
  const aim = aimOf(ui, shown, place, note);
  if (!aim) return nothing;
  const label = ui.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up');
  const missing = missingIn(shown, place, aim);
  const go = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (missing) return void ask(ui, missing);
    ui.open(null);
    put(ui, shown, note, aim);
  };
  return html`<form method="dialog" @submit=${go}><h2 id="dialog-title" tabindex="-1" autofocus>${label}</h2>
    <p class=${classMap({ note: true, [color(note, shown)]: true })} dir="auto" lang=${tongue(note.text, shown)}>${note.text}</p>
    ${placing(ui, shown, place, note, aim)}
    <div class="stack"><button class=${classMap({ button: true, big: true, wide: true, main: !missing, waits: Boolean(missing) })} aria-disabled=${String(Boolean(missing))} type="submit">${missing || putLabel(ui, shown, place, aim)}</button>
      <button type="button" class="button wide" @click=${() => ui.open(null)}>${ui.t('note.close')}</button></div></form>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Opening} place @param {Note} note @param {Aim} aim */
function placing(ui, shown, place, note, aim) {
  const sheet = shown.sheet(place.sheet);
  if (!sheet) return nothing;
  return formOf(sheet)?.choices({
    shown, sheet, lanes: place.lanes, note, aim,
    choose: ({ lane, side }) => {
      ui.picked = { ...ui.picked, aimLane: lane, aimSide: side };
      ui.pick('aimFor', note.id);
    },
  });
}

/** A new note in my own turn. @param {PhoneState} ui @param {Shown} shown @param {Opening} place @param {boolean} folded @returns {Parts} */
function another(ui, shown, place, folded) {
  const round = shown.round;
  if (!round || !shown.me?.can.includes('write')) return {};
  if (folded && !ui.openBox && !ui.text(round.id).trim()) return { top: unfold(ui, 'turn.another') };
  const lane = place.lanes.length === 1 ? place.lanes[0] : '';
  return {
    box: box(ui, {
      key: round.id, limit: limitOf(shown, place.sheet, lane), label: ui.t('turn.another'), save: 'phone.save',
      onSave: (text) => ui.write(round.id, text, { sheet: place.sheet, lane, row: place.row }),
    }),
  };
}

/**
 * The button to take the turn if nobody has it, else to become the next: nobody's turn is cut short.
 * @param {PhoneState} ui @param {Shown} shown @param {Turn | undefined} queue @param {string} whose ending of the texts' keys
 */
function takeButton(ui, shown, queue, whose) {
  const state = shown.me?.turn;
  if (state === 'next' && queue?.holder) return nothing;
  if (state === 'done') return turnButton(ui, shown, 'take', ui.t(`turn.take_again${whose}`));
  return queue?.holder ? turnButton(ui, shown, 'take', ui.t(`turn.take_next${whose}`)) : turnButton(ui, shown, 'take', ui.t('turn.take'), 'main big');
}

/** The pane while somebody else has the turn. @param {PhoneState} ui @param {Shown} shown */
export function wait(ui, shown) {
  const queue = myQueue(shown);
  const me = shown.me;
  const round = shown.round;
  if (!me || !round) return nothing;
  const own = queue?.scope === 'groups' ? me.group : me.seat;
  const before = queue ? queue.queue.indexOf(own) : -1;
  const whose = queue?.scope === 'groups' ? '_group' : '';
  const line = me.turn === 'next' ? 'turn.you_next' : me.turn === 'done' ? 'turn.you_done' : before > 0 ? 'turn.before_you' : '';
  const inGroups = shown.board?.scene === 'group';
  const made = inGroups && shown.notes.some((note) => note.sheet === round.sheet && note.row === me.group && !note.draft);
  const part = made ? ui.part('group') : null;
  const helps = me.role === 'scribe' && me.write && me.write.reach !== 'own' ? me.write : null;
  const { top, box: written, rest } = helps ? writeParts(ui, shown, helps, me.who_sees) : afterthought(ui, shown, round);
  const said = html`${inGroups ? html`${members(ui, shown)}${questions(shown)}` : html`${listeners(ui, shown)}${questions(shown, true)}`}${queue?.holder ? html`<section class="speaker panel" aria-live="polite">
        <span class="disc" aria-hidden="true">${(queue.scope === 'groups' ? String(shown.groups.find((group) => group.id === queue.holder)?.number ?? '') : calledIn(ui, shown, queue, queue.holder).slice(0, 1))}</span>
        <p class="quiet">${ui.t('turn.has')}</p><p class="name">${calledIn(ui, shown, queue, queue.holder)}</p>
        ${queue.queue[0] ? html`<p class="next quiet">${ui.t('turn.then', { name: queue.queue[0] === own ? ui.t(`turn.you${whose}`) : calledIn(ui, shown, queue, queue.queue[0]) })}</p>` : nothing}
      </section>${shown.claims.has(queue.holder) ? ui.part('card')?.told(shown, queue.holder) ?? nothing : nothing}<p class="strong">${ui.t(shown.board?.notice ? 'turn.no_comments' : 'turn.listen')}</p>`
    : html`<div class="panel"><p class="strong">${ui.t(queue && !queue.queue.length && !queue.later.length ? 'turn.all_done' : 'turn.nobody')}</p></div>`}
      ${line ? html`<p class="quiet">${ui.t(line + whose, { n: before })}</p>` : nothing}
      ${takeButton(ui, shown, queue, whose)}
      ${me.can.includes('pass') ? html`<div class="pair">${turnButton(ui, shown, 'later', ui.t(`turn.later${whose}`), 'plain')}${turnButton(ui, shown, 'pass', ui.t(`turn.pass${whose}`), 'plain')}</div>` : nothing}
      ${me.card && me.turn !== 'done' ? ui.part('card')?.taken(ui, shown) ?? nothing : nothing}
      ${commentWay(ui, shown)}
      ${part ? part.groupNotes(ui, shown, round.sheet, me.group, round.lanes ?? []) : nothing}
      ${ownNotes(ui, shown, inGroups ? 'drafts' : 'all')}`;
  return frame(head(ui, shown, { title: shown.say(round.title) }), {
    top: [lostTexts(ui), said, top], box: written, rest: [rest, foot(ui, shown)],
  });
}
