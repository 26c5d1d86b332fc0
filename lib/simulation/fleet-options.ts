import { checkDuration, checkKeys, checkPositive, checkRange, checkWhole } from '../base/check.js';
import type { CircuitBreakerOptions } from '../breaker/options.js';
import type { RetryBudgetOptions } from '../limits/retry-budget.js';

/** A simulated server with a capacity and, optionally, an outage. */
export interface ServerModel {
  /** The requests that it can serve per second. Further requests fail. */
  readonly capacity: number;
  /** The response time in milliseconds. Default 0. */
  readonly latency?: number | undefined;
  /** The time during which every request fails, in milliseconds from the start. */
  readonly outage?: { readonly from: number; readonly to: number } | undefined;
}

/** A token bucket (`rate` per second), a sliding window (`limit` per `window` ms), or a limit of concurrency (`limit`). */
export type LimitModel =
  | { readonly rate: number; readonly capacity?: number | undefined; readonly limit?: undefined }
  | { readonly limit: number; readonly window?: number | undefined; readonly rate?: undefined };

/** Options of `simulateFleet`. */
export interface FleetOptions {
  /** The number of clients. Each makes one call. */
  readonly clients: number;
  /** The server that all clients call. */
  readonly server: ServerModel;
  /** Milliseconds over which the calls begin, evenly spread. Default 0: all at once. */
  readonly spread?: number | undefined;
  /** Milliseconds after which the simulation ends, even if calls are still in progress. Default 3 600 000. */
  readonly duration?: number | undefined;
  /** Limits that all clients share. Every attempt takes from all of them. Default: no limit. */
  readonly limiter?: LimitModel | readonly LimitModel[] | undefined;
  /** The options of a `CircuitBreaker` that all clients share. Default: no breaker. */
  readonly breaker?: Omit<CircuitBreakerOptions, 'clock' | 'logger' | 'restored'> | undefined;
  /** The options of a `RetryBudget` that all clients share. Default: no budget. */
  readonly budget?: Omit<RetryBudgetOptions, 'clock'> | undefined;
  /** The error of a failed request. Default: a plain Error. */
  readonly error?: unknown;
  /** Milliseconds of one slot of `load`. Default 1000. */
  readonly slot?: number | undefined;
  /** The same seed gives the same fleet. Default 1. */
  readonly seed?: number | undefined;
}

/** @throws TypeError or RangeError for a wrong option, naming it and what it takes. */
export function checkFleet(options: FleetOptions): void {
  checkKeys('simulateFleet', options, [
    'clients', 'server', 'spread', 'duration', 'limiter', 'breaker', 'budget', 'error', 'slot', 'seed',
  ]); // prettier-ignore
  const { clients, server, limiter, spread = 0, duration = 1, slot = 1, seed = 1 } = options;
  checkWhole('simulateFleet: clients', clients, 1);
  checkKeys('simulateFleet: server', server, ['capacity', 'latency', 'outage']);
  const { capacity, latency = 0 } = server;
  checkRange('simulateFleet: server.capacity', capacity, 0, Number.MAX_VALUE);
  checkDuration('simulateFleet: server.latency', latency);
  if (server.outage !== undefined) {
    checkKeys('simulateFleet: server.outage', server.outage, ['from', 'to']);
    checkDuration('simulateFleet: server.outage.from', server.outage.from);
    checkRange('simulateFleet: server.outage.to', server.outage.to, server.outage.from, Number.MAX_VALUE);
  }
  for (const limit of limitsOf(limiter)) checkLimit(limit);
  checkDuration('simulateFleet: spread', spread);
  checkPositive('simulateFleet: duration', duration);
  checkPositive('simulateFleet: slot', slot);
  checkWhole('simulateFleet: seed', seed);
}

/** The limits as a list. */
export const limitsOf = (limiter: FleetOptions['limiter']): readonly LimitModel[] =>
  limiter === undefined ? [] : Array.isArray(limiter) ? (limiter as LimitModel[]) : [limiter as LimitModel];

function checkLimit(limit: LimitModel | null): void {
  const where = 'simulateFleet: limiter';
  if (limit?.limit !== undefined) {
    checkKeys(where, limit, ['limit', 'window']);
    checkWhole(`${where}.limit`, limit.limit, 1);
    if (limit.window !== undefined) checkPositive(`${where}.window`, limit.window);
    return;
  }
  checkKeys(where, limit, ['rate', 'capacity']);
  checkPositive(`${where}.rate`, limit?.rate);
  if (limit?.capacity !== undefined) checkRange(`${where}.capacity`, limit.capacity, 1, Number.MAX_VALUE);
}
