/**
 * Composition root of every page: creates texts, keys, store and connection, imports the module of the page that
 * `document.body.dataset.page` names (`PAGES`), and renders it.
 *
 * How a page is made
 *   HTML: <body data-page="wall"> with <div id="page"></div>; `data-key="wall"` names the key role
 *         (facilitator, participant, wall) of a page that opens a board, `data-texts="room"` more texts.
 *   Board id: the last part of the path (/b/{board}, /console/{board}, /wall/{board}).
 *   Module: `export function start(context)` returns a Page `{ render(shown), changed?(shown, earlier) }`.
 *         `render` only draws, with lit-html; local state is in `start`'s closure, and `context.redraw()` renders it.
 *         Ops are sent with `context.emit(name, args)`; see types.d.ts for Context and Shown.
 *   At most one render per frame, and none for notes that are only being dragged: `document` has an event `drags` then,
 *         with the Shown as its detail. If a render removed the focused element, the focus moves to
 *         the element `heading`, not to the top of the page.
 *   Language: what this browser chose, else the workshop's own, else Danish.
 *
 * No drawing of a page and no rule may live here.
 */
import { html, nothing, render } from '../lib/lit-html.js';
import { watchLengths } from './pages/lengths.js';
import * as keys from './sync/keys.js';
import { Unsent, dropUnsent } from './sync/unsent.js';
import { Text, fetchText, pickLang } from './text.js';

/** @typedef {import('./types.js').Shown} Shown */
/** @typedef {import('./types.js').Context} Context */
/** @typedef {import('./types.js').Page} Page */

const TOAST_FOR = 8000;
/** Ms between two searches for unsent ops of pages that have closed. */
const ABANDONED_EVERY = 10_000;

const PAGES = {
  front: () => import('./pages/front.js'),
  join: () => import('./pages/join.js'),
  phone: () => import('./pages/phone.js'),
  wall: () => import('./pages/wall.js'),
  console: () => import('./pages/console.js'),
  leader: () => import('./pages/leader.js'),
  notice: () => import('./pages/notice.js'),
};

const body = document.body;
const page = /** @type {keyof typeof PAGES} */ (body.dataset.page ?? 'front');
const role = /** @type {keys.KeyRole | ''} */ (body.dataset.key ?? '');
const board = role ? decodeURIComponent(location.pathname.split('/').filter(Boolean).pop() ?? '') : '';
/** Where the board's WebSockets are. */
const socketAddress = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${keys.at('/ws')}/${board}`;
/** The first one, which opens while the rest of the page comes: the server waits for its hello. */
const opening = role && !location.hash && !keys.socketsBlocked() && keys.token(board, role)
  ? import('./sync/connection.js').then(({ openSocket }) => openSocket(socketAddress), () => null) : null;
const root = /** @type {HTMLElement} */ (document.getElementById('page'));

const text = new Text(pickLang(keys.lang(), keys.workshops()[board]?.lang), async (name, lang) => {
  // Some pages contain their texts, which saves a request.
  const here = name ? '' : document.getElementById('texts')?.textContent;
  return (here && JSON.parse(here)[lang]) || fetchText(name, lang);
});
document.documentElement.lang = text.lang;

/** @type {Page | null} */ let drawn = null;
/** @type {import('./sync/store.js').Store | null} */ let store = null;
/** @type {Shown | null} */ let earlier = null;
let asked = false;
/** Whether something else than dragged notes has changed since the last frame. */
let whole = false;
/** The workshop's language that this page has switched to, or has tried to. */
let followed = '';
/** @type {Element | null} */ let focused = null;
/** This page's token. */
let secret = '';
/** Why a way back was not opened: a key under `close.`; '' when none was refused. */
let refused = '';
/** The way back to try again. */
let wayBack = '';

function redraw() {
  whole = true;
  ask();
}

function ask() {
  if (asked || !drawn) return;
  asked = true;
  // A hidden page gets no animation frames, but its title and announcements must still be updated.
  if (document.visibilityState === 'hidden') setTimeout(draw, 50);
  else requestAnimationFrame(draw);
}

function draw() {
  asked = false;
  if (!drawn) return;
  let shown = store ? store.shown() : empty();
  if (!whole) {
    document.dispatchEvent(new CustomEvent('drags', { detail: shown }));
    return;
  }
  whole = false;
  const own = shown.board?.lang ?? '';
  if (own && own !== followed) {
    followed = own;
    if (own !== text.lang && !keys.lang()) return void speak(own);
  }
  if ((shown.board?.rehearsal || shown.method?.keep === 'nothing') && role) shown = keepNothing(shown);
  renderPage(shown);
  // After a fail-over the last seconds of changes may be lost: ask people to check.
  if (earlier && shown.again > earlier.again && page !== 'wall') toast(text.t('line.again'));
  drawn.changed?.(shown, earlier);
  if (store) sayOwed(shown);
  earlier = shown;
  if (focused && !focused.isConnected && document.activeElement === document.body) {
    // While a part of the page is being fetched there is no heading; a later render tries again.
    document.getElementById('heading')?.focus({ preventScroll: true });
  }
}

/**
 * A rehearsal, or a workshop that keeps nothing, is not listed among this browser's workshops, and nothing is left when it is over; its page then says that.
 * @param {Shown} shown @returns {Shown}
 */
function keepNothing(shown) {
  if (shown.connected !== 'over') keys.unlist(board, /** @type {keys.KeyRole} */ (role), secret);
  else if (shown.closeReason === 'gone') {
    void dropUnsent(board);
    keys.forget(board);
    store?.setConnection('over', shown.board?.rehearsal ? 'rehearsal' : 'nothing_kept');
  }
  return store?.shown() ?? shown;
}

/**
 * Render the page; one whose nodes somebody else has moved, such as a browser's translation, is rendered from nothing.
 * @param {Shown} shown
 */
function renderPage(shown) {
  const made = /** @type {Page} */ (drawn).render(shown);
  try {
    render(made, root);
  } catch (error) {
    console.warn(error);
    delete (/** @type {any} */ (root))['_$litPart$'];
    root.replaceChildren();
    render(made, root);
  }
}

/**
 * Let texts follow the state on a page that the browser translates. It puts elements of its own in the place of text
 * nodes; lit-html would go on writing into the nodes that it made, which are on the page no more. So a text whose node
 * was replaced is put there again, and no text node marks where a part of the page ends.
 */
function followTranslation() {
  const part = Object.getPrototypeOf(render(nothing, document.createElement('p')));
  const set = part._$AI;
  /** @param {any} value */
  const isText = (value) => value !== nothing && value !== null && value !== '' && ['string', 'number'].includes(typeof value);
  /** @this {any} @param {any[]} args */
  part._$AI = function put(...args) {
    const end = this._$AB;
    if (end?.nodeType === Node.TEXT_NODE) this._$AB = end.parentNode.insertBefore(document.createComment(''), end);
    if (isText(args[0]) && isText(this._$AH) && args[0] !== this._$AH) {
      const own = this._$AA.nextSibling;
      if (own?.nodeType !== Node.TEXT_NODE || own.nextSibling !== (this._$AB ?? null)) this._$AH = nothing;
    }
    return set.apply(this, args);
  };
}

/** Change the language, and render again. @param {import('./types.js').Lang} lang */
async function speak(lang) {
  if (lang !== text.lang) await text.change(lang);
  document.documentElement.lang = text.lang;
  store?.touch();
  redraw();
}

/** The `Shown` of a page without a board. */
function empty() {
  return /** @type {any} */ ({ loaded: false, lang: text.lang, t: text.t, say });
}

/** @param {import('./types.js').Both | undefined | null} both */
function say(both) {
  return both ? both[text.lang] || both.da : '';
}

/** One line for screen readers. @param {string} line */
function announce(line) {
  const place = document.getElementById('announce');
  if (!place) return;
  place.textContent = '';
  // The same text again is announced only if it changes in between.
  setTimeout(() => { place.textContent = line; }, 30);
}

/** What is said once the server has answered all that was sent. @type {{ line: string, refusals: number, waits: boolean } | null} */ let owed = null;

/** That something is saved is the server's word: until then nothing is said, and without a connection that it waits here. @param {string} line */
function saved(line) {
  owed = { line, refusals: store?.refusals ?? 0, waits: false };
  redraw();
}

/** @param {Shown} shown */
function sayOwed(shown) {
  if (!owed) return;
  const { line, refusals, waits } = owed;
  // The page says itself why something was refused.
  if (shown.connected === 'over' || store?.refusals !== refusals) owed = null;
  else if (shown.connected === 'yes' && !shown.waiting) {
    owed = null;
    announce(line);
  } else if (shown.connected === 'away' && !waits && (shown.kept || shown.unkept)) {
    owed.waits = true;
    announce(text.t(shown.unkept ? 'note.waits_open' : 'note.waits'));
  }
}

/** @type {any} */ let toastTimer = 0;

/** @param {string} line @param {{ label: string, run(): void }} [action] */
function toast(line, action) {
  const place = document.getElementById('toast');
  if (!place) return;
  clearTimeout(toastTimer);
  const hide = () => render(nothing, place);
  const act = () => { hide(); action?.run(); };
  render(html`<div class="toast"><span>${line}</span>${action
    ? html`<button type="button" class="toast-act" @click=${act}>${action.label}</button>` : nothing}</div>`, place);
  toastTimer = setTimeout(hide, TOAST_FOR);
}

/** Adds the elements for announcements and toasts, which are outside the rendered page. */
function furnish() {
  const live = document.createElement('div');
  live.id = 'announce';
  live.className = 'sr-only';
  live.setAttribute('role', 'status');
  const toasts = document.createElement('div');
  toasts.id = 'toast';
  toasts.setAttribute('role', 'status');
  body.append(live, toasts);
}

/** A link that is opened in a tab of the same board changes only the fragment: begin again with it. */
function startAgain() {
  if (/[#&][kr]=/u.test(location.hash)) location.reload();
}

/** @returns {Context} */
function makeContext() {
  const emit = Object.assign(() => 0, { drag() {}, words() {} });
  return {
    page, board, role, emit, t: text.t, say, keys, store: null, redraw, toast, announce, saved,
    lang: () => text.lang,
    async setLang(chosen) {
      keys.keepLang(chosen);
      await speak(chosen);
    },
    async followLang(lang) {
      if (!keys.lang()) await speak(pickLang(lang));
    },
    async loadText(name) {
      await text.load(name);
      store?.touch();
      redraw();
    },
    forget(forgotten, as) {
      void dropUnsent(forgotten, as && keys.token(forgotten, as));
      keys.forget(forgotten, as);
    },
    api: () => import('./sync/api.js'),
    token: () => secret,
    again() {
      if (wayBack) history.replaceState(history.state, '', `${location.pathname}#r=${wayBack}`);
      location.reload();
    },
  };
}

/** Wire a board's page: store, connection, and emit. @param {Context} context @param {keys.KeyRole} as */
async function openBoard(context, as) {
  const fragment = keys.takeFragment();
  addEventListener('hashchange', startAgain);
  if (fragment.k) keys.keep(board, as, fragment.k);
  // If nothing can be stored, the fragment's token is used until the page is left.
  secret = fragment.k || keys.token(board, as);
  if (fragment.r && as === 'participant') await comeBack(fragment.r);
  const [{ Store }, { Connection }, unsent] = await Promise.all([
    import('./sync/store.js'), import('./sync/connection.js'), secret ? Unsent.open(board, as, secret) : null,
  ]);
  if (!unsent) {
    if (as === 'participant' && !refused) location.replace(keys.at('/join'));
    return new Store({ text: () => text });
  }
  const made = new Store({ keeper: unsent, text: () => text, changed: redraw });
  const connection = new Connection({
    url: socketAddress,
    opening: await opening,
    board,
    token: secret,
    store: made,
    changed: redraw,
    moved: ask,
  });
  setInterval(async () => {
    if (made.shown().connected !== 'yes') return;
    made.adopt(await unsent.abandoned());
    connection.switchSeries();
  }, ABANDONED_EVERY);
  addEventListener('pagehide', ({ persisted }) => {
    // A page in the back-forward cache may be shown again, and then continues its own series.
    if (!persisted) unsent.leave(made.leaves());
  });
  /** @type {(name: string, args?: Record<string, any>) => number} */
  const propose = (name, args = {}) => {
    const op = made.propose(name, args);
    connection.send(op);
    redraw();
    return op.n;
  };
  context.emit = Object.assign(propose, {
    /** @param {string} note @param {number | null} x @param {number | null} y */
    drag: (note, x, y) => connection.drag(note, x, y),
    /** @param {(number | string)[]} said */
    words: (said) => connection.words(said),
  });
  connection.start();
  return made;
}

/** Open a way back, once. @param {string} key */
async function comeBack(key) {
  const back = await import('./sync/back.js');
  ({ secret, problem: refused } = await back.comeBack(board, key));
  wayBack = refused === 'has_device' || refused === 'offline' ? key : '';
}

async function run() {
  followTranslation();
  furnish();
  watchLengths(text.t);
  document.addEventListener('focusin', ({ target }) => { focused = /** @type {Element} */ (target); });
  const context = makeContext();
  const more = (body.dataset.texts ?? '').split(' ').filter(Boolean);
  const [module] = await Promise.all([
    PAGES[page](),
    ...['', ...more].map((name) => text.load(name)),
  ]);
  if (role) {
    store = await openBoard(context, role);
    context.store = store;
    if (!context.token()) store.setConnection('over', refused || 'no_access');
  }
  drawn = /** @type {Page} */ (module.start(context));
  redraw();
}

void run();
