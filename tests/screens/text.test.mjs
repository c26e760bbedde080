/** Texts: language, plurals, both languages complete, and every key that a screen asks for. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Text, dayWords, fetchText, fill, lengthOf, listed, pickLang, plainBreaks, quoted, readCode, tidyCode, undoWords, whatIsWrong } from '../../static/js/text.js';

const STATIC = fileURLToPath(new URL('../../static/', import.meta.url));
const read = (name) => JSON.parse(readFileSync(`${STATIC}text/${name}.json`, 'utf8'));
const da = read('da');
const en = read('en');

test('Danish, unless this browser chose English or the workshop is English', () => {
  assert.equal(pickLang(), 'da');
  assert.equal(pickLang(null, undefined), 'da');
  assert.equal(pickLang(null, 'en'), 'en');
  assert.equal(pickLang('da', 'en'), 'da');
  assert.equal(pickLang('en', 'da'), 'en');
  assert.equal(pickLang('xx', 'de'), 'da');
  assert.equal(pickLang('xx', 'en'), 'en');
});

test('a word is quoted as its language quotes', () => {
  assert.equal(quoted('Valgt', 'da'), '»Valgt«');
  assert.equal(quoted('Chosen', 'en'), '“Chosen”');
});

test('R17 what separates lines or words in a paste still separates them', () => {
  assert.equal(plainBreaks('a\vb\fc\u0085d\r\ne\rf\u2028g\u001ch'), 'a\nb\nc\nd\ne\nf\ng\nh');
  assert.equal(plainBreaks('a\tb\u001fc d'), 'a b c d');
});

test('both languages have the same keys, forms and variables', () => {
  for (const [left, right] of [[da, en], [read('room.da'), read('room.en')]]) {
    assert.deepEqual(Object.keys(left).sort(), Object.keys(right).sort());
    for (const [key, text] of Object.entries(left)) {
      assert.equal(typeof text, typeof right[key], key);
      const vars = (one) => [...new Set(JSON.stringify(one).match(/\{\w+\}/g))].sort();
      assert.deepEqual(vars(text), vars(right[key]), key);
    }
  }
});

test('every text that a screen asks for by name is there', () => {
  const known = { ...da, ...read('room.da') };
  const files = (folder) => readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(path).isDirectory() ? files(path) : path.endsWith('.js') ? [path] : [];
  });
  for (const path of files(`${STATIC}js`)) {
    for (const [, key] of readFileSync(path, 'utf8').matchAll(/\bt\('([a-z_]+\.[\w.-]+)'/g)) {
      assert.ok(key in known, `${path.slice(STATIC.length)} asks for ${key}`);
    }
  }
});

test('every refusal and close code of SPEC has its text', () => {
  const spec = readFileSync(new URL('../../board_schema/SPEC.md', import.meta.url), 'utf8');
  const table = spec.match(/^\| reason \| ops \|.*\n\|---.*\n((?:\|.*\n)*)/m)?.[1] ?? '';
  const reasons = [...table.matchAll(/^\| (`\w+`) \|/gm)].map(([, reason]) => reason);
  assert.ok(reasons.length > 20);
  for (const reason of reasons) assert.ok(`refused.${reason.slice(1, -1)}` in da, reason);
  const calls = spec.match(/^Reasons beside[^:]*: ([\s\S]*?)\.\n/m)?.[1].match(/`(\w+)`/g) ?? [];
  assert.ok(calls.length > 10);
  for (const reason of calls) assert.ok(`error.${reason.slice(1, -1)}` in da, reason);
  for (const [, name] of spec.matchAll(/^\| 45\d\d \| `(\w+)` \|/gm)) assert.ok(`close.${name}` in da, name);
});

test('what a call is refused with is said as of an op, unless it has a text of its own', () => {
  const texts = { 'refused.full': 'Der er fuldt.', 'refused.gone': 'Den er væk.', 'error.gone': 'Værkstedet er væk.' };
  assert.equal(fill(texts, 'da', 'error.full'), 'Der er fuldt.');
  assert.equal(fill(texts, 'da', 'error.gone'), 'Værkstedet er væk.');
  assert.equal(fill(texts, 'da', 'refused.gone'), 'Den er væk.');
  assert.equal(fill(texts, 'da', 'error.else'), 'error.else');
  assert.equal(fill(texts, 'da', 'my.error.full'), 'my.error.full');
});

test('plurals follow the language, variables are filled, an unknown key shows itself', () => {
  const texts = { notes: { zero: 'ingen', one: '{n} seddel', other: '{n} sedler' }, hello: 'Hej {name} {name} {who}' };
  assert.equal(fill(texts, 'da', 'notes', { n: 0 }), 'ingen');
  assert.equal(fill(texts, 'da', 'notes', { n: 1 }), '1 seddel');
  assert.equal(fill(texts, 'da', 'notes', { n: 7 }), '7 sedler');
  assert.equal(fill(texts, 'da', 'hello', { name: 'Mette' }), 'Hej Mette Mette {who}');
  assert.equal(fill(texts, 'da', 'missing.key'), 'missing.key');
});

test('names stand in a sentence as one would say them', () => {
  assert.equal(listed(['Lis'], 'da'), 'Lis');
  assert.equal(listed([1, 2], 'da'), '1 og 2');
  assert.equal(listed(['Lis', 'Bo', 'Åse'], 'da'), 'Lis, Bo og Åse');
  assert.equal(listed(['Lis', 'Bo', 'Åse'], 'en'), 'Lis, Bo and Åse');
});

test('a change of language takes all loaded texts along', async () => {
  const text = new Text('da', async (name, lang) => ({ [`${name}.x`]: lang }));
  await text.load('');
  await text.load('room');
  assert.equal(text.t('room.x'), 'da');
  await text.change('en');
  assert.equal(text.t('room.x'), 'en');
  assert.equal(text.t('.x'), 'en');
});

test('texts that come at once do not put each other out', async () => {
  /** @type {Record<string, () => void>} */ const come = {};
  const text = new Text('da', (name) => new Promise((done) => { come[name] = () => done({ [`${name}.x`]: name }); }));
  const loads = [text.load(''), text.load('room')];
  come.room();
  come['']();
  await Promise.all(loads);
  assert.equal(text.t('room.x'), 'room');
  assert.equal(text.t('.x'), '');
});

test('texts that come after a change of language come in the new one', async () => {
  /** @type {(() => void)[]} */ const waiting = [];
  const text = new Text('da', (name, lang) => (name === 'room' && lang === 'da'
    ? new Promise((done) => { waiting.push(() => done({ 'room.x': lang })); }) : Promise.resolve({ [`${name}.x`]: lang })));
  await text.load('');
  const load = text.load('room');
  const change = text.change('en');
  await change;
  waiting.forEach((come) => come());
  await load;
  assert.equal(text.t('room.x'), 'en');
});

test('a language whose texts cannot be had now is not gone over to', async () => {
  const text = new Text('da', async (name, lang) => (lang === 'en' ? {} : { 'a.x': 'hej' }));
  await text.load('');
  await text.change('en');
  assert.equal(text.lang, 'da');
  assert.equal(text.t('a.x'), 'hej');
});

test('a file of texts that breaks off on its way counts as one that could not be loaded', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => new Response('{"a": "he', { status: 200 }));
  assert.deepEqual(await fetchText('room', 'da'), {});
});

test('a typed code is three words, whatever stands between them', () => {
  for (const typed of ['sol fjord lampe', ' Sol-FJORD·lampe ', 'sol,fjord.LAMPE', 'sol\nfjord / lampe', 'sol–fjord–lampe']) {
    assert.equal(tidyCode(typed), 'sol-fjord-lampe');
  }
  assert.equal(tidyCode('···'), '');
});

test('what is typed to get in may be run together, or be the address of a link', () => {
  for (const typed of ['dukkehusvokslyspokal', 'dukkehus vokslyspokal', ' Dukkehus-VOKSLYSpokal ']) assert.ok('code' in readCode(typed), typed);
  assert.deepEqual(readCode('http://10.0.0.7:8000/join#c=sol-fjord-lampe'), { code: 'sol-fjord-lampe' });
  assert.deepEqual(readCode(' https://tavle.example.dk/tavle/join#j=AbCdEfGhIjKlMnOpQrStUv '), { join: 'AbCdEfGhIjKlMnOpQrStUv' });
  assert.deepEqual(readCode(''), { wrong: 'code.empty' });
  for (const typed of ['sol', 'sol lys', 'koden er sol fjord lampe']) assert.deepEqual(readCode(typed), { wrong: 'code.three' });
});

test('of a wrong code the word is named that no code has', () => {
  const t = (key, vars = {}) => `${key} ${vars.word ?? ''}`.trim();
  assert.equal(whatIsWrong(t, 'sol-fjordd-lampe', { reason: 'no_door', said: { unknown: [1] } }), 'error.no_word fjordd');
  assert.equal(whatIsWrong(t, 'sol-fjord-lampe', { reason: 'no_door', said: {} }), 'error.no_door');
  assert.equal(whatIsWrong(t, 'sol-fjord-lampe', { reason: 'slow_down' }), 'error.slow_down');
});

test('a text on the button for undoing is cut between characters that people see', () => {
  const t = (key, { text = '' } = {}) => `${key}: ${text}`;
  const words = (text) => undoWords({ t, me: { undo: { what: 'write', text } } });
  assert.equal(words('To\nlinjer'), 'undo.write: To linjer');
  assert.equal(words('👨‍👩‍👧‍👦'.repeat(40)), `undo.write: ${'👨‍👩‍👧‍👦'.repeat(27)}…`);
  assert.equal(undoWords({ t, me: null }), 'phone.undo_last: ');
});

test('characters are counted as people see them, in the text as it is stored', () => {
  const counted = { 'Ny leder': 8, '👨‍👩‍👧‍👦': 1, '🇩🇰 og 👩🏽‍⚕️': 6, 'e\u0301a\u030a': 2, 'a\u200eb': 2, 'a     b': 3, '  a \n\n\n\n b ': 4, 'a\u000bb': 3, '': 0 };
  for (const [text, n] of Object.entries(counted)) assert.equal(lengthOf(text), n, JSON.stringify(text));
  assert.equal(lengthOf('👨‍👩‍👧‍👦'.repeat(100), 140), 175, 'so many code points are not even cleaned');
});

test('a day is the same day wherever it is read', () => {
  const before = process.env.TZ;
  try {
    for (const zone of ['America/Los_Angeles', 'Europe/Copenhagen', 'Pacific/Kiritimati']) {
      process.env.TZ = zone;
      assert.equal(dayWords(Date.UTC(2026, 11, 3), { lang: 'da' }), '3. december 2026', zone);
      assert.equal(dayWords('2026-12-03', { lang: 'en' }), '3 December 2026', zone);
    }
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});
