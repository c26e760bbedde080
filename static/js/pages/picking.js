/**
 * Picking what a workshop takes with it (SPEC R29): its notes by lane, alike ones as one, and what was picked so far. The
 * console and a scribe's phone show the same. No rule may live here: the records say what a note would become, and `can`.
 */
import { html, live, nothing, repeat } from '../../lib/lit-html.js';
import { placeWords } from '../notes/draw.js';
import { color, tongue } from '../notes/look.js';
import { looksLike } from '../notes/personal.js';
import { carried, fateOf, notesOn, placeArgs, rankByWord, titleOfHeads, wordText } from '../notes/query.js';
import { gathered } from '../notes/under.js';
import { sameText, tooLong } from '../text.js';
import { changedMeanwhile, keepCorrection, keptCorrections } from './corrections.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Sheet} Sheet */
/** Notes with the same words, and on the same side if that is a word of theirs, as one. @typedef {{ ids: string[], n: number, text: string, side: string, small: string[], becomes: string, taken: boolean }} Alike */
/** @typedef {{ title: string, items: Alike[] }} Section */

/** The keys for an unfinished text, and for corrections that are not saved. */
const HALF = 'picking';
const EDITS = 'picking-edits';
/** A picked note has at most so many notes that it stands for (SPEC 5). */
const MOST = 60;

/** Of several lists, one that is longer is folded at first, so that each can be reached. */
const LONG = 8;

/** A correction of a picked note: its lane as well. @typedef {import('./corrections.js').Correction & { lane: string }} Correction */

/** What is chosen, typed and corrected; `wrong` is the question about a text that seems to name somebody. */
export class Picking {
  /** @param {import('../types.js').Context} context */
  constructor(context) {
    this.context = context;
    /** @type {string} */ this.text = context.keys.half(context.board, HALF) ?? '';
    /** Whether the text is somebody's own, and not that of the first note chosen. */ this.own = Boolean(this.text);
    /** The corrections that are begun, by note. @type {Record<string, Correction>} */ this.edits = keptCorrections(context, EDITS);
  }

  /** @type {Set<string>} */ chosen = new Set();
  lane = '';
  wrong = '';
  sure = '';

  /** @param {Partial<Picking>} change */
  set(change) {
    Object.assign(this, change);
    this.context.keys.keepHalf(this.context.board, HALF, this.own ? this.text : '');
    this.context.redraw();
  }

  /** Correct a picked note; null: it is saved, or not wanted any more. @param {string} note @param {Correction | null} edit @param {Partial<Picking>} [change] */
  correct(note, edit, change = {}) {
    this.set({ edits: keepCorrection(this.context, EDITS, this.edits, note, edit), ...change });
  }

  /** Whether to ask first: the text seems to name somebody. @param {string} where @param {string} text */
  asks(where, text) {
    const asks = text !== this.sure && looksLike(text) !== '';
    this.set({ wrong: asks ? where : '', ...(asks ? { sure: text } : {}) });
    return asks;
  }
}

/** @param {Picking} state @param {Shown} shown */
export function pickView(state, shown) {
  const sheet = shown.sheet(shown.round?.sheet);
  if (!sheet) return nothing;
  const picked = notesOn(shown, sheet.id);
  const sections = sectionsOf(shown, sheet, picked);
  const { t } = shown;
  return html`<section class="box picking" aria-label=${t('pick.title')}>
    ${composer(state, shown, sheet, sections)}
    ${list(state, shown, sheet, picked)}
    <h2 class="box-kicker">${t('pick.notes')}</h2>
    ${sections.length ? sections.map((section) => drawSection(state, shown, sheet, section, sections.length > 1 && section.items.length > LONG)) : html`<p class="quiet">${t('pick.none')}</p>`}
  </section>`;
}

/* ---- the notes ---- */

/** The notes that may be picked, by lane; those that become something first. @param {Shown} shown @param {Sheet} sheet @param {Note[]} picked @returns {Section[]} */
function sectionsOf(shown, sheet, picked) {
  const taken = new Set(picked.flatMap((note) => note.of ?? []));
  /** @type {Map<string, Section>} */ const found = new Map();
  /** @param {string} key @param {string} title @param {{ id: string, text: string, becomes?: string }} one @param {string} small @param {string} [side] */
  const add = (key, title, one, small, side = '') => {
    // A heading stands for what is gathered under it.
    const n = Math.max(1, shown.notes.filter(({ under, kind }) => under === one.id && kind === 'note').length);
    const section = found.get(key) ?? { title, items: [] };
    found.set(key, section);
    const alike = section.items.find((item) => plain(item.text) === plain(one.text) && item.side === side && item.becomes === (one.becomes ?? '') && item.ids.length < MOST);
    if (alike) {
      alike.ids.push(one.id);
      alike.n += n;
      alike.taken = alike.taken && taken.has(one.id);
      if (small && !alike.small.includes(small)) alike.small.push(small);
    } else section.items.push({ ids: [one.id], n, text: one.text, side, small: small ? [small] : [], becomes: one.becomes ?? '', taken: taken.has(one.id) });
  };
  const heads = new Set(shown.rows.map((row) => row.id));
  for (const row of shown.rows.filter(({ reach }) => reach === 'all')) add('rows', titleOfHeads(shown), row, shown.say(fateOf(row, shown)?.title));
  for (const one of shown.sheets.filter(({ id }) => id !== sheet.id)) {
    for (const lane of one.lanes) {
      const scaled = lane.scale !== undefined;
      const here = notesOn(shown, one.id).filter((each) => each.lane === lane.id && each.reach === 'all' && !heads.has(each.id));
      // What people chose comes first, and says so.
      for (const note of here.sort((a, b) => rankByWord(a, shown) - rankByWord(b, shown))) {
        const said = carried(note, shown).filter(({ word }) => !word.side).map(({ word }) => wordText(word, shown)).join(', ');
        // Gathered notes are alike, under the words of their heading.
        const alike = note.kind === 'gathering' ? gathered(note, shown).map((each) => ({ ...each, text: note.text })) : [note];
        for (const each of alike) add(scaled ? one.id : `${one.id}/${lane.id}`, shown.say(scaled ? one.title : lane.title), each, scaled ? placeWords(each, shown) : said, carried(each, shown).find(({ word }) => word.side)?.word.id);
      }
    }
  }
  const all = [...found.values()];
  const becomes = (/** @type {Section} */ { items }) => items.some((item) => item.becomes);
  return [...all.filter(becomes), ...all.filter((section) => !becomes(section))];
}

/** A text without what does not count when two are compared. @param {string} text */
function plain(text) {
  return text.normalize('NFKC').toLocaleLowerCase('da').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** The lane for what becomes that. @param {Sheet} sheet @param {string} becomes */
function laneFor(sheet, becomes) {
  return (sheet.lanes.find((lane) => becomes && lane.becomes === becomes) ?? sheet.lanes[0]).id;
}

/** @param {Picking} state @param {Shown} shown @param {Sheet} sheet @param {Section} section @param {boolean} folded at first */
function drawSection(state, shown, sheet, { title, items }, folded) {
  const { t } = shown;
  const picked = items.filter((item) => item.taken).length;
  return html`<details class="pick-section" ?open=${!folded && items.some((item) => item.becomes)}>
    <summary class="label">${title} <small>${t('pick.count', { n: picked, all: items.length })}</small></summary>
    <ul class="pick-list">${repeat(items, (item) => item.ids[0], (item) => {
      const chosen = item.ids.every((id) => state.chosen.has(id));
      const lane = sheet.lanes.find((one) => one.id === laneFor(sheet, item.becomes));
      return html`<li class=${`pick-row ${item.taken ? 'is-taken' : ''}`}>
        <label class="pick-words"><input type="checkbox" .checked=${live(chosen)} @change=${() => choose(state, sheet, item, !chosen)}>
          <span><span class="words" dir="auto" lang=${tongue(item.text, shown)}>${item.text}</span>
          <small>${[item.small.join(' / '), item.n > 1 ? t('pick.alike', { n: item.n }) : '', item.taken ? '' : `→ ${shown.say(lane?.title)}`].filter(Boolean).join(' · ')}</small></span></label>
        ${item.taken ? html`<span class="pick-taken">${t('pick.taken')}</span>` : html`<button type="button" class="button"
          aria-label=${t('pick.this', { text: item.text, lane: shown.say(lane?.title) })} @click=${(/** @type {any} */ { currentTarget }) => { const row = currentTarget.closest('li'); take(state, shown, item.text, lane?.id ?? '', item.ids); goTo(() => row.querySelector('input')); }}>${t('pick.take')}</button>`}
      </li>`;
    })}</ul></details>`;
}

/** After the next drawing, the keyboard is at the first of these that is there. @param {(() => Element | null | undefined)[]} where */
function goTo(...where) {
  setTimeout(() => /** @type {HTMLElement | undefined} */ (where.map((found) => found()).find((element) => element?.isConnected))?.focus(), 60);
}

/** @param {Picking} state @param {Sheet} sheet @param {Alike} item @param {boolean} on */
function choose(state, sheet, item, on) {
  const chosen = new Set(state.chosen);
  for (const id of item.ids) {
    if (on) chosen.add(id);
    else chosen.delete(id);
  }
  const first = on && !state.chosen.size;
  state.set({
    chosen, ...(first && !state.own ? { text: item.text } : {}), ...(first && !state.lane ? { lane: laneFor(sheet, item.becomes) } : {}),
    ...(!chosen.size && !state.own ? { text: '', lane: '' } : {}),
  });
}

/** @param {Picking} state @param {Shown} shown @param {string} text @param {string} lane @param {Iterable<string>} of */
function take(state, shown, text, lane, of) {
  const ids = [...of];
  state.context.emit('pick', { note: state.context.keys.randomId(16), text, lane, ...(ids.length ? { of: ids } : {}) });
  state.set({ chosen: new Set([...state.chosen].filter((id) => !ids.includes(id))) });
  state.context.announce(shown.t('pick.said', { text }));
}

/* ---- in own words ---- */

/** @param {Picking} state @param {Shown} shown @param {Sheet} sheet @param {Section[]} sections */
function composer(state, shown, sheet, sections) {
  const { t } = shown;
  const known = new Set(sections.flatMap(({ items }) => items.flatMap(({ ids }) => ids)));
  const chosen = [...state.chosen].filter((id) => known.has(id));
  const lane = state.lane || sheet.lanes[0].id;
  const long = overLimit(shown, sheet, lane, state.text);
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const text = state.text.trim();
    if (!text || long || chosen.length > MOST || state.asks('new', text)) return;
    take(state, shown, text, lane, chosen);
    state.set({ text: '', own: false, lane: '', chosen: new Set(), sure: '' });
  };
  return html`<form class=${`pick-form ${chosen.length ? 'is-chosen' : ''}`} @submit=${send}>
    <label class="field"><span class="label">${chosen.length ? t('pick.together', { n: chosen.length }) : t('pick.own')}</span>
      <textarea class="input" name="pick" rows="2" dir="auto" aria-invalid=${String(Boolean(long))} placeholder=${t('pick.hint')} .value=${live(state.text)}
        @input=${(/** @type {any} */ event) => state.set({ text: event.target.value, own: Boolean(event.target.value.trim()) })}></textarea></label>
    <div class="pick-where"><span class="field">${lanes(shown, sheet, lane, (to) => state.set({ lane: to }), t('pick.where'))}</span>
      <button class="button main" type="submit">${t('pick.take')}</button>
      ${chosen.length ? html`<button type="button" class="link" @click=${() => state.set({ chosen: new Set(), ...(state.own ? {} : { text: '', lane: '' }) })}>${t('pick.clear')}</button>` : nothing}</div>
    ${wrong(long)}${wrong(chosen.length > MOST ? t('pick.too_many', { most: MOST, n: chosen.length - MOST }) : '')}
    ${doubt(state, shown, 'new')}
  </form>`;
}

/** What is said of a text that its lane has no room for. @param {Shown} shown @param {Sheet} sheet @param {string} lane @param {string} text */
function overLimit(shown, sheet, lane, text) {
  return tooLong(text, sheet.lanes.find(({ id }) => id === lane)?.limit ?? shown.method?.limit ?? Infinity, shown.t);
}

/** @param {string} words */
function wrong(words) {
  return words ? html`<p class="wrong" role="alert">${words}</p>` : nothing;
}

/** @param {Shown} shown @param {Sheet} sheet @param {string} now @param {(lane: string) => void} to @param {string} name */
function lanes(shown, sheet, now, to, name) {
  return html`<select class="input" aria-label=${name} @change=${(/** @type {any} */ event) => to(event.target.value)}>
    ${sheet.lanes.filter((lane) => !lane.answers?.length).map((lane) => html`<option value=${lane.id} .selected=${lane.id === now}>${shown.say(lane.title)}</option>`)}</select>`;
}

/** @param {Picking} state @param {Shown} shown @param {string} where */
function doubt(state, shown, where) {
  const kind = state.wrong === where ? looksLike(state.sure) : '';
  return html`<div role="alert">${kind ? html`<p class="banner">${shown.t(`doubt.${kind}`)} <button type="submit" class="button">${shown.t('doubt.sure')}</button></p>` : nothing}</div>`;
}

/* ---- what was picked ---- */

/** @param {Picking} state @param {Shown} shown @param {Sheet} sheet @param {Note[]} picked */
function list(state, shown, sheet, picked) {
  const { t } = shown;
  return html`<div class="pick-kept"><h2 class="box-kicker">${shown.say(sheet.title)}${picked.length ? ` · ${picked.length}` : ''}</h2>
    ${picked.length ? sheet.lanes.map((lane) => {
      const notes = picked.filter((note) => note.lane === lane.id);
      return notes.length ? html`<h3 class="label">${shown.say(lane.title)}</h3><ul class="pick-list">${repeat(notes, (note) => note.id, (note) => html`
        <li class=${`pick-one ${color(note, shown)}`}>${state.edits[note.id] && note.can.includes('edit') ? corrector(state, shown, sheet, note, state.edits[note.id]) : one(state, shown, note)}</li>`)}</ul>` : nothing;
    }) : html`<p class="small quiet">${t('pick.empty')}</p>`}
    ${Object.entries(state.edits).map(([id, { text, began }]) => (sameText(text, began) || picked.some((note) => note.id === id && note.can.includes('edit')) ? nothing
    : html`<p class="banner warn"><span>${t('typed.over_note', { text })}</span><button type="button" class="link" @click=${() => state.correct(id, null)}>${t('lost.drop')}</button></p>`))}</div>`;
}

/** @param {Picking} state @param {Shown} shown @param {Note} note */
function one(state, shown, note) {
  const { t } = shown;
  const count = (note.sources ?? []).reduce((sum, source) => sum + source.count, 0);
  const more = [...new Set([...(note.of ?? []), ...state.chosen])];
  const grows = note.can.includes('edit') && state.chosen.size && more.length > (note.of ?? []).length;
  return html`<p><span class="words" dir="auto" lang=${tongue(note.text, shown)}>${note.text}</span> <small>${count > 1 ? t('boards.count', { n: count }) : ''}</small>${note.handed?.length ? html` <span class="pick-taken">${t('hand.mark')}</span>` : nothing}</p>
    ${note.can.length ? html`<p class="acts">
      ${grows && more.length > MOST ? html`<span class="small quiet">${t('pick.too_many', { most: MOST, n: more.length - MOST })}</span>` : nothing}
      ${grows && more.length <= MOST ? html`<button type="button" class="button" @click=${() => { state.context.emit('count', { note: note.id, of: more }); state.set({ chosen: new Set(), ...(state.own ? {} : { text: '', lane: '' }) }); }}>${t('pick.add', { n: more.length - (note.of ?? []).length })}</button>` : nothing}
      ${note.can.includes('edit') ? html`<button type="button" class="link" aria-label=${`${t('note.change')}: ${note.text}`} @click=${(/** @type {any} */ { currentTarget }) => { const row = currentTarget.closest('li'); state.correct(note.id, { text: note.text, began: note.text, lane: note.lane }); goTo(() => row.querySelector('textarea')); }}>${t('note.change')}</button>` : nothing}
      ${note.can.includes('delete') ? html`<button type="button" class="link" aria-label=${`${t('pick.drop')}: ${note.text}`} @click=${(/** @type {any} */ { currentTarget }) => { const row = currentTarget.closest('li'); const next = row.nextElementSibling ?? row.previousElementSibling; drop(state, shown, note); goTo(() => next?.querySelector('button')); }}>${t('pick.drop')}</button>` : nothing}
    </p>` : nothing}`;
}

/** @param {Picking} state @param {Shown} shown @param {Note} note */
function drop(state, { t }, note) {
  state.context.emit('delete', { note: note.id });
  state.context.toast(t('pick.dropped'), { label: t('phone.undo'), run: () => state.context.emit('undo') });
}

/** @param {Picking} state @param {Shown} shown @param {Sheet} sheet @param {Note} note @param {Correction} edit */
function corrector(state, shown, sheet, note, edit) {
  const { t } = shown;
  const other = changedMeanwhile(note, edit);
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    // As it is now: more may have been typed since this was drawn.
    const { text: typed, lane } = state.edits[note.id] ?? edit;
    const text = typed.trim();
    if (!text || overLimit(shown, sheet, lane, typed) || (!sameText(text, note.text) && state.asks(note.id, text))) return;
    if (!sameText(text, note.text)) state.context.emit('edit', { note: note.id, text, from: other ? note.text : edit.began });
    if (lane !== note.lane && note.can.includes('move')) state.context.emit('move', placeArgs(shown, { note: note.id, sheet: sheet.id, lane, row: '', side: '' }));
    const row = /** @type {HTMLElement} */ (event.target).closest('li');
    state.correct(note.id, null, { sure: '' });
    goTo(() => row?.querySelector('button'));
  };
  return html`<form class="pick-form" @submit=${send}>
    ${other ? html`<div role="alert"><p class="label">${t('note.changed')}</p><blockquote class="quote" dir="auto">${note.text}</blockquote></div>` : nothing}
    <label class="field"><span class="label">${t('pick.reword')}</span><textarea class="input" rows="2" dir="auto" .value=${live(edit.text)}
      @input=${(/** @type {any} */ event) => state.correct(note.id, { ...edit, text: event.target.value })}></textarea></label>
    ${note.can.includes('move') ? lanes(shown, sheet, edit.lane, (lane) => state.correct(note.id, { ...edit, lane }), t('pick.where')) : nothing}
    <p class="acts"><button class="button main" type="submit">${t(other ? 'note.use_mine' : 'note.save')}</button>
      <button type="button" class="link" @click=${() => state.correct(note.id, null)}>${t('pick.cancel')}</button></p>${wrong(overLimit(shown, sheet, edit.lane, edit.text))}${doubt(state, shown, note.id)}</form>`;
}
