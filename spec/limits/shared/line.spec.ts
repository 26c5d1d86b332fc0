import type { LimitState } from 'tenax/redis';
import { FOREVER } from '../../../lib/limits/shared/limit-state';
import { earliest, enterLine, leaveLine, moveLine, tookPlace, type Standing } from '../../../lib/limits/shared/line';
import { claimOf, placeOf, stateOf } from './states';

const owners = ({ line }: LimitState): string[] => line.map(({ owner }) => owner);

describe('leaveLine', () => {
  const lineOf = (): LimitState =>
    stateOf({ line: [placeOf('b', 2, 0, 100), placeOf('a', 3, 10, 100), placeOf('c', 4, 20, 100)] });

  test('removes the place of a process, and returns it with the tokens before it', () => {
    const state = lineOf();
    expect(leaveLine(state, 'a', true, 50)).toEqual({ tokens: 3, ahead: 2 });
    expect([owners(state), state.doubt]).toEqual([['b', 'c'], 0]);
  });

  test('counts the place of a process that wants nothing any more as missed', () => {
    const state = lineOf();
    leaveLine(state, 'a', false, 50);
    expect(state.doubt).toBe(1 / 8);
  });

  test('removes places that have expired, counts them as missed, and not as being ahead', () => {
    const state = lineOf();
    state.line[0]!.till = 49;
    state.line[2]!.till = 50;
    expect(leaveLine(state, 'a', true, 50)).toEqual({ tokens: 3, ahead: 0 });
    expect([owners(state), state.doubt]).toEqual([['c'], 1 / 8]);
  });

  test('returns the place of a process that comes too late', () => {
    const state = lineOf();
    expect(leaveLine(state, 'c', true, 500)).toEqual({ tokens: 4, ahead: 0 });
    expect(owners(state)).toEqual([]);
  });

  test('returns undefined for a process without a place, and removes none', () => {
    const state = lineOf();
    expect([leaveLine(state, 'd', false, 50), leaveLine(state, undefined, false, 50)]).toEqual([undefined, undefined]);
    expect([owners(state), state.doubt]).toEqual([['b', 'a', 'c'], 0]);
  });
});

test('tookPlace lowers the doubt by an eighth', () => {
  const state = stateOf({ doubt: 0.5 });
  tookPlace(state);
  expect(state.doubt).toBe(0.4375);
});

describe('enterLine', () => {
  test('adds a place in the order of due moments, after those of the same moment', () => {
    const state = stateOf();
    for (const [owner, at] of [['a', 20], ['b', 10], ['c', 30], ['d', 20], ['e', 5]] as const) enterLine(state, owner, 1, at, 0);
    expect(owners(state)).toEqual(['e', 'b', 'a', 'd', 'c']);
  }); // prettier-ignore

  test('keeps a place for 25 ms, or as long as a claim is valid', () => {
    const state = stateOf();
    enterLine(state, 'a', 3, 1000, 24_999);
    enterLine(state, 'b', 1, 2000, 25_001);
    expect(state.line).toEqual([placeOf('a', 3, 1000, 26_000), placeOf('b', 1, 2000, 27_001)]);
  });
});

test('moveLine moves the end of each place with its due moment', () => {
  const state = stateOf({ line: [placeOf('a', 1, 100, 150), placeOf('b', 1, 200, 290)] });
  moveLine(state, (at) => at * 2);
  expect(state.line).toEqual([placeOf('a', 1, 200, 250), placeOf('b', 1, 400, 490)]);
});

describe('earliest', () => {
  const NOW = 1000;
  const found = (change: Partial<LimitState>, need: number, standing?: Standing): [moment: number, due: number] => {
    const { moment, due } = earliest(stateOf({ last: NOW, ...change }), 10, need, NOW, standing);
    return [moment - NOW, due - NOW];
  };

  test.each<[string, Partial<LimitState>, number, [number, number]]>([
    ['now if the tokens are there', { level: 3 }, 3, [0, 0]],
    ['now if all but a rounding error is there', { level: 3 - 1e-9 }, 3, [0, 0]],
    ['when the missing tokens are refilled', { level: 1 }, 3, [20_000, 20_000]],
    ['when what is owed is paid, too', { level: -1 }, 3, [40_000, 40_000]],
    ['at the end of a pause', { level: 3, paused: NOW + 500 }, 3, [500, 500]],
    ['later than the end of a pause', { level: 2, paused: NOW + 500 }, 3, [10_500, 10_500]],
    ['never at rate 0', { level: 3, rate: 0 }, 3, [FOREVER, FOREVER]],
  ])('is %s', (_what, change, need, expected) => {
    const [moment, due] = found(change, need);
    expect(moment).toBeCloseTo(expected[0], 2);
    expect(due).toBeCloseTo(expected[1], 2);
  });

  describe('with processes in the line', () => {
    test('passes a place for which enough is left at its moment', () => {
      const line = [placeOf('b', 2, NOW + 10_000)];
      expect(found({ level: 2, line }, 1)).toEqual([0, 0]);
      expect(found({ level: 1.5, line }, 1)).toEqual([15_000, 15_000]);
    });

    test('passes it though it is delayed by 100 µs, and not by more', () => {
      expect(found({ level: 2, line: [placeOf('b', 2, NOW + 9_901)] }, 1)).toEqual([0, 0]);
      expect(found({ level: 2, line: [placeOf('b', 2, NOW + 9_899)] }, 1)).toEqual([10_000, 10_000]);
    });

    test('counts what all places before take together', () => {
      const line = [placeOf('b', 2, NOW + 20_000), placeOf('c', 3, NOW + 50_000)];
      expect(found({ line }, 1)).toEqual([60_000, 60_000]);
      expect(found({ line: [line[0]!, placeOf('c', 3, NOW + 60_000)] }, 1)).toEqual([30_000, 30_000]);
    });

    test('counts no refill for a place whose moment has passed, or during a pause', () => {
      expect(found({ level: 2.5, line: [placeOf('b', 2, NOW - 500)] }, 1)).toEqual([5_000, 5_000]);
      const paused = NOW + 20_000;
      expect(found({ level: 2, paused, line: [placeOf('b', 2, NOW + 10_000)] }, 1)).toEqual([30_000, 30_000]);
      expect(found({ level: 2, paused, line: [placeOf('b', 2, NOW + 30_000)] }, 1)).toEqual([20_000, 20_000]);
    });

    test('keeps a process before those that were behind it', () => {
      const line = [placeOf('b', 2, NOW + 20_000), placeOf('c', 3, NOW + 30_000)];
      expect(found({ line }, 1)).toEqual([60_000, 60_000]);
      expect(found({ line }, 1, { tokens: 1, ahead: 2 })).toEqual([30_000, 30_000]);
      expect(found({ line }, 1, { tokens: 1, ahead: 9 })).toEqual([60_000, 60_000]);
      // It wants more than its place was for.
      expect(found({ line }, 1, { tokens: 0.5, ahead: 2 })).toEqual([60_000, 60_000]);
    });

    test('expects no more than a full bucket to be there for certain', () => {
      expect(found({ line: [placeOf('b', 8, NOW + 80_000)] }, 5)).toEqual([130_000, 100_000]);
    });
  });

  describe('with claims that may be taken late', () => {
    const claims = [claimOf({ tokens: 4, lapse: NOW + 50_000 })];

    test('is certain only after a claim has lapsed that keeps the bucket from filling', () => {
      expect(found({ level: 6, claims }, 8)).toEqual([20_000, 70_000]);
      expect(found({ level: 5, claims }, 8)).toEqual([30_000, 70_000]);
      expect(found({ level: 0, claims }, 8)).toEqual([80_000, 80_000]);
    });

    test('is certain at once if the bucket holds enough beside the claim', () => {
      expect(found({ level: 5, claims }, 6)).toEqual([10_000, 10_000]);
      expect(found({ level: 5, claims }, 6 + 5e-10)[1]).toBeCloseTo(10_000, 2);
    });

    test('keeps what is above the room beside the claim', () => {
      expect(found({ level: 9, claims }, 10)).toEqual([10_000, 60_000]);
    });

    test('counts no refill until a claim lapses during a pause', () => {
      expect(found({ level: 6, claims, paused: NOW + 60_000 }, 8)).toEqual([80_000, 80_000]);
    });

    test('waits for as many claims as it needs', () => {
      const two = [claimOf({ tokens: 4, lapse: NOW + 50_000 }), claimOf({ number: 2, tokens: 2, lapse: NOW + 90_000 })];
      expect(found({ level: 4, claims: two }, 8)[1]).toBe(90_000);
      expect(found({ level: 4, claims: two }, 9)[1]).toBe(100_000);
      expect(found({ level: 4, claims: two }, 4.5)[1]).toBe(55_000);
    });

    test('is certain at the moment of a lapse if only a rounding error is missing then', () => {
      const one = [claimOf({ tokens: 4, lapse: NOW + 50_000 })];
      expect(found({ level: 7, claims: one }, 7 + 1e-9)[1]).toBeCloseTo(50_000, 1);
    });
  });
});
