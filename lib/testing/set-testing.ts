import { checkKeys, checkWhole, show } from '../base/check.js';
import { processState } from '../base/process-state.js';

/**
 * Test mode for all policies of the process: no sleeping, at most `attempts` (1) attempts a call, limiters grant at once.
 * `false` ends it. Answers a function that restores what was before.
 */
export function setTesting(options: { readonly attempts?: number | undefined } | false = {}): () => void {
  const before = processState.testing;
  if (options === false) processState.testing = undefined;
  else {
    if (typeof options !== 'object')
      throw new TypeError(`setTesting takes { attempts } or false, got ${show(options)}`);
    checkKeys('setTesting', options, ['attempts']);
    processState.testing = { attempts: checkWhole('setTesting: attempts', options.attempts ?? 1, 1) };
  }
  return () => {
    processState.testing = before;
  };
}
