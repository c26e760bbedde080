/** Texts in another script than the page's say so, so that they are spoken and broken as what they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tongue } from '../../static/js/notes/look.js';

test('a text has the language of its first letter, else that of the workshop', () => {
  const shown = { board: { lang: 'da' }, lang: 'en' };
  const of = {
    da: ['Ny leder', '2020', '', '👩‍👩‍👧‍👦'], 'und-Arab': ['الموظفون', '12 الموظفون (AMR)'], 'und-Hebr': ['עומס בעבודה'], 'und-Cyrl': ['Новая смена'], ja: ['ひ'], ko: ['한국어'],
  };
  for (const [lang, texts] of Object.entries(of)) for (const text of texts) assert.equal(tongue(text, shown), lang, text);
  assert.equal(tongue('New', { board: null, lang: 'en' }), 'en');
});
