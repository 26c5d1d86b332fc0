export { instrument } from './instrument.js';
export type { InstrumentOptions } from './instrument.js';
export { ResendCountProcessor } from './resend-count.js';
