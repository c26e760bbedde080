/**
 * What notes are linked to (SPEC R39): as text, and as buttons that set it.
 * No kinds of links may live here: the sheet's `links` has them.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { tongue } from './look.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').LinkKind} LinkKind */
/** @typedef {{kind: LinkKind, other: Note}} Linked */

/** @param {Note} note @param {Pick<Shown, 'sheet'>} shown @returns {LinkKind[]} */
function kindsOf(note, shown) {
  return note.kind === 'note' ? shown.sheet(note.sheet)?.links ?? [] : [];
}

/** What a note is linked to, in the order of the sheet's kinds. @param {Note} note @param {Pick<Shown, 'sheet' | 'note'>} shown @returns {Linked[]} */
export function linksOf(note, shown) {
  return kindsOf(note, shown).flatMap((kind) => (note.links?.[kind.id] ?? []).flatMap((id) => {
    const other = shown.note(id);
    return other ? [{ kind, other }] : [];
  }));
}

/** The other note under the kind's title. @param {Linked} link @param {Pick<Shown, 'say'>} shown */
export function linkWords({ kind, other }, shown) {
  return `${shown.say(kind.title)}: ${other.text}`;
}

/**
 * The same where there is little room: an arrow stands for the kind, where the sheet has one only.
 * @param {Linked} link @param {Pick<Shown, 'say' | 'sheet'>} shown @param {string} arrow @param {(text: string) => string} [clip]
 */
export function linkText(link, shown, arrow, clip = (text) => text) {
  return `${titleBeside(link, shown) ? arrow : `${shown.say(link.kind.title)}: `}${clip(link.other.text)}`;
}

/** The kind's title, where `linkText` leaves it out; '' else. @param {Linked} link @param {Pick<Shown, 'say' | 'sheet'>} shown */
export function titleBeside({ kind, other }, shown) {
  return shown.sheet(other.sheet)?.links.length === 1 ? shown.say(kind.title) : '';
}

/** The notes and headings of gathered ones that a link of a kind may lead to, lane by lane. @param {string} sheet @param {LinkKind} kind @param {Pick<Shown, 'notes'>} shown @returns {Note[]} */
export function targetsOf(sheet, kind, shown) {
  const found = shown.notes.filter((note) => note.sheet === sheet && ['note', 'gathering'].includes(note.kind) && !note.draft && kind.to.includes(note.lane));
  return found.sort((a, b) => kind.to.indexOf(a.lane) - kind.to.indexOf(b.lane));
}

/**
 * The kinds that this viewer may set on a note: what it is linked to, to take away, and the others to choose among.
 * @param {Note} note @param {Shown} shown @param {(name: string, args: Record<string, any>) => void} emit
 */
export function linkChoices(note, shown, emit) {
  const { t } = shown;
  const kinds = kindsOf(note, shown).filter((kind) => note.can.includes('link') && note.links_open?.includes(kind.id));
  return kinds.map((kind) => {
    const now = note.links?.[kind.id] ?? [];
    const rest = targetsOf(note.sheet, kind, shown).filter(({ id }) => id !== note.id && !now.includes(id));
    const room = kind.most === 1 || now.length < kind.most;
    if (!now.length && !rest.length) return nothing;
    const set = (/** @type {string} */ name, /** @type {Note} */ other) => () => emit(name, { note: note.id, kind: kind.id, other: other.id });
    const words = (/** @type {Note} */ other) => html`<span class="words" dir="auto" lang=${tongue(other.text, shown)}>${other.text}</span>`;
    return html`<fieldset class="mark-kind"><legend class="label">${shown.say(kind.title)}</legend>
      <ul class="link-list">${linksOf(note, shown).filter((link) => link.kind === kind).map(({ other }) => html`<li>${words(other)}
        <button type="button" class="link" aria-label=${t('link.remove_this', { text: other.text })} @click=${set('unlink', other)}>${t('link.remove')}</button></li>`)}</ul>
      ${rest.length && room ? html`<details><summary class="link">${t(now.length ? kind.most === 1 ? 'link.another' : 'link.more' : 'link.choose')}</summary>
        <ul class="link-list">${rest.map((other) => html`<li><button type="button" class="chip" @click=${set('link', other)}>${words(other)}</button></li>`)}</ul></details>` : nothing}
    </fieldset>`;
  });
}
