// Writes policy.schema.json, the JSON Schema of what policyFromJSON reads: editors complete and check a policy file with it.
import { writeFileSync } from 'node:fs';

const ms = { type: 'number', minimum: 0, description: 'milliseconds' };
const max = { ...ms, description: 'milliseconds; leave it out for no limit' };
const none = { type: 'object', additionalProperties: false };
const ref = (name) => ({ $ref: `#/$defs/${name}` });
const listOf = (items) => ({ type: 'array', minItems: 1, items });
const options = (properties) => ({ type: 'object', properties, additionalProperties: false });
const pair = (strategy, second) => ({
  type: 'array',
  prefixItems: [ref(strategy), second],
  minItems: 2,
  maxItems: 2,
});

/** An object with exactly one of these keys. */
const oneOf = (description, factories) => ({
  type: 'object',
  description,
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: factories,
});
const say = (description, schema) => ({ description, ...schema });

const exponential = { initial: ms, max, expBase: { type: 'number', minimum: 0 }, min: ms };
const classes = say('names of error classes; {} means Error', {
  anyOf: [{ type: 'array', items: { type: 'string', minLength: 1 } }, none],
});
const message = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    message: { type: 'string' },
    match: {
      anyOf: [
        { type: 'string' },
        { ...options({ source: { type: 'string' }, flags: { type: 'string' } }), required: ['source'] },
      ],
    },
  },
};

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A tenax policy',
  description: 'How a call is retried; read by policyFromJSON. Durations are milliseconds.',
  ...options({
    $schema: { type: 'string' },
    stop: ref('stop'),
    wait: ref('wait'),
    retryIf: ref('retryIf'),
    reraise: say('true: on giving up the last error itself is thrown', { type: 'boolean' }),
    attemptTimeout: say('for each attempt', ms),
    deadline: say('for the whole call', ms),
    name: say('the name of the call where the function has none', { type: 'string' }),
    enabled: say('false: one plain call', { type: 'boolean' }),
  }),
  $defs: {
    stop: oneOf('when to give up', {
      never: none,
      afterAttempt: say('attempts in all, the first included', { type: 'integer', minimum: 0 }),
      afterDelay: say('once so many milliseconds have passed', ms),
      beforeDelay: say('when the coming sleep would end so many milliseconds after the start', ms),
      any: listOf(ref('stop')),
      all: listOf(ref('stop')),
    }),
    wait: oneOf('how long to sleep between attempts', {
      none,
      fixed: ms,
      random: options({ min: ms, max: ms }),
      incrementing: options({ start: ms, increment: { type: 'number' }, max }),
      exponential: options(exponential),
      randomExponential: options(exponential),
      fullJitter: options(exponential),
      exponentialJitter: options({ ...exponential, jitter: ms }),
      decorrelatedJitter: options({ base: ms, max }),
      fibonacci: options({ initial: ms, max }),
      chain: say('one after another; the last repeats', listOf(ref('wait'))),
      combine: say('the sum', listOf(ref('wait'))),
      retryAfter: options({ max, fallback: ref('wait') }),
      cappedAt: pair('wait', ms),
      atLeast: pair('wait', ms),
      withJitter: pair('wait', { type: 'number', minimum: 0, maximum: 1 }),
    }),
    retryIf: oneOf('what is tried again', {
      always: none,
      never: none,
      exception: none,
      exceptionType: classes,
      notExceptionType: classes,
      unlessExceptionType: classes,
      exceptionCauseType: classes,
      exceptionMessage: message,
      notExceptionMessage: message,
      any: listOf(ref('retryIf')),
      all: listOf(ref('retryIf')),
      status: say('of an HTTP answer: 429, "5xx"', {
        type: 'array',
        minItems: 1,
        items: {
          anyOf: [{ type: 'integer', minimum: 100, maximum: 599 }, { enum: ['1xx', '2xx', '3xx', '4xx', '5xx'] }],
        },
      }),
      networkError: say('no HTTP answer at all', none),
      not: ref('retryIf'),
    }),
  },
};

writeFileSync(new URL('../policy.schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
