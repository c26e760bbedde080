/** Freezing a map as it stands, for colleagues to answer (SPEC R44): which version they have, and what is different in it. */
import { html, nothing } from '../../../lib/lit-html.js';
import { changeLines, sinceVersion } from '../../forms/map/changes.js';
import { dayWords } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** What is different from the version that colleagues have. @param {Shown} shown @param {import('../../types.js').Sheet | null} sheet */
function since(shown, sheet) {
  const version = sheet && shown.versions.get(sheet.id);
  return version ? changeLines(sinceVersion(version, shown), shown) : [];
}

/** Shows colleagues the next version, while something is different: it stands beside the round's title, since its box is below the picture then. @param {ConsoleState} ui @param {Shown} shown */
export function nextVersionButton(ui, shown) {
  const sheet = shown.sheet(shown.round?.version);
  if (!sheet || !shown.board?.can?.includes('freeze') || !since(shown, sheet).length) return nothing;
  return html`<button type="button" class="button main next-version" @click=${() => ui.emit('freeze', { sheet: sheet.id })}>${shown.t('versions.next')}</button>`;
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function versionBox(ui, shown) {
  const { t } = shown;
  const sheet = shown.sheet(shown.round?.version);
  const can = (/** @type {string} */ name) => shown.board?.can?.includes(name) ?? false;
  if (!sheet || !can('freeze')) return nothing;
  const version = shown.versions.get(sheet.id);
  const title = shown.say(sheet.title);
  const lines = version ? changeLines(version, shown) : [];
  const now = since(shown, sheet);
  return html`<section class="box versions"><h2 class="box-kicker">${title}</h2>
    <p role="status">${version ? t('versions.now', { n: version.n, day: dayWords(version.day, shown) }) : t('versions.none')}</p>
    ${lines.length ? html`<details><summary>${t('versions.changes', { n: lines.length })}</summary><ul>${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul></details>` : nothing}
    ${version ? now.length ? html`<details><summary>${t('versions.since', { n: now.length, version: version.n })}</summary><ul>${now.map((line) => html`<li dir="auto">${line}</li>`)}</ul></details>` : html`<p class="small quiet">${t('versions.same', { version: version.n })}</p>` : nothing}
    ${now.length ? nothing : html`<p><button type="button" class=${version ? 'button' : 'button main'} @click=${() => ui.emit('freeze', { sheet: sheet.id })}>${t(version ? 'versions.next' : 'versions.first')}</button></p>`}
    ${version && can('unfreeze') ? html`<details><summary>${t('versions.delete_ask')}</summary><p class="small quiet">${t('versions.delete_so')}</p>
      <button type="button" class="button danger" @click=${() => ui.emit('unfreeze', { sheet: sheet.id, version: version.n })}>${t('versions.delete', { n: version.n })}</button></details>` : nothing}</section>`;
}
