import { startTimer, type Clock } from '../../base/clock.js';
import { timeoutErrorIfOver } from '../acquire-request.js';
import { Deadlines } from '../deadlines.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../errors.js';
import { Waiter, WaiterQueue } from '../queue.js';
import type { AcquireOptions, RateLimiter } from '../rate-limiter.js';
import { Alone } from './alone.js';
import { claimedEntries, comeAfter, isTight, least, unclaimed } from './claimant-rules.js';
import { micros, type KeyView } from './key-view.js';
import { FOREVER } from './limit-state.js';
import type { LimitStore } from './limit-store.js';
import type { LocalClaim } from './local-claim.js';
import { StoreLink, type Answered } from './store-link.js';

/** For how many callers one command asks at most. */
const BATCH = 32;
/** Milliseconds by which a predicted wait, which is computed in floating point, may miss a deadline. */
const ROUNDING = 1e-6;
/** A moment nearer than this could not be told from now on a clock that has run for long. */
const SHORTEST_TIMER = 1e-3;

export interface ClaimantOptions {
  readonly store: LimitStore;
  readonly timeout: number;
  readonly onUnavailable: 'throw' | 'local';
  readonly maxPending: number;
  readonly clock: Clock;
}

/**
 * The callers of one process that wait for the same shared limits, and what the process has claimed for them. One command
 * at a time; it claims for the first callers what is there, or soon will be, and learns when to come for the next.
 */
export class Claimant {
  readonly queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();
  readonly #link: StoreLink;
  readonly #alone: Alone;
  readonly #claims: LocalClaim[] = [];
  /** When the process is to ask for the first caller that has no claim. */
  #comeAt = Infinity;
  /** Whether the store keeps a place for it, and what the place is for. */
  #inLine = false;
  #placedFor: readonly number[] | undefined;
  /** Whether something has to be told though nobody asks. */
  #mustTell = false;
  #tight = false;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Infinity;
  #scheduled = false;
  #working = false;

  constructor(
    /** What grants are published as. */
    private readonly limiter: RateLimiter,
    private readonly views: readonly KeyView[],
    private readonly options: ClaimantOptions,
  ) {
    this.#link = new StoreLink(views, options.store, options.clock, options.timeout);
    this.#alone = new Alone(views);
  }

  /** Whether it is the queue of just these limits. */
  isOf(views: readonly KeyView[]): boolean {
    return views.length === this.views.length && views.every((view, i) => view === this.views[i]);
  }

  /** Whether the store has not been told of grants. */
  get hasUntold(): boolean {
    return this.#link.hasUntold;
  }

  get owner(): string {
    return this.#link.owner;
  }

  /** Whether nobody waits and nothing is claimed. */
  get idle(): boolean {
    return this.queue.size === 0 && this.#claims.length === 0;
  }

  /** Waits for the tokens, one amount for each key. */
  acquire(costs: readonly number[], tokens: number, options: AcquireOptions): Promise<number> {
    const { signal, maxWait = Infinity, priority = 0 } = options;
    const { maxPending, clock } = this.options;
    const since = clock.now();
    if (this.#inLine && this.queue.size >= Math.max(1, maxPending)) {
      return Promise.reject(new LimiterFullError(maxPending));
    }
    const refusal =
      maxWait === Infinity ? undefined : timeoutErrorIfOver(this.#atLeast(costs, priority, since), maxWait);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      const waiter = new Waiter({ tokens, costs, since, signal, deadline, priority, resolve, reject }, this.wake);
      this.queue.push(waiter);
      // Without any time to wait, the reply decides.
      if (maxWait > 0) this.#deadlines.add(waiter);
      const first = this.queue.size - claimedEntries(this.#claims) <= 1;
      if (!this.#alone.inUse && (first || (deadline !== undefined && this.queue.head === waiter))) this.#comeAt = since;
      this.wake();
    });
  }

  /** Takes what is there, unless somebody waits in this process. */
  async tryAcquire(costs: readonly number[]): Promise<boolean> {
    const { clock } = this.options;
    const usable = (now: number): boolean =>
      this.queue.size === 0 && this.views.every(({ rate, pausedUntil }) => rate > 0 && now >= pausedUntil);
    // A reply that came too late to be used is asked for again.
    for (let tries = 0; tries < 3; tries += 1) {
      const now = clock.now();
      if (!usable(now)) return false;
      if (this.#alone.inUse && now < this.#comeAt) return this.#alone.take(costs, this.queue.head?.costs, now);
      try {
        const { claim } = await this.#link.send({ asks: [costs], horizon: 0, maxWait: 0, line: 0 });
        if (claim === undefined) return false;
        const after = clock.now();
        const late = claim.hasLapsed(after);
        if (!late && usable(after)) claim.take(costs, after);
        this.#link.end(claim);
        if (claim.left === 0) return true;
        this.tell();
        if (!late) return false;
      } catch (error) {
        if (this.options.onUnavailable === 'throw') throw error;
        this.#goAlone();
        return this.#alone.take(costs, this.queue.head?.costs, clock.now());
      } finally {
        this.wake();
      }
    }
    return false;
  }

  /** Says at once what the views have to say; who waits asks anew. */
  tell(): void {
    this.#mustTell = true;
    if (this.#working) this.wake();
    else this.#work();
  }

  /** Looks again at who is to be served. All that happens in one turn is looked at together. */
  readonly wake = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#work();
    });
  };

  #work(): void {
    this.#working = true;
    const { clock } = this.options;
    this.#grantDue(clock.now());
    this.#refuseOverdue(clock.now());
    if (this.queue.size === 0) this.#endAll();
    const now = clock.now();
    const [next] = unclaimed(this.queue, this.#claims, 1);
    // The place is for another, who has left.
    if (!this.#alone.inUse && least(next?.costs, this.#placedFor)) this.#comeAt = now;
    const leaves = this.queue.size === 0 && this.#inLine;
    const asks = next !== undefined && now >= this.#comeAt;
    if (this.#link.inFlight === 0 && (this.#mustTell || asks || leaves)) this.#send();
    const costs = this.#alone.inUse ? this.queue.head?.costs : undefined;
    const due =
      costs === undefined
        ? Math.min(Infinity, ...this.#claims.map((claim) => claim.due))
        : now + this.#alone.timeUntil(costs, costs, now);
    const come = this.#link.inFlight === 0 && next !== undefined ? this.#comeAt : Infinity;
    this.#wakeAt(Math.min(due, come, this.#deadlines.first?.deadline ?? Infinity), now);
    this.#working = false;
  }

  #wakeAt(at: number, now: number): void {
    if (at === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = at;
    if (at === Infinity) return;
    this.#cancelTimer = startTimer(this.options.clock, Math.max(at - now, SHORTEST_TIMER), () => {
      this.#timerAt = Infinity;
      this.#link.estimates.timerWasLate(this.options.clock.now() - at);
      this.#work();
    });
  }

  #grantDue(now: number): void {
    if (this.#alone.inUse) {
      for (let head = this.#head(); head !== undefined; head = this.#head()) {
        const costs = head.costs as readonly number[];
        if (!this.#alone.take(costs, costs, now)) return;
        head.grant(this.limiter, now);
      }
      return;
    }
    const paused = Math.max(...this.views.map(({ rate, pausedUntil }) => (rate === 0 ? Infinity : pausedUntil)));
    if (this.#claims.some(({ due }) => due < paused)) this.#endAll();
    for (let [claim] = this.#claims; claim !== undefined; [claim] = this.#claims) {
      const head = this.#head();
      if (head === undefined) return;
      const lapsed = claim.hasLapsed(now);
      if (!lapsed && now < claim.due) return;
      const costs = head.costs as readonly number[];
      if (lapsed || !claim.covers(costs)) {
        this.#end(claim);
        continue;
      }
      claim.take(costs, now);
      if (claim.left === 0) {
        this.#end(claim);
        // Others could not be served until the store knows.
        if (this.#tight) this.#mustTell = true;
      }
      head.grant(this.limiter, now);
    }
  }

  #refuseOverdue(now: number): void {
    for (let { first } = this.#deadlines; first !== undefined && first.deadline <= now; { first } = this.#deadlines) {
      const maxWait = first.deadline - first.since;
      first.reject(new RateLimitTimeoutError(Math.max(maxWait, now - first.since), maxWait));
    }
  }

  /** The first that still wants its tokens. */
  #head(): Waiter | undefined {
    let { head } = this.queue;
    while (head?.dropIfAborted() === true) ({ head } = this.queue);
    return head;
  }

  /** The store is told of it with the next command; who has no claim any more asks then. */
  #end(claim: LocalClaim): void {
    this.#claims.splice(this.#claims.indexOf(claim), 1);
    if (claim.left > 0 && !this.#alone.inUse) this.#comeAt = this.options.clock.now();
    this.#link.end(claim);
  }

  #endAll(): void {
    for (const claim of [...this.#claims]) {
      this.#end(claim);
      // Others can have it.
      if (!this.#alone.inUse) this.#mustTell = true;
    }
  }

  /** Sends one command for those who have no claim, with all that is to be told. */
  #send(): void {
    this.#mustTell = false;
    const waiters = unclaimed(this.queue, this.#claims, BATCH);
    const deadline = waiters[0]?.deadline;
    const maxWait = deadline === undefined ? Infinity : Math.max(0, deadline - this.options.clock.now());
    const asks = waiters.map(({ costs }) => costs as readonly number[]);
    const horizon = Math.min(this.#link.estimates.horizon, maxWait);
    this.#link
      .send({ asks, horizon, maxWait, line: 1 })
      .then(
        (answered) => {
          this.#answered(answered, waiters, maxWait);
        },
        (error: unknown) => {
          this.#inLine = false;
          this.#placedFor = undefined;
          if (this.options.onUnavailable === 'local') this.#goAlone();
          else this.#rejectAll(error as LimiterUnavailableError);
        },
      )
      .finally(this.wake);
  }

  /** Learns when to come for the first caller that got no claim. */
  #answered({ reply, claim, sent, received }: Answered, waiters: readonly Waiter[], maxWait: number): void {
    if (claim !== undefined) this.#claims.push(claim);
    const { place, claimed, crowd, doubt, parts } = reply;
    const next = waiters[claimed.length];
    const entered = claimed.length > 0 || place <= micros(maxWait);
    this.#inLine = place >= 0 && place < FOREVER && entered;
    this.#placedFor = this.#inLine ? next?.costs : undefined;
    if (waiters[0] !== undefined) this.#tight = crowd > 0 && isTight(waiters[0], this.views, doubt);
    this.#comeAt = received;
    if (next === undefined) return;
    const span = place / 1000;
    if (next.waits && next.deadline !== undefined && sent + span > next.deadline + ROUNDING) {
      next.reject(new RateLimitTimeoutError(received - next.since + span, next.deadline - next.since));
      return;
    }
    if (place > 0) this.#refuseBeyond(this.options.maxPending);
    this.#comeAt = Math.max(received, sent + comeAfter(span, this.#link.estimates.lead, crowd > 0 ? doubt : 0, parts));
  }

  /** Those who came last and would have to wait. */
  #refuseBeyond(maxPending: number): void {
    if (this.queue.size - claimedEntries(this.#claims) <= maxPending) return;
    const waiting = unclaimed(this.queue, this.#claims, Infinity);
    for (const waiter of waiting.slice(maxPending)) waiter.reject(new LimiterFullError(maxPending));
  }

  /** What a newcomer waits at least, as far as this process knows. The store refuses the rest. */
  #atLeast(costs: readonly number[], priority: number, now: number): number {
    if (this.views.some(({ rate }) => rate === 0)) return Infinity;
    // The amounts of combinations differ from key to key.
    const ahead = this.views.length === 1 ? this.queue.tokensFrom(priority) : 0;
    const wanted = costs.map((tokens) => tokens + ahead);
    if (this.#alone.inUse) return this.#alone.timeUntil(wanted, this.queue.head?.costs ?? costs, now);
    // Nobody waits here: the store knows better.
    if (ahead === 0) return 0;
    const waits = this.views.map((view, key) => {
      const claimed = this.#claims.reduce((sum, claim) => sum + claim.rest(key), 0);
      const missing = (wanted[key] as number) - claimed - view.atMost(now);
      return Math.max(view.pausedUntil - now, (missing / view.rate) * 1000);
    });
    return Math.max(0, ...waits);
  }

  #rejectAll(error: LimiterUnavailableError): void {
    // One error each: a caller may add to its own.
    for (let { head } = this.queue; head !== undefined; { head } = this.queue) head.reject(error.copy());
  }

  #goAlone(): void {
    const now = this.options.clock.now();
    this.#alone.begin(now);
    this.#endAll();
    this.#inLine = false;
    // One command per timeout looks for the store.
    this.#comeAt = now + this.options.timeout;
  }
}
