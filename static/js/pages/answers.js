/** The inputs for the answers of a note to the fields of its lane (SPEC R31), on phone and console. */
import { html, live, nothing } from '../../lib/lit-html.js';
import { NO_DATE, fieldsOf } from '../notes/fields.js';
import { lengthOf } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Field} Field */
/** @typedef {{shown: Shown, note: Note, emit: import('../types.js').Emit, only?: string}} Ask  `only`: the id of the one field that is asked for */

/** @param {Ask} ask */
export function answerInputs({ shown, note, emit, only }) {
  if (!note.can.includes('set')) return nothing;
  return fieldsOf(note, shown).filter(({ id }) => !only || id === only).map((field) => {
    const value = note.fields?.[field.id] ?? '';
    const set = (/** @type {string} */ to, /** @type {object} */ more = {}) => {
      if (to !== value) emit('set', { note: note.id, field: field.id, value: to, ...more });
    };
    const draw = field.kind === 'choice' ? choice : field.kind === 'date' ? day : words;
    return html`<fieldset class="answer"><legend class="label">${shown.say(field.title)}${field.required ? nothing : html` <span class="quiet small">${shown.t('field.optional')}</span>`}</legend>
      ${draw(shown, field, value, set, `answer-${note.id}-${field.id}`)}</fieldset>`;
  });
}

/** @typedef {(to: string, more?: object) => void} SetTo */

/** @param {Shown} shown @param {Field} field @param {string} value @param {SetTo} set */
function choice(shown, field, value, set) {
  return html`<div class="chips">${field.options.map(({ id, title }) => html`<button type="button" class="chip" aria-pressed=${String(id === value)}
    @click=${() => set(id === value ? '' : id)}>${shown.say(title)}</button>`)}</div>`;
}

/** @param {Shown} shown @param {Field} field @param {string} value @param {SetTo} set @param {string} name */
function day(shown, field, value, set, name) {
  const none = shown.say(field.none_word);
  const dated = value && value !== NO_DATE;
  return html`<div class="chips">
    <input type="date" class="input answer-day" name=${name} aria-label=${shown.say(field.title)} min="2000-01-01" max="2199-12-31" .value=${live(dated ? value : '')}
      @change=${(/** @type {any} */ event) => event.target.validity.valid && set(event.target.value || (value === NO_DATE ? value : ''))}>
    ${none ? html`<button type="button" class="chip" aria-pressed=${String(value === NO_DATE)} @click=${() => set(value === NO_DATE ? '' : NO_DATE)}>${none}</button>` : nothing}</div>`;
}

/** @param {Shown} shown @param {Field} field @param {string} value @param {SetTo} set @param {string} name */
function words(shown, field, value, set, name) {
  const done = (/** @type {any} */ { target }) => {
    const text = target.value.trim();
    const over = lengthOf(text, field.limit) - field.limit;
    target.setCustomValidity(over > 0 ? shown.t('phone.too_long', { n: over }) : '');
    if (target.reportValidity()) set(text, { from: value });
  };
  return html`<input class="input" dir="auto" autocomplete="off" name=${name} aria-label=${shown.say(field.title)} .value=${value} @change=${done}>`;
}
