/** What is different in a version of a map (SPEC R44), in words. No drawing may live here. */
import { lower } from './story.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Version} Version */

/** All changes, or what is new in some notes or between them. @param {Version} version @param {Shown} shown @param {string[]} [among] ids of notes @returns {string[]} */
export function changeLines({ id: sheetId, notes, changes }, shown, among) {
  const sheet = shown.sheet(sheetId);
  const text = (/** @type {string | undefined} */ id) => notes[id ?? '']?.text ?? '';
  const title = (/** @type {string | undefined} */ lane) => shown.say(sheet?.lanes.find(({ id }) => id === lane)?.title);
  const names = sheet?.lanes.find(({ place }) => place === 'names')?.id;
  return changes.flatMap(({ what, note, kind, other, ...before }) => {
    const link = sheet?.links.find(({ id }) => id === kind);
    if (among && !(among.includes(note) && (!other || among.length < 2 || among.includes(other)))) return [];
    // What a name goes through is told by its circle.
    if (notes[note]?.lane === names && kind) return [];
    return [shown.t(`change.${what}`, {
      text: what === 'gone' ? before.text ?? '' : text(note), before: before.text ?? '', from: title(before.lane), to: title(notes[note]?.lane),
      how: link ? lower(shown.say(link.title)) : '', other: text(other),
    })];
  });
}

/**
 * What stands on a map now as if it were frozen, with what is different from its latest version: what a next one would tell (SPEC R44).
 * @param {Version} before @param {Shown} shown @returns {Version}
 */
export function sinceVersion(before, shown) {
  const tray = shown.sheet(before.id)?.lanes.find(({ place }) => place === 'tray')?.id;
  const up = shown.notes.filter((note) => note.sheet === before.id && note.kind === 'note' && note.reach === 'all' && !note.draft && note.lane !== tray);
  const there = new Set(up.map(({ id }) => id));
  const old = before.notes;
  const notes = Object.fromEntries(up.map(({ id, text, lane, spot, marks = {}, links = {} }) => [id, {
    text, lane, spot, marks, links: Object.fromEntries(Object.entries(links).map(([kind, ids]) => [kind, ids.filter((one) => there.has(one))])),
  }]));
  const pairs = (/** @type {Version['notes']} */ from) => new Map(Object.entries(from).flatMap(([note, { links }]) => Object.entries(links).flatMap(
    ([kind, ids]) => ids.map((other) => [`${note} ${kind} ${other}`, { note, kind, other }]))));
  const [was, is] = [pairs(old), pairs(notes)];
  const both = up.filter(({ id }) => old[id]);
  const linked = (/** @type {string} */ what, /** @type {typeof is} */ here, /** @type {typeof is} */ gone) => [...here].filter(([key, { note, other }]) => !gone.has(key) && notes[note] && notes[other])
    .map(([, link]) => ({ what, ...link }));
  return { ...before, notes, changes: [
    ...up.filter(({ id }) => !old[id]).map(({ id }) => ({ what: 'added', note: id })),
    ...Object.keys(old).filter((id) => !notes[id]).map((id) => ({ what: 'gone', note: id, text: old[id].text, lane: old[id].lane })),
    ...both.filter(({ id, text }) => old[id].text !== text).map(({ id }) => ({ what: 'reworded', note: id, text: old[id].text })),
    ...both.filter(({ id, lane }) => old[id].lane !== lane).map(({ id }) => ({ what: 'moved', note: id, lane: old[id].lane })),
    ...linked('linked', is, was), ...linked('unlinked', was, is),
  ] };
}
