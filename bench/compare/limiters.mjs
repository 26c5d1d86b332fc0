/** What the rate limiters do, in real time, at 100 a second with a burst of 10. */
import Bottleneck from 'bottleneck';
import { RateLimiter } from 'limiter';
import pThrottle from 'p-throttle';
import { TokenBucket } from '../tenax.mjs';
import { after, timersNow } from './tools.mjs';

const RATE = 100;
const BURST = 10;

const subjects = {
  tenax: () => {
    const bucket = new TokenBucket({ rate: RATE, capacity: BURST });
    return { take: (n = 1, options) => bucket.acquire(n, options), pause: (ms) => bucket.pauseFor(ms), cancels: true };
  },
  bottleneck: () => {
    const limiter = new Bottleneck({
      reservoir: BURST,
      reservoirRefreshAmount: BURST,
      reservoirRefreshInterval: (1000 * BURST) / RATE,
      heartbeatInterval: 50,
    });
    return {
      take: (weight = 1) => limiter.schedule({ weight }, async () => undefined),
      stop: () => limiter.disconnect(),
    };
  },
  limiter: () => {
    const limiter = new RateLimiter({ tokensPerInterval: BURST, interval: (1000 * BURST) / RATE });
    return { take: (n = 1) => limiter.removeTokens(n) };
  },
  'p-throttle': () => {
    const take = pThrottle({ limit: BURST, interval: (1000 * BURST) / RATE })(async () => undefined);
    return { take: () => take(), unweighted: true };
  },
};

/** The most that any 20 ms saw, for a burst after idling and a steady crowd. */
async function busiestMoment(limiter) {
  await limiter.take();
  await after(95);
  const at = [];
  const end = performance.now() + 1500;
  await Promise.race([
    Promise.all(
      Array.from({ length: 20 }, async () => {
        while (performance.now() < end) {
          await limiter.take();
          at.push(performance.now());
        }
      }),
    ),
    after(1800),
  ]);
  let most = 0;
  let first = 0;
  for (let last = 0; last < at.length; last += 1) {
    while (at[last] - at[first] >= 20) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const questions = {
  'no 20 ms ever see more than burst + rate · 20 ms (12)': async (make) => {
    const limiter = make();
    const most = await busiestMoment(limiter);
    limiter.stop?.();
    return most <= BURST + RATE / 50;
  },
  'a request larger than the burst is refused and does not wait for ever': async (make) => {
    const limiter = make();
    if (limiter.unweighted) return undefined;
    const refused = await Promise.race([
      Promise.resolve()
        .then(() => limiter.take(BURST + 1))
        .then(
          () => false,
          () => true,
        ),
      after(400).then(() => false),
    ]);
    limiter.stop?.();
    return refused;
  },
  'a waiter can be cancelled by a signal': async (make) => {
    const limiter = make();
    if (!limiter.cancels) {
      limiter.stop?.();
      return false;
    }
    for (let i = 0; i < BURST; i += 1) await limiter.take();
    return limiter.take(5, { signal: AbortSignal.timeout(5) }).then(
      () => false,
      () => true,
    );
  },
  'all callers can be held back for a time (after a 429)': async (make) => {
    const limiter = make();
    if (limiter.pause === undefined) {
      limiter.stop?.();
      return false;
    }
    limiter.pause(100);
    const begun = performance.now();
    await limiter.take();
    return performance.now() - begun >= 99;
  },
  'one timer serves 100 waiters': async (make) => {
    const limiter = make();
    const before = timersNow();
    const waiting = Array.from({ length: 100 }, () => limiter.take());
    await after(1);
    const timers = timersNow() - before;
    await Promise.all(waiting);
    limiter.stop?.();
    return timers <= 1;
  },
};

export default { title: 'Limiting a rate', subjects, questions };
