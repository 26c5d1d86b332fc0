import { never } from '../../../lib/strategies/stop/never';
import { stateAt } from '../states';

test('stop.never does not stop, however many attempts were made and however long they took', () => {
  expect(never.shouldStop(stateAt(1e9, { elapsed: 1e15 }))).toBe(false);
});
