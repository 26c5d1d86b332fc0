import { retry, stop } from 'tenax';
import { currentAttempt } from 'tenax/context';

test('currentAttempt is the innermost attempt, across awaits, and undefined outside', async () => {
  const seen: (number | undefined)[] = [];
  const inner = retry(
    async () => {
      await null;
      seen.push(currentAttempt()?.number);
      if (currentAttempt()?.number === 1) throw new Error('again');
    },
    { stop: stop.afterAttempt(2) },
  );
  const outer = retry(
    async () => {
      await inner();
      seen.push(currentAttempt()?.number);
    },
    { stop: stop.afterAttempt(2) },
  );
  await outer();
  expect(seen).toEqual([1, 2, 1]);
  expect(currentAttempt()).toBeUndefined();
});
