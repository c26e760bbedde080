/**
 * The form `map`: a centre, what supports it, what strains it, and what leads to what, in circles or not (SPEC R43).
 * Its picture is in map/.
 */
import { svg } from '../../lib/lit-html.js';
import { noteArt } from './art.js';
import { partsIn } from './map/parts.js';
import { told } from './map/words.js';
import { NAMED } from './named.js';

/** @type {import('./form.js').Form} */
export const map = {
  ...NAMED,
  name: 'map',
  wide: true,
  led: true,
  telling: 2,
  picture: () => import('./map/picture.js'),
  words: told,
  parts: partsIn,
  pictures: (shown, sheet) => partsIn(shown, sheet).filter(({ kind, ring, side }) => ['star', 'dynamics', 'changes'].includes(kind) && !ring && !side),
  art,
};

/** @type {import('./form.js').Form['art']} */
function art() {
  return svg`<path class="paper-line" stroke-width="2" d="M160 88L62 46M160 88L60 130M160 88L258 46M160 88L262 132"></path>
    ${noteArt(28, 26, 58, 34, 'm', -1.4)}${noteArt(24, 114, 60, 36, 'm', 1.2)}${noteArt(232, 26, 60, 34, 'c', 1.5)}${noteArt(234, 116, 58, 34, 'c', -1.2)}
    <rect class="r" x="118" y="60" width="84" height="56" rx="8"></rect><path class="scribble-2" stroke-width="3.2" d="M132 82h56M138 95h42"></path>
    <path class="arrow" stroke-width="2" d="M262 66q6 22 1 44m-6-5l5 6 5-6"></path>`;
}
