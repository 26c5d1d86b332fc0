import asyncRetry from 'async-retry';
import { ConstantBackoff, handleAll, retry as cockatiel } from 'cockatiel';
import { backOff } from 'exponential-backoff';
import pRetry from 'p-retry';
import { retry, stop } from '../tenax.mjs';
import { quick, race } from '../measure.mjs';

/** A call that fails twice and then succeeds, without a delay, 100 calls in flight. */
export const title = 'Two failures, then success, no delay, 100 calls in flight';
export const unit = 'ns';
export const floor = 'a for-loop with try/catch';
export const bars = { 'tenax retry()': 1.5 };

const failure = new Error('not yet');

/** Fails for the first two calls with each argument. */
const work = () => async (turn) => {
  if ((turn.made += 1) < 3) throw failure;
  return 1;
};

const loop = (fn) => async (turn) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fn(turn);
    } catch (error) {
      if (attempt === 6) throw error;
    }
  }
};

/** The contestants anew, with functions of their own. Peers that sleep by setTimeout(0) are slow one after another. */
export function contestants({ sleepers = true } = {}) {
  const fns = [work(), work(), work(), work(), work()];
  const byHand = loop(work());
  const wrapped = retry(fns[0], { stop: stop.afterAttempt(6) });
  const policy = cockatiel(handleAll, { maxAttempts: 5, backoff: new ConstantBackoff(0) });
  const options = { retries: 5, minTimeout: 0, maxTimeout: 0, factor: 1, randomize: false };
  const list = {
    [floor]: () => byHand({ made: 0 }),
    'tenax retry()': () => wrapped({ made: 0 }),
    'p-retry': () => {
      const turn = { made: 0 };
      return pRetry(() => fns[1](turn), options);
    },
  };
  if (!sleepers) return list;
  return {
    ...list,
    cockatiel: () => {
      const turn = { made: 0 };
      return policy.execute(() => fns[2](turn));
    },
    'async-retry': () => {
      const turn = { made: 0 };
      return asyncRetry(() => fns[3](turn), options);
    },
    'exponential-backoff': () => {
      const turn = { made: 0 };
      return backOff(() => fns[4](turn), { numOfAttempts: 6, startingDelay: 0 });
    },
  };
}

export default () => race(contestants(), { inFlight: 100, ms: quick ? 20 : 60 });
