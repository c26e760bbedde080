/** What a note is about (SPEC R43), as words: points, links and named circles of other sheets. */

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */

/** An element as people read it; '' where it is not shown. @param {string} element @param {Shown} shown */
export function elementWords(element, shown) {
  const [first, kind, other] = element.split('>');
  const from = shown.note(first);
  if (!kind) return from?.text ?? '';
  const to = shown.note(other);
  const title = shown.say(shown.sheet(from?.sheet)?.links.find(({ id }) => id === kind)?.title);
  return from && to && title ? `${from.text} ${title.toLocaleLowerCase(shown.lang)} ${to.text}` : '';
}

/** What a note is about, a line each. @param {Note} note @param {Shown} shown @returns {string[]} */
export function aboutLines(note, shown) {
  return (note.about ?? []).map((element) => elementWords(element, shown)).filter(Boolean).map((what) => shown.t('note.about', { what }));
}
