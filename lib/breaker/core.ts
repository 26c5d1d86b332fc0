import { formatValue } from '../base/check.js';
import type { HostedRequest } from '../base/host-of.js';
import { ignoreRejection } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { PolicyError } from '../engine/errors.js';
import { readAnswer } from '../headers/answer.js';
import { LONGEST_SERVER_TIME } from '../headers/retry-after.js';
import { Announcer } from './announcer.js';
import { Circuit, type CircuitState, type Pass } from './circuit.js';
import { CircuitOpenError, inSeconds } from './errors.js';
import { defaultBreak, type BreakerSettings } from './options.js';
import type { SavedCircuit } from './saved.js';
import { Stopwatch } from './stopwatch.js';
import { lastOutcome } from './verdict.js';

/** Matches the host and port of an address, without credentials. */
const AUTHORITY = /^(?:[a-z][a-z\d+.-]*:)?\/\/(?:[^/?#@]*@)?([^/?#]+)/i;

/** The internals of a breaker: the circuit on a clock, the holds, and the announcements. */
export class BreakerCore {
  readonly settings: BreakerSettings;
  /** The first two hosts that its requests went to, for `lintPolicy`. */
  readonly hosts = new Set<string>();
  readonly #circuit: Circuit;
  readonly #time: Stopwatch;
  readonly #holds = new Set<{ readonly reason: unknown }>();
  readonly #announcer: Announcer;
  /** The failure that opened it. */
  #cause: unknown;
  /** The length of the last break. */
  #lastBreak = 0;

  constructor(settings: BreakerSettings) {
    this.settings = settings;
    this.#time = new Stopwatch(settings.clock);
    this.#circuit = new Circuit(settings);
    const { restored } = settings;
    if (restored !== undefined) this.#restore(restored);
    this.#announcer = new Announcer(settings, this.#stateWithoutHolds());
  }

  get state(): CircuitState {
    return this.#holds.size > 0 ? 'open' : this.#stateWithoutHolds();
  }

  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  /** Milliseconds on the breaker's stopwatch. */
  now(): number {
    return this.#time.now();
  }

  /** Notes the host of an HTTP request. */
  noteHost({ url, baseURL }: HostedRequest): void {
    if (this.hosts.size > 1) return;
    const host = AUTHORITY.exec(String(url))?.[1] ?? AUTHORITY.exec(String(baseURL))?.[1];
    if (host !== undefined) this.hosts.add(host.toLowerCase());
  }

  /** Admits a call. @throws CircuitOpenError if the breaker refuses it. */
  enter(): Pass {
    if (this.#holds.size > 0) throw this.#refusal('is held open', undefined, [...this.#holds].at(-1)?.reason);
    const closed = this.#circuit.closedPass;
    if (closed !== undefined) return closed;
    const now = this.#time.now();
    const pass = this.#circuit.admit(now);
    if (pass === undefined) {
      const left = (this.#circuit.until as number) - now;
      if (left <= 0) throw this.#refusal('is half-open, and its probes are in progress', undefined, this.#cause);
      throw this.#refusal(`is open, ${nextTry(left)}`, left, this.#cause);
    }
    if (this.#announcer.state !== 'half-open') this.#announcer.announce('half-open', 'is half-open, a probe starts');
    return pass;
  }

  /**
   * Admits once more a call that has waited since it was admitted. Returns the new pass.
   *
   * @throws CircuitOpenError if the breaker refuses it.
   */
  renew(pass: Pass): Pass {
    this.giveBack(pass);
    return this.enter();
  }

  giveBack(pass: Pass): void {
    this.#circuit.giveBack(pass);
  }

  succeed(pass: Pass): void {
    const closes = this.#circuit.succeed(pass, this.#circuit.isTimed ? this.#time.now() : 0);
    if (closes) this.#closed('closed');
  }

  /**
   * Counts a failure.
   *
   * @param judged Makes the state that `breakFor` receives.
   * @throws PolicyError for an error or a wrong value of `breakFor`. The breaker has opened nevertheless.
   */
  fail(pass: Pass, outcome: Outcome, judged: () => RetryCallState): void {
    const now = this.#time.now();
    const why = this.#circuit.fail(pass, now);
    if (why === undefined) return;
    const { length, fault } = this.#breakFor(outcome, judged);
    this.#lastBreak = length;
    this.#circuit.open(now + length);
    this.#cause = outcome.failed ? outcome.error : outcome.value;
    if (this.#holds.size === 0) this.#announcer.announce('open', `opened ${why}, ${nextTry(length)}`, this.#cause);
    if (fault !== undefined) throw fault;
  }

  hold(reason: unknown): () => void {
    const hold = { reason };
    this.#holds.add(hold);
    if (this.#holds.size === 1) this.#announcer.announce('open', 'is held open', reason);
    return () => {
      if (!this.#holds.delete(hold) || this.#holds.size > 0) return;
      const state = this.#stateWithoutHolds();
      this.#announcer.announce(state, `is released and ${state}`);
    };
  }

  reset(): void {
    this.#circuit.close();
    this.#closed('closed by reset()');
  }

  toJSON(): SavedCircuit {
    const { failuresInARow, breaks, until } = this.#circuit;
    const now = this.#time.now();
    const state = this.#circuit.stateAt(now);
    const ends = state === 'open' && until !== Infinity;
    return { state, failures: failuresInARow, breaks, until: ends ? Date.now() + ((until as number) - now) : null };
  }

  #stateWithoutHolds(): CircuitState {
    return this.#circuit.until === undefined ? 'closed' : this.#circuit.stateAt(this.#time.now());
  }

  #restore({ state, failures, breaks, until }: SavedCircuit): void {
    const now = this.#time.now();
    const left = state === 'half-open' ? 0 : until === null ? Infinity : until - Date.now();
    this.#circuit.restore(failures, breaks, state === 'closed' ? undefined : now + left);
  }

  /** Announces that it closed, unless it is held. */
  #closed(what: string): void {
    this.#cause = undefined;
    if (this.#holds.size === 0 && this.#announcer.state !== 'closed') this.#announcer.announce('closed', what);
  }

  #refusal(what: string, retryAfter: number | undefined, cause: unknown): CircuitOpenError {
    return new CircuitOpenError({ breaker: this.settings.name, what, retryAfter, cause });
  }

  /** The length of the next break. If `breakFor` fails, it is the default length. */
  #breakFor(outcome: Outcome, judged: () => RetryCallState): { length: number; fault?: PolicyError } {
    const attemptNumber = this.#circuit.breaks + 1;
    const state = Object.assign(judged(), { attemptNumber, upcomingSleep: this.#lastBreak });
    const retryAfter = Math.min(readAnswer(lastOutcome(outcome)).retryAfter ?? 0, LONGEST_SERVER_TIME);
    try {
      const length: unknown = ignoreRejection(this.settings.breakFor.delay(state));
      if (typeof length === 'number' && length >= 0) return { length: Math.max(length, retryAfter) };
      throw new RangeError(`breakFor must return milliseconds at once (a number ≥ 0), got ${formatValue(length)}`);
    } catch (thrown) {
      const length = Math.max(defaultBreak().delay(state) as number, retryAfter);
      const error: unknown = outcome.failed ? outcome.error : undefined;
      return { length, fault: new PolicyError('breakFor', state.fnName, thrown, error) };
    }
  }
}

const nextTry = (ms: number): string => (ms === Infinity ? 'until reset() closes it' : `next try in ${inSeconds(ms)}`);
