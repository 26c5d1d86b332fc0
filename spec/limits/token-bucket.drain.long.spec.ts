import { TokenBucket } from 'tenax';

const WAITERS = 10_000;
const RATE = 5000;

// Real time: timers that fire late and early are what this is about.
test('Ten thousand waiters at 5,000 a second are granted in order, and never more than the bound allows', async () => {
  const begun = performance.now();
  const bucket = new TokenBucket({ rate: RATE, initial: 0 });
  const granted: { caller: number; at: number }[] = [];
  await Promise.all(
    Array.from({ length: WAITERS }, async (_, caller) => {
      await bucket.acquire();
      granted.push({ caller, at: performance.now() - begun });
    }),
  );
  expect(granted).toHaveLength(WAITERS);
  granted.forEach(({ caller, at }, i) => {
    expect(caller).toBe(i);
    expect(i + 1).toBeLessThanOrEqual((at * RATE) / 1000 + 1e-6);
  });
});
