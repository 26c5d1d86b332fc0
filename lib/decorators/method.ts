import { formatValue } from '../base/check.js';

/** A method that answers a Promise: the only kind that can be retried without changing its type. */
export type AsyncMethod = (this: any, ...args: any[]) => Promise<any>;

/** What the compiler shows when a method cannot be decorated. */
export interface Refusal {
  readonly 'tenax decorates methods that always return a Promise': never;
}

/** Nothing for a method that always answers a Promise, else something that no argument satisfies. */
export type Accepted<M extends (this: any, ...args: any[]) => any> = [ReturnType<M>] extends [Promise<any>]
  ? unknown
  : Refusal;

/** One decorator for `experimentalDecorators` and for TC39 standard decorators. */
export interface AsyncMethodDecorator {
  /**
   * Legacy: target, key, descriptor.
   *
   * @typeParam M the method's own type, which always answers a Promise
   */
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & Accepted<M>,
  ): void;
  /**
   * Standard: the method and its context.
   *
   * @typeParam M the method's own type, which always answers a Promise
   */
  <This, M extends (this: This, ...args: any[]) => Promise<any>>(
    method: M,
    context: ClassMethodDecoratorContext<This, M> & Accepted<M>,
  ): M | void;
}

type AnyMethod = (this: unknown, ...args: unknown[]) => unknown;

/** What a decorator knows of the method that it is put on. */
export interface Decorated {
  readonly fn: AnyMethod;
  readonly key: string | symbol;
  /** The class that declares it; found late in standard mode, where it does not exist yet. */
  readonly className: (self: unknown) => string;
}

interface ReflectMetadata {
  getOwnMetadataKeys(target: object): unknown[];
  getOwnMetadata(name: unknown, target: object, key?: string | symbol): unknown;
  defineMetadata(name: unknown, value: unknown, target: object): void;
}

// reflect-metadata patches the global Reflect; it is used when it is loaded and never imported.
const reflection = (): ReflectMetadata | undefined =>
  'getOwnMetadataKeys' in Reflect ? (Reflect as unknown as ReflectMetadata) : undefined;

const nameOf = (key: string | symbol): string => (typeof key === 'symbol' ? `[${key.description ?? ''}]` : key);

/** What compilers emit of a type: its class, and `Object` where there is none to tell. */
const mayBePromise = (type: object): boolean =>
  type === Object || type === Promise || (type as { prototype: unknown }).prototype instanceof Promise;

/** `GeneratorFunction` and `AsyncGeneratorFunction`, which are no globals. */
const isGenerator = (fn: object): boolean => fn.constructor.name.endsWith('GeneratorFunction');

/**
 * Puts a wrapper in a method's place, in either decorator mode, keeping name, length and metadata.
 *
 * @throws TypeError for what is not an async method, naming class and member.
 */
export function decorateMethod(
  decorator: string,
  args: readonly unknown[],
  wrap: (method: Decorated) => AnyMethod,
): unknown {
  const [first, second, third] = args;
  const standard =
    typeof second === 'object' && second !== null && typeof (second as { kind?: unknown }).kind === 'string';
  if (standard) {
    const context = second as ClassMethodDecoratorContext;
    const what = `${context.kind} ${nameOf(context.name)}`;
    if (context.kind !== 'method' || typeof first !== 'function') throw refusal(decorator, `the ${what}`);
    const fn = first as AnyMethod;
    if (isGenerator(fn)) throw refusal(decorator, `the generator ${nameOf(context.name)}`);
    const wrapped: AnyMethod = wrap({
      fn,
      key: context.name,
      className: (self) => declaringClass(self, context.name, () => wrapped),
    });
    return dressed(wrapped, fn);
  }
  if (typeof second !== 'string' && typeof second !== 'symbol') {
    throw refusal(decorator, typeof first === 'function' ? formatValue(first) : 'this');
  }
  const descriptor = third as PropertyDescriptor | undefined;
  const target = first as object;
  const className = typeof target === 'function' ? target.name : target.constructor.name;
  const what = `${className}.${nameOf(second)}`;
  if (typeof descriptor?.value !== 'function') throw refusal(decorator, what);
  const fn = descriptor.value as AnyMethod;
  if (isGenerator(fn)) throw refusal(decorator, `the generator ${what}`);
  const returns = reflection()?.getOwnMetadata('design:returntype', target, second) as { name: string } | undefined;
  if (returns !== undefined && !mayBePromise(returns)) {
    throw refusal(decorator, `${what}, which returns ${returns.name}`);
  }
  descriptor.value = dressed(wrap({ fn, key: second, className: () => className }), fn);
  return descriptor;
}

function refusal(decorator: string, what: string): TypeError {
  return new TypeError(`${decorator} decorates async methods: ${what} is none or does not always return a Promise`);
}

/** The class on whose prototype (or on which) the wrapper stands: subclasses keep the name of the declaring class. */
function declaringClass(self: unknown, key: string | symbol, wrapped: () => unknown): string {
  if ((typeof self !== 'object' && typeof self !== 'function') || self === null) return 'anonymous';
  const nameOfClass = (holder: object): string => {
    const Class = typeof holder === 'function' ? holder : (holder as { constructor?: { name: string } }).constructor;
    return Class?.name ?? 'anonymous';
  };
  let nearest: object | undefined;
  for (let holder: object | null = self; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
    const found = Object.getOwnPropertyDescriptor(holder, key);
    if (found?.value === wrapped()) return nameOfClass(holder);
    if (found !== undefined) nearest ??= holder;
  }
  // Another decorator may have wrapped the wrapper; a private method stands on no prototype.
  return nameOfClass(nearest ?? self);
}

/** Gives the wrapper the name, the length and every metadata key of the method: frameworks keep routes and guards there. */
function dressed(wrapped: AnyMethod, fn: AnyMethod): AnyMethod {
  Object.defineProperties(wrapped, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
  for (const key of Reflect.ownKeys(fn)) {
    if (Object.hasOwn(wrapped, key)) continue;
    Object.defineProperty(wrapped, key, Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor);
  }
  const metadata = reflection();
  if (metadata === undefined) return wrapped;
  for (const key of metadata.getOwnMetadataKeys(fn)) {
    metadata.defineMetadata(key, metadata.getOwnMetadata(key, fn), wrapped);
  }
  return wrapped;
}

/** `Class.method`. */
export const qualifiedName = ({ className, key }: Decorated, self: unknown): string =>
  `${className(self)}.${nameOf(key)}`;
