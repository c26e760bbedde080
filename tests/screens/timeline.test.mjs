/** The picture of a timeline: each note in its own year, none hidden, none moved by what is not about it, the same on every screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ladder, roughWidth } from '../../static/js/notes/measure.js';
import { layLine } from '../../static/js/forms/timeline/line.js';
import { overview } from '../../static/js/forms/timeline/overview.js';
import { paper } from '../../static/js/forms/timeline/paper.js';
import { partsOf } from '../../static/js/forms/timeline/parts.js';
import { periodsOver } from '../../static/js/forms/timeline/periods.js';

// What lit-html asks of a document when it is loaded; nothing is drawn here.
globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
const { plan } = await import('../../static/js/forms/timeline/picture.js');
const { placeArgs } = await import('../../static/js/notes/query.js');

const LONG = 'Nye tunge patientgrupper, og vi blev ikke spurgt, før det hele var besluttet langt væk fra afdelingen af folk, vi aldrig havde mødt før det.';
const TEXTS = [
  'Ny leder igen', 'Fast supervision hver måned', 'Covid-19 og besøgsforbud 😷', 'Vi mistede en kollega', 'نحن فريق واحد رغم كل شيء',
  'Tilfredshedsundersøgelsen blev aldrig fulgt op', 'Medarbejderudviklingssamtalerne forsvandt', 'Elever med på stuegang 🎉',
  'To afdelinger lagt sammen uden at nogen spurgte os først', 'AMR valgt, TRIO i gang igen', 'Aflyste operationer', 'Sommerfest på taget',
  'Arbejdsmiljørepræsentanten gik på orlov', 'Et svært forløb, som ingen talte om bagefter', 'Kaffemaskinen kom til at virke ☕', LONG,
];
/** The place for the picture on a wall of 1920 x 1080 px. */
const WALL = { width: 1792, height: 780, sizes: ladder(38, 22) };
const PERIODS = [
  { text: 'Det ene nye efter det andet', lane: '2017', until: '2019' }, { text: 'Presset vokser', lane: '2020', until: '2022' },
  { text: 'Vi kommer på fode igen', lane: '2023', until: '2026' },
];

const lane = (id, scale) => ({ id, title: { da: id === 'before' ? 'Før min tid og andre steder' : id }, ...(scale ? { scale } : {}) });
const sheet = {
  id: 's', form: 'timeline',
  marks: [{ id: 'effect', title: { da: 'Virkning' }, lanes: [], words: ['up', 'both', 'down'].map((side) => ({ id: side, title: { da: side }, sign: '', color: '', side })) }],
  lanes: [...Array.from({ length: 10 }, (_, at) => lane(String(2017 + at), 2017 + at)), lane('before')],
};
const LANES = ['before', ...Array.from({ length: 10 }, (_, at) => String(2017 + at))];

/** Numbers that look random and are the same every time. @param {number} seed */
function* numbers(seed) {
  let x = seed;
  for (;;) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    yield x / 2 ** 32;
  }
}

function many(count, seed = 7, texts = TEXTS) {
  const draw = numbers(seed);
  const one = (from) => from[Math.floor(draw.next().value * from.length)];
  return Array.from({ length: count }, (_, at) => ({
    id: `n${Math.floor(draw.next().value * 1e9)}`, text: one(texts), lane: at % 9 ? one(LANES.slice(1)) : 'before', side: one(['up', 'down', 'up', 'down', 'both']), spot: at,
  }));
}

/** The 21 notes of looks/timeline-22.png, one of them of 140 letters. */
const PLAIN = [
  ['before', 'up', 'Fast supervision på min gamle arbejdsplads'], ['2017', 'down', 'Ny leder igen'], ['2018', 'up', 'Fast supervision hver måned'],
  ['2018', 'down', 'Færre aktiviteter med beboerne'], ['2019', 'down', 'To teams bliver ét'], ['2019', 'down', LONG], ['2020', 'up', 'Vi passede på hinanden'],
  ['2020', 'down', 'Covid-19'], ['2020', 'down', 'Besøgsforbud'], ['2021', 'down', 'Leder længe sygemeldt'], ['2021', 'down', 'Patienter fra andre afdelinger'],
  ['2022', 'both', 'Ny strategi: ud af huset'], ['2022', 'down', 'Opsigelser og nye ledere'], ['2023', 'up', 'Ny ledergruppe beder om hjælp'],
  ['2023', 'up', 'To fremtidsværksteder'], ['2024', 'up', 'AMR valgt, TRIO i gang igen'], ['2024', 'up', 'Onsdagsmøde hver uge'], ['2024', 'down', 'Mange nye sygeplejersker'],
  ['2025', 'up', 'Elever med på stuegang'], ['2025', 'both', 'Vagtplanen ligger fast'], ['2026', 'down', 'Flytning til supersygehus'],
].map(([at, side, text], spot) => ({ id: `p${spot}`, lane: at, side, text, spot }));

function board(notes, periods = [], round = 'picture') {
  const records = [
    ...notes.map((note) => ({ kind: 'note', sheet: 's', row: '', under: '', until: '', draft: false, can: [], ...note })),
    ...periods.map((period, at) => ({ kind: 'heading', id: `h${at}`, sheet: 's', row: '', side: '', draft: false, can: [], ...period })),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    board: { round }, lang: 'da', notes: records, note: (id) => records.find((note) => note.id === id) ?? null, sheet: () => sheet, sheets: [sheet],
    say: (text) => text?.da ?? '', t: (key, vars) => [key, ...Object.values(vars ?? {})].join(' '),
  };
}

function drawn(notes, { periods = [], round = 'picture', part = '', latest = '', before, quiet, ...space } = {}) {
  return plan({
    shown: board(notes, periods, round), sheet, picture: { part, quiet }, measure: roughWidth, latest, before, open() {}, ...WALL, ...space,
  });
}

const places = (found, notes) => new Map(notes.map(({ id }) => [id, found.boxes.get(id)]));
const chipsOf = (found) => [...found.boxes].filter(([id]) => id.startsWith('chip:'));

function overlaps(boxes) {
  return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h));
}

/** Every note that lies in the picture lies in its column, or carries its year and has a hair-line that ends on it. */
function inItsLane(found, notes) {
  for (const stretch of found.before.made.stretches.filter((one) => one.line)) {
    const column = stretch.width / stretch.lanes.length;
    for (const note of notes.filter((one) => stretch.lanes.includes(one.lane))) {
      const box = found.boxes.get(note.id);
      const left = stretch.x + stretch.lanes.indexOf(note.lane) * column;
      if (!box.off) assert.ok(box.x >= left - 1 && box.x + box.w <= left + column + 1, `${note.lane}: ${note.text}`);
      else {
        const hair = stretch.line.hairs.find((one) => one.note === note.id);
        assert.ok(hair.dot > left && hair.dot < left + column && hair.x >= box.x - 15 && hair.x <= box.x + box.w + 15, note.text);
      }
      const above = box.y + box.h <= stretch.axis;
      assert.equal(above, note.side !== 'down', 'a note of both sides lies above, as on the poster');
    }
  }
}

test('21 notes with a long one stand whole on the wall, each in its own year', () => {
  const found = drawn(PLAIN, { periods: PERIODS });
  assert.equal(found.walking, undefined);
  const boxes = [...places(found, PLAIN).values()];
  assert.ok(boxes.every((box) => box.size >= 22 && box.x >= 0 && box.x + box.w <= 1792 && box.y >= 0 && box.y + box.h <= 780));
  assert.deepEqual(overlaps(boxes), []);
  assert.deepEqual(PLAIN.filter(({ id }) => found.boxes.get(id).off).map(({ text }) => text), [LONG], 'only the long one takes two columns');
  inItsLane(found, PLAIN);
});

for (const count of [60, 150]) {
  for (const periods of [[], PERIODS]) {
    test(`${count} notes${periods.length ? ' under headings' : ''}: all in the overview, each read at 22 px or more in one part, in its own year`, () => {
      const notes = many(count);
      const { walking } = drawn(notes, { periods });
      const read = [];
      for (const part of walking.parts) {
        const found = drawn(notes, { periods, part: part.id });
        assert.deepEqual(found.walking.part, part.id);
        assert.equal(chipsOf(found).length, count);
        assert.deepEqual(overlaps(chipsOf(found).map(([, box]) => box)), []);
        const here = notes.filter((note) => part.lanes.includes(note.lane));
        const boxes = here.map(({ id }) => found.boxes.get(id));
        assert.ok(boxes.every((box) => box.size >= 22 && box.y + box.h <= 780), part.title);
        assert.deepEqual(overlaps(boxes), []);
        inItsLane(found, here);
        read.push(...here.map(({ id }) => id));
      }
      assert.deepEqual(read.sort(), notes.map(({ id }) => id).sort(), 'every note once');
    });
  }
}

test('a picture that grows walks nowhere and hides nothing, also in a narrow one', () => {
  for (const width of [1180, 700, 350]) {
    const notes = many(150);
    const found = drawn(notes, { width, height: Infinity, sizes: [15] });
    assert.equal(found.walking, undefined);
    const boxes = [...places(found, notes).values()];
    assert.ok(boxes.every((box) => box.size >= 15 && box.x >= 0 && box.x + box.w <= width + 1 && box.y + box.h <= found.height));
    assert.deepEqual(overlaps(boxes), []);
    inItsLane(found, notes);
    assert.deepEqual(new Set(found.targets.map((target) => target.lane)), new Set(LANES));
  }
});

test('a heading, another round and a reload move no note', () => {
  const plain = drawn(PLAIN);
  const before = places(plain, PLAIN);
  assert.deepEqual(places(drawn(PLAIN, { periods: PERIODS }), PLAIN), before);
  assert.deepEqual(places(drawn(PLAIN, { periods: [...PERIODS, { text: 'Corona', lane: '2020', until: '2021' }] }), PLAIN), before, 'two that overlap');
  assert.deepEqual(places(drawn(PLAIN, { round: 'wishes' }), PLAIN), before);
  assert.deepEqual(places(drawn([...PLAIN].reverse()), PLAIN), before);
  const later = drawn(PLAIN.slice(0, 12), { before: plain.before });
  assert.deepEqual(places(later, PLAIN.slice(0, 12)), places(drawn(PLAIN.slice(0, 12)), PLAIN.slice(0, 12)), 'nothing depends on what was drawn earlier');
  const notes = many(60);
  assert.deepEqual(chipsOf(drawn(notes, { periods: PERIODS })), chipsOf(drawn(notes)));
});

test('a new note finds a free place and the others stay, but when the line or the type gives way', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const notes = many(30, seed);
    let moves = 0;
    for (let count = 1; count < notes.length; count += 1) {
      const [was, is] = [drawn(notes.slice(0, count)), drawn(notes.slice(0, count + 1))];
      if (is.walking) break;
      const [before, after] = [was, is].map((found) => places(found, notes.slice(0, count)));
      const [old, now] = [was, is].map((found) => found.before.made.stretches[0]);
      if (now.axis !== old.axis || now.line.size !== old.line.size) moves += 1;
      else assert.deepEqual([...after.values()].map(({ x, y, w, h }) => [x, y, w, h]), [...before.values()].map(({ x, y, w, h }) => [x, y, w, h]));
    }
    assert.ok(moves <= 4, `the line gave way ${moves} times`);
  }
});

test('a note that is put up is the last of its year and side; one that is there keeps its spot', () => {
  const open = { marks_open: ['effect'] };
  const shown = board([
    { id: 'a', lane: '2020', side: 'up', text: 'a', spot: 4, ...open }, { id: 'b', lane: '2020', side: 'down', text: 'b', spot: 9 },
    { id: 'c', lane: '2019', side: '', text: 'c', spot: 0, ...open }, { id: 'd', lane: '2019', side: 'up', text: 'd', spot: 1 },
  ]);
  const put = (note, at, side) => placeArgs(shown, { note, sheet: 's', lane: at, row: '', side });
  assert.deepEqual(put('c', '2020', 'up'), { note: 'c', lane: '2020', marks: { effect: 'up' }, spot: 5 });
  assert.deepEqual(put('c', '2020', 'both'), { note: 'c', lane: '2020', marks: { effect: 'both' }, spot: 5 }, 'those of both sides lie above, too');
  assert.deepEqual(put('a', '2020', 'both'), { note: 'a', lane: '2020', marks: { effect: 'both' }, spot: 4 });
  assert.deepEqual(put('c', '2021', 'up'), { note: 'c', lane: '2021', marks: { effect: 'up' } });
  assert.deepEqual(put('d', '2021', 'down'), { note: 'd', lane: '2021' }, 'a side that may not be said is not');
  assert.deepEqual(put('a', '2020', 'up'), { note: 'a', lane: '2020', marks: { effect: 'up' }, spot: 4 });
});

test('in the overview papers fill the middle, the right, the left, then the next row outwards', () => {
  const items = Array.from({ length: 5 }, (_, at) => ({ id: `n${at}`, lane: '2020', side: at < 4 ? 'up' : 'down' }));
  const { chips, axis } = overview({ lanes: ['2019', '2020'], items, width: 400, unit: 1, side: 70, band: 30, top: 0 });
  const [a, b, c, d, e] = chips;
  assert.ok(c.x < a.x && a.x < b.x && a.x === d.x);
  assert.ok(a.y === b.y && b.y === c.y && d.y < a.y && a.y < axis && e.y > axis);
});

test('parts are periods, else three years at a time with the lanes before them; fewer where they are full', () => {
  const lanes = LANES.map((id) => ({ id, scale: Number(id) || undefined }));
  const words = { name: (id) => id, until: (year) => `til ${year}` };
  const titles = (periods, items) => partsOf(lanes, periods, items, words).map((part) => part.title);
  assert.deepEqual(titles([], many(40).filter((_, at) => at % 3 === 0)), ['til 2019', '2020–2022', '2023–2026']);
  const period = (text, from, until) => ({ text, from, until });
  const two = [period('Uro', '2018', '2021'), period('Corona', '2020', '2020')];
  assert.deepEqual(titles(two, []), ['til 2017', '2018–2019', '2020', '2021', '2022–2024', '2025–2026'], 'the later of two headings holds');
  const at = (lane) => ({ id: lane, text: 'x', lane, side: 'up' });
  assert.deepEqual(titles(two, [at('2019'), at('2025')]), ['2018–2019', '2025–2026'], 'a part without a note is none');
  const full = titles([], many(150));
  assert.ok(full.length > 6 && full.length <= 11);
});

test('the names in an overview can be read however many years there are', () => {
  for (const [years, name] of [[10, 'Før min tid og andre steder'], [12, 'Før min tid og andre steder'], [25, 'Før …']]) {
    const long = { ...sheet, lanes: [...Array.from({ length: years }, (_, at) => lane(String(2027 - years + at), 2027 - years + at)), lane('before')] };
    const shown = { ...board(many(60)), sheet: () => long, sheets: [long] };
    const { walking, before: { made } } = plan({ shown, sheet: long, picture: { part: '2020' }, measure: roughWidth, latest: '', open() {}, ...WALL });
    assert.ok(walking);
    assert.ok(made.stretches[0].names.every(({ size }) => size >= 22), `${years} years`);
    assert.equal(made.stretches[0].names[0].text, name);
  }
});

test('a heading may span sixty years that are all full: they are cut into as few parts as can be shown, about equally long', () => {
  const years = Array.from({ length: 60 }, (_, at) => 1966 + at);
  const items = years.flatMap((year) => [0, 1, 2].map((nth) => ({ id: `${year} ${nth}`, text: TEXTS[nth + 8], lane: String(year), side: nth % 2 ? 'up' : 'down', mark: true })));
  const parts = partsOf(years.map((year) => ({ id: String(year), scale: year })), [{ text: 'Et helt liv', from: '1966', until: '2025' }], items, { name: (id) => id, until: (year) => year });
  assert.deepEqual(parts.flatMap((part) => part.lanes), years.map(String));
  const wide = parts.map((part) => part.lanes.length);
  assert.ok(wide.length < 20 && Math.max(...wide) - Math.min(...wide) <= 3, wide.join(' '));
});

test('a year with more notes than a wall holds is walked through in several sheets at full size', () => {
  const year = (count) => many(count).map((note) => ({ ...note, lane: '2020' }));
  const notes = year(120);
  const { parts } = drawn(notes).walking;
  assert.ok(parts.length > 1 && parts.every(({ title }, at) => title === `2020 ${at + 1}/${parts.length}`), `${parts.map(({ title }) => title)}`);
  const read = [];
  for (const part of parts) {
    const found = drawn(notes, { part: part.id });
    assert.equal(found.walking.part, part.id);
    assert.equal(chipsOf(found).length, 120);
    const boxes = notes.map(({ id }) => found.boxes.get(id)).filter(Boolean);
    assert.ok(boxes.every((box) => box.size >= 22 && box.y + box.h <= 780), part.title);
    assert.deepEqual(overlaps(boxes), []);
    read.push(...notes.filter(({ id }) => found.boxes.has(id)).map(({ id }) => id));
  }
  assert.deepEqual(read.sort(), notes.map(({ id }) => id).sort(), 'every note once');
  assert.equal(drawn(notes, { latest: notes.at(-1).id }).walking.part, parts.at(-1).id, 'the one that came last is in sight');
  const [more] = [{ ...notes[0], id: 'later', spot: 999 }];
  const first = { part: parts[0].id };
  assert.deepEqual(places(drawn([...notes, more], first), notes), places(drawn(notes, first), notes), 'one that comes moves none');
});

test('sixty notes in twelve gatherings fold to headings, so that the whole line can be read; a part has all that lies under them', () => {
  const [LEAST, HEADS] = [22, 12];
  const said = PLAIN.map(({ text }) => text).filter((text) => text !== LONG);
  const notes = Array.from({ length: 60 }, (_, at) => ({
    id: `n${at}`, kind: 'note', text: said[at % said.length], lane: String(2017 + (at % 10)), side: at % 3 ? 'down' : 'up', spot: at, under: at < 42 ? `h${at % HEADS}` : '',
  }));
  const heads = Array.from({ length: HEADS }, (_, at) => ({ id: `h${at}`, kind: 'gathering', text: 'Nye systemer', lane: String(2017 + (at % 10)), side: 'both', spot: 100 + at, under: '' }));
  const apart = drawn(notes.map((one) => ({ ...one, under: '' })));
  assert.ok(apart.walking, 'they could not be read before they were gathered');
  const found = drawn([...notes, ...heads]);
  assert.equal(found.walking, undefined);
  const boxes = [...heads, ...notes.filter(({ under }) => !under)].map(({ id }) => found.boxes.get(id));
  assert.ok(boxes.every((box) => box.size >= LEAST));
  assert.deepEqual(overlaps(boxes), []);
  assert.ok(heads.every(({ id }) => found.boxes.get(id).look === 'folded'));
  const part = drawn([...notes, ...heads], { part: '2017' });
  assert.ok(part.walking);
  assert.equal(part.boxes.get('h0').look, undefined);
  assert.ok(part.boxes.get('h0').h > found.boxes.get('h0').h);
});

test('where there is nothing to be read, even a small picture shows the whole line', () => {
  assert.equal(drawn([], { width: 770, sizes: [18, 13] }).walking, undefined);
});

test('a note with a word that its column would tear takes two columns', () => {
  const measure = Object.assign((word) => roughWidth(word), { pieces: (word, em) => (roughWidth(word) <= em ? [word] : word.match(/.{1,7}/gu)) });
  const notes = [
    { id: 'a', text: 'Medarbejderudviklingssamtalerne kom i gang', lane: '2020', side: 'down', spot: 1 },
    { id: 'b', text: 'Sygeplejersker', lane: '2023', side: 'down', spot: 2 },
  ];
  const found = drawn(notes, { measure });
  assert.deepEqual(notes.map(({ id }) => found.boxes.get(id).off), [true, false]);
  inItsLane(found, notes);
});

test('headings that meet get rows of their own, stay inside, and the strip is as high without them', () => {
  const space = { lanes: LANES, all: LANES, width: 1792, unit: 1, height: 73, measure: roughWidth };
  const heading = (id, from, until, text) => ({ id, from, until, text });
  const found = periodsOver([
    heading('a', '2018', '2021', 'Opbrud'), heading('b', '2020', '2021', 'Corona'), heading('c', '2026', '2026', 'Vi finder fodfæste igen efter alt for lang tid'),
  ], space);
  const [a, b, c] = ['a', 'b', 'c'].map((id) => found.brackets.find((one) => one.id === id));
  assert.notEqual(a.y, b.y);
  assert.ok(c.words.x + c.words.w <= 1792 && c.x + c.w <= 1792);
  assert.equal(found.height, periodsOver([], space).height);
  const part = periodsOver([heading('a', '2018', '2021', 'Opbrud')], { ...space, lanes: ['2020', '2021'] });
  assert.ok(part.brackets[0].openLeft && !part.brackets[0].openRight);
});

test('a sign stands on the last line where there is room, and a long word breaks where it may', () => {
  const item = (text, side = 'down') => ({ id: 'a', text, side, mark: true });
  assert.equal(paper(item('Covid'), 20, 160, roughWidth).h, paper({ ...item('Covid'), mark: false }, 20, 160, roughWidth).h);
  assert.ok(paper(item('Besøgsforbu', 'both'), 20, 160, roughWidth).h > paper(item('Covid'), 20, 160, roughWidth).h);
  const measure = Object.assign((word) => roughWidth(word), { pieces: () => ['syge', 'plejersker'] });
  assert.equal(paper(item('sygeplejersker'), 20, 130, measure).lines, 2);
});

test('a sign has a line of its own under a word that has no syllables: where the browser breaks it is not known', () => {
  for (let letters = 8; letters < 40; letters += 1) {
    const item = { id: 'n', text: `Ny ${'b'.repeat(letters)}`, side: 'both' };
    const sign = paper({ ...item, mark: true }, 20, 140, roughWidth).h - paper(item, 20, 140, roughWidth).h;
    assert.ok(sign > 0 || roughWidth(item.text.slice(3)) <= 140 / 20 - 1.04, `${letters} letters`);
  }
});

test('columns are equal whatever lies in them', () => {
  const space = { lanes: LANES, width: 1792, height: 800, sizes: [22], unit: 1, band: 58, measure: roughWidth };
  for (const items of [[], PLAIN.map((note) => ({ ...note, mark: true }))]) assert.equal(layLine({ ...space, items }).column, 1792 / 11);
});
