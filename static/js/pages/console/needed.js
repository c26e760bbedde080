/** What a note lacks before it may lie in a lane (SPEC R45), asked for before it is moved there; further versions of notes. */
import { html, nothing, repeat } from '../../../lib/lit-html.js';
import { NO_DATE, answerWords } from '../../notes/fields.js';
import { tongue } from '../../notes/look.js';
import { comments } from '../../notes/query.js';
import { quoted, tooLong } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Lane} Lane */
/** @typedef {import('../../types.js').Field} Field */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** @typedef {NonNullable<ReturnType<typeof lacksFor>>} Lacks */
/**
 * @typedef {object} Asked  what the dialog is about
 * @property {string} name      the op that is asked for: `move`, `place` or `write`
 * @property {Record<string, any>} args   its args so far
 * @property {string} [why]     why it was refused: what was brought along stands in `args`
 * @property {Lacks | null} lacks  what was lacking when it opened: what others do meanwhile takes no input away
 * @property {Record<string, string>} typed  what was typed before, by the name of the input
 */

/**
 * What keeps a note out of a lane; after a refusal also what was brought along to it. @param {Shown} shown @param {string} sheetId @param {Note | null} note @param {string} laneId
 * @param {Record<string, any>} [brought]  the args of the op that was refused
 */
export function lacksFor(shown, sheetId, note, laneId, brought) {
  const sheet = shown.sheet(sheetId);
  const lane = sheet?.lanes.find(({ id }) => id === laneId);
  const needs = lane?.needs ?? [];
  const here = !brought && note && !note.draft && note.lane === laneId;
  if (!lane || !needs.length || here || (note && note.kind !== 'note')) return null;
  const fields = (lane.fields ?? []).filter(({ id }) => needs.includes(id) && (!note?.fields?.[id] || brought?.fields?.[id]));
  const kinds = (sheet?.marks ?? []).filter(({ id }) => needs.includes(id) && (!note?.marks?.[id] || brought?.marks?.[id]));
  const answers = needs.includes('comments') ? (note && comments(shown).get(note.id)) ?? [] : null;
  const aimless = needs.includes('about') && !note?.about?.length;
  return fields.length || kinds.length || aimless || answers?.length === 0 ? { lane, fields, kinds, answers, aimless } : null;
}

/** Where what is typed for an op is kept in this browser. @param {string} name @param {Record<string, any>} args */
const place = (name, args) => `needed-${name === 'write' ? Object.values(args.links ?? {}).flat().join() : args.note}-${args.lane}`;

/** What an op brings along, by the name of its input. @param {Record<string, any>} args @returns {Record<string, string>} */
export function inputsOf({ fields = {}, marks = {}, text }) {
  const given = Object.entries(fields).map(([id, value]) => (value === NO_DATE ? [`none-${id}`, 'on'] : [id, value]));
  return Object.fromEntries([...given, ...Object.entries(marks).map(([kind, word]) => [`mark-${kind}`, word]), ...(text ? [['text', text]] : [])]);
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Omit<Asked, 'lacks' | 'typed'>} asked */
function open(ui, shown, asked) {
  const { name, args, why } = asked;
  const note = name === 'write' ? null : shown.note(args.note);
  const typed = ui.context.keys.half(ui.context.board, place(name, args)) || inputsOf(args);
  ui.set({ dialog: 'needed', extra: /** @type {Asked} */ ({ ...asked, lacks: lacksFor(shown, note?.sheet ?? args.sheet, note, args.lane, why ? args : undefined), typed }) });
}

/** Send the op, or ask first for what the note lacks there. @param {ConsoleState} ui @param {Shown} shown @param {Note} note @param {string} name @param {Record<string, any>} args */
export function sendOrAsk(ui, shown, note, name, args) {
  if (!lacksFor(shown, note.sheet, note, args.lane)) return void ui.emit(name, args);
  open(ui, shown, { name, args });
}

/** Keep what an op brought along that was not saved: it stands in its inputs when the same is asked for again. @param {ConsoleState} ui @param {string} name @param {Record<string, any>} args */
export function keepAsked(ui, name, args) {
  ui.context.keys.keepHalf(ui.context.board, place(name, args), inputsOf(args));
}

/** Ask once more, with what was brought along, after a refusal; not in place of another dialog. @param {ConsoleState} ui @param {Shown} shown @param {string} name @param {Record<string, any>} args @param {string} why */
export function askAgain(ui, shown, name, args, why) {
  keepAsked(ui, name, args);
  if (ui.state.dialog) ui.context.toast(shown.t(`refused.${why}`));
  else open(ui, shown, { name, args, why });
}

/** A button for a further version, where a word of the note goes on with one and there is none yet. @param {ConsoleState} ui @param {Shown} shown @param {Note} note */
export function againButton(ui, shown, note) {
  const again = beginAgain(ui, shown, note);
  if (!again) return nothing;
  return again.round ? html`<p class="small quiet">${shown.t('needed.again_in', { round: shown.say(again.round.title) })}</p>`
    : html`<button type="button" class="button main" @click=${again.act}>${again.words}</button>`;
}

/** How a further version is begun, and in which other round that is, where the present one does not take it; null where there is none to begin. @param {ConsoleState} ui @param {Shown} shown @param {Note} note */
export function beginAgain(ui, shown, note) {
  const sheet = shown.sheet(note.sheet);
  const again = sheet?.marks.flatMap((kind) => kind.words.filter(({ id }) => id === note.marks?.[kind.id])).find((word) => word.again)?.again;
  const lane = sheet?.lanes.find(({ id }) => id === again?.lane);
  if (!again || !lane || shown.notes.some((one) => one.links?.[again.link]?.includes(note.id))) return null;
  const round = lane.open ? undefined : shown.rounds.find((one) => one !== shown.round && one.sheet === note.sheet && (!one.lanes?.length || one.lanes.includes(lane.id)));
  if (!lane.open && !round) return null;
  const args = { sheet: note.sheet, lane: again.lane, text: note.text, links: { [again.link]: [note.id] }, ...(note.about?.length ? { about: note.about } : {}) };
  const act = () => {
    if (round) ui.emit('round', { to: round.id });
    open(ui, shown, { name: 'write', args });
  };
  return { round, act, words: shown.t('needed.again', { lane: shown.say(lane.title) }) };
}

/**
 * What is sent: the op with what the note lacks still, and each answer or word that somebody else gave meanwhile and that
 * was typed here all the same, as an op of its own. @param {Note | null} note @param {string} name @param {Record<string, any>} args @param {Record<string, string>} fields @param {Record<string, string>} marks
 * @returns {[string, Record<string, any>][]}
 */
export function opsFor(note, name, args, fields, marks) {
  const split = (/** @type {Record<string, string>} */ given, /** @type {Record<string, string> | undefined} */ there) => [
    Object.fromEntries(Object.entries(given).filter(([id, value]) => value && !there?.[id])),
    Object.entries(given).filter(([id, value]) => value && there?.[id] && there[id] !== value),
  ];
  const [newFields, otherFields] = /** @type {[Record<string, string>, [string, string][]]} */ (split(fields, note?.fields));
  const [newMarks, otherMarks] = /** @type {[Record<string, string>, [string, string][]]} */ (split(marks, note?.marks));
  const { fields: _fields, marks: _marks, ...rest } = args;
  const brings = { ...(Object.keys(newFields).length ? { fields: newFields } : {}), ...(Object.keys(newMarks).length ? { marks: newMarks } : {}) };
  // It may lie there by now, with all that it needs.
  const there = note && !note.draft && note.lane === args.lane && !Object.keys(brings).length;
  return [
    ...(there ? [] : [/** @type {[string, Record<string, any>]} */ ([name, { ...rest, ...brings }])]),
    ...otherFields.map(([field, value]) => /** @type {[string, Record<string, any>]} */ (['set', { note: args.note, field, value, from: note?.fields?.[field] }])),
    ...otherMarks.map(([kind, word]) => /** @type {[string, Record<string, any>]} */ (['mark', { note: args.note, kind, word }])),
  ];
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function needed(ui, shown) {
  // Each opening has inputs of its own.
  return html`${repeat([/** @type {Asked} */ (ui.state.extra)], (asked) => asked, (asked) => form(ui, shown, asked))}`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Asked} asked */
function form(ui, shown, { name, args, why, lacks, typed }) {
  const note = name === 'write' ? null : shown.note(args.note);
  const now = lacksFor(shown, note?.sheet ?? args.sheet, note, args.lane);
  const { t } = shown;
  const gone = name !== 'write' && !note;
  if (!lacks) return html`<p>${t('refused.no_note')}</p>`;
  const { lane } = lacks;
  const blocked = gone || Boolean(now && (now.answers?.length === 0 || now.aimless));
  // What waits for something else is not begun; what is begun stays.
  const shut = !why && !Object.keys(typed).length && blocked && (lacks.answers?.length === 0 || lacks.aimless);
  const { keys, board } = ui.context;
  const keep = (/** @type {Event} */ event) => keys.keepHalf(board, place(name, args), Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget))));
  const leave = () => {
    keys.keepHalf(board, place(name, args), '');
    ui.shut();
  };
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    if (blocked) return;
    const el = /** @type {HTMLFormElement} */ (event.target);
    const given = new FormData(el);
    const fields = Object.fromEntries(lacks.fields.map((field) => [field.id, answerIn(given, field)]));
    const marks = Object.fromEntries(lacks.kinds.map(({ id }) => [id, String(given.get(`mark-${id}`) ?? '')]));
    if (!fits(el, lacks.fields, fields, note, shown)) return;
    const whole = name === 'write' ? { ...args, note: ui.context.keys.randomId(16), text: String(given.get('text') ?? '').trim() } : args;
    for (const [op, more] of opsFor(note, name, whole, fields, marks)) ui.emit(op, more);
    keys.keepHalf(board, place(name, args), '');
    ui.set({ dialog: '', extra: null, selected: '' });
  };
  return html`
    ${why ? html`<p class="banner warn" role="alert">${t(`refused.${why}`)}</p>` : nothing}
    ${gone ? html`<p class="banner warn" role="alert">${t('refused.no_note')}</p>` : nothing}
    ${note ? html`<blockquote class="quote" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</blockquote>` : nothing}
    <form class="stack needed" @submit=${send} @input=${keep} @change=${keep}>
      <p class="small quiet">${t('needed.where', { lane: quoted(shown.say(lane.title), shown.lang) })}</p>
      ${now?.answers ?? lacks.answers ? said(shown, (note && comments(shown).get(note.id)) ?? []) : nothing}
      ${now?.aimless ? html`<p class="banner">${t('needed.about')}</p>` : nothing}
      ${shut ? nothing : html`
        ${name === 'write' ? html`<label class="field"><span class="label">${t('console.note')}</span><textarea class="input" name="text" rows="2" dir="auto" required>${typed.text ?? args.text}</textarea></label>` : nothing}
        ${repeat(lacks.kinds, ({ id }) => id, (kind) => html`<fieldset class="answer"><legend class="label">${shown.say(kind.title)} ${must(shown)}</legend>
          ${meanwhile(shown, kind.words.find(({ id }) => id === note?.marks?.[kind.id])?.title, typed[`mark-${kind.id}`])}
          <div class="needed-words">${kind.words.map((word) => html`<label class="needed-word"><input type="radio" name=${`mark-${kind.id}`} value=${word.id} ?required=${!note?.marks?.[kind.id]} ?checked=${typed[`mark-${kind.id}`] === word.id}>
            <span><strong>${shown.say(word.title)}</strong> <span class="small quiet">${shown.say(word.hint)}</span></span></label>`)}</div></fieldset>`)}
        ${repeat(lacks.fields, ({ id }) => id, (field) => input(shown, field, typed[`none-${field.id}`] ? NO_DATE : typed[field.id] ?? '', note?.fields?.[field.id] ?? ''))}
        <div class="acts"><button class="button main" type="submit" ?disabled=${blocked}>${t(name === 'write' ? 'console.save' : 'needed.save')}</button>
          <button type="button" class="button plain" @click=${leave}>${t('console.cancel')}</button></div>`}
    </form>`;
}

/** What somebody else answered while this was open: both are there, and what is typed here takes its place when it is saved. @param {Shown} shown @param {any} words  what stands @param {string} [typed] */
function meanwhile(shown, words, typed) {
  const stands = typeof words === 'string' ? words : shown.say(words);
  return stands && stands !== typed ? html`<div role="status"><p class="small">${shown.t('needed.meanwhile')}</p><blockquote class="quote" dir="auto">${stands}</blockquote></div>` : nothing;
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

/** @param {Shown} shown @param {Field} field @param {string} value what was typed before @param {string} stands what somebody else answered meanwhile */
export function input(shown, field, value, stands) {
  const title = html`<span class="label">${shown.say(field.title)} ${stands ? nothing : must(shown)}</span>`;
  const theirs = meanwhile(shown, answerWords(field, stands, shown), value);
  const none = shown.say(field.none_word);
  if (field.kind === 'choice') {
    return html`<div class="stack tight">${theirs}<label class="field">${title}<select class="input" name=${field.id} ?required=${!stands}><option value="">–</option>
      ${field.options.map(({ id, title: words }) => html`<option value=${id} ?selected=${id === value}>${shown.say(words)}</option>`)}</select></label></div>`;
  }
  if (field.kind === 'text') {
    return html`<div class="stack tight">${theirs}<label class="field">${title}<textarea class="input" name=${field.id} rows=${field.limit > 140 ? 3 : 1} dir="auto" ?required=${!stands}
      @input=${(/** @type {any} */ { target }) => target.setCustomValidity('')}>${value}</textarea></label></div>`;
  }
  const free = (/** @type {any} */ { target }) => {
    const day = target.form.elements.namedItem(field.id);
    day.disabled = target.checked;
    day.setCustomValidity('');
  };
  return html`<div class="field">${theirs}<label class="field">${title}<input type="date" class="input answer-day" name=${field.id} min="2000-01-01" max="2199-12-31" ?required=${!stands}
      value=${value === NO_DATE ? '' : value} ?disabled=${value === NO_DATE} @input=${(/** @type {any} */ { target }) => target.setCustomValidity('')}></label>
    ${none ? html`<label class="needed-word"><input type="checkbox" name=${`none-${field.id}`} ?checked=${value === NO_DATE} @change=${free}><span>${none}</span></label>` : nothing}</div>`;
}

/** @param {FormData} given @param {Field} field */
export function answerIn(given, field) {
  return given.get(`none-${field.id}`) ? NO_DATE : String(given.get(field.id) ?? '').trim();
}

/** Whether all texts are short enough and the days in their order; the first that is not is told at its input. @param {HTMLFormElement} form @param {Field[]} asked @param {Record<string, string>} given @param {Note | null} note @param {Shown} shown */
export function fits(form, asked, given, note, shown) {
  for (const field of asked) {
    const value = given[field.id] ?? '';
    const first = given[field.not_before] || (note?.fields?.[field.not_before] ?? '');
    const late = field.not_before && first && first !== NO_DATE && value && value !== NO_DATE && value < first;
    const wrong = late ? shown.t('refused.day_order') : field.kind === 'text' ? tooLong(value, field.limit, shown.t) : '';
    const at = /** @type {HTMLInputElement} */ (form.elements.namedItem(field.id));
    at.setCustomValidity(wrong);
    if (wrong) return at.reportValidity();
  }
  return true;
}
