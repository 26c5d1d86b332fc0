import { Retrying, stop, TryAgain, wait, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { RetryCallState } from '../../lib/call/call-state.js';
import type { Outcome } from '../../lib/call/outcome.js';
import { decide, type Judged } from '../../lib/engine/decide.js';

/** What is decided about an outcome of the first attempt, and what was asked on the way. */
function judged(options: RetryOptions, outcome: Outcome, more: Partial<Judged> = {}) {
  const asked: string[] = [];
  const { policy } = new Retrying({ stop: stop.never, ...options });
  const invocation = { fn: () => undefined, naming: 'fn', self: undefined, args: [] };
  const state = new RetryCallState({} as never, invocation, 0);
  Object.assign(state, { outcome, ended: 0 });
  const after = async (): Promise<void> => void asked.push('after');
  const call = { policy, state, cancellable: false, deadlineAt: Infinity, notAccepted: after, ...more };
  return { asked, decision: decide(call, outcome) };
}
const failed = (error: unknown): Outcome => ({ attemptNumber: 1, failed: true, error });
const VALUE: Outcome = { attemptNumber: 1, failed: false, value: 1 };

describe('decide', () => {
  test('takes a value at once where only errors are retried', () => {
    expect(judged({}, VALUE).decision).toEqual({ retry: false, stopReason: 'notRetryable' });
  });

  test('asks retryIf, then tells after, then asks wait and stop', async () => {
    const order: string[] = [];
    const { decision } = judged(
      {
        retryIf: () => (order.push('retryIf'), true),
        wait: () => (order.push('wait'), 5),
        stop: () => (order.push('stop'), false),
      },
      VALUE,
      { notAccepted: () => void order.push('after') },
    );
    expect(await decision).toEqual({ retry: true, delay: 5 });
    expect(order).toEqual(['retryIf', 'after', 'wait', 'stop']);
  });

  test('goes by a retryIf that takes its time, and refuses an answer that is not true or false', async () => {
    const { decision } = judged({ retryIf: async () => true }, VALUE);
    expect(await decision).toEqual({ retry: true, delay: 0 });
    const wrong = judged({ retryIf: (async () => stop.never) as never }, VALUE);
    await expect(wrong.decision).rejects.toThrow(
      new TypeError(
        'retryIf must return true or false, got an instance of StopStrategy; was a factory given without calling it?',
      ),
    );
  });

  test('asks nothing more where retryIf says no', async () => {
    const { decision, asked } = judged({ retryIf: async () => false }, failed(new Error('no')));
    expect(await decision).toEqual({ retry: false, stopReason: 'notRetryable' });
    expect(asked).toEqual([]);
  });

  test('does not ask retryIf about a TryAgain', async () => {
    const { decision } = judged({ retryIf: () => false }, failed(new TryAgain()));
    expect(await decision).toEqual({ retry: true, delay: 0 });
  });

  test('takes an object that only has the code of TryAgain for what it is', async () => {
    const { decision } = judged({ retryIf: () => false }, failed({ code: 'TENAX_TRY_AGAIN' }));
    expect(await decision).toEqual({ retry: false, stopReason: 'notRetryable' });
  });

  test('does not retry an abort that the caller can cause', async () => {
    const abort = failed(new DOMException('left', 'AbortError'));
    const retryIf = (): boolean => true;
    expect(await judged({ retryIf }, abort, { cancellable: true }).decision).toMatchObject({ retry: false });
    expect(await judged({ retryIf }, abort).decision).toMatchObject({ retry: true });
  });

  test.each<[string, string, RetryOptions, Partial<Judged>]>([
    ['stop', 'stop says so', { stop: () => true, wait: wait.fixed(Infinity) }, {}],
    ['wait', 'wait returns Infinity', { wait: () => Infinity }, { deadlineAt: 5 }],
    ['deadline', 'the sleep would outlast the deadline', { wait: wait.fixed(10) }, { deadlineAt: 9 }],
    ['budget', 'the budget is spent', { budget: { recordAttempt: () => undefined, tryRetry: () => false } }, {}],
  ])('gives up with the reason %s where %s', async (stopReason, _when, options, more) => {
    const { decision } = judged({ clock: new VirtualClock(), ...options }, failed(new Error('down')), more);
    expect(await decision).toEqual({ retry: false, stopReason });
  });

  test('does not spend the budget where the deadline ends the call', async () => {
    const tryRetry = jest.fn(() => true);
    const options = { clock: new VirtualClock(), wait: wait.fixed(10), budget: { recordAttempt: jest.fn(), tryRetry } };
    await judged(options, failed(new Error('down')), { deadlineAt: 9 }).decision;
    expect(tryRetry).not.toHaveBeenCalled();
  });
});
