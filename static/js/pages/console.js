/**
 * The facilitator's console: the script on the left, what to say and do now in the middle, people and time on the
 * right; on a phone the same in four tabs. No rule may live here: the records' `can` says what is allowed.
 */
import { html, nothing } from '../../lib/lit-html.js';
import { giveBackAnswer } from './answers.js';
import { giveBackHome } from './console/alongside.js';
import { boardPanel, linkingButton, pictureFirst } from './console/board.js';
import { clockPanel } from './console/clock.js';
import { dialogs } from './console/dialogs.js';
import { giveBackEdit, keptEdits } from './console/kept.js';
import { askAgain, keepAsked } from './console/needed.js';
import { nowPanel, title } from './console/now.js';
import { homeSide, isProgramme, sittingPanel, teamLine } from './console/programme.js';
import { peoplePanel } from './console/people.js';
import { askAboutRehearsal, rehearsalBox } from './console/rehearsal.js';
import { advance, goBack, isTyping, scriptPanel } from './console/script.js';
import { nextVersionButton } from './console/versions.js';
import { hostedHolder, writeButton } from './console/write.js';
import { Door } from './door.js';
import { codeWords } from './qr.js';
import { at } from '../sync/keys.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Context} Context */
/**
 * @typedef {object} ConsoleState  what every panel of the console gets: local state, and the ways to change something
 * @property {Context} context
 * @property {import('../types.js').Emit} emit
 * @property {State} state
 * @property {(change: Partial<State>) => void} set  change local state and draw again
 * @property {() => void} shut  close the open dialog
 * @property {Door} door
 *
 * @typedef {object} State
 * @property {'script' | 'now' | 'people' | 'board'} tab   on narrow screens
 * @property {string} preview   a round that is previewed without going to it
 * @property {string} selected  a note
 * @property {string[] | null} gather  the notes that are being gathered; null while none are
 * @property {string} editing   a note whose text is being corrected
 * @property {Record<string, import('./console/kept.js').Correction>} edits  corrections that are not saved, by note
 * @property {string} sheet     the sheet in the picture, '' for the round's
 * @property {string} dialog    which dialog is open
 * @property {string} seat      whom the person dialog is about
 * @property {any} extra        what the open dialog fetched
 * @property {string} writer    for whom a note is written: '' myself, else a seat
 * @property {string} moving    a seat that is being moved between groups
 * @property {boolean} rounding the clock's buttons for the end of the time were used
 * @property {Record<string, any>} picked  for the next note of `round`: its `lane` and `links` (link-picker.js)
 * @property {{ kind: string, text: string, where: string } | null} doubt  what is asked about a text before it is saved, and its form
 * @property {Set<string>} sure  questions that were answered, as `kind text`
 * @property {string} fetching  the kind of file that is being fetched
 * @property {boolean} copying  a copy of the workshop is being made
 * @property {import('./console/handing.js').Handing | null} handing  to which programme what was picked is handed on
 * @property {string} size      the size of posters and pictures
 * @property {string} poster    which picture of a map a file holds; '' for the whole board
 * @property {import('./console/rehearsal.js').Wish | null} rehearsal  how the rehearsal goes; null until it was asked for
 * @property {import('./console/asks.js').Asking | null} asking  which question those who lead look at; null: the first without an answer
 * @property {string} adding    the lane that something is added to from home
 * @property {string[] | null} trial  the seats that were connected when a trial of one's own phone began; null when there is none
 */

/** Ms after which a message says that an op has not been saved. */
const SLOW = 3000;
/** What a tab is called: a programme has no script, and at its home what comes next stands where else people do. @param {string} name @param {Shown} shown */
function tabName(name, shown) {
  const own = isProgramme(shown) && (name === 'script' || (name === 'people' && shown.board?.scene === 'home'));
  return `console.tab.${name}${own ? '.programme' : ''}`;
}

/** The lane in which something was written from home, which needs nothing more (SPEC R45, R49). @param {Shown} shown @param {string} name @param {Record<string, any>} args */
function ofHome(shown, name, args) {
  const lane = name === 'write' && !args.kind && (args.fields || shown.board?.scene === 'home') ? shown.sheet(args.sheet)?.lanes.find(({ id }) => id === args.lane) : undefined;
  return lane?.needs?.length ? undefined : lane;
}

const TABS = /** @type {const} */ (['script', 'now', 'people', 'board']);

/** @param {Context} context @returns {import('../types.js').Page} */
export function start(context) {
  /** @type {ConsoleState} */
  const ui = {
    context,
    emit: context.emit,
    door: new Door(context),
    state: {
      tab: 'now', preview: '', selected: '', gather: null, editing: '', edits: keptEdits(context), sheet: '', dialog: '', seat: '', extra: null, writer: '', moving: '',
      rounding: false, picked: {}, doubt: null, sure: new Set(), fetching: '', copying: false, handing: null, size: 'a3', poster: '', trial: null, rehearsal: null, asking: null, adding: '',
    },
    set(change) {
      // The browser gives the focus back to what opened it, which it does not for a dialog that is only drawn away.
      if (change.dialog === '') /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog.console-dialog[open]'))?.close();
      Object.assign(ui.state, change);
      context.redraw();
    },
    // A question that was asked over another dialog leaves that one open.
    shut: () => ui.set(ui.state.dialog === 'withdrawal' ? { dialog: ui.state.extra.from, extra: ui.state.extra.extra } : { dialog: '', extra: null }),
  };
  let asked = '';
  /** Since when an op is pending; 0 when none is. */
  let waitingSince = 0;
  /** @type {Shown | null} */ let last = null;
  setInterval(() => context.redraw(), 1000);
  addEventListener('keydown', keys);
  return { render, changed };

  /** @param {Shown} shown */
  function render(shown) {
    last = shown;
    const { t } = shown;
    if (shown.connected === 'over') return over(shown);
    if (!shown.loaded || !shown.board || !shown.method) return html`<main class="console-wait"><p>${t('console.opening')}</p></main>`;
    // Between sittings there is nobody in a programme, and beside its home nothing to show of them.
    const people = !shown.board.sealed && (!isProgramme(shown) || shown.board.scene === 'home' || Boolean(shown.board.sitting));
    const tabs = TABS.filter((name) => name !== 'people' || people);
    const tab = tabs.includes(ui.state.tab) ? ui.state.tab : 'now';
    const first = pictureFirst(ui, shown);
    const parts = [html`<div class="console-now-part">${nowPanel(ui, shown, first)}</div>`, html`<div class="console-board-part">${boardPanel(ui, shown, first)}</div>`];
    return html`<div class=${`console ${shown.board.sealed ? 'console-done' : people ? '' : 'console-alone'} ${first ? 'console-drawn' : ''}`} data-tab=${tab}>
      ${head(shown)}
      <nav class="console-tabs" aria-label=${t('console.tabs')}>${tabs.map((name) => html`<button type="button"
        aria-current=${tab === name ? 'page' : 'false'} @click=${() => ui.set({ tab: name })}>${t(tabName(name, shown))}</button>`)}</nav>
      <aside class="console-script" aria-label=${t(tabName('script', shown))}>${scriptPanel(ui, shown)}</aside>
      ${shown.board.rehearsal && !shown.board.closed ? html`<aside class="console-rehearsal">${rehearsalBox(ui, shown)}</aside>` : nothing}
      <main class="console-now">
        ${first && shown.round ? html`<div class="console-first">${title(shown, shown.round)}${shown.round.version ? nextVersionButton(ui, shown) : writeButton(shown)}${linkingButton(ui, shown)}</div>${parts.reverse()}` : parts}
      </main>
      ${!people ? nothing : html`<aside class="console-people" aria-label=${t(shown.board.sitting ? 'console.tab.people' : tabName('people', shown))}>${shown.board.scene === 'home' ? homeSide(ui, shown) : nothing}${isProgramme(shown) && !shown.board.sitting ? nothing : peoplePanel(ui, shown)}</aside>`}
      <div class="console-clock">${isProgramme(shown) ? sittingPanel(ui, shown) : clockPanel(ui, shown)}</div>
    </div>${dialogs(ui, shown)}`;
  }

  /** @param {Shown} shown */
  function head(shown) {
    const { t, board, method } = shown;
    const code = ui.door.of(board)?.code;
    const line = board?.door ? t('console.door_open') : t('console.door_closed');
    return html`<header class="console-head">
      <a class="brand" href=${at('/')}>Tavle</a>
      <p class="console-title">${board?.rehearsal ? html`${t('rehearsal.name')} · ` : nothing}<strong>${shown.say(method?.title)}</strong>${board?.venue ? html` · ${board.venue}` : nothing}</p>
      <div class="console-head-acts">
        ${isProgramme(shown) ? teamLine(ui, shown) : nothing}
        ${board?.closed || (isProgramme(shown) && !board?.sitting) ? nothing : html`<button type="button" class="console-door" @click=${() => ui.set({ dialog: 'door', extra: null })}>
          ${code && board?.door ? html`<span class="console-code"><strong>${codeWords(code)}</strong><span class="console-door-line"> · </span></span>` : nothing}<span class=${code && board?.door ? 'console-door-line' : ''}>${line}</span></button>`}
        ${shown.me?.lent ? html`<a class="button" href=${at(`/b/${context.board}`)}>${t('console.own_page')}</a>` : nothing}
        <button type="button" class="button" @click=${openWall}>${t('console.show_wall')}</button>
        <button type="button" class="button" @click=${() => ui.set({ dialog: 'more' })}>${t('console.more')}</button>
      </div>
    </header>${trouble(shown)}`;
  }

  async function openWall() {
    // In the first second it is not known yet.
    if (!ui.door.info) await ui.door.look();
    const wall = ui.door.info?.wall;
    if (wall) window.open(typeof wall === 'string' ? wall : /** @type {any} */ (wall).url, '_blank', 'noopener');
    else ui.set({ dialog: 'door' });
  }

  /** @param {Shown} shown */
  function trouble(shown) {
    const slow = waitingSince && performance.now() - waitingSince > SLOW;
    const key = shown.connected === 'away' ? (shown.unkept ? 'console.away_open' : 'console.away') : shown.trouble ? 'console.store_away' : slow ? 'console.slow' : '';
    return key ? html`<p class="banner warn console-trouble" role="status">${shown.t(key)}</p>` : nothing;
  }

  /** @param {Shown} shown */
  function over(shown) {
    const reason = shown.closeReason || 'unknown';
    return html`<main class="console-wait"><h1>${shown.t(`close.${reason}.title`)}</h1><p>${shown.t(reason === 'no_access' && isProgramme(shown) ? 'programme.no_access' : `close.${reason}`)}</p>
      <p><a class="button" href=${at('/')}>${shown.t('console.to_front')}</a></p></main>`;
  }

  /** @param {Shown} shown @param {Shown | null} earlier */
  function changed(shown, earlier) {
    waitingSince = shown.waiting ? waitingSince || performance.now() : 0;
    if (!shown.loaded || !shown.board) return;
    document.title = `${shown.say(shown.round?.title)} · ${shown.board.title}`;
    context.keys.remember(context.board, {
      title: shown.board.title, method: shown.method?.id ?? '', venue: shown.board.venue, lang: shown.board.lang, keep: shown.method?.keep,
    });
    const stamp = `${shown.board.door} ${shown.board.sitting} ${shown.connected}`;
    if (shown.connected === 'yes' && stamp !== asked) {
      asked = stamp;
      void ui.door.look();
    }
    for (const { reason, name, args } of context.store?.takeRefusals() ?? []) {
      if (args?.fields && !ofHome(shown, name, args)) askAgain(ui, shown, name, args, reason);
      else context.toast(context.t(`refused.${reason}`));
    }
    giveBack(shown);
    // Who gets the floor without a phone is who is written for, until somebody else is chosen.
    const speaks = hostedHolder(shown)?.id;
    if (speaks && earlier && speaks !== hostedHolder(earlier)?.id) ui.set({ writer: speaks });
    askAboutRehearsal(ui, shown);
    if (earlier?.board && earlier.board.round !== shown.board.round) {
      Object.assign(ui.state, { preview: '', selected: '', gather: null, editing: '', sheet: '', rounding: false });
      // Somebody else went on: the question whether to is answered.
      if (ui.state.dialog === 'next') Object.assign(ui.state, { dialog: '', extra: null });
      context.announce(shown.say(shown.round?.title));
      document.querySelector('.console-now')?.scrollTo(0, 0);
      context.redraw();
    }
    if (earlier?.board && Boolean(earlier.board.closed) !== Boolean(shown.board.closed)) document.querySelector('.console-now')?.scrollTo(0, 0);
  }

  /** Put a refused text back into its box. @param {Shown} shown */
  function giveBack(shown) {
    for (const item of shown.returned) {
      if (item.name === 'edit' || item.args.act === 'edit') {
        giveBackEdit(ui, item.args);
        context.store?.forget(item);
        continue;
      }
      const home = ofHome(shown, item.name, item.args);
      if (home) {
        if (giveBackHome(ui, item.args, Boolean(home.asks))) context.store?.forget(item);
        continue;
      }
      // It is asked for with its answers again.
      if (item.args.fields) {
        keepAsked(ui, item.name, item.args);
        context.store?.forget(item);
        continue;
      }
      if (item.name === 'set') {
        if (!giveBackAnswer(context, item.args)) continue;
        ui.set({ selected: item.args.note });
        context.store?.forget(item);
        continue;
      }
      // Its form is closed when it is sent: it opens again with the same notes, and with the heading at the next look.
      if (item.name === 'gather' && !ui.state.gather) ui.set({ gather: item.args.notes, selected: '', editing: '' });
      const box = /** @type {HTMLTextAreaElement | null} */ (document.querySelector(
        ['pad', 'pick', 'gather'].includes(item.name) ? `[name="${item.name}"]` : item.args.kind === 'heading' ? '[name="heading"]' : '.composer [name="text"]'));
      if (!box || box.value) continue;
      box.value = item.args.text ?? '';
      // As if it had been typed: it is kept in this browser in place of the op.
      box.dispatchEvent(new Event('input', { bubbles: true }));
      context.store?.forget(item);
    }
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (!last?.board || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    // A programme has no next round and no clock, and no door but that of a sitting.
    if (isProgramme(last) && (event.key.startsWith('Arrow') || event.key === '+' || (event.key.toLowerCase() === 'd' && !last.board.sitting))) return;
    switch (event.key) {
      case 'ArrowRight': advance(ui, last); break;
      case 'ArrowLeft': goBack(ui, last); break;
      case '+': ui.emit('timer', { act: 'add', minutes: 1 }); break;
      case 'u': case 'U': ui.emit('undo'); break;
      case 'd': case 'D': ui.emit('door', { open: !last.board.door }); break;
      case '?': ui.set({ dialog: 'help' }); break;
      default: return;
    }
    event.preventDefault();
  }
}
