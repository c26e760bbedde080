/**
 * The records that the server has sent and the pending ops that it has not answered; together they make what is shown.
 * No DOM, no socket and no rule about who may do or see anything may live here; storage and clock are passed in.
 */
import { plainBreaks } from '../text.js';
import { foresee, makeShown } from './shown.js';

/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').Op} Op */
/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Returned} Returned */
/** @typedef {import('./shown.js').Records} Records */
/**
 * Stores ops until they are answered (`Unsent` in unsent.js): this page's series, unanswered ops of earlier pages, and
 * `keep`, which resolves to whether the op is stored for the next page, and never rejects.
 * @typedef {{ series: { tab: string, n: number, seen: number }, earlier: Op[],
 *             keep(op: Op): Promise<boolean>, drop(ops: Op[]): void,
 *             renew(): { tab: string, n: number, seen: number } }} Keeper
 */

/** Ops whose text must never be lost (SPEC O4). */
const TEXT_OPS = new Set(['write', 'edit', 'set', 'name', 'pad', 'pick', 'gather']);
/** The refusal of a number that was used or passed over (SPEC O2). */
const OUT_OF_ORDER = 'out_of_order';
/** How many answered ops are remembered, for a refusal that arrives after its ack. */
const REMEMBERED = 40;

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
  /** @type {{ n: number, name: string, reason: string, args: Record<string, any> }[]} */ #refusals = [];
  /** How many there were. */ #refused = 0;
  /** @type {Set<string>} */ #here = new Set();
  /** @type {Map<string, [number, number]>} */ #drags = new Map();
  /** @type {Shown['words']} */ #words = new Map();
  /** This page's own series. */ #tab;
  #n;
  #seen;
  /** The series in the connection's hello, to which its answers belong. */ #series = '';
  #offset = 0;
  #trouble = '';
  /** How many resets there were (P3). */ #again = 0;
  /** @type {{connected: Shown['connected'], closeReason: string}} */
  #connection = { connected: 'connecting', closeReason: '' };
  /** @type {Shown | null} */ #shown = null;
  /** @type {Keeper} */ #keeper;
  /** An op could not be stored in this browser. */ #unkept = false;
  #changed;
  #clock;
  /** @type {() => { lang: import('../types.js').Lang, t: import('../types.js').T }} */ #text;

  /**
   * @param {object} [options]
   * @param {Keeper} [options.keeper]
   * @param {() => number} [options.clock] local time, ms
   * @param {() => { lang: import('../types.js').Lang, t: import('../types.js').T }} [options.text]
   * @param {() => void} [options.changed] called when there is something new to draw although no frame came
   */
  constructor({ keeper, clock = Date.now, text, changed = () => {} } = {}) {
    const series = { tab: '', n: 0, seen: 0 };
    this.#keeper = keeper ?? { series, earlier: [], keep: async () => false, drop: () => {}, renew: () => series };
    this.#changed = changed;
    this.#clock = clock;
    this.#text = text ?? (() => ({ lang: 'da', t: (key) => key }));
    ({ tab: this.#tab, n: this.#n, seen: this.#seen } = this.#keeper.series);
    this.adopt(this.#keeper.earlier);
  }

  /** Take over unanswered ops of other pages; they keep their series and numbers. @param {Op[]} ops */
  adopt(ops) {
    const fresh = ops.filter((op) => ![...this.#pending, ...this.#returned].some((known) => same(known, op)));
    if (!fresh.length) return;
    this.#unkept ||= fresh.some((op) => op.kept === false);
    this.#pending = [...this.#pending, ...fresh.filter((op) => !op.reason)];
    this.#returned = [...this.#returned, .../** @type {Returned[]} */ (fresh.filter((op) => op.reason))];
    this.#shown = null;
  }

  /**
   * What the next hello says. A connection sends ops of one series: that of the oldest unanswered op (P4), else our own.
   * @returns {{ tab: string, seen: number }} `seen`: the op up to which every op of the series has its answer
   */
  hello() {
    this.#series = this.#nextSeries();
    return { tab: this.#series, seen: this.#series === this.#tab ? this.#seen : this.#pending[0].n - 1 };
  }

  /**
   * Another connection uses this one's series (close code `replaced`). If it is this page's series, new ops get a new
   * series, and unanswered ones keep their numbers (P4). If it is another page's, the other connection sends its stored
   * ops; if it fails to, they are found again (`abandoned` in unsent.js).
   */
  replaced() {
    if (this.#series === this.#tab) this.#begin();
    else this.#pending = this.#pending.filter((op) => op.tab !== this.#series || op.kept !== true);
    this.#shown = null;
  }

  /** Whether to connect again: the connection's series has no unanswered op left, and another one has. */
  needsOtherSeries() {
    return this.#series !== this.#nextSeries();
  }

  #nextSeries() {
    return this.#pending[0]?.tab ?? this.#tab;
  }

  /** What the next page in this tab continues with. @returns {{ tab: string, n: number, seen: number, ops: Op[] }} */
  leaves() {
    const ops = [...this.#pending, ...this.#returned].filter((op) => op.kept !== true);
    return { tab: this.#tab, n: this.#n, seen: this.#seen, ops };
  }

  /**
   * Apply one frame from the server. Unknown frames are ignored.
   * @param {Frame} frame
   */
  receive(frame) {
    const [name, first, second, third] = frame;
    switch (name) {
      case 'welcome':
        this.#offset = first.time - this.#clock();
        // A new connection begins with whole views (P1); the old records stay shown until the first patch.
        this.#emptyAudience = this.#emptyPersonal = true;
        this.#trouble = '';
        this.#words = new Map();
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
      case 'words':
        this.#words = new Map(Object.entries(first));
        break;
      case 'drags':
        this.#drag(first);
        // It comes many times a second, and nothing else depends on it.
        if (this.#shown) this.#shown = { ...this.#shown, drags: this.#drags };
        return;
      case 'trouble':
        this.#trouble = first;
        break;
      default:
        return;
    }
    this.#shown = null;
  }

  /**
   * Number an op, keep it until it is answered, and show its optimistic update at once.
   * @param {string} name
   * @param {Record<string, any>} [args]
   * @returns {Op}
   */
  propose(name, args = {}) {
    this.#n += 1;
    const op = { tab: this.#tab, n: this.#n, name, args: typeof args.text === 'string' ? { ...args, text: plainBreaks(args.text) } : args };
    this.#pending = [...this.#pending, op];
    this.#keep(op);
    return op;
  }

  /** An op has waited long; returns whether it is still pending. @param {Op} op */
  late(op) {
    if (!this.#pending.includes(op)) return false;
    op.late = true;
    this.#shown = null;
    return true;
  }

  /** Pending ops of the connection's series, oldest first; a new connection resends them (P4). */
  unanswered() {
    return this.#pending.filter((op) => op.tab === this.#series);
  }

  /** Drop a returned op: its text is back in an input. @param {Returned} item */
  forget(item) {
    this.#returned = this.#returned.filter((known) => known !== item);
    this.#keeper.drop([item]);
    this.#shown = null;
  }

  /** The token is no longer valid: send no op any more, and return every text. @param {string} reason */
  giveUp(reason) {
    for (const op of this.#pending) this.#return(op, reason);
    this.#keeper.drop(this.#pending);
    this.#pending = [];
    this.#shown = null;
  }

  /** How many ops were refused so far. */
  get refusals() {
    return this.#refused;
  }

  /** The refusals since the last call. */
  takeRefusals() {
    const refusals = this.#refusals;
    this.#refusals = [];
    return refusals;
  }

  /**
   * Set the state of the connection.
   * @param {Shown['connected']} connected
   * @param {string} [closeReason]
   */
  setConnection(connected, closeReason = '') {
    this.#connection = { connected, closeReason };
    this.#shown = null;
  }

  /** Make `shown()` compute a new value, e.g. after a change of language. */
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
    if (this.#series !== this.#tab) return;
    this.#seen = Math.max(this.#seen, upTo);
    // A number that the server knows must not be used again.
    this.#n = Math.max(this.#n, upTo);
  }

  /** Number the next ops in a new series. */
  #begin() {
    ({ tab: this.#tab, n: this.#n, seen: this.#seen } = this.#keeper.renew());
  }

  /** @param {number} n @param {string} reason */
  #refuse(n, reason) {
    const op = [...this.#pending, ...this.#answered].find((known) => known.tab === this.#series && known.n === n);
    this.#pending = this.#pending.filter((known) => known !== op);
    this.#answered = this.#answered.filter((known) => known !== op);
    if (this.#series === this.#tab) {
      const [first] = this.unanswered();
      this.#seen = Math.max(this.#seen, first ? Math.min(n, first.n - 1) : n);
    }
    if (!op) return;
    if (reason === OUT_OF_ORDER && !op.renumbered) return this.#renumber(op);
    this.#refused += 1;
    this.#refusals = [...this.#refusals, { n, name: op.name, reason, args: op.args }];
    // Stored with its reason in place of the op until its text is back in an input: the page may be closed first.
    if (this.#return(op, reason)) this.#keep(/** @type {Returned} */ (this.#returned.at(-1)));
    else this.#keeper.drop([op]);
  }

  /** The op was not done because of its number: send it again in a new series. @param {Op} op */
  #renumber(op) {
    if (this.#series === this.#tab) this.#begin();
    this.#keeper.drop([op]);
    this.propose(op.name, op.args).renumbered = true;
  }

  /** @param {Op} op @param {string} reason @returns {boolean} whether it has a text to return */
  #return(op, reason) {
    // Answers that a note brings along to a lane (SPEC R45) are texts as well.
    if (!(TEXT_OPS.has(op.name) || op.args.fields) || (op.name === 'pad' && op.args.act === 'delete')) return false;
    // Of the answers only texts say what they were before.
    if (op.name === 'set' && op.args.from === undefined) return false;
    // Notes that are laid under a heading that is there come without a text.
    if (op.name === 'gather' && !op.args.text) return false;
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
    const offset = this.#offset;
    const clock = this.#clock;
    const { lang, t } = this.#text();
    return makeShown(audience, personal, {
      version: this.#version,
      loaded: this.#loaded,
      here: this.#here,
      drags: this.#drags,
      words: this.#words,
      waiting: this.#pending.length,
      kept: this.#pending.filter((op) => op.kept).length,
      late: this.#pending.filter((op) => op.late).length,
      unkept: this.#unkept,
      returned: this.#returned,
      now: () => clock() + offset,
      ...this.#connection,
      trouble: this.#trouble,
      again: this.#again,
      lang,
      t,
    });
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
