import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { allOf, SlidingWindow, TokenBucket } from 'tenax';
import { newAskLog, type AskLog } from './ask-log';

describe('serving queues that share limits', () => {
  let clock: AskLog['clock'];
  let log: AskLog['log'];
  let ask: AskLog['ask'];
  beforeEach(() => {
    ({ clock, log, ask } = newAskLog());
  });

  test('serves all queues by priority, then by arrival', async () => {
    const shared = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const both = allOf(shared, new SlidingWindow({ limit: 100, window: 1000, clock }));
    ask('a', shared);
    ask('b', both);
    ask('c', shared, 1, { priority: 1 });
    ask('d', both, 1, { priority: 1 });
    await clock.advance(4100);
    expect(log).toEqual(['c at 1000', 'd at 2000', 'a at 3000', 'b at 4000']);
  });

  test('serves queues that are connected only through other queues', async () => {
    const [one, two, three] = [1, 2, 3].map(() => new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock })) as [
      TokenBucket,
      TokenBucket,
      TokenBucket,
    ];
    ask('first', allOf(one, two));
    ask('second', allOf(two, three));
    ask('third', three);
    await clock.advance(2100);
    expect(log.sort()).toEqual(['first at 1000', 'second at 2000', 'third at 1000']);
  });

  test('grants nothing to a waiter whose signal has aborted in the same turn', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const controller = new AbortController();
    // A listener that comes first: what it sets off must not be granted to the aborted waiter.
    controller.signal.addEventListener('abort', () => {
      bucket.rate = 1000;
    });
    ask('aborted', bucket, 1, { signal: controller.signal });
    ask('next', bucket);
    await clock.advance(900);
    controller.abort('stopped');
    await clock.advance(200);
    expect(log[0]).toBe('aborted stopped');
    expect(log[1]).toMatch(/^next at 90\d$/);
  });

  test('grants nothing to an aborted waiter among several queues, whatever its abort sets free', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 9, initial: 0, clock });
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {
      bucket.settle(1, 0);
    });
    ask('aborted', bucket, 1, { signal: controller.signal });
    ask('next', allOf(bucket, new SlidingWindow({ limit: 100, window: 1000, clock })));
    controller.abort('stopped');
    await clock.advance(0);
    expect(log.sort()).toEqual(['aborted stopped', 'next at 0']);
    expect(bucket.available).toBe(0);
  });

  test('grants once what a subscriber’s call has granted meanwhile', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 4, initial: 0, clock });
    const both = allOf(bucket, new SlidingWindow({ limit: 100, window: 1000, clock }));
    const see = (message: object): void => {
      if ('waited' in message) bucket.pauseFor(0);
    };
    ask('alone', bucket);
    ask('both', both);
    subscribe('tenax:limiter', see as never);
    try {
      bucket.settle(4, 0);
      expect([bucket.available, bucket.pending]).toEqual([2, 0]);
    } finally {
      unsubscribe('tenax:limiter', see as never);
    }
  });

  test('sets its timer for a newcomer that is due before the others', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 9, initial: 0, clock });
    ask('first', bucket, 2);
    ask('urgent', bucket, 1, { priority: 1 });
    await clock.advance(1001);
    expect(log).toEqual(['urgent at 1000']);
  });

  test('reserves for a caller whose grant time is known, behind one whose is not', () => {
    const day = new TokenBucket({ rate: 0.01, capacity: 2, initial: 1, clock });
    const paused = new TokenBucket({ rate: 1, clock });
    paused.pauseFor(5000);
    ask('unknown', allOf(day, paused));
    ask('known', allOf(day, new TokenBucket({ rate: 1, initial: 0, clock })));
    expect(day.tryAcquire()).toBe(false);
  });

  test('sets no timer for a caller that only waits for what is reserved', () => {
    const day = new TokenBucket({ rate: 0.01, capacity: 2, initial: 1, clock });
    ask('both', allOf(day, new TokenBucket({ rate: 1, initial: 0, clock })));
    ask('day', day);
    expect(clock.pending).toBe(1);
  });

  test('skips an aborted waiter of one queue and serves another', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const both = allOf(bucket, new SlidingWindow({ limit: 100, window: 1000, clock }));
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {
      bucket.rate = 1000;
    });
    ask('aborted', bucket, 1, { signal: controller.signal });
    ask('next', both);
    await clock.advance(900);
    controller.abort('stopped');
    await clock.advance(200);
    expect(log[0]).toBe('aborted stopped');
    expect(log[1]).toMatch(/^next at 90\d$/);
  });

  test('charges a waiter once, even if a subscriber of grants calls the limit', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 4, initial: 0, clock });
    const both = allOf(bucket, new SlidingWindow({ limit: 100, window: 1000, clock }));
    let grants = 0;
    const see = (message: object): void => {
      if (!('waited' in message)) return;
      grants += 1;
      bucket.pauseFor(0);
    };
    ask('alone', bucket);
    ask('both', both, 4);
    bucket.pauseFor(3000);
    bucket.settle(4, 0);
    subscribe('tenax:limiter', see as never);
    try {
      await clock.advance(3000);
      expect([grants, bucket.available, bucket.pending]).toEqual([1, 3, 1]);
    } finally {
      unsubscribe('tenax:limiter', see as never);
    }
    await clock.advance(1001);
    expect(log).toEqual(['alone at 3000', 'both at 4000']);
  });
});
