import { newSlots, stepSlots, type SlotsWords } from './fake-slots';
import { stepLimits, type IoredisLike, type LimitCommand, type LimitState } from 'tenax/redis';

/**
 * A Redis server in memory that runs `stepLimits` in place of the script, on this process's clock. So specs run in virtual
 * time and can simulate a server's faults one at a time. The script itself is tested on a real server.
 */
export class FakeRedis implements IoredisLike {
  status = 'ready';
  /** Milliseconds that a command takes in each direction. */
  latency = 0;
  /** The error that the next commands fail with. */
  error: unknown;
  /** Whether commands arrive but get no reply. */
  hangs = false;
  /** Microseconds by which the server's clock is ahead of this process's. */
  ahead = 1.79e15;
  readonly commands: LimitCommand[] = [];
  slots = newSlots();
  #states = new Map<string, LimitState>();

  get calls(): number {
    return this.commands.length;
  }

  /** The state under a key. */
  state(key = 'k'): LimitState | undefined {
    return this.#states.get(key);
  }

  /** The unclaimed tokens under a key. */
  get level(): number | undefined {
    return this.state()?.level;
  }

  async evalsha(_sha: string, count: number, ...args: string[]): Promise<unknown> {
    const keys = args.slice(0, count);
    const command = JSON.parse(args[count]!) as LimitCommand | SlotsWords;
    this.commands.push(command as LimitCommand);
    const way = (): Promise<unknown> | undefined =>
      this.latency === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, this.latency / 2));
    await way();
    if (this.error !== undefined) throw this.error;
    const now = Math.floor(performance.now() * 1000 + this.ahead);
    const reply = 'held' in command ? stepSlots(this.slots, command, now) : this.#run(keys, command, now);
    await way();
    return this.hangs ? new Promise(() => undefined) : reply;
  }

  eval(_script: string, keys: number, ...args: string[]): Promise<unknown> {
    return this.evalsha('', keys, ...args);
  }

  /** Forgets every key, like a restarted server without persistence. */
  forget(): void {
    this.#states.clear();
    this.slots = newSlots();
  }

  #run(keys: readonly string[], command: LimitCommand, now: number): string {
    const states = keys.map((key) => this.#states.get(key));
    const next = stepLimits(states, command, now);
    keys.forEach((key, i) => this.#states.set(key, next.states[i]!));
    const { place, crowd, doubt, parts, claimed } = next.reply;
    const levels = parts.flatMap(({ level, rate, hold }) => [level, rate, hold]);
    return [[place, crowd, doubt], levels, claimed].map((line) => line.join(' ')).join('\n');
  }
}
