import { checkKeys, checkWhole, formatValue } from '../base/check.js';
import { processContext } from '../base/process-context.js';

/**
 * Turns on test mode for all policies of the process: calls do not sleep and make at most `attempts` (1) attempts, limiters
 * grant at once, and breakers admit every call. `false` turns it off. Returns a function that restores the previous setting.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 *
 * @example
 * ```ts
 * import { retry, stop, wait } from 'tenax';
 * import { setTesting } from 'tenax/testing';
 *
 * const restore = setTesting({ attempts: 2 });
 * let attempts = 0;
 * const failing = async () => {
 *   attempts += 1;
 *   throw new Error('down');
 * };
 * await retry(failing, { stop: stop.afterAttempt(5), wait: wait.fixed(60_000) })().catch(() => undefined);
 * console.assert(attempts === 2);
 * restore();
 * ```
 */
export function setTesting(options: { readonly attempts?: number | undefined } | false = {}): () => void {
  const before = processContext.testing;
  if (options === false) processContext.testing = undefined;
  else {
    if (typeof options !== 'object')
      throw new TypeError(`setTesting takes { attempts } or false, got ${formatValue(options)}`);
    checkKeys('setTesting', options, ['attempts']);
    const { attempts = 1 } = options;
    processContext.testing = { attempts: checkWhole('setTesting: attempts', attempts, 1) };
  }
  return () => {
    processContext.testing = before;
  };
}
