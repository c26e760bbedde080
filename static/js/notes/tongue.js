/**
 * The language and direction of what people write: notes of one board may be in any language, while the page around
 * them is Danish or English. A browser finds the direction itself (`dir="auto"`); of the language only the script can
 * be known.
 */

/** Scripts that are not the page's own, by the language tag of a text in them. */
const SCRIPTS = /** @type {[RegExp, string][]} */ ([
  [/\p{Script=Arabic}/u, 'und-Arab'], [/\p{Script=Hebrew}/u, 'und-Hebr'], [/\p{Script=Cyrillic}/u, 'und-Cyrl'], [/\p{Script=Greek}/u, 'und-Grek'],
  [/\p{Script=Thai}/u, 'und-Thai'], [/\p{Script=Devanagari}/u, 'und-Deva'], [/\p{Script=Tamil}/u, 'und-Taml'], [/\p{Script=Ethiopic}/u, 'und-Ethi'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'], [/\p{Script=Hangul}/u, 'ko'], [/\p{Script=Han}/u, 'und-Hani'],
]);

/**
 * The language tag of a text: that of its first letter's script, else the workshop's own language.
 * @param {string} text @param {{ board: { lang: string } | null, lang: string }} shown
 */
export function tongue(text, shown) {
  const letter = /\p{L}/u.exec(text)?.[0] ?? '';
  return SCRIPTS.find(([script]) => script.test(letter))?.[1] ?? shown.board?.lang ?? shown.lang;
}
