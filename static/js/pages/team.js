/** What the parts that lead are called (SPEC V16): screens name them where only they and the scribe see a note. */
import { listed } from '../text.js';

/** @typedef {import('../types.js').Shown} Shown */

/**
 * A text about whoever leads, with the titles of the parts that lead, or what the method calls them together; in a method without such words, the general one.
 * @param {import('../types.js').T} t @param {Shown | null | undefined} shown @param {string} key that of the general one
 */
export function teamText(t, shown, key) {
  const titles = (shown?.parts ?? []).filter(({ may }) => may.includes('lead')).map(({ title }) => shown?.say(title) ?? '');
  if (shown?.method?.team?.da) titles.push(shown.say(shown.method.team));
  return titles.length ? t(`${key}_part`, { part: listed(titles, /** @type {Shown} */ (shown).lang) }) : t(key);
}
