/** What looks like a CPR number, a telephone number or an e-mail address is asked about; ordinary notes are not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { looksLike } from '../../static/js/notes/personal.js';

const FOUND = {
  cpr: ['010180-1234', 'Borger 0101801234 faldt', '311299 0000', '０１０１８０－１２３４'],
  phone: ['Ring 12 34 56 78', '12345678', 'tlf. 1234 5678', '+45 12345678', '0045 12 34 56 78', '+46 70 123 45 67'],
  mail: ['skriv til anne@example.dk', 'a.b-c@sub.example.org.', 'anne (at) example.dk'],
};
const PLAIN = [
  'Corona 2020', '2019-2024', '2019–2024', '20192024', '2019 2024', 'Fra 12 til 14 senge', 'Møde kl. 07.15-15.15', '30 patienter, 4 stuer', '24/7', '100.000 kr.',
  '1.250.000 kroner', 'Afdeling 1234', 'stue 12, 13, 14 og 15', 'D. 01.02.2021', '12-05-2021', 'Vi er @hjemme', 'Kl. 7 @ stue 2', '',
];

test('CPR numbers, telephone numbers and addresses are found in every usual way of writing them', () => {
  for (const [kind, texts] of Object.entries(FOUND)) for (const text of texts) assert.equal(looksLike(text), kind, text);
});

test('years, times, dates and amounts are not taken for them', () => {
  for (const text of PLAIN) assert.equal(looksLike(text), '', text);
});
