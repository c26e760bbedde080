/**
 * Stores unanswered ops in this browser (in IndexedDB, or in localStorage where that fails), by person and series, and
 * finds those of earlier pages. No sending may live here, and no other stored data (./keys.js).
 */
import { localNames, randomId, read, storage, write } from './keys.js';

/**
 * An op as it is stored. The token tells whose it is: several people may use one browser in turn.
 * @typedef {import('../types.js').Op & { board: string, token: string, at: number }} KeptOp
 */
/** A storage for ops: IndexedDB, or localStorage where that fails. @typedef {{ all(): Promise<KeptOp[]>, put(op: KeptOp): Promise<void>, drop(ops: KeptOp[]): Promise<void> }} OpStorage */
/** What a closing page leaves for the next page of its tab; `ops`: pending ops that could not be stored. @typedef {{ tab: string, n: number, seen: number, ops: import('../types.js').Op[] }} Series */

const DATABASE = 'tavle.ops';
const OPS = 'ops';
/** Longest wait (ms) for IndexedDB, which may never answer (seen in Safari). */
const DATABASE_WITHIN = 2000;
/** Age (ms) at which stored ops are dropped: the server has deleted their workshop by then. */
const STALE_AFTER = 90 * 24 * 60 * 60_000;

/** Ops in IndexedDB. Any call may reject, e.g. in private windows and with a full disk. @implements {OpStorage} */
export class IndexedDbOps {
  /** @type {Promise<IDBDatabase> | null} */ #database = null;
  #opened = false;
  #broken = false;

  /** @returns {Promise<KeptOp[]>} */
  async all() {
    return this.#act('readonly', 'relaxed', (ops) => ops.getAll());
  }

  /** Resolves when the op is on disk, since a phone may lose power at any moment. @param {KeptOp} op */
  async put(op) {
    await this.#act('readwrite', 'strict', (ops) => ops.put(op));
  }

  /** Not durable at once: an op that survives a crash is resent, and applied once (O2). @param {KeptOp[]} dropped */
  async drop(dropped) {
    await this.#act('readwrite', 'relaxed', (ops) => dropped.map((op) => ops.delete(keyOf(op))).pop());
  }

  /** @param {IDBTransactionMode} mode @param {IDBTransactionDurability} durability @param {(ops: IDBObjectStore) => IDBRequest | undefined} ask */
  async #act(mode, durability, ask) {
    // The browser may close the database, e.g. after sleep or when its data is cleared: then reopen it once.
    for (let again = this.#opened; !this.#broken; again = false) {
      try {
        return await this.#once(mode, durability, ask);
      } catch {
        this.#database = null;
        this.#broken ||= !again;
      }
    }
    throw new Error('no database');
  }

  /** @param {IDBTransactionMode} mode @param {IDBTransactionDurability} durability @param {(ops: IDBObjectStore) => IDBRequest | undefined} ask @returns {Promise<any>} */
  async #once(mode, durability, ask) {
    this.#database ??= inTime(openDatabase());
    const database = await this.#database;
    this.#opened = true;
    return inTime(new Promise((done, fail) => {
      const act = database.transaction(OPS, mode, { durability });
      const asked = ask(act.objectStore(OPS));
      act.oncomplete = () => done(asked?.result);
      act.onabort = act.onerror = () => fail(act.error);
      // Commit at once, so that the browser finishes it even if the page closes.
      act.commit?.();
    }));
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((done, fail) => {
    const asked = window.indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(OPS, { keyPath: ['board', 'token', 'tab', 'n'] });
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      // Do not block a newer page's upgrade, or the clearing of browser data, until this page closes.
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
  });
}

/** @template T @param {Promise<T>} work @returns {Promise<T>} */
function inTime(work) {
  /** @type {any} */ let timer = 0;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('late')), DATABASE_WITHIN); });
  return /** @type {Promise<T>} */ (Promise.race([work, late])).finally(() => clearTimeout(timer));
}

/** Ops in localStorage, one key per op. @implements {OpStorage} */
export class LocalStorageOps {
  async all() {
    return localNames('tavle.op.').map((name) => read('local', name)).filter((op) => op?.tab);
  }

  /** @param {KeptOp} op */
  async put(op) {
    const local = storage('local');
    if (!local) throw new Error('none');
    local.setItem(`tavle.op.${keyOf(op).join('.')}`, JSON.stringify(op));
  }

  /** @param {KeptOp[]} dropped */
  async drop(dropped) {
    for (const op of dropped) write('local', `tavle.op.${keyOf(op).join('.')}`, undefined);
  }
}

/** @param {KeptOp} op */
const keyOf = (op) => [op.board, op.token, op.tab, op.n];

/** @type {OpStorage[]} */
const storages = [new IndexedDbOps(), new LocalStorageOps()];

/** All stored ops; a storage that fails counts as empty. @param {OpStorage[]} places @returns {Promise<KeptOp[]>} */
async function allOn(places) {
  return (await Promise.all(places.map((one) => one.all().catch(() => [])))).flat();
}

/** Delete a workshop's ops of all pages; with a token only those of that token. @param {string} board @param {string} [secret] */
export function dropUnsent(board, secret) {
  return dropAll((op) => op.board === board && (secret === undefined || op.token === secret));
}

/** Delete ops of all pages. @param {(op: KeptOp) => boolean} which @param {OpStorage[]} [places] */
async function dropAll(which, places = storages) {
  await Promise.all(places.map(async (one) => {
    const found = (await one.all().catch(() => [])).filter(which);
    if (found.length) await one.drop(found).catch(() => {});
  }));
}

/**
 * This page's number series, and the unanswered ops of one person on one board: this page's, and those of earlier pages
 * (which were reloaded, closed, killed, or are asleep).
 *
 * Only the page that began a series assigns numbers in it, so no two ops get the same number. Any page may send another
 * page's stored ops, since the server applies each (tab, n) once (O2). So a page need not know which other pages are
 * open, which it cannot find out over plain http. A page that closes stores its series (`leave`), and the next page of
 * that tab removes it while reading: a duplicated tab finds none and begins its own.
 */
export class Unsent {
  #board;
  #token;
  #storages;
  /** Other pages' stored ops (`tab n`) at the last call of `abandoned`. @type {Set<string>} */ #seenBefore = new Set();
  /** Whether storing an op has failed. Then no later one is stored, so that a stored series has no gaps. */ #failed = false;
  /** @type {Series} */ series = { tab: randomId(16), n: 0, seen: 0, ops: [] };
  /** Unanswered ops of earlier pages, oldest first. @type {import('../types.js').Op[]} */ earlier = [];

  /** @param {string} board @param {string} secret @param {OpStorage[]} [places] */
  constructor(board, secret, places = storages) {
    this.#board = board;
    this.#token = secret;
    this.#storages = places;
    /** @type {Series | null} */ const left = read('session', this.#name);
    write('session', this.#name, undefined);
    if (left) this.series = left;
  }

  /** Read the stored ops; to be awaited before the first hello. @param {string} board @param {string} role @param {string} secret @param {OpStorage[]} [places] */
  static async open(board, role, secret, places = storages) {
    const made = new Unsent(board, secret, places);
    const older = olderPages(board, role);
    const brought = await Promise.all([...older.flatMap(({ ops }) => ops), ...made.series.ops]
      .map(async (one) => {
        const op = inPresentWords(one);
        return { ...op, kept: await made.keep(op) };
      }));
    if (brought.every((op) => op.kept)) for (const { name } of older) write('local', name, undefined);
    void dropAll((op) => Date.now() - op.at > STALE_AFTER, places);
    made.earlier = [...await made.#mine(), ...brought.filter((op) => !op.kept)];
    return made;
  }

  /** Store an op; resolves to whether the next page will find it. @param {import('../types.js').Op} op @returns {Promise<boolean>} */
  async keep(op) {
    if (this.#failed) return false;
    const kept = { ...this.#stored(op), at: Date.now() };
    for (const one of this.#storages) {
      try {
        await one.put(kept);
        return true;
      } catch {
        // Try the next storage.
      }
    }
    this.#failed = true;
    return false;
  }

  /** Remove answered ops. @param {import('../types.js').Op[]} ops */
  drop(ops) {
    for (const one of this.#storages) void one.drop(ops.map((op) => this.#stored(op))).catch(() => {});
  }

  /** Stored ops of other pages that were there at the last call too: those pages are asleep or were killed. @returns {Promise<import('../types.js').Op[]>} */
  async abandoned() {
    // A refused op belongs to its own page, which puts its text back into an input.
    const found = (await this.#mine()).filter((op) => op.tab !== this.series.tab && !op.reason);
    const still = found.filter((op) => this.#seenBefore.has(`${op.tab} ${op.n}`));
    this.#seenBefore = new Set(found.map((op) => `${op.tab} ${op.n}`));
    return still;
  }

  /** Begin a new series. @returns {Series} */
  renew() {
    this.series = { tab: randomId(16), n: 0, seen: 0, ops: [] };
    return this.series;
  }

  /** The page closes: store its series, and ops that are not stored yet, for the next page of this tab. @param {Series} series */
  leave(series) {
    write('session', this.#name, series);
  }

  get #name() {
    return `tavle.series.${this.#board}.${this.#token}`;
  }

  /** @param {import('../types.js').Op} op @returns {KeptOp} */
  #stored({ tab, n, name, args, reason }) {
    return { board: this.#board, token: this.#token, tab, n, name, args, ...(reason ? { reason } : {}), at: 0 };
  }

  async #mine() {
    const all = (await allOn(this.#storages)).filter((op) => op.board === this.#board && op.token === this.#token);
    const began = new Map(all.sort((a, b) => b.at - a.at).map((op) => [op.tab, op.at]));
    /** @param {KeptOp} op */
    const when = (op) => began.get(op.tab) ?? 0;
    all.sort((a, b) => when(a) - when(b) || (a.tab === b.tab ? a.n - b.n : a.tab < b.tab ? -1 : 1));
    return all.map((op) => ({ ...inPresentWords(op), kept: true }));
  }
}

/**
 * An op that a page of an earlier release stored, with the present args: the side of a note was an arg of its own, a
 * comment pointed at its note, and so did a note at one other.
 * @template {import('../types.js').Op} T @param {T} op @returns {T}
 */
function inPresentWords(op) {
  const { side, to, ...args } = op.args;
  if (side) args.marks = { effect: side };
  if (op.name === 'write' && to) Object.assign(args, args.kind === 'comment' ? { under: to } : { links: { belongs: [to] } });
  if (!['write', 'edit'].includes(op.name) && to !== undefined) args.to = to;
  return { ...op, args };
}

/** Ops that an earlier release (before IndexedDB) stored in localStorage, with their key. @param {string} board @param {string} role @returns {{ name: string, ops: import('../types.js').Op[] }[]} */
function olderPages(board, role) {
  return localNames(`tavle.tab.${board}.${role}.`).map((name) => {
    const { tab = '', pending = [] } = read('local', name, {});
    return { name, ops: pending.map((/** @type {any} */ op) => ({ ...op, tab })) };
  });
}
