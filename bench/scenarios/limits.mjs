import { allOf, ConcurrencyLimiter, SlidingWindow, TokenBucket } from '../tenax.mjs';
import { race } from '../measure.mjs';
import { counter, floor as byHand } from './limiter.mjs';

/** The other limits with room to spare: what every request pays when nothing has to wait. */
export const title = 'Limits, uncontended (`await limit.acquire()`)';
export const unit = 'ns';
export const floor = byHand;
export const bars = { 'tenax SlidingWindow': 2, 'tenax allOf of three': 4 };

export default function run() {
  const many = 1e9;
  const window = new SlidingWindow({ limit: many, window: 1000 });
  const slots = new ConcurrencyLimiter({ limit: many });
  const three = allOf(
    new TokenBucket({ rate: many, capacity: many }),
    new SlidingWindow({ limit: many, window: 1000 }),
    new SlidingWindow({ limit: many, window: 60_000 }),
  );
  return race({
    [floor]: counter(many, many),
    'tenax SlidingWindow': () => window.acquire(),
    'tenax ConcurrencyLimiter, with release': () => {
      const granted = slots.acquire();
      slots.release();
      return granted;
    },
    'tenax allOf of three': () => three.acquire(),
  });
}
