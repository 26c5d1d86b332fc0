/**
 * Hooks for the moment before the sleep between two attempts.
 *
 * @module
 */
import { checkBoolean, checkKeys } from '../../base/check.js';
import { nothingAs, type Hook } from '../hook.js';
import { beforeSleepLine } from '../log.js';
import type { LoggerLike } from '../logger.js';
import { logHook } from './log.js';

/** Does nothing (tenacity's `before_sleep_nothing`). */
export const nothing: Hook = /* @__PURE__ */ nothingAs('beforeSleep.nothing');

/**
 * Logs one line per retry with structured fields (tenacity's `before_sleep_log`):
 * `Retrying ItemsApi.fetchPage in 2.00 s as it raised RateLimitError: …` and
 * `{ fn, attempt, delayMs, idleForMs, error: { name, message, status? } }`.
 *
 * @param level checked at once; default `warn`
 * @param options `stack: true` adds `error.stack`
 */
export function log(logger: LoggerLike, level = 'warn', options: { readonly stack?: boolean | undefined } = {}): Hook {
  checkKeys('beforeSleep.log', options, ['stack']);
  const { stack = false } = options;
  checkBoolean('beforeSleep.log: stack', stack);
  return logHook('beforeSleep.log', logger, level, (state) => beforeSleepLine(state, stack));
}
