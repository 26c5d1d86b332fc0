import { ROUNDING, timeoutErrorIfOver } from '../acquire-request.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../errors.js';
import { Waiter, type WaiterQueue } from '../queue.js';
import type { AcquireOptions, RateLimiter } from '../rate-limiter.js';
import { Alarm } from './alarm.js';
import { LocalShares } from './local-shares.js';
import type { ClaimantOptions } from './bucket-options.js';
import { Callers } from './callers.js';
import { BATCH, claimedEntries, isTight, leastWait } from './claimant-rules.js';
import type { KeyView } from './key-view.js';
import type { LocalClaim } from './local-claim.js';
import { OwnPlace } from './own-place.js';
import { StoreLink, type CommandResult } from './store-link.js';

/**
 * Gets tokens from the store for the callers of one process that wait for the same shared limits. It sends one command at a
 * time. A command claims tokens that are there, or soon will be, for the first callers. Its reply says when to ask for the
 * next one.
 */
export class Claimant {
  readonly #callers = new Callers();
  readonly link: StoreLink;
  readonly #localShares: LocalShares;
  readonly #alarm: Alarm;
  readonly #claims: LocalClaim[] = [];
  readonly #place = new OwnPlace();
  /** Whether the store has to learn something, even if no caller wants tokens. */
  #mustSend = false;
  /** Whether grants have to be reported at once, because other processes wait for a small bucket. */
  #tight = false;
  #scheduled = false;
  #working = false;

  constructor(
    /** The limiter that published grants name. */
    private readonly limiter: RateLimiter,
    private readonly views: readonly KeyView[],
    private readonly options: ClaimantOptions,
  ) {
    this.link = new StoreLink(views, options.store, options.clock, options.timeout);
    this.#localShares = new LocalShares(views);
    this.#alarm = new Alarm(options.clock, (late) => {
      this.link.estimates.recordLateness(late);
      this.#work();
    });
  }

  get queue(): WaiterQueue {
    return this.#callers.queue;
  }

  /** Whether it serves exactly these limits, in this order. */
  isOf(views: readonly KeyView[]): boolean {
    return views.length === this.views.length && views.every((view, i) => view === this.views[i]);
  }

  /** Whether no caller waits and nothing is claimed. */
  get idle(): boolean {
    return this.queue.size === 0 && this.#claims.length === 0;
  }

  /** Waits for `costs`, an amount for each key. Resolves with the milliseconds waited. */
  acquire(costs: readonly number[], tokens: number, options: AcquireOptions): Promise<number> {
    const { signal, maxWait = Infinity, priority = 0 } = options;
    const { maxPending, clock } = this.options;
    const since = clock.now();
    if (this.#place.inLine && this.queue.size >= Math.max(1, maxPending)) {
      return Promise.reject(new LimiterFullError(maxPending));
    }
    const refusal =
      maxWait === Infinity ? undefined : timeoutErrorIfOver(this.#leastWait(costs, priority, since), maxWait);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      const waiter = new Waiter({ tokens, costs, since, signal, deadline, priority, resolve, reject }, this.wake);
      this.#callers.add(waiter);
      const first = this.queue.size - claimedEntries(this.#claims) <= 1;
      const urgent = maxWait === 0 || (deadline !== undefined && this.queue.head === waiter);
      if (!this.#localShares.inUse && (first || urgent)) this.#place.askAt = since;
      this.wake();
    });
  }

  /** Takes `costs` if the store has them now and no caller of this process waits. */
  async tryAcquire(costs: readonly number[]): Promise<boolean> {
    const usable = (now: number): boolean =>
      this.queue.size === 0 && this.views.every(({ rate, pausedUntil }) => rate > 0 && now >= pausedUntil);
    // If the reply came too late to use its claim, ask again.
    for (let tries = 0; tries < 3; tries += 1) {
      const now = this.options.clock.now();
      if (!usable(now)) return false;
      if (this.#localShares.inUse && now < this.#place.askAt)
        return this.#localShares.take(costs, this.queue.head?.costs, now);
      try {
        const took = await this.link.take(costs, usable);
        if (took === 'taken') return true;
        if (took === 'refused') return false;
        this.sendNow();
      } catch (error) {
        if (this.options.onUnavailable === 'throw') throw error;
        this.#fallBackToLocal();
        return this.#localShares.take(costs, this.queue.head?.costs, this.options.clock.now());
      } finally {
        this.wake();
      }
    }
    return false;
  }

  /** Sends the next command now, with all that the views have to report; waiting callers are asked for again. */
  sendNow(): void {
    this.#mustSend = true;
    if (this.#working) this.wake();
    else this.#work();
  }

  /** Serves callers in a microtask. Several calls before it runs have the effect of one. */
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
    const called = this.queue.size > 0;
    this.#grantDue(clock.now());
    this.#callers.rejectOverdue(clock.now());
    if (this.queue.size === 0) this.#endAll();
    const now = clock.now();
    const [next] = this.#callers.unclaimed(this.#claims, 1);
    // The place was for a caller that has left and wanted more.
    if (!this.#localShares.inUse && this.#place.isForMore(next?.costs)) this.#place.askAt = now;
    const leaves = this.queue.size === 0 && this.#place.inLine;
    // A caller that a local share serves at once asks too whether the store is back.
    const asks = (next !== undefined || (called && this.#localShares.inUse)) && now >= this.#place.askAt;
    if (this.link.inFlight === 0 && (this.#mustSend || asks || leaves)) this.#send();
    const costs = this.#localShares.inUse ? this.queue.head?.costs : undefined;
    const due =
      costs === undefined
        ? Math.min(Infinity, ...this.#claims.map((claim) => claim.due))
        : now + this.#localShares.timeUntil(costs, costs, now);
    const come = this.link.inFlight === 0 && next !== undefined ? this.#place.askAt : Infinity;
    this.#alarm.setTo(Math.min(due, come, this.#callers.deadline), now);
    this.#working = false;
  }

  #grantDue(now: number): void {
    if (this.#localShares.inUse) {
      this.#localShares.serve(this.#callers, this.limiter, this.options.maxPending, now);
      return;
    }
    const paused = Math.max(...this.views.map(({ rate, pausedUntil }) => (rate === 0 ? Infinity : pausedUntil)));
    if (this.#claims.some(({ due }) => due < paused)) this.#endAll();
    for (let [claim] = this.#claims; claim !== undefined; [claim] = this.#claims) {
      const { head } = this.#callers;
      if (head === undefined) return;
      const lapsed = claim.hasLapsed(now);
      if (!lapsed && now < claim.due) return;
      const costs = head.costs as readonly number[];
      if (lapsed || !claim.covers(costs)) {
        this.#end(claim);
        continue;
      }
      claim.take(costs, now);
      if (claim.unserved === 0) {
        this.#end(claim);
        // Other processes would wait until the store learns of this grant.
        if (this.#tight) this.#mustSend = true;
      }
      head.grant(this.limiter, now);
    }
  }

  /** Ends a claim: the next command reports it, and asks for the callers whose tokens it held. */
  #end(claim: LocalClaim): void {
    this.#claims.splice(this.#claims.indexOf(claim), 1);
    if (claim.unserved > 0 && !this.#localShares.inUse) this.#place.askAt = this.options.clock.now();
    this.link.end(claim);
  }

  #endAll(): void {
    // Other processes can use these tokens.
    if (this.#claims.length > 0 && !this.#localShares.inUse) this.#mustSend = true;
    for (const claim of [...this.#claims]) this.#end(claim);
  }

  /** Sends one command: it asks for the callers without a claim, and reports what the store does not know yet. */
  #send(): void {
    this.#mustSend = false;
    const waiters = this.#callers.unclaimed(this.#claims, BATCH);
    const deadline = waiters[0]?.deadline;
    const maxWait = deadline === undefined ? Infinity : Math.max(0, deadline - this.options.clock.now());
    const asks = waiters.map(({ costs }) => costs as readonly number[]);
    const horizon = Math.min(this.link.estimates.horizon, maxWait);
    this.link
      .send({ asks, horizon, maxWait, line: 1 })
      .then(
        (result) => {
          this.#applyReply(result, waiters, maxWait);
        },
        (error: unknown) => {
          this.#place.leave();
          if (this.options.onUnavailable === 'local') this.#fallBackToLocal();
          else this.#callers.rejectAll(error as LimiterUnavailableError);
        },
      )
      .finally(this.wake);
  }

  #applyReply(result: CommandResult, waiters: readonly Waiter[], maxWait: number): void {
    const { reply, claim, sent, received } = result;
    if (claim !== undefined) this.#claims.push(claim);
    const next = waiters[reply.claimed.length];
    this.#place.applyReply(result, next?.costs, maxWait, this.link.estimates.lead);
    if (waiters[0] !== undefined) this.#tight = reply.crowd > 0 && isTight(waiters[0], this.views, reply.doubt);
    if (next === undefined) return;
    const span = reply.place / 1000;
    if (next.deadline !== undefined && sent + span > next.deadline + ROUNDING) {
      // The store has kept no place for it, even if it has left meanwhile: those behind it ask at once.
      this.#place.askAt = received;
      next.reject(new RateLimitTimeoutError(received - next.since + span, next.deadline - next.since));
      return;
    }
    if (this.#callers.rejectImpatient(this.#claims)) this.#place.askAt = received;
    this.#callers.rejectBeyond(this.options.maxPending, this.#claims);
  }

  /** The shortest wait of a newcomer as far as this process knows. The store refuses callers that would wait longer. */
  #leastWait(costs: readonly number[], priority: number, now: number): number {
    if (this.views.some(({ rate }) => rate === 0)) return Infinity;
    const wanted = this.#callers.wantedWith(costs, priority);
    if (this.#localShares.inUse) return this.#localShares.timeUntil(wanted, this.queue.head?.costs ?? costs, now);
    // No caller waits here, so only the store knows.
    return wanted === costs ? 0 : leastWait(wanted, this.#claims, this.views, now);
  }

  #fallBackToLocal(): void {
    const now = this.options.clock.now();
    this.#localShares.begin(now);
    this.#endAll();
    this.#place.leave();
    // From now on, one command per timeout checks whether the store is back.
    this.#place.askAt = now + Math.max(1, this.options.timeout);
  }
}
