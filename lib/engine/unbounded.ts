import { none } from '../strategies/wait.js';
import type { RetryOptions } from './options.js';

interface Host {
  process?: { emitWarning?: (message: string, options: { code: string; type: string }) => void };
}

/** Warns through the process, and where there is none on the console. @internal */
export function warn(code: string, message: string): void {
  const { process } = globalThis as Host;
  if (typeof process?.emitWarning === 'function') process.emitWarning(message, { code, type: 'TenaxWarning' });
  else console.warn(`[${code}] ${message}`);
}

/** A policy that never stops and never sleeps hammers a failing service: said once, when the policy is made. Answers whether. */
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
