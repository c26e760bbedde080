/* The types that the browser's modules share, above all what the store gives to the views. Types only, no code. */
import type { TemplateResult, nothing } from '../lib/lit-html.js';

export type Lang = 'da' | 'en';
/** A text of a method file, in both languages. */
export interface Both { da: string; en: string }
export type T = (key: string, vars?: Record<string, string | number>) => string;
export type Frame = [string, ...any[]];
export interface Op {
  /** The series that `n` counts in: that of the page that made the op, whichever page sends it. */ tab: string;
  n: number; name: string; args: Record<string, any>;
  /** Whether it is stored in this browser for the next page; undefined until that is known. */ kept?: boolean;
  /** Whether it has waited long for its answer. */ late?: boolean;
  /** Whether it has a new number because the first was refused. */ renumbered?: boolean;
  /** Why it was refused, until its text is back in an input. */ reason?: string;
}

/** A further answer that notes of a lane may have: SPEC R31. */
export interface Field {
  id: string; title: Both; kind: 'text' | 'date' | 'choice'; limit: number;
  options: { id: string; title: Both }[]; /** What is said for no date; empty where that is no answer. */ none_word: Partial<Both>; required: boolean;
  /** Of a date: another one of the note, before which it does not lie (SPEC R45); else ``. */ not_before: string; /** It stands in the calendar file (SPEC R46). */ calendar: boolean;
  /** Of a programme: what answers it in a note that was handed on (SPEC R42); else ``. */ takes: '' | 'method' | 'day' | 'count';
}
export interface Lane {
  id: string; title: Both; hint?: Both; color?: string; limit?: number;
  after?: string[]; /** Of a grid: the kind of marks with which a row's head opens the lane, and the kind whose word is shown here; empty: none. */ unless?: string; shows?: string; fields?: Field[]; /** What a note has before it lies there: SPEC R45. */ needs?: string[]; /** The sheets of which its notes may name elements: SPEC R43. */ about?: string[]; /** Of a sheet that is drawn over a map: two dates between which a note goes on, and the text that is left of it (SPEC R47). */ span?: string[]; tells?: string; /** What its notes become when they are handed on. */ becomes?: string; /** Of a programme: what it takes of that (SPEC R42). */ takes?: string;
  /** The options of the choice `field` are questions, asked about each note in `lanes` of `sheet`, or once: SPEC R49. */ asks?: { field: string; sheet: string; lanes: string[] } | null;
  /** The lanes whose notes are answered here after the close (R38); else empty. */ answers?: string[];
  /** Where a lane is on the scale of its sheet (the year, minutes from midnight, the number of the stage); absent for a lane of the method file. */ scale?: number;
  /** On a map: where in the picture its notes lie (R43). */ place?: '' | 'centre' | 'left' | 'right' | 'tray' | 'names';
  /** Whether somebody of this audience may write in it now. */ open?: boolean;
  /** Why not: `closed`, `round`, `lane_closed` or `role`. */ why?: string;
  /** Whether no round so far has opened it. */ later?: boolean;
}
/** A word that a note may carry. `sign` and `color` may be empty; `side`: of a line, where notes that carry it lie. */
export interface Word { id: string; title: Both; /** What it means. */ hint: Partial<Both>; /** Word and sign where there is little room; without texts: as elsewhere. */ short: Partial<Both>; sign: string; color: string; side: string; /** Fields of the note that are answered before. */ needs: string[]; /** Where a further version is written, and how it is linked (SPEC R45). */ again?: { lane: string; link: string } | null; /** The days of a note with it are cancelled. */ cancels?: boolean; /** What is said of a note that carries it, where it is told what became of it (SPEC R47). */ done?: Partial<Both> }
/** A kind of marks: what is asked, and its words, of which a note has at most one. */
export interface MarkKind { id: string; title: Both; words: Word[]; /** Empty: notes of all lanes. */ lanes: string[]; /** Comments carry it, and notes do not (SPEC R48). */ comments?: boolean }
/** A kind of links between notes of a sheet: SPEC R39. `most`: to how many a note is linked; `sign`: the first note leads to the other, or slows it down (R43). */
export interface LinkKind { id: string; title: Both; from: string[]; to: string[]; most: number; sign?: '' | 'plus' | 'minus' }
/** A circle of a map (R43): its notes, of which the first `loop` are the way round; `name`: the note that names it, or ''. */
export interface Circle { id: string; sheet: string; notes: string[]; loop: number; name: string; proposed: 'good' | 'bad' | 'mixed' }
/** The latest version of a map (R44). */
export interface Version {
  /** The sheet's id. */ id: string; n: number; /** ms, when it begins in UTC. */ day: number;
  notes: Record<string, { text: string; lane: string; spot: number; marks: Record<string, string>; links: Record<string, string[]> }>;
  circles: Record<string, Omit<Circle, 'id'>>;
  changes: { what: string; note: string; text?: string; lane?: string; kind?: string; other?: string }[];
}
export interface Sheet {
  id: string; title: Both; /** The name of a form in forms/index.js. */ form: string;
  per_group?: boolean; /** The map over which its notes are drawn (SPEC R47); empty: none. */ over?: string; /** Of a sheet with a scale: what its steps are; else ``. */ scale: '' | 'years' | 'clock' | 'stages'; lanes: Lane[]; marks: MarkKind[]; links: LinkKind[];
  /** Of a grid: the kinds of marks that the heads of its rows may carry. */ heads: MarkKind[]; /** Of a grid: what one calls a head. */ head_title: Partial<Both>;
}
/** How the notes of a round are followed up, one at a time (SPEC R48); `steps` for the facilitator only. */
export interface Follow { lanes: string[]; to: string; asks: string; choose: Both; /** The round in which people look again at what it is about. */ look?: string; steps?: FollowStep[] }
export interface FollowStep { id: string; title: Both; hint: Partial<Both>; shows: '' | 'about' | 'comments'; marks: string[]; fields: string[] }
export interface Round {
  id: string; title: Both; instruction?: Both;
  sheet?: string; lanes?: string[]; /** The words, by kind, of what is written in it. */ fixed?: Record<string, string>;
  /** Lanes of other sheets that stay in sight beside its own (SPEC V17). */ beside?: { sheet: string; lanes: string[] }[];
  /** The map of which people are shown, and answer, the latest version; '' for none (SPEC R44). */ version?: string;
  /** How its notes are followed up (SPEC R48). */ follow?: Follow | null;
  /** The rounds on whose sheets who leads works meanwhile (SPEC R49). */ also?: string[];
  say?: Both; questions?: Both[];
  /** For scribes and the facilitator: what is to be taken down; empty where nothing is asked. */ pad?: Both;
}
export interface Method {
  id: string; title: Both; minutes: number; people: [number, number]; group_size: [number, number];
  /** How many groups there are: fewest, usual, most; empty where their size says it. */ groups: number[];
  limit: number; rounds: Round[];
  /** The heading that the method proposes. */ heading: Both;
  /** For the facilitator. */ before?: Both[];
  /** A leader answers what was picked, after the close (SPEC R38). */ answers?: boolean;
  /** The sheet whose notes are lifts (SPEC R50). */ lifts?: string;
  /** The method needs somebody who takes notes. */ scribe?: boolean;
  /** Texts are to be so general that nobody is recognised. */ unnamed?: boolean; /** What those who lead are called together, or {}. */ team?: Partial<Both>;
  /** The id of the round that people may write for before the day, or empty. */ ahead: string; /** For the facilitator. */ pitch?: Both;
  /** `nothing`: no text is stored, and closing erases the workshop (SPEC R33); `programme`: it does not end (R40). */ keep: 'days' | 'nothing' | 'programme';
  /** For the facilitator. */ leader_question?: Both; leader_part?: Both; leader_listen?: Both; leader_told?: Both;
}
/** Which picture a shared screen shows. */
/** The record `cycle` (SPEC 6). */
export interface Cycle {
  stations: { id: string; title: Both; round: string; version: number; counts: { title: Both; one: Partial<Both>; count: number }[] }[];
  next: { station: string; note: string; day: string; title: Both; text: string; who: string; within: number }[];
  shows: { title: Both; lines: { text: string; of: string; until: string }[] }[];
}

export type BoardScene = 'home' | 'follow' | 'end' | 'welcome' | 'write' | 'group' | 'present' | 'turn' | 'ring' | 'talk' | 'look' | 'pick' | 'draw' | 'gallery';
/** A control that the console shows in a round: SPEC 6. */
export type Offer = 'notice' | 'groups' | 'shuffle' | 'reveal_groups' | 'write_for' | 'wrote' | 'await_ready' | 'await_choice' | 'await_part' | 'brief' | 'leadership' | 'turn_rest' | 'ring';
/** Which picture a person's own screen shows. */
export type OwnScene = 'home' | 'follow' | 'end' | 'listen' | 'turn' | 'wait' | 'group' | 'welcome' | 'ring' | 'write' | 'talk' | 'look' | 'pick' | 'draw' | 'gallery' | 'tell';
export interface BoardRecord {
  title: string; venue: string; lang: Lang; round: string; scene: BoardScene; leader: string;
  /** Where its timeline begins and ends, and from lane to lane: years and 1, or minutes from midnight; 0 without one. */ from: number; to: number; step: number;
  door: boolean; began: number; underway?: number; ends_at: number; closed: number; sealed: boolean; notice: boolean;
  /** Since when the sitting of a programme goes on; 0: none does (SPEC R41). */ sitting: number;
  /** What shared screens show large: a part, or from `since` on (server time, ms) one part after another. */
  walk: { sheet?: string; part?: string; since?: number };
  /** The note that is followed up (SPEC R48); '' for none. */ now: string;
  /** When people meet (ms), or 0. */ day: number; /** It waits for its day (SPEC R37). */ ahead: boolean;
  expires: number; /** A rehearsal: nothing of it is kept. */ rehearsal: boolean; visited: string[]; can?: string[];
  /** Of a copy: the title and day (ms) of the workshop that it was made from. */ origin: { title?: string; day?: number };
  /** Who can see a draft that is written now: `own`, `own_until_turn` or `own_until_reveal`. */ who_sees: string;
  /** For the facilitator. */ offers?: Offer[];
  /** For the facilitator: what the round needs and has not; `note` and `field` are '' where no note is up in the lane. */
  lacks?: { sheet: string; lane: string; note: string; field: string }[];
  /** For the facilitator: who tells the leader, on which day, and whether it was done. */ briefing?: { teller: string; when: string; done: boolean };
  /** For the facilitator: the programme that it was started from, and what was handed to which (SPEC R42). */
  started_from?: { id?: string; title?: string }; handings?: { programme: string; title: string; count: number; state: string }[];
  /** For the facilitator: somebody can have no further note. */ at_share?: boolean;
  /** For the facilitator: lanes that may be shown to all; `again`: one that was, and nothing is said to be there since. */
  reveal?: { sheet: string; lane: string; again: boolean }[];
}
export interface Seat {
  /** Seat id. */ id: string;
  name: string; number: number; role: string; group: string; remote: boolean; hosted: boolean; ready?: boolean; /** For the facilitator: waited for (SPEC R37). */ away?: boolean;
  /** A co-facilitator. */ leads?: boolean; /** Ids of the parts that the person has now. */ parts?: string[];
}
/** A part of this workshop (SPEC R30). `rest`: everybody without another one has it. */
export interface Part {
  id: string; order: number; title: Both; may: string[]; count: [number, number]; rest: boolean; holders: string[];
  /** Fewer than needed have it. */ wanted: boolean; can: string[];
}
/** One of this person's parts, with what the round says to those who have it. */
export interface OwnPart { id: string; say: Partial<Both>; instruction: Partial<Both>; questions: Both[]; hint: Partial<Both>; words: Both[]; can: string[] }
/** What a hosted person would have on a phone of their own; for the facilitator. */
export interface Host { id: string; parts: OwnPart[]; /** There is something to write for them in this round. */ write: boolean }
export interface Me {
  seat: string; name: string; role: string; group: string; ready: boolean; scene: OwnScene;
  turn: '' | 'holder' | 'next' | 'waiting' | 'done'; scope: string; can: string[]; who_sees: string;
  write: null | Opening; place: null | Opening;
  /** What undoing would take back; null when there is nothing. */ undo?: null | { what: string; text: string };
  /** A co-facilitator (SPEC R27); on the console `lent` is the seat of the one whose console it is. */ leads?: boolean; lent?: string;
  /** The card that one took, or one's joker; '' for none. */ card: string;
  /** Later devices that came back with a return link (SPEC R24). */ devices: Device[]; parts: OwnPart[];
}
/** `since`: when it came back, ms; `read`: the message about it was confirmed on this device. */
export interface Device { number: number; since: number; read: boolean }
/** Where this person may write or place now: a sheet, its lanes, the row, and who will see it. */
export interface Opening { sheet: string; lanes: string[]; row: string; reach: string }
export interface Note {
  id: string; kind: 'note' | 'comment' | 'heading' | 'gathering'; text: string; sheet: string; lane: string; row: string;
  /** Of its line, as the server says. */ side: '' | 'up' | 'down' | 'both'; spot?: any; /** The note that it lies under: a comment’s note, a gathered note’s heading. */ under: string; until: string; /** Words by kind. */ marks?: Record<string, string>; /** The notes that it is linked to, by kind. */ links?: Record<string, string[]>; /** The elements that it names (SPEC R43), and as they stood in which version (R44; 0: none). */ about?: string[]; version?: number; reach: 'own' | 'team' | 'group' | 'all';
  chosen?: boolean; as?: string;
  /** Its answers, by field. */ fields?: Record<string, string>;
  /** Of a picked note: of how many notes of which lanes it is made; for who may pick also of which. */ sources?: { sheet: string; lane: string; count: number; session?: string; day?: string; kind?: string; told?: Told[] }[]; of?: string[];
  /** For the facilitator, of a picked note: the programmes that have it (SPEC R42). */ handed?: string[];
  /** For who may pick: what it would become. */ becomes?: string;
  /** Written from this phone's person. */ mine: boolean;
  /** A draft, which only its author sees. */ draft: boolean;
  /** An optimistic update: the server has not answered yet. */ pending: boolean;
  /** Whether its pending ops are stored in this browser. */ kept: boolean;
  /** Whether one of them has waited long for its answer. */ late: boolean;
  /** Op names this viewer may use on it now. */ can: string[];
  /** With `mark`: the kinds. */ marks_open?: string[]; /** With `link`: the kinds. */ links_open?: string[];
}
/** What was said beside a note that was handed on (SPEC R42). */
export interface Told { what: string; name: string; text: string; count: number }
export interface Turn {
  scope: string; holder: string; queue: string[]; later: string[]; done: string[]; absent: string[];
  since: number; /** How many have had the word, the holder too. */ number: number; can?: string[];
  /** Its holder has begun, and everybody may speak (SPEC D4). */ free: boolean;
  /** Nobody is ever done in it (SPEC D3). */ endless: boolean;
}
/** A line of the scribes' pad (SPEC R26), under a round, a group in it (empty: none), or a turn by its number (0: none). */
export interface PadLine {
  id: string; text: string; round: string; group: string; turn: number; spot: number; /** The card that was talked about. */ card?: string; can: string[];
  pending?: boolean; kept?: boolean; late?: boolean;
}
/** What lies face down (SPEC D1): its theme, how many cards; `card`: the note that lies open; `rest_at`: when the next round should turn what is left; 0: it does not. */
export interface Deck { sheet: string; title: Partial<Both>; left: number; rest_at: number; card: string; can: string[] }
export interface Prepare {
  deck: string; themes: { id: string; title: Both; cards: number }[];
  cards: { id: string; text: Both; about: string; word: '' | 'first' | 'last' | 'out' }[];
}
export interface Row {
  id: string; group: string; text: string; /** What its head carries of the kinds in `heads`. */ marks: Record<string, string>; reach: string;
  /** For who may pick: what it would become. */ becomes?: string;
  open: string[]; locked: Record<string, string>; /** The kinds of `heads` that may be set. */ marks_open: string[];
}
/** A refused op with a text; the view puts the text back into an input, then calls store.forget(it). */
export interface Returned extends Op { reason: string }

/** Everything that a view may draw. A new value after every change; a view must not modify it. */
export interface Shown {
  version: number;
  /** False until the first patch: until then board, method and me are null. */ loaded: boolean;
  board: BoardRecord | null; method: Method | null; me: Me | null;
  /** The method's round that is current, or null. */ round: Round | null;
  /** Its index in rounds; -1 when unknown. */ index: number;
  rounds: Round[];
  /** The planned minutes of a round, by its id. */ plan: Record<string, number>;
  /** Minutes that people above the advised number add. */ more: number;
  /** `wrote`, `piles` (by sheet and lane): how many people at least have written; 0 or absent below 3. */
  /** `people`: with a phone of their own; `present`: hosted ones too. */
  progress: { people: number; present: number; asks_ready: boolean; ready: number; wrote: number; piles: Record<string, Record<string, number>> };
  /** Seats by number. */ people: Seat[];
  /** For the facilitator: who came in before the day and has not been there since it began (SPEC R37). */ awaited: Seat[];
  seat(id: string): Seat | null;
  /** A seat's name for screens: "Anna", "Anna 2" where two have the name, or "Gæst 3". */ called(id: string): string;
  /** Whether somebody else has the same name. */ namesake(id: string): boolean;
  /** `people`, `ready`: of the group itself, where it is asked for and this viewer may know. */
  groups: { id: string; number: number; shown: boolean; people?: number; ready?: number }[];
  /** The method's sheets, as in its file. */ sheets: Sheet[]; sheet(id: string | undefined): Sheet | null;
  /** Parts, as in the method's file. */ parts: Part[];
  /** The words that people show now, by seat (SPEC R34). */ words: Map<string, Both[]>;
  turns: Map<string, Turn>;
  /** The stack of cards; null without cards. */ deck: Deck | null;
  /** For the facilitator, while cards are chosen and sorted. */ prepare: Prepare | null;
  /** Seats as people sit, clockwise; empty without cards. */ ring: string[];
  /** Whether people may be put elsewhere in the ring. */ seating: boolean;
  /** The cards that people took, by seat; `note` is '' while it is a joker that lies face down. */ claims: Map<string, { note: string; joker: boolean }>;
  rows: Row[]; row(id: string): Row | null;
  /** Where the learning cycle of a programme stands; null elsewhere (SPEC R40). */ cycle: Cycle | null;
  /** The circles of maps. */ circles: Circle[];
  /** The latest versions of maps, by sheet (SPEC R44). */ versions: Map<string, Version>;
  /** What is shown is a map as it stood in a version; `at`: the part by which somebody looks at it, '' where the round shows it. */ then?: { version: Version; at: string };
  notes: Note[]; note(id: string): Note | null;
  /** Lines in order; empty for all but scribes and the facilitator. */ pad: PadLine[];
  bins: { id: string; text: string; can: string[] }[];
  /** Own notes that their author took down, to be brought back. */ deleted: { id: string; text: string; can: string[] }[];
  hosts: Host[];
  /** Own notes that somebody else took down. */ taken: { id: string; text: string; sheet: string; lane: string }[];
  here: Set<string>;
  drags: Map<string, [number, number]>;
  /** The number of pending ops. */ waiting: number;
  /** How many of them are stored in this browser and so survive closing the page. */ kept: number;
  /** How many of them have waited long for their answer. */ late: number;
  /** Whether storing an op has failed: the page must stay open. */ unkept: boolean;
  returned: Returned[];
  /** Server time, ms. */ now(): number;
  connected: 'yes' | 'connecting' | 'away' | 'over';
  trouble: string;
  /** How often the server's log went backwards (a fail-over) and the board was sent anew. */ again: number;
  /** A key under `close.` when connected is 'over'. */ closeReason: string;
  lang: Lang; t: T;
  /** A method's text in the page's language. */ say(text: Partial<Both> | undefined | null): string;
}

/** Makes an op and sends it; returns its number. Without a connection it is kept until there is one. */
export interface Emit {
  (name: string, args?: Record<string, any>): number;
  /** Live drag, 0..1 of the sheet's picture; lossy. null: the drag has ended. */ drag(note: string, x: number | null, y: number | null): void;
  /** The words that this person shows from now on: numbers of declared ones, and typed ones. They are stored nowhere. */ words(said: (number | string)[]): void;
}

/** What main.js gives to a page. */
export interface Context {
  page: string; board: string; role: string;
  emit: Emit; t: T; lang(): Lang; setLang(lang: Lang): Promise<void>;
  /** Switch to a workshop's language, unless one was chosen in this browser. */ followLang(lang: string | undefined): Promise<void>;
  /** Adds text/<name>.<lang>.json to the texts ("room" for board pictures). */ loadText(name: string): Promise<void>;
  say(text: Both | undefined | null): string;
  keys: typeof import('./sync/keys.js');
  /** Remove a workshop's tokens (of one role, or all) and its unsent ops from this browser. */
  forget(board: string, role?: import('./sync/keys.js').KeyRole): void;
  api(): Promise<typeof import('./sync/api.js')>;
  /** This page's bearer token. */ token(): string;
  /** Load the page again, with the way back that was refused. */ again(): void;
  store: import('./sync/store.js').Store | null;
  /** Ask for a new render (after local state changed). */ redraw(): void;
  /** Show one line at the bottom for some seconds, with at most one button. */ toast(text: string, action?: { label: string; run(): void }): void;
  /** Says a line to screen readers only. */ announce(text: string): void;
  /** Says it once the server has answered what was sent just now; without a connection, that it waits. */ saved(text: string): void;
}
/** What a page's `start` returns. */
export interface Page {
  render(shown: Shown): TemplateResult | typeof nothing;
  /** After each render; `earlier` is the Shown before it (null the first time). */
  changed?(shown: Shown, earlier: Shown | null): void;
}
