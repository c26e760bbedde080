// R49 what those who lead are asked, about which notes, and what is answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answersGiven, firstOpen, lanesHere, questionsHere } from '../../static/js/pages/asks.js';

const TODAY = '2026-11-28';
const question = { id: 'q', title: {}, kind: 'choice', options: [{ id: 'one' }, { id: 'two' }] };
const lane = (id, asks, open = true) => ({ id, title: { da: id }, open, asks, fields: [question, { id: 'day', kind: 'date' }] });
const OF = { field: 'q', sheet: 'talks', lanes: ['planned'] };
const sheets = {
  talks: { id: 'talks', lanes: [{ id: 'planned', open: true, asks: null, fields: [{ id: 'day', kind: 'date' }] }, { id: 'held', open: true, asks: null, fields: [] }] },
  diary: { id: 'diary', lanes: [lane('together', { field: 'q', sheet: '', lanes: [] }), lane('before', OF)] },
};
const talk = (id, day) => ({ id, kind: 'note', sheet: 'talks', lane: 'planned', fields: day ? { day } : {} });
const answer = (id, inLane, q, about) => ({ id, kind: 'note', sheet: 'diary', lane: inLane, fields: { q }, about: about ? [about] : [] });

function shownWith(...notes) {
  return {
    notes, sheet: (id) => sheets[id], round: { id: 'home', also: ['talks-round', 'diary-round'] },
    rounds: [{ id: 'talks-round', sheet: 'talks' }, { id: 'diary-round', sheet: 'diary' }],
  };
}

test('R49 what is asked about notes is asked where there are some, the nearest day first', () => {
  assert.deepEqual(questionsHere(shownWith(), TODAY).map((one) => one.lane.id), ['together']);
  const shown = shownWith(talk('c'), talk('b', '2027-01-10'), talk('a', '2026-12-03'), { ...talk('x', TODAY), draft: true });
  const [, before] = questionsHere(shown, TODAY);
  assert.deepEqual(before.about.map(({ id }) => id), ['a', 'b', 'c']);
});

test('R49 each question is answered for the note that it was asked about, and again for another', () => {
  const shown = shownWith(talk('a', '2026-12-03'), talk('b'), answer('n', 'before', 'one', 'a'), { ...answer('d', 'before', 'two', 'a'), draft: true });
  const [, before] = questionsHere(shown, TODAY);
  assert.equal(answersGiven(before, 'one', 'a', shown).length, 1);
  assert.equal(answersGiven(before, 'one', 'b', shown).length, 0);
  assert.equal(answersGiven(before, 'two', 'a', shown).length, 0, 'a draft answers nothing');
});

test('R49 the first without an answer stands there', () => {
  const begun = shownWith(talk('a'), answer('n', 'together', 'one'));
  assert.deepEqual(firstOpen(questionsHere(begun, TODAY), begun), { lane: 'together', about: '', at: 1 });
  const on = shownWith(talk('a'), answer('n', 'together', 'one'), answer('m', 'together', 'two'));
  assert.deepEqual(firstOpen(questionsHere(on, TODAY), on), { lane: 'before', about: 'a', at: 0 });
  const all = shownWith(answer('n', 'together', 'one'), answer('m', 'together', 'two'));
  assert.deepEqual(firstOpen(questionsHere(all, TODAY), all), { lane: 'together', about: '', at: 0 });
});

test('R49 lists of home are the lanes that ask nothing; a closed lane asks nothing', () => {
  assert.deepEqual(lanesHere(shownWith()).map((one) => one.lane.id), ['planned', 'held']);
  const shut = { ...shownWith(), round: { id: 'diary-round', sheet: 'diary' }, sheet: () => ({ lanes: [lane('together', { field: 'q', sheet: '', lanes: [] }, false)] }) };
  assert.deepEqual(questionsHere(shut, TODAY), []);
});
