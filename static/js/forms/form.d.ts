/* The interface of a form in the browser: how a sheet's lanes are drawn, listed and chosen. Types only, no code. */
import type { MarkKind, Note, Opening, Shown, Sheet } from '../types.js';
import type { Picture, Target } from '../notes/draw.js';
import type { Measure } from '../notes/measure.js';

/**
 * A form: one way to arrange a sheet's lanes. It is one file in this folder that exports this value, and one line in
 * index.js; what only its picture needs is in a folder of its name.
 */
export interface Form {
  /** As in a sheet's `form`. */ name: string;
  /** Its lanes are the steps of a scale, over which headings may stand. */ scaled: boolean;
  /** Its picture is wider than a phone's screen and scrolls sideways there. */ wide: boolean;
  /** Large screens keep it in sight while groups work on sheets of their own. */ beside: boolean;
  /** The console's picture shows what walls were asked to show. */ led: boolean;
  /** It has rows: row records (`shown.rows`), each of which lists its open lanes. */ rowed: boolean;
  /** A method's card draws the sheet whose form has the highest number. */ telling: number;
  /** The drawing for a method's card, in a box of 320 x 176. */ art(sheet: CardSheet): unknown;
  /** Imports the module that computes its picture's layout; called when a picture is drawn. */ picture(): Promise<{ plan(space: Space): Plan }>;
  /** The sheet as headings and lists; empty when there is nothing to list. */ words(shown: Shown, sheet: Sheet): Part[];
  /** The parts that a shared screen can show large, in order: the same on every screen, whatever its size. */
  parts(shown: Shown, sheet: Sheet): WalkPart[];
  /** The parts that are pictures of the whole, where there are several to choose from on a phone. */
  pictures?(shown: Shown, sheet: Sheet): WalkPart[];
  /** The lanes and the row where a draft may be placed now, within `me.place`; null when nowhere. */
  opening(shown: Shown, opening: Opening, note: Note): Opening | null;
  /** The place of a draft, as far as its author has chosen (`picked`, or what the note says); what is not chosen is ''. */
  aim(sheet: Sheet, opening: Opening, note: Note, picked: { lane?: string; side?: string }): Aim;
  /** What must be chosen before the note can go up, as a button says it; '' when nothing is missing. */
  missing(shown: Shown, sheet: Sheet, aim: Aim): string;
  /** The inputs on a phone for choosing where a note is placed or moved; `nothing` when there is no choice. */
  choices(ask: Choices): unknown;
  /** The rows to choose from when a note is written for no particular group; [] when the sheet has no rows. */
  rows(shown: Shown, sheet: Sheet): { id: string; text: string }[];
  /** The row in which a group writes; '' when the sheet has no rows. */ rowFor(shown: Shown, sheet: Sheet, group: string): string;
}

/** A sheet of a card of GET /api/methods. */
export interface CardSheet { form: string; per_group: boolean; scale?: string; back?: number; lanes: { id: string; color: string }[]; links?: { from: string[] }[] }

/** Where to put a note. `side` is '' where none is chosen; `asks`: the marks that say it, where it is asked. */
export interface Aim { lane: string; side: string; row: string; asks?: MarkKind }

export interface Choices {
  shown: Shown; sheet: Sheet;
  /** Ids of the lanes that may be chosen. */ lanes: string[];
  /** The note that is placed. */ note?: Note;
  aim: Aim;
  choose(aim: Aim): void;
}

/** A part of a sheet that a shared screen shows large: some lanes, a row, a lane. `id` is an id of a lane or a row. */
export interface WalkPart { id: string; title: string; lanes?: string[]; row?: string; /** With others of its kind it stands in a list of its own: answers, versions. */ group?: 'said' | 'version'; /** What is different since last time. */ news?: boolean }

/** A part of a sheet as text: with a title (a row, a group) or without one. */
export interface Part { title: string; small: string; lists: Listed[]; /** What leads to what, in order. */ sentences?: Sentence[]; /** The circle that it is about. */ circle?: string }
/** Two notes and what the first does to the other. */
export interface Sentence { from: string; how: string; to: string; /** What is said after it. */ after?: string }
/** A lane's notes as text. `over`: headings over them, each with the period that it covers. */
export interface Listed { title: string; notes: Note[]; over?: { text: string; small: string }[] }

/** The input of a form's plan. */
export interface Space {
  shown: Shown;
  sheet: Sheet;
  picture: Picture;
  /** px */ width: number;
  /** px; Infinity: the picture grows. */ height: number;
  /** Font sizes to try, px, largest first. */ sizes: number[];
  measure: Measure;
  /** `before` of the form's last plan for this space. */ before: any;
  /** The note put up last, as far as this screen knows; '' for none. */ latest: string;
}

/** The box of a note or a frame; `size` is its font size, px; `look`: `line` (of a sheet of lines), `mini` (without words), `brief` (without answers), `folded` (a heading without what lies under it). */
export interface Box { x: number; y: number; w: number; h: number; size: number; ids?: string[]; off?: boolean; look?: string; /** A sign before its text. */ sign?: string; /** A word on its edge. */ tag?: string; /** What stands on its paper in place of the lines below its text, which are read aloud only. */ body?: unknown }

/**
 * A target for a note, and its box in the picture. `spot`: the note's spot when it is dropped at a point of the picture,
 * or when the target is chosen without a point.
 */
export interface TargetBox extends Target { x: number; y: number; w: number; h: number; words: string; spot?(at: { x: number; y: number } | null, note: string): number }

/** The layout of a picture. */
export interface Plan {
  /** By note id, `lane:…`, `frame:…` or `pile:…`. */ boxes: Map<string, Box>;
  /** px */ height: number;
  /** The notes that have boxes, in reading order. */ order: Note[];
  /** Comments, by the note under which they are shown. */ talk: Map<string, Note[]>;
  /** Given to the next plan for the same space. */ before: any;
  targets: TargetBox[];
  /** Drawn under the notes. */ back: unknown;
  /** Frames and titles, also under the notes. */ front: unknown;
  /** While a part is shown large: which one, and all that can be. */ walking?: { part: string; parts: WalkPart[] };
  /** The height comes from normal CSS layout, not from boxes. */ flows?: boolean;
  /** Of a picture that grows: how wide it is at least, px, so that it can be read. */ least?: number;
  /** How much papers are turned, of what they are elsewhere. */ turned?: number;
}
