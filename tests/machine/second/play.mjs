// Plays a whole dilemma workshop over the wire with the second client, and holds what comes against
// board_schema/SPEC.md (the ids in the comments). Made from that page alone. Usage: node play.mjs http://house
// Ends with 0 and a line that says what was played, or with 1 and the rule that did not hold.

import { call, check, newId, Player } from './client.mjs';

const house = process.argv[2];
const FATES = 'dissolved solved analysis paradox';

/** Waits until every one of these sees what `holds` asks for. */
const all = (players, holds, what) => Promise.all(players.map((it) => it.until(() => holds(it), what)));
/** Nobody of these ever got this text, whatever the frame. */
const never = (players, text) =>
  players.forEach((it) => check(!it.heard.some((frame) => frame.includes(text)), `${it.label} may not see ${text}`));
const shows = (id) => (it) => it.pub.has(`note:${id}`);
const turnOf = (it, scope) => it.pub.get(`turn:${scope}`);

// --- Coming in (section 9) ---
const made = await call(house, 'POST', '/api/workshops', { body: { method: 'dilemmavaerksted', lang: 'en' } });
check(made.status === 201, `create was answered ${made.status}`);
const { board, token, wall, code } = made.body;

async function enter(label, player) {
  player.label = label;
  return player.connect();
}
async function join(label, how, key = { code }) {
  const { status, body } = await call(house, 'POST', '/api/join', { body: { ...key, name: `${label}-name` } });
  check(status === 200 && body.board === board, `join was answered ${status}`);
  const player = await enter(label, new Player(house, board, body.token, how));
  check(player.welcome.seat === body.seat && player.welcome.role === body.role, 'welcome says seat and role');
  check(player.me.name === `${label}-name`, 'me has the name');
  return player;
}

const lead = await enter('facilitator', new Player(house, board, token));
const screen = await enter('wall', new Player(house, board, wall));
check(lead.welcome.role === 'facilitator' && screen.welcome.role === 'wall' && screen.welcome.seat === '', 'welcome');
const door = (await call(house, 'GET', `/api/board/${board}/door`, { token })).body;
const secret = (address) => new URL(address).hash.slice(3); // what stands after `#j=` and `#l=`
const people = [];
const ways = ['socket', 'socket', 'socket', 'stream', 'poll', 'socket'];
for (const [at, how] of ways.entries()) people.push(await join(`p${at + 1}`, how));
const [p1, p2, p3, p4, p5, p6] = people;
const scribe = await join('scribe', 'socket', { join: secret(door.url) });
const ghost = await join('ghost', 'socket');
const ear = await join('listener', 'poll', { join: secret(door.listen) });
check(ear.welcome.role === 'listener', 'the listeners’ key makes a listener');
const everybody = [lead, screen, ...people, scribe, ear];
const look = await call(house, 'POST', '/api/look', { body: { code } });
check(look.status === 200 && look.body.role === 'participant' && look.body.lang === 'en', 'look');

// --- welcome ---
const hosted = newId();
await lead.do('setup', { title: 'What pulls us apart?', venue: 'Room 7' });
await lead.do('person', { seat: hosted, name: 'hosted-name' });
await lead.do('role', { seat: scribe.welcome.seat, role: 'scribe' });
await all(everybody, (it) => it.board_.title === 'What pulls us apart?' && it.board_.scene === 'welcome', 'the title');
await scribe.until(() => scribe.me.role === 'scribe', 'the role');
await all([lead, screen, p5], (it) => it.pub.get('progress').people === 7, 'people: participants with a phone');
check(lead.pub.get('method').rounds.every((it) => it.say) && !p1.pub.get('method').rounds.some((it) => it.say), 'V13');
check(lead.board_.can.includes('round') && !('can' in p1.board_) && !('reveal' in screen.board_), 'can is the facilitator’s');
await p1.no('role', 'round', { to: 'write' });
await p1.no('unknown_op', 'vote', { note: newId() }); // R7
await p1.no('bad_op', 'name', { name: 'x', age: 7 });
await p1.no('bad_op', 'name');
await p1.no('empty', 'write', { note: newId(), text: '  ', sheet: 'grid', lane: '' });
await p1.no('too_long', 'name', { name: 'x'.repeat(41) });
await p1.no('bad_text', 'name', { name: 'x\ud800' }); // P13: coded as if it were a character
await p1.no('not_ready_here', 'ready', { on: true });
await p1.no('round', 'turn', { act: 'take' });
await p1.no('nothing_to_undo', 'undo');
await ear.no('role', 'write', { note: newId(), text: 'x', sheet: 'dilemmas', lane: 'dilemma' }); // R6
await screen.no('role', 'undo');
await lead.no('round', 'round', { to: 'nowhere' });
await lead.no('not_ready_here', 'seal');
await lead.no('taken', 'person', { seat: hosted, name: 'again' });
await lead.no('no_seat', 'remove', { seat: newId() });
await lead.do('door', { open: false });
check((await call(house, 'POST', '/api/look', { body: { code } })).body.error === 'no_door', 'a closed door');
await lead.do('door', { open: true });
p3.frame('ping', 12.5);
await p3.until(() => p3.pong === 12.5, 'pong');
await all([p1], (it) => it.here.length === 10, 'all ten seats with a connection are here');

// --- write: drafts ---
await lead.do('round', { to: 'write' });
await all(everybody, (it) => it.board_.round === 'write' && it.board_.scene === 'write', 'round write');
const draft = new Map();
const text = (it) => `draft of ${it.label}, ${board.slice(0, 4)}`;
const write = (lane, words, more = {}) => ({ note: newId(), text: words, sheet: 'grid', lane, ...more });
for (const it of [...people, ghost]) {
  const args = { ...write('dilemma', text(it)), sheet: 'dilemmas' };
  draft.set(it, args.note);
  await it.do('write', args);
  check(it.mine.get(`mine:${args.note}`)?.draft === true, 'the patch that shows an op comes before its ack (P15)');
  check(it.me.who_sees === 'own_until_turn', `${it.me.who_sees}: who can see what I write`);
}
const spoken = newId();
await lead.do('write', { note: spoken, text: 'said by hosted', sheet: 'dilemmas', lane: 'dilemma', as: hosted }); // R20
check(lead.mine.get(`mine:${spoken}`).as === hosted, 'a hosted draft is the facilitator’s to see (V3)');
await p1.no('not_yours', 'write', { note: newId(), text: 'x', sheet: 'dilemmas', lane: 'dilemma', as: hosted });
await p1.no('taken', 'write', { note: draft.get(p2), text: 'x', sheet: 'dilemmas', lane: 'dilemma' });
await p1.no('no_note', 'edit', { note: draft.get(p2), text: 'x' });
await p1.no('no_lane', 'write', { ...write('x', 'x'), sheet: 'nowhere' });
await p1.no('too_long', 'write', { ...write('dilemma', 'x'.repeat(201)), sheet: 'dilemmas' });
await p1.no('round', 'place', { note: draft.get(p1), lane: 'dilemma' });
await p2.do('ready', { on: true });
await all([lead, screen], (it) => it.pub.get('progress').ready === 1 && it.pub.get('progress').wrote === 5, 'progress');
check(lead.board_.offers.join() === 'groups,shuffle,write_for,wrote,await_ready', `offers: ${lead.board_.offers}`);
check(p1.pub.get('progress').asks_ready && p1.board_.who_sees === 'own_until_turn' && !p1.board_.offers, 'what is said to all');
check(!('ready' in lead.pub.get(`seat:${p2.welcome.seat}`)), 'V11: who is ready is not shown');
check(lead.pub.get('progress').piles.dilemmas.dilemma === 5, 'V6: a pile says how many people wrote, as a step');
// Undo, delete, restore (O7, V8).
await p2.do('edit', { note: draft.get(p2), text: 'other words' });
check(p2.me.can.includes('undo'), 'undo is offered');
await p2.do('undo');
check(p2.mine.get(`mine:${draft.get(p2)}`).text === text(p2), 'undo gives the words back');
await p2.do('delete', { note: draft.get(p2) });
check(p2.mine.get(`deleted:${draft.get(p2)}`).can.includes('restore'), 'an own deleted note');
await p2.do('restore', { note: draft.get(p2) });
// A drop in the middle: sent and not answered, then sent again, each done once (P4, O2).
for (const it of [p1, p4, p5]) {
  const extra = [newId(), newId(), newId()];
  const answers = extra.map((note, at) => it.op('write', { note, text: `kept ${at}`, sheet: 'dilemmas', lane: '' }));
  answers.push(it.op('vote'), it.op('write', { note: extra[0], text: 'twice', sheet: 'dilemmas', lane: '' }));
  if (it === p1) await Promise.race(answers); // of the others none is answered yet
  it.drop();
  await it.connect();
  const words = await it.soon(Promise.all(answers), 'what was sent again');
  check(words.join() === 'ok,ok,ok,unknown_op,taken', `each answered once: ${words}`);
  check(extra.every((note, at) => it.mine.get(`mine:${note}`)?.text === `kept ${at}`), 'each is there, once');
  check(it.welcome.ack <= it.n, 'welcome says the highest number folded');
  for (const note of extra) await it.do('delete', { note });
}
// Numbers out of order (O8): one that was used by another op, one skipped and used late; skipping is allowed.
const used = p3.n;
p3.n += 5;
await p3.do('name', { name: 'p3-again' });
for (const n of [used, used + 2]) {
  const word = await p3.soon(p3.op('name', { name: 'late' }, n), 'a late number');
  check(word === 'out_of_order', `number ${n} after ${p3.n} is out of order: ${word}`);
}
Player.reasons.add('out_of_order');
// The same op under its number, before its answer was said to be seen, is answered again and not done again (O2).
const twice = { note: newId(), text: 'once only', sheet: 'dilemmas', lane: '' };
await p2.do('write', twice);
check((await p2.soon(p2.op('write', twice, p2.n), 'the same again')) === 'ok', 'answered again');
check(p2.records('mine', p2.mine).filter((it) => it.text === 'once only').length === 1, 'done once');
await p2.do('delete', { note: twice.note });
// A second connection with the same tab takes the first one's place (P14), and what it left is answered there.
const twin = new Player(house, board, p6.token, 'socket', p6.tab);
twin.label = 'p6-twin';
Object.assign(twin, { n: p6.n, seen: p6.seen });
await twin.connect();
await p6.until(() => p6.ended === 4507, '4507 replaced');
check(p6.bye === 'replaced', 'bye says the code’s name');
await twin.do('edit', { note: draft.get(p6), text: text(p6) });
Object.assign(p6, { n: twin.n, seen: twin.seen, tab: newId() }); // it may come back with another tab only
Object.assign(p6, { n: 0, seen: 0 });
twin.drop();
await p6.connect();
// Removed (R21, 4503).
const { seat } = ghost.me;
await lead.do('remove', { seat });
await ghost.until(() => ghost.ended === 4503, '4503 removed');
await ghost.connect().catch(() => {});
check(ghost.ended === 4503, 'a hello of somebody removed');
await all([lead], (it) => !it.pub.has(`seat:${seat}`) && it.pub.get('progress').wrote === 5, 'gone');
for (const it of [...people, ghost]) never(everybody.filter((other) => other !== it), text(it)); // V3
never(everybody.filter((it) => it !== lead), 'said by hosted');

// The pad (R26, V15).
const line = newId();
await scribe.do('pad', { act: 'write', line, text: 'a word', round: 'write' });
await lead.until(() => lead.pub.get(`pad:${line}`)?.text === 'a word', 'the scribe’s line');
await lead.do('pad', { act: 'edit', line, text: 'two words', from: 'a word' });
await scribe.until(() => scribe.pub.get(`pad:${line}`).text === 'two words', 'edited');
check(![p1, ear, screen].some((it) => it.records('pad').length), 'V15: nobody else');
await scribe.no('changed', 'pad', { act: 'edit', line, text: 'three', from: 'a word' });
await scribe.no('no_seat', 'pad', { act: 'write', line: newId(), text: 'x', round: 'write', turn: 1 });
await scribe.no('round', 'pad', { act: 'write', line: newId(), text: 'x', round: 'plenum' });
await p1.no('role', 'pad', { act: 'delete', line });
await scribe.do('pad', { act: 'delete', line });
await lead.until(() => !lead.pub.has(`pad:${line}`), 'the line is gone');
await scribe.do('undo');

// --- present: in turn in groups ---
await lead.do('groups', { size: 4 });
for (const [at, it] of people.entries()) await lead.do('group', { seat: it.welcome.seat, group: at < 3 ? 'g1' : 'g2' });
await lead.do('group', { seat: hosted, group: 'g1' });
await lead.no('no_group', 'group', { seat: hosted, group: 'g9' });
await lead.do('round', { to: 'present' });
await all(people, (it) => it.board_.scene === 'group' && it.pub.has(`turn:${it.me.group}`), 'the queue of the group');
await lead.until(() => turnOf(lead, 'g1')?.queue.length === 4 && turnOf(lead, 'g2')?.queue.length === 3, 'both queues');
check(turnOf(lead, 'g1').holder === '' && !turnOf(p1, 'g2') && !turnOf(p4, 'g1'), 'R22 begins; V9');
check(screen.records('turn').length + ear.records('turn').length === 0, 'V9: not the wall, not a listener');
const g1 = [p1, p2, p3];
const g2 = [p4, p5, p6];
await p1.no('turn', 'turn', { act: 'done' });
await p1.no('role', 'turn', { act: 'give' });
await lead.no('role', 'turn', { act: 'take', scope: 'g1' });
await lead.no('no_seat', 'turn', { act: 'skip' }); // `scope` left out is `all`: no such queue (R23)
await p1.do('turn', { act: 'take' });
check(p1.me.turn === 'holder' && p1.me.scene === 'turn' && p1.me.place.reach === 'group', 'p1 has the floor');
await p2.no('turn', 'place', { note: draft.get(p2), lane: 'dilemma' }); // R4
await p1.no('no_lane', 'place', { note: draft.get(p1), lane: 'one' }); // a lane of another sheet
await p1.do('place', { note: draft.get(p1), lane: 'dilemma' });
await all([...g1, lead], shows(draft.get(p1)), 'the group and the facilitator see it');
check(p2.pub.get(`note:${draft.get(p1)}`).row === 'g1', 'on the group’s own copy');
await p2.do('turn', { act: 'take' }); // waits, as the first
await lead.until(() => turnOf(lead, 'g1').queue[0] === p2.welcome.seat, 'p2 is the next');
check(p2.me.turn === 'next', `p2 is next: ${p2.me.turn}`);
await p1.do('turn', { act: 'done' });
await p2.until(() => p2.me.turn === 'holder', 'the next’s');
await p2.do('turn', { act: 'later' });
await lead.until(() => turnOf(lead, 'g1').later.includes(p2.welcome.seat), 'later');
check(turnOf(lead, 'g1').queue.at(-1) === p2.welcome.seat && turnOf(lead, 'g1').done.includes(p1.welcome.seat), 'R22');
await p1.no('turn', 'turn', { act: 'pass' }); // done already
await lead.do('turn', { act: 'give', seat: p3.welcome.seat, scope: 'g1' });
await p3.until(() => p3.me.turn === 'holder', 'given');
await p3.do('turn', { act: 'pass' });
await lead.do('turn', { act: 'take', as: hosted });
await lead.do('place', { note: spoken, lane: 'dilemma', as: hosted });
await all(g1, shows(spoken), 'the hosted person’s');
await lead.do('turn', { act: 'done', as: hosted });
await lead.no('turns_left', 'round', { to: 'choose' }); // R5
await p2.until(() => p2.me.turn === 'holder', 'p2 came back, as it said');
await p2.do('place', { note: draft.get(p2), lane: 'dilemma' });
await p2.do('turn', { act: 'done' });
for (const it of [p4, p5]) {
  await lead.do('turn', { act: 'give', seat: it.welcome.seat, scope: 'g2' });
  await it.until(() => it.me.turn === 'holder', 'the floor');
  await it.do('place', { note: draft.get(it), lane: 'dilemma' });
}
await lead.do('turn', { act: 'absent', seat: p6.welcome.seat, scope: 'g2' });
await lead.until(() => turnOf(lead, 'g2').absent.includes(p6.welcome.seat), 'absent');
await lead.do('delete', { note: draft.get(p5) }); // R13: taken down by the facilitator, and told (V8)
await p5.until(() => p5.mine.get(`taken:${draft.get(p5)}`)?.text === text(p5), 'the author is told');
await p5.no('no_note', 'restore', { note: draft.get(p5) });
check(lead.pub.get(`bin:${draft.get(p5)}`).can.includes('restore'), 'the facilitator’s bin');
await lead.do('restore', { note: draft.get(p5) });
await all(g2, shows(draft.get(p5)), 'back again');
await lead.do('delete', { note: draft.get(p5) });
await lead.do('round', { to: 'choose', confirm: true });
for (const it of g1.slice(0, 2)) never([...g2, screen, ear, scribe], text(it)); // V2

// --- choose ---
await all(people, (it) => it.board_.round === 'choose', 'round choose');
await p4.no('no_note', 'mark', { note: draft.get(p1), kind: 'chosen', word: 'chosen' });
await p2.do('mark', { note: draft.get(p1), kind: 'chosen', word: 'chosen' }); // R12
await p2.until(() => p2.records('row').length === 1, 'a row');
await p2.do('mark', { note: draft.get(p1), kind: 'chosen', word: '' });
await p2.until(() => p2.records('row').length === 0, 'un-chosen');
await p2.do('mark', { note: draft.get(p1), kind: 'chosen', word: 'chosen' });
await p4.do('mark', { note: draft.get(p4), kind: 'chosen', word: 'chosen' });
const [one, two] = [p2, p4].map((it) => it.records('row')[0]);
check(one.id === draft.get(p1) && one.text === text(p1) && one.reach === 'group', 'the row has the note’s id and words');
check(p2.pub.get(`note:${one.id}`).chosen && !screen.pub.has(`row:${one.id}`) && !p4.pub.has(`row:${one.id}`), 'V10');

// --- sides, depth, actions ---
await lead.do('round', { to: 'sides' });
await all(people, (it) => it.board_.round === 'sides' && it.records('row')[0].open.join() === 'one,other', 'rows are open');
check(p1.records('row')[0].locked.actions !== undefined, 'what is not open is locked, with a reason');
const side = write('one', 'first hand', { row: one.id });
await p1.do('write', side);
await all([...g1, lead], shows(side.note), 'written, and up at once (R3)');
await p3.do('write', write('other', 'other hand', { row: one.id }));
await p4.do('write', write('one', 'g2 hand', { row: two.id }));
const aloud = write('other', 'hosted hand', { row: one.id, as: hosted });
await lead.do('write', aloud);
await all([...g1, lead], shows(aloud.note), 'the hosted person writes as a member of the group (R20)');
const early = write('actions', 'too early', { row: one.id });
await p1.do('write', early);
check(p1.mine.get(`mine:${early.note}`)?.draft, 'R3: early is a draft');
await p1.no('lane_closed', 'place', { note: early.note, lane: 'actions', row: one.id });
await p1.no('no_row', 'place', { note: early.note, lane: 'one', row: two.id });
await p1.no('row_in_use', 'delete', { note: one.id }); // R13
await p2.do('edit', { note: side.note, text: 'first hand, better' }); // `move` is the group's here
await all(g1, (it) => it.pub.get(`note:${side.note}`).text.endsWith('better'), 'the group edits');
p2.frame('drag', side.note, 0.25, 0.5);
await p1.until(() => p1.drags?.[side.note]?.[0] === 0.25, 'a drag of a note that is shown');
check(![screen, p4, ear].some((it) => it.drags?.[side.note]), 'of a note that is not shown: nothing');
p2.frame('drag', side.note, null, null);
await p1.until(() => p1.drags[side.note] === null, 'let go');
await p2.do('ready', { on: true });
await lead.until(() => lead.pub.get(`seat:${p2.welcome.seat}`).ready === true, 'V11 allows it here');
await lead.do('round', { to: 'depth' });
await all(g1, (it) => it.board_.round === 'depth', 'round depth');
for (const lane of ['experience', 'relations', 'conditions', 'history']) await p3.do('write', write(lane, `g1 ${lane}`, { row: one.id }));
await p5.do('write', write('experience', 'g2 experience', { row: two.id }));
await lead.do('round', { to: 'actions' });
await all(people, (it) => it.board_.round === 'actions', 'round actions');
check(p4.records('row')[0].locked.actions === 'depth_first', 'the row says why (R10)');
await p1.do('place', { note: early.note, lane: 'actions', row: one.id });
const idea = write('actions', 'g2 idea', { row: two.id });
await p4.do('write', idea);
check(p4.mine.get(`mine:${idea.note}`)?.draft, 'R3: where it must wait it is a draft');
await p4.no('depth_first', 'place', { note: idea.note, lane: 'actions', row: two.id });
await p1.no('no_note', 'mark', { note: two.id, kind: 'depth', word: 'enough' });
await p6.do('mark', { note: two.id, kind: 'depth', word: 'enough' });
await p4.do('place', { note: idea.note, lane: 'actions', row: two.id });
never([screen, ear, scribe, ...g2], 'first hand');
never([screen, ear, scribe, ...g1], 'g2 ');

// --- plenum ---
await lead.do('round', { to: 'plenum' });
await all(everybody, (it) => it.board_.scene === 'present' && it.pub.has('turn:groups'), 'round plenum');
check(lead.board_.offers.join() === 'notice,groups,reveal_groups,write_for', `offers: ${lead.board_.offers}`);
await p4.no('no_note', 'write', { ...write('one', 'hm', { row: one.id }), kind: 'comment', under: side.note });
await lead.do('reveal', { group: 'g1' }); // R9
await all(everybody, shows(side.note), 'revealed to all');
check(screen.pub.get('group:g1').shown && !screen.pub.get('group:g2').shown, 'one group after another');
check(!screen.pub.has(`note:${draft.get(p2)}`), 'what it told itself on another sheet stays in the group');
await lead.do('turn', { act: 'give', seat: 'g1' });
await p1.until(() => p1.me.turn === 'holder' && p1.me.scope === 'groups', 'the group has the floor');
await lead.do('notice', { show: true });
const comment = { ...write('one', 'I know that', { row: one.id }), kind: 'comment', under: side.note };
await p4.do('write', comment);
await all(everybody, shows(comment.note), 'a comment');
check(screen.pub.get(`note:${comment.note}`).under === side.note, 'a comment’s note');
await ear.no('role', 'write', { ...comment, note: newId() });
await p1.no('locked', 'edit', { note: side.note, text: 'x' });
await scribe.do('write', write('outcome', 'where it stands', { row: one.id }));
await scribe.do('mark', { note: one.id, kind: 'fate', word: 'paradox' });
await p1.no('locked', 'mark', { note: one.id, kind: 'fate', word: 'solved' });
await screen.until(() => screen.pub.get(`row:${one.id}`).marks.fate === 'paradox', 'the fate');
const fates = screen.pub.get('sheet:grid').heads.find(({ id }) => id === 'fate').words.map(({ id }) => id).join(' ');
check(fates === FATES, `fates: ${fates}`);
await lead.do('turn', { act: 'done' });
await lead.no('no_group', 'reveal', { group: 'g9' });
check(screen.records('note').every((it) => it.row === one.id || it.id === one.id), 'group 2 is still hidden');
await lead.do('reveal', { group: 'g2' });
await lead.do('mark', { note: two.id, kind: 'fate', word: 'analysis' });
await all(everybody, (it) => it.pub.get(`row:${two.id}`)?.marks.fate === 'analysis', 'both fates');
const file = (ending, who) => call(house, 'GET', `/api/board/${board}/export/x.${ending}?lang=en`, { token: who.token });
check((await file('md', p1)).body.error === 'round', 'not offered to all yet');

// --- close, briefing, exports, closing, sealing ---
await lead.do('round', { to: 'close', confirm: true });
await all(everybody, (it) => it.board_.scene === 'end', 'round close');
for (const it of [lead, screen, p1, ear]) {
  for (const ending of it === screen ? ['md', 'csv', 'json', 'svg'] : ['md']) {
    const { status, body } = await file(ending, it);
    check(status === 200, `${it.label} takes ${ending} home: ${status}`);
    const words = ending === 'json' ? JSON.stringify(body) : body.toString();
    check(ending === 'svg' || (words.includes('first hand, better') && words.includes('g2 idea')), `${ending} has the notes`);
    for (const never_ of ['-name', text(p2), board, p1.welcome.seat, side.note]) check(!words.includes(never_), `V12: ${never_}`);
  }
}
await lead.do('round', { to: 'briefing' });
await lead.no('not_ready_here', 'seal');
await lead.do('close');
await all(everybody, (it) => it.board_.closed > 0 && it.board_.scene === 'end', 'closed');
await p1.no('closed', 'write', { note: newId(), text: 'x', sheet: 'grid', lane: '' });
await lead.do('reopen');
await all(everybody, (it) => it.board_.closed === 0, 'open again');
await p1.do('write', { note: newId(), text: 'after reopening', sheet: 'grid', lane: '' });
await lead.do('close');
await lead.do('seal');
await all(everybody, (it) => it.board_.sealed, 'sealed');
await all([p1, screen, ear], (it) => it.records('seat').length === 0 && it.records('turn').length === 0, 'R14: no people');
await p1.until(() => p1.records('mine', p1.mine).length === 0, 'no drafts');
check(lead.pub.has(`note:${draft.get(p2)}`) && !p1.pub.has(`note:${draft.get(p2)}`), 'R14: never revealed');
await p1.no('sealed', 'name', { name: 'x' });
await lead.no('sealed', 'reopen');
await ghost.connect().catch(() => {});
check(ghost.ended === 4502, `a removed person after sealing: ${ghost.ended}`);
p4.drop();
await p4.connect();
check(p4.board_.sealed && p4.records('seat').length === 0, 'one may still come back and look');
await p4.until(() => p4.here.length === 0, 'nobody is listed as here');
check(!p4.drags, 'a drag that ended long ago is not told');
check((await file('md', p4)).status === 200, 'and take it home');
check((await call(house, 'DELETE', `/api/board/${board}`, { token })).status === 204, 'deleted');
await all(everybody, (it) => it.ended === 4504, '4504 gone');
check(Player.reasons.size >= 20, `refusals: ${[...Player.reasons]}`);
console.log(`played the dilemma workshop: 11 people, 11 connections, ${Player.reasons.size} reasons of refusal`);
process.exit(0);
