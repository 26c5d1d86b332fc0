import { checkKeys, checkWhole, formatValue } from '../base/check.js';
import { processContext } from '../base/process-context.js';

/**
 * Turns on test mode for all policies of the process: no sleeping, at most `attempts` (1) attempts per call, and limiters
 * that grant at once. `false` ends it. Returns a function that restores the previous setting.
 */
export function setTesting(options: { readonly attempts?: number | undefined } | false = {}): () => void {
  const before = processContext.testing;
  if (options === false) processContext.testing = undefined;
  else {
    if (typeof options !== 'object')
      throw new TypeError(`setTesting takes { attempts } or false, got ${formatValue(options)}`);
    checkKeys('setTesting', options, ['attempts']);
    processContext.testing = { attempts: checkWhole('setTesting: attempts', options.attempts ?? 1, 1) };
  }
  return () => {
    processContext.testing = before;
  };
}
