/**
 * Loads the participant's page: its panes (./phone/page.js) are imported while the connection is made, so that neither
 * waits for the other. Nothing but a loading message may be drawn here.
 */
import { html } from '../../lib/lit-html.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Page} Page */

/** Ms before another attempt to import the panes. */
const AGAIN_AFTER = 2000;

/** @param {import('../types.js').Context} context @returns {Page} */
export function start(context) {
  /** @type {Page | null} */ let page = null;
  /** The Shown that the panes were last rendered with; null until they are loaded. @type {Shown | null} */ let seen = null;

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
