import Bottleneck from 'bottleneck';
import { TokenBucket as Peer } from 'limiter';
import pThrottle from 'p-throttle';
import { TokenBucket } from '../tenax.mjs';
import { heapUsed, quick } from '../measure.mjs';

/** 10,000 who come at once to 5000 tokens a second, 50 of them there: the last is due after 1990 ms. */
const WAITERS = quick ? 2000 : 10_000;
const RATE = 5000;
const BURST = 50;
const DUE = ((WAITERS - BURST) / RATE) * 1000;

export const title = `${WAITERS.toLocaleString('en')} waiters at ${RATE} a second with a burst of ${BURST}: due after ${DUE} ms`;
export const unit = 'bytes';
export const floor = 'what was promised';
export const columns = {
  value: 'bytes a waiter',
  late: 'the last is late by, %',
  over: 'grants over the bound',
  inversions: 'served out of turn',
};
export const bars = { 'tenax TokenBucket': { value: 400, late: 1, over: 0, inversions: 0 } };

async function measured(make) {
  const { acquire, empty } = make();
  await empty?.();
  const order = new Int32Array(WAITERS);
  const at = new Float64Array(WAITERS);
  let granted = 0;
  const all = new Array(WAITERS);
  const before = heapUsed();
  const begun = performance.now();
  for (let i = 0; i < WAITERS; i += 1) all[i] = acquire();
  const after = performance.now();
  const value = (heapUsed() - before) / WAITERS;
  for (let i = 0; i < WAITERS; i += 1) {
    all[i] = all[i].then(() => {
      at[granted] = performance.now();
      order[granted] = i;
      granted += 1;
    });
  }
  await Promise.all(all);
  const took = at[WAITERS - 1] - (begun + after) / 2;
  let inversions = 0;
  for (let k = 1; k < WAITERS; k += 1) if (order[k] < order[k - 1]) inversions += 1;
  // The most by which any window from the beginning holds more than the bucket allows.
  let over = 0;
  for (let k = 0; k < WAITERS; k += 1) over = Math.max(over, k + 1 - (BURST + ((at[k] - begun) * RATE) / 1000));
  return { value, late: (took / DUE - 1) * 100, over: Math.max(0, Math.floor(over + 1e-6)), inversions };
}

const contestants = {
  'tenax TokenBucket': () => {
    const bucket = new TokenBucket({ rate: RATE, capacity: BURST });
    return { acquire: () => bucket.acquire() };
  },
  limiter: () => {
    const bucket = new Peer({ bucketSize: BURST, tokensPerInterval: RATE, interval: 'second' });
    bucket.content = BURST;
    return { acquire: () => bucket.removeTokens(1) };
  },
  'p-throttle': () => {
    const throttled = pThrottle({ limit: BURST, interval: (BURST / RATE) * 1000 })(async () => 0);
    return { acquire: () => throttled() };
  },
  bottleneck: () => {
    const bottleneck = new Bottleneck({
      reservoir: BURST,
      reservoirIncreaseAmount: BURST,
      reservoirIncreaseInterval: 250,
      minTime: 1000 / RATE,
    });
    return { acquire: () => bottleneck.schedule(async () => 0) };
  },
};

export default async function run() {
  const rows = [];
  for (const [name, make] of Object.entries(contestants)) {
    // bottleneck takes half a minute and says the same each time.
    const runs = [];
    for (let round = 0; round < (quick || name === 'bottleneck' ? 1 : 3); round += 1) runs.push(await measured(make));
    const middle = (key) => runs.map((one) => one[key]).sort((one, other) => one - other)[runs.length >> 1];
    const worst = (key) => Math.max(...runs.map((one) => one[key]));
    rows.push({
      name,
      value: middle('value'),
      late: middle('late'),
      over: worst('over'),
      inversions: worst('inversions'),
    });
  }
  return rows;
}
