// A note's colour: the same on every screen and poster, and none that means something else in the same workshop.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CALM, COLORS, color, initials } from '../../static/js/notes/look.js';

const years = { id: 's', marks: [], lanes: [{ id: '2020' }, { id: 'before', color: 'lilac' }] };
const plain = { id: 's', marks: [], lanes: [{ id: '2020' }] };
const shownOf = (...sheets) => ({ sheets, sheet: (id) => sheets.find((one) => one.id === id) ?? null });
const ids = Array.from({ length: 40 }, (_, at) => `note-${at}`);
const colors = (shown, lane = '2020') => ids.map((id) => color({ id, sheet: 's', lane }, shown));

test('where the colour of a lane means something, other notes have a colour of one calm family', () => {
  const shown = shownOf(years, { id: 'groups', marks: [], lanes: [{ id: 'a', color: 'mint' }, { id: 'b', color: 'coral' }] });
  assert.deepEqual(new Set(colors(shown)), new Set(CALM));
  assert.deepEqual(new Set(colors(shown, 'before')), new Set(['lilac']));
  for (const used of ['lilac', 'mint', 'coral', 'sky']) assert.ok(!CALM.includes(used));
});

test('where no colour means anything, notes have all colours', () => {
  assert.deepEqual(new Set(colors(shownOf(plain))), new Set(COLORS));
});

test('posters give the same notes the same colours', () => {
  const { calm, bright } = JSON.parse(readFileSync(new URL('../vectors/colors.json', import.meta.url)));
  assert.deepEqual(colors(shownOf(years)), calm);
  assert.deepEqual(colors(shownOf(plain)), bright);
});

test('people side by side are told apart by their letters', () => {
  assert.deepEqual(initials(['Anna', 'Bente']), ['A', 'B']);
  assert.deepEqual(initials(['Anna', 'arne', 'Bo']), ['An', 'Ar', 'B']);
  assert.deepEqual(initials(['Anna 1', 'Anna 2']), ['A1', 'A2']);
  assert.deepEqual(initials(['Anna', 'Annika']), ['Anna', 'Anni']);
  assert.deepEqual(initials(['Gæst 1', 'Gæst 12', '👩‍👩‍👧 Mor']), ['G1', 'G12', '👩']);
  assert.deepEqual(initials([]), []);
});
