import { allOf, TokenBucket } from 'tenax';
import { LimiterFullError, LimiterUnavailableError, RateLimitTimeoutError, type SharedTokenBucket } from 'tenax/redis';
import { advance, fate, Setting } from './setting';

describe('allOf with limits of one store', () => {
  const setting = new Setting();
  const one = (options?: object) => setting.bucketOf({ key: 'one', ...options });
  const other = (options?: object) => setting.bucketOf({ key: 'other', capacity: 3, ...options });

  test('takes tokens of both with one command', async () => {
    const both = allOf(one(), other());
    await both.acquire(2);
    expect(setting.store.calls).toBe(1);
    expect(setting.store.state('one')!.level).toBeCloseTo(8);
    expect(setting.store.state('other')!.level).toBeCloseTo(1);
  });

  test('takes nothing of either while it waits for one of them', async () => {
    const both = allOf(one(), other());
    await both.acquire(3);
    const waiting = both.acquire(3);
    await advance(10);
    expect(await one().tryAcquire(7)).toBe(true);
    await advance(25);
    await expect(waiting).resolves.toBeGreaterThanOrEqual(30);
  });

  test('rejects if the longer wait exceeds maxWait, and takes nothing', async () => {
    const both = allOf(one(), other());
    await both.acquire(3);
    expect(await fate(both.acquire(3, { maxWait: 20 }))).toBeInstanceOf(RateLimitTimeoutError);
    await advance(100);
    expect(await one().tryAcquire(10)).toBe(true);
  });

  test('tryAcquire sends one command for both', async () => {
    const both = allOf(one(), other());
    expect(await both.tryAcquire(3)).toBe(true);
    expect(await both.tryAcquire(1)).toBe(false);
    expect(setting.store.calls).toBe(2);
    await advance(100);
    expect(await one().tryAcquire(10)).toBe(true);
  });

  test('forgets combinations that are not in use, and keeps those in which callers wait', async () => {
    const all = one({ rate: 1e6, capacity: 1e6 });
    const owner = (): string => setting.store.commands.at(-1)!.owner;
    const [unused, waiting] = [other({ key: 'unused' }), other({ key: 'waiting' })].map((user) => allOf(all, user));
    await unused!.acquire();
    const first = owner();
    await unused!.acquire();
    expect(owner()).toBe(first);
    await waiting!.acquire(3);
    const second = owner();
    const last = waiting!.acquire(3);
    await advance(1);
    for (let user = 0; user < 150; user += 1) await allOf(all, other({ key: `user ${user}` })).acquire();
    expect(all.pending).toBe(1);
    await unused!.acquire();
    expect(owner()).not.toBe(first);
    await advance(40);
    expect(await last).toBeCloseTo(30);
    await waiting!.acquire();
    expect(owner()).toBe(second);
  });

  test('rejects at once a cost that can never be granted', async () => {
    await expect(allOf(one(), other()).acquire(4)).rejects.toThrow(RangeError);
    expect(setting.store.calls).toBe(0);
  });

  test('counts its waiting callers for each member, and waits for a pause of one member', async () => {
    const members = [one(), other()];
    const both = allOf(...members);
    await both.acquire(3);
    const waiting = both.acquire(3);
    await advance(5);
    expect(members.map(({ pending }) => pending)).toEqual([1, 1]);
    members[0]!.pauseFor(100);
    await advance(99);
    expect(members[0]!.pending).toBe(1);
    await advance(10);
    await expect(waiting).resolves.toBeGreaterThanOrEqual(105);
  });

  test('without waiting callers sends nothing when a member is paused', async () => {
    const members = [one(), other()] as const;
    await allOf(...members).acquire();
    members[0].pauseFor(10);
    await advance(0);
    expect(setting.store.commands.map(({ parts }) => parts.length)).toEqual([2, 1]);
  });

  test('gives back what it took in the store when a local member refuses', async () => {
    const local = new TokenBucket({ rate: 1, capacity: 1 });
    local.tryAcquire();
    const all = allOf(one(), other(), local);
    expect(await all.tryAcquire()).toBe(false);
    expect(await fate(all.acquire(1, { maxWait: 10 }))).toBeInstanceOf(RateLimitTimeoutError);
    await advance(100);
    expect(setting.store.state('one')!.level).toBeCloseTo(10);
    expect(await one().tryAcquire(10)).toBe(true);
  });

  test('rejects each waiting caller when the store is unavailable', async () => {
    setting.store.error = new Error('away');
    const both = allOf(one({ onUnavailable: 'local' }), other());
    expect(await fate(both.acquire())).toBeInstanceOf(LimiterUnavailableError);
  });

  test('grants from local shares if every member has onUnavailable: local', async () => {
    const local = { onUnavailable: 'local', processes: 2 };
    const both = allOf(one(local), other(local));
    setting.store.error = new Error('away');
    const granted = both.acquire();
    await advance(19);
    expect(setting.store.calls).toBe(1);
    await advance(2);
    await expect(granted).resolves.toBeGreaterThanOrEqual(20);
  });

  test('asks the store while one member alone has a local share, and then grants from the shares of both', async () => {
    const local = { onUnavailable: 'local' };
    const account = one(local);
    const search = allOf(account, other(local));
    setting.store.error = new Error('away');
    const alone = account.acquire();
    await advance(10);
    await expect(alone).resolves.toBeGreaterThanOrEqual(10);
    const granted = search.acquire();
    await advance(10);
    await expect(granted).resolves.toBeGreaterThanOrEqual(10);
    expect(setting.store.calls).toBe(2);
  });

  test('asks the store once per timeout while it grants from shares that another combination began', async () => {
    const local = { onUnavailable: 'local', timeout: 100 };
    const account = one(local);
    setting.store.error = new Error('away');
    const first = allOf(account, other(local)).acquire();
    await advance(10);
    await first;
    const alone = account.acquire();
    await advance(10);
    await alone;
    expect(setting.store.calls).toBe(2);
    setting.store.error = undefined;
    await advance(100);
    await account.acquire();
    expect(setting.store.calls).toBe(3);
    expect(setting.store.state('one')!.level).toBeGreaterThan(0);
  });

  test('its waiting callers ask the store when another queue of a member has found it back', async () => {
    const local = { onUnavailable: 'local', timeout: 20 };
    const [account, search] = [one(local), other(local)];
    setting.store.error = new Error('away');
    const begun = [account.acquire(), search.acquire()];
    await advance(10);
    await Promise.all(begun);
    const waiting = [1, 2, 3, 4, 5].map(async () => allOf(account, search).acquire(3));
    await advance(5);
    setting.store.error = undefined;
    await advance(300);
    await Promise.all(waiting);
    expect(setting.store.state('other')).toBeDefined();
  });

  test('rejects while a member that has a local share is combined with one that has none, and grants later', async () => {
    const account = one({ onUnavailable: 'local' });
    const both = allOf(other(), account);
    setting.store.error = new Error('away');
    const alone = account.acquire();
    await advance(10);
    await alone;
    expect(await fate(both.acquire())).toBeInstanceOf(LimiterUnavailableError);
    setting.store.error = undefined;
    const granted = fate(both.acquire());
    await advance(10);
    expect(await granted).toBe('granted');
  });

  test('has a queue for each set of limits', async () => {
    const members = ['a', 'b', 'c'].map((key) => setting.bucketOf({ key }));
    await allOf(members[0]!, members[1]!).acquire();
    await allOf(members[0]!, members[2]!).acquire(2);
    await allOf(members[0]!, members[1]!, members[2]!).acquire(4);
    expect(['a', 'b', 'c'].map((key) => setting.store.state(key)!.level)).toEqual([3, 5, 4]);
  });

  test('waits for a reply as long as the most patient member', async () => {
    setting.store.hangs = true;
    const refused = fate(allOf(one({ timeout: 50 }), other({ timeout: 200 })).acquire());
    await advance(200);
    expect(await refused).toMatchObject({ message: expect.stringContaining('within 200 ms') });
  });

  test('has as many waiting callers as the least patient member', async () => {
    const both = allOf(one({ maxPending: 1 }), other());
    await both.acquire(3);
    const waiting = both.acquire(3);
    await advance(5);
    expect(await fate(both.acquire())).toBeInstanceOf(LimiterFullError);
    await advance(50);
    await waiting;
  });

  test('combines only keys of one slot in a command', async () => {
    setting.store.slotOf = (key) => key.slice(0, 1);
    const bucket = (key: string): SharedTokenBucket => setting.bucketOf({ key });
    await allOf(bucket('a1'), bucket('a2')).acquire();
    expect(setting.store.calls).toBe(1);
    await allOf(bucket('a1'), bucket('b1')).acquire();
    expect(setting.store.calls).toBe(3);
  });
});
