/**
 * The participant's page: the frame, writing, own notes, and which pane is shown. What a phone needs
 * only later (the turn, group work, the board, the end, trouble) lies in ./phone/ and is fetched when it comes.
 *
 * No rule may live here: what can be done is read from `me` and from each record's `can`.
 */
import { classMap, html, live, nothing, ref, repeat, svg } from '../../lib/lit-html.js';
import { color } from '../sync/store.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Round} Round */
/** @typedef {import('../types.js').Place} Place */
/** @typedef {import('../types.js').Context} Context */
/** @typedef {'loading'|'over'|'stay'|'listen'|'end'|'turn'|'wait'|'group'|'write'|'look'} Pane */
/**
 * The round that the writer is at; it stays when the workshop goes on while something is half written.
 * @typedef {{ round: Round, place: Place, stays: boolean }} At
 */

const WIDE = '(min-width: 900px)';
/** Characters left from which they are counted on the note. */
export const NEAR = 30;
/** The other panes are fetched when the first has long been there (ms). */
const PARTS_AFTER = 5000;
/** Where texts that were turned down are kept, beside the rounds' half-written ones. */
const LOST = 'lost.';

export const ICONS = {
  lock: svg`<rect x="4" y="9" width="12" height="8.5" rx="2"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>`,
  eye: svg`<path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10Z"/><circle cx="10" cy="10" r="2.4"/>`,
  pen: svg`<path d="m4 16 .8-3.4L13.4 4a1.6 1.6 0 0 1 2.3 2.3l-8.5 8.5L4 16Z"/>`,
  board: svg`<rect x="2.5" y="3.5" width="15" height="11" rx="1.5"/><path d="M6 17.5h8M5.5 7h3v3h-3zM11 8.5h3.5v3H11z"/>`,
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return html`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[name]}</svg>`;
}

/** What the panes in ./phone/ share with this page. */
export class Desk {
  /** @type {Context} */ context;
  /** @type {At | null} */ at = null;
  /** @type {'mine' | 'board'} */ tab = 'mine';
  /** @type {null | { kind: string, note?: Note, text?: string, [more: string]: any }} */ dialog = null;
  /** Texts that were turned down while their box held another. @type {{ text: string, why: string }[]} */ lost;
  /** Why the text in a box was turned down. @type {{ key: string, why: string } | null} */ wrong = null;
  /** Local choices of the panes (chosen lane, year, note ...), by name. @type {Record<string, any>} */ picked = {};
  openBox = false;
  digits = false;
  /** @type {Map<string, string>} */ #texts = new Map();
  /** @type {Map<string, any>} */ #parts = new Map();

  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.lost = context.keys.half(context.board, LOST) ?? [];
  }

  get t() {
    return this.context.t;
  }

  /** Half-written text. @param {string} key @returns {string} */
  text(key) {
    if (!this.#texts.has(key)) this.#texts.set(key, this.context.keys.half(this.context.board, key) ?? '');
    return this.#texts.get(key) ?? '';
  }

  /** @param {string} key @param {string} text */
  setText(key, text) {
    this.#texts.set(key, text);
    // At once, not at the next drawing: fast fingers write on in what stands there.
    const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(`box-${key}`));
    if (field && field.value !== text) field.value = text;
    if (this.wrong?.key === key) this.wrong = null;
    this.context.keys.keepHalf(this.context.board, key, text);
    this.context.redraw();
  }

  /** @param {Desk['lost']} lost */
  lose(lost) {
    this.lost = lost;
    this.context.keys.keepHalf(this.context.board, LOST, lost.length ? lost : '');
    this.context.redraw();
  }

  /** @param {string} name @param {any} value */
  pick(name, value) {
    this.picked = { ...this.picked, [name]: value };
    this.context.redraw();
  }

  /** A module of ./phone/, or null until it is here. @param {string} name */
  part(name) {
    if (!this.#parts.has(name)) {
      this.#parts.set(name, null);
      import(`./phone/${name}.js`).then((part) => {
        this.#parts.set(name, part);
        this.context.redraw();
      }, () => this.#parts.delete(name));
    }
    return this.#parts.get(name);
  }

  /** @param {Desk['dialog']} dialog */
  open(dialog) {
    this.dialog = dialog;
    // Closing gives the focus back to what opened it; taking the element away would not.
    if (!dialog) /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog[open]'))?.close();
    this.context.redraw();
  }

  /** Change what the open dialog holds, as it is now and not as it was last drawn. @param {object} change */
  type(change) {
    if (this.dialog) this.open({ ...this.dialog, ...change });
  }

  /**
   * Send a new note and empty its box.
   * @param {string} key @param {string} text
   * @param {{ sheet: string, lane: string, row?: string, to?: string, side?: string }} where
   */
  write(key, text, where) {
    const args = Object.fromEntries(Object.entries(where).filter(([, value]) => value));
    this.context.emit('write', {
      note: this.context.keys.randomId(16), text: text.trim(), ...args, sheet: where.sheet, lane: where.lane,
    });
    this.setText(key, '');
  }

  /** Delete at once, with a way back. @param {Note} note */
  remove(note) {
    this.context.emit('delete', { note: note.id });
    this.open(null);
    this.context.toast(this.t('phone.deleted'), {
      label: this.t('phone.undo'),
      run: () => this.context.emit('restore', { note: note.id }),
    });
  }
}

/** Characters as the server counts them. @param {string} text */
export function lengthOf(text) {
  return [...text.normalize('NFC').trim()].length;
}

/** @param {Shown} shown @param {string} sheetId @param {string} laneId */
export function limitOf(shown, sheetId, laneId) {
  const lane = shown.method?.sheets.find((sheet) => sheet.id === sheetId)?.lanes.find((known) => known.id === laneId);
  return lane?.limit || shown.method?.limit || 140;
}

/**
 * The one text box, shaped as a note, with its save button.
 * @param {Desk} desk
 * @param {object} options
 * @param {string} options.key where the half-written text is kept
 * @param {number} options.limit
 * @param {string} options.label
 * @param {string} [options.hint] shown while it is empty
 * @param {string} [options.paper] colour
 * @param {string} options.save the button's text
 * @param {(text: string) => void} options.onSave
 * @param {boolean} [options.locked]
 */
export function box(desk, { key, limit, label, hint, paper, save, onSave, locked }) {
  const text = desk.text(key);
  const left = limit - lengthOf(text);
  const empty = !text.trim();
  const id = `box-${key}`;
  const go = () => {
    // What is in the box now: fast fingers may be ahead of the last drawing.
    const now = desk.text(key);
    if (!now.trim() || lengthOf(now) > limit || locked) return;
    onSave(now);
    desk.context.announce(desk.t('phone.saved'));
    document.getElementById(id)?.focus();
  };
  return html`<form class="stack" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); go(); }}>
    <div class=${classMap({ 'note-box': true, [paper ?? 'yellow']: true })}>
      <label class="sr-only" for=${id}>${label}</label>
      <textarea id=${id} rows="3" autocomplete="off" enterkeyhint="enter" lang=${desk.context.lang()}
        aria-describedby=${`${id}-left ${id}-wrong`} aria-invalid=${String(desk.wrong?.key === key)} placeholder=${hint || desk.t('phone.hint')} .value=${live(text)}
        @input=${(/** @type {any} */ event) => desk.setText(key, event.target.value)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); go(); } }}></textarea>
      <span class=${classMap({ left: true, over: left < 0 })} id=${`${id}-left`}>${left > NEAR ? nothing
    : left < 0 ? desk.t('phone.too_long', { n: -left }) : desk.t('phone.left', { n: left })}</span>
    </div>
    <div id=${`${id}-wrong`} role="alert">${desk.wrong?.key === key ? html`<p class="wrong">${desk.wrong.why} ${desk.t('lost.back')}</p>` : nothing}</div>
    <button class="button main big wide" aria-disabled=${String(empty || left < 0)} type="submit">${save}</button>
  </form>`;
}

/** Who sees what, beside a lock. @param {Desk} desk @param {string} who */
export function lock(desk, who) {
  return html`<p class="lock">${icon(who.startsWith('own') ? 'lock' : 'eye')}<span>${desk.t(`who.${who}`)}</span></p>`;
}

/** A note that waits on this phone for the line to come back. @param {Desk} desk @param {Shown} shown @param {Note} note */
export function waits(desk, shown, note) {
  if (!note.pending || shown.connected === 'yes' || !(note.kept || shown.unkept)) return nothing;
  return html`<span class="mark">${desk.t(note.kept ? 'note.waits' : 'note.waits_open')}</span>`;
}

/** A note as a button that opens it. @param {Desk} desk @param {Shown} shown @param {Note} note @param {string} [mark] */
export function noteButton(desk, shown, note, mark) {
  return html`<button type="button" class=${classMap({ note: true, [color(note, shown)]: true, pending: note.pending })}
    @click=${() => desk.open({ kind: 'note', note, text: note.text })}>${note.text}${mark ? html`<span class="mark">${mark}</span>` : nothing}${waits(desk, shown, note)}<span class="sr-only"> – ${desk.t('phone.open_note')}</span></button>`;
}

/**
 * A draft with the button that puts it up, where the round lets its author do that outside a turn.
 * @param {Desk} desk @param {Shown} shown @param {Note} note
 */
function putUp(desk, shown, note) {
  const place = mayPut(shown, note);
  return place ? html`<button type="button" class="button wide" aria-label=${`${desk.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up')}: ${note.text}`}
    @click=${() => desk.open({ kind: 'place', note })}>${desk.t(place.reach === 'group' ? 'turn.show_group' : 'turn.put_up')}</button>` : nothing;
}

/** Where a draft may be put up now, or null. @param {Shown} shown @param {Note} note @returns {Place | null} */
export function mayPut(shown, note) {
  const place = shown.me?.place;
  if (!place || !note.draft || note.as || note.sheet !== place.sheet || !note.can.includes('place')) return null;
  if (shown.method?.sheets.find((sheet) => sheet.id === place.sheet)?.form !== 'grid') return place;
  const rows = shown.rows.filter((row) => row.open.length && (!shown.me?.group || row.group === shown.me.group));
  const row = rows.find((known) => known.id === note.row) ?? rows[0];
  return row ? { ...place, row: row.id, lanes: row.open } : null;
}

/**
 * Own drafts, own notes that are up, and, folded, drafts that were written for another part of the board.
 * @param {Desk} desk @param {Shown} shown @param {'all' | 'drafts' | 'up'} [which]
 */
export function ownNotes(desk, shown, which = 'all') {
  const mine = shown.notes.filter((note) => note.mine && note.kind === 'note' && !note.as);
  const { sheet = '', lanes = [] } = shown.round ?? {};
  const here = (/** @type {Note} */ note) => note.sheet === sheet && (!lanes.length || !note.lane || lanes.includes(note.lane));
  const drafts = mine.filter((note) => note.draft && here(note));
  const kept = mine.filter((note) => note.draft && !here(note));
  const up = mine.filter((note) => !note.draft && here(note));
  /** @type {[string, Note[]][]} */ const parts = [
    ['phone.mine', which === 'up' ? [] : drafts],
    ['phone.in_group', which === 'drafts' ? [] : up.filter((note) => note.reach === 'group')],
    ['phone.up', which === 'drafts' ? [] : up.filter((note) => note.reach !== 'group')],
  ];
  /** @param {Note[]} notes */
  const list = (notes) => html`<ul class=${classMap({ notes: true, one: notes.some((note) => mayPut(shown, note)) })}>${repeat(notes, (note) => note.id, (note) => html`<li class="stack tight">${noteButton(desk, shown, note, markOf(desk, shown, note))}${putUp(desk, shown, note)}</li>`)}</ul>`;
  return html`${parts.map(([title, notes]) => (notes.length ? html`<section class="stack"><h2>${desk.t(title, { n: notes.length })}</h2>${list(notes)}</section>` : nothing))}
    ${kept.length && which !== 'up' ? html`<details><summary class="link">${desk.t('phone.kept', { n: kept.length })}</summary>${list(kept)}</details>` : nothing}`;
}

/** Where a note lies, in a word or two. @param {Desk} desk @param {Shown} shown @param {Note} note */
export function markOf(desk, shown, note) {
  const sheet = shown.method?.sheets.find((known) => known.id === note.sheet);
  const lane = sheet?.lanes.find((known) => known.id === note.lane);
  const name = lane ? shown.say(lane.title) : note.lane;
  const side = note.side ? desk.t(`side.${note.side}`) : '';
  const deep = note.to ? shown.note(note.to)?.text : '';
  return [sheet && sheet.form !== 'timeline' && sheet.lanes.length < 2 ? '' : name, note.draft ? '' : side, deep ? `→ ${deep}` : ''].filter(Boolean).join(' · ');
}

/** @param {Context} context */
export function start(context) {
  const desk = new Desk(context);
  const wide = matchMedia(WIDE);
  // Fetched while there is a connection, so that none is missing when there is not.
  setTimeout(() => ['dialogs', 'trouble', 'turn', 'group', 'board', 'end'].forEach((name) => desk.part(name)), PARTS_AFTER);
  const ticking = () => { if (desk.digits || Date.now() % 15_000 < 1_000) context.redraw(); };
  setInterval(ticking, 1000);
  wide.addEventListener('change', () => context.redraw());
  return {
    /** @param {Shown} shown */
    render: (shown) => page(desk, shown, wide.matches),
    /** @param {Shown} shown @param {Shown | null} earlier */
    changed: (shown, earlier) => changed(desk, shown, earlier),
  };
}

/** @param {Desk} desk @param {Shown} shown @returns {Pane} */
function choosePane(desk, shown) {
  const { board, me, round } = shown;
  if (shown.connected === 'over') return 'over';
  if (!shown.loaded || !board || !round) return 'loading';
  if (board.closed && !me) return 'end';
  if (!me) return 'loading';
  if (me.role === 'listener') return board.closed || round.take_home ? 'end' : 'listen';
  if (desk.at?.stays && !board.closed) return 'stay';
  if (board.closed || round.take_home) return 'end';
  if (me.turn === 'holder') return 'turn';
  const sheet = shown.method?.sheets.find((known) => known.id === round.sheet);
  const papers = me.role === 'scribe' && me.write && (sheet?.per_group || sheet?.form === 'grid');
  if (papers) return 'group';
  if (round.turn && round.turn !== 'none') return 'wait';
  if (round.group && me.group) return 'group';
  return me.write && !talks(round) ? 'write' : 'look';
}

/** A round for looking and talking: what is written in it is raised by nothing, so nobody is invited to write. @param {Round} round */
function talks(round) {
  return round.reveal === 'none' && round.see !== 'own';
}

/** Where writing goes in a round. @param {Shown} shown @param {Round} round @returns {Place} */
function placeOf(shown, round) {
  return (shown.round?.id === round.id && shown.me?.write)
    || { sheet: round.sheet ?? '', lanes: round.lanes ?? [], row: '', reach: 'own' };
}

/**
 * Follow the workshop to its round, unless something is half written: nobody who is typing is moved.
 * @param {Desk} desk @param {Shown} shown
 */
function follow(desk, shown) {
  const { round, me } = shown;
  if (!round || !me) return;
  const half = (/** @type {Round} */ item) => desk.text(item.id).trim() !== '';
  if (!desk.at) {
    const left = shown.rounds.slice(0, shown.index).reverse().find(half);
    const from = left && me.can.includes('write') ? left : round;
    desk.at = { round: from, place: placeOf(shown, from), stays: from !== round };
  } else if (desk.at.round.id === round.id) {
    desk.at = { round, place: placeOf(shown, round), stays: false };
  } else if (half(desk.at.round)) {
    desk.at.stays = true;
  } else if (!desk.at.stays) {
    goOn(desk, shown);
  }
}

/** @param {Desk} desk @param {Shown} shown */
function goOn(desk, shown) {
  if (!shown.round) return;
  desk.at = { round: shown.round, place: placeOf(shown, shown.round), stays: false };
  desk.openBox = false;
  desk.picked = {};
  desk.tab = 'mine';
  scrollTo(0, 0);
}

/** @param {Desk} desk @param {Shown} shown @param {boolean} wide */
function page(desk, shown, wide) {
  follow(desk, shown);
  const pane = choosePane(desk, shown);
  if (pane === 'loading') return html`<div class="narrow"><div class="middle"><p class="quiet" role="status">${lineText(desk, shown) || desk.t('phone.loading')}</p></div></div>`;
  if (pane === 'over') return desk.part('trouble')?.over(desk, shown) ?? nothing;
  const onBoard = desk.tab === 'board' && pane !== 'listen';
  return html`<div class="desk">
    <div class="phone">
      ${lineState(desk, shown)}
      ${onBoard ? boardTab(desk, shown, wide) : minePane(desk, shown, pane)}
      ${pane === 'listen' ? nothing : html`<nav class="phone-tabs" aria-label=${desk.t('phone.tabs')}>
        ${tabButton(desk, 'mine', 'pen', 'phone.tab_mine')}${tabButton(desk, 'board', 'board', wide ? 'phone.tab_list' : 'phone.tab_board')}
      </nav>`}
    </div>
    ${wide ? html`<section class="pane-board" aria-label=${desk.t('phone.tab_board')}>${desk.part('board')?.picture(desk, shown, true) ?? nothing}</section>` : nothing}
  </div>${desk.dialog ? dialog(desk, shown) : nothing}`;
}

/** @param {Desk} desk @param {'mine' | 'board'} name @param {'pen' | 'board'} sign @param {string} label a text's key */
function tabButton(desk, name, sign, label) {
  return html`<button type="button" aria-current=${desk.tab === name ? 'page' : 'false'}
    @click=${() => { desk.tab = name; scrollTo(0, 0); desk.context.redraw(); }}>${icon(sign)}${desk.t(label)}</button>`;
}

/** @param {Desk} desk @param {Shown} shown @param {boolean} wide the picture stands beside it */
function boardTab(desk, shown, wide) {
  const part = desk.part('board');
  return html`${head(desk, shown, { title: desk.t('phone.tab_board'), instruction: shown.board?.title })}
    <main class="phone-main">${part ? part.boardList(desk, shown, wide) : html`<p class="quiet">${desk.t('phone.loading')}</p>`}</main>`;
}

/** @param {Desk} desk @param {Shown} shown @param {Pane} pane */
function minePane(desk, shown, pane) {
  switch (pane) {
    case 'stay':
      return stay(desk, shown);
    case 'write':
      return writing(desk, shown);
    case 'look':
      return looking(desk, shown);
    default: {
      const [file, name] = /** @type {Record<string, string[]>} */ ({ turn: ['turn', 'turn'], wait: ['turn', 'wait'], group: ['group', 'group'], end: ['end', 'end'], listen: ['end', 'listen'] })[pane] ?? ['end', 'end'];
      const part = desk.part(file);
      return part ? part[name](desk, shown) : frame(head(desk, shown), { top: html`<p class="quiet">${desk.t('phone.loading')}</p>` });
    }
  }
}

/**
 * The head of a pane.
 * @param {Desk} desk @param {Shown} shown
 * @param {{ title?: string, instruction?: string, turn?: boolean, round?: Round }} [say]
 */
export function head(desk, shown, { title, instruction, turn, round } = {}) {
  const at = round ?? shown.round;
  const whole = at?.private && !at.lanes?.length && !talks(at) && shown.me?.write ? shown.board?.title : '';
  const heading = title ?? (whole || shown.say(at?.title));
  const over = [shown.say(shown.method?.title), turn || heading === shown.say(at?.title) ? '' : shown.say(at?.title)].filter(Boolean).join(' · ');
  return html`<header class=${classMap({ 'phone-head': true, turn: Boolean(turn) })}>
    <p class="over"><span>${over}</span>${time(desk, shown)}</p>
    <h1 tabindex="-1" id="heading">${heading}</h1>
    <p class="instruction">${instruction ?? shown.say(at?.instruction)}</p>
  </header>`;
}

/** Time left: minutes, and seconds when asked. @param {Desk} desk @param {Shown} shown */
function time(desk, shown) {
  const ends = shown.board?.ends_at;
  if (!ends || shown.board?.closed) return nothing;
  const seconds = Math.ceil((ends - shown.now()) / 1000);
  const text = seconds <= 0 ? desk.t('time.over')
    : desk.digits ? desk.t('time.digits', { m: Math.floor(seconds / 60), s: String(seconds % 60).padStart(2, '0') })
      : desk.t('time.left', { n: Math.ceil(seconds / 60) });
  return html`<button type="button" class="who time" @click=${() => { desk.digits = !desk.digits; desk.context.redraw(); }}>${text}</button>`;
}

/**
 * Parts of a pane: what stands above its text box, the box, what stands below.
 * @typedef {{ top?: unknown, box?: unknown, rest?: unknown }} Parts
 */

/**
 * The shape of every pane. All have this one, with the box always in the same place of it: so the textarea that
 * somebody is typing in stays the same element, with focus and caret, when the workshop goes on.
 * @param {unknown} header @param {Parts & { foot?: unknown }} parts
 */
export function frame(header, { top = nothing, box: written = nothing, rest = nothing, foot: below = nothing }) {
  return html`${header}<main class="phone-main">${top}${written}${rest}</main>${below}`;
}

/** @param {Desk} desk @param {Shown} shown */
function writing(desk, shown) {
  const place = shown.me?.write ?? placeOf(shown, /** @type {Round} */ (shown.round));
  const { top, box: written, rest } = writeParts(desk, shown, place, shown.me?.who_sees ?? 'own');
  return frame(head(desk, shown), {
    top: [lostTexts(desk), top], box: written, rest: [rest, ownNotes(desk, shown), foot(desk, shown)], foot: ready(desk, shown),
  });
}

/**
 * The box for a place: lanes as tabs when there are several, the dream to point at when the lane points.
 * @param {Desk} desk @param {Shown} shown @param {Place} place @param {string} who @returns {Parts}
 */
export function writeParts(desk, shown, place, who) {
  const round = /** @type {At} */ (desk.at).round;
  const sheet = shown.method?.sheets.find((known) => known.id === place.sheet);
  const lanes = (sheet?.lanes ?? []).filter((lane) => place.lanes.includes(lane.id));
  const several = sheet?.form !== 'timeline' && lanes.length > 1;
  const lane = sheet?.form === 'timeline' ? undefined : (lanes.find((known) => known.id === desk.picked.lane) ?? lanes[0]);
  const dreams = lane?.points_to ? shown.notes.filter((note) => note.lane === lane.points_to && note.kind === 'note' && !note.draft) : [];
  const to = dreams.some((note) => note.id === desk.picked.to) ? desk.picked.to : '';
  const save = who.startsWith('own') ? 'phone.save' : who === 'group' ? 'phone.save_group' : 'phone.save_all';
  return {
    top: [several ? html`<div class="segments" role="group" aria-label=${desk.t('phone.lanes')}>${lanes.map((known) => html`
      <button type="button" aria-pressed=${String(known === lane)} @click=${() => desk.pick('lane', known.id)}>${shown.say(known.title)}</button>`)}</div>` : nothing,
    dreams.length ? dreamPicker(desk, shown, dreams, to) : nothing],
    box: box(desk, {
      key: round.id, limit: limitOf(shown, place.sheet, lane?.id ?? ''), label: shown.say(lane?.title) || shown.say(round.title),
      hint: shown.say(lane?.hint), paper: lane?.color, save: desk.t(save),
      onSave: (text) => desk.write(round.id, text, { sheet: place.sheet, lane: lane?.id ?? '', row: place.row, to }),
    }),
    rest: lock(desk, who),
  };
}

/** @param {Desk} desk @param {Shown} shown @param {Note[]} dreams @param {string} to */
export function dreamPicker(desk, shown, dreams, to) {
  return html`<fieldset class="stack"><legend class="label">${desk.t('phone.which_dream')}</legend>
    <div class="pick strip">${repeat(dreams, (note) => note.id, (note) => html`<label class=${classMap({ note: true, [color(note, shown)]: true })}><input type="radio" name="dream" .checked=${live(note.id === to)} @change=${() => desk.pick('to', note.id)}>${note.text}</label>`)}</div></fieldset>`;
}

/** The lane that a half-written text would go to; '' when only its author can say. @param {Desk} desk @param {Place} place */
function laneOf(desk, { lanes }) {
  if (lanes.includes(desk.picked.lane)) return desk.picked.lane;
  return lanes.length === 1 ? lanes[0] : '';
}

/** The workshop has gone on, and something is half written. @param {Desk} desk @param {Shown} shown */
function stay(desk, shown) {
  const at = /** @type {At} */ (desk.at);
  const mine = shown.me?.turn === 'holder';
  const waiting = desk.text(at.round.id).trim();
  const next = () => {
    const now = desk.text(at.round.id).trim();
    if (now) desk.write(at.round.id, now, { sheet: at.place.sheet, lane: laneOf(desk, at.place), row: at.place.row });
    goOn(desk, shown);
    desk.context.redraw();
  };
  const long = lengthOf(waiting) > limitOf(shown, at.place.sheet, at.place.lanes[0] ?? '');
  const { top, box: written, rest } = writeParts(desk, shown, { ...at.place, reach: 'own' }, 'own_stays');
  const banner = html`<div class="banner" role="status"><span>${mine ? desk.t('stay.turn') : desk.t('stay.moved', { round: shown.say(shown.round?.title) })}</span>
    <button type="button" class="button" ?disabled=${long} @click=${next}>${waiting ? desk.t('stay.save_go') : desk.t('stay.go')}</button></div>`;
  return frame(head(desk, shown, { round: at.round }), { top: [banner, lostTexts(desk), top], box: written, rest: [rest, ownNotes(desk, shown)] });
}

/** Nothing to write for this round; own drafts may always be written. @param {Desk} desk @param {Shown} shown */
function looking(desk, shown) {
  const round = /** @type {Round} */ (shown.round);
  const panel = html`<div class="panel stack">${shown.index === 0 && shown.board?.title ? html`<p class="question">${shown.board.title}</p>` : nothing}
        <p class="strong">${desk.t(talks(round) ? 'look.talk' : 'look.up')}</p>
        ${toBoard(desk, 'board', 'look.board', true)}</div>`;
  const { top, box: written, rest } = shown.index > 0 ? afterthought(desk, shown, round) : {};
  return frame(head(desk, shown), {
    top: [lostTexts(desk), panel, commentWay(desk, shown), ownNotes(desk, shown), top], box: written,
    rest: [rest, foot(desk, shown)], foot: ready(desk, shown),
  });
}

/** Where comments are written, when the round asks for them. @param {Desk} desk @param {Shown} shown */
export function commentWay(desk, shown) {
  if (!shown.notes.some((note) => note.can.includes('comment'))) return nothing;
  return toBoard(desk, 'pen', 'look.comment');
}

/** The way to the board's tab; `narrow`: not where the board stands beside. @param {Desk} desk @param {keyof typeof ICONS} sign @param {string} label @param {boolean} [narrow] */
export function toBoard(desk, sign, label, narrow = false) {
  const go = () => { desk.tab = 'board'; scrollTo(0, 0); desk.context.redraw(); };
  return html`<button type="button" class=${classMap({ button: true, 'narrow-only': narrow })} @click=${go}>${icon(sign)}${desk.t(label)}</button>`;
}

/** A quiet way to keep a thought as a draft while others speak. @param {Desk} desk @param {Shown} shown @param {Round} round @returns {Parts} */
export function afterthought(desk, shown, round) {
  if (!shown.me?.can.includes('write') || !round.sheet) return {};
  if (!desk.openBox && !desk.text(round.id).trim()) return { top: unfold(desk, 'phone.afterthought') };
  return writeParts(desk, shown, { ...placeOf(shown, round), reach: 'own' }, 'own_draft');
}

/** The link that opens a folded box, and puts the caret there. @param {Desk} desk @param {string} label a text's key */
export function unfold(desk, label) {
  const go = () => {
    desk.openBox = true;
    desk.context.redraw();
    setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('.note-box textarea'))?.focus(), 60);
  };
  return html`<p><button type="button" class="link" @click=${go}>${desk.t(label)}</button></p>`;
}

/** Ready, and how many are. @param {Desk} desk @param {Shown} shown */
export function ready(desk, shown) {
  const { me, round, progress } = shown;
  if (!me?.can.includes('ready') || !round?.ready) return nothing;
  return html`<footer class="phone-foot stick">
    <button type="button" class="button big wide" aria-pressed=${String(me.ready)} @click=${() => desk.context.emit('ready', { on: !me.ready })}>${desk.t(me.ready ? 'ready.more' : 'ready.me')}</button>
    <p class="count">${desk.t('ready.count', { n: progress.ready, of: progress.people })}</p></footer>`;
}

/** Name and undo, small. @param {Desk} desk @param {Shown} shown */
export function foot(desk, shown) {
  const me = shown.me;
  if (!me) return nothing;
  return html`<p class="row small quiet whoami"><span>${desk.t('phone.you_are', { name: me.name || shown.called(me.seat) })}</span>
    ${me.can.includes('name') ? html`<button type="button" class="link" @click=${() => desk.open({ kind: 'name', text: me.name })}>${desk.t('phone.rename')}</button>` : nothing}
    <button type="button" class="link" lang=${shown.lang === 'da' ? 'en' : 'da'} @click=${() => desk.context.setLang(shown.lang === 'da' ? 'en' : 'da')}>${shown.lang === 'da' ? 'English' : 'Dansk'}</button>
    ${me.can.includes('undo') ? html`<button type="button" class="link" @click=${() => desk.context.emit('undo')}>${desk.t('phone.undo_last')}</button>` : nothing}</p>`;
}

/** Texts that were turned down while the box held another. @param {Desk} desk */
export function lostTexts(desk) {
  return desk.lost.length ? desk.part('trouble')?.lostTexts(desk) ?? nothing : nothing;
}

/** @param {Desk} desk @param {Shown} shown */
function lineText(desk, shown) {
  if (shown.trouble) return desk.t('line.trouble');
  if (shown.connected !== 'away') return '';
  if (shown.unkept) return desk.t('line.away_open');
  return desk.t(shown.kept ? 'line.away_waiting' : 'line.away', { n: shown.kept });
}

/** @param {Desk} desk @param {Shown} shown */
function lineState(desk, shown) {
  const text = lineText(desk, shown);
  return html`<div role="status">${text ? html`<p class=${classMap({ 'line-state': true, gone: shown.connected === 'away' })}>${text}</p>` : nothing}</div>`;
}

/** @param {Desk} desk @param {Shown} shown */
function dialog(desk, shown) {
  const kind = desk.dialog?.kind;
  const close = () => desk.open(null);
  const show = (/** @type {any} */ element) => { queueMicrotask(() => { if (element?.isConnected && !element.open) element.showModal(); }); };
  const file = kind === 'note' || kind === 'name' ? 'dialogs' : kind === 'place' ? 'turn' : 'board';
  const inside = desk.part(file)?.dialog(desk, shown) ?? nothing;
  // An empty one would open with the focus nowhere.
  if (inside === nothing) return nothing;
  return html`<dialog ${ref(show)} aria-labelledby="dialog-title" @close=${() => { if (desk.dialog) close(); }}
    @click=${(/** @type {any} */ event) => { if (event.target === event.currentTarget) close(); }}>${inside}</dialog>`;
}

/** A text that was turned down goes back into its box, or, where that is taken, above it. @param {Desk} desk @param {Shown} shown @param {import('../types.js').Returned} item */
function bringBack(desk, shown, item) {
  const { context } = desk;
  context.store?.forget(item);
  const why = context.t(`refused.${item.reason}`);
  const key = desk.at?.round.id ?? '';
  if (item.name === 'write' && !item.args.kind && key && !desk.text(key).trim() && shown.me?.can.includes('write')) {
    desk.openBox = true;
    desk.tab = 'mine';
    desk.setText(key, item.args.text);
    desk.wrong = { key, why };
  } else if (item.name !== 'name') desk.lose([...desk.lost, { text: item.args.text, why }]);
  context.redraw();
}

/** After each render: what came back, what screen readers hear. @param {Desk} desk @param {Shown} shown @param {Shown | null} earlier */
function changed(desk, shown, earlier) {
  const { context } = desk;
  for (const item of shown.returned) bringBack(desk, shown, item);
  for (const { name, reason } of context.store?.takeRefusals() ?? []) {
    // What was written says so where its text is.
    if (name !== 'write' && name !== 'edit') context.toast(context.t(`refused.${reason}`));
  }
  const open = desk.dialog?.kind === 'place' ? shown.note(desk.dialog.note?.id ?? '') : null;
  if (desk.dialog?.kind === 'place' && !(open && mayPut(shown, open))) desk.open(null);
  if (shown.connected === 'over' && earlier?.connected !== 'over') {
    // What was not sent never will be: its texts lie here for whoever comes in again.
    if (['removed', 'no_access', 'bad_frame'].includes(shown.closeReason)) {
      context.store?.giveUp('not_sent');
      context.redraw();
    }
    // This way in leads nowhere any more; joining again must not come back to it.
    if (shown.closeReason === 'gone') context.keys.forget(context.board);
    else if (shown.closeReason === 'removed' || shown.closeReason === 'no_access') context.keys.forget(context.board, 'participant');
  }
  if (!shown.round || !shown.method) return;
  if (!earlier?.loaded) {
    context.keys.remember(context.board, { title: shown.board?.title, method: shown.say(shown.method.title), place: shown.board?.place, lang: shown.board?.lang });
    document.title = `${shown.say(shown.method.title)} · Tavle`;
    return;
  }
  const turnCame = shown.me?.turn === 'holder' && earlier.me?.turn !== 'holder';
  const groups = shown.me?.scope === 'groups';
  if (turnCame) context.announce(context.t(groups ? 'turn.your_group' : 'turn.yours'));
  else if (earlier.round?.id !== shown.round.id) context.announce(context.t('phone.round_now', { round: shown.say(shown.round.title), instruction: shown.say(shown.round.instruction) }));
  else if (shown.me?.turn === 'next' && earlier.me?.turn === 'waiting') context.announce(context.t(groups ? 'turn.you_next_group' : 'turn.you_next'));
  document.title = `${shown.me?.turn === 'holder' ? `● ${context.t(groups ? 'turn.your_group' : 'turn.yours')} · ` : ''}${shown.say(shown.method.title)} · Tavle`;
  // What had the focus may be gone with its pane; give it to the heading rather than to the top of the page.
  if ((turnCame || earlier.round?.id !== shown.round.id) && document.activeElement === document.body) {
    /** @type {HTMLElement | null} */ (document.getElementById('heading'))?.focus({ preventScroll: true });
  }
}
