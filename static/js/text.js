/**
 * Texts in the page's language: which language, loading text/<name>.<lang>.json, `t(key, vars)`.
 * No text itself may live here, and nothing that touches the page.
 */

/** @typedef {import('./types.js').Lang} Lang */
/** @typedef {Record<string, string | Record<string, string>>} Texts */

export const LANGS = /** @type {const} */ (['da', 'en']);
/** How each language writes dates here: day before month. */
export const DATES = { da: 'da-DK', en: 'en-GB' };

/**
 * The language of a page: the first of these that we have, else Danish. What the browser itself is set to
 * does not count: machines at work are often set to English, whatever those at them speak.
 * @param {(string | null | undefined)[]} asked what was chosen here, then the workshop's own
 * @returns {Lang}
 */
export function pickLang(...asked) {
  return LANGS.find((lang) => lang === asked.find((tag) => LANGS.some((known) => known === tag))) ?? 'da';
}

/**
 * A text with its `{vars}` filled in. A text that is a table is chosen by `vars.n` and the language's
 * plural rules (`one`, `other`; `zero` for 0 where it is given). An unknown key shows itself.
 * @param {Texts} texts
 * @param {Lang} lang
 * @param {string} key
 * @param {Record<string, string | number>} [vars]
 * @returns {string}
 */
export function fill(texts, lang, key, vars = {}) {
  const found = texts[key];
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
 * The words of a code as the server wants them, whatever stands between them and however they are cased.
 * @param {string} typed
 */
export function tidyCode(typed) {
  return typed.normalize('NFC').toLowerCase().split(/[^\p{L}]+/u).filter(Boolean).join('-');
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

  /** Add the texts called `name` ('' are the page's own). A file that cannot be had leaves its keys. @param {string} name */
  async load(name) {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    const lang = this.lang;
    const more = await this.#fetch(name, lang);
    if (this.lang !== lang) return this.change(this.lang);
    // Several loads may be under way: what came meanwhile must stay.
    this.#texts = { ...this.#texts, ...more };
  }

  /** Go over to a language; where its texts cannot be had now, all stays as it is. @param {Lang} lang */
  async change(lang) {
    const parts = await Promise.all([...this.#names].map((name) => this.#fetch(name, lang)));
    if (parts.some((part) => !Object.keys(part).length)) return;
    this.#texts = Object.assign({}, ...parts);
    this.lang = lang;
  }

  /** @type {import('./types.js').T} */
  t = (key, vars) => fill(this.#texts, this.lang, key, vars);
}

/** A file of texts; an empty table where it cannot be had. @param {string} name @param {Lang} lang @returns {Promise<Texts>} */
export async function fetchText(name, lang) {
  const file = name ? `${name}.${lang}.json` : `${lang}.json`;
  try {
    const answer = await fetch(new URL(`../text/${file}`, import.meta.url));
    return answer.ok ? answer.json() : {};
  } catch {
    return {};
  }
}
