/** Opening a modal dialog, with the focus in the field that it was opened for, or else in its first one. */

/** What is typed in: not what is only read, and no choices. */
const FIELD = 'textarea:not([readonly]), input:not([readonly], [type="radio"], [type="checkbox"])';

/**
 * For `ref`: open the dialog, once its element is in the page; of one that is open already, focus its field.
 * @param {Element | undefined} element
 */
export function openModal(element) {
  const dialog = /** @type {HTMLDialogElement | undefined} */ (element);
  if (dialog) queueMicrotask(() => {
    if (!dialog.isConnected) return;
    if (!dialog.open) dialog.showModal();
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement | null} */ (dialog.querySelector('input[autofocus]') ?? dialog.querySelector(FIELD));
    if (!field) return;
    field.focus();
    // One goes on writing at the end; numbers and days have no place in them to write at.
    if (field.selectionStart !== null) field.setSelectionRange(field.value.length, field.value.length);
  });
}
