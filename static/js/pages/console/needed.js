/** What a note lacks before it may lie in a lane (SPEC R45), asked for before it is moved there; further versions of notes. */
import { html, nothing } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { comments } from '../../notes/query.js';
import { quoted, tooLong } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../../types.js').Field} Field */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/**
 * @typedef {object} Asked  what the dialog is about
 * @property {string} name      the op that is asked for: `move`, `place` or `write`
 * @property {Record<string, any>} args   its args so far
 * @property {string} [why]     why it was refused: what was brought along stands in `args`
 * @property {string} [former]  the note of which a further version is written
 */

/** What keeps a note out of a lane. @param {Shown} shown @param {string} sheetId @param {Note | null} note @param {string} laneId */
export function lacksFor(shown, sheetId, note, laneId) {
  const sheet = shown.sheet(sheetId);
  const lane = sheet?.lanes.find(({ id }) => id === laneId);
  const needs = lane?.needs ?? [];
  const here = note && !note.draft && note.lane === laneId;
  if (!lane || !needs.length || here || (note && note.kind !== 'note')) return null;
  const fields = (lane.fields ?? []).filter(({ id }) => needs.includes(id) && !note?.fields?.[id]);
  const kinds = (sheet?.marks ?? []).filter(({ id }) => needs.includes(id) && !note?.marks?.[id]);
  const answers = needs.includes('comments') ? (note && comments(shown).get(note.id)) ?? [] : null;
  const aimless = needs.includes('about') && !note?.about?.length;
  return fields.length || kinds.length || aimless || answers?.length === 0 ? { lane, fields, kinds, answers, aimless } : null;
}

/** Send the op, or ask first for what the note lacks there. @param {ConsoleState} ui @param {Shown} shown @param {Note} note @param {string} name @param {Record<string, any>} args */
export function sendOrAsk(ui, shown, note, name, args) {
  if (!lacksFor(shown, note.sheet, note, args.lane)) return void ui.emit(name, args);
  ui.set({ dialog: 'needed', extra: /** @type {Asked} */ ({ name, args }) });
}

/** Ask once more, with what was brought along, after a refusal. @param {ConsoleState} ui @param {string} name @param {Record<string, any>} args @param {string} why */
export function askAgain(ui, name, args, why) {
  ui.set({ dialog: 'needed', extra: /** @type {Asked} */ ({ name, args, why }) });
}

/** A button for a further version, where a word of the note goes on with one and there is none yet. @param {ConsoleState} ui @param {Shown} shown @param {Note} note */
export function againButton(ui, shown, note) {
  const sheet = shown.sheet(note.sheet);
  const again = sheet?.marks.flatMap((kind) => kind.words.filter(({ id }) => id === note.marks?.[kind.id])).find((word) => word.again)?.again;
  const lane = sheet?.lanes.find(({ id }) => id === again?.lane);
  if (!again || !lane?.open || shown.notes.some((one) => one.links?.[again.link]?.includes(note.id))) return nothing;
  const args = { sheet: note.sheet, lane: again.lane, text: note.text, links: { [again.link]: [note.id] }, ...(note.about?.length ? { about: note.about } : {}) };
  return html`<button type="button" class="button main" @click=${() => ui.set({ dialog: 'needed', extra: /** @type {Asked} */ ({ name: 'write', args, former: note.id }) })}>
    ${shown.t('needed.again', { lane: shown.say(lane.title) })}</button>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function needed(ui, shown) {
  const asked = /** @type {Asked} */ (ui.state.extra);
  const { name, args, why } = asked;
  const note = name === 'write' ? null : shown.note(args.note);
  const sheetId = note?.sheet ?? args.sheet;
  const lacks = lacksFor(shown, sheetId, note, args.lane);
  const { t } = shown;
  const lane = shown.sheet(sheetId)?.lanes.find(({ id }) => id === args.lane);
  if (!lane || (name !== 'write' && !note)) return html`<p>${t('refused.no_note')}</p>`;
  const blocked = lacks && (lacks.answers?.length === 0 || lacks.aimless);
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const given = new FormData(form);
    const fields = Object.fromEntries((lacks?.fields ?? []).map((field) => [field.id, answerIn(given, field)]).filter(([, value]) => value));
    const marks = Object.fromEntries((lacks?.kinds ?? []).map(({ id }) => [id, String(given.get(`mark-${id}`) ?? '')]).filter(([, word]) => word));
    if (!fits(form, lacks?.fields ?? [], fields, note, shown)) return;
    const text = name === 'write' ? { note: ui.context.keys.randomId(16), text: String(given.get('text') ?? '').trim() } : {};
    ui.emit(name, { ...args, ...text, ...(Object.keys(fields).length ? { fields } : {}), ...(Object.keys(marks).length ? { marks: { ...args.marks, ...marks } } : {}) });
    ui.set({ dialog: '', extra: null, selected: '' });
  };
  return html`
    ${why ? html`<p class="banner warn" role="alert">${t(`refused.${why}`)}</p>` : nothing}
    ${note ? html`<blockquote class="quote" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</blockquote>` : nothing}
    <form class="stack needed" @submit=${send}>
      <p class="small quiet">${t('needed.where', { lane: quoted(shown.say(lane.title), shown.lang) })}</p>
      ${lacks?.answers ? said(shown, lacks.answers) : nothing}
      ${lacks?.aimless ? html`<p class="banner">${t('needed.about')}</p>` : nothing}
      ${blocked ? nothing : html`
        ${name === 'write' ? html`<label class="field"><span class="label">${t('console.note')}</span><textarea class="input" name="text" rows="2" dir="auto" required>${args.text}</textarea></label>` : nothing}
        ${lacks?.kinds.map((kind) => html`<fieldset class="answer"><legend class="label">${shown.say(kind.title)} ${must(shown)}</legend>
          <div class="needed-words">${kind.words.map((word) => html`<label class="needed-word"><input type="radio" name=${`mark-${kind.id}`} value=${word.id} required ?checked=${args.marks?.[kind.id] === word.id}>
            <span><strong>${shown.say(word.title)}</strong> <span class="small quiet">${shown.say(word.hint)}</span></span></label>`)}</div></fieldset>`)}
        ${lacks?.fields.map((field) => input(shown, field, args.fields?.[field.id] ?? ''))}
        <div class="acts"><button class="button main" type="submit">${t(name === 'write' ? 'console.save' : 'needed.save')}</button>
          <button type="button" class="button plain" @click=${() => ui.shut()}>${t('console.cancel')}</button></div>`}
    </form>`;
}

/** What colleagues said of the note, as quotations: nothing is counted. @param {Shown} shown @param {Note[]} answers */
function said(shown, answers) {
  if (!answers.length) return html`<p class="banner">${shown.t('needed.no_answers')}</p>`;
  return html`<div><p class="label">${shown.t('needed.answers')}</p>
    ${answers.map(({ text }) => html`<blockquote class="quote" dir="auto" lang=${tongue(text, shown)}>${text}</blockquote>`)}</div>`;
}

/** @param {Shown} shown */
function must({ t }) {
  return html`<span class="quiet small">${t('needed.must')}</span>`;
}

/** @param {Shown} shown @param {Field} field @param {string} value */
function input(shown, field, value) {
  const title = html`<span class="label">${shown.say(field.title)} ${must(shown)}</span>`;
  const none = shown.say(field.none_word);
  if (field.kind === 'choice') {
    return html`<label class="field">${title}<select class="input" name=${field.id} required><option value="">–</option>
      ${field.options.map(({ id, title: words }) => html`<option value=${id} ?selected=${id === value}>${shown.say(words)}</option>`)}</select></label>`;
  }
  if (field.kind === 'text') {
    return html`<label class="field">${title}<textarea class="input" name=${field.id} rows=${field.limit > 140 ? 3 : 1} dir="auto" required
      @input=${(/** @type {any} */ { target }) => target.setCustomValidity('')}>${value}</textarea></label>`;
  }
  const free = (/** @type {any} */ { target }) => {
    const day = target.form.elements.namedItem(field.id);
    day.disabled = target.checked;
    day.setCustomValidity('');
  };
  return html`<div class="field"><label class="field">${title}<input type="date" class="input answer-day" name=${field.id} min="2000-01-01" max="2199-12-31" required
      value=${value === 'none' ? '' : value} ?disabled=${value === 'none'} @input=${(/** @type {any} */ { target }) => target.setCustomValidity('')}></label>
    ${none ? html`<label class="needed-word"><input type="checkbox" name=${`none-${field.id}`} ?checked=${value === 'none'} @change=${free}><span>${none}</span></label>` : nothing}</div>`;
}

/** @param {FormData} given @param {Field} field */
function answerIn(given, field) {
  return given.get(`none-${field.id}`) ? 'none' : String(given.get(field.id) ?? '').trim();
}

/** Whether all texts are short enough and the days in their order; the first that is not is told at its input. @param {HTMLFormElement} form @param {Field[]} asked @param {Record<string, string>} given @param {Note | null} note @param {Shown} shown */
function fits(form, asked, given, note, shown) {
  for (const field of asked) {
    const value = given[field.id] ?? '';
    const first = given[field.not_before] ?? note?.fields?.[field.not_before] ?? '';
    const late = field.not_before && first && first !== 'none' && value && value !== 'none' && value < first;
    const wrong = late ? shown.t('refused.day_order') : field.kind === 'text' ? tooLong(value, field.limit, shown.t) : '';
    const at = /** @type {HTMLInputElement} */ (form.elements.namedItem(field.id));
    at.setCustomValidity(wrong);
    if (wrong) return at.reportValidity();
  }
  return true;
}
