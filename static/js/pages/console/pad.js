/** The scribes' pad on the console: asking for a scribe, the lines under what is in focus, and all of them. */
import { html, nothing } from '../../../lib/lit-html.js';
import { hasScribe } from '../../notes/query.js';
import { aboutName, focusOf, padSections, sameAbout, savePad } from '../../notes/pad.js';
import { asksAbout, doubtAbout } from './doubt.js';
import { beginEdit, correct, emptied, keptField } from './kept.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').PadLine} PadLine */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** The storage key for what the unfinished line is about. */
const AT = 'console-pad-at';

/** The method needs a scribe: choose one of those who are there. In a programme those who lead write themselves. @param {ConsoleState} ui @param {Shown} shown */
export function askForScribe(ui, shown) {
  const { t } = shown;
  if (!shown.method?.scribe || shown.method.keep === 'programme' || shown.board?.scene === 'end' || hasScribe(shown)) return nothing;
  const people = shown.people.filter(({ role, hosted }) => role === 'participant' && !hosted);
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const seat = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('scribe') ?? '');
    if (seat) ui.emit('role', { seat, role: 'scribe' });
  };
  return html`<div class="stack tight pad-ask" role="group" aria-label=${t('console.scribe_choose')}><p class="small">${t('console.scribe_wanted')}</p>
    ${people.length ? html`<form class="acts" @submit=${send}><select class="input pad-who" name="scribe" aria-label=${t('console.scribe_choose')} required>
      <option value="">${t('console.scribe_choose')}</option>${people.map(({ id }) => html`<option value=${id}>${shown.called(id)}</option>`)}</select>
      <button type="submit" class="button">${t('console.scribe_make')}</button></form>` : nothing}</div>`;
}

/** The pad, where there is a scribe or a line. @param {ConsoleState} ui @param {Shown} shown */
export function padBox(ui, shown) {
  const { t, pad } = shown;
  const scribe = hasScribe(shown);
  if (!scribe && !pad.length) return nothing;
  const focus = focusOf(shown);
  const here = pad.filter((line) => sameAbout(line, focus));
  const writes = Boolean(shown.me?.can.includes('pad'));
  // What stands above is not said again below.
  const sections = padSections(shown).map((section) => ({ ...section, parts: section.parts.filter(({ about }) => !writes || !sameAbout(about, focus)) }))
    .filter(({ parts }) => parts.length);
  return html`<section class="box pad-box"><h2 class="box-kicker">${t('pad.title')}</h2>
    <p class="small quiet">${t(shown.board?.sealed ? 'console.pad_sealed' : 'console.pad_who')}${shown.deck && !shown.board?.sealed ? ` ${t('pad.handed')}` : nothing}</p>
    ${scribe && shown.round?.pad && !shown.board?.closed ? html`<p class="small">${shown.say(shown.round.pad)}</p>` : nothing}
    ${writes ? html`<h3 class="label">${aboutName(shown, focus)}</h3>${list(ui, shown, here)}${writer(ui, shown)}` : nothing}
    ${pad.length ? html`<details ?open=${Boolean(shown.board?.closed)}><summary class="link">${t('pad.all', { n: pad.length })}</summary>
      <div class="stack tight">${sections.map((section) => html`<h3 class="label">${section.title}</h3>
        ${section.parts.map((part) => html`${part.about.group || part.about.turn ? html`<h4 class="pad-head">${part.title}</h4>` : nothing}
          ${list(ui, shown, part.lines)}`)}`)}
        <div class="acts"><button type="button" class="button" @click=${() => savePad(shown)}>${t('pad.get')}</button></div>
        <p class="small quiet">${t('pad.get_hint')} ${shown.board?.sealed ? nothing : t('pad.turns_end')}</p></div></details>` : nothing}
  </section>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {PadLine[]} lines */
function list(ui, shown, lines) {
  const { t } = shown;
  if (!lines.length) return nothing;
  return html`<ul class="pad-lines">${lines.map((line) => (ui.state.editing === line.id && line.can.includes('edit') ? html`<li>${correct(ui, shown, line,
    (change) => ui.emit('pad', { act: 'edit', line: line.id, ...change }))}</li>`
    : html`<li class="pad-line"><span dir="auto">${line.text}</span>${line.can.includes('edit') ? html`<span class="pad-acts">
      <button type="button" class="link" aria-label=${`${t('note.change')}: ${line.text}`} @click=${() => beginEdit(ui, line)}>${t('note.change')}</button>
      <button type="button" class="link" aria-label=${`${t('note.delete')}: ${line.text}`} @click=${() => ui.emit('pad', { act: 'delete', line: line.id })}>${t('note.delete')}</button></span>`
    : nothing}</li>`))}</ul>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
function writer(ui, shown) {
  const { t } = shown;
  const { keys, board } = ui.context;
  const focus = focusOf(shown);
  /** What the unfinished line was begun under. @type {import('../../notes/pad.js').About | null} */ const begun = keys.half(board, AT);
  const typed = (/** @type {any} */ event) => keys.keepHalf(board, AT, event.target.value.trim() ? begun ?? focus : '');
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const text = String(new FormData(form).get('pad') ?? '').trim();
    const { round, group, turn } = begun ?? focus;
    if (!text || !round || asksAbout(ui, 'pad', text)) return;
    keys.keepHalf(board, AT, '');
    ui.emit('pad', { act: 'write', line: ui.context.keys.randomId(16), text, round, ...(group ? { group } : {}), ...(turn ? { turn } : {}) });
    emptied(ui, 'pad', form.elements.namedItem('pad'));
  };
  return html`<form class="pad-form" @submit=${send} @input=${typed}>${begun && !sameAbout(begun, focus) ? html`<p class="small" role="status">${t('pad.stays', { about: aboutName(shown, begun) })}</p>` : nothing}<label class="field"><span class="sr-only">${t('pad.text')}</span><textarea class="input" name="pad" rows="1"
    placeholder=${t('pad.hint')} ${keptField(ui, 'pad')}></textarea></label>
    <button class="button" type="submit">${t('phone.save_pad')}</button>${doubtAbout(ui, shown, 'pad')}</form>`;
}
