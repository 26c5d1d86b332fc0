import { warn } from '../base/host.js';
import { none } from '../strategies/defaults.js';
import type { RetryOptions } from './options.js';

/**
 * Warns once, when the policy is created, if it never stops and never sleeps, since it would hammer a failing service.
 * Returns whether it warned.
 */
export function warnIfUnbounded({ stop, wait, deadline, signal, name, enabled }: RetryOptions<any>): boolean {
  if ([stop, deadline, signal].some((option) => option !== undefined) || enabled === false) return false;
  if (wait !== undefined && wait !== none) return false;
  warn(
    'TENAX_UNBOUNDED',
    `${name === undefined ? 'a policy' : `the policy ${name}`} retries for ever without a wait; ` +
      'name stop, deadline or signal, or say stop: stop.never if that is meant',
  );
  return true;
}
