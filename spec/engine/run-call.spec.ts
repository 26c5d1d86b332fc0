import { PolicyError, Retrying, stop, type RetryOptions } from 'tenax';
import { thrown } from '../thrown';

const reason = new Error('enough');

describe('a call with a signal', () => {
  test('that aborted before does not begin', async () => {
    const fn = jest.fn();
    const policy = new Retrying({ signal: AbortSignal.abort(reason), stop: stop.never });
    expect(await thrown(policy.call(fn))).toBe(reason);
    expect(fn).not.toHaveBeenCalled();
    expect(policy.totals).toMatchObject({ calls: 1, failed: 1 });
  });

  test('ends while its function hangs, and counts one failure', async () => {
    const controller = new AbortController();
    const policy = new Retrying({ signal: controller.signal, stop: stop.never });
    const pending = policy.call(() => new Promise(() => undefined));
    controller.abort(reason);
    expect(await thrown(pending)).toBe(reason);
    expect(policy.totals.failed).toBe(1);
  });

  test('leads the stack of a failure to its caller, and leaves that of the reason alone', async () => {
    const policy = new Retrying({ signal: new AbortController().signal, stop: stop.afterAttempt(1), reraise: true });
    const callerOfThis = async (): Promise<unknown> => policy.call(() => Promise.reject(new Error('down')));
    expect((await thrown<Error>(callerOfThis())).stack).toContain('callerOfThis');
    const { stack } = reason;
    await thrown(new Retrying({ signal: AbortSignal.abort(reason), stop: stop.never }).call(() => 1));
    expect(reason.stack).toBe(stack);
  });
});

describe('an abort just after a call has succeeded', () => {
  const forms: [string, (policy: Retrying) => Promise<unknown>][] = [
    ['run', (policy) => policy.run(async () => 1)],
    ['call', (policy) => policy.call(async () => 1)],
    [
      'the loop form',
      async (policy) => {
        let value: unknown;
        for await (const attempt of policy) value = await attempt.run(async () => 1);
        return value;
      },
    ],
  ];

  test.each(forms)(
    'of %s, at any microtask, changes neither what it resolves with nor the totals',
    async (_form, call) => {
      let succeeded = 0;
      for (let microtasks = 0; microtasks < 20; microtasks += 1) {
        const controller = new AbortController();
        const policy = new Retrying({ signal: controller.signal, stop: stop.never });
        const pending = call(policy).catch((error: unknown) => error);
        for (let i = 0; i < microtasks; i += 1) await null;
        const counted = policy.totals.succeeded;
        controller.abort(reason);
        expect(await pending).toBe(counted === 1 ? 1 : reason);
        expect(policy.totals).toMatchObject({ calls: 1, succeeded: counted, failed: 1 - counted });
        succeeded += counted;
      }
      expect(succeeded).toBeGreaterThan(0);
      expect(succeeded).toBeLessThan(20);
    },
  );
});

describe('a call with hooks whose first attempt is accepted', () => {
  const broken = new Error('broken');
  const faults: [string, () => never | Promise<never>][] = [
    ['throws', () => {
      throw broken;
    }],
    ['rejects', () => Promise.reject(broken)],
  ]; // prettier-ignore

  test.each<[string, () => unknown]>([
    ['at once', () => 'done'],
    ['later', async () => 'done'],
  ])('%s, tells them and resolves with its value', async (_when, fn) => {
    const told: unknown[] = [];
    const note = (name: string) => (state: { attemptNumber: number; outcome: unknown }) =>
      void told.push(name, state.attemptNumber, state.outcome);
    const policy = new Retrying({ before: note('before'), onSuccess: note('onSuccess'), stop: stop.never });
    expect(await policy.call(fn)).toBe('done');
    expect(told).toEqual([
      'before', 1, undefined, 'onSuccess', 1, { attemptNumber: 1, failed: false, value: 'done' },
    ]); // prettier-ignore
    expect(policy.totals).toEqual({ calls: 1, attempts: 1, retries: 0, succeeded: 1, failed: 0, idleFor: 0 });
  });

  describe.each<[string, keyof RetryOptions]>([
    ['before', 'before'],
    ['onSuccess', 'onSuccess'],
  ])('of which %s', (_name, option) => {
    test.each(faults)('%s, fails once, leads to its caller, and is not made again', async (_how, hook) => {
      const onGiveUp = jest.fn();
      const fn = jest.fn(async () => 1);
      const policy = new Retrying({ [option]: hook, onGiveUp, stop: stop.never });
      const callerOfThis = async (): Promise<unknown> => [await policy.call(fn)];
      const error = await thrown<PolicyError>(callerOfThis());
      expect(error).toBeInstanceOf(PolicyError);
      expect(error).toMatchObject({ option, cause: broken });
      expect(error.stack).toContain('callerOfThis');
      expect(onGiveUp).toHaveBeenCalledTimes(1);
      expect(fn).toHaveBeenCalledTimes(option === 'before' ? 0 : 1);
      expect(policy.totals).toMatchObject({ succeeded: 0, failed: 1 });
    });
  });

  test('is not accepted where the condition looks at values', async () => {
    const values = [0, 1, 2];
    const policy = new Retrying({
      retryIf: ({ outcome }) => !outcome.failed && outcome.value !== 2,
      onSuccess: () => 1,
    });
    expect(await policy.call(() => values.shift())).toBe(2);
    expect(policy.totals).toMatchObject({ attempts: 3, retries: 2, succeeded: 1 });
  });

  test('fails with the reason of its signal if that aborts while the function runs', async () => {
    const controller = new AbortController();
    const onSuccess = jest.fn();
    const policy = new Retrying({ onSuccess, signal: controller.signal, stop: stop.never });
    const fn = (): number => {
      controller.abort(reason);
      return 1;
    };
    expect(await thrown(policy.call(fn))).toBe(reason);
    expect(onSuccess).not.toHaveBeenCalled();
  });
});
