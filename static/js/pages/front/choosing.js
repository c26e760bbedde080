/**
 * The list of workshops: a row for each, by the question that it answers, under the heading that its method file names.
 * What can be done with the chosen one opens under its row, and on a wide screen beside the list.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { starting } from './starting.js';

/** @typedef {import('../../types.js').Context} Context */
/** @typedef {import('../../types.js').Both} Both */
/**
 * A card of GET /api/methods.
 * @typedef {{ id: string, kind: string, asks: Both, title: Both, pitch: Both, unless: Both, people: [number, number], minutes: number,
 *   before: Both[], leader: 'part'|'listen'|'told', leader_question: Both, leader_part: Both, leader_listen: Both, leader_told: Both,
 *   heading: Both, sheets: import('../../forms/form.js').CardSheet[], rounds: number }} Card
 */

/** The headings, in order. */
const KINDS = ['understand', 'forward', 'short'];
/** From here on the panel stands beside the list; as in front.css. */
const BESIDE = '(min-width: 60rem)';
/** Px that stay free above a row that is scrolled to. */
const ABOVE = 8;

/** @param {Context} context */
export function choosing(context) {
  const { t, say, redraw } = context;
  const beside = matchMedia(BESIDE);
  const begin = starting(context);
  /** The id of the chosen one; '' when nobody has chosen. */
  let chosen = '';
  /** @type {typeof import('../../forms/index.js').formOf} */
  let formOf = () => null;
  beside.addEventListener('change', redraw);

  /** Resolves when the drawings can be made. */
  async function ready() {
    ({ formOf } = await import('../../forms/index.js'));
  }

  /** @param {Card[]} cards */
  function list(cards) {
    const groups = KINDS.map((kind) => ({ kind, of: cards.filter((card) => card.kind === kind) })).filter(({ of }) => of.length);
    const open = cards.find(({ id }) => id === chosen) ?? (beside.matches ? groups[0]?.of[0] : undefined);
    return html`<div class="workshops" @keydown=${press}>${begin.planned()}${groups.map(({ kind, of }) => html`
      <section class="kind" aria-labelledby=${`kind-${kind}`}><h2 id=${`kind-${kind}`}>${t(`front.kind.${kind}`)}</h2>
        <ul role="list">${of.map((card) => row(card, card === open))}</ul></section>`)}
      <p class="keys quiet small">${t('front.keys')}</p></div>`;
  }

  /** @param {Card} card @param {boolean} open */
  function row(card, open) {
    const time = duration(card.minutes);
    return html`<li role="listitem" class="workshop"><button type="button" class="workshop-row" aria-expanded=${String(open)} aria-controls=${open ? `panel-${card.id}` : nothing}
        data-method=${card.id} @click=${(/** @type {any} */ event) => choose(event.currentTarget, open)}>
        <span class="art" aria-hidden="true">${art(card)}</span>
        <span class="told"><span class="asks">${say(card.asks)}</span><span class="name">${say(card.title)}</span></span><span class="time">${time}</span></button>
      ${open ? begin.panel(card, { art: art(card), time, back: lineOf(card)?.back }) : nothing}</li>`;
  }

  /** Choose a row, or close the open one where the panel stands under it. @param {HTMLElement} button @param {boolean} open */
  function choose(button, open) {
    const at = button.getBoundingClientRect().top;
    chosen = open && !beside.matches ? '' : button.dataset.method ?? '';
    redraw();
    if (!beside.matches) requestAnimationFrame(() => requestAnimationFrame(() => keepInSight(button, at)));
  }

  /** The row stays where it was tapped, and as much of its panel as fits is in sight. @param {HTMLElement} button @param {number} was */
  function keepInSight(button, was) {
    scrollBy({ top: button.getBoundingClientRect().top - was, behavior: 'instant' });
    const panel = button.nextElementSibling?.getBoundingClientRect();
    const below = panel ? panel.bottom - innerHeight : 0;
    if (below > 0) scrollBy({ top: Math.min(below + ABOVE, button.getBoundingClientRect().top - ABOVE) });
  }

  /** Arrow keys go from row to row; Enter on the chosen one, beside which its panel stands, goes on to its button. @param {KeyboardEvent} event */
  function press(event) {
    const rows = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll('.workshop-row')]);
    const from = rows.indexOf(/** @type {HTMLElement} */ (event.target));
    if (from < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = rows[Math.max(0, Math.min(to, rows.length - 1))];
      next?.focus();
      if (next && beside.matches) choose(next, false);
    } else if (event.key === 'Enter' && beside.matches && rows[from]?.getAttribute('aria-expanded') === 'true') {
      event.preventDefault();
      if (!event.repeat) /** @type {HTMLElement | null} */ (rows[from].parentElement?.querySelector('.start button[type="submit"]'))?.focus();
    }
  }

  /** The sheet whose lanes are years, if there is one. @param {Card} card */
  function lineOf(card) {
    return card.sheets.find((sheet) => formOf(sheet)?.scaled && sheet.scale === 'years');
  }

  /**
   * The drawing of the method's most characteristic sheet, and before it the one that the workshop goes on with from there;
   * people in a ring for one that has none. @param {Card} card
   */
  function art(card) {
    const told = card.sheets.reduce((most, sheet, at) => ((formOf(sheet)?.telling ?? 0) > (formOf(card.sheets[most])?.telling ?? 0) ? at : most), 0);
    const [main, then] = card.sheets.slice(told);
    const drawn = main && formOf(main)?.art(main);
    return html`<svg viewBox="0 0 320 176" focusable="false">${drawn ? then ? goingOn(drawn, then) : drawn : ring()}</svg>`;
  }

  /** A drawing, and a smaller one on a sheet before it: several sheets, where every group has its own. @param {unknown} drawn @param {import('../../forms/form.js').CardSheet} then */
  function goingOn(drawn, then) {
    const sheets = then.per_group ? [2, 1, 0] : [0];
    return svg`<g transform="scale(0.84)">${drawn}</g>
      <g transform="translate(134 76)">${sheets.map((at) => svg`<rect class="r" x=${at * -9} y=${at * -8} width="180" height="99" rx="8"></rect>`)}
        <g transform="translate(2 1) scale(0.55)">${formOf(then)?.art({ ...then, per_group: false }) ?? nothing}</g></g>`;
  }

  /** @param {number} minutes */
  function duration(minutes) {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    if (hours && rest === 30) return t('front.hours_half', { n: hours });
    return [hours ? t('front.hours', { n: hours }) : '', rest ? t('front.minutes', { n: rest }) : ''].filter(Boolean).join(' ');
  }

  return { ready, list };
}

/** Eight people in a ring, of whom one has the floor. */
function ring() {
  return svg`${[0, 1, 2, 3, 4, 5, 6, 7].map((seat) => {
    const angle = (seat * Math.PI) / 4;
    return svg`<circle class=${seat ? 'seat' : 'seat told'} cx=${160 + 62 * Math.sin(angle)} cy=${88 - 62 * Math.cos(angle)} r=${seat ? 11 : 17}></circle>`;
  })}`;
}
