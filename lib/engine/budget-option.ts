import { formatValue } from '../base/check.js';
import { ignoreRejection } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import { GATE } from '../call/gate.js';
import type { KeyedBudget, RetryBudgetLike } from './options.js';
import { callPolicyPart } from './policy-part.js';

/** Throws unless the option `budget` is a budget or keeps one for each key. */
export function checkBudget(option: string, value: unknown): void {
  if (isBudget(value)) return;
  const given = (value ?? {}) as Partial<KeyedBudget>;
  if (typeof given.for === 'function' && !(GATE in given)) return;
  throw new TypeError(`${option} takes a RetryBudget or RetryBudgets, got ${formatValue(value)}`);
}

function isBudget(value: unknown): value is RetryBudgetLike {
  const given = (value ?? {}) as Partial<RetryBudgetLike>;
  return typeof given.recordAttempt === 'function' && typeof given.tryRetry === 'function';
}

/** Returns the budget of a call. */
export function budgetReader(
  budget: RetryBudgetLike | KeyedBudget | undefined,
): ((state: RetryCallState) => RetryBudgetLike | undefined) | undefined {
  if (budget === undefined) return undefined;
  if (isBudget(budget)) return () => budget;
  return (state) => callPolicyPart('budget', budget, budgetOf, state);
}

function budgetOf(budget: KeyedBudget, state: RetryCallState): RetryBudgetLike | undefined {
  const found: unknown = ignoreRejection(budget.for(state.request ?? state));
  if (found === undefined || isBudget(found)) return found;
  throw new TypeError(`for must return a RetryBudget, it returned ${formatValue(found)}`);
}

/** Whether the budget admits a retry. Spends it. */
export const admitsRetry = (budget: RetryBudgetLike, state: RetryCallState): boolean =>
  callPolicyPart('budget', budget, tryRetry, state);

function tryRetry(budget: RetryBudgetLike): boolean {
  const granted: unknown = ignoreRejection(budget.tryRetry());
  // A Promise of false would pass for true.
  if (typeof granted === 'boolean') return granted;
  throw new TypeError(`tryRetry must return true or false at once, it returned ${formatValue(granted)}`);
}
