import { LocalShare } from './local-share.js';
import { FOREVER, type LimitPart } from './limit-state.js';
import type { LocalClaim } from './local-claim.js';

/** What a command says about a key, and a function to call once the store has replied. */
export interface PreparedPart {
  readonly part: LimitPart;
  readonly confirm: () => void;
}

/** What this process knows about one key, and what it still has to report. In milliseconds on the process's clock. */
export class KeyView {
  pausedUntil = -Infinity;
  readonly local: LocalShare;
  #rate: number;
  #assignments = 0;
  #sentAssignments = 0;
  #known: { readonly level: number; readonly at: number } | undefined;
  #settle = 0;
  #remaining: { readonly tokens: number; readonly at: number } | undefined;
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

  /** The most tokens that can be in the bucket: other processes may have taken some since the last reply. */
  upperBound(now: number): number {
    if (this.#known === undefined) return this.initial;
    const passed = Math.max(0, now - Math.max(this.#known.at, this.pausedUntil));
    return Math.min(this.capacity, this.#known.level + (passed * this.#rate) / 1000);
  }

  /** Notes tokens to give back; negative: tokens that are owed. */
  settle(tokens: number, now: number): void {
    this.#settle += tokens;
    this.local.settle(tokens, now, this.#rate);
  }

  /** Notes that the rate-limited server has `tokens` left. */
  lower(tokens: number, now: number): void {
    this.#remaining = { tokens: Math.min(tokens, this.#remainingAt(now)), at: now };
    this.local.lower(tokens, now, this.#rate);
  }

  pauseUntil(until: number, name: string): void {
    this.pausedUntil = until;
    this.#pause = { name, until };
  }

  /** Whether the store does not know yet that a pause of this process is over. */
  get mustEndPause(): boolean {
    return this.#pause !== undefined;
  }

  /**
   * What the next command says about this key. Settled tokens are sent only once: a command without a reply may have been
   * run.
   */
  preparePart(
    ended: readonly LocalClaim[],
    doubtful: readonly { readonly number: number }[],
    key: number,
    now: number,
  ): PreparedPart {
    const pause = this.#pause;
    const assignments = this.#assignments;
    const left = this.#remainingAt(now);
    const back = ended.reduce((sum, claim) => sum + claim.unused(key), 0);
    const level = this.local.inUse ? this.local.at(now, this.#rate).tokens : this.upperBound(now) + back;
    const part: LimitPart = {
      capacity: this.capacity,
      rate: this.#rate,
      base: this.base,
      assigned: ((assignments === this.#sentAssignments ? 0 : 1) +
        (this.#known === undefined ? 2 : 0)) as LimitPart['assigned'],
      initial: Math.min(this.capacity, level),
      hold: micros(Math.max(0, this.pausedUntil - now)),
      done: [...ended.map((claim) => claim.endReport(key)), ...doubtful.map(({ number }) => [number, 0, 0] as const)],
      settle: this.#settle,
      left: left === Infinity ? -1 : left,
      name: pause?.name ?? '',
      pause: pause === undefined ? -1 : micros(Math.max(0, pause.until - now)),
    };
    this.#settle = 0;
    this.#remaining = undefined;
    const confirm = (): void => {
      this.#sentAssignments = assignments;
      if (part.pause === 0 && this.#pause === pause) this.#pause = undefined;
    };
    return { part, confirm };
  }

  /** Takes over what the store replied. The local share is no longer used. */
  applyReply({ level, rate, hold }: { level: number; rate: number; hold: number }, now: number): void {
    this.local.end();
    this.#known = { level, at: now };
    // A rate assigned while the command was on its way is sent with the next one.
    if (this.#assignments === this.#sentAssignments) this.#rate = rate;
    if (hold > 0) this.pausedUntil = Math.max(this.#pause?.until ?? -Infinity, now + hold / 1000);
    else this.pausedUntil = this.#pause?.until ?? -Infinity;
  }

  #remainingAt(now: number): number {
    return this.#remaining === undefined
      ? Infinity
      : this.#remaining.tokens + ((now - this.#remaining.at) * this.#rate) / 1000;
  }
}

/** Converts milliseconds to the store's microseconds, rounded up. */
export const micros = (ms: number): number => Math.min(FOREVER, Math.ceil(ms * 1000));
