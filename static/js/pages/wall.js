/**
 * The wall: the shared screen. Read-only, readable from the back row, and drawn only from the records it gets.
 * `board.scene` chooses the picture in the middle; it must not be derived from the method.
 */
import { html, nothing, repeat } from '../../lib/lit-html.js';
import { besideStrip } from '../board/beside.js';
import { boardPicture } from '../board/boards.js';
import { cyclePicture } from '../board/cycle.js';
import { hyphenate, ready } from '../board/hyphenate.js';
import { told } from '../board/told.js';
import { OwnSteps, hangingSheets, partsOf, untilNext } from '../board/walk.js';
import { besideGroups } from '../forms/index.js';
import { mapShows } from '../forms/over.js';
import { arrivals } from './arrivals.js';
import { circle, keeps, therest } from './circle.js';
import { Door } from './door.js';
import { today } from '../notes/days.js';
import { drawPile } from '../notes/draw.js';
import { Earlier } from '../notes/earlier.js';
import { asShownThen, versionNow } from '../notes/frozen.js';
import { notesOn, sheetNow } from '../notes/query.js';
import { clockTime, dayAndTime, dayWords, listed } from '../text.js';
import { codeWords, qrCode, shortAddress } from './qr.js';
import { countDots, initial, timeRing, turnDots } from './ring.js';

/** @typedef {import('../types.js').Shown} Shown */
/** @typedef {import('../types.js').Context} Context */

/** The font sizes of notes on the wall, px at a height of 1080 px. */
const TYPE = { most: 38, least: 22 };
const TICK = 5000;
/** A title of more letters is set smaller, so that all of it stands on the wall. */
const LONG_TITLE = 84;
/** Of more parts than this only three stand in the foot. */
const MOST_PARTS = 4;
/** What is hyphenated beside the board pictures. */
const HYPHENED = '.wall-head h1, .wall-asked, .wall-instruction, .wall-say, .table';

/** @param {Context} context @returns {import('../types.js').Page} */
export function start(context) {
  const door = new Door(context);
  let digits = false;
  let asked = '';
  const steps = new OwnSteps();
  const earlier = new Earlier(context);
  /** @type {Shown | null} */ let last = null;
  /** Draws the next part when the walk goes by itself. */
  let following = 0;
  /** The part that the picture shows large by itself. */
  let large = '';
  /** Whether the whole sheet can be read at once, as far as this screen has seen. */
  let whole = true;
  /** The last private round shown on this screen: its notes turn over when they are revealed. */
  let hushed = '';
  /** The picture in the middle, by scene; in all other scenes it is the board. */
  const middle = new Map([['welcome', welcome], ['write', writing], ['group', tables], ['present', plenum], ['ring', circle], ['home', home]]);
  void stayAwake();
  setInterval(() => context.redraw(), TICK);
  addEventListener('keydown', keys);

  return { render, changed };

  /** In a round that shows a version the wall has that, and nothing of what was changed since, unless somebody looks further back. @param {Shown} given */
  function render(given) {
    const now = asShownThen(given);
    const sheet = now.board && middleSheet(now);
    const shown = earlier.seen(given, sheet?.id, sheet ? steps.part(now, sheet) : '');
    last = shown;
    if (shown.connected === 'over') return over(shown);
    if (!shown.loaded || !shown.board || !shown.method) return html`<main class="wall wall-wait"><p>${shown.t('wall.opening')}</p></main>`;
    const { scene } = shown.board;
    const awaits = shown.round?.version && !shown.board.closed && !versionNow(shown);
    const tight = scene === 'present' || scene === 'group' || !middle.has(scene);
    return html`<main class=${`wall scene-${scene} ${tight ? 'wall-tight' : ''}`}>
      ${head(shown)}
      <section class="wall-board">${(awaits ? unshown : middle.get(scene) ?? board)(shown)}</section>
      ${foot(shown)}
      ${trouble(shown)}
    </main>${doorScreen(shown)}`;
  }

  /** @param {Shown} shown @param {Shown | null} earlier */
  function changed(shown, earlier) {
    if (!shown.loaded || !shown.board) return;
    // In rounds without a picture nothing is large.
    if (large && !document.querySelector('.wall-board > board-stage, .working board-stage')) onLarge('');
    clearTimeout(following);
    const wait = untilNext(shown, shown.board.walk.since || steps.since(shown));
    if (wait) following = window.setTimeout(() => context.redraw(), wait);
    if (ready(shown.board.lang, context.redraw)) hyphenate(document.querySelectorAll(HYPHENED));
    if (document.title !== shown.board.title) document.title = shown.board.title;
    const stamp = `${shown.board.door} ${shown.board.sitting} ${shown.connected}`;
    if (shown.connected === 'yes' && stamp !== asked) {
      asked = stamp;
      void door.look();
    }
    if (earlier?.board && earlier.board.round !== shown.board.round) context.announce(shown.say(shown.round?.title));
    const turn = shown.turns.get('all');
    if (turn?.holder && turn.holder !== earlier?.turns.get('all')?.holder) {
      context.announce(`${shown.t('wall.has_word')}: ${shown.called(turn.holder)}`);
    }
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Above the picture only these two keys are the wall's: Escape closes the code.
    if (doorDialog()?.open && !/^[cf]$/iu.test(event.key)) return;
    switch (event.key.toLowerCase()) {
      case 'c':
        toggleDoor();
        break;
      case 'f':
        if (document.fullscreenElement) void document.exitFullscreen();
        else void document.documentElement.requestFullscreen?.().catch(() => {});
        break;
      case 'arrowright':
        step(1);
        break;
      case 'arrowleft':
        step(-1);
        break;
      case 'escape':
        goTo('');
        break;
      case 't':
        digits = !digits;
        context.redraw();
        break;
      default:
    }
  }

  /** The sheet in the middle. @param {Shown} shown */
  function middleSheet(shown) {
    return besideGroups(shown) ?? steps.sheet(shown, hanging(shown)) ?? sheetNow(shown);
  }

  /** What hangs after the close. @param {Shown} shown */
  function hanging(shown) {
    return hangingSheets(shown, sheetNow(shown));
  }

  /** Another part of the sheet, on this wall only. @param {number} by */
  function step(by) {
    if (!last) return;
    const stage = /** @type {import('../board/stage.js').BoardStage | null} */ (document.querySelector('.wall-board board-stage'));
    if (!steps.stepOver(last, hanging(last), by, stage?.large ?? '')) steps.step(last, middleSheet(last), by, stage?.large || steps.part(last, middleSheet(last)), whole);
    context.redraw();
  }

  /** A part that was tapped in the overview. @param {string} part */
  function goTo(part) {
    steps.go(part, last?.now() ?? 0);
    context.redraw();
  }

  /** @returns {HTMLDialogElement | null} */
  function doorDialog() {
    return document.querySelector('dialog.door-screen');
  }

  function toggleDoor() {
    const dialog = doorDialog();
    if (!dialog) return;
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  /** The picture shows another part large by itself. @param {string} part */
  function onLarge(part) {
    if (last && !steps.part(last, middleSheet(last))) {
      whole = !part;
      // A wall that hangs after the close reads all of it by itself, where it cannot be read at once.
      steps.alone = !whole;
    }
    if (part === large) return;
    large = part;
    // The picture says so while the page is being drawn.
    queueMicrotask(context.redraw);
  }

  /** @param {Shown} shown */
  function head(shown) {
    const { board, method } = shown;
    // A welcome is no round yet, and a ring lists its rounds itself.
    const place = board?.scene === 'home' ? board.venue : board?.closed ? shown.t('wall.thanks') : board?.scene === 'welcome' || board?.scene === 'ring' || method?.keep === 'programme' ? shown.say(shown.round?.title)
      : shown.t('wall.round', { n: shown.index + 1, all: shown.rounds.length, title: shown.say(shown.round?.title) });
    if (board?.scene === 'gallery') return galleryHead(shown, place);
    return html`<header class="wall-head">
      <div class="wall-what">
        <p class="wall-kicker">${board?.rehearsal ? html`${shown.t('rehearsal.name')}<span aria-hidden="true"> · </span>` : nothing}${shown.say(method?.title)}${place ? html`<span aria-hidden="true"> · </span>${place}` : nothing}${theme(shown)}${edition(shown)}</p>
        <h1 class=${(board?.title.length ?? 0) > LONG_TITLE ? 'is-long' : ''} lang=${shown.lang}>${board?.title}</h1>
        ${mapShows(shown, middleSheet(shown)) ? nothing : besideStrip(shown, { cut: true })}
        ${board?.scene === 'welcome' ? html`<p class="wall-instruction" lang=${shown.lang}>${board.ahead ? shown.t('wall.day', { day: dayAndTime(board.day, shown) }) : shown.say(shown.round?.instruction)}</p>` : nothing}
      </div>
      ${board?.scene === 'welcome' ? bigDoor(shown) : joinBox(shown)}
    </header>`;
  }

  /** Which version of a map it is. @param {Shown} shown */
  function edition(shown) {
    const version = shown.then?.version;
    return version ? html`<span aria-hidden="true"> · </span>${shown.t('cycle.version', { n: version.n })}<span aria-hidden="true"> · </span>${dayWords(version.day, shown)}` : nothing;
  }

  /** What the cards are about. @param {Shown} shown */
  function theme({ deck, round, say }) {
    return deck?.title.da && deck.sheet === round?.sheet ? html`<span aria-hidden="true"> · </span>${say(/** @type {import('../types.js').Both} */ (deck.title))}` : nothing;
  }

  /** While people walk around and read, what to do stands large. @param {Shown} shown @param {string} place */
  function galleryHead(shown, place) {
    return html`<header class="wall-head"><div class="wall-what">
      <p class="wall-kicker">${shown.say(shown.method?.title)}<span aria-hidden="true"> · </span>${place}${theme(shown)}</p>
      <h1 lang=${shown.lang}>${shown.say(shown.round?.instruction)}</h1>${besideStrip(shown, { cut: true })}</div>${joinBox(shown)}</header>`;
  }

  /** @param {Shown} shown */
  function joinBox(shown) {
    if (shown.board?.closed) return nothing;
    // Nobody waits to come in to a programme without a meeting.
    if (!shown.board?.door && shown.method?.keep === 'programme') return nothing;
    if (!shown.board?.door) return html`<p class="wall-closed-door">${shown.t('wall.door_closed')}</p>`;
    const info = door.of(shown.board);
    if (!info) return nothing;
    return html`<button type="button" class="way-in" @click=${toggleDoor} aria-label=${shown.t('wall.show_code')}>
      <span class="way-in-words"><span class="way-in-at">${shown.t('wall.join_at', { url: shortAddress(info.url) })}</span>
      <span class="way-in-code">${codeWords(info.code)}</span></span>
      ${qrCode(info.qr, shown.t('wall.qr'))}
    </button>`;
  }

  /** @param {Shown} shown */
  function bigDoor(shown) {
    const info = door.of(shown.board);
    if (!shown.board?.door) return html`<p class="big-door-closed">${shown.t('wall.door_closed')}</p>`;
    if (!info) return nothing;
    return html`<div class="big-door">
      ${qrCode(info.qr, shown.t('wall.qr'))}
      <p class="big-door-how">${shown.t('wall.scan_or', { url: shortAddress(info.url) })}</p>
      <p class="big-door-code">${codeWords(info.code)}</p>
    </div>`;
  }

  /** @param {Shown} shown */
  function doorScreen(shown) {
    return html`<dialog class="door-screen" aria-label=${shown.t('wall.join_title')} @click=${toggleDoor}>
      ${bigDoor(shown)}
      <button type="button" class="button" @click=${(/** @type {Event} */ event) => { event.stopPropagation(); toggleDoor(); }}>
        ${shown.t('wall.close')}</button>
    </dialog>`;
  }

  /* ---- the middle ---- */

  /** The empty board itself, as it will be filled, and who has come. @param {Shown} shown */
  function welcome(shown) {
    return html`<div class="welcome">${shown.sheets.length ? boardPicture(shown, { type: TYPE }) : nothing}${arrivals(shown)}</div>`;
  }

  /** A round that shows a version, before there is one. @param {Shown} shown */
  function unshown(shown) {
    const title = shown.say(shown.sheet(shown.round?.version)?.title);
    return html`<div class="poster"><p class="poster-line">${shown.t('answer.soon', { title })}</p></div>`;
  }

  /** @param {Shown} shown */
  function writing(shown) {
    const { t, progress } = shown;
    hushed = shown.board?.round ?? '';
    const sheets = Math.max(progress.wrote, Object.values(progress.piles).flatMap(Object.values).reduce((sum, n) => sum + n, 0));
    return html`<div class="writing">
      <p class="wall-instruction" lang=${shown.lang}>${shown.say(shown.round?.instruction)}</p>
      <div class="writing-pile">${drawPile(sheets, { words: t('wall.wrote', { n: progress.wrote, all: progress.people }), most: 40 })}</div>
      <p class="wall-hush">${t(shown.board?.who_sees === 'own_until_reveal' ? 'wall.only_you_until' : 'wall.only_you')}</p>
    </div>`;
  }

  /** @param {Shown} shown */
  function tables(shown) {
    const { t } = shown;
    const line = besideGroups(shown);
    const many = shown.groups.length;
    const size = line ? 'tables-strip' : many > 6 ? 'tables-many' : many < 5 ? `tables-few ${many === 4 ? 'tables-four' : ''}` : '';
    return html`<div class=${`working ${line ? 'working-beside' : ''}`}>
      <div class="working-groups">
        ${line ? nothing : html`<p class="wall-instruction" lang=${shown.lang}>${shown.say(shown.round?.instruction)}</p>`}
        <ul class=${`tables ${size}`}>${shown.groups.map((group) => html`<li class="table">
          <h3><span class="disc">${group.number}</span><span class=${line ? 'sr-only' : ''}>${t('boards.group', { n: group.number })}</span></h3>
          <ul>${shown.people.filter((seat) => seat.group === group.id && seat.role !== 'listener')
            .map((seat) => html`<li>${shown.called(seat.id)}${seat.remote ? html` <small>${t('wall.from_home')}</small>` : nothing}</li>`)}</ul>
        </li>`)}</ul>
      </div>
      ${line ? boardPicture(shown, { sheet: line.id, type: TYPE, part: steps.part(shown, line), onPart: goTo, onLarge }) : nothing}
    </div>`;
  }

  /** @param {Shown} shown */
  function plenum(shown) {
    const { t } = shown;
    const holder = shown.groups.find((group) => group.id === shown.turns.get('groups')?.holder);
    const up = shown.groups.filter((group) => group.shown).map((group) => group.id);
    if (holder && !holder.shown || !up.length) {
      return html`<div class="poster"><p class="poster-line">${holder ? t('wall.group_ready', { n: holder.number }) : t('wall.groups_next')}</p>
        <p class="wall-instruction" lang=${shown.lang}>${shown.say(shown.round?.instruction)}</p></div>`;
    }
    // Each group's sheet is a separate picture, so that it slides in.
    return html`<div class="plenum">${repeat([holder?.id ?? ''], (id) => id, (id) => boardPicture(shown, { type: TYPE, groups: up, focus: id || undefined, part: steps.part(shown, middleSheet(shown)), onPart: goTo, onLarge }))}${questionsForAll(shown)}</div>`;
  }

  /** The questions that a round asks everybody, until the last group has been asked. @param {Shown} shown */
  function questionsForAll(shown) {
    const turn = shown.turns.get('groups');
    const questions = turn && !turn.holder && !turn.queue.length ? [] : shown.round?.questions ?? [];
    return questions.length ? html`<ol class="wall-asked" aria-label=${shown.t('console.ask')} lang=${shown.lang}>${questions.map((one) => html`<li>${shown.say(one)}</li>`)}</ol>` : nothing;
  }

  /** The board, with the round's title and instruction in the bottom bar. @param {Shown} shown */
  function board(shown) {
    const day = today(shown.now());
    // While those who lead answer questions that only they see, it stays where the programme stands.
    if (shown.cycle && !shown.board?.closed && middleSheet(shown)?.lanes.every(({ asks }) => asks?.field)) return home(shown);
    const sheet = shown.board?.closed ? middleSheet(shown)?.id ?? '' : '';
    return html`${repeat([sheet], (id) => id, () => boardPicture(shown, {
      ...(sheet ? { sheet } : {}), type: TYPE, day, piles: true, telling: shown.board?.scene === 'turn', part: steps.part(shown, middleSheet(shown)), onPart: goTo, onLarge, arriving: hushed === shown.board?.round, groups: shown.groups.filter((group) => group.shown).map((group) => group.id),
    }))}`;
  }

  /** Where the learning cycle stands, and what was found, is tried and was learned. @param {Shown} shown */
  function home(shown) {
    const day = today(shown.now());
    return shown.cycle ? html`<div class="wall-home">${cyclePicture(shown.cycle, shown, day)}<div class="wall-told">${told(shown.cycle, shown)}</div></div>` : nothing;
  }

  /* ---- the bottom bar ---- */

  /** @param {Shown} shown */
  function foot(shown) {
    const { t, board: record } = shown;
    if (record?.closed) {
      return html`<footer class="wall-foot"><p class="wall-quiet">${t('wall.closed_line')}</p>${sheets(shown)}${parts(shown)}</footer>`;
    }
    if (record?.scene === 'home') return html`<footer class="wall-foot"><p class="wall-say">${t('cycle.no_names')}</p></footer>`;
    if (record?.scene === 'draw' || record?.scene === 'gallery') return html`<footer class="wall-foot">${cardLine(shown)}${parts(shown)}${timeRing(shown, { digits })}</footer>`;
    return html`<footer class="wall-foot">
      ${who(shown)}
      ${parts(shown)}
      ${progress(shown)}
      ${listening(shown)}
      ${record?.scene === 'ring' ? therest(shown) : nothing}
      ${keeps(shown)}
      ${record?.notice ? html`<p class="wall-notice">${t('wall.notice')}</p>` : nothing}
      ${timeRing(shown, { digits })}
    </footer>`;
  }

  /** What is going on with the cards, and when the rest is turned; nothing counts down on a card. @param {Shown} shown */
  function cardLine(shown) {
    const { t, board: record } = shown;
    if (record?.scene === 'gallery') {
      const all = shown.people.filter(({ role }) => role === 'participant').length;
      const words = t('wall.took', { n: shown.claims.size, all });
      return html`<div class="wall-progress wall-ready">${countDots(shown.claims.size, all, words)}<p class="wall-say" aria-hidden="true">${words}</p></div>${listening(shown)}
        <p class="wall-quiet wall-end">${t('wall.tell_after')}</p>`;
    }
    const turn = shown.turns.get('all');
    const name = shown.called(turn?.holder || (turn?.queue[0] ?? ''));
    const open = Boolean(shown.deck?.card);
    const key = !turn?.holder ? 'wall.draws_first' : !open ? 'wall.draws' : turn.free ? 'wall.free' : 'wall.reads';
    const line = !turn || !(turn.holder || turn.queue.length) ? '' : !open && !shown.deck?.left ? t('deck.all_drawn') : t(key, { name: turn.free && open ? shown.called(turn.queue[0] ?? turn.holder) : name });
    const rest = shown.deck?.left ? shown.deck.rest_at : 0;
    return html`<p class="wall-say wall-card-line">${line}</p>${listening(shown)}${rest
      ? html`<p class="wall-quiet wall-end">${rest > shown.now() ? t('wall.rest_at', { time: clockTime(rest, shown) }) : t('wall.rest_now')}</p>` : nothing}`;
  }

  /** @param {Shown} shown */
  function who(shown) {
    const { t } = shown;
    const people = shown.turns.get('all');
    const groups = shown.turns.get('groups');
    const turn = people ?? groups;
    if (!turn) return nothing;
    const name = (/** @type {string} */ id) => (people ? shown.called(id) : groupName(shown, id));
    const sign = (/** @type {string} */ id) => (people ? initial(shown.called(id)) : String(groupNumber(shown, id)));
    if (!turn.holder) {
      const words = turn.queue.length ? t('wall.next_is') : t('wall.all_done');
      return html`<div class="speaker-now">${turn.queue.length ? html`<span class="disc disc-quiet">${sign(turn.queue[0])}</span>` : nothing}
        <p><span class="small-line">${words}</span>${turn.queue.length ? html`<strong>${name(turn.queue[0])}</strong>` : nothing}</p></div>`;
    }
    return html`<div class="speaker-now"><span class="disc">${sign(turn.holder)}</span>
        <p><span class="small-line">${t(people ? 'wall.has_word' : 'wall.group_has_word')}</span><strong>${name(turn.holder)}</strong></p></div>
      ${turn.queue.length ? html`<div class="speaker-next"><p><span class="small-line">${t('wall.then')}</span>
        <strong>${name(turn.queue[0])}</strong></p></div>` : nothing}`;
  }

  /** Who listens, by name. @param {Shown} shown */
  function listening(shown) {
    const names = shown.people.filter(({ role }) => role === 'listener').map(({ id }) => shown.called(id));
    return names.length ? html`<p class="wall-quiet wall-listening"><svg viewBox="0 0 20 20" aria-hidden="true"><path
      d="M6 8a4.2 4.2 0 1 1 8.4 0c0 2.6-2 3.2-2.7 4.8-.6 1.5-.6 3.7-2.7 3.7a2.5 2.5 0 0 1-2.4-1.9M8.2 8.2a2 2 0 1 1 3.7 1c-.5.7-1.3.8-1.6 1.7"/></svg><span>${shown.t('wall.listening', { names: listed(names, shown.lang) })}</span></p>` : nothing;
  }

  /** The sheets that hang, where there are several. @param {Shown} shown */
  function sheets(shown) {
    const every = hanging(shown);
    const now = middleSheet(shown);
    const go = (/** @type {string} */ id) => {
      steps.turnTo(id, shown.now());
      context.redraw();
    };
    return every.length < 2 ? nothing : html`<ol class="wall-parts wall-sheets">${every.map(({ id, title }) => html`<li aria-current=${id === now?.id ? 'step' : 'false'}><button
      type="button" @click=${() => go(id)}>${shown.say(title)}</button></li>`)}</ol>`;
  }

  /** The parts of the sheet, while one of them is large; of many only the neighbours, and beside names only that one. @param {Shown} shown */
  function parts(shown) {
    const sheet = middleSheet(shown);
    const now = steps.part(shown, sheet) || large;
    // Where nothing is large, what is different since last time is offered by itself.
    const every = now || shown.then ? partsOf(shown, sheet).filter(({ news }) => now || news) : [];
    const found = every.find(({ id, lanes }) => id === now || lanes?.includes(now));
    // While a group has the floor, only its own parts.
    const all = shown.turns.get('groups')?.holder ? every.filter((part) => part.row === found?.row) : every;
    const at = found ? all.indexOf(found) : -1;
    if (!now && all.length) return html`<ol class="wall-parts">${all.map((part) => html`<li><button type="button" @click=${() => goTo(part.id)}>${part.title}</button></li>`)}</ol>`;
    if (at < 0 || all.length < 2) return nothing;
    const most = shown.turns.get('all') ? 1 : all.length > MOST_PARTS ? 3 : all.length;
    const from = Math.max(0, Math.min(at - Math.floor(most / 2), all.length - most));
    const some = all.slice(from, from + most);
    return html`<ol class="wall-parts">${from > 0 ? html`<li class="wall-more"><button type="button" aria-label=${shown.t('wall.part_before')} @click=${() => step(-1)}>‹</button></li>` : nothing}
      ${some.map((part) => html`<li aria-current=${part === all[at] ? 'step' : 'false'}><button type="button" @click=${() => goTo(part.id)}>${part.title}</button></li>`)}
      ${from + some.length < all.length ? html`<li class="wall-more"><button type="button" aria-label=${shown.t('wall.part_after')} @click=${() => step(1)}>›</button></li>` : nothing}</ol>`;
  }

  /** @param {Shown} shown */
  function progress(shown) {
    const { t, round } = shown;
    const scene = shown.board?.scene ?? 'look';
    const turn = turnNow(shown);
    if (turn) {
      // Beside the parts of a walk there is no room for them: names come first.
      if (shown.turns.has('all') && (steps.part(shown, middleSheet(shown)) || large)) return nothing;
      const all = turn.done.length + turn.queue.length + (turn.holder ? 1 : 0);
      return html`<div class="wall-progress">${turnDots(turn, t('wall.had_word', { n: turn.done.length, all }))}</div>`;
    }
    const say = html`<p class="wall-say" lang=${shown.lang}>${shown.say(round?.instruction)}</p>`;
    // Above a sheet that stays in sight there is no room for it.
    const hush = scene !== 'group' ? nothing : besideGroups(shown) ? say : html`<p class="wall-quiet">${t('wall.groups_work')}</p>`;
    const { asks_ready: asks, ready, people } = shown.progress;
    // Once the round's notes are up, nobody is waited for.
    const up = !middle.has(scene) && round?.lanes?.some((lane) => notesOn(shown, round.sheet ?? '').some((note) => note.lane === lane));
    if (asks && !up) {
      const words = t('wall.ready', { n: ready, all: people });
      const what = !middle.has(scene) ? say : nothing;
      return html`${hush}${what}<div class="wall-progress wall-ready">${countDots(ready, people, words)}<p class="wall-quiet"
        aria-hidden="true">${words}</p></div>`;
    }
    if (scene === 'group') return hush;
    if (scene === 'welcome') return html`<p class="wall-sit">${t(shown.sheets.length ? 'wall.sit' : 'wall.sit_ring')}</p><p class="wall-quiet wall-keys">${t(shown.sheets.length ? 'wall.keys' : 'wall.keys_ring')}</p>`;
    return middle.has(scene) ? nothing : say;
  }

  /** @param {Shown} shown */
  function trouble(shown) {
    const key = shown.connected === 'away' ? 'wall.away' : shown.trouble ? 'wall.store_away' : '';
    return key ? html`<p class="wall-trouble" role="status">${shown.t(key)}</p>` : nothing;
  }

  /** @param {Shown} shown */
  function over(shown) {
    const reason = shown.closeReason || 'unknown';
    const key = reason === 'no_access' ? 'wall.no_access' : `close.${reason}`;
    return html`<main class="wall wall-wait"><h1>${shown.t(`${key}.title`)}</h1><p>${shown.t(key)}</p></main>`;
  }
}

/** The queue of the whole room. @param {Shown} shown */
function turnNow(shown) {
  return shown.turns.get('all') ?? shown.turns.get('groups');
}

/** @param {Shown} shown @param {string} id */
function groupNumber(shown, id) {
  return shown.groups.find((group) => group.id === id)?.number ?? '';
}

/** @param {Shown} shown @param {string} id */
function groupName(shown, id) {
  return shown.t('boards.group', { n: groupNumber(shown, id) });
}

/** Keep the screen on where the browser can (not on plain http). */
async function stayAwake() {
  const wake = /** @type {any} */ (navigator).wakeLock;
  if (!wake) return;
  const ask = () => document.visibilityState === 'visible' && wake.request('screen').catch(() => {});
  document.addEventListener('visibilitychange', ask);
  await ask();
}
