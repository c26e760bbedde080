/**
 * `<beside-strip>`: what stays in sight beside a round's sheet (SPEC V17), as a narrow strip above its picture. On a screen
 * that cannot scroll it takes two lines, or the longest note's four: what has no room there follows page by page, from all
 * lanes in turn. A note that is longer is counted, stands on the phones, and is read aloud like all of them.
 */
import { html, nothing, render, repeat } from '../../lib/lit-html.js';
import { hyphenate } from './hyphenate.js';
import { besideNow } from '../notes/beside.js';
import { color, tongue } from '../notes/look.js';
import { gathered } from '../notes/under.js';
import { STAY } from './walk.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../notes/beside.js').Kept} Kept */

/** A page of the strip: so many lines, and one note alone so many. */
const LINES = { usual: 2, most: 4 };

/** @param {Shown} shown @param {{cut?: boolean}} [how] `cut`: no more than two lines at a time */
export function besideStrip(shown, { cut = false } = {}) {
  const kept = besideNow(shown).map(({ lane, notes }) => ({ lane, notes: worded(lane, notes) }));
  return kept.length ? html`<beside-strip class="beside" role="group" aria-label=${shown.t('beside.stays')} .view=${{ shown, kept, cut }}></beside-strip>` : nothing;
}

/** The notes that say more than their lane's title, which stands before them: an answer without words is that title (R44); one, where there are no others. @param {Kept['lane']} lane @param {Kept['notes']} notes */
function worded(lane, notes) {
  const own = notes.filter(({ text }) => !Object.values(lane.title ?? {}).includes(text));
  return own.length ? own : notes.slice(0, 1);
}

class BesideStrip extends HTMLElement {
  /** @type {{shown: Shown, kept: Kept[], cut: boolean} | null} */ #view = null;
  #stamp = '';
  #width = 0;
  /** The notes of each page. @type {HTMLElement[][]} */ #pages = [];
  #page = 0;
  #turning = 0;
  #observer = new ResizeObserver(() => { if (this.clientWidth !== this.#width) this.#fit(); });
  #anew = () => this.#fit();

  connectedCallback() {
    this.#observer.observe(this);
    document.fonts?.addEventListener('loadingdone', this.#anew);
    this.#draw();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    clearTimeout(this.#turning);
    document.fonts?.removeEventListener('loadingdone', this.#anew);
  }

  /** @param {{shown: Shown, kept: Kept[], cut: boolean}} view */
  set view(view) {
    this.#view = view;
    const { lang, board } = view.shown;
    const stamp = JSON.stringify([view.kept, view.cut, lang, board?.lang]);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#draw();
  }

  #draw() {
    if (!this.#view || !this.isConnected) return;
    const { shown, kept, cut } = this.#view;
    this.classList.toggle('is-cut', cut);
    render(html`${kept.map(({ lane, notes }) => html`<div class="beside-lane"><h2 class="beside-title">${shown.say(lane.title)}</h2>
      <ul>${repeat(notes, ({ id }) => id, (note) => html` <li class=${`beside-note ${color(note, shown)}`}><span dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span>${note.kind === 'gathering' ? html` <span class="gathered-count">${gathered(note, shown).length}</span>` : nothing}${note.reach === 'team' ? html` <small>${shown.t('beside.not_shown')}</small>` : nothing}</li>`)}</ul></div>`)}
      <p class="beside-more" aria-hidden="true" hidden></p>`, this);
    this.#fit();
  }

  #fit() {
    const view = this.#view;
    if (!view) return;
    this.#width = this.clientWidth;
    this.style.minHeight = '';
    const lanes = [...this.querySelectorAll('.beside-lane')].map((lane) => /** @type {HTMLElement[]} */ ([...lane.querySelectorAll('.beside-note')]));
    const notes = lanes.flat();
    this.#pages = [notes];
    this.#show(notes);
    if (view.cut && this.#width && this.#lines() > LINES.usual) this.#split(lanes);
    hyphenate([this]);
    this.#turn(0);
  }

  /** Pages of as many notes as fit, the first of each lane, then the second of each. @param {HTMLElement[][]} lanes */
  #split(lanes) {
    const inTurn = Array.from({ length: Math.max(...lanes.map(({ length }) => length)) }, (_, at) => lanes.flatMap((lane) => lane[at] ?? [])).flat();
    const tall = new Map(inTurn.map((note) => [note, (this.#show([note], inTurn.length > 1 ? this.#place(88, 88) : ''), this.#lines())]));
    const told = inTurn.filter((note) => (tall.get(note) ?? 0) <= LINES.most);
    const most = Math.max(LINES.usual, ...told.map((note) => tall.get(note) ?? 0));
    this.#pages = [];
    let page = /** @type {HTMLElement[]} */ ([]);
    for (const note of told) {
      this.#show([...page, note], this.#place(88, 88));
      if (page.length && this.#lines() > most) {
        this.#pages.push(page);
        page = [];
      }
      page.push(note);
    }
    this.#pages.push(page);
    if (this.#pages.length > 1) this.style.minHeight = `${most * this.#line()}px`;
  }

  /** To another page, and on by itself. @param {number} by */
  #turn(by) {
    clearTimeout(this.#turning);
    const { length } = this.#pages;
    this.#page = (this.#page + by) % length;
    const left = this.querySelectorAll('.beside-note').length - this.#pages.flat().length;
    this.#show(this.#pages[this.#page], [length > 1 ? this.#place(this.#page + 1, length) : '', left ? this.#view?.shown.t('beside.more', { n: left }) : ''].filter(Boolean).join(' '));
    if (length > 1) this.#turning = window.setTimeout(() => this.#turn(1), STAY);
  }

  /** @param {number} n @param {number} all */
  #place(n, all) {
    return this.#view?.shown.t('answer.at', { n, all }) ?? '';
  }

  /** Only these notes are seen, with the titles of their lanes. @param {HTMLElement[]} some @param {string} [more] what stands after them */
  #show(some, more = '') {
    for (const note of this.querySelectorAll('.beside-note')) note.classList.toggle('sr-only', !some.includes(/** @type {HTMLElement} */ (note)));
    for (const lane of this.querySelectorAll('.beside-lane')) lane.classList.toggle('sr-only', some.length > 0 && !lane.querySelector('.beside-note:not(.sr-only)'));
    const words = /** @type {HTMLElement | null} */ (this.querySelector('.beside-more'));
    if (!words) return;
    words.hidden = !more;
    words.textContent = more;
  }

  #line() {
    return parseFloat(getComputedStyle(this).lineHeight);
  }

  #lines() {
    return Math.floor(this.scrollHeight / this.#line() + 0.1);
  }
}

customElements.define('beside-strip', BesideStrip);
