import { fixed } from '../../../lib/strategies/wait/fixed';
import { refuses } from '../refuses';
import { delays } from '../states';

test('wait.fixed always waits for the same time, or gives up where that is Infinity', () => {
  expect(delays(fixed(5), 2)).toEqual([5, 5]);
  expect(delays(fixed(Infinity), 1)).toEqual([Infinity]);
});

describe('wait.fixed refuses what is no duration', () => {
  refuses([[new RangeError('wait.fixed takes a duration in milliseconds (a number ≥ 0), got -1'), () => fixed(-1)]]);
});
