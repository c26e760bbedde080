/**
 * Face-down notes: the layout of their pile, and each one's delay when they are turned over.
 * No DOM, no clock and no randomness may live here.
 */

/** How high a pile may grow, in em: what is above is outside its drawing (`drawPile`), over other words. */
const HIGHEST = 2.7;

/**
 * The positions of a face-down pile's notes, at most `most` of them: offsets in em and rotations in degrees.
 * A high pile lies closer.
 * @param {number} count @param {number} [most]
 */
export function pile(count, most = 14) {
  const shown = Math.min(count, most);
  const step = Math.min(0.16, HIGHEST / Math.max(1, shown - 1));
  const lying = [];
  for (let i = 0; i < shown; i += 1) {
    const turn = ((i * 47) % 13) - 6;
    lying.push({ x: (((i * 29) % 17) - 8) * 0.05, y: -i * step + (((i * 31) % 11) - 5) * 0.03, turn });
  }
  return lying;
}

/**
 * Each note's delay in ms before it turns over: one after another, all within `within` ms.
 * @param {string[]} ids sorted @param {number} [within]
 * @returns {Map<string, number>}
 */
export function turnTimes(ids, within = 840) {
  const step = ids.length > 1 ? Math.min(120, within / (ids.length - 1)) : 0;
  return new Map(ids.map((id, i) => [id, Math.round(i * step)]));
}
