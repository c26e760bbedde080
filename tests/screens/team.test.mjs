// V16 who leads is named as the method names the part; a method without such a part has the general words.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { teamText } from '../../static/js/pages/team.js';

const t = (key, vars = {}) => [key, ...Object.values(vars)].join(' ');
const part = (da, ...may) => ({ title: { da, en: da }, may });
const shown = (...parts) => ({ lang: 'da', say: (both) => both.da, parts });

test('V16 whoever leads is called as their part', () => {
  assert.equal(teamText(t, shown(part('TRIO', 'lead', 'write'), part('Lytter', 'listen')), 'who.team'), 'who.team_part TRIO');
  assert.equal(teamText(t, shown(part('TRIO', 'lead'), part('Styrer ordet', 'lead')), 'who.team'), 'who.team_part TRIO og Styrer ordet');
});

test('V16 where no part leads, the general words stand', () => {
  assert.equal(teamText(t, shown(part('Lytter', 'listen')), 'who.team'), 'who.team');
  assert.equal(teamText(t, null, 'who.team'), 'who.team');
});
