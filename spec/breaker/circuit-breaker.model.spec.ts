import fc from 'fast-check';
import { CircuitBreaker, CircuitOpenError } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { runs } from '../long.js';
import { begin, type OpenCall } from './calls.js';

/**
 * A model of the breaker, written as the contract says it and not as the code does: a list of calls, each with the period
 * that it began in, and a phase. Random commands are played on both.
 */

const FAILURES = 3;
const BREAKS = [1000, 2000, 4000, 8000];
const PROBE_TIMEOUT = 700;
const LIMITED = Object.assign(new Error('slow down'), { status: 429 });

interface ModelCall {
  period: number;
  probe: boolean;
  since: number;
}

class Model {
  now = 0;
  period = 0;
  open = false;
  until = 0;
  row = 0;
  breaks = 0;
  successes = 0;
  holds = 0;
  calls: ModelCall[] = [];

  constructor(readonly probes: number) {}

  get beneath(): string {
    if (!this.open) return 'closed';
    return this.now < this.until ? 'open' : 'half-open';
  }

  get state(): string {
    return this.holds > 0 ? 'open' : this.beneath;
  }

  isCurrent(call: ModelCall): boolean {
    return call.period === this.period && !(call.probe && this.now - call.since >= PROBE_TIMEOUT);
  }

  /** Whether a call would be admitted. */
  get admits(): boolean {
    if (this.holds > 0 || this.beneath === 'open') return false;
    if (this.beneath === 'closed') return true;
    const inProgress = this.calls.filter((call) => call.probe && this.isCurrent(call)).length;
    return this.successes + inProgress < this.probes;
  }

  end(call: ModelCall, how: 'success' | 'failure' | 'neutral'): void {
    this.calls = this.calls.filter((each) => each !== call);
    if (!this.isCurrent(call) || how === 'neutral') return;
    if (how === 'success') {
      this.row = 0;
      if (call.probe && (this.successes += 1) === this.probes) this.close();
      return;
    }
    this.row += 1;
    if (!call.probe && this.row < FAILURES) return;
    this.until = this.now + (BREAKS[Math.min(this.breaks, BREAKS.length - 1)] as number);
    this.breaks += 1;
    this.open = true;
    this.successes = 0;
    this.period += 1;
  }

  close(): void {
    this.open = false;
    this.row = 0;
    this.breaks = 0;
    this.successes = 0;
    this.period += 1;
  }
}

interface Real {
  breaker: CircuitBreaker;
  readonly clock: VirtualClock;
  calls: { open: OpenCall; model: ModelCall; controller: AbortController }[];
  releases: (() => void)[];
}

const make = (real: { clock: VirtualClock }, probes: number, restored?: never): CircuitBreaker =>
  new CircuitBreaker({
    failures: FAILURES,
    breakFor: ({ attemptNumber }) => BREAKS[Math.min(attemptNumber, BREAKS.length) - 1] as number,
    probes,
    probeTimeout: PROBE_TIMEOUT,
    clock: real.clock,
    restored,
  });

type Command = fc.AsyncCommand<Model, Real>;

/** Each command plays itself on both, and then the two must look the same. */
const command = (name: string, play: (model: Model, real: Real) => Promise<void> | void): Command => ({
  check: () => true,
  run: async (model, real) => {
    await play(model, real);
    expect(real.breaker.state).toBe(model.state);
    const { state, breaks } = real.breaker.toJSON();
    expect({ state, breaks }).toEqual({ state: model.beneath, breaks: model.breaks });
    expect(real.clock.pending).toBe(0);
  },
  toString: () => name,
});

const start = command('start', async (model, real) => {
  const controller = new AbortController();
  const { admits } = model;
  const open = begin(real.breaker, controller.signal);
  if (!admits) {
    expect(await open.ended).toBeInstanceOf(CircuitOpenError);
    return;
  }
  const call = { period: model.period, probe: model.open, since: model.now };
  model.calls.push(call);
  real.calls.push({ open, model: call, controller });
});

const endOf = (at: number, how: 'success' | 'failure' | 'neutral' | 'abort'): Command =>
  command(`${how} of ${at}`, async (model, real) => {
    if (real.calls.length === 0) return;
    const [chosen] = real.calls.splice(at % real.calls.length, 1) as [Real['calls'][number]];
    model.end(chosen.model, how === 'abort' ? 'neutral' : how);
    if (how === 'abort') chosen.controller.abort(new Error('enough'));
    if (how === 'success') await chosen.open.resolve();
    if (how === 'failure') await chosen.open.reject();
    if (how === 'neutral') await chosen.open.reject(LIMITED);
    // An abort counts at once, whatever the call does afterwards.
    if (how === 'abort') await chosen.open.ended;
  });

const pass = (ms: number): Command =>
  command(`${ms} ms pass`, async (model, real) => {
    model.now += ms;
    await real.clock.advance(ms);
  });

const hold = command('hold', (model, real) => {
  model.holds += 1;
  real.releases.push(real.breaker.hold());
});

const release = command('release', (model, real) => {
  const [one] = real.releases.splice(0, 1);
  if (one === undefined) return;
  model.holds -= 1;
  one();
  one();
});

const reset = command('reset', (model, real) => {
  model.close();
  real.breaker.reset();
});

/** The process ends, and another one starts after a while: holds and calls in progress are gone. */
const restart = (ms: number): Command =>
  command(`restart after ${ms} ms`, (model, real) => {
    const restored = JSON.parse(JSON.stringify(real.breaker)) as never;
    const down = jest.spyOn(Date, 'now').mockReturnValue(NOW + ms);
    real.breaker = make(real, model.probes, restored);
    down.mockReturnValue(NOW);
    for (const { open } of real.calls) void open.resolve();
    real.calls = [];
    real.releases = [];
    model.calls = [];
    model.holds = 0;
    model.successes = 0;
    model.period += 1;
    // Time that passed while the process was down counts for a break.
    model.until -= ms;
  });

const NOW = 1_800_000_000_000;

describe('A CircuitBreaker', () => {
  beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
  afterEach(() => void jest.restoreAllMocks());

  test('does what the model does, for any order of calls, ends, holds, resets and restarts', async () => {
    const at = fc.nat({ max: 5 });
    const how = fc.constantFrom(
      'success' as const,
      'failure' as const,
      'failure' as const,
      'neutral' as const,
      'abort' as const,
    );
    const commands = [
      fc.constant(start),
      fc.constant(start),
      fc.tuple(at, how).map(([n, end]) => endOf(n, end)),
      fc.tuple(at, how).map(([n, end]) => endOf(n, end)),
      fc.constantFrom(1, 350, 700, 1000, 2000, 4000).map(pass),
      fc.constantFrom(hold, release, release, reset),
      fc.constantFrom(0, 500, 3000).map(restart),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.commands(commands, { maxCommands: 60, size: '+1' }),
        async (probes, played) => {
          const clock = new VirtualClock();
          const real: Real = { clock, breaker: make({ clock }, probes), calls: [], releases: [] };
          await fc.asyncModelRun(() => ({ model: new Model(probes), real }), played);
        },
      ),
      runs(80),
    );
  });
});
