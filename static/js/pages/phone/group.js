/**
 * Group work: my group, its paper with columns or its dilemma with steps, and its notes as a list.
 * What is open, locked or mine to choose stands in the records.
 */
import { classMap, html, nothing, repeat } from '../../../lib/lit-html.js';
import { box, dreamPicker, limitOf, writeParts } from './box.js';
import { foot, frame, head, icon, lock, lostTexts, ready } from './frame.js';
import { noteButton, ownNotes } from './notes.js';

/** @typedef {import('./state.js').PhoneState} Desk */
/** @typedef {import('./frame.js').Parts} Parts */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Row} Row */
/** @typedef {import('../../types.js').Sheet} Sheet */

/** So many columns stand one under another as steps; more of them side by side. */
const MANY = 3;
const FATES = ['dissolved', 'solved', 'analysis', 'paradox'];

/** @param {Desk} desk @param {Shown} shown */
export function group(desk, shown) {
  const { me, round, method } = shown;
  if (!me || !round) return nothing;
  const sheet = method?.sheets.find((known) => known.id === round.sheet);
  const own = shown.groups.find((each) => each.id === me.group);
  const members = shown.people.filter((person) => person.group && person.group === me.group && person.role === 'participant');
  const { top, box: written, rest } = sheet?.form === 'grid' ? dilemmas(desk, shown, sheet) : sheet ? paper(desk, shown, sheet) : {};
  return frame(head(desk, shown), {
    top: [
      lostTexts(desk),
      own ? html`<p class="members"><strong>${desk.t('group.yours', { n: own.number })}</strong> <span>${members.map((person) => shown.called(person.id)).join(' · ')}</span></p>` : nothing,
      top,
    ],
    box: written,
    rest: [rest, ownNotes(desk, shown, 'drafts'), foot(desk, shown)],
    foot: ready(desk, shown),
  });
}

/** A sheet of which every group has its own. @param {Desk} desk @param {Shown} shown @param {Sheet} sheet @returns {Parts} */
function paper(desk, shown, sheet) {
  const me = /** @type {NonNullable<Shown['me']>} */ (shown.me);
  const round = /** @type {NonNullable<Shown['round']>} */ (shown.round);
  const scribe = me.role === 'scribe' && sheet.per_group;
  const groupId = scribe ? (desk.picked.group ?? shown.groups[0]?.id ?? '') : me.group;
  const place = me.write ? { ...me.write, row: scribe ? groupId : me.write.row } : null;
  const which = scribe ? html`<div class="segments" role="group" aria-label=${desk.t('group.which')}>${shown.groups.map((each) => html`
      <button type="button" aria-pressed=${String(each.id === groupId)} @click=${() => desk.pick('group', each.id)}>${desk.t('group.name', { n: each.number })}</button>`)}</div>` : nothing;
  const { top, box: written, rest } = place ? writeParts(desk, shown, place, me.who_sees) : {};
  return { top: [which, top], box: written, rest: [rest, groupNotes(desk, shown, sheet.id, groupId, round.lanes ?? [])] };
}

/**
 * The notes of a group's paper, by column; those to choose from carry the button.
 * @param {Desk} desk @param {Shown} shown @param {string | undefined} sheetId @param {string} groupId @param {string[]} lanes
 */
export function groupNotes(desk, shown, sheetId, groupId, lanes) {
  const sheet = shown.method?.sheets.find((known) => known.id === sheetId);
  if (!sheet?.per_group) return nothing;
  return sheet.lanes.filter((lane) => !lanes.length || lanes.includes(lane.id)).map((lane) => {
    const notes = shown.notes.filter((note) => note.sheet === sheet.id && note.row === groupId && note.lane === lane.id && !note.draft && note.kind === 'note');
    return notes.length ? html`<section class="stack"><h2>${shown.say(lane.title)} <span class="quiet">${notes.length}</span></h2>
      <ul class=${classMap({ notes: true, one: notes.some((note) => note.can.includes('choose')) })}>${repeat(notes, (note) => note.id, (note) => html`<li class="stack tight">
        ${noteButton(desk, shown, note, note.chosen ? desk.t('group.chosen') : '')}
        ${note.can.includes('choose') ? html`<button type="button" class="button" @click=${() => desk.context.emit('choose', { note: note.id, on: !note.chosen })}>${desk.t(note.chosen ? 'group.unchoose' : 'group.choose')}</button>` : nothing}</li>`)}</ul></section>`
      : html`<section class="stack"><h2>${shown.say(lane.title)}</h2><p class="quiet">${desk.t('group.none')}</p></section>`;
  });
}

/** What my group has made, to look at while it tells. @param {Desk} desk @param {Shown} shown */
export function ownPaper(desk, shown) {
  const sheet = shown.method?.sheets.find((known) => known.id === shown.round?.sheet);
  const group = shown.me?.group ?? '';
  if (sheet?.form !== 'grid') return groupNotes(desk, shown, sheet?.id, group, shown.round?.lanes ?? []);
  return shown.rows.filter((row) => row.group === group).map((row) => html`<p class="pole">${row.text}</p>${rowNotes(desk, shown, sheet, row)}`);
}

/** A dilemma's notes, by column. @param {Desk} desk @param {Shown} shown @param {Sheet} sheet @param {Row} row */
function rowNotes(desk, shown, sheet, row) {
  return sheet.lanes.map((lane) => {
    const notes = inCell(shown, sheet, row, lane.id);
    return notes.length ? html`<section class="stack"><h2>${shown.say(lane.title)}</h2><ul class="notes">${repeat(notes, (note) => note.id, (note) => html`<li>${noteButton(desk, shown, note)}</li>`)}</ul></section>` : nothing;
  });
}

/** @param {Shown} shown @param {Sheet} sheet @param {Row} row @param {string} lane */
function inCell(shown, sheet, row, lane) {
  return shown.notes.filter((note) => note.row === row.id && note.sheet === sheet.id && note.lane === lane && !note.draft && note.kind === 'note');
}

/** The dilemmas of my group: one at a time, its columns as steps. @param {Desk} desk @param {Shown} shown @param {Sheet} sheet @returns {Parts} */
function dilemmas(desk, shown, sheet) {
  const me = /** @type {NonNullable<Shown['me']>} */ (shown.me);
  const rows = shown.rows.filter((row) => me.role === 'scribe' || row.group === me.group);
  const row = rows.find((known) => known.id === desk.picked.row) ?? rows[0];
  if (!row) return { top: html`<div class="panel"><p>${desk.t('group.no_dilemma')}</p></div>` };
  const { top, box: written, rest } = steps(desk, shown, sheet, row);
  const which = html`${rows.length > 1 ? html`<div class="choices" role="group" aria-label=${desk.t('group.which_dilemma')}>${rows.map((known) => html`
      <button type="button" class="step" aria-pressed=${String(known === row)} @click=${() => desk.pick('row', known.id)}><span class="nr">${rows.indexOf(known) + 1}</span><span>${known.text}</span></button>`)}</div>` : nothing}
    <p class="pole">${row.text}</p>`;
  return { top: [which, top], box: written, rest };
}

/**
 * Columns as steps, where some open only when others are filled. A column that belongs to another round is
 * shown below with its notes, not as a step to take.
 * @param {Desk} desk @param {Shown} shown @param {Row} row @param {Sheet['lanes']} lanes @param {Sheet['lanes'][number] | undefined} open
 */
function withLocks(desk, shown, row, lanes, open) {
  if (lanes.length > MANY) {
    return html`<div class="chips" role="group" aria-label=${desk.t('group.steps')}>${lanes.map((lane) => {
      const is = row.open.includes(lane.id);
      return html`<button type="button" class="chip" aria-pressed=${String(lane === open)} aria-disabled=${String(!is)}
        @click=${() => { if (is) desk.pick('lane', lane.id); }}>${is ? nothing : icon('lock')}${shown.say(lane.title)}${is ? nothing : html`<span class="sr-only"> – ${desk.t(`locked.${row.locked[lane.id]}`)}</span>`}</button>`;
    })}</div>`;
  }
  return html`<div class="steps" role="group" aria-label=${desk.t('group.steps')}>${lanes.map((lane, at) => {
    const is = row.open.includes(lane.id);
    const why = row.locked[lane.id];
    return html`<button type="button" class="step" aria-pressed=${String(lane === open)} aria-disabled=${String(!is)}
        @click=${() => { if (is) desk.pick('lane', lane.id); }}><span class="nr">${is ? at + 1 : icon('lock')}</span><span>${shown.say(lane.title)}</span>
        ${why ? html`<span class="why">${desk.t(`locked.${why}`)}</span>` : nothing}</button>`;
  })}</div>`;
}

/** @param {Desk} desk @param {Shown} shown @param {Sheet} sheet @param {Row} row @returns {Parts} */
function steps(desk, shown, sheet, row) {
  const me = /** @type {NonNullable<Shown['me']>} */ (shown.me);
  const round = /** @type {NonNullable<Shown['round']>} */ (shown.round);
  const lanes = sheet.lanes.filter((lane) => !lane.fates);
  const open = lanes.find((lane) => lane.id === desk.picked.lane && row.open.includes(lane.id)) ?? lanes.find((lane) => row.open.includes(lane.id));
  const listed = lanes.filter((lane) => row.open.includes(lane.id) || row.locked[lane.id] === 'depth_first');
  const wants = lanes.filter((lane) => row.locked[lane.id] === 'depth_first');
  const dreams = open?.points_to ? shown.notes.filter((note) => note.lane === open.points_to && !note.draft) : [];
  const top = html`${wants.length ? withLocks(desk, shown, row, listed, open) : listed.length > 1 ? html`<div class="segments small" role="group" aria-label=${desk.t('group.steps')}>${listed.map((lane) => html`
      <button type="button" aria-pressed=${String(lane === open)} @click=${() => desk.pick('lane', lane.id)}>${shown.say(lane.title)}</button>`)}</div>` : nothing}
    ${wants.length && row.can.includes('deep') ? html`<div class="panel stack"><p>${desk.t('group.deep_hint')}</p>
      <button type="button" class="button" @click=${() => desk.context.emit('deep', { row: row.id })}>${desk.t('group.deep')}</button></div>` : nothing}
    ${dreams.length ? dreamPicker(desk, shown, dreams, desk.picked.to ?? '') : nothing}`;
  const written = open ? box(desk, {
    key: round.id, limit: limitOf(shown, sheet.id, open.id), label: shown.say(open.title), hint: shown.say(open.hint), paper: open.color, save: desk.t(me.who_sees === 'group' ? 'phone.save_group' : 'phone.save_all'),
    onSave: (text) => desk.write(round.id, text, { sheet: sheet.id, lane: open.id, row: row.id, to: desk.picked.to }),
  }) : nothing;
  const rest = html`${open ? lock(desk, me.who_sees) : nothing}
    ${row.can.includes('fate') ? html`<fieldset class="stack"><legend class="label">${desk.t('fate.title')}</legend><div class="chips">${FATES.map((fate) => html`
      <button type="button" class="chip" aria-pressed=${String(row.fate === fate)} @click=${() => desk.context.emit('fate', { row: row.id, fate: row.fate === fate ? '' : fate })}>${desk.t(`fate.${fate}`)}</button>`)}</div></fieldset>` : nothing}
    ${rowNotes(desk, shown, sheet, row)}`;
  return { top, box: written, rest };
}
