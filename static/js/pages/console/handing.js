/** Handing on what was picked to a programme (SPEC R42): which one, what is there already, and what went wrong. */
import { html, live, nothing } from '../../../lib/lit-html.js';
import { at } from '../../sync/keys.js';
import { quoted } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */
/** A programme that can be chosen. `token`: of this browser; '' where the workshop itself has the key. @typedef {{ id: string, title: string, token: string }} Choice */
/** What is chosen and typed; `busy` while it is handed on. @typedef {{ to: string, link: string, busy: boolean, error: string }} Handing */

/** Among the programmes: the one whose link is pasted. */
const OTHER = 'link';
/** What a link of a programme's console looks like. */
const LINK = /\/console\/([\w-]{8,64})\/?#(?:.*&)?k=([\w-]{16,64})/;
/** @type {Handing} */
const NOTHING = { to: '', link: '', busy: false, error: '' };

/** @param {ConsoleState} ui @param {Shown} shown */
export function handBox(ui, shown) {
  const { t, board } = shown;
  const becomes = new Map(shown.sheets.flatMap((sheet) => sheet.lanes.map((lane) => [`${sheet.id}/${lane.id}`, lane.becomes])));
  const picked = shown.notes.filter((note) => note.handed && !note.draft && becomes.get(`${note.sheet}/${note.lane}`));
  if (!board || board.rehearsal || !picked.length) return nothing;
  const state = ui.state.handing ?? NOTHING;
  const choices = programmes(ui, shown);
  const to = choices.some(({ id }) => id === state.to) || state.to === OTHER ? state.to : choices[0]?.id ?? OTHER;
  // A pasted link may be that of a programme that is known here.
  const chosen = to === OTHER ? linked(state.link, [location.href, ui.door.info?.url, ...ui.door.info?.addresses ?? []]) : choices.find(({ id }) => id === to) ?? null;
  const left = picked.filter((note) => !note.handed?.includes(chosen?.id ?? '')).length;
  /** @param {Partial<Handing>} change */
  const set = (change) => ui.set({ handing: { ...(ui.state.handing ?? NOTHING), ...change } });
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    if (state.busy) return;
    if (!chosen) {
      set({ error: 'no_programme' });
      return;
    }
    set({ busy: true, error: '' });
    const error = await handOn(ui, chosen);
    set({ busy: false, error, ...(error || to !== OTHER ? {} : { link: '' }) });
  };
  const inside = html`<p class="small">${t('hand.hint')}</p>
    <div role="status">${board.handings?.length ? html`<ul class="plain-list">${said(shown)}</ul>` : nothing}</div>
    <form class="stack" @submit=${send}>
      ${choices.length ? html`<label class="field"><span class="label">${t('hand.which')}</span><select class="input" name="programme" @change=${(/** @type {any} */ event) => set({ to: event.target.value, error: '' })}>
        ${choices.map(({ id, title }) => html`<option value=${id} .selected=${id === to}>${title || t('hand.untitled')}</option>`)}
        <option value=${OTHER} .selected=${to === OTHER}>${t('hand.other')}</option></select></label>` : nothing}
      ${to === OTHER ? html`<div class="field"><label class="label">${t('hand.link')}<input class="input link-field" name="programme-link" inputmode="url" autocomplete="off" spellcheck="false"
        .value=${live(state.link)} aria-invalid=${String(Boolean(state.error))} @input=${(/** @type {any} */ event) => set({ link: event.target.value, error: '' })}></label>
        <span class="hint">${t('hand.link_hint')}</span></div>` : nothing}
      <div role="alert">${state.error ? html`<p class="wrong">${t(`error.${state.error}`)}</p>` : nothing}</div>
      ${chosen && !left ? html`<p class="quiet">${t('hand.all')}</p>${to !== OTHER && chosen.token ? html`<div class="acts"><a class="button" href=${at(`/console/${chosen.id}`)}>${t('hand.open')}</a></div>` : nothing}`
      : html`<div class="acts"><button type="submit" class="button main" aria-disabled=${String(state.busy)}>${t(state.busy ? 'hand.busy' : 'hand.do', { n: chosen ? left : picked.length })}</button></div>`}
    </form>`;
  // Who has no programme is not asked for one.
  return choices.length || board.handings?.length ? html`<section class="box handing"><h2 class="box-kicker">${t('hand.title')}</h2>${inside}</section>`
    : html`<details class="box handing"><summary class="box-kicker">${t('hand.title')}</summary><div class="stack">${inside}</div></details>`;
}

/** What each programme has, or why it has not; the sentences of one that has tried more than once are one. @param {Shown} shown */
function said(shown) {
  /** @type {Map<string, { title: string, count: number, state: string }>} */ const found = new Map();
  for (const { programme, title, count, state } of shown.board?.handings ?? []) {
    const key = `${programme} ${state}`;
    found.set(key, { title, count: count + (found.get(key)?.count ?? 0), state });
  }
  // What a leader answered later goes along by itself, and is no further point.
  return [...found.values()].filter(({ count }) => count).map(({ title, count, state }) => html`<li class=${state && state !== 'done' ? 'wrong' : ''}>${
    shown.t(state === 'done' ? 'hand.done' : state ? 'hand.not' : 'hand.under_way', { n: count, title: quoted(title, shown.lang) })}</li>`);
}

/** The programme that the workshop was started from, and those that this browser leads. @param {ConsoleState} ui @param {Shown} shown @returns {Choice[]} */
function programmes(ui, shown) {
  const { id = '', title = '' } = shown.board?.started_from ?? {};
  const own = ui.context.keys.programmes().filter((one) => one.id !== id);
  return id ? [{ id, title, token: ui.context.keys.token(id, 'facilitator') }, ...own] : own;
}

/** @param {string} url @returns {string} '' for what is no address */
function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}

/**
 * The programme of a link, or null where it is none of this installation's: the key of another's is sent nowhere.
 * @param {string} text @param {(string | undefined)[]} addresses  by which this one is reached @returns {Choice | null}
 */
export function linked(text, addresses) {
  const [, id, token] = LINK.exec(text.trim()) ?? [];
  const ours = addresses.some((one) => one && hostOf(one) && hostOf(one) === hostOf(text.trim()));
  return id && ours ? { id, title: '', token } : null;
}

/** Hand on; why it was not, or ''. What is there then, the records say. @param {ConsoleState} ui @param {Choice} chosen @returns {Promise<string>} */
async function handOn({ context }, { id, token }) {
  try {
    const { call } = await context.api();
    await call(`/api/board/${encodeURIComponent(context.board)}/hand_on`, {
      method: 'POST', body: token ? { programme: id, token } : {}, token: context.token(),
    });
    return '';
  } catch (error) {
    return /** @type {any} */ (error).reason ?? 'offline';
  }
}
