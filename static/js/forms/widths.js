/** Divides a width among lanes by weight. No drawing and nothing about notes may live here. */

/**
 * Widths by weight, none below its minimum if the whole width allows that.
 * @param {number[]} weights @param {number[]} leasts px @param {number} whole px @returns {number[]}
 */
export function shareOut(weights, leasts, whole) {
  const all = Math.max(0.001, sum(weights));
  const wanted = weights.map((one, at) => Math.max(leasts[at], (whole * one) / all));
  const over = sum(wanted) - whole;
  const spare = sum(wanted.map((one, at) => one - leasts[at]));
  if (spare < over) return weights.map((one) => (whole * one) / all);
  return wanted.map((one, at) => one - (spare > 0 ? (over * (one - leasts[at])) / spare : 0));
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, n) => total + n, 0);
}
