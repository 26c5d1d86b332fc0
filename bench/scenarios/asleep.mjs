import { ConstantBackoff, handleAll, retry as cockatiel } from 'cockatiel';
import pRetry from 'p-retry';
import { retry, stop, wait } from '../tenax.mjs';
import { heapUsed, quick, turns } from '../measure.mjs';

/** Many calls that sleep after a first failure: an outage, as a service sees it from within. */
const CALLS = quick ? 20_000 : 100_000;
const SLEEP = 200;
/** While they are weighed they must not wake, and weighing 100,000 takes a while. */
const WEIGHED = 5000;

export const title = `${CALLS.toLocaleString('en')} calls asleep in a backoff of ${SLEEP} ms`;
export const unit = 'bytes';
export const floor = 'a for-loop with setTimeout';
export const columns = { value: 'bytes a call', drain: 'drained in, ms', drainRatio: 'ratio of the drain' };
export const bars = { 'tenax retry()': { value: 1250, drainRatio: 1.05 } };

const failure = new Error('not yet');
const work = () => async (turn) => {
  if ((turn.made += 1) < 2) throw failure;
  return 1;
};

/** Bytes a call on the heap while all of them sleep. */
async function weighed(call) {
  await Promise.all(Array.from({ length: 10 }, call));
  const all = new Array(CALLS);
  const before = heapUsed();
  for (let i = 0; i < CALLS; i += 1) all[i] = call();
  await new Promise((resolve) => void setImmediate(resolve));
  const bytes = (heapUsed() - before) / CALLS;
  await Promise.all(all);
  return bytes;
}

/** Milliseconds from the first call to the last answer. */
async function drained(call) {
  globalThis.gc();
  const all = new Array(CALLS);
  const begun = performance.now();
  for (let i = 0; i < CALLS; i += 1) all[i] = call();
  await Promise.all(all);
  return performance.now() - begun;
}

/** The contestants, whose calls sleep that long. */
function contestants(ms) {
  const fns = [work(), work(), work(), work()];
  const wrapped = retry(fns[0], { stop: stop.afterAttempt(6), wait: wait.fixed(ms) });
  const policy = cockatiel(handleAll, { maxAttempts: 5, backoff: new ConstantBackoff(ms) });
  const options = { retries: 5, minTimeout: ms, factor: 1, randomize: false };
  const byHand = async (turn) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fns[3](turn);
      } catch (error) {
        if (attempt === 6) throw error;
        await new Promise((resolve) => void setTimeout(resolve, ms));
      }
    }
  };
  return {
    [floor]: () => byHand({ made: 0 }),
    'tenax retry()': () => wrapped({ made: 0 }),
    cockatiel: () => {
      const turn = { made: 0 };
      return policy.execute(() => fns[1](turn));
    },
    'p-retry': () => {
      const turn = { made: 0 };
      return pRetry(() => fns[2](turn), options);
    },
  };
}

const measuredBy = (measure, calls) =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [name, async () => ({ figure: await measure(call) })]),
  );

export default async function run() {
  const drains = await turns(measuredBy(drained, contestants(SLEEP)), quick ? 3 : 9);
  const weights = await turns(measuredBy(weighed, contestants(WEIGHED)), quick ? 1 : 3);
  return drains.map(({ name, figure, figureRatio }, i) => ({
    name,
    value: weights[i].figure,
    drain: figure,
    drainRatio: figureRatio,
  }));
}
