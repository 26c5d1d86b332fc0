import { LimiterFullError, RateLimitTimeoutError, type AcquireOptions, type RateLimiter } from 'tenax';
import type { LimitCommand, LimitReply, LimitStore } from 'tenax/redis';
import { VirtualClock } from 'tenax/testing';
import { Claimant } from '../../../lib/limits/shared/claimant';
import { KeyView } from '../../../lib/limits/shared/key-view';
import { FOREVER } from '../../../lib/limits/shared/limit-state';
import { fate } from './setting';

/** A process whose store replies only what the spec says, one command at a time. */
function handFed({ capacity = 10, maxPending = Infinity, local = false } = {}) {
  const clock = new VirtualClock(1000);
  const commands: LimitCommand[] = [];
  let settle: ((reply: LimitReply | Promise<never>) => void) | undefined;
  const store: LimitStore = {
    run: (_keys, command) =>
      new Promise((resolve) => {
        commands.push(command);
        settle = resolve;
      }),
  };
  const view = new KeyView('k', 100, capacity, capacity, 1);
  const claimant = new Claimant({} as RateLimiter, [view], {
    store,
    clock,
    maxPending,
    timeout: 1000,
    onUnavailable: local ? 'local' : 'throw',
  });
  /** Replies to the last command. */
  const reply = async (fields: Partial<LimitReply> & { hold?: number } = {}): Promise<void> => {
    const { hold = 0, ...rest } = fields;
    const parts = [{ level: 0, rate: view.rate, hold }];
    settle?.({ claimed: [], place: -1, crowd: 0, doubt: 0, parts, ...rest });
    settle = undefined;
    await clock.advance(0);
  };
  const fail = async (): Promise<void> => {
    settle?.(Promise.reject(new Error('away')));
    settle = undefined;
    await clock.advance(0);
  };
  /** Acquires tokens, and lets the command go out. */
  const ask = async (tokens = 1, options: AcquireOptions = {}): Promise<{ fate: Promise<unknown> }> => {
    const asked = fate(claimant.acquire([tokens], tokens, options));
    await clock.advance(0);
    return { fate: asked };
  };
  /** What each command asked for. */
  const asks = () => commands.map((command) => command.asks.map(([tokens]) => tokens));
  return { clock, commands, view, claimant, reply, fail, ask, asks };
}

describe('A Claimant asks', () => {
  test('for all callers that wait, up to 32', async () => {
    const { ask, asks, claimant, clock } = handFed({ capacity: 100 });
    for (let i = 0; i < 40; i += 1) void fate(claimant.acquire([1], 1, {}));
    await clock.advance(0);
    expect(asks()).toEqual([Array<number>(32).fill(1)]);
    await ask();
    expect(asks()).toHaveLength(1);
  });

  test('for no further callers while the first has a place', async () => {
    const { ask, asks, reply, clock } = handFed();
    await ask(3);
    await reply({ place: 100_000 });
    await ask(2);
    await clock.advance(50);
    expect(asks()).toEqual([[3]]);
    await clock.advance(100);
    expect(asks()).toEqual([[3], [3, 2]]);
  });

  test('at once for the first caller behind those that have a claim', async () => {
    const { ask, asks, reply } = handFed();
    await ask(3);
    await reply({ claimed: [50_000] });
    expect(asks()).toEqual([[3]]);
    await ask(2);
    expect(asks()).toEqual([[3], [2]]);
  });

  test('at once for a caller with a deadline that goes before the others, and not without one', async () => {
    const { ask, asks, reply, clock } = handFed();
    await ask(3);
    await reply({ place: 100_000 });
    await ask(4, { priority: 1 });
    await clock.advance(1);
    expect(asks()).toEqual([[3]]);
    await ask(5, { priority: 2, maxWait: 500 });
    expect(asks()).toEqual([[3], [5, 4, 3]]);
  });

  test('at once again if its place was for a caller that wanted more and has left', async () => {
    const { ask, asks, reply } = handFed();
    const controller = new AbortController();
    await ask(5, { signal: controller.signal });
    await ask(1);
    await reply({ place: 100_000 });
    controller.abort();
    await ask(1);
    expect(asks()).toEqual([[5], [1, 1]]);
  });

  test('at once for those behind a caller that has left, if the store has kept no place for that one', async () => {
    const { ask, asks, reply, clock } = handFed();
    const controller = new AbortController();
    const first = await ask(10, { maxWait: 60, signal: controller.signal });
    await ask(1);
    controller.abort('enough');
    await reply({ place: 100_000 });
    await clock.advance(1);
    expect(await first.fate).toBe('enough');
    expect(asks()).toEqual([[10], [1]]);
  });

  test('with no timer of its own while a command is under way', async () => {
    const { ask, clock } = handFed();
    await ask();
    // That of the timeout.
    expect(clock.pending).toBe(1);
  });

  test('earlier the later its timers are', async () => {
    const { ask, reply, clock, claimant } = handFed();
    const late = jest.spyOn(claimant.link.estimates, 'recordLateness');
    await ask();
    await reply({ claimed: [20_000] });
    await clock.advance(20);
    expect(late.mock.calls).toEqual([[0]]);
  });

  test('for no more than the horizon and the maxWait of the first caller', async () => {
    const { ask, commands } = handFed();
    await ask(1, { maxWait: 2 });
    expect(commands[0]).toMatchObject({ maxWait: 2000, horizon: 2000, line: 1 });
    const other = handFed();
    await other.ask(1);
    // Before the first round trip: twice the lateness of a timer, and a millisecond.
    expect(other.commands[0]).toMatchObject({ maxWait: -1, horizon: 3000 });
  });

  test('with what is left of the maxWait of the first caller', async () => {
    const { ask, commands, reply, clock } = handFed();
    await ask(1, { maxWait: 150 });
    await reply({ place: 100_000 });
    await clock.advance(100);
    expect(commands.at(-1)!.maxWait).toBeLessThan(80_000);
    expect(commands.at(-1)!.maxWait).toBeGreaterThanOrEqual(50_000);
  });

  test('for nothing when its last caller leaves, and so leaves the line, once', async () => {
    const { ask, asks, reply, clock } = handFed();
    const controller = new AbortController();
    const waiting = await ask(1, { signal: controller.signal });
    await reply({ place: 100_000 });
    controller.abort('enough');
    await clock.advance(0);
    expect(await waiting.fate).toBe('enough');
    expect(asks()).toEqual([[1], []]);
    await reply();
    await clock.advance(5000);
    expect([asks().length, clock.pending]).toEqual([2, 0]);
  });

  test('once a second at rate 0, and has one timer for that', async () => {
    const { ask, asks, reply, clock, view } = handFed();
    await ask(1);
    view.assign(0);
    await reply({ place: FOREVER });
    await clock.advance(999);
    expect([asks().length, clock.pending]).toEqual([1, 1]);
    await clock.advance(1);
    expect(asks()).toHaveLength(2);
  });
});

describe('A Claimant refuses', () => {
  test('a caller beyond maxPending while it is in the line', async () => {
    const { ask, reply, claimant } = handFed({ maxPending: 2 });
    await ask();
    await reply({ place: 100_000 });
    await ask();
    expect(claimant.queue.size).toBe(2);
    expect(await (await ask()).fate).toEqual(new LimiterFullError(2));
  });

  test('no caller beyond maxPending before the store has replied, as it may have tokens for all', async () => {
    const { ask, reply, claimant } = handFed({ maxPending: 1 });
    const fates = [await ask(), await ask(), await ask()];
    expect(claimant.queue.size).toBe(3);
    await reply({ place: 100_000 });
    expect(await Promise.all(fates.slice(1).map((each) => each.fate))).toEqual([
      new LimiterFullError(1),
      new LimiterFullError(1),
    ]);
    expect(claimant.queue.size).toBe(1);
  });

  test('no caller while it leaves the line, though no caller may wait', async () => {
    const { ask, asks, reply } = handFed({ maxPending: 0 });
    const first = await ask();
    await reply({ place: 100_000 });
    expect(await first.fate).toEqual(new LimiterFullError(0));
    const second = await ask();
    await reply();
    await reply({ claimed: [0] });
    expect(await second.fate).toBe('granted');
    expect(asks().slice(0, 3)).toEqual([[1], [], [1]]);
  });

  test('a caller whose place is due after its deadline, with the whole wait', async () => {
    const { ask, reply, clock } = handFed();
    const refused = await ask(1, { maxWait: 60 });
    await clock.advance(5);
    await reply({ place: 61_000 });
    const error = await refused.fate;
    expect(error).toBeInstanceOf(RateLimitTimeoutError);
    expect(error).toMatchObject({ wait: 66, maxWait: 60 });
  });

  test('no caller whose place is due at its deadline, counted from when the command was sent', async () => {
    const { ask, reply, clock, claimant } = handFed();
    await ask(1, { maxWait: 60 });
    await clock.advance(5);
    await reply({ place: 60_000 });
    expect(claimant.queue.size).toBe(1);
  });

  test('a caller that would wait behind others for longer than maxWait, without a command', async () => {
    const { ask, asks, reply } = handFed();
    await ask(5);
    await reply({ place: 50_000 });
    expect(await (await ask(2, { maxWait: 69 })).fate).toMatchObject({ wait: 70, maxWait: 69 });
    expect(asks()).toHaveLength(1);
  });
});

describe('A claim of a Claimant', () => {
  test('is granted when it is due, without a further command', async () => {
    const { ask, reply, clock, asks, claimant } = handFed();
    const granted = await ask();
    await reply({ claimed: [20_000] });
    await clock.advance(19);
    expect([claimant.queue.size, claimant.idle]).toEqual([1, false]);
    await clock.advance(1);
    expect(await granted.fate).toBe('granted');
    expect([asks().length, claimant.idle, clock.pending]).toEqual([1, true, 0]);
  });

  test('may be for several callers, each of which is granted at its moment', async () => {
    const { reply, clock, asks, claimant, ask } = handFed();
    const waited: number[] = [];
    for (let i = 0; i < 2; i += 1) void claimant.acquire([1], 1, {}).then((ms) => waited.push(ms));
    await clock.advance(0);
    await reply({ claimed: [10_000, 20_000] });
    await clock.advance(10);
    expect([waited, claimant.idle]).toEqual([[10], false]);
    await clock.advance(10);
    expect([waited, claimant.idle, asks().length]).toEqual([[10, 20], true, 1]);
    await ask();
    expect(asks()).toHaveLength(2);
  });

  test('that was granted does not change when to ask for the next caller', async () => {
    const { reply, clock, asks, claimant } = handFed();
    for (let i = 0; i < 2; i += 1) void fate(claimant.acquire([1], 1, {}));
    await clock.advance(0);
    await reply({ claimed: [20_000], place: 100_000 });
    await clock.advance(90);
    expect([claimant.queue.size, asks().length]).toEqual([1, 1]);
    await clock.advance(10);
    expect(asks()).toHaveLength(2);
  });

  test('ends when it has lapsed, and the callers ask again', async () => {
    const { ask, reply, clock, commands } = handFed();
    await ask();
    await clock.advance(150);
    await reply({ claimed: [0] });
    expect(commands.map(({ asks }) => asks)).toEqual([[[1]], [[1]]]);
    expect(commands[1]!.parts[0]!.done.map(([number, taken]) => [number, taken])).toEqual([[1, 0]]);
  });

  test('ends when the next caller wants more than it holds', async () => {
    const { ask, asks, reply, commands, clock } = handFed();
    await ask(1);
    await reply({ claimed: [50_000] });
    await ask(3, { priority: 1 });
    await reply({ place: 100_000 });
    await clock.advance(49);
    expect(asks()).toEqual([[1], [1]]);
    await clock.advance(1);
    expect(asks()).toEqual([[1], [1], [3, 1]]);
    expect(commands[2]!.parts[0]!.done.map(([number, taken]) => [number, taken])).toEqual([[1, 0]]);
  });

  test('ends at once when no caller is left', async () => {
    const { ask, reply, commands, clock } = handFed();
    const controller = new AbortController();
    await ask(1, { signal: controller.signal });
    await reply({ claimed: [50_000] });
    controller.abort();
    await clock.advance(0);
    expect(commands.map(({ asks, parts }) => [asks.length, parts[0]!.done.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('ends when a pause begins before it is due, and not when one ends at that moment', async () => {
    const { ask, reply, commands, view, claimant, clock } = handFed();
    await ask();
    await reply({ claimed: [50_000] });
    view.pauseUntil(1050, 'a:1');
    claimant.wake();
    await clock.advance(0);
    expect(commands).toHaveLength(1);
    view.pauseUntil(1051, 'a:2');
    claimant.wake();
    await clock.advance(0);
    expect(commands).toHaveLength(2);
    expect(commands[1]!.parts[0]!.done).toHaveLength(1);
  });

  test('ends at rate 0', async () => {
    const { ask, reply, commands, view, claimant, clock } = handFed();
    await ask();
    await reply({ claimed: [50_000] });
    view.assign(0);
    claimant.wake();
    await clock.advance(0);
    expect(commands[1]!.parts[0]!.done).toHaveLength(1);
  });

  test.each([
    ['at once if other processes wait for a small bucket', 1, 1, 2],
    ['later if no other process waits', 1, 0, 1],
    ['later if the bucket is large', 10, 1, 1],
  ])('is reported %s', async (_what, capacity, crowd, count) => {
    const { ask, reply, commands } = handFed({ capacity });
    await ask();
    await reply({ claimed: [0], crowd });
    expect(commands).toHaveLength(count);
  });
});

describe('tryAcquire of a Claimant', () => {
  test('does not ask again for tokens that it cannot use', async () => {
    const { claimant, view, reply, asks, clock } = handFed();
    const tried = claimant.tryAcquire([1]);
    view.pauseUntil(2000, 'a:1');
    await reply({ claimed: [0] });
    expect(await tried).toBe(false);
    await reply({ hold: 1_000_000 });
    await clock.advance(0);
    // The second command gives back.
    expect(asks()).toEqual([[1], []]);
  });

  test('is possible at the very end of a pause', async () => {
    const { claimant, view, reply } = handFed();
    view.pauseUntil(1000, 'a:1');
    const tried = claimant.tryAcquire([1]);
    await reply({ claimed: [0] });
    expect(await tried).toBe(true);
  });
});

describe('A Claimant without its store', () => {
  test('asks once per timeout whether the store is back', async () => {
    const { ask, fail, asks, clock, reply, claimant } = handFed({ local: true });
    const first = await ask(1);
    await fail();
    await clock.advance(10);
    expect(await first.fate).toBe('granted');
    // More than the share can grant until then.
    for (let i = 0; i < 12; i += 1) void fate(claimant.acquire([10], 10, {}));
    await clock.advance(989);
    expect(asks()).toHaveLength(1);
    await clock.advance(1);
    expect(asks()).toHaveLength(2);
    await reply({ place: 100_000 });
    expect(claimant.queue.size).toBeGreaterThan(0);
  });

  test('refuses a caller by what its share will hold', async () => {
    const { ask, fail } = handFed({ local: true });
    await ask(10);
    await fail();
    expect(await (await ask(1, { maxWait: 109 })).fate).toMatchObject({ wait: expect.closeTo(110, 6) });
  });
});
