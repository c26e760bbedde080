/** Made-up stories for tests of the map's layout: papers, links and circles, the same for the same seed. */
import { storyOf } from '../../static/js/forms/map/drawn.js';
import { paper } from '../../static/js/forms/map/paper.js';
import { roughWidth } from '../../static/js/notes/measure.js';

const SAID = [
  'Hård tone, »dem og os«', 'Folk rejser', 'Resten får travlt', 'Teammøder aflyses', 'Konflikter om dagens opgaver', 'Hyppige lederskift',
  'Mange forandringer på én gang', 'Høje følelsesmæssige krav', 'Fast supervision', 'Vi tør tale om det svære', 'Nye falder til og bliver',
  'Makkerpar for nye', 'Stort fokus på borgerne', 'Godt kollegaskab', 'نساعد بعضنا في الأيام الصعبة', 'Humor 🙂 i frokostpausen',
];

/** Widths as roughWidth says them, with words broken as a hyphenator would. */
export const measure = Object.assign((text) => roughWidth(text), {
  pieces: (word, em) => (roughWidth(word) > em ? word.match(/.{1,7}/gu) : [word]),
});

/** Numbers from 0 to 1 that a seed gives. @param {number} seed */
export function rolls(seed) {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same in another order. @template T @param {T[]} list @param {() => number} roll @returns {T[]} */
export function shuffled(list, roll) {
  return list.map((one) => ({ one, at: roll() })).sort((a, b) => a.at - b.at).map(({ one }) => one);
}

/** @param {{seed: number, points: number, links: number, circles: number, size?: number}} how */
export function story({ seed, points, links, circles, size = 24 }) {
  const roll = rolls(seed);
  const pick = (most) => Math.floor(roll() * most);
  const papers = Array.from({ length: points }, (_, at) => {
    const text = SAID[pick(SAID.length)];
    const { w, h } = paper({ text, sign: '+' }, size, measure);
    return { id: `n${String((at * 7919 + seed) % 10007).padStart(5, '0')}`, text, w, h, side: roll() < 0.5 ? 'left' : 'right', spot: 0 };
  });
  const left = papers.map(({ id }) => id);
  const rings = Array.from({ length: circles }, (_, at) => ({
    id: `r${at}`, notes: left.splice(0, Math.max(2, Math.min(2 + pick(4), Math.floor(points / circles)))),
    names: [36, 30, 25].flatMap((px) => [2.4, 1.4].map((shape) => ({ ...paper({ text: 'Når vi tør tale om det svære, bliver de nye' }, px, measure, { shape }), size: px })))
      .map(({ w, h, size: px }) => ({ w, h: h + 38, size: px })),
  }));
  const along = new Set(rings.flatMap(({ notes }) => notes.map((id, nth) => `${id} ${notes[(nth + 1) % notes.length]}`)));
  const joins = new Map();
  for (let tries = 0; joins.size < links && tries < links * 4; tries += 1) {
    const [from, to] = [papers[pick(points)].id, papers[pick(points)].id];
    if (from !== to && !along.has(`${from} ${to}`)) joins.set(`${from} ${to}`, { key: `${from} ${to}`, from, to, stops: roll() < 0.25 });
  }
  const pairs = [...[...along].map((both) => ({ from: both.split(' ')[0], to: both.split(' ')[1] })), ...joins.values()];
  return { papers, rings, links: [...joins.values()], pairs };
}

/** What a map's pictures are laid from. @param {{notes: [id: string, place: string, leads: string[]][], text: Record<string, string>, spots?: Record<string, number>, circles?: {id: string, notes: string[], name: string}[]}} how */
export function toldOf({ notes, text, spots = {}, circles = [] }) {
  const place = (id, color = '') => ({ id, place: id, title: id, color });
  const sheet = { id: 'story', lanes: ['left', 'right', 'centre', 'tray', 'names'].map((id) => place(id)), links: [{ id: 'leads', sign: 'plus', title: 'Fører til', from: ['left'], to: ['left'] }], marks: [] };
  const all = notes.map(([id, lane, leads]) => ({ id, sheet: 'story', kind: 'note', reach: 'all', lane, text: text[id], spot: spots[id] ?? 0, marks: {}, links: { leads } }));
  const known = new Map(all.map((note) => [note.id, note]));
  const shown = { sheets: [sheet], sheet: () => sheet, notes: all, note: (id) => known.get(id) ?? null, circles: circles.map((one) => ({ ...one, sheet: 'story', loop: one.notes.length, proposed: 'bad' })), round: null, rounds: [], board: null, lang: 'da', t: (key) => key, say: (title) => title ?? '' };
  const laid = new Map();
  const asked = new Map();
  return {
    asked, made: { measure, sheet }, shown, story: storyOf({ shown, sheet, items: (list) => list.map((note) => ({ id: note.id, text: note.text, note })) }),
    remembered(key, from, make) {
      asked.set(key, from);
      return laid.get(key) ?? laid.set(key, make()).get(key);
    },
  };
}
