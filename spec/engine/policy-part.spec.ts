import { PolicyError, retry, stop, wait, WaitStrategy } from 'tenax';
import { thrown } from '../thrown';

const failing = (): Promise<never> => Promise.reject(new Error('failed'));

describe('a part of the policy that throws', () => {
  const parts = ['stop', 'wait', 'retryIf', 'before', 'after', 'beforeSleep', 'onSuccess', 'onGiveUp'] as const;
  const fail = (): never => {
    throw new Error('fault');
  };
  test.each(parts)('%s rejects the call with a PolicyError that names it, async too', async (option) => {
    for (const part of [fail, () => Promise.reject(new Error('fault'))]) {
      const more = option === 'onGiveUp' ? { retryIf: () => false } : {};
      const fn = option === 'onSuccess' ? () => 1 : failing;
      const error = (await thrown(
        retry<() => unknown>(fn, { stop: stop.never, ...more, [option]: part })(),
      )) as PolicyError;
      expect(error).toBeInstanceOf(PolicyError);
      expect(error).toMatchObject({ option, cause: { message: 'fault' } });
      expect(error.message).toMatch(new RegExp(`^${option} threw`));
      const attemptError = ['before', 'onSuccess'].includes(option) ? undefined : { message: 'failed' };
      expect(error.attemptError).toEqual(attemptError && expect.objectContaining(attemptError));
    }
  });

  test('that throws no Error is passed on as the cause', async () => {
    const beforeSleep = (): never => {
      throw 'a text';
    };
    expect(await thrown(retry(failing, { stop: stop.never, beforeSleep })())).toMatchObject({ cause: 'a text' });
  });
});

describe('a wait that returns no milliseconds', () => {
  class Wrong extends WaitStrategy {
    delay(): number {
      return -5;
    }
  }
  const wrong: readonly (WaitStrategy | (() => any))[] = [
    () => NaN,
    () => -1,
    () => '5',
    () => undefined,
    () => null,
    () => Promise.resolve(NaN),
    new Wrong(),
    wait.fixed(10).plus(() => -5),
    wait.combine(() => NaN, wait.fixed(10)),
    wait.chain(() => -5),
    new Wrong().cappedAt(10),
    new Wrong().atLeast(10),
    new Wrong().withJitter(0.5),
    new Wrong().plus(wait.fixed(10)),
    wait.retryAfter({ fallback: () => NaN }),
  ];
  test.each(wrong.map((each) => [each]))('%s is a RangeError that names wait', async (each) => {
    const error = await thrown(retry(failing, { stop: stop.afterAttempt(3), wait: each })());
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/^wait must return milliseconds/);
    expect((error as Error).cause).toEqual(new Error('failed'));
  });
});
