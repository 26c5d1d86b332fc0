import { allOf, ConcurrencyLimiter, SlidingWindow, TokenBucket } from '../tenax.mjs';
import { heapUsed, quick } from '../measure.mjs';

/** Callers that wait, and what each of them takes. */
const WAITERS = quick ? 2000 : 10_000;

export const title = `${WAITERS.toLocaleString('en')} waiters of each limit`;
export const unit = 'bytes';
export const floor = 'what was promised';
export const columns = { value: 'bytes a waiter' };
export const bars = {
  'tenax TokenBucket': { value: 450 },
  'tenax SlidingWindow': { value: 450 },
  'tenax ConcurrencyLimiter': { value: 450 },
  'tenax allOf of three': { value: 450 },
};

const full = async (limit) => {
  await limit.acquire(limit.limit ?? limit.capacity);
  return limit;
};
const bucket = () => new TokenBucket({ rate: 1e-3, capacity: 1 });
const window = () => new SlidingWindow({ limit: 1, window: 1e6 });
const slots = () => new ConcurrencyLimiter({ limit: 1 });

const contestants = {
  'tenax TokenBucket': () => full(bucket()),
  'tenax SlidingWindow': () => full(window()),
  'tenax ConcurrencyLimiter': () => full(slots()),
  'tenax allOf of three': async () => allOf(await full(bucket()), window(), slots()),
};

export default async function run() {
  const rows = [];
  for (const [name, make] of Object.entries(contestants)) {
    const figures = [];
    for (let round = 0; round < (quick ? 2 : 5); round += 1) {
      const limit = await make();
      const all = new Array(WAITERS);
      const before = heapUsed();
      for (let i = 0; i < WAITERS; i += 1) all[i] = limit.acquire();
      figures.push((heapUsed() - before) / WAITERS);
      kept.push(limit, all);
      kept.length = 0;
    }
    rows.push({ name, value: figures.sort((one, other) => one - other)[figures.length >> 1] });
  }
  return rows;
}

/** Keeps them from being collected while they are counted. */
const kept = [];
