import { startTimer, type Clock } from '../../base/clock.js';
import { timeoutErrorIfOver } from '../acquire-request.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../errors.js';
import { holds } from '../level.js';
import { Waiter, WaiterQueue } from '../queue.js';
import type { AcquireOptions, RateLimiter } from '../rate-limiter.js';
import { callStore } from './call-store.js';
import { Estimates } from './estimates.js';
import { micros, type KeyView } from './key-view.js';
import { FOREVER, type LimitReply } from './limit-state.js';
import type { LimitStore } from './limit-store.js';
import { LocalClaim } from './local-claim.js';

/** For how many callers one command asks at most. */
const BATCH = 32;
/** Milliseconds: how soon a process asks again, at the earliest, for what others may have given back. */
const SOONEST = 30;
/** Milliseconds: a longer wait is looked at again half-way. */
const LONG = 1000;
/** The same during a pause, whose end may move when the store's clock is set back. */
const LONG_IN_PAUSE = 60;
/** Milliseconds for which the number of a command without a reply is given back. */
const DOUBTFUL = 10_000;
/** From that doubt on callers count as giving up. */
const GIVEN_UP = 0.1;
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
  readonly #owner = ownerName();
  readonly #estimates = new Estimates();
  #claims: LocalClaim[] = [];
  /** Claims of whose end the store has not been told. */
  #ended: LocalClaim[] = [];
  #doubtful: { readonly number: number; readonly until: number }[] = [];
  #number = 0;
  #inFlight = 0;
  /** When the process is to ask for the first caller that has no claim. */
  #comeAt = Infinity;
  #inLine = false;
  /** What the place is for. */
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
  ) {}

  get pending(): number {
    return this.queue.size;
  }

  get owner(): string {
    return this.#owner;
  }

  /** Whether it has nothing to do and nothing to tell. */
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
    const wait = maxWait === Infinity ? 0 : this.#atLeast(costs, priority, since);
    const refusal = timeoutErrorIfOver(wait, maxWait);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      let cancel: (() => void) | undefined;
      const request = { tokens, costs, since, signal, deadline, priority };
      const waiter = new Waiter(
        {
          ...request,
          resolve: (waited) => {
            cancel?.();
            resolve(waited);
          },
          reject: (error) => {
            cancel?.();
            reject(error);
          },
        },
        this.wake,
      );
      // Without any time to wait, the reply decides.
      if (maxWait < Infinity && maxWait > 0) cancel = startTimer(clock, maxWait, () => this.#overdue(waiter));
      this.queue.push(waiter);
      const unclaimed = this.queue.size - this.#claimedEntries();
      const first = unclaimed <= 1 || (deadline !== undefined && this.queue.head === waiter);
      if (first && !this.#isLocal) this.#comeAt = since;
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
      if (this.#isLocal && now < this.#comeAt) return this.#takeLocally(costs, now);
      try {
        const claim = await this.#ask([costs], 0, 0, 0);
        if (claim === undefined) return false;
        const after = clock.now();
        const late = claim.hasLapsed(after);
        if (!late && usable(after)) claim.take(costs, after);
        this.#end(claim);
        if (claim.served > 0) return true;
        this.tell();
        if (!late) return false;
      } catch (error) {
        if (this.options.onUnavailable === 'throw') throw error;
        this.#goLocal();
        return this.#takeLocally(costs, clock.now());
      } finally {
        this.wake();
      }
    }
    return false;
  }

  /** Says at once what the views have to say. */
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

  get #isLocal(): boolean {
    return this.views.some(({ local }) => local.inUse);
  }

  #work(): void {
    this.#working = true;
    const { clock } = this.options;
    this.#grantDue(clock.now());
    if (this.queue.size === 0) this.#endAll();
    const now = clock.now();
    const unclaimed = this.queue.size - this.#claimedEntries();
    if (unclaimed > 0 && this.#wantsLess()) this.#comeAt = now;
    const asks = unclaimed > 0 && now >= this.#comeAt;
    if (this.#inFlight === 0 && (this.#mustTell || asks || this.#leaves)) this.#send();
    const due = this.#isLocal ? this.#localDue(now) : Math.min(Infinity, ...this.#claims.map((claim) => claim.due));
    this.#wakeAt(Math.min(due, this.#inFlight === 0 && unclaimed > 0 ? this.#comeAt : Infinity), now);
    this.#working = false;
  }

  /** Those that have no claim, the first of them first. */
  #unclaimed(most: number): Waiter[] {
    const waiters: Waiter[] = [];
    let skip = this.#claimedEntries();
    for (let waiter = this.queue.head; waiter !== undefined && waiters.length < most; waiter = waiter.next) {
      if (skip > 0) skip -= 1;
      else waiters.push(waiter);
    }
    return waiters;
  }

  /** Whether the first that has no claim could be served before the moment told for another, who has left. */
  #wantsLess(): boolean {
    const placed = this.#placedFor;
    if (placed === undefined || this.#isLocal) return false;
    const costs = this.#unclaimed(1)[0]?.costs;
    return costs?.some((tokens, key) => tokens < (placed[key] as number)) === true;
  }

  /** Whether the store keeps a place that nobody here needs any more. */
  get #leaves(): boolean {
    return this.queue.size === 0 && this.#inLine;
  }

  #wakeAt(at: number, now: number): void {
    if (at === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = at;
    if (at === Infinity) return;
    this.#cancelTimer = startTimer(this.options.clock, Math.max(at - now, SHORTEST_TIMER), () => {
      this.#timerAt = Infinity;
      this.#estimates.timerWasLate(this.options.clock.now() - at);
      this.#work();
    });
  }

  #grantDue(now: number): void {
    if (this.#isLocal) {
      this.#grantLocally(now);
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

  /** The first that still wants its tokens. */
  #head(): Waiter | undefined {
    let { head } = this.queue;
    while (head?.dropIfAborted() === true) ({ head } = this.queue);
    return head;
  }

  #claimedEntries(): number {
    return this.#claims.reduce((sum, { left }) => sum + left, 0);
  }

  /** The store is told of it with the next command; who has no claim any more asks then. */
  #end(claim: LocalClaim): void {
    const index = this.#claims.indexOf(claim);
    if (index >= 0) this.#claims.splice(index, 1);
    if (claim.left > 0 && !this.#isLocal) this.#comeAt = this.options.clock.now();
    this.#ended.push(claim);
  }

  #endAll(): void {
    for (const claim of [...this.#claims]) {
      this.#end(claim);
      // Others can have it.
      if (!this.#isLocal) this.#mustTell = true;
    }
  }

  /** Sends one command for those who have no claim, with all that is to be told. */
  #send(): void {
    const now = this.options.clock.now();
    this.#mustTell = false;
    const waiters = this.#unclaimed(BATCH);
    const deadline = waiters[0]?.deadline;
    const remaining = deadline === undefined ? Infinity : Math.max(0, deadline - now);
    const asks = waiters.map(({ costs }) => costs as readonly number[]);
    const placed = (reply: LimitReply, received: number): void =>
      this.#placed(reply, waiters, remaining, now, received);
    this.#ask(asks, Math.min(this.#estimates.horizon, remaining), remaining, 1, placed)
      .catch((error: unknown) => {
        if (this.options.onUnavailable === 'local') this.#goLocal();
        else this.#rejectAll(error as LimiterUnavailableError);
      })
      .finally(this.wake);
  }

  /** One command. Returns what it claimed. */
  async #ask(
    asks: readonly (readonly number[])[],
    horizon: number,
    maxWait: number,
    line: 0 | 1,
    placed?: (reply: LimitReply, received: number) => void,
  ): Promise<LocalClaim | undefined> {
    const { store, clock, timeout } = this.options;
    const sent = clock.now();
    const wall = Date.now();
    const number = (this.#number += 1);
    const ended = this.#ended;
    this.#ended = [];
    this.#doubtful = this.#doubtful.filter(({ until }) => until > sent);
    const told = this.views.map((view, key) => view.part(ended, this.#doubtful, key, sent));
    const valid = Math.max(...this.views.map(({ capacity, rate }) => this.#estimates.valid(capacity, rate)));
    const command = {
      owner: this.#owner,
      number,
      asks,
      horizon: micros(horizon),
      valid: micros(valid),
      maxWait: maxWait === Infinity ? -1 : micros(maxWait),
      line,
      parts: told.map(({ part }) => part),
    };
    const keys = this.views.map(({ key }) => key);
    this.#inFlight += 1;
    try {
      const reply = await callStore(clock, timeout, (signal) => store.run(keys, command, signal));
      const received = clock.now();
      this.#estimates.tripTook(received - sent);
      told.forEach(({ acknowledged }) => acknowledged());
      reply.parts.forEach((part, key) => (this.views[key] as KeyView).replied(part, received));
      let claim: LocalClaim | undefined;
      if (reply.claimed.length > 0) {
        const entries = reply.claimed.map((span, i) => ({ costs: asks[i] as readonly number[], span: span / 1000 }));
        claim = new LocalClaim(number, entries, { sent, received, wall, valid }, clock);
        if (placed !== undefined) this.#claims.push(claim);
      }
      placed?.(reply, received);
      return claim;
    } catch (error) {
      // It may have run, or run later: what it claimed is given back with the next commands.
      this.#ended.unshift(...ended);
      if (line === 1) {
        this.#inLine = false;
        this.#placedFor = undefined;
      }
      if (asks.length > 0) this.#doubtful.push({ number, until: clock.now() + DOUBTFUL });
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Learns when to come for the first caller that got no claim. */
  #placed(reply: LimitReply, waiters: readonly Waiter[], maxWait: number, sent: number, received: number): void {
    const { place, claimed, crowd, doubt, parts } = reply;
    const next = waiters[claimed.length];
    const span = place / 1000;
    const entered = claimed.length > 0 || maxWait === Infinity || place <= micros(maxWait);
    this.#inLine = place >= 0 && place < FOREVER && entered;
    this.#placedFor = this.#inLine ? next?.costs : undefined;
    this.#tight = crowd > 0 && this.#isTight(waiters[0], doubt);
    if (next === undefined) {
      this.#comeAt = received;
      return;
    }
    if (next.waits && next.deadline !== undefined && sent + span > next.deadline + ROUNDING) {
      next.reject(new RateLimitTimeoutError(received - next.since + span, next.deadline - next.since));
      this.#comeAt = received;
      return;
    }
    if (place > 0) this.#refuseBeyond(this.options.maxPending);
    this.#comeAt = Math.max(received, sent + comeAfter(span, this.#estimates.lead, crowd > 0 ? doubt : 0, parts));
  }

  /** Whether a claim that the store takes for outstanding keeps the bucket from filling for others. */
  #isTight(first: Waiter | undefined, doubt: number): boolean {
    if (first === undefined) return this.#tight;
    const charges = doubt > GIVEN_UP ? 3 : 2;
    return this.views.some(
      ({ capacity }, key) => capacity < charges * ((first.costs as readonly number[])[key] as number),
    );
  }

  /** Those who came last and would have to wait. */
  #refuseBeyond(maxPending: number): void {
    const waiting = this.queue.size - this.#claimedEntries();
    if (waiting <= maxPending) return;
    const all: Waiter[] = [];
    for (let waiter = this.queue.head; waiter !== undefined; waiter = waiter.next) all.push(waiter);
    for (const waiter of all.slice(maxPending - waiting)) waiter.reject(new LimiterFullError(maxPending));
  }

  #overdue(waiter: Waiter): void {
    const now = this.options.clock.now();
    if (waiter.waits) this.#grantDue(now);
    if (!waiter.waits) return;
    const maxWait = (waiter.deadline as number) - waiter.since;
    waiter.reject(new RateLimitTimeoutError(Math.max(maxWait, now - waiter.since), maxWait));
    this.wake();
  }

  /** What a newcomer waits at least, as far as this process knows. The store refuses the rest. */
  #atLeast(costs: readonly number[], priority: number, now: number): number {
    const waits = this.views.map((view, key) => {
      const { rate, local } = view;
      if (rate === 0) return Infinity;
      const own = costs[key] as number;
      const ahead = this.views.length === 1 ? this.queue.tokensFrom(priority) : 0;
      if (local.inUse)
        return Math.max(view.pausedUntil - now, local.timeUntil(ahead + own, now, rate, this.#weight(key, own)));
      // Nobody waits here: the store knows better.
      if (ahead === 0) return 0;
      const claimed = this.#claims.reduce((sum, claim) => sum + claim.rest(key), 0);
      const missing = ahead + own - claimed - view.atMost(now);
      return Math.max(0, view.pausedUntil - now, (missing / rate) * 1000);
    });
    return Math.max(0, ...waits);
  }

  #rejectAll(error: LimiterUnavailableError): void {
    // One error each: a caller may add to its own.
    for (let { head } = this.queue; head !== undefined; { head } = this.queue) head.reject(error.copy());
  }

  #goLocal(): void {
    const now = this.options.clock.now();
    for (const { local, pausedUntil } of this.views) local.begin(now, pausedUntil);
    this.#endAll();
    this.#inLine = false;
    // One command per timeout looks for the store.
    this.#comeAt = now + this.options.timeout;
  }

  #grantLocally(now: number): void {
    for (let head = this.#head(); head !== undefined; head = this.#head()) {
      if (!this.#takeLocally(head.costs as readonly number[], now)) return;
      head.grant(this.limiter, now);
    }
  }

  #takeLocally(costs: readonly number[], now: number): boolean {
    if (this.views.some(({ rate, pausedUntil }) => rate === 0 || now < pausedUntil)) return false;
    const levels = this.views.map(({ local, rate }, key) =>
      local.at(now, rate, this.#weight(key, costs[key] as number)),
    );
    if (!levels.every((level, key) => holds(level, costs[key] as number))) return false;
    levels.forEach((level, key) => (level.tokens -= costs[key] as number));
    return true;
  }

  #localDue(now: number): number {
    const costs = this.queue.head?.costs;
    if (costs === undefined) return Infinity;
    const waits = this.views.map(({ local, rate, pausedUntil }, key) =>
      Math.max(pausedUntil - now, local.timeUntil(costs[key] as number, now, rate, this.#weight(key, 0))),
    );
    return now + Math.max(...waits);
  }

  /** The most of a key that somebody wants at once. */
  #weight(key: number, tokens: number): number {
    return Math.max(tokens, this.queue.head?.costs?.[key] ?? 0);
  }
}

/** Milliseconds after which a process comes for tokens that are there after `span`. */
function comeAfter(span: number, lead: number, doubt: number, parts: LimitReply['parts']): number {
  const wait = span - lead;
  if (span * 1000 >= FOREVER) return LONG;
  const long = parts.some(({ hold }) => hold > 0) ? LONG_IN_PAUSE : LONG;
  const again = Math.min(wait * (1 - doubt), wait > long ? wait / 2 : wait);
  return again < wait ? Math.min(wait, Math.max(SOONEST, again)) : wait;
}

let owners = 0;

/** No two queues of callers, in whatever process, have the same. */
function ownerName(): string {
  owners += 1;
  return `${globalThis.crypto.randomUUID().slice(0, 13)}.${owners}`;
}
