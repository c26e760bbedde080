/** The line below a picture of what is different: since when, and what its signs mean. */
import { html } from '../../../lib/lit-html.js';

/** @param {import('./picture.js').Scene} scene @returns {[string, unknown[]]} */
export function changesFoot({ shown, compared }) {
  const { t } = shown;
  const { version, ghosts, fresh, gone, tags } = /** @type {import('./compared.js').Compared} */ (compared);
  const n = tags.size + fresh.size + gone.length;
  const key = [
    ...fresh.size ? [html`<svg class="map-sample is-new" viewBox="0 0 40 20" aria-hidden="true"><path d="M2 10H36M28 4L37 10L28 16"></path></svg> ${t('compare.key_linked')}`] : [],
    ...gone.length ? [html`<svg class="map-sample is-gone" viewBox="0 0 40 20" aria-hidden="true"><path d="M2 10H36"></path></svg> ${t('compare.key_unlinked')}`] : [],
    ...ghosts.size ? [html`<span class="key-paper is-gone" aria-hidden="true"></span> ${t('compare.gone')}`] : [],
  ];
  return [shown.then?.version === version ? t('compare.since_before', { n }) : t('compare.since', { n, version: version.n }), key];
}
