import { PolicyError, retry } from 'tenax';
import type { RetryCallState } from '../../../lib/call/call-state';
import { Retrying } from '../../../lib/engine/retrying';
import { toHooks } from '../../../lib/strategies/hook';
import { acquire, admit, log, nothing } from '../../../lib/strategies/hooks/before';
import { never } from '../../../lib/strategies/stop/never';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';
import { thrown } from '../../thrown';
import { busy, callTwice, keepingLogger } from './calls';

describe('before.log', () => {
  test('counts each attempt as it begins, at level debug', async () => {
    const { lines, logger } = keepingLogger();
    await callTwice({ before: log(logger) }, busy);
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ['debug', 'Starting call to fetchPage, this is the 1st time calling it'],
      ['debug', 'Starting call to fetchPage, this is the 2nd time calling it'],
    ]);
  });

  test('prints with its level', () => {
    class Logger {
      log(): void {}
    }
    expect(String(log(new Logger()))).toBe("before.log(logger, 'debug')");
  });

  describe('refuses', () => {
    const { logger } = keepingLogger();
    refuses([[new TypeError('before.log: level takes the name of a level, got 5'), () => log(logger, any(5))]]);
  });
});

test('before.nothing does nothing', () => {
  expect(nothing.run(stateAt(1))).toBeUndefined();
  expect(String(nothing)).toBe('before.nothing');
});

describe('before.acquire', () => {
  const limiter = { acquire: async (): Promise<void> => undefined, tryAcquire: () => true };

  test('waits for the limiter before every attempt, with the signal of the call', async () => {
    const asked: unknown[] = [];
    const acquired = async (tokens: number, options: { signal?: AbortSignal }) => asked.push(tokens, options.signal);
    const { signal } = new AbortController();
    await callTwice({ before: acquire({ ...limiter, acquire: acquired } as never, 3), signal }, busy);
    expect(asked).toEqual([3, signal, 3, signal]);
  });

  test('takes one token where it is not told how many, and asks a keyed limiter about the call', async () => {
    const asked: unknown[] = [];
    const keyed = {
      for(state: RetryCallState) {
        asked.push(state.fnName);
        return { ...limiter, acquire: async (tokens: number) => asked.push(tokens) };
      },
    };
    await callTwice({ before: acquire(keyed as never) }, busy);
    expect(asked).toEqual(['fetchPage', 1, 'fetchPage', 1]);
  });

  describe('refuses', () => {
    refuses([
      [new RangeError('before.acquire: tokens takes a finite number ≥ 0, got -1'), () => acquire(limiter as never, -1)],
    ]);

    test('what is no limiter, by the name of the option', () => {
      expect(() => acquire(any({}))).toThrow(/^before\.acquire takes /);
    });
  });
});

describe('before.admit', () => {
  const open = { admit: () => ({ cancel: () => undefined, end: () => undefined }) };

  test('makes a hook that carries the gate, also where it is joined with others', () => {
    const hook = admit(open);
    const { gate } = hook;
    expect(gate).toMatchObject({ isLimit: undefined });
    expect(String(hook)).toBe('before.admit({ admit: admit })');
    const joined = toHooks('before', [nothing.and(hook, nothing.and(nothing))]);
    expect(joined.map(({ gate }) => gate)).toEqual([undefined, gate, undefined, undefined]);
    expect(() => hook.run(stateAt(1))).toThrow('before.admit admits attempts: it belongs into before');
  });

  test.each([undefined, null, 5, {}, () => undefined])('refuses %p', (gate) => {
    expect(() => admit(gate as never)).toThrow(TypeError);
    expect(() => admit(gate as never)).toThrow(/^before\.admit takes a gate, an object with admit\(admission\)/);
  });

  test.each([[undefined], [null], [5], [{}], [{ end: () => undefined }], [Promise.resolve()]])(
    'a gate that admits with %p, which is no permit, is a PolicyError of before, and nothing is called',
    async (permit) => {
      const work = jest.fn(async () => 'done');
      const error = await thrown<PolicyError>(retry(work, { before: admit({ admit: () => permit as never }) })());
      expect(error).toBeInstanceOf(PolicyError);
      expect(error.option).toBe('before');
      expect(error.cause).toMatchObject({
        name: 'TypeError',
        message: expect.stringMatching(/^admit must return a permit with cancel\(\) and end\(outcome\), it returned /),
      });
      expect(work).not.toHaveBeenCalled();
    },
  );

  test('tells every gate how the attempt ended, or that it is not made, where another gate throws', async () => {
    const told: string[] = [];
    const gate = (name: string) => ({
      admit: () => {
        const tell = (what: string) => () => {
          told.push(`${name} ${what}`);
          if (name !== 'first') throw new Error(`${name} broken`);
        };
        return { cancel: tell('cancelled'), end: tell('ended') };
      },
    });
    const [first, second, third] = ['first', 'second', 'third'].map((name) => admit(gate(name)));
    await expect(new Retrying({ stop: never, before: [first, second, third] as never }).call(() => 1)).rejects.toThrow(
      'third broken',
    );
    expect(told.splice(0)).toEqual(['third ended', 'second ended', 'first ended']);
    const refused = admit({
      admit: () => {
        throw new Error('closed');
      },
    });
    await new Retrying({ stop: never, before: [first, second, refused] as never }).call(() => 1).catch(() => undefined);
    expect(told).toEqual(['second cancelled', 'first cancelled']);
  });
});
