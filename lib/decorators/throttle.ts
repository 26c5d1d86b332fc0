import { abortReason } from '../base/abort.js';
import { checkCallback, checkKeys, checkRange } from '../base/check.js';
import { processContext, runAttempt, type RunningAttempt } from '../base/process-context.js';
import { isThenable } from '../base/thenable.js';
import { GateFault, type Gate, type Permit } from '../call/gate.js';
import { PolicyError } from '../engine/errors.js';
import { limitGate } from '../limits/gate.js';
import { readLimits, type Limit } from '../limits/keyed-limiter.js';
import { decorateMethod, qualifiedName, type AsyncMethodDecorator } from './method.js';

/** The argument of keys, costs and `tokens`. The key `(call) => call.args[0]` gives each first argument its own bucket. */
export interface ThrottledCall {
  /** The method's `this`. A function that reads it may name its type: `({ self }: { self: ItemsApi }) => self.key`. */
  readonly self: any;
  /** The method's arguments. */
  readonly args: readonly unknown[];
}

/** Options of `@Throttle`. */
export interface ThrottleOptions {
  /** The cost of a call for limits without their own `cost`. Default 1. */
  readonly tokens?: number | ((call: ThrottledCall) => number) | undefined;
  /** The priority among waiting callers; a higher one is served first. Default 0. */
  readonly priority?: number | ((call: ThrottledCall) => number) | undefined;
  /** The longest wait of a call, in milliseconds. Default `Infinity`. */
  readonly maxWait?: number | undefined;
}

/**
 * Makes an async method wait until a limit, or every limit of a list, grants the cost of the call. Below `@Retry` it waits
 * before every attempt, and the wait ends with the attempt's signal or the call's deadline. After a wait, it asks an
 * `@Break` above it again. Slots are released when the method has ended; `settle` receives `(value, { self, args })`.
 *
 * @param limiter A limit, or a list of limits that are acquired together.
 * @param options `tokens`, `priority` and `maxWait` (in milliseconds).
 * @throws TypeError or RangeError for a wrong limit or option, when the class is defined; TypeError for a generator method, and
 *   for one that returns no Promise according to emitted metadata.
 *
 * @example
 * ```ts
 * import { Throttle, TokenBucket } from 'tenax';
 *
 * class ItemsApi {
 *   @Throttle(new TokenBucket({ rate: 10 }))
 *   async fetchPage(page: number): Promise<number> {
 *     return page;
 *   }
 * }
 * await new ItemsApi().fetchPage(1);
 * ```
 */
export function Throttle(
  limiter: Limit<ThrottledCall> | readonly Limit<ThrottledCall>[],
  options: ThrottleOptions = {},
): AsyncMethodDecorator {
  // First, so that `@Throttle` without parentheses is told what is missing.
  readLimits('@Throttle', limiter);
  checkKeys('@Throttle', options, ['tokens', 'priority', 'maxWait']);
  const { tokens = 1, priority, maxWait } = options;
  if (typeof tokens === 'number') checkRange('@Throttle: tokens', tokens, 0, Number.MAX_VALUE);
  else checkCallback('@Throttle: tokens', tokens, 'a number or a function of { self, args }');
  const gate = limitGate(limiter, { tokens: tokens as number, priority, maxWait, option: '@Throttle' });
  const isFixed = typeof tokens === 'number' && ![limiter].flat().some((limit) => 'cost' in limit);
  return ((...args: unknown[]) =>
    decorateMethod(
      '@Throttle()',
      args,
      (method) =>
        async function (this: unknown, ...given: unknown[]): Promise<unknown> {
          const { running } = processContext;
          let permit: Permit;
          try {
            permit = await admitted(gate, { self: this, args: given }, running);
          } catch (error) {
            throw error instanceof GateFault ? explain(error, isFixed, qualifiedName(method, this)) : error;
          }
          return await callWith(permit, running, () => method.fn.apply(this, given));
        },
    )) as AsyncMethodDecorator;
}

/** The error for a key, a cost or a priority that throws or is wrong: a PolicyError, since the method did not fail. */
function explain({ option, error }: GateFault, isFixed: boolean, name: string): unknown {
  if (option === 'priority') return new PolicyError(option, name, error, undefined);
  // For a fixed cost that the limit can never grant, the error is the RangeError of `acquire`.
  return isFixed && error instanceof RangeError ? error : new PolicyError('limiter', name, error, undefined);
}

/** Waits for the limits, and asks the breakers above once more if that took time. */
async function admitted(gate: Gate, request: ThrottledCall, running: RunningAttempt | undefined): Promise<Permit> {
  const remaining = running?.remaining() ?? Infinity;
  const pending = gate.admit({ request, state: undefined, signal: running?.signal, remaining });
  if (!isThenable(pending)) return pending;
  // If the attempt is cut off while it waits, the breakers above must not count it.
  running?.waiting?.(true);
  let permit: Permit;
  try {
    permit = await pending;
  } catch (refusal) {
    // The method above may handle the refusal and go on.
    if (!running?.signal?.aborted) running?.waiting?.(false);
    throw refusal;
  }
  running?.waiting?.(false);
  confirm(permit, running);
  return permit;
}

function confirm(permit: Permit, running: RunningAttempt | undefined): void {
  try {
    running?.confirm();
  } catch (refusal) {
    permit.cancel();
    throw refusal;
  }
}

async function callWith(permit: Permit, running: RunningAttempt | undefined, call: () => unknown): Promise<unknown> {
  const signal = running?.signal;
  // The attempt may have been cut off since the grant.
  if (signal?.aborted) {
    permit.cancel();
    throw abortReason(signal);
  }
  let value: unknown;
  try {
    // Decorators below this one find the running attempt, even after the wait.
    value = await (running === undefined ? call() : runAttempt(running, call));
  } catch (error) {
    await permit.end({ attemptNumber: 1, failed: true, error });
    throw error;
  }
  await permit.end({ attemptNumber: 1, failed: false, value });
  return value;
}
