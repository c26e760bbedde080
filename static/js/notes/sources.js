/** Where a note comes from that a workshop handed on (SPEC R42): the workshop, its day, and what was told beside it. No sending may live here. */
import { html, nothing } from '../../lib/lit-html.js';
import { dayWords } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** What the method has no name for. */
const NAMED = new Set(['theme', 'heading', 'period', 'lane', 'card', 'pad']);

/**
 * Where it comes from, with what was told beside it, which is fetched when that is opened. @param {Note} note @param {Shown} shown
 * @param {Note['sources'] | null} fetched  the same with what was told; null: not fetched yet @param {() => void} open
 */
export function sources(note, shown, fetched, open) {
  const { t } = shown;
  const from = (fetched ?? note.sources ?? []).filter(({ session }) => session);
  if (!from.length) return nothing;
  const where = [...new Set(from.map(({ session, day }) => t('sources.from', { session: session ?? '', day: day ? dayWords(day, shown) : '' })))].join(' · ');
  return html`<details class="sources" @toggle=${(/** @type {any} */ { target }) => target.open && open()}><summary class="link">${where}</summary>
    <ul class="plain-list">${from.map(({ kind, count, told = [] }) => html`
      ${kind ? html`<li>${kind}${count ? html` · ${t('sources.count', { n: count })}` : nothing}</li>` : nothing}
      ${told.map((each) => html`<li class="small">${label(each, shown)}: <bdi>${each.what === 'date' ? dayWords(each.text, shown) : each.text}</bdi>${each.count > 1 ? html` (${each.count})` : nothing}</li>`)}`)}</ul></details>`;
}

/** @param {import('../types.js').Told} told @param {Shown} shown */
function label({ what, name }, { t }) {
  return NAMED.has(what) || !name ? t(`sources.${what}`) : name.replace(/\s*…?$/, '');
}
