/**
 * A note's colour (`color(note, shown)`) and tilt (`tilt(note)`), the same on every screen. No drawing may live here.
 */

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
 * @param {Pick<import('../types.js').Shown, 'sheet'>} shown
 */
export function color(note, shown) {
  const lane = shown.sheet(note.sheet)?.lanes.find((known) => known.id === note.lane);
  if (lane?.color && lane.color !== 'none') return lane.color;
  return COLORS[steady(note.id) % COLORS.length];
}

/** A note's tilt in degrees, -1.5 to 1.5, in steps of a tenth. @param {{ id: string }} note */
export function tilt(note) {
  return ((steady(`${note.id}~`) % 31) - 15) / 10;
}
