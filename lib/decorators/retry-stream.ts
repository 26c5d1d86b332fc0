import { openStream, streamPolicy, type StreamLike } from '../engine/retry-stream.js';
import type { StreamOptions } from '../engine/stream-options.js';
import { decorateMethod, qualifiedName, STREAMS } from './method.js';
import { policyOf } from './policy-of.js';
import { register } from './registry.js';

/** A method that returns a stream, or a promise of one. */
export type StreamMethod = (this: any, ...args: any[]) => StreamLike<any> | Promise<StreamLike<any>>;

/** The type that the compiler names when a method cannot be decorated. */
export interface StreamRefusal {
  readonly 'tenax decorates methods that return an AsyncIterable': never;
}

/** `unknown` for a method that always returns a stream; otherwise a type that no argument satisfies. */
type AcceptedStream<M extends (this: any, ...args: any[]) => any> = [ReturnType<M>] extends [
  StreamLike<any> | Promise<StreamLike<any>>,
]
  ? unknown
  : StreamRefusal;

/** One decorator for `experimentalDecorators` and for TC39 standard decorators. */
export interface StreamMethodDecorator {
  /**
   * Legacy: target, key, descriptor.
   *
   * @typeParam M The type of the method, which returns a stream.
   */
  <M extends StreamMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & AcceptedStream<M>,
  ): void;
  /**
   * Standard: the method and its context.
   *
   * @typeParam M The type of the method, which returns a stream.
   */
  <This, M extends (this: This, ...args: any[]) => StreamLike<any> | Promise<StreamLike<any>>>(
    method: M,
    context: ClassMethodDecoratorContext<This, M> & AcceptedStream<M>,
  ): M | void;
}

type StreamPolicyLike = StreamOptions<any, any> | ((self: any) => StreamOptions<any, any>);

/**
 * Makes the stream of a method survive failures, as {@link retryStream} does for a function. It works in both decorator modes,
 * with async generator methods and with methods that return an AsyncIterable, a ReadableStream or a promise of one. The
 * decorated method returns an AsyncGenerator synchronously, so callers may `await` it or not.
 *
 * @param policy Options, or a function that returns the options of an instance, called once per instance.
 * @throws TypeError or RangeError for a wrong option, when the class is defined; TypeError for a method that returns no stream,
 *   if emitted metadata shows that. Otherwise the first `next()` rejects.
 *
 * @example
 * ```ts
 * import { RetryStream, stop } from 'tenax';
 *
 * class Feed {
 *   @RetryStream({ stop: stop.afterAttempt(3), resume: ({ last }) => [(last as number) + 1] })
 *   async *numbers(from = 1): AsyncGenerator<number> {
 *     for (let n = from; n <= 3; n += 1) yield n;
 *   }
 * }
 * for await (const n of new Feed().numbers()) console.log(n); // 1, 2, 3
 * ```
 */
export function RetryStream(policy?: StreamPolicyLike): StreamMethodDecorator;
export function RetryStream(...given: unknown[]): StreamMethodDecorator {
  const { common, of: policyFor } = policyOf('@RetryStream', 'methods', given, streamPolicy);
  return ((...args: unknown[]) =>
    decorateMethod(
      '@RetryStream()',
      args,
      (method) => {
        const naming = (self: unknown): string => qualifiedName(method, self);
        const wrapped = function (this: unknown, ...values: unknown[]): unknown {
          const holder = typeof this === 'object' && this !== null ? this : wrapped;
          return openStream(policyFor(holder), this, method.fn as never, values, naming);
        };
        if (common !== undefined) Object.defineProperty(wrapped, 'retrying', { value: common.retrying });
        register(wrapped, {
          policy: common?.retrying ?? (given[0] as (self: never) => unknown),
          retryingFor: (self) => policyFor(self).retrying,
        });
        return wrapped;
      },
      STREAMS,
    )) as StreamMethodDecorator;
}
