/**
 * The picture of a timeline: years on an axis, notes above and below it, and lanes without a year in panels on the right.
 */
import { html, nothing, svg } from '../../../lib/lit-html.js';
import { item } from '../../notes/draw.js';
import { flow } from '../../notes/flow.js';
import { lineCount } from '../../notes/measure.js';
import { comments, headingsOn, marksOf, notesOn } from '../../notes/query.js';
import { packTimeline } from './pack.js';

/** @typedef {import('../form.js').Space} Space */
/** @typedef {import('../form.js').Plan} Plan */

/** Shares of the width to try for the panels beside the years, smallest first. */
const PANEL_SHARES = [0.135, 0.2, 0.28];
/** The share of an empty panel. */
const EMPTY_SHARE = 0.085;

/** @param {Space} space @returns {Plan} */
export function plan({ shown, sheet, picture, width, height, sizes, measure, before }) {
  const scale = sheet.lanes.flatMap((lane) => lane.scale ?? []);
  const [from = 0] = scale;
  const to = scale.at(-1) ?? 0;
  const sides = marksOf(sheet, 'side');
  const named = sheet.lanes.filter((lane) => lane.scale === undefined);
  const talk = comments(shown);
  const items = notesOn(shown, sheet.id).map((note) => item(note, shown, talk));
  const aside = new Set(named.map((lane) => lane.id));
  const least = sizes.at(-1) ?? 16;
  const gutter = picture.quiet ? 0 : Math.round(least * 1.9);
  const narrow = width < least * 34;
  const grows = height === Infinity;
  const share = panelShare();
  const panelWidth = narrow ? width : Math.round(Math.max(width * share, least * (share === EMPTY_SHARE ? 6.4 : 8.6)));
  const panels = named.length;
  const yearsWidth = narrow ? width - gutter : width - gutter - panels * (panelWidth + least);

  const wish = {
    items: items.filter((one) => !aside.has(one.lane ?? '')),
    headings: headings(),
    from, to, width: yearsWidth, height, sizes, measure,
    before: before?.line, least: least * (picture.quiet ? 4 : 6),
  };
  // A picture of any height still has a maximum; beyond it notes are stacked, and a stack can be opened.
  const tallest = Math.max(yearsWidth * 1.5, least * 60);
  const free = packTimeline(wish);
  const line = grows && free.height > tallest ? packTimeline({ ...wish, height: tallest, before: undefined }) : free;

  /** @type {Plan['boxes']} */
  const boxes = new Map();
  for (const [id, box] of line.boxes) boxes.set(id, { ...box, x: box.x + gutter, size: line.size });
  const size = Math.max(least, Math.min(line.size, least * 1.3));
  // Titles are a little larger than the smallest notes.
  const titled = Math.min(Math.max(size, least * 1.06), least * 1.16);
  const frames = named.map((lane, at) => panel(lane, at));
  for (const { lane, rect } of frames) boxes.set(`frame:${lane.id}`, { ...rect, size: titled });
  const total = grows ? Math.max(line.height, ...frames.map((frame) => frame.rect.y + frame.rect.h)) : height;

  return {
    boxes, height: total, talk,
    before: { line, flows: new Map(frames.map((frame) => [frame.lane.id, frame.laid])), share, sheet: sheet.id },
    order: [...items].sort((a, b) => order(a.note) - order(b.note) || (a.id < b.id ? -1 : 1)).map((one) => one.note),
    targets: targets(),
    back: backdrop(),
    front: frames.map(({ lane }) => html`<div class="aside-frame at" data-box="frame:${lane.id}">
      <h3 class="aside-title">${shown.say(lane.title)}</h3></div>`),
  };

  /** @param {import('../../types.js').Note} note */
  function order(note) {
    return (Number(note.lane) || 9999) * 4 + sides.indexOf(note.side);
  }

  function headings() {
    return headingsOn(shown, sheet.id)
      .map((note) => ({ id: note.id, text: note.text, from: Number(note.lane), to: Number(note.until || note.lane) }));
  }

  /** The smallest share of the width at which every panel's notes fit without a stack. */
  function panelShare() {
    const inPanels = items.filter((one) => aside.has(one.lane ?? '')).length;
    if (narrow || grows) return inPanels > 4 ? PANEL_SHARES[1] : PANEL_SHARES[0];
    if (!inPanels) return EMPTY_SHARE;
    // The panels' share of the width is at most their share of the notes, plus a tenth.
    const fair = PANEL_SHARES.filter((one, at) => at === 0 || one <= inPanels / Math.max(1, items.length) + 0.1);
    const was = Math.max(0, fair.indexOf(before?.share));
    return fair.slice(was).find((one) => named.every((lane) => {
      const inside = Math.max(width * one, least * 8.6) - least * 1.6;
      const laid = flow({ items: itemsOf(lane.id), width: inside, height: height - least * 7, sizes: [least], measure });
      return [...laid.boxes.values()].every((box) => box.ids.length === 1);
    })) ?? fair[fair.length - 1];
  }

  /** @param {string} lane */
  function itemsOf(lane) {
    return items.filter((one) => one.lane === lane);
  }

  /** @param {import('../../types.js').Lane} lane @param {number} at */
  function panel(lane, at) {
    const x = narrow ? 0 : width - (panels - at) * (panelWidth + least) + least;
    const top = narrow ? line.height + least + at * least : Math.round(height === Infinity ? least : Math.min(height * 0.06, least * 3));
    const pad = least * 0.8;
    const words = lineCount(shown.say(lane.title), (panelWidth - titled * 1.7 - 6) / (titled * 1.04), measure);
    const head = Math.round(words * titled * 1.3 + least * 1.4);
    const tall = grows ? Infinity : height - top - least * 0.6;
    const laid = flow({
      items: itemsOf(lane.id), width: panelWidth - 2 * pad, height: tall - head - pad,
      sizes: sizes.filter((one) => one <= size * 1.01), measure, before: before?.flows?.get(lane.id),
    });
    for (const [id, box] of laid.boxes) {
      boxes.set(id === 'rest' ? `rest:${lane.id}` : id, { ...box, x: x + pad + box.x, y: top + head + box.y, size: laid.size });
    }
    const least2 = narrow ? head + laid.height + pad : Math.max(head + laid.height + pad * 2, least * 14);
    const h = grows ? Math.max(least2, narrow ? 0 : line.height - top - least) : tall;
    return { lane, laid, rect: { x, y: top, w: panelWidth, h } };
  }

  /** @returns {import('../form.js').TargetBox[]} */
  function targets() {
    const { t } = shown;
    const step = yearsWidth / Math.max(1, line.years.length);
    const top = line.axis - line.line / 2;
    const low = line.axis + line.line / 2;
    const found = line.years.flatMap(({ year, x }) => [
      { side: 'up', y: line.head, h: top - line.head },
      { side: 'both', y: top, h: low - top },
      { side: 'down', y: low, h: line.height - low },
    ].filter(({ side }) => sides.includes(side)).map(({ side, y, h }) => ({
      lane: String(year), row: '', side, x: gutter + x - step / 2, y, w: step, h,
      words: `${year}, ${t(`boards.side.${side}`)}`,
    })));
    for (const { lane, rect } of frames) {
      sides.forEach((side, at) => found.push({
        lane: lane.id, row: '', side, x: rect.x, y: rect.y + (rect.h * at) / sides.length, w: rect.w, h: rect.h / sides.length,
        words: `${shown.say(lane.title)}, ${t(`boards.side.${side}`)}`,
      }));
    }
    return found;
  }

  function backdrop() {
    const { axis, years, both } = line;
    const written = years.filter((mark) => mark.shown);
    const half = (/** @type {{year: number}} */ mark) => measure(String(mark.year)) * yearSize / 2 + yearSize * 0.45;
    const yearSize = Math.max(line.size * 0.86, least * (picture.quiet ? 0.9 : 1.05));
    const ends = [{ x: 0, half: 0 }, ...written.map((mark) => ({ x: mark.x, half: half(mark) })), { x: yearsWidth, half: 0 }];
    const low = axis + line.line / 2;
    const upMiddle = (line.head + axis - line.line / 2) / 2;
    const { t } = shown;
    return html`<svg class="backdrop" aria-hidden="true" width=${width} height=${total} viewBox="0 0 ${width} ${total}">
      <g transform="translate(${gutter} 0)">
        ${both.map((pocket) => svg`<rect class="both-band" x=${pocket.x} y=${pocket.y} width=${pocket.w} height=${pocket.h} rx="10"/>`)}
        ${ends.slice(1).map((end, i) => {
          const x1 = ends[i].x + ends[i].half;
          const x2 = end.x - end.half;
          return x2 > x1 + 2 ? svg`<line class="axis" stroke-width=${line.size * 0.1} x1=${x1} x2=${x2} y1=${axis} y2=${axis}/>` : nothing;
        })}
        ${years.filter((mark) => !mark.shown).map((mark) => svg`<circle class="tick" cx=${mark.x} cy=${axis} r=${line.size * 0.16}/>`)}
        ${written.map((mark) => svg`<text class="year" x=${mark.x}
          y=${axis + yearSize * 0.35} font-size=${yearSize} text-anchor="middle">${mark.year}</text>`)}
        ${line.headings.map((row) => svg`<g class="period" transform="translate(${row.x} ${row.y})">
          <path stroke-width=${line.size * 0.09} d="M1 ${row.h * 0.92}v${-row.h * 0.2}h${row.w - 2}v${row.h * 0.2}"/>
          <text x=${row.h * 0.04 + row.shift} y=${row.h * 0.52} font-size=${Math.max(line.size, least * 1.06)}>${shown.note(row.id)?.text ?? ''}</text></g>`)}
      </g>
      ${picture.quiet ? nothing : svg`
        <text class="side side-up" transform="translate(${gutter * 0.55} ${upMiddle}) rotate(-90)" text-anchor="middle"
          font-size=${sideSize(upMiddle * 2 - line.head)}>+ ${t('boards.side.up')}</text>
        <text class="side side-down" transform="translate(${gutter * 0.55} ${(low + line.height) / 2}) rotate(-90)" text-anchor="middle"
          font-size=${sideSize(line.height - low)}>− ${t('boards.side.down')}</text>`}
    </svg>`;
  }

  /** @param {number} tall */
  function sideSize(tall) {
    return Math.min(least * 1.05, tall / 9);
  }
}
