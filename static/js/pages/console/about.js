/** Choosing what a note is about (SPEC R43): named circles, points, and links between points. */
import { html, nothing } from '../../../lib/lit-html.js';
import { elementWords } from '../../notes/about.js';
import { tongue } from '../../notes/look.js';
import { laneOf, notesOn } from '../../notes/query.js';
import { listed, quoted } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const MOST = 5;

/** @param {ConsoleState} ui @param {Shown} shown @param {Note} note */
export function aboutChoices(ui, shown, note) {
  if (!note.can.includes('about')) return nothing;
  const groups = groupsOf(note, shown).filter(({ elements }) => elements.length);
  if (!groups.length) return nothing;
  const chosen = note.about ?? [];
  const now = chosen.map((element) => elementWords(element, shown)).filter(Boolean);
  const full = chosen.length >= MOST;
  const toggle = (/** @type {string} */ element) => {
    const rest = chosen.filter((one) => one !== element);
    if (rest.length < chosen.length) ui.emit('about', { note: note.id, about: rest });
    else if (!full) ui.emit('about', { note: note.id, about: [...rest, element] });
  };
  return html`<details class="about-pick"><summary>${shown.t('about.ask')} <span class="quiet small">${now.length ? listed(now.map((words) => quoted(words, shown.lang)), shown.lang) : shown.t('about.none')}</span></summary>
    ${full ? html`<p class="small quiet">${shown.t('about.most', { most: MOST })}</p>` : nothing}
    ${groups.map(({ title, elements }) => html`<fieldset class="answer"><legend class="label">${title}</legend>
      <div class="chips">${elements.map((element) => {
        const words = elementWords(element, shown);
        return html`<button type="button" class="chip" dir="auto" lang=${tongue(words, shown)} aria-pressed=${String(chosen.includes(element))} aria-disabled=${String(full && !chosen.includes(element))} @click=${() => toggle(element)}>${words}</button>`;
      })}</div></fieldset>`)}</details>`;
}

/** What a note of this lane may name, lane by lane, names of circles first; then the links between them. @param {Note} note @param {Shown} shown */
function groupsOf(note, shown) {
  return (laneOf(note, shown)?.about ?? []).flatMap((id) => {
    const sheet = shown.sheet(id);
    if (!sheet) return [];
    const there = notesOn(shown, id).filter((one) => one.kind === 'note' && !one.draft);
    const lanes = [...sheet.lanes].sort((a, b) => Number(b.place === 'names') - Number(a.place === 'names'));
    const links = there.flatMap((one) => sheet.links.filter(({ sign }) => sign).flatMap((kind) => (one.links?.[kind.id] ?? []).map((other) => `${one.id}>${kind.id}>${other}`)));
    return [
      ...lanes.map((lane) => ({ title: shown.say(lane.title), elements: there.filter((one) => one.lane === lane.id).map((one) => one.id) })),
      { title: shown.t('about.links'), elements: links.filter((one) => elementWords(one, shown)) },
    ];
  });
}
