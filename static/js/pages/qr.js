/** Draws a QR code with its quiet zone, and a code's three words. No secret may be stored here. */
import { html, svg } from '../../lib/lit-html.js';

/** White modules around a QR code, as its standard requires. */
const QUIET = 4;

/** @param {{size: number, path: string}} qr @param {string} words */
export function qrCode(qr, words) {
  const side = qr.size + 2 * QUIET;
  return html`<svg class="qr" viewBox="${-QUIET} ${-QUIET} ${side} ${side}" role="img" aria-label=${words} shape-rendering="crispEdges">
    ${svg`<rect class="qr-paper" x=${-QUIET} y=${-QUIET} width=${side} height=${side}/><path class="qr-ink" d=${qr.path}/>`}</svg>`;
}

/** A code as screens show it: words separated by dots. @param {string} code */
export function codeWords(code) {
  return code.split(/[\s·.\-_]+/u).filter(Boolean).join('·');
}

/** An address without the parts that nobody needs to type. @param {string} url */
export function shortAddress(url) {
  return url.replace(/^https?:\/\//u, '').replace(/[/#].*$/u, '');
}
