/** The script: all rounds with their minutes, the likely end, previewing a round, and going on or back. */
import { html, nothing } from '../../../lib/lit-html.js';
import { clockTime, dayAndTime, listed } from '../../text.js';

export { clockTime } from '../../text.js';

/** @typedef {import('../../types.js').Shown} Shown */
/** @typedef {import('../../types.js').Round} Round */
/** @typedef {import('../console.js').ConsoleState} ConsoleState */

const MINUTE = 60_000;
/** From so long before the day on nobody asks whether it shall begin. */
const SOON = 3 * 60 * MINUTE;

/** Whether an element takes keyboard input, so that shortcuts must not fire. @param {EventTarget | null} target */
export function isTyping(target) {
  const el = /** @type {HTMLElement | null} */ (target);
  return Boolean(el?.closest?.('input, textarea, select, [contenteditable], dialog'));
}

/** The key of a text that is another one in a programme. @param {Shown} shown @param {string} key */
export function inProgramme(shown, key) {
  return shown.method?.keep === 'programme' ? `${key}.programme` : key;
}

/** The planned time of some rounds, ms. @param {Round[]} rounds @param {Shown} shown */
function planned(rounds, shown) {
  return rounds.reduce((sum, round) => sum + (shown.plan[round.id] ?? 0) * MINUTE, 0);
}

/** The time of the end if the remaining rounds take their planned minutes, from the day on where it is waited for. @param {Shown} shown */
export function likelyEnd(shown) {
  const { board, round } = shown;
  const now = Math.max(shown.now(), board?.ahead ? board.day : 0);
  const left = board?.ends_at ? Math.max(0, board.ends_at - now) : planned(round ? [round] : [], shown);
  return now + left + planned(shown.rounds.slice(shown.index + 1), shown);
}

/**
 * Minutes behind the plan (negative: ahead), or null before the first round was left: how long a welcome lasts depends
 * on when people come, and a workshop may be made days before.
 * @param {Shown} shown
 */
export function behind(shown) {
  const since = shown.board?.underway;
  if (!since) return null;
  return Math.round((likelyEnd(shown) - since - planned(shown.rounds.slice(1), shown)) / MINUTE);
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function scriptPanel(ui, shown) {
  const { t } = shown;
  const { preview } = ui.state;
  return html`<div class=${`script ${shown.method?.keep === 'programme' ? 'script-free' : ''}`}>
    <p class="panel-kicker">${t(shown.method?.keep === 'programme' ? 'programme.script' : 'console.tab.script')}${shown.board?.closed || shown.method?.keep === 'programme'
      ? nothing : html` · ${t('console.ends', { time: clockTime(likelyEnd(shown), shown) })}`}</p>
    <ol>${shown.rounds.map((round, at) => {
      const now = at === shown.index;
      const seen = !now && (shown.board?.visited ?? []).includes(round.id);
      return html`<li><button type="button" class=${`script-round ${now ? 'is-now' : seen ? 'is-seen' : ''} ${preview === round.id ? 'is-preview' : ''}`}
        aria-current=${now ? 'step' : 'false'}
        @click=${() => (shown.method?.keep === 'programme' && !now && !shown.board?.sitting ? (goTo(ui, round.id, false), ui.set({ tab: 'now' })) : ui.set({ preview: now ? '' : round.id, tab: 'now' }))}>
        <span class="script-minutes">${shown.plan[round.id] ? html`${shown.plan[round.id]}<span aria-hidden="true">′</span><span
          class="sr-only"> ${t('console.minutes')}</span>` : nothing}</span>
        <span>${shown.say(round.title)}</span></button></li>`;
    })}</ol>
  </div>`;
}

/** Whether the console shows this control in the current round. @param {Shown} shown @param {import('../../types.js').Offer} word */
export function offers(shown, word) {
  return Boolean(shown.board?.offers?.includes(word));
}

/** Whether a round that began now would begin the workshop long before its day. @param {Shown} shown */
export function early({ board, now }) {
  return Boolean(board?.ahead) && (board?.day ?? 0) - now() > SOON;
}

/** What is not finished in this round, as texts; [] when everything is. @param {Shown} shown @returns {string[]} */
export function unfinished(shown) {
  const { t } = shown;
  const found = [];
  if (early(shown)) found.push(t('console.left.day', { day: dayAndTime(shown.board?.day ?? 0, shown) }));
  const waiting = [...shown.turns.values()].filter((turn) => !turn.endless).reduce((sum, turn) => sum + turn.queue.length + (turn.holder ? 1 : 0), 0);
  if (waiting) found.push(t(shown.turns.has('groups') ? 'console.left.groups' : 'console.left.turns', { n: waiting }));
  const unturned = faceDown(shown);
  if (unturned.length) found.push(t('console.left.jokers', { n: unturned.length, names: listed(unturned.map((seat) => shown.called(seat)), shown.lang) }));
  const hidden = hiddenLanes(shown).filter((lane) => !lane.again);
  if (hidden.length) found.push(t('console.left.reveal', { lane: listed(hidden.map((lane) => lane.title), shown.lang) }));
  if (offers(shown, 'reveal_groups')) {
    const kept = shown.groups.filter((group) => unseen(shown, group)).length;
    if (kept && !waiting) found.push(t('console.left.shown', { n: kept }));
  }
  found.push(...new Set((shown.board?.lacks ?? []).map((lack) => lackWords(lack, shown))));
  const undecided = groupsWithoutRow(shown).map((group) => group.number);
  if (undecided.length) found.push(t('console.left.choice', { n: undecided.length, groups: listed(undecided, shown.lang) }));
  const missing = shown.progress.people - shown.progress.ready;
  if (offers(shown, 'await_ready') && missing > 0) found.push(t('console.left.ready', { n: missing }));
  return found;
}

/** Whose cards of their own still lie face down while people tell about theirs: nothing turns them later. @param {Shown} shown */
function faceDown(shown) {
  if (![...shown.turns.values()].some((turn) => !turn.endless)) return [];
  return [...shown.claims].filter(([, { note, joker }]) => joker && !note).map(([seat]) => seat);
}

/** What a round needs and has not, in words. @param {{sheet: string, lane: string, field: string}} lack @param {Shown} shown */
export function lackWords({ sheet, lane, field }, shown) {
  const found = shown.sheet(sheet)?.lanes.find((one) => one.id === lane);
  const title = shown.say(found?.title);
  if (!field) return shown.t('console.left.note', { lane: title });
  return shown.t('console.left.answer', { lane: title, field: shown.say(found?.fields?.find((one) => one.id === field)?.title) });
}

/** Groups of people that have chosen nothing, where that is to be done. @param {Shown} shown */
export function groupsWithoutRow(shown) {
  if (!offers(shown, 'await_choice')) return [];
  return shown.groups.filter(({ id }) => !shown.rows.some((row) => row.group === id)
    && shown.people.some((seat) => seat.group === id && seat.role === 'participant'));
}

/** The lanes that may be revealed. @param {Shown} shown */
export function hiddenLanes(shown) {
  return (shown.board?.reveal ?? []).map(({ sheet, lane, again }) => (
    { sheet, id: lane, again, title: shown.say(shown.sheet(sheet)?.lanes.find((known) => known.id === lane)?.title) }));
}

/** Whether somebody has surely written in a lane that nobody has seen yet: showing it is what comes next. @param {Shown} shown @param {ReturnType<typeof hiddenLanes>[number]} lane */
export function waitsToBeShown(shown, { sheet, id, again }) {
  return !again && (shown.progress.piles[sheet]?.[id] ?? 0) > 0;
}

/** The next step: the next in the queue if there is one, else the next round. @param {ConsoleState} ui @param {Shown} shown */
export function advance(ui, shown) {
  const turn = shown.turns.get('all') ?? shown.turns.get('groups');
  if (turn?.can?.length && (turn.queue.length || turn.holder) && !(turn.endless && !shown.deck?.card && !shown.deck?.left)) nextStep(ui, shown, turn).act();
  else nextRound(ui, shown);
}

/** Whether a group, or what it has chosen since it was shown, is not shown to all. @param {Shown} shown @param {Shown['groups'][number]} group */
export function unseen(shown, group) {
  return !group.shown || shown.rows.some((row) => row.group === group.id && row.reach !== 'all');
}

/**
 * The next step in a queue, as a word and an act. Where groups are shown, one press gives the floor and shows the group.
 * @param {ConsoleState} ui @param {Shown} shown @param {import('../../types.js').Turn} turn
 * @returns {{what: 'show' | 'give' | 'give_next' | 'give_show' | 'next_show' | 'last', act: () => void}}
 */
export function nextStep(ui, shown, turn) {
  const shows = turn.scope === 'groups' && offers(shown, 'reveal_groups');
  const hidden = (/** @type {string | undefined} */ id) => shows && shown.groups.some((group) => group.id === id && unseen(shown, group));
  const [first] = turn.queue;
  if (hidden(turn.holder)) return { what: 'show', act: () => ui.emit('reveal', { group: turn.holder }) };
  const act = () => {
    nextInTurn(ui, turn);
    if (hidden(first)) ui.emit('reveal', { group: first });
  };
  if (!first) return { what: turn.holder ? 'last' : 'give', act };
  return { what: turn.holder ? (hidden(first) ? 'next_show' : 'give_next') : hidden(first) ? 'give_show' : 'give', act };
}

/** @param {ConsoleState} ui @param {import('../../types.js').Turn} turn */
export function nextInTurn(ui, turn) {
  if (turn.holder) ui.emit('turn', { act: 'done', scope: turn.scope });
  else if (turn.queue.length) ui.emit('turn', { act: 'give', seat: turn.queue[0], scope: turn.scope });
}

/** Go to the next round; if people are not done, ask first and say what is missing. @param {ConsoleState} ui @param {Shown} shown */
export function nextRound(ui, shown) {
  const next = shown.rounds[shown.index + 1];
  if (!next) return;
  if (unfinished(shown).length) ui.set({ dialog: 'next', extra: next.id });
  else goTo(ui, next.id, false);
}

/** @param {ConsoleState} ui @param {Shown} shown */
export function goBack(ui, shown) {
  const before = shown.rounds[shown.index - 1];
  if (before) goTo(ui, before.id, false);
}

/** @param {ConsoleState} ui @param {string} round @param {boolean} confirm */
export function goTo(ui, round, confirm) {
  ui.emit('round', confirm ? { to: round, confirm: true } : { to: round });
  ui.set({ preview: '', dialog: '' });
}
