import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Retry, retry, retryStream, stop, type RetryCallState } from 'tenax';
import { currentAttempt } from 'tenax/context';

class Inner {
  @Retry({ stop: stop.afterAttempt(3) })
  async load(): Promise<number | undefined> {
    return currentAttempt()?.number;
  }
}

class Outer {
  readonly inner = new Inner();
  tries = 0;

  @Retry({ stop: stop.afterAttempt(3) })
  async all(): Promise<unknown[]> {
    this.tries += 1;
    if (this.tries < 2) throw new Error('once more');
    return [currentAttempt()?.number, await this.inner.load(), await this.inner.load(), currentAttempt()?.state.fnName];
  }
}

describe('nested retries', () => {
  let warn: jest.SpyInstance;
  beforeEach(() => {
    warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => warn.mockRestore());

  test('each see their own attempt, the innermost first', async () => {
    expect(await new Outer().all()).toEqual([2, 1, 1, 'Outer.all']);
  });

  test('are not the items of one stream, and a stream within an attempt is said once', async () => {
    const items = retryStream(
      async function* items() {
        yield currentAttempt()?.state.fnName;
        yield currentAttempt()?.state.fnName;
      },
      { stop: stop.afterAttempt(3) },
    );
    const nested: unknown[] = [];
    const note = (message: unknown): void => void nested.push(message);
    subscribe('tenax:nested', note);
    const read = async (): Promise<unknown[]> => {
      const names: unknown[] = [];
      for await (const name of items()) names.push(name);
      return names;
    };
    expect(await read()).toEqual(['items', 'items']);
    expect(nested).toHaveLength(0);
    expect(await retry(read, { stop: stop.afterAttempt(3) })()).toEqual(['items', 'items']);
    unsubscribe('tenax:nested', note);
    expect(nested).toHaveLength(1);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('are said once, with both names', async () => {
    const load = retry(
      async function load() {
        return 1;
      },
      { stop: stop.afterAttempt(3) },
    );
    const all = retry(
      async function all() {
        return (await load()) + (await load());
      },
      { stop: stop.afterAttempt(3) },
    );
    await all();
    await all();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(
      'load is retried within all, which is retried too: their attempts multiply; retry in one of them',
      { code: 'TENAX_NESTED', type: 'TenaxWarning' },
    );
  });

  test('are said for each pair of policies', async () => {
    const inner = retry(async () => 1, { stop: stop.afterAttempt(2), name: 'inner' });
    const other = retry(async () => 1, { stop: stop.afterAttempt(2), name: 'other' });
    const both = async (): Promise<number> => (await inner()) + (await other());
    for (const attempts of [2, 3]) await retry(both, { stop: stop.afterAttempt(attempts) })();
    const said = warn.mock.calls.map(([message]) => /^(\w+) is retried within (\w+),/.exec(message)?.slice(1));
    expect(said).toEqual([
      ['inner', 'both'],
      ['other', 'both'],
      ['inner', 'both'],
      ['other', 'both'],
    ]);
  });

  test.each([
    ['outer', stop.afterAttempt(1), stop.afterAttempt(3)],
    ['inner', stop.never, stop.afterAttempt(1).or(stop.afterDelay(1000))],
  ])('are not those of which the %s makes one attempt: nothing multiplies', async (_which, outer, inner) => {
    const nested = jest.fn();
    subscribe('tenax:nested', nested);
    const load = retry(async () => 1, { stop: inner });
    await retry(load, { stop: outer, deadline: 60_000 })();
    unsubscribe('tenax:nested', nested);
    expect(warn).not.toHaveBeenCalled();
    expect(nested).not.toHaveBeenCalled();
  });

  test('are published each time', async () => {
    const seen: string[] = [];
    const note = (message: unknown): void => {
      const { outer, inner } = message as Record<'outer' | 'inner', RetryCallState>;
      seen.push(`${inner.fnName} in ${outer.fnName}`);
    };
    subscribe('tenax:nested', note);
    await new Outer().all();
    unsubscribe('tenax:nested', note);
    expect(seen).toEqual(['Inner.load in Outer.all', 'Inner.load in Outer.all']);
  });

  test('are published once a call, however many attempts the inner one takes', async () => {
    let published = 0;
    const note = (): void => void (published += 1);
    subscribe('tenax:nested', note);
    let calls = 0;
    const inner = retry(
      async () => {
        calls += 1;
        if (calls < 3) throw new Error('again');
      },
      { stop: stop.afterAttempt(3) },
    );
    await retry(inner, { stop: stop.afterAttempt(2) })();
    unsubscribe('tenax:nested', note);
    expect([calls, published]).toEqual([3, 1]);
  });

  test('are published once for a stream, however many items it has', async () => {
    let published = 0;
    const note = (): void => void (published += 1);
    subscribe('tenax:nested', note);
    const numbers = retryStream(
      async function* () {
        yield* [1, 2, 3];
      },
      { stop: stop.afterAttempt(3) },
    );
    const read = async (): Promise<number> => {
      let sum = 0;
      for await (const n of numbers()) sum += n;
      return sum;
    };
    const alone = await read();
    const within = await retry(read, { stop: stop.afterAttempt(2) })();
    unsubscribe('tenax:nested', note);
    expect([alone, within, published]).toEqual([6, 6, 1]);
  });

  test('are not the items of one stream that are asked for at the same time', async () => {
    const nested = jest.fn();
    subscribe('tenax:nested', nested);
    const numbers = retryStream(
      async function* () {
        yield* [1, 2, 3];
      },
      { stop: stop.afterAttempt(3) },
    );
    const items = numbers()[Symbol.asyncIterator]();
    const read = await Promise.all([items.next(), items.next(), items.next()]);
    unsubscribe('tenax:nested', nested);
    expect(read.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(nested).not.toHaveBeenCalled();
  });

  test('one after another are not nested', async () => {
    const one = retry(async () => 1, { stop: stop.afterAttempt(2) });
    await one();
    await Promise.all([one(), one()]);
    expect(warn).not.toHaveBeenCalled();
    expect(currentAttempt()).toBeUndefined();
  });
});
