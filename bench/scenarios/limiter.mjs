import Bottleneck from 'bottleneck';
import { TokenBucket as Peer } from 'limiter';
import pThrottle from 'p-throttle';
import { TokenBucket } from '../tenax.mjs';
import { race } from '../measure.mjs';

/** A limiter with tokens to spare: what every request pays when nothing has to wait. */
export const title = 'Rate limiter, uncontended (`await bucket.acquire()`)';
export const unit = 'ns';
export const floor = 'a counter and a clock';
export const bars = { 'tenax TokenBucket': 1.1 };

/** The smallest honest bucket: reads the clock, refills, takes one. */
export function counter(rate, capacity) {
  let tokens = capacity;
  let last = performance.now();
  return async () => {
    const now = performance.now();
    tokens = Math.min(capacity, tokens + ((now - last) * rate) / 1000);
    last = now;
    if (tokens < 1) throw new Error('this floor cannot wait');
    tokens -= 1;
    return 0;
  };
}

export default function run() {
  const many = 1e9;
  const ours = new TokenBucket({ rate: many, capacity: many });
  const limiter = new Peer({ bucketSize: many, tokensPerInterval: many, interval: 'second' });
  limiter.content = many;
  const throttled = pThrottle({ limit: 1e7, interval: 1 })(async () => 0);
  const bottleneck = new Bottleneck();
  return race({
    [floor]: counter(many, many),
    'tenax TokenBucket': () => ours.acquire(),
    limiter: () => limiter.removeTokens(1),
    'p-throttle': () => throttled(),
    bottleneck: () => bottleneck.schedule(async () => 0),
  });
}
