export * as retryIfHttp from '../strategies/retry-if-http/index.js';
export type { StatusPattern } from '../strategies/retry-if-http/index.js';
