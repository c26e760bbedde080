/** The mirror of board_schema/wire.py: packing, close codes, and the golden vectors where there are some. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Close, PROTOCOL, closeName, comesBack, pack, unpack } from '../../static/js/sync/wire.js';

const SPEC = readFileSync(new URL('../../board_schema/SPEC.md', import.meta.url), 'utf8');

test('P5 every close code of SPEC is known, and says whether to come back', () => {
  const table = [...SPEC.matchAll(/^\| (4\d{3}) \| `(\w+)` \|/gm)].map(([, code, name]) => [name, Number(code)]);
  assert.ok(table.length >= 11);
  assert.deepEqual(Object.fromEntries(table), { ...Close });
  for (const [name, code] of table) {
    assert.equal(closeName(code), name);
    assert.equal(comesBack(code), code < 4500);
  }
  for (const code of [1000, 1001, 1006, 1012]) assert.equal(comesBack(code), true);
});

test('a frame comes back as it was', () => {
  const frame = ['hello', { protocol: PROTOCOL, token: 't', tab: 'x', seen: 0 }];
  assert.deepEqual(unpack(pack(frame)), frame);
  const time = ['welcome', { time: 1_795_428_145_863, seat: '', role: 'wall', ack: 0 }];
  assert.deepEqual(unpack(pack(time)), time);
});

test('bytes that are no frame are nothing, not an error', () => {
  for (const bytes of [[], [0xc1], [0x81], [0x90], [0xa3, 1], [0x91, 5]]) assert.equal(unpack(new Uint8Array(bytes)), null);
});

test('golden vectors: what Python packed is read as it was meant, and ours is byte for byte the same', () => {
  const { client, server } = JSON.parse(readFileSync(new URL('../vectors/frames.json', import.meta.url), 'utf8'));
  assert.ok(client.length && server.length);
  for (const { hex, value } of server) assert.deepEqual(unpack(Buffer.from(hex, 'hex')), value, value[0]);
  for (const { hex, value } of client) assert.equal(Buffer.from(pack(value)).toString('hex'), hex, value[0]);
});

test('P13 half of a pair of surrogates is replaced, so that the op is not refused for it', () => {
  const packed = pack(['op', 1, 'write', { text: 'a\ud83d b\ude42 \ud83d\ude42' }]);
  assert.deepEqual(unpack(packed), ['op', 1, 'write', { text: 'a\ufffd b\ufffd \ud83d\ude42' }]);
});
