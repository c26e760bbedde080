/**
 * The form `core`: a centre, which is the first lane, with sectors around it.
 * Its picture is in core/.
 */
import { svg } from '../../lib/lit-html.js';
import { notesOn } from '../notes/query.js';
import { TINTS, noteArt } from './art.js';
import { NAMED, byLane } from './named.js';
import { laneParts } from './parts.js';

/** @type {import('./form.js').Form} */
export const core = {
  ...NAMED,
  name: 'core',
  // It is the same figure everywhere, and so wider than a phone.
  wide: true,
  telling: 2,
  picture: () => import('./core/picture.js'),
  words,
  parts: laneParts,
  art,
};

/** @type {import('./form.js').Form['words']} */
function words(shown, sheet) {
  const notes = notesOn(shown, sheet.id);
  return notes.length ? [{ title: '', small: '', lists: byLane(shown, sheet, notes) }] : [];
}

/** @type {import('./form.js').Form['art']} */
function art(sheet) {
  const sectors = sheet.lanes.slice(1);
  const left = Math.ceil(sectors.length / 2);
  return svg`<path class="paper-line" stroke-width="2" d="M160 16V160M60 88H260"></path>
    <circle class="r" cx="160" cy="88" r="36" stroke-width="3"></circle>
    <path class="scribble-2" stroke-width="3.2" d="M140 84h40M146 95h28"></path>
    ${sectors.map((lane, at) => {
      const [nth, many] = at < left ? [at, left] : [at - left, sectors.length - left];
      const x = at < left ? 40 : 216;
      const y = 88 + ((nth + 0.5) / many - 0.5) * 148 - 18;
      return noteArt(x, y, 64, 36, TINTS[lane.color ?? ''] ?? 'y', at % 2 ? 1.8 : -1.8, [0.8, 0.55]);
    })}`;
}
