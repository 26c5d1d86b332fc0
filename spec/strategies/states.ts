import { RetryCallState } from '../../lib/call/call-state';
import type { Outcome } from '../../lib/call/outcome';
import type { WaitStrategy } from '../../lib/strategies/wait-strategy';

/** A state as the engine would make it, for asking a strategy by hand. */
export function stateAt(
  attemptNumber: number,
  more: { outcome?: Partial<Outcome>; elapsed?: number; upcomingSleep?: number; random?: () => number } = {},
): RetryCallState {
  const invocation = { fn: () => undefined, naming: 'work', self: undefined, args: [] };
  const state = new RetryCallState({} as never, invocation, 0, more.random ?? (() => 0.5));
  state.attemptNumber = attemptNumber;
  state.upcomingSleep = more.upcomingSleep ?? 0;
  state.ended = more.elapsed ?? 0;
  state.outcome = { attemptNumber, failed: true, error: new Error('x'), ...more.outcome } as Outcome;
  return state;
}

/** After an attempt that threw this. */
export const raised = (error: unknown): RetryCallState => stateAt(1, { outcome: { failed: true, error } });

/** After an attempt that answered this. */
export const answered = (value: unknown): RetryCallState => stateAt(1, { outcome: { failed: false, value } });

/** The delays after the first `n` attempts. */
export const delays = (strategy: WaitStrategy, n: number, random?: () => number): (number | Promise<number>)[] =>
  Array.from({ length: n }, (_, i) => strategy.delay(stateAt(i + 1, random === undefined ? {} : { random })));
