import fc from 'fast-check';
import { stepLimits, type LimitCommand, type LimitPart, type LimitReply, type LimitState } from 'tenax/redis';

/** Something that one of the processes does, or that happens to it or to the store, `after` microseconds of real time. */
export type Happening = { readonly after: number; readonly process: number } & (
  | {
      readonly kind: 'ask';
      readonly asks: number[];
      readonly horizon: number;
      readonly valid: number;
      readonly line: 0 | 1;
    }
  | { readonly kind: 'take'; readonly share: number }
  | { readonly kind: 'giveUp' | 'tell' | 'crash' | 'evict' }
  | { readonly kind: 'settle'; readonly tokens: number }
  | { readonly kind: 'pause'; readonly span: number }
  | { readonly kind: 'rerate'; readonly rate: number }
  | { readonly kind: 'clockBack'; readonly by: number }
);

/** How often things happen where little goes wrong. */
export const OFTEN = { ask: 12, take: 10, giveUp: 3, tell: 3 };
/** The same, with all that can go wrong. */
export const EVERYTHING = { ...OFTEN, crash: 1, settle: 1, pause: 1, rerate: 1, clockBack: 1, evict: 1 };

/** Tokens. Moments since 1970 are a quarter of a microsecond apart. */
export const ROUNDING = 1e-3;

export interface Setting {
  readonly capacity: number;
  readonly rate: number;
  readonly happenings: Happening[];
}

const span = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 300_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5_000_000 }) },
);
const rate = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.2, max: 50, noNaN: true }));
const kinds = {
  ask: {
    asks: fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 }),
    horizon: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200_000 })),
    valid: fc.integer({ min: 1000, max: 250_000 }),
    line: fc.constantFrom(0 as const, 1 as const),
  },
  take: { share: fc.double({ min: 0, max: 1, noNaN: true }) },
  giveUp: {},
  tell: {},
  crash: {},
  settle: { tokens: fc.double({ min: -3, max: 3, noNaN: true }) },
  pause: { span },
  rerate: { rate: fc.oneof({ weight: 4, arbitrary: rate }, { weight: 1, arbitrary: fc.constant(0) }) },
  clockBack: { by: fc.integer({ min: 1, max: 3_600_000_000 }) },
  evict: {},
};
type Kind = keyof typeof kinds;

/** Histories of up to eight processes. `often` says how often what happens. */
export function histories(often: Partial<Record<Kind, number>>, maxLength = 60): fc.Arbitrary<Setting> {
  const happening = fc.oneof(
    ...Object.entries(often).map(([kind, weight]) => ({
      weight,
      arbitrary: fc.record({
        kind: fc.constant(kind),
        after: span,
        process: fc.integer({ min: 0, max: 7 }),
        ...kinds[kind as Kind],
      } as Record<string, fc.Arbitrary<unknown>>) as unknown as fc.Arbitrary<Happening>,
    })),
  );
  return fc.record({
    capacity: fc.oneof(fc.integer({ min: 3, max: 12 }), fc.double({ min: 3, max: 40, noNaN: true })),
    rate,
    happenings: fc.array(happening, { minLength: 5, maxLength, size: 'max' }),
  });
}

/** A claim that a process holds, in real time. */
interface Held {
  readonly number: number;
  readonly tokens: number;
  readonly due: number;
  readonly lapse: number;
  taken: number;
  late: number;
}

interface Process {
  held: Held[];
  done: [number, number, number][];
  number: number;
  life: number;
  known: { level: number; at: number } | undefined;
}

/** A bucket that learns of every grant at its moment: what a local one would hold. */
class Truth {
  level: number;
  last: number;
  pausedUntil = 0;
  /** Whether it has been full while something was charged in the store, so that the store cannot know how much overflowed. */
  overflowed = false;
  readonly #changes: { readonly at: number; readonly change: () => void }[] = [];

  constructor(
    readonly capacity: number,
    public rate: number,
    now: number,
  ) {
    this.level = capacity;
    this.last = now;
  }

  /** From then on there is a pause, or another rate: what had been claimed by then still came as it was promised. */
  changeAt(at: number, change: () => void): void {
    this.#changes.push({ at: Math.max(at, this.last), change });
  }

  advance(now: number): void {
    for (let [next] = this.#changes; next !== undefined && next.at <= now; [next] = this.#changes) {
      this.#refill(next.at);
      next.change();
      this.#changes.shift();
    }
    this.#refill(now);
  }

  #refill(now: number): void {
    const from = Math.max(this.last, this.pausedUntil);
    if (now > from) {
      this.level += ((now - from) * this.rate) / 1e6;
      if (this.level > this.capacity) this.overflowed = true;
      this.level = Math.min(this.capacity, this.level);
    }
    this.last = Math.max(this.last, now);
  }
}

/** What the store says: the same function in TypeScript, or the script on a server. */
type Step = (command: LimitCommand, now: number) => Promise<LimitReply> | LimitReply;

/** What a history came to. */
export interface Account {
  /** By how many tokens the grants exceeded the bound at most. */
  readonly excess: number;
  /** How many tokens fewer than there are the store knew of at the end, when it had been told everything. */
  readonly lost: number;
  /** Whether the bucket overflowed at any time; tokens that the store did not know to have room for were lost then. */
  readonly overflowed: boolean;
  /** How many tokens fewer than the capacity there were once the bucket had had the time to fill. */
  readonly missing: number;
  readonly granted: number;
}

/** Where the store's clock begins: microseconds since 1970. */
const EPOCH = 1.79e15;

/** An in-memory store with its state in view. */
export class MemoryStep {
  state: LimitState | undefined;

  readonly step = (command: LimitCommand, now: number): LimitReply => {
    const { states, reply } = stepLimits([this.state], command, now);
    // As another store would keep it.
    this.state = JSON.parse(JSON.stringify(states[0])) as LimitState;
    return reply;
  };
}

/** Plays a history; every grant happens at a moment that the protocol allows. */
export function play(setting: Setting, step = new MemoryStep()): Account {
  const { capacity, happenings } = setting;
  let real = 0;
  let offset = EPOCH;
  let excess = 0;
  let granted = 0;
  let inexact = false;
  let inForce = setting.rate;
  let pauses = 0;
  let pausedUntil = 0;
  const truth = new Truth(capacity, setting.rate, 0);
  const newProcess = (life: number): Process => ({ held: [], done: [], number: 0, life, known: undefined });
  const processes = Array.from({ length: 8 }, () => newProcess(0));

  const send = (index: number, ask: Partial<LimitCommand> = {}, say: Partial<LimitPart> = {}): void => {
    const process = processes[index]!;
    const { known } = process;
    process.number += 1;
    const missing = step.state === undefined;
    const initial =
      known === undefined ? capacity : Math.min(capacity, known.level + ((real - known.at) * inForce) / 1e6);
    const command: LimitCommand = {
      owner: `${index}.${process.life}`,
      number: process.number,
      asks: [],
      horizon: 0,
      valid: 0,
      maxWait: -1,
      line: 0,
      ...ask,
      parts: [
        {
          capacity,
          rate: inForce,
          base: setting.rate,
          assigned: 0,
          initial,
          hold: Math.max(0, pausedUntil - real),
          done: process.done,
          settle: 0,
          left: -1,
          name: '',
          pause: -1,
          ...say,
        },
      ],
    };
    process.done = [];
    if (missing) {
      // Nobody knows better than this process now.
      truth.level = initial;
      for (const each of processes) each.held = [];
    }
    const reply = step.step(command, real + offset);
    process.known = { level: reply.parts[0]!.level, at: real };
    if (reply.claimed.length > 0) {
      const tokens = reply.claimed.reduce((sum, _, i) => sum + command.asks[i]![0]!, 0);
      const due = real + reply.claimed.at(-1)!;
      process.held.push({ number: process.number, tokens, due, lapse: due + command.valid, taken: 0, late: 0 });
    }
  };
  const end = (process: Process, held: Held): void => {
    process.held.splice(process.held.indexOf(held), 1);
    process.done.push([held.number, held.taken, held.late]);
  };
  /** When all is there that has been claimed. */
  const promised = (): number => {
    const { state } = step;
    return state === undefined ? real : Math.max(real, ...state.claims.map((claim) => claim.due - offset));
  };

  for (const happening of happenings) {
    real += happening.after;
    // Who takes or gives up has something.
    const holders = processes.filter((each) => each.held.length > 0);
    const acts = happening.kind === 'take' || happening.kind === 'giveUp';
    const process = (acts ? holders[happening.process % holders.length] : undefined) ?? processes[happening.process]!;
    const [held] = process.held;
    if (happening.kind === 'take' && held !== undefined && happening.share > 0.1 && real < held.due) real = held.due;
    truth.advance(real);
    switch (happening.kind) {
      case 'ask': {
        const asks = happening.asks.map((tokens) => [tokens]);
        send(happening.process, { asks, horizon: happening.horizon, valid: happening.valid, line: happening.line });
        break;
      }
      case 'take':
        if (held === undefined || real < held.due) break;
        if (real < held.lapse) {
          held.taken = held.tokens * (happening.share > 0.8 ? happening.share : 1);
          held.late = real - held.due;
          truth.level -= held.taken;
          granted += held.taken;
          excess = Math.max(excess, -truth.level);
        }
        end(process, held);
        break;
      case 'giveUp':
        if (held !== undefined) end(process, held);
        break;
      case 'tell':
        send(happening.process);
        break;
      case 'crash':
        if (process.held.length + process.done.length > 0) inexact = true;
        processes[happening.process] = newProcess(process.life + 1);
        break;
      case 'settle': {
        // What is owed shows as an excess of the bucket that it is charged to, not of its grants.
        const back = Math.max(0, happening.tokens);
        send(happening.process);
        if (happening.tokens > 0) truth.level = Math.min(capacity, truth.level + back);
        send(happening.process, {}, { settle: back });
        if (truth.level >= capacity) truth.overflowed = true;
        break;
      }
      case 'pause': {
        pauses += 1;
        send(happening.process);
        pausedUntil = Math.max(pausedUntil, real + happening.span);
        if (promised() > real) inexact = true;
        const until = pausedUntil;
        truth.changeAt(promised(), () => (truth.pausedUntil = until));
        send(happening.process, {}, { name: `pause ${pauses}`, pause: happening.span });
        break;
      }
      case 'rerate':
        send(happening.process);
        truth.changeAt(happening.rate < inForce ? promised() : real, () => (truth.rate = happening.rate));
        inForce = happening.rate;
        send(happening.process, {}, { rate: inForce, assigned: 1 });
        break;
      case 'clockBack':
        offset -= happening.by;
        inexact = true;
        break;
      case 'evict':
        step.state = undefined;
        inexact = true;
        break;
    }
  }
  // Everybody says what has become of its claims; what nobody took is given back.
  processes.forEach((process, index) => {
    for (const held of [...process.held]) end(process, held);
    send(index);
  });
  truth.advance(real);
  const state = step.state!;
  const charged = state.claims.reduce((sum, { tokens }) => sum + tokens, 0);
  const lost = inexact ? 0 : truth.level - state.level - charged;
  // A crashed process has claims that nobody took; they lapse.
  const { overflowed } = truth;
  real += 3e7 + Math.max(0, pausedUntil - real) + (capacity * 2e6) / Math.max(inForce, 0.01);
  send(0);
  const missing = inForce === 0 ? 0 : capacity - step.state!.level;
  return { excess, lost, overflowed, missing, granted };
}
