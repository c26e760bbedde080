/** The end: thanks, the picture and texts to take home; and the quiet pane of a listener. */
import { html, nothing } from '../../../lib/lit-html.js';
import { DATES } from '../../text.js';
import { foot, head, lock, lostTexts, ownNotes, toBoard } from '../phone.js';

/** @typedef {import('../phone.js').Desk} Desk */
/** @typedef {import('../../types.js').Shown} Shown */

const FILES = ['png', 'pdf', 'svg', 'md', 'csv', 'json'];

/** @param {Desk} desk @param {Shown} shown */
export function end(desk, shown) {
  const closed = Boolean(shown.board?.closed);
  return html`${closed ? head(desk, shown, { title: desk.t('end.title'), instruction: desk.t('end.closed') }) : head(desk, shown)}
    <main class="phone-main">${lostTexts(desk)}${closed ? halfWritten(desk) : nothing}
      <section class="stack"><h2>${desk.t('end.take')}</h2>${files(desk, shown)}
        <p class="small quiet">${desk.t('end.no_names')} ${expires(desk, shown)}</p></section>
      ${toBoard(desk, 'board', 'look.board', true)}
      ${closed ? nothing : html`${ownNotes(desk, shown)}${foot(desk, shown)}`}
    </main>`;
}

/** What was still being written when the workshop was closed, to read and copy. @param {Desk} desk */
function halfWritten(desk) {
  const key = desk.at?.round.id ?? '';
  const text = desk.text(key).trim();
  return text ? html`<div class="banner"><span>${desk.t('end.half', { text })}</span>
    <button type="button" class="link" @click=${() => desk.setText(key, '')}>${desk.t('lost.drop')}</button></div>` : nothing;
}

/** @param {Desk} desk @param {Shown} shown */
function expires(desk, shown) {
  if (!shown.board?.expires) return '';
  const day = new Intl.DateTimeFormat(DATES[shown.lang], { day: 'numeric', month: 'long', year: 'numeric' }).format(shown.board.expires);
  return desk.t('end.expires', { day });
}

/** @param {Desk} desk @param {Shown} shown */
export function files(desk, shown) {
  return html`<div class="files">${FILES.map((kind) => html`<button type="button" class=${kind === 'png' ? 'button main' : 'button'} aria-disabled=${String(desk.picked.fetching === kind)} @click=${() => fetchFile(desk, shown, kind)}>
    <span>${desk.t(desk.picked.fetching === kind ? 'end.fetching' : `file.${kind}`)}</span><small>${kind.toUpperCase()}</small></button>`)}</div>`;
}

/** @param {Desk} desk @param {Shown} shown @param {string} kind */
async function fetchFile(desk, shown, kind) {
  if (desk.picked.fetching) return;
  const { context } = desk;
  desk.pick('fetching', kind);
  const name = shown.say(shown.method?.title).toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'oe').replaceAll('å', 'aa').replace(/[^a-z0-9]+/g, '-') || 'tavle';
  try {
    const { download } = await context.api();
    await download(`/api/board/${encodeURIComponent(context.board)}/export/${name}.${kind}?lang=${shown.lang}`, { token: context.token(), name: `${name}.${kind}` });
  } catch (error) {
    context.toast(context.t(`error.${/** @type {any} */ (error).reason ?? 'unknown'}`));
  }
  desk.pick('fetching', '');
}

/** @param {Desk} desk @param {Shown} shown */
export function listen(desk, shown) {
  const part = desk.part('board');
  return html`${head(desk, shown, { title: desk.t('listen.title'), instruction: shown.board?.title })}
    <main class="phone-main">${lock(desk, 'listen')}
      <div class="panel"><p class="strong">${shown.say(shown.round?.title)}</p><p class="quiet">${shown.say(shown.round?.instruction)}</p></div>
      ${part ? part.boardList(desk, shown) : nothing}
      ${foot(desk, shown)}</main>`;
}
