import type { LimitPart } from 'tenax/redis';
import { VirtualClock } from 'tenax/testing';
import { KeyView, micros } from '../../../lib/limits/shared/key-view';
import { FOREVER } from '../../../lib/limits/shared/limit-state';
import { LocalClaim } from '../../../lib/limits/shared/local-claim';

/** 100 tokens a second, capacity 10, 8 at first, shared by two processes. */
const viewOf = (): KeyView => new KeyView('k', 100, 10, 8, 2);

const claimOf = (number: number, taken: number): LocalClaim => {
  const times = { sent: 0, received: 0, wall: 0, valid: 100 };
  const claim = new LocalClaim(number, [{ costs: [5, 3], span: 0 }], times, new VirtualClock());
  if (taken > 0) claim.take([taken, taken], 2);
  return claim;
};

/** What the next command says. */
const said = (view: KeyView, now = 0): LimitPart => view.preparePart([], [], 0, now).part;

/** Sends a command, to which the store replies. */
function exchange(view: KeyView, now: number, reply: { level?: number; rate?: number; hold?: number } = {}): LimitPart {
  const { part, confirm } = view.preparePart([], [], 0, now);
  confirm();
  view.applyReply({ level: 5, rate: 100, hold: 0, ...reply }, now);
  return part;
}

describe('micros', () => {
  test('rounds up to whole microseconds, and ends at FOREVER', () => {
    expect([0, 1, 0.0001, 1.0001, Infinity].map(micros)).toEqual([0, 1000, 1, 1001, FOREVER]);
  });
});

describe('KeyView', () => {
  test('says all that a missing key starts with in its first command', () => {
    expect(said(viewOf())).toEqual({
      capacity: 10,
      rate: 100,
      base: 100,
      assigned: 2,
      initial: 8,
      hold: 0,
      done: [],
      settle: 0,
      left: -1,
      name: '',
      pause: -1,
    });
  });

  test('knows the initial tokens at first, then those of the reply and what was refilled since', () => {
    const view = viewOf();
    expect(view.upperBound(1000)).toBe(8);
    exchange(view, 1000, { level: 2 });
    expect([990, 1000, 1030, 1080, 2000].map((now) => view.upperBound(now))).toEqual([2, 2, 5, 10, 10]);
    expect(said(view, 1030)).toMatchObject({ assigned: 0, initial: 5 });
  });

  test('counts no refill until the end of a pause', () => {
    const view = viewOf();
    exchange(view, 1000, { level: 2, hold: 50_000 });
    expect(view.pausedUntil).toBe(1050);
    expect([1050, 1060].map((now) => view.upperBound(now))).toEqual([2, 3]);
    expect([1020, 1050, 1060].map((now) => said(view, now).hold)).toEqual([30_000, 0, 0]);
  });

  test('reports ended claims, cancels doubtful ones, and counts unused tokens', () => {
    const view = viewOf();
    exchange(view, 0, { level: 1 });
    const ended = [claimOf(3, 2), claimOf(4, 0)];
    const { part } = view.preparePart(ended, [{ number: 5 }], 0, 0);
    expect(part.done.map(([number, taken]) => [number, taken])).toEqual([
      [3, 2],
      [4, 0],
      [5, 0],
    ]);
    expect(part.done[0]).toEqual([3, 2, 2000]);
    expect(part.done[2]).toEqual([5, 0, 0]);
    // One in the bucket, 3 and 5 come back.
    expect(part.initial).toBe(9);
    expect(view.preparePart(ended, [], 1, 0).part).toMatchObject({ done: [[3, 2, 2000], [4, 0, expect.any(Number)]], initial: 5 });
    expect(view.preparePart([...ended, claimOf(6, 0)], [], 0, 0).part.initial).toBe(10);
  }); // prettier-ignore

  test('sends settled tokens once', () => {
    const view = viewOf();
    view.settle(3, 0);
    view.settle(-5, 0);
    expect([said(view).settle, said(view).settle]).toEqual([-2, 0]);
  });

  test('sends the lowest remaining count once, with what was refilled since', () => {
    const view = viewOf();
    view.lower(5, 0);
    view.lower(3, 0);
    view.lower(4, 0);
    expect([said(view, 10).left, said(view, 10).left]).toEqual([4, -1]);
    view.lower(1, 0);
    view.lower(1.5, 10);
    expect(said(view, 10).left).toBe(1.5);
    view.lower(0, 10);
    expect(said(view, 10).left).toBe(0);
  });

  test('sends an assigned rate until the store has replied to a command with it', () => {
    const view = viewOf();
    view.assign(50);
    expect(view.rate).toBe(50);
    expect(said(view)).toMatchObject({ rate: 50, base: 100, assigned: 3 });
    expect(said(view)).toMatchObject({ assigned: 3 });
    expect(exchange(view, 0, { rate: 50 })).toMatchObject({ assigned: 3 });
    expect(said(view)).toMatchObject({ rate: 50, assigned: 0 });
    view.assign(60);
    expect(said(view)).toMatchObject({ rate: 60, assigned: 1 });
  });

  test('takes over the rate of the store, but for one that was assigned meanwhile', () => {
    const view = viewOf();
    exchange(view, 0, { rate: 70 });
    expect(view.rate).toBe(70);
    const { confirm } = view.preparePart([], [], 0, 0);
    view.assign(50);
    confirm();
    view.applyReply({ level: 5, rate: 70, hold: 0 }, 0);
    expect([view.rate, said(view).assigned]).toEqual([50, 1]);
  });

  test('sends the remaining time of its pause, and its end, until the store has replied to that', () => {
    const view = viewOf();
    view.pauseUntil(100, 'a:1');
    expect([view.pausedUntil, view.mustEndPause]).toEqual([100, true]);
    expect(exchange(view, 20, { hold: 80_000 })).toMatchObject({ name: 'a:1', pause: 80_000, hold: 80_000 });
    expect(exchange(view, 99.9995)).toMatchObject({ name: 'a:1', pause: 1 });
    expect(view.mustEndPause).toBe(true);
    expect(said(view, 100)).toMatchObject({ name: 'a:1', pause: 0, hold: 0 });
    expect(view.mustEndPause).toBe(true);
    expect(exchange(view, 101)).toMatchObject({ name: 'a:1', pause: 0 });
    expect(view.mustEndPause).toBe(false);
    expect(said(view, 102)).toMatchObject({ name: '', pause: -1 });
  });

  test('keeps a pause that began while the end of the one before was sent', () => {
    const view = viewOf();
    view.pauseUntil(100, 'a:1');
    const { confirm } = view.preparePart([], [], 0, 100);
    view.pauseUntil(200, 'a:2');
    confirm();
    expect(view.mustEndPause).toBe(true);
    expect(said(view, 100)).toMatchObject({ name: 'a:2', pause: 100_000 });
  });

  test('keeps its own pause if the store does not know it yet, or of a shorter one', () => {
    const view = viewOf();
    view.pauseUntil(100, 'a:1');
    view.applyReply({ level: 5, rate: 100, hold: 0 }, 10);
    expect(view.pausedUntil).toBe(100);
    view.applyReply({ level: 5, rate: 100, hold: 20_000 }, 10);
    expect(view.pausedUntil).toBe(100);
    view.applyReply({ level: 5, rate: 100, hold: 95_000 }, 10);
    expect(view.pausedUntil).toBe(105);
  });

  test('learns that another process has ended its pause', () => {
    const view = viewOf();
    view.applyReply({ level: 5, rate: 100, hold: 20_000 }, 10);
    expect(view.pausedUntil).toBe(30);
    view.applyReply({ level: 5, rate: 100, hold: 0 }, 20);
    expect(view.pausedUntil).toBe(-Infinity);
  });

  test('reports the tokens of its local share while that is in use, which ends with a reply', () => {
    const view = viewOf();
    view.local.begin(0, -Infinity);
    expect(view.preparePart([claimOf(3, 0)], [], 0, 40).part.initial).toBe(2);
    view.applyReply({ level: 7, rate: 100, hold: 0 }, 40);
    expect(view.local.inUse).toBe(false);
    expect(said(view, 40).initial).toBe(7);
  });
});
