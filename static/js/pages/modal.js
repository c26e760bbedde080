/** Opening a modal dialog, with the focus in the field that it was opened for, or else in its first one. */

/** What is typed in: not what is only read, and no choices. */
const FIELD = 'textarea:not([readonly]), input:not([readonly], [type="radio"], [type="checkbox"])';

/**
 * For `ref`: open the dialog, once its element is in the page; of one that is open already, focus its field, or its first
 * button where the focus was lost.
 * @param {Element | undefined} element
 */
export function openModal(element) {
  const dialog = /** @type {HTMLDialogElement | undefined} */ (element);
  if (dialog) queueMicrotask(() => {
    if (!dialog.isConnected) return;
    if (!dialog.open) dialog.showModal();
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement | null} */ (dialog.querySelector('input[autofocus]') ?? dialog.querySelector(FIELD));
    if (!field) {
      // What had the focus in a dialog that goes on may be gone.
      if (!dialog.contains(document.activeElement)) dialog.querySelector('button')?.focus();
      return;
    }
    field.focus();
    // One goes on writing at the end; numbers and days have no place in them to write at.
    if (field.selectionStart !== null) field.setSelectionRange(field.value.length, field.value.length);
  });
}
