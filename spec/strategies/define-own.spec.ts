import { defineRetryCondition, defineStop, defineWait, option, retry, retryIf, stop, wait } from 'tenax';
import { policyFromJSON } from 'tenax/json';
import { lintPolicy } from 'tenax/simulation';
import { VirtualClock } from 'tenax/testing';
import { policyOf } from '../../lib/engine/policy';
import { answered, raised, stateAt } from './states';

const squared = defineWait({
  name: 'waits.squared',
  options: { initial: option.duration, max: option.openDuration },
  defaults: { initial: 1000, max: Infinity },
  grows: true,
  delay:
    ({ initial, max }) =>
    (state) =>
      Math.min(initial * state.attemptNumber ** 2, max),
});
const slower = defineWait({
  name: 'slower',
  list: option.wait,
  delay:
    (...members) =>
    async (state) =>
      Math.max(...(await Promise.all(members.map((member) => member.delay(state))))),
});
const sometimes = defineWait({
  name: 'sometimes',
  jittered: true,
  delay: () => (state) => state.random() * 10,
});
const afterFailures = defineStop({
  name: 'afterFailures',
  value: option.whole,
  readsClock: false,
  test: (most) => (state) => state.outcome.failed && state.attemptNumber > most,
});
const withCode = defineRetryCondition({
  name: 'withCode',
  list: option.text,
  errorsOnly: true,
  test:
    (...codes) =>
    (state) =>
      state.outcome.failed && codes.includes((state.outcome.error as { code: string }).code),
});
const strategies = [squared, slower, sometimes, afterFailures, withCode];

describe('a strategy that a user defines', () => {
  test('is asked as any other is', async () => {
    expect(squared({ initial: 10 }).delay(stateAt(3))).toBe(90);
    expect(squared().cappedAt(50).delay(stateAt(3))).toBe(50);
    expect(await slower(squared({ initial: 1 }), () => 5).delay(stateAt(2))).toBe(5);
    expect(afterFailures(2).or(stop.never).shouldStop(stateAt(3))).toBe(true);
    expect([withCode('A').shouldRetry(raised({ code: 'A' })), withCode('A').shouldRetry(answered('A'))]).toEqual([
      true,
      false,
    ]);
    expect(withCode('A').or(retryIf.never).errorsOnly).toBe(true);
  });

  test('prints as the code that made it', () => {
    expect(String(squared({ initial: 5 }).plus(slower(wait.fixed(1), sometimes())))).toBe(
      'wait.combine(waits.squared({ initial: 5 }), slower(wait.fixed(1), sometimes()))',
    );
    expect(String(afterFailures(2))).toBe('afterFailures(2)');
  });

  test('turns into JSON and back', () => {
    const options = {
      stop: afterFailures(2).or(stop.afterAttempt(9)),
      wait: slower(squared({ max: 5 }), squared(), sometimes()).withJitter(0.5),
      retryIf: withCode('A', 'B').not(),
    };
    const json: unknown = JSON.parse(JSON.stringify(options));
    expect(json).toEqual({
      stop: { any: [{ afterFailures: 2 }, { afterAttempt: 9 }] },
      wait: { withJitter: [{ slower: [{ squared: { max: 5 } }, { squared: {} }, { sometimes: {} }] }, 0.5] },
      retryIf: { not: { withCode: ['A', 'B'] } },
    });
    const read = policyFromJSON(json, { strategies });
    expect([read.stop, read.wait, read.retryIf].map(String)).toEqual(Object.values(options).map(String));
  });

  test('is read from JSON in the place of its kind alone', () => {
    const strategies = [
      defineStop({ name: 'halt', test: () => () => true }),
      defineWait({ name: 'pause', delay: () => () => 5 }),
      defineRetryCondition({ name: 'again', test: () => () => true }),
    ];
    const json = { stop: { halt: {} }, wait: { pause: {} }, retryIf: { again: {} } };
    expect(JSON.parse(JSON.stringify(policyFromJSON(json, { strategies })))).toEqual(json);
    for (const wrong of [{ stop: { pause: {} } }, { wait: { again: {} } }, { retryIf: { halt: {} } }]) {
      expect(() => policyFromJSON(wrong, { strategies })).toThrow('there is no such strategy');
    }
  });

  test('has its options checked, in JSON with the path', () => {
    expect(() => squared({ initial: -1 })).toThrow(
      new RangeError('waits.squared: initial takes a duration in milliseconds (a finite number ≥ 0), got -1'),
    );
    expect(() => squared({ initail: 1 } as never)).toThrow(/^waits\.squared has no option "initail"; did you mean/);
    expect(() => slower()).toThrow('slower takes at least one strategy');
    expect(() => policyFromJSON({ wait: { chain: [{ squared: { initial: '1' } }] } }, { strategies })).toThrow(
      /^wait\.chain\[0\]\.squared\.initial takes a duration/,
    );
    expect(() => policyFromJSON({ wait: { squard: {} } }, { strategies })).toThrow('did you mean "squared"?');
    expect(() => policyFromJSON({ wait: { squared: {} } })).toThrow('wait.squared: there is no such strategy');
  });

  test('is linted', () => {
    const codes = (strategy: ReturnType<typeof squared>): string[] =>
      lintPolicy({ stop: stop.afterAttempt(3), wait: strategy, retryIf: withCode('A') }).map(({ code }) => code);
    expect(codes(squared())).toEqual(['no-jitter']);
    expect(codes(squared({ max: 60_000 }))).toEqual(['no-jitter', 'cap-never-reached']);
    expect(codes(squared().withJitter(1))).toEqual([]);
    expect(codes(sometimes())).toEqual([]);
  });

  test('may look at the time unless it says that it does not', async () => {
    const late = defineStop({ name: 'late', test: () => (state) => state.elapsed >= 10 });
    expect([late().readsClock, afterFailures(1).readsClock, afterFailures(1).or(late()).readsClock]).toEqual([
      true,
      false,
      true,
    ]);
    expect(policyOf({ stop: late() }).stop).toBeInstanceOf(Object);
    const clock = new VirtualClock();
    const call = retry(
      async () => {
        throw new Error('busy');
      },
      { stop: late(), wait: squared({ initial: 1 }), clock },
    )();
    const ended = expect(call).rejects.toThrow('busy');
    await clock.run(call.catch(() => undefined));
    await ended;
    expect(clock.now()).toBe(14);
  });

  test.each<[string, unknown, string]>([
    [
      'no name',
      { delay: () => () => 1 },
      "defineWait: name takes the code that calls the factory ('lunar'), got undefined",
    ],
    ['nothing', undefined, 'defineWait takes a declaration, an object with name and delay, got undefined'],
    ['null', null, 'defineWait takes a declaration, an object with name and delay, got null'],
    ['an empty name', { name: '', delay: () => () => 1 }, 'defineWait: name takes'],
    ['no function', { name: 'lunar' }, 'defineWait: delay takes a function that returns a function of the call state'],
  ])('is refused with %s', (_what, declaration, message) => {
    expect(() => defineWait(declaration as never)).toThrow(TypeError);
    expect(() => defineWait(declaration as never)).toThrow(message);
  });
});
