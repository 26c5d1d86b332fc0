import fc from 'fast-check';
import { JSON_KINDS } from '../../lib/engine/serialize.js';
import { grammar, type Family, type Rule } from '../../lib/json/grammar.js';
import type { Option } from '../../lib/strategies/declaration.js';

const WRONG = ['__proto__', 'constructor', 'toString', 'length', 'afterAtempt', 'max', 'any', ''];

/** What does not belong there. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom<unknown>(-1, 0.5, 1e308, null, true, '5xx', '(', {}, [], [1, 2], { max: 1, min: 2 }),
  fc
    .tuple(fc.constantFrom(...WRONG), fc.jsonValue({ maxDepth: 0 }))
    .map(([key, value]) => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as unknown),
);
/** What belongs there, nearly always. */
const mostly = (right: fc.Arbitrary<unknown>, weight = 25): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: right, weight }, { arbitrary: junk, weight: 1 });

const ms = fc.oneof(fc.nat(100_000), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 1e308));

/** Values of each type that is no strategy. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  duration: ms,
  openDuration: ms,
  finite: fc.integer(),
  factor: fc.nat(4),
  fraction: fc.double({ min: 0, max: 1, noNaN: true }),
  whole: fc.nat(20),
  flag: fc.boolean(),
  text: fc.string({ maxLength: 9 }),
  pattern: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.record({
      source: fc.constantFrom('a+', '^x', '(', '[a-', '\\d'),
      flags: fc.constantFrom('', 'i', 'gi', 'ii', 'y'),
    }),
  ),
  class: fc.constantFrom('Error', 'TypeError', 'TryAgain', 'TypeErorr'),
  status: fc.constantFrom(429, 503, '5xx', '4xx', 99),
};

type Tie = (family: Family) => fc.Arbitrary<unknown>;

function valueOf(type: string, tie: Tie): fc.Arbitrary<unknown> {
  if (type === 'stop' || type === 'wait' || type === 'retryIf') return tie(type);
  const value = VALUES[type];
  if (value === undefined) throw new Error(`the fuzzer knows no values of the type ${type}`);
  return mostly(value);
}

/** The arguments of one strategy, as its declaration has them. */
function argumentsOf({ declaration }: Rule, family: Family, tie: Tie): fc.Arbitrary<unknown> {
  const { form, value, options, defaults, list } = declaration;
  const of = ({ type }: Option): fc.Arbitrary<unknown> => valueOf(type, tie);
  if (form === 'method') return value === undefined ? tie(family) : mostly(fc.tuple(tie(family), of(value)));
  if (options !== undefined) {
    const fields = Object.fromEntries(Object.entries(options).map(([key, each]) => [key, of(each)]));
    // Without defaults exactly one of the options is named.
    if (defaults !== undefined) return mostly(fc.record(fields, { requiredKeys: [] }));
    return mostly(fc.oneof(...Object.entries(fields).map(([key, field]) => fc.record({ [key]: field }))));
  }
  if (list !== undefined) return mostly(fc.array(of(list), { minLength: 1, maxLength: 3 }));
  return value === undefined ? mostly(fc.constant({})) : of(value);
}

/** Strategies of one option; those that hold others come last, so that a deep one ends. */
function strategies(family: Family, rules: Readonly<Record<string, Rule>>, tie: Tie): fc.Arbitrary<unknown> {
  const nested = ({ declaration: { form, list, options } }: Rule): boolean =>
    form === 'method' || [list, ...Object.values(options ?? {})].some((each) => each?.type === family);
  const [flat, deep] = [false, true].map((isDeep) =>
    Object.entries(rules)
      .filter(([, rule]) => nested(rule) === isDeep)
      .map(([name, rule]) => argumentsOf(rule, family, tie).map((inner) => ({ [name]: inner }))),
  ) as [fc.Arbitrary<unknown>[], fc.Arbitrary<unknown>[]];
  return mostly(fc.oneof({ depthSize: 'small' }, ...flat, ...deep));
}

const tree = fc.letrec<Record<Family, unknown>>(
  (tie) =>
    Object.fromEntries(
      Object.entries(grammar()).map(([family, rules]) => [family, strategies(family as Family, rules, tie as Tie)]),
    ) as Record<Family, fc.Arbitrary<unknown>>,
);

/** Policies in JSON: about half of them right, the others with a mistake somewhere, some of them no policy at all. */
export const policyJson = mostly(
  fc.oneof(
    {
      arbitrary: fc.record(
        {
          ...Object.fromEntries(
            Object.entries(JSON_KINDS).flatMap(([name, kind]) =>
              kind === undefined ? [] : [[name, valueOf(kind, (family) => tree[family])]],
            ),
          ),
          $schema: fc.string({ maxLength: 9 }),
        },
        { requiredKeys: [] },
      ),
      weight: 20,
    },
    { arbitrary: fc.dictionary(fc.constantFrom('clock', 'before', 'signal', 'stop', ...WRONG), junk), weight: 1 },
  ),
);
