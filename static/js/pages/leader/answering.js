/**
 * A leader's answers to what a workshop takes with it, from the close on (SPEC R38): a form under each point, and what is
 * saved as words. What is typed and not saved is kept in this browser, and offered for copying where it can no longer be saved.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { NO_DATE, answerWords } from '../../notes/fields.js';
import { tongue } from '../../notes/look.js';
import { tooLong } from '../../text.js';
import { offered } from '../answers.js';
import { copyText } from '../copy.js';

/** @typedef {{ text: string, fields: Record<string, string> }} Answer */
/** @typedef {{ note: string, lane: string, text: string, count: number, answer: Answer | null }} Point */
/** @typedef {{ open: boolean, title: import('../../types.js').Both, hint: import('../../types.js').Both, limit: number, lane: string, fields: import('../../types.js').Field[], notes: Point[] }} Asked */
/** @typedef {Answer & { from: string }} Half  an answer that is being written; `from`: the text that stood when it was begun */

/** Answers of the server after which this link saves nothing more. */
const GONE = ['no_access', 'gone', 'no_page', 'role', 'removed'];

/**
 * @param {import('../../types.js').Context} context
 * @param {{ board: string, token: string }} key
 */
export function answering(context, { board, token }) {
  const { keys, t, redraw } = context;
  const say = (/** @type {import('../../types.js').Both | Partial<import('../../types.js').Both> | undefined} */ text) => context.say(/** @type {any} */ (text));
  const path = `/api/board/${encodeURIComponent(board)}/answers`;
  /** @type {Asked | null} */ let asked = null;
  let saving = '';
  /** What went wrong, by point. @type {Record<string, string>} */ let wrong = {};
  /** What this tab is writing, by point: another tab of this browser may write about the same. @type {Map<string, Half | null>} */
  const writing = new Map();
  addEventListener('storage', ({ key, newValue }) => {
    // Both tabs keep under one name: what the other one dropped when it saved its own may be this one's, so it is kept again.
    for (const [note, value] of writing) if (value && !newValue && key === `tavle.half.${board}.leader.${note}`) keys.keepHalf(board, `leader.${note}`, value);
  });

  return {
    /** What there is to answer; null where there is nothing for this key. */ get asked() { return asked; },
    look, draw, unsaved,
  };

  /** Fetch what there is. Where this method, or this key, has no answers the page shows the edition alone. */
  async function look() {
    const { call } = await context.api();
    try {
      asked = await call(path, { method: 'GET', token });
    } catch {
      asked = null;
    }
    redraw();
  }

  /** @param {Point} point @returns {Half | null} */
  function half({ note }) {
    const value = writing.has(note) ? writing.get(note) : keys.half(board, `leader.${note}`);
    writing.set(note, value ?? null);
    return value ?? null;
  }

  /** @param {Point} point @param {Half | null} value */
  function keep(point, value) {
    writing.set(point.note, value);
    keys.keepHalf(board, `leader.${point.note}`, value);
  }

  /** @param {Point} point @param {Partial<Half>} change */
  function write(point, change) {
    if (change.text !== undefined && !change.from) wrong = { ...wrong, [point.note]: '' };
    keep(point, { .../** @type {Half} */ (half(point) ?? begun(point)), ...change });
    redraw();
  }

  /** @param {Point} point @returns {Half} */
  function begun({ answer }) {
    return { text: answer?.text ?? '', fields: { ...answer?.fields }, from: answer?.text ?? '' };
  }

  /** @param {Event} event @param {Point} point */
  async function save(event, point) {
    event.preventDefault();
    if (saving || !asked) return;
    const { text, fields, from } = half(point) ?? begun(point);
    const long = tooLong(text, asked.limit, t);
    // A day that is half typed, or that no month has, is no value of its input.
    const odd = /** @type {HTMLFormElement} */ (event.target).querySelector('input[type=date]:invalid');
    const why = !text.trim() ? t('leader_page.empty_answer') : long || (odd ? t('leader_page.bad_day') : '');
    if (why) {
      wrong = { ...wrong, [point.note]: why };
      redraw();
      /** @type {HTMLElement | null} */ (!text.trim() || long ? document.getElementById(`answer-${point.note}`) : odd)?.focus();
      return;
    }
    saving = point.note;
    wrong = { ...wrong, [point.note]: '' };
    redraw();
    const { call } = await context.api();
    try {
      asked = await call(path, { method: 'POST', token, body: { note: point.note, text, fields, from } });
      keep(point, null);
      context.toast(t('leader_page.saved'));
      goTo(`edit-${point.note}`);
    } catch (error) {
      const reason = /** @type {{ reason?: string }} */ (error).reason ?? 'offline';
      const key = GONE.includes(reason) ? 'gone' : ['changed', 'not_closed', 'no_note'].includes(reason) ? reason : '';
      wrong = { ...wrong, [point.note]: t(key ? `leader_page.${key}` : `error.${reason}`) };
      if (reason === 'changed') {
        // The other answer is shown above what was typed, which stays; saved again, it takes its place.
        await look();
        const now = asked?.notes.find((one) => one.note === point.note);
        write(point, { text, fields, from: now?.answer?.text ?? '' });
      }
    }
    saving = '';
    redraw();
  }

  /** After the next drawing the keyboard is here. @param {string} id */
  function goTo(id) {
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.focus()));
  }

  /** What was typed here and can no longer be saved, or not now, to be read and copied; without a point all of it. @param {Point} [point] */
  function unsaved(point) {
    const head = `tavle.half.${board}.leader.`;
    const names = point ? [`${head}${point.note}`] : keys.localNames(head);
    const texts = names.map((name) => keys.read('local', name)?.text?.trim()).filter(Boolean);
    return texts.length ? html`<section class="leader-unsaved"><h2>${t('leader_page.unsaved')}</h2>${texts.map((text) => html`<p><bdi>${text}</bdi></p>
      <p class="acts"><button type="button" class="button" @click=${async () => { if (await copyText(text)) context.toast(t('devices.copied')); }}>${t('typed.copy')}</button></p>`)}</section>` : nothing;
  }

  /** The answer to a point, and the form for it. @param {Point} point @param {string} lang that of the workshop */
  function draw(point, lang) {
    if (!asked) return nothing;
    const writing = half(point);
    const said = point.answer;
    if (!asked.open) return unsaved(point);
    return html`<div class="leader-answer">
      ${said ? html`<div class="leader-said"><p class="label">${say(asked.title)}</p><p><bdi lang=${tongue(said.text, { board: { lang }, lang: context.lang() })}>${said.text}</bdi></p>
        ${asked.fields.map((field) => {
          const words = answerWords(field, said.fields[field.id], { lang: context.lang(), say });
          return words ? html`<p class="small">${say(field.title)}: ${words}</p>` : nothing;
        })}</div>` : nothing}
      ${said && !writing ? html`<p class="acts"><button type="button" class="button" id=${`edit-${point.note}`} aria-label=${`${t('leader_page.edit')}: ${point.text}`}
        @click=${() => { write(point, {}); goTo(`answer-${point.note}`); }}>${t('leader_page.edit')}</button></p>` : form(point, writing ?? begun(point))}
    </div>`;
  }

  /** @param {Point} point @param {Half} now */
  function form(point, now) {
    if (!asked) return nothing;
    const id = `answer-${point.note}`;
    const trouble = wrong[point.note] || tooLong(now.text, asked.limit, t);
    // As it is now: another field may have been filled in since this was drawn.
    const put = (/** @type {string} */ field, /** @type {string} */ value) => write(point, { fields: { ...(half(point) ?? begun(point)).fields, [field]: value } });
    return html`<form class="leader-form" novalidate aria-label=${t('leader_page.answer_to', { text: point.text })} @submit=${(/** @type {Event} */ event) => save(event, point)}>
      ${asked.fields.map((field) => html`<fieldset class="answer"><legend class="label">${say(field.title)} <span class="quiet small">${t('field.optional')}</span></legend>
        ${field.kind !== 'text' ? offered(field, now.fields[field.id] ?? '', (to) => put(field.id, to), `${id}-${field.id}`, { say })
          : html`<input class="input" name=${`${id}-${field.id}`} aria-label=${say(field.title)} .value=${now.fields[field.id] ?? ''}
              @input=${(/** @type {any} */ event) => put(field.id, event.target.value)}>`}
        ${field.kind === 'date' && past(now.fields[field.id]) ? html`<p class="small quiet">${t('leader_page.past_day')}</p>` : nothing}</fieldset>`)}
      <label class="field"><span class="label">${t('leader_page.what_or_why')}</span>
        <textarea class="input" id=${id} name=${id} rows="3" dir="auto" aria-invalid=${String(Boolean(trouble))} aria-describedby=${`${id}-wrong`} .value=${now.text}
          @input=${(/** @type {any} */ event) => write(point, { text: event.target.value })}></textarea></label>
      <p class="wrong" id=${`${id}-wrong`} role="status">${trouble ?? ''}</p>
      <p class="acts"><button type="submit" class="button main" aria-disabled=${String(saving === point.note)}>${t('leader_page.save')}</button>
        ${point.answer ? html`<button type="button" class="button plain" @click=${() => { keep(point, null); redraw(); goTo(`edit-${point.note}`); }}>${t('leader_page.leave')}</button>` : nothing}</p>
    </form>`;
  }

  /** A day before today may be meant, and may be a slip: it is said, and saved as it is. @param {string} [value] */
  function past(value) {
    const today = new Date();
    return value && value !== NO_DATE && new Date(`${value}T00:00`) < new Date(today.getFullYear(), today.getMonth(), today.getDate());
  }
}
