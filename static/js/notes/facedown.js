/**
 * Notes that lie face down: how their pile looks, and how long each waits when they are turned over.
 * No DOM, no clock and no randomness may live here.
 */

/**
 * Where the notes of a face-down pile lie, at most `most` of them: offsets in em and turns in degrees.
 * @param {number} count @param {number} [most]
 */
export function pile(count, most = 14) {
  const shown = Math.min(count, most);
  const lying = [];
  for (let i = 0; i < shown; i += 1) {
    const turn = ((i * 47) % 13) - 6;
    lying.push({ x: (((i * 29) % 17) - 8) * 0.05, y: -i * 0.16 + (((i * 31) % 11) - 5) * 0.03, turn });
  }
  return lying;
}

/**
 * How long each of many notes waits before it turns: one after another, all within `within` ms.
 * @param {string[]} ids sorted @param {number} [within]
 * @returns {Map<string, number>}
 */
export function turnTimes(ids, within = 840) {
  const step = ids.length > 1 ? Math.min(120, within / (ids.length - 1)) : 0;
  return new Map(ids.map((id, i) => [id, Math.round(i * step)]));
}
