// Writes policy.schema.json, the JSON Schema of what policyFromJSON reads: editors complete and check a policy file with it.
// It follows from the declarations of the strategies and from their docstrings. `--check` only compares it with the file.
// Run with `node --import tsx`.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { JSON_KINDS } from '../lib/engine/serialize.ts';
import { grammar } from '../lib/json/grammar.ts';

const root = new URL('../', import.meta.url);
const path = new URL('policy.schema.json', root);

const none = { type: 'object', additionalProperties: false };
const ref = (name) => ({ $ref: `#/$defs/${name}` });
const object = (properties) => ({ type: 'object', properties, additionalProperties: false });

/** What a value of each type looks like in JSON. */
const VALUES = {
  duration: { type: 'number', minimum: 0, description: 'milliseconds' },
  openDuration: { type: 'number', minimum: 0, description: 'milliseconds' },
  finite: { type: 'number' },
  factor: { type: 'number', minimum: 0 },
  fraction: { type: 'number', minimum: 0, maximum: 1 },
  whole: { type: 'integer', minimum: 0 },
  flag: { type: 'boolean' },
  text: { type: 'string' },
  pattern: {
    anyOf: [
      { type: 'string' },
      { ...object({ source: { type: 'string' }, flags: { type: 'string' } }), required: ['source'] },
    ],
  },
  class: { type: 'string', minLength: 1, description: 'the name of an error class' },
  status: {
    anyOf: [{ type: 'integer', minimum: 100, maximum: 599 }, { enum: ['1xx', '2xx', '3xx', '4xx', '5xx'] }],
  },
  stop: ref('stop'),
  wait: ref('wait'),
  retryIf: ref('retryIf'),
};

function valueOf({ type }) {
  if (!Object.hasOwn(VALUES, type)) throw new Error(`no schema for values of the type ${type}`);
  return VALUES[type];
}

/** A default that JSON has no number for is no limit. */
function withDefault(value, standard) {
  if (standard === undefined) return value;
  return standard === Infinity
    ? { ...value, description: `${value.description}; leave it out for no limit` }
    : { ...value, default: standard };
}

/** The first sentence of each exported factory's docstring, and of each method's. */
const said = new Map();
const DOCUMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export const (\w+)|(\w+)\([^)]*\): \w+Strategy \{)/g;
const flat = (comment) =>
  comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
const firstSentence = (comment) =>
  /^.*?(?:(?<!\(\w)\.(?= [A-Z`]|$)|(?= @)|$)/.exec(flat(comment))[0].replace(/ \(tenacity.*?\)/, '');
for (const file of readdirSync(new URL('lib/strategies/', root), { recursive: true })) {
  if (!file.endsWith('.ts')) continue;
  const code = readFileSync(new URL(`lib/strategies/${file}`, root), 'utf8');
  const family = /^(stop|wait|retry-if)(?:-http)?\/|^(stop|wait|retry)-strategy/.exec(file);
  if (family === null) continue;
  const option = (family[1] ?? family[2]).replace(/^retry.*/, 'retryIf');
  for (const [, comment, constant, method] of code.matchAll(DOCUMENTED)) {
    said.set(`${option}.${constant ?? method}`, firstSentence(comment));
  }
}

function schemaOf(option, name, { declaration }) {
  const { form, value, options, defaults, list } = declaration;
  const description = said.get(`${option}.${name}`);
  if (description === undefined) throw new Error(`${option}.${name} has no docstring`);
  return { ...argumentsOf(), description };

  function argumentsOf() {
    if (form === 'method') {
      if (value === undefined) return ref(option);
      return { type: 'array', prefixItems: [ref(option), valueOf(value)], minItems: 2, maxItems: 2 };
    }
    if (options !== undefined) {
      const fields = Object.fromEntries(
        Object.entries(options).map(([key, each]) => [key, withDefault(valueOf(each), defaults?.[key])]),
      );
      // Without defaults exactly one of the options is named.
      return { ...object(fields), ...(defaults === undefined ? { minProperties: 1, maxProperties: 1 } : {}) };
    }
    if (list !== undefined) {
      const members = { type: 'array', items: valueOf(list) };
      return list.atLeastOne === undefined ? { anyOf: [members, none] } : { ...members, minItems: 1 };
    }
    return value === undefined ? none : valueOf(value);
  }
}

const DESCRIPTIONS = {
  stop: 'when to give up',
  wait: 'how long to sleep between attempts',
  retryIf: 'what is tried again',
  reraise: 'true: on giving up the last error itself is thrown',
  attemptTimeout: 'for each attempt, in milliseconds',
  deadline: 'for the whole call, in milliseconds',
  maxWait: 'the longest that an attempt waits for the limiter, in milliseconds',
  priority: 'among the callers that wait for the limiter; higher is served first',
  name: 'the name of the call where the function has none',
  enabled: 'false: one plain call',
};

function descriptionOf(option) {
  if (!Object.hasOwn(DESCRIPTIONS, option)) throw new Error(`the option ${option} has no description`);
  return DESCRIPTIONS[option];
}

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A tenax policy',
  description: 'How a call is retried; read by policyFromJSON. Durations are milliseconds.',
  ...object({
    $schema: { type: 'string' },
    ...Object.fromEntries(
      Object.entries(JSON_KINDS).flatMap(([name, type]) =>
        type === undefined ? [] : [[name, { ...valueOf({ type }), description: descriptionOf(name) }]],
      ),
    ),
  }),
  $defs: Object.fromEntries(
    Object.entries(grammar()).map(([option, rules]) => [
      option,
      {
        type: 'object',
        description: descriptionOf(option),
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: false,
        properties: Object.fromEntries(
          Object.entries(rules).map(([name, rule]) => [name, schemaOf(option, name, rule)]),
        ),
      },
    ]),
  ),
};

const written = `${JSON.stringify(schema, null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(path, written);
else if (readFileSync(path, 'utf8') !== written) {
  console.error('policy.schema.json is not what the declarations say; run npm run schema');
  process.exitCode = 1;
}
