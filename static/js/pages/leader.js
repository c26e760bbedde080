/**
 * The leader edition: what a workshop takes with it, to read, to print and to save. It is fetched as a file (SPEC 9): this
 * page opens no board, and its key opens none. Once the workshop is closed, the
 * points are answered here (leader/answering.js).
 */
import { html, nothing } from '../../lib/lit-html.js';
import { tongue } from '../notes/look.js';
import { dayWords } from '../text.js';
import { langSwitch } from './door-code.js';
import { answering } from './leader/answering.js';
import { programmeParts } from './leader/programme.js';
import { mark } from './mark.js';

/** @typedef {{ title: string, written: import('../types.js').Lang, venue: string, day: string, method: { title: string }, sheets: { title: string, lanes: { id: string, title: string, notes: { text: string, count: number }[] }[] }[] }} Edition */

/** The formats to save it in. */
const FILES = ['pdf', 'md'];
/** The colours of lanes, in order. */
const COLORS = ['yellow', 'mint', 'lilac', 'sky', 'coral'];

/** @param {import('../types.js').Context} context @returns {import('../types.js').Page} */
export function start(context) {
  const { keys, t, redraw } = context;
  const board = decodeURIComponent(location.pathname.split('/').filter(Boolean).pop() ?? '');
  const { k } = keys.takeFragment();
  // Kept in this browser, so that the page can be opened again; it stands in no list of workshops.
  if (k) keys.write('local', `tavle.leader.${board}`, k);
  const token = k || keys.read('local', `tavle.leader.${board}`, '');
  /** @type {Edition | null} */ let edition = null;
  let wrong = '';
  let fetching = '';
  let lang = '';
  const answers = answering(context, { board, token });
  void answers.look();
  addEventListener('hashchange', () => location.reload());
  return { render };

  async function look() {
    lang = context.lang();
    const { call } = await context.api();
    try {
      const read = /** @type {Edition} */ (await call(file('edition', 'json'), { method: 'GET', token }));
      // Whoever has chosen no language is spoken to in the workshop's: then it is read once more, in that one.
      await context.followLang(read.written);
      if (lang !== context.lang()) return;
      edition = read;
      wrong = '';
      document.title = edition.title;
    } catch (error) {
      wrong = /** @type {{ reason?: string }} */ (error).reason ?? 'offline';
    }
    redraw();
  }

  /**
   * What lies in a lane: as it can be answered, where it can. @param {Edition['sheets'][0]['lanes'][0]} lane
   * @returns {(import('./leader/answering.js').Point | { text: string, count: number })[]}
   */
  function points(lane) {
    const found = answers.asked?.notes.filter((point) => point.lane === lane.id) ?? [];
    return found.length ? found : lane.notes;
  }

  /** @param {string} name @param {string} kind */
  function file(name, kind) {
    return `/api/board/${encodeURIComponent(board)}/leader/${name}.${kind}?lang=${context.lang()}&offset=${-new Date().getTimezoneOffset()}`;
  }

  /** A programme, which does not end, in its own words. @param {Edition} edition */
  function programme({ title, venue, method, written, ...rest }) {
    const spoken = (/** @type {string} */ text) => tongue(text, { board: { lang: written }, lang: context.lang() });
    const told = /** @type {import('./leader/programme.js').Programme & { changed: string }} */ (/** @type {unknown} */ (rest));
    return html`<main class="leader leader-programme">
      <header><p class="over">${[method.title, venue].filter(Boolean).join(' · ')}</p>
        <h1 id="heading" tabindex="-1"><bdi lang=${spoken(title)}>${title}</bdi></h1>
        <p class="quiet small">${t('report.as_it_stood', { day: dayWords(told.changed, { lang: context.lang() }) })}</p></header>
      <p>${t('report.what')}</p>
      ${told.parts.length ? programmeParts(told, { t, lang: context.lang(), spoken }) : html`<p class="quiet">${t('report.empty')}</p>`}
      ${acts()}
      <p class="small quiet leader-keep">${t('report.keep')}</p>
      ${langSwitch(context)}
    </main>`;
  }

  /** The files, and paper. */
  function acts() {
    return html`<p class="acts">${FILES.map((kind) => html`<button type="button" class="button" aria-disabled=${String(fetching === kind)} @click=${() => save(kind)}>${t(`leader_page.${kind}`)}</button>`)}
        <button type="button" class="button" @click=${() => print()}>${t('console.print')}</button></p>`;
  }

  /** @param {string} kind */
  async function save(kind) {
    if (fetching || !edition) return;
    fetching = kind;
    redraw();
    const { download, fileName } = await context.api();
    const name = fileName(edition.title);
    try {
      await download(file(name, kind), { token, name: `${name}.${kind}` });
    } catch (error) {
      context.toast(t(`error.${/** @type {{ reason?: string }} */ (error).reason ?? 'offline'}`));
    }
    fetching = '';
    redraw();
  }

  function render() {
    if (lang !== context.lang()) void look();
    if (wrong) {
      const gone = ['no_access', 'gone', 'no_page', 'role'].includes(wrong);
      return html`<main class="leader">${mark()}<h1 id="heading" tabindex="-1">${t(gone ? 'leader_page.withdrawn' : 'leader_page.away')}</h1>
        <p>${t(gone ? 'leader_page.withdrawn_so' : `error.${wrong}`)}</p>
        ${gone ? answers.unsaved() : html`<p class="acts"><button type="button" class="button" @click=${look}>${t('leader_page.again')}</button></p>`}</main>`;
    }
    if (!edition) return html`<main class="leader"><p role="status">${t('console.opening')}</p></main>`;
    if ('report' in edition) return programme(edition);
    const { title, venue, day, method, written } = edition;
    const { asked } = answers;
    const said = asked?.notes.filter(({ answer }) => answer).length ?? 0;
    const spoken = (/** @type {string} */ text) => tongue(text, { board: { lang: written }, lang: context.lang() });
    // A lane keeps its colour of the wall where lanes before it are empty.
    const lanes = edition.sheets.flatMap((sheet) => sheet.lanes.map((lane, at) => ({ ...lane, color: COLORS[at % COLORS.length] }))).filter(({ id, notes }) => notes.length && !(asked?.open && id === asked.lane));
    return html`<main class="leader">
      <header><p class="over">${[method.title, venue, day && dayWords(day, { lang: context.lang() })].filter(Boolean).join(' · ')}</p>
        <h1 id="heading" tabindex="-1"><bdi lang=${spoken(title)}>${title}</bdi></h1></header>
      <p>${t('leader_page.what')}</p>
      ${asked?.notes.length ? html`<p class="leader-ask">${t(asked.open ? 'leader_page.answer_now' : 'leader_page.answer_later')}</p>
        ${asked.open ? html`<p class="leader-count" role="status">${t('leader_page.answered', { n: said, of: asked.notes.length })}</p>` : nothing}` : nothing}
      ${lanes.length ? lanes.map((lane) => html`<section class=${lane.color}><h2>${lane.title}</h2>
        <ul>${points(lane).map((point) => html`<li><bdi lang=${spoken(point.text)}>${point.text}</bdi>${point.count > 1 ? html` <small>${t('boards.count', { n: point.count })}</small>` : nothing}
          ${'answer' in point ? answers.draw(point, written) : nothing}</li>`)}</ul></section>`)
        : html`<p class="quiet">${t('leader_page.empty')}</p>`}
      ${acts()}
      <p class="small quiet leader-keep">${t('leader_page.keep')}</p>
      ${langSwitch(context)}
    </main>`;
  }
}
