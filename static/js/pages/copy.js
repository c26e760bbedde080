/** Copying a text for the person to paste elsewhere. No messages about it may live here. */

/** Whether the text was copied. @param {string} text @returns {Promise<boolean>} */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The clipboard API exists only on https and localhost; most phones come over plain http.
    const field = document.createElement('textarea');
    field.value = text;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    // Inside the dialog where one is open: the rest of the page cannot be selected then.
    (document.querySelector('dialog[open]') ?? document.body).append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    focused?.focus({ preventScroll: true });
    return copied;
  }
}
