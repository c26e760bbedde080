/**
 * The walk through a sheet that is too full to be read whole: which of its parts a shared screen shows large.
 * The console leads (`board.walk`), or the parts follow one another; whoever stands at a wall may step for that wall.
 * No drawing may live here: what a part is, its form says (`parts`).
 */
import { formOf } from '../forms/index.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Sheet} Sheet */
/** @typedef {import('../forms/form.js').WalkPart} WalkPart */

/** Ms that each part is shown when they follow one another (SPEC 6). */
export const STAY = 12_000;
/** Ms after which a wall that hangs goes on by itself again after somebody stepped on it. */
export const REST = 60_000;

/** A sheet's parts in order, of a closed workshop those that hold something; empty where there is nothing to walk through. @param {Shown} shown @param {Sheet | null} sheet @returns {WalkPart[]} */
export function partsOf(shown, sheet) {
  const every = (sheet && formOf(sheet)?.parts(shown, sheet)) ?? [];
  const parts = shown.board?.closed ? every.filter((part) => /** @type {{notes?: unknown[]}} */ (part).notes?.length !== 0) : every;
  return parts.length > 1 ? parts : [];
}

/** The sheets that a wall shows after the close: that of the end first, then the others on which all see something; empty before. @param {Shown} shown @param {Sheet | null} first @returns {Sheet[]} */
export function hangingSheets(shown, first) {
  if (!shown.board?.closed || !first) return [];
  const filled = new Set(shown.notes.filter(({ reach }) => reach === 'all').map(({ sheet }) => sheet));
  return [first, ...shown.sheets.filter(({ id }) => id !== first.id && filled.has(id))];
}

/** The id of the part that the console shows now; '' for the whole. @param {Shown} shown @param {Sheet | null} sheet @returns {string} */
export function ledTo(shown, sheet) {
  const walk = shown.board?.walk;
  if (!sheet || walk?.sheet !== sheet.id) return '';
  return walk.since ? following(shown, sheet, walk.since) : walk.part ?? '';
}

/** The part that is due now where one follows another: nobody is led to what was before by itself. @param {Shown} shown @param {Sheet} sheet @param {number} since */
function following(shown, sheet, since) {
  const parts = partsOf(shown, sheet).filter(({ group }) => group !== 'version');
  return parts[Math.floor(Math.max(0, shown.now() - since) / STAY) % parts.length]?.id ?? '';
}

/** Ms until the next part follows by itself; 0 when none does. @param {Shown} shown @param {number} [since] */
export function untilNext(shown, since = shown.board?.walk?.since ?? 0) {
  return since ? STAY - ((((shown.now() - since) % STAY) + STAY) % STAY) : 0;
}

/** The steps of one screen, which hold until the console leads on, or another group has the floor. */
export class OwnSteps {
  #led = '';
  #part = '';
  #stepped = false;
  /** The sheet of a wall that hangs, and since when it is shown. */
  #sheet = '';
  #came = 0;
  /** When somebody last stepped here. */
  #touched = -REST;
  /** Whether parts follow one another here once the workshop is closed: nobody leads any more. */
  alone = false;

  /** Since when the parts follow one another here without being led; 0: they do not. @param {Shown} shown */
  since(shown) {
    return this.alone && !this.#stepped && !this.#rests(shown) ? Math.max(shown.board?.closed ?? 0, shown.board?.closed ? this.#came : 0) : 0;
  }

  /** Whether somebody stepped here a moment ago, so that nothing moves by itself. @param {Shown} shown */
  #rests(shown) {
    return shown.now() - this.#touched < REST;
  }

  /** The sheet that a hanging wall shows: one after another, each until all of it could be read. @param {Shown} shown @param {Sheet[]} sheets @returns {Sheet | null} */
  sheet(shown, sheets) {
    if (sheets.length < 2) return sheets[0] ?? null;
    this.#came ||= shown.now();
    const at = Math.max(0, sheets.findIndex(({ id }) => id === this.#sheet));
    const stay = STAY * ((this.alone && partsOf(shown, sheets[at]).length) || 1);
    if (this.#rests(shown) || shown.now() - this.#came < stay) return sheets[at];
    const next = sheets[(at + 1) % sheets.length];
    this.#turn(next.id, shown.now());
    return next;
  }

  /** @param {string} sheet @param {number} now */
  #turn(sheet, now) {
    this.alone = false;
    this.#sheet = sheet;
    this.#came = now;
    this.#stepped = false;
  }

  /** Show this sheet of a wall that hangs. @param {string} sheet @param {number} now */
  turnTo(sheet, now) {
    this.#turn(sheet, now);
    this.#touched = now;
  }

  /**
   * Step to the next sheet of a wall that hangs, where the present one has no part in that direction; whether it did.
   * @param {Shown} shown @param {Sheet[]} sheets @param {number} by @param {string} now the part that is large
   */
  stepOver(shown, sheets, by, now) {
    const sheet = this.sheet(shown, sheets);
    if (!sheet || sheets.length < 2) return false;
    const parts = now ? partsOf(shown, sheet) : [];
    if (parts[parts.findIndex(({ id }) => id === now) + by]) return false;
    this.turnTo(sheets[(sheets.indexOf(sheet) + by + sheets.length) % sheets.length].id, shown.now());
    return true;
  }

  /** The part that this screen shows. @param {Shown} shown @param {Sheet | null} sheet @returns {string} */
  part(shown, sheet) {
    const led = `${shown.board?.round} ${sheet?.id} ${shown.turns.get('groups')?.holder ?? ''} ${JSON.stringify(shown.board?.walk ?? {})}`;
    if (led !== this.#led) {
      this.#led = led;
      this.#stepped = false;
    }
    // A wall that hangs goes on by itself once nobody steps on it any more.
    if (this.#stepped && shown.board?.closed && (this.alone || this.#came) && !this.#rests(shown)) this.#stepped = false;
    if (this.#stepped) return this.#part;
    return ledTo(shown, sheet) || (sheet && this.since(shown) ? following(shown, sheet, this.since(shown)) : '');
  }

  /** Show this part here. @param {string} part @param {number} now */
  go(part, now) {
    this.#touched = now;
    this.#part = part;
    this.#stepped = true;
  }

  /**
   * Step to the next part (1) or the one before (-1), from the part that is large now. Between the last and the first is
   * the whole, where it can be read. @param {Shown} shown @param {Sheet | null} sheet @param {number} by @param {string} now @param {boolean} [whole]
   */
  step(shown, sheet, by, now, whole = true) {
    const parts = partsOf(shown, sheet);
    if (!parts.length) return;
    const at = parts.findIndex(({ id }) => id === now);
    const next = at < 0 ? (by > 0 ? 0 : parts.length - 1) : at + by;
    this.go(parts[next]?.id ?? (whole ? '' : parts[by > 0 ? 0 : parts.length - 1].id), shown.now());
  }
}
