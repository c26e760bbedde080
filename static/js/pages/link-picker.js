/**
 * Choosing what a text will be linked to while it is written (SPEC R39), on phones and consoles. What a written note is
 * linked to is set elsewhere (notes/links.js).
 */
import { classMap, html, nothing, repeat } from '../../lib/lit-html.js';
import { targetsOf } from '../notes/links.js';
import { color, tongue } from '../notes/look.js';
import { chips } from '../notes/marks.js';
import { rankByWord } from '../notes/query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/**
 * @typedef {object} Choices  what is chosen on this page and not sent: `links` by kind, and which kind is `unfolded`
 * @property {Record<string, any>} picked
 * @property {(name: string, value: any) => void} pick
 * @property {Shown['t']} t
 */

/**
 * What a text that is written in a lane may be linked to (what leads on or slows is linked on the map, linking.js): the inputs, what is chosen in them by kind (null: nothing), and
 * whether something could be chosen and is not (`unlinked`).
 * @param {Choices} ui @param {Shown} shown @param {import('../types.js').Sheet | null} sheet @param {string} [lane]
 */
export function linksToSet(ui, shown, sheet, lane) {
  /** @type {Record<string, string[]>} */ const chosen = {};
  /** @type {unknown[]} */ const pickers = [];
  if (!sheet || !lane) return { pickers, chosen: null, unlinked: false };
  for (const kind of sheet.links.filter(({ from, sign }) => !sign && from.includes(lane))) {
    const targets = targetsOf(sheet.id, kind, shown);
    const there = /** @type {string[]} */ (ui.picked.links?.[kind.id] ?? []).filter((id) => targets.some((note) => note.id === id));
    if (there.length) chosen[kind.id] = there;
    if (targets.length) pickers.push(linkPicker(ui, shown, kind, targets, there));
  }
  const any = Object.keys(chosen).length > 0;
  return { pickers, chosen: any ? chosen : null, unlinked: pickers.length > 0 && !any };
}

/**
 * The notes that a text may be linked to: one line between the box and its button, which opens to a list and folds again
 * when as many are chosen as may be. So however many there are, the box is where it is in every other round.
 * @param {Choices} ui @param {Shown} shown @param {import('../types.js').LinkKind} kind @param {Note[]} targets @param {string[]} chosen
 */
function linkPicker(ui, shown, kind, targets, chosen) {
  const now = targets.filter(({ id }) => chosen.includes(id));
  // Of many, most people want those with the first word of a kind, such as what was chosen: the others are a tap away.
  const sorted = [...targets].sort((a, b) => rankByWord(a, shown) - rankByWord(b, shown));
  const first = sorted.filter((note) => rankByWord(note, shown) === 0);
  const { kind: which, all } = /** @type {{kind?: string, all?: boolean}} */ (ui.picked.unfolded ?? {});
  const open = which === kind.id;
  const listed = !all && first.length && now.every((note) => first.includes(note)) ? first : sorted;
  const choose = (/** @type {Note} */ note) => {
    const rest = chosen.filter((id) => id !== note.id);
    const after = rest.length < chosen.length ? rest : [...rest, note.id].slice(-kind.most);
    const done = after.length >= kind.most;
    if (done) ui.pick('unfolded', {});
    ui.pick('links', { ...ui.picked.links, [kind.id]: after });
    // What was tapped is gone: whoever uses a keyboard goes on from the line.
    if (done) requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.getElementById(`link-${kind.id}`))?.focus());
  };
  const toggle = (/** @type {any} */ event) => {
    const line = event.currentTarget;
    ui.pick('unfolded', open ? {} : { kind: kind.id });
    // What opens has the window.
    if (!open) requestAnimationFrame(() => line.scrollIntoView({ block: 'start' }));
  };
  const title = ui.t('phone.link', { title: shown.say(kind.title) });
  return html`<fieldset class="linking"><legend class="sr-only">${title}</legend>
    <button type="button" id=${`link-${kind.id}`} class=${classMap({ 'link-line': true, 'is-linked': now.length > 0, [now.length ? color(now[0], shown) : 'none']: true })} aria-expanded=${String(open)} @click=${toggle}>
      <span class="link-sign" aria-hidden="true">↳</span>${now.length ? html`<span class="words" dir="auto" lang=${tongue(now[0].text, shown)}>${now.map(({ text }) => text).join(' · ')}</span>` : html`<span>${title}</span>`}</button>
    ${open ? html`<div class="pick">${repeat(listed, (note) => note.id, (note) => html`<button type="button" class=${classMap({ note: true, [color(note, shown)]: true })} aria-pressed=${String(chosen.includes(note.id))} @click=${() => choose(note)}><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${chips(note, shown)}</button>`)}</div>
      ${listed.length < targets.length ? html`<p><button type="button" class="link" @click=${() => ui.pick('unfolded', { kind: kind.id, all: true })}>${ui.t('phone.other_notes', { n: targets.length - listed.length })}</button></p>` : nothing}` : nothing}</fieldset>`;
}
