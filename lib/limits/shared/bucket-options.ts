import {
  checkDuration,
  checkKeys,
  checkName,
  checkPositive,
  checkRange,
  checkWhole,
  checkClock,
  formatValue,
} from '../../base/check.js';
import { systemClock, type Clock } from '../../base/clock.js';
import { sizeForWindow } from '../bucket-options.js';
import type { LimitStore } from './limit-store.js';

/** Options of every limit that processes share. */
export interface SharedOptions {
  /** The name under which the store keeps the limit. All processes must use the same rate and capacity for it. */
  readonly key: string;
  /**
   * What happens without the store: `'throw'` rejects with a `LimiterUnavailableError`, `'local'` continues with this
   * process's share. Default `'throw'`.
   */
  readonly onUnavailable?: 'throw' | 'local' | undefined;
  /** Milliseconds until a command without a reply counts as failed. Default 1000. */
  readonly timeout?: number | undefined;
  /** The number of processes that share the rate under `'local'`. Default 1. */
  readonly processes?: number | undefined;
  /** The most callers that may wait in this process. Default `Infinity`. */
  readonly maxPending?: number | undefined;
  /** What is counted. The limiter follows the server's limits of this unit. Default `'requests'`. */
  readonly unit?: string | undefined;
  /** Default: real time. */
  readonly clock?: Clock | undefined;
}

/** The rate and the size of a shared bucket. */
export interface BucketSize {
  /** Tokens per second for all processes together; 0 is paused. */
  readonly rate: number;
  /** The largest burst. Default `max(1, rate)`. */
  readonly capacity?: number | undefined;
  /** Tokens at the start, if the store has no state for the key yet. Default `capacity`. */
  readonly initial?: number | undefined;
}

/** Options of a `SharedTokenBucket`. */
export interface SharedTokenBucketOptions extends SharedOptions, BucketSize {
  /** Keeps the bucket for all processes. */
  readonly store: LimitStore;
}

/** Options of `SharedTokenBucket.forWindow`. */
export interface SharedWindowOptions extends SharedOptions {
  /** Keeps the bucket for all processes. */
  readonly store: LimitStore;
  /** The number of requests that the server allows in any window. */
  readonly limit: number;
  /** The window's length in milliseconds. */
  readonly window: number;
  /** The largest burst, less than `limit`. Default 1. */
  readonly burst?: number | undefined;
  /** Tokens at the start, if the store has no state for the key yet. Default `burst`. */
  readonly initial?: number | undefined;
}

/** The names of the options of every shared limit. */
export const SHARED_KEYS = ['key', 'onUnavailable', 'timeout', 'processes', 'maxPending', 'unit', 'clock'];
/** The names of the options that say how large a bucket is. */
export const BUCKET_KEYS = ['rate', 'capacity', 'initial'];

type Complete<T> = Required<{ [K in keyof T]: NonNullable<T[K]> }>;

/** The options of a claimant: how it asks the store and how many callers may wait. */
export type ClaimantOptions = Complete<
  Pick<SharedTokenBucketOptions, 'store' | 'timeout' | 'onUnavailable' | 'maxPending' | 'clock'>
>;

/**
 * Checks the options of a shared bucket and adds the defaults.
 *
 * @param own The name of the option that says where the limit is kept: `store`, or a `client`.
 */
export function withBucketDefaults(
  what: string,
  options: SharedOptions & BucketSize,
  own: string,
): Complete<SharedOptions & BucketSize> {
  checkKeys(what, options, [own, ...SHARED_KEYS, ...BUCKET_KEYS]);
  const rate = checkRange(`${what}: rate`, options.rate, 0, Number.MAX_VALUE);
  const { capacity = Math.max(1, rate), initial = capacity } = options;
  checkPositive(`${what}: capacity`, capacity);
  checkRange(`${what}: initial`, initial, 0, capacity);
  return { ...withSharedDefaults(what, options), rate, capacity, initial };
}

/** Checks the options of any shared limit and adds the defaults. */
export function withSharedDefaults(what: string, options: SharedOptions): Complete<SharedOptions> {
  const { key, onUnavailable = 'throw', timeout = 1000, processes = 1 } = options;
  const { maxPending = Infinity, unit = 'requests', clock = systemClock } = options;
  checkName(`${what}: key`, key);
  if (onUnavailable !== 'throw' && onUnavailable !== 'local') {
    throw new TypeError(`${what}: onUnavailable takes 'throw' or 'local', got ${formatValue(onUnavailable)}`);
  }
  checkDuration(`${what}: timeout`, timeout);
  checkWhole(`${what}: processes`, processes, 1);
  checkWhole(`${what}: maxPending`, maxPending, 0, { infinite: true });
  checkName(`${what}: unit`, unit);
  checkClock(`${what}: clock`, clock);
  return { key, onUnavailable, timeout, processes, maxPending, unit, clock };
}

/**
 * The options of the shared bucket that keeps a documented limit.
 *
 * @param own The name of the option that says where the limit is kept.
 */
export function bucketForSharedWindow<O extends Pick<SharedWindowOptions, 'limit' | 'window' | 'burst'>>(
  what: string,
  options: O,
  own: string,
): Omit<O, 'limit' | 'window' | 'burst'> & BucketSize {
  checkKeys(what, options, [own, 'limit', 'window', 'burst', 'initial', ...SHARED_KEYS]);
  const { limit, window, burst, ...rest } = options;
  return { ...rest, ...sizeForWindow(what, limit, window, burst, 'leave burst out, or name a smaller one') };
}
