/** Where a note comes from that a workshop handed on (SPEC R42): the workshop, its day, and what was told beside it. */
import { html, nothing } from '../../lib/lit-html.js';
import { dayWords } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** What the method has no name for. */
const NAMED = new Set(['theme', 'heading', 'period', 'lane', 'card', 'pad']);

/** @param {Note} note @param {Shown} shown */
export function sources(note, shown) {
  const { t } = shown;
  const from = (note.sources ?? []).filter(({ session }) => session);
  if (!from.length) return nothing;
  const where = [...new Set(from.map(({ session, day }) => t('sources.from', { session: session ?? '', day: day ? dayWords(day, shown) : '' })))].join(' · ');
  return html`<details class="sources"><summary class="link">${where}</summary>
    <ul class="plain-list">${from.map(({ kind, count, told = [] }) => html`
      ${kind ? html`<li>${kind}${count ? html` · ${t('sources.count', { n: count })}` : nothing}</li>` : nothing}
      ${told.map((each) => html`<li class="small">${label(each, shown)}: <bdi>${each.what === 'date' ? dayWords(each.text, shown) : each.text}</bdi>${each.count > 1 ? html` (${each.count})` : nothing}</li>`)}`)}</ul></details>`;
}

/** @param {import('../types.js').Told} told @param {Shown} shown */
function label({ what, name }, { t }) {
  return NAMED.has(what) || !name ? t(`sources.${what}`) : name.replace(/\s*…?$/, '');
}
