/** The picture of a programme's learning cycle: a ring of stations with numbers, and the same as a list. */
import { html, nothing, svg } from '../../lib/lit-html.js';
import { countWords, inTwo, nearDay, stand } from './standing.js';

/** @typedef {import('../types.js').Cycle} Cycle */
/** @typedef {import('./standing.js').Words} Words */
/** @typedef {import('./standing.js').Station} Station */

/** The picture's size, from its middle: the ring, its discs, the free arc beside a disc (radians). */
const SIZE = { width: 1200, height: 880, ring: 218, disc: 66, gap: 0.4 };
/** The type in the middle: how large at most, how wide a letter is of that, and the room there is; a longer `when` stands in two lines. */
const MIDDLE = { most: 60, letter: 0.54, room: 276, when: 16, line: 36 };

/**
 * The ring. Its words are in a list for those who do not see it. @param {Cycle} cycle @param {Words} words @param {string} day today
 */
export function cyclePicture(cycle, words, day) {
  const { stations, due } = stand(cycle, day);
  const angles = stations.map((_, at) => (2 * Math.PI * at) / stations.length - Math.PI / 2);
  return html`<div class="cycle">
    <svg class="cycle-ring" viewBox="${-SIZE.width / 2} ${-SIZE.height / 2} ${SIZE.width} ${SIZE.height}" aria-hidden="true">
      ${stations.map((_, at) => way(angles[at], angles[at] + (2 * Math.PI) / stations.length, stations[(at + 1) % stations.length].now))}
      ${stations.map((station, at) => disc(station, angles[at], words))}
      ${middle(stations, due, words, day)}
    </svg>
    ${stationList(cycle, words, day, 'sr-only')}</div>`;
}

/** The stations as a list, in order. @param {Cycle} cycle @param {Words} words @param {string} day @param {string} [look] */
export function stationList(cycle, words, day, look = 'cycle-list') {
  const { stations } = stand(cycle, day);
  return html`<ol class=${look}>${stations.map((station) => html`<li aria-current=${station.now ? 'step' : 'false'}><span class="cycle-number" aria-hidden="true">${station.number}</span>
    <span class="cycle-station"><strong>${words.say(station.title)}</strong> <span>${countWords(station, words).join(', ')}</span></span></li>`)}</ol>`;
}

/** What one is at now, in the middle of the ring. @param {Station[]} stations @param {Cycle['next'][0] | null} due @param {Words} words @param {string} day */
function middle(stations, due, words, day) {
  const at = stations.find(({ now }) => now);
  if (!at) return nothing;
  const title = words.say(due?.title ?? at.title);
  const size = Math.min(MIDDLE.most, Math.floor(MIDDLE.room / (title.length * MIDDLE.letter)));
  return svg`<text class="cycle-quiet" y="-40" text-anchor="middle">${words.t('cycle.now')}</text>
    <text class="cycle-now" y=${size * 0.36} font-size=${size} text-anchor="middle">${title}</text>
    ${due ? inTwo(nearDay(due.day, day, words), MIDDLE.when).map((line, nth) => svg`<text class="cycle-when" y=${66 + nth * MIDDLE.line} text-anchor="middle">${line}</text>`) : nothing}`;
}

/** The way from one station to the next, with its head. @param {number} from @param {number} to radians @param {boolean} now it leads to where one is */
function way(from, to, now) {
  const point = (/** @type {number} */ angle, far = SIZE.ring) => `${(far * Math.cos(angle)).toFixed(1)} ${(far * Math.sin(angle)).toFixed(1)}`;
  const [begin, end] = [from + SIZE.gap, to - SIZE.gap];
  return svg`<g class=${now ? 'cycle-way is-now' : 'cycle-way'}><path d="M${point(begin)} A${SIZE.ring} ${SIZE.ring} 0 0 1 ${point(end - 0.06)}"/>
    <path class="cycle-head" d="M${point(end)} L${point(end - 0.13, SIZE.ring - 14)} L${point(end - 0.13, SIZE.ring + 14)} Z"/></g>`;
}

/** A station with its number, and beside it, outside the ring, its name and what it counts. @param {Station} station @param {number} angle @param {Words} words */
function disc(station, angle, words) {
  const [x, y] = [Math.cos(angle), Math.sin(angle)].map((part) => part * SIZE.ring);
  const lines = countWords(station, words);
  const beside = Math.abs(Math.cos(angle)) > 0.5;
  const anchor = beside ? (x > 0 ? 'start' : 'end') : 'middle';
  const tx = beside ? x + Math.sign(x) * (SIZE.disc + 24) : x;
  // Above the ring the last line stands next to the disc, below it the first one.
  const ty = beside ? y + 10 - lines.length * 17 : y > 0 ? y + SIZE.disc + 50 : y - SIZE.disc - 22 - lines.length * 36;
  return svg`<g class=${station.now ? 'cycle-disc is-now' : 'cycle-disc'}><circle cx=${x} cy=${y} r=${SIZE.disc}/>
    <text class="cycle-count" x=${x} y=${y + 20} text-anchor="middle">${station.number}</text>
    <text class="cycle-title" x=${tx} y=${ty} text-anchor=${anchor}>${words.say(station.title)}</text>
    ${lines.map((line, at) => svg`<text class="cycle-quiet" x=${tx} y=${ty + 38 + at * 36} text-anchor=${anchor}>${line}</text>`)}</g>`;
}
