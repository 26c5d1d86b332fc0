/**
 * Factories of conditions, which decide which outcomes are retried. They have tenacity's names without `retry_` and
 * `retry_if_`.
 *
 * @module
 */
export { always } from './always.js';
export { never } from './never.js';
export { exception } from './exception.js';
export { exceptionType } from './exception-type.js';
export { notExceptionType } from './not-exception-type.js';
export { unlessExceptionType } from './unless-exception-type.js';
export { exceptionCauseType } from './exception-cause-type.js';
export { exceptionMessage } from './exception-message.js';
export { notExceptionMessage } from './not-exception-message.js';
export { result } from './result.js';
export { notResult } from './not-result.js';
export { any } from './any.js';
export { all } from './all.js';
