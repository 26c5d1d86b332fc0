import { LocalShare } from '../../../lib/limits/shared/local-share';

describe('LocalShare', () => {
  test('starts empty and gains its share of the rate, up to its share of the capacity', () => {
    const share = new LocalShare(40, 4);
    expect(share.inUse).toBe(false);
    share.begin(1000, -Infinity);
    expect(share.inUse).toBe(true);
    expect(share.at(1000, 100, 1).tokens).toBe(0);
    expect(share.at(1100, 100, 1).tokens).toBeCloseTo(2.5);
    expect(share.timeUntil(5, 1100, 100, 5)).toBeCloseTo(100);
    expect(share.at(9000, 100, 1).tokens).toBe(10);
  });

  test('holds as much as a caller wants at once, even if that is more than its share', () => {
    const share = new LocalShare(40, 4);
    share.begin(0, -Infinity);
    expect(share.at(10_000, 100, 30).tokens).toBe(30);
  });

  test('gains nothing until the end of a pause, whether it began before or after the outage', () => {
    const share = new LocalShare(40, 4);
    share.begin(0, 100);
    expect(share.at(100, 100, 1).tokens).toBe(0);
    expect(share.at(140, 100, 1).tokens).toBeCloseTo(1);
    share.postpone(200);
    share.postpone(150);
    expect(share.at(200, 100, 1).tokens).toBeCloseTo(1);
    expect(share.at(240, 100, 1).tokens).toBeCloseTo(2);
  });

  test('settle charges what is owed, and gives back at most what was granted and what there is room for', () => {
    const share = new LocalShare(40, 4);
    share.settle(-5, 0, 100); // not in use
    share.begin(0, -Infinity);
    share.settle(5, 0, 100);
    expect(share.at(0, 100).tokens).toBe(0);
    share.at(400, 100);
    share.take(4);
    share.settle(-10, 400, 100);
    expect(share.at(400, 100).tokens).toBeCloseTo(-4);
    share.settle(20, 400, 100);
    expect(share.at(400, 100).tokens).toBeCloseTo(10);
    share.take(4);
    share.at(500, 100);
    share.settle(3, 500, 100);
    expect(share.at(500, 100).tokens).toBe(10);
    share.end();
    share.begin(600, -Infinity);
    share.settle(3, 600, 100);
    expect(share.at(600, 100).tokens).toBe(0);
  });

  test('lower takes the level down to what the server has left, and never up', () => {
    const share = new LocalShare(40, 4);
    share.lower(0, 0, 100); // not in use
    share.begin(0, -Infinity);
    share.lower(3, 400, 100);
    expect(share.at(400, 100).tokens).toBe(3);
    share.lower(8, 400, 100);
    expect(share.at(400, 100).tokens).toBe(3);
  });

  test('keeps its level when the store fails again, and starts empty if the store was back meanwhile', () => {
    const share = new LocalShare(40, 4);
    share.postpone(50); // not in use: there is nothing to postpone
    share.begin(0, -Infinity);
    share.at(100, 100, 1);
    share.begin(100, -Infinity);
    expect(share.at(100, 100, 1).tokens).toBeCloseTo(2.5);
    share.end();
    expect(share.inUse).toBe(false);
    share.begin(200, -Infinity);
    expect(share.at(200, 100, 1).tokens).toBe(0);
  });

  test('gains nothing at rate 0', () => {
    const share = new LocalShare(40, 4);
    share.begin(0, -Infinity);
    expect(share.timeUntil(1, 100, 0, 1)).toBe(Infinity);
  });
});
