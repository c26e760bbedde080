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
  const version = [...shown.versions?.values() ?? [], ...shown.then ? [shown.then.version] : []].find(({ notes }) => notes[id]);
  return shown.note(id) ?? (version ? { text: version.notes[id].text, sheet: version.id } : null);
}

/** A circle without a name that was asked about in a version, as words: its K is the id of one of its notes; '' where it is none. @param {string} element @param {number | undefined} asked the version's number @param {Shown} shown */
export function unnamedIn(element, asked, shown) {
  const version = [...shown.versions?.values() ?? [], ...shown.then ? [shown.then.version] : []].find(({ n, circles }) => n === asked && circles[element] && !circles[element].name);
  const circle = version?.circles[element];
  return circle ? `${shown.t('map.unnamed', { n: circle.loop })} (${circle.notes.slice(0, circle.loop).map((id) => version.notes[id]?.text).join(' → ')})` : '';
}

/** What a note is about, a line each. @param {Note} note @param {Shown} shown @returns {string[]} */
export function aboutLines(note, shown) {
  return (note.about ?? []).map((element) => unnamedIn(element, note.version, shown) || elementWords(element, shown)).filter(Boolean).map((what) => shown.t('note.about', { what }));
}

/** What was answered about an element in the version that is shown, else in the latest one, by lane, then by id: the order in which answers came is nobody's business. @param {string} element @param {Shown} shown @returns {Note[]} */
export function answersTo(element, shown) {
  const numbers = shown.then ? [shown.then.version.n] : [...shown.versions?.values() ?? []].map(({ n }) => n);
  return shown.notes.filter((note) => numbers.includes(note.version ?? 0) && note.kind === 'note' && !note.draft && note.about?.includes(element))
    .sort((a, b) => a.lane === b.lane ? (a.id < b.id ? -1 : 1) : laneRank(a, shown) - laneRank(b, shown));
}

/** @param {Note} note @param {Shown} shown */
function laneRank(note, shown) {
  return shown.sheet(note.sheet)?.lanes.findIndex(({ id }) => id === note.lane) ?? 0;
}
