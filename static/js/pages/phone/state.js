/**
 * The state of the participant's page beside the records: unfinished texts, choices, the open dialog, the writer's round,
 * and imported modules. No drawing and no rule may live here.
 */

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {keyof typeof PARTS} PartName */
/** @typedef {import('../../types.js').Note} Note */
/** @typedef {import('../../types.js').PadLine} PadLine */
/** @typedef {import('../../types.js').Round} Round */
/** @typedef {import('../../types.js').Opening} Opening */
/** @typedef {import('../../types.js').Context} Context */
/**
 * The writer's round, and where their text goes. `whole`: they were asked to write about the whole workshop; `stays`: the
 * workshop is in another round by now, and a text here is unfinished.
 * @typedef {{ round: Round, opening: Opening, whole: boolean, stays: boolean }} At
 */

/**
 * A text that was typed in a dialog and is not saved: in place of a note's text, a comment on a note, a heading's, a name.
 * `id`: the note, the pad's line, or the heading's sheet; `began`: the text that stood when its writer began; `more`: the dialog's other
 * fields; `why`: why it was refused.
 * @typedef {{ kind: 'note' | 'comment' | 'heading' | 'line', id: string, text: string, began: string, more?: Record<string, any>, why?: string }} Typed
 */

/** The panes that are imported when they are first needed. */
export const PARTS = {
  answer: () => import('./answer.js'),
  board: () => import('./board.js'),
  card: () => import('./card.js'),
  coleads: () => import('./coleads.js'),
  part: () => import('./part.js'),
  devices: () => import('./devices.js'),
  dialogs: () => import('./dialogs.js'),
  doubt: () => import('./doubt.js'),
  end: () => import('./end.js'),
  follow: () => import('./follow.js'),
  gather: () => import('./gather.js'),
  group: () => import('./group.js'),
  home: () => import('./home.js'),
  linking: () => import('./linking.js'),
  modal: () => import('../modal.js'),
  pad: () => import('./pad.js'),
  pick: () => import('./pick.js'),
  trouble: () => import('./trouble.js'),
  turn: () => import('./turn.js'),
};

/** The storage key for texts typed in dialogs. */
const TYPED = 'typed.';
/** The dialogs whose text is kept. */
const KEPT = ['note', 'comment', 'heading', 'line'];
/** The storage key for refused texts, beside the rounds' unfinished ones. */
const LOST = 'lost.';
/** The storage key for the ids of taken-down notes whose message has been closed. */
const READ = 'taken.';

/** The storage key for the order in which notes were written here: no server and no other device knows it. */
const ORDER = 'order.';

/** The storage key for the note of which somebody says how it went. */
const BEGUN = 'follow.';

/** The place of who answers a version as a whole (SPEC R44); no element has this id. */
export const WHOLE = '*';

/** Ms for which a box says that its text is saved. */
const SIGNED = 5000;

/** The state that the panes share. */
export class PhoneState {
  /** @type {Context} */ context;
  /** @type {At | null} */ at = null;
  /** @type {'mine' | 'board' | 'pad'} */ tab = 'mine';
  /** @type {null | { kind: string, note?: Note, text?: string, [more: string]: any }} */ dialog = null;
  /** Refused texts whose box held another text. @type {{ text: string, why: string }[]} */ lost;
  /** Texts typed in dialogs and not saved. @type {Typed[]} */ #typed;
  /** Ids of own notes that somebody else took down and whose message has been closed. @type {string[]} */ read;
  /** Why the text in a box was refused. @type {{ key: string, why: string } | null} */ wrong = null;
  /** Local choices of the panes (chosen lane, year, note ...), by name. @type {Record<string, any>} */ picked = {};
  /** What the writer is asked about a text before it is saved. @type {{ key: string, kind: string, text: string } | null} */ doubt = null;
  /** Questions about texts that were answered, as `kind text`. @type {Set<string>} */ sure = new Set();
  /** Whether the person was a scribe at the last drawing. */ scribe = false;
  /** Whether they were asked to pick at the last drawing. */ picks = false;
  /** The box whose text was saved just now. */ #signed = '';
  /** @type {any} */ #fades = 0;
  openBox = false;
  digits = false;
  /** Ids of notes in the order in which they were written here. @type {string[]} */ #order;
  /** @type {Map<string, string>} */ #texts = new Map();
  /** @type {Map<string, any>} */ #parts = new Map();

  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.lost = context.keys.half(context.board, LOST) ?? [];
    this.#typed = context.keys.half(context.board, TYPED) ?? [];
    this.read = context.keys.half(context.board, READ) ?? [];
    this.#order = context.keys.half(context.board, ORDER) ?? [];
  }

  get t() {
    return this.context.t;
  }

  /** Half-written text. @param {string} key @returns {string} */
  text(key) {
    if (!this.#texts.has(key)) this.#texts.set(key, this.context.keys.half(this.context.board, key) ?? '');
    return this.#texts.get(key) ?? '';
  }

  /** @param {string} key @param {string} text */
  setText(key, text) {
    this.#texts.set(key, text);
    // At once and not at the next render, since the person may go on typing.
    const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(`box-${key}`));
    if (field && field.value !== text) field.value = text;
    if (this.wrong?.key === key) this.wrong = null;
    this.context.keys.keepHalf(this.context.board, key, text);
    this.context.redraw();
  }

  /** The note of which somebody began to say how it went, and has not sent it (SPEC R48); '' for none. */
  get begun() {
    const note = this.text(BEGUN);
    return note && (this.text(`follow.${note}`).trim() || this.text(`follow.${note}.word`)) ? note : '';
  }

  /** @param {string} note */
  begin(note) {
    this.setText(BEGUN, note);
  }

  /** The button of a box says for a while that its text is saved: it may be all that is in sight. @param {string} key */
  sign(key) {
    this.#signed = key;
    clearTimeout(this.#fades);
    this.#fades = 0;
  }

  /** Whether a box says that its text is saved: from the server's answer on, for a while. @param {string} key */
  signed(key) {
    const shown = this.context.store?.shown();
    if (this.#signed !== key || shown?.connected !== 'yes' || shown.waiting) return false;
    this.#fades ||= setTimeout(() => { this.#signed = ''; this.context.redraw(); }, SIGNED);
    return true;
  }

  /** @param {PhoneState['doubt']} doubt */
  ask(doubt) {
    this.doubt = doubt;
    this.context.redraw();
    if (doubt) requestAnimationFrame(() => document.querySelector('.doubt')?.scrollIntoView({ block: 'center' }));
  }

  /** Notes in the order in which they were written here; others first. @param {Note[]} notes */
  inOrder(notes) {
    return [...notes].sort((a, b) => this.#order.indexOf(a.id) - this.#order.indexOf(b.id));
  }

  /** @param {PhoneState['lost']} lost */
  lose(lost) {
    this.lost = lost;
    this.context.keys.keepHalf(this.context.board, LOST, lost.length ? lost : '');
    this.context.redraw();
  }

  /** Own notes that somebody else took down and whose message is open. @param {Shown} shown */
  taken(shown) {
    return shown.taken.filter((note) => !this.read.includes(note.id));
  }

  /** @param {string[]} read */
  setRead(read) {
    this.read = read;
    this.context.keys.keepHalf(this.context.board, READ, read.length ? read : '');
    this.context.redraw();
  }

  /** @param {string} name @param {any} value */
  pick(name, value) {
    this.picked = { ...this.picked, [name]: value };
    this.context.redraw();
  }

  /** A pane that is imported when it is first needed; null until then. @param {PartName} name @returns {any} */
  part(name) {
    if (!this.#parts.has(name)) {
      this.#parts.set(name, null);
      PARTS[name]().then((part) => {
        this.#parts.set(name, part);
        this.context.redraw();
      }, () => this.#parts.delete(name));
    }
    return this.#parts.get(name);
  }

  /** @param {PhoneState['dialog']} dialog */
  open(dialog) {
    this.dialog = dialog;
    // Closing the dialog returns the focus to what opened it; removing the element would not.
    if (!dialog) /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog[open]'))?.close();
    this.context.redraw();
  }

  /** Change what the open dialog holds, as it is now and not as it was last drawn. @param {object} change */
  type(change) {
    if (!this.dialog) return;
    this.open({ ...this.dialog, ...change });
    const { kind, note, text = '', began = '', from, until, sheet } = this.dialog;
    if (!KEPT.includes(kind)) return;
    const typed = /** @type {Typed} */ ({ kind, id: note?.id ?? sheet, text, began, ...(kind === 'heading' ? { more: { from, until, sheet } } : {}) });
    this.#keepTyped([...this.#others(typed), ...(text.trim() && text !== began ? [typed] : [])]);
  }

  /** Texts typed in dialogs and not saved, but for the one whose dialog is open. */
  get unsaved() {
    const open = this.dialog;
    return open ? this.#typed.filter(({ kind, id }) => kind !== open.kind || id !== (open.note?.id ?? open.sheet)) : this.#typed;
  }

  /**
   * Open the dialog for a text, with what was typed in it and is not saved.
   * @param {Typed['kind']} kind @param {Note | PadLine | undefined} note @param {Record<string, any>} [more]
   */
  openText(kind, note, more = {}) {
    const began = (kind === 'note' || kind === 'line') && note ? note.text : '';
    const kept = this.#typed.find((one) => one.kind === kind && one.id === (note?.id ?? more.sheet));
    this.open({ kind, note: /** @type {Note} */ (note), text: kept?.text ?? began, began: kept?.began ?? began, ...more, ...kept?.more });
  }

  /** @param {Typed} typed @param {Shown} shown */
  openTyped(typed, shown) {
    this.openText(typed.kind, shown.note(typed.id) ?? shown.pad.find(({ id }) => id === typed.id), typed.more);
  }

  /** Keep a text that was refused, unless its writer has typed another one there since. @param {Typed} typed */
  giveBack(typed) {
    const newer = this.#typed.length !== this.#others(typed).length;
    if (newer) this.lose([...this.lost, { text: typed.text, why: this.t(`refused.${typed.why}`) }]);
    else this.#keepTyped([...this.#typed, typed]);
  }

  /** The text is saved, or is not wanted any more. @param {Pick<Typed, 'kind' | 'id'>} typed */
  forgetTyped(typed) {
    this.#keepTyped(this.#others(typed));
    this.context.redraw();
  }

  /** @param {Pick<Typed, 'kind' | 'id'>} typed */
  #others({ kind, id }) {
    return this.#typed.filter((one) => one.kind !== kind || one.id !== id);
  }

  /** @param {Typed[]} typed */
  #keepTyped(typed) {
    this.#typed = typed;
    this.context.keys.keepHalf(this.context.board, TYPED, typed.length ? typed : '');
  }

  /**
   * Send a new note and empty its box.
   * @param {string} key @param {string} text
   * @param {{ sheet: string, lane: string, row?: string, links?: Record<string, string[]> | null, about?: string[] }} where
   * @returns {string} the note's id
   */
  write(key, text, where) {
    const args = Object.fromEntries(Object.entries(where).filter(([, value]) => (Array.isArray(value) ? value.length : value)));
    const note = this.context.keys.randomId(16);
    this.#order.push(note);
    this.context.keys.keepHalf(this.context.board, ORDER, this.#order);
    this.context.emit('write', {
      note, text: text.trim(), ...args, sheet: where.sheet, lane: where.lane,
    });
    this.setText(key, '');
    return note;
  }

  /** Delete at once, and offer to undo it. @param {Note} note */
  remove(note) {
    this.context.emit('delete', { note: note.id });
    this.forgetTyped({ kind: 'note', id: note.id });
    this.open(null);
    this.context.toast(this.t('phone.deleted'), {
      label: this.t('phone.undo'),
      run: () => this.context.emit('restore', { note: note.id }),
    });
  }
}

/** The element that somebody answers in a round with a version, or WHOLE, and in which version; '' and 0 before they have begun. @param {PhoneState} ui @param {Round} round */
export function placeOf(ui, round) {
  const [n, id = ''] = (round.version ? ui.text(`${round.id}.at`) : '').split(' ');
  return { n: Number(n), id };
}

/** @param {PhoneState} ui @param {Round} round @param {number} n the version's number @param {string} id */
export function setPlace(ui, round, n, id) {
  const place = `${n} ${id}`;
  if (ui.text(`${round.id}.at`) !== place) ui.setText(`${round.id}.at`, place);
}

/** What a text that was begun in a round is about. @param {PhoneState} ui @param {Round} round @returns {string[]} */
export function aboutOf(ui, round) {
  return [placeOf(ui, round).id].filter((place) => place && place !== WHOLE);
}

/** The opening for writing in a round. @param {Shown} shown @param {Round} round @returns {Opening} */
export function openingOf(shown, round) {
  return (shown.round?.id === round.id && shown.me?.write)
    || { sheet: round.sheet ?? '', lanes: round.lanes ?? [], row: '', reach: 'own' };
}

/** @param {Shown} shown @param {Round} round @returns {At} */
function standing(shown, round) {
  const whole = shown.round?.id === round.id && shown.me?.scene === 'write' && !round.lanes?.length;
  return { round, opening: openingOf(shown, round), whole, stays: false };
}

/**
 * Follow the workshop to its round, except while a text is unfinished.
 * @param {PhoneState} ui @param {Shown} shown
 */
export function follow(ui, shown) {
  const { round, me } = shown;
  if (!round || !me) return;
  const half = (/** @type {Round} */ item) => ui.text(item.id).trim() !== '';
  if (!ui.at) {
    const left = shown.rounds.slice(0, shown.index).reverse().find(half);
    const from = left && me.can.includes('write') ? left : round;
    ui.at = { ...standing(shown, from), stays: from !== round };
  } else if (ui.at.round.id === round.id) {
    ui.at = standing(shown, round);
  } else if (half(ui.at.round)) {
    ui.at.stays = true;
  } else if (!ui.at.stays) {
    goOn(ui, shown);
  }
}

/** @param {PhoneState} ui @param {Shown} shown */
export function goOn(ui, shown) {
  if (!shown.round) return;
  ui.at = standing(shown, shown.round);
  ui.openBox = false;
  ui.picked = {};
  if (ui.tab !== 'pad') ui.tab = 'mine';
  scrollTo(0, 0);
}
