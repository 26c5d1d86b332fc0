import { RetryError, Retrying, retryIf, stop, TryAgain, type RetryOptions } from 'tenax';
import { thrown } from '../thrown';

const down = new Error('down');
const policyOf = (options: RetryOptions): Retrying => new Retrying({ stop: stop.afterAttempt(2), ...options });
const fails = (): Promise<unknown> => Promise.reject(down);

describe('a call that is given up', () => {
  test('rejects with a RetryError that carries what the attempts threw', async () => {
    const error = await thrown<RetryError>(policyOf({}).call(fails));
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ attempts: 2, stopReason: 'stop', cause: down, errors: [down, down] });
  });

  test('rejects with the last error itself under reraise, and with the cause of a TryAgain', async () => {
    expect(await thrown(policyOf({ reraise: true }).call(fails))).toBe(down);
    const again = (): Promise<never> => Promise.reject(new TryAgain('again', { cause: down }));
    expect(await thrown(policyOf({ reraise: true }).call(again))).toBe(down);
  });

  test('resolves with what retryErrorCallback returns, and counts as a success', async () => {
    const policy = policyOf({ retryErrorCallback: async (state) => `after ${state.attemptNumber}` });
    expect(await policy.call(fails)).toBe('after 2');
    expect(policy.totals).toMatchObject({ succeeded: 1, failed: 0 });
  });
});

describe('a call that fails', () => {
  test('resolves with what the fallback returns, after onGiveUp, and counts as a failure', async () => {
    const order: string[] = [];
    const policy = policyOf({
      onGiveUp: async () => void order.push('onGiveUp'),
      fallback: async (error, state) => {
        order.push('fallback');
        return [error instanceof RetryError, state.outcome.failed];
      },
    });
    expect(await policy.call(fails)).toEqual([true, true]);
    expect(order).toEqual(['onGiveUp', 'fallback']);
    expect(policy.totals).toMatchObject({ succeeded: 0, failed: 1 });
  });

  test('shows the fallback how the last attempt ended, a value too', async () => {
    const fallback = (_error: unknown, state: { outcome: unknown }): unknown => state.outcome;
    expect(await policyOf({ fallback: fallback as never }).call(fails)).toEqual({
      attemptNumber: 2,
      failed: true,
      error: down,
    });
    const retryIfValue = retryIf.result(() => true);
    expect(await policyOf({ fallback: fallback as never, retryIf: retryIfValue }).call(() => 5)).toEqual({
      attemptNumber: 2,
      failed: false,
      value: 5,
    });
  });

  test('rejects with what the fallback throws', async () => {
    const worse = new Error('worse');
    const fallback = (): never => {
      throw worse;
    };
    expect(await thrown(policyOf({ fallback }).call(fails))).toBe(worse);
  });

  test('hands the fallback the fault of an onGiveUp that throws', async () => {
    const onGiveUp = (): never => {
      throw new Error('hook');
    };
    const fallback = (error: unknown): string => (error as Error).message;
    expect(await policyOf({ onGiveUp, fallback }).call(fails)).toMatch(/^onGiveUp threw/);
  });

  test('by an abort has no fallback and tells no onGiveUp', async () => {
    const controller = new AbortController();
    const told = jest.fn();
    const policy = policyOf({ signal: controller.signal, onGiveUp: told, fallback: told });
    const pending = policy.call(() => new Promise(() => undefined));
    controller.abort(down);
    expect(await thrown(pending)).toBe(down);
    expect(told).not.toHaveBeenCalled();
    expect(policy.totals.failed).toBe(1);
  });
});
