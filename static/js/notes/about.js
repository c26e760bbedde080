/** What a note is about (SPEC R43), as words: points, links and named circles of other sheets. */

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */

/** An element as people read it; '' where it is not shown. @param {string} element @param {Shown} shown */
export function elementWords(element, shown) {
  const [first, kind, other] = element.split('>');
  const from = noteOrStill(first, shown);
  if (!kind) return from?.text ?? '';
  const to = noteOrStill(other, shown);
  const title = shown.say(shown.sheet(from?.sheet)?.links.find(({ id }) => id === kind)?.title);
  return from && to && title ? `${from.text} ${title.toLocaleLowerCase(shown.lang)} ${to.text}` : '';
}

/** A note, or as it stands in the latest version (R44) where it is not there any more. @param {string} id @param {Shown} shown @returns {{text: string, sheet: string} | null} */
function noteOrStill(id, shown) {
  const version = [...shown.versions?.values() ?? []].find(({ notes }) => notes[id]);
  return shown.note(id) ?? (version ? { text: version.notes[id].text, sheet: version.id } : null);
}

/** A circle without a name that was asked about, as words: its K is the id of one of its notes. @param {string} element @param {Note} note @param {Shown} shown */
function unnamedWords(element, note, shown) {
  const version = [...shown.versions?.values() ?? []].find(({ n, circles }) => n === note.version && circles[element] && !circles[element].name);
  const circle = version?.circles[element];
  return circle ? `${shown.t('map.unnamed', { n: circle.loop })} (${circle.notes.slice(0, circle.loop).map((id) => version.notes[id]?.text).join(' → ')})` : '';
}

/** What a note is about, a line each. @param {Note} note @param {Shown} shown @returns {string[]} */
export function aboutLines(note, shown) {
  return (note.about ?? []).map((element) => unnamedWords(element, note, shown) || elementWords(element, shown)).filter(Boolean).map((what) => shown.t('note.about', { what }));
}

/** What was answered about an element when a version was shown, by lane, then by id: the order in which answers came is nobody's business. @param {string} element @param {Shown} shown @returns {Note[]} */
export function answersTo(element, shown) {
  return shown.notes.filter((note) => note.version && note.kind === 'note' && !note.draft && note.about?.includes(element))
    .sort((a, b) => a.lane === b.lane ? (a.id < b.id ? -1 : 1) : laneRank(a, shown) - laneRank(b, shown));
}

/** @param {Note} note @param {Shown} shown */
function laneRank(note, shown) {
  return shown.sheet(note.sheet)?.lanes.findIndex(({ id }) => id === note.lane) ?? 0;
}
