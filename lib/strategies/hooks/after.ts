/**
 * Hooks for the moment after an attempt that will be retried or given up.
 *
 * @module
 */
import { nothingAs, type Hook } from '../hook.js';
import { afterLine } from '../log.js';
import type { LoggerLike } from '../logger.js';
import { logHook } from './log.js';

/** Does nothing (tenacity's `after_nothing`). */
export const nothing: Hook = /* @__PURE__ */ nothingAs('after.nothing');

/** Logs each such attempt (tenacity's `after_log`). `level` is checked at once; default `debug`. */
export const log = (logger: LoggerLike, level = 'debug'): Hook => logHook('after.log', logger, level, afterLine);
