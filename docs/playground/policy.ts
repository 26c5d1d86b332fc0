// From the values of the form to a policy: its options, its code, its JSON.
import {
  CircuitBreaker,
  ConcurrencyLimiter,
  RetryBudget,
  Retrying,
  TokenBucket,
  retryIf,
  stop,
  wait,
  type RetryOptions,
} from 'tenax';
import type { FleetOptions } from 'tenax/simulation';
import type { Side, Values } from './fields.js';

/** What the simulated service fails with. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

const conditions = {
  named: retryIf.exceptionType(ServiceError),
  any: retryIf.exception(),
  not: retryIf.notExceptionType(TypeError),
};

function waitOf(kind: string, initial: number, max: number, jitter: number) {
  const strategies = {
    none: () => wait.none(),
    fixed: () => wait.fixed(initial),
    fibonacci: () => wait.fibonacci({ initial, max }),
    exponential: () => wait.exponential({ initial, max }),
    exponentialJitter: () => wait.exponentialJitter({ initial, max, jitter: initial }),
    fullJitter: () => wait.fullJitter({ initial, max }),
    decorrelatedJitter: () => wait.decorrelatedJitter({ base: initial, max }),
  };
  const strategy = (strategies[kind as keyof typeof strategies] ?? strategies.none)();
  return jitter > 0 ? strategy.withJitter(jitter) : strategy;
}

/** A policy as the form describes it. */
export interface Choice {
  readonly options: RetryOptions;
  /** What all clients share: the same in a simulated fleet, as objects, and as code. */
  readonly shared: Pick<FleetOptions, 'limiter' | 'breaker' | 'budget'>;
  readonly deadline: number | undefined;
}

/** @throws RangeError or TypeError for values that a strategy refuses. */
export function choiceOf(values: Values, side: Side): Choice {
  const text = (name: string): string => values[`${side}.${name}`] ?? '';
  const given = (name: string): number | undefined => (text(name) === '' ? undefined : Number(text(name)));
  const [rate, limit, failures, budget] = ['rate', 'slots', 'failures', 'budget'].map(given);
  const limits = [...(rate === undefined ? [] : [{ rate }]), ...(limit === undefined ? [] : [{ limit }])];
  const deadline = given('deadline');
  return {
    options: {
      stop: stop.afterAttempt(Number(text('attempts'))),
      wait: waitOf(text('wait'), Number(text('initial')), Number(text('max')), Number(text('jitter'))),
      retryIf: conditions[text('retryIf') as keyof typeof conditions] ?? conditions.named,
      ...(deadline === undefined ? {} : { deadline }),
    },
    shared: {
      ...(limits.length === 0 ? {} : { limiter: limits }),
      ...(failures === undefined ? {} : { breaker: { failures, breakFor: wait.fixed(Number(text('breakFor'))) } }),
      ...(budget === undefined ? {} : { budget: { ratio: budget / 100, minPerSecond: 1 } }),
    },
    deadline,
  };
}

/** The options with real limits, breaker and budget: what the linter looks at. */
export function completeOptions({ options, shared: { limiter = [], breaker, budget } }: Choice): RetryOptions {
  const limits = [limiter]
    .flat()
    .map((model) =>
      model.limit === undefined
        ? new TokenBucket({ rate: model.rate })
        : new ConcurrencyLimiter({ limit: model.limit }),
    );
  return {
    ...options,
    ...(limits.length === 0 ? {} : { limiter: limits }),
    ...(breaker === undefined ? {} : { breaker: new CircuitBreaker(breaker) }),
    ...(budget === undefined ? {} : { budget: new RetryBudget(budget) }),
  };
}

const NAMES = 'CircuitBreaker ConcurrencyLimiter Retrying RetryBudget TokenBucket retryIf stop wait'.split(' ');

/** A module that exports the policy. */
export function codeOf({ options, shared: { limiter = [], breaker, budget } }: Choice): string {
  const limits = [limiter]
    .flat()
    .map((model) =>
      model.limit === undefined
        ? `new TokenBucket({ rate: ${model.rate} })`
        : `new ConcurrencyLimiter({ limit: ${model.limit} })`,
    );
  const lines = {
    stop: String(options.stop),
    wait: String(options.wait),
    retryIf: String(options.retryIf),
    deadline: options.deadline,
    limiter: limits.length > 1 ? `[${limits.join(', ')}]` : limits[0],
    breaker: breaker && `new CircuitBreaker({ failures: ${breaker.failures}, breakFor: ${String(breaker.breakFor)} })`,
    budget: budget && `new RetryBudget({ ratio: ${budget.ratio}, minPerSecond: ${budget.minPerSecond} })`,
  };
  const body = Object.entries(lines)
    .filter(([, line]) => line !== undefined)
    .map(([name, line]) => `  ${name}: ${line},\n`)
    .join('');
  const policy = `export const policy = new Retrying({\n${body}});\n`;
  const used = NAMES.filter((name) => new RegExp(`\\b${name}\\b[.(]`).test(policy));
  const own = policy.includes('ServiceError') ? 'class ServiceError extends Error {}\n\n' : '';
  return `import { ${used.join(', ')} } from 'tenax';\n\n${own}${policy}// @Retry(policy) on a method, or await policy.run(() => callTheService())\n`;
}

/** The policy in the form that policyFromJSON reads. Limits, breakers and budgets have none: they are code. */
export const jsonOf = ({ options }: Choice): string => JSON.stringify(new Retrying(options), null, 2);
