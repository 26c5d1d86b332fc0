import { checkCallback, formatValue } from '../base/check.js';
import type { JudgedState } from '../call/judged-state.js';
import type { Declaration, Option, Traits } from './declaration.js';
import type { Declared } from './define.js';
import { retryFactory, type RetryStrategy } from './retry-strategy.js';
import { stopFactory, type StopStrategy } from './stop-strategy.js';
import { waitFactory, type WaitStrategy } from './wait-strategy.js';

/** The options of a strategy, checked and completed. */
export type CheckedOptions<R> = { readonly [K in keyof R]: R[K] extends Option<infer V, any> ? V : never };

/** The options of a strategy as a user writes them. */
export type GivenOptions<R> = {
  readonly [K in keyof R]?: (R[K] extends Option<any, infer In> ? In : never) | undefined;
};

/** A factory of your own strategies; `policyFromJSON` takes it in its option `strategies`. */
export type OwnFactory<Given extends readonly unknown[], S> = ((...given: Given) => S) & Declared;

/**
 * What every declaration contains: the strategy's name, and facts that linter and engine cannot see in its function.
 */
export interface OwnTraits extends Partial<Pick<Traits, 'grows' | 'jittered' | 'errorsOnly'>> {
  /**
   * The code that calls the factory: `lunar`, or `waits.lunar`. The strategy prints as this code; in JSON its name is the
   * part after the last dot.
   */
  readonly name: string;
  /** False if it uses neither `elapsed` nor `startTime`; the policy then need not read the clock. Default true. */
  readonly readsClock?: boolean;
}

/** Makes the factory of a strategy from its declaration. `M` names the function in it. */
export interface DefineStrategy<M extends string, Act, S> {
  /** A strategy with options. */
  <R extends Readonly<Record<string, Option>>>(
    declaration: OwnTraits & {
      readonly options: R;
      readonly defaults: CheckedOptions<R>;
      /** Checks the completed options against each other. */
      readonly check?: (options: CheckedOptions<R>) => void;
    } & { readonly [K in M]: (options: CheckedOptions<R>) => Act },
  ): OwnFactory<[options?: GivenOptions<R>], S>;
  /** A strategy with one argument. */
  <V, In>(
    declaration: OwnTraits & { readonly value: Option<V, In> } & { readonly [K in M]: (value: V) => Act },
  ): OwnFactory<[value: In], S>;
  /** A strategy with any number of arguments of one kind. */
  <V, In>(
    declaration: OwnTraits & { readonly list: Option<V, In> } & { readonly [K in M]: (...values: V[]) => Act },
  ): OwnFactory<In[], S>;
  /** A strategy without arguments. */
  (declaration: OwnTraits & { readonly [K in M]: () => Act }): OwnFactory<[], S>;
}

/** What is not known of a strategy of the user's unless it says so. */
const OWN = { readsClock: true, opaque: true };

function checked<D extends Declaration>(definer: string, act: keyof D & string, declaration: D): D {
  if (typeof declaration !== 'object' || (declaration as unknown) === null) {
    throw new TypeError(
      `${definer} takes a declaration, an object with name and ${act}, got ${formatValue(declaration)}`,
    );
  }
  const { name } = declaration;
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`${definer}: name takes the code that calls the factory ('lunar'), got ${formatValue(name)}`);
  }
  checkCallback(`${definer}: ${act}`, declaration[act], 'a function that returns a function of the call state');
  return { ...OWN, ...declaration };
}

/**
 * Returns the factory of your own wait, from its declaration. Like the waits of {@link wait}, yours then checks its
 * options, prints as the code that creates it, converts to JSON and back, and is known to the linter.
 *
 * @param declaration `name`; what it takes: `options` with their `defaults`, one `value`, a `list`, or nothing (see
 *   {@link option}); `delay`, which receives these arguments and returns a function from the call's state to milliseconds;
 *   `jittered: true` if delays are random, `grows: true` if they grow towards the option `max`
 * @throws TypeError if the name or the function is missing.
 * @example
 * import { defineWait, option } from 'tenax';
 *
 * const squared = defineWait({
 *   name: 'squared',
 *   options: { initial: option.duration, max: option.openDuration },
 *   defaults: { initial: 1000, max: Infinity },
 *   grows: true,
 *   delay: ({ initial, max }) => (state) => Math.min(initial * state.attemptNumber ** 2, max),
 * });
 * console.log(String(squared({ initial: 100 }).withJitter(0.5))); // squared({ initial: 100 }).withJitter(0.5)
 */
export const defineWait: DefineStrategy<'delay', (state: JudgedState) => number | Promise<number>, WaitStrategy> = (
  declaration: Parameters<typeof waitFactory>[0],
) => waitFactory(checked('defineWait', 'delay', declaration)) as never;

/**
 * Returns the factory of your own stop, from its declaration: see {@link defineWait}. `test` receives the checked arguments
 * and returns a function of the call's state, which returns true to give up.
 *
 * @throws TypeError if the name or the function is missing.
 * @example
 * import { defineStop, option } from 'tenax';
 *
 * const afterErrors = defineStop({
 *   name: 'afterErrors',
 *   value: option.whole,
 *   readsClock: false,
 *   test: (most) => (state) => state.outcome.failed && state.attemptNumber > most,
 * });
 * console.log(JSON.stringify(afterErrors(3))); // {"afterErrors":3}
 */
export const defineStop: DefineStrategy<'test', (state: JudgedState) => boolean | Promise<boolean>, StopStrategy> = (
  declaration: Parameters<typeof stopFactory>[0],
) => stopFactory(checked('defineStop', 'test', declaration)) as never;

/**
 * Returns the factory of your own retry condition, from its declaration: see {@link defineWait}. `test` receives the
 * checked arguments and returns a function of the call's state, which returns true to retry. `errorsOnly: true` means that
 * it never holds for a value: the engine then does not ask it after a success.
 *
 * @throws TypeError if the name or the function is missing.
 * @example
 * import { defineRetryCondition, option } from 'tenax';
 *
 * const withCode = defineRetryCondition({
 *   name: 'withCode',
 *   list: option.text,
 *   errorsOnly: true,
 *   test: (...codes) => (state) => state.outcome.failed && codes.includes((state.outcome.error as { code: string }).code),
 * });
 * console.log(String(withCode('SQLITE_BUSY'))); // withCode('SQLITE_BUSY')
 */
export const defineRetryCondition: DefineStrategy<
  'test',
  (state: JudgedState) => boolean | Promise<boolean>,
  RetryStrategy
> = (declaration: Parameters<typeof retryFactory>[0]) =>
  retryFactory(checked('defineRetryCondition', 'test', declaration)) as never;
