import { HoldTime } from '../../lib/limits/hold-time';

describe('HoldTime', () => {
  test('is the average time from the grant to the release', () => {
    const hold = new HoldTime(0);
    expect(hold.average).toBe(0);
    hold.take(2);
    hold.advance(2, 100);
    hold.release(1);
    hold.advance(1, 300);
    hold.release(1);
    expect(hold.average).toBe(200);
  });

  test('follows a change after a hundred releases', () => {
    const hold = new HoldTime(0);
    let now = 0;
    const holdFor = (ms: number, times: number): void => {
      for (let i = 0; i < times; i += 1) {
        hold.advance(0, now);
        hold.take(1);
        hold.advance(1, (now += ms));
        hold.release(1);
      }
    };
    holdFor(100, 50);
    expect(hold.average).toBe(100);
    holdFor(10, 600);
    expect(hold.average).toBeCloseTo(10, 0);
  });

  test('counts what is held before anything was released', () => {
    const hold = new HoldTime(0);
    hold.take(2);
    hold.advance(2, 100);
    expect(hold.average).toBe(100);
  });

  test('weighs the first hundred releases equally', () => {
    const hold = new HoldTime(0);
    let now = 0;
    const holdFor = (ms: number): void => {
      hold.take(1);
      hold.advance(1, (now += ms));
      hold.release(1);
    };
    holdFor(100);
    holdFor(400);
    expect(hold.average).toBe(250);
    for (let i = 2; i < 100; i += 1) holdFor(250);
    holdFor(1260);
    expect(hold.average).toBeCloseTo(260);
  });
});
