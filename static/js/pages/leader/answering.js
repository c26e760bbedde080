/**
 * A leader's answers to what a workshop takes with it, from the close on (SPEC R38): a form under each point, and what is
 * saved as words. What is typed and not saved is kept in this browser.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { answerWords } from '../../notes/fields.js';
import { tooLong } from '../../text.js';
import { offered } from '../answers.js';

/** @typedef {{ text: string, fields: Record<string, string> }} Answer */
/** @typedef {{ note: string, lane: string, text: string, count: number, answer: Answer | null }} Point */
/** @typedef {{ open: boolean, title: import('../../types.js').Both, hint: import('../../types.js').Both, limit: number, lane: string, fields: import('../../types.js').Field[], notes: Point[] }} Asked */
/** @typedef {Answer & { from: string }} Half  an answer that is being written; `from`: the text that stood when it was begun */

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

  return {
    /** What there is to answer; null where there is nothing for this key. */ get asked() { return asked; },
    look, draw,
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
  function half(point) {
    return keys.half(board, `leader.${point.note}`);
  }

  /** @param {Point} point @param {Half | null} value */
  function keep(point, value) {
    keys.keepHalf(board, `leader.${point.note}`, value);
  }

  /** @param {Point} point @param {Partial<Half>} change */
  function write(point, change) {
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
    if (!text.trim() || long) {
      wrong = { ...wrong, [point.note]: long || t('leader_page.empty_answer') };
      redraw();
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
    } catch (error) {
      const reason = /** @type {{ reason?: string }} */ (error).reason ?? 'offline';
      wrong = { ...wrong, [point.note]: t(reason === 'changed' ? 'leader_page.changed' : `error.${reason}`) };
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

  /** The answer to a point, and the form for it. @param {Point} point */
  function draw(point) {
    if (!asked) return nothing;
    const writing = half(point);
    const said = point.answer;
    if (!asked.open) return nothing;
    return html`<div class="leader-answer">
      ${said ? html`<div class="leader-said"><p class="label">${say(asked.title)}</p><p><bdi>${said.text}</bdi></p>
        ${asked.fields.map((field) => {
          const words = answerWords(field, said.fields[field.id], { lang: context.lang(), say });
          return words ? html`<p class="small">${say(field.title)}: ${words}</p>` : nothing;
        })}</div>` : nothing}
      ${said && !writing ? html`<p class="acts"><button type="button" class="button" aria-label=${`${t('leader_page.edit')}: ${point.text}`}
        @click=${() => write(point, {})}>${t('leader_page.edit')}</button></p>` : form(point, writing ?? begun(point))}
    </div>`;
  }

  /** @param {Point} point @param {Half} now */
  function form(point, now) {
    if (!asked) return nothing;
    const id = `answer-${point.note}`;
    const trouble = wrong[point.note];
    // As it is now: another field may have been filled in since this was drawn.
    const put = (/** @type {string} */ field, /** @type {string} */ value) => write(point, { fields: { ...(half(point) ?? begun(point)).fields, [field]: value } });
    return html`<form class="leader-form" novalidate aria-label=${t('leader_page.answer_to', { text: point.text })} @submit=${(/** @type {Event} */ event) => save(event, point)}>
      ${asked.fields.map((field) => html`<fieldset class="answer"><legend class="label">${say(field.title)} <span class="quiet small">${t('field.optional')}</span></legend>
        ${field.kind !== 'text' ? offered(field, now.fields[field.id] ?? '', (to) => put(field.id, to), `${id}-${field.id}`, { say })
          : html`<input class="input" name=${`${id}-${field.id}`} aria-label=${say(field.title)} .value=${now.fields[field.id] ?? ''}
              @input=${(/** @type {any} */ event) => put(field.id, event.target.value)}>`}</fieldset>`)}
      <label class="field"><span class="label">${t('leader_page.what_or_why')}</span>
        <textarea class="input" name=${id} rows="3" dir="auto" aria-invalid=${String(Boolean(trouble))} aria-describedby=${`${id}-wrong`} .value=${now.text}
          @input=${(/** @type {any} */ event) => write(point, { text: event.target.value })}></textarea></label>
      <p class="wrong" id=${`${id}-wrong`} role="status">${trouble ?? ''}</p>
      <p class="acts"><button type="submit" class="button main" aria-disabled=${String(saving === point.note)}>${t('leader_page.save')}</button>
        ${point.answer ? html`<button type="button" class="button plain" @click=${() => { keep(point, null); redraw(); }}>${t('leader_page.leave')}</button>` : nothing}</p>
    </form>`;
  }
}
