import { processContext } from '../../base/process-context.js';
import type { AcquireOptions, RateLimiter } from '../rate-limiter.js';
import type { Demand, Together } from '../together.js';
import type { ClaimantOptions } from './bucket-options.js';
import { Claimant } from './claimant.js';
import type { KeyView } from './key-view.js';
import type { LimitStore } from './limit-store.js';

/** After so many new queues, those that are not in use are forgotten. */
const MANY = 100;

/** What combinations need to know of a limiter over a store. */
export interface SharedMember {
  readonly view: KeyView;
  readonly options: ClaimantOptions;
  /** The queues in which callers wait for it: first its own, then those of combinations. */
  readonly claimants: Claimant[];
  /** @throws TypeError or RangeError for a cost that it can never grant. */
  checkCost(tokens: number): void;
}

const registered = new WeakMap<RateLimiter, SharedMember>();

/** Registers a limiter, so that combinations find it, and makes its own queue. */
export function registerMember(limiter: RateLimiter, member: Omit<SharedMember, 'claimants'>): SharedMember {
  const own = new Claimant(limiter, [member.view], member.options);
  const made = { ...member, claimants: [own] };
  registered.set(limiter, made);
  return made;
}

/** Acquires from several limits of one store in one command: all or none. Each set of limits has one queue per process. */
class StoreTogether implements Together {
  acquireAll(demands: readonly Demand[], options: AcquireOptions): Promise<number> {
    const { limiters, costs } = this.#addUp(demands);
    if (processContext.testing !== undefined) return Promise.resolve(0);
    return this.#claimantOf(limiters).acquire(costs, Math.max(...costs), options);
  }

  tryAcquireAll(demands: readonly Demand[]): Promise<boolean> {
    const { limiters, costs } = this.#addUp(demands);
    if (processContext.testing !== undefined) return Promise.resolve(true);
    return this.#claimantOf(limiters).tryAcquire(costs);
  }

  /** Adds up the demands of each limiter. @throws RangeError for a cost that a limiter can never grant. */
  #addUp(demands: readonly Demand[]): { readonly limiters: readonly RateLimiter[]; readonly costs: readonly number[] } {
    const costs = new Map<RateLimiter, number>();
    for (const { limiter, tokens } of demands) costs.set(limiter, (costs.get(limiter) ?? 0) + tokens);
    for (const [limiter, tokens] of costs) memberOf(limiter).checkCost(tokens);
    return { limiters: [...costs.keys()], costs: [...costs.values()] };
  }

  /** Returns the queue of these limiters, and makes it at first use. */
  #claimantOf(limiters: readonly RateLimiter[]): Claimant {
    const members = limiters.map(memberOf);
    const [first] = members as [SharedMember];
    const views = members.map(({ view }) => view);
    const known = first.claimants.find((each) => each.isOf(views));
    if (known !== undefined) return known;
    const all = members.map(({ options }) => options);
    const claimant = new Claimant(limiters[0] as RateLimiter, views, {
      ...first.options,
      timeout: Math.max(...all.map(({ timeout }) => timeout)),
      maxPending: Math.min(...all.map(({ maxPending }) => maxPending)),
      onUnavailable: all.every(({ onUnavailable }) => onUnavailable === 'local') ? 'local' : 'throw',
    });
    for (const { claimants } of members) addClaimant(claimants, claimant);
    return claimant;
  }
}

/**
 * Adds the queue of a combination. A limit for all users may be combined with those of a million users, one after another. So
 * now and then it forgets the queues that are not in use, but never its own, which is the first.
 */
function addClaimant(claimants: Claimant[], claimant: Claimant): void {
  if (claimants.length % MANY === 0) {
    const used = claimants.filter(({ idle, link }, i) => i === 0 || !idle || link.inFlight > 0);
    claimants.splice(0, Infinity, ...used);
  }
  claimants.push(claimant);
}

const memberOf = (limiter: RateLimiter): SharedMember => registered.get(limiter) as SharedMember;

const togethers = new WeakMap<LimitStore, Map<string, StoreTogether>>();

/** The object that limits share if the store can handle them in one command. */
export function togetherOf(store: LimitStore, key: string): Together {
  let slots = togethers.get(store);
  if (slots === undefined) togethers.set(store, (slots = new Map<string, StoreTogether>()));
  const slot = store.slotOf?.(key) ?? '';
  let together = slots.get(slot);
  if (together === undefined) slots.set(slot, (together = new StoreTogether()));
  return together;
}
