/**
 * The scribes' pad as screens show it: what is in focus, the lines under their headings, and all of it as a text.
 * No drawing may live here.
 */

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').PadLine} PadLine */
/** Where a line stands: a round, and there nothing more, a group, or a turn by its number. @typedef {{ round: string, group: string, turn: number }} About */
/** @typedef {{ about: About, title: string, lines: PadLine[] }} Part */
/** @typedef {{ round: string, title: string, parts: Part[] }} Section */

/** The most characters of a line. */
export const LINE_LIMIT = 1000;

/** What the room has in focus: the group or the turn that has the floor, else the round. @param {Shown} shown @returns {About} */
export function focusOf(shown) {
  const round = shown.round?.id ?? '';
  const group = shown.turns.get('groups')?.holder ?? '';
  const people = shown.turns.get('all');
  return { round, group, turn: !group && people?.holder ? people.number : 0 };
}

/** What a line may be about now, the focus first. @param {Shown} shown @returns {About[]} */
export function subjects(shown) {
  const focus = focusOf(shown);
  const whole = { round: focus.round, group: '', turn: 0 };
  const inGroups = ['group', 'present'].includes(shown.board?.scene ?? '');
  const groups = inGroups ? shown.groups.map(({ id }) => ({ ...whole, group: id })) : [];
  return [...(focus.turn ? [focus] : []), ...groups, whole];
}

/** @param {About} one @param {About} other */
export function sameAbout(one, other) {
  return one.round === other.round && one.group === other.group && one.turn === other.turn;
}

/** What a subject is called. Whose turn it was is said only while they have the floor. @param {Shown} shown @param {About} about */
export function aboutName(shown, { round, group, turn }) {
  const { t } = shown;
  if (group) return t('group.name', { n: shown.groups.find(({ id }) => id === group)?.number ?? '' });
  if (!turn) return t('pad.whole');
  const people = shown.turns.get('all');
  const now = round === shown.round?.id && people?.number === turn && people.holder;
  return now ? t('pad.has_word', { name: shown.called(people.holder) }) : t('pad.turn', { n: turn });
}

/** All lines, by round as in the script, and there by what they are about. @param {Shown} shown @returns {Section[]} */
export function padSections(shown) {
  const known = shown.rounds.map(({ id }) => id);
  const others = [...new Set(shown.pad.map(({ round }) => round))].filter((id) => !known.includes(id));
  return [...known, ...others].map((round) => ({
    round,
    title: shown.say(shown.rounds.find(({ id }) => id === round)?.title) || round,
    parts: partsOf(shown, shown.pad.filter((line) => line.round === round)),
  })).filter(({ parts }) => parts.length);
}

/** @param {Shown} shown @param {PadLine[]} lines @returns {Part[]} */
function partsOf(shown, lines) {
  const number = (/** @type {string} */ group) => shown.groups.find(({ id }) => id === group)?.number ?? 0;
  /** @type {Part[]} */ const parts = [];
  for (const line of lines) {
    const part = parts.find(({ about }) => sameAbout(about, line));
    if (part) part.lines.push(line);
    else parts.push({ about: { round: line.round, group: line.group, turn: line.turn }, title: aboutName(shown, line), lines: [line] });
  }
  return parts.sort((a, b) => number(a.about.group) - number(b.about.group) || a.about.turn - b.about.turn);
}

/** Save all lines as a text file on this device. It is made here: the server makes no file with them (SPEC V12, V15). @param {Shown} shown */
export function savePad(shown) {
  const url = URL.createObjectURL(new Blob([padText(shown)], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${shown.t('pad.file')}.txt`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {Shown} shown */
export function padText(shown) {
  const { t } = shown;
  const rows = [t('pad.title'), [shown.board?.title, shown.board?.venue].filter(Boolean).join(' · ')];
  for (const section of padSections(shown)) {
    rows.push('', section.title.toLocaleUpperCase(shown.lang));
    for (const { about, title, lines } of section.parts) {
      // Nor does the file say who had the floor.
      if (about.group || about.turn) rows.push('', about.turn ? t('pad.turn', { n: about.turn }) : title);
      rows.push(...lines.map(({ text }) => `- ${text.replaceAll('\n', '\n  ')}`));
    }
  }
  return `${rows.join('\r\n').replace(/\r?\n/g, '\r\n')}\r\n`;
}
