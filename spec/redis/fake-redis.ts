import type { IoredisLike } from 'tenax/redis';

/**
 * What the script does on a server, written once more in TypeScript on this process's clock, so that specs can run in
 * virtual time and put in the faults of a server one at a time. The script itself is tried on a real server.
 */
export class FakeRedis implements IoredisLike {
  status = 'ready';
  /** Milliseconds of each command's way there and back. */
  latency = 0;
  /** What the next commands fail with. */
  error: unknown;
  calls = 0;
  level: number | undefined;
  #last = 0;
  #paused = 0;
  #rate = 0;
  #turn = 0;

  async evalsha(_sha: string, _keys: number, _key: string, ...args: string[]): Promise<unknown> {
    this.calls += 1;
    const way = (): Promise<unknown> | undefined =>
      this.latency === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, this.latency / 2));
    await way();

    if (this.error !== undefined) throw this.error;
    const answer = this.#run(args.map(Number));
    await way();
    return answer;
  }

  eval(_script: string, keys: number, ...args: string[]): Promise<unknown> {
    return this.evalsha('', keys, ...(args as [string, ...string[]]));
  }

  /** Loses what it knew, as a server without persistence does. */
  forget(): void {
    this.level = undefined;
  }

  #run(args: number[]): unknown {
    const [rate, capacity, n, longest, initial, back, left, pause, turn] = args as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (args.some(Number.isNaN)) throw new Error('ERR a number is none');
    const now = performance.now() * 1000;
    if (this.level === undefined) {
      this.#last = now;
      this.#paused = 0;
      this.#rate = rate;
    }
    let level = this.level ?? initial;
    if (now > this.#last) {
      level = Math.min(capacity, level + ((now - this.#last) * this.#rate) / 1e6);
      this.#last = now;
    }
    if (back > 0 && turn === this.#turn) level = Math.min(capacity, level + back);
    if (left >= 0) level = Math.min(level, left);
    if (pause > 0 && now + pause > this.#paused) {
      this.#paused = now + pause;
      if (level < 0) {
        level = Math.min(0, level + ((this.#paused - this.#last) * rate) / 1e6);
        this.#turn += 1;
      }
      this.#last = this.#paused;
    }
    const hold = Math.max(0, this.#last - now);
    const after = level - n;
    const wait = after < -1e-9 ? hold + (rate === 0 ? 1e15 : Math.ceil((-after / rate) * 1e6)) : hold;
    const granted = (longest < 0 || wait <= longest) && (rate > 0 || n === 0);
    if (granted && n > 0) this.#turn += 1;
    this.level = granted ? after : level;
    this.#rate = rate;
    return [granted ? 1 : 0, String(wait), String(hold), String(this.level), String(this.#turn)];
  }
}
