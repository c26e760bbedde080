/** The inputs for the answers of a note to the fields of its lane (SPEC R31), on phone and console. */
import { html, live, nothing } from '../../lib/lit-html.js';
import { NO_DATE, fieldsOf } from '../notes/fields.js';
import { wordsAfter } from '../notes/marks.js';
import { laneOf } from '../notes/query.js';
import { listed, quoted, tooLong } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Field} Field */
/** @typedef {import('../types.js').Context} Context */
/** @typedef {{shown: Shown, note: Note, context: Context, only?: string}} Ask  `only`: the id of the one field that is asked for */
/** An answer that is being typed, and the one that stood when it was begun. @typedef {{text: string, began: string}} Typed */

/** @param {Ask} ask */
export function answerInputs({ shown, note, context, only }) {
  if (!note.can.includes('set')) return nothing;
  return fieldsOf(note, shown).filter(({ id }) => !only || id === only).map((field) => {
    const value = note.fields?.[field.id] ?? '';
    const set = (/** @type {string} */ to, /** @type {object} */ more = {}) => {
      if (to !== value) context.emit('set', { note: note.id, field: field.id, value: to, ...more });
    };
    const name = nameOf(note.id, field.id);
    return html`<fieldset class="answer"><legend class="label">${shown.say(field.title)}${field.required || laneOf(note, shown)?.needs?.includes(field.id) ? nothing : html` <span class="quiet small">${after(note, field, shown)}</span>`}</legend>
      ${field.kind === 'text' ? words(shown, field, value, set, name, context) : offered(field, value, set, name, shown)}</fieldset>`;
  });
}

/** Whether a field may be left out, or which words wait for it. @param {Note} note @param {Field} field @param {Shown} shown */
function after(note, field, shown) {
  const words = wordsAfter(note, field.id, shown);
  return words.length ? shown.t('field.before', { words: listed(words.map((word) => quoted(word, shown.lang)), shown.lang) }) : shown.t('field.optional');
}

/** The name of a field's input, and the storage key for what is typed in it. @param {string} note @param {string} field */
function nameOf(note, field) {
  return `answer-${note}-${field}`;
}

/**
 * What is being typed on this page, by the name of its input: each page of a browser has its own, and one that is opened
 * anew goes on with what was kept. @type {Map<string, Typed | null>}
 */
const typing = new Map();

/** @param {Pick<Context, 'keys' | 'board' | 'role'>} context @param {string} name @returns {Typed | null} */
function typedIn({ keys, board, role }, name) {
  if (!typing.has(name)) typing.set(name, keys.half(board, `${role}-${name}`) ?? null);
  return typing.get(name) ?? null;
}

/** @param {Pick<Context, 'keys' | 'board' | 'role'>} context @param {string} name @param {Typed | null} typed null: it is set, or not wanted any more */
function keep({ keys, board, role }, name, typed) {
  typing.set(name, typed);
  keys.keepHalf(board, `${role}-${name}`, typed ?? '');
}

/**
 * An answer was refused: it stands in its input again, beside the one that was set meanwhile.
 * @param {Context} context @param {Record<string, any>} args @returns {boolean} false where another one is being typed
 */
export function giveBackAnswer(context, { note, field, value, from }) {
  const name = nameOf(note, field);
  if (typedIn(context, name)) return false;
  keep(context, name, { text: value, began: from });
  return true;
}

/** @typedef {(to: string, more?: object) => void} SetTo */

/** The input of a field whose answer is one of some, or a day. @param {Field} field @param {string} value @param {SetTo} set @param {string} name @param {Pick<Shown, 'say'>} shown */
export function offered(field, value, set, name, shown) {
  if (field.kind === 'choice') {
    return html`<div class="chips">${field.options.map(({ id, title }) => html`<button type="button" class="chip" aria-pressed=${String(id === value)}
      @click=${() => set(id === value ? '' : id)}>${shown.say(title)}</button>`)}</div>`;
  }
  const none = shown.say(field.none_word);
  // A day that is half typed has no value yet: the one that stood must not come back over it when the page is drawn.
  const half = /** @type {HTMLInputElement | null} */ (document.querySelector(`input[type=date][name="${CSS.escape(name)}"]`))?.validity.badInput;
  const dated = !half && value && value !== NO_DATE;
  return html`<div class="chips">
    <input type="date" class="input answer-day" name=${name} aria-label=${shown.say(field.title)} min="2000-01-01" max="2199-12-31" .value=${live(dated ? value : '')}
      @change=${(/** @type {any} */ event) => event.target.validity.valid && set(event.target.value || (value === NO_DATE ? value : ''))}>
    ${none ? html`<button type="button" class="chip" aria-pressed=${String(value === NO_DATE)} @click=${() => set(value === NO_DATE ? '' : NO_DATE)}>${none}</button>` : nothing}</div>`;
}

/**
 * What is typed is kept in this browser until it is set; an answer that somebody else sets meanwhile does not replace it,
 * and both are shown (SPEC R25).
 * @param {Shown} shown @param {Field} field @param {string} value @param {SetTo} set @param {string} name @param {Context} context
 */
function words(shown, field, value, set, name, context) {
  const typed = typedIn(context, name);
  const other = typed && typed.began !== value && typed.text !== value;
  const type = (/** @type {any} */ { target }) => keep(context, name, target.value === value ? null : { text: target.value, began: typed?.began ?? value });
  const send = (/** @type {string} */ text) => {
    keep(context, name, null);
    set(text, { from: value });
    context.redraw();
  };
  const done = (/** @type {any} */ { target }) => {
    const text = target.value.trim();
    target.setCustomValidity(tooLong(text, field.limit, shown.t));
    // Which of two answers stands is chosen with a button.
    if (target.reportValidity() && !other) send(text);
  };
  const mine = (/** @type {any} */ { currentTarget }) => {
    const input = currentTarget.closest('fieldset').querySelector('input');
    if (!tooLong(input.value, field.limit, shown.t)) send(input.value.trim());
  };
  return html`${other ? html`<div role="alert"><p class="small">${shown.t('field.changed')}</p><blockquote class="quote" dir="auto">${value || '–'}</blockquote></div>` : nothing}
    <input class="input" dir="auto" autocomplete="off" name=${name} aria-label=${shown.say(field.title)} .value=${live(typed?.text ?? value)} @input=${type} @change=${done}>
    ${other ? html`<div class="acts"><button type="button" class="button" @click=${mine}>${shown.t('note.use_mine')}</button>
      <button type="button" class="button plain" @click=${() => { keep(context, name, null); context.redraw(); }}>${shown.t('note.keep_theirs')}</button></div>` : nothing}`;
}
