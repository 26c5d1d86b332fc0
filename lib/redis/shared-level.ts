import { setTimer, systemClock } from '../base/clock.js';
import { LimiterUnavailableError } from '../limits/errors.js';
import type { ScriptRunner } from './client.js';

/** What the script is asked; see there. */
export interface Ask {
  readonly rate: number;
  readonly tokens?: number;
  /** Milliseconds; undefined: any. */
  readonly maxWait?: number | undefined;
  readonly giveBack?: { readonly tokens: number; readonly turn: number } | undefined;
  readonly remaining?: number | undefined;
  /** Milliseconds. */
  readonly pause?: number;
}

/** What the script answered, in milliseconds. */
export interface Answer {
  readonly granted: boolean;
  readonly wait: number;
  readonly hold: number;
  readonly turn: number;
}

const POLL = 20;
const micros = (ms: number): string => String(Math.min(Math.ceil(ms * 1000), 1e15));

/** The bucket's level on the server, with a bound on how long an answer may take. */
export class SharedLevel {
  /** Whether the last command failed. The level may be lost with the server: it then starts empty, not full. */
  down = false;
  /** Whether the client was ever seen connected: one that has just been made is given the whole timeout. */
  private connected = false;
  private known: { readonly level: number; readonly at: number } | undefined;

  constructor(
    private readonly runner: ScriptRunner,
    private readonly key: string,
    private readonly capacity: number,
    private readonly timeout: number,
  ) {}

  /** At most this many tokens are there, as far as this process knows: others may have taken some since. */
  atMost(now: number, rate: number): number {
    if (this.known === undefined) return this.capacity;
    return Math.min(this.capacity, this.known.level + (Math.max(0, now - this.known.at) * rate) / 1000);
  }

  /**
   * One round trip. A command that timed out may have been run all the same: it is never repeated.
   *
   * @throws LimiterUnavailableError
   */
  async ask({ rate, tokens = 0, maxWait, giveBack, remaining, pause = 0 }: Ask): Promise<Answer> {
    const args = [
      String(rate),
      String(this.capacity),
      String(tokens),
      maxWait === undefined ? '-1' : micros(maxWait),
      String(this.down ? 0 : this.capacity),
      String(giveBack?.tokens ?? 0),
      String(remaining ?? -1),
      micros(pause),
      String(giveBack?.turn ?? -1),
    ];
    try {
      const answer = (await this.within(args)) as readonly (number | string)[];
      this.down = false;
      const [granted, wait, hold, level, turn] = answer.map(Number) as [number, number, number, number, number];
      this.known = { level, at: systemClock.now() + hold / 1000 };
      return { granted: granted === 1, wait: wait / 1000, hold: hold / 1000, turn };
    } catch (error) {
      this.down = true;
      if (error instanceof LimiterUnavailableError) throw error;
      throw new LimiterUnavailableError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  private within(args: string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let over = false;
      // A connection that broke may come back soon; one that is not back halfway leaves time to do without.
      const end = systemClock.now() + (this.connected ? this.timeout / 2 : this.timeout);
      const cancel = setTimer(this.timeout, () => {
        over = true;
        reject(new LimiterUnavailableError(`no answer from Redis within ${this.timeout} ms`));
      });
      const send = (): void => {
        if (over) return;
        // Not into an offline queue: a client that is still connecting is waited for.
        if (!this.runner.isReady()) {
          if (this.down || systemClock.now() >= end) {
            cancel();
            reject(new LimiterUnavailableError('the client is not connected'));
          } else setTimer(POLL, send);
          return;
        }
        this.connected = true;
        this.runner
          .run(this.key, args, () => !over)
          .then(resolve, reject)
          .finally(cancel);
      };
      send();
    });
  }
}
