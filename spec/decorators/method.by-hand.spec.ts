import 'reflect-metadata';
import { Retry, RetryStream, Throttle, TokenBucket, stop } from 'tenax';
import { thrown } from '../thrown';

type Loose = (...args: unknown[]) => unknown;
type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** A decorator as code without types calls it; made anew for each test. */
const retry = (): Loose => Retry({ stop: stop.afterAttempt(2), reraise: false }) as unknown as Loose;
const throttle = (): Loose => Throttle(new TokenBucket({ rate: 1 })) as unknown as Loose;

const failing = async (_argument: unknown): Promise<never> => Promise.reject(new Error('no'));

/** Puts the method on a class as a compiler with `experimentalDecorators` does. */
function legacy(target: object, key: string | symbol, fn: unknown, decorator = retry()): PropertyDescriptor {
  const descriptor = { value: fn, writable: true, enumerable: false, configurable: true };
  const answer = decorator(target, key, descriptor) as PropertyDescriptor;
  Object.defineProperty(target, key, answer);
  return answer;
}

/** Puts the method on a class as a compiler with standard decorators does. */
function standard(target: object, name: string | symbol, fn: unknown, decorator = retry()): void {
  const value = decorator(fn, { kind: 'method', name });
  Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

describe.each([
  ['experimentalDecorators', legacy],
  ['standard decorators', standard],
])('under %s', (_mode, put) => {
  const failure = async (holder: object, key: string | symbol, self: unknown = holder): Promise<string> =>
    (await thrown<Error>((holder as Record<PropertyKey, Method>)[key]!.call(self))).message;

  test('a method is called after its class, and a static one too', async () => {
    class Service {}
    put(Service.prototype, 'load', failing);
    put(Service, 'make', failing);
    expect(await failure(new Service(), 'load')).toMatch(/^Service\.load gave up after 2 attempts/);
    expect(await failure(Service, 'make')).toMatch(/^Service\.make gave up after 2 attempts/);
  });

  test('a symbol is shown by its description, if it has one', async () => {
    class Service {}
    const [named, bare] = [Symbol('load'), Symbol()];
    put(Service.prototype, named, failing);
    put(Service.prototype, bare, failing);
    expect(await failure(new Service(), named)).toMatch(/^Service\.\[load\] gave up/);
    expect(await failure(new Service(), bare)).toMatch(/^Service\.\[\] gave up/);
  });

  test('name and length stay, and can be changed as those of any function', () => {
    class Service {}
    put(Service.prototype, 'load', failing);
    const { load } = Service.prototype as unknown as { load: Method };
    const about = { writable: false, enumerable: false, configurable: true };
    expect(Object.getOwnPropertyDescriptor(load, 'name')).toEqual({ ...about, value: 'failing' });
    expect(Object.getOwnPropertyDescriptor(load, 'length')).toEqual({ ...about, value: 1 });
  });

  test('properties and metadata of the function are copied', () => {
    class Service {}
    const fn = Object.assign(async () => Promise.resolve(1), { role: 'admin' });
    Reflect.defineMetadata('path', '/load', fn);
    put(Service.prototype, 'load', fn);
    const { load } = Service.prototype as unknown as { load: typeof fn };
    expect(load).not.toBe(fn);
    expect(load.role).toBe('admin');
    expect(Reflect.getOwnMetadata('path', load)).toBe('/load');
  });

  test('a method may be called without an object', async () => {
    class Service {}
    put(Service.prototype, 'load', failing);
    for (const self of [null, undefined, 5, Object.create(null)]) {
      expect(await failure(Service.prototype, 'load', self)).toMatch(/^(anonymous|Service)\.load gave up after 2/);
    }
  });
});

describe('a method that is called after the object that it is called on', () => {
  const named = async (self: unknown): Promise<string> => {
    class Service {}
    standard(Service.prototype, 'load', failing);
    const { load } = Service.prototype as unknown as { load: Method };
    return (await thrown<Error>(load.call(self))).message.replace(/ gave up.*/, '');
  };

  it.each<[string, () => unknown, string]>([
    ['null', () => null, 'anonymous.load'],
    ['a number', () => 5, 'anonymous.load'],
    ['an object without a class', () => Object.create(null) as unknown, 'anonymous.load'],
    ['an instance of another class', () => new Map(), 'Map.load'],
    ['another class', () => Map, 'Map.load'],
    ['an instance whose class has the name from elsewhere', () => new (class Sub extends (class Base { load(): void { return undefined; } }) {})(), 'Base.load'],
    ['the nearest of several', () => new (class Sub extends (class Base { load(): void { return undefined; } }) { override load(): void { return undefined; } })(), 'Sub.load'],
  ])('%s', async (_what, self, name) => {
    expect(await named(self())).toBe(name);
  }); // prettier-ignore
});

describe('either decorator throws for a member that is not a method', () => {
  const message = (args: unknown[], decorator: Loose): string => {
    try {
      decorator(...args);
    } catch (error) {
      return String(error);
    }
    throw new Error('it was accepted');
  };
  class Service {
    declare field: number;
  }
  const generator = function* (): Generator<number> {
    yield 1;
  };
  const asyncGenerator = async function* (): AsyncGenerator<number> {
    yield await Promise.resolve(1);
  };

  it.each<[string, unknown[], string]>([
    ['nothing', [], 'this'],
    ['null', [failing, null], 'the function failing'],
    ['a context without a kind', [failing, { name: 'load' }], 'the function failing'],
    ['a context of another kind', [failing, { kind: 5, name: 'load' }], 'the function failing'],
    ['a class', [Service], 'the class Service'],
    ['a getter', [failing, { kind: 'getter', name: 'load' }], 'the getter load'],
    ['a method that is none', [undefined, { kind: 'method', name: 'load' }], 'the method load'],
    ['a symbol', [undefined, { kind: 'field', name: Symbol('load') }], 'the field [load]'],
    ['a generator', [generator, { kind: 'method', name: 'load' }], 'the generator load'],
    ['an async generator', [asyncGenerator, { kind: 'method', name: 'load' }], 'the generator load'],
    ['a field, in the old form', [Service.prototype, 'field', undefined], 'Service.field'],
    ['a static field, in the old form', [Service, 'field', undefined], 'Service.field'],
    ['a getter, in the old form', [Service.prototype, 'load', { get: () => 1 }], 'Service.load'],
    ['a symbol, in the old form', [Service.prototype, Symbol('load'), { get: () => 1 }], 'Service.[load]'],
    ['a generator, in the old form', [Service.prototype, 'load', { value: generator }], 'the generator Service.load'],
  ])('%s', (_what, args, what) => {
    const why = what.startsWith('the generator')
      ? '; use @RetryStream or retryStream for streams'
      : ' or does not always return a Promise';
    const told = `decorates async methods: ${what} is not one${why}`;
    expect(message(args, retry())).toMatch(`TypeError: @Retry() ${told}`);
    expect(message(args, throttle())).toMatch(`TypeError: @Throttle() ${told}`);
  });

  const arrow = (): void => undefined;
  function odd(): void {
    return undefined;
  }
  odd.prototype = null;

  it.each<[string, unknown, string | undefined]>([
    ['none', undefined, undefined],
    ['Object', Object, undefined],
    ['Function, as for a type that was imported as a type', Function, undefined],
    ['Promise', Promise, undefined],
    ['a class made of Promise', class Later<T> extends Promise<T> {}, undefined],
    ['Number', Number, 'Service.load, which returns Number'],
    ['a class', class Page {}, 'Service.load, which returns Page'],
    ['a function without a prototype', arrow, 'Service.load, which returns arrow'],
    ['a function whose prototype is null', odd, 'Service.load, which returns odd'],
  ])('by the return type that a compiler emits: %s', (_what, type, what) => {
    class Service {}
    Reflect.defineMetadata('design:returntype', type, Service.prototype, 'load');
    const put = (): unknown => legacy(Service.prototype, 'load', failing);
    if (what === undefined) expect(put).not.toThrow();
    else
      expect(put).toThrow(`@Retry() decorates async methods: ${what} is not one or does not always return a Promise`);
  });

  it.each<[string, unknown, string | undefined]>([
    ['none', undefined, undefined],
    ['Object', Object, undefined],
    ['Function', Function, undefined],
    ['Promise', Promise, undefined],
    ['ReadableStream', ReadableStream, undefined],
    ['an older ReadableStream, which cannot be iterated', class Old { getReader(): void { return undefined; } }, undefined],
    ['an iterable', class Items { async *[Symbol.asyncIterator](): AsyncGenerator<number> { yield 1; } }, undefined],
    ['Number', Number, 'Service.items, which returns Number'],
  ])('by the return type that a compiler emits for a stream: %s', (_what, type, what) => {
    class Service {}
    Reflect.defineMetadata('design:returntype', type, Service.prototype, 'items');
    const put = (): unknown => legacy(Service.prototype, 'items', asyncGenerator, RetryStream({ stop: stop.never }) as unknown as Loose);
    if (what === undefined) expect(put).not.toThrow();
    else expect(put).toThrow(new TypeError(`@RetryStream() decorates methods that return a stream: ${what} is not one`));
  }); // prettier-ignore
});
