/**
 * Short fields (`data-most`: so many characters). None cuts what is typed or pasted: one that holds more says so at once,
 * keeps all of it, and its form is not sent until it is shorter. Notes count for themselves, beside their box.
 */
import { tooLong } from '../text.js';

/** @typedef {import('../types.js').T} T */

/** @param {T} t */
export function watchLengths(t) {
  document.addEventListener('input', ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    if (!field.dataset?.most) return;
    const fitted = field.validity.valid;
    judgeLength(field, t);
    if (fitted && field.validity.customError) field.reportValidity();
  });
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field @param {T} t @param {number} [most] of a field that does not say it */
export function judgeLength(field, t, most = Infinity) {
  field.setCustomValidity(tooLong(field.value, Number(field.dataset.most) || most, t));
}
