// R44 what is different on a map and what was answered about it, as parts of its picture; earlier versions in its place.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { compared, differences } from '../../static/js/forms/map/compared.js';
import { partsIn } from '../../static/js/forms/map/parts.js';
import { saidOn } from '../../static/js/forms/map/said.js';
import { Earlier, numberIn } from '../../static/js/notes/earlier.js';
import { asOf, asShownThen } from '../../static/js/notes/frozen.js';
import { makeShown } from '../../static/js/sync/shown.js';

const t = (key, vars = {}) => [key, ...Object.values(vars)].join(' ');
const records = () => new Map(Object.entries(JSON.parse(readFileSync(new URL('story-small.json', import.meta.url), 'utf8'))));
const ANSWERS = { order: 1, title: { da: 'Svar' }, form: 'columns', marks: [], links: [], lanes: ['known', 'puzzled'].map((id) => ({ id, title: { da: id }, about: ['story'] })) };

/** A board in a round that shows the version, or one that does not; `answers`: to which version the two answers were. */
function shownOf({ version = 'story', answers = 2, change = () => {} } = {}) {
  const all = records();
  all.set('board', { round: 'r', lang: 'da', closed: 0, title: '', walk: {} });
  all.set('method', { rounds: [{ id: 'r', title: { da: 'r' }, sheet: 'story', lanes: [], version, beside: [] }] });
  all.set('sheet:answers', ANSWERS);
  for (const id of ['note:answer000001', 'note:answer000002']) all.set(id, { ...all.get(id), version: answers });
  change(all);
  return makeShown(all, new Map(), { lang: 'da', t, now: () => 0 });
}
const ids = (shown) => partsIn(shown, shown.sheet('story')).map(({ id }) => id);
const note = (text, more = {}) => ({ kind: 'note', text, sheet: 'story', lane: 'strains', row: '', side: '', spot: 0, under: '', until: '', marks: {}, links: {}, reach: 'all', can: [], ...more });

test('R44 in a version what is new, said differently or gone is told note by note, and what is gone lies where it lay', () => {
  const shown = asShownThen(shownOf());
  const sheet = shown.sheet('story');
  const { tags, ghosts, fresh, gone, shown: beside } = compared(shown, sheet, differences(shown, sheet));
  assert.deepEqual([...tags], [['nt50f2446f25e2a2', 'compare.added'], ['ntf6be1f3405095c', 'compare.gone'], ['nt3458a7e9bb17bc', 'compare.reworded']]);
  assert.deepEqual([...ghosts], ['ntf6be1f3405095c']);
  assert.deepEqual([beside.note('ntf6be1f3405095c').text, beside.note('ntf6be1f3405095c').lane, beside.note('ntf6be1f3405095c').can], ['Rod i skabene', 'strains', []]);
  assert.deepEqual([...fresh], ['nt259f43e6f4590b nt71545a7a1d5006 slows', 'nt50f2446f25e2a2 nt5487ceaf19922a leads']);
  assert.deepEqual(gone, []);
});

test('R44 where no version is shown, what stands now is compared with the latest one, and a point that was only put back is no ghost', () => {
  const [one, two] = ['nt9a1641cf6a659e', 'nta3f2c99c6316b9'];
  const shown = shownOf({ version: '', change: (all) => {
    all.set(`note:${one}`, { ...all.get(`note:${one}`), lane: 'tray' });
    all.set(`note:${two}`, { ...all.get(`note:${two}`), lane: 'supports', text: 'Sagt nyt', links: {} });
    all.delete('note:ntd9b8a7e61a441c');
  } });
  const sheet = shown.sheet('story');
  const version = differences(shown, sheet);
  const { tags, ghosts, gone } = compared(shown, sheet, version);
  assert.equal(tags.get(two), 'compare.reworded, compare.moved');
  assert.deepEqual([...ghosts], ['ntd9b8a7e61a441c'], 'what lies in the tray is there');
  assert.deepEqual(gone, [{ from: two, to: 'nt5a921119c78df4', kind: 'leads' }], 'of what is gone no link is drawn');
});

test('R44 there is nothing to compare before the first version, in it, and where nothing is different', () => {
  const none = shownOf({ version: '', change: (all) => all.delete('version:story') });
  const first = asShownThen(shownOf({ change: (all) => all.set('version:story', { ...all.get('version:story'), n: 1, changes: [] }) }));
  const same = shownOf({ version: '', change: (all) => {
    const version = all.get('version:story');
    for (const key of [...all.keys()]) if (key.startsWith('note:nt')) all.delete(key);
    for (const [id, one] of Object.entries(version.notes)) all.set(`note:${id}`, note(one.text, one));
  } });
  for (const shown of [none, first, same]) {
    assert.equal(differences(shown, shown.sheet('story')), null);
    assert.ok(!ids(shown).includes('changes'));
  }
  assert.ok(ids(asShownThen(shownOf())).includes('changes'));
});

test('R44 each element that was answered is a part, in the order in which people are asked, and the whole comes last', () => {
  const whole = (all) => all.set('note:whole', note('Nattevagterne', { sheet: 'answers', lane: 'known', about: [], version: 2 }));
  const shown = shownOf({ change: whole });
  for (const each of [shown, asShownThen(shown)]) {
    assert.deepEqual(saidOn(each, each.sheet('story')).map(({ id, title, notes }) => [id, title, notes.map(({ text }) => text)]), [
      ['nt4a84eb8d1fd9b7', 'Hård tone får folk til at rejse, og så får resten travlt', ['Er det tonen, der kommer først?']],
      ['nta3f2c99c6316b9>leads>nt5a921119c78df4', 'Hyppige lederskift fører til Hård tone, »dem og os«', ['Ja, tre på to år']],
      ['', 'answer.whole', ['Nattevagterne']],
    ]);
  }
  assert.deepEqual(ids(shown).filter((id) => id.startsWith('said-')), ['said-nt4a84eb8d1fd9b7', 'said-nta3f2c9-leads-nt5a9211', 'said-whole']);
  assert.deepEqual(ids(shownOf({ answers: 1 })).filter((id) => id.startsWith('said-')), [], 'answers to an earlier version lie under that');
});

test('R44 each page of what was answered about a link is a part of its own, also in an earlier version', () => {
  const link = 'nta3f2c99c6316b9>leads>nt5a921119c78df4';
  const many = (all) => Array.from({ length: 12 }, (_, at) => all.set(`note:m${at}`, note('Et langt svar '.repeat(14), { sheet: 'answers', lane: 'known', about: [link], version: 2 })));
  const now = shownOf({ version: '', change: many });
  const shown = shownOf({ version: '', change: (all) => { many(all); all.set('version:story', { ...all.get('version:story'), n: 1200 }); } });
  for (const each of [now, asOf(shown, { ...shown.versions.get('story'), n: 2 }, 'v1199')]) {
    const said = ids(each).filter((id) => id.includes('said-nta3f2c9'));
    assert.ok(said.length > 3, said.join());
    assert.equal(new Set(ids(each)).size, ids(each).length, ids(each).join());
    assert.ok(ids(each).every((id) => id.length <= 40));
  }
});

test('R44 answers to one lane stand together, whoever came first', () => {
  const more = (all) => ['a', 'b', 'c', 'd'].forEach((id, at) => all.set(`note:${id}`, note(id, { sheet: 'answers', lane: at % 2 ? 'known' : 'puzzled', about: ['nta3f2c99c6316b9'], version: 2 })));
  const shown = shownOf({ change: more });
  assert.deepEqual(saidOn(shown, shown.sheet('story')).find(({ id }) => id === 'nta3f2c99c6316b9').notes.map(({ text }) => text), ['b', 'd', 'a', 'c']);
});

test('R44 earlier versions are parts, and the parts of one are its own', () => {
  const shown = shownOf();
  assert.deepEqual(ids(asShownThen(shown)).filter((id) => /^v\d/u.test(id)), ['v1'], 'before the one that the round shows');
  assert.deepEqual(ids(shownOf({ version: '' })).filter((id) => /^v\d/u.test(id)), ['v2', 'v1']);
  const first = { ...shown.versions.get('story'), n: 1, changes: [] };
  const then = asOf(shown, first, 'v1');
  assert.deepEqual(ids(then).slice(0, 3), ['v1', 'v1-star', 'v1-dynamics']);
  assert.ok(ids(then).every((id) => id.startsWith('v1') && id.length <= 40));
  assert.equal(asOf(shown, first, 'v1'), then, 'made once');
  assert.deepEqual(['v3', 'v3-star', 'v12-said-whole', 'star', 'v0', 'v', 'value', 'v3x', ''].map(numberIn), [3, 3, 12, 0, 0, 0, 0, 0, 0]);
});

test('R44 where one part follows another by itself, nobody is led to an earlier version', async () => {
  globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
  const { STAY, ledTo } = await import('../../static/js/board/walk.js');
  const shown = shownOf({ version: '', change: (all) => all.set('board', { ...all.get('board'), walk: { sheet: 'story', since: 1 } }) });
  const sheet = shown.sheet('story');
  const led = partsIn(shown, sheet).map((_, at) => ledTo({ ...shown, now: () => 1 + at * STAY }, sheet));
  assert.ok(led.includes('star') && led.includes('dynamics'), String(led));
  assert.deepEqual(led.filter((id) => /^v\d/u.test(id)), []);
});

test('R44 an earlier version is asked for once, anew when a version came or went, and what is there no more is told', async () => {
  const asked = [];
  let drawn = 0;
  const call = async (path, { token }) => {
    asked.push(`${path} ${token}`);
    if (path.endsWith('/1')) throw Object.assign(new Error(), { status: 404 });
    return { n: 2, day: 0, notes: {}, circles: {}, changes: [] };
  };
  const earlier = new Earlier(/** @type {any} */ ({ board: 'b', token: () => 'key', api: async () => ({ call }), redraw: () => { drawn += 1; } }));
  const shown = shownOf({ version: '', change: (all) => all.set('version:story', { ...all.get('version:story'), n: 3 }) });
  const drawnTo = async (count) => { while (drawn < count) await new Promise(setImmediate); };
  assert.equal(earlier.of(shown, 'story', 3), shown.versions.get('story'), 'the latest is among the records');
  assert.equal(earlier.of(shown, 'story', 4), null);
  assert.equal(earlier.of(shown, 'story', 2), undefined);
  assert.equal(earlier.seen(shown, 'story', 'v2'), shown, 'until it is there, what the round shows');
  await drawnTo(1);
  assert.equal(earlier.of(shown, 'story', 2).id, 'story');
  assert.equal(earlier.seen(shown, 'story', 'v2-star').then.at, 'v2');
  assert.equal(earlier.of(shown, 'story', 1), undefined);
  await drawnTo(2);
  assert.equal(earlier.of(shown, 'story', 1), null);
  assert.deepEqual(asked, ['/api/board/b/version/story/2 key', '/api/board/b/version/story/1 key']);
  const later = shownOf({ version: '', change: (all) => all.set('version:story', { ...all.get('version:story'), n: 4 }) });
  assert.equal(earlier.of(later, 'story', 2), undefined);
  await drawnTo(3);
});
