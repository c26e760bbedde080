/**
 * The form `timeline`: years on a line, with notes above and below it; the method file's lanes are beside it.
 * Its picture is in timeline/.
 */
import { html, live, nothing, svg } from '../../lib/lit-html.js';
import { headingsOn, marksOf, notesOn } from '../notes/query.js';
import { noteArt } from './art.js';
import { partsIn } from './timeline/parts.js';

/** @typedef {import('./form.js').Form} Form */

/** @type {Form} */
export const timeline = {
  name: 'timeline',
  years: true,
  wide: true,
  beside: true,
  rowed: false,
  telling: 3,
  picture: () => import('./timeline/picture.js'),
  words,
  parts: partsIn,
  opening: (_shown, opening) => opening,
  aim,
  choices,
  rows: () => [],
  rowFor: () => '',
  art,
};

/** @type {Form['words']} */
function words(shown, sheet) {
  const notes = notesOn(shown, sheet.id);
  const headings = headingsOn(shown, sheet.id);
  if (!notes.length && !headings.length) return [];
  // Notes below the line (what challenged) come last in their year.
  const low = (/** @type {import('../types.js').Note} */ note) => Number(note.side === 'down');
  return [{
    title: '', small: '', lists: sheet.lanes.map(({ id, title }) => ({
      title: shown.say(title),
      notes: notes.filter((note) => note.lane === id).sort((a, b) => low(a) - low(b)),
      over: headings.filter((note) => note.lane === id)
        .map((note) => ({ text: note.text, small: note.until && note.until !== id ? `${id}–${note.until}` : id })),
    })),
  }];
}

/** The year in the middle, where nothing else is known, and the first side. @type {Form['aim']} */
function aim(sheet, opening, note, picked, last = '') {
  const scale = sheet.lanes.flatMap((lane) => lane.scale ?? []);
  const middle = String(Math.round(((scale[0] ?? 0) + (scale.at(-1) ?? 0)) / 2));
  const lane = [picked.lane, note.lane, last, middle].find((id) => id && opening.lanes.includes(id)) ?? opening.lanes[0] ?? '';
  return { lane, side: picked.side ?? (note.side || marksOf(sheet, 'side')[0] || ''), row: opening.row };
}

/**
 * Inputs for a year (step buttons, or tapping a bar of the notes per year), the note's side, and the lanes beside the line.
 * @type {Form['choices']}
 */
function choices({ shown, sheet, aim: at, last = '', choose }) {
  const { t } = shown;
  const years = sheet.lanes.filter((lane) => lane.scale !== undefined).map((lane) => lane.id);
  const other = sheet.lanes.filter((lane) => lane.scale === undefined);
  const known = years.includes(at.lane);
  const year = known ? at.lane : (years.includes(last) ? last : years[years.length - 1]);
  const nth = years.indexOf(year);
  const notes = notesOn(shown, sheet.id);
  const counts = years.map((each) => notes.filter((note) => note.lane === each).length);
  const most = Math.max(1, ...counts);
  const goTo = (/** @type {string} */ lane) => choose({ ...at, lane });
  return html`<fieldset class="stack"><legend class="label">${t('turn.when')}</legend>
    <div class="stepper">
      <button type="button" aria-label=${t('turn.year_before')} ?disabled=${known && nth === 0} @click=${() => goTo(years[known ? nth - 1 : nth])}>−</button>
      <output class=${known ? '' : 'quiet'} aria-live="polite">${known ? year : '–'}</output>
      <button type="button" aria-label=${t('turn.year_after')} ?disabled=${known && nth === years.length - 1} @click=${() => goTo(years[known ? nth + 1 : nth])}>+</button>
    </div>
    <div><div class="histogram" role="group" aria-label=${t('turn.years')}>${years.map((each, index) => html`
      <button type="button" tabindex="-1" aria-pressed=${String(each === at.lane)} aria-label=${t('turn.year_has', { year: each, n: counts[index] })} @click=${() => goTo(each)}><i class=${`bar-${Math.round((counts[index] / most) * 10)}`}></i></button>`)}</div>
      <p class="ends" aria-hidden="true"><span>${years[0]}</span><span>${years[years.length - 1]}</span></p></div>
  </fieldset>
  ${sides(at, marksOf(sheet, 'side'), t, choose)}
  ${other.length ? html`<div class="chips">${other.map((each) => html`<button type="button" class="chip" aria-pressed=${String(each.id === at.lane)} @click=${() => goTo(each.id === at.lane ? year : each.id)}>${shown.say(each.title)}</button>`)}</div>` : nothing}`;
}

/** The two sides, then what is both. @param {import('./form.js').Aim} at @param {string[]} marks @param {import('../types.js').T} t @param {(aim: import('./form.js').Aim) => void} choose */
function sides(at, marks, t, choose) {
  return html`<fieldset class="stack"><legend class="label">${t('turn.what_did')}</legend><div class="segments three">${[...marks].sort((a, b) => Number(a === 'both') - Number(b === 'both')).map((each) => html`
    <label><input type="radio" name="side" .checked=${live(each === at.side)} @change=${() => choose({ ...at, side: each })}><span>${t(`side.${each}`)}</span></label>`)}</div></fieldset>`;
}

/** @type {Form['art']} */
function art(sheet) {
  const years = [0, 1, 2, 3, 4, 5, 6];
  const beside = sheet.lanes.length > 0;
  const right = beside ? 248 : 302;
  const at = (/** @type {number} */ year) => 26 + (year * (right - 40)) / 6;
  return svg`
    <path class="paper-line" stroke-width="2" d=${`M16 90H${right}`}></path>
    ${years.map((year) => svg`<circle class="dot" cx=${at(year)} cy="90" r=${year % 3 ? 2.6 : 4}></circle>`)}
    <path class="plus" d="M12 40h3v-3h2v3h3v2h-3v3h-2v-3h-3z"></path><path class="minus" d="M12 134h8v2h-8z"></path>
    ${noteArt(at(0.3), 40, 44, 34, 'y', -2.5)}${noteArt(at(2), 22, 46, 40, 's', 1.8, [0.8, 0.9, 0.4])}
    ${noteArt(at(3.4), 46, 42, 30, 'm', -1.2)}${noteArt(at(4.55), 24, 42, 36, 'y', 2.4, [0.6, 0.85, 0.5])}
    ${noteArt(at(0.9), 108, 44, 34, 'c', 1.6)}${noteArt(at(2.5), 122, 44, 36, 'y', -2, [0.85, 0.6, 0.7])}
    ${noteArt(at(3.9), 106, 42, 32, 'c', 2.2)}${beside ? svg`
      <rect class="beside" x="258" y="22" width="50" height="132" rx="7"></rect>${noteArt(263, 32, 40, 32, 'l', 1.5)}${noteArt(263, 74, 40, 30, 'l', -2)}` : nothing}`;
}
