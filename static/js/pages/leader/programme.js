/**
 * A programme as its leaders read it (SPEC R50): where it stands, what was found, is tried and was learned, the story in
 * words, what is tried and what others are asked. It draws the `json` of the leader edition, and fetches nothing.
 */
import { html, nothing } from '../../../lib/lit-html.js';
import { dayWords } from '../../text.js';

/** @typedef {{ text: string, marks: { title: string, asked: string }[], about: string[], answers: { title: string, value: string, words: string }[], sources: string[] }} Note */
/** @typedef {{ id: string, title: string, notes: Note[] }} Pile */
/** @typedef {{ name: string, marks: { title: string }[], text: string }} Circle */
/** @typedef {{ id: string, title: string, versions?: { number: number, day: string, lanes: Pile[], circles: Circle[], links: string[] }[], lanes?: { id: string, title: string, chains: Note[][] }[] }} Part */
/** @typedef {{ stations: { title: string, counts: { count: number, title: string }[] }[], told: { title: string, learned: boolean, lines: { text: string, of: string, until: string }[] }[], coming: { day: string, title: string, text: string }[], parts: Part[] }} Programme */

/** An answer after what it answers; a question needs no colon. @param {string} asked @param {string} words */
const answered = (asked, words) => (asked.endsWith('?') ? `${asked} ${words}` : `${asked}: ${words}`);

/**
 * @param {Programme} edition
 * @param {{ t: import('../../types.js').T, lang: import('../../types.js').Lang, spoken(text: string): string }} words
 */
export function programmeParts({ stations, told, coming, parts }, { t, lang, spoken }) {
  const text = (/** @type {string} */ said) => html`<bdi lang=${spoken(said)}>${said}</bdi>`;
  const day = (/** @type {string} */ iso) => dayWords(iso, { lang });
  const list = (/** @type {string[]} */ lines) => html`<ul>${lines.map((line) => html`<li>${text(line)}</li>`)}</ul>`;
  const small = (/** @type {string[]} */ lines) => lines.map((line) => html`<small>${text(line)}</small>`);

  const note = (/** @type {Note} */ one) => html`${text(one.text)}${small([
    ...one.about.map((each) => t('report.about', { text: each })), ...one.marks.map(({ title, asked }) => answered(asked, title)), ...one.answers.map(({ title, words }) => answered(title, words)), ...one.sources])}`;

  const story = (/** @type {Part} */ part) => part.versions?.map(({ number, day: iso, lanes, circles, links }) => html`
    <p class="quiet">${number ? t('report.version', { n: number, day: day(iso) }) : t('report.not_shown')}</p>
    ${circles.length ? html`<h3>${t('report.circles')}</h3><ul>${circles.map(({ name, marks, text: sentence }) => html`<li><strong>${marks.map(({ title }) => title).join(', ')}${marks.length && name ? ': ' : ''}${text(name)}</strong>
      <small>${text(sentence)}</small></li>`)}</ul>` : nothing}
    ${links.length ? html`<h3>${t('map.others')}</h3>${list(links)}` : nothing}
    ${lanes.map(({ title, notes }) => html`<h3>${title}</h3><ul>${notes.map((one) => html`<li>${note(one)}</li>`)}</ul>`)}`);

  const register = (/** @type {Part} */ part) => part.lanes?.map(({ title, chains }) => html`<h3>${title}</h3>
    <ul>${chains.map((chain) => html`<li>${note(/** @type {Note} */ (chain.at(-1)))}${chain.length > 1 ? html`<small>${t('report.builds_on')}</small>${
      html`<ul>${chain.slice(0, -1).reverse().map((one) => html`<li>${note(one)}</li>`)}</ul>`}` : nothing}</li>`)}</ul>`);

  return html`
    ${stations.length ? html`<section class="yellow"><h2>${t('report.where')}</h2><dl class="leader-facts">${stations.map(({ title, counts }) => html`<dt>${title}</dt><dd>${counts.map(({ count, title: what }) => `${count} ${what}`).join(', ')}</dd>`)}</dl></section>` : nothing}
    ${told.map(({ title, learned, lines }) => html`<section class=${learned ? 'yellow' : 'mint'}><h2>${title}</h2>
      <ul class=${learned ? 'leader-learned' : ''}>${lines.map(({ text: said, of, until }) => html`<li>${text(said)}${small([of].filter(Boolean))}${until ? html`<small>${t('cycle.until', { day: day(until) })}</small>` : nothing}</li>`)}</ul></section>`)}
    ${coming.length ? html`<section class="sky"><h2>${t('cycle.next')}</h2><dl class="leader-facts">${coming.map(({ day: iso, title, text: said }) => html`<dt>${day(iso)}</dt><dd>${title}: ${text(said)}</dd>`)}</dl></section>` : nothing}
    ${parts.map((part) => html`<section class="lilac"><h2>${part.title}</h2>${part.versions ? story(part) : register(part)}</section>`)}`;
}
