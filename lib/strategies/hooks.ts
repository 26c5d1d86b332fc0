import { checkBoolean, checkKeys, checkRange } from '../base/check.js';
import { isThenable } from '../base/thenable.js';
import { checkLimiter, limiterFor, type LimiterLike } from '../limits/keyed-limiter.js';
import type { RetryCallState } from '../call/call-state.js';
import { coerce } from './coerce.js';
import type { MaybeAsync } from './decide.js';
import { afterLine, beforeLine, beforeSleepLine } from './log.js';
import { logLine, type LoggerLike } from './logger.js';
import { Strategy, type Source } from './strategy.js';

/** What a hook option takes: a hook, or a plain function of the call state. */
export type HookLike<T = unknown> = Hook | ((state: RetryCallState<T>) => void | Promise<void>);

type Run = (state: RetryCallState) => MaybeAsync<void>;

/** Something that is told of a moment in a call: `before`, `after`, `beforeSleep`, `onSuccess`, `onGiveUp`. */
export abstract class Hook extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.Hook';
  /** @internal */
  readonly family: string = 'hook';

  /** Called with the state of the call; a promise is awaited. */
  abstract run(state: RetryCallState): void | Promise<void>;

  /** This hook, then the others, one after another. */
  and(...others: HookLike[]): Hook {
    const hooks = [this, ...others.map((other) => toHook('hook.and', other))];
    return new BuiltHook('hook', { factory: 'and', args: hooks, form: 'method' }, (state) => runHooks(hooks, state));
  }
}

class BuiltHook extends Hook {
  override readonly family: string;
  readonly run: Run;

  constructor(family: string, source: Source, run: Run) {
    super(source);
    this.family = family;
    this.run = run;
    Object.freeze(this);
  }
}

/** Runs hooks in order, each after the one before has finished; synchronous as long as they are. @internal */
export function runHooks(hooks: readonly Hook[], state: RetryCallState, from = 0): MaybeAsync<void> {
  for (let i = from; i < hooks.length; i += 1) {
    const pending = (hooks[i] as Hook).run(state) as unknown;
    if (isThenable(pending)) return Promise.resolve(pending).then(() => runHooks(hooks, state, i + 1));
  }
}

/** Reads one hook. @internal */
export const toHook = (option: string, given: unknown): Hook =>
  coerce(
    option,
    given,
    Hook,
    'a hook (beforeSleep.log(logger))',
    (fn: Run, source) => new BuiltHook('hook', source, fn),
  );

/** Reads an option that takes one hook or several. @internal */
export function toHooks(option: string, given: HookLike | readonly HookLike[] | undefined): readonly Hook[] {
  if (given === undefined) return [];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.map((hook) => toHook(option, hook));
}

const nothing = (family: string): Hook => new BuiltHook(family, { factory: 'nothing' }, () => undefined);

function logHook(
  family: string,
  logger: LoggerLike,
  level: string,
  line: (state: RetryCallState) => [string, object],
): Hook {
  const write = logLine(`${family}.log`, logger, level);
  return new BuiltHook(family, { factory: 'log', args: [logger, level] }, (state) => {
    write(...line(state));
  });
}

/** Hooks for the moment before every attempt. */
export const before = {
  /** Does nothing (tenacity's `before_nothing`). */
  nothing: /* @__PURE__ */ nothing('before'),

  /** Logs each attempt as it begins (tenacity's `before_log`). `level` is checked at once; default `debug`. */
  log: (logger: LoggerLike, level = 'debug'): Hook => logHook('before', logger, level, beforeLine),

  /**
   * Every attempt, the first too, waits until `limiter` grants `tokens` (1). The wait ends with the call's signal. A
   * keyed limiter is asked with the state of the call.
   */
  acquire(limiter: LimiterLike<RetryCallState>, tokens = 1): Hook {
    checkLimiter('before.acquire', limiter);
    checkRange('before.acquire: tokens', tokens, 0, Number.MAX_VALUE);
    return new BuiltHook('before', { factory: 'acquire', args: [limiter, tokens] }, async (state) => {
      await limiterFor(limiter, state).acquire(tokens, { signal: state.signal });
    });
  },
};

/** Hooks for the moment after an attempt that is to be retried or given up. */
export const after = {
  /** Does nothing (tenacity's `after_nothing`). */
  nothing: /* @__PURE__ */ nothing('after'),

  /** Logs each such attempt (tenacity's `after_log`). `level` is checked at once; default `debug`. */
  log: (logger: LoggerLike, level = 'debug'): Hook => logHook('after', logger, level, afterLine),
};

/** Hooks for the moment before the sleep that precedes another attempt. */
export const beforeSleep = {
  /** Does nothing (tenacity's `before_sleep_nothing`). */
  nothing: /* @__PURE__ */ nothing('beforeSleep'),

  /**
   * Logs one line per retry with structured fields (tenacity's `before_sleep_log`):
   * `Retrying ItemsApi.fetchPage in 2.00 s as it raised RateLimitError: …` and
   * `{ fn, attempt, delayMs, idleForMs, error: { name, message, status? } }`.
   *
   * @param level checked at once; default `warn`
   * @param options `stack: true` adds `error.stack`
   */
  log(logger: LoggerLike, level = 'warn', options: { readonly stack?: boolean | undefined } = {}): Hook {
    checkKeys('beforeSleep.log', options, ['stack']);
    const { stack = false } = options;
    checkBoolean('beforeSleep.log: stack', stack);
    return logHook('beforeSleep', logger, level, (state) => beforeSleepLine(state, stack));
  },
};
