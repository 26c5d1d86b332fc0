import { SlidingWindow, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { systemClock } from '../../../lib/base/clock';
import {
  bucketForSharedWindow,
  withBucketDefaults,
  withSharedDefaults,
  type BucketSize,
  type SharedOptions,
} from '../../../lib/limits/shared/bucket-options';

const complete = (options: object): SharedOptions & BucketSize =>
  withBucketDefaults('Bucket', { key: 'k', rate: 5, ...options } as never, 'client');

describe('the options of a shared bucket', () => {
  test.each<[object, string]>([
    [{ burst: 1 }, 'Bucket has no option "burst"; '],
    [{ store: 1 }, 'Bucket has no option "store"; '],
    [{ key: '' }, 'Bucket: key takes a name that is not empty, got ""'],
    [{ key: 7 }, 'Bucket: key takes a name that is not empty, got 7'],
    [{ rate: -1 }, 'Bucket: rate takes a finite number ≥ 0, got -1'],
    [{ capacity: 0 }, 'Bucket: capacity takes a finite number > 0, got 0'],
    [{ initial: -1 }, 'Bucket: initial takes a number from 0 to 5, got -1'],
    [{ capacity: 3, initial: 4 }, 'Bucket: initial takes a number from 0 to 3, got 4'],
    [{ onUnavailable: 'wait' }, "Bucket: onUnavailable takes 'throw' or 'local', got \"wait\""],
    [{ timeout: -1 }, 'Bucket: timeout takes a duration in milliseconds (a finite number ≥ 0), got -1'],
    [{ processes: 0 }, 'Bucket: processes takes a whole number ≥ 1, got 0'],
    [{ maxPending: -1 }, 'Bucket: maxPending takes a whole number ≥ 0, got -1'],
    [{ unit: '' }, 'Bucket: unit takes a name that is not empty, got ""'],
    [{ clock: {} }, 'Bucket: clock takes '],
  ])('%j is refused: %s', (options, message) => {
    expect(() => complete(options)).toThrow(message);
  });

  test('have defaults', () => {
    const defaults = { onUnavailable: 'throw', timeout: 1000, processes: 1, maxPending: Infinity, unit: 'requests' };
    const shared = { key: 'k', ...defaults, clock: systemClock };
    expect(complete({ client: 1 })).toEqual({ ...shared, rate: 5, capacity: 5, initial: 5 });
    expect(withSharedDefaults('Bucket', { key: 'k' })).toEqual(shared);
  });

  test('replace the defaults', () => {
    const clock = new VirtualClock();
    const own = { key: 'api', onUnavailable: 'local', timeout: 5, processes: 3, maxPending: 0, unit: 'tokens', clock };
    expect(complete({ ...own, capacity: 2, initial: 0 })).toEqual({ ...own, rate: 5, capacity: 2, initial: 0 });
  });

  test.each([
    [{ rate: 5 }, 5],
    [{ rate: 0.5 }, 1],
    [{ rate: 5, capacity: 2 }, 2],
  ])('of %j the capacity is %d', (options, capacity) => {
    expect(complete(options)).toMatchObject({ capacity, initial: capacity });
  });

  test('name their unit as those of limits of one process do', () => {
    expect(() => new TokenBucket({ rate: 1, unit: '' })).toThrow('unit takes a name that is not empty, got ""');
    expect(() => new SlidingWindow({ limit: 1, window: 1, unit: 5 as never })).toThrow('unit takes a name');
  });
});

describe('the options of a shared bucket for a documented limit', () => {
  const sized = (options: object) =>
    bucketForSharedWindow('Bucket.forWindow', { key: 'w', window: 1000, ...options } as never, 'client');

  test('are a rate and a capacity that together stay within the limit', () => {
    expect(sized({ client: 1, limit: 100, burst: 20, initial: 5 })).toEqual({
      client: 1,
      key: 'w',
      rate: 80,
      capacity: 20,
      initial: 5,
    });
    expect(sized({ limit: 100 })).toEqual({ key: 'w', rate: 99, capacity: 1 });
  });

  test.each<[object, string]>([
    [{ limit: 1 }, 'burst 1 and limit 1; for this limit make a bucket with rate 1 and capacity 1'],
    [{ limit: 5, burst: 5 }, 'burst 5 and limit 5; leave burst out, or name a smaller one'],
    [{ limit: 5, rate: 1 }, 'Bucket.forWindow has no option "rate"'],
    [{ limit: 5, capacity: 1 }, 'Bucket.forWindow has no option "capacity"'],
    [{ limit: 0 }, 'Bucket.forWindow: limit takes a finite number > 0, got 0'],
  ])('%j is refused: %s', (options, message) => {
    expect(() => sized(options)).toThrow(message);
  });
});
