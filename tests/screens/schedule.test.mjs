/** What the console says about time: the likely end, and how far behind or ahead of the plan. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

// What lit-html asks of a document when it is loaded; nothing is drawn here.
globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
const { behind, likelyEnd } = await import('../../static/js/pages/console/script.js');

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
