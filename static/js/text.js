/**
 * Texts in the page's language: chooses the language, loads text/<name>.<lang>.json, and looks texts up (`t(key, vars)`).
 * No text itself may live here, and no DOM.
 */

/** @typedef {import('./types.js').Lang} Lang */
/** @typedef {Record<string, string | Record<string, string>>} Texts */

export const LANGS = /** @type {const} */ (['da', 'en']);
/** The locale for each language's dates: day before month. */
export const DATES = { da: 'da-DK', en: 'en-GB' };

/** Names or numbers as a sentence has them: "1, 2 og 3". @param {(string | number)[]} items @param {'da' | 'en'} lang */
export function listed(items, lang) {
  const said = items.map(String);
  return 'ListFormat' in Intl ? new Intl.ListFormat(DATES[lang], { type: 'conjunction' }).format(said) : said.join(', ');
}

/** A word as it is quoted in a language. @param {string} word @param {Lang} lang */
export function quoted(word, lang) {
  return lang === 'da' ? `»${word}«` : `“${word}”`;
}

/**
 * The language of a page: the first of these that exists, else Danish. The browser's own language is ignored, since
 * computers at work are often set to English whatever their users speak.
 * @param {(string | null | undefined)[]} asked what was chosen here, then the workshop's own
 * @returns {Lang}
 */
export function pickLang(...asked) {
  return LANGS.find((lang) => lang === asked.find((tag) => LANGS.some((known) => known === tag))) ?? 'da';
}

/**
 * A text with its `{vars}` filled in. If the text is an object, `vars.n` and the language's plural rules choose the
 * entry (`one`, `other`; `zero` for 0 if given). What a call is refused with (`error.X`) is said as of an op with the same
 * reason (`refused.X`), unless it has a text of its own. For an unknown key, the key itself.
 * @param {Texts} texts
 * @param {Lang} lang
 * @param {string} key
 * @param {Record<string, string | number>} [vars]
 * @returns {string}
 */
export function fill(texts, lang, key, vars = {}) {
  const found = texts[key] ?? texts[key.replace(/^error\./, 'refused.')];
  if (found === undefined) return key;
  const text = typeof found === 'string' ? found : plural(found, lang, Number(vars.n ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in vars ? String(vars[name]) : whole));
}

/** @param {Record<string, string>} forms @param {Lang} lang @param {number} n */
function plural(forms, lang, n) {
  if (n === 0 && forms.zero !== undefined) return forms.zero;
  return forms[new Intl.PluralRules(lang).select(n)] ?? forms.other ?? '';
}

/**
 * A code's words in the form that the server expects, whatever separates them and in whatever case.
 * @param {string} typed
 */
export function tidyCode(typed) {
  return typed.normalize('NFC').toLowerCase().split(/[^\p{L}]+/u).filter(Boolean).join('-');
}

/** Letters of the shortest code whose words were typed without anything between them. */
const RUN_TOGETHER = 9;

/**
 * What somebody typed or pasted to get in: a code, also with its words run together, or the whole address of a link.
 * @param {string} typed
 * @returns {{ code: string } | { join: string } | { wrong: 'code.empty' | 'code.three' }}
 */
export function readCode(typed) {
  const join = /#[jl]=([\w-]{16,64})/u.exec(typed)?.[1];
  if (join) return { join };
  const code = tidyCode(/#c=([\p{L}%\d-]+)/u.exec(typed)?.[1] ?? typed);
  const words = code.split('-').length;
  if (!code) return { wrong: 'code.empty' };
  return words === 3 || (words < 3 && code.length >= RUN_TOGETHER) ? { code } : { wrong: 'code.three' };
}

/**
 * The text about a code that was not found, with the word in it that is in no code.
 * @param {import('./types.js').T} t @param {string} code @param {{ reason?: string, said?: { unknown?: number[] } }} error
 */
export function whatIsWrong(t, code, error) {
  const word = error.reason === 'no_door' ? code.split('-')[error.said?.unknown?.[0] ?? -1] : undefined;
  return word ? t('error.no_word', { word }) : t(`error.${error.reason ?? 'unknown'}`);
}

/**
 * A text with one kind of line break and gap, as the server stores it (`clean` in board_schema/commands.py): a pasted
 * presentation separates lines by U+000B.
 * @param {string} text
 */
export function plainBreaks(text) {
  return text.replace(/\r\n|[\r\v\f\u001c-\u001e\u0085\u2028\u2029]/gu, '\n').replace(/[\t\u001f]/gu, ' ');
}

const UNWANTED = /[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Code points that a text may have for each character of its limit. */
const AS_SENT = 4;

/**
 * How many characters of its limit a text takes, as the server counts them (SPEC R17): those that a person sees, in the
 * text as it is stored. Of a text with more code points than the server would even clean, those count.
 * @param {string} text @param {number} [limit]
 */
export function lengthOf(text, limit = Infinity) {
  const stored = plainBreaks(text).replace(UNWANTED, '').normalize('NFC').replace(/[ \u00a0]+/gu, ' ').replace(/ ?\n ?/gu, '\n').replace(/\n{3,}/gu, '\n\n').trim();
  const seen = lettersOf(stored);
  const points = [...text.trim()].length / AS_SENT;
  return points > limit ? Math.max(seen.length, Math.ceil(points)) : seen.length;
}

/** What is said of a text that is longer than the server takes; '' for others. @param {string} text @param {number} limit @param {import('./types.js').T} t */
export function tooLong(text, limit, t) {
  const over = lengthOf(text, limit) - limit;
  return over > 0 ? t('phone.too_long', { n: over }) : '';
}

/** The characters of a text that a person sees. @param {string} text @returns {string[]} */
function lettersOf(text) {
  return 'Segmenter' in Intl ? Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment) : [...text];
}

/**
 * The method's own heading in both languages, where nobody changed it on the board; else null.
 * @param {string} title @param {import('./types.js').Both | undefined} heading
 */
export function unchanged(title, heading) {
  return heading && Object.values(heading).includes(title) ? heading : null;
}

/** Characters of a text that stand on a button. */
const ON_BUTTON = 28;

/** What undoing would take back, in words for its button. @param {Pick<import('./types.js').Shown, 'me' | 't'>} shown */
export function undoWords({ me, t }) {
  if (!me?.undo) return t('phone.undo_last');
  const letters = lettersOf(me.undo.text.replace(/\s+/gu, ' ').trim());
  const text = letters.length > ON_BUTTON ? `${letters.slice(0, ON_BUTTON - 1).join('').trimEnd()}…` : letters.join('');
  return t(`undo.${me.undo.what}`, { text });
}

/** Whether two texts are the same once the server has cleaned them (SPEC R17). @param {string} one @param {string} other */
export function sameText(one, other) {
  const plain = (/** @type {string} */ text) => plainBreaks(text).normalize('NFC').replace(/\s+/gu, ' ').trim();
  return plain(one) === plain(other);
}

export class Text {
  /** @type {Lang} */ lang;
  /** @type {Texts} */ #texts = {};
  /** @type {Set<string>} */ #names = new Set();
  #fetch;

  /**
   * @param {Lang} lang
   * @param {(name: string, lang: Lang) => Promise<Texts>} [fetchTexts]
   */
  constructor(lang, fetchTexts = fetchText) {
    this.lang = lang;
    this.#fetch = fetchTexts;
  }

  /** Add the texts called `name` ('' are the page's own). If its file cannot be loaded, keys are shown. @param {string} name */
  async load(name) {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    const lang = this.lang;
    const more = await this.#fetch(name, lang);
    if (this.lang !== lang) return this.change(this.lang);
    // Several loads may run at once: keep what others have added meanwhile.
    this.#texts = { ...this.#texts, ...more };
  }

  /** Switch to a language; if its texts cannot be loaded, nothing changes. @param {Lang} lang */
  async change(lang) {
    const parts = await Promise.all([...this.#names].map((name) => this.#fetch(name, lang)));
    if (parts.some((part) => !Object.keys(part).length)) return;
    this.#texts = Object.assign({}, ...parts);
    this.lang = lang;
  }

  /** @type {import('./types.js').T} */
  t = (key, vars) => fill(this.#texts, this.lang, key, vars);
}

/** A file of texts; an empty object if it cannot be loaded. @param {string} name @param {Lang} lang @returns {Promise<Texts>} */
export async function fetchText(name, lang) {
  const file = name ? `${name}.${lang}.json` : `${lang}.json`;
  try {
    const answer = await fetch(new URL(`../text/${file}`, import.meta.url));
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

/** What writes days: to make one takes a hundred times as long as to use it, and a picture asks hundreds of times. @type {Map<string, Intl.DateTimeFormat>} */
const writers = new Map();

/** Days in UTC as a language writes them. @param {Lang} lang @param {Intl.DateTimeFormatOptions} how */
export function dayWriter(lang, how) {
  const key = lang + JSON.stringify(how);
  const writer = writers.get(key) ?? new Intl.DateTimeFormat(DATES[lang], { ...how, timeZone: 'UTC' });
  writers.set(key, writer);
  return writer;
}

/** A day as people say it. @param {number | string} day ms of a day in UTC, or its date (`2026-03-01`) @param {{ lang: import('./types.js').Lang }} shown */
export function dayWords(day, { lang }) {
  return dayWriter(lang, { dateStyle: 'long' }).format(new Date(day));
}

/** A day with its time, as people say it, by the clock of whoever reads it. @param {number} at ms @param {{ lang: import('./types.js').Lang }} shown */
export function dayAndTime(at, { lang }) {
  return new Intl.DateTimeFormat(DATES[lang], { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(at);
}

/** A time of the day, as the clock in the room shows it. @param {number} at ms @param {{ lang: import('./types.js').Lang }} shown */
export function clockTime(at, { lang }) {
  return new Intl.DateTimeFormat(DATES[lang], { hour: '2-digit', minute: '2-digit' }).format(at);
}
