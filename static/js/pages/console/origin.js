/** Where a note comes from that was handed on (SPEC R42): what was told beside it is fetched when somebody looks,
 * but on a console that was lent for one sitting, which is not given it (R27). */
import { html, keyed } from '../../../lib/lit-html.js';
import { sources } from '../../notes/sources.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** What was fetched, by note, with the sources that the note had then: more may be told later. @type {Map<string, { of: Note['sources'], found: Note['sources'] | null }>} */
const fetched = new Map();

/** @param {ConsoleState} ui @param {Shown} shown @param {Note} note */
export function origin(ui, shown, note) {
  const known = fetched.get(note.id);
  const fresh = known && JSON.stringify(known.of) === JSON.stringify(note.sources) ? known : null;
  return html`${keyed(note.id, sources(note, shown, fresh?.found ?? null, () => { if (!fresh && !shown.me?.lent) void look(ui, note); }))}`;
}

/** @param {ConsoleState} ui @param {Note} note */
async function look({ context }, note) {
  fetched.set(note.id, { of: note.sources, found: null });
  try {
    const { call } = await context.api();
    const answer = await call(`/api/board/${encodeURIComponent(context.board)}/told/${encodeURIComponent(note.id)}`, { token: context.token(), method: 'GET' });
    fetched.set(note.id, { of: note.sources, found: answer.sources });
  } catch (error) {
    fetched.delete(note.id);
    context.toast(context.t(`error.${/** @type {any} */ (error).reason ?? 'offline'}`));
  }
  context.redraw();
}
