import { Callers } from '../../../lib/limits/shared/callers';
import { LocalClaim } from '../../../lib/limits/shared/local-claim';
import { Waiter } from '../../../lib/limits/queue';
import { VirtualClock } from 'tenax/testing';

describe('Callers', () => {
  const clock = new VirtualClock();
  let ended: string[];
  beforeEach(() => void (ended = []));
  const waiter = (
    name: string,
    options: { maxWait?: number; signal?: AbortSignal; priority?: number } = {},
  ): Waiter => {
    const { maxWait, signal, priority } = options;
    const request = {
      tokens: 1,
      costs: [1],
      since: 0,
      signal,
      priority,
      deadline: maxWait,
      resolve: () => void ended.push(`${name} granted`),
      reject: (error: unknown) => void ended.push(`${name} ${(error as { code?: string }).code ?? String(error)}`),
    };
    return new Waiter(request, () => undefined);
  };
  const claimFor = (count: number): LocalClaim => {
    const entries = Array.from({ length: count }, () => ({ costs: [1], span: 0 }));
    return new LocalClaim(1, entries, { sent: 0, received: 0, wall: 0, valid: 100 }, clock);
  };

  test('rejectOverdue rejects callers whose deadline has passed, and deadline is the next one', () => {
    const callers = new Callers();
    for (const [name, maxWait] of [
      ['a', 30],
      ['b', 10],
      ['c', undefined],
    ] as const)
      callers.add(waiter(name, { maxWait }));
    expect(callers.deadline).toBe(10);
    callers.rejectOverdue(20);
    expect(ended).toEqual(['b TENAX_LIMITER_TIMEOUT']);
    expect(callers.deadline).toBe(30);
  });

  test('rejectOverdue keeps a caller with maxWait 0, for which the reply decides', () => {
    const callers = new Callers();
    callers.add(waiter('a', { maxWait: 0 }));
    callers.rejectOverdue(20);
    expect(ended).toEqual([]);
    expect(callers.deadline).toBe(Infinity);
  });

  test('rejectBeyond rejects the last callers beyond maxPending, not counting those with a claim', () => {
    const callers = new Callers();
    for (const name of ['a', 'b', 'c', 'd']) callers.add(waiter(name));
    callers.rejectBeyond(1, [claimFor(2)]);
    expect(ended).toEqual(['d TENAX_LIMITER_FULL']);
    expect(callers.unclaimed([claimFor(2)], 32)).toHaveLength(1);
  });

  test('head skips and rejects a caller whose signal has aborted', () => {
    const callers = new Callers();
    const controller = new AbortController();
    let seen: Waiter | undefined;
    // This listener runs before that of the waiter.
    controller.signal.addEventListener('abort', () => (seen = callers.head));
    callers.add(waiter('a', { signal: controller.signal }));
    const next = waiter('b');
    callers.add(next);
    controller.abort('gone');
    expect([seen, callers.head]).toEqual([next, next]);
    expect(ended).toEqual(['a gone']);
  });

  test('wantedWith adds the tokens of callers with at least the same priority', () => {
    const callers = new Callers();
    const costs = [2];
    expect(callers.wantedWith(costs, 0)).toBe(costs);
    callers.add(waiter('a'));
    expect(callers.wantedWith(costs, 0)).toEqual([3]);
    expect(callers.wantedWith(costs, 1)).toBe(costs);
  });
});
