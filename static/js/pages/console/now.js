/** The middle of the console: the round, what to say and ask, the queue, reveals, groups, fates, writing for others. */
import { html, nothing } from '../../../lib/lit-html.js';
import { tongue } from '../../notes/look.js';
import { inside, meanings, wordsToSet } from '../../notes/marks.js';
import { CHOSEN, choosable, groupName, kindsOfHeads, rowsInOrder } from '../../notes/query.js';
import { partsOf } from '../../board/walk.js';
import { listed, quoted, undoWords } from '../../text.js';
import { answerInputs } from '../answers.js';
import { initial } from '../ring.js';
import { asksBox } from './asks.js';
import { cardBox, claimsBox, prepareBox, ringBox } from './cards.js';
import { asksAbout, doubtAbout } from './doubt.js';
import { aheadBox } from './ahead.js';
import { closedPanel, setupPanel, takeHome } from './finish.js';
import { handBox } from './handing.js';
import { followPanel } from './follow.js';
import { emptied, keptField } from './kept.js';
import { briefBox, leaderBox } from './leader.js';
import { padBox } from './pad.js';
import { hostedParts, partsBox } from './parts.js';
import { homePanel } from './programme.js';
import { Picking, pickView } from '../picking.js';
import { aboutRehearsal } from './rehearsal.js';
import { early, goTo, groupsWithoutRow, hiddenLanes, lackWords, nextInTurn, nextStep, offers, unseen, waitsToBeShown } from './script.js';
import { versionBox } from './versions.js';
import { composer, headingComposer, hostedHolder, placeButton } from './write.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Round} Round */
/** @typedef {import('../../types.js').Turn} Turn */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

/** @type {Picking | undefined} */ let picking;

/** @param {ConsoleState} ui @param {Shown} shown @param {boolean} [titled]  its title stands elsewhere */
export function nowPanel(ui, shown, titled = false) {
  const round = shown.round;
  if (!round) return nothing;
  if (shown.board?.closed) return closedPanel(ui, shown);
  const ahead = shown.rounds.find((one) => one.id === ui.state.preview);
  if (ahead) return preview(ui, shown, ahead);
  if (shown.board?.scene === 'home') return html`${homePanel(ui, shown)}${say(shown, round)}${questions(shown, round)}${setupPanel(ui, shown)}`;
  if (shown.board?.scene === 'follow') return html`${followPanel(ui, shown)}${padBox(ui, shown)}`;
  // While somebody without a phone has the floor, one writes for them beside the queue, where their notes go up from.
  const atHand = Boolean(hostedHolder(shown));
  return html`
    ${titled ? nothing : title(shown, round)}
    ${shown.board?.at_share ? html`<p class="small quiet" role="status">${shown.t('console.at_share')}</p>` : nothing}
    ${say(shown, round)}
    ${asksBox(ui, shown)}${versionBox(ui, shown)}${followPanel(ui, shown)}
    ${onTheBoard(ui, shown, round)}
    ${shown.board?.scene === 'pick' ? html`${revealBox(ui, shown)}${pickView(picking ??= new Picking(ui.context), shown)}${handBox(ui, shown)}` : nothing}
    ${prepareBox(ui, shown)}
    ${shown.index === 0 && shown.method?.keep !== 'programme' ? html`${aboutRehearsal(shown)}${aheadBox(ui, shown)}${setupPanel(ui, shown)}` : aheadBox(ui, shown)}
    ${partsBox(ui, shown)}${hostedParts(shown)}
    ${[...shown.turns.values()].some((turn) => turn.scope !== 'all' && turn.scope !== 'groups') ? groupTurns(ui, shown) : turnBox(ui, shown)}
    ${atHand ? composer(ui, shown) : nothing}
    ${cardBox(ui, shown)}${claimsBox(ui, shown)}${ringBox(ui, shown)}
    ${shown.board?.scene === 'pick' ? nothing : revealBox(ui, shown)}
    ${offers(shown, 'shuffle') ? groupsBox(ui, shown) : nothing}
    ${choiceBox(ui, shown)}
    ${fatesBox(ui, shown)}
    ${needsBox(ui, shown)}
    <div class="acts">
      ${offers(shown, 'notice') ? html`<button type="button" class="button"
        aria-pressed=${shown.board?.notice ? 'true' : 'false'}
        @click=${() => ui.emit('notice', { show: !shown.board?.notice })}>${shown.t('console.notice')}</button>` : nothing}
      ${shown.me?.can.includes('undo') ? html`<button type="button" class="button"
        @click=${() => ui.emit('undo')}>${undoWords(shown)}</button>` : nothing}
    </div>
    ${questions(shown, round)}
    ${padBox(ui, shown)}
    ${headingComposer(ui, shown)}
    ${atHand ? nothing : composer(ui, shown)}
    ${offers(shown, 'shuffle') ? nothing : groupsBox(ui, shown)}
    ${shown.board?.scene === 'end' ? html`${handBox(ui, shown)}${briefBox(ui, shown)}${leaderBox(ui, shown)}${takeHome(ui, shown)}` : nothing}`;
}

/** @param {Shown} shown @param {Round} round */
export function title(shown, round) {
  const at = shown.rounds.indexOf(round);
  const { asks_ready: asks, ready, people, wrote } = shown.progress;
  const { t } = shown;
  return html`<div class="round-head">
    <p class="panel-kicker">${shown.method?.keep === 'programme' ? shown.say(shown.method.title) : t('console.round', { n: at + 1, all: shown.rounds.length })}</p>
    <h1 id="heading" tabindex="-1">${shown.say(round.title)}</h1>
    ${round === shown.round && asks ? html`<p class="round-count">${t(shown.progress.present > people ? 'console.ready_phones' : 'wall.ready', { n: ready, all: people })}${offers(shown, 'wrote')
      ? html` · ${t('console.wrote', { n: wrote })}` : nothing}</p>` : nothing}
  </div>`;
}

/** What to say, and what phones and wall say meanwhile; a method of the house's own may leave the first out. @param {Shown} shown @param {Round} round */
function say(shown, round) {
  const words = shown.say(round.say);
  return html`<section class="box">
    ${words ? html`<h2 class="box-kicker">${shown.t('console.say')}</h2><p class="say" lang=${shown.lang}>${words}</p>` : nothing}
    ${round.instruction ? html`<p class="on-phones"><span>${shown.t('console.on_phones')}</span> ${shown.say(round.instruction)}</p>` : nothing}
  </section>`;
}

/** What this round asks for is done on the board below: what to tap there, and the way to it. @param {ConsoleState} ui @param {Shown} shown @param {Round} round */
function onTheBoard(ui, shown, round) {
  const words = wordsToSet(round.sheet ?? '', shown).map((word) => quoted(word, shown.lang));
  const gathers = shown.notes.some((note) => note.sheet === round.sheet && note.can.includes('gather'));
  if (!words.length && !gathers) return nothing;
  const go = () => {
    ui.set({ tab: 'board', sheet: '' });
    requestAnimationFrame(() => document.querySelector('.console-board')?.scrollIntoView({ block: 'start' }));
  };
  return html`<p class="to-board"><span>${words.length ? shown.t('console.tap_to_mark', { words: listed(words, shown.lang) }) : shown.t('console.gather_hint')}</span>
    <button type="button" class="button" @click=${go}>${shown.t('console.to_board')}</button></p>`;
}

/** @param {Shown} shown @param {Round} round */
function questions(shown, round) {
  if (!round.questions?.length) return nothing;
  return html`<section class="ask"><h2 class="box-kicker">${shown.t('console.ask')}</h2>
    <ul lang=${shown.lang}>${round.questions.map((one) => html`<li>${shown.say(one)}</li>`)}</ul></section>`;
}

/** The preview of another round; the workshop stays in its round. @param {ConsoleState} ui @param {Shown} shown @param {Round} round */
function preview(ui, shown, round) {
  const { t } = shown;
  return html`<div class="preview">
    <div class="banner"><span>${t('console.previewing')}</span>
      <button type="button" class="link" @click=${() => ui.set({ preview: '' })}>${t('console.to_now')}</button></div>
    ${title(shown, round)}${say(shown, round)}${questions(shown, round)}
    <button type="button" class="button main big" @click=${() => leave(ui, shown, round)}>${t('console.go_here')}</button>
  </div>`;
}

/** @param {ConsoleState} ui @param {Shown} shown @param {Round} round */
function leave(ui, shown, round) {
  const forward = shown.rounds.indexOf(round) > shown.index;
  const waits = [...shown.turns.values()].some((turn) => !turn.endless && (turn.holder || turn.queue.length));
  if (forward && (early(shown) || waits || shown.board?.lacks?.length)) ui.set({ dialog: 'next', extra: round.id });
  else goTo(ui, round.id, false);
}

/** What the round still needs, and the answers that can be given at once. @param {ConsoleState} ui @param {Shown} shown */
function needsBox(ui, shown) {
  const lacks = shown.board?.lacks ?? [];
  if (!lacks.length) return nothing;
  return html`<section class="box needs"><h2 class="box-kicker">${shown.t('console.needs')}</h2>
    <ul class="stack">${lacks.map((lack) => {
      const note = lack.note ? shown.note(lack.note) : null;
      return html`<li>${note ? html`<bdi lang=${tongue(note.text, shown)}>${note.text}</bdi>${answerInputs({ shown, note, context: ui.context, only: lack.field })}` : lackWords(lack, shown)}</li>`;
    })}</ul></section>`;
}

/* ---- the queue ---- */

/** @param {Shown} shown @param {Turn} turn @param {string} id */
function named(shown, turn, id) {
  if (turn.scope !== 'groups') return shown.called(id);
  return shown.t('boards.group', { n: shown.groups.find((group) => group.id === id)?.number ?? '' });
}

/** @param {ConsoleState} ui @param {Shown} shown */
function turnBox(ui, shown) {
  const { t } = shown;
  const turn = shown.turns.get('all') ?? shown.turns.get('groups');
  if (!turn || turn.endless) return nothing;
  const name = (/** @type {string} */ id) => named(shown, turn, id);
  const act = (/** @type {string} */ what, /** @type {string} */ seat) => () => ui.emit('turn', { act: what, seat, scope: turn.scope });
  const first = turn.queue[0];
  const spoke = turn.done.length;
  const all = spoke + turn.queue.length + (turn.holder ? 1 : 0);
  const { what, act: go } = nextStep(ui, shown, turn);
  const label = what === 'show' ? t('console.turn.show', { name: name(turn.holder) }) : what === 'last' ? t('console.turn.last_done')
    : t(`console.turn.${what}`, { name: name(first ?? '') });
  // What somebody without a phone has written goes up before the floor goes on.
  const drafts = draftsOfHolder(ui, shown, turn);
  const next = turn.holder || first ? html`<button type="button" class="button main big turn-next" @click=${go}>
        ${label}<kbd aria-hidden="true">→</kbd></button>` : nothing;
  return html`<section class="box turn-box">
    <div class="turn-now">
      ${turn.holder ? html`<span class="disc" aria-hidden="true">${turn.scope === 'groups'
        ? shown.groups.find((group) => group.id === turn.holder)?.number : initial(name(turn.holder))}</span>` : nothing}
      <p class="turn-who"><span class="box-kicker">${turn.holder ? t('console.turn.has_word') : first ? t('console.turn.nobody') : t('wall.all_done')}</span>
        ${turn.holder ? html`<strong>${name(turn.holder)}</strong> <span class="turn-since">${since(shown, turn)}</span>`
          : first ? html`<span>${t('wall.had_word', { n: spoke, all })}</span>` : nothing}</p>
      ${drafts === nothing ? next : nothing}
    </div>
    ${drafts}
    ${partsOfHolder(ui, shown, turn)}
    ${turn.holder ? html`<div class="acts">${drafts === nothing ? nothing : next}
      <button type="button" class="button" @click=${act('skip', turn.holder)}>${t('console.turn.skip')}</button>
      <button type="button" class="button" @click=${act('absent', turn.holder)}>${t('console.turn.is_absent')}</button>
    </div>` : nothing}
    ${turn.queue.length > 1 || turn.absent.length || (turn.queue.length && turn.holder) ? html`<div class="queue"><span
      class="box-kicker">${t('console.turn.give_to')}</span>
      <ul class="chips">${[...turn.queue, ...turn.absent].map((id) => html`<li><button type="button" class="chip" @click=${act('give', id)}>
        ${name(id)}${turn.later.includes(id) ? html` <small>${t('console.turn.later')}</small>` : nothing}${turn.absent.includes(id)
          ? html` <small>${t('console.turn.absent')}</small>` : nothing}</button></li>`)}</ul></div>` : nothing}
  </section>`;
}

/** The drafts of somebody without a phone who has the floor: the facilitator puts them up from here. @param {ConsoleState} ui @param {Shown} shown @param {Turn} turn */
function draftsOfHolder(ui, shown, turn) {
  const drafts = shown.notes.filter((note) => note.draft && note.as && note.as === turn.holder && note.can.includes('place'));
  return drafts.length ? html`<ul class="draft-list">${drafts.map((note) => html`<li><span dir="auto">${note.text}</span>${placeButton(ui, shown, note)}</li>`)}</ul>` : nothing;
}

/** What walls show large of the group that has the floor, where its sheet is too full to be read whole. @param {ConsoleState} ui @param {Shown} shown @param {Turn} turn */
function partsOfHolder(ui, shown, turn) {
  const { t, board } = shown;
  const sheet = shown.sheet(shown.round?.sheet);
  if (turn.scope !== 'groups' || !turn.holder || !sheet) return nothing;
  const rows = shown.rows.filter((row) => row.group === turn.holder).map((row) => row.id);
  const parts = partsOf(shown, sheet).filter(({ row }) => row && (row === turn.holder || rows.includes(row)));
  if (parts.length < 2) return nothing;
  const now = board?.walk.sheet === sheet.id && parts.some(({ id }) => id === board?.walk.part) ? board?.walk.part : parts[0].id;
  return html`<div class="queue"><span class="box-kicker">${t('console.walk')}</span><ul class="chips">${parts.map(({ id, title }) => html`<li><button type="button"
    class="chip" aria-pressed=${id === now ? 'true' : 'false'} @click=${() => ui.emit('walk', { sheet: sheet.id, part: id })}>${title}</button></li>`)}</ul></div>`;
}

/** @param {Shown} shown @param {Turn} turn */
function since(shown, turn) {
  const seconds = Math.max(0, Math.floor((shown.now() - turn.since) / 1000));
  return turn.since ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : '';
}

/** The queues of groups, which run by themselves; the facilitator may help. @param {ConsoleState} ui @param {Shown} shown */
function groupTurns(ui, shown) {
  const { t } = shown;
  return html`<section class="box"><h2 class="box-kicker">${t('console.turn.in_groups')}</h2>
    <ul class="group-turns">${shown.groups.map((group) => {
      const turn = shown.turns.get(group.id);
      if (!turn) return nothing;
      const all = turn.done.length + turn.queue.length + (turn.holder ? 1 : 0);
      return html`<li><strong>${t('boards.group', { n: group.number })}</strong>
        <span>${turn.holder ? t('console.turn.holds', { name: shown.called(turn.holder) }) : turn.queue.length ? t('console.turn.nobody') : t('wall.all_done')}
          ${turn.holder || turn.queue.length ? html`· ${t('wall.had_word', { n: turn.done.length, all })}` : nothing}</span>
        ${draftsOfHolder(ui, shown, turn)}
        ${turn.holder || turn.queue.length ? html`<button type="button" class="button" @click=${() => nextInTurn(ui, turn)}>
          ${turn.holder ? t('console.turn.on') : t('console.turn.give', { name: shown.called(turn.queue[0]) })}</button>` : nothing}</li>`;
    })}</ul></section>`;
}

/* ---- revealing ---- */

/** @param {ConsoleState} ui @param {Shown} shown */
function revealBox(ui, shown) {
  const { t } = shown;
  const lanes = hiddenLanes(shown);
  // Where groups have the floor in turn, each is shown with it (turnBox); what was chosen later is left.
  const turn = shown.turns.get('groups');
  const groups = offers(shown, 'reveal_groups') && (!turn || (!turn.holder && !turn.queue.length && shown.groups.some((group) => unseen(shown, group))));
  const parts = [];
  for (const lane of lanes) {
    const n = shown.progress.piles[lane.sheet]?.[lane.id];
    const words = lane.again ? 'console.reveal_again' : n ? 'console.reveal_n' : 'console.reveal';
    parts.push(html`<li><button type="button" class=${waitsToBeShown(shown, lane) ? 'button main big' : 'button'}
      @click=${() => ui.emit('reveal', { sheet: lane.sheet, lane: lane.id })}>${t(words, { lane: lane.title.toLowerCase(), n: n ?? 0 })}</button></li>`);
  }
  if (groups) {
    for (const group of shown.groups) {
      parts.push(html`<li>${!unseen(shown, group) ? html`<span class="chip is-done">✓ ${t('console.group_shown', { n: group.number })}</span>`
        : html`<button type="button" class="button"
          @click=${() => ui.emit('reveal', { group: group.id })}>${t('console.reveal_group', { n: group.number })}</button>`}</li>`);
    }
  }
  if (!parts.length) return nothing;
  return html`<section class="box"><h2 class="box-kicker">${t('console.show_all')}</h2><ul class="acts">${parts}</ul>
    <p class="small quiet">${t(groups ? 'console.reveal_group_hint' : 'console.reveal_hint')}</p></section>`;
}

/* ---- groups ---- */

/** @param {ConsoleState} ui @param {Shown} shown */
function groupsBox(ui, shown) {
  const { t } = shown;
  if (!offers(shown, 'groups')) return nothing;
  const { moving } = ui.state;
  const n = shown.groups.length;
  const [least, most] = shown.method?.group_size ?? [2, 4];
  const [few, usual, many] = shown.method?.groups ?? [];
  const sizes = Array.from({ length: most - Math.max(2, least) + 1 }, (_, i) => Math.max(2, least) + i);
  const members = (/** @type {string} */ group) => shown.people.filter((seat) => seat.group === group && seat.role === 'participant');
  const move = (/** @type {string} */ group) => {
    ui.emit('group', { seat: moving, group });
    ui.set({ moving: '' });
  };
  const made = html`${n ? html`<p class="small quiet">${moving ? t('console.move_to', { name: shown.called(moving) }) : t('console.move_hint')}</p>
    <ul class="group-list">${shown.groups.map((group) => html`<li class="group-box">
      <h3>${t('boards.group', { n: group.number })}</h3>
      <ul class="chips">${members(group.id).map((seat) => html`<li>
        <button type="button" class="chip" aria-pressed=${moving === seat.id ? 'true' : 'false'}
          @click=${() => ui.set({ moving: moving === seat.id ? '' : seat.id })}>${shown.called(seat.id)}</button></li>`)}</ul>
      ${moving && shown.seat(moving)?.group !== group.id ? html`<button type="button" class="button" @click=${() => move(group.id)}>
        ${t('console.move_here', { name: shown.called(moving) })}</button>` : nothing}</li>`)}
      ${moving ? html`<li class="group-box"><button type="button" class="button" @click=${() => move(`g${n + 1}`)}>
        ${t('console.new_group', { name: shown.called(moving) })}</button></li>` : nothing}</ul>` : nothing}
    ${shown.groups.filter(({ id }) => members(id).length > most).map(({ id, number }) => html`<p class="small" role="status">${t('console.group_large', {
      n: number, people: members(id).length, most })}</p>`)}`;
  // Groups that have begun cannot be shuffled; somebody may still be moved.
  if (!offers(shown, 'shuffle')) return html`<details class="box"><summary class="box-kicker">${t('console.groups_move', { n })}</summary>${made}</details>`;
  return html`<section class="box"><h2 class="box-kicker">${t(n ? 'console.groups_now' : 'console.groups', { n })}</h2>${made}
    <div class="acts"><span class="small">${t(n ? 'console.regroup' : 'console.split')}</span>
      ${few === undefined ? sizes.map((size) => html`<button type="button" class="button"
        @click=${() => ui.emit('groups', { size })}>${t('console.of_size', { n: size })}</button>`)
        : Array.from({ length: many - few + 1 }, (_, i) => few + i).map((count) => html`<button type="button" class=${count === usual && !n ? 'button main' : 'button'}
        @click=${() => ui.emit('groups', { count })}>${t('console.of_count', { n: count })}</button>`)}</div>
  </section>`;
}

/* ---- choosing for a group ---- */

/** Groups that have chosen nothing, each with what it told. @param {ConsoleState} ui @param {Shown} shown */
function choiceBox(ui, shown) {
  const { t } = shown;
  const groups = groupsWithoutRow(shown);
  if (!groups.length) return nothing;
  return html`<section class="box"><h2 class="box-kicker">${t('console.choice')}</h2>
    <p class="small quiet">${t('console.choice_hint')}</p>
    <ul class="fate-rows">${groups.map((group) => {
      const notes = shown.notes.filter((note) => note.row === group.id && choosable(note));
      return html`<li><p><strong>${t('boards.group', { n: group.number })}</strong> ${notes.length ? nothing : t('console.choice_none')}</p>
        ${notes.length ? nothing : tellFor(ui, shown, group.id)}
        ${notes.map((note) => html`<p class="acts"><span dir="auto">${note.text}</span> <button type="button" class="button"
          aria-label=${t('console.choose_this', { text: note.text })} @click=${() => ui.emit('mark', { note: note.id, kind: CHOSEN, word: CHOSEN })}>${t('console.choose')}</button></p>`)}</li>`;
    })}</ul></section>`;
}

/** What a group that told nothing says, written down for it. @param {ConsoleState} ui @param {Shown} shown @param {string} group */
function tellFor(ui, shown, group) {
  const { t } = shown;
  // The sheet that groups choose from, while it takes notes of groups that have not chosen (SPEC R12).
  const sheet = shown.sheets.find((one) => one.per_group && one.lanes.some((lane) => lane.open));
  if (!sheet) return nothing;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const text = String(new FormData(form).get('tell') ?? '').trim();
    if (!text || asksAbout(ui, `tell.${group}`, text)) return;
    const note = ui.context.keys.randomId(16);
    const lane = sheet.lanes[0].id;
    ui.emit('write', { note, text, sheet: sheet.id, lane });
    ui.emit('place', { note, lane, row: group });
    emptied(ui, `tell.${group}`, form.elements.namedItem('tell'));
  };
  return html`<form class="write-form" @submit=${send}><label class="field"><span class="label">${shown.say(sheet.lanes[0].title)}</span><textarea class="input" name="tell"
    rows="2" ${keptField(ui, `tell.${group}`)}></textarea></label>${doubtAbout(ui, shown, `tell.${group}`)}
    <button class="button" type="submit">${t('phone.save_group')}</button></form>`;
}

/* ---- a row's fate ---- */

/** @param {ConsoleState} ui @param {Shown} shown */
function fatesBox(ui, shown) {
  const { fate } = kindsOfHeads(shown);
  const rows = rowsInOrder(shown).filter((row) => fate && row.marks_open.includes(fate.id));
  if (!fate || !rows.length) return nothing;
  return html`<section class="box"><h2 class="box-kicker">${shown.say(fate.title)}</h2>
    ${meanings(fate, shown)}
    <ul class="fate-rows">${rows.map((row) => html`<li><p><small>${groupName(row, shown)}</small> <bdi>${row.text}</bdi></p>
      <div class="fate-picks" role="group" aria-label=${row.text}>${fate.words.map((word) => html`<button type="button" class="chip"
        aria-pressed=${String(row.marks[fate.id] === word.id)}
        @click=${() => ui.emit('mark', { note: row.id, kind: fate.id, word: row.marks[fate.id] === word.id ? '' : word.id })}>
        ${inside(word, shown)}</button>`)}</div></li>`)}</ul>
  </section>`;
}
