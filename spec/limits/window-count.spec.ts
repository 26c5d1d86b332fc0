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

  test('freeAt knows what is free at a later moment if more is taken now', () => {
    const count = new WindowCount(10, 1000);
    count.charge(4, 0);
    count.charge(3, 500);
    expect([600, 999, 1000, 1499, 1500, 1599, 1600].map((at) => count.freeAt(at, 2, 600))).toEqual([
      1, 1, 5, 5, 8, 8, 10,
    ]);
    count.owe(13, 600);
    expect(count.freeAt(600, 0, 600)).toBe(-10);
  });

  test('counts as one what comes within 1 % of the window, above 100 separate charges', () => {
    const count = new WindowCount(1000, 1000);
    for (let i = 0; i < 100; i += 1) count.charge(1, 9 * i);
    for (const now of [895, 901, 902]) count.charge(1, now);
    expect([1890, 1891, 1900, 1901, 1902].map((now) => 1000 - count.free(now))).toEqual([4, 4, 4, 1, 0]);
  });

  test('pays debt only as far as there is room, and counts that for a whole window', () => {
    const count = new WindowCount(10, 1000);
    count.charge(6, 0);
    count.charge(4, 500);
    count.owe(8, 600);
    expect([1000, 1500, 2000, 2500].map((now) => count.free(now))).toEqual([-2, 2, 8, 10]);
  });

  test('is exactly empty once nothing is counted, and ignores a shortage by rounding', () => {
    const count = new WindowCount(0.3, 1000);
    count.charge(0.1, 0);
    count.charge(0.2, 1);
    expect(count.free(2000)).toBe(0.3);
    const full = new WindowCount(1, 1000);
    full.charge(1, 0);
    expect([1e-9, 2e-9].map((shortage) => full.fits(shortage, 0))).toEqual([true, false]);
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
