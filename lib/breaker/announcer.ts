import { channels } from '../base/channels.js';
import { ignoreRejection } from '../base/thenable.js';
import { errorFields } from '../strategies/log.js';
import type { LogLine } from '../strategies/logger.js';
import type { CircuitState } from './circuit.js';
import { named } from './errors.js';

/** A message on the channel `tenax:breaker`: a transition of a circuit breaker. */
interface BreakerMessage {
  /** The breaker's name. */
  readonly breaker: string | undefined;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** The failure that opened it, or the reason of a hold. */
  readonly cause?: unknown;
}

/** The settings of a breaker that its announcements depend on. */
interface AnnouncerSettings {
  readonly name: string | undefined;
  readonly log: LogLine | undefined;
  readonly simulated?: boolean;
}

/** Reports each transition to the channel `tenax:breaker` and to the logger. Each starts from the state announced last. */
export class Announcer {
  readonly #name: string | undefined;
  readonly #log: LogLine | undefined;
  readonly #simulated: boolean;
  #state: CircuitState;

  constructor({ name, log, simulated = false }: AnnouncerSettings, state: CircuitState) {
    this.#name = name;
    this.#log = log;
    this.#simulated = simulated;
    this.#state = state;
  }

  /** The state announced last. */
  get state(): CircuitState {
    return this.#state;
  }

  /** @param what The rest of the log line, after the breaker's name. */
  announce(to: CircuitState, what: string, cause?: unknown): void {
    const from = this.#state;
    this.#state = to;
    const { breaker: channel } = channels;
    if (channel.hasSubscribers && !this.#simulated) {
      const message: BreakerMessage = { breaker: this.#name, from, to, ...(cause === undefined ? {} : { cause }) };
      channel.publish(message);
    }
    try {
      const error = cause === undefined ? {} : { error: errorFields(cause) };
      ignoreRejection(this.#log?.(`breaker${named(this.#name)} ${what}`, { breaker: this.#name, from, to, ...error }));
    } catch {
      // An error of the logger must not fail a call or lose a permit.
    }
  }
}
