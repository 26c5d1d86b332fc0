import fc from 'fast-check';
import { WindowCount } from '../../lib/limits/window-count';
import { runs } from '../long.js';

describe('WindowCount', () => {
  test('counts exactly what lies within (now − window, now]', () => {
    const count = new WindowCount(10, 1000);
    count.charge(4, 0);
    count.charge(3, 500);
    expect([0, 500, 999, 1000, 1499, 1500].map((now) => count.free(now))).toEqual([3, 3, 3, 7, 7, 10]);
  });

  test('timeUntil finds the moment, also several windows ahead', () => {
    const count = new WindowCount(10, 1000);
    count.charge(6, 0);
    count.charge(4, 500);
    expect([1, 6, 7, 10, 11, 17, 26].map((tokens) => count.timeUntil(tokens, 600))).toEqual([
      400, 400, 900, 900, 1400, 1900, 2400,
    ]);
  });

  test('charges debt as soon as there is room', () => {
    const count = new WindowCount(10, 1000);
    count.owe(25, 0);
    expect(count.timeUntil(1, 0)).toBe(2000);
    expect([0, 1000, 2000, 3000].map((now) => count.free(now))).toEqual([-15, -5, 5, 10]);
  });

  test('giveBack reduces debt first, then the oldest charges', () => {
    const count = new WindowCount(10, 1000);
    count.charge(8, 0);
    count.owe(5, 100);
    count.giveBack(4, 200);
    expect(count.free(200)).toBe(1);
    count.giveBack(100, 200);
    expect(count.free(200)).toBe(10);
  });

  test('lets no charge leave early, nor more than 1 % of the window late', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 400, size: 'max' }), (gaps) => {
        const count = new WindowCount(1e6, 1000);
        const charged: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          count.charge(1, now);
          charged.push(now);
          const counted = 1e6 - count.free(now);
          const exact = charged.filter((at) => at > now - 1000).length;
          expect(counted).toBeGreaterThanOrEqual(exact);
          expect(counted).toBeLessThanOrEqual(charged.filter((at) => at > now - 1010).length);
          if (exact <= 100 && charged.filter((at) => at > now - 2020).length <= 100) expect(counted).toBe(exact);
        }
      }),
      runs(10),
    );
  });
});
