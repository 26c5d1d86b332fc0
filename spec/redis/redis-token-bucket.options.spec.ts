import { RedisTokenBucket } from 'tenax/redis';
import { FakeRedis } from './fake-redis';

const made = (options: object): RedisTokenBucket =>
  new RedisTokenBucket({ client: new FakeRedis(), key: 'k', rate: 5, ...options } as never);

describe('the options of a RedisTokenBucket', () => {
  test.each<[object, string]>([
    [{ burst: 1 }, 'RedisTokenBucket has no option "burst"; '],
    [{ key: '' }, 'RedisTokenBucket: key takes a name that is not empty, got ""'],
    [{ key: 7 }, 'RedisTokenBucket: key takes a name that is not empty, got 7'],
    [{ rate: -1 }, 'RedisTokenBucket: rate takes a number from 0 to 1.7976931348623157e+308, got -1'],
    [{ capacity: 0 }, 'RedisTokenBucket: capacity takes a finite number > 0, got 0'],
    [{ onUnavailable: 'wait' }, "RedisTokenBucket: onUnavailable takes 'throw' or 'local', got \"wait\""],
    [{ timeout: -1 }, 'RedisTokenBucket: timeout takes a duration in milliseconds (a finite number ≥ 0), got -1'],
    [{ processes: 0 }, 'RedisTokenBucket: processes takes a whole number ≥ 1, got 0'],
  ])('%j is refused: %s', (options, message) => {
    expect(() => made(options)).toThrow(message);
  });

  test.each([
    [{ rate: 5 }, 5],
    [{ rate: 0.5 }, 1],
    [{ rate: 5, capacity: 2 }, 2],
  ])('of %j the capacity is %d', (options, capacity) => {
    expect(made(options).capacity).toBe(capacity);
  });

  test('the capacity cannot be assigned', () => {
    const bucket = made({ capacity: 2 });
    expect(() => Object.assign(bucket, { capacity: 9 })).toThrow(TypeError);
    expect(bucket.capacity).toBe(2);
  });
});

describe('the client of a RedisTokenBucket', () => {
  test.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    ['redis://localhost', '"redis://localhost"'],
    [{}, 'an object'],
    [new Map(), 'an instance of Map'],
  ])('%p is refused', (client, shown) => {
    expect(() => made({ client })).toThrow(
      new TypeError(`RedisTokenBucket: client takes a client of ioredis or node-redis, got ${shown}`),
    );
  });

  test('may be a function with the methods of a client', () => {
    const client = Object.assign(() => undefined, { evalsha: async () => [], eval: async () => [] });
    expect(() => made({ client })).not.toThrow();
  });
});
