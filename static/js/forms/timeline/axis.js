/**
 * The axis of a timeline: which years are labelled, and the brackets of period headings above it.
 * No positions of notes and no DOM may live here.
 */

/** @typedef {import('../../notes/measure.js').Measure} Measure */

/**
 * The years on the axis: the first, the last and every fifth are strong; if space is short, only those are labelled.
 * @param {number} from @param {number} to @param {number} width @param {number} size
 */
export function yearMarks(from, to, width, size) {
  const count = Math.max(1, to - from + 1);
  const step = width / count;
  const tight = step < size * 2.9;
  const marks = [];
  for (let year = from; year <= to; year += 1) {
    const end = year === from || year === to;
    const strong = end || year % 5 === 0;
    const near = !end && (year - from) * step < size * 3 || !end && (to - year) * step < size * 3;
    marks.push({ year, x: Math.round((year - from + 0.5) * step), strong, shown: !tight || end || (strong && !near) });
  }
  return marks;
}

/**
 * Period headings as brackets; overlapping ones get separate rows.
 * @param {{id: string, text: string, from: number, to: number}[]} headings @param {Map<string, number>} xs
 * @param {number} size @param {Measure} measure @param {number} width
 */
export function bracketRows(headings, xs, size, measure, width) {
  const step = width / Math.max(1, xs.size);
  const tall = size * 2.5;
  /** @type {number[]} */
  const ends = [];
  const rows = [...headings]
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))
    .flatMap((heading) => {
      const first = xs.get(String(heading.from));
      const last = xs.get(String(heading.to));
      if (first === undefined || last === undefined) return [];
      const left = Math.max(0, Math.min(first, last) - step * 0.46);
      const right = Math.min(width, Math.max(first, last) + step * 0.46);
      const words = Math.min(width, heading.text.split(' ').reduce((sum, word) => sum + measure(word) + 0.26, 0) * size * 1.06);
      const reach = Math.max(right, left + words + size * 0.5);
      let row = ends.findIndex((end) => end <= left);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = reach;
      // A text that would cross the right edge begins further to the left.
      const shift = Math.round(Math.max(-left, Math.min(0, width - left - words)));
      return [{ id: heading.id, x: Math.round(left), w: Math.round(right - left), y: row * tall, h: tall, shift }];
    });
  return { rows, height: ends.length * tall };
}
