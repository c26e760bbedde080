// Where papers, circles and arrows of a map lie: nothing over anything else, the same for the same records in whatever
// order they come, and what comes moves only what must give way. Seeds are printed with what fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { layArrows, sampled } from '../../static/js/forms/map/arrows.js';
import { storyOf } from '../../static/js/forms/map/drawn.js';
import { layDynamics } from '../../static/js/forms/map/dynamics.js';
import { layColumns } from '../../static/js/forms/map/fan.js';
import { dynamicsOf as mapDynamics, smallOf, starOf as mapStar } from '../../static/js/forms/map/laid.js';
import { paper } from '../../static/js/forms/map/paper.js';
import { apart, cross, grown, meets, near, onBand, onEllipse } from '../../static/js/forms/map/shapes.js';
import { centreBox, freeSpot, layStar, placeOf, spotOf } from '../../static/js/forms/map/star.js';
import { makeShown } from '../../static/js/sync/shown.js';
import { measure, rolls, shuffled, story, toldOf } from './stories.mjs';

const FRAME = { w: 1792, h: 786 };
const SEEDS = Array.from({ length: 40 }, (_, at) => at + 1);
const CENTRE = { w: 390, h: 150 };

function apartFrom(boxes, gap, said) {
  const all = [...boxes];
  all.forEach(([id, a], at) => all.slice(at + 1).forEach(([other, b]) => assert.ok(!near(a, b, gap), `${id} lies over ${other} (${said})`)));
}

function inFrame(boxes, said) {
  for (const [id, { x, y, w, h }] of boxes) assert.ok(x >= -1 && y >= -1 && x + w <= FRAME.w + 1 && y + h <= FRAME.h + 1, `${id} leaves the frame (${said})`);
}

function starOf(seed, points, more = {}) {
  const roll = rolls(seed);
  const { papers } = story({ seed, points, links: 0, circles: 0, ...more });
  for (const one of papers) if (roll() < 0.6) one.spot = spotOf({ x: (one.side === 'left' ? 0.02 + 0.36 * roll() : 0.62 + 0.36 * roll()) * FRAME.w, y: roll() * FRAME.h }, FRAME);
  const ask = { papers, centre: centreBox({ w: 400, h: 230 }, FRAME), taken: [{ x: 0, y: 0, w: 180, h: 46 }, { x: 1600, y: 0, w: 192, h: 46 }], frame: FRAME };
  return { ask, star: layStar(ask) };
}

test('R43 the star: no paper over another, over the centre or a title; straight spokes pass no paper, do not cross, and meet the centre by their angle', () => {
  let fits = 0;
  for (const seed of SEEDS) {
    const said = `seed ${seed}`;
    const { ask, star } = starOf(seed, 2 + (seed % 13));
    if (!star) continue;
    fits += 1;
    apartFrom([...star.boxes, ['centre', ask.centre], ...ask.taken.map((box, at) => [`title ${at}`, box])], 0, said);
    inFrame(star.boxes, said);
    const spokes = [...star.spokes];
    for (const [id, [p, q]] of spokes) {
      for (const [other, box] of star.boxes) assert.ok(!meets(p, q, box, other === id ? 0 : 4), `the spoke of ${id} passes behind ${other} (${said})`);
      for (const [other, [r, s]] of spokes) assert.ok(other === id || !cross(p, q, r, s), `the spokes of ${id} and ${other} cross (${said})`);
      const { x, y, w, h } = grown(ask.centre, 9);
      assert.ok(p.x >= x - 1 && p.x <= x + w + 1 && p.y >= y - 1 && p.y <= y + h + 1, `the spoke of ${id} begins at the centre (${said})`);
    }
    for (const one of ask.papers) assert.equal(star.boxes.get(one.id).x < FRAME.w / 2, one.side === 'left', said);
  }
  assert.equal(fits, SEEDS.length, 'up to fourteen points fit');
});

const LONG = 'Når vi skifter vagt, skal borgeren være tryg, og det tager tid at fortælle om alt det, der ikke står i journalen, mens de pårørende venter';

test('R43 the star of up to twenty points, one of them long, is whole in 24 px: bent spokes pass no paper and do not cross, nearer papers lie in the inner columns', () => {
  for (const seed of SEEDS) {
    const { papers } = story({ seed, points: 15 + (seed % 6), links: 0, circles: 0 });
    const place = Object.fromEntries(papers.map(({ id }, at) => [id, at % 5 < 2 ? 'left' : 'right']));
    const text = Object.fromEntries(papers.map(({ id, text: said }, at) => [id, at === 1 ? LONG : said]));
    const told = toldOf({ notes: [...papers.map(({ id }) => [id, place[id], []]), ['middle', 'centre', []]], text: { ...text, middle: 'Kommunikation, feedback og læring' } });
    const said = `seed ${seed}, ${papers.length} points`;
    const made = mapStar(told, { w: 1792, h: 830 }, 24, 0, true);
    assert.ok(made, `no whole star (${said})`);
    const { boxes, spokes } = made.star;
    assert.equal(boxes.size, papers.length);
    apartFrom([...boxes, ['centre', made.centre], ['left title', made.titles.left], ['right title', made.titles.right]], 0, said);
    inFrame(boxes, said);
    const lines = [...spokes].map(([id, points]) => ({ id, pairs: points.slice(1).map((point, at) => [points[at], point]) }));
    for (const { id, pairs } of lines) {
      for (const [other, box] of boxes) assert.ok(!pairs.some(([p, q]) => meets(p, q, box, other === id ? 0 : 3)), `the spoke of ${id} passes behind ${other} (${said})`);
      for (const one of lines) if (one.id > id) assert.ok(!pairs.some(([p, q]) => one.pairs.some(([r, s]) => cross(p, q, r, s))), `the spokes of ${id} and ${one.id} cross (${said})`);
    }
    // Those that people put near are in the inner column.
    const [near] = papers.filter(({ id }) => place[id] === 'right');
    const spotted = toldOf({ notes: [...papers.map(({ id }) => [id, place[id], []]), ['middle', 'centre', []]], text: { ...text, middle: 'Kommunikation' }, spots: { [near.id]: spotOf({ x: 1130, y: 400 }, FRAME) } });
    const after = mapStar(spotted, { w: 1792, h: 830 }, 24, 0, true).star.boxes;
    const rights = papers.filter(({ id }) => place[id] === 'right').map(({ id }) => after.get(id).x);
    assert.ok(after.get(near.id).x < Math.max(...rights), said);
  }
});

test('R43 a small star of sixty points, beside one side that is large, has all of them in even columns around its centre', () => {
  for (const seed of SEEDS.slice(0, 10)) {
    const { papers } = story({ seed, points: 60, links: 0, circles: 0 });
    const [frame, centre] = [{ w: 1792, h: 2305 }, centreBox({ w: 820, h: 500 }, { w: 1792, h: 2305 })];
    const boxes = layColumns({ papers: papers.map((one) => ({ ...one, w: 77, h: 46 })), centre, taken: [], frame, gap: 14 });
    assert.equal(boxes.size, 60, `seed ${seed}`);
    apartFrom([...boxes, ['centre', centre]], 8, `seed ${seed}`);
    for (const [id, { x, y, w, h }] of boxes) assert.ok(x >= 0 && y >= 0 && x + w <= frame.w && y + h <= frame.h, `${id} leaves the frame (seed ${seed})`);
    for (const { id, side } of papers) assert.equal(boxes.get(id).x < 896, side === 'left');
  }
});

test('R43 nearer weighs more: what people put nearer to the middle lies nearer', () => {
  for (const seed of SEEDS.slice(0, 12)) {
    const roll = rolls(seed);
    const papers = [0.9, 0.45, 0.12].map((far, at) => ({ id: `n${at}`, w: 190, h: 90, side: 'right', spot: spotOf({ x: 1100 + far * 600, y: (0.15 + 0.3 * at + 0.05 * roll()) * FRAME.h }, FRAME) }));
    const { boxes } = layStar({ papers, centre: centreBox({ w: 380, h: 230 }, FRAME), taken: [], frame: FRAME });
    assert.ok(boxes.get('n0').x > boxes.get('n1').x && boxes.get('n1').x > boxes.get('n2').x, `seed ${seed}`);
  }
});

test('R43 a place that is free is kept to the pixel, and its spot is the place again', () => {
  const spot = spotOf({ x: 1500, y: 300 }, FRAME);
  const { boxes } = layStar({ papers: [{ id: 'a', w: 200, h: 90, side: 'right', spot }], centre: centreBox({ w: 380, h: 230 }, FRAME), taken: [], frame: FRAME });
  const at = placeOf(spot, FRAME);
  assert.deepEqual([boxes.get('a').x + 100, boxes.get('a').y + 45], [at.x, at.y]);
  assert.ok(Math.abs(at.x - 1500) < 2 && Math.abs(at.y - 300) < 2);
});

test('R43 the star is the same in whatever order the records come, and what is put where there is room moves no other', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const { ask, star } = starOf(seed, 8);
    const roll = rolls(seed + 1000);
    assert.deepEqual([...layStar({ ...ask, papers: shuffled(ask.papers, roll) }).boxes].sort(), [...star.boxes].sort(), `seed ${seed}`);
    // Once everything has the place where it lies, as people gave it.
    const settled = ask.papers.map((one) => ({ ...one, spot: spotOf({ x: star.boxes.get(one.id).x + one.w / 2, y: star.boxes.get(one.id).y + one.h / 2 }, FRAME) }));
    const before = layStar({ ...ask, papers: settled });
    const late = { id: 'nlate', ...paper({ text: 'Nyt punkt på mødet', sign: '+' }, 24, measure), side: seed % 2 ? 'left' : 'right', spot: 0 };
    const after = layStar({ ...ask, papers: [...settled, { ...late, spot: freeSpot(late, 0.5, { ...ask, papers: settled }, before) }] });
    for (const [id, box] of before.boxes) assert.deepEqual(after.boxes.get(id), box, `${id} moved (seed ${seed})`);
  }
});

function dynamicsOf(seed, how) {
  const made = story({ seed, ...how });
  const ask = { papers: made.papers, circles: made.rings, pairs: made.pairs, centre: CENTRE, frame: FRAME, clear: true };
  return { made, ask, laid: layDynamics(ask) };
}

function arrowsOf({ links }, { boxes, circles, centre }) {
  const all = [...circles.values()];
  const among = {
    boxes: new Map([...boxes, ...(centre ? [['centre', centre]] : [])]), names: all.flatMap(({ name }) => name ?? []), bands: all.map(({ ellipse }) => ellipse), frame: FRAME,
    still: all.flatMap(({ ellipse, gaps }) => gaps.map(([from, to]) => Array.from({ length: 17 }, (_, at) => onEllipse(ellipse, from + ((to - from) * at) / 16)))), word: { w: 96, h: 30 },
  };
  return { among, arrows: layArrows(links, among) };
}

test('R43 the dynamics: no paper over another, a name, the centre, or a band that is not its own; circles turn clockwise in their order', () => {
  let fits = 0;
  for (const seed of SEEDS) {
    const said = `seed ${seed}`;
    const { made, laid } = dynamicsOf(seed, { points: 9 + (seed % 8), links: 8, circles: seed % 3 });
    if (!laid) continue;
    fits += 1;
    const names = [...laid.circles].map(([id, { name }]) => [`the name of ${id}`, name]);
    apartFrom([...laid.boxes, ['centre', laid.centre], ...names], 0, said);
    inFrame([...laid.boxes, ['centre', laid.centre], ...names], said);
    for (const { id, notes } of made.rings) {
      const { ellipse, gaps } = laid.circles.get(id);
      for (const [other, box] of laid.boxes) if (!notes.includes(other)) assert.ok(!onBand(box, ellipse, 23), `${other} lies on the band of ${id} (${said})`);
      const angles = notes.map((note) => {
        const { x, y, w, h } = laid.boxes.get(note);
        return Math.atan2((y + h / 2 - ellipse.cy) / ellipse.ry, (x + w / 2 - ellipse.cx) / ellipse.rx);
      });
      const turned = angles.reduce((sum, angle, at) => sum + ((angles[(at + 1) % angles.length] - angle + 4 * Math.PI) % (2 * Math.PI)), 0);
      assert.ok(Math.abs(turned - 2 * Math.PI) < 1e-6, `${id} turns once, clockwise (${said})`);
      for (const [from, to] of gaps) assert.ok(to > from, said);
    }
  }
  assert.ok(fits >= SEEDS.length * 0.7, `${fits} of ${SEEDS.length} can be read whole`);
});

test('R43 arrows pass over no paper and no name, and the word of one that slows stands beside its line', () => {
  for (const seed of SEEDS) {
    const said = `seed ${seed}`;
    const { made, laid } = dynamicsOf(seed, { points: 9 + (seed % 8), links: 8, circles: seed % 3 });
    if (!laid) continue;
    const { among, arrows } = arrowsOf(made, laid);
    assert.equal(arrows.length, made.links.length);
    for (const arrow of arrows) {
      const line = sampled(arrow);
      const [from, to] = arrow.key.split(' ');
      const pairs = line.slice(1).map((point, at) => [line[at], point]);
      for (const [id, box] of among.boxes) assert.ok(!pairs.some(([p, q]) => meets(p, q, box, id === from || id === to ? 0 : 3)), `${arrow.key} passes over ${id} (${said})`);
      for (const box of among.names) assert.ok(!pairs.some(([p, q]) => meets(p, q, box)), `${arrow.key} passes over a name (${said})`);
      if (!arrow.word) continue;
      for (const other of arrows) {
        const points = sampled(other);
        assert.ok(!points.some((point, at) => at > 0 && meets(points[at - 1], point, arrow.word)), `the word of ${arrow.key} lies on ${other.key} (${said})`);
      }
      for (const [id, box] of among.boxes) assert.ok(!near(arrow.word, box), `the word of ${arrow.key} lies on ${id} (${said})`);
    }
  }
});

test('R43 arrows that meet one paper lie 40 px apart there, at its corners as well', () => {
  for (const seed of SEEDS) {
    const { made, laid } = dynamicsOf(seed, { points: 9 + (seed % 8), links: 12, circles: seed % 3 });
    if (!laid) continue;
    const ends = new Map();
    for (const arrow of arrowsOf(made, laid).arrows) {
      const line = sampled(arrow);
      arrow.key.split(' ').forEach((id, last) => ends.set(id, [...ends.get(id) ?? [], line[last ? line.length - 1 : 0]]));
    }
    for (const [id, there] of ends) {
      there.forEach((a, at) => there.slice(at + 1).forEach((b) => assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= 40 - 1e-9, `two arrows meet ${id} in one place (seed ${seed}): ${JSON.stringify([a, b])}`)));
    }
  }
});

test('R43 what the story is about is a sheet, also where a point leads to it: the arrow ends at the sheet, and the point lies near it', () => {
  const text = { care: 'Vi brænder for beboerne og faget', tone: 'Tonen er blevet hårdere', about: 'Vores tone' };
  const told = toldOf({ notes: [['care', 'left', ['about']], ['tone', 'right', []], ['about', 'centre', []]], text });
  const { laid, items, arrows, sheet } = mapDynamics(told, { w: 1792, h: 830 }, 30);
  assert.deepEqual(items.map(({ id }) => id), ['care', 'tone']);
  assert.ok(laid.centre && sheet.items.length === 1 && sheet.size === 38);
  const { tip } = arrows[0];
  assert.ok(near(grown(laid.centre, 16), { x: tip.x, y: tip.y, w: 1, h: 1 }), 'the arrow ends at the sheet');
  assert.ok(apart(laid.boxes.get('care'), laid.centre) < 160);
});

test('R43 of two notes in the middle the one that leads to the other is a paper, so that no arrow is lost', () => {
  const text = { about: 'Vores tone', grows: 'Vi bliver færre', point: 'Folk går' };
  const told = toldOf({ notes: [['about', 'centre', []], ['grows', 'centre', ['about']], ['point', 'right', ['grows']]], text });
  const { items, arrows, sheet } = mapDynamics(told, { w: 1792, h: 830 }, 30);
  assert.deepEqual(items.map(({ id }) => id).sort(), ['grows', 'point']);
  assert.deepEqual(sheet.items.map(({ id }) => id), ['about']);
  assert.equal(arrows.length, 2);
});

test('R43 a point at which several arrows meet lies together with all that leads to it, whatever the ids are, and their arrows go through no circle', () => {
  const text = {
    leaders: 'Mange skift af leder, men nu en, der spørger', tone: 'Hård tone, »dem og os«', demands: 'Nye beboere, som kræver meget af os', leave: 'Erfarne kolleger rejser',
    together: 'Godt kollegaskab', meetings: 'Teammøder bliver aflyst', room: 'Intet sted at tale sammen i fred', doubt: 'Nye og erfarne går alene med tvivlen',
    training: 'For lidt supervision og efteruddannelse', faster: 'Resten løber stærkere', care: 'Vi brænder for beboerne og faget', about: 'Hvordan vi taler sammen og lærer af det',
    night: 'Natten står alene med det sværeste', safe: 'Nye bliver hurtigere trygge', stay: 'Flere bliver længe nok til at lære fra sig', show: 'Vi viser hinanden, hvordan vi gør',
    good: 'Jo mere vi viser hinanden, jo flere bliver, og så er der flere til at vise det', bad: 'Tonen får folk til at rejse, og så er der hverken møder eller ro til at tale sammen',
  };
  const leads = {
    tone: ['leave'], leave: ['faster'], faster: ['meetings'], meetings: ['room'], room: ['tone'], safe: ['stay'], stay: ['show'], show: ['safe', 'doubt'],
    leaders: ['tone'], together: ['tone'], care: ['about'], demands: ['doubt'], training: ['doubt'], night: ['doubt'],
  };
  for (let seed = 0; seed < 12; seed += 1) {
    const id = Object.fromEntries(Object.keys(text).map((key, at) => [key, `n${String((at * 7919 + seed * 3571) % 10007).padStart(5, '0')}`]));
    const place = (key) => ({ about: 'centre', bad: 'names', good: 'names' })[key] ?? (['together', 'care', 'safe', 'stay', 'show'].includes(key) ? 'left' : 'right');
    const told = toldOf({
      text: Object.fromEntries(Object.entries(text).map(([key, said]) => [id[key], said])), notes: Object.keys(text).map((key) => [id[key], place(key), (leads[key] ?? []).map((one) => id[one])]),
      circles: [['c1', ['safe', 'stay', 'show'], 'good'], ['c2', ['tone', 'leave', 'faster', 'meetings', 'room'], 'bad']].map(([one, notes, name]) => ({ id: one, notes: notes.map((key) => id[key]), name: id[name] })),
    });
    const { laid, arrows } = mapDynamics(told, { w: 1792, h: 830 }, 27);
    for (const arrow of arrows.filter(({ key }) => key.includes(id.doubt) && !key.includes(id.show))) {
      for (const { ellipse: { cx, cy, rx, ry } } of laid.circles.values()) {
        const inner = sampled(arrow).find(({ x, y }) => Math.hypot((x - cx) / rx, (y - cy) / ry) < 0.9);
        assert.equal(inner, undefined, `seed ${seed}: ${arrow.key} goes through a circle`);
      }
    }
  }
});

test('R43 the dynamics are the same in whatever order the records come; a link that closes no circle changes none, and lifts or lowers them a little at most', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const { made, ask, laid } = dynamicsOf(seed, { points: 11, links: 6, circles: 2 });
    if (!laid) continue;
    const roll = rolls(seed + 500);
    const again = layDynamics({ ...ask, papers: shuffled(ask.papers, roll) });
    assert.deepEqual([...again.boxes].sort(), [...laid.boxes].sort(), `seed ${seed}`);
    const [a, b] = shuffled(ask.papers, roll);
    const after = layDynamics({ ...ask, pairs: [...ask.pairs, { from: a.id, to: b.id }] });
    const moves = made.rings.flatMap(({ notes }) => notes.map((id) => [after.boxes.get(id), laid.boxes.get(id)]));
    for (const [now, then] of moves) {
      assert.deepEqual([now.x, now.w, now.h], [then.x, then.w, then.h], `seed ${seed}`);
      assert.ok(Math.abs(now.y - then.y) <= 120 && Math.abs(now.y - then.y - (moves[0][0].y - moves[0][1].y)) < 1e-6, `seed ${seed}`);
    }
  }
});

test('sixty points with eighty links and six circles have a small picture, and each circle a large one with all its papers', () => {
  for (const seed of SEEDS.slice(0, 6)) {
    const { papers, rings, pairs } = story({ seed, points: 60, links: 56, circles: 6 });
    const fits = [1, 0.8, 0.62, 0.46, 0.32, 0.2].find((share) => {
      const laid = layDynamics({
        papers: papers.map(({ id }) => ({ id, w: 190 * share, h: 104 * share })), circles: rings.map(({ id, notes }) => ({ id, notes, names: [{ w: 110 * share + 30, h: 110 * share + 30, size: 1 }] })),
        pairs, centre: null, frame: { w: 1792, h: 1421 }, gap: 18 * share, least: 34 * share, half: 10,
      });
      if (laid) apartFrom(laid.boxes, 0, `seed ${seed}`);
      return laid;
    });
    assert.ok(fits >= 0.46, `seed ${seed}: ${fits}`);
    for (const ring of rings) {
      const own = papers.filter(({ id }) => ring.notes.includes(id)).map((one) => ({ ...one, ...paper({ text: one.text, sign: '+' }, 33, measure) }));
      assert.ok(layDynamics({ papers: own, circles: [ring], pairs: [], centre: null, frame: { w: 1322, h: 786 } }), `seed ${seed}: ${ring.id}`);
    }
  }
});

test('of a map with sixty points only what changed is laid again: a word that is said otherwise changes no small picture, and one paper of the large one', () => {
  const { papers } = story({ seed: 3, points: 60, links: 0, circles: 0 });
  const text = Object.fromEntries(papers.map(({ id, text: said }) => [id, said]));
  const [first] = papers;
  const told = (more) => {
    const made = toldOf({ notes: papers.map(({ id, side }, at) => [id, side, at ? [papers[at - 1].id] : []]), text: { ...text, ...more } });
    assert.ok(smallOf(made, { w: 1792, h: 1421 }));
    mapDynamics(made, { w: 1792, h: 4000 }, 24);
    return made.asked;
  };
  const [before, after] = [told({}), told({ [first.id]: 'Nu siger vi det på en anden måde end sidst' })];
  const other = [...after].filter(([key, from]) => before.get(key) !== from).map(([key]) => key);
  assert.ok([...after.keys()].some((key) => key.startsWith('small')));
  assert.deepEqual(other.filter((key) => key.startsWith('small')), []);
  assert.equal(other.filter((key) => key.startsWith('paper')).length, 1);
  assert.ok(other.some((key) => key.startsWith('dynamics')));
});

test('a paper is no wider than its lines need, and a long word is broken at last', () => {
  const one = paper({ text: 'Folk rejser', sign: '+' }, 30, measure);
  assert.ok(one.lines <= 2 && one.w < 300);
  const long = paper({ text: 'Arbejdstilrettelæggelsesudvalgsmødereferat', sign: '+' }, 30, measure);
  assert.ok(long.w < 12 * 30 && long.lines > 1);
  const all = paper({ text: 'Når der kommer nye borgere midt på ugen, ved ingen af os på forhånd, hvem der tager imod, og så bliver det den, der tilfældigvis er på vagt.' }, 30, measure);
  assert.ok(all.w < 16 * 30 && all.w > 1.5 * all.h);
});

test('R43 a name whose circle is gone is told as one, and is no point that waits to be sorted', () => {
  const records = new Map(Object.entries(JSON.parse(readFileSync(new URL('story-small.json', import.meta.url), 'utf8'))));
  records.set('board', { round: 'r', lang: 'da', closed: 0, title: '' });
  records.set('method', { rounds: [{ id: 'r', title: { da: 'r' }, sheet: 'story', lanes: [], beside: [] }] });
  const drawn = () => {
    const shown = makeShown(records, new Map(), { lang: 'da', t: (key) => key, now: () => 0 });
    return storyOf({ shown, sheet: shown.sheet('story'), items: (notes) => notes.map((note) => ({ id: note.id, text: note.text, note })) });
  };
  const before = drawn();
  assert.equal(before.alone.size, 0);
  const names = before.rings.flatMap(({ name }) => (name ? [name.id] : []));
  assert.ok(names.length);
  for (const key of [...records.keys()].filter((each) => each.startsWith('circle:'))) records.delete(key);
  const { alone, loose, places } = drawn();
  assert.deepEqual([...alone].sort(), names.sort());
  assert.deepEqual(places.tray, before.places.tray);
  assert.equal(loose.length, places.tray.length + alone.size, 'they lie there still');
});

test('R43 two circles without a name that turn otherwise have each the room that their own words need', () => {
  const records = new Map(Object.entries(JSON.parse(readFileSync(new URL('story-small.json', import.meta.url), 'utf8'))));
  records.set('board', { round: 'r', lang: 'da', closed: 0, title: '' });
  records.set('method', { rounds: [{ id: 'r', title: { da: 'r' }, sheet: 'story', lanes: [], beside: [] }] });
  for (const [key, record] of records) if (key.startsWith('circle:')) records.set(key, { ...record, name: '' });
  const shown = makeShown(records, new Map(), { lang: 'da', t: (key) => key, now: () => 0 });
  const sheet = shown.sheet('story');
  const story = storyOf({ shown, sheet, items: (notes) => notes.map((note) => ({ id: note.id, text: note.text, note })) });
  assert.equal(new Set(story.rings.map(({ turn, name }) => [turn, name?.text].join(' '))).size, 2);
  const names = new Set();
  mapDynamics({ made: { measure, sheet }, shown, story, remembered: (key, asked, make) => (key.startsWith('name ') && names.add(key), make()) }, { w: 1792, h: 830 }, 30);
  assert.equal(names.size, 2);
});

test('R43 a wall is never empty: dynamics of more points than have room, in no circle, are read side by side', async () => {
  globalThis.document = /** @type {any} */ ({ createComment: () => ({}), createTreeWalker: () => ({}) });
  const [{ plan }, { ladder }] = await Promise.all([import('../../static/js/forms/map/picture.js'), import('../../static/js/notes/measure.js')]);
  const records = new Map(Object.entries(JSON.parse(readFileSync(new URL('story-small.json', import.meta.url), 'utf8'))).filter(([key]) => !/^(note|circle):/u.test(key)));
  records.set('board', { round: 'r', lang: 'da', closed: 0, title: '' });
  records.set('method', { rounds: [{ id: 'r', title: { da: 'r' }, sheet: 'story', lanes: [], version: '', beside: [] }] });
  for (let at = 0; at < 150; at += 1) {
    records.set(`note:n${at}`, { kind: 'note', text: `Sagt som nummer ${at} om aftenen, når der mangler folk`, sheet: 'story', lane: at % 2 ? 'supports' : 'strains', row: '', side: '', spot: 0, under: '', reach: 'all', about: [], marks: {}, can: [], links: at > 8 && at % 9 === 0 ? { leads: [`n${at - 9}`] } : {} });
  }
  const shown = makeShown(records, new Map(), { lang: 'da', t: (key) => key, now: () => 0 });
  const made = plan(/** @type {any} */ ({ shown, sheet: shown.sheet('story'), picture: { part: 'dynamics', onPart() {} }, width: 1792, height: 833, sizes: ladder(38, 22), measure, before: undefined, latest: '' }));
  assert.equal(made.walking?.part, 'left');
  assert.ok([...made.boxes.keys()].filter((id) => records.has(`note:${id}`)).length > 9);
});
