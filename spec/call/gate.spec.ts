import { isOwnRefusal, markRefusal } from '../../lib/call/gate';
import { retry, stop, type RateLimiter } from 'tenax';
import { thrown } from '../thrown';

test('A limiter of your own may refuse with what is no object; that cannot be told from other failures', async () => {
  const limiter: RateLimiter = {
    acquire: () => Promise.reject('full'),
    tryAcquire: () => false,
  };
  const call = retry(() => 1, { stop: stop.afterAttempt(2), reraise: true, limiter });
  expect(await thrown(call())).toBe('full');
});

test('An error that a limiter of your own rejects with is marked as its refusal', () => {
  const refusal = new Error('full');
  expect(isOwnRefusal(refusal)).toBe(false);
  markRefusal(refusal);
  markRefusal(null);
  expect([isOwnRefusal(refusal), isOwnRefusal(null), isOwnRefusal('full')]).toEqual([true, false, false]);
});

test('An error is known as a refusal of a limit or a breaker by its code, whichever version of tenax made it', () => {
  const codes = ['TENAX_LIMITER_FULL', 'TENAX_CIRCUIT_OPEN', 'TENAX_LIMITER_OF_LATER', 'TENAX_POLICY', 5, undefined];
  expect(codes.map((code) => isOwnRefusal({ code }))).toEqual([true, true, true, false, false, false]);
  expect([isOwnRefusal(undefined), isOwnRefusal('TENAX_LIMITER_FULL')]).toEqual([false, false]);
});
