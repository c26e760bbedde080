/**
 * What the pages draw: the audience's and the person's records, with optimistic updates for unanswered ops (`foresee`),
 * as one value (`makeShown`). The server's next frame corrects a wrong update.
 *
 * No rule about who may do or see anything may live here: records carry `can`.
 */

/** @typedef {import('../types.js').Seat} Seat */
/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Op} Op */
/** @typedef {Map<string, any>} Records records by their id, as the server sent them */
/**
 * The parts of a Shown that do not come from records: the connection, this browser's ops, clock and language.
 * @typedef {Pick<Shown, 'version' | 'loaded' | 'here' | 'drags' | 'waiting' | 'kept' | 'late' | 'unkept' | 'returned' | 'now'
 *   | 'words' | 'connected' | 'closeReason' | 'trouble' | 'again' | 'lang' | 't'>} Beside
 */

/** The kind of marks that makes a note the head of a row, and its word (SPEC R12). */
export const CHOSEN = 'chosen';

/** A spot after all others. */
const LAST = 2_000_000;
const NO_PROGRESS = Object.freeze({ people: 0, present: 0, asks_ready: false, ready: 0, wrote: 0, piles: {} });

/**
 * The optimistic update for one unanswered op, applied to copies of the maps, as far as its effect can be predicted.
 * Records are replaced, never changed, so that the confirmed ones stay as the server sent them.
 * @param {Records} audience
 * @param {Records} personal
 * @param {Op} op
 */
export function foresee(audience, personal, { name, args, kept = false, late = false }) {
  const me = personal.get('me');
  const upId = `note:${args.note}`;
  const mineId = `mine:${args.note}`;
  /** @param {Records} records @param {string} id @param {object} fields */
  const lay = (records, id, fields) => {
    const record = records.get(id);
    if (record) records.set(id, { ...record, ...fields, pending: true, kept: kept && record.kept !== false, late: late || record.late });
  };
  /** The map that holds the note: a draft is in the personal layer, and so is an own note that others are not sent now (SPEC V20). */
  const holder = 'text' in (personal.get(mineId) ?? {}) ? personal : audience;
  const holderId = holder === personal ? mineId : upId;

  switch (name) {
    case 'write': {
      if (personal.get(mineId) || audience.get(upId)) return;
      const { marks = {}, ...rest } = args;
      const open = me?.write && me.write.sheet === args.sheet && me.write.lanes.includes(args.lane);
      const reach = open && !args.as ? me.write.reach : 'own';
      /** @type {Record<string, any>} */ const note = {
        kind: 'note', row: '', under: '', until: '', links: {}, ...rest, ...said(audience, args.sheet, marks),
        reach, draft: reach === 'own', pending: true, kept, late, can: ['edit', 'delete'],
      };
      delete note.note;
      if (note.draft) personal.set(mineId, note);
      else {
        audience.set(upId, note);
        personal.set(mineId, { can: note.can });
      }
      return;
    }
    case 'edit':
      return lay(holder, holderId, { text: args.text });
    case 'set':
      return lay(holder, holderId, { fields: { ...holder.get(holderId)?.fields, [args.field]: args.value } });
    case 'about':
      return lay(holder, holderId, { about: args.about });
    case 'move':
      return lay(holder, holderId, { ...where(args), ...words(audience, holder.get(holderId), args), ...answers(holder.get(holderId), args) });
    case 'place': {
      const draft = personal.get(mineId);
      if (!draft?.draft) return;
      audience.set(upId, { ...draft, ...where(args), ...words(audience, draft, args), ...answers(draft, args), draft: false, reach: me?.place?.reach ?? 'all', pending: true, kept: kept && draft.kept !== false, late: late || draft.late, can: [] });
      personal.set(mineId, { can: draft.can });
      return;
    }
    case 'delete': {
      const record = holder.get(holderId);
      if (!record) return;
      holder.delete(holderId);
      if (personal.get(mineId) || holder === personal) personal.set(`deleted:${args.note}`, { text: record.text, can: [], pending: true });
      personal.delete(mineId);
      return;
    }
    case 'restore':
      personal.delete(`deleted:${args.note}`);
      audience.delete(`bin:${args.note}`);
      return;
    case 'ready': {
      if (!me || me.ready === args.on) return;
      personal.set('me', { ...me, ready: args.on });
      const progress = audience.get('progress');
      const by = args.on ? 1 : -1;
      if (progress) audience.set('progress', { ...progress, ready: Math.max(0, progress.ready + by) });
      const group = audience.get(`group:${me.group}`);
      if (group?.ready !== undefined) audience.set(`group:${me.group}`, { ...group, ready: Math.max(0, group.ready + by) });
      return;
    }
    case 'pad': {
      const lineId = `pad:${args.line}`;
      if (args.act === 'edit') return lay(audience, lineId, { text: args.text });
      if (args.act === 'delete') audience.delete(lineId);
      else if (!audience.get(lineId)) {
        const { text, round, group = '', turn = 0 } = args;
        audience.set(lineId, { text, round, group, turn, spot: LAST, can: [], pending: true, kept, late });
      }
      return;
    }
    case 'pick': {
      if (audience.get(upId)) return;
      const rounds = audience.get('method')?.rounds ?? [];
      const sheet = rounds.find((/** @type {any} */ round) => round.id === audience.get('board')?.round)?.sheet ?? '';
      const { text, lane, of = [] } = args;
      audience.set(upId, { kind: 'note', text, sheet, lane, row: '', side: '', spot: LAST, under: '', until: '', reach: 'all', of, can: [], pending: true, kept, late });
      return;
    }
    case 'brief': {
      const { teller = '', when = '', done = false } = args;
      return lay(audience, 'board', { briefing: { teller, when, done } });
    }
    case 'count':
      return lay(audience, upId, { of: args.of });
    case 'name':
      lay(personal, 'me', { name: args.name });
      if (me) lay(audience, `seat:${me.seat}`, { name: args.name });
      return;
    case 'mark': {
      const record = holder.get(holderId);
      const found = said(audience, record?.sheet, { ...record?.marks, [args.kind]: args.word });
      if (audience.has(`row:${args.note}`)) lay(audience, `row:${args.note}`, { marks: found.marks });
      return lay(holder, holderId, args.kind === CHOSEN ? { ...found, chosen: Boolean(args.word) } : found);
    }
    case 'link':
    case 'unlink': {
      const record = holder.get(holderId);
      const there = (record?.links?.[args.kind] ?? []).filter((/** @type {string} */ id) => id !== args.other);
      const one = audience.get(`sheet:${record?.sheet}`)?.links?.find((/** @type {any} */ kind) => kind.id === args.kind)?.most === 1;
      const now = name === 'unlink' ? there : one ? [args.other] : [...there, args.other].sort();
      return lay(holder, holderId, { links: { ...record?.links, [args.kind]: now } });
    }
    case 'gather': {
      const notes = args.notes.map((/** @type {string} */ id) => audience.get(`note:${id}`)).filter(Boolean);
      if (!audience.get(upId) && notes.length) {
        const { sheet, lane, row, side, spot, reach } = notes[0];
        audience.set(upId, { kind: 'gathering', text: args.text, sheet, lane, row, side, spot, reach, under: '', until: '', pending: true, kept, late, can: [] });
      }
      for (const id of args.notes) lay(audience, `note:${id}`, { under: args.note });
      return;
    }
    case 'apart': {
      if (audience.get(upId)?.kind !== 'gathering') return lay(audience, upId, { under: '' });
      for (const [id, note] of audience) if (note.under === args.note) lay(audience, id, { under: '' });
      audience.delete(upId);
      return;
    }
    default:
  }
}

/** The words of a record after an op that sets some. @param {Records} audience @param {any} record @param {Record<string, any>} args */
function words(audience, record, args) {
  return args.marks ? said(audience, record?.sheet, { ...record?.marks, ...args.marks }) : {};
}

/** The answers that a note brings along (SPEC R45). @param {Record<string, any> | undefined} record @param {Record<string, any>} args */
function answers(record, args) {
  return args.fields ? { fields: { ...record?.fields, ...args.fields } } : {};
}

/** Words, and the side that one of them is declared to say. @param {Records} audience @param {string} sheet @param {Record<string, string>} named */
function said(audience, sheet, named) {
  const marks = Object.fromEntries(Object.entries(named).filter(([, word]) => word));
  /** @type {import('../types.js').MarkKind[]} */ const kinds = audience.get(`sheet:${sheet}`)?.marks ?? [];
  const side = kinds.flatMap((kind) => kind.words.filter(({ id }) => id === marks[kind.id])).find((word) => word.side)?.side;
  return { marks, side: side ?? '' };
}

/** The place fields of an op's args. @param {Record<string, any>} args */
function where(args) {
  /** @type {Record<string, any>} */ const fields = { lane: args.lane };
  for (const key of ['row', 'spot']) if (args[key] !== undefined) fields[key] = args[key];
  return fields;
}

/** @param {Records} audience @param {Records} personal @param {Beside} beside @returns {Shown} */
export function makeShown(audience, personal, beside) {
  const { lang, t } = beside;
  const board = audience.get('board') ?? null;
  const method = audience.get('method') ?? null;
  const rounds = method?.rounds ?? [];
  const index = board ? rounds.findIndex((/** @type {any} */ round) => round.id === board.round) : -1;
  const sheets = collect(audience, 'sheet').sort((a, b) => a.order - b.order);
  const known = collect(audience, 'seat').sort((a, b) => a.number - b.number);
  const people = known.filter(({ away }) => !away);
  const notes = mergeNotes(audience, personal);
  const noteOf = new Map(notes.map((note) => [note.id, note]));
  const rows = collect(audience, 'row');
  /** @param {string} id @returns {Seat | null} */
  const seat = (id) => known.find((person) => person.id === id) ?? null;
  /** @type {Map<string, string[]> | undefined} */ let named;
  const names = () => (named ??= seatsByName(known));
  return {
    ...beside,
    board,
    method,
    me: personal.get('me') ?? null,
    round: rounds[index] ?? null,
    index,
    rounds,
    plan: audience.get('plan')?.minutes ?? {},
    more: audience.get('plan')?.more ?? 0,
    progress: audience.get('progress') ?? NO_PROGRESS,
    people,
    awaited: known.filter(({ away }) => away),
    seat,
    called: (id) => {
      const person = seat(id);
      if (!person) return t('seat.gone');
      if (!person.name) return t('seat.guest', { n: person.number });
      const same = names().get(plainName(person)) ?? [];
      return same.length > 1 ? `${person.name} ${same.indexOf(id) + 1}` : person.name;
    },
    namesake: (id) => [...names().values()].some((same) => same.length > 1 && same.includes(id)),
    groups: collect(audience, 'group').sort((a, b) => a.number - b.number),
    sheets,
    sheet: (id) => sheets.find((sheet) => sheet.id === id) ?? null,
    parts: collect(audience, 'part').sort((a, b) => a.order - b.order),
    turns: new Map(collect(audience, 'turn').map((turn) => [turn.scope ?? turn.id, turn])),
    deck: audience.get('deck') ?? null,
    prepare: audience.get('prepare') ?? null,
    ring: audience.get('ring')?.seats ?? [],
    seating: audience.get('ring')?.can?.includes('ring') ?? false,
    cycle: audience.get('cycle') ?? null,
    circles: collect(audience, 'circle'),
    versions: new Map(collect(audience, 'version').map((version) => [version.id, version])),
    claims: new Map(collect(audience, 'claim').map(({ id, note, joker }) => [id, { note, joker }])),
    rows,
    row: (id) => rows.find((row) => row.id === id) ?? null,
    notes,
    note: (id) => noteOf.get(id) ?? null,
    bins: collect(audience, 'bin'),
    pad: collect(audience, 'pad').sort((a, b) => a.spot - b.spot || (a.id < b.id ? -1 : 1)),
    deleted: collect(personal, 'deleted'),
    taken: collect(personal, 'taken'),
    hosts: collect(personal, 'host'),
    say: (text) => text?.[lang] || text?.da || '',
  };
}

/** A name as people hear it, so that equal ones are found. @param {Seat} person */
function plainName(person) {
  return person.name.normalize('NFKC').toLocaleLowerCase('da').replace(/\s+/g, ' ').trim();
}

/** The seats that have a name, by that name and in the order of their numbers. @param {Seat[]} people */
function seatsByName(people) {
  /** @type {Map<string, string[]>} */ const found = new Map();
  for (const person of people) {
    if (!person.name) continue;
    const name = plainName(person);
    found.set(name, [...(found.get(name) ?? []), person.id]);
  }
  return found;
}

/** Records of one kind, with their bare id. @param {Records} records @param {string} kind @returns {any[]} */
function collect(records, kind) {
  const head = `${kind}:`;
  const found = [];
  for (const [id, record] of records) {
    if (id.startsWith(head)) found.push({ ...record, id: id.slice(head.length) });
  }
  return found;
}

/** Notes by their records, of which a change replaces one: a board of years has many. @type {WeakMap<object, any>} */
const made = new WeakMap();

/** @param {any} note @param {any} own the person's `mine` record of it, if there is one */
function merged(note, own) {
  const can = own && !own.draft ? [...new Set([...(note.can ?? []), ...(own.can ?? [])])] : (note.can ?? []);
  const open = Object.fromEntries(['marks_open', 'links_open']
    .map((name) => [name, [...new Set([...(note[name] ?? []), ...(own && !own.draft ? own[name] ?? [] : [])])]])
    .filter(([, kinds]) => kinds.length));
  return { kind: 'note', pending: false, kept: true, late: false, ...note, draft: false, mine: Boolean(own) || Boolean(note.mine), can, ...open };
}

/** The audience's notes, merged with this person's `mine` records, and what is in those alone: their own drafts, and own notes that others are not sent now. @param {Records} audience @param {Records} personal */
function mergeNotes(audience, personal) {
  /** @type {any[]} */ const notes = [];
  for (const [key, record] of audience) {
    if (!key.startsWith('note:')) continue;
    const own = personal.get(`mine:${key.slice(5)}`);
    let note = own ? null : made.get(record);
    if (note?.id !== key.slice(5)) {
      note = merged({ ...record, id: key.slice(5) }, own);
      if (!own) made.set(record, note);
    }
    notes.push(note);
  }
  const up = new Set(notes.map((note) => note.id));
  const drafts = collect(personal, 'mine')
    .filter((note) => note.text !== undefined && !up.has(note.id))
    .map((note) => ({ kind: 'note', pending: false, kept: true, late: false, draft: false, reach: 'own', ...note, mine: true, can: note.can ?? [] }));
  return [...notes, ...drafts].sort((a, b) => (a.id < b.id ? -1 : 1));
}
