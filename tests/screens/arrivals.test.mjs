// The half circle of those who have come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { halfCircle } from '../../static/js/pages/half-circle.js';

for (const count of [0, 1, 2, 11, 30, 60]) {
  test(`${count} dots lie in a half circle, equally far apart and beside each other`, () => {
    const { radius, spots } = halfCircle(count);
    assert.equal(spots.length, count);
    const gaps = spots.slice(1).map(({ x, y }, at) => Math.hypot(x - spots[at].x, y - spots[at].y));
    if (gaps.length) assert.ok(Math.min(...gaps) > 2 * radius && Math.max(...gaps) - Math.min(...gaps) < 9);
    for (const { x, y } of spots) assert.ok(x >= radius && x <= 1500 - radius && y >= 0 && y <= 210);
    const middle = spots.reduce((sum, { x }) => sum + x, 0) / Math.max(1, count);
    if (count) assert.ok(Math.abs(middle - 750) < 8);
    if (count > 20) assert.ok(radius >= 6);
  });
}
