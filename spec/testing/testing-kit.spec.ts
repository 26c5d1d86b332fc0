import { retry, stop, TokenBucket, wait } from 'tenax';
import { FlakyServer, setTesting, VirtualClock } from 'tenax/testing';

describe('VirtualClock', () => {
  it('stands still until it is told to move', async () => {
    const clock = new VirtualClock(100);
    const woken: string[] = [];
    void clock.sleep(20).then(() => woken.push('late'));
    void clock.sleep(10).then(() => woken.push('early'));
    expect([clock.now(), clock.pending]).toEqual([100, 2]);
    await clock.advance(15);
    expect([clock.now(), clock.pending, woken]).toEqual([115, 1, ['early']]);
    expect(await clock.next()).toBe(5);
    expect([clock.now(), clock.pending, woken]).toEqual([120, 0, ['early', 'late']]);
    expect(await clock.next()).toBe(0);
  });

  it('wakes those who go to sleep on the way', async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    void (async () => {
      for (let i = 0; i < 3; i += 1) {
        await clock.sleep(10);
        at.push(clock.now());
      }
    })();
    await clock.advance(100);
    expect(at).toEqual([10, 20, 30]);
  });

  it('ends a sleep that is aborted, and forgets it', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough');
  });
});

// A real server, so real time.
describe('FlakyServer', () => {
  let server: FlakyServer;
  afterEach(() => server.close());

  it('follows its script, then answers 200, and keeps a log', async () => {
    server = await FlakyServer.start({
      script: [503, { status: 429, headers: { 'retry-after': '2' }, body: { a: 1 } }, 'drop'],
    });
    expect((await fetch(`${server.url}/a`)).status).toBe(503);
    const limited = await fetch(`${server.url}/b`, { method: 'POST', body: 'text' });
    expect([limited.status, limited.headers.get('retry-after'), await limited.json()]).toEqual([429, '2', { a: 1 }]);
    await expect(fetch(`${server.url}/c`)).rejects.toThrow();
    expect((await fetch(`${server.url}/d`)).status).toBe(200);
    expect(server.requests.map(({ method, url, body, status }) => [method, url, body, status])).toEqual([
      ['GET', '/a', '', 503],
      ['POST', '/b', 'text', 429],
      ['GET', '/c', '', undefined],
      ['GET', '/d', '', 200],
    ]);
  });

  it('truncates, stalls and answers late', async () => {
    server = await FlakyServer.start({ script: ['truncate', 'stall', { status: 200, delay: 60 }] });
    await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow();
    await expect(fetch(server.url, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    const begun = performance.now();
    await fetch(server.url);
    expect(performance.now() - begun).toBeGreaterThan(55);
  });

  it('meets the same faults with the same seed', async () => {
    const statuses = async (seed: number): Promise<number[]> => {
      const one = await FlakyServer.start({ faults: { rate: 0.5, kinds: [500, 503, 429], seed } });
      const seen: number[] = [];
      for (let i = 0; i < 20; i += 1) seen.push((await fetch(one.url)).status);
      await one.close();
      return seen;
    };
    server = await FlakyServer.start();
    expect(await statuses(4)).toEqual(await statuses(4));
    expect(await statuses(4)).not.toEqual(await statuses(5));
  });

  it.each(['seconds', 'date'] as const)('has a real rate limit, with Retry-After in %s', async (form) => {
    server = await FlakyServer.start({ rateLimit: { rate: 1, capacity: 2, retryAfter: form } });
    const answers = [await fetch(server.url), await fetch(server.url), await fetch(server.url)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const told = answers[2]?.headers.get('retry-after') ?? '';
    expect(told).toMatch(form === 'seconds' ? /^\d+$/ : /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/);
  });

  it.each([
    [{ script: ['dropp'] }, /script/],
    [{ faults: { rate: 2, kinds: [500] } }, /faults\.rate/],
    [{ faults: { rate: 0.5, kinds: [] } }, /faults\.kinds/],
    [{ handler: 5 }, /handler/],
    [{ scrpt: [] }, /"scrpt"; did you mean "script"/],
  ])('refuses %p', async (options, message) => {
    server = await FlakyServer.start();
    await expect(FlakyServer.start(options as never)).rejects.toThrow(message);
  });
});

describe('setTesting', () => {
  it('caps attempts, does not sleep, lets limiters grant at once, and is taken back', async () => {
    const bucket = new TokenBucket({ rate: 0.001, initial: 0 });
    let calls = 0;
    const load = retry(
      async () => {
        calls += 1;
        throw new Error('down');
      },
      { stop: stop.afterAttempt(9), wait: wait.fixed(60_000) },
    );
    const restore = setTesting({ attempts: 3 });
    await expect(load()).rejects.toThrow();
    expect(calls).toBe(3);
    expect(await bucket.acquire()).toBe(0);
    const inner = setTesting();
    await expect(load()).rejects.toThrow();
    expect(calls).toBe(4);
    inner();
    await expect(load()).rejects.toThrow();
    expect(calls).toBe(7);
    restore();
    expect(bucket.tryAcquire()).toBe(false);
  });

  it.each([[{ attempts: 0 }], [{ attempt: 1 }], [5]])('refuses %p', (options) => {
    expect(() => setTesting(options as never)).toThrow(/setTesting/);
  });
});
