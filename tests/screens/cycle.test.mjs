// Which station a programme is at, by the reader's clock (SPEC R40).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWords, inTwo, nearDay, stand } from '../../static/js/board/standing.js';
import { daysTo, today } from '../../static/js/notes/days.js';

const both = (da) => ({ da, en: da });
const station = (id, ...counts) => ({ id, title: both(id), round: id, version: 0, counts: counts.map(([count, title, one]) => ({ count, title: both(title), one: one ? both(one) : {} })) });
const coming = (day, more = {}) => ({ station: 'followup', note: day, day, title: both('Stop op'), text: 'Overlevering', who: 'Mette', within: 7, ...more });
const CYCLE = { stations: [station('dialogues', [4, 'holdt'], [1, 'på vej']), station('sense', [1, 'punkter', 'punkt'], [0, 'cirkler']), station('trials', [3, 'i gang']), station('followup', [0, 'skal ses på'])], next: [], shows: [] };
const words = { say: ({ da = '' }) => da, t: (key, vars = {}) => [key, ...Object.values(vars)].join(' '), lang: 'da', board: null };

test('it is at the last station that has something, and at the first while nothing has', () => {
  assert.equal(stand(CYCLE, '2026-11-28').stations.find(({ now }) => now).id, 'trials');
  const empty = { ...CYCLE, stations: CYCLE.stations.map(({ id }) => station(id, [0, 'n'])) };
  assert.equal(stand(empty, '2026-11-28').stations.find(({ now }) => now).id, 'dialogues');
});

test('what is due within a week, or overdue, is where it is at, and counts there when its station says so', () => {
  for (const [day, at, number] of [['2026-12-03', 'followup', 1], ['2026-11-20', 'followup', 1], ['2026-12-06', 'trials', 0]]) {
    const { stations } = stand({ ...CYCLE, next: [coming(day)] }, '2026-11-28');
    assert.equal(stations.find(({ now }) => now).id, at, day);
    assert.equal(stations.find(({ id }) => id === 'followup').number, number, day);
  }
  const talk = stand({ ...CYCLE, next: [coming('2026-11-29', { station: 'dialogues', within: 0 })] }, '2026-11-28').stations[0];
  assert.deepEqual([talk.now, talk.number], [true, 4]);
});

test('one is said in the singular, and what there is none of is left out but for the first', () => {
  const [, sense, , followup] = stand(CYCLE, '2026-11-28').stations;
  assert.deepEqual(countWords(sense, words), ['1 punkt']);
  assert.deepEqual(countWords(followup, words), ['0 skal ses på']);
  assert.deepEqual(countWords({ ...sense, version: 2 }, words), ['1 punkt', 'cycle.version 2']);
});

test('a day is said as one says it today, over a change of the clocks and of the year', () => {
  assert.equal(daysTo('2026-10-24', '2026-10-26'), 2);
  assert.equal(nearDay('2026-11-28', '2026-11-28', words), 'cycle.today');
  assert.equal(nearDay('2026-11-29', '2026-11-28', words), 'cycle.tomorrow');
  assert.equal(nearDay('2026-12-03', '2026-11-28', words), 'cycle.on torsdag');
  assert.equal(nearDay('2026-12-05', '2026-11-28', words), '5. december');
  assert.equal(nearDay('2026-11-20', '2026-11-28', words), 'cycle.since 20. november');
  assert.equal(nearDay('2027-12-05', '2026-11-28', words), '5. december 2027');
  assert.equal(today(new Date(2026, 0, 5, 23, 59).getTime()), '2026-01-05');
});

test('what is too long for the middle of the ring stands in two lines, with a day and its month in one', () => {
  assert.deepEqual(inTwo('i dag', 16), ['i dag']);
  assert.deepEqual(inTwo('på torsdag', 16), ['på torsdag']);
  assert.deepEqual(inTwo('skulle være 27. november', 16), ['skulle være', '27. november']);
  assert.deepEqual(inTwo('was due on 27 November', 16), ['was due on', '27 November']);
  assert.deepEqual(inTwo('skulle være 27. november 2025', 16).length, 2);
  assert.deepEqual(inTwo('arbejdstilrettelæggelse', 16), ['arbejdstilrettelæggelse']);
});
