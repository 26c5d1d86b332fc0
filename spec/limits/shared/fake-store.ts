import { stepLimits, type LimitCommand, type LimitReply, type LimitState, type LimitStore } from 'tenax/redis';

/**
 * A store in memory, on this process's clock. Specs run in virtual time with it, and can simulate the faults of a store one at
 * a time.
 */
export class FakeStore implements LimitStore {
  /** Milliseconds that a command takes, there and back. */
  latency = 0;
  /** The error that the next commands fail with. */
  error: unknown;
  /** Whether commands arrive but get no reply. */
  hangs = false;
  /** Microseconds by which the store's clock is ahead of this process's. */
  ahead = 1.79e15;
  readonly commands: LimitCommand[] = [];
  slotOf?: (key: string) => string;
  #states = new Map<string, LimitState>();

  get calls(): number {
    return this.commands.length;
  }

  /** The state under a key. */
  state(key = 'k'): LimitState | undefined {
    return this.#states.get(key);
  }

  /** The unclaimed tokens under the key `k`. */
  get level(): number | undefined {
    return this.state()?.level;
  }

  run(keys: readonly string[], command: LimitCommand): Promise<LimitReply> {
    this.commands.push(command);
    return this.travel((now) => this.step(keys, command, now));
  }

  /** Forgets every key, like a restarted server without persistence. */
  forget(): void {
    this.#states.clear();
  }

  /** The way of a command to the store, which runs it at `now`, and of its reply back. */
  protected async travel<T>(run: (now: number) => T): Promise<T> {
    const way = (): Promise<unknown> | undefined =>
      this.latency === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, this.latency / 2));
    await way();
    if (this.error !== undefined) throw this.error;
    const reply = run(Math.floor(performance.now() * 1000 + this.ahead));
    await way();
    return this.hangs ? new Promise<never>(() => undefined) : reply;
  }

  protected step(keys: readonly string[], command: LimitCommand, now: number): LimitReply {
    const states = keys.map((key) => this.#states.get(key));
    const next = stepLimits(states, command, now);
    keys.forEach((key, i) => this.#states.set(key, next.states[i]!));
    return next.reply;
  }
}
