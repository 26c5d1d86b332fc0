// What the form asks for. The form, its checks, the presets and the address are all made from these lists.

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'number' | 'range' | 'select';
  readonly value: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** An empty field means "none". */
  readonly optional?: boolean;
  /** How a value reads beside a slider. */
  readonly format?: (value: number) => string;
  readonly choices?: Readonly<Record<string, string>>;
}

export interface Section {
  readonly title: string;
  readonly fields: readonly Field[];
}

const number = (name: string, label: string, value: string, min: number, max: number, optional = false): Field => ({
  name,
  label,
  kind: 'number',
  value,
  min,
  max,
  optional,
});

const slider = (name: string, label: string, value: string): Field => ({
  name,
  label,
  kind: 'range',
  value,
  min: 0,
  max: 1,
  step: 0.05,
  format: (share) => `${Math.round(share * 100)} %`,
});

const WAITS = {
  exponential: 'exponential',
  fullJitter: 'fullJitter',
  exponentialJitter: 'exponentialJitter',
  decorrelatedJitter: 'decorrelatedJitter',
  fibonacci: 'fibonacci',
  fixed: 'fixed',
  none: 'none',
};

const CONDITIONS = { named: 'ServiceError', any: 'any error', not: 'not TypeError' };

/** Asked once for A and once for B. */
export const POLICY: readonly Section[] = [
  {
    title: 'stop',
    fields: [number('attempts', 'attempts', '8', 1, 100), number('deadline', 'deadline, ms', '', 1, 3_600_000, true)],
  },
  {
    title: 'wait',
    fields: [
      { name: 'wait', label: 'strategy', kind: 'select', value: 'exponential', choices: WAITS },
      number('initial', 'initial, ms', '500', 1, 600_000),
      number('max', 'max, ms', '20000', 1, 3_600_000),
      slider('jitter', 'withJitter', '0'),
    ],
  },
  {
    title: 'retryIf',
    fields: [{ name: 'retryIf', label: 'retried', kind: 'select', value: 'named', choices: CONDITIONS }],
  },
  {
    title: 'limits, breaker, budget',
    fields: [
      number('rate', 'rate, per s', '', 1, 100_000, true),
      number('slots', 'at once', '', 1, 100_000, true),
      number('failures', 'breaker after', '', 1, 10_000, true),
      number('breakFor', 'break, ms', '2000', 1, 600_000),
      number('budget', 'budget, %', '', 0, 100, true),
    ],
  },
];

/** The same for both policies. */
export const WORLD: readonly Section[] = [
  {
    title: 'the fleet and its server',
    fields: [
      number('clients', 'calls', '1000', 1, 20_000),
      number('spread', 'begin within, s', '1', 0, 600),
      number('capacity', 'capacity, per s', '100', 1, 100_000),
      number('from', 'outage from, s', '0', 0, 600),
      number('outage', 'outage lasts, s', '10', 0, 600),
      number('latency', 'response time, ms', '200', 0, 60_000),
    ],
  },
  { title: 'one call', fields: [slider('failure', 'an attempt fails', '0.6')] },
];

export const SIDES = ['a', 'b'] as const;
export type Side = (typeof SIDES)[number];

/** The values of the form by name: `a.attempts`, `b.attempts`, `clients`. */
export type Values = Readonly<Record<string, string>>;

const named = (sections: readonly Section[], prefix = ''): [string, string][] =>
  sections.flatMap(({ fields }) => fields.map(({ name, value }): [string, string] => [`${prefix}${name}`, value]));

export const DEFAULTS: Values = {
  ...Object.fromEntries([...SIDES.flatMap((side) => named(POLICY, `${side}.`)), ...named(WORLD)]),
  'b.wait': 'fullJitter',
};

/** What a value has to be, for people. */
export function rangeOf({ min = 0, max = Infinity, optional = false }: Field): string {
  const range = `a whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return optional ? `${range}, or nothing` : range;
}
