import type { WaitStrategy } from '../../../lib/strategies/wait-strategy';

export const finite = 'a duration in milliseconds (a finite number ≥ 0)';
export const duration = 'a duration in milliseconds (a number ≥ 0)';
export const factor = 'a finite number ≥ 0';

/** The options that all exponential waits take. */
export const exponentialOptions = { initial: finite, max: duration, expBase: factor, min: finite };

/** Declares a test for each option of a wait: a wrong value is refused, `undefined` counts as left out. */
export function refusesWrongOptions(
  name: string,
  factory: (options?: any) => WaitStrategy,
  taken: Readonly<Record<string, string>>,
): void {
  test.each(Object.entries(taken))(`${name}: %s takes %s`, (option, takes) => {
    const make = (value: unknown) => () => factory({ [option]: value });
    const message = `${name}: ${option} takes ${takes}, got`;
    expect(make('5')).toThrow(TypeError);
    expect(make('5')).toThrow(new TypeError(`${message} "5"`));
    expect(make(NaN)).toThrow(new RangeError(`${message} NaN`));
    const worst = takes === 'a finite number' ? -Infinity : -1;
    expect(make(worst)).toThrow(RangeError);
    expect(make(worst)).toThrow(new RangeError(`${message} ${worst}`));
    if (takes === finite) expect(make(Infinity)).toThrow(new RangeError(`${message} Infinity`));
    expect(String(make(undefined)())).toBe(`${name}()`);
  });
}
