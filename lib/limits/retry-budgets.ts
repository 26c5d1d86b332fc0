import { checkKeys } from '../base/check.js';
import type { HostedRequest as RequestLike } from '../base/host-of.js';
import { KIND } from '../call/gate.js';
import { KeyedEntries, type KeyOptions } from './keyed-entries.js';
import { RetryBudget, type RetryBudgetOptions } from './retry-budget.js';

/** Options of `RetryBudgets`: those of every budget, and those of the keys. */
export interface RetryBudgetsOptions<Request = RequestLike> extends KeyOptions<Request>, RetryBudgetOptions {}

/**
 * Keeps a {@link RetryBudget} for each key, so that a failing host does not use up the retries of other hosts. `key` receives
 * the request, or in policies of the core the state of the call. All requests without a host share one budget.
 *
 * @example
 * ```ts
 * import { RetryBudgets } from 'tenax';
 *
 * const budgets = new RetryBudgets({ ratio: 0.1 });
 * const budget = budgets.for({ url: 'https://api.example.com/items' });
 * ```
 */
export class RetryBudgets<Request = RequestLike> {
  readonly #entries: KeyedEntries<Request, RetryBudget>;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: RetryBudgetsOptions<Request> = {}) {
    checkKeys('RetryBudgets', options, ['key', 'maxIdle', 'ratio', 'minPerSecond', 'window', 'clock']);
    const { ratio, minPerSecond, window, clock } = options;
    const own = { ratio, minPerSecond, window, clock } satisfies Record<keyof RetryBudgetOptions, unknown>;
    const make = (): RetryBudget => new RetryBudget(own);
    // Wrong options throw here rather than at the first request.
    make();
    this.#entries = new KeyedEntries('RetryBudgets', options, make, (budget) => budget.isLikeNew);
  }

  /** What it is, for the options that take no budget. */
  get [KIND](): 'budget' {
    return 'budget';
  }

  /** The number of budgets. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Returns the budget of a request.
   *
   * @throws TypeError when `key` returns anything but a string.
   */
  for(request: Request): RetryBudget {
    return this.#entries.for(request);
  }

  /** Returns the budget of a key. */
  get(key: string): RetryBudget {
    return this.#entries.get(key);
  }
}
