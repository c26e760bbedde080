/** Writing from the console: for somebody without a phone, as the facilitator, and headings of periods. */
import { html, nothing } from '../../../lib/lit-html.js';
import { formOf } from '../../forms/index.js';
import { placeArgs, scaled, spanWords, stepsOf, titleOfHeads } from '../../notes/query.js';
import { linksToSet } from '../link-picker.js';
import { teamText } from '../team.js';
import { asksAbout, doubtAbout } from './doubt.js';
import { emptied, keptField } from './kept.js';
import { sendOrAsk } from './needed.js';
import { offers } from './script.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** @param {ConsoleState} ui @param {Shown} shown */
export function headingComposer(ui, shown) {
  const { t, round } = shown;
  const sheet = shown.sheet(round?.sheet);
  const spans = sheet?.per_group ? [] : stepsOf(sheet);
  if (!shown.me?.can.includes('heading') || !sheet || !spans.length) return nothing;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const field = new FormData(form);
    const text = String(field.get('heading') ?? '').trim();
    const [from, to] = [Number(field.get('from')), Number(field.get('to'))].sort((a, b) => a - b).map((place) => spans[place].id);
    if (!text || asksAbout(ui, 'heading', text)) return;
    ui.emit('write', {
      note: ui.context.keys.randomId(16), text, sheet: round?.sheet ?? '', lane: from, until: to, kind: 'heading',
    });
    emptied(ui, 'heading', form.elements.namedItem('heading'));
  };
  const list = shown.notes.filter((note) => note.kind === 'heading' && note.sheet === round?.sheet);
  return html`<section class="box"><h2 class="box-kicker">${t('console.heading')}</h2>
    <form class="heading-form" @submit=${send}>
      <div class="field"><label class="label" for="heading-from">${t('console.heading_from')}</label><select class="input" id="heading-from"
        name="from">${spans.map(({ title }, place) => html`<option value=${place}>${shown.say(title)}</option>`)}</select></div>
      <div class="field"><label class="label" for="heading-to">${t('console.heading_to')}</label><select class="input" id="heading-to"
        name="to">${spans.map(({ title }, place) => html`<option value=${place} ?selected=${place === spans.length - 1}>${shown.say(title)}</option>`)}</select></div>
      <label class="field heading-text"><span class="label">${t('console.heading_text')}</span><input class="input" name="heading" data-most="60"
        autocomplete="off" ${keptField(ui, 'heading')}></label>
      ${doubtAbout(ui, shown, 'heading')}
      <button class="button main" type="submit">${t('console.heading_add')}</button>
    </form>
    ${list.length ? html`<ul class="chips">${list.map((note) => html`<li><span class="chip">${spanWords(shown, sheet, note)}: <bdi>${note.text}</bdi>
      ${note.can.includes('delete') ? html`<button type="button" class="chip-x" aria-label=${t('console.take_down_this', { text: note.text })}
        @click=${() => ui.emit('delete', { note: note.id })}>×</button>` : nothing}</span></li>`)}</ul>` : nothing}
  </section>`;
}

/** Somebody without a phone who has the floor; undefined where nobody is. @param {Shown} shown */
export function hostedHolder(shown) {
  return shown.people.find(({ id, hosted }) => hosted && [...shown.turns.values()].some((turn) => turn.holder === id));
}

/** The way to the box for a note, where it stands far below a picture. @param {Shown} shown */
export function writeButton(shown) {
  if (!shown.me?.write) return nothing;
  const go = () => {
    const field = /** @type {HTMLTextAreaElement | null} */ (document.querySelector('.composer textarea[name=text]'));
    field?.scrollIntoView({ block: 'center' });
    field?.focus({ preventScroll: true });
  };
  return html`<button type="button" class="button to-write" @click=${go}>${shown.t('console.write_for')}</button>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function composer(ui, shown) {
  const { t } = shown;
  const mine = Boolean(shown.me?.write);
  const may = (/** @type {string} */ seat) => Boolean(shown.hosts.find(({ id }) => id === seat)?.write);
  const hosted = !offers(shown, 'write_for') ? [] : shown.people.filter((seat) => seat.hosted && (may(seat.id) || shown.notes.some((note) => note.draft && note.as === seat.id)));
  if (!hosted.length && !mine) return nothing;
  const writer = hosted.some((seat) => seat.id === ui.state.writer) ? ui.state.writer : mine ? '' : hosted[0]?.id ?? '';
  const seat = shown.seat(writer);
  const reach = writer ? 'own' : shown.me?.write?.reach ?? 'own';
  // Of who has the floor they stand by the queue (now.js).
  const atHand = [...shown.turns.values()].some((turn) => turn.holder === writer);
  const sheet = shown.sheet(shown.round?.sheet);
  const choices = choicesOf(ui, shown);
  const lanes = lanesToChoose(shown);
  const lane = lanes.find(({ id }) => id === choices.picked.lane) ?? lanes[0];
  const links = linksToSet(choices, shown, sheet, lane?.id);
  const drafts = shown.notes.filter((note) => note.draft && (writer ? note.as === writer && !(atHand && note.can.includes('place')) : !note.as));
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const field = new FormData(form);
    const text = String(field.get('text') ?? '').trim();
    if (!text || asksAbout(ui, 'note', text, links.unlinked)) return;
    const row = String(field.get('row') ?? '') || rowFor(shown, seat?.group ?? '');
    ui.emit('write', {
      note: ui.context.keys.randomId(16), text, sheet: shown.round?.sheet ?? '', lane: lane?.id ?? '',
      ...(row ? { row } : {}), ...(writer ? { as: writer } : {}), ...(links.chosen ? { links: links.chosen } : {}),
    });
    emptied(ui, 'note', form.elements.namedItem('text'));
  };
  return html`<section class="box composer"><h2 class="box-kicker">${seat ? t('console.write_as', { name: shown.called(seat.id) }) : t('console.write_for')}</h2>
    <div class="segments" ?hidden=${hosted.length + Number(mine) < 2}>
      ${mine ? html`<button type="button" aria-pressed=${writer === '' ? 'true' : 'false'}
        @click=${() => ui.set({ writer: '' })}>${t('console.myself')}</button>` : nothing}
      ${hosted.map((one) => html`<button type="button" aria-pressed=${writer === one.id ? 'true' : 'false'}
        @click=${() => ui.set({ writer: one.id })}>${shown.called(one.id)}</button>`)}
    </div>
    ${writer && !may(writer) ? nothing : html`<form class="write-form" @submit=${send}>
      <label class="field"><span class="label">${t('console.note')}</span><textarea class="input" name="text" rows="2"
        ${keptField(ui, 'note')}></textarea></label>
      ${where(shown, writer, lanes, lane, choices)}
      ${links.pickers}
      ${doubtAbout(ui, shown, 'note')}
      <button class="button main" type="submit">${reach === 'team' ? teamText(t, shown, 'phone.save_team') : t(reach === 'own' ? 'console.save_note' : reach === 'group' ? 'phone.save_group' : 'phone.save_all')}</button>
    </form>`}
    ${writer && may(writer) ? html`<p class="small quiet">${t(atHand ? 'console.hosted_hint_now' : shown.board?.who_sees === 'own_until_turn' ? 'console.hosted_hint_turn' : 'console.hosted_hint')}</p>` : nothing}
    ${drafts.length ? html`<h3 class="label">${t('console.drafts')}</h3><ul class="draft-list">${drafts.map((note) => html`<li>
      <span dir="auto">${note.text}</span>
      ${note.can.includes('place') ? placeButton(ui, shown, note) : nothing}
      ${note.can.includes('delete') ? html`<button type="button" class="link"
        @click=${() => ui.emit('delete', { note: note.id })}>${t('console.delete')}</button>` : nothing}
    </li>`)}</ul>` : nothing}
  </section>`;
}

/** Puts a draft up: at once where there is one place for it, else by way of the board. @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Note} note */
export function placeButton(ui, shown, note) {
  const place = onlyPlace(shown, note);
  const go = () => (place ? sendOrAsk(ui, shown, note, 'place', { ...placeArgs(shown, { note: note.id, sheet: note.sheet, ...place, side: '' }), ...(note.as ? { as: note.as } : {}) }) : toBoard(ui, note.id));
  return html`<button type="button" class="button" aria-pressed=${place ? nothing : ui.state.selected === note.id ? 'true' : 'false'} @click=${go}>${shown.t('console.place')}</button>`;
}

/** The lane and row of a hosted person's draft, if there is no choice of it; null else. @param {Shown} shown @param {import('../../types.js').Note} note */
function onlyPlace(shown, note) {
  const sheet = shown.sheet(note.sheet);
  if (!note.as || !sheet || scaled(sheet)) return null;
  const { round } = shown;
  const lanes = round?.sheet === sheet.id && round.lanes?.length ? round.lanes : sheet.lanes.map((lane) => lane.id);
  const row = formOf(sheet)?.rowFor(shown, sheet, shown.seat(note.as)?.group ?? '') ?? '';
  return lanes.length === 1 ? { lane: lanes[0], row } : null;
}

/** Select a draft and go to the board, where its target is tapped. @param {ConsoleState} ui @param {string} note */
function toBoard(ui, note) {
  const chosen = ui.state.selected === note ? '' : note;
  ui.set({ selected: chosen, tab: 'board' });
  if (chosen) requestAnimationFrame(() => document.querySelector('.console-board')?.scrollIntoView({ block: 'start' }));
}

/** The row of a sheet that a group writes in. @param {Shown} shown @param {string} group */
function rowFor(shown, group) {
  const sheet = shown.sheet(shown.round?.sheet);
  return (sheet && formOf(sheet)?.rowFor(shown, sheet, group)) ?? '';
}

/** What is chosen for the next note of this round: its lane and links. @param {ConsoleState} ui @param {Shown} shown @returns {import('../link-picker.js').Choices} */
function choicesOf(ui, { t, round }) {
  const now = () => (ui.state.picked.round === round?.id ? ui.state.picked : {});
  return {
    t,
    get picked() { return now(); },
    // Whoever opens the list or chooses has heard the question whether something should be chosen.
    pick: (name, value) => ui.set({ picked: { ...now(), round: round?.id, [name]: value }, doubt: ui.state.doubt?.kind === 'unlinked' ? null : ui.state.doubt }),
  };
}

/** The lanes that a note of this round may be written in. On a sheet with a scale there are none: the lane is chosen when the note is placed. @param {Shown} shown */
function lanesToChoose(shown) {
  const sheet = shown.sheet(shown.round?.sheet);
  if (!sheet || scaled(sheet)) return [];
  const open = shown.round?.lanes?.length ? shown.round.lanes : sheet.lanes.map((lane) => lane.id);
  // What a lane needs comes with a note that is moved there (SPEC R45).
  return sheet.lanes.filter((lane) => open.includes(lane.id) && !lane.needs?.length);
}

/**
 * The inputs for where a note goes, if that must be chosen.
 * @param {Shown} shown @param {string} writer @param {import('../../types.js').Lane[]} lanes @param {import('../../types.js').Lane | undefined} chosen @param {import('../link-picker.js').Choices} choices
 */
function where(shown, writer, lanes, chosen, { pick }) {
  const { t } = shown;
  const sheet = shown.sheet(shown.round?.sheet);
  if (!sheet || scaled(sheet)) return nothing;
  const rows = writer ? [] : formOf(sheet)?.rows(shown, sheet) ?? [];
  return html`
    ${rows.length ? html`<div class="field"><label class="label" for="where-row">${titleOfHeads(shown) || t('console.group_of')}</label>
      <select class="input" id="where-row" name="row">${rows.map((row) => html`<option value=${row.id}>${row.text}</option>`)}</select></div>` : nothing}
    ${lanes.length < 2 ? nothing : html`<div class="field"><label class="label" for="where-lane">${t('console.where_lane')}</label>
      <select class="input" id="where-lane" @change=${(/** @type {any} */ event) => pick('lane', event.target.value)}>
        ${lanes.map((lane) => html`<option value=${lane.id} ?selected=${lane === chosen}>${shown.say(lane.title)}</option>`)}</select></div>`}`;
}
