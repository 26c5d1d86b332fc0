import { TokenBucket, after, before, beforeSleep, Hook, retryIf } from 'tenax';
import { toHooks } from '../../lib/strategies/hook';

type Make = () => unknown;
const any = (value: unknown): any => value;

const refused = (cases: [string, Make][], kind: new (message: string) => Error): void => {
  test.each(cases)('%s', (message, make) => {
    expect(make).toThrow(kind);
    expect(make).toThrow(new kind(message));
  });
};

describe('what is no strategy is refused, with what the place takes', () => {
  const takes = {
    hook: 'a hook (beforeSleep.log(logger)) or a function of the call state',
  };
  refused(
    [
      [`after takes ${takes.hook}, got null`, () => toHooks('after', any(null))],
      [`after takes ${takes.hook}, got true`, () => toHooks('after', [after.nothing, any(true)])],
      [
        `after takes ${takes.hook}, got the retryIf strategy retryIf.always`,
        () => toHooks('after', any(retryIf.always)),
      ],
      [`hook.and takes ${takes.hook}, got null`, () => after.nothing.and(any(null))],
    ],
    TypeError,
  );

  test('hooks may be none, one or several', () => {
    const run = (): void => undefined;
    expect(toHooks('after', undefined)).toEqual([]);
    expect(toHooks('after', after.nothing)).toEqual([after.nothing]);
    const several = toHooks('after', [after.nothing, run]);
    expect(several).toHaveLength(2);
    expect(several[1]).toBeInstanceOf(Hook);
    expect(String(several[1])).toBe('run');
    class Own extends Hook {
      override run = run;
    }
    const own = new Own();
    expect(toHooks('after', [own])).toEqual([own]);
  });
});

describe('a hook is refused', () => {
  const bucket = new TokenBucket({ rate: 1 });
  const logger = { log: () => undefined };
  refused(
    [
      ['beforeSleep.log takes an object with stack, got true', () => beforeSleep.log(logger, 'warn', any(true))],
      ['beforeSleep.log: stack takes true or false, got 1', () => beforeSleep.log(logger, 'warn', { stack: any(1) })],
      [
        'beforeSleep.log has no option "stacks"; did you mean "stack"?',
        () => beforeSleep.log(logger, 'warn', any({ stacks: true })),
      ],
    ],
    TypeError,
  );
  refused(
    [[`before.acquire: tokens takes a number from 0 to ${Number.MAX_VALUE}, got -1`, () => before.acquire(bucket, -1)]],
    RangeError,
  );

  test('without a limiter, by the name of the option', () => {
    expect(() => before.acquire(any({}))).toThrow(/^before\.acquire takes /);
  });
});
