/** The scribes' pad as screens show it: what is in focus, headings, the text file, and ops that are not answered yet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { aboutName, focusOf, padSections, padText, subjects } from '../../static/js/notes/pad.js';
import { Store } from '../../static/js/sync/store.js';

const ROUNDS = ['write', 'place', 'plenum'].map((id) => ({ id, title: { da: id, en: id } }));
const t = (key, vars = {}) => [key, ...Object.values(vars)].join(' ');

function held(records = {}, board = {}) {
  const store = new Store({ text: () => ({ lang: 'da', t }) });
  store.receive(['welcome', { time: 0, seat: 's9', role: 'scribe', ack: 0 }]);
  store.receive(['patch', 1, {
    board: { round: 'place', scene: 'turn', title: 'Tavle', venue: '', ...board },
    method: { rounds: ROUNDS },
    'seat:s1': { name: 'Anna', number: 1, role: 'participant', group: '' },
    'group:g1': { number: 1, shown: false },
    'group:g2': { number: 2, shown: false },
    ...records,
  }, []]);
  return store;
}

const queue = (holder, number, scope = 'all') => ({ scope, holder, number, queue: [], later: [], done: [], absent: [], since: 0 });
const line = (text, spot, more = {}) => ({ text, round: 'place', group: '', turn: 0, spot, can: ['edit', 'delete'], ...more });

test('R26 the focus is the turn or the group that has the floor, else the round', () => {
  assert.deepEqual(focusOf(held().shown()), { round: 'place', group: '', turn: 0 });
  assert.deepEqual(focusOf(held({ 'turn:all': queue('s1', 3) }).shown()), { round: 'place', group: '', turn: 3 });
  assert.deepEqual(focusOf(held({ 'turn:all': queue('', 3) }).shown()), { round: 'place', group: '', turn: 0 });
  assert.deepEqual(focusOf(held({ 'turn:groups': queue('g2', 1, 'groups') }).shown()), { round: 'place', group: 'g2', turn: 0 });
});

test('R26 where people work in groups a line may be about each of them', () => {
  const found = subjects(held({}, { scene: 'group' }).shown());
  assert.deepEqual(found.map(({ group }) => group), ['g1', 'g2', '']);
  assert.equal(subjects(held().shown()).length, 1);
});

test('V15 a turn has its holder\u2019s name only while they have the floor', () => {
  const about = { round: 'place', group: '', turn: 3 };
  assert.equal(aboutName(held({ 'turn:all': queue('s1', 3) }).shown(), about), 'pad.has_word Anna');
  assert.equal(aboutName(held({ 'turn:all': queue('s1', 4) }).shown(), about), 'pad.turn 3');
  assert.equal(aboutName(held({ 'turn:all': queue('', 3) }).shown(), about), 'pad.turn 3');
  assert.equal(aboutName(held({ 'turn:all': queue('s1', 3) }, { round: 'plenum' }).shown(), about), 'pad.turn 3');
});

test('lines stand by round as in the script, then the round itself, groups and turns by number, in the order of their spots', () => {
  const shown = held({
    'pad:a': line('b', 5, { turn: 2 }), 'pad:b': line('a', 4, { turn: 2 }), 'pad:c': line('c', 3, { turn: 1 }), 'pad:d': line('d', 6),
    'pad:e': line('e', 1, { round: 'plenum', group: 'g2' }), 'pad:f': line('f', 2, { round: 'plenum', group: 'g1' }), 'pad:g': line('g', 9, { round: 'write' }),
  }).shown();
  const found = padSections(shown).map(({ round, parts }) => [round, ...parts.map(({ lines }) => lines.map(({ text }) => text).join(''))]);
  assert.deepEqual(found, [['write', 'g'], ['place', 'd', 'c', 'ab'], ['plenum', 'f', 'e']]);
});

test('V15 the text file says which turn, and not whose', () => {
  const text = padText(held({ 'turn:all': queue('s1', 1), 'pad:a': line('en\nto', 1, { turn: 1 }) }).shown());
  assert.ok(text.includes('pad.turn 1\r\n- en\r\n  to\r\n'));
  assert.ok(!text.includes('Anna'));
});

test('a line is foreseen when it is written, edited and deleted, and a refused text comes back', () => {
  const store = held({ 'pad:a': line('a', 1) });
  store.hello();
  store.propose('pad', { act: 'write', line: 'new', text: 'ny', round: 'place', turn: 2 });
  store.propose('pad', { act: 'edit', line: 'a', text: 'rettet', from: 'a' });
  assert.deepEqual(store.shown().pad.map(({ text, turn }) => [text, turn]), [['rettet', 0], ['ny', 2]]);
  const gone = store.propose('pad', { act: 'delete', line: 'a' });
  assert.deepEqual(store.shown().pad.map(({ text }) => text), ['ny']);
  for (const n of [gone.n - 2, gone.n - 1, gone.n]) store.receive(['refused', n, 'role']);
  assert.deepEqual(store.shown().returned.map(({ args }) => args.text), ['ny', 'rettet']);
  assert.deepEqual(store.shown().pad.map(({ text }) => text), ['a']);
});
