/** Tavle's mark: two notes on a board. */
import { html } from '../../lib/lit-html.js';

export function mark() {
  return html`<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0e6b5c"/><rect x="6" y="8" width="10" height="9" rx="1" fill="#f8de7e" transform="rotate(-4 11 12)"/><rect x="17" y="14" width="10" height="9" rx="1" fill="#b9ddf0" transform="rotate(3 22 18)"/></svg>`;
}
