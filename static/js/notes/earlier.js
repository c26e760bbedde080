/** Earlier versions of maps (SPEC R44), asked for when somebody looks at one: the latest one alone is among the records. */

import { asOf, asShownThen } from './frozen.js';

/** @typedef {import('../types.js').Version} Version */
/** @typedef {import('../types.js').Shown} Shown */

/** Ms until what could not be fetched is asked for again. */
const AGAIN = 3000;

/** The number of the version that a part is of (`v3`, `v3-star`); 0: of what stands now. @param {string} part @returns {number} */
export function numberIn(part) {
  return Number(/^v([1-9][0-9]{0,3})(?:-|$)/u.exec(part)?.[1] ?? 0);
}

export class Earlier {
  #context;
  /** What is kept: of one state of the sheet only, so that what is deleted there is not kept here. */
  #state = '';
  /** @type {Map<string, Version | null>} */ #known = new Map();
  /** @type {Set<string>} */ #asked = new Set();

  /** @param {import('../types.js').Context} context */
  constructor(context) {
    this.#context = context;
    // A module that could not be fetched is not asked for again by all browsers: it is there before the connection may be away.
    context.api().catch(() => {});
  }

  /**
   * What is shown where a part of a sheet is looked at: of an earlier version that version, else what the round shows.
   * @param {Shown} given @param {string | undefined} sheet @param {string} part @returns {Shown}
   */
  seen(given, sheet, part) {
    const n = numberIn(part);
    const version = n && sheet ? this.of(given, sheet, n) : null;
    return version ? asOf(given, version, `v${n}`) : asShownThen(given);
  }

  /** A version; null where there is none of that number any more, undefined while it is being fetched. @param {Shown} shown @param {string} sheet @param {number} n @returns {Version | null | undefined} */
  of(shown, sheet, n) {
    const latest = shown.versions.get(sheet);
    if (!latest || n > latest.n) return null;
    if (n === latest.n) return latest;
    const state = `${sheet} ${latest.n}`;
    if (state !== this.#state) {
      this.#state = state;
      this.#known.clear();
      this.#asked.clear();
    }
    const key = `${sheet} ${n}`;
    if (!this.#known.has(key) && !this.#asked.has(key)) void this.#ask(sheet, n, key, state);
    return this.#known.get(key);
  }

  /** @param {string} sheet @param {number} n @param {string} key @param {string} state */
  async #ask(sheet, n, key, state) {
    this.#asked.add(key);
    try {
      const { call } = await this.#context.api();
      const found = await call(`/api/board/${encodeURIComponent(this.#context.board)}/version/${encodeURIComponent(sheet)}/${n}`, { token: this.#context.token() });
      if (state === this.#state) this.#known.set(key, { ...found, id: sheet });
    } catch (error) {
      const gone = /** @type {{status?: number}} */ (error).status === 404;
      if (state !== this.#state) return;
      if (gone) this.#known.set(key, null);
      else setTimeout(() => { this.#asked.delete(key); this.#context.redraw(); }, AGAIN);
    }
    this.#context.redraw();
  }
}
