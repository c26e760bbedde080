// A sheet that is drawn over a map (SPEC R47): which notes lie where, how far they have come, and where everything is drawn.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { near } from '../../static/js/forms/map/shapes.js';
import { makeShown } from '../../static/js/sync/shown.js';
import { ladder } from '../../static/js/notes/measure.js';
import { measure } from './stories.mjs';
import { POINT, SHEET, TODAY, note, trials } from './trials.mjs';

// What lit-html asks of a document when it is loaded; nothing is drawn here.
globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
const { plan } = await import('../../static/js/forms/columns/picture.js');
const { aims, cardBody, cardOf } = await import('../../static/js/forms/columns/cards.js');
const { dayIn } = await import('../../static/js/notes/fields.js');
const { daysOf, lies, lyingOn, overParts, overWords, ringsUnder } = await import('../../static/js/forms/over.js');

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const STORY = read('story-small.json');
const TEXTS = { ...read('../../static/text/da.json'), ...read('../../static/text/room.da.json') };
const t = (key, vars = {}) => {
  const form = typeof TEXTS[key] === 'object' ? TEXTS[key][vars.n === 1 ? 'one' : 'other'] : TEXTS[key];
  assert.ok(form, key);
  return form.replace(/\{(\w+)\}/g, (_, name) => vars[name] ?? '');
};

function shownOf(records) {
  const round = { id: 'r', title: {}, sheet: 'trials', lanes: [], beside: [] };
  const board = { title: '', venue: '', lang: 'da', round: 'r', scene: 'look', walk: {}, closed: 0 };
  return makeShown(new Map(Object.entries({ board, method: { rounds: [round] }, ...STORY, ...records })), new Map(), {
    version: 1, loaded: true, here: new Set(), drags: new Map(), returned: [], now: () => 0, connected: 'yes', lang: 'da', t,
  });
}

/** The circle on which nothing of trials() lies. */
const GOOD = 'nt8c25161ff39849';
const ids = (map) => Object.fromEntries([...map].map(([key, notes]) => [key, notes.map(({ id }) => id)]));
function planOf(shown, { width = 1792, height = 833, least = 22, part = '' } = {}) {
  return plan({ shown, sheet: shown.sheet('trials'), picture: { day: TODAY, part, onPart() {} }, width, height, sizes: ladder(least * 1.7, least), measure, before: undefined, latest: '' });
}

test('R47 a note lies on what it names while its days run, and after that unless it was dropped or goes on in another', () => {
  const shown = shownOf(trials());
  const lying = lyingOn(shown, shown.sheet('trials'));
  assert.deepEqual(ids(lying.links), {
    [`${POINT.tone}>leads>${POINT.leave}`]: ['t4'], [`${POINT.busy}>leads>${POINT.meetings}`]: ['t5'], [`${POINT.quarrels}>leads>${POINT.tone}`]: ['t6'],
    [`${POINT.leaders}>leads>${POINT.tone}`]: ['t7'],
  });
  assert.deepEqual(ids(lying.points), {}, 'what is proposed lies nowhere yet');
  for (const [decision, is] of [['carry-on', true], ['drop', false], ['adjust', false], [undefined, false]]) {
    const one = shownOf(Object.fromEntries([['sheet:trials', SHEET], note('t', 'decided', 'Ja', { about: [POINT.tone], marks: decision ? { decision } : {} })]));
    assert.equal(lies(one.note('t'), one), is, decision);
  }
  const named = shownOf({ ...trials(), ...Object.fromEntries([note('t', 'running', 'Kaffe', { about: [POINT.vicious, 'gone', `${POINT.tone}>slows>${POINT.leave}`], fields: { start: TODAY, stop: TODAY } })]) });
  const sheet = named.sheet('trials');
  assert.deepEqual(ids(lyingOn(named, sheet).rings), { [POINT.vicious]: ['t'] }, 'a named circle; what is not there any more is left out');
  assert.deepEqual(ringsUnder(named, sheet).map(({ id, whole = false }) => [id, whole]), [[POINT.vicious, false], [GOOD, true]], 'a circle that only a proposal is about is told after those on which something lies');
});

test('R47 a note is against a circle that strains as its picture shows it: as people say, else as its notes propose', () => {
  const bad = { ...trials(), ...Object.fromEntries([note('t', 'running', 'Kaffe', { about: [POINT.vicious], fields: { start: TODAY, stop: TODAY } })]) };
  const key = `note:${POINT.vicious}`;
  const aim = (/** @type {Record<string, string>} */ marks) => { const shown = shownOf({ ...bad, [key]: { ...STORY[key], marks } }); return aims(shown.note('t'), shown)[0]; };
  assert.match(aim({ turn: 'bad' }), /^mod: /u);
  assert.match(aim({}), /^mod: /u, 'nobody said it, and its notes propose it');
  assert.match(aim({ turn: 'good' }), /^for: /u);
  assert.match(aim({ other: 'bad', turn: 'good' }), /^for: /u, 'another word of its name is none about its turn');
});

test('R47 a word without a sign is said as it is', () => {
  const marks = SHEET.marks.map((kind) => ({ ...kind, words: kind.words.map((one) => ({ ...one, sign: '' })) }));
  const shown = shownOf({ ...trials(), 'sheet:trials': { ...SHEET, marks } });
  const { blocks } = cardOf({ note: shown.note('t7') }, { shown }, { day: TODAY, quotes: 1, cut: false, wide: new Set() });
  assert.deepEqual([blocks[0].kind, blocks[0].text, blocks[0].sign], ['kicker', 'Ført videre', '']);
  assert.doesNotMatch(JSON.stringify(cardBody({ blocks }, shown)), /<b>/u);
});

test('R47 the days of a note go from the first to the other, by the day of whoever looks', () => {
  const shown = shownOf(trials());
  const at = (day) => daysOf(shown.note('t4'), shown, day);
  assert.deepEqual([at('2026-11-01').share, at('2026-11-10').share, at('2026-11-29').share, at('2026-12-18').share, at('2027-02-01').share], [0, 0, 0.5, 1, 1]);
  assert.deepEqual([at('2026-12-17').left, at('2026-12-18').left, at('2026-12-20').left], [1, 0, -2]);
  assert.equal(daysOf(shown.note('t1'), shown, TODAY), null);
});

test('R47 lists and screen readers are told what lies on what', () => {
  const shown = shownOf(trials());
  const [{ sentences }] = overWords(shown, shown.sheet('trials'));
  assert.deepEqual(sentences[0], { from: 'Mentorordning', how: 'ligger på pilen', to: 'Hård tone, »dem og os« fører til Folk rejser' });
  assert.equal(overWords(shownOf({ 'sheet:trials': SHEET }), SHEET).length, 0);
});

function faults({ boxes }, width, height) {
  const all = [...boxes].filter(([id]) => !/^(lane|frame|target):/u.test(id));
  return all.flatMap(([id, a], at) => [
    ...all.slice(at + 1).filter(([, b]) => near(a, b, -1)).map(([other]) => `${id} lies over ${other}`),
    ...(a.x < -1 || a.y < -1 || a.x + a.w > width + 1 || a.y + a.h > height + 1 ? [`${id} leaves the picture`] : []),
  ]);
}

for (const [width, height, least] of [[1792, 833, 22], [3584, 1666, 44], [1320, 600, 15.6]]) {
  for (const messy of [false, true]) {
    test(`R47 stations and the map below them at ${width} x ${height}${messy ? ', with more than there is room for' : ''}: nothing over anything`, () => {
      const shown = shownOf(trials(messy));
      const made = planOf(shown, { width, height, least });
      assert.deepEqual(faults(made, width, height), []);
      const on = [...made.boxes.keys()].filter((id) => /^(on|by|in):/u.test(id));
      assert.ok(on.length >= (messy ? 5 : 4), on.join());
      assert.ok([...made.boxes.values()].every(({ size }) => !size || size >= least - 0.5), 'all can be read');
      assert.ok(made.boxes.get('t6').w > made.boxes.get('t3').w * 1.5, 'what is due opens, and its lane takes the spare width');
      const left = [...made.boxes.keys()].filter((id) => id.startsWith('more:'));
      assert.ok(messy ? left.includes('more:decided') : left.length < 3, `what has no room is told, and can be read as a part of its own: ${left}`);
      assert.deepEqual([...made.boxes.get('t6').look.matchAll(/station-open/gu)].length, 1);
      if (!messy) assert.ok(made.boxes.get('t8').look.includes('station-left'), 'a drop is what was learned');
    });
  }
}

test('R47 where there are several circles that cannot be read at once, there is one at a time, and each is a part', () => {
  const good = ['nt12e0c8bad640fb', 'nt19488d4f65d4d9'].join('>leads>');
  const more = Object.fromEntries([note('t9', 'running', 'Supervision i to hold', { about: [good], fields: { start: TODAY, stop: '2027-01-01' } })]);
  const shown = shownOf({ ...trials(), ...more });
  const parts = overParts(shown, shown.sheet('trials'));
  assert.deepEqual(parts.map(({ id }) => id).filter((id) => id.startsWith('circle-')), [`circle-${POINT.vicious}`, `circle-${GOOD}`]);
  for (const part of ['', ...parts.filter(({ ring }) => ring).map(({ id }) => id)]) assert.deepEqual(faults(planOf(shown, { part }), 1792, 833), [], part);
  const second = planOf(shown, { part: 'circle-nt8c25161ff39849' });
  assert.equal(second.walking.part, 'circle-nt8c25161ff39849');
  assert.ok(second.boxes.has('point:nt12e0c8bad640fb') && !second.boxes.has(`point:${POINT.tone}`));
});

test('R47 R48 what is followed up stands open before its day, with what people wrote; who only chose a word is no quotation', () => {
  const shown = shownOf({ ...trials(), board: { title: '', venue: '', lang: 'da', round: 'r', scene: 'follow', walk: {}, closed: 0, now: 't5' } });
  const made = planOf(shown);
  assert.match(made.boxes.get('t5').look, /station-open/u);
  assert.ok(made.boxes.get('t5').y < (made.boxes.get('t4')?.y ?? Infinity), 'it comes first in its lane');
  assert.match(made.boxes.get('t6').look, /station-open/u);
});

test('R48 what is followed up opens also before its first day, and says when it begins', () => {
  const made = planOf(shownOf({ ...trials(), ...Object.fromEntries([note('t5', 'running', 'Ny mødestruktur', { fields: { start: '2026-12-10', stop: '2027-01-15', who: 'Mette' } })]), board: { title: '', venue: '', lang: 'da', round: 'r', scene: 'follow', walk: {}, closed: 0, now: 't5' } }));
  assert.match(made.boxes.get('t5').look, /station-open/u);
  const shown = shownOf(trials());
  const [begun, later] = ['2026-12-03', '2026-11-20'].map((day) => cardOf({ note: shown.note('t5') }, { shown }, { day, quotes: 1, cut: true, wide: new Set(['t5']) }).blocks.map(({ kind }) => kind));
  assert.deepEqual([begun.includes('bar'), later.includes('bar'), later.filter((kind) => kind === 'days').length], [true, false, 1]);
});

test('R47 on a wall an empty station is as wide as its title, and what is full has the room', () => {
  const shown = shownOf({ ...trials(), ...Object.fromEntries([note('t6', 'decided', 'Rolig overlevering', { marks: { decision: 'adjust' }, fields: { learned: 'Ti minutter er nok, hvis døren er lukket' } })]) });
  const { boxes } = planOf(shown);
  const [empty, full] = ['stopped', 'decided'].map((id) => boxes.get(`lane:${id}`).w);
  assert.ok(empty < full * 0.6, `${empty} beside ${full}`);
  assert.ok(['t6', 't7', 't8'].filter((id) => boxes.has(id)).length > 1, 'two that were decided have room');
});

test('R47 what lies on several points is drawn once, with its name and all of them for those who listen', () => {
  const shown = shownOf({ ...trials(), ...Object.fromEntries([note('t9', 'running', 'En fast makker', { about: [POINT.leaders, POINT.meetings], fields: { start: TODAY, stop: '2027-01-01' } })]) });
  const { boxes } = planOf(shown, { width: 3584, height: 1666 });
  const by = [...boxes.keys()].filter((id) => id.startsWith('by:'));
  assert.deepEqual(by.map((id) => id.slice(3).split(' ').sort()), [[POINT.leaders, POINT.meetings].sort()]);
});

test('R47 R48 while one is followed up the map stays below the stations', () => {
  const days = { start: '2026-11-18', stop: '2026-12-20', who: 'Lederen' };
  const shown = shownOf(Object.fromEntries([
    ['sheet:trials', SHEET], ['board', { title: '', venue: '', lang: 'da', round: 'r', scene: 'follow', walk: {}, closed: 0, now: 'c' }],
    note('a', 'proposed', 'En tur ud af huset med beboerne hver måned'),
    note('b', 'qualified', 'Ti minutter med en svær situation, også når natten møder ind', { about: [POINT.vicious, POINT.meetings] }),
    note('c', 'running', 'Alle nye har en fast makker i de første fire uger', { about: [POINT.leaders, POINT.busy], fields: days }),
    note('d', 'decided', 'De første ti minutter af teammødet går til en svær situation', { marks: { decision: 'adjust' }, fields: { learned: 'Ti minutter er nok, når én holder øje med uret. De, der ikke er på arbejde om dagen, skal også have en plads.' } }),
    note('e', 'decided', 'Et teammøde, der ikke bliver til noget, får en tråd på telefonen', { marks: { decision: 'drop' }, fields: { learned: 'På skrift bliver tonen hårdere. Det, der er svært, skal siges ansigt til ansigt.' } }),
  ]));
  for (const height of [833, 800, 760, 720, 680]) assert.ok([...planOf(shown, { height }).boxes.keys()].some((id) => id.startsWith('point:')), `some of the map is there at ${height}`);
});

test('R47 what was learned by what goes on is no smaller than its title', () => {
  const shown = shownOf(trials());
  const { blocks } = cardOf({ note: shown.note('t7') }, { shown }, { day: TODAY, quotes: 1, cut: true, wide: new Set() });
  assert.deepEqual(blocks.map(({ kind }) => kind), ['kicker', 'title', 'lesson']);
});

test('R47 R48 what is followed up comes first in its lane, also when it is decided', () => {
  for (const now of ['t7', 't8']) {
    const made = planOf(shownOf({ ...trials(), board: { title: '', venue: '', lang: 'da', round: 'r', scene: 'follow', walk: {}, closed: 0, now } }));
    const other = now === 't7' ? 't8' : 't7';
    assert.ok(made.boxes.get(now).y < (made.boxes.get(other)?.y ?? Infinity), now);
  }
});

for (const width of [900, 700, 358]) {
  test(`R47 a picture that grows, ${width} px wide, has all of it`, () => {
    const made = planOf(shownOf(trials(true)), { width, height: Infinity, least: 15 });
    assert.deepEqual(faults(made, width, made.height), []);
    for (const [id] of Object.entries(trials(true)).filter(([key, record]) => key.startsWith('note:') && record.kind === 'note')) assert.ok(made.boxes.has(id.slice(5)), id);
  });
}

test('R31 that there is no date is no day: what is to be looked at some time stands in the list without one', () => {
  assert.deepEqual(['2026-12-24', 'none', ''].map((stop) => dayIn({ fields: { stop } }, 'stop')), ['2026-12-24', '', '']);
  assert.equal(dayIn({}, 'stop'), '');
  assert.equal(dayIn({ fields: { stop: '2026-12-24' } }, undefined), '', 'its lane has no such day');
});
