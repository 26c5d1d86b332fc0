import { scriptOf, scriptRunner as runnerOf, type RedisClientLike } from '../../lib/redis/client';

const SCRIPT = scriptOf('return 1');
const { signal } = new AbortController();
const scriptRunner = (client: RedisClientLike) => runnerOf('RedisTokenBucket', client);

/** The two methods of a client on a server that does not know the script, and the arguments that they received. */
function unknownScript() {
  const sent: unknown[][] = [];
  const byHash = async (...args: unknown[]) => {
    sent.push(args);
    throw new Error('NOSCRIPT No matching script. Please use EVAL.');
  };
  const bySource = async (...args: unknown[]) => {
    sent.push(args);
    return 'answer';
  };
  return { sent, byHash, bySource };
}

describe('a client of ioredis', () => {
  const clientOf = (status?: string): RedisClientLike =>
    ({ status, evalsha: async () => 1, eval: async () => 2 }) as never;

  test.each([
    ['ready', true],
    ['wait', false], // made with lazyConnect
    [undefined, true], // a Cluster, or a wrapper without a status
    ['connecting', false],
    ['reconnecting', false],
    ['', false],
  ])('with status %p is ready: %p', (status, ready) => {
    expect(scriptRunner(clientOf(status)).isReady()).toBe(ready);
  });

  test('receives the hash of the script, and its source if the server does not know it', async () => {
    const { sent, byHash, bySource } = unknownScript();
    const runner = scriptRunner({ evalsha: byHash, eval: bySource });
    await expect(runner.run(SCRIPT, ['key'], ['a', 'b'], signal)).resolves.toBe('answer');
    expect(sent).toEqual([
      [SCRIPT.sha, 1, 'key', 'a', 'b'],
      [SCRIPT.source, 1, 'key', 'a', 'b'],
    ]);
  });

  test.each([
    ['after another error', new Error('READONLY You cannot write against a read only replica.'), true],
    ['after an error that contains NOSCRIPT elsewhere', new Error('ERR not NOSCRIPT'), true],
    ['after a rejection that is not an Error', 'NOSCRIPT', true],
    ['once the signal has aborted', new Error('NOSCRIPT'), false],
  ])('does not receive the source %s', async (_what, error, isWanted) => {
    const whole = jest.fn();
    const runner = scriptRunner({ evalsha: () => Promise.reject(error as Error), eval: whole });
    await expect(runner.run(SCRIPT, ['key'], [], isWanted ? signal : AbortSignal.abort())).rejects.toBe(error);
    expect(whole).not.toHaveBeenCalled();
  });
});

describe('a client of node-redis', () => {
  const clientOf = (isReady?: boolean): RedisClientLike =>
    ({ isReady, evalSha: async () => 1, eval: async () => 2 }) as never;

  test.each([
    [true, true],
    [undefined, true],
    [false, false],
  ])('with isReady %p is ready: %p', (isReady, ready) => {
    expect(scriptRunner(clientOf(isReady)).isReady()).toBe(ready);
  });

  test('receives the hash of the script, and its source if the server does not know it', async () => {
    const { sent, byHash, bySource } = unknownScript();
    const runner = scriptRunner({ evalSha: byHash, eval: bySource });
    await expect(runner.run(SCRIPT, ['key'], ['a', 'b'], signal)).resolves.toBe('answer');
    const call = { keys: ['key'], arguments: ['a', 'b'] };
    expect(sent).toEqual([
      [SCRIPT.sha, call],
      [SCRIPT.source, call],
    ]);
  });
});

describe('a client that is not connected', () => {
  test.each<[string, object, number]>([
    ['ioredis with lazyConnect', { status: 'wait', evalsha: async () => 1 }, 1],
    ['ioredis while connecting', { status: 'connecting', evalsha: async () => 1 }, 0],
    ['ioredis after quit', { status: 'end', evalsha: async () => 1 }, 0],
    ['node-redis', { isOpen: false, evalSha: async () => 1 }, 1],
    ['node-redis while connecting', { isOpen: true, evalSha: async () => 1 }, 0],
    ['a wrapper without a status', { evalSha: async () => 1 }, 0],
  ])('is connected if it waits for that: %s', (_name, client, times) => {
    const connect = jest.fn(() => Promise.reject(new Error('refused')));
    scriptRunner({ ...client, connect, eval: async () => 1 } as never).connect();
    expect(connect).toHaveBeenCalledTimes(times);
  });

  test('may lack the method to connect', () => {
    const runner = scriptRunner({ status: 'wait', evalsha: async () => 1, eval: async () => 1 });
    expect(() => {
      runner.connect();
    }).not.toThrow();
  });
});

describe('scriptRunner', () => {
  test.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    ['redis://localhost', '"redis://localhost"'],
    [{}, 'an object'],
    [new Map(), 'an instance of Map'],
  ])('refuses %p as a client', (client, shown) => {
    expect(() => scriptRunner(client as RedisClientLike)).toThrow(
      new TypeError(`RedisTokenBucket: client takes a client of ioredis or node-redis, got ${shown}`),
    );
  });

  test('accepts a function with the methods of a client', () => {
    const client = Object.assign(() => undefined, { evalsha: async () => [], eval: async () => [] });
    expect(() => scriptRunner(client)).not.toThrow();
  });
});
