import { channels } from '../base/channels.js';
import { ignoreRejection } from '../base/thenable.js';
import { errorFields } from '../strategies/log.js';
import type { LogLine } from '../strategies/logger.js';
import type { CircuitState } from './circuit.js';
import { named } from './errors.js';

/** What the channel `tenax:breaker` carries. */
interface BreakerMessage {
  /** The breaker's name. */
  readonly breaker: string | undefined;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** The failure that opened it, or the reason of the hold. */
  readonly cause?: unknown;
}

/** What is announced of a breaker. */
interface Announced {
  readonly name: string | undefined;
  readonly log: LogLine | undefined;
  readonly simulated?: boolean;
}

/** Reports each transition to the channel `tenax:breaker` and to the logger. Each begins where the last one ended. */
export class Announcer {
  readonly #name: string | undefined;
  readonly #log: LogLine | undefined;
  readonly #simulated: boolean;
  #state: CircuitState;

  constructor({ name, log, simulated = false }: Announced, state: CircuitState) {
    this.#name = name;
    this.#log = log;
    this.#simulated = simulated;
    this.#state = state;
  }

  /** The state announced last. */
  get state(): CircuitState {
    return this.#state;
  }

  /** @param what the rest of the line, after the breaker's name */
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
      // A call must not fail, and no permit may be lost, because a logger fails.
    }
  }
}
