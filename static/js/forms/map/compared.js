/**
 * What is different on a map, for its picture (SPEC R44): what is gone as notes that lie where they lay, a word for each note
 * that is new or different, and which links came and went. No drawing and no layout may live here.
 */
import { sinceVersion } from './changes.js';
import { laneAt } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Sheet} Sheet */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').Version} Version */
/**
 * @typedef {object} Compared
 * @property {Shown} shown                 with what is gone
 * @property {Version} version             what is shown, with its changes
 * @property {Map<string, string>} tags    by note: what is different in it, in a word or two
 * @property {Set<string>} ghosts          ids of what is gone
 * @property {Set<string>} fresh           links that are new, `from to kind`
 * @property {{from: string, to: string, kind: string}[]} gone  links that are not there any more, between notes that are
 */

/** @type {WeakMap<Shown, Map<string, Version | null>>} */
const found = new WeakMap();

/**
 * What is shown of a map, with what is different in it: of a version from the one before, else of what stands now from the latest
 * version. Null where there is nothing to compare with, or nothing is different.
 * @param {Shown} shown @param {Sheet} sheet @returns {Version | null}
 */
export function differences(shown, sheet) {
  const known = found.get(shown) ?? new Map();
  if (!known.size) found.set(shown, known);
  if (!known.has(sheet.id)) {
    const latest = shown.versions?.get(sheet.id);
    const then = shown.then?.version.id === sheet.id ? shown.then.version : latest && sinceVersion(latest, shown);
    known.set(sheet.id, then?.changes.length ? then : null);
  }
  return known.get(sheet.id);
}

/** @param {Shown} shown @param {Sheet} sheet @param {Version} version @returns {Compared} */
export function compared(shown, sheet, version) {
  const { t } = shown;
  const names = laneAt(sheet, 'names')?.id;
  const there = new Set(shown.notes.filter((note) => note.sheet === sheet.id).map(({ id }) => id));
  /** @type {Map<string, string[]>} */
  const words = new Map();
  const signs = new Set(sheet.links.filter(({ sign }) => sign).map(({ id }) => id));
  /** @type {Note[]} */
  const ghosts = [];
  const fresh = new Set();
  const gone = [];
  for (const { what, note, text = '', lane = '', kind = '', other = '' } of version.changes) {
    if (what === 'linked' || what === 'unlinked') {
      if (!signs.has(kind)) continue;
      if (what === 'linked') fresh.add(`${note} ${other} ${kind}`);
      else if (there.has(note) && there.has(other)) gone.push({ from: note, to: other, kind });
    } else if (what !== 'gone') {
      words.set(note, [...words.get(note) ?? [], t(`compare.${what}`)]);
    } else if (!there.has(note) && lane !== names && sheet.lanes.some(({ id }) => id === lane)) {
      ghosts.push(ghost(note, text, lane, sheet.id));
      words.set(note, [t('compare.gone')]);
    }
  }
  const notes = [...shown.notes, ...ghosts];
  const noteOf = new Map(ghosts.map((note) => [note.id, note]));
  return {
    shown: { ...shown, notes, note: (id) => noteOf.get(id) ?? shown.note(id) }, version,
    tags: new Map([...words].map(([id, some]) => [id, some.join(', ')])), ghosts: new Set(noteOf.keys()), fresh, gone,
  };
}

/** @param {string} id @param {string} text @param {string} lane @param {string} sheet @returns {Note} */
function ghost(id, text, lane, sheet) {
  return {
    id, text, lane, sheet, kind: 'note', spot: 0, row: '', side: '', under: '', until: '', reach: 'all', marks: {}, links: {},
    mine: false, draft: false, pending: false, kept: true, late: false, can: [],
  };
}
