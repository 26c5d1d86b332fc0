import { LimiterUnavailableError, RedisConcurrencyLimiter } from 'tenax/redis';
import { scriptOf, type RedisClientLike } from '../../lib/redis/client';
import { connectionOf, RedisConnection, storeOf } from '../../lib/redis/redis-store';
import { advance, fate, Setting } from './setting';

const SCRIPT = scriptOf('return 1');

/** A client of ioredis that is in this state, and replies with this. */
const clientOf = (status = 'ready', reply: unknown = 'done') => ({
  status,
  evalsha: jest.fn(async () => reply),
  eval: async () => reply,
  connect: jest.fn(async () => undefined),
});

describe('the connection of a client', () => {
  new Setting();
  const run = (connection: RedisConnection, signal = new AbortController().signal): Promise<unknown> =>
    connection.run(SCRIPT, ['k'], [], signal);

  test('is the same each time, and so is its store', () => {
    const client = clientOf();
    expect(connectionOf('x', client)).toBe(connectionOf('y', client));
    expect(storeOf('x', client)).toBe(storeOf('y', client));
    expect(storeOf('x', client)).not.toBe(storeOf('x', clientOf()));
  });

  test('connects a client that waits for that, once', async () => {
    const client = clientOf('wait');
    const connection = new RedisConnection('x', client);
    const first = run(connection);
    expect(client.connect).toHaveBeenCalledTimes(1);
    client.status = 'ready';
    await advance(20);
    expect(await first).toBe('done');
    client.status = 'wait';
    const second = fate(run(connection));
    client.status = 'ready';
    await advance(20);
    expect(await second).toBe('granted');
    expect(client.connect).toHaveBeenCalledTimes(1);
  });

  test('fails at once after a timeout without a connection, until there is one', async () => {
    const client = clientOf('connecting');
    const connection = new RedisConnection('x', client);
    const controller = new AbortController();
    const [first, patient] = [fate(run(connection, controller.signal)), fate(run(connection))];
    controller.abort();
    await advance(20);
    const lost = new LimiterUnavailableError('the client is not connected');
    expect(await first).toEqual(lost);
    expect(await fate(run(connection))).toEqual(lost);
    client.status = 'ready';
    await advance(20);
    expect([await patient, await fate(run(connection))]).toEqual(['granted', 'granted']);
  });

  test('rejects while the client is in a transaction, and a limit leaves nothing unhandled then', async () => {
    const client = clientOf('ready', 'QUEUED');
    const error = await fate(run(new RedisConnection('x', client)));
    expect(error).toBeInstanceOf(LimiterUnavailableError);
    expect((error as Error).message).toContain('the client is in a transaction (MULTI)');
    const slots = new RedisConcurrencyLimiter({ client, key: 'slots', limit: 2 });
    expect(await fate(slots.acquire())).toBeInstanceOf(LimiterUnavailableError);
    expect([slots.inFlight, slots.available]).toEqual([0, 2]);
  });

  test('sends nothing for a caller that has left when the client is connected', async () => {
    const client = clientOf('connecting');
    const controller = new AbortController();
    const late = fate(run(new RedisConnection('x', client), controller.signal));
    controller.abort();
    client.status = 'ready';
    await advance(20);
    expect(await late).toEqual(new LimiterUnavailableError('the client was connected too late'));
    expect(client.evalsha).not.toHaveBeenCalled();
  });
});

test('a store reads each limit of a reply', async () => {
  const store = storeOf('x', clientOf('ready', '-1 2 0.5\n1.5 10 0 2 20 30\n0 7'));
  expect(await store.run(['a', 'b'], {} as never, new AbortController().signal)).toStrictEqual({
    place: -1,
    crowd: 2,
    doubt: 0.5,
    parts: [
      { level: 1.5, rate: 10, hold: 0 },
      { level: 2, rate: 20, hold: 30 },
    ],
    claimed: [0, 7],
  });
});

test.each(['5000 0 0\n0 10 0\n', '5000 0 0\n0 10 0'])('a store reads a reply without claims: %j', async (reply) => {
  const store = storeOf('x', clientOf('ready', reply));
  expect(await store.run(['a'], {} as never, new AbortController().signal)).toMatchObject({ place: 5000, claimed: [] });
});

test.each<[string, string]>([
  ['api', 'api'],
  ['{user:42}:api', 'user:42'],
  ['a{b}{c}', 'b'],
  ['a{}b', 'a{}b'],
  ['{}{a}', '{}{a}'],
  ['a}{{b}', '{b'],
])('a store of a Cluster puts %j into the slot of %j', (key, tag) => {
  const cluster = { ...clientOf(), isCluster: true } as RedisClientLike;
  expect(storeOf('x', cluster).slotOf?.(key)).toBe(tag);
});
