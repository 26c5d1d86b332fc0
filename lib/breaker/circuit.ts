import { Share } from './share.js';

/** What a circuit lets through now. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** When a circuit opens, and how it closes again. */
export interface CircuitLimits {
  /** Failures in a row that open it; `Infinity` for none. */
  readonly failures: number;
  /** The share of failures that opens it; `undefined` for none. */
  readonly ratio: number | undefined;
  /** Calls within the window below which the share says nothing. */
  readonly minimum: number;
  /** Milliseconds. */
  readonly window: number;
  /** Successes that close it, and the most calls in progress while half-open. */
  readonly probes: number;
  /** Milliseconds after which a probe has lost its permit. */
  readonly probeTimeout: number;
}

/** The right to make one call. All calls of a closed circuit share one; each probe of a half-open circuit has its own. */
export interface Pass {
  /** When the probe began. */
  readonly since: number;
}

/**
 * The states of a circuit breaker, as a function of time: every method takes the moment, and there is no clock and no timer.
 *
 * A closed circuit counts. When it opens or is closed anew, a new period begins, and the passes of the earlier ones are void:
 * what ends late changes nothing. An open circuit is half-open from `until` on. Then the successes so far and the probes in
 * progress together are at most `probes`. A success keeps its permit, so the last one that is needed closes the circuit.
 */
export class Circuit {
  readonly #limits: CircuitLimits;
  #share: Share | undefined;
  /** The pass of all calls of this closed period. */
  #pass!: Pass;
  #until: number | undefined;
  #row = 0;
  #breaks = 0;
  #successes = 0;
  readonly #probes = new Set<Pass>();

  constructor(limits: CircuitLimits) {
    this.#limits = limits;
    this.#clear();
  }

  /** Failures in a row. Of an open circuit: those that it saw when it opened. */
  get row(): number {
    return this.#row;
  }

  /** Breaks in a row: since it was closed. */
  get breaks(): number {
    return this.#breaks;
  }

  /** The end of the break; `undefined` for a closed circuit. */
  get until(): number | undefined {
    return this.#until;
  }

  /** Whether the moment makes a difference to {@link succeed}. A closed circuit without a share needs no clock. */
  get isTimed(): boolean {
    return this.#until !== undefined || this.#share !== undefined;
  }

  stateAt(now: number): CircuitState {
    if (this.#until === undefined) return 'closed';
    return now < this.#until ? 'open' : 'half-open';
  }

  /** Continues from an earlier process. */
  restore(row: number, breaks: number, until: number | undefined): void {
    this.#row = row;
    this.#breaks = breaks;
    this.#until = until;
  }

  /** The pass of the closed circuit, without a look at the clock; `undefined` for any other. */
  get closedPass(): Pass | undefined {
    return this.#until === undefined ? this.#pass : undefined;
  }

  /** Admits one call; `undefined` refuses it. */
  admit(now: number): Pass | undefined {
    if (this.#until === undefined) return this.#pass;
    if (now < this.#until) return undefined;
    for (const probe of this.#probes) if (this.#hasExpired(probe, now)) this.#probes.delete(probe);
    if (this.#successes + this.#probes.size >= this.#limits.probes) return undefined;
    const probe = { since: now };
    this.#probes.add(probe);
    return probe;
  }

  /** Whether the end of the call still changes something. */
  isValid(pass: Pass, now: number): boolean {
    if (this.#until === undefined) return pass === this.#pass;
    return this.#probes.has(pass) && !this.#hasExpired(pass, now);
  }

  /** The call says nothing about the server: its permit is free again. */
  giveBack(pass: Pass): void {
    this.#probes.delete(pass);
  }

  /** A call succeeded. True if that closes the circuit. */
  succeed(pass: Pass, now: number): boolean {
    if (!this.isValid(pass, now)) {
      this.giveBack(pass);
      return false;
    }
    if (this.#until === undefined) {
      this.#row = 0;
      this.#share?.add(now, false);
      return false;
    }
    this.#probes.delete(pass);
    this.#successes += 1;
    if (this.#successes < this.#limits.probes) return false;
    this.close();
    return true;
  }

  /** A call failed. If the circuit is to open for that, says why; {@link open} must follow. */
  fail(pass: Pass, now: number): string | undefined {
    if (!this.isValid(pass, now)) {
      this.giveBack(pass);
      return undefined;
    }
    if (this.#until !== undefined) return 'again after a failed probe';
    this.#row += 1;
    this.#share?.add(now, true);
    const { failures, ratio, minimum } = this.#limits;
    if (this.#row >= failures) return `after ${this.#row} failure${this.#row === 1 ? '' : 's'}`;
    const share = this.#share;
    if (share === undefined || share.calls < minimum) return undefined;
    if (share.failures / share.calls < (ratio as number)) return undefined;
    return `after ${share.failures} of ${share.calls} calls failed`;
  }

  /** Opens the circuit for the next break. */
  open(until: number): void {
    this.#clear();
    this.#breaks += 1;
    this.#until = until;
  }

  /** Closes the circuit and forgets what was counted. */
  close(): void {
    this.#clear();
    this.#breaks = 0;
    this.#row = 0;
    this.#until = undefined;
  }

  #clear(): void {
    this.#pass = { since: 0 };
    this.#probes.clear();
    this.#successes = 0;
    this.#share = this.#limits.ratio === undefined ? undefined : new Share(this.#limits.window);
  }

  #hasExpired(probe: Pass, now: number): boolean {
    return now - probe.since >= this.#limits.probeTimeout;
  }
}
