import { checkDuration, checkCallback, checkKeys } from '../base/check.js';
import type { Naming } from '../call/call-state.js';
import { INSTEAD } from '../strategies/instead.js';
import { OPTION_NAMES } from './policy.js';
import type { RetryOptions } from './options.js';
import { PlainStream } from './plain-stream.js';
import { Retrying } from './retrying.js';
import { StreamCall } from './stream-call.js';
import type { StreamOptions } from './stream-options.js';
import { StreamReader } from './stream-reader.js';

/** What a function of a stream returns. */
export type StreamLike<T = unknown> = AsyncIterable<T> | ReadableStream<T>;

/** A function that returns a stream, or a promise of one. */
export type StreamFunction<T = any, A extends unknown[] = any[], This = any> = (
  this: This,
  ...args: A
) => StreamLike<T> | Promise<StreamLike<T>>;

/** A wrapped function of a stream, with its policy at hand. */
export type RetriedStream<T = any, A extends unknown[] = any[], This = any> = ((
  this: This,
  ...args: A
) => AsyncGenerator<T, void, undefined>) & {
  /** The policy that it runs under. */
  readonly retrying: Retrying;
};

/** A policy of streams, checked once. */
export interface StreamPolicy {
  readonly retrying: Retrying;
  readonly options: StreamOptions<any>;
}

const STREAM_OPTIONS = [
  ...OPTION_NAMES.filter((name) => name !== 'retryErrorCallback'),
  'resume',
  'idleTimeout',
] as const;

/** Checks the options of a stream and makes its policy. @internal */
export function streamPolicy(options: StreamOptions<any, any>): StreamPolicy {
  checkKeys('a policy of streams', options, STREAM_OPTIONS, INSTEAD);
  const { resume, idleTimeout, ...policy } = options;
  if (resume !== undefined) checkCallback('resume', resume, 'a function of the progress that returns arguments');
  if (idleTimeout !== undefined) checkDuration('idleTimeout', idleTimeout, { infinite: true });
  return { retrying: new Retrying(policy as RetryOptions<any>), options: { resume, idleTimeout } };
}

/**
 * Wraps a function that returns items one by one, and retries its stream. Until the first item, a failure is retried as in
 * a call. After it, nothing is sent twice without your consent: a failure ends the stream with that error, unless `resume`
 * returns the arguments with which the function continues.
 *
 * @param fn an async generator function, or one that returns an AsyncIterable, a ReadableStream, or a promise of one
 * @param options those of {@link retry}, `resume` and `idleTimeout`. Durations are milliseconds.
 * @returns a function whose AsyncGenerator reads nothing ahead and closes its source at once when the consumer leaves
 * @throws TypeError or RangeError for a wrong option, naming it and what it takes.
 * @example
 * import { retryStream, stop } from 'tenax';
 *
 * async function* numbers(from = 1) {
 *   for (let n = from; n <= 3; n += 1) yield n;
 * }
 * const steady = retryStream(numbers, { stop: stop.afterAttempt(3), resume: ({ last }) => [last + 1] });
 * for await (const n of steady()) console.log(n); // 1, 2, 3
 */
export function retryStream<T, A extends unknown[], This = any>(
  fn: StreamFunction<T, A, This>,
  options: StreamOptions<NoInfer<T>, NoInfer<A>> = {},
): RetriedStream<T, A, This> {
  checkCallback('retryStream', fn, 'a function that returns a stream');
  const policy = streamPolicy(options as StreamOptions<any, any>);
  const name = policy.retrying.nameOf(fn);
  const wrapped = function (this: unknown, ...args: unknown[]): AsyncGenerator<unknown, void, undefined> {
    return openStream(policy, this, fn as StreamFunction, args, name);
  };
  Object.defineProperties(wrapped, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
    retrying: { value: policy.retrying },
  });
  return wrapped as unknown as RetriedStream<T, A, This>;
}

/** The stream of one call. Nothing happens before its first `next()`. @internal */
export function openStream(
  { retrying, options }: StreamPolicy,
  self: unknown,
  fn: StreamFunction,
  args: readonly unknown[],
  naming: Naming,
): AsyncGenerator<any, void, undefined> {
  if (!retrying.policy.enabled) {
    return new StreamReader((consumer) => new PlainStream(() => fn.apply(self, args as never[]), consumer));
  }
  const invocation = { self, fn: fn as never, args, naming };
  return new StreamReader((consumer) =>
    retrying.begin(() => new StreamCall<unknown>(retrying, invocation, options, consumer)),
  );
}
