/**
 * A note's colour (`color(note, shown)`), tilt (`tilt(note)`) and language (`tongue(text, shown)`), the same on every
 * screen. No drawing may live here.
 */

/** The colours of notes that no lane gives one, in a workshop where colour has no meaning. */
export const COLORS = ['yellow', 'coral', 'sky', 'mint', 'lilac'];
/** The same in a workshop where the colour of some lanes has one: near to each other, and none of a lane's. */
export const CALM = ['yellow', 'straw', 'honey'];

/** A small steady number from a text. @param {string} text */
export function steady(text) {
  let sum = 2166136261;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 16777619);
  return (sum ^ (sum >>> 15)) >>> 0;
}

/**
 * A note's colour name: that of a word that it carries, else its lane's, else one from its id.
 * @param {{ id: string, kind?: string, sheet: string, lane: string, marks?: Record<string, string> }} note
 * @param {Pick<import('../types.js').Shown, 'sheet' | 'sheets'>} shown
 */
export function color(note, shown) {
  const sheet = shown.sheet(note.sheet);
  const lane = sheet?.lanes.find((known) => known.id === note.lane);
  const words = note.marks ? sheet?.marks.map((kind) => kind.words.find(({ id }) => id === note.marks?.[kind.id])) : [];
  const said = words?.find((word) => word?.color)?.color;
  if (said) return said;
  if (note.kind === 'gathering') return 'gathering';
  if (lane?.color && lane.color !== 'none') return lane.color;
  const family = shown.sheets.some(hasMeaning) ? CALM : COLORS;
  return family[steady(note.id) % family.length];
}

/** Whether the colour of a sheet's notes says something: the lane that they lie in, or a word that they carry. @param {import('../types.js').Sheet} sheet */
function hasMeaning(sheet) {
  return sheet.lanes.some((lane) => lane.color && lane.color !== 'none') || sheet.marks.some((kind) => kind.words.some(({ color }) => color));
}

/** A note's tilt in degrees, -1.5 to 1.5, in steps of a tenth. @param {{ id: string }} note */
export function tilt(note) {
  return ((steady(`${note.id}~`) % 31) - 15) / 10;
}

/** Scripts that are not the page's own, by the language tag of a text in them. */
const SCRIPTS = /** @type {[RegExp, string][]} */ ([
  [/\p{Script=Arabic}/u, 'und-Arab'], [/\p{Script=Hebrew}/u, 'und-Hebr'], [/\p{Script=Cyrillic}/u, 'und-Cyrl'], [/\p{Script=Greek}/u, 'und-Grek'],
  [/\p{Script=Thai}/u, 'und-Thai'], [/\p{Script=Devanagari}/u, 'und-Deva'], [/\p{Script=Tamil}/u, 'und-Taml'], [/\p{Script=Ethiopic}/u, 'und-Ethi'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'], [/\p{Script=Hangul}/u, 'ko'], [/\p{Script=Han}/u, 'und-Hani'],
]);

/**
 * The language tag of a text, whose direction a browser finds itself (`dir="auto"`): that of its first letter's script, else the workshop's own language.
 * @param {string} text @param {{ board: { lang: string } | null, lang: string }} shown
 */
export function tongue(text, shown) {
  const letter = /\p{L}/u.exec(text)?.[0] ?? '';
  return SCRIPTS.find(([script]) => script.test(letter))?.[1] ?? shown.board?.lang ?? shown.lang;
}

/** The first letter of a name; an emoji is not cut. @param {string} name */
export function initial(name) {
  return [...name.trim()][0]?.toUpperCase() ?? '?';
}

/** Letters of a name that fit a disc. */
const MOST_LETTERS = 4;

/**
 * The letters that stand for some people side by side: one, and as many more as tell them from the others.
 * Of »Anna 1« and »Anna 2« the number is kept.
 * @param {string[]} names @returns {string[]}
 */
export function initials(names) {
  const letters = names.map((name) => [...name.trim()]);
  const short = (/** @type {number} */ at, /** @type {number} */ n) => `${initial(names[at])}${letters[at].slice(1, n).join('')}`;
  return names.map((name, at) => {
    for (let n = 1; n <= MOST_LETTERS; n += 1) if (!names.some((_, other) => other !== at && short(other, n) === short(at, n))) return short(at, n);
    return `${initial(name)}${/\d+$/u.exec(name)?.[0] ?? ''}`;
  });
}
