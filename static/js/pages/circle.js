/** A round of talk on the wall: who sits in the ring with which part, the words that somebody shows, and where in the talk we are. */
import { html, nothing, svg } from '../../lib/lit-html.js';
import { initials } from '../notes/look.js';

/** @typedef {import('../types.js').Shown} Shown */

/** The picture's size, the ring's radius, and how large discs and dots are. */
const SIZE = 640;
const RADIUS = 262;
const DISC = 46;
const DOT = 23;
/** Letters of a word above which all are set smaller, so that it stands on one line. */
const LONG = 13;

/** @param {Shown} shown */
export function circle(shown) {
  const { t } = shown;
  return html`<div class="circle">
    <div class="circle-words">
      <ol class="circle-steps">${shown.rounds.slice(1).map((round, at) => html`<li aria-current=${at + 1 === shown.index ? 'step' : 'false'} class=${at + 1 < shown.index ? 'is-done' : ''}>${shown.say(round.title)}</li>`)}</ol>
      ${[...shown.words].map(([seat, words]) => {
        const long = Math.max(...words.map((word) => shown.say(word).length)) > LONG || shown.words.size > 1;
        return html`<div class="said"><p class="circle-says">${t('wall.part_says', { name: shown.called(seat) })}</p>
          <p class=${`said-words ${long ? 'is-long' : ''}`} lang=${shown.lang}>${words.map((word) => html`<span>${shown.say(word)}</span>`)}</p></div>`;
      })}
      <p class="wall-instruction" lang=${shown.lang}>${shown.say(shown.round?.instruction)}</p>
    </div>
    ${people(shown)}
  </div>`;
}

/** @param {Shown} shown */
function people(shown) {
  const marked = shown.parts.filter((part) => !part.rest && part.holders.length);
  const seats = shown.people.filter(({ role }) => role === 'participant').map(({ id }) => id);
  const first = Math.max(0, seats.indexOf(marked[0]?.holders[0] ?? ''));
  const ring = [...seats.slice(first), ...seats.slice(0, first)];
  const holders = ring.filter((seat) => marked.some((part) => part.holders.includes(seat)));
  const letters = initials(holders.map(shown.called));
  return html`<div class="circle-ring">
    <svg viewBox="0 0 ${SIZE} ${SIZE}" aria-hidden="true">${ring.map((seat, at) => {
      const turn = (2 * Math.PI * at) / Math.max(1, ring.length) - Math.PI / 2;
      const x = (SIZE / 2 + RADIUS * Math.cos(turn)).toFixed(1);
      const y = (SIZE / 2 + RADIUS * Math.sin(turn)).toFixed(1);
      const nth = marked.findIndex(({ holders }) => holders.includes(seat));
      if (nth < 0) return svg`<circle class="seat-dot" cx=${x} cy=${y} r=${DOT}/>`;
      const sign = letters[holders.indexOf(seat)];
      return svg`<g class=${nth ? 'seat-part' : 'seat-part is-first'}><circle cx=${x} cy=${y} r=${DISC}/><text class=${sign.length > 2 ? 'is-long' : ''}
        x=${x} y=${y} dy="0.36em" text-anchor="middle">${sign}</text></g>`;
    })}</svg>
    <dl class="circle-names">${marked.map((part) => html`<div><dd>${part.holders.map(shown.called).join(', ')}</dd><dt>${shown.say(part.title)}</dt></div>`)}</dl>
  </div>`;
}

/** That nothing is kept. @param {Shown} shown */
export function keeps(shown) {
  return shown.method?.keep === 'nothing' ? html`<p class="wall-keeps"><svg viewBox="0 0 20 20" aria-hidden="true"><rect x="4" y="9" width="12" height="8.5" rx="2"/><path
    d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/></svg>${shown.t('keep.nothing')}</p>` : nothing;
}

/** How many only have the part of all others, and what it is called. @param {Shown} shown */
export function therest(shown) {
  const rest = shown.parts.find((part) => part.rest);
  const n = rest ? shown.people.filter(({ parts }) => parts?.includes(rest.id)).length : 0;
  return rest && n ? html`<p class="wall-quiet">${shown.t('wall.part_rest', { n, part: shown.say(rest.title) })}</p>` : nothing;
}
