/**
 * The layout of lanes side by side, in one panel or several: the picture of columns, and of a single row of a grid.
 * A lane that no round has opened yet is dimmed; hidden notes are drawn as a face-down pile.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { drawPile, item } from '../notes/draw.js';
import { flow } from '../notes/flow.js';
import { lineCount } from '../notes/measure.js';
import { comments, notesOn } from '../notes/query.js';
import { shareOut } from './widths.js';

/** @typedef {import('./form.js').Space} Space */
/** @typedef {import('./form.js').Plan} Plan */
/** @typedef {import('../types.js').Lane} Lane */
/** @typedef {import('../notes/measure.js').Rect} Rect */
/** @typedef {{id: string, title: string, row: string, group: string, lanes: Lane[]}} Panel */
/** @typedef {Rect & {lane: Lane, panel: Panel, key: string, head: number, pile: number, open: boolean}} Slot */

/**
 * @param {Space} space @param {Panel[]} panels
 * @param {(panel: Panel, lane: Lane) => unknown} [sign]  what stands under a lane's title (a dilemma's fate)
 * @returns {Plan}
 */
export function planPanels(space, panels, sign = () => null) {
  const { shown, sheet, picture, width, height, sizes, measure, before } = space;
  const { t } = shown;
  const least = sizes.at(-1) ?? 16;
  const grows = height === Infinity;
  const talk = comments(shown);
  const items = notesOn(shown, sheet.id).map((note) => item(note, shown, talk));
  /** @type {Plan['boxes']} */
  const boxes = new Map();
  const arranged = arrange();
  if (tooNarrow()) {
    // If there are too many panels for their notes, all groups' notes share one set of lanes.
    return planPanels(space, [{ id: 'all', row: '', group: '', title: '', lanes: sheet.lanes }], sign);
  }

  const wanted = new Map(arranged.slots.map((slot) => [slot.key, flowIn(slot, sizes)]));
  // One font size for the whole picture, so that no note looks more important than another.
  const common = Math.min(...[...wanted.values()].map((plan) => plan.size), sizes[0]);
  const flows = new Map();
  for (const slot of arranged.slots) {
    const first = /** @type {import('../notes/flow.js').Flow} */ (wanted.get(slot.key));
    const plan = first.size === common ? first : flowIn(slot, [common]);
    flows.set(slot.key, plan);
    const top = slot.y + slot.head;
    for (const [id, box] of plan.boxes) {
      boxes.set(id === 'rest' ? `rest:${slot.key}` : id, { ...box, x: slot.x + box.x, y: top + box.y, size: plan.size });
    }
  }
  if (grows) stackUp();
  for (const slot of arranged.slots) {
    boxes.set(`lane:${slot.key}`, { x: slot.x, y: slot.y, w: slot.w, h: slot.h, size: titleSize() });
    if (slot.pile) {
      const plan = flows.get(slot.key);
      const free = slot.h - slot.head - plan.height;
      const y = plan.boxes.size ? slot.y + slot.h - slot.pile : slot.y + slot.head + Math.max(0, (free - slot.pile) * 0.4);
      boxes.set(`pile:${slot.key}`, { x: slot.x, y, w: slot.w, h: slot.pile, size: least });
    }
  }
  for (const frame of arranged.frames) boxes.set(`frame:${frame.panel.id}`, { ...frame, size: titleSize() });
  const total = grows ? Math.max(0, ...arranged.slots.map((slot) => slot.y + slot.h)) + least : height;

  return {
    boxes, height: total, talk,
    before: { flows, sheet: sheet.id },
    order: arranged.slots.flatMap((slot) => inSlot(slot).map((one) => one.note)),
    targets: arranged.slots.filter((slot) => slot.open).map((slot) => ({
      lane: slot.lane.id, row: slot.panel.row, side: '', x: slot.x, y: slot.y, w: slot.w, h: slot.h,
      words: [slot.panel.title, shown.say(slot.lane.title)].filter(Boolean).join(', '),
    })),
    back: nothing,
    front: html`
      ${arranged.frames.map(({ panel }) => html`<section class="panel-frame at" data-box="frame:${panel.id}">
        <h3 class="panel-title">${panel.title}${hidden(panel) ? html` <small>${t('boards.not_shown')}</small>` : nothing}</h3></section>`)}
      ${arranged.slots.map((slot) => html`<div class=${`lane at ${slot.open ? '' : 'lane-closed'} ${tint(slot.lane)}`}
          data-box="lane:${slot.key}">
        <h4 class="lane-title">${shown.say(slot.lane.title)}</h4>
        ${sign(slot.panel, slot.lane) ?? nothing}
        ${slot.open && !inSlot(slot).length && !slot.pile && slot.lane.hint && !picture.quiet && !sign(slot.panel, slot.lane)
          ? html`<p class="lane-hint">${shown.say(slot.lane.hint)}</p>` : nothing}
        ${slot.open ? nothing : html`<p class="lane-hint">${t('boards.not_yet')}</p>`}
      </div>
      ${slot.pile ? html`<div class=${`at pile-place ${inSlot(slot).length ? 'pile-small' : ''}`} data-box="pile:${slot.key}">
        ${drawPile(pileOf(slot), { words: t('boards.pile', { n: pileOf(slot) }) })}</div>` : nothing}`)}`,
  };

  function tooNarrow() {
    return !grows && sheet.per_group === true && panels.length > 1
      && arranged.slots.some((slot) => slot.h - slot.head < least * 4.8 && inSlot(slot).length > 0);
  }

  function titleSize() {
    return least * 1.06;
  }

  /** Whether a group's sheet has not been shown to all yet, which the facilitator's picture says. @param {Panel} panel */
  function hidden(panel) {
    return Boolean(picture.interactive) && shown.groups.some((group) => group.id === panel.group && !group.shown);
  }

  /** The height of a panel's title. @param {Panel} panel @param {number} wide */
  function frameHead(panel, wide) {
    const words = hidden(panel) ? `${panel.title} ${t('boards.not_shown')}` : panel.title;
    return titleSize() * (lineCount(words, wide / (titleSize() * 1.1) - 2, measure) * 1.42 + 1.15);
  }

  /** @param {Slot} slot */
  function inSlot(slot) {
    return inLane(slot.panel, slot.lane);
  }

  /** @param {Panel} panel @param {Lane} lane @returns {(import('../notes/measure.js').Item & {note: import('../types.js').Note})[]} */
  function inLane(panel, lane) {
    return items.filter((one) => one.lane === lane.id && (!panel.row || one.note.row === panel.row));
  }

  /** @param {Slot} slot @param {number[]} steps */
  function flowIn(slot, steps) {
    const tall = grows ? Infinity : slot.h - slot.head - slot.pile - least * 0.3;
    return flow({ items: inSlot(slot), width: slot.w, height: tall, sizes: steps, measure, before: before?.flows?.get(slot.key) });
  }

  /** @param {{lane: Lane}} slot */
  function pileOf(slot) {
    return picture.piles && !sheet.per_group ? pileSize(shown, sheet.id, slot.lane.id) : 0;
  }

  /** Where panels and lanes lie. @returns {{slots: Slot[], frames: (Rect & {panel: Panel})[]}} */
  function arrange() {
    const framed = panels.length > 0 && panels[0].title !== '';
    const gap = least * 1.1;
    const across = panelsAcross(gap);
    const down = Math.ceil(panels.length / across) || 1;
    const panelWidth = (width - gap * (across - 1)) / across;
    const panelHeight = grows ? Infinity : (height - gap * (down - 1)) / down;
    /** @type {Slot[]} */
    const slots = [];
    const frames = panels.map((panel, at) => {
      const rect = {
        x: (at % across) * (panelWidth + gap),
        y: grows ? 0 : Math.floor(at / across) * (panelHeight + gap), w: panelWidth, h: panelHeight,
      };
      slots.push(...lanesIn(panel, rect, framed));
      return { ...rect, panel };
    });
    return { slots, frames: framed ? frames : [] };
  }

  /** @param {number} gap */
  function panelsAcross(gap) {
    const many = panels.length;
    if (many <= 1) return 1;
    const most = Math.max(1, Math.floor((width + gap) / (least * 16)));
    const shape = grows ? most : Math.ceil(Math.sqrt((many * width) / Math.max(1, height) / 1.3));
    return Math.min(many, most, Math.max(1, shape));
  }

  /** @param {Panel} panel @param {Rect} rect @param {boolean} framed @returns {Slot[]} */
  function lanesIn(panel, rect, framed) {
    const pad = framed ? least * 0.9 : 0;
    const head = framed ? frameHead(panel, rect.w) : 0;
    const gap = least * (picture.quiet ? 0.8 : 1.5);
    const inner = rect.w - pad * 2;
    const lanes = panel.lanes.map((lane) => ({ lane, open: framed || sheet.per_group || !lane.later }));
    const rows = laneRows(lanes, inner, gap);
    const talls = rowHeights(panel, rows, inner, gap, rect.h - head - pad - gap * (rows.length - 1));
    let top = rect.y + head;
    return rows.flatMap((row, down) => {
      const tall = talls[down];
      const at = top;
      top += tall + gap;
      const weights = row.map((one) => weight(panel, one));
      const widest = row.map((one) => Math.max(...shown.say(one.lane.title).split(' ').map(measure)) * titleSize() * 1.08);
      const shares = shareOut(weights, widest, inner - gap * (row.length - 1));
      let x = rect.x + pad;
      return row.map((one, i) => {
        const w = shares[i];
        const words = lineCount(shown.say(one.lane.title), w / titleSize(), measure);
        const slot = {
          ...one, panel, key: `${panel.id}/${one.lane.id}`, x, w, y: grows ? 0 : at, h: tall,
          head: words * titleSize() * 1.25 + least * (sign(panel, one.lane) ? 3.8 : 1.3),
          pile: pileOf(one) ? least * (inLane(panel, one.lane).length ? 7 : 10) : 0,
        };
        x += w + gap;
        return slot;
      });
    });
  }

  /**
   * The rows of lanes share a panel's height in proportion to their content.
   * @param {Panel} panel @param {{lane: Lane}[][]} rows @param {number} inner @param {number} gap @param {number} all
   */
  function rowHeights(panel, rows, inner, gap, all) {
    if (grows || rows.length === 1) return rows.map(() => all / rows.length);
    const needs = rows.map((row) => Math.max(...row.map(({ lane }) => least * 3.4 + flow({
      items: inLane(panel, lane), width: (inner - gap * (row.length - 1)) / row.length, height: Infinity, sizes: [least], measure,
    }).height)));
    const sum = needs.reduce((total, need) => total + need, 0);
    return needs.map((need) => (all * need) / sum);
  }

  /**
   * A lane's share of the width: by its content, in coarse steps, so that it seldom changes.
   * @param {Panel} panel @param {{lane: Lane, open: boolean}} one
   */
  function weight(panel, { lane, open }) {
    if (!open) return 0.34;
    const current = shown.round?.sheet === sheet.id && shown.round.lanes?.includes(lane.id);
    if (grows || panel.lanes.length > 3) return current ? 1.3 : 1;
    const need = (/** @type {Lane} */ one) => inLane(panel, one)
      .reduce((sum, note) => sum + 30 + note.text.length + 20 * (note.extra?.length ?? 0), 0);
    const most = Math.max(1, ...panel.lanes.map(need));
    return Math.max(current ? 1.2 : 0.9, 0.9 + Math.round((need(lane) / most) * 3) * 0.2);
  }

  /** Lanes in as many rows as their number and the width ask for. @param {{lane: Lane, open: boolean}[]} lanes @param {number} inner @param {number} gap */
  function laneRows(lanes, inner, gap) {
    // One or two panels get two rows of lanes instead of many narrow lanes, so that the font can be large.
    const narrowest = least * (!grows && panels.length <= 2 && panels[0]?.title ? 13.4 : 8.4);
    const most = Math.max(1, Math.floor((inner + gap) / (narrowest + gap)));
    const rows = Math.ceil(lanes.length / most);
    const each = Math.ceil(lanes.length / rows);
    return Array.from({ length: rows }, (_, i) => lanes.slice(i * each, (i + 1) * each));
  }

  /** For a picture of any height: rows of lanes and panels get the height that their notes need, one below another. */
  function stackUp() {
    const gap = least * 1.2;
    let y = 0;
    const byRow = groupRows();
    for (const row of byRow) {
      let deepest = 0;
      for (const { frame, lanes } of row) {
        let inner = y + (frame ? frameHead(frame.panel, frame.w) : 0);
        for (const line of laneLines(lanes)) {
          const tall = Math.max(least * 6, ...line.map((slot) => slot.head + flows.get(slot.key).height + slot.pile + least));
          for (const slot of line) {
            const shift = inner - slot.y;
            for (const one of inSlot(slot)) lower(one.id, shift);
            lower(`rest:${slot.key}`, shift);
            slot.y = inner;
            slot.h = tall;
          }
          inner += tall + gap;
        }
        if (frame) Object.assign(frame, { y, h: inner - y - gap + least * 0.4 });
        deepest = Math.max(deepest, inner - y);
      }
      y += deepest + (row[0].frame ? gap * 0.4 : 0);
    }
  }

  /** @param {string} id @param {number} shift */
  function lower(id, shift) {
    const old = boxes.get(id);
    if (old) boxes.set(id, { ...old, y: old.y + shift });
  }

  function groupRows() {
    const all = panels.map((panel) => ({
      frame: arranged.frames.find((frame) => frame.panel === panel),
      lanes: arranged.slots.filter((slot) => slot.panel === panel),
    }));
    /** @type {(typeof all)[]} */
    const rows = [];
    for (const one of all) {
      const row = rows.at(-1);
      if (row && one.frame && (row.at(-1)?.frame?.x ?? 0) < one.frame.x) row.push(one);
      else rows.push([one]);
    }
    return rows;
  }

  /** @param {Slot[]} slots */
  function laneLines(slots) {
    /** @type {Slot[][]} */
    const lines = [];
    for (const slot of slots) {
      const line = lines.at(-1);
      if (line && (line.at(-1)?.x ?? 0) < slot.x) line.push(slot);
      else lines.push([slot]);
    }
    return lines;
  }
}

/** @param {Lane} lane */
function tint(lane) {
  return lane.color ? `lane-${lane.color}` : '';
}

/** How many people at least have written in a lane: one back for each lies face down there. @param {import('../types.js').Shown} shown @param {string} sheet @param {string} lane */
function pileSize(shown, sheet, lane) {
  return shown.progress.piles[sheet]?.[lane] ?? 0;
}
