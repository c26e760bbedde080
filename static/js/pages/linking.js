/**
 * Linking on a map, on phones and consoles (SPEC R39, R43): tap a note, then another, and say how they hang together. That
 * a circle would close is told before. And the name of a circle. The kinds of links are the sheet's.
 */
import { classMap, html, nothing, repeat } from '../../lib/lit-html.js';
import { judgeLength } from './lengths.js';
import { closing, laneAt, lower, naming, ringTitle, ringsOn, signed, turnWords } from '../forms/map/story.js';
import { color, tongue } from '../notes/look.js';
import { markChoices } from '../notes/marks.js';
import { notesOn } from '../notes/query.js';
import { turnSign } from '../forms/map/turn.js';
import { given } from './given.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').LinkKind} LinkKind */
/** @typedef {import('../types.js').Context} Context */

/** Whether this viewer may set links that lead from note to note on a sheet. @param {Shown} shown @param {Sheet | null} sheet */
export function linksHere(shown, sheet) {
  const kinds = sheet ? signed(sheet) : [];
  return kinds.length > 0 && shown.notes.some((note) => note.sheet === sheet?.id && kinds.some(({ id }) => note.links_open?.includes(id)));
}

/** The notes that links lead from or to, as they lie on the map. @param {Shown} shown @param {Sheet} sheet @returns {Note[]} */
function linkable(shown, sheet) {
  const kinds = signed(sheet);
  const order = sheet.lanes.map(({ id }) => id);
  return notesOn(shown, sheet.id).filter(({ lane }) => kinds.some(({ from, to }) => from.includes(lane) || to.includes(lane)))
    .sort((a, b) => order.indexOf(a.lane) - order.indexOf(b.lane) || (a.id < b.id ? -1 : 1));
}

/** The sign of a side, before a note's text. @param {Note} note @param {Sheet} sheet */
function signOf(note, sheet) {
  const place = sheet.lanes.find(({ id }) => id === note.lane)?.place;
  return place === 'left' ? '+' : place === 'right' ? '−' : '';
}

/** Two notes that are being linked. Nothing of it is stored before it is saved. */
export class Linking {
  /** Ids, in the order in which they were tapped. @type {string[]} */ picked = [];
  #kind = '';

  /** @param {Context} context */
  constructor(context) {
    this.context = context;
  }

  /** A note was tapped: the first, the second, or one to be let go. @param {string} id @param {boolean} [keys] by keyboard: the form is gone on to */
  tap(id, keys = false) {
    this.picked = this.picked.includes(id) ? this.picked.filter((one) => one !== id) : [...this.picked.slice(0, 1), id];
    this.context.redraw();
    if (keys && this.picked.length === 2) {
      requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.linking-how :is(input:checked, button[type=submit])'))?.focus()));
    }
  }

  letGo() {
    this.picked = [];
    this.#kind = '';
    this.context.redraw();
  }

  /** Escape lets go. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== 'Escape' || !this.picked.length) return;
    event.preventDefault();
    event.stopPropagation();
    const [first] = this.picked;
    this.letGo();
    this.#goTo(first);
  }

  /** Whoever uses a keyboard goes on from a note. @param {string} id */
  #goTo(id) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const el = /** @type {HTMLElement | null} */ (document.querySelector(`[data-link="${CSS.escape(id)}"], [data-note="${CSS.escape(id)}"] .grip`));
      if (!el?.closest('[hidden]')) el?.focus();
    }));
  }

  /** A note that is taken down meanwhile is let go. @param {Shown} shown */
  #look(shown) {
    if (this.picked.some((id) => !shown.note(id))) this.picked = this.picked.filter((id) => shown.note(id));
  }

  /** The inputs: what is chosen, how it hangs together, and what would come of it. @param {Shown} shown @param {Sheet} sheet */
  panel(shown, sheet) {
    const { t } = shown;
    this.#look(shown);
    const [first, second] = this.picked.map((id) => shown.note(id));
    if (!first) return html`<p class="quiet linking-hint">${t('linking.hint')}</p>`;
    if (!second) return html`<p class="linking-hint" role="status"><bdi class="strong" lang=${tongue(first.text, shown)}>${first.text}</bdi> <span class="quiet">${t('linking.second')}</span></p>`;
    const kinds = signed(sheet).filter(({ from, to }) => from.includes(first.lane) && to.includes(second.lane));
    const may = kinds.filter(({ id }) => first.links_open?.includes(id));
    const kind = may.find(({ id }) => id === this.#kind) ?? may.find(({ id }) => first.links?.[id]?.includes(second.id)) ?? may[0];
    const there = Boolean(kind && first.links?.[kind.id]?.includes(second.id));
    const full = Boolean(kind && !there && (first.links?.[kind.id]?.length ?? 0) >= kind.most);
    const circle = kind && !there ? closing(shown, sheet, { from: first.id, to: second.id, kind: kind.id }) : [];
    const save = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!kind || full) return;
      this.context.emit(there ? 'unlink' : 'link', { note: first.id, kind: kind.id, other: second.id });
      this.context.toast(t(there ? 'linking.undone' : 'linking.done'));
      this.letGo();
      this.#goTo(second.id);
    };
    const swap = () => {
      this.picked = [second.id, first.id];
      this.context.redraw();
    };
    const words = (/** @type {Note} */ note) => html`<bdi lang=${tongue(note.text, shown)}>${note.text}</bdi>`;
    return html`<form class="linking-how" aria-label=${t('linking.how')} @submit=${save}>
      <p class="linking-ask">${t('linking.how')}</p>
      <p class="linking-said" aria-live="polite">${words(first)} ${kind ? html`<span class="linking-verb">${verbSign(kind)} ${lower(shown.say(kind.title))}</span>` : '…'} ${words(second)}</p>
      ${may.length > 1 ? html`<div class="linking-kinds" role="radiogroup" aria-label=${t('linking.how')}>${may.map((one) => html`<label><input type="radio" name="linking-kind" .checked=${one === kind} @change=${() => { this.#kind = one.id; this.context.redraw(); }}>${verbSign(one)} ${lower(shown.say(one.title))}</label>`)}</div>` : nothing}
      <div aria-live="polite">${circle.length ? html`<p class="linking-closes">${turnSign('linking-turn')} ${t('linking.closes', { n: circle.length })}</p>` : kind ? full ? html`<p class="small">${t('linking.full')}</p>` : nothing : html`<p class="small">${t('linking.none')}</p>`}</div>
      <div class="linking-acts"><button class="button main wide" type="submit" ?disabled=${!kind || full}>${t(there ? 'linking.undo' : 'linking.do')}</button>
        <button type="button" class="button plain" @click=${swap}><span aria-hidden="true">⇅</span> ${t('linking.swap')}</button>
        <button type="button" class="button plain" @click=${() => this.letGo()}>${t('linking.let_go')}</button></div></form>`;
  }

  /** All notes to choose from, for a phone. @param {Shown} shown @param {Sheet} sheet @param {() => void} stop */
  grid(shown, sheet, stop) {
    const { t } = shown;
    this.#look(shown);
    return html`<section class="linking stack" @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event)}>
      <div class="linking-head"><h2>${t('linking.title')}</h2><button type="button" class="button plain" @click=${stop}>${t('linking.stop')}</button></div>
      <p class="quiet">${t('linking.hint')}</p>
      <div class="linking-grid">${repeat(linkable(shown, sheet), (note) => note.id, (note) => {
      const nth = this.picked.indexOf(note.id);
      const sign = signOf(note, sheet);
      return html`<button type="button" data-link=${note.id} class=${classMap({ note: true, [color(note, shown)]: true, 'is-picked': nth >= 0 })} aria-pressed=${String(nth >= 0)} @click=${(/** @type {MouseEvent} */ event) => this.tap(note.id, event.detail === 0)}>
        ${sign ? html`<span class="linking-sign" aria-hidden="true">${sign}</span>` : nothing}<span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${nth >= 0 ? html`<span class="linking-nth">${nth + 1}</span>` : nothing}</button>`;
    })}</div>
      ${this.picked.length ? html`<div class="linking-sheet">${this.panel(shown, sheet)}</div>` : nothing}</section>`;
  }
}

/** An arrow, or one that ends in a bar. @param {LinkKind} kind */
function verbSign({ sign }) {
  return html`<svg class="linking-arrow" viewBox="0 0 28 16" aria-hidden="true" focusable="false"><path d=${sign === 'minus' ? 'M2 8H25M25 2V14' : 'M2 8H25M19 2.5L25.5 8L19 13.5'}></path></svg>`;
}

/**
 * What may be done with a circle: a name for one that has none, the way it turns, and its name to be changed.
 * @param {Context} context @param {Shown} shown @param {Sheet} sheet @param {string} id @param {{text: string, type(text: string): void, edit?(note: Note): void}} box
 */
export function circleChoices(context, shown, sheet, id, box) {
  const { t } = shown;
  const ring = ringsOn(shown, sheet).find((one) => one.id === id);
  if (!ring) return nothing;
  const { name } = ring;
  if (name) {
    const choices = markChoices(name, shown, context.emit);
    return html`${choices}${box.edit && name.can.includes('edit') ? html`<p><button type="button" class="link" @click=${() => box.edit?.(name)}>${t('circle.rename')}</button></p>` : nothing}`;
  }
  const lane = laneAt(sheet, 'names');
  const kind = naming(sheet);
  const open = shown.me?.write;
  if (!lane || !kind || open?.sheet !== sheet.id || !open.lanes.includes(lane.id)) return nothing;
  const limit = lane.limit ?? shown.method?.limit ?? 140;
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem('circle'));
    const text = field.value.trim();
    judgeLength(field, t);
    if (!text || !field.reportValidity()) return;
    const notes = [...ring.notes, ...ring.others].filter((note) => kind.to.includes(note.lane)).slice(0, kind.most).map((note) => note.id);
    const note = context.keys.randomId(16);
    context.emit('write', { note, text, sheet: sheet.id, lane: lane.id, links: { [kind.id]: notes } });
    box.type('');
  };
  return html`<form class="circle-name stack tight" @submit=${save}><label class="field"><span class="label">${t('circle.name')}</span>
    <input class="input" name="circle" dir="auto" autocomplete="off" data-most=${limit} placeholder=${shown.say(lane.hint)} .value=${box.text} @input=${(/** @type {any} */ event) => box.type(event.target.value)}></label>
    <button class="button" type="submit" ?disabled=${!box.text.trim()}>${t('circle.save')}</button></form>`;
}

/** The circles of a map, each with what may be done with it. @param {Context} context @param {Shown} shown @param {Sheet} sheet @param {(id: string) => {text: string, type(text: string): void, edit?(note: Note): void}} box */
export function circleList(context, shown, sheet, box) {
  const rings = ringsOn(shown, sheet);
  if (!rings.length) return nothing;
  return html`<ol class="circle-list">${repeat(rings, ({ id }) => id, (ring) => html`<li class=${`circle-one is-${ring.turn}`}>
    <p class="circle-kicker">${turnSign('linking-turn')} ${turnWords(ring, shown)}</p><p class="strong" dir="auto">${ringTitle(ring, shown)}</p>
    <p class="small quiet">${ring.notes.map(({ text }) => text).join(' → ')}</p>${given(ring.id, shown)}${circleChoices(context, shown, sheet, ring.id, box(ring.id))}</li>`)}</ol>`;
}
