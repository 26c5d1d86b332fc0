import { checkKeys } from '../base/check.js';
import { systemClock } from '../base/clock.js';
import { seededRandom } from '../base/random.js';
import { BreakerCore } from '../breaker/core.js';
import { settingsOf } from '../breaker/options.js';
import { BreakerPermit } from '../breaker/permit.js';
import { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { decide } from '../engine/decide.js';
import type { RetryOptions } from '../engine/options.js';
import type { Policy } from '../engine/policy.js';
import { createRetrying, type Retrying } from '../engine/retrying.js';
import { RetryBudget } from '../limits/retry-budget.js';
import { EventQueue } from './event-queue.js';
import { combineLimits } from './fleet-limits.js';
import { checkFleet, limitsOf, type FleetOptions } from './fleet-options.js';
import { serverOf } from './fleet-server.js';
import { SIMULATED, endlessFrom, optionsOf } from './simulated-call.js';

export type { FleetOptions, LimitModel, ServerModel } from './fleet-options.js';

/** The result of `simulateFleet`: what many clients do to a server. */
export interface FleetSimulation {
  /** Requests that reached the server, for each slot. */
  readonly load: readonly number[];
  /** Requests that the server served, for each slot. */
  readonly served: readonly number[];
  /** The number of all requests. */
  readonly requests: number;
  /** The requests per call on average: 1 without a retry. */
  readonly amplification: number;
  /** The most requests in a slot. */
  readonly peak: number;
  /** Calls that succeeded. */
  readonly succeeded: number;
  /** Calls that failed. */
  readonly failed: number;
  /** Milliseconds from the end of the outage (without one, from the start) until the last call ended. */
  readonly recovery: number;
}

/** An event: a client wants to make an attempt, an attempt ends, or the limits may allow another attempt. */
type Event =
  | { readonly kind: 'ask'; readonly state: RetryCallState }
  | {
      readonly kind: 'end';
      readonly state: RetryCallState;
      readonly permit: BreakerPermit | undefined;
      readonly good: boolean;
    }
  | { readonly kind: 'room' };

/**
 * Simulates many clients with one policy against a server with a capacity and an outage: the load over time, how much the
 * retries multiply it, and how long the recovery takes. The engine decides as in a real call; time is virtual.
 *
 * @param policy Options or a `Retrying`. Only `stop`, `wait`, `retryIf`, `deadline` and `enabled` are used.
 * @throws TypeError or RangeError (as a rejection) that names the option and what it takes.
 *
 * @example
 * ```ts
 * import { stop, wait } from 'tenax';
 * import { simulateFleet } from 'tenax/simulation';
 *
 * const policy = { stop: stop.afterAttempt(5), wait: wait.fullJitter({ initial: 500, max: 20_000 }) };
 * const { amplification } = await simulateFleet(policy, {
 *   clients: 100,
 *   server: { capacity: 50, outage: { from: 0, to: 5000 } },
 * });
 * console.assert(amplification > 1);
 * ```
 */
export async function simulateFleet(
  policy: RetryOptions<any> | Retrying,
  options: FleetOptions,
): Promise<FleetSimulation> {
  checkFleet(options);
  return new Fleet(policy, options).run();
}

/** One simulation. Its time is that of the current event. */
class Fleet {
  private now = 0;
  private readonly events = new EventQueue<Event>();
  private readonly totals = { requests: 0, succeeded: 0, failed: 0, last: 0 };
  private readonly load: number[] = [];
  private readonly served: number[] = [];
  /** Attempts that wait for the limits, in order of arrival. */
  private readonly waiting: { readonly state: RetryCallState; readonly permit: BreakerPermit | undefined }[] = [];
  private readonly retrying: Retrying;
  private readonly clock = { ...systemClock, now: () => this.now };
  private readonly budget: RetryBudget | undefined;
  private readonly breaker: BreakerCore | undefined;
  private readonly limits: ReturnType<typeof combineLimits>;
  private readonly serves: (now: number) => boolean;
  private readonly policy: Policy;

  constructor(
    policy: RetryOptions<any> | Retrying,
    private readonly options: FleetOptions,
  ) {
    const { budget, breaker, limiter, server } = options;
    this.retrying = createRetrying(optionsOf(policy), { quiet: true, simulated: true });
    if (budget !== undefined) checkKeys('simulateFleet: budget', budget, ['ratio', 'minPerSecond', 'window']);
    this.budget = budget && new RetryBudget({ ...budget, clock: this.clock });
    this.breaker =
      breaker === undefined
        ? undefined
        : new BreakerCore({ ...settingsOf(breaker), clock: this.clock, simulated: true });
    this.limits = combineLimits(limitsOf(limiter));
    this.serves = serverOf(server);
    this.policy = { ...this.retrying.policy, clock: this.clock, budgetFor: () => this.budget };
  }

  async run(): Promise<FleetSimulation> {
    const { clients, spread = 0, duration = 3_600_000, seed = 1 } = this.options;
    const random = seededRandom(seed);
    for (let i = 0; i < clients; i += 1) {
      const start = (spread * i) / clients;
      this.events.add(start, { kind: 'ask', state: new RetryCallState(this.retrying, SIMULATED, start, random) });
    }
    const most = clients * endlessFrom(this.policy);
    let started = 0;
    for (let next = this.events.next(); next !== undefined; next = this.events.next()) {
      const { what: event } = next;
      // After the duration, requests that were sent still end, but no further ones are sent.
      if (event.kind !== 'end' && next.at > duration) continue;
      // Where neither the policy waits nor the server takes time, a policy without end would keep the simulation at one moment.
      started = next.at > this.now ? 0 : started + Number(event.kind === 'ask');
      if (started > most) {
        throw new RangeError(
          'simulateFleet takes a policy that stops or waits, or a server with a latency, got one without end',
        );
      }
      this.now = next.at;
      if (event.kind === 'ask') await this.ask(event.state);
      else if (event.kind === 'end') await this.end(event.state, event.permit, event.good);
      else await this.send();
    }
    return this.result();
  }

  /** A client wants to make an attempt. */
  private async ask(state: RetryCallState): Promise<void> {
    let permit: BreakerPermit | undefined;
    try {
      const admission = { request: state, state, signal: undefined, remaining: Infinity };
      permit = this.breaker && new BreakerPermit(this.breaker, admission);
    } catch (refusal) {
      return this.fail(state, refusal);
    }
    this.waiting.push({ state, permit });
    if (this.waiting.length === 1) await this.send();
  }

  /** Sends waiting requests in order, as far as the limits allow. */
  private async send(): Promise<void> {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const at = this.limits.readyAt(this.now);
      if (at > this.now) {
        this.events.add(at, { kind: 'room' });
        return;
      }
      this.waiting.shift();
      this.limits.take(this.now);
      await this.request(next.state, next.permit);
    }
  }

  /** Sends one request, unless the breaker has opened meanwhile. */
  private async request(state: RetryCallState, permit: BreakerPermit | undefined): Promise<void> {
    try {
      permit?.confirm();
    } catch (refusal) {
      this.limits.release(true);
      return this.fail(state, refusal);
    }
    if (state.attemptNumber === 1) this.budget?.recordAttempt();
    const { slot = 1000, server } = this.options;
    const where = Math.floor(this.now / slot);
    this.load[where] = (this.load[where] ?? 0) + 1;
    this.totals.requests += 1;
    const good = this.serves(this.now);
    if (good) this.served[where] = (this.served[where] ?? 0) + 1;
    this.events.add(this.now + (server.latency ?? 0), { kind: 'end', state, permit, good });
  }

  private async end(state: RetryCallState, permit: BreakerPermit | undefined, good: boolean): Promise<void> {
    const { error = new Error('the server failed') } = this.options;
    const { attemptNumber } = state;
    this.limits.release(false);
    state.ended = this.now;
    await permit?.end(
      good ? { attemptNumber, failed: false, value: undefined } : { attemptNumber, failed: true, error },
    );
    if (good) this.ended('succeeded');
    else await this.fail(state, error);
    await this.send();
  }

  /** Decides what a client does after a failed or refused attempt. */
  private async fail(state: RetryCallState, error: unknown): Promise<void> {
    const { attemptNumber, startTime } = state;
    const outcome: Outcome = { attemptNumber, failed: true, error };
    state.outcome = outcome;
    state.ended = this.now;
    const { policy } = this;
    const deadlineAt = startTime + policy.deadline;
    const decision = policy.enabled
      ? await decide({ policy, state, cancellable: policy.signal !== undefined, deadlineAt }, outcome)
      : undefined;
    if (decision?.retry !== true) {
      this.ended('failed');
      return;
    }
    state.idleFor += decision.delay;
    state.attemptNumber += 1;
    this.events.add(this.now + decision.delay, { kind: 'ask', state });
  }

  /** A call has ended. */
  private ended(how: 'succeeded' | 'failed'): void {
    this.totals[how] += 1;
    this.totals.last = this.now;
  }

  private result(): FleetSimulation {
    const { totals, load } = this;
    const { clients, server } = this.options;
    const filled = (slots: readonly number[]): number[] => Array.from({ length: load.length }, (_, i) => slots[i] ?? 0);
    return {
      load: filled(load),
      served: filled(this.served),
      requests: totals.requests,
      amplification: totals.requests / clients,
      peak: load.reduce((most, each) => Math.max(most, each), 0),
      succeeded: totals.succeeded,
      failed: totals.failed,
      recovery: Math.max(0, totals.last - (server.outage?.to ?? 0)),
    };
  }
}
