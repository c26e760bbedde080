// R44 what colleagues are asked about: a map as it was frozen, element by element.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { changeLines, sinceVersion } from '../../static/js/forms/map/changes.js';
import { elementsOf } from '../../static/js/forms/map/elements.js';
import { told } from '../../static/js/forms/map/words.js';
import { aboutLines, answersTo } from '../../static/js/notes/about.js';
import { besideNow } from '../../static/js/notes/beside.js';
import { asShownThen, versionNow } from '../../static/js/notes/frozen.js';
import { withoutRepeats } from '../../static/js/notes/said.js';
import { makeShown } from '../../static/js/sync/shown.js';

const t = (key, vars = {}) => [key, ...Object.values(vars)].join(' ');
const read = (name) => new Map(Object.entries(JSON.parse(readFileSync(new URL(`story-${name}.json`, import.meta.url), 'utf8'))));

/** A board in a round that shows a version, or in one that does not. */
function shownOf(name, { version = 'story', closed = 0, change = () => {} } = {}) {
  const records = read(name);
  records.set('board', { round: 'r', lang: 'da', closed, title: '' });
  records.set('method', { rounds: [{ id: 'r', title: { da: 'r' }, sheet: 'answers', lanes: ['known'], version, beside: [{ sheet: 'story', lanes: ['centre'] }] }] });
  change(records);
  return makeShown(records, new Map(), { lang: 'da', t, now: () => 0 });
}

test('R44 first what it is about, then each circle as it goes round, then the points that lie in none', () => {
  const shown = asShownThen(shownOf('small'));
  const sheet = shown.sheet('story');
  const elements = elementsOf(shown, sheet);
  const circles = elements.filter(({ ring }) => ring);
  assert.deepEqual(circles.map(({ title }) => title), ['Hård tone får folk til at rejse, og så får resten travlt', 'Når vi tør tale om det svære, bliver de nye']);
  assert.deepEqual(circles.map(({ kicker }) => kicker), ['map.bad 1', 'map.good 1']);
  const first = elements.findIndex(({ ring }) => ring);
  const place = ({ id }) => sheet.lanes.find((lane) => lane.id === shown.note(id).lane).place;
  assert.deepEqual([...new Set(elements.slice(0, first).map(place))], shown.notes.some(({ lane }) => lane === 'centre') ? ['centre'] : []);
  assert.deepEqual([...new Set(elements.slice(first + 2).map(place))], ['left', 'right']);
  assert.ok(elements.some(({ links }) => links.includes('Hyppige lederskift fører til Hård tone, »dem og os«')));
  // Every point is asked about once: by itself, or in its circle.
  const asked = elements.flatMap(({ id, ring }) => (ring ? [...ring.notes, ...ring.others].map((note) => note.id) : [id]));
  const points = shown.notes.filter(({ sheet: id, lane }) => id === 'story' && lane !== 'circles').map(({ id }) => id);
  assert.deepEqual(asked.sort(), points.sort());
});

test('R44 what was changed since the version was frozen is not asked about, and nothing can be done with what was', () => {
  const change = (records) => {
    const version = records.get('version:story');
    const gone = Object.keys(version.notes).find((id) => version.notes[id].lane === 'strains' && !version.circles[id]);
    records.delete(`note:${gone}`);
    records.set('note:late', { kind: 'note', text: 'Kom til siden', sheet: 'story', lane: 'strains', spot: 0, row: '', side: '', under: '', until: '', links: {}, marks: {}, reach: 'all', can: ['edit', 'move'] });
    for (const key of [...records.keys()].filter((each) => each.startsWith('circle:'))) records.delete(key);
  };
  const [now, before] = [shownOf('small', { change }), shownOf('small')];
  const titles = (shown) => elementsOf(asShownThen(shown), shown.sheet('story')).map(({ title }) => title);
  assert.deepEqual(titles(now), titles(before));
  assert.deepEqual(told(asShownThen(now), now.sheet('story')), told(asShownThen(before), before.sheet('story')));
  assert.ok(asShownThen(now).notes.filter(({ sheet }) => sheet === 'story').every(({ can, mine }) => !can.length && !mine));
  assert.equal(asShownThen(now).note('late'), null);
  assert.equal(now.note('late').text, 'Kom til siden', 'elsewhere it is there');
  assert.ok(asShownThen(now).note('answer000001'), 'answers stay');
});

test('R44 the version is the round’s sheet, and nothing else stands beside it', () => {
  const shown = asShownThen(shownOf('small'));
  assert.deepEqual([shown.round.sheet, shown.round.lanes, shown.round.beside], ['story', [], []]);
  assert.equal(versionNow(shown).n, 2);
});

test('R44 rounds without a version, before the first one, and after the close are as they are', () => {
  const none = (records) => records.delete('version:story');
  for (const how of [{ version: '' }, { change: none }, { closed: 5 }]) {
    const shown = shownOf('small', how);
    assert.equal(asShownThen(shown), shown);
    assert.equal(versionNow(shown), null);
  }
});

test('R44 many points and circles: all are asked about, in the same order for the same version', () => {
  const [one, other] = [shownOf('many', { change: freeze }), shownOf('many', { change: (records) => freeze(records, true) })];
  const ids = (shown) => elementsOf(asShownThen(shown), shown.sheet('story')).map(({ id }) => id);
  assert.ok(ids(one).length > 20);
  assert.deepEqual(ids(one), ids(other));
});

/** The first version of what is up, its notes in one order or the other. */
function freeze(records, turned = false) {
  const of = (kind) => [...records].filter(([key]) => key.startsWith(`${kind}:`)).map(([key, record]) => [key.slice(kind.length + 1), record]);
  const notes = of('note').filter(([, { sheet }]) => sheet === 'story');
  records.set('version:story', { n: 1, day: 0, changes: [], notes: Object.fromEntries(turned ? notes.reverse() : notes), circles: Object.fromEntries(of('circle')) });
}

test('R44 what is different in a version is told in words', () => {
  const shown = shownOf('small');
  const lines = changeLines(shown.versions.get('story'), shown);
  assert.ok(lines.length >= 3, String(lines));
  assert.ok(lines.every((line) => /^change\.(added|gone|reworded|moved|linked|unlinked) /u.test(line)));
  assert.ok(lines.some((line) => line.startsWith('change.gone Rod i skabene')));
  assert.ok(lines.every((line) => !line.includes('undefined')));
  const moved = shown.versions.get('story').changes.find(({ what }) => what === 'added').note;
  const own = changeLines(shown.versions.get('story'), shown, [moved]);
  assert.ok(own.length >= 1 && own.every((line) => line.includes(shown.note(moved).text)), 'of one element only its own');
});

test('R43 R44 answers lie under what they are about, also where it has no name or is there no more', () => {
  const name = 'Hård tone får folk til at rejse, og så får resten travlt';
  // It was answered as it stands in the version.
  const asked = (records) => records.set('note:answer000001', { ...records.get('note:answer000001'), version: 2 });
  const shown = shownOf('small', { change: asked });
  const circle = shown.circles.find(({ name: id }) => shown.note(id)?.text === name);
  assert.deepEqual(answersTo(circle.id, shown).map(({ id }) => id), ['answer000001']);
  assert.deepEqual(answersTo(circle.id, shownOf('small')), [], 'what was answered to the version before lies under that');
  assert.deepEqual(aboutLines(shown.note('answer000001'), shown), [`note.about ${name}`]);
  const gone = shownOf('small', { change: (records) => records.delete(`note:${circle.id}`) });
  assert.deepEqual(aboutLines(gone.note('answer000001'), gone), [`note.about ${name}`], 'it stands in the version');
  const unnamed = shownOf('small', { change: (records) => {
    const version = records.get('version:story');
    const { [circle.id]: one, ...circles } = version.circles;
    records.set('version:story', { ...version, circles: { ...circles, [one.notes[0]]: { ...one, name: '' } } });
    records.set('note:answer000001', { ...records.get('note:answer000001'), about: [one.notes[0]], version: version.n });
  } });
  assert.match(aboutLines(unnamed.note('answer000001'), unnamed)[0], /^note\.about map\.unnamed 5 \(Hård tone.* → Folk rejser → /u);
});

test('R44 before a next version is made, what would be different in it is told', () => {
  const of = (change) => {
    const shown = shownOf('small', { version: '', change: (records) => { freeze(records); change(records); } });
    return sinceVersion(shown.versions.get('story'), shown).changes;
  };
  const [[key, note], [other, second]] = [...read('small')].filter(([key, { lane }]) => key.startsWith('note:') && lane === 'strains');
  const ids = [key, other].map((each) => each.slice(5));
  const had = note.links?.leads ?? [];
  assert.deepEqual(of(() => {}).filter(({ what }) => what !== 'gone'), []);
  assert.deepEqual(of((records) => records.set(key, { ...note, text: 'Sagt anderledes' })).filter(({ note: id }) => id === ids[0]), [{ what: 'reworded', note: ids[0], text: note.text }]);
  assert.deepEqual(of((records) => records.set(other, { ...second, lane: 'supports' })).filter(({ what }) => what === 'moved'), [{ what: 'moved', note: ids[1], lane: 'strains' }]);
  assert.ok(of((records) => records.delete(key)).some(({ what, note: id, text }) => what === 'gone' && id === ids[0] && text === note.text));
  assert.deepEqual(of((records) => records.set('note:new', { ...note, text: 'Ny', links: {} })).filter(({ what }) => what === 'added'), [{ what: 'added', note: 'new' }]);
  assert.deepEqual(of((records) => records.set('note:new', { ...note, text: 'Ny', links: {}, lane: 'tray' })).filter(({ what }) => what === 'added'), []);
  const links = of((records) => records.set(key, { ...note, links: { ...note.links, leads: [] } })).filter(({ what }) => what === 'unlinked');
  assert.deepEqual(links.map(({ other: id }) => id).sort(), [...had].sort());
});

test('R44 a list of answers counts nobody: who only chose is told once for what it is about, after those with words', () => {
  const answer = (id, text, about) => [`note:${id}`, { kind: 'note', text, sheet: 'answers', lane: 'known', row: '', spot: 0, under: '', reach: 'all', version: 2, about: [about], can: [] }];
  const shown = shownOf('small', {
    change(records) {
      records.set('sheet:answers', { ...records.get('sheet:answers'), title: { da: 'Svar' }, lanes: [{ id: 'known', title: { da: 'Det kender jeg' } }], form: 'columns' });
      for (const [id, record] of [answer('a1', 'Det kender jeg', 'p1'), answer('a2', 'Ja, om natten', 'p1'), answer('a3', 'Det kender jeg', 'p1'), answer('a4', 'Det kender jeg', 'p2'), answer('a5', 'Ja, om natten', 'p1')]) records.set(id, record);
    },
  });
  const notes = ['a1', 'a2', 'a3', 'a4', 'a5'].map((id) => shown.note(id));
  assert.deepEqual(withoutRepeats(notes, shown).map(({ id }) => id), ['a2', 'a5', 'a1', 'a4']);
  assert.deepEqual(withoutRepeats([], shown), []);
});

test('V17 R44 beside a round stand the answers about the latest version that was answered, and what was written about none', () => {
  const answer = (id, version) => [`note:${id}`, { kind: 'note', text: id, sheet: 'answers', lane: 'known', row: '', spot: 0, under: '', reach: 'all', version, about: [], can: [] }];
  const shown = shownOf('small', {
    version: '',
    change(records) {
      records.set('sheet:answers', { ...records.get('sheet:story'), title: { da: 'Svar' }, lanes: [{ id: 'known', title: { da: 'Det kender jeg' } }], form: 'columns' });
      records.set('method', { rounds: [{ id: 'r', title: { da: 'r' }, sheet: 'story', lanes: [], version: '', beside: [{ sheet: 'answers', lanes: ['known'] }] }] });
      for (const [id, record] of [answer('first', 1), answer('second', 2), answer('aloud', 0)]) records.set(id, record);
    },
  });
  assert.deepEqual(besideNow(shown).flatMap(({ notes }) => notes.map(({ id }) => id)).sort(), ['aloud', 'second']);
});
