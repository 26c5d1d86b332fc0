import { formatValue } from '../base/check.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import { callPolicyPart } from './policy-part.js';
import type { StreamOptions, StreamProgress } from './stream-options.js';

/**
 * Asks `resume` for the arguments with which a stream continues; `undefined` if it cannot.
 *
 * @throws PolicyError of `resume`
 */
export async function resumedArgs<T>(
  resume: NonNullable<StreamOptions<T>['resume']>,
  state: RetryCallState<T>,
  last: T,
): Promise<readonly unknown[] | undefined> {
  const { outcome, args, self } = state as JudgedState<T>;
  // Streams always count their items.
  const items = state.items as number;
  const error = outcome.failed ? outcome.error : undefined;
  const progress: StreamProgress<T> = { items, last, error, args: args as unknown[], self };
  const ask = async (): Promise<readonly unknown[] | undefined> => {
    const result: unknown = await resume(progress);
    if (result === undefined || Array.isArray(result)) return result;
    throw new TypeError(`resume must return a list of arguments or undefined, got ${formatValue(result)}`);
  };
  return callPolicyPart('resume', ask, (call) => call(), state);
}
