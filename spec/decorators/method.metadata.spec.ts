import 'reflect-metadata';
import { Retry, stop } from 'tenax';

const twice = { stop: stop.afterAttempt(2) };
const ROUTE = Symbol('route');

/** Puts metadata on the function, as NestJS' decorators do; in either decorator mode. */
const Route = (path: string): any =>
  function (target: object, _second: unknown, descriptor?: PropertyDescriptor) {
    const fn = (descriptor?.value ?? target) as object;
    Reflect.defineMetadata('path', path, fn);
    (fn as Record<symbol, unknown>)[ROUTE] = path;
  };

/** Replaces the function and keeps nothing of it, as some decorators do. */
const Wrapping = (): any =>
  function (target: object, _second: unknown, descriptor?: PropertyDescriptor) {
    const fn = (descriptor?.value ?? target) as (...args: unknown[]) => unknown;
    const wrapped = function (this: unknown, ...args: unknown[]): unknown {
      return fn.apply(this, args);
    };
    if (descriptor === undefined) return wrapped;
    descriptor.value = wrapped;
    return descriptor;
  };

describe('what other decorators put on a method', () => {
  test('is on the method that stands in its place, whichever comes first', () => {
    class Controller {
      @Retry(twice)
      @Route('/below')
      async below(): Promise<void> {
        return undefined;
      }

      @Route('/above')
      @Retry(twice)
      async above(): Promise<void> {
        return undefined;
      }

      @Route('/outer')
      @Retry(twice)
      @Route('/inner')
      async both(): Promise<void> {
        return undefined;
      }
    }
    const { below, above, both } = Controller.prototype;
    expect([below, above, both].map((fn) => Reflect.getMetadata('path', fn))).toEqual(['/below', '/above', '/outer']);
    expect([below, above, both].map((fn) => (fn as never)[ROUTE])).toEqual(['/below', '/above', '/outer']);
    expect(both.name).toBe('both');
  });

  test('works through a decorator that replaces the method on top of @Retry', async () => {
    class Base {
      @Wrapping()
      @Retry(twice)
      async work(): Promise<void> {
        throw new Error('x');
      }
    }
    class Derived extends Base {}
    await expect(new Derived().work()).rejects.toThrow(/^Base\.work gave up after 2 attempts/);
  });

  test('works with two policies on one method: attempts multiply', async () => {
    let tries = 0;
    class Service {
      @Retry({ stop: stop.afterAttempt(2), reraise: true })
      @Retry({ stop: stop.afterAttempt(3), reraise: true })
      async work(): Promise<void> {
        tries += 1;
        throw new Error('x');
      }
    }
    await expect(new Service().work()).rejects.toThrow('x');
    expect(tries).toBe(6);
  });
});
