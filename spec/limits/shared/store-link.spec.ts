import { LimiterUnavailableError } from 'tenax';
import type { LimitCommand, LimitReply, LimitStore } from 'tenax/redis';
import { VirtualClock } from 'tenax/testing';
import { KeyView } from '../../../lib/limits/shared/key-view';
import { StoreLink, type Ask } from '../../../lib/limits/shared/store-link';
import { thrown } from '../../thrown';

const ASK: Ask = { asks: [[1]], horizon: 0, maxWait: Infinity, line: 1 };

/** A link to a store that replies what the spec says, after `latency`. */
function setting(keys = ['k']) {
  const clock = new VirtualClock(5000);
  const commands: LimitCommand[] = [];
  const asked: (readonly string[])[] = [];
  let reply: Partial<LimitReply> | Error = {};
  let latency = 0;
  const store: LimitStore = {
    run: async (names, command) => {
      asked.push(names);
      commands.push(command);
      const now = reply;
      if (latency > 0) await clock.sleep(latency);
      if (now instanceof Error) throw now;
      const parts = keys.map(() => ({ level: 4, rate: 100, hold: 0 }));
      return { claimed: [], place: -1, crowd: 0, doubt: 0, parts, ...now };
    },
  };
  const views = keys.map((key) => new KeyView(key, 100, 10, 10, 1));
  const link = new StoreLink(views, store, clock, 1000);
  const replies = (next: Partial<LimitReply> | Error, after = 0): void => {
    reply = next;
    latency = after;
  };
  /** What the last command says has ended. */
  const done = () => commands.at(-1)!.parts[0]!.done;
  return { clock, commands, asked, store, views, link, replies, done };
}

describe('StoreLink', () => {
  test('sends numbered commands of one owner, in microseconds', async () => {
    const { link, commands, asked } = setting(['a', 'b']);
    await link.send({ asks: [[1, 2]], horizon: 1.5, maxWait: 20.0001, line: 1 });
    await link.send({ asks: [], horizon: 0, maxWait: Infinity, line: 0 });
    expect(asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    const [first, second] = commands as [LimitCommand, LimitCommand];
    expect(first).toMatchObject({ number: 1, asks: [[1, 2]], horizon: 1500, valid: 100_000, maxWait: 20_001, line: 1 });
    expect(first.parts.map(({ assigned, initial }) => [assigned, initial])).toEqual([
      [2, 10],
      [2, 10],
    ]);
    expect(second).toMatchObject({ owner: first.owner, number: 2, asks: [], maxWait: -1, line: 0 });
    expect(second.parts[1]!.assigned).toBe(0);
  });

  test('has an owner of its own, also over the same store', () => {
    const { link, views, store, clock } = setting();
    const other = new StoreLink(views, store, clock, 1000);
    expect(link.owner).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}\.\d+$/);
    expect(other.owner.split('.')[1]).not.toBe(link.owner.split('.')[1]);
  });

  test('shares its estimates with the links to the same store only', async () => {
    const { link, views, store, clock, replies } = setting();
    expect(new StoreLink(views, store, clock, 1000).estimates).toBe(link.estimates);
    expect(setting().link.estimates).not.toBe(link.estimates);
    replies({}, 8);
    const sent = link.send(ASK);
    await clock.advance(8);
    await sent;
    // The first round trip, and a millisecond for timers.
    expect(link.estimates.lead).toBe(9);
  });

  test('makes claims as valid as the key needs that fills slowest', async () => {
    const { clock, store, commands } = setting();
    const views = [new KeyView('quick', 1000, 10, 10, 1), new KeyView('slow', 100, 40, 40, 1)];
    const link = new StoreLink(views, store, clock, 1000);
    link.estimates.recordTrip(1);
    await thrown(link.send({ ...ASK, asks: [[1, 1]] }));
    expect(commands[0]!.valid).toBe(100_000);
  });

  test('passes a reply to the views, and makes a claim of what was claimed', async () => {
    const { link, clock, views, replies } = setting();
    replies({ claimed: [0, 10_000], place: 30_000 }, 6);
    const sent = link.send({ ...ASK, asks: [[1], [2], [3]] });
    expect(link.inFlight).toBe(1);
    await clock.advance(6);
    const result = await sent;
    expect(link.inFlight).toBe(0);
    expect(result).toMatchObject({ sent: 5000, received: 5006, reply: { place: 30_000 } });
    const claim = result.claim!;
    expect(claim.number).toBe(1);
    expect(claim.entries).toEqual([
      { costs: [1], span: 0 },
      { costs: [2], span: 10 },
    ]);
    expect(claim.due).toBe(5006);
    // Sent at 5000, the last due moment 10 ms later, valid for 100 ms.
    expect([5110, 5111].map((now) => claim.hasLapsed(now))).toEqual([false, true]);
    expect(views[0]!.upperBound(5006)).toBe(4);
  });

  test('has no claim if nothing was claimed', async () => {
    const { link } = setting();
    expect((await link.send(ASK)).claim).toBeUndefined();
  });

  test('reports an ended claim with the next command, once', async () => {
    const { link, replies, done } = setting();
    replies({ claimed: [0] });
    const { claim } = await link.send(ASK);
    expect(link.hasUnreportedClaims).toBe(false);
    link.end(claim!);
    expect(link.hasUnreportedClaims).toBe(true);
    replies({});
    await link.send(ASK);
    expect([link.hasUnreportedClaims, done().map(([number]) => number)]).toEqual([false, [1]]);
    await link.send(ASK);
    expect(done()).toEqual([]);
  });

  test('reports an ended claim again after a command without a reply, before those that ended later', async () => {
    const { link, replies, done } = setting();
    replies({ claimed: [0] });
    const [first, second] = [await link.send(ASK), await link.send(ASK)];
    link.end(first.claim!);
    replies(new Error('away'));
    const failed = thrown(link.send({ ...ASK, asks: [] }));
    link.end(second.claim!);
    expect(await failed).toBeInstanceOf(LimiterUnavailableError);
    expect(link.inFlight).toBe(0);
    replies({});
    await link.send(ASK);
    expect(done().map(([number]) => number)).toEqual([1, 2]);
  });

  test('cancels the claim of a command without a reply for ten seconds', async () => {
    const { link, clock, replies, done } = setting();
    replies(new Error('away'));
    await thrown(link.send(ASK));
    replies({});
    await link.send(ASK);
    expect(done()).toEqual([[1, 0, 0]]);
    await clock.advance(9999);
    await link.send(ASK);
    expect(done()).toEqual([[1, 0, 0]]);
    await clock.advance(1);
    await link.send(ASK);
    expect(done()).toEqual([]);
  });

  test('has nothing to cancel after a command without a reply that asked for nothing', async () => {
    const { link, replies, done } = setting();
    replies(new Error('away'));
    await thrown(link.send({ ...ASK, asks: [] }));
    replies({});
    await link.send(ASK);
    expect(done()).toEqual([]);
  });

  test('rejects when the reply takes longer than the timeout', async () => {
    const { link, clock, replies } = setting();
    replies({}, 2000);
    const failed = thrown(link.send(ASK));
    await clock.advance(2000);
    expect(await failed).toEqual(new LimiterUnavailableError('no reply from the store within 1000 ms'));
  });

  test('says again what a command said that failed, but for settled tokens', async () => {
    const { link, views, commands, replies } = setting();
    views[0]!.assign(50);
    views[0]!.settle(-1, 0);
    replies(new Error('away'));
    await thrown(link.send(ASK));
    replies({});
    await link.send(ASK);
    expect(commands.map(({ parts }) => [parts[0]!.assigned, parts[0]!.settle])).toEqual([
      [3, -1],
      [3, 0],
    ]);
  });

  describe('take', () => {
    const always = (): boolean => true;

    test('asks for tokens that are there now, without a place in the line', async () => {
      const { link, commands } = setting();
      expect(await link.take([3], always)).toBe('refused');
      expect(commands[0]).toMatchObject({ asks: [[3]], horizon: 0, maxWait: 0, line: 0 });
      expect(link.hasUnreportedClaims).toBe(false);
    });

    test('takes the claim, and reports it later', async () => {
      const { link, replies, done } = setting();
      replies({ claimed: [0] });
      expect(await link.take([3], always)).toBe('taken');
      replies({});
      await link.send(ASK);
      expect(done()).toEqual([[1, 3, 0]]);
    });

    test('gives a claim back that cannot be used', async () => {
      const { link, replies, done, clock } = setting();
      replies({ claimed: [0] }, 5);
      const at: number[] = [];
      const taken = link.take([3], (now) => at.push(now) < 0);
      await clock.advance(5);
      expect([await taken, at]).toEqual(['unused', [5005]]);
      replies({});
      await link.send(ASK);
      expect(done().map(([number, tokens]) => [number, tokens])).toEqual([[1, 0]]);
    });

    test('gives a claim back that comes too late, without asking whether it can be used', async () => {
      const { link, replies, clock, done } = setting();
      replies({ claimed: [0] }, 101);
      const usable = jest.fn(always);
      const taken = link.take([3], usable);
      await clock.advance(101);
      expect(await taken).toBe('unused');
      expect(usable).not.toHaveBeenCalled();
      replies({});
      await link.send(ASK);
      expect(done().map(([number, tokens]) => [number, tokens])).toEqual([[1, 0]]);
    });
  });
});
