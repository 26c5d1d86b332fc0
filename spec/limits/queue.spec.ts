import { getEventListeners } from 'node:events';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RateLimiter } from 'tenax';
import { channels } from '../../lib/base/channels';
import { publishGrant, publishPause, Waiter, WaiterQueue } from '../../lib/limits/queue';

const limiter = {} as RateLimiter;

describe('WaiterQueue', () => {
  let queue: WaiterQueue;
  let outcomes: unknown[][];
  let left: boolean[];
  beforeEach(() => {
    queue = new WaiterQueue();
    outcomes = [];
    left = [];
  });

  /** One more, and what becomes of it in `outcomes`. */
  const enter = (tokens: number, signal?: AbortSignal, since = 0): Waiter => {
    const outcome: unknown[] = [];
    outcomes.push(outcome);
    const settle = (what: unknown): void => void outcome.push(what);
    const waiter = new Waiter({ tokens, since, signal, resolve: settle, reject: settle }, (was) => void left.push(was));
    queue.push(waiter);
    return waiter;
  };
  /** Their tokens, from the first to the last. */
  const standing = (): number[] => {
    const tokens: number[] = [];
    for (let waiter = queue.head; waiter !== undefined; waiter = waiter.next) tokens.push(waiter.tokens);
    return tokens;
  };

  test.each([
    ['the first', 0, [2, 3]],
    ['the middle one', 1, [1, 3]],
    ['the last', 2, [1, 2]],
  ])('closes up when %s leaves, and goes on at its end', (_, which, rest) => {
    const waiters = [1, 2, 3].map((tokens) => enter(tokens));
    waiters[which]!.reject('gone');
    expect(standing()).toEqual(rest);
    enter(4);
    expect(standing()).toEqual([...rest, 4]);
    expect([queue.size, queue.tokensFrom(-Infinity)]).toEqual([3, rest[0]! + rest[1]! + 4]);
    for (let head = queue.head; head !== undefined; head = queue.head) head.grant(limiter, 0);
    expect(queue.size).toBe(0);
    enter(5);
    expect(standing()).toEqual([5]);
  });

  test('knows its first waiters', () => {
    [1, 2, 3].forEach((tokens) => enter(tokens));
    const first = (most: number): number[] => queue.first(most).map(({ tokens }) => tokens);
    expect([0, 1, 2, 3, 4].map(first)).toEqual([[], [1], [1, 2], [1, 2, 3], [1, 2, 3]]);
  });

  test('has sums by priority and member, whatever waiters with equal and different costs come and go', () => {
    const come = (tokens: number, costs?: readonly number[], priority = 0): Waiter => {
      const waiter = new Waiter(
        { tokens, costs, priority, since: 0, signal: undefined, resolve: () => undefined, reject: undefined },
        () => undefined,
      );
      queue.push(waiter);
      return waiter;
    };
    const sums = (): number[] => [0, 1].map((member) => queue.tokensFrom(0, member));
    come(100, undefined, -1);
    const equal = come(2);
    expect(sums()).toEqual([2, 2]);
    const different = come(1, [1, 5]);
    expect(sums()).toEqual([3, 7]);
    come(3);
    come(10, [10, 20], 1);
    expect(sums()).toEqual([16, 30]);
    equal.reject('gone');
    expect(sums()).toEqual([14, 28]);
    different.reject('gone');
    expect(sums()).toEqual([13, 23]);
    expect([1, 2].map((priority) => queue.tokensFrom(priority, 1))).toEqual([20, 0]);
  });

  test('has a sum of exactly 0 once it is empty', () => {
    const waiters = [0.1, 0.2].map((tokens) => enter(tokens));
    waiters[0]!.grant(limiter, 0);
    expect(queue.tokensFrom(-Infinity)).toBeCloseTo(0.2);
    waiters[1]!.grant(limiter, 0);
    expect(queue.tokensFrom(-Infinity)).toBe(0);
  });

  test('grant resolves with the time waited, which is never negative', () => {
    enter(1, undefined, 100).grant(limiter, 130);
    enter(1, undefined, 100).grant(limiter, 90);
    expect(outcomes).toEqual([[30], [0]]);
  });

  test('lets a waiter leave only once', () => {
    enter(1);
    const waiter = enter(2);
    waiter.reject('gone');
    waiter.reject('again');
    expect(standing()).toEqual([1]);
    expect([queue.size, queue.tokensFrom(-Infinity)]).toEqual([1, 1]);
  });

  test('accepts a waiter that only a grant can end', () => {
    const waiter = new Waiter(
      { tokens: 1, since: 0, signal: undefined, resolve: () => undefined, reject: undefined },
      () => undefined,
    );
    queue.push(waiter);
    waiter.reject('nobody hears this');
    expect(queue.size).toBe(0);
  });

  test('calls back with whether an aborted waiter was the first', () => {
    const controllers = [1, 2, 3].map((tokens) => {
      const controller = new AbortController();
      enter(tokens, controller.signal);
      return controller;
    });
    controllers[1]!.abort('second');
    controllers[0]!.abort('first');
    controllers[2]!.abort('third');
    expect(left).toEqual([false, true, true]);
    expect(outcomes).toEqual([['first'], ['second'], ['third']]);
    controllers.forEach(({ signal }) => expect(getEventListeners(signal, 'abort')).toHaveLength(0));
  });

  test.each(['grant', 'reject'] as const)('does not call back for an abort after a %s', (how) => {
    const controller = new AbortController();
    const waiter = enter(1, controller.signal);
    if (how === 'grant') waiter.grant(limiter, 5);
    else waiter.reject(5);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    controller.abort('too late');
    expect(outcomes).toEqual([[5]]);
    expect(left).toEqual([]);
  });

  test('does not call back for a waiter that was dropped while its signal aborted', async () => {
    const controller = new AbortController();
    const waiters = [enter(1, controller.signal), enter(2, controller.signal)];
    // The second is dropped by what the end of the first sets off.
    const first = waiters[0]!;
    const reject = first.reject.bind(first);
    let dropped: boolean | undefined;
    first.reject = (error) => {
      reject(error);
      dropped = waiters[1]!.dropIfAborted();
    };
    controller.abort('both');
    // What a listener throws is told of after the turn: here, rather than when the spec is over.
    await new Promise(setImmediate);
    expect(dropped).toBe(true);
    expect(left).toEqual([true]);
    expect(outcomes).toEqual([['both'], ['both']]);
  });

  test('dropIfAborted keeps a waiter without an aborted signal', () => {
    expect(enter(1).dropIfAborted()).toBe(false);
    expect(enter(2, new AbortController().signal).dropIfAborted()).toBe(false);
    expect(standing()).toEqual([1, 2]);
  });
});

describe('The tenax:limiter channel', () => {
  test('publishes grants and pauses to subscribers', () => {
    const seen: unknown[] = [];
    const see = (message: unknown): void => void seen.push(message);
    subscribe('tenax:limiter', see);
    publishGrant(limiter, 2, 30);
    publishPause(limiter, 500);
    unsubscribe('tenax:limiter', see);
    expect(seen).toEqual([
      { limiter, tokens: 2, waited: 30 },
      { limiter, paused: 500 },
    ]);
  });

  test('publishes nothing without subscribers', () => {
    const publish = jest.spyOn(channels.limiter, 'publish');
    publishGrant(limiter, 2, 30);
    publishPause(limiter, 500);
    expect(publish).not.toHaveBeenCalled();
    publish.mockRestore();
  });
});
