/**
 * The learning cycle of a programme: which station it is at by the reader's clock, and its picture, a ring of stations with
 * numbers. No rule may live here: what is counted and when something is due stands in the record `cycle`.
 */
import { html, nothing, svg } from '../../lib/lit-html.js';
import { DATES } from '../text.js';

/** @typedef {import('../types.js').Cycle} Cycle */
/** @typedef {import('../types.js').Both} Both */
/** @typedef {Pick<import('../types.js').Shown, 'say' | 't' | 'lang'> & { board: { lang: string } | null }} Words */
/** @typedef {Cycle['stations'][0] & { number: number, now: boolean }} Station */

const DAY = 24 * 60 * 60_000;
/** From so many days before on, what comes next is what one is at now. */
const SOON = 7;
/** The picture's size, from its middle: the ring, its discs, the free arc beside a disc (radians). */
const SIZE = { width: 1200, height: 800, ring: 218, disc: 66, gap: 0.4 };
/** The type in the middle: how large at most, how wide a letter is of that, and the room there is. */
const MIDDLE = { most: 60, letter: 0.54, room: 276 };

/** Today by the reader's clock, as days stand in records. @param {number} now ms */
export function today(now) {
  const date = new Date(now);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** How many days there are from one day to another. @param {string} from @param {string} to */
export function daysTo(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/**
 * The stations with their numbers, and which of them it is at now: that of what is due within a week or overdue, else the
 * last one that has something. @param {Cycle} cycle @param {string} day
 * @returns {{ stations: Station[], due: Cycle['next'][0] | null }}
 */
export function stand(cycle, day) {
  const due = cycle.next.find((one) => daysTo(day, one.day) <= SOON) ?? null;
  const numbered = cycle.stations.map((station) => ({
    ...station,
    number: (station.counts[0]?.count ?? 0)
      + cycle.next.filter((one) => one.station === station.id && one.within && daysTo(day, one.day) <= one.within).length,
  }));
  const at = due?.station ?? numbered.filter(({ number }) => number).at(-1)?.id ?? numbered[0]?.id;
  return { stations: numbered.map((station) => ({ ...station, now: station.id === at })), due };
}

/** A day as one says it today: "i dag", "på torsdag", "3. december". @param {string} day @param {string} from today @param {Words} words */
export function nearDay(day, from, { t, lang }) {
  const far = daysTo(from, day);
  const at = new Date(`${day}T12:00:00Z`);
  const said = (/** @type {Intl.DateTimeFormatOptions} */ how) => new Intl.DateTimeFormat(DATES[lang], { ...how, timeZone: 'UTC' }).format(at);
  if (far === 0) return t('cycle.today');
  if (far === 1) return t('cycle.tomorrow');
  if (far > 1 && far < 7) return t('cycle.on', { day: said({ weekday: 'long' }) });
  const date = said({ day: 'numeric', month: 'long', ...(Math.abs(far) > 300 ? { year: 'numeric' } : {}) });
  return far < 0 ? t('cycle.since', { day: date }) : date;
}

/** A day in a list, short: "tors. 3. dec." @param {string} day @param {Words} words */
export function shortDay(day, { lang }) {
  return new Intl.DateTimeFormat(DATES[lang], { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

/** What a station counts, as words: "3 i gang", "2 forslag"; what is none is left out but for the first. @param {Station} station @param {Words} words */
export function countWords(station, { say }) {
  return station.counts.map((each, at) => ({ n: at ? each.count : station.number, title: say(each.title) }))
    .filter(({ n }, at) => n || !at).map(({ n, title }) => `${n} ${title}`);
}

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
    ${due ? svg`<text class="cycle-when" y="66" text-anchor="middle">${nearDay(due.day, day, words)}</text>` : nothing}`;
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
