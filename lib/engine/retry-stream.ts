import { checkDuration, checkFunction, checkKeys } from '../base/check.js';
import { leadToCaller } from '../base/lead-to-caller.js';
import type { Naming } from '../call/call-state.js';
import { OPTION_NAMES } from './policy.js';
import type { RetryOptions } from './options.js';
import { Retrying } from './retrying.js';
import { Source } from './source.js';
import { StreamCall } from './stream-call.js';
import type { StreamOptions } from './stream-options.js';

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
  checkKeys('a policy of streams', options, STREAM_OPTIONS);
  const { resume, idleTimeout, ...policy } = options;
  if (resume !== undefined) checkFunction('resume', resume, 'a function of the progress that returns arguments');
  if (idleTimeout !== undefined) checkDuration('idleTimeout', idleTimeout, { infinite: true });
  return { retrying: new Retrying(policy as RetryOptions<any>), options: { resume, idleTimeout } };
}

/**
 * Wraps a function that returns its items one by one, so that its stream survives failures. Until the first item a failure is
 * retried as that of a call is. After it nothing is sent twice by itself: a failure ends the stream with that same error,
 * unless `resume` says with which arguments the function continues.
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
  checkFunction('retryStream', fn, 'a function that returns a stream');
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
  if (!retrying.policy.enabled) return plainStream(fn, self, args);
  const invocation = { self, fn: fn as never, args, naming };
  return new StreamReader(() => retrying.begin(() => new StreamCall<unknown>(retrying, invocation, options)));
}

/** `enabled: false`: what the function returns, and nothing else. */
async function* plainStream(fn: StreamFunction, self: unknown, args: readonly unknown[]) {
  const source = Source.of<unknown>(await fn.apply(self, args as never[]));
  try {
    for (;;) {
      const result = await source.next();
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    source.close();
  }
}

const END: IteratorResult<never, void> = { done: true, value: undefined };

/**
 * The consumer's side. It is not an async generator function, whose `return` waits for a `next` that hangs, and whose `yield`
 * unwraps thenables.
 */
class StreamReader implements AsyncGenerator<unknown, void, undefined> {
  private call: StreamCall<unknown> | undefined = undefined;
  private over = false;
  /** The `next()` that was asked for last, until it is settled. */
  private latest: Promise<unknown> | undefined = undefined;
  /** How to end those that wait when the consumer leaves. */
  private readonly waiting = new Set<() => void>();

  constructor(private readonly begin: () => StreamCall<unknown>) {}

  next(): Promise<IteratorResult<unknown, void>> {
    if (this.over) return Promise.resolve(END);
    const result = new Promise<IteratorResult<unknown, void>>((resolve, reject) => {
      const end = (): void => {
        resolve(END);
      };
      this.waiting.add(end);
      const pull = (): void => {
        void this.pull().then(
          (item) => {
            this.waiting.delete(end);
            if (this.latest === result) this.latest = undefined;
            resolve(item);
          },
          (error: unknown) => {
            this.waiting.delete(end);
            this.over = true;
            reject(error);
            this.endWaiting();
          },
        );
      };
      // Several at a time are served in order.
      if (this.latest === undefined) pull();
      else void this.latest.then(pull, pull);
    });
    this.latest = result;
    return result.catch(this.rejectToCaller);
  }

  /** Leaves the stream: its source is closed at once, even while it hangs. */
  return(): Promise<IteratorResult<unknown, void>> {
    this.leave();
    return Promise.resolve(END);
  }

  throw(error: unknown): Promise<IteratorResult<unknown, void>> {
    this.leave();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private async pull(): Promise<IteratorResult<unknown, void>> {
    if (this.over) return END;
    this.call ??= this.begin();
    const result = await this.call.pull();
    if (result.done === true) this.over = true;
    return result as IteratorResult<unknown, void>;
  }

  private readonly rejectToCaller = (error: unknown): never => {
    throw this.call?.mayChangeStack === true ? leadToCaller(error, this.rejectToCaller) : error;
  };

  private leave(): void {
    this.over = true;
    this.call?.leave();
    this.endWaiting();
  }

  private endWaiting(): void {
    for (const end of this.waiting) end();
    this.waiting.clear();
  }
}
