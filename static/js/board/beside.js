/**
 * `<beside-strip>`: what stays in sight beside a round's sheet (SPEC V17), as a narrow strip above its picture. On a screen
 * that cannot scroll it takes two lines, or one long note's four: what is left out is counted, stands on the phones, and is read aloud.
 */
import { html, nothing, render, repeat } from '../../lib/lit-html.js';
import { hyphenate } from './hyphenate.js';
import { besideNow } from '../notes/beside.js';
import { color, tongue } from '../notes/look.js';
import { gathered } from '../notes/under.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../notes/beside.js').Kept} Kept */

/** @param {Shown} shown @param {{cut?: boolean}} [how] `cut`: no more than two lines */
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
  #observer = new ResizeObserver(() => { if (this.clientWidth !== this.#width) this.#fit(); });
  #anew = () => this.#fit();

  connectedCallback() {
    this.#observer.observe(this);
    document.fonts?.addEventListener('loadingdone', this.#anew);
    this.#draw();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
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

  /** As many notes as fit in two lines; the first of them even in four. */
  #fit() {
    const view = this.#view;
    if (!view) return;
    this.#width = this.clientWidth;
    /** @type {HTMLElement[]} */ const notes = [...this.querySelectorAll('.beside-note')].map((el) => /** @type {HTMLElement} */ (el));
    const more = /** @type {HTMLElement | null} */ (this.querySelector('.beside-more'));
    const leave = (/** @type {number} */ some) => {
      notes.forEach((note, at) => note.classList.toggle('sr-only', at >= some));
      for (const lane of this.querySelectorAll('.beside-lane')) lane.classList.toggle('sr-only', some > 0 && !lane.querySelector('.beside-note:not(.sr-only)'));
      if (!more) return;
      more.hidden = some >= notes.length;
      more.textContent = view.shown.t('beside.more', { n: notes.length - some });
    };
    leave(notes.length);
    if (view.cut) {
      const most = Math.ceil(parseFloat(getComputedStyle(this).getPropertyValue('--lines')) * parseFloat(getComputedStyle(this).lineHeight));
      let [fits, over] = [1, notes.length + 1];
      while (over - fits > 1 && this.#width) {
        const some = over > notes.length && fits === 1 ? notes.length : Math.floor((fits + over) / 2);
        leave(some);
        if (this.scrollHeight <= most) fits = some;
        else over = some;
      }
      leave(Math.min(fits, notes.length));
      if (fits === 1 && this.scrollHeight > most * 2) leave(0);
    }
    hyphenate([this]);
  }
}

customElements.define('beside-strip', BesideStrip);
