import {
  checkClock,
  checkDuration,
  checkKeys,
  checkPositive,
  checkRange,
  checkWhole,
  formatValue,
} from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { logLine, type LoggerLike, type LogLine } from '../strategies/logger.js';
import { toRetry, type RetryLike, type RetryStrategy } from '../strategies/retry-strategy.js';
import { exponential } from '../strategies/wait/exponential.js';
import { toWait, type WaitLike, type WaitStrategy } from '../strategies/wait-strategy.js';
import type { CircuitLimits } from './circuit.js';
import { checkSaved, type SavedCircuit } from './saved.js';

/** Options of a {@link CircuitBreaker}. All durations are milliseconds. */
export interface CircuitBreakerOptions {
  /** The failures in a row that open it. With `Infinity` only the share counts. Default 5. */
  readonly failures?: number | undefined;
  /** The share of failures that opens it, above 0 and at most 1. Default: the share does not count. */
  readonly ratio?: number | undefined;
  /** With fewer calls in the window, the share does not count. Default 20. */
  readonly minimum?: number | undefined;
  /** The time over which the share is counted: that of the calls that ended within it. Default 30 000. */
  readonly window?: number | undefined;
  /** Which outcomes are failures. Default: errors, and HTTP answers that mean that the server is down. */
  readonly countIf?: RetryLike<any> | undefined;
  /**
   * How long it stays open, by the number of breaks in a row (`attemptNumber`). It must return a number at once. Default
   * `wait.exponential({ initial: 10_000, max: 300_000 }).withJitter(0.2)`.
   */
  readonly breakFor?: WaitLike<any> | undefined;
  /** Successes that close it again; while half-open, the most calls in progress. Default 1. */
  readonly probes?: number | undefined;
  /** If a probe takes longer, the next call becomes the probe. Default 60 000. */
  readonly probeTimeout?: number | undefined;
  /** Its name in errors, log lines and metrics. */
  readonly name?: string | undefined;
  /** Default: real time. */
  readonly clock?: Clock | undefined;
  /** Receives one line for each transition, at level `warn`. */
  readonly logger?: LoggerLike | undefined;
  /** The state that `toJSON()` returned in an earlier process. */
  readonly restored?: SavedCircuit | undefined;
}

/** The checked options with defaults. */
export interface BreakerSettings extends CircuitLimits {
  readonly countIf: RetryStrategy | undefined;
  readonly breakFor: WaitStrategy;
  /** Whether a strategy of the user may read `elapsed`. */
  readonly measured: boolean;
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly log: LogLine | undefined;
  readonly restored: SavedCircuit | undefined;
  /** True in a simulation, where transitions are not published. */
  readonly simulated?: boolean;
}

let standard: WaitStrategy | undefined;

/** The default `breakFor`, made at first use. */
export const defaultBreak = (): WaitStrategy =>
  (standard ??= exponential({ initial: 10_000, max: 300_000 }).withJitter(0.2));

const KEYS = [
  'failures', 'ratio', 'minimum', 'window', 'countIf', 'breakFor', 'probes', 'probeTimeout', 'name', 'clock', 'logger',
  'restored',
]; // prettier-ignore

/** What to use instead of options that other breakers have. */
const INSTEAD: Readonly<Record<string, string>> = {
  resetTimeout: 'breakFor: wait.fixed(ms)',
  halfOpenAfter: 'breakFor: wait.fixed(ms)',
  breakDuration: 'breakFor: wait.fixed(ms)',
  errorThresholdPercentage: 'ratio, a share from 0 to 1',
  failureRatio: 'ratio',
  threshold: 'failures, or ratio for a share',
  volumeThreshold: 'minimum',
  minimumThroughput: 'minimum',
  rollingCountTimeout: 'window',
  samplingDuration: 'window',
  duration: 'window',
  errorFilter: 'countIf, which holds for failures',
  timeout: 'attemptTimeout of a policy with this breaker',
  fallback: 'fallback of a policy with this breaker',
  capacity: 'a ConcurrencyLimiter as limiter of a policy with this breaker',
};

/** @throws TypeError or RangeError that names the option and what it takes. */
export function settingsOf(options: CircuitBreakerOptions): BreakerSettings {
  checkKeys('CircuitBreaker', options, KEYS, INSTEAD);
  const { failures = 5, ratio, minimum = 20, window = 30_000, countIf, breakFor, probes = 1 } = options;
  const { probeTimeout = 60_000, name, clock = systemClock, logger, restored } = options;
  checkClock('CircuitBreaker: clock', clock);
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`CircuitBreaker: name takes a string, got ${formatValue(name)}`);
  }
  return {
    failures: checkWhole('CircuitBreaker: failures', failures, 1, { infinite: true }),
    ratio: ratio === undefined ? undefined : checkShare('CircuitBreaker: ratio', ratio),
    minimum: checkWhole('CircuitBreaker: minimum', minimum, 1),
    window: checkPositive('CircuitBreaker: window', window),
    probes: checkWhole('CircuitBreaker: probes', probes, 1),
    probeTimeout: checkDuration('CircuitBreaker: probeTimeout', probeTimeout, { infinite: true }),
    countIf: countIf === undefined ? undefined : toRetry('countIf', countIf),
    breakFor: breakFor === undefined ? defaultBreak() : toWait('breakFor', breakFor),
    measured: countIf !== undefined || breakFor !== undefined,
    name,
    clock,
    log: logger === undefined ? undefined : logLine('CircuitBreaker: logger', logger, 'warn'),
    restored: restored === undefined ? undefined : checkSaved('CircuitBreaker: restored', restored),
  };
}

/** Refuses a share of 0, which would open the breaker at any failure but may be meant as "off". */
function checkShare(option: string, value: unknown): number {
  if (value === 0) throw new RangeError(`${option} takes a number above 0, at most 1, got 0`);
  return checkRange(option, value, 0, 1);
}
