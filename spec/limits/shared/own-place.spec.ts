import type { LimitReply } from 'tenax/redis';
import { FOREVER } from '../../../lib/limits/shared/limit-state';
import { OwnPlace } from '../../../lib/limits/shared/own-place';

describe('OwnPlace', () => {
  /** The place after a reply whose command was sent at 1000 ms and received at 1010 ms. */
  const after = (
    reply: Partial<LimitReply>,
    { next = [1], maxWait = Infinity, lead = 10 }: { next?: number[] | null; maxWait?: number; lead?: number } = {},
  ): OwnPlace => {
    const place = new OwnPlace();
    const whole = { claimed: [], place: 100_000, crowd: 0, doubt: 0, parts: [], ...reply };
    place.applyReply({ reply: whole, claim: undefined, sent: 1000, received: 1010 }, next ?? undefined, maxWait, lead);
    return place;
  };

  test('does not exist before the first reply', () => {
    const place = new OwnPlace();
    expect([place.inLine, place.askAt, place.isForMore([0])]).toEqual([false, -Infinity, false]);
  });

  test('is in the line, and is asked for again shortly before its tokens are due', () => {
    const place = after({});
    expect([place.inLine, place.askAt]).toEqual([true, 1090]);
  });

  test('does not exist if every caller got a claim', () => {
    const place = after({ claimed: [0], place: -1 }, { next: null });
    expect([place.inLine, place.askAt]).toEqual([false, 1010]);
  });

  test('does not exist for a caller that was refused', () => {
    expect(after({}, { maxWait: 99.9 }).inLine).toBe(false);
    expect(after({}, { maxWait: 100 }).inLine).toBe(true);
    // Only the first caller of a command is refused.
    expect(after({ claimed: [0] }, { maxWait: 99.9 }).inLine).toBe(true);
  });

  test('does not exist at rate 0, and is asked for again after a second', () => {
    const place = after({ place: FOREVER });
    expect([place.inLine, place.askAt]).toEqual([false, 2000]);
    expect(after({ place: FOREVER - 1 }).inLine).toBe(true);
  });

  test('may be due at once', () => {
    const place = after({ place: 0 });
    expect([place.inLine, place.askAt]).toEqual([true, 1010]);
  });

  test('is not asked for before the reply', () => {
    expect(after({ place: 15_000 }).askAt).toBe(1010);
    expect(after({ place: 25_000 }).askAt).toBe(1015);
  });

  test('is asked for earlier where other processes may give up, but only if there are any', () => {
    expect(after({ doubt: 0.5, crowd: 1 }).askAt).toBe(1045);
    expect(after({ doubt: 0.5, crowd: 0 }).askAt).toBe(1090);
  });

  test('is asked for half-way during a pause', () => {
    expect(after({ parts: [{ level: 0, rate: 1, hold: 1 }] }).askAt).toBe(1045);
  });

  test('is for more if a caller wants less of some key', () => {
    const place = after({}, { next: [2, 3] });
    expect([[2, 3], [3, 4], undefined].map((costs) => place.isForMore(costs))).toEqual([false, false, false]);
    expect([[1, 3], [2, 2]].map((costs) => place.isForMore(costs))).toEqual([true, true]);
  }); // prettier-ignore

  test('is for nothing if it does not exist', () => {
    expect(after({}, { next: [2], maxWait: 50 }).isForMore([1])).toBe(false);
  });

  test('is forgotten after leave, which does not change when to ask', () => {
    const place = after({}, { next: [2] });
    place.leave();
    expect([place.inLine, place.isForMore([1]), place.askAt]).toEqual([false, false, 1090]);
  });
});
