import { ConcurrencyLimiter, SlidingWindow, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { readAnswer } from '../../lib/headers/answer.js';
import { Charges, LimitPermit, type Charge } from '../../lib/limits/permit.js';

const reader = { answerOf: readAnswer, copyOf: undefined, cap: 300_000 };
const success = (value: unknown) => ({ attemptNumber: 1, failed: false as const, value });

describe('LimitPermit', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  let slots: ConcurrencyLimiter;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 1, capacity: 10, clock });
    slots = new ConcurrencyLimiter({ limit: 2, clock });
  });
  const charge = (limiter: Charge['limiter'], tokens: number, settle?: Charge['settle']): Charge => {
    if (tokens > 0) expect(limiter.tryAcquire(tokens)).toBe(true);
    return { limiter, tokens, settle };
  };

  test('cancel gives back tokens and slots', () => {
    const permit = new LimitPermit(new Charges([charge(bucket, 4), charge(slots, 1)]), {}, reader);
    permit.cancel();
    expect([bucket.available, slots.inFlight]).toEqual([10, 0]);
  });

  test('cancel gives back to a window what this attempt took, not an older charge', async () => {
    const window = new SlidingWindow({ limit: 10, window: 1000, clock });
    await window.acquire(5);
    await clock.advance(900);
    new LimitPermit(new Charges([charge(window, 5)]), {}, reader).cancel();
    await clock.advance(100);
    expect(window.available).toBe(10);
  });

  test('leave frees the slots and keeps the tokens', () => {
    new LimitPermit(new Charges([charge(bucket, 4), charge(slots, 1)]), {}, reader).leave();
    expect([bucket.available, slots.inFlight]).toEqual([6, 0]);
  });

  test('end frees the slots and settles with the value and the request', () => {
    const settle = jest.fn(() => 1);
    const request = {};
    new LimitPermit(new Charges([charge(bucket, 4, settle), charge(slots, 1)]), request, reader).end(success('value'));
    expect(settle).toHaveBeenCalledWith('value', request);
    expect([bucket.available, slots.inFlight]).toEqual([9, 0]);
  });

  test('end frees every slot and fails no call where a limiter throws or rejects, and warns once for each', async () => {
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const broken = (): never => {
      throw new Error('broken: https://host/?key=secret');
    };
    const own = { acquire: async () => 0, tryAcquire: () => true, release: async () => broken(), report: broken };
    for (let i = 0; i < 2; i += 1) {
      const permit = new LimitPermit(
        new Charges([charge(slots, 1), charge(own, 1), charge(new ConcurrencyLimiter({ limit: 1, clock }), 1)]),
        {},
        reader,
      );
      slots.release();
      permit.end(success({ status: 200, headers: {} }));
    }
    const last = new ConcurrencyLimiter({ limit: 1, clock });
    new LimitPermit(new Charges([charge(own, 1), charge(last, 1)]), {}, reader).cancel();
    await clock.advance(0);
    expect(last.inFlight).toBe(0);
    expect(warning.mock.calls.map(([message]) => message)).toEqual([
      'report of a limiter failed, nothing was changed: broken: https://host/',
      'release of a limiter failed, nothing was changed: release: 1 slots are more than the 0 in use',
      'release of a limiter failed, nothing was changed: broken: https://host/',
    ]);
    warning.mockRestore();
  });

  test('frees the slots even if the answer cannot be read', () => {
    const failing = {
      ...reader,
      answerOf: () => {
        throw new Error('unreadable');
      },
    };
    const permit = new LimitPermit(new Charges([charge(slots, 1)]), {}, failing);
    expect(() => {
      permit.end(success('value'));
    }).toThrow('unreadable');
    expect(slots.inFlight).toBe(0);
  });

  test('corrects foreign limiters by what was used, and warns where their settle throws', () => {
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const log: unknown[] = [];
    const foreign = { acquire: async () => 0, tryAcquire: () => true, settle: (...given: number[]) => log.push(given) };
    const broken = { ...foreign, settle: () => JSON.parse('{') as number };
    class Own extends TokenBucket {
      override settle(): void {
        throw new Error('own');
      }
    }
    const own = new Own({ rate: 1, clock });
    const charges = [charge(foreign, 3, () => 2), charge(broken, 1, () => 0), charge(foreign, 0), charge(own, 1)];
    new LimitPermit(new Charges(charges), {}, reader).end(success('value'));
    new LimitPermit(new Charges(charges), {}, reader).cancel();
    expect(log).toEqual([
      [3, 2],
      [3, 0],
    ]);
    expect(warning.mock.calls.map(([message]) => String(message).slice(0, 47))).toEqual([
      'settle of a limiter failed, nothing was changed',
      'settle of a limiter failed, nothing was changed',
    ]);
    warning.mockRestore();
  });

  test('reports the tightest limit of an answer to foreign limiters, at most for the cap', () => {
    const seen: object[] = [];
    const foreign = { acquire: async () => 0, tryAcquire: () => true, report: (told: object) => seen.push(told) };
    const permit = () => new LimitPermit(new Charges([charge(foreign, 1)]), {}, { ...reader, cap: 5000 });
    const headers = { 'x-ratelimit-remaining': '3', 'x-ratelimit-limit': '9', 'x-ratelimit-reset': '60' };
    permit().end(success({ status: 200, headers }));
    permit().end(success({ status: 200, headers: {} }));
    permit().end(success('value'));
    expect(seen).toMatchObject([
      { status: 200, rateLimit: { remaining: 3, limit: 9, reset: 5000 } },
      { status: 200 },
      { throttled: false },
    ]);
    expect(seen.slice(1).some((each) => 'rateLimit' in each)).toBe(false);
  });

  test.each<[string, Parameters<LimitPermit['end']>[0], number]>([
    ['a value', success('value'), 1],
    ['an answer below 400', success({ status: 399, headers: {} }), 1],
    ['an answer of 400', success({ status: 400, headers: {} }), 0],
    ['a failure without an answer', { attemptNumber: 1, failed: true, error: new Error('a bug') }, 0],
  ])('settles %s or not', (_, outcome, times) => {
    const settle = jest.fn(() => 1);
    new LimitPermit(new Charges([charge(bucket, 1, settle)]), {}, reader).end(outcome);
    expect(settle).toHaveBeenCalledTimes(times);
  });

  test('settles with what the client makes of a value, also where it is told of no answer', () => {
    const settle = jest.fn(() => 1);
    const own = { ...reader, answerOf: () => undefined, copyOf: (value: unknown) => [value] };
    const foreign = { acquire: async () => 0, tryAcquire: () => true };
    new LimitPermit(new Charges([charge(bucket, 1, settle), charge(foreign, 1)]), 'request', own).end(success('value'));
    expect(settle).toHaveBeenCalledWith(['value'], 'request');
  });

  test('a limit that cost nothing is not released', () => {
    const permit = new LimitPermit(new Charges([charge(slots, 0)]), {}, reader);
    permit.end(success('value'));
    expect(slots.inFlight).toBe(0);
  });
});
