/**
 * What the pages draw: one value (`Shown`) made of the audience's and the person's records, to which unanswered ops
 * have been laid already. No rule about who may do or see anything may live here: records carry `can`.
 */

/** @typedef {import('../types.js').Seat} Seat */
/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('./foresee.js').Records} Records */
/**
 * What a Shown holds beside the records: the connection, this browser's ops, clock and language.
 * @typedef {Pick<Shown, 'version' | 'loaded' | 'here' | 'drags' | 'waiting' | 'kept' | 'unkept' | 'returned' | 'now'
 *   | 'connected' | 'closeReason' | 'trouble' | 'again' | 'lang' | 't'>} Beside
 */

const NO_PROGRESS = Object.freeze({ people: 0, ready: 0, wrote: 0, piles: {} });

/** @param {Records} audience @param {Records} personal @param {Beside} beside @returns {Shown} */
export function makeShown(audience, personal, beside) {
  const { lang, t } = beside;
  const board = audience.get('board') ?? null;
  const method = audience.get('method') ?? null;
  const rounds = method?.rounds ?? [];
  const index = board ? rounds.findIndex((/** @type {any} */ round) => round.id === board.round) : -1;
  const said = collect(audience, 'sheet').sort((a, b) => a.order - b.order);
  const sheets = said.length ? said : sheetsOf(method, board, rounds);
  const people = collect(audience, 'seat').sort((a, b) => a.number - b.number);
  const notes = mergeNotes(audience, personal);
  const noteOf = new Map(notes.map((note) => [note.id, note]));
  const rows = collect(audience, 'row');
  /** @param {string} id @returns {Seat | null} */
  const seat = (id) => people.find((person) => person.id === id) ?? null;
  return {
    ...beside,
    board,
    method,
    me: personal.get('me') ?? null,
    round: rounds[index] ?? null,
    index,
    rounds,
    progress: audience.get('progress') ?? NO_PROGRESS,
    people,
    seat,
    called: (id) => {
      const person = seat(id);
      if (!person) return t('seat.gone');
      return person.name || t('seat.guest', { n: person.number });
    },
    groups: collect(audience, 'group').sort((a, b) => a.number - b.number),
    sheets,
    sheet: (id) => sheets.find((sheet) => sheet.id === id) ?? null,
    turns: new Map(collect(audience, 'turn').map((turn) => [turn.scope ?? turn.id, turn])),
    rows,
    row: (id) => rows.find((row) => row.id === id) ?? null,
    notes,
    note: (id) => noteOf.get(id) ?? null,
    bins: collect(audience, 'bin'),
    backs: collect(personal, 'back'),
    say: (text) => (text ? (text[lang] || text.da) : ''),
  };
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

/** The audience's notes with what is mine laid over, and own drafts. @param {Records} audience @param {Records} personal */
function mergeNotes(audience, personal) {
  const notes = collect(audience, 'note').map((note) => {
    const own = personal.get(`mine:${note.id}`);
    const can = own && !own.draft ? [...new Set([...(note.can ?? []), ...(own.can ?? [])])] : (note.can ?? []);
    return { kind: 'note', pending: false, kept: true, ...note, draft: false, mine: Boolean(own) || Boolean(note.mine), can };
  });
  const up = new Set(notes.map((note) => note.id));
  const drafts = collect(personal, 'mine')
    .filter((note) => note.draft && !up.has(note.id))
    .map((note) => ({ kind: 'note', pending: false, kept: true, reach: 'own', ...note, mine: true, can: note.can ?? [] }));
  return [...notes, ...drafts].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The sheets of a server that sends them inside `method`; to be deleted with the last such server.
 * @param {any} method @param {any} board @param {any[]} rounds @returns {import('../types.js').Sheet[]}
 */
function sheetsOf(method, board, rounds) {
  const visited = new Set([...(board?.visited ?? []), board?.round]);
  const takes = (/** @type {any} */ round) => Boolean(round.private || round.group || (round.reveal && round.reveal !== 'none'));
  return (method?.sheets ?? []).map((/** @type {any} */ sheet, /** @type {number} */ order) => {
    const line = sheet.form === 'timeline';
    const years = line && board?.from ? Array.from({ length: board.to - board.from + 1 }, (_, at) => board.from + at) : [];
    const opened = (/** @type {string} */ lane) => rounds.some((round) => visited.has(round.id) && round.sheet === sheet.id && takes(round)
      && (!round.lanes?.length || round.lanes.includes(lane)));
    const sides = line ? ['up', 'both', 'down'].map((id) => ({ id, kind: 'side' })) : [];
    const fates = sheet.lanes.some((/** @type {any} */ lane) => lane.fates)
      ? ['dissolved', 'solved', 'analysis', 'paradox'].map((id) => ({ id, kind: 'fate' })) : [];
    const lanes = [
      ...years.map((year) => ({ id: String(year), title: { da: String(year), en: String(year) }, hint: { da: '', en: '' }, color: '', limit: 0, after: [], points_to: '', fates: false, scale: year })),
      ...sheet.lanes,
    ].map((lane) => ({ ...lane, limit: lane.limit || method.limit, open: false, why: '', later: !opened(lane.id) }));
    return { ...sheet, order, lanes, marks: [...sides, ...fates] };
  });
}
