import { exception } from './retry-if/exception.js';
import { none as noWait } from './wait/none.js';
import type { RetryStrategy } from './retry-strategy.js';
import type { WaitStrategy } from './wait-strategy.js';

export { never } from './stop/never.js';

/** The default wait. */
export const none: WaitStrategy = /* @__PURE__ */ noWait();

/** The default condition: any error except an abort or an own refusal. */
export const anyError: RetryStrategy = /* @__PURE__ */ exception();
