import type { Clock } from '../../base/clock.js';
import { callStore } from './call-store.js';
import { checkReply } from './check-reply.js';
import { Estimates } from './estimates.js';
import { micros, type KeyView } from './key-view.js';
import type { LimitCommand, LimitReply } from './limit-state.js';
import type { LimitStore } from './limit-store.js';
import { LocalClaim } from './local-claim.js';

/** Milliseconds for which the next commands cancel the claim of a command without a reply. */
const DOUBTFUL = 10_000;

/** What a command asks for; see {@link LimitCommand}. Times in milliseconds; an unlimited `maxWait` is `Infinity`. */
export interface Ask {
  readonly asks: LimitCommand['asks'];
  readonly horizon: number;
  readonly maxWait: number;
  readonly line: 0 | 1;
}

/** The result of a command, and when it was sent and received. */
export interface CommandResult {
  readonly reply: LimitReply;
  readonly claim: LocalClaim | undefined;
  readonly sent: number;
  readonly received: number;
}

/** Sends the commands of one queue of callers to the store. Each command also reports what the store does not know yet. */
export class StoreLink {
  /** Unique among all queues of callers in all processes. */
  readonly owner = ownerName();
  readonly estimates: Estimates;
  /** How many commands have no reply yet. */
  inFlight = 0;
  /** Ended claims that the next command reports. */
  #ended: LocalClaim[] = [];
  /** Commands without a reply, whose claims the next commands cancel. */
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

  /** Whether the store does not know yet that some claims have ended. */
  get hasUnreportedClaims(): boolean {
    return this.#ended.length > 0;
  }

  /** Reports the end of a claim with the next command. */
  end(claim: LocalClaim): void {
    this.#ended.push(claim);
  }

  /**
   * Takes tokens that are there now, with one command. `'unused'`: the reply came too late to use the claim, or the tokens
   * could not be used any more. Then the claim has to be reported with a further command.
   *
   * @throws LimiterUnavailableError
   */
  async take(costs: readonly number[], usable: (now: number) => boolean): Promise<'taken' | 'refused' | 'unused'> {
    const { claim } = await this.send({ asks: [costs], horizon: 0, maxWait: 0, line: 0 });
    if (claim === undefined) return 'refused';
    const now = this.clock.now();
    if (!claim.hasLapsed(now) && usable(now)) claim.take(costs, now);
    this.end(claim);
    return claim.unserved === 0 ? 'taken' : 'unused';
  }

  /** Sends one command. @throws LimiterUnavailableError */
  async send({ asks, horizon, maxWait, line }: Ask): Promise<CommandResult> {
    const sent = this.clock.now();
    const wall = Date.now();
    const number = (this.#number += 1);
    const ended = this.#ended;
    this.#ended = [];
    this.#doubtful = this.#doubtful.filter(({ until }) => until > sent);
    const prepared = this.views.map((view, key) => view.preparePart(ended, this.#doubtful, key, sent));
    const valid = Math.max(...this.views.map(({ capacity, rate }) => this.estimates.validity(capacity, rate)));
    const command = {
      owner: this.owner,
      number,
      asks,
      horizon: micros(horizon),
      valid: micros(valid),
      maxWait: maxWait === Infinity ? -1 : micros(maxWait),
      line,
      parts: prepared.map(({ part }) => part),
    };
    const keys = this.views.map(({ key }) => key);
    this.inFlight += 1;
    try {
      const reply = await callStore(this.clock, this.timeout, async (signal) =>
        checkReply(await this.store.run(keys, command, signal), keys.length, asks.length),
      );
      const received = this.clock.now();
      this.estimates.recordTrip(received - sent);
      for (const { confirm } of prepared) confirm();
      this.views.forEach((view, key) => {
        view.applyReply(reply.parts[key] as LimitReply['parts'][number], received);
      });
      const entries = reply.claimed.map((span, i) => ({ costs: asks[i] as readonly number[], span: span / 1000 }));
      const times = { sent, received, wall, valid };
      const claim = entries.length === 0 ? undefined : new LocalClaim(number, entries, times, this.clock);
      return { reply, claim, sent, received };
    } catch (error) {
      // The command may have run, or may still run: the next commands cancel its claim.
      this.#ended.unshift(...ended);
      if (asks.length > 0) this.#doubtful.push({ number, until: this.clock.now() + DOUBTFUL });
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }
}

const estimates = new WeakMap<LimitStore, Estimates>();

/** The estimates of a store, shared by all links to it. */
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
