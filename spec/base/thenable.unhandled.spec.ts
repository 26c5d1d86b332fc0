import {
  CircuitBreaker,
  CircuitBreakers,
  PolicyError,
  Retry,
  retry,
  RetryBudgets,
  RetryStream,
  stop,
  TokenBuckets,
  wait,
  before,
  type RetryOptions,
} from 'tenax';
import { paginate, retryingFetch } from 'tenax/http';
import { thrown } from '../thrown.js';

/** An async function where a plain one is due. */
const late = (): any => Promise.reject(new Error('nobody waits for this'));

const call = (options: RetryOptions<any>): Promise<unknown> =>
  retry(() => Promise.reject(new Error('down')), { stop: stop.afterAttempt(2), wait: wait.none(), ...options })();

const answer = async (): Promise<Response> => Response.json([1]);

class Service {
  @Retry(late)
  async find(): Promise<void> {
    // Nothing.
  }

  @RetryStream(late)
  async *list(): AsyncGenerator<number> {
    yield 1;
  }
}

describe('a promise that rejects leaves no unhandled rejection beside the refusal', () => {
  const unhandled = jest.fn();
  beforeEach(() => {
    unhandled.mockReset();
    process.on('unhandledRejection', unhandled);
  });
  afterEach(() => {
    process.off('unhandledRejection', unhandled);
  });

  test.each<[string, () => unknown]>([
    ['idempotencyKey', () => retryingFetch({ idempotencyKey: late }, answer)('http://api.test', { method: 'POST' })],
    ['signal of a client', () => retryingFetch({ signal: late }, answer)('http://api.test')],
    ['signal', () => call({ signal: late })],
    ['items', () => paginate(answer, 'http://api.test', { items: late }).next()],
    [
      'next',
      async () => {
        const items = paginate(answer, 'http://api.test', { next: late });
        await items.next();
        await items.next();
      },
    ],
    ['key of TokenBuckets', () => call({ limiter: new TokenBuckets({ rate: 1, key: late }) })],
    ['bucket', () => call({ limiter: new TokenBuckets({ bucket: late }) })],
    ['key of CircuitBreakers', () => call({ breaker: new CircuitBreakers({ key: late }) })],
    ['breaker', () => call({ breaker: new CircuitBreakers({ breaker: late }) })],
    ['key of RetryBudgets', () => call({ budget: new RetryBudgets({ key: late }) })],
    ['breakFor', () => call({ breaker: new CircuitBreaker({ failures: 1, breakFor: late }) })],
    ['the policy of @Retry', () => new Service().find()],
    ['the policy of @RetryStream', () => new Service().list().next()],
    [
      'a member of wait.combine before one that throws',
      () =>
        call({
          wait: wait.combine(late, () => {
            throw new Error('at once');
          }),
        }),
    ],
  ])('of %s', async (_which, use) => {
    const error = await thrown((async () => use())());
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(error instanceof TypeError || error instanceof PolicyError).toBe(true);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('of the logger of a breaker, whose call goes on', async () => {
    const breaker = new CircuitBreaker({ failures: 1, logger: { log: late } });
    await expect(breaker.run(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('of the logger of a hook, which fails the call as any hook does', async () => {
    const error = await thrown<PolicyError>(call({ before: before.log({ log: late }) }));
    expect(error).toBeInstanceOf(PolicyError);
    expect(error.option).toBe('before');
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(unhandled).not.toHaveBeenCalled();
  });
});
