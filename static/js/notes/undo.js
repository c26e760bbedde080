/** What undoing would take back, in words for its button. */

/** Characters of a text that stand on the button. */
const MOST = 28;

/** @param {import('../types.js').Shown} shown */
export function undoWords(shown) {
  const undo = shown.me?.undo;
  if (!undo) return shown.t('phone.undo_last');
  const letters = [...undo.text.replace(/\s+/gu, ' ').trim()];
  const text = letters.length > MOST ? `${letters.slice(0, MOST - 1).join('').trimEnd()}…` : letters.join('');
  return shown.t(`undo.${undo.what}`, { text });
}
