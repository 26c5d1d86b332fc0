import {
  AttemptTimeoutError,
  Retrying,
  retry,
  Retry,
  retryStream,
  RetryError,
  stop,
  ConcurrencyLimiter,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from '../../lib/testing/virtual-clock';
import { createRetrying } from '../../lib/engine/retrying';
import { thrown } from '../thrown';

const load = async (): Promise<never> => {
  await undefined;
  throw new Error('failed');
};
const loadAtOnce = (): never => {
  throw new Error('failed');
};
const hang = (): Promise<never> => new Promise(() => undefined);

/** What the call rejects with. Its stack must name this function. */
async function theCaller(call: () => Promise<unknown>): Promise<unknown> {
  return await call();
}
const stackOf = async (call: () => Promise<unknown>): Promise<string> =>
  String(((await thrown(theCaller(call))) as Error).stack);

const FORMS: Record<string, (options: RetryOptions<any>, fn: () => unknown) => Promise<unknown>> = {
  run: (options, fn) => new Retrying(options).run(fn),
  call: (options, fn) => new Retrying(options).call(fn),
  wraps: (options, fn) => new Retrying(options).wraps(fn)(),
  retry: (options, fn) => retry(fn, options)(),
  '@Retry': (options, fn) => {
    class Api {
      @Retry(options)
      async load(): Promise<unknown> {
        return fn();
      }
    }
    return new Api().load();
  },
  'the loop form': async (options, fn) => {
    for await (const attempt of new Retrying(options)) await attempt.run(fn);
  },
  retryStream: async (options, fn) => {
    const stream = retryStream(async function* () {
      yield await fn();
    }, options as object);
    for await (const _ of stream()) continue;
  },
  'retryStream after an item': async (options, fn) => {
    let begun = false;
    const stream = retryStream(
      async function* () {
        if (!begun) yield (begun = true);
        yield await fn();
      },
      { ...(options as object), idleTimeout: options.attemptTimeout, resume: () => [] },
    );
    for await (const _ of stream()) continue;
  },
};

describe('the stack of what a call rejects with leads to the caller', () => {
  const { stackTraceLimit } = Error;
  beforeEach(() => {
    Error.stackTraceLimit = 10;
  });
  afterEach(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  const twice = { stop: stop.afterAttempt(2), wait: () => 0 };
  const signal = new AbortController().signal;
  const OPTIONS: Record<string, RetryOptions> = {
    'a RetryError': twice,
    'the last error': { ...twice, reraise: true },
    'an error that is not retried': { ...twice, retryIf: () => false },
    'the last error, with a signal': { ...twice, reraise: true, signal },
    'the last error, behind a limiter': { ...twice, reraise: true, limiter: new ConcurrencyLimiter({ limit: 9 }) },
    'an error of a hook': { ...twice, beforeSleep: () => Promise.reject(new Error('hook')) },
  };
  for (const [form, make] of Object.entries(FORMS)) {
    test.each(Object.entries(OPTIONS))(`${form}: %s`, async (_, options) => {
      expect(await stackOf(() => make(options, load))).toContain('theCaller');
      expect(await stackOf(() => make(options, loadAtOnce))).toContain('theCaller');
    });

    test.each(['attemptTimeout', 'deadline'])(`${form}: an attempt cut off by %s`, async (limit) => {
      const clock = new VirtualClock();
      const options = { ...twice, clock, [limit]: 10 };
      for (const reraise of [true, false]) {
        const failing = thrown(theCaller(() => make({ ...options, reraise }, hang)));
        const error = await clock.run(failing, { quiet: 0 });
        expect(error).toBeInstanceOf(reraise ? AttemptTimeoutError : RetryError);
        expect((error as Error).stack).toContain('theCaller');
      }
    });
  }

  test('frames that are there already are not appended again', async () => {
    const error = new Error('failed');
    const failing = retry(() => Promise.reject(error), { ...twice, reraise: true });
    const lengths = new Set<number>();
    for (let i = 0; i < 4; i += 1) {
      await thrown(failing());
      lengths.add((error.stack as string).length);
    }
    expect(lengths.size).toBe(1);
  });

  test('nobody reads the stack of a simulated failure: it stays as it is', async () => {
    const error = new Error('failed');
    const { stack } = error;
    const simulated = createRetrying({ ...twice, reraise: true }, { quiet: true, simulated: true });
    await thrown(theCaller(() => simulated.call(() => Promise.reject(error))));
    expect(error.stack).toBe(stack);
  });

  test("the reason of an abort keeps its stack: it is the aborter's", async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const { stack } = reason;
    const failing = thrown(retry(hang, { ...twice, signal: controller.signal })());
    controller.abort(reason);
    expect(await failing).toBe(reason);
    expect(reason.stack).toBe(stack);
  });
});
