import type { Option } from '../declaration.js';
import { statusOf } from '../http-conditions.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

/** A status, or a class of statuses. */
export type StatusPattern = number | `${1 | 2 | 3 | 4 | 5}xx`;

const statusOption: Option<StatusPattern> = {
  type: 'status',
  atLeastOne: 'at least one status',
  check(factory, given) {
    if (/^[1-5](?:\d\d|xx)$/.test(String(given))) return given as StatusPattern;
    throw new RangeError(`${factory} takes statuses (429) and classes of them ('5xx'), got ${String(given)}`);
  },
};

/** Retries answers with one of these statuses, even accepted ones: `status(429, '5xx')`. */
export const status: (...patterns: StatusPattern[]) => RetryStrategy = /* @__PURE__ */ retryFactory({
  name: 'retryIfHttp.status',
  list: statusOption,
  test:
    (...patterns: StatusPattern[]) =>
    (state) => {
      const got = statusOf(state);
      return got !== undefined && patterns.some((each) => each === got || each === `${Math.floor(got / 100)}xx`);
    },
});
