import { Hook, hook, nothingAs, runHooks, toHooks } from '../../lib/strategies/hook';
import { always } from '../../lib/strategies/retry-if/always';
import { any, refuses } from './refuses';
import { stateAt } from './states';

const state = stateAt(1);
const nothing = nothingAs('after.nothing');

describe('hooks', () => {
  test('compose with and, one after another, with functions too', async () => {
    const told: string[] = [];
    class Slow extends Hook {
      async run(): Promise<void> {
        await Promise.resolve();
        told.push('slow');
      }
    }
    await new Slow().and(() => void told.push('quick'), new Slow()).run(state);
    expect(told).toEqual(['slow', 'quick', 'slow']);
  });

  test('run on at once where they are plain, and one after another where they are not', async () => {
    const told: string[] = [];
    const later = async (): Promise<void> => {
      await Promise.resolve();
      told.push('later');
    };
    const plain = nothing.and(
      () => void told.push('a'),
      () => void told.push('b'),
    );
    expect(plain.run(state)).toBeUndefined();
    expect(told.splice(0)).toEqual(['a', 'b']);
    const running = nothing.and(later, () => void told.push('b'), later).run(state);
    expect(told).toEqual([]);
    await running;
    expect(told).toEqual(['later', 'b', 'later']);
  });

  test('are run from the given one on', () => {
    const told: string[] = [];
    const hooks = ['a', 'b', 'c'].map((name) => hook(name, [], () => void told.push(name)));
    expect(runHooks(hooks, state, 1)).toBeUndefined();
    expect(told).toEqual(['b', 'c']);
  });

  test('print what they do, and cannot be changed', () => {
    expect([nothingAs('pause'), hook('ring', [], () => undefined)].map(String)).toEqual(['pause', 'ring()']);
    expect([nothing, nothing.and()].map(Object.isFrozen)).toEqual([true, true]);
  });

  test('are of the family of the option that takes them, else simply hooks', () => {
    class Own extends Hook {
      run(): void {}
    }
    expect([new Own().family, nothing.and().family, nothing.family]).toEqual(['hook', 'hook', 'after']);
  });
});

describe('an option for hooks', () => {
  test('takes none, one or several, and functions', () => {
    const run = (): void => undefined;
    expect(toHooks('after', undefined)).toEqual([]);
    expect(toHooks('after', nothing)).toEqual([nothing]);
    const several = toHooks('after', [nothing, run]);
    expect(several).toHaveLength(2);
    expect(several[1]).toBeInstanceOf(Hook);
    expect(String(several[1])).toBe('run');
    class Own extends Hook {
      override run = run;
    }
    const own = new Own();
    expect(toHooks('after', [own])).toEqual([own]);
  });

  test('lets a function return anything but a hook, which would not run', () => {
    for (const value of [undefined, null, 1, 'text', {}, [], always]) {
      expect(
        runHooks(
          toHooks('before', () => value),
          state,
        ),
      ).toBeUndefined();
    }
    const [forgotten] = toHooks('before', () => nothing);
    expect(() => forgotten?.run(state)).toThrow(
      new TypeError('a hook returned the hook after.nothing, which does not run; name it without the function'),
    );
  });

  describe('refuses what is no hook', () => {
    const takes = 'a hook (beforeSleep.log(logger)) or a function of the call state';
    refuses([
      [new TypeError(`after takes ${takes}, got null`), () => toHooks('after', any(null))],
      [new TypeError(`after takes ${takes}, got true`), () => toHooks('after', [nothing, any(true)])],
      [
        new TypeError(`after takes ${takes}, got the retryIf strategy retryIf.always`),
        () => toHooks('after', any(always)),
      ],
      [new TypeError(`hook.and takes ${takes}, got null`), () => nothing.and(any(null))],
    ]);
  });
});
