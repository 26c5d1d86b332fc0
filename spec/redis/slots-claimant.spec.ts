import { LimiterFullError, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';
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
