import { race } from '../measure.mjs';
import { contestants, floor as byHand } from './failures.mjs';

/** The same one after another: no other call shares the turns of the event loop that tenax takes between attempts. */
export const title = 'The same, one call after another';
export const unit = 'ns';
export const floor = byHand;
export const bars = {};

export default () => race(contestants({ sleepers: false }));
