import { isThenable, type MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Gate } from '../call/gate.js';
import type { JudgedState } from '../call/judged-state.js';
import { coerce } from './coerce.js';
import type { Declaration } from './declaration.js';
import { built } from './define.js';
import { Strategy, type Source } from './strategy.js';

/**
 * What a hook option takes: a hook, or a plain function of the call state. `after` and `beforeSleep` have a `JudgedState`.
 * What the function returns is not used; the call waits for a promise.
 */
export type HookLike<T = unknown, S extends RetryCallState<T> = RetryCallState<T>> = Hook | ((state: S) => unknown);

/** A function that runs at one moment of a call: `before`, `after`, `beforeSleep`, `onSuccess`, `onGiveUp`. */
export abstract class Hook extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.Hook';
  /** @internal */
  override get family(): string {
    return this.source?.declaration?.name.split('.', 1)[0] ?? 'hook';
  }

  /** In `before`: admits each attempt in place of `run`. @internal */
  readonly gate?: Gate | undefined;

  /** Runs the hook with the state of the call. If it returns a promise, the call waits for it. */
  abstract run(state: RetryCallState): void | Promise<void>;

  /** Returns a hook that runs this one, then the others, one after another. */
  and(...others: HookLike<unknown, JudgedState>[]): Hook {
    const hooks = [this, ...others.map((other) => toHook('hook.and', other))];
    return hookOf({ declaration: AND, args: hooks, given: hooks }, (state) => runHooks(hooks, state));
  }
}

type Run = (state: RetryCallState) => MaybeAsync<void>;

const AND: Declaration = { name: 'hook.and', form: 'method' };

const hookOf = (source: Source, run: Run, gate?: Gate): Hook => built(Hook, { source, run, gate });

/** Makes a hook that prints as the call of `name` with `args`; without them, as the name alone. @internal */
export function hook(name: string, args: readonly unknown[] | undefined, run: Run, gate?: Gate): Hook {
  const given = args ?? [];
  const declaration: Declaration = args === undefined ? { name, form: 'constant' } : { name };
  return hookOf({ declaration, args: given, given }, run, gate);
}

/** Makes a hook that does nothing. @internal */
export const nothingAs = (name: string): Hook => hook(name, undefined, () => undefined);

/** Runs hooks in order, each after the one before has finished; synchronous as long as they are. @internal */
export function runHooks(hooks: readonly Hook[], state: RetryCallState, from = 0): MaybeAsync<void> {
  for (let i = from; i < hooks.length; i += 1) {
    const pending = (hooks[i] as Hook).run(state) as unknown;
    if (isThenable(pending)) return Promise.resolve(pending).then(() => runHooks(hooks, state, i + 1));
  }
}

/** Reads one hook. @internal */
export const toHook = (option: string, given: unknown): Hook =>
  coerce(option, given, Hook, 'a hook (beforeSleep.log(logger))', (source, fn: Run) =>
    hookOf(source, (state) => refuseHook(fn(state))),
  );

/** Catches `before: () => before.acquire(limiter)`, which would never run. The compiler does not: a hook may return anything. */
function refuseHook<R>(result: R): R {
  if (typeof result === 'object' && result instanceof Hook) {
    throw new TypeError(`a hook returned the hook ${String(result)}, which does not run; name it without the function`);
  }
  return result;
}

/** Reads an option that takes one hook or several. What `and` joined is taken apart, since some may be gates. @internal */
export function toHooks(option: string, given: unknown): readonly Hook[] {
  if (given === undefined) return [];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.flatMap((each) => partsOfHook(toHook(option, each)));
}

const partsOfHook = (hook: Hook): readonly Hook[] =>
  hook.source?.declaration?.name === AND.name ? (hook.source.args as Hook[]).flatMap(partsOfHook) : [hook];
