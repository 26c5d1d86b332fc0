import {
  Retry,
  RetryStream,
  Retrying,
  Throttle,
  TokenBucket,
  retryIf,
  retryPolicies,
  retryWith,
  retryingOf,
  statisticsOf,
  stop,
} from 'tenax';

class Service {
  tries = 0;

  @Retry({ stop: stop.afterAttempt(3) })
  async work(until: number): Promise<number> {
    this.tries += 1;
    if (this.tries < until) throw new Error('again');
    return this.tries;
  }

  @Retry((self: Service) => ({ stop: stop.afterAttempt(self.tries + 1) }))
  async own(): Promise<void> {
    throw new Error('never');
  }

  async plain(): Promise<void> {
    return undefined;
  }
}

describe('retryWith', () => {
  test('returns the method bound to its object, under a policy of its own', async () => {
    const service = new Service();
    const once = retryWith(service, 'work', { stop: stop.afterAttempt(1) });
    await expect(once(3)).rejects.toMatchObject({ attempts: 1 });
    expect(service.tries).toBe(1);
    expect(retryingOf(service, 'work').totals.attempts).toBe(0);
    expect(statisticsOf(service, 'work')).toBeUndefined();
  });

  test('has the name and the length that bind would give it', async () => {
    const service = new Service();
    const once = retryWith(service, 'work', { stop: stop.afterAttempt(1) });
    const bound = service.work.bind(service);
    expect([once.name, once.length]).toEqual([bound.name, bound.length]);
    expect([once.name, once.length]).toEqual(['bound work', 1]);
    for (const key of ['name', 'length']) {
      const { value: _, ...kind } = Object.getOwnPropertyDescriptor(bound, key) ?? {};
      expect(Object.getOwnPropertyDescriptor(once, key)).toMatchObject(kind);
    }
    expect(Object.keys(once)).toEqual([]);
  });

  test('has its policy and the figures of its last call at hand', async () => {
    const once = retryWith(new Service(), 'work', { stop: stop.afterAttempt(1) });
    expect(String(once.retrying)).toBe('new Retrying({ stop: stop.afterAttempt(1) })');
    expect(once.statistics).toBeUndefined();
    await once(1);
    expect(once.statistics).toBe(once.retrying.statistics);
    expect(once.retrying.totals).toMatchObject({ calls: 1, succeeded: 1 });
  });

  test('keeps the other options', async () => {
    const service = new Service();
    await expect(retryWith(service, 'work', { reraise: true })(9)).rejects.toThrow('again');
    expect(service.tries).toBe(3);
  });

  test('refuses wrong options and methods without @Retry', () => {
    const service = new Service();
    expect(() => retryWith(service, 'work', { stpo: 1 } as never)).toThrow('did you mean "stop"?');
    expect(() => retryWith(service, 'plain', {})).toThrow(
      'plain of an instance of Service is not decorated with @Retry',
    );
  });
});

describe('retryingOf and statisticsOf', () => {
  test('answer the policy, and the last call on that very object', async () => {
    const [one, two] = [new Service(), new Service()];
    await one.work(2);
    await two.work(3);
    expect(statisticsOf(one, 'work')).toMatchObject({ attemptNumber: 2 });
    expect(statisticsOf(two, 'work')).toMatchObject({ attemptNumber: 3 });
    expect(retryingOf(one, 'work')).toBe(retryingOf(two, 'work'));
    expect(retryingOf(one, 'own')).toBeInstanceOf(Retrying);
    expect(retryingOf(one, 'own')).not.toBe(retryingOf(two, 'own'));
  });

  test('tell calls apart that begin within each other, under one policy', async () => {
    class Folder {
      constructor(
        private readonly inner?: Folder,
        private failures = 0,
      ) {}

      @Retry({ stop: stop.afterAttempt(3) })
      async sync(): Promise<void> {
        await this.inner?.sync();
        if (this.failures-- > 0) throw new Error('busy');
      }
    }
    const inner = new Folder(undefined, 2);
    const outer = new Folder(inner);
    await outer.sync();
    expect(statisticsOf(inner, 'sync')).toMatchObject({ attemptNumber: 3 });
    expect(statisticsOf(outer, 'sync')).toMatchObject({ attemptNumber: 1 });
  });

  test('find the policy of a Retrying that is shared', async () => {
    const shared = new Retrying({ stop: stop.afterAttempt(2) });
    class Sharing {
      @Retry(shared)
      async one(): Promise<void> {
        return undefined;
      }

      @Retry(shared)
      async two(): Promise<void> {
        return undefined;
      }
    }
    const sharing = new Sharing();
    await Promise.all([sharing.one(), sharing.two()]);
    expect(retryingOf(sharing, 'one')).toBe(shared);
    expect(shared.totals).toMatchObject({ calls: 2, succeeded: 2 });
  });
});

describe('retryPolicies', () => {
  test('lists every decorated method of a class, inherited and static ones too', () => {
    class Derived extends Service {
      @Retry({ stop: stop.never, retryIf: retryIf.never })
      static async make(): Promise<void> {
        return undefined;
      }
    }
    const policies = retryPolicies(Derived);
    expect([...policies.keys()].sort()).toEqual(['make', 'own', 'work']);
    expect(policies.get('work')).toBe(retryingOf(new Service(), 'work'));
    expect(policies.get('own')).toBeInstanceOf(Function);
  });

  test('leaves out a method that an override without @Retry hides', () => {
    class Derived extends Service {
      override async work(): Promise<number> {
        return 1;
      }
    }
    expect([...retryPolicies(Derived).keys()]).toEqual(['own']);
  });

  test('finds a method through a @Throttle on top of it', () => {
    const bucket = new TokenBucket({ rate: 1 });
    class Throttled {
      @Throttle(bucket)
      @Retry({ stop: stop.afterAttempt(2) })
      async work(): Promise<void> {
        return undefined;
      }
    }
    expect([...retryPolicies(Throttled).keys()]).toEqual(['work']);
  });
});

describe('a method under @RetryStream', () => {
  class Feed {
    attempts = 2;

    @RetryStream({ stop: stop.afterAttempt(3) })
    async *common(): AsyncGenerator<number> {
      yield 1;
    }

    @RetryStream((self: Feed) => ({ stop: stop.afterAttempt(self.attempts) }))
    async *own(): AsyncGenerator<number> {
      yield 1;
    }
  }

  test('is among the policies of its class', () => {
    const policies = retryPolicies(Feed);
    expect([...policies.keys()]).toEqual(['common', 'own']);
    expect(String(policies.get('common'))).toBe('new Retrying({ stop: stop.afterAttempt(3) })');
    expect(policies.get('own')).toBeInstanceOf(Function);
  });

  test('has the policy of its instance, and the calls that it counted', async () => {
    const feed = new Feed();
    for await (const item of feed.own()) expect(item).toBe(1);
    expect(String(retryingOf(feed, 'own'))).toBe('new Retrying({ stop: stop.afterAttempt(2) })');
    expect(retryingOf(feed, 'own').totals.calls).toBe(1);
    expect(retryingOf(feed, 'common')).toBe(retryPolicies(Feed).get('common'));
    expect(retryingOf(feed, 'common').totals.calls).toBe(0);
  });

  test('has no statistics of a call, and no call under another policy', () => {
    const message = 'common of an instance of Feed is not decorated with @Retry';
    expect(() => statisticsOf(new Feed(), 'common' as never)).toThrow(new TypeError(message));
    expect(() => retryWith(new Feed(), 'common' as never, {})).toThrow(new TypeError(message));
  });
});

describe('a value that has no methods', () => {
  test.each([[undefined], [null]])('%p is refused by name', (service) => {
    expect(() => retryWith(service as never, 'work' as never, {})).toThrow(
      new TypeError(`work of ${service} is not decorated with @Retry`),
    );
    expect(() => statisticsOf(service as never, 'work' as never)).toThrow(TypeError);
    expect(() => retryingOf(service as never, 'work' as never)).toThrow(
      new TypeError(`work of ${service} is not decorated with @Retry or @RetryStream`),
    );
  });

  test.each([
    [undefined, 'undefined'],
    [new Service(), 'an instance of Service'],
    [async () => undefined, 'a function'],
  ])('%p is no class for retryPolicies', (Class, shown) => {
    expect(() => retryPolicies(Class as never)).toThrow(new TypeError(`retryPolicies takes a class, got ${shown}`));
  });
});
