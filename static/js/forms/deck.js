/**
 * The form `deck`: cards on a table that people sit around, and at the end all of them face up.
 * Its pictures are in deck/.
 */
import { svg } from '../../lib/lit-html.js';
import { notesOn } from '../notes/query.js';
import { NAMED, byLane } from './named.js';
import { galleryParts } from './deck/cards.js';
import { laneParts } from './parts.js';

/** @type {import('./form.js').Form} */
export const deck = {
  ...NAMED,
  name: 'deck',
  telling: 2,
  picture: () => import('./deck/picture.js'),
  words,
  // The table shows all there is; at the end the piles lie side by side.
  parts: (shown, sheet) => (shown.board?.scene === 'end' ? laneParts(shown, sheet) : galleryParts(shown, sheet.id)),
  art,
};

/** Piles in order, without empty ones. @type {import('./form.js').Form['words']} */
function words(shown, sheet) {
  const lists = byLane(shown, sheet, notesOn(shown, sheet.id)).filter(({ notes }) => notes.length);
  return lists.length ? [{ title: '', small: '', lists }] : [];
}

/** @type {import('./form.js').Form['art']} */
function art() {
  const seats = [[84, 20], [160, 14], [236, 20], [298, 88], [236, 156], [160, 162], [84, 156], [22, 88]];
  return svg`<rect class="r" x="46" y="38" width="228" height="100" rx="50"></rect>
    ${seats.map(([x, y]) => svg`<circle class="dot" cx=${x} cy=${y} r="8"></circle>`)}
    ${[3, 0].map((off) => svg`<rect class="r" x=${66 - off} y=${74 - off} width="42" height="30" rx="4"></rect>`)}
    <rect class="art-shade" x="121" y="60" width="88" height="60" rx="5"></rect><rect class="paper-line" x="120" y="58" width="88" height="60" rx="5" fill="#fffefa"></rect>
    <path class="scribble" stroke-width="3" d="M134 78h60M134 90h48M134 102h30"></path>
    <rect class="r" x="220" y="74" width="36" height="26" rx="4"></rect>`;
}
