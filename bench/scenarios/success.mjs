import asyncRetry from 'async-retry';
import { ExponentialBackoff, handleAll, retry as cockatiel } from 'cockatiel';
import { backOff } from 'exponential-backoff';
import pRetry from 'p-retry';
import { Retry, retry, retryIf, stop, wait } from '../tenax.mjs';
import { race } from '../measure.mjs';
import { decorate } from '../decorate.mjs';

/** The call that needs no retry: what a policy costs all day long. */
export const title = 'Success at the first attempt (`await wrapped()`)';
export const unit = 'ns';
export const floor = 'an async function with try/catch';
export const bars = { 'tenax retry()': 1.0, 'tenax @Retry': 1.2, 'tenax, every hook set': 2.3 };

/** A function of its own for every contestant. */
const work = () => async () => 1;

const policy = {
  stop: stop.afterAttempt(6),
  wait: wait.exponentialJitter({ initial: 1000, max: 60_000 }),
  retryIf: retryIf.exceptionType(TypeError, RangeError),
  reraise: true,
};
/** What the hooks and the floor write to, so that no compiler takes them for nothing. */
const seen = { hooks: 0, errors: 0 };
const hook = () => {
  seen.hooks += 1;
};

export default function run() {
  const byHand = work();
  const peers = [work(), work(), work(), work()];
  class Service {
    async fetch() {
      return 1;
    }
  }
  decorate(Service, 'fetch', Retry(policy));
  const service = new Service();
  const cockatielPolicy = cockatiel(handleAll, { maxAttempts: 5, backoff: new ExponentialBackoff() });
  return race({
    [floor]: async () => {
      try {
        return await byHand();
      } catch (error) {
        seen.errors += 1;
        throw error;
      }
    },
    'tenax retry()': retry(work(), policy),
    'tenax @Retry': () => service.fetch(),
    'tenax, every hook set': retry(work(), {
      ...policy,
      before: hook,
      after: hook,
      beforeSleep: hook,
      onSuccess: hook,
      onGiveUp: hook,
    }),
    cockatiel: () => cockatielPolicy.execute(peers[0]),
    'p-retry': () => pRetry(peers[1], { retries: 5 }),
    'async-retry': () => asyncRetry(peers[2], { retries: 5 }),
    'exponential-backoff': () => backOff(peers[3], { numOfAttempts: 6 }),
  });
}
