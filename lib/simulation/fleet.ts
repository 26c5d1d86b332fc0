import { checkDuration, checkKeys, checkPositive, checkRange, checkWhole } from '../base/check.js';
import { systemClock } from '../base/clock.js';
import { seededRandom } from '../base/random.js';
import type { RetryOptions } from '../engine/options.js';
import { decide, type Decision } from '../engine/decide.js';
import { Retrying } from '../engine/retrying.js';
import { refill, timeUntil, type Level } from '../limits/level.js';
import { RetryBudget, type RetryBudgetOptions } from '../limits/retry-budget.js';
import { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { Agenda } from './agenda.js';
import { NOBODY, optionsOf } from './given.js';

/** A server: how much it serves, and when it is down. */
export interface ServerModel {
  /** Requests that it serves a second; those above fail. */
  readonly capacity: number;
  /** Milliseconds that an answer takes. Default 0. */
  readonly latency?: number | undefined;
  /** From when to when every request fails, in milliseconds. */
  readonly outage?: { readonly from: number; readonly to: number } | undefined;
}

/** What is simulated. */
export interface FleetOptions {
  /** How many clients make a call each. */
  readonly clients: number;
  readonly server: ServerModel;
  /** Milliseconds over which the calls begin, evenly. Default 0: all at once. */
  readonly spread?: number | undefined;
  /** Milliseconds after which the simulation ends, whatever is still under way. Default 3 600 000. */
  readonly duration?: number | undefined;
  /** A bucket that all clients share: every attempt takes a token. */
  readonly limiter?: { readonly rate: number; readonly capacity?: number | undefined } | undefined;
  /** A retry budget that all clients share. */
  readonly budget?: Omit<RetryBudgetOptions, 'clock'> | undefined;
  /** What a request fails with. Default: a plain Error. */
  readonly error?: unknown;
  /** Milliseconds of one slot of `load`. Default 1000. */
  readonly slot?: number | undefined;
  /** The same seed gives the same fleet. Default 1. */
  readonly seed?: number | undefined;
}

/** What a fleet does to a server. */
export interface FleetSimulation {
  /** Requests that reached the server, by slot. */
  readonly load: readonly number[];
  /** Requests that it served, by slot. */
  readonly served: readonly number[];
  /** All requests. */
  readonly requests: number;
  /** Requests for each call: 1 without a retry. */
  readonly amplification: number;
  /** The most requests in a slot. */
  readonly peak: number;
  /** Calls that succeeded. */
  readonly succeeded: number;
  /** Calls that were given up. */
  readonly failed: number;
  /** Milliseconds from the end of the outage (without one, from the start) until the last call ended. */
  readonly recovery: number;
}

function check(options: FleetOptions): void {
  checkKeys('simulateFleet', options, [
    'clients', 'server', 'spread', 'duration', 'limiter', 'budget', 'error', 'slot', 'seed',
  ]); // prettier-ignore
  const { server, limiter } = options;
  checkWhole('simulateFleet: clients', options.clients, 1);
  checkKeys('simulateFleet: server', server, ['capacity', 'latency', 'outage']);
  checkRange('simulateFleet: server.capacity', server.capacity, 0, Number.MAX_VALUE);
  checkDuration('simulateFleet: server.latency', server.latency ?? 0);
  if (server.outage !== undefined) {
    checkKeys('simulateFleet: server.outage', server.outage, ['from', 'to']);
    checkDuration('simulateFleet: server.outage.from', server.outage.from);
    checkRange('simulateFleet: server.outage.to', server.outage.to, server.outage.from, Number.MAX_VALUE);
  }
  if (limiter !== undefined) {
    checkKeys('simulateFleet: limiter', limiter, ['rate', 'capacity']);
    checkPositive('simulateFleet: limiter.rate', limiter.rate);
    checkRange('simulateFleet: limiter.capacity', limiter.capacity ?? 1, 1, Number.MAX_VALUE);
  }
  checkDuration('simulateFleet: spread', options.spread ?? 0);
  checkPositive('simulateFleet: duration', options.duration ?? 1);
  checkPositive('simulateFleet: slot', options.slot ?? 1);
  checkWhole('simulateFleet: seed', options.seed ?? 1);
}

/** A bucket without a queue of its own: answers when an attempt that asks now may begin, first come, first served. */
function gate({
  rate,
  capacity = Math.max(1, rate),
}: {
  rate: number;
  capacity?: number | undefined;
}): (now: number) => number {
  const level: Level = { tokens: capacity, last: 0 };
  const perMs = rate / 1000;
  return (now) => {
    refill(level, now, perMs, capacity);
    const at = now + timeUntil(level, 1, now, perMs);
    refill(level, at, perMs, capacity);
    level.tokens -= 1;
    return at;
  };
}

/**
 * A server's capacity in steps of 100 ms, so that a burst within a second is felt. What is left of a step is lost, but for
 * the part of a request; a server that serves less than one in a step saves up for it.
 */
function serverOf({ capacity, outage }: ServerModel): (now: number) => boolean {
  const STEP = 100;
  // In thousandths of a request, which are whole numbers where the capacity is one.
  const ONE = 1000;
  const perStep = capacity * STEP;
  // As if it had been idle for a second.
  let step = -10;
  let room = 0;
  return (now) => {
    const current = Math.floor(now / STEP);
    if (current !== step) {
      const saved = perStep < ONE ? Math.min(ONE, room + perStep * (current - step - 1)) : room % ONE;
      room = saved + perStep;
      step = current;
    }
    if (outage !== undefined && now >= outage.from && now < outage.to) return false;
    if (room < ONE) return false;
    room -= ONE;
    return true;
  };
}

/**
 * Shows what many clients under one policy do to a server with a capacity and an outage: the load over time, by how much
 * retries multiply it, how long it takes to recover. The strategies decide as in a real call; time is virtual.
 *
 * @param policy options or a `Retrying`; `stop`, `wait`, `retryIf` and `deadline` play a part
 * @throws TypeError or RangeError (as a rejection) for a wrong option, naming it and what it takes.
 */
export async function simulateFleet(
  given: RetryOptions<any> | Retrying,
  options: FleetOptions,
): Promise<FleetSimulation> {
  check(options);
  const { clients, server, spread = 0, duration = 3_600_000, slot = 1000, seed = 1 } = options;
  const { error = new Error('the server failed') } = options;
  const retrying = new Retrying(optionsOf(given), { quiet: true, simulated: true });
  const random = seededRandom(seed);
  const latency = server.latency ?? 0;

  let now = 0;
  const budget = options.budget && new RetryBudget({ ...options.budget, clock: { ...systemClock, now: () => now } });
  const admitted = options.limiter === undefined ? (at: number) => at : gate(options.limiter);
  const serves = serverOf(server);
  const load: number[] = [];
  const served: number[] = [];
  const figures = { requests: 0, succeeded: 0, failed: 0, last: 0 };
  const agenda = new Agenda<RetryCallState>();
  for (let i = 0; i < clients; i += 1) {
    const start = (spread * i) / clients;
    agenda.add(start, new RetryCallState(retrying, NOBODY, start, random));
  }
  const clock = { ...systemClock, now: () => now };
  const policy = { ...retrying.policy, clock, budgetFor: () => budget };
  const { deadline, enabled } = policy;
  /** What the client does after a failure. */
  const next = async (state: RetryCallState, outcome: Outcome): Promise<Decision> =>
    enabled
      ? decide({ policy, state, cancellable: false, deadlineAt: state.startTime + deadline }, outcome)
      : { retry: false, stopReason: 'notRetryable' };

  for (let event = agenda.next(); event !== undefined; event = agenda.next()) {
    now = event.at;
    const state = event.what;
    if (state.attemptNumber === 1) budget?.recordAttempt();
    const at = admitted(now);
    // First come, first served: nobody after this one begins in time either.
    if (at > duration) break;
    const where = Math.floor(at / slot);
    load[where] = (load[where] ?? 0) + 1;
    figures.requests += 1;
    const good = serves(at);
    now = at + latency;
    figures.last = now;
    if (good) {
      served[where] = (served[where] ?? 0) + 1;
      figures.succeeded += 1;
      continue;
    }
    const outcome: Outcome = { attemptNumber: state.attemptNumber, failed: true, error };
    state.outcome = outcome;
    state.ended = now;
    const decision = await next(state, outcome);
    if (!decision.retry) {
      figures.failed += 1;
      continue;
    }
    state.idleFor += decision.delay;
    state.attemptNumber += 1;
    agenda.add(now + decision.delay, state);
  }
  const filled = (slots: readonly number[]): number[] => Array.from({ length: load.length }, (_, i) => slots[i] ?? 0);
  return {
    load: filled(load),
    served: filled(served),
    requests: figures.requests,
    amplification: figures.requests / clients,
    peak: load.reduce((most, each) => Math.max(most, each), 0),
    succeeded: figures.succeeded,
    failed: figures.failed,
    recovery: Math.max(0, figures.last - (server.outage?.to ?? 0)),
  };
}
