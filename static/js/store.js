/**
 * Confirmed records plus this tab's pending ops make what is shown. Pure: no DOM, no socket, no rule
 * about who may do or see anything (records carry `can`); storage and clock are passed in.
 */

/** @typedef {import('./types.js').Frame} Frame */
/** @typedef {import('./types.js').Op} Op */
/** @typedef {import('./types.js').Shown} Shown */
/** @typedef {import('./types.js').Returned} Returned */
/** @typedef {import('./types.js').Seat} Seat */
/** @typedef {Map<string, any>} Records */
/**
 * Where a tab keeps its op counter and unanswered ops.
 * @typedef {{ load(): {n: number, seen: number, pending: Op[]} | null,
 *             save(state: {n: number, seen: number, pending: Op[]}): void }} Saver
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
  #n = 0;
  #seen = 0;
  #offset = 0;
  #trouble = '';
  /** How often the log went backwards and all began again. */ #again = 0;
  /** @type {{connected: Shown['connected'], closeReason: string}} */
  #line = { connected: 'connecting', closeReason: '' };
  /** @type {Shown | null} */ #shown = null;
  /** @type {Saver} */ #saver;
  #clock;
  /** @type {() => { lang: import('./types.js').Lang, t: import('./types.js').T }} */ #text;

  /**
   * @param {object} [options]
   * @param {Saver} [options.saver]
   * @param {() => number} [options.clock] local time, ms
   * @param {() => { lang: import('./types.js').Lang, t: import('./types.js').T }} [options.text]
   */
  constructor({ saver, clock = Date.now, text } = {}) {
    this.#saver = saver ?? { load: () => null, save: () => {} };
    this.#clock = clock;
    this.#text = text ?? (() => ({ lang: 'da', t: (key) => key }));
    const kept = this.#saver.load();
    if (kept) {
      this.#n = kept.n;
      this.#seen = kept.seen;
      this.#pending = kept.pending.map((op) => ({ ...op }));
    }
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
        this.#answer((op) => op.n <= first, first);
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
    const op = { n: this.#n, name, args };
    this.#pending = [...this.#pending, op];
    this.#save();
    return op;
  }

  /** Ops without an answer, oldest first: what a new connection sends again (P4). */
  unanswered() {
    return this.#pending;
  }

  /** The highest op whose answer, and those of all before it, this tab has (`seen` in hello). */
  seen() {
    return this.#seen;
  }

  /**
   * A returned text is back in its box.
   * @param {number} n
   */
  forget(n) {
    this.#returned = this.#returned.filter((item) => item.n !== n);
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

  /** @param {(op: Op) => boolean} which @param {number} upTo */
  #answer(which, upTo) {
    const done = this.#pending.filter(which);
    this.#answered = [...this.#answered, ...done].slice(-REMEMBERED);
    this.#pending = this.#pending.filter((op) => !which(op));
    this.#seen = Math.max(this.#seen, upTo);
    // A tab whose memory was lost must not reuse numbers the server knows.
    this.#n = Math.max(this.#n, upTo);
    this.#save();
  }

  /** @param {number} n @param {string} reason */
  #refuse(n, reason) {
    const op = [...this.#pending, ...this.#answered].find((known) => known.n === n);
    this.#pending = this.#pending.filter((known) => known.n !== n);
    this.#answered = this.#answered.filter((known) => known.n !== n);
    const first = this.#pending[0];
    this.#seen = Math.max(this.#seen, first ? Math.min(n, first.n - 1) : n);
    this.#save();
    if (!op) return;
    this.#refusals = [...this.#refusals, { n, name: op.name, reason }];
    if (TEXT_OPS.has(op.name)) {
      this.#returned = [...this.#returned, { n, name: op.name, args: op.args, reason }];
    }
  }

  /** @param {Record<string, [number, number] | null>} moved */
  #drag(moved) {
    this.#drags = new Map(this.#drags);
    for (const [note, at] of Object.entries(moved)) {
      if (at) this.#drags.set(note, at);
      else this.#drags.delete(note);
    }
  }

  #save() {
    this.#saver.save({ n: this.#n, seen: this.#seen, pending: this.#pending });
    this.#shown = null;
  }

  /** @returns {Shown} */
  #make() {
    const audience = new Map(this.#audience);
    const personal = new Map(this.#personal);
    for (const op of this.#pending) foresee(audience, personal, op);
    const { lang, t } = this.#text();
    const method = audience.get('method') ?? null;
    const board = audience.get('board') ?? null;
    const rounds = method?.rounds ?? [];
    const index = board ? rounds.findIndex((/** @type {any} */ round) => round.id === board.round) : -1;
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
    return { kind: 'note', pending: false, ...note, draft: false, mine: Boolean(own) || Boolean(note.mine), can };
  });
  const up = new Set(notes.map((note) => note.id));
  const drafts = collect(personal, 'mine')
    .filter((note) => note.draft && !up.has(note.id))
    .map((note) => ({ kind: 'note', pending: false, reach: 'own', ...note, mine: true, can: note.can ?? [] }));
  return [...notes, ...drafts].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Lay one unanswered op over copies of the records, as far as the browser can tell what will come of it.
 * Records are replaced, never changed: the confirmed ones stay as the server sent them.
 * @param {Records} audience
 * @param {Records} personal
 * @param {Op} op
 */
function foresee(audience, personal, { name, args }) {
  const me = personal.get('me');
  const upId = `note:${args.note}`;
  const mineId = `mine:${args.note}`;
  /** @param {Records} records @param {string} id @param {object} fields */
  const lay = (records, id, fields) => {
    const record = records.get(id);
    if (record) records.set(id, { ...record, ...fields, pending: true });
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
        reach, draft: reach === 'own', pending: true, can: ['edit', 'delete'],
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
      audience.set(upId, { ...draft, ...where(args), draft: false, reach: me?.place?.reach ?? 'all', pending: true, can: [] });
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

/* How a note looks from its id alone, the same on every screen; other modules take these from paper.js.
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
 * @param {{ method: import('./types.js').Method | null }} shown
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
