import { formatValue } from '../base/check.js';
import { isGeneratorFunction } from '../base/is-generator.js';

/** A method that returns a Promise: the only kind that can be retried without changing its type. */
export type AsyncMethod = (this: any, ...args: any[]) => Promise<any>;

/** What the compiler shows when a method cannot be decorated. */
export interface Refusal {
  readonly 'tenax decorates methods that always return a Promise': never;
}

/** Nothing for a method that always returns a Promise; otherwise a type that no argument satisfies. */
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

/** What kind of methods a decorator takes. */
interface MethodKind {
  /** Whether a type that the compiler emitted may be that of such a method. */
  readonly mayReturn: (type: object) => boolean;
  readonly takesGenerators: boolean;
  /** What it decorates, in a message. */
  readonly takes: string;
}

/** What compilers write for a type that they know nothing of: `Object`, and `Function` for type-only imports. */
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
 * Puts a wrapper in a method's place, in either decorator mode, keeping name, length and metadata.
 *
 * @throws TypeError for a method that is not async; the message names class and member.
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
  const never = takes === ASYNC.takes ? 'is not one or does not always return a Promise' : 'is not one';
  return new TypeError(`${decorator} decorates ${takes}: ${what} ${never}`);
}

const generatorRefusal = (decorator: string, what: string): TypeError =>
  new TypeError(
    `${decorator} decorates async methods: the generator ${what} is not one; use @RetryStream or retryStream for streams`,
  );

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
  // Another decorator may have wrapped the wrapper; a private method is on no prototype.
  return nameOfClass(nearest ?? self);
}

/** Gives the wrapper the name, the length and every metadata key of the method: frameworks keep routes and guards there. */
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

/** `Class.method`. */
export const qualifiedName = ({ className, key }: Decorated, self: unknown): string =>
  `${className(self)}.${nameOf(key)}`;
