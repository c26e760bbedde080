// What a note needs before it may lie in a lane (SPEC R45): what is typed for it is kept, whatever others do meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';

// What lit-html asks of a document when it is loaded; nothing is drawn here.
globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
const { askAgain, inputsOf, keepAsked, lacksFor, opsFor, sendOrAsk } = await import('../../static/js/pages/console/needed.js');
const { Store } = await import('../../static/js/sync/store.js');
const { linked } = await import('../../static/js/pages/console/handing.js');
const { madeNow } = await import('../../static/js/pages/console/programme.js');
const { Linking } = await import('../../static/js/pages/linking.js');
const { draftFor } = await import('../../static/js/forms/map/story.js');
const { Door } = await import('../../static/js/pages/door.js').catch(() => ({ Door: null }));

const field = (id, kind = 'text') => ({ id, kind, title: { da: id }, limit: 600, options: [], none_word: {}, not_before: '' });
const LANE = { id: 'decided', needs: ['start', 'learned', 'decision'], fields: [field('start', 'date'), field('learned')] };
const SHEET = { id: 'trials', lanes: [{ id: 'running', fields: [] }, LANE], marks: [{ id: 'decision', words: [{ id: 'drop' }, { id: 'adjust' }] }] };
const NOTE = { id: 'n', kind: 'note', sheet: 'trials', lane: 'running', fields: {}, marks: {}, draft: false };
const MOVE = { note: 'n', sheet: 'trials', lane: 'decided' };
const shown = (note = NOTE) => ({ sheet: () => SHEET, note: () => note, notes: [note], t: (key) => key, say: (text) => text?.da ?? '' });

/** A console that keeps in a Map. */
function consoleOf() {
  const half = new Map();
  const said = [];
  const sent = [];
  const ui = {
    state: { dialog: '', extra: null }, set: (change) => Object.assign(ui.state, change), emit: (...op) => sent.push(op),
    context: { board: 'b', toast: (text) => said.push(text), keys: { half: (_, place) => half.get(place), keepHalf: (_, place, value) => half.set(place, value) } },
  };
  return { ui, half, said, sent };
}

test('R45 what is lacking is asked for; what was brought along is asked for again after a refusal, also where another one stands by now', () => {
  assert.deepEqual(lacksFor(shown(), 'trials', NOTE, 'decided').fields.map(({ id }) => id), ['start', 'learned']);
  const there = { ...NOTE, lane: 'decided', fields: { start: '2026-11-12', learned: 'Deres' }, marks: { decision: 'drop' } };
  assert.equal(lacksFor(shown(there), 'trials', there, 'decided'), null);
  const brought = { ...MOVE, fields: { learned: 'Mit' }, marks: { decision: 'adjust' } };
  const again = lacksFor(shown(there), 'trials', there, 'decided', brought);
  assert.deepEqual([again.fields.map(({ id }) => id), again.kinds.map(({ id }) => id)], [['learned'], ['decision']]);
});

test('R45 after a refusal what is sent is what is lacking still: an answer that somebody else gave meanwhile is not brought along again', () => {
  const note = { ...NOTE, fields: { start: '2026-11-12' } };
  const args = { ...MOVE, fields: { start: '2026-11-13', learned: 'Mit' }, marks: { decision: 'adjust' } };
  const ops = opsFor(note, 'move', args, { start: '', learned: 'Mit' }, { decision: 'drop' });
  assert.deepEqual(ops, [['move', { ...MOVE, fields: { learned: 'Mit' }, marks: { decision: 'drop' } }]]);
});

test('R25 R45 what is typed over an answer of somebody else is set by itself, and names what it takes the place of; the note that lies there is not moved again', () => {
  const there = { ...NOTE, lane: 'decided', fields: { start: '2026-11-12', learned: 'Deres' }, marks: { decision: 'drop' } };
  const ops = opsFor(there, 'move', MOVE, { start: '2026-11-12', learned: 'Mit' }, { decision: 'adjust' });
  assert.deepEqual(ops, [['set', { note: 'n', field: 'learned', value: 'Mit', from: 'Deres' }], ['mark', { note: 'n', kind: 'decision', word: 'adjust' }]]);
});

test('O4 R45 what was typed stands in the dialog again when it is opened anew, and a refusal takes no other dialog away', () => {
  const { ui, said, sent } = consoleOf();
  keepAsked(ui, 'move', { ...MOVE, fields: { start: 'none', learned: 'Mit' }, marks: { decision: 'adjust' } });
  sendOrAsk(ui, shown(), NOTE, 'move', MOVE);
  assert.equal(ui.state.dialog, 'needed');
  assert.deepEqual(ui.state.extra.typed, { 'none-start': 'on', learned: 'Mit', 'mark-decision': 'adjust' });
  assert.deepEqual(sent, []);
  ui.set({ dialog: 'comment', extra: null });
  askAgain(ui, shown(), 'move', { ...MOVE, fields: { learned: 'Andet' } }, 'changed');
  assert.deepEqual([ui.state.dialog, said], ['comment', ['refused.changed']]);
  ui.set({ dialog: '' });
  sendOrAsk(ui, shown(), NOTE, 'move', MOVE);
  assert.deepEqual(ui.state.extra.typed, { learned: 'Andet' });
  assert.deepEqual(inputsOf({ text: 'Ny udgave', fields: {} }), { text: 'Ny udgave' });
});

test('O4 R45 answers that a note brings along come back when the op is refused, or when the link is withdrawn before it was answered', () => {
  for (const end of ['refused', 'withdrawn']) {
    const store = new Store({});
    store.hello();
    store.receive(['welcome', { time: 5_000, seat: 's1', role: 'facilitator', ack: 0 }]);
    const op = store.propose('move', { ...MOVE, fields: { learned: 'Mit' } });
    if (end === 'refused') store.receive(['refused', op.n, 'changed']);
    else store.giveUp('no_access');
    assert.deepEqual(store.shown().returned.map(({ args }) => args.fields), [{ learned: 'Mit' }], end);
  }
});

test('R42 the key of a programme on another server is sent nowhere', () => {
  const link = (host) => ` http://${host}/console/abcdefgh12345678#k=abcdefgh12345678abcd `;
  const ours = ['http://192.168.1.20:8000/b/x', undefined, 'http://tavle.local'];
  assert.equal(linked(link('192.168.1.20:8000'), ours).id, 'abcdefgh12345678');
  assert.equal(linked(link('tavle.local'), ours).token, 'abcdefgh12345678abcd');
  for (const host of ['tavle.example.dk', '192.168.1.20', 'tavle.local:9000']) assert.equal(linked(link(host), ours), null, host);
  assert.equal(linked('/console/abcdefgh12345678#k=abcdefgh12345678abcd', ours), null);
});

test('R40 a new link stands until it is withdrawn itself, or another one is made', () => {
  const [anna, other] = [{ id: 'a', label: 'Anna', own: false }, { id: 'b', label: 'Anna', own: false }];
  const before = { members: [anna], made: null };
  const made = madeNow(before, [anna, other], 'http://x', 'Anna');
  assert.deepEqual(made, { id: 'b', url: 'http://x' });
  assert.deepEqual(madeNow({ members: [anna, other], made }, [other]), made);
  assert.equal(madeNow({ members: [anna, other], made }, [anna]), null);
});

test('R43 a note that is taken down while it is being linked is let go', () => {
  const linking = new Linking({ redraw: () => {} });
  linking.tap('gone');
  linking.panel({ note: () => null, t: (key) => key }, {});
  assert.deepEqual(linking.picked, []);
});

test('R43 the name that is written for a circle is found when the circle grows, gets another id or is told from elsewhere', () => {
  const ring = (...ids) => ({ notes: ids.map((id) => ({ id })) });
  const drafts = [{ text: 'Tonen', notes: ['b', 'c', 'd'] }, { text: 'Travlt', notes: ['x', 'y'] }];
  assert.equal(draftFor(drafts, ring('a', 'b', 'c', 'd')).text, 'Tonen');
  assert.equal(draftFor(drafts, ring('y', 'x')).text, 'Travlt');
  assert.equal(draftFor(drafts, ring('p', 'q', 'd')), undefined);
});

test('R41 the answer of a process that knows of no sittings is that of no sitting', { skip: !Door }, () => {
  globalThis.addEventListener ??= () => {};
  const door = new Door({});
  door.info = { code: 'kat hus sol' };
  assert.equal(door.of({ sitting: 0 }), door.info);
});
