/**
 * Ops without an answer, as this browser keeps them (in IndexedDB, or in localStorage where that fails) until they have
 * one: whose they are, in which series, and what earlier pages left.
 * Nothing may be sent from here, and nothing else that a browser stores may be read here (./keys.js does).
 */
import { localNames, randomId, read, storage, write } from './keys.js';

/**
 * An op as it is kept. The token says whose it is: one browser may have been lent to several people.
 * @typedef {import('../types.js').Op & { board: string, token: string, at: number }} KeptOp
 */
/** Where ops are stored: IndexedDB, or localStorage where that fails. @typedef {{ all(): Promise<KeptOp[]>, put(op: KeptOp): Promise<void>, drop(ops: KeptOp[]): Promise<void> }} OpStorage */
/** What a page that leaves hands to the next one in its tab; `ops`: those that are not stored. @typedef {{ tab: string, n: number, seen: number, ops: import('../types.js').Op[] }} Series */

const BASE = 'tavle.ops';
const OPS = 'ops';
/** IndexedDB may never answer (seen in Safari); nobody must wait for it longer than this (ms). */
const BASE_WITHIN = 2000;
/** Ops of a workshop that nobody has opened for so long: it is gone from the server as well. */
const STALE_AFTER = 90 * 24 * 60 * 60_000;

/** Ops in IndexedDB. Private windows and full disks make any call fail; then it rejects. @implements {OpStorage} */
export class IndexedDbOps {
  /** @type {Promise<IDBDatabase> | null} */ #base = null;
  #opened = false;
  #broken = false;

  /** @returns {Promise<KeptOp[]>} */
  async all() {
    return this.#act('readonly', 'relaxed', (ops) => ops.getAll());
  }

  /** On the disk when it resolves: a tap is rare, and a phone may be out of power the next moment. @param {KeptOp} op */
  async put(op) {
    await this.#act('readwrite', 'strict', (ops) => ops.put(op));
  }

  /** In no hurry: what comes back after a crash is sent once more, and folded once (O2). @param {KeptOp[]} dropped */
  async drop(dropped) {
    await this.#act('readwrite', 'relaxed', (ops) => dropped.map((op) => ops.delete(keyOf(op))).pop());
  }

  /** @param {IDBTransactionMode} mode @param {IDBTransactionDurability} durability @param {(ops: IDBObjectStore) => IDBRequest | undefined} ask */
  async #act(mode, durability, ask) {
    // The browser may close the database, e.g. after sleep or when its data is cleared: then it is opened once more.
    for (let again = this.#opened; !this.#broken; again = false) {
      try {
        return await this.#once(mode, durability, ask);
      } catch {
        this.#base = null;
        this.#broken ||= !again;
      }
    }
    throw new Error('no base');
  }

  /** @param {IDBTransactionMode} mode @param {IDBTransactionDurability} durability @param {(ops: IDBObjectStore) => IDBRequest | undefined} ask @returns {Promise<any>} */
  async #once(mode, durability, ask) {
    this.#base ??= inTime(openBase());
    const base = await this.#base;
    this.#opened = true;
    return inTime(new Promise((done, fail) => {
      const act = base.transaction(OPS, mode, { durability });
      const asked = ask(act.objectStore(OPS));
      act.oncomplete = () => done(asked?.result);
      act.onabort = act.onerror = () => fail(act.error);
      // Committed at once, so that the browser finishes it even when the page is gone.
      act.commit?.();
    }));
  }
}

/** @returns {Promise<IDBDatabase>} */
function openBase() {
  return new Promise((done, fail) => {
    const asked = window.indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(OPS, { keyPath: ['board', 'token', 'tab', 'n'] });
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      // A newer page, or somebody who clears the browser, must not wait until this page is closed.
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
  });
}

/** @template T @param {Promise<T>} work @returns {Promise<T>} */
function inTime(work) {
  /** @type {any} */ let timer = 0;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('late')), BASE_WITHIN); });
  return /** @type {Promise<T>} */ (Promise.race([work, late])).finally(() => clearTimeout(timer));
}

/** Ops in localStorage, one key for each. @implements {OpStorage} */
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

/** Throw away a workshop's ops of all pages; with a token only the ops sent with it. @param {string} board @param {string} [secret] */
export function dropUnsent(board, secret) {
  return dropAll((op) => op.board === board && (secret === undefined || op.token === secret));
}

/** Throw away ops of all pages. @param {(op: KeptOp) => boolean} which @param {OpStorage[]} [places] */
async function dropAll(which, places = storages) {
  await Promise.all(places.map(async (one) => {
    const found = (await one.all().catch(() => [])).filter(which);
    if (found.length) await one.drop(found).catch(() => {});
  }));
}

/**
 * This page's number series, and the ops of one person on one board that have no answer: this page's, and those that
 * earlier pages left (they were reloaded, closed, killed, or sleep).
 *
 * Only the page that began a series gives numbers in it, so no two ops get the same number. Any page may send the
 * stored ops of another: the server does each (tab, n) once (O2), so it need not be known which pages are still open,
 * which cannot be found out on plain http. A page that is left stores its series (`leave`) and the next page in that
 * tab removes it while reading: a duplicated tab finds none and begins its own.
 */
export class Unsent {
  #board;
  #token;
  #storages;
  /** What other pages had here at the last look. @type {Set<string>} */ #looked = new Set();
  /** After one op could not be stored, no later one is: ops of a series are stored without gaps. */ #failed = false;
  /** @type {Series} */ series = { tab: randomId(16), n: 0, seen: 0, ops: [] };
  /** What earlier pages left, oldest first. @type {import('../types.js').Op[]} */ earlier = [];

  /** @param {string} board @param {string} secret @param {OpStorage[]} [places] */
  constructor(board, secret, places = storages) {
    this.#board = board;
    this.#token = secret;
    this.#storages = places;
    /** @type {Series | null} */ const left = read('session', this.#name);
    write('session', this.#name, undefined);
    if (left) this.series = left;
  }

  /** Reads what there is; to be awaited before the first hello. @param {string} board @param {string} role @param {string} secret @param {OpStorage[]} [places] */
  static async open(board, role, secret, places = storages) {
    const made = new Unsent(board, secret, places);
    const older = olderPages(board, role);
    const brought = await Promise.all([...older.flatMap(({ ops }) => ops), ...made.series.ops]
      .map(async (op) => ({ ...op, kept: await made.keep(op) })));
    if (brought.every((op) => op.kept)) for (const { name } of older) write('local', name, undefined);
    void dropAll((op) => Date.now() - op.at > STALE_AFTER, places);
    made.earlier = [...await made.#mine(), ...brought.filter((op) => !op.kept)];
    return made;
  }

  /** Resolves to whether it will be here for the next page. @param {import('../types.js').Op} op @returns {Promise<boolean>} */
  async keep(op) {
    if (this.#failed) return false;
    const kept = { ...this.#whole(op), at: Date.now() };
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

  /** It has its answer. @param {import('../types.js').Op[]} ops */
  drop(ops) {
    for (const one of this.#storages) void one.drop(ops.map((op) => this.#whole(op))).catch(() => {});
  }

  /** Stored ops of other pages that were there at the last call already: those pages sleep or were killed. @returns {Promise<import('../types.js').Op[]>} */
  async abandoned() {
    // A refused op waits on its own page, where its text goes back into a box.
    const found = (await this.#mine()).filter((op) => op.tab !== this.series.tab && !op.reason);
    const still = found.filter((op) => this.#looked.has(`${op.tab} ${op.n}`));
    this.#looked = new Set(found.map((op) => `${op.tab} ${op.n}`));
    return still;
  }

  /** Begin another series. @returns {Series} */
  renew() {
    this.series = { tab: randomId(16), n: 0, seen: 0, ops: [] };
    return this.series;
  }

  /** The page is left for good: the next one in this tab gets its series, and ops that are not stored yet. @param {Series} series */
  leave(series) {
    write('session', this.#name, series);
  }

  get #name() {
    return `tavle.series.${this.#board}.${this.#token}`;
  }

  /** @param {import('../types.js').Op} op @returns {KeptOp} */
  #whole({ tab, n, name, args, reason }) {
    return { board: this.#board, token: this.#token, tab, n, name, args, ...(reason ? { reason } : {}), at: 0 };
  }

  async #mine() {
    const all = (await allOn(this.#storages)).filter((op) => op.board === this.#board && op.token === this.#token);
    const began = new Map(all.sort((a, b) => b.at - a.at).map((op) => [op.tab, op.at]));
    /** @param {KeptOp} op */
    const when = (op) => began.get(op.tab) ?? 0;
    all.sort((a, b) => when(a) - when(b) || (a.tab === b.tab ? a.n - b.n : a.tab < b.tab ? -1 : 1));
    return all.map((op) => ({ ...op, kept: true }));
  }
}

/** What pages from before there was a base left in the storage, by the name it has there. @param {string} board @param {string} role @returns {{ name: string, ops: import('../types.js').Op[] }[]} */
function olderPages(board, role) {
  return localNames(`tavle.tab.${board}.${role}.`).map((name) => {
    const { tab = '', pending = [] } = read('local', name, {});
    return { name, ops: pending.map((/** @type {any} */ op) => ({ ...op, tab })) };
  });
}
