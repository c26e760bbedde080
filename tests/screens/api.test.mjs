/** HTTP calls of the pages, with a server of answers that the test makes. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ApiError, download, downloadBoard, fileName } from '../../static/js/sync/api.js';
import { comeBack } from '../../static/js/sync/back.js';

/** @type {Response[]} */ let answers = [];
/** @type {string[]} */ let saved = [];
/** @type {number[]} */ let waited = [];
const pause = async (seconds) => { waited.push(seconds); };
const busy = () => new Response('{"error":"busy"}', { status: 429, headers: { 'Retry-After': '5' } });

beforeEach(() => {
  [answers, saved, waited] = [[], [], []];
  globalThis.fetch = async () => answers.shift() ?? busy();
  const link = { click() { saved.push(this.download); }, remove() {} };
  globalThis.document = { createElement: () => link, body: { append() {} } };
  URL.createObjectURL = () => 'blob:x';
  globalThis.setTimeout = () => 0;
});

test('H6 a download that finds the server busy waits as long as it is told and tries again by itself', async () => {
  answers = [busy(), busy(), new Response('file')];
  await download('/x', { token: 't', name: 'tavle.pdf', pause });
  assert.deepEqual(waited, [5, 5]);
  assert.deepEqual(saved, ['tavle.pdf']);
});

test('H6 after some tries it says that the server is busy', async () => {
  await assert.rejects(download('/x', { token: 't', name: 'tavle.pdf', pause }), (error) => error instanceof ApiError && error.reason === 'busy');
  assert.equal(waited.length, 5);
  assert.deepEqual(saved, []);
});

test('another error is told at once', async () => {
  answers = [new Response('{"error":"export"}', { status: 422 })];
  await assert.rejects(download('/x', { token: 't', name: 'tavle.pdf', pause }), { reason: 'export', status: 422 });
  assert.deepEqual(waited, []);
});

test('H5 a way back that the server cannot open just now is kept to be tried again, one that is over is not', async () => {
  for (const [status, error, problem] of [
    [503, 'store_away', 'offline'], [500, 'fault', 'offline'], [429, 'slow_down', 'offline'],
    [404, 'no_way', 'no_way'], [409, 'has_device', 'has_device'], [404, 'gone', 'gone'],
  ]) {
    answers = [new Response(JSON.stringify({ error }), { status })];
    assert.deepEqual(await comeBack('board', 'key'), { secret: '', problem }, error);
  }
});

test('a file is named in plain letters, and asked for with this device\'s clock; missing emoji are told', async () => {
  assert.equal(fileName('Æblegrød på ØRE – café'), 'aeblegroed-paa-oere-cafe');
  assert.equal(fileName('Hvad har gjort en forskel for vores arbejdsmiljø gennem årene?'), 'hvad-har-gjort-en-forskel-for-vores', 'no word is cut');
  assert.equal(fileName('  ??? '), 'tavle');
  const asked = [];
  globalThis.fetch = async (path) => { asked.push(String(path)); return new Response('file', { headers: { 'x-tavle-lacks': 'emoji' } }); };
  const began = Date.UTC(2026, 10, 27, 23, 30);
  assert.equal(await downloadBoard({ board: 'b', token: 't', title: 'Årsdag', kind: 'pdf', lang: 'da', size: 'a1', began }), true);
  assert.deepEqual(saved, ['aarsdag.pdf']);
  assert.equal(asked[0], `/api/board/b/export/aarsdag.pdf?lang=da&offset=${-new Date(began).getTimezoneOffset()}&size=a1`);
});
