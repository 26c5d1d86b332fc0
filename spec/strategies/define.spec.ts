import type { Declaration } from '../../lib/strategies/declaration';
import { DECLARED, built, constant, factoryOf } from '../../lib/strategies/define';
import { finite, whole } from '../../lib/strategies/options';
import { Strategy, type Source } from '../../lib/strategies/strategy';
import { refuses } from './refuses';

class Made extends Strategy {
  readonly got!: readonly unknown[];
  override get family(): string {
    return 'wait';
  }
}
const make = (source: Source, ...got: never[]): Made => built(Made, { source, got });
const factory = (declaration: Omit<Declaration, 'name'>) =>
  factoryOf('wait', { name: 'wait.made', ...declaration }, make);

const member = { type: 'whole', check: whole.check, atLeastOne: 'at least one number' };

describe('a factory with options', () => {
  const made = factory({
    options: { low: finite, high: finite },
    defaults: { low: 1, high: 5 },
    order: ['low', 'high'],
    check: ({ low }: { low: number }) => {
      if (low === 3) throw new Error('not 3');
    },
  });

  test('completes them with the defaults; undefined counts as left out', () => {
    expect(made({ high: 9 }).got).toEqual([{ low: 1, high: 9 }]);
    for (const given of [[], [undefined], [{}], [{ low: undefined }]]) {
      expect(made(...given).got).toEqual([{ low: 1, high: 5 }]);
      expect(String(made(...given))).toBe('wait.made()');
    }
  });

  test('prints those that were named, in the order in which they were', () => {
    expect(String(made({ high: 4, low: 2 }))).toBe('wait.made({ high: 4, low: 2 })');
  });

  test('prints them as they were checked', () => {
    const text = { type: 'text', check: (_option: string, given: unknown) => `${String(given)} ms` };
    expect(String(factory({ options: { text } })({ text: 5 }))).toBe("wait.made({ text: '5 ms' })");
  });

  test('takes them as they were, whatever happens to the object afterwards', () => {
    const given = { low: 2 };
    const strategy = made(given);
    given.low = 4;
    expect([strategy.got, String(strategy)]).toEqual([[{ low: 2, high: 5 }], 'wait.made({ low: 2 })']);
  });

  describe('refuses', () => {
    refuses([
      [new TypeError('wait.made: low takes a finite number, got "1"'), () => made({ low: '1' })],
      [new TypeError('wait.made has no option "lwo"; did you mean "low"?'), () => made({ lwo: 1 })],
      [new TypeError('wait.made takes an object with low, high, got null'), () => made(null)],
      [new Error('not 3'), () => made({ low: 3 })],
      [new RangeError('wait.made takes low ≤ high, got low 6 and high 5'), () => made({ low: 6 })],
    ]);
  });
});

describe('a factory with a list', () => {
  test('checks each member', () => {
    expect(factory({ list: member })(1, 2).got).toEqual([1, 2]);
  });

  test('may take none where nothing is said about it', () => {
    expect(factory({ list: whole })().got).toEqual([]);
  });

  test('takes over the members of its own kind where it is flat', () => {
    const list = { type: 'any', check: (_option: string, given: unknown) => given };
    const [flat, nested] = [factory({ list, flat: true }), factory({ list })];
    expect(flat(flat(1, 2), flat(), 3).got).toEqual([1, 2, 3]);
    const inner = nested(1);
    expect(nested(inner).got).toEqual([inner]);
    const other = factoryOf('wait', { name: 'wait.other', list }, make)(1);
    expect(flat(other).got).toEqual([other]);
  });

  describe('refuses', () => {
    refuses([
      [new TypeError('wait.made takes at least one number'), () => factory({ list: member })()],
      [new RangeError('wait.made takes a whole number ≥ 0, got 1.5'), () => factory({ list: member })(1, 1.5)],
    ]);
  });
});

describe('a factory with one value', () => {
  test('checks it, and may leave it out where it is optional', () => {
    expect(factory({ value: whole })(3).got).toEqual([3]);
    expect(factory({ value: whole, optional: true })(3).got).toEqual([3]);
    expect(factory({ value: whole, optional: true })().got).toEqual([]);
  });

  describe('refuses', () => {
    refuses([
      [new TypeError('wait.made takes a whole number ≥ 0, got undefined'), () => factory({ value: whole })()],
      [
        new RangeError('wait.made takes a whole number ≥ 0, got -1'),
        () => factory({ value: whole, optional: true })(-1),
      ],
    ]);
  });
});

test('a factory without arguments always returns the same strategy', () => {
  const made = factory({});
  expect(made()).toBe(made());
  expect(made().got).toEqual([]);
});

test('a factory carries its family and what it was declared as', () => {
  const declaration = { name: 'wait.made', value: whole };
  expect(factoryOf('wait', declaration, make)[DECLARED]).toEqual(['wait', declaration]);
});

test('a strategy that is built has the class, the fields, and cannot be changed', () => {
  const strategy = built(Made, { got: [1] });
  expect(strategy).toBeInstanceOf(Made);
  expect([strategy.got, Object.isFrozen(strategy)]).toEqual([[1], true]);
});

test('a constant is what the factory of its declaration makes', () => {
  expect(constant((declaration: number) => () => declaration + 1, 1)).toBe(2);
});
