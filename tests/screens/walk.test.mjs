/** The walk: which part of a sheet a shared screen shows large, led by the console, by itself, and by steps of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

// What lit-html asks of a document when it is loaded; nothing is drawn here.
globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
const { OwnSteps, REST, STAY, hangingSheets, ledTo, partsOf, untilNext } = await import('../../static/js/board/walk.js');

const sheet = { id: 'columns', form: 'columns', lanes: ['critique', 'dream', 'realise'].map((id) => ({ id, title: { da: id, en: id } })), marks: [] };
const shown = (walk, now = 0, holder = '') => ({ board: { round: 'look', walk }, turns: new Map(holder ? [['groups', { holder }]] : []), groups: [], notes: [], rows: [], say: (text) => text.da, t: (key) => key, now: () => now });

test('a led part is shown on its own sheet only', () => {
  const led = shown({ sheet: 'columns', part: 'dream' });
  assert.equal(ledTo(led, sheet), 'dream');
  assert.equal(ledTo(led, { ...sheet, id: 'other' }), '');
  assert.equal(ledTo(shown({}), sheet), '');
});

test('by itself one part follows another, the same on screens that see the same server time', () => {
  const since = 5000;
  const seen = [0, STAY - 1, STAY, 2 * STAY, 3 * STAY].map((later) => ledTo(shown({ sheet: 'columns', since }, since + later), sheet));
  assert.deepEqual(seen, ['critique', 'critique', 'dream', 'realise', 'critique']);
  assert.equal(untilNext(shown({ sheet: 'columns', since }, since + STAY - 300)), 300);
  assert.equal(ledTo(shown({ sheet: 'columns', since }, since - 40), sheet), 'critique', 'a clock a little behind');
  assert.equal(untilNext(shown({})), 0);
});

test('own steps go along the parts, end in the whole, and give way when the console leads on', () => {
  const steps = new OwnSteps();
  const free = shown({});
  const pressed = [1, 1, 1, 1, -1].map((by) => {
    steps.step(free, sheet, by, steps.part(free, sheet));
    return steps.part(free, sheet);
  });
  assert.deepEqual(pressed, ['critique', 'dream', 'realise', '', 'realise']);
  assert.equal(steps.part(shown({ sheet: 'columns', part: 'dream' }), sheet), 'dream');
  assert.equal(steps.part(free, sheet), '', 'the step of before is over');
});

test('where the whole cannot be read, the first part follows the last', () => {
  const steps = new OwnSteps();
  const free = shown({});
  const pressed = [1, 1, 1, 1, -1, -1].map((by) => {
    steps.step(free, sheet, by, steps.part(free, sheet), false);
    return steps.part(free, sheet);
  });
  assert.deepEqual(pressed, ['critique', 'dream', 'realise', 'critique', 'realise', 'dream']);
});

test('a sheet of one part has nothing to walk through', () => {
  assert.deepEqual(partsOf(shown({}), { ...sheet, lanes: sheet.lanes.slice(0, 1) }), []);
  assert.equal(partsOf(shown({}), sheet).length, 3);
});

test('own steps give way when another group has the floor', () => {
  const steps = new OwnSteps();
  const first = shown({}, 0, 'g1');
  steps.part(first, sheet);
  steps.step(first, sheet, 1, '');
  assert.equal(steps.part(first, sheet), 'critique');
  assert.equal(steps.part(shown({}, 0, 'g2'), sheet), '');
});

test('after the close a screen that cannot show all of a sheet reads its parts by itself, those that hold something', () => {
  const steps = new OwnSteps();
  const closed = 5000;
  const note = (lane) => ({ id: `n${lane}`, kind: 'note', sheet: 'columns', lane, text: lane, draft: false, spot: 0 });
  const at = (later, more = {}) => {
    const now = shown({}, closed + later);
    return { ...now, board: { ...now.board, closed, ...more }, notes: [note('critique'), note('realise')] };
  };
  assert.equal(steps.part(at(0), sheet), '', 'where all of it can be read nothing moves');
  steps.alone = true;
  assert.deepEqual([0, STAY, 2 * STAY].map((later) => steps.part(at(later), sheet)), ['critique', 'realise', 'critique']);
  assert.equal(untilNext(at(STAY - 300), steps.since(at(0))), 300);
  assert.equal(steps.part(at(0, { closed: 0 }), sheet), '', 'not before the close');
  steps.go('realise', closed);
  assert.equal(steps.part(at(0), sheet), 'realise', 'whoever steps on is not moved away');
  assert.equal(steps.since(at(0)), 0);
  assert.equal(steps.part(at(REST), sheet), 'realise', 'the fifth of two in turn');
  assert.equal(steps.part(at(REST + STAY), sheet), 'critique', 'and goes on once nobody steps any more');
});

test('after the close all sheets on which all see something hang, one after another, by itself or by steps', () => {
  const steps = new OwnSteps();
  const closed = 5000;
  const other = { ...sheet, id: 'line' };
  const note = (on, lane, reach) => ({ id: `n${on}${lane}`, kind: 'note', sheet: on, lane, reach, text: lane, draft: false, spot: 0 });
  const at = (later) => {
    const now = shown({}, closed + later);
    const notes = [note('line', 'critique', 'all'), note('line', 'dream', 'all'), note('columns', 'dream', 'all'), note('inner', 'dream', 'group')];
    return { ...now, board: { ...now.board, closed }, notes, sheets: [{ ...sheet, id: 'inner' }, other, sheet] };
  };
  assert.deepEqual(hangingSheets({ ...at(0), board: { closed: 0 } }, sheet), [], 'not before the close');
  const every = hangingSheets(at(0), sheet);
  assert.deepEqual(every.map(({ id }) => id), ['columns', 'line'], 'that of the end first; none that a group alone sees');
  const now = (later) => steps.sheet(at(later), every).id;
  assert.deepEqual([0, STAY - 1, STAY].map(now), ['columns', 'columns', 'line']);
  steps.alone = true;
  assert.deepEqual([2 * STAY, 3 * STAY].map(now), ['line', 'columns'], 'one that cannot be read at once stays for all of its parts');
  assert.equal(steps.stepOver(at(3 * STAY), every, -1, ''), true);
  assert.equal(now(4 * STAY), 'line', 'whoever steps on is not moved away');
  assert.equal(steps.stepOver(at(4 * STAY), every, 1, 'critique'), false, 'first the rest of its parts');
  assert.equal(now(3 * STAY + REST), 'columns', 'and it goes on once nobody steps any more');
});
