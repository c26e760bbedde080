/** A QR code as paper with its quiet zone, and the three words of a code. No secret is kept here. */
import { html, svg } from '../../lib/lit-html.js';

/** Modules of white around a code, as the standard asks. */
const QUIET = 4;

/** @param {{size: number, path: string}} qr @param {string} words */
export function qrCode(qr, words) {
  const side = qr.size + 2 * QUIET;
  return html`<svg class="qr" viewBox="${-QUIET} ${-QUIET} ${side} ${side}" role="img" aria-label=${words} shape-rendering="crispEdges">
    ${svg`<rect class="qr-paper" x=${-QUIET} y=${-QUIET} width=${side} height=${side}/><path class="qr-ink" d=${qr.path}/>`}</svg>`;
}

/** The code as it is written on screens: words with a dot between. @param {string} code */
export function codeWords(code) {
  return code.split(/[\s·.\-_]+/u).filter(Boolean).join('·');
}

/** An address without what nobody types. @param {string} url */
export function shortAddress(url) {
  return url.replace(/^https?:\/\//u, '').replace(/[/#].*$/u, '');
}
