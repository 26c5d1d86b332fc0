import { LocalShare } from './local-share.js';
import { FOREVER, type LimitPart } from './limit-state.js';
import type { LocalClaim } from './local-claim.js';

/** What a command says of a key, and what to call once the store has replied. */
export interface Told {
  readonly part: LimitPart;
  readonly acknowledged: () => void;
}

/** What one process knows and has to say of one key. Times in milliseconds on the process's clock. */
export class KeyView {
  pausedUntil = -Infinity;
  readonly local: LocalShare;
  #rate: number;
  #assignments = 0;
  #told = 0;
  #known: { readonly level: number; readonly at: number } | undefined;
  #settle = 0;
  #left: { readonly tokens: number; readonly at: number } | undefined;
  #pause: { readonly name: string; readonly until: number } | undefined;

  constructor(
    readonly key: string,
    readonly base: number,
    readonly capacity: number,
    private readonly initial: number,
    processes: number,
  ) {
    this.#rate = base;
    this.local = new LocalShare(capacity, processes);
  }

  get rate(): number {
    return this.#rate;
  }

  assign(rate: number): void {
    this.#rate = rate;
    this.#assignments += 1;
  }

  /** At most this many tokens are there: other processes may have taken some since. */
  atMost(now: number): number {
    if (this.#known === undefined) return this.initial;
    const passed = Math.max(0, now - Math.max(this.#known.at, this.pausedUntil));
    return Math.min(this.capacity, this.#known.level + (passed * this.#rate) / 1000);
  }

  /** Tokens that come back, or are owed. */
  settle(tokens: number): void {
    this.#settle += tokens;
  }

  /** The limited server says that so many are left. */
  lower(tokens: number, now: number): void {
    this.#left = { tokens: Math.min(tokens, this.#leftAt(now)), at: now };
  }

  pauseUntil(until: number, name: string): void {
    this.pausedUntil = until;
    this.#pause = { name, until };
  }

  /** Whether a pause that this process asked for still has to be ended in the store. */
  get pauseIsOver(): boolean {
    return this.#pause !== undefined;
  }

  /** What the next command says. What was settled is said once: a command without a reply may have been run. */
  part(ended: readonly LocalClaim[], doubtful: readonly { readonly number: number }[], key: number, now: number): Told {
    const pause = this.#pause;
    const assignments = this.#assignments;
    const left = this.#leftAt(now);
    const back = ended.reduce((sum, claim) => sum + claim.rest(key), 0);
    const level = this.local.inUse ? this.local.at(now, this.#rate).tokens : this.atMost(now) + back;
    const part: LimitPart = {
      capacity: this.capacity,
      rate: this.#rate,
      base: this.base,
      assigned: ((assignments === this.#told ? 0 : 1) + (this.#known === undefined ? 2 : 0)) as LimitPart['assigned'],
      initial: Math.min(this.capacity, level),
      hold: micros(Math.max(0, this.pausedUntil - now)),
      done: [...ended.map((claim) => claim.done(key)), ...doubtful.map(({ number }) => [number, 0, 0] as const)],
      settle: this.#settle,
      left: left === Infinity ? -1 : left,
      name: pause?.name ?? '',
      pause: pause === undefined ? -1 : micros(Math.max(0, pause.until - now)),
    };
    this.#settle = 0;
    this.#left = undefined;
    const acknowledged = (): void => {
      this.#told = assignments;
      if (part.pause === 0 && this.#pause === pause) this.#pause = undefined;
    };
    return { part, acknowledged };
  }

  /** The store is back, and this is what it said. */
  replied({ level, rate, hold }: { level: number; rate: number; hold: number }, now: number): void {
    this.local.end();
    this.#known = { level, at: now };
    // What was assigned while the command was on its way comes with the next.
    if (this.#assignments === this.#told) this.#rate = rate;
    if (hold > 0) this.pausedUntil = Math.max(this.#pause?.until ?? -Infinity, now + hold / 1000);
    else this.pausedUntil = this.#pause?.until ?? -Infinity;
  }

  #leftAt(now: number): number {
    return this.#left === undefined ? Infinity : this.#left.tokens + ((now - this.#left.at) * this.#rate) / 1000;
  }
}

/** A span of milliseconds as the store counts it. */
export const micros = (ms: number): number => Math.min(FOREVER, Math.ceil(ms * 1000));
