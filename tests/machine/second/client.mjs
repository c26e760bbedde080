// A second client, made from board_schema/SPEC.md alone: nothing in it was copied from, or looked up in, the
// client under static/js or the server. It speaks the protocol over a WebSocket (written here over `net`, from
// RFC 6455), over an HTTP stream and over HTTP polling (SPEC 7), keeps the two layers of records, numbers its
// ops, sends unanswered ones again after a reconnect, and holds every frame against what SPEC says of it.

import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { connect } from 'node:net';

const { encode, decode } = createRequire(new URL('../../../static/package.json', import.meta.url))('@msgpack/msgpack');

export const newId = () => randomBytes(12).toString('base64url'); // 16 characters of A-Za-z0-9_- (section 5)

export function check(holds, what) {
  if (!holds) throw new Error(`not as SPEC says: ${what}`);
}

/** One call of section 9. Without a bearer token a program names the house's own origin (H1). */
export async function call(house, method, path, { body, token } = {}) {
  const headers = { origin: house };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(house + path, { method, headers, body: body && JSON.stringify(body) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const json = (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, body: json ? JSON.parse(bytes) : bytes };
}

/** RFC 6455, as much as SPEC 7 needs of it: binary messages, pings, closes. */
class Socket {
  constructor(house, board, hello, take, over) {
    const { hostname, port } = new URL(house);
    this.raw = connect(Number(port), hostname);
    this.over = over;
    this.take = take;
    this.bytes = Buffer.alloc(0);
    this.parts = [];
    this.code = 0;
    const key = randomBytes(16).toString('base64');
    this.accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    this.raw.write(
      `GET /ws/${board} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    this.hello = hello;
    this.open = false;
    this.raw.on('data', (more) => this.read(more));
    this.raw.on('error', () => {});
    this.raw.on('close', () => this.over(this.code));
  }

  read(more) {
    this.bytes = Buffer.concat([this.bytes, more]);
    if (!this.open) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.bytes.subarray(0, end).toString();
      check(head.startsWith('HTTP/1.1 101') && head.includes(this.accept), `the handshake: ${head}`);
      this.open = true;
      this.bytes = this.bytes.subarray(end + 4);
      this.hello.forEach((frame) => this.send(frame));
    }
    while (this.bytes.length >= 2) {
      let size = this.bytes[1] & 127;
      let at = 2;
      if (size === 126) [size, at] = [this.bytes.length < 4 ? Infinity : this.bytes.readUInt16BE(2), 4];
      else if (size === 127) [size, at] = [this.bytes.length < 10 ? Infinity : Number(this.bytes.readBigUInt64BE(2)), 10];
      if (this.bytes.length < at + size) return;
      this.message(this.bytes[0] & 15, this.bytes[0] & 128, this.bytes.subarray(at, at + size));
      this.bytes = this.bytes.subarray(at + size);
    }
  }

  message(kind, last, bytes) {
    if (kind === 9) this.write(10, bytes);
    else if (kind === 8) {
      this.code = bytes.length >= 2 ? bytes.readUInt16BE(0) : 1005;
      this.write(8, bytes.subarray(0, 2));
      this.raw.end();
    } else if (kind <= 2) {
      check(kind !== 1, 'text messages are not used (7)');
      this.parts.push(Buffer.from(bytes));
      if (!last) return;
      this.take(Buffer.concat(this.parts));
      this.parts = [];
    }
  }

  write(kind, bytes) {
    const mask = randomBytes(4);
    const head =
      bytes.length < 126
        ? Buffer.from([128 | kind, 128 | bytes.length])
        : Buffer.from([128 | kind, 128 | 126, bytes.length >> 8, bytes.length & 255]);
    this.raw.write(Buffer.concat([head, mask, Buffer.from(bytes.map((byte, i) => byte ^ mask[i & 3]))]));
  }

  send(frame) {
    this.write(2, Buffer.from(frame));
  }

  drop() {
    this.raw.destroy();
  }
}

/** A line over HTTP (P8 to P12): `stream` keeps one answer open, `poll` asks for more again and again. */
class Line {
  constructor(house, board, hello, take, over, how) {
    this.where = `${house}/stream/${board}`;
    this.house = house;
    this.name = randomBytes(16);
    this.take = take;
    this.over = over;
    this.code = 0;
    this.queue = [];
    this.batch = 0;
    this.ended = false;
    this.cut = new AbortController();
    (how === 'poll' ? this.poll(hello) : this.stream(hello)).catch(() => {}).finally(() => this.end());
  }

  async post(what, number, frames) {
    const parts = [this.name, Buffer.alloc(4)];
    parts[1].writeUInt32BE(number);
    for (const frame of frames) {
      const size = Buffer.alloc(4);
      size.writeUInt32BE(frame.length);
      parts.push(size, frame);
    }
    return fetch(`${this.where}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/msgpack', origin: this.house },
      body: Buffer.concat(parts),
      signal: this.cut.signal,
    });
  }

  /** Takes the whole frames off the front of what has come; gives back the rest. */
  unpack(bytes) {
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
      const size = bytes.readUInt32BE(0);
      if (size) this.take(bytes.subarray(4, 4 + size)); // a length of 0 is a heartbeat
      bytes = bytes.subarray(4 + size);
    }
    return bytes;
  }

  async stream(hello) {
    const answer = await this.post('open', 0, hello);
    check(answer.status === 200, `open was answered ${answer.status} (P9)`);
    let rest = Buffer.alloc(0);
    for await (const more of answer.body) rest = this.unpack(Buffer.concat([rest, more]));
  }

  async poll(hello) {
    let answer = await this.post('poll', 0, hello);
    for (let number = 1; answer.status === 200; number += 1) {
      const rest = this.unpack(Buffer.from(await answer.arrayBuffer()));
      check(rest.length === 0, 'an answer of whole frames (P11)');
      if (this.code) return;
      answer = await this.post('more', number, []);
    }
  }

  send(frame) {
    this.queue.push(frame);
    this.up();
  }

  /** One batch at a time, each number once (P10). */
  async up() {
    if (this.sending || this.ended) return;
    this.sending = true;
    try {
      while (this.queue.length) {
        this.batch += 1;
        const answer = await this.post('up', this.batch, this.queue.splice(0, 3));
        if (answer.status !== 204) break; // 404, 409: the line is over (P10, P12)
      }
    } catch {
      // cut
    }
    this.sending = false;
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    this.over(this.code);
  }

  drop() {
    this.cut.abort();
    this.end();
  }
}

// Section 6: the fields of each record, by the kind before the colon. A `?` marks what may be absent.
const NOTE = 'kind text sheet lane row side spot under until marks links fields ?about ?version ?marks_open ?links_open';
const FIELDS = {
  board:
    'title venue lang round leader from to step door began ends_at closed sealed sitting notice walk now expires day ahead rehearsal origin visited scene who_sees ' +
    '?can ?briefing ?started_from ?handings ?underway ?at_share ?lacks ?reveal ?offers',
  method:
    'id title heading minutes people group_size groups limit ?leader_question ?leader_part ?leader_listen ?leader_told ?answers ?lifts scribe ' +
    'unnamed team ahead keep rounds ?before ?pitch',
  cycle: 'stations next shows',
  plan: 'minutes more',
  sheet: 'order title form per_group over scale lanes marks links heads head_title',
  progress: 'people present asks_ready ready wrote piles',
  part: 'order title may count rest holders wanted can',
  seat: 'name number role group remote hosted leads parts ?away ?ready',
  group: 'number shown ?people ?ready',
  turn: 'scope holder queue later done absent since number free endless ?can',
  deck: 'sheet title left rest_at card can',
  prepare: 'deck themes cards',
  ring: 'seats can',
  claim: 'note joker',
  row: 'group text marks reach open locked marks_open ?becomes',
  note: `${NOTE} reach chosen can ?sources ?handed ?of ?becomes`,
  bin: 'text can',
  circle: 'sheet notes loop name proposed',
  version: 'n day notes circles changes',
  pad: 'text round group turn spot card can',
  me: 'seat name role group ready turn scope can who_sees undo write place scene leads lent devices parts card',
  host: 'parts write',
  mine: `${NOTE} draft can ?as`,
  deleted: 'text can',
  taken: 'text sheet lane',
};
const ROUND = 'id title instruction sheet lanes fixed beside version also follow ?say ?questions ?pad';
const LANE = 'id title hint color limit after unless shows fields answers needs asks takes becomes place about span tells ?scale open why later';
const PERSONAL = new Set('me host mine deleted taken'.split(' '));

function shape(record, fields, what) {
  const words = fields.split(' ');
  for (const word of words) check(word[0] === '?' || word in record, `${what} has the field ${word} (section 6)`);
  for (const key of Object.keys(record)) {
    check(words.includes(key) || words.includes(`?${key}`), `${key} of ${what} stands in section 6`);
  }
}

function apply(layer, personal, set, gone) {
  for (const [id, record] of Object.entries(set)) {
    const kind = id.split(':')[0];
    check(FIELDS[kind] && PERSONAL.has(kind) === personal, `${id} in the ${personal ? 'personal' : 'audience'} layer`);
    // Of an own note that is up there are its rights only.
    shape(record, kind === 'mine' && !record.draft ? 'can ?as ?marks_open ?links_open' : FIELDS[kind], id);
    if (kind === 'method') record.rounds.forEach((round) => shape(round, ROUND, `round ${round.id}`));
    if (kind === 'sheet') record.lanes.forEach((lane) => shape(lane, LANE, `lane ${lane.id}`));
    layer.set(id, record); // P2: replaced whole
  }
  for (const id of gone) layer.delete(id);
}

/** One tab of one person, or a wall. */
export class Player {
  constructor(house, board, token, how = 'socket', tab = newId()) {
    Object.assign(this, { house, board, token, how, tab });
    this.n = 0;
    this.seen = 0;
    this.waiting = new Map(); // n -> {frame, answer}: sent and not answered
    this.heard = []; // every frame as text, for "what this role may not see"
    this.looks = new Set(); // what looks again whether it holds, whenever something has come or a link has ended
  }

  /** Connects, says hello, sends again what was not answered (P4); waits for welcome and the first layers (P1). */
  async connect(again = true) {
    const hello = { protocol: 3, token: this.token, tab: this.tab, seen: this.seen };
    const frames = [encode(['hello', hello])];
    if (again) [...this.waiting.keys()].sort((a, b) => a - b).forEach((n) => frames.push(this.waiting.get(n).frame));
    Object.assign(this, { welcome: null, patched: false, own: false, version: 0, pub: new Map(), mine: new Map(), here: [] });
    Object.assign(this, { ended: 0, drags: undefined, pong: undefined });
    const mark = {};
    this.mark = mark; // frames of a link that was left behind are not ours
    const take = (bytes) => this.mark === mark && this.take(decode(bytes));
    const over = (code) => {
      if (this.mark !== mark) return;
      this.ended ||= code || 1006;
      this.look();
    };
    this.link =
      this.how === 'socket'
        ? new Socket(this.house, this.board, frames, take, over)
        : new Line(this.house, this.board, frames, take, over, this.how);
    // A wall has no seat and gets no `mine`; nor does a person of a sealed board, whose seat is gone (R14).
    await this.until(() => this.ended || (this.patched && (this.own || !this.welcome.seat)), 'the first layers');
    return this;
  }

  drop() {
    this.mark = null;
    this.link.drop();
  }

  take(frame) {
    const [name, ...rest] = frame;
    this.heard.push(JSON.stringify(frame));
    if (name !== 'bye') check((name === 'welcome') === !this.welcome, `welcome comes once, first; ${name} came`);
    if (name === 'welcome') [this.welcome] = rest;
    else if (name === 'patch' || name === 'mine') this.layer(name === 'mine', ...rest);
    else if (name === 'ack') this.ack(rest[0]);
    else if (name === 'refused') this.refused(...rest);
    else if (name === 'here') [this.here] = rest;
    else if (name === 'pong') [this.pong] = rest;
    else if (name === 'drags') this.drags = { ...this.drags, ...rest[0] };
    else if (name === 'reset') Object.assign(this, { pub: new Map(), mine: new Map(), version: 0 });
    else if (name === 'bye') [this.ended, this.bye] = rest;
    if (name === 'bye') this.link.code = this.ended;
    this.look();
  }

  look() {
    for (const again of this.looks) again();
  }

  layer(personal, version, set, gone) {
    check(version >= this.version, `a version never decreases (P3): ${version} after ${this.version}`);
    if (personal) check(this.welcome.role !== 'wall', 'a wall gets no personal layer');
    this.version = version;
    apply(personal ? this.mine : this.pub, personal, set, gone);
    if (personal) this.own = true;
    else this.patched = true;
  }

  /** Refusals come before the ack (P15), so what an ack covers and was not refused is done. */
  ack(n) {
    for (const [number, op] of this.waiting) if (number <= n) this.answer(number, op, 'ok');
    this.seen = Math.max(this.seen, this.waiting.size ? Math.min(n, ...this.waiting.keys()) : n);
  }

  refused(n, reason) {
    const op = this.waiting.get(n);
    this.lastRefused = [n, reason];
    if (op) this.answer(n, op, reason);
  }

  answer(n, op, word) {
    this.waiting.delete(n);
    op.answer(word);
  }

  /** Sends one op; the promise gives 'ok' or the reason it was refused with. */
  op(name, args = {}, n = (this.n += 1)) {
    const frame = encode(['op', n, name, args]);
    this.link.send(frame);
    return new Promise((answer) => this.waiting.set(n, { frame, answer }));
  }

  frame(...values) {
    this.link.send(encode(values));
  }

  /** Waits until `holds` gives true; it may ask only for what comes over this player's link. */
  async until(holds, what, ms = 20000) {
    let look, late;
    const held = new Promise((done, fail) => {
      look = () => {
        try {
          if (holds()) done();
        } catch (problem) {
          fail(problem);
        }
      };
      late = setTimeout(() => fail(new Error(`${this.label ?? this.how}: waited in vain for ${what}`)), ms);
    });
    this.looks.add(look);
    look();
    await held.finally(() => {
      this.looks.delete(look);
      clearTimeout(late);
    });
  }

  /** The op must be done. */
  async do(name, args) {
    const word = await this.soon(this.op(name, args), name);
    check(word === 'ok', `${this.label}: ${name} ${JSON.stringify(args)} was refused: ${word}`);
  }

  /** The op must be refused with just this reason. */
  async no(reason, name, args) {
    const word = await this.soon(this.op(name, args), name);
    check(word === reason, `${this.label}: ${name} ${JSON.stringify(args)} must be refused with ${reason}, got ${word}`);
    (Player.reasons ??= new Set()).add(reason);
  }

  async soon(promise, what) {
    let word;
    promise.then((it) => ((word = it), this.look()));
    await this.until(() => word, `an answer to ${what}`);
    return word;
  }

  get me() {
    return this.mine.get('me');
  }

  /** The record `board`; `board` is the board's id. */
  get board_() {
    return this.pub.get('board');
  }

  records(kind, layer = this.pub) {
    return [...layer].filter(([id]) => id.startsWith(`${kind}:`)).map(([id, it]) => ({ id: id.slice(kind.length + 1), ...it }));
  }
}
