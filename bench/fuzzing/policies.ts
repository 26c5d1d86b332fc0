import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { Retrying } from 'tenax';
import { policyFromJSON } from 'tenax/json';
import { policyJson } from './policy-json.js';
import type { Target } from './target.js';

/** How a message says where the mistake is. */
const PLACE =
  /^(?:the policy|policyFromJSON|(?:stop|wait|retryIf|reraise|attemptTimeout|deadline|maxWait|priority|name|enabled|clock|before|signal)\b)/;

/** Policies written as JSON: options, or a TypeError or RangeError with the path. What is read is written the same. */
export const policies: Target = {
  name: 'policies',
  property: fc.property(policyJson, (json) => {
    let options;
    try {
      options = policyFromJSON(JSON.parse(JSON.stringify(json)));
    } catch (error) {
      if ((error instanceof TypeError || error instanceof RangeError) && PLACE.test(error.message)) return;
      throw error;
    }
    const written = new Retrying(options).toJSON();
    const again = new Retrying(policyFromJSON(JSON.parse(JSON.stringify(written)))).toJSON();
    if (!isDeepStrictEqual(written, again)) {
      throw new Error(`${JSON.stringify(written)} became ${JSON.stringify(again)}`);
    }
  }) as never,
  parse: (long) => {
    const broad = Array.from({ length: long.length / 20 }, () => ({ afterAttempt: 1 }));
    let deep: object = { afterAttempt: 1 };
    for (let i = 0; i < long.length / 20; i += 1) deep = { any: [deep] };
    for (const json of [
      { stop: { any: broad } },
      { stop: deep },
      { [long]: 1 },
      { stop: { [long]: 1 } },
      { wait: { exponential: { [long]: 1 } } },
      { retryIf: { exceptionType: [long] } },
      { retryIf: { exceptionMessage: { match: long } } },
      { retryIf: { exceptionMessage: { match: { source: long } } } },
      { retryIf: { status: [long] } },
      { name: long },
    ]) {
      try {
        new Retrying(policyFromJSON(json)).toJSON();
      } catch {
        // Refused.
      }
    }
  },
  // What RegExp itself makes of a long source is not ours.
  pieces: ['a', '(', '_', ' ', '.*', '5xx'],
};
