/**
 * Places notes beside the axis, each as near as possible to its point on it: freely, or on shelves (rows).
 *
 * No DOM, no clock and no randomness may live here. The caller chooses side and font size.
 */

/**
 * @typedef {{id: string, ids: string[], at: number, w: number, h: number}} Loose  a note that wants to lie at x = `at`
 * @typedef {{id: string, ids: string[], at: number, x: number, d: number, w: number, h: number}} Laid  `d`: distance from the line
 */

/**
 * Place notes beside an axis, each as near as possible to its point on it; those in `before` keep their positions.
 * @param {Loose[]} notes
 * @param {{left: number, right: number, depth: number, gap: number, before?: Map<string, Laid>, aside?: number, taken?: Laid[]}} space
 *   `aside`: the cost of a pixel sideways relative to a pixel away from the axis; `taken`: boxes already used
 * @returns {Laid[] | null} null when they do not all fit
 */
export function beside(notes, { left, right, depth, gap, before = new Map(), aside = 1.15, taken = [] }) {
  /** @type {Laid[]} */
  const laid = [];
  /** @type {Loose[]} */
  const rest = [];
  for (const one of notes) {
    const old = before.get(one.id);
    const fits = old && old.w === one.w && old.h === one.h && old.d + one.h <= depth && old.x >= left - 1
      && old.x + one.w <= right + 1 && Math.abs(old.x + old.w / 2 - one.at) <= one.w * (aside < 0.15 ? 2.5 : 1.3) + 2
      && ![...taken, ...laid].some((other) => touch(other, { ...old, ...one }, gap));
    if (old && fits) laid.push({ ...old, ids: one.ids, at: one.at });
    else rest.push(one);
  }
  for (const one of rest) {
    const place = nearest(one, [...taken, ...laid], { left, right, depth, gap, aside });
    if (!place) return null;
    laid.push(place);
  }
  return laid;
}

/** @param {{x: number, d: number, w: number, h: number}} a @param {{x: number, d: number, w: number, h: number}} b @param {number} gap */
function touch(a, b, gap) {
  return a.x < b.x + b.w + gap && b.x < a.x + a.w + gap && a.d < b.d + b.h + gap && b.d < a.d + a.h + gap;
}

/** How far sideways a note may be placed, in its own widths. */
const NEAR = [0, 0.18, -0.18, 0.36, -0.36, 0.55, -0.55, 0.8, -0.8, 1.1, -1.1];
const FAR = [1.4, -1.4, 1.8, -1.8, 2.3, -2.3];

/**
 * @param {Loose} one @param {Laid[]} laid
 * @param {{left: number, right: number, depth: number, gap: number, aside: number}} space @returns {Laid | null}
 */
function nearest(one, laid, { left, right, depth, gap, aside }) {
  const home = one.at - one.w / 2;
  const most = Math.max(left, right - one.w);
  const xs = new Set();
  for (const share of aside < 0.15 ? [...NEAR, ...FAR] : NEAR) {
    xs.add(Math.round(Math.min(Math.max(home + share * one.w, left), most)));
  }
  const own = Math.min(Math.max(home, left), most);
  let best = null;
  let least = Infinity;
  for (const x of xs) {
    const d = lowest(x, one, laid, gap);
    if (d + one.h > depth) continue;
    const cost = d + Math.abs(x - own) * aside;
    if (cost < least) {
      least = cost;
      best = { id: one.id, ids: one.ids, at: one.at, x, d, w: one.w, h: one.h };
    }
  }
  return best;
}

/** @param {number} x @param {Loose} one @param {Laid[]} laid @param {number} gap */
function lowest(x, one, laid, gap) {
  const column = laid.filter((o) => o.x < x + one.w + gap && x < o.x + o.w + gap).sort((a, b) => a.d - b.d);
  let d = 0;
  for (const other of column) {
    if (d + one.h + gap <= other.d) return d;
    d = Math.max(d, other.d + other.h + gap);
  }
  return d;
}

/**
 * Place notes on `count` shelves beside an axis, with the least movement sideways.
 * @param {Loose[]} notes in order of `at`
 * @param {{left: number, right: number, gap: number, count: number, near?: Set<string>, most: number}} space
 *   `near`: notes that must be on the first shelf; `most`: how far a note may be moved, in its widths
 * @returns {{laid: Laid[], depth: number, cost: number} | null} null when they do not fit, or not so near
 */
export function shelves(notes, { left, right, gap, count, near = new Set(), most }) {
  const lines = Array.from({ length: count }, () => ({ notes: /** @type {Loose[]} */ ([]), end: left }));
  for (const one of notes) {
    const home = Math.max(left, one.at - one.w / 2);
    // The nearest shelf on which it fits at its own point, else the one with the most space.
    const line = near.has(one.id) ? lines[0] : lines.find(({ end }) => end <= home + one.w * 0.2)
      ?? lines.reduce((best, other) => (other.end < best.end ? other : best));
    line.notes.push(one);
    line.end = Math.max(line.end, home) + one.w + gap;
  }
  /** @type {Laid[]} */
  const laid = [];
  let depth = 0;
  let cost = 0;
  for (const line of lines) {
    const xs = spread(line.notes, left, right, gap);
    if (!xs) return null;
    for (const [i, one] of line.notes.entries()) {
      const moved = Math.abs(xs[i] + one.w / 2 - Math.min(Math.max(one.at, left + one.w / 2), right - one.w / 2)) / one.w;
      if (moved > most) return null;
      cost += moved * moved;
      laid.push({ id: one.id, ids: one.ids, at: one.at, x: Math.round(xs[i]), d: depth, w: one.w, h: one.h });
    }
    depth += Math.max(0, ...line.notes.map((one) => one.h)) + (line.notes.length ? gap : 0);
  }
  return { laid, depth: Math.max(0, depth - gap), cost };
}

/**
 * Positions without overlap, each as near as possible to its point: overlapping ones are pooled and averaged.
 * @param {Loose[]} notes @param {number} left @param {number} right @param {number} gap @returns {number[] | null}
 */
function spread(notes, left, right, gap) {
  let offset = 0;
  /** @type {{sum: number, n: number}[]} */
  const pools = [];
  const offsets = notes.map((one) => {
    const at = offset;
    pools.push({ sum: one.at - one.w / 2 - at, n: 1 });
    for (let last = pools.length - 1; last > 0 && pools[last - 1].sum / pools[last - 1].n > pools[last].sum / pools[last].n; last -= 1) {
      const gone = /** @type {{sum: number, n: number}} */ (pools.pop());
      pools[last - 1].sum += gone.sum;
      pools[last - 1].n += gone.n;
    }
    offset += one.w + gap;
    return at;
  });
  const free = right - left - (offset - gap);
  if (notes.length && free < 0) return null;
  const bases = pools.flatMap((pool) => new Array(pool.n).fill(Math.min(Math.max(pool.sum / pool.n, left), left + free)));
  return offsets.map((at, i) => bases[i] + at);
}
