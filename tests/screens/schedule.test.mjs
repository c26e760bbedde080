/** What the console says about time, and what the next press does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

// What lit-html asks of a document when it is loaded; nothing is drawn here.
globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
const { behind, likelyEnd, nextStep, unseen, waitsToBeShown } = await import('../../static/js/pages/console/script.js');

const MINUTE = 60_000;
const rounds = ['welcome', 'write', 'place', 'close'].map((id) => ({ id }));
const plan = { welcome: 10, write: 5, place: 45, close: 5 };

/** A workshop in a round at a minute; `ends` is when the round's clock ends, `underway` when the first round was left. */
const shown = (id, { at, ends = 0, underway = 0 }) => {
  const index = rounds.findIndex((round) => round.id === id);
  return {
    rounds, plan, index, round: rounds[index], now: () => at * MINUTE,
    board: { began: at * MINUTE, ends_at: ends * MINUTE, underway: underway * MINUTE },
  };
};

test('before the first round was left nothing is behind or ahead, however long it took', () => {
  assert.equal(behind(shown('welcome', { at: 500, ends: 10 })), null);
});

test('a round that begins when the plan says is on time, whatever rounds came before it', () => {
  assert.equal(behind(shown('write', { at: 30, ends: 35, underway: 30 })), 0);
  assert.equal(behind(shown('place', { at: 35, ends: 80, underway: 30 })), 0);
  assert.equal(behind(shown('close', { at: 80, ends: 85, underway: 30 })), 0);
});

test('minutes that a round took more or less are said in all later rounds', () => {
  assert.equal(behind(shown('place', { at: 42, ends: 87, underway: 30 })), 7);
  assert.equal(behind(shown('close', { at: 60, ends: 65, underway: 30 })), -20);
  assert.equal(behind(shown('place', { at: 42, ends: 40, underway: 30 })), -38, 'a clock at zero leaves nothing of its round');
});

test('the likely end is what is left of this round and the planned minutes of the later ones', () => {
  assert.equal(likelyEnd(shown('write', { at: 32, ends: 35, underway: 30 })), 85 * MINUTE);
  assert.equal(likelyEnd(shown('write', { at: 32, underway: 30 })), 87 * MINUTE, 'without a clock the round takes its minutes');
});

test('one press gives a group the word and shows it, and what it chose after it was shown is shown, too', () => {
  const sent = [];
  const ui = { emit: (name, args) => sent.push([name, args.act ?? args.group]) };
  const group = (number, shown) => ({ id: `g${number}`, number, shown });
  const shown = (groups, rows = []) => ({ board: { offers: ['reveal_groups'] }, groups, rows });
  const queue = (holder, ...waiting) => ({ scope: 'groups', holder, queue: waiting });
  const press = (now, turn) => {
    const step = nextStep(ui, now, turn);
    step.act();
    return [step.what, ...sent.splice(0)];
  };
  const two = shown([group(1, false), group(2, false)]);
  assert.deepEqual(press(two, queue('', 'g1', 'g2')), ['give_show', ['turn', 'give'], ['reveal', 'g1']]);
  assert.deepEqual(press(two, queue('g1', 'g2')), ['show', ['reveal', 'g1']], 'a group that took the floor by itself');
  assert.deepEqual(press(shown([group(1, true), group(2, false)]), queue('g1', 'g2')), ['next_show', ['turn', 'done'], ['reveal', 'g2']]);
  const late = [{ group: 'g1', reach: 'group' }];
  assert.ok(unseen(shown([], late), group(1, true)));
  assert.ok(!unseen(shown([], [{ group: 'g1', reach: 'all' }]), group(1, true)));
  assert.deepEqual(press(shown([group(1, true)], late), queue('g1')), ['show', ['reveal', 'g1']]);
  assert.deepEqual(press(shown([group(1, true)]), queue('g1')), ['last', ['turn', 'done']]);
});

test('showing a lane is what comes next once somebody has surely written there, and only the first time', () => {
  const written = (n) => ({ progress: { piles: { columns: { dream: n } } } });
  const lane = { sheet: 'columns', id: 'dream', again: false, title: 'Drøm' };
  assert.equal(waitsToBeShown(written(3), lane), true);
  assert.equal(waitsToBeShown(written(0), lane), false);
  assert.equal(waitsToBeShown({ progress: { piles: {} } }, lane), false);
  assert.equal(waitsToBeShown(written(3), { ...lane, again: true }), false);
});
