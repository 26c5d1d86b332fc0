import { LONG } from '../../long';
import { advance, Setting } from './setting';

describe('callers of a Claimant that give up cost nothing', () => {
  const setting = new Setting();

  test.each([
    ...(LONG ? [{ rate: 20, capacity: 2, processes: 12, patience: 125, rest: 30, commands: 5 }] : []),
    { rate: 50, capacity: 2, processes: 12, patience: 250, rest: 0, commands: 5 },
    { rate: 50, capacity: 10, processes: 12, patience: Infinity, rest: 0, commands: 2.1 },
  ])('%j', async ({ rate, capacity, processes, patience, rest, commands }) => {
    setting.store.latency = 2;
    const seconds = LONG ? 6 : 3;
    const end = performance.now() + seconds * 1000;
    let granted = 0;
    let asked = 0;
    const caller = async (start: number): Promise<void> => {
      const bucket = setting.bucketOf({ rate, capacity });
      await new Promise((resolve) => setTimeout(resolve, start));
      while (performance.now() < end) {
        const controller = new AbortController();
        const timer = patience === Infinity ? undefined : setTimeout(() => controller.abort(), patience);
        asked += 1;
        await bucket.acquire(1, { signal: controller.signal }).then(
          () => (granted += 1),
          () => undefined,
        );
        clearTimeout(timer);
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
      }
    };
    for (let i = 0; i < processes; i += 1) void caller(3 * i);
    for (let i = 0; i < seconds * 10; i += 1) await advance(100);
    expect(granted).toBeGreaterThanOrEqual(0.95 * (rate * seconds + capacity));
    expect(granted).toBeLessThanOrEqual(rate * seconds + capacity + 1);
    expect(setting.store.calls).toBeLessThanOrEqual(commands * asked);
    await advance(1000);
  });
});
