import { formatValue } from '../base/check.js';
import { isGeneratorFunction } from '../base/is-generator.js';

/** A method that returns a Promise: the only kind that can be retried without changing its type. */
export type AsyncMethod = (this: any, ...args: any[]) => Promise<any>;

/** The type that the compiler names when a method cannot be decorated. */
export interface Refusal {
  readonly 'tenax decorates methods that always return a Promise': never;
}

/** `unknown` for a method that always returns a Promise; otherwise a type that no argument satisfies. */
export type Accepted<M extends (this: any, ...args: any[]) => any> = [ReturnType<M>] extends [Promise<any>]
  ? unknown
  : Refusal;

/** One decorator for `experimentalDecorators` and for TC39 standard decorators. */
export interface AsyncMethodDecorator {
  /**
   * Legacy: target, key, descriptor.
   *
   * @typeParam M The type of the method, which always returns a Promise.
   */
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & Accepted<M>,
  ): void;
  /**
   * Standard: the method and its context.
   *
   * @typeParam M The type of the method, which always returns a Promise.
   */
  <This, M extends (this: This, ...args: any[]) => Promise<any>>(
    method: M,
    context: ClassMethodDecoratorContext<This, M> & Accepted<M>,
  ): M | void;
}

type AnyMethod = (this: unknown, ...args: unknown[]) => unknown;

/** A method to decorate. */
export interface Decorated {
  readonly fn: AnyMethod;
  readonly key: string | symbol;
  /** Returns the name of the declaring class. In standard mode the class does not exist before the first call. */
  readonly className: (self: unknown) => string;
}

interface ReflectMetadata {
  getOwnMetadataKeys(target: object): unknown[];
  getOwnMetadata(name: unknown, target: object, key?: string | symbol): unknown;
  defineMetadata(name: unknown, value: unknown, target: object): void;
}

// reflect-metadata extends the global Reflect. It is used if the program has loaded it, and never imported.
const reflection = (): ReflectMetadata | undefined =>
  'getOwnMetadataKeys' in Reflect ? (Reflect as unknown as ReflectMetadata) : undefined;

const nameOf = (key: string | symbol): string => (typeof key === 'symbol' ? `[${key.description ?? ''}]` : key);

/** The kind of methods that a decorator accepts. */
interface MethodKind {
  /** Whether such a method may have a return type, as the compiler emits it. */
  readonly mayReturn: (type: object) => boolean;
  readonly takesGenerators: boolean;
  /** The methods in words, for messages. */
  readonly takes: string;
}

/** Whether a compiler emitted this for an unknown type: `Object`, or `Function` for a type-only import. */
const isUnknownType = (type: object): boolean => type === Object || type === Function;

const hasMethod = (type: object, name: PropertyKey): boolean => {
  const { prototype } = type as { prototype?: object | null };
  return typeof prototype === 'object' && prototype !== null && name in prototype;
};

const ASYNC: MethodKind = {
  mayReturn: (type) => isUnknownType(type) || hasMethod(type, 'then'),
  takesGenerators: false,
  takes: 'async methods',
};

/** Methods that return a stream, for `@RetryStream`. */
export const STREAMS: MethodKind = {
  mayReturn: (type) =>
    isUnknownType(type) ||
    hasMethod(type, 'then') ||
    hasMethod(type, Symbol.asyncIterator) ||
    hasMethod(type, 'getReader'),
  takesGenerators: true,
  takes: 'methods that return a stream',
};

/**
 * Replaces a method by a wrapper with the same name, length and metadata, in either decorator mode.
 *
 * @throws TypeError for a method of the wrong kind. The message names the class and the member.
 */
export function decorateMethod(
  decorator: string,
  args: readonly unknown[],
  wrap: (method: Decorated) => AnyMethod,
  kind: MethodKind = ASYNC,
): unknown {
  const refuse = (what: string): TypeError => refusal(decorator, what, kind);
  const [first, second, third] = args;
  const standard =
    typeof second === 'object' && second !== null && typeof (second as { kind?: unknown }).kind === 'string';
  if (standard) {
    const context = second as ClassMethodDecoratorContext;
    const what = `${context.kind} ${nameOf(context.name)}`;
    if (context.kind !== 'method' || typeof first !== 'function') throw refuse(`the ${what}`);
    const fn = first as AnyMethod;
    if (!kind.takesGenerators && isGeneratorFunction(fn)) throw generatorRefusal(decorator, nameOf(context.name));
    const wrapped: AnyMethod = wrap({
      fn,
      key: context.name,
      className: (self) => declaringClass(self, context.name, () => wrapped),
    });
    return copyMetadata(wrapped, fn);
  }
  if (typeof second !== 'string' && typeof second !== 'symbol') {
    throw refuse(typeof first === 'function' ? formatValue(first) : 'this');
  }
  const descriptor = third as PropertyDescriptor | undefined;
  const target = first as object;
  const className = typeof target === 'function' ? target.name : target.constructor.name;
  const what = `${className}.${nameOf(second)}`;
  if (typeof descriptor?.value !== 'function') throw refuse(what);
  const fn = descriptor.value as AnyMethod;
  if (!kind.takesGenerators && isGeneratorFunction(fn)) throw generatorRefusal(decorator, what);
  const returns = reflection()?.getOwnMetadata('design:returntype', target, second) as { name: string } | undefined;
  if (returns !== undefined && !kind.mayReturn(returns)) {
    throw refuse(`${what}, which returns ${returns.name}`);
  }
  descriptor.value = copyMetadata(wrap({ fn, key: second, className: () => className }), fn);
  return descriptor;
}

function refusal(decorator: string, what: string, { takes }: MethodKind): TypeError {
  const reason = takes === ASYNC.takes ? 'is not one or does not always return a Promise' : 'is not one';
  return new TypeError(`${decorator} decorates ${takes}: ${what} ${reason}`);
}

const generatorRefusal = (decorator: string, what: string): TypeError =>
  new TypeError(
    `${decorator} decorates async methods: the generator ${what} is not one; use @RetryStream or retryStream for streams`,
  );

/** The name of the class that declares the wrapper as a method, even if `self` is an instance of a subclass. */
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
  // The wrapper is not found if another decorator has wrapped it, or if the method is private.
  return nameOfClass(nearest ?? self);
}

/** Copies the name, length, properties and metadata of a method, where frameworks keep routes and guards. */
function copyMetadata(wrapped: AnyMethod, fn: AnyMethod): AnyMethod {
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

/** The name of a method in errors and logs: `Class.method`. */
export const qualifiedName = ({ className, key }: Decorated, self: unknown): string =>
  `${className(self)}.${nameOf(key)}`;
