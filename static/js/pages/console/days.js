/** The calendar file of the board's days (SPEC R46): of all notes, or of one. */
import { html, nothing } from '../../../lib/lit-html.js';
import { dayIn, fieldsOf } from '../../notes/fields.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** @param {Note} note @param {Shown} shown */
const hasDays = (note, shown) => note.reach === 'all' && fieldsOf(note, shown).some(({ id, calendar }) => calendar && dayIn(note, id));

/** A button for the file, where a day is set: of one note, or of all that are up. @param {ConsoleState} ui @param {Shown} shown @param {Note} [note] */
export function calendarButton(ui, shown, note) {
  if (note ? !hasDays(note, shown) : !shown.notes.some((one) => hasDays(one, shown))) return nothing;
  const get = async () => {
    try {
      const { downloadDays } = await ui.context.api();
      await downloadDays({ board: ui.context.board, token: ui.context.token(), title: note?.text ?? shown.board?.title ?? '', note: note?.id ?? '', lang: shown.lang });
    } catch (error) {
      ui.context.toast(shown.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
    }
  };
  return html`<button type="button" class="button" @click=${() => void get()}>${shown.t(note ? 'days.one' : 'days.all')}</button>`;
}
