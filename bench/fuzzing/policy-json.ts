import fc from 'fast-check';

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

const ms = mostly(fc.oneof(fc.nat(100_000), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 1e308)));
const count = mostly(fc.nat(20));
const none = mostly(fc.constant({}));
const options = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  mostly(fc.record(fields, { requiredKeys: [] }));
const listOf = (member: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  mostly(fc.array(member, { minLength: 1, maxLength: 3 }));
const pair = (first: fc.Arbitrary<unknown>, second: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  mostly(fc.tuple(first, second));

/** An object with one of these keys. */
const oneOf = (grammar: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown>[] =>
  Object.entries(grammar).map(([name, value]) => value.map((inner) => ({ [name]: inner })));

const exponential = { initial: ms, max: ms, expBase: fc.nat(4), min: fc.nat(9) };
const classes = mostly(
  fc.array(fc.constantFrom('Error', 'TypeError', 'TryAgain', 'TypeErorr'), { minLength: 1, maxLength: 2 }),
);
const pattern = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.record({
    source: fc.constantFrom('a+', '^x', '(', '[a-', '\\d'),
    flags: fc.constantFrom('', 'i', 'gi', 'ii', 'y'),
  }),
);
const message = fc.oneof(
  fc.record({ message: fc.string({ maxLength: 8 }) }),
  fc.record({ match: pattern }),
  options({ match: pattern }),
);

const tree = fc.letrec<{ stop: unknown; wait: unknown; retryIf: unknown }>((tie) => ({
  stop: mostly(
    fc.oneof(
      { depthSize: 'small' },
      ...oneOf({ never: none, afterAttempt: count, afterDelay: ms, beforeDelay: ms }),
      ...oneOf({ any: listOf(tie('stop')), all: listOf(tie('stop')) }),
    ),
  ),
  wait: mostly(
    fc.oneof(
      { depthSize: 'small' },
      ...oneOf({
        none,
        fixed: ms,
        random: options({ min: fc.nat(9), max: ms }),
        incrementing: options({ start: ms, increment: fc.integer(), max: ms }),
        exponential: options(exponential),
        randomExponential: options(exponential),
        fullJitter: options(exponential),
        exponentialJitter: options({ ...exponential, jitter: ms }),
        decorrelatedJitter: options({ base: fc.nat(9), max: ms }),
        fibonacci: options({ initial: ms, max: ms }),
      }),
      ...oneOf({
        chain: listOf(tie('wait')),
        combine: listOf(tie('wait')),
        retryAfter: options({ max: ms, fallback: tie('wait') }),
        cappedAt: pair(tie('wait'), ms),
        atLeast: pair(tie('wait'), ms),
        withJitter: pair(tie('wait'), mostly(fc.double({ min: 0, max: 1, noNaN: true }))),
      }),
    ),
  ),
  retryIf: mostly(
    fc.oneof(
      { depthSize: 'small' },
      ...oneOf({
        always: none,
        never: none,
        exception: none,
        exceptionType: classes,
        notExceptionType: classes,
        unlessExceptionType: classes,
        exceptionCauseType: classes,
        exceptionMessage: message,
        notExceptionMessage: message,
        status: mostly(fc.array(fc.constantFrom(429, 503, '5xx', '4xx', 99), { minLength: 1, maxLength: 3 })),
        networkError: none,
      }),
      ...oneOf({ any: listOf(tie('retryIf')), all: listOf(tie('retryIf')), not: tie('retryIf') }),
    ),
  ),
}));

/** Policies in JSON: about half of them right, the others with a mistake somewhere, some of them no policy at all. */
export const policyJson = mostly(
  fc.oneof(
    {
      arbitrary: fc.record(
        {
          ...{ stop: tree.stop, wait: tree.wait, retryIf: tree.retryIf },
          ...{ attemptTimeout: ms, deadline: ms, reraise: mostly(fc.boolean()), enabled: mostly(fc.boolean()) },
          ...{ name: mostly(fc.string({ maxLength: 9 })), $schema: fc.string({ maxLength: 9 }) },
        },
        { requiredKeys: [] },
      ),
      weight: 20,
    },
    { arbitrary: fc.dictionary(fc.constantFrom('clock', 'before', 'signal', 'stop', ...WRONG), junk), weight: 1 },
  ),
);
