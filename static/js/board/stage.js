/**
 * `<board-stage>`: one board picture. It measures itself, gets all positions from the form's plan, draws, and animates
 * what is new. No rule may live here: the records' `can` says what a person may do.
 *
 * Styles are set as properties, since the Content-Security-Policy forbids style attributes.
 */
import { html, nothing, render, repeat } from '../../lib/lit-html.js';
import { carry } from './gestures.js';
import { forgetWidths, hyphenate, ready, wordWidth } from './hyphenate.js';
import * as telling from './telling.js';
import { FORMS, formOf } from '../forms/index.js';
import { drawNote, movable } from '../notes/draw.js';
import { turnTimes } from '../notes/facedown.js';
import { tilt } from '../notes/look.js';
import { SOFT_HYPHEN } from '../notes/hyphens.js';
import { ladder } from '../notes/measure.js';
import { sheetNow } from '../notes/query.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../notes/draw.js').Picture} Picture */
/** @typedef {import('../forms/form.js').Form} Form */
/** @typedef {import('../forms/form.js').Plan} Plan */
/** @typedef {import('../forms/form.js').Space} Space */

/** The forms' plans that have been fetched, by the form's name. @type {Map<string, (space: Space) => Plan>} */
const plans = new Map();

/** Fetch a form's plan. @param {Form} form */
async function fetchPlan(form) {
  const { plan } = await form.picture();
  plans.set(form.name, plan);
}

// A page that draws one form usually draws the others later: import all at once.
for (const form of FORMS) fetchPlan(form).catch(() => {});

/** From so many new notes in one change on it counts as a reveal: the notes turn over one after another. */
const REVEAL = 3;
const ARRIVAL = 1400;

/** The sheet a picture shows: the one asked for, else that of all screens. @param {Shown} shown @param {Picture} picture */
export function sheetOf(shown, picture) {
  return shown.sheet(picture.sheet) ?? sheetNow(shown);
}

export class BoardStage extends HTMLElement {
  /** @type {Shown | null} */ #shown = null;
  /** @type {Picture} */ #picture = {};
  /** @type {Plan | null} */ #plan = null;
  /** @type {any} */ #before = undefined;
  #space = '';
  /** All that the present plan was made from. */
  #stamp = '';
  #width = 0;
  #height = 0;
  #rem = 1;
  /** Notes that were up at the last draw of this sheet. @type {Set<string> | null} */ #known = null;
  #sheet = '';
  /** The note that came last while this screen looked. */
  #latest = '';
  /** @type {Map<string, {look: string, wait: number, until: number}>} */ #fresh = new Map();
  /** The note that is being dragged on this screen, which drawing must not move. */
  #held = '';
  /** The elements that the plan has laid, by the id of their box. @type {Map<string, HTMLElement>} */ #laid = new Map();
  #observer = new ResizeObserver(() => this.#measure());
  #telling = new telling.Telling();
  /** What the hyphens of each element were last chosen for. @type {WeakMap<Element, string>} */ #stamps = new WeakMap();
  #letGo = () => {};
  /** Words were measured in another typeface. */
  #anew = () => {
    forgetWidths();
    this.#stamps = new WeakMap();
    this.#space = this.#stamp = '';
    this.draw();
  };

  /** A note has its new width or type only when its transition has ended: until then its words are measured against the old. @param {TransitionEvent} event */
  #grown = ({ target, propertyName }) => {
    if (target instanceof HTMLElement && target.dataset.box && /^(width|font-size)$/u.test(propertyName)) hyphenate([target]);
  };

  /** Only dragged notes have moved. @param {Event} event */
  #follow = (event) => {
    const shown = /** @type {CustomEvent<Shown>} */ (event).detail;
    const before = this.#shown?.drags;
    if (!this.#shown || !this.#plan || shown.board !== this.#shown.board) return;
    // Nothing moves in a version (SPEC R44), which is drawn as the sheet of a round of its own.
    if (shown.round !== this.#shown.round) return;
    this.#shown = shown;
    for (const id of new Set([...before?.keys() ?? [], ...shown.drags.keys()])) {
      const [el, box] = [this.#laid.get(id), this.#plan.boxes.get(id)];
      if (el?.isConnected && box && id !== this.#held) this.#carry(el, box, this.#plan);
    }
  };

  connectedCallback() {
    document.addEventListener('drags', this.#follow);
    this.#observer.observe(this);
    this.addEventListener('transitionend', this.#grown);
    this.#letGo = carry(this);
    void document.fonts?.ready.then(this.#anew);
    document.fonts?.addEventListener('loadingdone', this.#anew);
  }

  disconnectedCallback() {
    document.removeEventListener('drags', this.#follow);
    this.#observer.disconnect();
    this.removeEventListener('transitionend', this.#grown);
    this.#letGo();
    document.fonts?.removeEventListener('loadingdone', this.#anew);
  }

  /** @param {{shown: Shown, picture: Picture}} value */
  set view({ shown, picture }) {
    // The console renders every second for its clocks; the picture is drawn only when it has changed.
    const same = shown === this.#shown && sameWish(picture, this.#picture);
    this.#shown = shown;
    this.#picture = picture;
    if (!same) this.draw();
  }

  get picture() {
    return this.#picture;
  }

  /** The part that is shown large, if one is. @returns {string} */
  get large() {
    return this.#plan?.walking?.part ?? '';
  }

  get targets() {
    return this.#plan?.targets ?? [];
  }

  /** @param {string} note '' when the drag has ended */
  hold(note) {
    this.#held = note;
    this.draw();
  }

  #measure() {
    const { clientWidth, clientHeight } = this;
    const grows = this.#picture.fit === 'width';
    if (clientWidth === this.#width && (grows || clientHeight === this.#height)) return;
    this.draw();
  }

  draw() {
    const shown = this.#shown;
    if (!shown?.board || !this.isConnected) return;
    const sheet = sheetOf(shown, this.#picture);
    this.#width = this.clientWidth;
    this.#height = this.clientHeight;
    if (!sheet || this.#width < 40) return;
    const form = formOf(sheet);
    const plan = plans.get(sheet.form);
    // Without its hyphens a picture would be laid out anew as soon as they are there.
    if (!ready(shown.board.lang ?? shown.lang, () => this.draw())) return;
    if (!plan) {
      // If the import fails, the next change of the board tries again.
      if (form) fetchPlan(form).then(() => this.draw(), () => {});
      return;
    }
    this.#welcome(shown, sheet);
    this.#plan = this.#makePlan(shown, sheet, plan);
    this.dataset.form = sheet.form;
    render(this.#template(shown, sheet, this.#plan), this);
    this.#lay(this.#plan);
    this.#picture.onLarge?.(this.large);
  }

  /** @param {Shown} shown @param {Sheet} sheet @param {(space: Space) => Plan} lay @returns {Plan} */
  #makePlan(shown, sheet, lay) {
    const grows = this.#picture.fit === 'width';
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.#rem = rem;
    const height = grows ? Infinity : this.#height;
    const { most, least } = this.#picture.type ?? fitting(this.#width, height, rem);
    const space = [sheet.id, this.#width, height, rem, most, least, this.#picture.focus].join(' ');
    // In another space (sheet, size, font size) the old plan is dropped, and notes move without animation.
    if (space !== this.#space) {
      this.#before = undefined;
      this.classList.add('still');
      requestAnimationFrame(() => requestAnimationFrame(() => this.classList.remove('still')));
    }
    this.#space = space;
    this.style.setProperty('--least', `${least * rem}px`);
    // While a note is dragged, nothing else changes many times a second: the layout stays.
    const { lang, notes, rows, groups, people, progress, round, board, turns, deck, ring, claims, versions, then } = shown;
    const stamp = JSON.stringify([space, this.#latest, this.#picture, sheet, lang, notes, rows, groups, people, progress, round, board, [...turns ?? []], deck, ring, [...claims], [...versions ?? []].map(([id, { n }]) => [id, n]), then && [then.at, then.version.n]]);
    if (this.#plan && stamp === this.#stamp) return this.#plan;
    this.#stamp = stamp;
    const plan = lay({
      shown, sheet, picture: this.#picture, width: this.#width, height,
      sizes: ladder(most * rem, least * rem), measure: wordWidth, before: this.#before, latest: this.#latest,
    });
    this.#before = plan.before;
    return plan;
  }

  /** Which notes are new on this screen, and with which animation they appear. @param {Shown} shown @param {Sheet} sheet */
  #welcome(shown, sheet) {
    const up = shown.notes.filter((note) => !note.draft && note.sheet === sheet.id).map((note) => note.id).sort();
    const now = performance.now();
    const known = sheet.id === this.#sheet ? this.#known : null;
    this.#telling.follow(shown, sheet, known ? up.filter((id) => !known.has(id)) : [], this.#picture.telling ?? false);
    if (sheet.id !== this.#sheet) this.#known = !this.#sheet && this.#picture.arriving ? new Set() : null;
    this.#sheet = sheet.id;
    if (this.#known) {
      const known = this.#known;
      const added = up.filter((id) => !known.has(id));
      const waits = turnTimes(added);
      if (added.length === 1) this.#latest = added[0];
      for (const id of added) {
        if (id === this.#telling.large) continue;
        const look = added.length >= REVEAL ? 'turns' : 'arrives';
        this.#fresh.set(id, { look, wait: look === 'turns' ? waits.get(id) ?? 0 : 0, until: now + ARRIVAL });
      }
    }
    this.#known = new Set(up);
    for (const [id, one] of this.#fresh) if (one.until < now) this.#fresh.delete(id);
  }

  /** @param {Shown} shown @param {Sheet} sheet @param {Plan} plan */
  #template(shown, sheet, plan) {
    const picture = this.#picture;
    const chosen = shown.note(this.#held || (picture.selected ?? ''));
    const aiming = picture.interactive && chosen && movable(chosen);
    return html`
      ${plan.back}
      ${plan.front}
      <ul class="papers" aria-label=${shown.say(sheet.title)}>
        ${repeat(plan.order.filter((note) => plan.boxes.has(note.id)), (note) => note.id, (note) => drawNote(note, shown, {
          picture, talk: plan.talk, fresh: this.#fresh.get(note.id)?.look ?? '', off: plan.boxes.get(note.id)?.off,
          look: plan.boxes.get(note.id)?.look, sign: plan.boxes.get(note.id)?.sign, tag: plan.boxes.get(note.id)?.tag, body: plan.boxes.get(note.id)?.body,
        }))}
      </ul>
      ${repeat(this.#telling.sheets, (id) => id, (id) => this.#drawTold(id))}
      ${aiming ? html`<div class="targets" role="group" aria-label=${shown.t('boards.place_where')}>
        ${plan.targets.map((target, at) => (this.#lies(chosen, target) ? nothing : html`<button type="button" class="target at" data-box="target:${at}"
          data-target=${at} aria-label=${shown.t('boards.place_here', { place: target.words })}
          @click=${() => this.choose(at)}><span aria-hidden="true">${target.words}</span></button>`))}
      </div>` : nothing}`;
  }

  /** Whether a note that is not being dragged lies there already: a tap there is meant for the notes beside it. @param {Note} note @param {Plan['targets'][number]} target */
  #lies(note, target) {
    return note.id !== this.#held && !note.draft && !target.spot && note.lane === target.lane && note.row === target.row && (!target.side || target.side === note.side);
  }

  /** A note that is told, as a large sheet, and its lane's name on the line. @param {string} id */
  #drawTold(id) {
    const shown = /** @type {Shown} */ (this.#shown);
    const note = /** @type {Note} */ (shown.note(id));
    return html`${telling.drawTold(note, shown)}${id === this.#telling.large ? telling.drawYear(note, shown) : nothing}`;
  }

  /**
   * Where somebody at the keyboard goes on: the first target for the chosen note, or the note itself.
   * @param {string} note @param {boolean} [only] the note itself, though targets for another may still be drawn
   * @returns {boolean} whether it is there already
   */
  focusOn(note, only = false) {
    const el = (only ? null : this.querySelector('.target')) ?? this.querySelector(`[data-note="${CSS.escape(note)}"] .grip`);
    /** @type {HTMLElement | null} */ (el)?.focus();
    return Boolean(el);
  }

  /** Place the selected (or carried) note on a target. @param {number} at @param {string} [note] @param {{x: number, y: number} | null} [point] of the picture, where it was dropped */
  choose(at, note = this.#picture.selected ?? '', point = null) {
    const target = this.#plan?.targets[at];
    if (!target || !note) return;
    const spot = target.spot?.(point, note);
    this.#picture.onPlace?.({ note, lane: target.lane, row: target.row, side: target.side, ...(spot === undefined ? {} : { spot }) });
  }

  /** @param {Plan} plan */
  #lay(plan) {
    if (this.#picture.fit === 'width' && !plan.flows) set(this, 'height', `${Math.ceil(plan.height)}px`);
    else set(this, 'height', '');
    set(this, 'minWidth', plan.least ? `${Math.ceil(plan.least)}px` : '');
    plan.targets.forEach((target, at) => plan.boxes.set(`target:${at}`, { ...target, size: 0 }));
    this.#laid = new Map();
    /** What is new or has another width. @type {Set<Element>} */
    const anew = new Set(plan.flows ? [this] : []);
    for (const el of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('[data-box]'))) {
      const id = el.dataset.box ?? '';
      const box = plan.boxes.get(id);
      if (!box) continue;
      this.#laid.set(id, el);
      if (id === this.#held) {
        // Its classes may just have been drawn anew.
        el.classList.add('is-carried');
        continue;
      }
      this.#carry(el, box, plan);
      set(el, 'width', `${Math.round(box.w)}px`);
      // An element may have been another part's: what its box does not say must not be left over.
      set(el, 'minHeight', box.h && box.h !== Infinity ? `${Math.round(box.h)}px` : '');
      set(el, 'fontSize', box.size ? `${box.size.toFixed(1)}px` : '');
      const stamp = `${box.w} ${box.size} ${box.look ?? ''} ${el.textContent?.replaceAll(SOFT_HYPHEN, '')}`;
      if (this.#stamps.get(el) !== stamp) anew.add(el);
      this.#stamps.set(el, stamp);
    }
    for (const el of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('[data-tilt]'))) {
      // A large paper is turned less, so that its corners move no further.
      const calm = Math.min(1, (22 * this.#rem * 16) / Math.max(1, plan.boxes.get(el.dataset.box ?? '')?.w ?? 1));
      set(el, 'rotate', `${(tilt({ id: el.dataset.tilt ?? '' }) * calm * (plan.turned ?? 1)).toFixed(2)}deg`);
      el.classList.toggle('is-told', el.dataset.tilt === this.#telling.large);
      el.classList.toggle('is-landing', this.#telling.gliding.has(el.dataset.tilt ?? ''));
      const fresh = this.#fresh.get(el.dataset.note ?? '');
      if (fresh) set(el, 'animationDelay', `${fresh.wait}ms`);
    }
    this.#layTold(plan);
    for (const el of this.querySelectorAll('.told')) anew.add(el);
    hyphenate(anew);
  }

  /** Put an element where its box is, or where somebody drags it. @param {HTMLElement} el @param {import('../forms/form.js').Box} box @param {Plan} plan */
  #carry(el, box, plan) {
    const at = this.#shown?.drags.get(el.dataset.box ?? '');
    el.classList.toggle('is-carried', Boolean(at));
    const x = at ? within(at[0] * this.#width - box.w / 2, this.#width - box.w) : box.x;
    const y = at ? within(at[1] * plan.height - box.h / 2, plan.height - box.h) : box.y;
    set(el, 'translate', `${Math.round(x)}px ${Math.round(y)}px`);
  }

  /** @param {Plan} plan */
  #layTold(plan) {
    this.classList.toggle('is-telling', this.#telling.large !== '');
    for (const el of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.told'))) {
      const note = this.#shown?.note(el.dataset.told ?? '');
      const sheet = this.#shown && sheetOf(this.#shown, this.#picture);
      if (!note || !sheet) continue;
      if (this.#telling.gliding.has(note.id)) {
        telling.glide(el, plan.boxes.get(note.id), () => {
          this.#telling.gliding.delete(note.id);
          this.draw();
        });
        continue;
      }
      const at = telling.place(note, sheet, plan, { width: this.#width, height: plan.height, measure: wordWidth });
      telling.lay(el, at);
      const year = /** @type {HTMLElement | null} */ (this.querySelector('.told-year'));
      if (year) year.hidden = !at.year;
      if (year && at.year) telling.layYear(year, at.year);
    }
  }
}

/** @param {number} value @param {number} most */
function within(value, most) {
  return Math.max(0, Math.min(value, most));
}

/** @param {HTMLElement} el @param {'translate' | 'width' | 'height' | 'minHeight' | 'minWidth' | 'fontSize' | 'rotate' | 'animationDelay'} name @param {string} value */
function set(el, name, value) {
  if (el.style[name] !== value) el.style[name] = value;
}

/**
 * The default font sizes of notes: the wall's, scaled to the width and height, but never too small to read.
 * @param {number} width @param {number} height @param {number} rem
 */
function fitting(width, height, rem) {
  const scale = Math.min(width / 1824, height / 700);
  return { most: Math.max(18, (38 * scale) / rem), least: Math.max(13, (23 * scale) / rem) };
}

/** Whether two pictures are asked for alike; their callbacks are not compared. @param {Picture} a @param {Picture} b */
function sameWish(a, b) {
  const plain = (/** @type {Picture} */ one) => JSON.stringify(one);
  return plain(a) === plain(b);
}

customElements.define('board-stage', BoardStage);
