/** The questions that those who lead take one by one (SPEC R49): which there are, what each is about, and which are answered. */
import { daysTo } from '../notes/days.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../types.js').Lane} Lane */
/** @typedef {import('../types.js').Field} Field */
/** Questions of a lane; `about`: the notes that they are asked about, null where they are asked once. @typedef {{ sheet: string, lane: Lane, field: Field, about: Note[] | null }} Questions */

/** The name of the box for what is answered to a question. @param {string} lane @param {string} question @param {string} about a note, or '' */
export function nameOfBox(lane, question, about) {
  return `ask-${lane}-${question}${about && `-${about}`}`;
}

/** The sheets on which who leads works in the present round. @param {Shown} shown */
function sheetsHere({ round, rounds }) {
  return round?.also?.length ? round.also.map((id) => rounds.find((one) => one.id === id)?.sheet ?? '') : [round?.sheet ?? ''];
}

/** The day of a note that stands first in its lane, or ''. @param {Note} note @param {Shown} shown */
export function dayOf(note, shown) {
  const fields = shown.sheet(note.sheet)?.lanes.find(({ id }) => id === note.lane)?.fields ?? [];
  return fields.filter(({ kind }) => kind === 'date').map(({ id }) => note.fields?.[id] ?? '').find((value) => /^\d/.test(value)) ?? '';
}

/** Notes with the nearest day first, and those without one after them. @param {Note[]} notes @param {Shown} shown @param {string} day today */
function byDay(notes, shown, day) {
  const far = (/** @type {Note} */ note) => (dayOf(note, shown) ? Math.abs(daysTo(day, dayOf(note, shown))) : Infinity);
  return [...notes].sort((a, b) => far(a) - far(b) || (a.id < b.id ? -1 : 1));
}

/** The lanes that who leads works in from here, and which ask nothing: those of home's lists. @param {Shown} shown @returns {{ sheet: string, lane: Lane }[]} */
export function lanesHere(shown) {
  return sheetsHere(shown).flatMap((id) => (shown.sheet(id)?.lanes ?? []).filter(({ asks }) => !asks).map((lane) => ({ sheet: id, lane })));
}

/** All that is asked here; what is asked about notes only where there are some. @param {Shown} shown @param {string} day today @returns {Questions[]} */
export function questionsHere(shown, day) {
  return sheetsHere(shown).flatMap((id) => (shown.sheet(id)?.lanes ?? []).flatMap((lane) => {
    const { asks } = lane;
    const field = lane.fields?.find((one) => one.id === asks?.field);
    if (!asks || !field || !lane.open) return [];
    const about = asks.sheet ? byDay(shown.notes.filter((note) => note.kind === 'note' && !note.draft && note.sheet === asks.sheet && asks.lanes.includes(note.lane)), shown, day) : null;
    return about?.length === 0 ? [] : [{ sheet: id, lane, field, about }];
  }));
}

/** What was answered to a question. @param {Questions} asked @param {string} question @param {string} about a note, or '' @param {Shown} shown @returns {Note[]} */
export function answersGiven({ sheet, lane, field }, question, about, shown) {
  return shown.notes.filter((note) => note.sheet === sheet && note.lane === lane.id && note.kind === 'note' && !note.draft
    && note.fields?.[field.id] === question && (!about || note.about?.includes(about)));
}

/** What is asked first: the first lane, note and question without an answer, else the first of all. @param {Questions[]} all @param {Shown} shown */
export function firstOpen(all, shown) {
  for (const asked of all) {
    for (const about of asked.about?.slice(0, 1).map(({ id }) => id) ?? ['']) {
      const at = asked.field.options.findIndex(({ id }) => !answersGiven(asked, id, about, shown).length);
      if (at >= 0) return { lane: asked.lane.id, about, at };
    }
  }
  return { lane: all[0]?.lane.id ?? '', about: all[0]?.about?.[0]?.id ?? '', at: 0 };
}
