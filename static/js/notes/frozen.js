/**
 * A version of a sheet (SPEC R44) in place of what stands on it now, so that all that draws or tells a sheet draws or tells the
 * version: in a round that shows one, and where somebody looks back at one. No drawing may live here.
 */

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Version} Version */
/** @typedef {import('../types.js').Note} Note */

/** @type {WeakMap<Shown, Map<string, {version: Version, then: Shown}>>} */
const made = new WeakMap();

/** The version that people are shown in the present round; null where it shows none, or nothing was frozen yet. @param {Shown} shown @returns {Version | null} */
export function versionNow(shown) {
  return (!shown.board?.closed && shown.versions.get(shown.round?.version ?? '')) || null;
}

/**
 * In a round that shows a version: that version as if it were the round's sheet. Nothing can be done with its notes. Else what is
 * shown. @param {Shown} shown @returns {Shown}
 */
export function asShownThen(shown) {
  const version = versionNow(shown);
  return version ? asOf(shown, version) : shown;
}

/** A version as if it were the round's sheet, whatever the round shows. @param {Shown} shown @param {Version} version @param {string} [at] the part by which it is looked at @returns {Shown} */
export function asOf(shown, version, at = '') {
  if (!shown.round) return shown;
  const known = made.get(shown) ?? new Map();
  if (!known.size) made.set(shown, known);
  const key = `${version.id} ${version.n} ${at}`;
  const before = known.get(key);
  if (before?.version === version) return before.then;
  const notes = [...shown.notes.filter(({ sheet }) => sheet !== version.id), ...frozenNotes(version)].sort((a, b) => (a.id < b.id ? -1 : 1));
  const noteOf = new Map(notes.map((note) => [note.id, note]));
  const then = {
    ...shown, drags: new Map(), notes, note: (/** @type {string} */ id) => noteOf.get(id) ?? null,
    circles: [...shown.circles.filter(({ sheet }) => sheet !== version.id), ...Object.entries(version.circles).map(([id, circle]) => ({ ...circle, id }))],
    round: { ...shown.round, sheet: version.id, lanes: [], beside: [] }, then: { version, at },
  };
  known.set(key, { version, then });
  return then;
}

/** @param {Version} version @returns {Note[]} */
function frozenNotes(version) {
  return Object.entries(version.notes).map(([id, note]) => ({
    ...note, id, kind: 'note', sheet: version.id, row: '', side: '', under: '', until: '', reach: 'all', mine: false, draft: false, pending: false, kept: true, late: false, can: [],
  }));
}
