/**
 * The participant's page until its panes are here: they are fetched while the connection is made, which takes the
 * network longer, so that neither waits for the other. What is drawn then is in ./phone/page.js.
 */
import { html } from '../../lib/lit-html.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Page} Page */

/** After panes could not be fetched they are asked for again (ms). */
const AGAIN_AFTER = 2000;

/** @param {import('../types.js').Context} context @returns {Page} */
export function start(context) {
  /** @type {Page | null} */ let page = null;
  /** What the panes were shown last; nothing until they are here. @type {Shown | null} */ let seen = null;

  const fetchPanes = () => void import('./phone/page.js').then((panes) => {
    page = panes.start(context);
    context.redraw();
  }, () => setTimeout(fetchPanes, AGAIN_AFTER));
  fetchPanes();

  return {
    render: (shown) => page?.render(shown)
      ?? html`<div class="narrow"><div class="middle"><p class="quiet" role="status">${context.t('phone.loading')}</p></div></div>`,
    changed(shown) {
      if (!page) return;
      page.changed?.(shown, seen);
      seen = shown;
    },
  };
}
