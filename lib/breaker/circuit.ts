import { Share } from './share.js';

/** The state of a circuit: it lets all calls through, none, or some probes. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** When a circuit opens, and how it closes again. */
export interface CircuitLimits {
  /** The failures in a row that open it; `Infinity` turns this off. */
  readonly failures: number;
  /** The share of failures that opens it; undefined turns this off. */
  readonly ratio: number | undefined;
  /** With fewer calls in the window, the share does not count. */
  readonly minimum: number;
  /** The length of the window in milliseconds. */
  readonly window: number;
  /** Successes that close it, and the most calls in progress while half-open. */
  readonly probes: number;
  /** Milliseconds after which a probe loses its permit. */
  readonly probeTimeout: number;
}

/** The right to make one call. All calls of a closed circuit share one; each probe of a half-open circuit has its own. */
export interface Pass {
  /** When the probe began; 0 for the pass of a closed circuit. */
  readonly since: number;
}

/**
 * The state machine of a circuit breaker. It has no clock and no timer: every method takes the current moment.
 *
 * A closed circuit counts outcomes. When it opens or closes, a new period begins, and the passes of earlier periods become
 * void, so calls that end late change nothing. An open circuit is half-open from `until` on. Then the successes so far plus
 * the probes in progress are at most `probes`: a success keeps its permit, and the last one needed closes the circuit.
 */
export class Circuit {
  readonly #limits: CircuitLimits;
  #share: Share | undefined;
  /** The pass of all calls of the current closed period. */
  #pass!: Pass;
  #until: number | undefined;
  #failuresInARow = 0;
  #breaks = 0;
  #successes = 0;
  readonly #probes = new Set<Pass>();

  constructor(limits: CircuitLimits) {
    this.#limits = limits;
    this.#clear();
  }

  /** The failures in a row. For an open circuit, their number when it opened. */
  get failuresInARow(): number {
    return this.#failuresInARow;
  }

  /** The breaks since it was last closed. */
  get breaks(): number {
    return this.#breaks;
  }

  /** The end of the break; undefined for a closed circuit. */
  get until(): number | undefined {
    return this.#until;
  }

  /** Whether {@link succeed} uses its moment. A closed circuit without a share does not need the time. */
  get isTimed(): boolean {
    return this.#until !== undefined || this.#share !== undefined;
  }

  stateAt(now: number): CircuitState {
    if (this.#until === undefined) return 'closed';
    return now < this.#until ? 'open' : 'half-open';
  }

  /** Takes over the state of an earlier process. */
  restore(failuresInARow: number, breaks: number, until: number | undefined): void {
    this.#failuresInARow = failuresInARow;
    this.#breaks = breaks;
    this.#until = until;
  }

  /** The pass of a closed circuit, which needs no time; undefined for any other. */
  get closedPass(): Pass | undefined {
    return this.#until === undefined ? this.#pass : undefined;
  }

  /** Admits one call; undefined if it is refused. */
  admit(now: number): Pass | undefined {
    if (this.#until === undefined) return this.#pass;
    if (now < this.#until) return undefined;
    for (const probe of this.#probes) if (this.#hasExpired(probe, now)) this.#probes.delete(probe);
    if (this.#successes + this.#probes.size >= this.#limits.probes) return undefined;
    const probe = { since: now };
    this.#probes.add(probe);
    return probe;
  }

  /** Whether the end of a call still counts. */
  isValid(pass: Pass, now: number): boolean {
    if (this.#until === undefined) return pass === this.#pass;
    return this.#probes.has(pass) && !this.#hasExpired(pass, now);
  }

  /** Frees the permit of a call whose end says nothing about the server. */
  giveBack(pass: Pass): void {
    this.#probes.delete(pass);
  }

  /** Counts a success. Returns true if it closes the circuit. */
  succeed(pass: Pass, now: number): boolean {
    if (!this.isValid(pass, now)) {
      this.giveBack(pass);
      return false;
    }
    if (this.#until === undefined) {
      this.#failuresInARow = 0;
      this.#share?.add(now, false);
      return false;
    }
    this.#probes.delete(pass);
    this.#successes += 1;
    if (this.#successes < this.#limits.probes) return false;
    this.close();
    return true;
  }

  /** Counts a failure. If the circuit has to open, returns why; the caller then calls {@link open}. */
  fail(pass: Pass, now: number): string | undefined {
    if (!this.isValid(pass, now)) {
      this.giveBack(pass);
      return undefined;
    }
    if (this.#until !== undefined) return 'again after a failed probe';
    this.#failuresInARow += 1;
    this.#share?.add(now, true);
    const { failures, ratio, minimum } = this.#limits;
    if (this.#failuresInARow >= failures)
      return `after ${this.#failuresInARow} failure${this.#failuresInARow === 1 ? '' : 's'}`;
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

  /** Closes the circuit and resets its counts. */
  close(): void {
    this.#clear();
    this.#breaks = 0;
    this.#failuresInARow = 0;
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
