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

/** A sheet's parts in order, of a closed workshop those that hold something; empty where there is nothing to walk through. @param {Shown} shown @param {Sheet | null} sheet @returns {WalkPart[]} */
export function partsOf(shown, sheet) {
  const every = (sheet && formOf(sheet)?.parts(shown, sheet)) ?? [];
  const parts = shown.board?.closed ? every.filter((part) => /** @type {{notes?: unknown[]}} */ (part).notes?.length !== 0) : every;
  return parts.length > 1 ? parts : [];
}

/** The id of the part that the console shows now; '' for the whole. @param {Shown} shown @param {Sheet | null} sheet @returns {string} */
export function ledTo(shown, sheet) {
  const walk = shown.board?.walk;
  if (!sheet || walk?.sheet !== sheet.id) return '';
  return walk.since ? following(shown, sheet, walk.since) : walk.part ?? '';
}

/** The part that is due now where one follows another. @param {Shown} shown @param {Sheet} sheet @param {number} since */
function following(shown, sheet, since) {
  const parts = partsOf(shown, sheet);
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
  /** Whether parts follow one another here once the workshop is closed: nobody leads any more. */
  alone = false;

  /** Since when the parts follow one another here without being led; 0: they do not. @param {Shown} shown */
  since(shown) {
    return this.alone && !this.#stepped ? shown.board?.closed ?? 0 : 0;
  }

  /** The part that this screen shows. @param {Shown} shown @param {Sheet | null} sheet @returns {string} */
  part(shown, sheet) {
    const led = `${shown.board?.round} ${sheet?.id} ${shown.turns.get('groups')?.holder ?? ''} ${JSON.stringify(shown.board?.walk ?? {})}`;
    if (led !== this.#led) {
      this.#led = led;
      this.#stepped = false;
    }
    if (this.#stepped) return this.#part;
    return ledTo(shown, sheet) || (sheet && this.since(shown) ? following(shown, sheet, this.since(shown)) : '');
  }

  /** Show this part here. @param {string} part */
  go(part) {
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
    this.go(parts[next]?.id ?? (whole ? '' : parts[by > 0 ? 0 : parts.length - 1].id));
  }
}
