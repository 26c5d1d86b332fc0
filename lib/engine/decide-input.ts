import { abortReason } from '../base/abort.js';
import { checkDuration, checkKeys, checkWhole, formatValue } from '../base/check.js';
import { RetryCallState, type RetryingOfCall } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { isOwnRefusal } from '../call/gate.js';
import { decide, type Decision } from './decide.js';
import { signalOf } from './policy-part.js';

/** How an attempt ended that was made elsewhere. Durations are milliseconds. */
export interface DecideInput {
  /** From 1. */
  readonly attemptNumber: number;
  /** What the attempt threw. Either this or `value` is present. */
  readonly error?: unknown;
  /** What the attempt returned; it may be `undefined`. */
  readonly value?: unknown;
  /** The time from the start of the first attempt to the end of this one. Default 0. */
  readonly elapsed?: number | undefined;
  /** The time slept so far between attempts. Default 0. */
  readonly idleFor?: number | undefined;
  /** The delay before this attempt. Default 0. */
  readonly lastDelay?: number | undefined;
  /** `{ method, headers, url }` of the request, for the method rules of a client's policy. */
  readonly request?: unknown;
}

const KEYS = ['attemptNumber', 'error', 'value', 'elapsed', 'idleFor', 'lastDelay', 'request'];

function readOutcome(input: DecideInput): Outcome {
  const { attemptNumber } = input;
  if ('error' in input === 'value' in input) throw new TypeError('decide takes either error or value');
  return 'error' in input
    ? { attemptNumber, failed: true, error: input.error }
    : { attemptNumber, failed: false, value: input.value };
}

/** `retrying.decide`: the engine's decision on a state that is made of the input. @internal */
export async function decideInput(retrying: RetryingOfCall, input: DecideInput): Promise<Decision> {
  checkKeys('decide', input, KEYS);
  const { policy } = retrying;
  const { elapsed = 0, idleFor = 0, lastDelay = 0, request } = input;
  const attemptNumber = checkWhole('decide: attemptNumber', input.attemptNumber, 1);
  checkDuration('decide: elapsed', elapsed, { infinite: true });
  checkDuration('decide: idleFor', idleFor, { infinite: true });
  checkDuration('decide: lastDelay', lastDelay, { infinite: true });
  if (request !== undefined && (typeof request !== 'object' || request === null)) {
    throw new TypeError(`decide: request takes an object with method, headers and url, got ${formatValue(request)}`);
  }
  const outcome = readOutcome(input);

  const invocation = { fn: () => undefined, naming: policy.name ?? 'decide', self: undefined, args: [], request };
  const state = Object.assign(new RetryCallState(retrying, invocation, 0, policy.random), {
    attemptNumber,
    outcome,
    ended: elapsed,
    idleFor,
    upcomingSleep: lastDelay,
  });
  const signal = signalOf(policy.signal, state);
  if (signal?.aborted) throw abortReason(signal);
  state.signal = signal;
  if (!policy.enabled) return { retry: false, stopReason: 'notRetryable' };
  const refused = outcome.failed && isOwnRefusal(outcome.error);
  if (attemptNumber === 1 && !refused) policy.budgetFor?.(state)?.recordAttempt();
  // Time is the input's.
  const clock = { ...policy.clock, now: () => elapsed };
  return decide(
    { policy: { ...policy, clock }, state, cancellable: signal !== undefined, deadlineAt: policy.deadline },
    outcome,
  );
}
