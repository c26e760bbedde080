/**
 * Confirmed records plus this tab's pending ops make what is shown. Pure: no DOM, no socket, no rule
 * about who may do or see anything (records carry `can`); storage and clock are passed in.
 */

/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').Op} Op */
/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Returned} Returned */
/** @typedef {import('../types.js').Seat} Seat */
/** @typedef {Map<string, any>} Records */
/**
 * Where ops are kept until they are answered (`Unsent` in keys.js): this page's series, what earlier pages left, and
 * `keep`, which resolves to whether the next page would find the op, and never rejects.
 * @typedef {{ series: { tab: string, n: number, seen: number }, earlier: Op[],
 *             keep(op: Op): Promise<boolean>, drop(ops: Op[]): void }} Keeper
 */

/** Ops whose text must never be lost (SPEC O4). */
const TEXT_OPS = new Set(['write', 'edit', 'name']);
/** How many answered ops are kept, for a refusal that comes after its ack. */
const REMEMBERED = 40;
const NO_PROGRESS = Object.freeze({ people: 0, ready: 0, wrote: 0, piles: {} });

export class Store {
  /** @type {Records} */ #audience = new Map();
  /** @type {Records} */ #personal = new Map();
  #emptyAudience = true;
  #emptyPersonal = true;
  #version = 0;
  #loaded = false;
  /** @type {Op[]} */ #pending = [];
  /** @type {Op[]} */ #answered = [];
  /** @type {Returned[]} */ #returned = [];
  /** @type {{ n: number, name: string, reason: string }[]} */ #refusals = [];
  /** @type {Set<string>} */ #here = new Set();
  /** @type {Map<string, [number, number]>} */ #drags = new Map();
  /** This page's own series. */ #tab;
  #n;
  #seen;
  /** The series that the present line said hello with: answers on it are for that one. */ #speaks = '';
  #offset = 0;
  #trouble = '';
  /** How often the log went backwards and all began again. */ #again = 0;
  /** @type {{connected: Shown['connected'], closeReason: string}} */
  #line = { connected: 'connecting', closeReason: '' };
  /** @type {Shown | null} */ #shown = null;
  /** @type {Keeper} */ #keeper;
  /** This browser was seen not to keep an op. */ #unkept = false;
  #changed;
  #clock;
  /** @type {() => { lang: import('../types.js').Lang, t: import('../types.js').T }} */ #text;

  /**
   * @param {object} [options]
   * @param {Keeper} [options.keeper]
   * @param {() => number} [options.clock] local time, ms
   * @param {() => { lang: import('../types.js').Lang, t: import('../types.js').T }} [options.text]
   * @param {() => void} [options.changed] called when something new is to be shown although no frame came
   */
  constructor({ keeper, clock = Date.now, text, changed = () => {} } = {}) {
    this.#keeper = keeper ?? { series: { tab: '', n: 0, seen: 0 }, earlier: [], keep: async () => false, drop: () => {} };
    this.#changed = changed;
    this.#clock = clock;
    this.#text = text ?? (() => ({ lang: 'da', t: (key) => key }));
    ({ tab: this.#tab, n: this.#n, seen: this.#seen } = this.#keeper.series);
    this.adopt(this.#keeper.earlier);
  }

  /** Take over what other pages left: it is sent under its own numbers. @param {Op[]} ops */
  adopt(ops) {
    const fresh = ops.filter((op) => ![...this.#pending, ...this.#returned].some((known) => same(known, op)));
    if (!fresh.length) return;
    this.#unkept ||= fresh.some((op) => op.kept === false);
    this.#pending = [...this.#pending, ...fresh.filter((op) => !op.reason)];
    this.#returned = [...this.#returned, .../** @type {Returned[]} */ (fresh.filter((op) => op.reason))];
    this.#shown = null;
  }

  /**
   * A line speaks for one series, as it says in hello: that of the oldest op without an answer (P4), else our own.
   * @returns {{ tab: string, seen: number }} `seen`: the highest op whose answer, and those of all before it, we have
   */
  hello() {
    this.#speaks = this.#due();
    return { tab: this.#speaks, seen: this.#speaks === this.#tab ? this.#seen : this.#pending[0].n - 1 };
  }

  /** Whether the line speaks for a series that has nothing more to say, while another one has. */
  turns() {
    return this.#speaks !== this.#due();
  }

  #due() {
    return this.#pending[0]?.tab ?? this.#tab;
  }

  /** What the next page in this tab goes on with. @returns {{ tab: string, n: number, seen: number, ops: Op[] }} */
  leaves() {
    const ops = [...this.#pending, ...this.#returned].filter((op) => op.kept !== true);
    return { tab: this.#tab, n: this.#n, seen: this.#seen, ops };
  }

  /**
   * Take in one frame from the server. Unknown frames are ignored.
   * @param {Frame} frame
   */
  receive(frame) {
    const [name, first, second, third] = frame;
    switch (name) {
      case 'welcome':
        this.#offset = first.time - this.#clock();
        // The server's new session starts from an empty view (P1); what is on the screen stays until
        // the first patch replaces it.
        this.#emptyAudience = this.#emptyPersonal = true;
        this.#trouble = '';
        break;
      case 'reset':
        this.#emptyAudience = this.#emptyPersonal = true;
        this.#again += 1;
        break;
      case 'patch':
        if (this.#emptyAudience) this.#audience = new Map();
        this.#emptyAudience = false;
        this.#version = first;
        this.#loaded = true;
        apply(this.#audience, second, third);
        break;
      case 'mine':
        if (this.#emptyPersonal) this.#personal = new Map();
        this.#emptyPersonal = false;
        apply(this.#personal, second, third);
        break;
      case 'ack':
        this.#answer(first);
        break;
      case 'refused':
        this.#refuse(first, second);
        break;
      case 'here':
        this.#here = new Set(first);
        break;
      case 'drags':
        this.#drag(first);
        break;
      case 'trouble':
        this.#trouble = first;
        break;
      default:
        return;
    }
    this.#shown = null;
  }

  /**
   * Number an op, keep it until it is answered, and show it at once.
   * @param {string} name
   * @param {Record<string, any>} [args]
   * @returns {Op}
   */
  propose(name, args = {}) {
    this.#n += 1;
    const op = { tab: this.#tab, n: this.#n, name, args };
    this.#pending = [...this.#pending, op];
    this.#keep(op);
    return op;
  }

  /** Ops without an answer that the present line may send, oldest first: a new line sends them again (P4). */
  unanswered() {
    return this.#pending.filter((op) => op.tab === this.#speaks);
  }

  /** A returned text is back in its box. @param {Returned} item */
  forget(item) {
    this.#returned = this.#returned.filter((known) => known !== item);
    this.#keeper.drop([item]);
    this.#shown = null;
  }

  /** This way in is over for good: nothing is sent any more, and every text comes back. @param {string} reason */
  giveUp(reason) {
    for (const op of this.#pending) this.#return(op, reason);
    this.#keeper.drop(this.#pending);
    this.#pending = [];
    this.#shown = null;
  }

  /** Refusals since the last call, for one line each on the screen. */
  takeRefusals() {
    const refusals = this.#refusals;
    this.#refusals = [];
    return refusals;
  }

  /**
   * How the line to the server is.
   * @param {Shown['connected']} connected
   * @param {string} [closeReason]
   */
  line(connected, closeReason = '') {
    this.#line = { connected, closeReason };
    this.#shown = null;
  }

  /** Make the next shown() anew, e.g. after a change of language. */
  touch() {
    this.#shown = null;
  }

  /** What the screen shows now. The same value until something changes. @returns {Shown} */
  shown() {
    this.#shown ??= this.#make();
    return this.#shown;
  }

  /** @param {number} upTo */
  #answer(upTo) {
    const done = this.unanswered().filter((op) => op.n <= upTo);
    this.#answered = [...this.#answered, ...done].slice(-REMEMBERED);
    this.#pending = this.#pending.filter((op) => !done.includes(op));
    if (done.length) this.#keeper.drop(done);
    if (this.#speaks !== this.#tab) return;
    this.#seen = Math.max(this.#seen, upTo);
    // Numbers that the server knows must not be used again.
    this.#n = Math.max(this.#n, upTo);
  }

  /** @param {number} n @param {string} reason */
  #refuse(n, reason) {
    const op = [...this.#pending, ...this.#answered].find((known) => known.tab === this.#speaks && known.n === n);
    this.#pending = this.#pending.filter((known) => known !== op);
    this.#answered = this.#answered.filter((known) => known !== op);
    if (this.#speaks === this.#tab) {
      const [first] = this.unanswered();
      this.#seen = Math.max(this.#seen, first ? Math.min(n, first.n - 1) : n);
    }
    if (!op) return;
    this.#refusals = [...this.#refusals, { n, name: op.name, reason }];
    // Kept with its reason until its text is back in a box, in place of the op: a page may end between the two.
    if (this.#return(op, reason)) this.#keep(/** @type {Returned} */ (this.#returned.at(-1)));
    else this.#keeper.drop([op]);
  }

  /** @param {Op} op @param {string} reason @returns {boolean} whether it has a text to give back */
  #return(op, reason) {
    if (!TEXT_OPS.has(op.name)) return false;
    this.#returned = [...this.#returned, { ...op, reason }];
    return true;
  }

  /** @param {Record<string, [number, number] | null>} moved */
  #drag(moved) {
    this.#drags = new Map(this.#drags);
    for (const [note, at] of Object.entries(moved)) {
      if (at) this.#drags.set(note, at);
      else this.#drags.delete(note);
    }
  }

  /** @param {Op} op */
  #keep(op) {
    this.#shown = null;
    void this.#keeper.keep(op).then((kept) => {
      op.kept = kept;
      this.#unkept ||= !kept;
      this.#shown = null;
      this.#changed();
    });
  }

  /** @returns {Shown} */
  #make() {
    const audience = new Map(this.#audience);
    const personal = new Map(this.#personal);
    for (const op of this.#pending) foresee(audience, personal, op);
    const kept = this.#pending.filter((op) => op.kept).length;
    const { lang, t } = this.#text();
    const method = audience.get('method') ?? null;
    const board = audience.get('board') ?? null;
    const rounds = method?.rounds ?? [];
    const index = board ? rounds.findIndex((/** @type {any} */ round) => round.id === board.round) : -1;
    const said = collect(audience, 'sheet').sort((a, b) => a.order - b.order);
    const sheets = said.length ? said : sheetsOf(method, board, rounds);
    const people = collect(audience, 'seat').sort((a, b) => a.number - b.number);
    const notes = mergeNotes(audience, personal);
    const noteOf = new Map(notes.map((note) => [note.id, note]));
    const rows = collect(audience, 'row');
    const offset = this.#offset;
    const clock = this.#clock;
    /** @param {string} id @returns {Seat | null} */
    const seat = (id) => people.find((person) => person.id === id) ?? null;
    return {
      version: this.#version,
      loaded: this.#loaded,
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
      here: this.#here,
      drags: this.#drags,
      waiting: this.#pending.length,
      kept,
      unkept: this.#unkept,
      returned: this.#returned,
      now: () => clock() + offset,
      connected: this.#line.connected,
      trouble: this.#trouble,
      again: this.#again,
      closeReason: this.#line.closeReason,
      lang,
      t,
      say: (text) => (text ? (text[lang] || text.da) : ''),
    };
  }
}

/** @param {Op} one @param {Op} other */
function same(one, other) {
  return one.tab === other.tab && one.n === other.n;
}

/** @param {Records} records @param {Record<string, any>} set @param {string[]} gone */
function apply(records, set, gone) {
  for (const id of gone ?? []) records.delete(id);
  for (const [id, record] of Object.entries(set ?? {})) records.set(id, record);
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
 * Lay one unanswered op over copies of the records, as far as the browser can tell what will come of it.
 * Records are replaced, never changed: the confirmed ones stay as the server sent them.
 * @param {Records} audience
 * @param {Records} personal
 * @param {Op} op
 */
function foresee(audience, personal, { name, args, kept = false }) {
  const me = personal.get('me');
  const upId = `note:${args.note}`;
  const mineId = `mine:${args.note}`;
  /** @param {Records} records @param {string} id @param {object} fields */
  const lay = (records, id, fields) => {
    const record = records.get(id);
    if (record) records.set(id, { ...record, ...fields, pending: true, kept: kept && record.kept !== false });
  };
  /** The records that hold the note: a draft lies in the personal layer. */
  const holder = personal.get(mineId)?.draft ? personal : audience;
  const holderId = holder === personal ? mineId : upId;

  switch (name) {
    case 'write': {
      if (personal.get(mineId) || audience.get(upId)) return;
      const open = me?.write && me.write.sheet === args.sheet && me.write.lanes.includes(args.lane);
      const reach = open && !args.as ? me.write.reach : 'own';
      /** @type {Record<string, any>} */ const note = {
        kind: 'note', side: '', row: '', to: '', until: '', ...args,
        reach, draft: reach === 'own', pending: true, kept, can: ['edit', 'delete'],
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
      return lay(holder, holderId, args.to === undefined ? { text: args.text } : { text: args.text, to: args.to });
    case 'move':
      return lay(holder, holderId, where(args));
    case 'place': {
      const draft = personal.get(mineId);
      if (!draft?.draft) return;
      audience.set(upId, { ...draft, ...where(args), draft: false, reach: me?.place?.reach ?? 'all', pending: true, kept: kept && draft.kept !== false, can: [] });
      personal.set(mineId, { can: draft.can });
      return;
    }
    case 'delete': {
      const record = holder.get(holderId);
      if (!record) return;
      holder.delete(holderId);
      if (personal.get(mineId) || holder === personal) personal.set(`back:${args.note}`, { text: record.text, can: [], pending: true });
      personal.delete(mineId);
      return;
    }
    case 'restore':
      personal.delete(`back:${args.note}`);
      audience.delete(`bin:${args.note}`);
      return;
    case 'ready': {
      if (!me || me.ready === args.on) return;
      personal.set('me', { ...me, ready: args.on });
      const progress = audience.get('progress');
      if (progress) audience.set('progress', { ...progress, ready: Math.max(0, progress.ready + (args.on ? 1 : -1)) });
      return;
    }
    case 'name':
      lay(personal, 'me', { name: args.name });
      if (me) lay(audience, `seat:${me.seat}`, { name: args.name });
      return;
    case 'choose':
      return lay(audience, upId, { chosen: args.on });
    case 'deep':
      return lay(audience, `row:${args.row}`, { deep: true });
    case 'fate':
      return lay(audience, `row:${args.row}`, { fate: args.fate });
    default:
  }
}

/** The place fields of an op's args. @param {Record<string, any>} args */
function where(args) {
  /** @type {Record<string, any>} */ const fields = { lane: args.lane };
  for (const key of ['row', 'side', 'spot']) if (args[key] !== undefined) fields[key] = args[key];
  return fields;
}

/* How a note looks from its id alone, the same on every screen; other modules take these from look.js.
   They stand here so that a phone's first load is one file shorter. */

export const COLORS = ['yellow', 'coral', 'sky', 'mint', 'lilac'];

/** A small steady number from a text. @param {string} text */
export function steady(text) {
  let sum = 2166136261;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 16777619);
  return (sum ^ (sum >>> 15)) >>> 0;
}

/**
 * A note's colour name: its lane's, else one of five from its id.
 * @param {{ id: string, sheet: string, lane: string }} note
 * @param {{ method: import('../types.js').Method | null }} shown
 */
export function color(note, shown) {
  const sheet = shown.method?.sheets.find((known) => known.id === note.sheet);
  const lane = sheet?.lanes.find((known) => known.id === note.lane);
  if (lane?.color && lane.color !== 'none') return lane.color;
  return COLORS[steady(note.id) % COLORS.length];
}

/** A note's tilt in degrees, -1.5 to 1.5, in steps of a tenth. @param {{ id: string }} note */
export function tilt(note) {
  return ((steady(`${note.id}~`) % 31) - 15) / 10;
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
