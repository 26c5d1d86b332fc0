/**
 * An hour in the life of a service, on a virtual clock: calls come in at random under seven policies that share a bucket and
 * a budget, with a window, slots and a breaker, deadlines, attempt timeouts, hooks and aborts, against a server with faults
 * of every kind and an outage now and then. In the end: does anything still wait, do all sums add up, was every bound kept?
 * `npm run soak:virtual -- --hours 1 --seed 1`.
 */
import { getEventListeners } from 'node:events';
import { parseArgs } from 'node:util';
import {
  CircuitOpenError,
  Retrying,
  TryAgain,
  before,
  retryIf,
  stop,
  wait,
  type Attempt,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { seededRandom } from '../lib/base/random.js';
import { WatchedBreaker, WatchedBucket, WatchedBudget, WatchedLimits } from './watched.js';

const { values } = parseArgs({ options: { hours: { type: 'string' }, seed: { type: 'string' } } });
const MINUTE = 60_000;
const end = Number(values.hours ?? 1) * 60 * MINUTE;
const seed = Number(values.seed ?? 1);
const random = seededRandom(seed);
const exponential = (mean: number): number => -mean * Math.log(1 - random());

const clock = new VirtualClock();
const bucket = new WatchedBucket(clock, 40, 30);
const limits = new WatchedLimits(clock, { limit: 100, window: MINUTE, slots: 3 });
const guard = new WatchedBreaker(clock);
const budget = new WatchedBudget(clock, { ratio: 0.1, minPerSecond: 2, window: 10_000 });

class Unretryable extends Error {}

const outage = (): boolean => clock.now() % (10 * MINUTE) > 7 * MINUTE;

/** The server. Every second stalled answer takes no notice of its signal, and comes when nobody waits for it any more. */
async function serve(id: number, signal?: AbortSignal): Promise<number> {
  const luck = random();
  if (luck < 0.02) await clock.sleep(30_000, random() < 0.5 ? signal : undefined);
  else await clock.sleep(exponential(150), signal);
  if (random() > (outage() ? 0.9 : 0.15)) return id;
  const kind = random();
  if (kind < 0.02) bucket.throttle(500 + 2500 * random());
  if (kind < 0.2) throw new TryAgain('once more');
  if (kind < 0.3) throw 'no error, but thrown';
  if (kind < 0.4) throw new Unretryable('no');
  throw new Error(`call ${id} failed`);
}

/** A policy, and what is counted beside it. */
interface Watched {
  readonly retrying: Retrying;
  readonly counts: {
    calls: number;
    first: number;
    refused: number;
    attempts: number;
    slept: number;
    succeeded: number;
    failed: number;
  };
  readonly hooks: { success: number; giveUp: number };
  readonly name: string;
}

/** What the next call is aborted by: the signal of a policy is asked for when the call begins. */
let handed: AbortSignal | undefined;
const everybody = new AbortController();

function watched(name: string, options: RetryOptions<number>): Watched {
  const counts = { calls: 0, first: 0, refused: 0, attempts: 0, slept: 0, succeeded: 0, failed: 0 };
  const hooks = { success: 0, giveUp: 0 };
  const tokens = name === 'heavy' ? 3 : 1;
  const retrying = new Retrying({
    clock,
    random,
    budget,
    name,
    wait: wait.exponentialJitter({ initial: 200, max: 5000, jitter: 200 }),
    retryIf: retryIf.notExceptionType(Unretryable),
    signal: () => handed,
    sleep: (ms, signal) => {
      counts.slept += ms;
      return clock.sleep(ms, signal);
    },
    before: [
      ({ attemptNumber }) => {
        counts.attempts += 1;
        if (attemptNumber === 1) counts.first += 1;
      },
      before.acquire(bucket, tokens),
    ],
    after: async ({ outcome, attemptNumber }) => {
      // A refused attempt is one. The `before` hooks ran for it only if the breaker opened while it waited for tokens.
      if (outcome?.failed && outcome.error instanceof CircuitOpenError) {
        counts.refused += 1;
        if (attemptNumber === 1) counts.first += 1;
      }
      await clock.sleep(1);
    },
    onSuccess: async () => {
      await clock.sleep(5);
      hooks.success += 1;
    },
    onGiveUp: () => void (hooks.giveUp += 1),
    ...options,
  } as RetryOptions);
  return { retrying, counts, hooks, name };
}

const POLICIES = [
  watched('patient', { attemptTimeout: 2000, deadline: 20_000 }),
  watched('hasty', { stop: stop.afterAttempt(3), attemptTimeout: 500, reraise: true }),
  watched('heavy', { stop: stop.afterDelay(10_000), deadline: 60_000 }),
  watched('content', { stop: stop.afterAttempt(2), retryErrorCallback: async () => (await clock.sleep(50), -1) }),
  watched('limited', { deadline: 15_000, limiter: [limits.slots, limits.window] }),
  watched('guarded', { stop: stop.afterAttempt(4), attemptTimeout: 2000, breaker: guard.breaker }),
  watched('looped', { stop: stop.beforeDelay(8000), attemptTimeout: 3000, beforeSleep: async () => clock.sleep(2) }),
] as const;

async function ask({ retrying, name }: Watched, id: number): Promise<number> {
  if (name === 'hasty') return retrying.call(serve, id);
  if (name === 'limited') {
    return retrying.run(({ signal }: Attempt) => limits.run(() => serve(id, signal), signal));
  }
  if (name === 'guarded') return retrying.run(({ signal }: Attempt) => guard.run(() => serve(id, signal)));
  if (name !== 'looped') return retrying.run((attempt: Attempt) => serve(id, attempt.signal));
  let answer: number | undefined;
  for await (const attempt of retrying) answer = await attempt.run(() => serve(id, attempt.signal));
  return answer as number;
}

const faults: string[] = [];
process.on('unhandledRejection', (reason) => faults.push(`unhandled: ${String(reason)}`));

const own: AbortSignal[] = [];
let open = 0;
let aborted = 0;
let wrong = 0;

async function call(policy: Watched, id: number): Promise<void> {
  const { counts } = policy;
  let signal = everybody.signal;
  if (random() < 0.2) {
    const controller = new AbortController();
    signal = controller.signal;
    own.push(signal);
    if (random() < 0.05) controller.abort(new Error('before it began'));
    else void clock.sleep(exponential(1000)).then(() => controller.abort(new Error(`call ${id} is not needed`)));
  }
  counts.calls += 1;
  open += 1;
  try {
    handed = signal;
    const answer = await ask(policy, id);
    counts.succeeded += 1;
    if (answer !== id && !(policy.name === 'content' && answer === -1)) wrong += 1;
  } catch (error) {
    counts.failed += 1;
    if (!signal.aborted) return;
    aborted += 1;
    if (error !== signal.reason) wrong += 1;
  } finally {
    open -= 1;
  }
}

/** Others who use the bucket without a policy. */
async function batches(): Promise<void> {
  while (clock.now() < end) {
    await clock.sleep(1000);
    bucket.tryAcquire(2);
    await bucket.acquire(5, { maxWait: 500 }).catch(() => undefined);
  }
}

async function arrivals(): Promise<void> {
  for (let id = 0; clock.now() < end; id += 1) {
    void call(POLICIES[Math.floor(random() * POLICIES.length)] as Watched, id);
    await clock.sleep(exponential(50));
  }
}

/** Whether two sums of the same numbers in another order are the same. */
const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, a, b);

const begun = performance.now();
void arrivals();
void batches();
// What was begun before the end goes on after it, a stalled server's answer for half a minute.
for (let step = 0; (await clock.next()) > 0 || clock.pending > 0; step += 1) {
  if (clock.now() <= end + 10 * MINUTE) continue;
  faults.push(`${clock.pending} sleep ten minutes after the end`);
  break;
}

for (const { retrying, counts, hooks, name } of POLICIES) {
  const { totals } = retrying;
  const expect = (what: string, is: number, should: number): void => {
    if (!same(is, should)) faults.push(`${name}: ${what} ${is}, counted ${should}`);
  };
  expect('calls', totals.calls, counts.calls);
  const twice = counts.attempts + counts.refused - totals.attempts;
  if (twice < 0 || twice > counts.refused / 100) faults.push(`${name}: ${twice} refused attempts were counted twice`);
  if (counts.refused === 0) expect('retries', totals.retries, counts.attempts - counts.first);
  expect('succeeded', totals.succeeded, counts.succeeded);
  expect('failed', totals.failed, counts.failed);
  expect('calls that ended', totals.succeeded + totals.failed, totals.calls);
  expect('idleFor', totals.idleFor, counts.slept);
}
faults.push(...bucket.faults(), ...budget.faults(), ...limits.faults(), ...guard.faults());
const listeners = [everybody.signal, ...own].reduce(
  (sum, signal) => sum + getEventListeners(signal, 'abort').length,
  0,
);
const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
for (const [what, count] of Object.entries({ open, wrong, listeners, timers, pending: clock.pending })) {
  if (count > 0) faults.push(`${what}: ${count}`);
}
if (bucket.bucket.available !== bucket.bucket.capacity) faults.push(`the bucket holds ${bucket.bucket.available}`);

const sum = (key: 'calls' | 'attempts' | 'succeeded' | 'failed'): string =>
  POLICIES.reduce((total, { retrying }) => total + retrying.totals[key], 0).toLocaleString('en');
console.log(
  `${end / 60 / MINUTE} h of virtual time in ${((performance.now() - begun) / 1000).toFixed(1)} s, seed ${seed}: ` +
    `${sum('calls')} calls, ${sum('attempts')} attempts, ${sum('succeeded')} succeeded, ${sum('failed')} failed, ` +
    `${aborted.toLocaleString('en')} of them aborted; ${bucket.granted.toLocaleString('en')} tokens granted, ` +
    `${bucket.refused.toLocaleString('en')} waits given up, ${budget.refused.toLocaleString('en')} retries refused by the budget; ` +
    `${limits.attempts.toLocaleString('en')} attempts in slots and a window, ${guard.attempts.toLocaleString('en')} behind a breaker that opened ${guard.opened} times`,
);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else
  console.log(
    'nothing pending, no timer, no listener; the sums add up; no bound of bucket, budget, window, slots or breaker broken',
  );
