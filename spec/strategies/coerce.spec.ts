import { retryIf, stop, wait } from 'tenax';
import { coerce } from '../../lib/strategies/coerce';
import { Strategy, type Source } from '../../lib/strategies/strategy';
import { refuses } from './refuses';

abstract class Kind extends Strategy {
  static override readonly $brand: string = 'spec.Kind';
  override get family(): string {
    return 'kind';
  }
}
class Own extends Kind {
  readonly wrapped: unknown;
  constructor(source?: Source, wrapped?: unknown) {
    super(source);
    this.wrapped = wrapped;
  }
}
class Foreign extends Strategy {
  override get family(): string {
    return 'foreign';
  }
}

const read = (given: unknown): Kind => coerce('x', given, Kind, 'a kind', (source, fn) => new Own(source, fn));

describe('what a user wrote for a strategy', () => {
  test('is the strategy itself where it is one of that kind', () => {
    const own = new Own();
    expect(read(own)).toBe(own);
  });

  test('is wrapped where it is a function, and prints as its name', () => {
    const isBusy = (): boolean => true;
    const wrapped = read(isBusy);
    expect(wrapped).toMatchObject({ wrapped: isBusy });
    expect(String(wrapped)).toBe('isBusy');
  });

  describe('is refused', () => {
    const takes = 'x takes a kind or a function of the call state, got';
    class Busy extends Error {}
    refuses([
      [new TypeError(`${takes} 6`), () => read(6)],
      [new TypeError(`${takes} undefined`), () => read(undefined)],
      [new TypeError(`${takes} the class Busy`), () => read(Busy)],
      [new TypeError(`${takes} wait.fixed itself, which has to be called`), () => read(wait.fixed)],
      [new TypeError(`${takes} stop.any itself, which has to be called`), () => read(stop.any)],
      [
        new TypeError(`${takes} retryIf.exceptionType itself, which has to be called`),
        () => read(retryIf.exceptionType),
      ],
      [new TypeError(`${takes} the foreign strategy new Foreign()`), () => read(new Foreign())],
    ]);
  });
});
