import pRetry from 'p-retry';
import { retry, stop, wait } from '../tenax.mjs';
import { quick, turns } from '../measure.mjs';

/** Many calls asleep on one AbortSignal, that of a service which shuts down. */
const CALLS = quick ? 10_000 : 40_000;
const SLEEP = 50;

export const title = `${CALLS.toLocaleString('en')} calls asleep on one AbortSignal, against a quarter of them`;
export const unit = 'ms';
export const floor = 'linear';
export const columns = { value: 'CPU, ms', growth: 'times the CPU of a quarter' };
// A quarter more for what grows a little faster than the calls in every program: garbage collection, cache misses.
export const bars = { 'tenax retry()': { growth: 5 } };

const failure = new Error('not yet');

/** Milliseconds of CPU for `n` calls that fail once, sleep and succeed. */
async function cpu(n, call) {
  globalThis.gc();
  const begun = process.cpuUsage();
  await Promise.all(Array.from({ length: n }, call));
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

const measured = (call) => async () => {
  const quarter = await cpu(CALLS / 4, call);
  const value = await cpu(CALLS, call);
  return { value, growth: value / quarter };
};

export default async function run() {
  const { signal } = new AbortController();
  const work = async (turn) => {
    if ((turn.made += 1) < 2) throw failure;
  };
  const wrapped = retry(work, { stop: stop.afterAttempt(6), wait: wait.fixed(SLEEP), signal });
  const options = { retries: 5, minTimeout: SLEEP, factor: 1, randomize: false, signal };
  const tenax = () => wrapped({ made: 0 });
  const peer = () => {
    const turn = { made: 0 };
    return pRetry(() => work(turn), options);
  };
  await cpu(1000, tenax);
  const rows = await turns({ 'tenax retry()': measured(tenax) }, quick ? 3 : 7);
  // Quadratic: once is enough.
  const [slow] = await turns({ 'p-retry': measured(peer) }, 1);
  return [...rows, slow];
}
