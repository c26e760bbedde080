/**
 * A throw-away form for test_forms.py: lanes are shelves, one under another, and what lies on one is laid from the left.
 * It is served to a browser as static/js/forms/shelf.js.
 */
import { html, svg } from '../../lib/lit-html.js';
import { comments, notesOn } from '../notes/query.js';

/** @type {import('./form.js').Form} */
export const shelf = {
  name: 'shelf', scaled: false, wide: true, beside: false, rowed: false, telling: 9,
  picture: async () => ({ plan }),
  words: (shown, sheet) => sheet.lanes.map((lane) => ({
    title: `Shelf ${shown.say(lane.title)}`, small: '',
    lists: [{ title: 'lies there', notes: notesOn(shown, sheet.id).filter((note) => note.lane === lane.id) }],
  })),
  opening: (shown, opening) => ({ ...opening, lanes: opening.lanes.slice(0, 1) }),
  aim: (sheet, opening, note, picked) => ({ lane: picked.lane ?? opening.lanes[0], side: '', row: '' }),
  missing: (shown, sheet, aim) => (aim.lane ? '' : 'a shelf'),
  choices: ({ shown, sheet, aim, choose }) => html`<div>${sheet.lanes.map((lane) => html`<button type="button" class="chip"
    aria-pressed=${String(lane.id === aim.lane)} @click=${() => choose({ ...aim, lane: lane.id })}>Onto ${shown.say(lane.title)}</button>`)}</div>`,
  rows: () => [{ id: 'r1', text: 'left' }, { id: 'r2', text: 'right' }],
  rowFor: (shown, sheet, group) => `row of ${group}`,
  art: () => svg`<circle class="shelf-art" cx="160" cy="88" r="40"></circle>`,
};

function plan({ shown, sheet, width, sizes }) {
  const notes = notesOn(shown, sheet.id);
  const boxes = new Map();
  sheet.lanes.forEach((lane, at) => {
    boxes.set(`lane:${lane.id}`, { x: 0, y: at * 100, w: width, h: 100, size: sizes[0] });
    notes.filter((note) => note.lane === lane.id).forEach((note, nth) => {
      boxes.set(note.id, { x: 10 + nth * 110, y: at * 100 + 20, w: 100, h: 60, size: sizes[0], ids: [note.id] });
    });
  });
  return {
    boxes, height: sheet.lanes.length * 100, order: notes, talk: comments(shown), before: null, back: '',
    front: sheet.lanes.map((lane) => html`<div class="lane at" data-box="lane:${lane.id}">${shown.say(lane.title)}</div>`),
    targets: sheet.lanes.map((lane, at) => ({
      lane: lane.id, row: 'r1', side: '', x: 0, y: at * 100, w: width, h: 100, words: `shelf ${shown.say(lane.title)}`,
    })),
  };
}
