import type { RetryCallState } from '../../call/call-state.js';
import { isOwnRefusal } from '../../call/gate.js';
import type { Outcome } from '../../call/outcome.js';
import { readAnswer, shouldRetryHeader } from '../../headers/answer.js';
import { mapAnswer, type MaybeAsync } from '../../strategies/decide.js';
import { exceptionType } from '../../strategies/retry-if/exception-type.js';
import { networkError } from '../../strategies/retry-if-http/network-error.js';
import { status } from '../../strategies/retry-if-http/status.js';
import { RetryStrategy, toRetry, type RetryLike } from '../../strategies/retry-strategy.js';
import { RateLimitError, ServerError } from '../errors.js';
import { entryOf, type TableEntry } from '../retry-table.js';
import { callOf } from './http-call.js';
import { isRepeatable, wasNeverSent } from './rules.js';

/** The default table as a condition, for printing only. */
const table = (): RetryStrategy => exceptionType(RateLimitError, ServerError).or(status(408, 425), networkError());

/** The condition of a client: the user's condition or the default table, restricted by the method rules. */
class ClientRetry extends RetryStrategy {
  override readonly errorsOnly: boolean;
  readonly #own: RetryStrategy | undefined;
  readonly #methods: readonly string[] | undefined;
  readonly #refreshed: readonly number[] | undefined;

  constructor(
    own: RetryLike<any> | undefined,
    methods: readonly string[] | undefined,
    refreshed: readonly number[] | undefined,
  ) {
    const condition = own === undefined ? undefined : toRetry('retryIf', own);
    const printed = [condition ?? table()];
    super({ args: printed, given: printed });
    this.#own = condition;
    this.#methods = methods;
    this.#refreshed = refreshed;
    // By default, successful answers are not retried.
    this.errorsOnly = condition?.errorsOnly ?? true;
  }

  /** The table and the method rules do not depend on the time. */
  override get readsClock(): boolean {
    return this.#own?.readsClock === true;
  }

  /** The user's condition. A client has the table and the method rules anyway, so they are not written. */
  override toJSON(): unknown {
    return this.#own?.toJSON();
  }

  shouldRetry(state: RetryCallState): MaybeAsync<boolean> {
    const { outcome } = state;
    if (outcome === undefined) return false;
    const error: unknown = outcome.failed ? outcome.error : undefined;
    // A request that a breaker or a limiter refused was never sent.
    if (isOwnRefusal(error)) return this.#own?.shouldRetry(state) ?? false;
    const call = callOf(state);
    if (call !== undefined && (call.facts.notReplayable !== undefined || (outcome.failed && call.isFinal(error))))
      return false;
    if (this.#own === undefined) {
      const entry = this.#entryOf(outcome);
      return entry === 'always' || (entry === 'ifRepeatable' && this.#allows(state, error));
    }
    return mapAnswer(
      this.#own.shouldRetry(state),
      (wanted) => wanted && (this.#allows(state, error) || this.#isInvited(outcome)),
    );
  }

  /** The table's entry. An answer that calls `refresh` is not retried by the policy too. */
  #entryOf(outcome: Outcome): TableEntry {
    if (!outcome.failed || this.#refreshed === undefined) return entryOf(outcome);
    if (!this.#refreshed.includes(readAnswer(outcome).status as number)) return entryOf(outcome);
    return outcome.error instanceof RateLimitError ? 'always' : 'never';
  }

  /** Whether the server says with `x-should-retry` that the request may be sent again, whatever its method. */
  #isInvited(outcome: Outcome): boolean {
    return outcome.failed && shouldRetryHeader(readAnswer(outcome)) === true;
  }

  /** The method rules: a request that the server may have acted on is sent again only if its repetition does no harm. */
  #allows(state: RetryCallState, error: unknown): boolean {
    if (error instanceof RateLimitError) return true;
    const call = callOf(state);
    if (wasNeverSent(error, { redirected: call?.redirected })) return true;
    if (call?.repeatable !== undefined) return call.repeatable;
    const { method, headers } = call?.facts ?? ((state.request ?? {}) as { method?: string; headers?: unknown });
    return method !== undefined && isRepeatable(method, headers, this.#methods);
  }
}

/** The condition of a client's policy. */
export const clientRetryIf = (
  own: RetryLike<any> | undefined,
  methods: readonly string[] | undefined,
  refreshed: readonly number[] | undefined,
): RetryStrategy => new ClientRetry(own, methods, refreshed);
