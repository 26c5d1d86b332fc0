import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  PolicyError,
  RetryError,
  Retrying,
  TryAgain,
  retryIf,
  stop,
  wait,
  type RetryStrategy,
  type StopStrategy,
  type WaitStrategy,
} from 'tenax';
import { LONG } from '../long.js';

/**
 * 1,200 random programs, each with what tenacity itself did on virtual time (`fixtures/tenacity-traces.jsonl`, a program
 * and its trace a line): the same programs must come out the same here. `npm test` takes every third.
 */
class AlphaError extends Error {}
class BetaError extends AlphaError {}
class GammaError extends Error {}
const classes: Record<string, new (message?: string, options?: ErrorOptions) => Error> = {
  AlphaError,
  BetaError,
  GammaError,
};

type Tree = Record<string, any>;
const one = (tree: Tree): [string, any] => Object.entries(tree)[0] as [string, any];

function makeStop(tree: Tree): StopStrategy {
  const [name, argument] = one(tree);
  if (name === 'any' || name === 'all') return stop[name](...argument.map(makeStop));
  return (stop as any)[name](argument);
}

function makeWait(tree: Tree): WaitStrategy {
  const [name, argument] = one(tree);
  if (name === 'chain' || name === 'combine') return wait[name](...argument.map(makeWait));
  if (name === 'none') return wait.none();
  if (name === 'exception') {
    return wait.exception((error: Error) => argument[error.constructor.name] ?? 0);
  }
  return (wait as any)[name](argument);
}

function makeRetry(tree: Tree): RetryStrategy {
  const [name, argument] = one(tree);
  if (name === 'any' || name === 'all') return retryIf[name](...argument.map(makeRetry));
  if (name === 'always' || name === 'never') return retryIf[name];
  if (name === 'exception') return retryIf.exception();
  if (name === 'result' || name === 'notResult') return retryIf[name]((value: number) => value < argument);
  if (Array.isArray(argument)) return (retryIf as any)[name](...argument.map((each: string) => classes[each]));
  return (retryIf as any)[name](argument);
}

function makeError(outcome: Tree): Error {
  const chain = (names: string[]): Error | undefined => {
    const [first, ...rest] = names;
    return first === undefined ? undefined : new (classes[first] as any)('', { cause: chain(rest) });
  };
  return new (classes[outcome.error] as any)(outcome.message, { cause: chain(outcome.cause ?? []) });
}

async function replay(program: Tree): Promise<Tree> {
  let now = 0;
  const sleeps: number[] = [];
  const hooks: unknown[] = [];
  let attempts = 0;
  const retrying = new Retrying({
    stop: makeStop(program.stop),
    wait: makeWait(program.wait),
    retryIf: makeRetry(program.retry),
    reraise: program.reraise,
    random: () => program.random,
    clock: {
      now: () => now,
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
    },
    before: (state) => void hooks.push(['before', state.attemptNumber]),
    after: (state) => void hooks.push(['after', state.attemptNumber]),
    beforeSleep: (state) => void hooks.push(['beforeSleep', state.attemptNumber, state.upcomingSleep]),
    ...(program.callback ? { retryErrorCallback: (state: any) => ['gave up', state.attemptNumber] } : {}),
  });
  let end: Tree;
  try {
    const value = await retrying.call(async () => {
      const outcome = program.outcomes[attempts] ?? { value: 9 };
      attempts += 1;
      now += program.duration;
      if ('tryAgain' in outcome) {
        throw new TryAgain(
          undefined,
          outcome.tryAgain === null ? undefined : { cause: new (classes[outcome.tryAgain] as any)('under') },
        );
      }
      if ('error' in outcome) throw makeError(outcome);
      return outcome.value as unknown;
    });
    end = { value };
  } catch (error) {
    end =
      error instanceof RetryError
        ? { retryError: error.attempts }
        : error instanceof PolicyError
          ? // tenacity lets the RuntimeError of a strategy through; here it comes named and with its cause.
            { error: 'RuntimeError', message: 'outcome failed but the exception is None' }
          : { error: (error as Error).constructor.name, message: (error as Error).message };
  }
  return { attempts, sleeps, hooks, end, idleFor: retrying.statistics?.idleFor };
}

const all = readFileSync(join(__dirname, '../fixtures/tenacity-traces.jsonl'), 'utf8').trim().split('\n');
const lines = all.filter((_, i) => LONG || i % 3 === 0);
const rounded = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree), (_key, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
  );

describe('what tenacity did with 1,200 random programs', () => {
  test('comes out the same here', async () => {
    const wrong: unknown[] = [];
    for (const [index, line] of lines.entries()) {
      const { program, trace } = JSON.parse(line) as { program: Tree; trace: Tree };
      const got = await replay(program).catch((error: unknown) => ({ failed: String(error) }) as Tree);
      if (got.end?.error === 'TryAgain' || trace.end.error === 'TryAgain') {
        delete got.end?.message;
        delete trace.end.message;
      }
      if (JSON.stringify(rounded(got)) !== JSON.stringify(rounded(trace))) wrong.push({ index, program, trace, got });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(wrong).toHaveLength(0);
    expect(all).toHaveLength(1200);
  });
});
