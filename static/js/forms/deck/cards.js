/**
 * The cards that lie in the gallery, in order, and the parts in which a shared screen shows them where they are too many
 * to be read at once. They follow from notes and claims alone, and are the same on every screen. No layout may live here.
 */
import { notesOn } from '../../notes/query.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {{id: string, text: string, note?: Note, seat: string, back: boolean}} Card  `back`: it lies face down */
/** @typedef {import('../form.js').WalkPart & {cards: Card[]}} GalleryPart */

/** The piles that lie in the gallery (SPEC D5, D6); from the first one cards are taken. */
const GALLERY = ['gallery', 'told', 'jokers'];
/**
 * How much is read at a time: all places are as large as the longest card of a part needs, so each counts as that many
 * characters, and so many more; none as less than what stands on the back of a joker.
 */
const MOST = 2415;
const EACH = 45;
const BACK = 44;

/** Cards in the order of their spots, then jokers as their writers sit, whether they lie open or face down. @param {Shown} shown @param {string} sheet @returns {Card[]} */
export function galleryCards(shown, sheet) {
  const notes = notesOn(shown, sheet).filter((note) => GALLERY.includes(note.lane));
  if (!notes.length) return [];
  /** @type {Map<string, string>} */
  const by = new Map([...shown.claims].filter(([, { note }]) => note).map(([seat, { note }]) => [note, seat]));
  const sits = (/** @type {string} */ seat) => (shown.ring.includes(seat) ? shown.ring.indexOf(seat) : shown.ring.length);
  const open = notes.map((note) => ({ id: note.id, text: note.text, note, seat: by.get(note.id) ?? '', back: false }));
  const cards = open.filter(({ note }) => note.lane !== 'jokers').sort((a, b) => Number(a.note.spot ?? 0) - Number(b.note.spot ?? 0) || (a.id < b.id ? -1 : 1));
  const jokers = [...open.filter(({ note }) => note.lane === 'jokers'), ...[...shown.claims].filter(([, { note }]) => !note)
    .map(([seat]) => ({ id: `joker:${seat}`, text: shown.t('deck.joker_of', { name: shown.called(seat) }), seat, back: true }))];
  return [...cards, ...jokers.sort((a, b) => sits(a.seat) - sits(b.seat) || (a.id < b.id ? -1 : 1))];
}

/** The cards that nobody has taken. @param {Shown} shown @param {string} sheet */
export function freeCards(shown, sheet) {
  return galleryCards(shown, sheet).flatMap(({ note, seat }) => (note && note.lane === GALLERY[0] && !seat ? note : []));
}

/** Filled one after another, so that a joker that comes moves no card to another part. @param {Shown} shown @param {string} sheet @returns {GalleryPart[]} */
export function galleryParts(shown, sheet) {
  /** @type {Card[][]} */
  const cut = [];
  let longest = BACK;
  for (const card of galleryCards(shown, sheet)) {
    const some = cut[cut.length - 1];
    const long = Math.max(longest, [...card.text].length);
    if (some && (some.length + 1) * (long + EACH) <= MOST) {
      some.push(card);
      longest = long;
    } else {
      cut.push([card]);
      longest = Math.max(BACK, [...card.text].length);
    }
  }
  let from = 1;
  return cut.map((cards, at) => {
    const to = from + cards.length - 1;
    const title = shown.t('deck.part', { from, to });
    from = to + 1;
    return { id: at ? `gallery-${at + 1}` : 'gallery', title, lanes: [], cards };
  });
}
