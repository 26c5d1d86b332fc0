import { race } from '../measure.mjs';
import { contestants, floor as byHand } from './failures.mjs';

/** The same in samples of 25 ms, each after a collection: nearer to a program that seldom retries. */
export const title = 'The same in short samples, each after a collection';
export const unit = 'ns';
export const floor = byHand;
export const bars = { 'tenax retry()': 2 };

export default () => race(contestants({ sleepers: false }), { inFlight: 100, ms: 25, collect: true });
