/** Questions for those who lead, one at a time, with what they answered (SPEC R49). Only they see it (V16). */
import { html, keyed, nothing, svg } from '../../../lib/lit-html.js';
import { answersGiven, firstOpen, nameOfBox, questionsHere } from '../asks.js';
import { tongue } from '../../notes/look.js';
import { today } from '../../notes/days.js';
import { toNote } from './alongside.js';
import { emptied, keptField } from './kept.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** Which question stands there: of which lane, about which note ('' none), and which of them. @typedef {{ lane: string, about: string, at: number }} Asking */

const LOCK = html`<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">${svg`<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/>`}</svg>`;

/** @param {ConsoleState} ui @param {Shown} shown */
export function asksBox(ui, shown) {
  const { t } = shown;
  const all = questionsHere(shown, today(shown.now()));
  if (!all.length || shown.me?.lent) return nothing;
  const wish = ui.state.asking ?? firstOpen(all, shown);
  const asked = all.find(({ lane }) => lane.id === wish.lane) ?? all[0];
  const about = asked.about ? (asked.about.find(({ id }) => id === wish.about) ?? asked.about[0]).id : '';
  const { options } = asked.field;
  const at = Math.min(wish.at, options.length - 1);
  const question = options[at];
  const given = options.map(({ id }) => answersGiven(asked, id, about, shown));
  const answers = given[at];
  const team = shown.say(shown.method?.team);
  const go = (/** @type {Partial<Asking>} */ to) => ui.set({ asking: { lane: asked.lane.id, about, at, ...to } });
  const name = nameOfBox(asked.lane.id, question.id, about);
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLTextAreaElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem(name));
    const text = field.value.trim();
    if (!text) return;
    ui.emit('write', { note: ui.context.keys.randomId(16), text, sheet: asked.sheet, lane: asked.lane.id, fields: { [asked.field.id]: question.id }, ...(about ? { about: [about] } : {}) });
    emptied(ui, name, field);
    // The question stays, with what was answered under it.
    go({});
  };
  // Whoever is at a question stays there, whatever others answer meanwhile.
  const stay = () => { ui.state.asking ??= { lane: asked.lane.id, about, at }; };
  const step = (/** @type {number} */ to) => { if (options[to]) go({ at: to }); };
  const lock = team ? t('asks.lock', { team }) : t('asks.lock_plain');
  return html`<section class="box asks" aria-labelledby="asks-title" @focusin=${stay} @pointerdown=${stay}>
    <div class="asks-head"><h2 id="asks-title">${team ? t('asks.title', { team }) : t('asks.title_plain')}</h2><span class="lock small quiet">${LOCK}${lock}</span></div>
    <label class="field"><span class="sr-only">${t('asks.which')}</span><select class="input" name="asks-lane" @change=${(/** @type {any} */ { target }) => go({ lane: target.value, about: '', at: 0 })}>
      ${all.map(({ lane }) => html`<option value=${lane.id} .selected=${lane === asked.lane}>${shown.say(lane.title)}</option>`)}</select></label>
    ${asked.about ? html`<label class="field asks-about"><span class="label">${t('asks.about')}</span><select class="input" name="asks-about" @change=${(/** @type {any} */ { target }) => go({ about: target.value, at: 0 })}>
      ${asked.about.map((note) => html`<option value=${note.id} .selected=${note.id === about}>${note.text}</option>`)}</select></label>` : nothing}
    <p class="asks-question" id="asks-question" lang=${shown.lang} aria-live="polite">${shown.say(question.title)}</p>
    ${answers.map((note) => html`<div class="asks-answer"><blockquote class="quote" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</blockquote>
      ${note.can.includes('edit') ? html`<button type="button" class="link" aria-label=${t('asks.edit', { text: note.text })} @click=${() => toNote(ui, note, true)}>${t('console.edit')}</button>` : nothing}</div>`)}
    ${keyed(name, html`<form class="stack tight" @submit=${send}>
      <label class="field"><span class="label">${t(answers.length ? 'asks.more' : 'asks.write')}</span><textarea class="input" rows="2" name=${name} data-most=${asked.lane.limit} aria-describedby="asks-question" ${keptField(ui, name)}></textarea></label>
      <button type="submit" class="button">${t('console.save')}</button></form>`)}
    <div class="asks-steps"><button type="button" class="button plain" aria-label=${t('asks.back')} aria-disabled=${String(at === 0)} @click=${() => step(at - 1)}>‹</button>
      <span class="asks-at"><span class="asks-dots" aria-hidden="true">${options.map((_, n) => html`<i class=${`${n === at ? 'is-now' : ''} ${given[n].length ? 'is-answered' : ''}`}></i>`)}</span>
      <span class="small quiet">${t('asks.place', { n: at + 1, of: options.length })} · ${t('asks.answered', { n: given.filter(({ length }) => length).length })}</span></span>
      <button type="button" class="button plain" aria-label=${t('asks.next')} aria-disabled=${String(at === options.length - 1)} @click=${() => step(at + 1)}>›</button></div></section>`;
}
