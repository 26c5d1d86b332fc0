import { formatValue } from '../base/check.js';
import type { Declaration } from '../strategies/declaration.js';
import { DECLARED, type Declared, type Family } from '../strategies/define.js';
import * as retryIf from '../strategies/retry-if/index.js';
import * as retryIfHttp from '../strategies/retry-if-http/index.js';
import { RETRY_METHODS } from '../strategies/retry-strategy.js';
import * as stop from '../strategies/stop/index.js';
import { keyOf, Strategy } from '../strategies/strategy.js';
import { WAIT_METHODS } from '../strategies/wait-strategy.js';
import * as wait from '../strategies/wait/index.js';

export type { Family } from '../strategies/define.js';

/** A factory that `defineStop`, `defineWait` or `defineRetryCondition` returned. */
export type StrategyFactory = ((...args: any[]) => Strategy) & Declared;

/** How one strategy is read from JSON. */
export interface Rule {
  readonly declaration: Declaration;
  /** Makes the strategy. For a method, the first argument is the strategy that it is called on. */
  readonly make: (...args: any[]) => Strategy;
}

/** The rules of the strategies that each option accepts, by their names in JSON. */
export type Grammar = Readonly<Record<Family, Readonly<Record<string, Rule>>>>;

/** The types of values that JSON cannot represent. */
const NOT_IN_JSON = ['function', 'signal'];

/** The rule without a value that JSON cannot represent; undefined if the strategy needs that value. */
function forJson(rule: Rule): Rule | undefined {
  const { value, list, optional, ...rest } = rule.declaration;
  const isImpossible = [value, list].some((each) => each !== undefined && NOT_IN_JSON.includes(each.type));
  if (!isImpossible) return rule;
  return optional === true ? { ...rule, declaration: rest } : undefined;
}

const constantRule = (strategy: Strategy): Rule => ({
  declaration: strategy.source?.declaration as Declaration,
  make: () => strategy,
});

const ruleOf = (made: unknown): Rule =>
  made instanceof Strategy
    ? constantRule(made)
    : { declaration: (made as StrategyFactory)[DECLARED][1], make: made as StrategyFactory };

const methodRule = (declaration: Declaration): Rule => ({
  declaration,
  make: (strategy: Record<string, (...args: unknown[]) => Strategy>, ...args: unknown[]) =>
    (strategy[keyOf(declaration)] as () => Strategy).apply(strategy, args as []),
});

function rules(namespaces: readonly object[], methods: readonly Declaration[]): Record<string, Rule> {
  const all = [...namespaces.flatMap((namespace) => Object.values(namespace).map(ruleOf)), ...methods.map(methodRule)];
  const named = all
    .map(forJson)
    .filter((rule) => rule !== undefined)
    .map((rule): [string, Rule] => [keyOf(rule.declaration), rule]);
  // The order of a module's exports differs from build to build.
  return Object.fromEntries(named.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The grammar of tenax's own strategies, made at first use. */
let standard: Grammar | undefined;

/**
 * Returns the grammar of policies in JSON, made from the declarations of all strategies.
 *
 * @param own The user's factories.
 * @throws TypeError for a value that is not such a factory, and for the name of another strategy.
 */
export function grammar(own: readonly StrategyFactory[] = []): Grammar {
  standard ??= {
    stop: rules([stop], []),
    wait: rules([wait], WAIT_METHODS),
    retryIf: rules([retryIf, retryIfHttp], RETRY_METHODS),
  };
  if (own.length === 0) return standard;
  const all = { stop: { ...standard.stop }, wait: { ...standard.wait }, retryIf: { ...standard.retryIf } };
  for (const factory of own) {
    const declared = (factory as Partial<Declared> | null | undefined)?.[DECLARED];
    if (declared === undefined) {
      throw new TypeError(
        `strategies takes a list of factories that defineStop, defineWait or defineRetryCondition returned, got ${formatValue(factory)}`,
      );
    }
    const [family, declaration] = declared;
    const key = keyOf(declaration);
    if (Object.hasOwn(all[family], key)) {
      throw new TypeError(`strategies: ${declaration.name} has the name of another strategy, { "${key}": … }`);
    }
    all[family] = { ...all[family], [key]: { declaration, make: factory } };
  }
  return all;
}
