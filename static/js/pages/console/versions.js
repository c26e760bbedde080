/** Freezing a map as it stands, for colleagues to answer (SPEC R44): which version they have, and what is different in it. */
import { html, nothing } from '../../../lib/lit-html.js';
import { changeLines, sinceVersion } from '../../forms/map/changes.js';
import { dayWords } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** @param {ConsoleState} ui @param {Shown} shown */
export function versionBox(ui, shown) {
  const { t } = shown;
  const sheet = shown.sheet(shown.round?.version);
  const can = (/** @type {string} */ name) => shown.board?.can?.includes(name) ?? false;
  if (!sheet || !can('freeze')) return nothing;
  const version = shown.versions.get(sheet.id);
  const title = shown.say(sheet.title);
  const lines = version ? changeLines(version, shown) : [];
  const since = version ? changeLines(sinceVersion(version, shown), shown) : [];
  return html`<section class="box versions"><h2 class="box-kicker">${title}</h2>
    <p role="status">${version ? t('versions.now', { n: version.n, day: dayWords(version.day, shown) }) : t('versions.none')}</p>
    ${lines.length ? html`<details><summary>${t('versions.changes', { n: lines.length })}</summary><ul>${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul></details>` : nothing}
    ${version ? since.length ? html`<details><summary>${t('versions.since', { n: since.length, version: version.n })}</summary><ul>${since.map((line) => html`<li dir="auto">${line}</li>`)}</ul></details>` : html`<p class="small quiet">${t('versions.same', { version: version.n })}</p>` : nothing}
    <p><button type="button" class=${version ? 'button' : 'button main'} @click=${() => ui.emit('freeze', { sheet: sheet.id })}>${t(version ? 'versions.next' : 'versions.first')}</button></p>
    ${version && can('unfreeze') ? html`<details><summary>${t('versions.delete_ask')}</summary><p class="small quiet">${t('versions.delete_so')}</p>
      <button type="button" class="button danger" @click=${() => ui.emit('unfreeze', { sheet: sheet.id, version: version.n })}>${t('versions.delete', { n: version.n })}</button></details>` : nothing}</section>`;
}
