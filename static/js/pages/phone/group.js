/**
 * Group work: my group, its own sheet with columns or its row with steps, and its notes as a list.
 * No rule may live here: the records say what is open, locked, or mine to choose.
 */
import { classMap, html, nothing, repeat } from '../../../lib/lit-html.js';
import { inside, meanings } from '../../notes/marks.js';
import { tongue } from '../../notes/look.js';
import { formOf } from '../../forms/index.js';
import { CHOSEN, choosable, inLane, kindsOfHeads, placeArgs, stepsOf } from '../../notes/query.js';
import { afterthought, box, limitOf, writeParts } from './box.js';
import { linksToSet } from '../link-picker.js';
import { foot, frame, head, icon, lock, lostTexts, members, questions, ready } from './frame.js';
import { noteButton, ownNotes, sideWords } from './notes.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('./frame.js').Parts} Parts */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Row} Row */
/** @typedef {import('../../types.js').Sheet} Sheet */

/** Up to so many columns are shown as steps, one below another; more of them side by side. */
const MANY = 3;
/** Where what is told late is kept while it is half-written. */
const TELL = 'tell';

/** @param {PhoneState} ui @param {Shown} shown */
export function group(ui, shown) {
  const { me, round } = shown;
  if (!me || !round) return nothing;
  const sheet = shown.sheet(round.sheet);
  const parts = !sheet ? {} : formOf(sheet)?.rowed ? rowSteps(ui, shown, sheet) : ownSheet(ui, shown, sheet);
  // A text that was put into the box must be seen, also where the group has nothing to write now.
  const half = !parts.box && (ui.openBox || ui.text(round.id).trim()) ? afterthought(ui, shown, round) : {};
  const { box: written } = { ...parts, ...half };
  return frame(head(ui, shown), {
    top: [
      lostTexts(ui),
      members(ui, shown), parts.top, half.top,
    ],
    box: written,
    rest: [half.rest, parts.rest, ready(ui, shown), parts.list, ownNotes(ui, shown, 'drafts'), foot(ui, shown)],
  });
}

/** The pane for a sheet of which every group has its own copy. @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet @returns {Parts} */
function ownSheet(ui, shown, sheet) {
  const me = /** @type {NonNullable<Shown['me']>} */ (shown.me);
  const round = /** @type {NonNullable<Shown['round']>} */ (shown.round);
  const scribe = me.role === 'scribe' && sheet.per_group;
  const groupId = scribe ? (ui.picked.group ?? shown.groups[0]?.id ?? '') : me.group;
  const place = me.write ? { ...me.write, row: scribe ? groupId : me.write.row } : null;
  const which = scribe ? html`<div class="segments" role="group" aria-label=${ui.t('group.which')}>${shown.groups.map((each) => html`
      <button type="button" aria-pressed=${String(each.id === groupId)} @click=${() => ui.pick('group', each.id)}>${ui.t('group.name', { n: each.number })}</button>`)}</div>` : nothing;
  const told = shown.notes.some((note) => note.sheet === sheet.id && note.row === groupId && !note.draft);
  const { top, box: written, rest } = place ? writeParts(ui, shown, place, me.who_sees) : tellLate(ui, shown, told);
  return { top: [which, questions(shown), top, place ? toTake(ui, shown, sheet, groupId, place) : nothing], box: written, rest, list: groupNotes(ui, shown, sheet.id, groupId, round.lanes ?? []) };
}

/**
 * Beside a line, what the group wrote before in its other lanes, such as its tasks: a tap puts the words into the box.
 * @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet @param {string} groupId @param {import('../../types.js').Opening} place
 */
function toTake(ui, shown, sheet, groupId, place) {
  const round = /** @type {NonNullable<Shown['round']>} */ (shown.round);
  if (!stepsOf(sheet).some((lane) => place.lanes.includes(lane.id))) return nothing;
  const take = (/** @type {Event} */ event, /** @type {string} */ text) => {
    /** @type {HTMLElement} */ (event.currentTarget).closest('details')?.removeAttribute('open');
    const typed = ui.text(round.id).trim();
    ui.setText(round.id, typed ? `${typed} ${text}` : text);
    ui.context.redraw();
    setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('.note-box textarea'))?.focus(), 60);
  };
  return sheet.lanes.filter((lane) => lane.scale === undefined && !place.lanes.includes(lane.id)).map((lane) => {
    const notes = inLane(shown, sheet.id, groupId, lane.id);
    return notes.length ? html`<details class="take"><summary class="link">${ui.t('group.take', { lane: shown.say(lane.title), n: notes.length })}</summary>
      <div class="chips">${repeat(notes, (note) => note.id, (note) => html`<button type="button" class="chip" dir="auto" lang=${tongue(note.text, shown)} @click=${(/** @type {Event} */ event) => take(event, note.text)}>${note.text}</button>`)}</div></details>` : nothing;
  });
}

/**
 * The notes of a group's own sheet, by column; those that can be chosen have a button.
 * @param {PhoneState} ui @param {Shown} shown @param {string | undefined} sheetId @param {string} groupId @param {string[]} lanes
 */
export function groupNotes(ui, shown, sheetId, groupId, lanes) {
  const sheet = shown.sheet(sheetId);
  if (!sheet?.per_group) return nothing;
  return sheet.lanes.filter((lane) => !lanes.length || lanes.includes(lane.id)).map((lane) => {
    const notes = inLane(shown, sheet.id, groupId, lane.id);
    const chosen = notes.some((note) => note.chosen);
    return notes.length ? html`<section class="stack"><h2>${shown.say(lane.title)} <span class="quiet">${notes.length}</span></h2>
      <ul class=${classMap({ notes: true, one: notes.some(choosable) })}>${repeat(notes, (note) => note.id, (note) => html`<li class="stack tight">
        ${noteButton(ui, shown, note, note.chosen ? ui.t('group.chosen') : sideWords(note, shown))}
        ${choosable(note) ? html`<button type="button" class=${chosen && !note.chosen ? 'link' : 'button'} @click=${() => ui.context.emit('mark', { note: note.id, kind: CHOSEN, word: note.chosen ? '' : CHOSEN })}>${ui.t(note.chosen ? 'group.unchoose' : chosen ? 'group.choose_too' : 'group.choose')}</button>` : nothing}</li>`)}</ul></section>`
      : html`<section class="stack"><h2>${shown.say(lane.title)}</h2><p class="quiet">${ui.t('group.none')}</p></section>`;
  });
}

/** My group's notes, to read while the group presents them. @param {PhoneState} ui @param {Shown} shown */
export function ownPaper(ui, shown) {
  const sheet = shown.sheet(shown.round?.sheet);
  const group = shown.me?.group ?? '';
  if (!sheet || !formOf(sheet)?.rowed) return groupNotes(ui, shown, sheet?.id, group, shown.round?.lanes ?? []);
  return html`${shown.rows.filter((row) => row.group === group).map((row) => html`<p class="pole" dir="auto" lang=${tongue(row.text, shown)}>${row.text}</p>${rowNotes(ui, shown, sheet, row)}`)}${alsoTold(ui, shown)}`;
}

/** My group has chosen nothing: what it can choose from now, and telling one more. @param {PhoneState} ui @param {Shown} shown @returns {Parts} */
function stillToChoose(ui, shown) {
  const group = shown.me?.group ?? '';
  const sheets = shown.sheets.filter((sheet) => sheet.per_group && shown.notes.some((note) => note.sheet === sheet.id && note.row === group && choosable(note)));
  const tell = tellLate(ui, shown, sheets.length > 0);
  return { ...tell, top: [html`<div class="banner warn"><span>${ui.t(sheets.length ? 'group.not_chosen' : tell.box ? 'group.still_tell' : 'group.nothing_told')}</span></div>
    ${sheets.map((sheet) => groupNotes(ui, shown, sheet.id, group, []))}`, tell.top] };
}

/** A box for one more to choose from, put up at once (SPEC R12); folded where some were told. @param {PhoneState} ui @param {Shown} shown @param {boolean} told @returns {Parts} */
function tellLate(ui, shown, told) {
  const place = shown.me?.place;
  const sheet = place?.reach === 'group' ? shown.sheet(place.sheet) : null;
  const lane = sheet?.per_group ? sheet.lanes.find(({ id }) => id === place?.lanes[0]) : undefined;
  if (!place || !lane) return {};
  if (told && !ui.picked.tell && !ui.text(TELL).trim()) return { top: html`<p><button type="button" class="link" @click=${() => ui.pick('tell', '1')}>${ui.t('group.tell_more')}</button></p>` };
  const tell = (/** @type {string} */ text) => {
    const note = ui.write(TELL, text, { sheet: place.sheet, lane: lane.id });
    ui.context.emit('place', placeArgs(shown, { note, sheet: place.sheet, lane: lane.id, row: place.row, side: '' }));
  };
  return {
    box: box(ui, {
      key: TELL, limit: limitOf(shown, place.sheet, lane.id), label: shown.say(lane.title), hint: shown.say(lane.hint), color: lane.color, save: 'phone.save_group', onSave: tell,
    }),
    rest: lock(ui, 'group'),
  };
}

/** What my group told and did not choose, where there is something to choose; it may be made known to all. @param {PhoneState} ui @param {Shown} shown */
export function alsoTold(ui, shown) {
  const group = shown.me?.group ?? '';
  if (!shown.sheets.some((sheet) => formOf(sheet)?.rowed)) return nothing;
  const notes = shown.notes.filter((note) => note.kind === 'note' && !note.draft && !note.chosen && note.row === group && group
    && note.sheet !== shown.round?.sheet && shown.sheet(note.sheet)?.per_group && (note.can.includes('reveal') || note.reach === 'all'));
  if (!notes.length) return nothing;
  return html`<section class="stack"><h2>${ui.t('group.also_told', { n: notes.length })}</h2><p class="quiet small">${ui.t('group.also_told_hint')}</p>
    <ul class="notes one">${repeat(notes, (note) => note.id, (note) => html`<li class="stack tight">${noteButton(ui, shown, note, note.reach === 'all' ? ui.t('group.goes_along') : '')}${takeAlong(ui, note)}</li>`)}</ul></section>`;
}

/** It cannot be undone, so it takes two taps. @param {PhoneState} ui @param {Note} note */
function takeAlong(ui, note) {
  if (!note.can.includes('reveal')) return nothing;
  if (ui.picked.along !== note.id) return html`<button type="button" class="button" @click=${() => ui.pick('along', note.id)}>${ui.t('group.take_along')}</button>`;
  const go = () => {
    ui.pick('along', '');
    ui.context.emit('reveal', { note: note.id });
  };
  return html`<p class="small strong" role="alert">${ui.t('group.take_along_sure')}</p>
    <div class="pair"><button type="button" class="button" @click=${() => ui.pick('along', '')}>${ui.t('group.take_along_not')}</button>
      <button type="button" class="button main" @click=${go}>${ui.t('group.take_along_yes')}</button></div>`;
}

/** A row's notes, by column. @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet @param {Row} row */
function rowNotes(ui, shown, sheet, row) {
  return sheet.lanes.map((lane) => {
    const notes = inLane(shown, sheet.id, row.id, lane.id);
    return notes.length ? html`<section class="stack"><h2>${shown.say(lane.title)}</h2><ul class="notes">${repeat(notes, (note) => note.id, (note) => html`<li>${noteButton(ui, shown, note)}</li>`)}</ul></section>` : nothing;
  });
}

/** My group's rows: one at a time, with its columns as steps. @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet @returns {Parts} */
function rowSteps(ui, shown, sheet) {
  const me = /** @type {NonNullable<Shown['me']>} */ (shown.me);
  const rows = shown.rows.filter((row) => me.role === 'scribe' || row.group === me.group);
  const row = rows.find((known) => known.id === ui.picked.row) ?? rows[0];
  if (!row) return stillToChoose(ui, shown);
  const { top, ...below } = steps(ui, shown, sheet, row);
  const which = html`${rows.length > 1 ? html`<div class="choices" role="group" aria-label=${ui.t('group.which_row')}>${rows.map((known) => html`
      <button type="button" class="step" aria-pressed=${String(known === row)} @click=${() => ui.pick('row', known.id)}><span class="nr">${rows.indexOf(known) + 1}</span><span dir="auto" lang=${tongue(known.text, shown)}>${known.text}</span></button>`)}</div>` : nothing}
    <p class="pole" dir="auto" lang=${tongue(row.text, shown)}>${row.text}</p>${questions(shown)}`;
  return { top: [which, top], ...below };
}

/**
 * Columns as steps, some of which open only when others are filled. A column of another round is shown below, with its
 * notes and not as a step.
 * @param {PhoneState} ui @param {Shown} shown @param {Row} row @param {Sheet['lanes']} lanes @param {Sheet['lanes'][number] | undefined} open
 */
function withLocks(ui, shown, row, lanes, open) {
  if (lanes.length > MANY) {
    return html`<div class="chips" role="group" aria-label=${ui.t('group.steps')}>${lanes.map((lane) => {
      const is = row.open.includes(lane.id);
      return html`<button type="button" class="chip" aria-pressed=${String(lane === open)} aria-disabled=${String(!is)}
        @click=${() => { if (is) ui.pick('lane', lane.id); }}>${is ? nothing : icon('lock')}${shown.say(lane.title)}${is ? nothing : html`<span class="sr-only"> – ${ui.t(`locked.${row.locked[lane.id]}`)}</span>`}</button>`;
    })}</div>`;
  }
  return html`<div class="steps" role="group" aria-label=${ui.t('group.steps')}>${lanes.map((lane, at) => {
    const is = row.open.includes(lane.id);
    const why = row.locked[lane.id];
    return html`<button type="button" class="step" aria-pressed=${String(lane === open)} aria-disabled=${String(!is)}
        @click=${() => { if (is) ui.pick('lane', lane.id); }}><span class="nr">${is ? at + 1 : icon('lock')}</span><span>${shown.say(lane.title)}</span>
        ${why ? html`<span class="why">${ui.t(`locked.${why}`)}</span>` : nothing}</button>`;
  })}</div>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Sheet} sheet @param {Row} row @returns {Parts} */
function steps(ui, shown, sheet, row) {
  const me = /** @type {NonNullable<Shown['me']>} */ (shown.me);
  const round = /** @type {NonNullable<Shown['round']>} */ (shown.round);
  const lanes = sheet.lanes.filter((lane) => !lane.shows);
  const open = lanes.find((lane) => lane.id === ui.picked.lane && row.open.includes(lane.id)) ?? lanes.find((lane) => row.open.includes(lane.id));
  const listed = lanes.filter((lane) => row.open.includes(lane.id) || row.locked[lane.id] === 'depth_first');
  const wants = lanes.filter((lane) => row.locked[lane.id] === 'depth_first');
  const { fate, opening } = kindsOfHeads(shown);
  const deeper = opening.filter(({ id }) => wants.some((lane) => lane.unless === id) && row.marks_open.includes(id) && !row.marks[id]);
  const links = linksToSet(ui, shown, sheet, open?.id);
  const top = html`${wants.length ? withLocks(ui, shown, row, listed, open) : listed.length > 1 ? html`<div class="segments small" role="group" aria-label=${ui.t('group.steps')}>${listed.map((lane) => html`
      <button type="button" aria-pressed=${String(lane === open)} @click=${() => ui.pick('lane', lane.id)}>${shown.say(lane.title)}</button>`)}</div>` : nothing}
    ${deeper.length ? html`<div class="panel stack"><p>${ui.t('group.deep_hint')}</p>${deeper.map((kind) => kind.words.map((word) => html`
      <button type="button" class="button" @click=${() => ui.context.emit('mark', { note: row.id, kind: kind.id, word: word.id })}>${shown.say(word.title)}</button>`))}</div>` : nothing}`;
  const written = open ? box(ui, {
    key: round.id, limit: limitOf(shown, sheet.id, open.id), label: shown.say(open.title), hint: shown.say(open.hint), color: open.color, save: me.who_sees === 'group' ? 'phone.save_group' : 'phone.save_all', unlinked: links.unlinked,
    linking: links.pickers,
    onSave: (text) => ui.write(round.id, text, { sheet: sheet.id, lane: open.id, row: row.id, links: links.chosen }),
  }) : nothing;
  const list = html`${fate && row.marks_open.includes(fate.id) ? html`<fieldset class="stack"><legend class="label">${shown.say(fate.title)}</legend><div class="chips">${fate.words.map((word) => html`
      <button type="button" class="chip" aria-pressed=${String(row.marks[fate.id] === word.id)}
        @click=${() => ui.context.emit('mark', { note: row.id, kind: fate.id, word: row.marks[fate.id] === word.id ? '' : word.id })}>${inside(word, shown)}</button>`)}</div>
      ${meanings(fate, shown)}</fieldset>` : nothing}
    ${rowNotes(ui, shown, sheet, row)}${alsoTold(ui, shown)}`;
  return { top, box: written, rest: open ? lock(ui, me.who_sees) : nothing, list };
}
