import { exception } from './retry-if/exception.js';
import { none as noWait } from './wait/none.js';
import type { RetryStrategy } from './retry-strategy.js';
import type { WaitStrategy } from './wait-strategy.js';

export { never } from './stop/never.js';

/** What a policy does without a wait. */
export const none: WaitStrategy = /* @__PURE__ */ noWait();

/** What a policy tries again without a condition: any error but an abort or an own refusal. */
export const anyError: RetryStrategy = /* @__PURE__ */ exception();
