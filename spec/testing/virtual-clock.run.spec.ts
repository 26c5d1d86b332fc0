import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { retry, stop, wait } from 'tenax';
import { VirtualClock, type RunOptions } from 'tenax/testing';
import { thrown } from '../thrown.js';

/** Sleeps one after the other, and returns when each ended. */
async function sleeps(clock: VirtualClock, ...lengths: number[]): Promise<number[]> {
  const ends: number[] = [];
  for (const ms of lengths) {
    await clock.sleep(ms);
    ends.push(clock.now());
  }
  return ends;
}

describe('VirtualClock.run', () => {
  test('moves time from sleeper to sleeper until the promise resolves', async () => {
    const clock = new VirtualClock(5);
    expect(await clock.run(sleeps(clock, 60_000, 1, 3_600_000), { quiet: 0 })).toEqual([60_005, 60_006, 3_660_006]);
    expect(clock.pending).toBe(0);
  });

  test('rejects as the promise does, with the very error', async () => {
    const clock = new VirtualClock();
    const reason = new Error('enough');
    const failing = clock.sleep(1000).then(() => Promise.reject(reason));
    expect(await thrown(clock.run(failing, { quiet: 0 }))).toBe(reason);
    expect(await thrown(clock.run(Promise.reject(reason)))).toBe(reason);
  });

  test('does not move time for a promise that has settled', async () => {
    const clock = new VirtualClock();
    void clock.sleep(10);
    expect(await clock.run(Promise.resolve('there'), { quiet: 0 })).toBe('there');
    expect([clock.now(), clock.pending]).toEqual([0, 1]);
  });

  test('takes a thenable', async () => {
    const clock = new VirtualClock();
    const query = { then: (resolve: (rows: number) => void) => void clock.sleep(10).then(() => resolve(3)) };
    expect(await clock.run(query as unknown as PromiseLike<number>, { quiet: 0 })).toBe(3);
  });

  test('runs a whole policy', async () => {
    const clock = new VirtualClock();
    let attempts = 0;
    const failing = retry(
      () => {
        attempts += 1;
        throw new Error('503');
      },
      { stop: stop.afterAttempt(4), wait: wait.fixed(60_000), clock, reraise: true },
    );
    await expect(clock.run(failing(), { quiet: 0 })).rejects.toThrow('503');
    expect([attempts, clock.now()]).toEqual([4, 180_000]);
  });

  test('waits for a sleep without a sleeper, or with one that sleeps forever', async () => {
    const clock = new VirtualClock();
    void clock.sleep(Infinity);
    let done = false;
    const running = clock
      .run(
        new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => clock.sleep(7)),
        { quiet: 1 },
      )
      .then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([done, clock.now()]).toEqual([false, 0]);
    await running;
    expect(clock.now()).toBe(7);
  });

  test('resolves without a sleeper when the promise does', async () => {
    const clock = new VirtualClock();
    expect(await clock.run(new Promise((resolve) => setTimeout(resolve, 5, 'late')))).toBe('late');
    expect(clock.now()).toBe(0);
  });

  test('does not move time before a quiet time of 30 real milliseconds', async () => {
    const clock = new VirtualClock();
    const begun = performance.now();
    await clock.run(clock.sleep(1));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(29);
  });

  test('begins the quiet time anew when a sleep begins or ends', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const busy = setInterval(() => void clock.sleep(0).then(() => seen.push('busy')), 5);
    const running = clock.run(
      clock.sleep(1).then(() => seen.push('woken')),
      { quiet: 40 },
    );
    setTimeout(() => clearInterval(busy), 100);
    await running;
    expect(seen.slice(-2)).toEqual(['busy', 'woken']);
  });

  describe('with a real server', () => {
    let server: Server;
    let url: string;
    beforeEach(async () => {
      server = createServer((_request, response) => void setTimeout(() => response.end('there'), 10));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => server.close());

    test('lets requests in progress go first, and skips the waits between them', async () => {
      const clock = new VirtualClock();
      let attempts = 0;
      const load = retry(
        async () => {
          const text = await (await fetch(url)).text();
          if ((attempts += 1) < 3) throw new Error(text);
          return text;
        },
        { stop: stop.never, wait: wait.fixed(600_000), attemptTimeout: 1000, clock },
      );
      expect(await clock.run(load())).toBe('there');
      expect([attempts, clock.now()]).toEqual([3, 1_200_000]);
    });
  });

  test('runs, sleeps and moves under fake timers', async () => {
    jest.useFakeTimers();
    try {
      const clock = new VirtualClock();
      expect(await clock.run(sleeps(clock, 0, 60_000, 0, 5))).toEqual([0, 60_000, 60_000, 60_005]);
      await clock.advance(10);
      expect([clock.now(), await clock.next()]).toEqual([60_015, 0]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('two at once move the same time', async () => {
    const clock = new VirtualClock();
    const ends = await Promise.all([clock.run(sleeps(clock, 10, 20)), clock.run(sleeps(clock, 15, 5))]);
    expect(ends).toEqual([
      [10, 30],
      [15, 20],
    ]);
  });

  test.each([
    [{ quiet: -1 }, 'run: quiet takes a duration in milliseconds (a finite number ≥ 0), got -1'],
    [{ quiet: Infinity }, 'run: quiet takes a duration in milliseconds (a finite number ≥ 0), got Infinity'],
    [{ quite: 1 }, 'run has no option "quite"; did you mean "quiet"?'],
  ])('refuses %j', async (options, message) => {
    await expect(new VirtualClock().run(Promise.resolve(), options as RunOptions)).rejects.toThrow(message);
  });
});
