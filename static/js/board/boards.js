/** Board pictures for every page: `boardPicture` draws a sheet. No rule and no form may live here. */
import { html } from '../../lib/lit-html.js';
import './stage.js';

export { besideStrip } from './beside.js';
export { OwnSteps, untilNext } from './walk.js';

/**
 * A sheet as a picture. `Picture` in draw.js lists its options.
 * @param {import('../types.js').Shown} shown @param {import('../notes/draw.js').Picture} [picture]
 */
export function boardPicture(shown, picture = {}) {
  return html`<board-stage class=${picture.fit === 'width' ? 'board board-grows' : 'board'} .view=${{ shown, picture }}></board-stage>`;
}
