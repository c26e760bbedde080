/**
 * Which station of its learning cycle a programme is at, by the reader's clock, and how its numbers and days are said. No rule may
 * live here: what is counted and when something is due stands in the record `cycle`.
 */
import { daysTo } from '../notes/days.js';
import { DATES } from '../text.js';

/** @typedef {import('../types.js').Cycle} Cycle */
/** @typedef {import('../types.js').Both} Both */
/** @typedef {Pick<import('../types.js').Shown, 'say' | 't' | 'lang'> & { board: { lang: string } | null }} Words */
/** @typedef {Cycle['stations'][0] & { number: number, now: boolean }} Station */

/** From so many days before on, what comes next is what one is at now. */
const SOON = 7;

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

/** Words of more than so many letters as two lines, as even as may be; the day and its month stay together. @param {string} words @param {number} most @returns {string[]} */
export function inTwo(words, most) {
  const gaps = [...words.replace(/(\d\.?) (?=\p{L})/gu, '$1\u00a0').matchAll(/ /gu)].map(({ index }) => index);
  if (words.length <= most || !gaps.length) return [words];
  const uneven = (/** @type {number} */ at) => Math.abs(words.length - 1 - 2 * at);
  const cut = gaps.reduce((best, at) => uneven(at) < uneven(best) ? at : best);
  return [words.slice(0, cut), words.slice(cut + 1)];
}

/** A day in a list, short: "tors. 3. dec." @param {string} day @param {Words} words */
export function shortDay(day, { lang }) {
  return new Intl.DateTimeFormat(DATES[lang], { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

/** What a station counts, as words: "3 i gang", "2 forslag"; what is none is left out but for the first; and which version there is. @param {Station} station @param {Words} words */
export function countWords(station, { say, t }) {
  const counted = station.counts.map((each, at) => ({ ...each, n: at ? each.count : station.number })).filter(({ n }, at) => n || !at)
    .map(({ n, title, one }) => `${n} ${say(n === 1 && one.da ? one : title)}`);
  return station.version ? [...counted, t('cycle.version', { n: station.version })] : counted;
}
