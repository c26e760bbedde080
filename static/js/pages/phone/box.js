/**
 * The phone's only text box, drawn as a note, with its context: where the text goes, who will see it, and how long it
 * may be. Notes that have been written may not be drawn here.
 */
import { classMap, html, live, nothing } from '../../../lib/lit-html.js';
import { stepsOf } from '../../notes/query.js';
import { lengthOf } from '../../text.js';
import { linksToSet } from '../link-picker.js';
import { teamText } from '../team.js';
import { lock } from './frame.js';
import { openingOf } from './state.js';

/** @typedef {import('./state.js').PhoneState} PhoneState */
/** @typedef {import('./state.js').At} At */
/** @typedef {import('./frame.js').Parts} Parts */
/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Round} Round */
/** @typedef {import('../../types.js').Opening} Opening */

/** The number of characters left from which the note shows it. */
export const NEAR = 30;
/** More lanes than this are a list to choose from. */
const MANY = 6;
/** So many letters of a button's text fit beside each other on a phone of 360 px. */
const BESIDE = 33;

/** The longest text for a lane; if the lane is not known yet, the method's limit. @param {Shown} shown @param {string} sheetId @param {string} laneId */
export function limitOf(shown, sheetId, laneId) {
  const lane = shown.sheet(sheetId)?.lanes.find((known) => known.id === laneId);
  return lane?.limit ?? shown.method?.limit ?? 140;
}

/**
 * The text box, drawn as a note, with its save button.
 * @param {PhoneState} ui
 * @param {object} options
 * @param {string} options.key where the half-written text is kept
 * @param {number} options.limit
 * @param {string} options.label
 * @param {string} [options.hint] shown while it is empty
 * @param {string} [options.color]
 * @param {string} options.save key of the button's text; with `phone.saved` for `phone.save` and so on, what is announced
 * @param {(text: string) => void} options.onSave
 * @param {boolean} [options.locked]
 * @param {boolean} [options.unlinked] the text could be linked to a note, and none is chosen
 * @param {unknown} [options.linking] chooses what the text is linked to
 */
export function box(ui, { key, limit, label, hint, color, save, onSave, locked, unlinked = false, linking = nothing }) {
  const text = ui.text(key);
  const left = limit - lengthOf(text, limit);
  const empty = !text.trim();
  const id = `box-${key}`;
  const saved = save.replace('phone.save', 'phone.saved');
  const said = (/** @type {string} */ words) => (words.endsWith('_team') ? teamText(ui.t, ui.context.store?.shown(), words) : ui.t(words));
  const signed = empty && ui.signed(key);
  const go = () => {
    // Read from the element: it may hold more than the last render.
    const now = ui.text(key);
    if (!now.trim() || lengthOf(now, limit) > limit || locked) return;
    const doubts = ui.part('doubt');
    // It comes with the first letter; where it could not be fetched, nothing is asked.
    const kind = doubts?.doubtOf(ui, now, unlinked);
    if (kind) return void ui.ask({ key, kind, text: now });
    onSave(now);
    ui.sign(key);
    ui.context.saved(said(saved));
    document.getElementById(id)?.focus();
  };
  return html`<form class="stack" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); go(); }}>
    <div class=${classMap({ 'note-box': true, [color ?? 'yellow']: true })}>
      <label class="sr-only" for=${id}>${label}</label>
      <textarea id=${id} rows="3" dir="auto" autocomplete="off" enterkeyhint="enter" lang=${ui.context.lang()}
        aria-describedby=${`${id}-left ${id}-wrong`} aria-invalid=${String(ui.wrong?.key === key)} placeholder=${hint || ui.t('phone.hint')} .value=${live(text)}
        @input=${(/** @type {any} */ event) => { ui.part('doubt'); ui.setText(key, event.target.value); }}
        @keydown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); go(); } }}></textarea>
      <span class=${classMap({ left: true, over: left < 0 })} id=${`${id}-left`}>${left > NEAR ? nothing
    : left < 0 ? ui.t('phone.too_long', { n: -left }) : ui.t('phone.left', { n: left })}</span>
    </div>
    ${linking}
    <div id=${`${id}-wrong`} role="alert">${ui.wrong?.key === key ? html`<p class="wrong">${ui.wrong.why} ${ui.t('lost.back')}</p>` : nothing}${ui.doubt ? ui.part('doubt')?.question(ui, key, text, go) ?? nothing : nothing}</div>
    <button class=${classMap({ button: true, main: !signed, waits: signed, big: true, wide: true })} aria-disabled=${String(empty || left < 0)} type="submit">${signed ? `✓ ${said(saved)}` : said(save)}</button>
  </form>`;
}

/**
 * The box for an opening: lanes as tabs if there are several, and the notes to link to where the sheet has links from that lane.
 * @param {PhoneState} ui @param {Shown} shown @param {Opening} opening @param {string} who @returns {Parts}
 */
export function writeParts(ui, shown, opening, who) {
  const round = /** @type {At} */ (ui.at).round;
  const sheet = shown.sheet(opening.sheet);
  const lanes = (sheet?.lanes ?? []).filter((lane) => opening.lanes.includes(lane.id));
  // On a sheet with a scale the lane is chosen when the note is placed; where it goes up at once, that is now.
  const scaled = opening.reach === 'own' && stepsOf(sheet).length > 0;
  const several = !scaled && lanes.length > 1;
  const lane = scaled ? undefined : (lanes.find((known) => known.id === ui.picked.lane) ?? lanes[0]);
  const links = linksToSet(ui, shown, sheet, lane?.id);
  const save = who.startsWith('own') ? 'phone.save' : ['group', 'team'].includes(who) ? `phone.save_${who}` : 'phone.save_all';
  return {
    top: several ? lanePicker(ui, shown, lanes, lane) : nothing,
    box: box(ui, {
      key: round.id, limit: limitOf(shown, opening.sheet, lane?.id ?? ''), label: shown.say(lane?.title) || shown.say(round.title),
      hint: shown.say(lane?.hint), color: fixedColor(shown, sheet) || lane?.color || undefined, save, unlinked: links.unlinked,
      linking: links.pickers,
      onSave: (text) => ui.write(round.id, text, { sheet: opening.sheet, lane: lane?.id ?? '', row: opening.row, links: links.chosen }),
    }),
    rest: lock(ui, who),
  };
}

/** The colour of what is written in this round, where the round fixes it. @param {Shown} shown @param {import('../../types.js').Sheet | null} sheet */
function fixedColor(shown, sheet) {
  const fixed = shown.round?.sheet === sheet?.id ? shown.round?.fixed ?? {} : {};
  return sheet?.marks.flatMap((kind) => kind.words.filter(({ id }) => id === fixed[kind.id])).find((word) => word.color)?.color ?? '';
}

/** The lanes to write in: side by side, or a list of many, such as times of day. @param {PhoneState} ui @param {Shown} shown @param {import('../../types.js').Lane[]} lanes @param {import('../../types.js').Lane} [lane] the chosen one */
function lanePicker(ui, shown, lanes, lane) {
  if (lanes.length > MANY) {
    return html`<div class="field"><label class="label" for="box-lane">${ui.t('phone.lanes')}</label><select class="input" id="box-lane" @change=${(/** @type {any} */ event) => ui.pick('lane', event.target.value)}>
      ${lanes.map((known) => html`<option value=${known.id} ?selected=${known === lane}>${shown.say(known.title)}</option>`)}</select></div>`;
  }
  const fit = fitBeside(lanes.map((known) => shown.say(known.title)));
  return html`<div class=${classMap({ segments: true, four: fit && lanes.length === 4, row: fit && lanes.length === 3 })} role="group" aria-label=${ui.t('phone.lanes')}>${lanes.map((known) => html`
      <button type="button" aria-pressed=${String(known === lane)} @click=${() => ui.pick('lane', known.id)}>${shown.say(known.title)}</button>`)}</div>`;
}

/** Whether no word of these is too long for as many columns as there are of three, or two of four. @param {string[]} titles */
function fitBeside(titles) {
  const longest = titles.map((title) => Math.max(...title.split(/\s+/u).map((word) => word.length)));
  const columns = longest.length === 4 ? [Math.max(longest[0], longest[2]), Math.max(longest[1], longest[3])] : longest;
  return columns.reduce((sum, letters) => sum + letters, 0) <= BESIDE;
}

/** A folded box for writing a draft while others speak. @param {PhoneState} ui @param {Shown} shown @param {Round} round @returns {Parts} */
export function afterthought(ui, shown, round) {
  if (!shown.me?.can.includes('write') || !round.sheet) return {};
  if (!ui.openBox && !ui.text(round.id).trim()) {
    // Where nothing raises it any more and its author cannot put it up, nobody is asked to write.
    return shown.me.who_sees === 'own' && !shown.me.place ? {} : { top: unfold(ui, 'phone.afterthought') };
  }
  return writeParts(ui, shown, { ...openingOf(shown, round), reach: 'own' }, 'own_draft');
}

/** The button that opens a folded box and focuses it. @param {PhoneState} ui @param {string} label a text's key */
export function unfold(ui, label) {
  const go = () => {
    ui.openBox = true;
    ui.context.redraw();
    setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('.note-box textarea'))?.focus(), 60);
  };
  return html`<p><button type="button" class="link" @click=${go}>${ui.t(label)}</button></p>`;
}
