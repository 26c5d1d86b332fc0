// The engine: what happens in a call.
export { retry } from './engine/retry.js';
export { Retrying } from './engine/retrying.js';
export { retryStream } from './engine/retry-stream.js';
export type { RetriedStream, StreamFunction, StreamLike } from './engine/retry-stream.js';
export type { StreamOptions, StreamProgress } from './engine/stream-options.js';
export type { Decision } from './engine/decide.js';
export type { DecideInput } from './engine/decide-input.js';
export type { Retried, AnyFunction } from './engine/wrap.js';
export type { RetryOptions, RetryBudgetLike } from './engine/options.js';
export type { Attempt } from './engine/attempt.js';
export type { IteratedAttempt } from './engine/iteration.js';
export { RetryCallState } from './call/call-state.js';
export type { JudgedState } from './call/judged-state.js';
export type { Admission, Gate, Permit } from './call/gate.js';
export type { Outcome } from './call/outcome.js';
export type { RetryStatistics, RetryTotals } from './call/statistics.js';
export { AttemptTimeoutError, PolicyError, RetryError, TryAgain } from './engine/errors.js';
export type { RetryErrorConstructor, RetryErrorInit, StopReason } from './engine/errors.js';
export { TenaxError } from './base/errors.js';
export { systemClock } from './base/clock.js';
export type { Clock } from './base/clock.js';

// The strategies: what can be decided.
export * as stop from './strategies/stop/index.js';
export { StopStrategy } from './strategies/stop-strategy.js';
export type { StopLike } from './strategies/stop-strategy.js';
export * as wait from './strategies/wait/index.js';
export { WaitStrategy } from './strategies/wait-strategy.js';
export type { WaitLike } from './strategies/wait-strategy.js';
export type { ExponentialOptions } from './strategies/exponential-factory.js';
export type { ExponentialJitterOptions } from './strategies/wait/exponential-jitter.js';
export * as retryIf from './strategies/retry-if/index.js';
export { RetryStrategy } from './strategies/retry-strategy.js';
export type { RetryLike } from './strategies/retry-strategy.js';
export type { ErrorClass } from './strategies/error-conditions.js';
export type { MessageCondition } from './strategies/exception-message.js';
export { defineRetryCondition, defineStop, defineWait } from './strategies/define-own.js';
export type { DefineStrategy, OwnFactory, OwnTraits } from './strategies/define-own.js';
export * as option from './strategies/option/index.js';
export type { Option } from './strategies/declaration.js';
export * as before from './strategies/hooks/before.js';
export * as after from './strategies/hooks/after.js';
export * as beforeSleep from './strategies/hooks/before-sleep.js';
export { Hook } from './strategies/hook.js';
export type { HookLike } from './strategies/hook.js';
export type { LeveledLogger, LoggerLike } from './strategies/logger.js';

// The limits: how much is allowed.
export { TokenBucket } from './limits/token-bucket.js';
export type { TokenBucketOptions, WindowOptions } from './limits/bucket-options.js';
export { TokenBuckets } from './limits/token-buckets.js';
export type { TokenBucketsOptions } from './limits/token-buckets.js';
export { SlidingWindow } from './limits/sliding-window.js';
export type { SlidingWindowOptions } from './limits/sliding-window.js';
export { ConcurrencyLimiter } from './limits/concurrency-limiter.js';
export type { ConcurrencyLimiterOptions } from './limits/concurrency-limiter.js';
export { allOf } from './limits/all-of.js';
export type { Combination } from './limits/all-of.js';
export type { HostedRequest as RequestLike } from './base/host-of.js';
export type { KeyedLimiter, Limit, LimiterLike } from './limits/keyed-limiter.js';
export { RetryBudgets } from './limits/retry-budgets.js';
export type { RetryBudgetsOptions } from './limits/retry-budgets.js';
export { RetryBudget } from './limits/retry-budget.js';
export type { RetryBudgetOptions } from './limits/retry-budget.js';
export { LimiterFullError, LimiterUnavailableError, RateLimitTimeoutError } from './limits/errors.js';
export type { AcquireOptions, RateFeedback, RateLimiter } from './limits/rate-limiter.js';
export type { RateLimit, RateLimitInfo } from './headers/rate-limit-info.js';

// The breaker: when nothing is sent.
export { CircuitBreaker } from './breaker/circuit-breaker.js';
export type { BreakerRunOptions } from './breaker/circuit-breaker.js';
export { CircuitBreakers } from './breaker/circuit-breakers.js';
export type { CircuitBreakersOptions } from './breaker/circuit-breakers.js';
export { CircuitOpenError } from './breaker/errors.js';
export type { CircuitBreakerOptions } from './breaker/options.js';
export type { CircuitState } from './breaker/circuit.js';
export type { SavedCircuit } from './breaker/saved.js';

// The decorators: how a method is annotated.
export { Break } from './decorators/break.js';
export { Retry } from './decorators/retry.js';
export { RetryStream } from './decorators/retry-stream.js';
export type { StreamMethod, StreamMethodDecorator } from './decorators/retry-stream.js';
export { Throttle } from './decorators/throttle.js';
export type { ThrottledCall, ThrottleOptions } from './decorators/throttle.js';
export { retryingOf, retryPolicies, retryWith, statisticsOf } from './decorators/inspect.js';
export type { AsyncMethodName } from './decorators/inspect.js';
export type { AsyncMethodDecorator } from './decorators/method.js';
