import { Retry, Retrying, Throttle, TokenBucket, retryPolicies, retryingOf, statisticsOf, stop } from 'tenax';
import { VirtualClock } from 'tenax/testing';

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
    [{ tokens: -1 }, 'RangeError: @Throttle: tokens takes a finite number ≥ 0, got -1'],
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
