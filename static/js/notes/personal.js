/**
 * Whether a text looks as if it named a person: a CPR number, a telephone number or an e-mail address (I14). It is a
 * question to the writer, so it may be wrong either way; nothing is refused for it, and nothing is sent anywhere.
 */

/** @typedef {'' | 'cpr' | 'phone' | 'mail'} Personal */

// Six digits that are a day, then four: with a hyphen, a space, or nothing between.
const CPR = /(?<![\d+])(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d[ \-–]?\d{4}(?!\d)/u;
// Eight digits in Danish groups, or any number with a country code. Two years (2019–2024, 2019 2024) are no number.
const PHONE = /(?<![\d+.,])(?:(?:\+|00)\d{1,3}[ \-.]?(?:\d[ \-.]?){5,13}\d|\d\d([ .\-]?)\d\d\1\d\d\1\d\d|\d{4}[ \-]\d{4}|\d{3} \d{2} \d{3})(?!\d)/gu;
const YEARS = /^(?:19|20)\d\d[ .\-–]?(?:19|20)\d\d$/u;
const MAIL = /[^\s@<>()]+(?:@|\s?\(at\)\s?)[^\s@<>()]+\.\p{L}{2,}/u;

/** @param {string} text @returns {Personal} */
export function looksLike(text) {
  const plain = text.normalize('NFKC');
  if (CPR.test(plain)) return 'cpr';
  if (MAIL.test(plain)) return 'mail';
  const numbers = plain.match(PHONE) ?? [];
  return numbers.some((number) => !YEARS.test(number)) ? 'phone' : '';
}
