/** Days as they stand in records (YYYY-MM-DD), by the reader's clock, and how they are said. */
import { dayWriter } from '../text.js';

const DAY = 24 * 60 * 60_000;

/** Today by the reader's clock. @param {number} now ms */
export function today(now) {
  const date = new Date(now);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** How many days there are from one day to another. @param {string} from @param {string} to */
export function daysTo(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** A day as a date: "3. december". @param {string} day @param {Pick<import('../types.js').Shown, 'lang'>} words */
export function plainDay(day, { lang }) {
  return dayWriter(lang, { day: 'numeric', month: 'long' }).format(new Date(`${day}T12:00:00Z`));
}
