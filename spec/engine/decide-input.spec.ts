import {
  RateLimitTimeoutError,
  RetryBudget,
  Retrying,
  TryAgain,
  retryIf,
  stop,
  wait,
  type DecideInput,
  type RetryCallState,
  type RetryOptions,
} from 'tenax';
import { thrown } from '../thrown.js';

const error = new Error('broken');
const abort = new DOMException('enough', 'AbortError');
const decide = (options: RetryOptions, input: object): Promise<unknown> =>
  new Retrying(options).decide({ attemptNumber: 1, ...input } as DecideInput);

describe('retrying.decide', () => {
  test.each<[string, RetryOptions, object, object]>([
    ['the delay of the wait', { wait: wait.fixed(10) }, { error }, { retry: true, delay: 10 }],
    ['stop', { stop: stop.afterAttempt(3) }, { attemptNumber: 3, error }, { retry: false, stopReason: 'stop' }],
    ['a value of undefined', { stop: stop.never }, { value: undefined }, { retry: false, stopReason: 'notRetryable' }],
    ['a policy that is switched off', { enabled: false }, { error }, { retry: false, stopReason: 'notRetryable' }],
    ['a sleep to the deadline', { deadline: 9, wait: wait.fixed(4) }, { error, elapsed: 5 }, { retry: true, delay: 4 }],
    [
      'one beyond',
      { deadline: 8, wait: wait.fixed(4) },
      { error, elapsed: 5 },
      { retry: false, stopReason: 'deadline' },
    ],
    ['a delay of Infinity', { wait: () => Infinity }, { error }, { retry: false, stopReason: 'wait' }],
    [
      'a budget without a retry',
      { stop: stop.never, budget: new RetryBudget({ ratio: 0, minPerSecond: 0 }) },
      { error },
      { retry: false, stopReason: 'budget' },
    ],
    [
      'a condition on the value',
      { stop: stop.never, retryIf: retryIf.result((value) => value === 5) },
      { value: 5 },
      { retry: true, delay: 0 },
    ],
    [
      'times that are not known',
      { stop: stop.never },
      { error, idleFor: Infinity, lastDelay: Infinity },
      { retry: true, delay: 0 },
    ],
    [
      'an abort without a signal',
      { stop: stop.never, retryIf: retryIf.always },
      { error: abort },
      { retry: true, delay: 0 },
    ],
    [
      'an abort that may be the caller’s',
      { stop: stop.never, retryIf: retryIf.always, signal: new AbortController().signal },
      { error: abort },
      { retry: false, stopReason: 'notRetryable' },
    ],
    [
      'no budget for this request',
      { stop: stop.never, budget: { for: () => undefined as never } },
      { error },
      { retry: true, delay: 0 },
    ],
    ['TryAgain', { stop: stop.never, retryIf: retryIf.never }, { error: new TryAgain() }, { retry: true, delay: 0 }],
  ])('goes by %s', async (_what, options, input, decision) => {
    await expect(decide(options, input)).resolves.toEqual(decision);
  });

  test('rejects with the reason of an aborted signal', async () => {
    await expect(decide({ signal: AbortSignal.abort('enough') }, { error })).rejects.toBe('enough');
  });

  test.each<[string, object]>([
    ['decide takes either error or value', {}],
    ['decide takes either error or value', { error, value: 1 }],
    ['decide: attemptNumber takes a whole number ≥ 1, got 0', { error, attemptNumber: 0 }],
    ['decide: elapsed takes a duration in milliseconds (a number ≥ 0), got -1', { error, elapsed: -1 }],
    ['decide: idleFor takes a duration in milliseconds (a number ≥ 0), got -1', { error, idleFor: -1 }],
    ['decide: lastDelay takes a duration in milliseconds (a number ≥ 0), got -1', { error, lastDelay: -1 }],
    ['decide: request takes an object with method, headers and url, got 5', { error, request: 5 }],
    ['decide: request takes an object with method, headers and url, got null', { error, request: null }],
    ['decide has no option "delay"', { error, delay: 1 }],
  ])('refuses with "%s"', async (message, input) => {
    expect((await thrown<Error>(decide({ stop: stop.never }, input))).message).toContain(message);
  });

  test('hands the request to the condition, and no arguments', async () => {
    const request = { method: 'GET' };
    const seen: unknown[] = [];
    const policy = { stop: stop.never, retryIf: (state: RetryCallState) => void seen.push(state.request, state.args) };
    await decide(policy as never, { error, request });
    expect(seen).toEqual([request, []]);
    expect(seen[0]).toBe(request);
  });

  test.each([
    [undefined, 'wait threw during a call of decide: Error: broken'],
    ['jobs', 'wait threw during a call of jobs: Error: broken'],
  ])('names the policy %p where a part of it throws', async (name, message) => {
    const failing = (): number => {
      throw error;
    };
    expect((await thrown<Error>(decide({ name, stop: stop.never, wait: failing }, { error }))).message).toBe(message);
  });

  test('counts a first attempt in the budget, unless it was refused or is a later one', async () => {
    const budget = { recordAttempt: jest.fn(), tryRetry: () => true };
    const policy = { stop: stop.never, budget };
    const counted = async (input: object): Promise<number> => {
      budget.recordAttempt.mockClear();
      await decide(policy, input);
      return budget.recordAttempt.mock.calls.length;
    };
    const refusal = new RateLimitTimeoutError(10, 5);
    expect([
      await counted({ error }),
      await counted({ value: 1 }),
      await counted({ value: refusal }),
      await counted({ error: refusal }),
      await counted({ error, attemptNumber: 2 }),
    ]).toEqual([1, 1, 1, 0, 0]);
  });
});
