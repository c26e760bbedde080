/**
 * The panes of the participant's page: chooses the pane, draws those for writing and looking, and reacts to changes.
 * What a phone needs only later (turn, group, board, end, trouble) is imported when first needed.
 *
 * No rule may live here: what can be done is read from `me` and from each record's `can`.
 */
import { html, nothing, ref } from '../../../lib/lit-html.js';
import { versionNow } from '../../notes/frozen.js';
import { dayAndTime, lengthOf } from '../../text.js';
import { afterthought, limitOf, writeParts } from './box.js';
import { boardTitle, commentWay, foot, frame, head, icon, lineState, lineText, listeners, lostTexts, nothingUp, ready, toBoard, toConsole } from './frame.js';
import { mayPut, ownNotes } from './notes.js';
import { PARTS, PhoneState, WHOLE, aboutOf, follow, goOn, openingOf, setPlace } from './state.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('./state.js').PartName} PartName */
/** @typedef {import('../../types.js').Round} Round */
/** @typedef {import('../../types.js').Context} Context */
/** @typedef {import('../../types.js').Opening} Opening */
/** @typedef {import('./state.js').At} At */
/** @typedef {import('../../types.js').OwnScene | 'answer' | 'soon' | 'loading' | 'over' | 'stay'} Pane */

const WIDE = '(min-width: 900px)';
/** Ms after the first pane until the other panes are imported. */
const PARTS_AFTER = 5000;

/** @param {Context} context */
export function start(context) {
  const ui = new PhoneState(context);
  const wide = matchMedia(WIDE);
  // Imported while there is a connection, so that none is missing when there is none.
  setTimeout(() => /** @type {PartName[]} */ (Object.keys(PARTS)).forEach((name) => ui.part(name)), PARTS_AFTER);
  const ticking = () => { if (ui.digits || Date.now() % 15_000 < 1_000) context.redraw(); };
  setInterval(ticking, 1000);
  wide.addEventListener('change', () => context.redraw());
  addEventListener('resize', keepInReach);
  /** @type {ReturnType<typeof reading>} */ let place = null;
  return {
    /** @param {Shown} shown */
    render(shown) {
      place = scrollY || wide.matches ? reading() : null;
      return page(ui, shown, wide.matches);
    },
    /** @param {Shown} shown @param {Shown | null} earlier */
    changed(shown, earlier) {
      readOn(place);
      changed(ui, shown, earlier);
    },
  };
}

/** What somebody reads: the first note in sight, and how far down it stands. @returns {{ note: Element, top: number } | null} */
function reading() {
  for (const note of document.querySelectorAll('.phone-main :is(.entry, .notes > li)')) {
    const { top, bottom } = note.getBoundingClientRect();
    if (bottom > 0) return top < innerHeight ? { note, top } : null;
  }
  return null;
}

/** Notes that came above what is read do not move it: scroll by as much. Not every browser does so itself. @param {ReturnType<typeof reading>} place */
function readOn(place) {
  const moved = place?.note.isConnected ? place.note.getBoundingClientRect().top - place.top : 0;
  const pane = document.querySelector('.phone');
  if (moved) (pane && pane.scrollHeight > pane.clientHeight + 1 ? pane : document.scrollingElement ?? document.body).scrollBy(0, moved);
}

/** When a keyboard opens, the button that saves what is being written stays in sight. */
function keepInReach() {
  const field = document.activeElement;
  if (!field?.matches('.note-box textarea, .answer-text')) return;
  for (const one of [field.closest('form')?.querySelector('[type=submit]'), field]) one?.scrollIntoView({ block: 'nearest' });
}

/** The height (px) up to which the head is away while somebody writes (phone.css). */
const LOW = 420;

/** In a low window a tap leaves the focus in the box: with it the head would come back, and what is tapped would move away. @param {MouseEvent} event */
function holdFocus(event) {
  const tapped = /** @type {Element} */ (event.target).closest('button, label, summary');
  if (tapped && innerHeight <= LOW && document.activeElement?.matches('.note-box textarea')) event.preventDefault();
}

/** @param {PhoneState} ui @param {Shown} shown @param {boolean} wide */
function page(ui, shown, wide) {
  follow(ui, shown);
  scribeTab(ui, shown);
  const pane = choosePane(ui, shown);
  if (pane === 'loading') return html`<div class="narrow"><div class="middle"><p class="quiet" role="status">${lineText(ui, shown) || ui.t('phone.loading')}</p></div></div>`;
  if (pane === 'over') return ui.part('trouble')?.over(ui, shown) ?? nothing;
  // With the word, and notes to put up, there is one thing to do.
  const putsUp = pane === 'turn' && Boolean(shown.me?.place);
  // At home a colleague is sent no notes (SPEC V20), so there is nothing to look through.
  const sheets = shown.sheets.length > 0 && (pane !== 'home' || shown.notes.length > 0);
  const onBoard = ui.tab === 'board' && pane !== 'listen' && !putsUp && sheets;
  const scribe = shown.me?.role === 'scribe';
  return html`<div class="phone-page">
    <div class="phone" @mousedown=${holdFocus}>
      ${lineState(ui, shown)}
      ${onBoard ? boardTab(ui, shown, wide) : scribe && ui.tab === 'pad' ? inPart(ui, shown, 'pad', 'pad') : minePane(ui, shown, pane)}
      ${pane === 'listen' || putsUp || !sheets ? nothing : html`<nav class="phone-tabs" aria-label=${ui.t('phone.tabs')}>
        ${scribe ? tabButton(ui, 'pad', 'pad', 'pad.tab') : nothing}${tabButton(ui, 'mine', 'pen', 'phone.tab_mine')}${tabButton(ui, 'board', 'board', wide ? 'phone.tab_list' : 'phone.tab_board')}
      </nav>`}
    </div>
    ${wide && sheets ? html`<section class="pane-board" aria-label=${ui.t('phone.tab_board')}>${ui.part('board')?.picture(ui, shown, true) ?? nothing}</section>` : nothing}
  </div>${ui.dialog ? dialog(ui, shown) : nothing}`;
}

/** @param {PhoneState} ui @param {PhoneState['tab']} name @param {'pen' | 'board' | 'pad'} sign @param {string} label a text's key */
function tabButton(ui, name, sign, label) {
  return html`<button type="button" aria-current=${ui.tab === name ? 'page' : 'false'}
    @click=${() => { ui.tab = name; scrollTo(0, 0); ui.context.redraw(); }}>${icon(sign)}${ui.t(label)}</button>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {boolean} wide the picture stands beside it */
function boardTab(ui, shown, wide) {
  const part = ui.part('board');
  return html`${head(ui, shown, { title: ui.t('phone.tab_board'), instruction: boardTitle(shown) })}
    <main class="phone-main">${lostTexts(ui)}${part ? part.boardList(ui, shown, wide) : html`<p class="quiet">${ui.t('phone.loading')}</p>`}</main>`;
}

/** @param {PhoneState} ui @param {Shown} shown @param {Pane} pane */
function minePane(ui, shown, pane) {
  switch (pane) {
    case 'stay':
      return stay(ui, shown);
    case 'write':
      return writing(ui, shown);
    case 'welcome':
    case 'talk':
    case 'look':
      return looking(ui, shown);
    default: {
      const [file, name] = /** @type {Record<string, [PartName, string]>} */ ({
        turn: ['turn', 'turn'], home: ['home', 'home'], follow: ['follow', 'followed'], answer: ['answer', 'answer'], soon: ['answer', 'soon'], wait: ['turn', 'wait'], group: ['group', 'group'], end: ['end', 'end'], listen: ['end', 'listen'], pick: ['pick', 'pick'], ring: ['part', 'ring'], draw: ['card', 'draw'], gallery: ['card', 'gallery'], tell: ['card', 'tell'],
      })[pane] ?? ['end', 'end'];
      return inPart(ui, shown, file, name);
    }
  }
}

/** A pane of a module that is imported when first needed. @param {PhoneState} ui @param {Shown} shown @param {PartName} file @param {string} name */
function inPart(ui, shown, file, name) {
  const part = ui.part(file);
  return part ? part[name](ui, shown) : frame(head(ui, shown), { top: html`<p class="quiet">${ui.t('phone.loading')}</p>` });
}

/** Who becomes a scribe gets the pad, and when they may pick what is taken along, that, unless they are writing; who is none any more has no such tab. @param {PhoneState} ui @param {Shown} shown */
function scribeTab(ui, shown) {
  if (!shown.me) return;
  const scribe = shown.me.role === 'scribe';
  const picks = shown.me.scene === 'pick';
  const [was, picked] = [ui.scribe, ui.picks];
  Object.assign(ui, { scribe, picks });
  const writes = document.activeElement?.matches('textarea');
  if (!scribe && ui.tab === 'pad') ui.tab = 'mine';
  if (scribe && !was && !picks && !writes) ui.tab = 'pad';
  if (picks && !picked && ui.tab === 'pad' && !writes) ui.tab = 'mine';
}

/** The method needs a scribe, and there is none. @param {PhoneState} ui @param {Shown} shown */
function scribeWanted(ui, shown) {
  const wanted = shown.method?.scribe && shown.me?.role === 'participant' && !shown.people.some(({ role }) => role === 'scribe');
  return wanted ? html`<p class="lock">${icon('pad')}<span>${ui.t('pad.wanted')}</span></p>` : nothing;
}

/** The pane: conditions that only this page knows come first, then the scene of `me`. @param {PhoneState} ui @param {Shown} shown @returns {Pane} */
function choosePane(ui, shown) {
  const { board, me, round } = shown;
  if (shown.connected === 'over') return 'over';
  if (!shown.loaded || !board || !round) return 'loading';
  if (!me) return board.closed ? 'end' : 'loading';
  if (ui.at?.stays && !board.closed && me.role !== 'listener') return 'stay';
  // Nobody who is saying something of a note that was followed up is moved away.
  if (ui.begun && !board.closed && me.role !== 'listener') return 'follow';
  if (me.scene !== 'write' || !me.write || !round.version) return me.scene;
  return versionNow(shown) ? 'answer' : 'soon';
}

/** @param {PhoneState} ui @param {Shown} shown */
function writing(ui, shown) {
  const opening = shown.me?.write ?? openingOf(shown, /** @type {Round} */ (shown.round));
  const { top, box: written, rest } = writeParts(ui, shown, opening, shown.me?.who_sees ?? 'own');
  const early = shown.board?.ahead ? shown.rounds.find(({ id }) => id === shown.method?.ahead) : undefined;
  return frame(head(ui, shown, { instruction: early ? shown.say(early.instruction) : undefined }), {
    top: [waitsForDay(ui, shown), lostTexts(ui), top], box: written, rest: [rest, ready(ui, shown), ownNotes(ui, shown), foot(ui, shown)],
  });
}

/** The workshop is in another round by now, and a text here is unfinished. @param {PhoneState} ui @param {Shown} shown */
function stay(ui, shown) {
  const at = /** @type {At} */ (ui.at);
  const mine = shown.me?.turn === 'holder';
  const waiting = ui.text(at.round.id).trim();
  const next = () => {
    const now = ui.text(at.round.id).trim();
    if (now) ui.write(at.round.id, now, { sheet: at.opening.sheet, lane: laneOf(ui, at.opening), row: at.opening.row, about: aboutOf(ui, at.round) });
    goOn(ui, shown);
    ui.context.redraw();
  };
  const long = lengthOf(waiting) > limitOf(shown, at.opening.sheet, at.opening.lanes[0] ?? '');
  const { top, box: written, rest } = writeParts(ui, shown, { ...at.opening, reach: 'own' }, 'own_stays');
  const banner = html`<div class="banner" role="status"><span>${mine ? ui.t('stay.turn') : ui.t('stay.moved', { round: shown.say(shown.round?.title) })}</span>
    <button type="button" class="button" ?disabled=${long} @click=${next}>${waiting ? ui.t('stay.save_go') : ui.t('stay.go')}</button></div>`;
  return frame(head(ui, shown, { round: at.round }), { top: [banner, lostTexts(ui), top], box: written, rest: [rest, ownNotes(ui, shown)] });
}

/** The lane that an unfinished text would go to; '' if its author must choose. @param {PhoneState} ui @param {Opening} opening */
function laneOf(ui, { lanes }) {
  if (lanes.includes(ui.picked.lane)) return ui.picked.lane;
  return lanes.length === 1 ? lanes[0] : '';
}

/** The workshop waits for its day. @param {PhoneState} ui @param {Shown} shown */
function waitsForDay(ui, shown) {
  const { board, me } = shown;
  if (!board?.ahead) return nothing;
  return html`<p class="banner"><span><strong>${ui.t('ahead.day', { day: dayAndTime(board.day, shown) })}</strong> <span>${ui.t(me?.write ? 'ahead.write' : 'ahead.come')}</span></span></p>`;
}

/** Nothing to write for this round; own drafts may always be written. @param {PhoneState} ui @param {Shown} shown */
function looking(ui, shown) {
  const round = /** @type {Round} */ (shown.round);
  const scene = shown.me?.scene;
  const empty = nothingUp(shown);
  const panel = html`<div class="panel stack">${scene === 'welcome' && shown.board?.title ? html`<p class="question">${boardTitle(shown)}</p>` : nothing}
        <p class="strong">${ui.t(scene === 'talk' ? 'look.talk' : empty ? 'look.nothing' : 'look.up')}</p>
        ${listeners(ui, shown)}${scene === 'welcome' ? scribeWanted(ui, shown) : nothing}
        ${shown.sheets.length && !empty ? toBoard(ui, 'board', 'look.board', true) : nothing}</div>
        ${scene === 'welcome' && shown.parts.length ? ui.part('part')?.welcome(ui, shown) ?? nothing : nothing}`;
  const { top, box: written, rest } = scene === 'welcome' ? {} : afterthought(ui, shown, round);
  return frame(head(ui, shown), {
    top: [waitsForDay(ui, shown), lostTexts(ui), panel, commentWay(ui, shown), ownNotes(ui, shown), top], box: written,
    rest: [rest, ready(ui, shown), foot(ui, shown)],
  });
}

/** @param {PhoneState} ui @param {Shown} shown */
function dialog(ui, shown) {
  const kind = ui.dialog?.kind;
  const close = () => ui.open(null);
  const file = kind === 'note' || kind === 'name' ? 'dialogs' : kind === 'place' ? 'turn' : kind === 'devices' ? 'devices' : kind === 'line' ? 'pad' : 'board';
  const inside = ui.part(file)?.dialog(ui, shown) ?? nothing;
  const modal = ui.part('modal');
  // An empty dialog would open without a focused element.
  if (inside === nothing || !modal) return nothing;
  return html`<dialog ${ref(modal.openModal)} aria-labelledby="dialog-title" @close=${() => { if (ui.dialog) close(); }}
    @click=${(/** @type {any} */ event) => { if (event.target === event.currentTarget) close(); }}>${inside}</dialog>`;
}

/** Put a refused text back into its box, or above it if the box is not empty. @param {PhoneState} ui @param {Shown} shown @param {import('../../types.js').Returned} item */
function bringBack(ui, shown, item) {
  const { context } = ui;
  context.store?.forget(item);
  const why = context.t(`refused.${item.reason}`);
  const key = ui.at?.round.id ?? '';
  if (item.name === 'write' && !item.args.kind && key && !ui.text(key).trim() && shown.me?.can.includes('write')) {
    ui.openBox = true;
    ui.tab = 'mine';
    if (ui.at?.round.version) setPlace(ui, ui.at.round, shown.versions.get(ui.at.round.version)?.n ?? 0, item.args.about?.[0] ?? WHOLE);
    ui.setText(key, item.args.text);
    ui.wrong = { key, why };
  } else if (item.name === 'edit') {
    const note = shown.note(item.args.note);
    ui.giveBack({ kind: 'note', id: item.args.note, text: item.args.text, began: item.args.from ?? note?.text ?? '', why: item.reason });
    // Both texts are shown at once (SPEC R25).
    if (note && item.reason === 'changed' && !ui.dialog) ui.openText('note', note);
  } else if (item.name === 'set') {
    const note = shown.note(item.args.note);
    if (!note?.can.includes('set') || !ui.part('dialogs')?.giveBackAnswer(context, item.args)) ui.lose([...ui.lost, { text: item.args.value, why }]);
    else if (!ui.dialog) ui.openText('note', note);
  } else if (item.name === 'pad') {
    // Another page of this tab may have been a scribe's: what was written there is not lost with it.
    const part = ui.part('pad');
    if (part) part.bringBack(ui, shown, item, why);
    else ui.lose([...ui.lost, { text: item.args.text, why }]);
  } else if (item.name !== 'name') ui.lose([...ui.lost, { text: item.args.text, why }]);
  context.redraw();
}

/** Notes that somebody else took down since the last drawing, in words for screen readers. @param {PhoneState} ui @param {Shown} shown @param {Shown} earlier */
function takenSince(ui, shown, earlier) {
  const known = new Set(earlier.taken.map((note) => note.id));
  return ui.taken(shown).filter((note) => !known.has(note.id)).map(({ text }) => ui.t('taken.note', { text }));
}

/** Devices that came back since the last drawing, in words for screen readers. @param {PhoneState} ui @param {Shown} shown @param {Shown} earlier @returns {string[]} */
function devicesSince(ui, shown, earlier) {
  const known = (earlier.me?.devices ?? []).map(({ number }) => number);
  const come = (shown.me?.devices ?? []).filter(({ number, read }) => !read && !known.includes(number));
  const part = come.length ? ui.part('devices') : null;
  return part ? come.map((device) => part.told(ui, shown, device)) : [];
}

/** How many notes of others came up at once, as a reveal brings them; one alone is nobody's news. @param {Shown} shown @param {Shown} earlier */
function cameUp(shown, earlier) {
  const before = new Set(earlier.notes.filter(({ draft }) => !draft).map(({ id }) => id));
  const come = shown.notes.filter(({ id, draft, kind }) => kind === 'note' && !draft && !before.has(id)).length;
  return come > 1 && shown.again === earlier.again ? come : 0;
}

/** After each render: put refused texts back, and announce changes to screen readers. @param {PhoneState} ui @param {Shown} shown @param {Shown | null} earlier */
function changed(ui, shown, earlier) {
  const { context } = ui;
  for (const item of shown.returned) bringBack(ui, shown, item);
  for (const { name, reason, args } of context.store?.takeRefusals() ?? []) {
    // A card that somebody else took first: the loser sees who.
    const taker = name === 'claim' && reason === 'taken' ? [...shown.claims].find(([, { note }]) => note === args.note)?.[0] : '';
    if (taker) {
      context.toast(context.t('refused.card_gone', { name: shown.called(taker) }));
      continue;
    }
    // A refused text is explained where the text is shown.
    if (!['write', 'edit', 'pad'].includes(name)) context.toast(context.t(`refused.${reason}`));
  }
  if (shown.me && ui.text('pad.') && !shown.me.can.includes('pad')) ui.part('pad')?.leftOver(ui, shown);
  if (earlier?.me && shown.me?.role === 'scribe' && earlier.me.role !== 'scribe') context.toast(context.t('pad.you_are'));
  const open = ui.dialog?.kind === 'place' ? shown.note(ui.dialog.note?.id ?? '') : null;
  if (ui.dialog?.kind === 'place' && !(open && mayPut(ui, shown, open))) ui.open(null);
  if (shown.connected === 'over' && earlier?.connected !== 'over') {
    // Pending ops will never be sent: keep their texts in this browser for the next time.
    if (['removed', 'no_access', 'over', 'bad_frame'].includes(shown.closeReason)) {
      context.store?.giveUp('not_sent');
      context.redraw();
    }
    // The token is no longer valid: joining again must not use it.
    if (shown.closeReason === 'gone') context.forget(context.board);
    else if (['removed', 'no_access', 'over'].includes(shown.closeReason)) context.forget(context.board, 'participant');
  }
  if (!shown.round || !shown.method) return;
  if (!earlier?.loaded) {
    context.keys.remember(context.board, { title: shown.board?.title, method: shown.say(shown.method.title), venue: shown.board?.venue, lang: shown.board?.lang });
    document.title = `${shown.say(shown.method.title)} · Tavle`;
    return;
  }
  // Another pane begins at its top, unless somebody is writing (their box stays where it is).
  if (shown.me?.scene !== earlier.me?.scene && !document.activeElement?.matches('textarea')) scrollTo(0, 0);
  if (shown.me?.leads && !earlier.me?.leads) context.toast(context.t('phone.leads_now'), { label: context.t('phone.open_console'), run: () => toConsole(ui) });
  const turnCame = shown.me?.turn === 'holder' && earlier.me?.turn !== 'holder';
  const groups = shown.me?.scope === 'groups';
  const said = [...devicesSince(ui, shown, earlier), ...takenSince(ui, shown, earlier)];
  // The messages are above the box: scroll so that whoever is writing still sees it.
  if (said.length && document.activeElement?.matches('textarea')) document.activeElement.scrollIntoView({ block: 'nearest' });
  const come = cameUp(shown, earlier);
  if (come) said.push(context.t('phone.revealed', { n: come }));
  if (turnCame) said.push(context.t(groups ? 'turn.your_group' : 'turn.yours'));
  else if (earlier.round?.id !== shown.round.id) said.push(context.t('phone.round_now', { round: shown.say(shown.round.title), instruction: shown.say(shown.round.instruction) }));
  else if (shown.me?.turn === 'next' && earlier.me?.turn === 'waiting') said.push(context.t(groups ? 'turn.you_next_group' : 'turn.you_next'));
  if (said.length) context.announce(said.join(' '));
  // A restored note may be taken down again; that must be announced again.
  const back = shown.me ? ui.read.filter((id) => !shown.taken.some((note) => note.id === id)) : [];
  if (back.length) ui.setRead(ui.read.filter((id) => !back.includes(id)));
  document.title = `${shown.me?.turn === 'holder' ? `● ${context.t(groups ? 'turn.your_group' : 'turn.yours')} · ` : ''}${shown.say(shown.method.title)} · Tavle`;
  // The focused element may have gone with its pane: focus the heading instead of the top of the page.
  if ((turnCame || earlier.round?.id !== shown.round.id) && document.activeElement === document.body) {
    /** @type {HTMLElement | null} */ (document.getElementById('heading'))?.focus({ preventScroll: true });
  }
}
