/**
 * Collects the layout of a picture of lanes: boxes of notes, lanes' titles, targets. The forms of lanes fill it.
 * No arithmetic of a single form may live here.
 */
import { html, nothing, svg } from '../../lib/lit-html.js';
import { item } from '../notes/draw.js';
import { lineCount } from '../notes/measure.js';
import { comments } from '../notes/query.js';
import { measureWith } from './papers.js';
import { inOrder, ordered } from './parts.js';

/** @typedef {import('./form.js').Space} Space */
/** @typedef {import('./form.js').Plan} Plan */
/** @typedef {import('../types.js').Lane} Lane */
/** @typedef {import('../types.js').Note} Note */
/** @typedef {import('../notes/measure.js').Item & {note: Note}} NoteItem */
/** @typedef {import('../notes/measure.js').Rect} Rect */
/** @typedef {import('./papers.js').Laid} Laid */
/** @typedef {'' | 'line' | 'mini'} Look */

/** How much wider titles are than the same words in the type of a note. */
export const BOLD = 1.07;
/** The space above and under a lane's title, em. */
const HEAD = { top: 0.68, line: 1.25, below: 0.5 };

/** @typedef {ReturnType<typeof begin>} Drawing */
/** @typedef {{lane: Lane, items: NoteItem[], pile: number, state: 'open' | 'behind' | 'later', opens?: string}} Kept
 *   A lane with what lies in it. `behind`: the round is about others; `later`: no round took notes in it so far.
 *   `opens`: the part that is shown large when its small papers are tapped; '' for the whole */

/** @param {Space} space */
export function begin({ shown, sheet, picture, width, height, sizes, measure }) {
  measureWith(measure);
  const talk = comments(shown);
  const floor = sizes.at(-1) ?? 16;
  const grows = height === Infinity;
  const text = grows ? Math.max(floor, sizes[0] * 0.84) : floor;
  const rows = (/** @type {string} */ words, /** @type {number} */ wide, /** @type {number} */ size, bold = BOLD) => lineCount(words, wide / (size * bold), measure);
  /** @type {Plan['boxes']} */
  const boxes = new Map();
  /** @type {Note[]} */
  const order = [];
  /** @type {Plan['targets']} */
  const targets = [];
  /** @type {unknown[]} */
  const front = [];
  /** @type {unknown[]} */
  const back = [];

  return {
    shown, sheet, picture, width, height, sizes, measure, talk, grows, floor, boxes, order, front, back, targets,
    /** The size of what is not on a paper: in a picture that grows it need not be the smallest. */
    text,
    /** How many lines a bold text takes. */
    rows,

    /** @param {Note[]} notes @returns {NoteItem[]} */
    items: (notes) => [...notes].sort(inOrder).map((note) => item(note, shown, talk)),

    /** Put laid notes where they belong. @param {Laid} laid @param {NoteItem[]} items @param {number} x @param {number} y @param {number} size @param {Look} [look] @param {boolean} [brief] without their answers */
    put(laid, items, x, y, size, look = '', brief = false) {
      for (const one of items) {
        const box = laid.boxes.get(one.id);
        if (!box) continue;
        const odd = 'odd' in laid && /** @type {import('./papers.js').Lined} */ (laid).odd.has(one.id);
        boxes.set(one.id, { ...box, x: x + box.x, y: y + box.y, size, ids: [one.id], look: [odd ? `${look} ${look}-odd` : look, brief ? 'brief' : '', !look && one.least ? 'facts' : ''].filter(Boolean).join(' ') });
        order.push(one.note);
      }
    },

    /** The sheets behind lines. @param {string} key @param {Lane} lane @param {import('./papers.js').Lined} lined @param {number} x @param {number} y */
    sheets(key, lane, lined, x, y) {
      lined.sheets.forEach((one, at) => {
        const id = `lines:${key}:${at}`;
        boxes.set(id, { ...one, x: x + one.x, y: y + one.y, size: floor });
        front.push(html`<div class=${`at lines-sheet ${lane.color ?? ''}`} data-box=${id}></div>`);
      });
    },

    /** A part of the picture that is no note. @param {string} id @param {Rect} rect @param {number} size @param {unknown} drawn */
    frame(id, rect, size, drawn) {
      boxes.set(id, { ...rect, size });
      front.push(drawn);
    },

    /**
     * A lane's title over its box, with what stands under it.
     * @param {string} key @param {Lane} lane @param {Rect} rect @param {{look?: string, under?: unknown, count?: number, size?: number}} [how]
     */
    lane(key, lane, rect, { look = '', under = nothing, count = 0, size = text * 1.06 } = {}) {
      boxes.set(`lane:${key}`, { ...rect, size });
      front.push(html`<div class=${`lane at ${look} ${lane.color ? `lane-${lane.color}` : ''}`} data-box="lane:${key}">
        <h4 class="lane-title">${shown.say(lane.title)}${count ? html` <span class="lane-count">${count}</span>` : nothing}</h4>${under}</div>`);
    },

    /** The height of a lane's title. @param {Lane} lane @param {number} wide @param {number} [size] */
    head(lane, wide, size = text * 1.06) {
      return (HEAD.top + HEAD.below + HEAD.line * rows(shown.say(lane.title), wide, size)) * size;
    },

    /** @param {Lane} lane @param {string} row @param {string} title @param {Rect} rect */
    target(lane, row, title, { x, y, w, h }) {
      targets.push({ lane: lane.id, row, side: '', x, y, w, h, words: [title, shown.say(lane.title)].filter(Boolean).join(', ') });
    },

    /** @param {number} tall @returns {Plan} */
    done: (tall) => ({
      boxes, order, targets, talk, before: undefined, height: tall, front,
      back: back.length ? html`<svg class="backdrop" width=${width} height=${grows ? tall : height} aria-hidden="true">${back}</svg>` : nothing,
    }),

    /** A small paper that stands for a note in an overview. @param {Rect} rect @param {string} color */
    paper({ x, y, w, h }, color) {
      back.push(svg`<rect class=${`mini-paper ${color}`} x=${x} y=${y} width=${w} height=${h} rx="2"></rect>`);
    },
  };
}

/**
 * The sheet's lanes with what lies in them, and the ids of those that the round is about (none: all of them).
 * @param {Drawing} made @param {unknown[]} parts those that can be shown large
 * @returns {{kept: Kept[], now: string[]}}
 */
export function keptLanes({ shown, sheet, picture, items }, parts) {
  const now = shown.round?.sheet === sheet.id ? shown.round.lanes ?? [] : [];
  // Before the first round of a sheet its lanes stand open, as they will be filled.
  const before = !parts.length && sheet.lanes.every((lane) => lane.later);
  const kept = sheet.lanes.map((lane) => ({
    lane, items: items(ordered(shown, sheet.id, undefined, lane.id)),
    pile: picture.piles ? shown.progress.piles[sheet.id]?.[lane.id] ?? 0 : 0,
    state: /** @type {Kept['state']} */ (lane.later && !before ? 'later' : now.length && !now.includes(lane.id) ? 'behind' : 'open'),
  }));
  return { kept, now };
}

/** The length of a lane's or row's longest word, px. @param {string} words @param {number} size @param {import('../notes/measure.js').Measure} measure */
export function longest(words, size, measure) {
  return Math.max(0, ...words.split(/\s+/u).map(measure)) * size * BOLD;
}
