import { Retry, Retrying, Throttle, TokenBucket, retryPolicies, retryingOf, statisticsOf, stop } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';

describe('the policy of @Retry', () => {
  test('is the default one without options', () => {
    class Service {
      @Retry()
      async work(): Promise<void> {
        return undefined;
      }
    }
    expect(retryingOf(new Service(), 'work').options).toEqual({});
  });

  it.each<[string, unknown[]]>([
    ['more than one argument', [{}, {}]],
    ['a class', [class Service {}]],
  ])('is not %s', (_what, args) => {
    expect(() => (Retry as (...args: unknown[]) => unknown)(...args)).toThrow(
      new TypeError('@Retry() decorates async methods and is written with parentheses: @Retry({ … })'),
    );
  });

  test('may be a function that returns a Retrying, which is used itself', async () => {
    const shared = new Retrying({ stop: stop.afterAttempt(2) });
    class Service {
      @Retry(() => shared as never)
      async work(): Promise<number> {
        return 1;
      }
    }
    await new Service().work();
    expect(shared.totals.calls).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['a number', 3, '3'],
    ['null', null, 'null'],
    ['text', 'never', '"never"'],
  ])('is no function that answers %s', async (_what, answer, shown) => {
    class Service {
      @Retry((() => answer) as never)
      async work(): Promise<void> {
        return undefined;
      }
    }
    expect(String(await thrown(new Service().work()))).toBe(
      `TypeError: @Retry(self => …) takes a function that returns options, got ${shown}`,
    );
  });

  it.each<[string, unknown, string]>([
    [
      'an async one',
      async () => ({ stop: stop.afterAttempt(1) }),
      '@Retry(self => …) takes a function that returns options at once, it must not be async',
    ],
    ['one that answers a Map', () => new Map(), 'a policy takes an object with stop, wait, '],
  ])('is no function of another kind: %s', async (_what, policy, message) => {
    const made = jest.fn();
    class Service {
      @Retry(policy as never)
      async work(): Promise<void> {
        made();
      }
    }
    const error = await thrown<TypeError>(new Service().work());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message.startsWith(message)).toBe(true);
    expect(made).not.toHaveBeenCalled();
  });

  test('that a function makes is that of the method itself where there is no object', async () => {
    const selves: unknown[] = [];
    class Service {
      @Retry((self) => {
        selves.push(self);
        return { stop: stop.afterAttempt(1) };
      })
      async work(): Promise<number> {
        return 1;
      }
    }
    const { work } = Service.prototype as unknown as { work: (this: unknown) => Promise<number> };
    for (const self of [undefined, null, 5, 'text']) expect(await work.call(self)).toBe(1);
    expect(selves).toEqual([work]);
    const fn = (): void => undefined;
    await work.call(fn);
    expect(selves).toEqual([work, fn]);
  });
});

describe('statisticsOf', () => {
  test('answers those of a static method, and none where the policy is not enabled', async () => {
    class Service {
      @Retry({ stop: stop.afterAttempt(2) })
      static async make(): Promise<number> {
        return 1;
      }

      @Retry({ enabled: false })
      async work(): Promise<number> {
        return 1;
      }
    }
    const service = new Service();
    await Promise.all([Service.make(), service.work()]);
    expect(statisticsOf(Service, 'make')).toMatchObject({ attemptNumber: 1 });
    expect(statisticsOf(service, 'work')).toBeUndefined();
  });

  test('says which method has none', () => {
    class Service {
      async plain(): Promise<void> {
        return undefined;
      }
    }
    expect(() => statisticsOf(new Service(), 'plain')).toThrow(
      new TypeError('plain of an instance of Service is not decorated with @Retry'),
    );
    expect(() => retryingOf(new Service(), 'missing' as never)).toThrow(
      new TypeError('missing of an instance of Service is not decorated with @Retry or @RetryStream'),
    );
  });
});

describe('retryPolicies', () => {
  test('returns the instance’s method where a static one has the same name', () => {
    class Service {
      @Retry({ name: 'static', stop: stop.never })
      static async work(): Promise<void> {
        return undefined;
      }

      @Retry({ name: 'instance', stop: stop.never })
      async work(): Promise<void> {
        return undefined;
      }
    }
    const policies = retryPolicies(Service);
    expect([...policies.keys()]).toEqual(['work']);
    expect((policies.get('work') as Retrying).options.name).toBe('instance');
  });

  test('answers the override where it is decorated too', () => {
    class Base {
      @Retry({ name: 'base', stop: stop.never })
      async work(): Promise<void> {
        return undefined;
      }

      @Retry({ name: 'base', stop: stop.never })
      static async make(): Promise<void> {
        return undefined;
      }
    }
    class Derived extends Base {
      @Retry({ name: 'derived', stop: stop.never })
      override async work(): Promise<void> {
        return undefined;
      }

      static override async make(): Promise<void> {
        return undefined;
      }
    }
    const policies = retryPolicies(Derived);
    expect([...policies.keys()]).toEqual(['work']);
    expect((policies.get('work') as Retrying).options.name).toBe('derived');
  });

  test('answers symbols, and asks no getter', () => {
    const key = Symbol('work');
    class Service {
      @Retry({ name: 'symbol', stop: stop.never })
      async [key](): Promise<void> {
        return undefined;
      }

      get broken(): never {
        throw new Error('asked');
      }
    }
    expect([...retryPolicies(Service).keys()]).toEqual([key]);
  });
});

describe('@Throttle', () => {
  test('takes one token a call where nothing else is said, and may take none', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 5, clock: new VirtualClock() });
    class Service {
      @Throttle(bucket)
      async one(): Promise<void> {
        return undefined;
      }

      @Throttle(bucket, { tokens: 0 })
      async none(): Promise<void> {
        return undefined;
      }
    }
    await new Service().none();
    expect(bucket.available).toBe(5);
    await new Service().one();
    expect(bucket.available).toBe(4);
  });

  it.each<[unknown, string]>([
    [{ tokens: -1 }, `RangeError: @Throttle: tokens takes a number from 0 to ${Number.MAX_VALUE}, got -1`],
    [{ tokens: '1' }, 'TypeError: @Throttle: tokens takes a number or a function of { self, args }, got "1"'],
    [{ token: 1 }, 'TypeError: @Throttle has no option "token"; did you mean "tokens"?'],
    [5, 'TypeError: @Throttle takes an object with tokens, priority, maxWait, got 5'],
  ])('refuses %p', (options, message) => {
    const bucket = new TokenBucket({ rate: 1 });
    expect(() => Throttle(bucket, options as never)).toThrow(
      expect.objectContaining({ message: message.replace(/^\w+: /, ''), name: message.split(':')[0] }),
    );
  });
});
