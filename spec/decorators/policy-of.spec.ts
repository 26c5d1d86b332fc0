import { Retry, RetryStream, Retrying, retryingOf, stop } from 'tenax';
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

  test.each<[string, unknown[]]>([
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

  test.each<[string, unknown, string]>([
    ['a number', 3, '3'],
    ['null', null, 'null'],
    ['text', 'never', '"never"'],
  ])('is no function that returns %s', async (_what, result, shown) => {
    class Service {
      @Retry((() => result) as never)
      async work(): Promise<void> {
        return undefined;
      }
    }
    expect(String(await thrown(new Service().work()))).toBe(
      `TypeError: @Retry(self => …) takes a function that returns options, got ${shown}`,
    );
  });

  test.each<[string, unknown, string]>([
    [
      'an async one',
      async () => ({ stop: stop.afterAttempt(1) }),
      '@Retry(self => …) takes a function that returns options at once, it must not be async',
    ],
    ['one that returns a Map', () => new Map(), 'a policy takes an object with stop, wait, '],
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

describe('a policy from the instance', () => {
  test('is made once for each instance, when it is first called', async () => {
    const made: unknown[] = [];
    class Service {
      constructor(readonly attempts: number) {}

      @Retry((self: Service) => {
        made.push(self);
        return { stop: stop.afterAttempt(self.attempts) };
      })
      async work(): Promise<void> {
        throw new Error('x');
      }
    }
    const [one, two] = [new Service(1), new Service(3)];
    expect(made).toEqual([]);
    await expect(one.work()).rejects.toMatchObject({ attempts: 1 });
    await expect(one.work()).rejects.toMatchObject({ attempts: 1 });
    await expect(two.work()).rejects.toMatchObject({ attempts: 3 });
    expect(made).toEqual([one, two]);
  });

  test('rejects the call if the options are wrong', async () => {
    class Service {
      @Retry(() => ({ stpo: stop.never }) as never)
      async work(): Promise<void> {
        return undefined;
      }
    }
    await expect(new Service().work()).rejects.toThrow('did you mean "stop"?');
  });

  test('makes a method that returns a stream throw if the function returns no options', () => {
    class Wrong {
      @RetryStream((() => 5) as never)
      async *numbers(): AsyncGenerator<number> {
        yield 1;
      }

      @RetryStream((() => null) as never)
      async *letters(): AsyncGenerator<string> {
        yield 'a';
      }
    }
    expect(() => new Wrong().numbers()).toThrow('takes a function that returns options, got 5');
    expect(() => new Wrong().letters()).toThrow('takes a function that returns options, got null');
  });
});

describe('a decorator without parentheses throws a TypeError that shows how to write it', () => {
  class Sample {
    async method(): Promise<void> {
      return undefined;
    }
  }
  type Bare = (...args: unknown[]) => void;
  const { method } = Sample.prototype;

  test.each<[string, Bare, string]>([
    ['@Retry', Retry as unknown as Bare, '@Retry() decorates async methods and is written with parentheses'],
    [
      '@RetryStream',
      RetryStream as unknown as Bare,
      '@RetryStream() decorates methods and is written with parentheses: @RetryStream({ … })',
    ],
  ])('%s', (_which, bare, message) => {
    expect(() => {
      bare(Sample.prototype, 'method', Object.getOwnPropertyDescriptor(Sample.prototype, 'method'));
    }).toThrow(message);
    expect(() => {
      bare(method, { kind: 'method', name: 'method' });
    }).toThrow(message);
    expect(() => {
      bare(Sample);
    }).toThrow(message);
    expect(() => {
      bare(Sample, {});
    }).toThrow(message);
  });
});
