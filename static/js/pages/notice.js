/**
 * The noticeboard of a programme: where it stands, what was found, what is tried and what was learned, to hang on a screen or
 * to read on a phone. It is fetched (SPEC 9, `notice`): this page opens no board, and its key opens none.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { cyclePicture, stationList } from '../board/cycle.js';
import { today } from '../notes/days.js';
import { told } from '../board/told.js';
import { tongue } from '../notes/look.js';
import { dayWords } from '../text.js';
import { langSwitch } from './door-code.js';
import { mark } from './mark.js';

/** @typedef {{ title: string, heading: import('../types.js').Both, venue: string, lang: import('../types.js').Lang, changed: number, cycle: import('../types.js').Cycle }} Notice */

/** Ms between two looks: it hangs for weeks, and shows a change soon. */
const AGAIN = 60_000;
/** Reasons for which there is nothing more to look for. */
const GONE = ['no_access', 'gone', 'no_page', 'role'];

/** @param {import('../types.js').Context} context @returns {import('../types.js').Page} */
export function start(context) {
  const { keys, t, redraw } = context;
  const board = decodeURIComponent(location.pathname.split('/').filter(Boolean).pop() ?? '');
  const { k } = keys.takeFragment();
  // Kept in this browser, so that the page can be opened again; it stands in no list of workshops.
  if (k) keys.write('local', `tavle.notice.${board}`, k);
  const token = k || keys.read('local', `tavle.notice.${board}`, '');
  /** @type {Notice | null} */ let notice = null;
  let wrong = '';
  addEventListener('hashchange', () => location.reload());
  addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void look());
  setInterval(() => void look(), AGAIN);
  void look();
  return { render };

  async function look() {
    if (GONE.includes(wrong)) return;
    const { call } = await context.api();
    try {
      notice = /** @type {Notice} */ (await call(`/api/board/${encodeURIComponent(board)}/notice`, { method: 'GET', token }));
      wrong = '';
      document.title = notice.title;
    } catch (error) {
      wrong = /** @type {{ reason?: string }} */ (error).reason ?? 'offline';
    }
    redraw();
  }

  function render() {
    if (GONE.includes(wrong)) return html`<main class="notice">${mark()}<h1 id="heading" tabindex="-1">${t('notice.withdrawn')}</h1><p>${t('notice.withdrawn_so')}</p></main>`;
    if (!notice) return html`<main class="notice"><p role="status">${t(wrong ? `error.${wrong}` : 'console.opening')}</p></main>`;
    const { title, venue, lang, changed, cycle } = notice;
    const words = { say: context.say, t, lang: context.lang(), board: { lang } };
    const day = today(Date.now());
    return html`<main class="notice">
      <header class="notice-head"><p class="over">${[venue, t('notice.name')].filter(Boolean).join(' · ')}</p>
        <h1 id="heading" tabindex="-1"><bdi lang=${tongue(title, words)}>${title}</bdi></h1></header>
      <div class="wall-home">${cyclePicture(cycle, words, day)}<div class="notice-list">${stationList(cycle, words, day)}</div>
        <div class="wall-told">${told(cycle, words)}</div></div>
      <footer class="notice-foot"><p>${t('cycle.no_names')}</p><p class="quiet">${t('notice.changed', { day: dayWords(changed, words) })}${wrong ? html` · ${t('notice.away')}` : nothing}</p>${langSwitch(context)}</footer>
    </main>`;
  }
}
