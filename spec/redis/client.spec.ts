import { scriptRunner, type RedisClientLike } from '../../lib/redis/client';
import { SCRIPT, SCRIPT_SHA } from '../../lib/redis/script';

const wanted = () => true;

describe('a client of ioredis', () => {
  const clientOf = (status?: string): RedisClientLike =>
    ({ status, evalsha: async () => 1, eval: async () => 2 }) as never;

  test.each([
    ['ready', true],
    ['wait', true], // a lazy connection: the first command opens it
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
    await expect(runner.run('key', ['a', 'b'], wanted)).resolves.toBe('answer');
    expect(sent).toEqual([
      [SCRIPT_SHA, 1, 'key', 'a', 'b'],
      [SCRIPT, 1, 'key', 'a', 'b'],
    ]);
  });

  test.each([
    ['another error', new Error('READONLY You cannot write against a read only replica.'), true],
    ['an error that names it elsewhere', new Error('ERR not NOSCRIPT'), true],
    ['what is no Error', 'NOSCRIPT', true],
    ['nobody who wants the answer', new Error('NOSCRIPT'), false],
  ])('is not asked again after %s', async (_what, error, isWanted) => {
    const whole = jest.fn();
    const runner = scriptRunner({ evalsha: () => Promise.reject(error as Error), eval: whole });
    await expect(runner.run('key', [], () => isWanted)).rejects.toBe(error);
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
    await expect(runner.run('key', ['a', 'b'], wanted)).resolves.toBe('answer');
    const call = { keys: ['key'], arguments: ['a', 'b'] };
    expect(sent).toEqual([
      [SCRIPT_SHA, call],
      [SCRIPT, call],
    ]);
  });
});
