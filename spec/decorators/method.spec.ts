import { Retry, RetryError, stop, type RetryCallState } from 'tenax';
import { LONG } from '../long.js';

const twice = { stop: stop.afterAttempt(2) };

describe('a method under @Retry', () => {
  test('keeps `this`, its arguments, its name and its length', async () => {
    class Service {
      tries = 0;

      @Retry(twice)
      async add(one: number, other: number): Promise<number> {
        this.tries += 1;
        if (this.tries < 2) throw new Error('once');
        return one + other + this.tries;
      }
    }
    const service = new Service();
    expect(await service.add(3, 4)).toBe(9);
    expect([service.add.name, service.add.length]).toEqual(['add', 2]);
  });

  test('may be static, and `this` is the class', async () => {
    const names: string[] = [];
    class Service {
      static tries = 0;

      @Retry({ ...twice, before: ({ fnName }) => void names.push(fnName) })
      static async make(): Promise<number> {
        this.tries += 1;
        if (this.tries < 2) throw new Error('once');
        return this.tries;
      }
    }
    expect(await Service.make()).toBe(2);
    expect(names).toEqual(['Service.make', 'Service.make']);
  });

  test('may be inherited; it is called after the class that declares it', async () => {
    class Base {
      @Retry(twice)
      async work(): Promise<void> {
        throw new Error(this.constructor.name);
      }
    }
    class Derived extends Base {}
    await expect(new Derived().work()).rejects.toThrow(
      'Base.work gave up after 2 attempts (stop.afterAttempt(2)); the last error was Error: Derived',
    );
  });

  test('may be overridden without being decorated: super retries on its own', async () => {
    let tries = 0;
    class Base {
      @Retry({ ...twice, reraise: true })
      async work(): Promise<string> {
        tries += 1;
        throw new Error('base');
      }
    }
    class Derived extends Base {
      override async work(): Promise<string> {
        return super.work().catch(() => 'caught');
      }
    }
    expect(await new Derived().work()).toBe('caught');
    expect(tries).toBe(2);
  });

  test('multiplies attempts when a decorated override calls a decorated super', async () => {
    let tries = 0;
    class Base {
      @Retry({ stop: stop.afterAttempt(3) })
      async work(): Promise<void> {
        tries += 1;
        throw new Error('base');
      }
    }
    class Derived extends Base {
      @Retry({ stop: stop.afterAttempt(3) })
      override async work(): Promise<void> {
        await super.work();
      }
    }
    const error: unknown = await new Derived().work().catch((thrown: unknown) => thrown);
    expect(tries).toBe(9);
    expect((error as Error).message).toMatch(/^Derived\.work gave up/);
    expect(((error as Error).cause as Error).message).toMatch(/^Base\.work gave up/);
  });

  test('may be generic, and may answer `this`', async () => {
    class Service {
      @Retry(twice)
      async pick<T extends object, K extends keyof T>(from: T, key: K): Promise<T[K]> {
        return from[key];
      }

      @Retry(twice)
      async self(): Promise<this> {
        return this;
      }
    }
    const service = new Service();
    const n: number = await (await service.self()).pick({ a: 1 }, 'a');
    expect(n).toBe(1);
  });

  test('may be named by a symbol', async () => {
    const key = Symbol('load');
    class Service {
      @Retry(twice)
      async [key](): Promise<void> {
        throw new Error('no');
      }
    }
    await expect(new Service()[key]()).rejects.toThrow(/^Service\.\[load\] gave up/);
  });

  test('rejects if the method throws synchronously', async () => {
    class Service {
      @Retry(twice)
      now(): Promise<void> {
        throw new Error('sync');
      }
    }
    await expect(new Service().now()).rejects.toThrow(RetryError);
  });

  test('hands hooks the object that it was called on', async () => {
    const selves: unknown[] = [];
    class Service {
      @Retry({
        stop: stop.afterAttempt(1),
        after: (state: RetryCallState) => void selves.push(state.self, ...state.args),
      })
      async work(_argument: number): Promise<void> {
        throw new Error('x');
      }
    }
    const service = new Service();
    await service.work(7).catch(() => undefined);
    expect(selves).toEqual([service, 7]);
  });
});

// Ten thousand in the long tier.
describe('Concurrent calls of one method on one object', () => {
  test('keep their own attempt numbers and statistics', async () => {
    const figures = new Map<number, number>();
    class Service {
      readonly tries = new Map<number, number>();

      @Retry({
        stop: stop.afterAttempt(4),
        after: (state) => void figures.set(state.args[0] as number, state.attemptNumber),
      })
      async work(call: number): Promise<number> {
        const made = (this.tries.get(call) ?? 0) + 1;
        this.tries.set(call, made);
        await null;
        if (made <= call % 5) throw new Error('again');
        return made;
      }
    }
    const service = new Service();
    const calls = Array.from({ length: LONG ? 10_000 : 300 }, (_, call) => call);
    const ended = await Promise.all(
      calls.map((call) => service.work(call).catch((error: unknown) => error as RetryError)),
    );
    for (const call of calls) {
      const end = ended[call];
      if (call % 5 < 4) expect(end).toBe((call % 5) + 1);
      else expect((end as RetryError).statistics.attemptNumber).toBe(4);
      expect(figures.get(call)).toBe(call % 5 === 0 ? undefined : Math.min(call % 5, 4));
    }
  });
});
