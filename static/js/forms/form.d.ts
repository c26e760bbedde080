/* What a form is to the screens: how a sheet's lanes are drawn, listed and chosen. Types only; no code may live here. */
import type { Note, Opening, Shown, Sheet } from '../types.js';
import type { Picture, Target } from '../notes/draw.js';
import type { Measure } from '../notes/measure.js';

/**
 * One way to arrange a sheet's lanes: everything that the screens know of it. A form is one file of this folder with
 * one exported value, and one line in index.js; what only pictures need lies in a folder of its name.
 */
export interface Form {
  /** As in a sheet's `form`. */ name: string;
  /** Its lanes are the workshop's years: a workshop of it is asked for them, and periods may have headings. */ years: boolean;
  /** Its picture is wider than a phone and scrolls sideways there. */ wide: boolean;
  /** A small picture of it stands beside group work on the wall. */ beside: boolean;
  /** Its rows are row records (`shown.rows`), each of which says which lanes are open in it. */ rowed: boolean;
  /** The card of a method draws the sheet whose form says most of it: the highest number. */ telling: number;
  /** The drawing for a method's card, in a box of 320 x 176. */ art(sheet: CardSheet): unknown;
  /** The module that lays its picture out; fetched when a picture is drawn. */ picture(): Promise<{ plan(space: Space): Plan }>;
  /** The sheet in headings and lists; empty when there is nothing to list. */ words(shown: Shown, sheet: Sheet): Part[];
  /** The lanes and the row where a draft may go up now, within what `me.place` gives; null when nowhere. */
  opening(shown: Shown, opening: Opening, note: Note): Opening | null;
  /** Where a draft goes if its author changes nothing. `picked`: what was chosen; `last`: the lane of the note before. */
  aim(sheet: Sheet, opening: Opening, note: Note, picked: { lane?: string; side?: string }, last?: string): Aim;
  /** What is chosen before a note goes up, or moves, on a phone; `nothing` when there is no choice. */
  choices(ask: Choices): unknown;
  /** The rows to choose from when a note is written for nobody in particular; [] when the sheet has none. */
  rows(shown: Shown, sheet: Sheet): { id: string; text: string }[];
  /** The row in which a group writes; '' when the sheet has no rows. */ rowFor(shown: Shown, sheet: Sheet, group: string): string;
}

/** A sheet as a card of GET /api/methods tells it. */
export interface CardSheet { form: string; per_group: boolean; back?: number; lanes: { id: string; color: string; points_to?: string }[] }

/** Where a note shall lie. `side` is '' on a sheet without sides. */
export interface Aim { lane: string; side: string; row: string }

export interface Choices {
  shown: Shown; sheet: Sheet;
  /** Ids of the lanes that may be chosen. */ lanes: string[];
  aim: Aim;
  /** The lane of the note that was put up before. */ last?: string;
  choose(aim: Aim): void;
}

/** A part of a sheet in words: under a title of its own (a row, a group) or without one. */
export interface Part { title: string; small: string; lists: Listed[] }
/** A lane's notes in words. `over`: headings that stand over them, with what they reach over. */
export interface Listed { title: string; notes: Note[]; over?: { text: string; small: string }[] }

/** What a form's plan is given. */
export interface Space {
  shown: Shown;
  sheet: Sheet;
  picture: Picture;
  /** px */ width: number;
  /** px; Infinity: the picture grows. */ height: number;
  /** Sizes of type to try, px, largest first. */ sizes: number[];
  measure: Measure;
  /** What the form's last plan for this space gave back as `before`. */ before: any;
  /** Shows these notes large. */ open(notes: Note[]): void;
}

/** Where a note, a stack, a frame or a table lies; `size` is that of its type, px. */
export interface Box { x: number; y: number; w: number; h: number; size: number; ids?: string[]; off?: boolean }

/** A target for a note, and where it lies in the picture. */
export interface TargetBox extends Target { x: number; y: number; w: number; h: number; words: string }

/** A picture, laid out. */
export interface Plan {
  /** By note id, `rest:…` (a stack), `lane:…`, `frame:…` or `pile:…`. */ boxes: Map<string, Box>;
  /** px */ height: number;
  /** Notes in reading order, of those that are laid by boxes. */ order: Note[];
  /** Comments by the note they stand under. */ talk: Map<string, Note[]>;
  /** Handed to the next plan for the same space. */ before: any;
  targets: TargetBox[];
  /** Drawn under the notes. */ back: unknown;
  /** Frames and titles, also under the notes. */ front: unknown;
  /** The page's own flow gives the height. */ flows?: boolean;
}
