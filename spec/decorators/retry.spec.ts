import { Retry, Retrying, retryIf, retryingOf, retryPolicies, retryWith, statisticsOf, stop } from 'tenax';

class Base {
  calls = 0;
  attempts = 3;

  @Retry({ stop: stop.afterAttempt(3), reraise: true })
  async fetchPage(page: number): Promise<string> {
    this.calls += 1;
    if (this.calls < 3) throw new Error(`failure ${this.calls}`);
    return `page ${page}`;
  }

  @Retry((self: Base) => ({ stop: stop.afterAttempt(self.attempts), reraise: true }))
  async other(): Promise<void> {
    this.calls += 1;
    throw new Error('never works');
  }

  @Retry({ stop: stop.afterAttempt(2) })
  static async shared(): Promise<number> {
    return 5;
  }
}

class Derived extends Base {}

describe('@Retry', () => {
  test('retries the method on its own instance and keeps name and length', async () => {
    const service = new Derived();
    await expect(service.fetchPage(4)).resolves.toBe('page 4');
    expect(service.calls).toBe(3);
    expect(service.fetchPage.name).toBe('fetchPage');
    expect(service.fetchPage.length).toBe(1);
    await expect(Base.shared()).resolves.toBe(5);
  });

  test('names the declaring class', async () => {
    const names: string[] = [];
    class Service {
      @Retry({ stop: stop.afterAttempt(2), after: (state) => void names.push(state.fnName) })
      async fail(): Promise<void> {
        throw new Error('x');
      }
    }
    class Sub extends Service {}
    await expect(new Sub().fail()).rejects.toThrow('Service.fail gave up after 2 attempts');
    expect(names).toEqual(['Service.fail', 'Service.fail']);
  });

  test('makes a policy from the instance, once per instance', async () => {
    const one = new Base();
    const two = new Base();
    two.attempts = 5;
    await expect(one.other()).rejects.toThrow('never works');
    await expect(two.other()).rejects.toThrow('never works');
    expect([one.calls, two.calls]).toEqual([3, 5]);
    expect(retryingOf(one, 'other')).toBe(retryingOf(one, 'other'));
    expect(retryingOf(one, 'other')).not.toBe(retryingOf(two, 'other'));
  });

  test('offers typed helpers', async () => {
    const service = new Base();
    expect(statisticsOf(service, 'fetchPage')).toBeUndefined();
    await service.fetchPage(1);
    expect(statisticsOf(service, 'fetchPage')).toMatchObject({ attemptNumber: 3 });
    const once = retryWith(service, 'other', { stop: stop.afterAttempt(1) });
    service.calls = 0;
    await expect(once()).rejects.toThrow('never works');
    expect(service.calls).toBe(1);
    expect([...retryPolicies(Derived).keys()].sort()).toEqual(['fetchPage', 'other', 'shared']);
  });

  test('uses a Retrying itself', async () => {
    const retrying = new Retrying({ stop: stop.afterAttempt(2), retryIf: retryIf.never });
    class Service {
      @Retry(retrying)
      async work(): Promise<number> {
        return 1;
      }
    }
    await new Service().work();
    expect(retrying.totals).toMatchObject({ calls: 1, succeeded: 1 });
  });

  test('throws for a method that is not async', () => {
    const define = (): unknown => {
      class Service {
        // @ts-expect-error a generator is no async method
        @Retry({ stop: stop.afterAttempt(1) })
        *items(): Generator<number> {
          yield 1;
        }
      }
      return Service;
    };
    expect(define).toThrow(TypeError);
  });
});
