import { scriptOf, scriptRunner as runnerOf, type RedisClientLike } from '../../lib/redis/client';

const SCRIPT = scriptOf('return 1');
const { signal } = new AbortController();
const scriptRunner = (client: RedisClientLike) => runnerOf('RedisTokenBucket', client);

describe('a client of ioredis', () => {
  const clientOf = (status?: string): RedisClientLike =>
    ({ status, evalsha: async () => 1, eval: async () => 2 }) as never;

  test.each([
    ['ready', true],
    ['wait', false], // a lazy connection, which has to be opened
    [undefined, true], // a Cluster or a wrapper need not say
    ['connecting', false],
    ['reconnecting', false],
    ['', false],
  ])('of status %p is ready: %p', (status, ready) => {
    expect(scriptRunner(clientOf(status)).isReady()).toBe(ready);
  });

  test('is sent the script by its hash, and whole to a server that does not know it', async () => {
    const sent: unknown[][] = [];
    const runner = scriptRunner({
      evalsha: async (...args: unknown[]) => {
        sent.push(args);
        throw new Error('NOSCRIPT No matching script. Please use EVAL.');
      },
      eval: async (...args: unknown[]) => {
        sent.push(args);
        return 'answer';
      },
    });
    await expect(runner.run(SCRIPT, ['key'], ['a', 'b'], signal)).resolves.toBe('answer');
    expect(sent).toEqual([
      [SCRIPT.sha, 1, 'key', 'a', 'b'],
      [SCRIPT.source, 1, 'key', 'a', 'b'],
    ]);
  });

  test.each([
    ['another error', new Error('READONLY You cannot write against a read only replica.'), true],
    ['an error that names it elsewhere', new Error('ERR not NOSCRIPT'), true],
    ['what is no Error', 'NOSCRIPT', true],
    ['nobody who wants the reply', new Error('NOSCRIPT'), false],
  ])('is not asked again after %s', async (_what, error, isWanted) => {
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

  test('is sent the script by its hash, and whole to a server that does not know it', async () => {
    const sent: unknown[][] = [];
    const runner = scriptRunner({
      evalSha: async (...args: unknown[]) => {
        sent.push(args);
        throw new Error('NOSCRIPT No matching script. Please use EVAL.');
      },
      eval: async (...args: unknown[]) => {
        sent.push(args);
        return 'answer';
      },
    });
    await expect(runner.run(SCRIPT, ['key'], ['a', 'b'], signal)).resolves.toBe('answer');
    const call = { keys: ['key'], arguments: ['a', 'b'] };
    expect(sent).toEqual([
      [SCRIPT.sha, call],
      [SCRIPT.source, call],
    ]);
  });
});

describe('a client that nobody has connected', () => {
  test.each<[string, object, number]>([
    ['ioredis with lazyConnect', { status: 'wait', evalsha: async () => 1 }, 1],
    ['ioredis that connects', { status: 'connecting', evalsha: async () => 1 }, 0],
    ['ioredis that was closed', { status: 'end', evalsha: async () => 1 }, 0],
    ['node-redis', { isOpen: false, evalSha: async () => 1 }, 1],
    ['node-redis that connects', { isOpen: true, evalSha: async () => 1 }, 0],
    ['one that says nothing', { evalSha: async () => 1 }, 0],
  ])('is connected: %s', (_name, client, times) => {
    const connect = jest.fn(() => Promise.reject(new Error('refused')));
    scriptRunner({ ...client, connect, eval: async () => 1 } as never).connect();
    expect(connect).toHaveBeenCalledTimes(times);
  });
});
