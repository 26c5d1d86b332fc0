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

/** A strategy that JSON can name. */
export interface Rule {
  readonly declaration: Declaration;
  /** Makes it of its arguments; those of a method begin with the strategy that it is called on. */
  readonly make: (...args: any[]) => Strategy;
}

/** What each option may hold, by the names that strategies have in JSON. */
export type Grammar = Readonly<Record<Family, Readonly<Record<string, Rule>>>>;

/** Values that JSON cannot hold. */
const UNWRITABLE = ['function', 'signal'];

/** A rule without what JSON cannot hold; `undefined` if nothing would remain. */
function writable(rule: Rule): Rule | undefined {
  const { value, list, optional, ...rest } = rule.declaration;
  const isUnwritable = [value, list].some((each) => each !== undefined && UNWRITABLE.includes(each.type));
  if (!isUnwritable) return rule;
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
    .map(writable)
    .filter((rule) => rule !== undefined)
    .map((rule): [string, Rule] => [keyOf(rule.declaration), rule]);
  // The order of a module's exports differs from build to build.
  return Object.fromEntries(named.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What the declarations of tenax's own strategies come to. */
let standard: Grammar | undefined;

/**
 * Returns the grammar of policies in JSON, read from the declarations of all strategies.
 *
 * @param own further factories, of the user's
 * @throws TypeError for what is no such factory, or has the name of a strategy that is there already.
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
