/**
 * Telling in turn: my turn (choose a draft, say when and how, put it up), waiting for my turn, the same
 * placing as a dialog where a round lets drafts go up without a turn, and the year stepper that moving uses too. Who may place stands in `me.place`.
 */
import { classMap, html, live, nothing, repeat } from '../../../lib/lit-html.js';
import { color } from '../../notes/look.js';
import { afterthought, box, limitOf, unfold, writeParts } from './box.js';
import { commentWay, foot, frame, head, lostTexts } from './frame.js';
import { mayPut, ownNotes } from './notes.js';

/** @typedef {import('./state.js').PhoneState} Desk */
/** @typedef {import('./frame.js').Parts} Parts */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Opening} Place */
/** @typedef {import('../../types.js').Turn} Turn */

/** After a note was put up the button waits so long for the next (ms). */
const HOLD = 700;
const SIDES = /** @type {const} */ (['up', 'down', 'both']);

/** @param {Shown} shown @returns {Turn | undefined} */
function myQueue(shown) {
  return (shown.me?.scope ? shown.turns.get(shown.me.scope) : undefined) ?? [...shown.turns.values()][0];
}

/** A holder's name: a person's, or a group's. @param {Desk} desk @param {Shown} shown @param {Turn} queue @param {string} id */
export function calledIn(desk, shown, queue, id) {
  if (queue.scope !== 'groups') return shown.called(id);
  return desk.t('group.name', { n: shown.groups.find((group) => group.id === id)?.number ?? '' });
}

/** @param {Desk} desk @param {Shown} shown @param {string} act @param {string} label @param {string} [kind] */
function turnButton(desk, shown, act, label, kind = '') {
  if (!shown.me?.can.includes(act)) return nothing;
  const scope = shown.me.scope && shown.me.scope !== 'all' ? { scope: shown.me.scope } : {};
  const go = () => {
    desk.picked = {};
    desk.openBox = false;
    desk.context.emit('turn', { act, ...scope });
  };
  return html`<button type="button" class=${`button ${kind}`} @click=${go}>${label}</button>`;
}

/** It is my turn. @param {Desk} desk @param {Shown} shown */
export function turn(desk, shown) {
  const place = shown.me?.place ?? null;
  const drafts = place ? shown.notes.filter((note) => note.draft && note.can.includes('place') && !note.as) : [];
  const groups = shown.me?.scope === 'groups';
  const title = desk.t(groups ? 'turn.your_group' : 'turn.yours');
  const hint = !place ? 'turn.hint_tell' : !drafts.length ? 'turn.hint_none' : place.reach === 'group' ? 'turn.hint_group' : 'turn.hint';
  const chosen = drafts.find((note) => note.id === desk.picked.draft) ?? drafts[0];
  const aim = place && chosen ? aimOf(desk, shown, place, chosen) : null;
  const { top, box: written } = place ? another(desk, shown, place, drafts.length > 0) : {};
  const made = groups ? desk.part('group')?.ownPaper(desk, shown) ?? nothing : ownNotes(desk, shown, 'up');
  return frame(head(desk, shown, { title, instruction: desk.t(hint), turn: true }), {
    top: [
      lostTexts(desk),
      drafts.length > 1 ? draftPicker(desk, shown, drafts, chosen) : nothing,
      drafts.length === 1 ? html`<p class=${classMap({ note: true, [color(chosen, shown)]: true })}><span class="big-note">${chosen.text}</span></p>` : nothing,
      place && chosen && aim ? placing(desk, shown, place, chosen, aim) : nothing,
      top,
    ],
    box: written,
    rest: [made, foot(desk, shown)],
    foot: html`<footer class="phone-foot stick">
      ${place && chosen && aim ? html`<button type="button" class="button main big wide" aria-disabled=${String(held())} @click=${() => put(desk, chosen, aim)}>${desk.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up')}</button>` : nothing}
      <div class="pair">${turnButton(desk, shown, 'later', desk.t(groups ? 'turn.later_group' : 'turn.later'))}
        ${turnButton(desk, shown, 'done', desk.t(groups ? 'turn.done_group' : 'turn.done'), drafts.length ? '' : 'main')}</div>
    </footer>`,
  });
}

/** @param {Desk} desk @param {Shown} shown @param {Note[]} drafts @param {Note} chosen */
function draftPicker(desk, shown, drafts, chosen) {
  return html`<fieldset class="stack"><legend class="label">${desk.t('turn.which')}</legend>
    <div class="pick strip">${repeat(drafts, (note) => note.id, (note) => html`<label class=${classMap({ note: true, [color(note, shown)]: true })}><input type="radio" name="draft" .checked=${live(note === chosen)} @change=${() => desk.pick('draft', note.id)}>${note.text}</label>`)}</div></fieldset>`;
}

/**
 * Where the chosen note is to go, from what was tapped, else from the note.
 * @param {Desk} desk @param {Shown} shown @param {Place} place @param {Note} note
 */
function aimOf(desk, shown, place, note) {
  const picked = desk.picked.aimFor === note.id ? desk.picked : {};
  const line = shown.method?.sheets.find((sheet) => sheet.id === place.sheet)?.form === 'timeline';
  const lanes = place.lanes;
  const middle = String(Math.round(((shown.board?.from ?? 0) + (shown.board?.to ?? 0)) / 2));
  const lane = [picked.aimLane, note.lane, desk.picked.lastYear, line ? middle : ''].find((id) => id && lanes.includes(id)) ?? lanes[0] ?? '';
  const side = line ? (picked.aimSide ?? (note.side || 'up')) : '';
  return { lane, side, row: place.row, line };
}

/** Until when putting up is held back. */
let heldUntil = 0;

/** A second tap out of habit must not put the next draft up too: what is up has been seen. */
const held = () => performance.now() < heldUntil;

/** @param {Desk} desk @param {Note} note @param {{ lane: string, side: string, row: string }} aim */
function put(desk, note, { lane, side, row }) {
  if (held()) return;
  heldUntil = performance.now() + HOLD;
  setTimeout(() => desk.context.redraw(), HOLD + 20);
  desk.context.emit('place', { note: note.id, lane, ...(row ? { row } : {}), ...(side ? { side } : {}) });
  desk.context.announce(desk.t('turn.is_up'));
  desk.picked = { lastYear: lane };
  desk.context.redraw();
}

/** A draft that goes up without a turn. @param {Desk} desk @param {Shown} shown */
export function dialog(desk, shown) {
  const note = shown.note(desk.dialog?.note?.id ?? '');
  const place = note ? mayPut(shown, note) : null;
  if (!note || !place) return nothing;
  const aim = aimOf(desk, shown, place, note);
  const label = desk.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up');
  const go = (/** @type {Event} */ event) => {
    event.preventDefault();
    desk.open(null);
    put(desk, note, aim);
  };
  return html`<form method="dialog" @submit=${go}><h2 id="dialog-title" tabindex="-1" autofocus>${label}</h2>
    <p class=${classMap({ note: true, [color(note, shown)]: true })}>${note.text}</p>
    ${placing(desk, shown, place, note, aim)}
    <div class="stack"><button class="button main big wide" type="submit">${label}</button>
      <button type="button" class="button wide" @click=${() => desk.open(null)}>${desk.t('note.close')}</button></div></form>`;
}

/** @param {Desk} desk @param {Shown} shown @param {Place} place @param {Note} note @param {{ lane: string, side: string, line: boolean }} aim */
function placing(desk, shown, place, note, aim) {
  /** @param {string} name @param {string} value */
  const set = (name, value) => {
    desk.picked = { ...desk.picked, aimFor: note.id, aimLane: aim.lane, aimSide: aim.side };
    desk.pick(name, value);
  };
  if (aim.line) {
    return laneOnLine(desk, shown, place.sheet, aim.lane, (lane) => set('aimLane', lane), sides(desk, aim.side, (side) => set('aimSide', side)));
  }
  const sheet = shown.method?.sheets.find((known) => known.id === place.sheet);
  const lanes = (sheet?.lanes ?? []).filter((lane) => place.lanes.includes(lane.id));
  if (lanes.length < 2) return nothing;
  return html`<fieldset class="stack"><legend class="label">${desk.t('note.where')}</legend><div class="chips">${lanes.map((lane) => html`
    <button type="button" class="chip" aria-pressed=${String(lane.id === aim.lane)} @click=${() => set('aimLane', lane.id)}>${shown.say(lane.title)}</button>`)}</div></fieldset>`;
}

/**
 * Choosing a year, or a declared lane of the timeline, by tapping.
 * @param {Desk} desk @param {Shown} shown @param {string} sheetId @param {string} lane @param {(lane: string) => void} choose
 * @param {unknown} between what stands between the years and the other lanes
 */
function laneOnLine(desk, shown, sheetId, lane, choose, between) {
  const { from, to } = /** @type {NonNullable<Shown['board']>} */ (shown.board);
  const years = Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
  const other = shown.method?.sheets.find((sheet) => sheet.id === sheetId)?.lanes ?? [];
  const known = years.includes(lane);
  const year = known ? lane : (desk.picked.lastYear && years.includes(desk.picked.lastYear) ? desk.picked.lastYear : years[years.length - 1]);
  const at = years.indexOf(year);
  const counts = years.map((each) => shown.notes.filter((note) => note.sheet === sheetId && note.lane === each && !note.draft && note.kind === 'note').length);
  const most = Math.max(1, ...counts);
  return html`<fieldset class="stack"><legend class="label">${desk.t('turn.when')}</legend>
    <div class="stepper">
      <button type="button" aria-label=${desk.t('turn.year_before')} ?disabled=${known && at === 0} @click=${() => choose(years[known ? at - 1 : at])}>−</button>
      <output class=${known ? '' : 'quiet'} aria-live="polite">${known ? year : '–'}</output>
      <button type="button" aria-label=${desk.t('turn.year_after')} ?disabled=${known && at === years.length - 1} @click=${() => choose(years[known ? at + 1 : at])}>+</button>
    </div>
    <div><div class="histogram" role="group" aria-label=${desk.t('turn.years')}>${years.map((each, index) => html`
      <button type="button" tabindex="-1" aria-pressed=${String(each === lane)} aria-label=${desk.t('turn.year_has', { year: each, n: counts[index] })} @click=${() => choose(each)}><i class=${`bar-${Math.round((counts[index] / most) * 10)}`}></i></button>`)}</div>
      <p class="ends" aria-hidden="true"><span>${years[0]}</span><span>${years[years.length - 1]}</span></p></div>
  </fieldset>
  ${between}
  ${other.length ? html`<div class="chips">${other.map((each) => html`<button type="button" class="chip" aria-pressed=${String(each.id === lane)} @click=${() => choose(each.id === lane ? year : each.id)}>${shown.say(each.title)}</button>`)}</div>` : nothing}`;
}

/** @param {Desk} desk @param {string} side @param {(side: string) => void} choose */
function sides(desk, side, choose) {
  return html`<fieldset class="stack"><legend class="label">${desk.t('turn.what_did')}</legend><div class="segments three">${SIDES.map((each) => html`
    <label><input type="radio" name="side" .checked=${live(each === side)} @change=${() => choose(each)}><span>${desk.t(`side.${each}`)}</span></label>`)}</div></fieldset>`;
}

/** A new note in my own turn. @param {Desk} desk @param {Shown} shown @param {Place} place @param {boolean} folded @returns {Parts} */
function another(desk, shown, place, folded) {
  const round = shown.round;
  if (!round || !shown.me?.can.includes('write')) return {};
  if (folded && !desk.openBox && !desk.text(round.id).trim()) return { top: unfold(desk, 'turn.another') };
  const lane = place.lanes.length === 1 ? place.lanes[0] : '';
  return {
    box: box(desk, {
      key: round.id, limit: limitOf(shown, place.sheet, lane), label: desk.t('turn.another'), save: desk.t('phone.save'),
      onSave: (text) => desk.write(round.id, text, { sheet: place.sheet, lane, row: place.row }),
    }),
  };
}

/**
 * Taking the word while nobody has it; while somebody has it, nobody is cut short: one becomes the next.
 * @param {Desk} desk @param {Shown} shown @param {Turn | undefined} queue @param {string} whose ending of the texts' keys
 */
function takeButton(desk, shown, queue, whose) {
  const state = shown.me?.turn;
  if (state === 'next' && queue?.holder) return nothing;
  if (state === 'done') return turnButton(desk, shown, 'take', desk.t(`turn.take_again${whose}`));
  return queue?.holder ? turnButton(desk, shown, 'take', desk.t(`turn.take_next${whose}`)) : turnButton(desk, shown, 'take', desk.t('turn.take'), 'main big');
}

/** Somebody else has the word. @param {Desk} desk @param {Shown} shown */
export function wait(desk, shown) {
  const queue = myQueue(shown);
  const me = shown.me;
  const round = shown.round;
  if (!me || !round) return nothing;
  const own = queue?.scope === 'groups' ? me.group : me.seat;
  const before = queue ? queue.queue.indexOf(own) : -1;
  const whose = queue?.scope === 'groups' ? '_group' : '';
  const line = me.turn === 'next' ? 'turn.you_next' : me.turn === 'done' ? 'turn.you_done' : before > 0 ? 'turn.before_you' : '';
  const made = round.group && shown.notes.some((note) => note.sheet === round.sheet && note.row === me.group && !note.draft);
  const part = made ? desk.part('group') : null;
  const helps = me.role === 'scribe' && me.write && me.write.reach !== 'own' ? me.write : null;
  const { top, box: written, rest } = helps ? writeParts(desk, shown, helps, me.who_sees) : afterthought(desk, shown, round);
  const said = html`${queue?.holder ? html`<section class="speaker panel" aria-live="polite">
        <span class="disc" aria-hidden="true">${(queue.scope === 'groups' ? String(shown.groups.find((group) => group.id === queue.holder)?.number ?? '') : calledIn(desk, shown, queue, queue.holder).slice(0, 1))}</span>
        <p class="quiet">${desk.t('turn.has')}</p><p class="name">${calledIn(desk, shown, queue, queue.holder)}</p>
        ${queue.queue[0] ? html`<p class="next quiet">${desk.t('turn.then', { name: queue.queue[0] === own ? desk.t(`turn.you${whose}`) : calledIn(desk, shown, queue, queue.queue[0]) })}</p>` : nothing}
      </section><p class="strong">${desk.t(shown.board?.notice ? 'turn.no_comments' : 'turn.listen')}</p>`
    : html`<div class="panel"><p class="strong">${desk.t(queue && !queue.queue.length && !queue.later.length ? 'turn.all_done' : 'turn.nobody')}</p></div>`}
      ${line ? html`<p class="quiet">${desk.t(line + whose, { n: before })}</p>` : nothing}
      ${takeButton(desk, shown, queue, whose)}
      ${me.can.includes('pass') ? html`<div class="pair">${turnButton(desk, shown, 'later', desk.t(`turn.later${whose}`), 'plain')}${turnButton(desk, shown, 'pass', desk.t(`turn.pass${whose}`), 'plain')}</div>` : nothing}
      ${commentWay(desk, shown)}
      ${part ? part.groupNotes(desk, shown, round.sheet, me.group, round.lanes ?? []) : nothing}
      ${ownNotes(desk, shown, round.group ? 'drafts' : 'all')}`;
  return frame(head(desk, shown, { title: shown.say(round.title) }), {
    top: [lostTexts(desk), said, top], box: written, rest: [rest, foot(desk, shown)],
  });
}

/** Moving a note that is up on the timeline. @param {Desk} desk @param {Shown} shown @param {Note} note */
export function moveOnLine(desk, shown, note) {
  /** @param {object} change */
  const move = (change) => desk.context.emit('move', { note: note.id, lane: note.lane, ...(note.side ? { side: note.side } : {}), ...change });
  return laneOnLine(desk, shown, note.sheet, note.lane, (lane) => move({ lane }), sides(desk, note.side, (side) => move({ side })));
}
