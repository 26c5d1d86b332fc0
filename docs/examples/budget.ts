// A thousand clients, each asking once a second, and a server that fails for 30 seconds: what its failures make of the
// traffic, without a retry budget and with one. The real engine on a clock of its own; a second of yours.
import { fileURLToPath } from 'node:url';
import { Retrying, RetryBudget, stop, wait, type Clock } from 'tenax';

const CLIENTS = 1000;
const SECONDS = 60;
const OUTAGE = { from: 15, to: 45 };
const TICK = 10;

/** Time in ticks of ten milliseconds: all who sleep until the same tick wake together. */
class Ticks implements Clock {
  #now = 0;
  readonly #sleepers = new Map<number, (() => void)[]>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    const due = Math.ceil((this.#now + Math.max(ms, TICK)) / TICK) * TICK;
    return new Promise((resolve) => {
      const others = this.#sleepers.get(due);
      if (others === undefined) this.#sleepers.set(due, [resolve]);
      else others.push(resolve);
    });
  }

  async run(until: number): Promise<void> {
    for (; this.#now < until; this.#now += TICK) {
      for (const wake of this.#sleepers.get(this.#now) ?? []) wake();
      this.#sleepers.delete(this.#now);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** The same numbers every time (Park and Miller). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** What the server saw, in attempts a second. */
export interface Seen {
  readonly usual: number;
  readonly peak: number;
  /** Attempts for each first attempt during the outage. */
  readonly factor: number;
  /** The share of the calls begun outside of the outage that succeeded. */
  readonly succeeded: number;
}

/** Runs the fleet. `budget` makes one for each client, or none. */
export async function outage(budget: () => RetryBudget | undefined, clock = new Ticks()): Promise<Seen> {
  const random = numbers(7);
  const perSecond = new Array<number>(SECONDS + 1).fill(0);
  const calls = { during: 0, outside: 0, succeeded: 0 };
  const second = (): number => Math.floor(clock.now() / 1000);
  const isOut = (): boolean => second() >= OUTAGE.from && second() < OUTAGE.to;

  async function ask(): Promise<void> {
    perSecond[second()]! += 1;
    // Nine of a thousand fail on a good day.
    if (isOut() || random() < 0.009) throw new Error('503');
  }

  for (let i = 0; i < CLIENTS; i += 1) {
    const retrying = new Retrying({
      stop: stop.afterAttempt(5),
      wait: wait.exponentialJitter({ initial: 100, max: 2000, jitter: 100 }),
      budget: budget(),
      clock,
      random,
    });
    void (async () => {
      await clock.sleep(random() * 1000);
      while (clock.now() < SECONDS * 1000) {
        const outside = !isOut();
        if (outside) calls.outside += 1;
        else calls.during += 1;
        void retrying.call(ask).then(
          () => void (calls.succeeded += outside ? 1 : 0),
          () => undefined,
        );
        await clock.sleep(1000);
      }
    })();
  }
  await clock.run(SECONDS * 1000);
  const within = (from: number, to: number): number[] => perSecond.slice(from, to);
  const sum = (list: number[]): number => list.reduce((total, each) => total + each, 0);
  return {
    usual: Math.round(sum(within(5, OUTAGE.from)) / (OUTAGE.from - 5)),
    peak: Math.max(...perSecond),
    factor: sum(within(OUTAGE.from, OUTAGE.to)) / calls.during,
    succeeded: calls.succeeded / calls.outside,
  };
}

/** One retry for five first attempts, and one every ten seconds for a client that asks seldom. */
export const budgetOfClient = (clock: Clock) => (): RetryBudget =>
  new RetryBudget({ ratio: 0.2, minPerSecond: 0.1, clock });

export async function main(print: (line: string) => void = console.log): Promise<void> {
  const line = (name: string, { usual, peak, factor, succeeded }: Seen): string =>
    `${name}: usually ${usual} attempts a second, at most ${peak}; ` +
    `${factor.toFixed(2)} attempts a call during the outage, ${(succeeded * 100).toFixed(2)} % succeed outside of it`;
  print(line('without a budget', await outage(() => undefined)));
  const clock = new Ticks();
  print(line('with a budget   ', await outage(budgetOfClient(clock), clock)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
