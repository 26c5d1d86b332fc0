import { random } from '../../../lib/strategies/wait/random';
import { any, refuses } from '../refuses';
import { delays } from '../states';
import { finite, refusesWrongOptions } from './wrong-options';

describe('wait.random', () => {
  test('waits for a random time from 0 to 1000 by default, else from min to max', () => {
    expect(delays(random(), 1, () => 0)).toEqual([0]);
    expect(delays(random(), 1, () => 0.25)).toEqual([250]);
    expect(delays(random({ min: 10, max: 20 }), 1, () => 0.5)).toEqual([15]);
  });

  test('may have the same min and max', () => {
    expect(delays(random({ min: 5, max: 5 }), 1)).toEqual([5]);
  });

  refusesWrongOptions('wait.random', random, { min: finite });

  describe('refuses', () => {
    refuses([
      [new RangeError(`wait.random: max takes ${finite}, got Infinity`), () => random({ max: Infinity })],
      [new RangeError('wait.random takes min ≤ max, got min 1001 and max 1000'), () => random({ min: 1001 })],
      [new TypeError('wait.random has no option "mix"; did you mean "min"?'), () => random(any({ mix: 1 }))],
    ]);
  });
});
