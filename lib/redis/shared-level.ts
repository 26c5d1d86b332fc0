import { setTimer, systemClock } from '../base/clock.js';
import { LimiterUnavailableError } from '../limits/errors.js';
import type { ScriptRunner } from './client.js';

/** What the script is asked; see there. */
export interface Ask {
  readonly rate: number;
  readonly tokens?: number;
  /** Milliseconds; undefined: any. */
  readonly maxWait?: number | undefined;
  readonly giveBack?: number;
  readonly remaining?: number | undefined;
  /** Milliseconds. */
  readonly pause?: number;
}

/** What the script answered, in milliseconds. */
export interface Answer {
  readonly granted: boolean;
  readonly wait: number;
  readonly hold: number;
  readonly level: number;
}

const POLL = 20;
const micros = (ms: number): string => String(Math.min(Math.ceil(ms * 1000), 1e15));

/** The bucket's level on the server, with a bound on how long an answer may take. */
export class SharedLevel {
  /** Whether the last command failed. The level may be lost with the server: it then starts empty, not full. */
  down = false;

  constructor(
    private readonly runner: ScriptRunner,
    private readonly key: string,
    private readonly capacity: number,
    private readonly timeout: number,
  ) {}

  /** Whether it is worth asking: a client known to be away is not waited for again. */
  get reachable(): boolean {
    return !this.down || this.runner.isReady();
  }

  /**
   * One round trip. A command that timed out may have been run all the same: it is never repeated.
   *
   * @throws LimiterUnavailableError
   */
  async ask({ rate, tokens = 0, maxWait, giveBack = 0, remaining, pause = 0 }: Ask): Promise<Answer> {
    const args = [
      String(rate),
      String(this.capacity),
      String(tokens),
      maxWait === undefined || maxWait === Infinity ? '-1' : micros(maxWait),
      String(this.down ? 0 : this.capacity),
      String(giveBack),
      String(remaining ?? -1),
      micros(pause),
    ];
    try {
      const answer = (await this.within(args)) as [number, string, string, string];
      this.down = false;
      return {
        granted: Number(answer[0]) === 1,
        wait: Number(answer[1]) / 1000,
        hold: Number(answer[2]) / 1000,
        level: Number(answer[3]),
      };
    } catch (error) {
      this.down = true;
      if (error instanceof LimiterUnavailableError) throw error;
      throw new LimiterUnavailableError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  private within(args: string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let over = false;
      const end = systemClock.now() + this.timeout;
      const cancel = setTimer(this.timeout, () => {
        over = true;
        reject(new LimiterUnavailableError(`no answer from Redis within ${this.timeout} ms`));
      });
      const send = (): void => {
        if (over) return;
        // Not into an offline queue: a client that is still connecting is waited for.
        if (!this.runner.isReady() && systemClock.now() < end) {
          if (this.down) {
            cancel();
            reject(new LimiterUnavailableError('the client is not connected'));
          } else setTimer(POLL, send);
          return;
        }
        this.runner.run(this.key, args).then(resolve, reject).finally(cancel);
      };
      send();
    });
  }
}
