import { getEventListeners } from 'node:events';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  RetryError,
  Retrying,
  before,
  retryIf,
  stop,
  wait,
  TokenBucket,
  type IteratedAttempt,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';
import { fails } from './fails';

const hanging = (): Promise<never> => new Promise(() => undefined);

describe('Leaving the loop while an attempt runs', () => {
  let clock: VirtualClock;
  let controller: AbortController;

  beforeEach(() => {
    clock = new VirtualClock();
    controller = new AbortController();
  });

  const left = () => ({ sleepers: clock.pending, listeners: getEventListeners(controller.signal, 'abort').length });
  const nothing = { sleepers: 0, listeners: 0 };
  /** A turn of the real event loop: by then Jest has failed a spec that left a rejection unhandled. */
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  /** Leaves with the attempt of the first turn under way. Answers what became of it. */
  async function leave(
    policy: Retrying,
    fn: (attempt: IteratedAttempt) => unknown = hanging,
  ): Promise<{ signal: AbortSignal; run: Promise<unknown> }> {
    for await (const attempt of policy) {
      let signal: AbortSignal | undefined;
      const run = attempt.run((same) => {
        ({ signal } = same);
        return fn(same);
      });
      await clock.advance(1);
      return { signal: signal as never, run };
    }
    throw new Error('not reached');
  }

  const limits: [string, RetryOptions][] = [
    ['nothing else', {}],
    ['an attemptTimeout', { attemptTimeout: 60_000 }],
    ['a deadline', { deadline: 60_000 }],
    ['both', { attemptTimeout: 60_000, deadline: 60_000 }],
  ];

  describe.each(limits)('under %s', (_what, options) => {
    const policies: [string, () => Retrying][] = [
      ['with a signal', () => new Retrying({ stop: stop.never, clock, signal: controller.signal, ...options })],
      ['without a signal', () => new Retrying({ stop: stop.never, clock, ...options })],
    ];

    test.each(policies)('aborts its signal and leaves no timer and no listener: %s', async (_how, policy) => {
      const { signal } = await leave(policy());
      expect([signal.aborted, controller.signal.aborted]).toEqual([true, false]);
      expect(signal.reason).toMatchObject({ name: 'AbortError', message: 'the loop was left while this attempt ran' });
      await clock.advance(0);
      expect(left()).toEqual(nothing);
    });

    test.each(policies)('drops what it does later: %s', async (_how, policy) => {
      for (const ending of [async () => 'late', fails]) {
        const asked = jest.fn();
        const hooks = { after: asked, beforeSleep: asked, onSuccess: asked, onGiveUp: asked };
        const retrying = policy().copy({ retryIf: () => (asked(), true), ...hooks });
        const { run } = await leave(retrying, () => clock.sleep(50).then(ending));
        await clock.advance(100);
        await turn();
        expect(retrying.totals).toMatchObject({ calls: 1, attempts: 1, succeeded: 0, failed: 0 });
        expect(asked).not.toHaveBeenCalled();
        expect(await thrown(run)).toMatchObject({ name: 'AbortError' });
        expect(left()).toEqual(nothing);
      }
    });
  });

  test('with an error does the same', async () => {
    const policy = new Retrying({ stop: stop.never, attemptTimeout: 60_000, clock, signal: controller.signal });
    const other = new Error('other');
    const signals: AbortSignal[] = [];
    const loop = async (): Promise<void> => {
      for await (const attempt of policy) {
        const run = attempt.run(({ signal }) => {
          signals.push(signal);
          return hanging();
        });
        await Promise.race([run, clock.sleep(5).then(() => Promise.reject(other))]);
      }
    };
    const call = thrown(loop());
    await clock.advance(10);
    expect(await call).toBe(other);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(left()).toEqual(nothing);
    expect(policy.totals).toMatchObject({ failed: 0 });
  });

  test('ends a wait for a limiter before the attempt, which is not made then', async () => {
    const bucket = new TokenBucket({ rate: 0.001, capacity: 1, initial: 0, clock });
    const fn = jest.fn();
    for await (const attempt of new Retrying({ stop: stop.never, clock, before: before.acquire(bucket) })) {
      void attempt.run(fn);
      await clock.advance(1);
      break;
    }
    await clock.advance(10_000_000);
    expect(fn).not.toHaveBeenCalled();
    expect(bucket.available).toBe(1);
  });

  describe('is told once, as an abort', () => {
    const names = ['abort', 'giveup', 'success', 'retry'];
    /** The channels that are told what a loop over the policy does, and the reasons. */
    async function toldBy(
      options: RetryOptions,
      body: (attempt: IteratedAttempt) => Promise<'leave' | undefined>,
    ): Promise<unknown[]> {
      const told: unknown[] = [];
      const listeners = names.map((name) => ({
        channel: `tenax:${name}`,
        tell: (message: unknown) =>
          void told.push(name, ...('reason' in (message as object) ? [(message as { reason: unknown }).reason] : [])),
      }));
      for (const { channel, tell } of listeners) subscribe(channel, tell);
      try {
        for await (const attempt of new Retrying({ clock, ...options })) if ((await body(attempt)) === 'leave') break;
      } catch {
        told.push('failed');
      }
      await clock.advance(10);
      for (const { channel, tell } of listeners) unsubscribe(channel, tell);
      return told;
    }

    test.each<[string, RetryOptions, (attempt: IteratedAttempt) => Promise<'leave' | undefined>, string[]]>([
      [
        'while an attempt runs',
        {},
        async (attempt) => {
          attempt.run(() => clock.sleep(5)).catch(() => undefined);
          await clock.advance(1);
          return 'leave';
        },
        ['abort'],
      ],
      [
        'after an attempt that is to be retried',
        {},
        async (attempt) => {
          await attempt.run(fails);
          return 'leave';
        },
        ['retry', 'abort'],
      ],
      ['before an attempt', {}, async () => 'leave', ['abort']],
      [
        'but not after the end of the call',
        {},
        async (attempt) => {
          await attempt.run(async () => 1);
          return 'leave';
        },
        ['success'],
      ],
      [
        'but not after its failure',
        { stop: stop.afterAttempt(1) },
        async (attempt) => {
          await attempt.run(fails).catch(() => undefined);
          return 'leave';
        },
        ['giveup'],
      ],
      ['but as given up, where the body does not make its attempt', {}, async () => undefined, ['giveup', 'failed']],
    ])('%s', async (_when, options, body, expected) => {
      expect(await toldBy({ stop: stop.never, ...options }, body)).toEqual(expected);
    });

    test.each([true, false])(
      'with the reason of the caller that has just aborted; an attempt runs: %p',
      async (runs) => {
        const reason = new Error('enough');
        const told = await toldBy({ stop: stop.never, signal: controller.signal }, async (attempt) => {
          if (runs) attempt.run(hanging).catch(() => undefined);
          controller.abort(reason);
          return 'leave';
        });
        expect(told).toEqual(['abort', reason]);
      },
    );
  });

  test('is a failure where the caller has just aborted', async () => {
    const policy = new Retrying({ stop: stop.never, clock, signal: controller.signal });
    for await (const attempt of policy) {
      attempt.run(hanging).catch(() => undefined);
      controller.abort(new Error('enough'));
      break;
    }
    await clock.advance(1);
    expect(policy.totals).toMatchObject({ calls: 1, succeeded: 0, failed: 1 });
    expect(left()).toEqual(nothing);
  });

  test('gives no unhandled rejection where the policy is not enabled either', async () => {
    const { run } = await leave(new Retrying({ enabled: false }), () => clock.sleep(5).then(fails));
    await clock.advance(10);
    await turn();
    expect(await thrown(run)).toEqual(new Error('broken'));
  });
});

describe('Leaving the loop after an attempt', () => {
  test('does not abort its signal: what it answered may still be read', async () => {
    const signals: AbortSignal[] = [];
    for (const options of [{}, { attemptTimeout: 1000 }]) {
      for await (const attempt of new Retrying({ stop: stop.never, ...options })) {
        await attempt.run(({ signal }) => signals.push(signal));
        break;
      }
      for await (const attempt of new Retrying({ stop: stop.never, ...options })) {
        await attempt.run(({ signal }) => signals.push(signal));
      }
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false, false]);
  });
});

describe('After its turn of the loop an attempt', () => {
  test.each([true, false])('cannot be made any more: enabled %p', async (enabled) => {
    const { signal } = new AbortController();
    const fn = jest.fn();
    let kept: IteratedAttempt | undefined;
    for await (const attempt of new Retrying({ stop: stop.never, signal, enabled })) {
      kept = attempt;
      break;
    }
    expect(await thrown(kept?.run(fn) as Promise<unknown>)).toEqual(
      new TypeError('attempt.run may be called only during its pass of the loop'),
    );
    expect(fn).not.toHaveBeenCalled();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('The signal of an attempt in the loop', () => {
  const reason = new Error('enough');

  test('aborts with that of the caller in its turn, and is not listened to after that', async () => {
    const controller = new AbortController();
    const listeners = (): number => getEventListeners(controller.signal, 'abort').length;
    const policy = new Retrying({ stop: stop.never, signal: controller.signal, wait: wait.none() });
    const signals: AbortSignal[] = [];
    const loop = async (): Promise<void> => {
      for await (const attempt of policy) {
        await attempt.run(({ signal }) => {
          signals.push(signal);
          return attempt.number === 1 ? fails() : undefined;
        });
        if (attempt.number === 2) controller.abort(reason);
      }
    };
    await loop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    expect(signals[1]?.reason).toBe(reason);
    expect(listeners()).toBe(0);
  });

  test('is that of the caller outside of the attempt', async () => {
    const { signal } = new AbortController();
    for await (const attempt of new Retrying({ stop: stop.never, signal })) {
      expect(attempt.signal).toBe(signal);
      await attempt.run((same) => {
        expect(same.signal).not.toBe(signal);
      });
    }
  });
});
