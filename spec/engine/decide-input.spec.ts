import { RetryBudget, Retrying, TryAgain, retryIf, stop, wait, type DecideInput, type RetryOptions } from 'tenax';
import { thrown } from '../thrown.js';

const error = new Error('broken');
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
    ['decide: request takes an object with method, headers and url, got 5', { error, request: 5 }],
    ['decide has no option "delay"', { error, delay: 1 }],
  ])('refuses with "%s"', async (message, input) => {
    expect((await thrown<Error>(decide({ stop: stop.never }, input))).message).toContain(message);
  });
});
