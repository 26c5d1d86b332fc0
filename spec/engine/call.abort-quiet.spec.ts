import { Retrying, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';
import { fails } from './fails';

const reason = new Error('enough');

describe('After an abort', () => {
  let controller: AbortController;
  let clock: VirtualClock;
  let asked: string[];

  beforeEach(() => {
    controller = new AbortController();
    clock = new VirtualClock();
    asked = [];
  });

  const note =
    <A>(name: string, answer: A) =>
    (): A => {
      asked.push(name);
      return answer;
    };
  const abort = (): void => {
    controller.abort(reason);
  };
  /** Everything notes that it was asked. */
  const policy = (options: RetryOptions<any> = {}): Retrying =>
    new Retrying({
      before: note('before', undefined),
      after: note('after', undefined),
      beforeSleep: note('beforeSleep', undefined),
      onSuccess: note('onSuccess', undefined),
      onGiveUp: note('onGiveUp', undefined),
      retryIf: note('retryIf', true),
      wait: note('wait', 5),
      stop: note('stop', false),
      sleep: async () => void asked.push('sleep'),
      retryErrorCallback: note('retryErrorCallback', 'instead'),
      clock,
      signal: controller.signal,
      ...options,
    });
  /** Rejects with the reason, and is told again a while later. */
  const ends = async (call: Promise<unknown>): Promise<void> => {
    expect(await thrown(call)).toBe(reason);
    await clock.advance(1000);
  };
  const abortAfter = (ms: number) => () => clock.sleep(ms).then(abort);

  test('in an attempt that fails, nothing is asked', async () => {
    await ends(policy().call(() => (abort(), fails())));
    expect(asked).toEqual(['before']);
  });

  test('in an attempt that succeeds, nothing is asked', async () => {
    await ends(policy({ retryIf: retryIf.exception() }).call(abort));
    expect(asked).toEqual(['before']);
  });

  test('that came while an attempt took its time, nothing is asked when it ends', async () => {
    const call = thrown(policy().call(() => clock.sleep(50).then(fails)));
    await clock.advance(10);
    abort();
    await clock.advance(100);
    expect(await call).toBe(reason);
    expect(asked).toEqual(['before']);
  });

  test.each<[string, RetryOptions]>([
    ['at once', {}],
    ['within a deadline', { deadline: 1000 }],
  ])('in a before hook, the function is not called: %s', async (_how, options) => {
    for (const before of [abort, abortAfter(10)]) {
      controller = new AbortController();
      const fn = jest.fn();
      const call = ends(policy({ before, ...options }).call(fn));
      await clock.advance(10);
      await call;
      expect(fn).not.toHaveBeenCalled();
    }
    expect(asked).toEqual([]);
  });

  test('in a before hook, the function is not called when the hook ends later', async () => {
    const fn = jest.fn();
    for (const options of [{}, { deadline: 1000 }]) {
      controller = new AbortController();
      const call = thrown(policy({ before: () => clock.sleep(50), ...options }).call(fn));
      await clock.advance(10);
      abort();
      await clock.advance(100);
      expect(await call).toBe(reason);
    }
    expect(fn).not.toHaveBeenCalled();
  });

  test('in beforeSleep, there is no sleep, and none is counted', async () => {
    const retrying = policy({ beforeSleep: abort });
    await ends(retrying.call(fails));
    expect(asked).toEqual(['before', 'retryIf', 'after', 'wait', 'stop']);
    expect(retrying.totals.idleFor).toBe(0);
  });

  test('in a sleep of the own making that fails then, its fault is not told', async () => {
    const sleep = async (): Promise<void> => {
      abort();
      throw new Error('woken');
    };
    await ends(policy({ sleep }).call(fails));
    expect(asked).toEqual(['before', 'retryIf', 'after', 'wait', 'stop', 'beforeSleep']);
  });

  test.each(['before', 'after', 'beforeSleep', 'wait', 'stop', 'retryIf'])(
    'in %s that fails then, its fault is not told',
    async (name) => {
      const fault = (): never => {
        abort();
        throw new Error('fault');
      };
      await ends(policy({ [name]: fault }).call(fails));
      await ends(policy({ [name]: fault }).call(fails));
      expect(asked).not.toContain('onGiveUp');
    },
  );

  test('in stop that gives up, nothing answers in the error’s place', async () => {
    const stops = (): boolean => {
      abort();
      return true;
    };
    await ends(policy({ stop: stops }).call(fails));
    expect(asked).toEqual(['before', 'retryIf', 'after', 'wait']);
  });

  test('in onGiveUp, the call rejects with its reason', async () => {
    await ends(policy({ retryIf: retryIf.never, onGiveUp: abort }).call(fails));
  });
});

describe('An abort of the loop', () => {
  test('before the first turn: its body does not run', async () => {
    const policy = new Retrying({ stop: stop.never, signal: AbortSignal.abort(reason) });
    const body = jest.fn();
    const loop = async (): Promise<void> => {
      for await (const attempt of policy) body(attempt);
    };
    expect(await thrown(loop())).toBe(reason);
    expect(body).not.toHaveBeenCalled();
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 0, failed: 1 });
  });

  test('before the body makes its attempt: the function is not called', async () => {
    const controller = new AbortController();
    const policy = new Retrying({ stop: stop.never, signal: controller.signal });
    const fn = jest.fn();
    const loop = async (): Promise<void> => {
      for await (const attempt of policy) {
        controller.abort(reason);
        await attempt.run(fn);
      }
    };
    expect(await thrown(loop())).toBe(reason);
    expect(fn).not.toHaveBeenCalled();
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 0, failed: 1 });
  });

  test('is counted though the body goes away with it', async () => {
    const controller = new AbortController();
    const policy = new Retrying({ stop: stop.never, signal: controller.signal });
    for await (const attempt of policy) {
      const made = thrown(attempt.run(() => new Promise(() => undefined)));
      controller.abort(reason);
      expect(await made).toBe(reason);
      break;
    }
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 1, failed: 1 });
  });

  test('between an attempt and the sleep: there is no sleep', async () => {
    const controller = new AbortController();
    const clock = new VirtualClock();
    const policy = new Retrying({ stop: stop.never, wait: wait.fixed(50), clock, signal: controller.signal });
    const loop = async (): Promise<void> => {
      for await (const attempt of policy) {
        await attempt.run(fails);
        controller.abort(reason);
      }
    };
    expect(await thrown(loop())).toBe(reason);
    expect(policy.totals).toMatchObject({ attempts: 1, failed: 1, idleFor: 0 });
  });
});

describe('An error that is called AbortError', () => {
  test('ends the call without onGiveUp, and counts as a failure', async () => {
    const aborted = Object.assign(new Error('gone'), { name: 'AbortError' });
    const onGiveUp = jest.fn();
    const policy = new Retrying({ stop: stop.never, onGiveUp });
    expect(await thrown(policy.call(() => Promise.reject(aborted)))).toBe(aborted);
    expect(onGiveUp).not.toHaveBeenCalled();
    expect(policy.totals).toMatchObject({ attempts: 1, failed: 1 });
  });

  test('is asked about like any other, by a predicate of the user’s, where the caller gave no signal', async () => {
    const aborted = Object.assign(new Error('gone'), { name: 'AbortError' });
    const seen = jest.fn(() => false);
    await thrown(
      new Retrying({ stop: stop.never, retryIf: retryIf.exception(seen) }).call(() => Promise.reject(aborted)),
    );
    expect(seen).toHaveBeenCalledWith(aborted);
  });
});
