import { delayAt, exponentialFactory, randomExponentialFactory } from '../../lib/strategies/exponential-factory';
import { fraction } from '../../lib/strategies/options';
import { refuses } from './refuses';
import { delays, stateAt } from './states';

const options = { initial: 10, expBase: 3, min: 0, max: Infinity };

describe('delayAt', () => {
  test('adds to the exponential delay, and keeps the sum within min and max', () => {
    expect([1, 2, 3].map((n) => delayAt(stateAt(n), options, 5))).toEqual([15, 35, 95]);
    expect([1, 2, 3].map((n) => delayAt(stateAt(n), { ...options, min: 20, max: 50 }, 5))).toEqual([20, 35, 50]);
  });

  test('is a number however many attempts were made', () => {
    expect(delayAt(stateAt(5000), options)).toBe(Number.MAX_VALUE);
    expect(delayAt(stateAt(5000), { ...options, initial: 0 }, 5)).toBe(5);
  });
});

describe('exponentialFactory', () => {
  const part = exponentialFactory(
    'wait.part',
    (completed) => (state) => delayAt(state, completed) * (completed.share as number),
    false,
    { share: fraction },
    { share: 0.5 },
  );

  test('makes a wait with the options of an exponential delay and further ones', () => {
    expect(delays(part(), 3)).toEqual([500, 1000, 2000]);
    expect(delays(part({ initial: 10, max: 20, share: 1 }), 3)).toEqual([10, 20, 20]);
    expect(String(part({ share: 1 }))).toBe('wait.part({ share: 1 })');
  });

  describe('makes a wait that refuses', () => {
    refuses([
      [new RangeError('wait.part: share takes a number from 0 to 1, got 2'), () => part({ share: 2 })],
      [new RangeError('wait.part takes min ≤ max, got min 2 and max 1'), () => part({ min: 2, max: 1 })],
    ]);
  });
});

test('randomExponentialFactory makes a wait of that name whose delays are random from min on', () => {
  const strategy = randomExponentialFactory('wait.spread')({ initial: 100, min: 50 });
  expect(delays(strategy, 2, () => 0.5)).toEqual([75, 125]);
  expect(String(strategy)).toBe('wait.spread({ initial: 100, min: 50 })');
});
