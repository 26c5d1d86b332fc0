import type { Clock } from '../../base/clock.js';
import { callStore } from './call-store.js';
import { Estimates } from './estimates.js';
import { micros, type KeyView } from './key-view.js';
import type { LimitCommand, LimitReply } from './limit-state.js';
import type { LimitStore } from './limit-store.js';
import { LocalClaim } from './local-claim.js';

/** Milliseconds for which the number of a command without a reply is given back. */
const DOUBTFUL = 10_000;

/** What a command asks for, in milliseconds. */
export interface Ask {
  /** For each caller, the tokens of each key. */
  readonly asks: LimitCommand['asks'];
  readonly horizon: number;
  readonly maxWait: number;
  readonly line: 0 | 1;
}

/** What came of a command. */
export interface Answered {
  readonly reply: LimitReply;
  readonly claim: LocalClaim | undefined;
  readonly sent: number;
  readonly received: number;
}

/** How one queue of callers speaks to the store: numbered commands, each with all that the store has to be told. */
export class StoreLink {
  /** No two queues of callers, in whatever process, have the same. */
  readonly owner = ownerName();
  readonly estimates: Estimates;
  /** How many commands are on their way. */
  inFlight = 0;
  /** Claims of whose end the store has not been told. */
  #ended: LocalClaim[] = [];
  #doubtful: { readonly number: number; readonly until: number }[] = [];
  #number = 0;

  constructor(
    private readonly views: readonly KeyView[],
    private readonly store: LimitStore,
    private readonly clock: Clock,
    private readonly timeout: number,
  ) {
    this.estimates = estimatesOf(store);
  }

  /** Whether claims have ended of which the store has not been told. */
  get hasUntold(): boolean {
    return this.#ended.length > 0;
  }

  /** The store is told of it with the next command. */
  end(claim: LocalClaim): void {
    this.#ended.push(claim);
  }

  /**
   * Takes what is there, with one command. `'late'`: the reply came too late to be used. `'unused'`: nobody could use it any
   * more. In both cases the store is to be told. @throws LimiterUnavailableError
   */
  async take(
    costs: readonly number[],
    usable: (now: number) => boolean,
  ): Promise<'taken' | 'refused' | 'late' | 'unused'> {
    const { claim } = await this.send({ asks: [costs], horizon: 0, maxWait: 0, line: 0 });
    if (claim === undefined) return 'refused';
    const now = this.clock.now();
    const late = claim.hasLapsed(now);
    if (!late && usable(now)) claim.take(costs, now);
    this.end(claim);
    if (claim.left === 0) return 'taken';
    return late ? 'late' : 'unused';
  }

  /** Sends one command. @throws LimiterUnavailableError */
  async send({ asks, horizon, maxWait, line }: Ask): Promise<Answered> {
    const sent = this.clock.now();
    const wall = Date.now();
    const number = (this.#number += 1);
    const ended = this.#ended;
    this.#ended = [];
    this.#doubtful = this.#doubtful.filter(({ until }) => until > sent);
    const told = this.views.map((view, key) => view.part(ended, this.#doubtful, key, sent));
    const valid = Math.max(...this.views.map(({ capacity, rate }) => this.estimates.valid(capacity, rate)));
    const command = {
      owner: this.owner,
      number,
      asks,
      horizon: micros(horizon),
      valid: micros(valid),
      maxWait: maxWait === Infinity ? -1 : micros(maxWait),
      line,
      parts: told.map(({ part }) => part),
    };
    const keys = this.views.map(({ key }) => key);
    this.inFlight += 1;
    try {
      const reply = await callStore(this.clock, this.timeout, (signal) => this.store.run(keys, command, signal));
      const received = this.clock.now();
      this.estimates.tripTook(received - sent);
      for (const { acknowledged } of told) acknowledged();
      this.views.forEach((view, key) => {
        view.replied(reply.parts[key] as LimitReply['parts'][number], received);
      });
      const entries = reply.claimed.map((span, i) => ({ costs: asks[i] as readonly number[], span: span / 1000 }));
      const times = { sent, received, wall, valid };
      const claim = entries.length === 0 ? undefined : new LocalClaim(number, entries, times, this.clock);
      return { reply, claim, sent, received };
    } catch (error) {
      // It may have run, or run later: what it claimed is given back with the next commands.
      this.#ended.unshift(...ended);
      if (asks.length > 0) this.#doubtful.push({ number, until: this.clock.now() + DOUBTFUL });
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }
}

const estimates = new WeakMap<LimitStore, Estimates>();

/** All that speak to one store know how long it takes. */
function estimatesOf(store: LimitStore): Estimates {
  let known = estimates.get(store);
  if (known === undefined) estimates.set(store, (known = new Estimates()));
  return known;
}

let owners = 0;

function ownerName(): string {
  owners += 1;
  return `${globalThis.crypto.randomUUID().slice(0, 13)}.${owners}`;
}
