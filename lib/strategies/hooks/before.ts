/**
 * Hooks for the moment before every attempt.
 *
 * @module
 */
import { checkRange, formatValue } from '../../base/check.js';
import type { RetryCallState } from '../../call/call-state.js';
import { acquireGate } from '../../limits/gate.js';
import { checkLimiter, type LimiterLike } from '../../limits/keyed-limiter.js';
import { GateFault, type Gate, type Permit } from '../../call/gate.js';
import { mapAnswer } from '../decide.js';
import { hook, nothingAs, type Hook } from '../hook.js';
import { beforeLine } from '../log.js';
import type { LoggerLike } from '../logger.js';
import { logHook } from './log.js';

/** Does nothing (tenacity's `before_nothing`). */
export const nothing: Hook = /* @__PURE__ */ nothingAs('before.nothing');

/** Logs each attempt as it begins (tenacity's `before_log`). `level` is checked at once; default `debug`. */
export const log = (logger: LoggerLike, level = 'debug'): Hook => logHook('before.log', logger, level, beforeLine);

/**
 * Makes every attempt, the first too, wait until `limiter` grants `tokens` (1). An abort of the call's signal ends the
 * wait. A slot of a {@link ConcurrencyLimiter} is held until the end of the attempt. A keyed limiter receives the state of
 * the call. If the limiter refuses, the attempt fails with that refusal.
 *
 * @throws TypeError for a value that is not a limiter, RangeError for a number of tokens below 0.
 * @example
 * import { before, retry, TokenBucket } from 'tenax';
 *
 * const bucket = new TokenBucket({ rate: 10 });
 * await retry(async () => 'page', { before: before.acquire(bucket, 2) })();
 */
export function acquire(limiter: LimiterLike<RetryCallState>, tokens = 1): Hook {
  checkLimiter('before.acquire', limiter);
  checkRange('before.acquire: tokens', tokens, 0, Number.MAX_VALUE);
  return gateHook('before.acquire', [limiter, tokens], acquireGate(limiter, tokens));
}

/**
 * Makes every attempt, the first too, pass your own gate, which also learns how the attempt ended. If the gate throws or
 * rejects, it refuses the attempt, which fails with that error.
 *
 * @throws TypeError unless `gate` has a method `admit`.
 * @example
 * import { before, retry, type Gate } from 'tenax';
 *
 * let running = 0;
 * const counted: Gate = {
 *   admit() {
 *     running += 1;
 *     const leave = (): void => void (running -= 1);
 *     return { cancel: leave, end: leave };
 *   },
 * };
 * await retry(async () => console.log(running), { before: before.admit(counted) })(); // 1
 */
export function admit(gate: Gate): Hook {
  if (typeof (gate as Partial<Gate> | null | undefined)?.admit !== 'function') {
    throw new TypeError(`before.admit takes a gate, an object with admit(admission), got ${formatValue(gate)}`);
  }
  return gateHook('before.admit', [gate], checkedGate(gate));
}

/** The user's gate, with a check of each permit: a wrong one would fail only when the attempt has ended. */
const checkedGate = (gate: Gate): Gate => ({
  admit: (admission) => mapAnswer(gate.admit(admission), checkPermit),
  quick: gate.quick?.bind(gate),
  isLimit: gate.isLimit,
});

function checkPermit<P extends Permit>(permit: P): P {
  const { cancel, end } = (permit as P | null | undefined) ?? ({} as Partial<P>);
  if (typeof cancel === 'function' && typeof end === 'function') return permit;
  const fault = new TypeError(
    `admit must return a permit with cancel() and end(outcome), it returned ${formatValue(permit)}`,
  );
  throw new GateFault('before', fault);
}

const gateHook = (name: string, args: readonly unknown[], gate: Gate): Hook =>
  hook(
    name,
    args,
    () => {
      throw new TypeError(`${name} admits attempts: it belongs into before`);
    },
    gate,
  );
