/** The places of dots in a half circle, as people sit in front of a board. No drawing may live here. */

export const WIDTH = 1500;
export const HEIGHT = 210;
/** The middle of the half circle, its depth, and how far apart and how large the dots are while there is room. */
const TOP = 28;
const DEEP = 156;
const APART = 62;
const DOT = 16;
/** The half circle's reach to either side: at least so that the words fit into it. */
const REACH = { least: 300, most: 520 };

/**
 * Where so many dots are, and their radius: equally far apart, few in the middle of the half circle, more all along it, then
 * closer together.
 * @param {number} count @returns {{radius: number, spots: {x: number, y: number}[]}}
 */
export function halfCircle(count) {
  const reach = Math.min(REACH.most, Math.max(REACH.least, (count * APART) / 2.4));
  const path = Array.from({ length: 2001 }, (_, at) => {
    const angle = (Math.PI * at) / 2000;
    return { x: WIDTH / 2 - reach * Math.cos(angle), y: TOP + DEEP * Math.sin(angle), far: 0 };
  });
  for (let at = 1; at < path.length; at += 1) {
    path[at].far = path[at - 1].far + Math.hypot(path[at].x - path[at - 1].x, path[at].y - path[at - 1].y);
  }
  const whole = path[path.length - 1].far;
  const apart = count > 1 ? Math.min(APART, whole / (count - 1)) : APART;
  const first = (whole - apart * (count - 1)) / 2;
  const spots = Array.from({ length: count }, (_, nth) => {
    const { x, y } = path.find(({ far }) => far >= first + apart * nth - 0.01) ?? path[path.length - 1];
    return { x: Math.round(x), y: Math.round(y) };
  });
  return { radius: Math.round(Math.min(DOT, apart * 0.36) * 10) / 10, spots };
}
