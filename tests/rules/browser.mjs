/**
 * One screen, driven from a pipe: the shipped wire.js and store.js, one instruction a line, for test_browser.py.
 *
 * `["op", n, name, args]`: the person does something. `["frame", base64]`: the server says something.
 * `["pending", [n, ...]]`: the line is new, and these are asked again. `["check", text]`: what is confirmed must be
 * this, byte for byte. `["end", text]`: the same, and nothing is pending any more. `["tab", name]`: another screen.
 */
import { createInterface } from 'node:readline';

import { Store } from '../../static/js/sync/store.js';
import { unpack } from '../../static/js/sync/wire.js';

/** JSON whose keys are sorted, so that equal values are equal bytes. */
function canonical(value) {
  return JSON.stringify(value, (_, inner) => (inner && typeof inner === 'object' && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}

const byId = (records) => [...records].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Everything that a store says of its records; whether this browser keeps a note's op is no matter of the server's. */
function picture(store) {
  const { board, method, plan, sheets, me, progress, people, groups, turns, rows, notes, pad, bins, deleted, taken } = store.shown();
  return canonical({
    board, method, plan, sheets, me, progress, people, groups, turns: Object.fromEntries(turns), rows: byId(rows),
    notes: notes.map(({ kept, late, ...note }) => note), pad: byId(pad), bins: byId(bins), deleted: byId(deleted), taken: byId(taken),
  });
}

function fail(what, ours, theirs) {
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  const near = (text) => text.slice(Math.max(0, at - 120), at + 120);
  process.stdout.write(`${name}, line ${lines}: ${what}\nbrowser: …${near(ours)}…\npython:  …${near(theirs)}…\n`);
  process.exit(1);
}

let name = '';
let lines = 0;
let checks = 0;
let store = new Store();
/** The same frames without own ops: what the server has confirmed, and nothing foreseen. */
let confirmed = new Store();

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  lines += 1;
  const [kind, first, second, third] = JSON.parse(line);
  switch (kind) {
    case 'tab':
      name = first;
      store = new Store();
      confirmed = new Store();
      break;
    case 'op': {
      const op = store.propose(second, third);
      if (op.n !== first) fail('another number', String(op.n), String(first));
      store.shown();
      break;
    }
    case 'frame': {
      const frame = unpack(Buffer.from(first, 'base64'));
      if (frame === null) fail('not a frame', '', first);
      store.receive(frame);
      confirmed.receive(frame);
      break;
    }
    case 'pending': {
      const ours = canonical(store.unanswered().map((op) => op.n));
      if (ours !== canonical(first)) fail('what is asked again', ours, canonical(first));
      break;
    }
    case 'check':
    case 'end': {
      checks += 1;
      if (picture(confirmed) !== first) fail('another picture', picture(confirmed), first);
      if (kind === 'check') break;
      if (store.shown().waiting) fail('pending at the end', canonical(store.unanswered()), '[]');
      if (picture(store) !== first) fail('another picture once all is answered', picture(store), first);
      const back = canonical(store.shown().returned.map(({ n }) => n).sort((a, b) => a - b));
      if (back !== canonical(second)) fail('O4: texts that came back', back, canonical(second));
      break;
    }
    default:
      fail('no such instruction', kind, '');
  }
}
process.stdout.write(`${checks} pictures are the same\n`);
