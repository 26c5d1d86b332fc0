import { ConsecutiveBreaker, ExponentialBackoff, circuitBreaker, handleAll, retry as cockatiel, wrap } from 'cockatiel';
import Opossum from 'opossum';
import { CircuitBreaker, retry, retryIf, stop, wait } from '../tenax.mjs';
import { race } from '../measure.mjs';

/** What a closed breaker adds to a call that succeeds at once. */
export const title = 'Closed circuit breaker (`await wrapped()`)';
export const unit = 'ns';
export const floor = 'the policy without a breaker';
export const columns = { value: 'ns', more: 'more than the floor, ns' };
export const bars = { 'tenax, default options': { more: 60 }, 'tenax, with a ratio': { more: 130 } };

/** A function of its own for every contestant. */
const work = () => async () => 1;

const policy = {
  stop: stop.afterAttempt(6),
  wait: wait.exponentialJitter({ initial: 1000, max: 60_000 }),
  retryIf: retryIf.exceptionType(TypeError, RangeError),
  reraise: true,
};

export default async function run() {
  const peers = [work(), work(), work()];
  const cockatielRetry = cockatiel(handleAll, { maxAttempts: 5, backoff: new ExponentialBackoff() });
  const breaker = () => circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) });
  const both = wrap(cockatielRetry, breaker());
  const opossum = new Opossum(peers[2], { timeout: false });
  const rows = await race({
    [floor]: retry(work(), policy),
    'tenax, default options': retry(work(), { ...policy, breaker: new CircuitBreaker() }),
    'tenax, with a ratio': retry(work(), { ...policy, breaker: new CircuitBreaker({ ratio: 0.5 }) }),
    'tenax, breaker.run() alone': (
      (own, fn) => () =>
        own.run(fn)
    )(new CircuitBreaker(), work()),
    'cockatiel, retry alone': () => cockatielRetry.execute(peers[0]),
    'cockatiel, retry and breaker': () => both.execute(peers[1]),
    'opossum, breaker alone': () => opossum.fire(),
  });
  opossum.shutdown();
  const [{ value: least }] = rows;
  return rows.map(({ name, value }) => ({ name, value, more: value - least }));
}
