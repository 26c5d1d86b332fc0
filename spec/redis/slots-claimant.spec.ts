import {
  LimiterFullError,
  LimiterUnavailableError,
  RateLimitTimeoutError,
  type AcquireOptions,
  type RateLimiter,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { fate } from './setting.js';
import { SlotsClaimant } from '../../lib/redis/slots-claimant.js';
import type { SlotsCommand, SlotsLink, SlotsReply } from '../../lib/redis/slots-link.js';

/** A server that grants what its one process asks for, up to the limit. */
function serverOf(clock: VirtualClock) {
  const commands: SlotsCommand[] = [];
  const send = async (command: SlotsCommand): Promise<SlotsReply> => {
    commands.push(command);
    let { held } = command;
    let granted = 0;
    for (const tokens of command.asks) {
      if (held + tokens > command.limit) break;
      held += tokens;
      granted += 1;
    }
    return { granted, held, others: 0, limit: command.limit, hold: 0 };
  };
  const claimant = (limit: number, maxPending = Infinity): SlotsClaimant =>
    new SlotsClaimant({} as RateLimiter, { link: { send } as SlotsLink, clock, limit, lease: 30_000, maxPending });
  return { commands, claimant };
}

describe('SlotsClaimant', () => {
  test('asks for all waiting callers in one command, and again when a slot is free', async () => {
    const clock = new VirtualClock();
    const { commands, claimant } = serverOf(clock);
    const slots = claimant(2);
    const first = [slots.acquire(1, {}), slots.acquire(1, {})];
    const third = slots.acquire(1, {});
    await clock.advance(0);
    expect(commands[0]).toMatchObject({ asks: [1, 1, 1], held: 0, assigned: 2 });
    expect(await Promise.all(first)).toEqual([0, 0]);
    expect([slots.inUse, slots.pending, slots.available]).toEqual([2, 1, 0]);
    slots.release(1);
    await clock.advance(50);
    expect(await third).toBeLessThanOrEqual(50);
    slots.release(2);
    await slots.idle();
    expect(slots.inUse).toBe(0);
  });

  test('refuses callers beyond maxPending', async () => {
    const clock = new VirtualClock();
    const slots = serverOf(clock).claimant(1, 0);
    await slots.acquire(1, {});
    await expect(slots.acquire(1, {})).rejects.toThrow(LimiterFullError);
    expect(slots.pending).toBe(0);
    slots.release(1);
  });

  test('sends an assigned limit and a pause to the server', async () => {
    const clock = new VirtualClock();
    const { commands, claimant } = serverOf(clock);
    const slots = claimant(1);
    slots.assign(3);
    slots.pauseUntil(clock.now() + 100);
    await clock.advance(0);
    expect(commands.at(0)).toMatchObject({ limit: 3, base: 1, assigned: 3 });
    expect(commands.at(-1)).toMatchObject({ pause: 100, assigned: 0 });
    expect(slots.isLikeNew).toBe(false);
  });
});

/** A server whose replies the spec gives, one by one; those of the commands before are lost. */
function handFed(options: { limit?: number; maxPending?: number } = {}) {
  const { limit = 2, maxPending = Infinity } = options;
  const clock = new VirtualClock(1000);
  const commands: SlotsCommand[] = [];
  let settle: ((reply: SlotsReply | Promise<never>) => void) | undefined;
  const send = (command: SlotsCommand): Promise<SlotsReply> =>
    new Promise((resolve) => {
      commands.push(command);
      settle = resolve;
    });
  const sleep = jest.spyOn(clock, 'sleep');
  const slots = new SlotsClaimant({} as RateLimiter, {
    link: { send } as SlotsLink,
    clock,
    limit,
    lease: 30_000,
    maxPending,
  });
  const reply = async (fields: Partial<SlotsReply> = {}): Promise<void> => {
    settle?.({ granted: 0, held: 0, others: 0, limit, hold: 0, ...fields });
    settle = undefined;
    await clock.advance(0);
  };
  const fail = async (error: Error): Promise<void> => {
    settle?.(Promise.reject(error));
    settle = undefined;
    await clock.advance(0);
  };
  /** Acquires slots, and lets the command go out. */
  const ask = async (tokens = 1, request: AcquireOptions = {}): Promise<{ fate: Promise<unknown> }> => {
    const asked = fate(slots.acquire(tokens, request));
    await clock.advance(0);
    return { fate: asked };
  };
  /** Waits in the line for a slot that another process has. */
  const wait = async (request: AcquireOptions = {}): Promise<{ fate: Promise<unknown> }> => {
    const waiting = await ask(1, request);
    await reply({ others: limit });
    return waiting;
  };
  return { clock, commands, sleep, slots, reply, fail, ask, wait };
}

describe('A process in the line', () => {
  test('asks again every 50 ms, and sets one timer for that', async () => {
    const { clock, commands, wait, sleep } = handFed();
    await wait();
    const timers = sleep.mock.calls.length;
    await clock.advance(49);
    expect([commands.length, sleep.mock.calls.length - timers, clock.pending]).toEqual([1, 0, 1]);
    await clock.advance(1);
    expect(commands).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  test('asks again half a second later while a long pause lasts', async () => {
    const { clock, commands, ask, reply } = handFed();
    await ask();
    await reply({ hold: 5000 });
    await clock.advance(499);
    expect(commands).toHaveLength(1);
    await clock.advance(1);
    expect(commands).toHaveLength(2);
  });

  test('asks at once for a caller that goes before the others, and for no other', async () => {
    const { clock, commands, slots, wait } = handFed();
    await wait();
    await clock.advance(10);
    void slots.acquire(2, {});
    await clock.advance(10);
    expect(commands).toHaveLength(1);
    void slots.acquire(1, { priority: 1 });
    await clock.advance(0);
    expect(commands.map(({ asks }) => asks)).toEqual([[1], [1, 1, 2]]);
  });

  test('leaves it when its last caller has left', async () => {
    const { commands, clock, reply, wait } = handFed();
    const controller = new AbortController();
    const waiting = await wait({ signal: controller.signal });
    controller.abort('enough');
    await clock.advance(0);
    expect(await waiting.fate).toBe('enough');
    expect(commands.map(({ asks }) => asks)).toEqual([[1], []]);
    await reply();
    await clock.advance(1000);
    expect([commands.length, clock.pending]).toEqual([2, 0]);
  });

  test('takes further callers up to maxPending', async () => {
    const { clock, slots, wait } = handFed({ maxPending: 2 });
    await wait();
    void slots.acquire(1, {});
    await clock.advance(0);
    expect(slots.pending).toBe(2);
    await expect(slots.acquire(1, {})).rejects.toThrow(new LimiterFullError(2));
  });

  test('keeps the first callers where there are more than maxPending when the reply comes', async () => {
    const { reply, slots, ask } = handFed({ maxPending: 1 });
    const fates = [await ask(), await ask(), await ask()];
    await reply({ others: 2 });
    expect(slots.pending).toBe(1);
    expect(await fates[1]?.fate).toEqual(new LimiterFullError(1));
    expect(await fates[2]?.fate).toEqual(new LimiterFullError(1));
  });

  test('is not like new', async () => {
    const { slots, wait } = handFed();
    await wait();
    expect(slots.isLikeNew).toBe(false);
  });
});

describe('A process outside the line', () => {
  test('asks for more callers than maxPending: the server may have slots for all', async () => {
    const { ask, reply, slots, commands } = handFed({ maxPending: 1 });
    const fates = [fate(slots.acquire(1, {})), fate(slots.acquire(1, {}))];
    await ask(0);
    expect(commands[0]?.asks.slice(0, 2)).toEqual([1, 1]);
    await reply({ granted: 3, held: 2 });
    expect(await Promise.all(fates)).toEqual(['granted', 'granted']);
  });

  test('asks for a caller that came during a command, though all before it were served', async () => {
    const { ask, reply, commands } = handFed({ maxPending: 0 });
    const first = await ask();
    const second = await ask();
    await reply({ granted: 1, held: 1 });
    expect(await first.fate).toBe('granted');
    expect(commands.map(({ asks }) => asks)).toEqual([[1], [1]]);
    await reply({ granted: 1, held: 2 });
    expect(await second.fate).toBe('granted');
  });

  test('sends nothing for a caller that leaves at once', async () => {
    const { clock, commands, slots } = handFed();
    const controller = new AbortController();
    const asked = fate(slots.acquire(1, { signal: controller.signal }));
    controller.abort('enough');
    await clock.advance(0);
    expect(await asked).toBe('enough');
    expect([commands.length, clock.pending]).toEqual([0, 0]);
  });

  test('does not ask for a caller whose signal has aborted, even if another listener frees a slot first', async () => {
    const { ask, reply, slots, commands } = handFed({ limit: 1 });
    await ask();
    await reply({ granted: 1, held: 1 });
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {
      slots.release(1);
    });
    const waiting = fate(slots.acquire(1, { signal: controller.signal }));
    controller.abort('enough');
    expect(await waiting).toBe('enough');
    expect(commands.map(({ held, asks }) => [held, asks])).toEqual([
      [0, [1]],
      [0, []],
    ]);
  });
});

describe('A command says', () => {
  test.each<[string, AcquireOptions[], 0 | 1]>([
    ['that no caller waits, if none would', [{ maxWait: 0 }], 0],
    ['that a caller waits', [{}], 1],
    ['that a caller waits for some time', [{ maxWait: 50 }], 1],
    ['that a caller waits, if one of several does', [{ maxWait: 0 }, {}], 1],
  ])('%s', async (_what, callers, waits) => {
    const { commands, clock, slots } = handFed();
    for (const request of callers) void fate(slots.acquire(1, request));
    await clock.advance(0);
    expect(commands.map((command) => command.waits)).toEqual([waits]);
  });

  test('again what a command said that failed', async () => {
    const { ask, fail, commands } = handFed();
    const failed = await ask();
    await fail(new LimiterUnavailableError('away'));
    expect(await failed.fate).toEqual(new LimiterUnavailableError('away'));
    await ask();
    expect(commands.map(({ assigned }) => assigned)).toEqual([2, 2]);
  });

  test('how long a pause still lasts, whoever asked for it', async () => {
    const { clock, ask, reply, commands, slots } = handFed();
    await ask();
    await reply({ hold: 100 });
    expect(slots.isLikeNew).toBe(false);
    await clock.advance(100);
    await reply({ hold: 0 });
    expect(commands.map(({ hold, pause }) => [hold, pause])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    slots.pauseUntil(clock.now() + 80);
    slots.pauseUntil(clock.now() + 80);
    expect(commands).toHaveLength(3);
    // A reply to a command from before the pause does not end it.
    await clock.advance(30);
    await reply({ hold: 0 });
    slots.assign(3);
    expect(commands.at(-1)).toMatchObject({ hold: 50, pause: 50 });
  });
});

describe('A reply', () => {
  test('that tells of lost slots frees them here, though their callers go on', async () => {
    const { ask, reply, slots } = handFed({ limit: 5 });
    expect(slots.available).toBe(5);
    await ask(2);
    await reply({ granted: 1, held: 2 });
    expect([slots.inUse, slots.available]).toEqual([2, 3]);
    await ask(1);
    await reply({ granted: 1, held: 1, others: 2 });
    expect([slots.inUse, slots.available]).toEqual([3, 2]);
  });

  test('with a lower limit leaves no slot available', async () => {
    const { ask, reply, slots } = handFed();
    await ask(2);
    await reply({ granted: 1, held: 2, limit: 1 });
    expect([slots.limit, slots.available]).toEqual([1, 0]);
  });

  test('that grants more than before loses nothing', async () => {
    const { ask, reply, slots } = handFed({ limit: 5 });
    await ask(2);
    await reply({ granted: 1, held: 2 });
    await ask(2);
    await reply({ granted: 1, held: 4 });
    expect([slots.inUse, slots.available]).toEqual([4, 1]);
  });

  test('that comes when the lease has ended grants nothing, and what it granted is given back', async () => {
    const { clock, ask, reply, slots, commands } = handFed();
    const asked = await ask();
    await clock.advance(30_000);
    await reply({ granted: 1, held: 1 });
    expect([slots.inUse, slots.pending]).toEqual([0, 1]);
    expect(commands.at(-1)).toMatchObject({ held: 0, asks: [1] });
    await clock.advance(29_999);
    await reply({ granted: 1, held: 1 });
    expect(await asked.fate).toBe('granted');
  });

  test('is not late because the time of day was changed, under a clock of its own', async () => {
    const { ask, reply } = handFed();
    const asked = await ask();
    const day = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    await reply({ granted: 1, held: 1 });
    day.mockRestore();
    expect(await asked.fate).toBe('granted');
  });

  test('that grants a slot to a caller that has left gives it back', async () => {
    const { clock, ask, reply, slots, commands } = handFed();
    const asked = await ask(1, { maxWait: 10 });
    await clock.advance(20);
    expect(await asked.fate).toBeInstanceOf(RateLimitTimeoutError);
    await reply({ granted: 1, held: 1 });
    expect(slots.inUse).toBe(0);
    expect(commands.at(-1)).toMatchObject({ held: 0, asks: [] });
  });
});

describe('The slots of a process', () => {
  test('are renewed while they are in use, and nothing is sent afterwards', async () => {
    const { clock, ask, reply, slots, commands } = handFed();
    await ask();
    await reply({ granted: 1, held: 1 });
    await clock.advance(10_000);
    expect(commands.at(-1)).toMatchObject({ held: 1, asks: [] });
    await reply({ held: 1 });
    slots.release(1);
    await reply();
    const { length } = commands;
    await clock.advance(60_000);
    expect([commands.length, clock.pending]).toEqual([length, 0]);
  });

  test('are idle once none is in use and nobody waits', async () => {
    const { clock, ask, reply, slots } = handFed({ limit: 1 });
    await slots.idle();
    await ask();
    const idle = jest.fn();
    void slots.idle().then(idle);
    await clock.advance(0);
    expect(idle).not.toHaveBeenCalled();
    await reply({ granted: 1, held: 1 });
    expect(idle).not.toHaveBeenCalled();
    slots.release(1);
    await clock.advance(0);
    expect(idle).toHaveBeenCalledTimes(1);
  });

  test('are like new at the end of a pause, and not under an assigned limit', async () => {
    const { clock, reply, slots } = handFed();
    slots.pauseUntil(clock.now() + 100);
    await reply({ hold: 100 });
    await clock.advance(99);
    expect(slots.isLikeNew).toBe(false);
    await clock.advance(1);
    expect(slots.isLikeNew).toBe(true);
    slots.assign(3);
    await reply({ limit: 3 });
    expect(slots.isLikeNew).toBe(false);
  });
});
