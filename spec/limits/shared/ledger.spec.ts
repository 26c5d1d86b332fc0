import type { LimitState } from 'tenax/redis';
import { addTokens, advance, claimedTokens, endClaims, openLimit, shiftBack } from '../../../lib/limits/shared/ledger';
import { claimOf, lapsedOf, partOf, placeOf, stateOf } from './states';

const CAPACITY = 10;

describe('openLimit', () => {
  test('starts a key with what the process knows', () => {
    expect(openLimit(partOf({ initial: 4, rate: 50, hold: 7 }), 1000)).toEqual(
      stateOf({ level: 4, last: 1000, rate: 50, paused: 1007 }),
    );
  });

  test('takes over the name of a pause that this command asks for', () => {
    expect(openLimit(partOf({ hold: 7, pause: 7, name: 'p' }), 0).name).toBe('p');
    expect(openLimit(partOf({ hold: 9, pause: 7, name: 'p' }), 0).name).toBe('');
  });
});

test('claimedTokens adds up the claims', () => {
  expect(claimedTokens(stateOf())).toBe(0);
  expect(claimedTokens(stateOf({ claims: [claimOf({ tokens: 2 }), claimOf({ tokens: 0.5 })] }))).toBe(2.5);
});

describe('shiftBack', () => {
  test('moves every moment', () => {
    const state = stateOf({
      last: 100,
      paused: 200,
      full: 300,
      claims: [claimOf({ due: 400, lapse: 500 })],
      lapsed: [lapsedOf({ due: 600, lapse: 700, full: 800 })],
      line: [placeOf('b', 1, 900, 1000)],
      settled: [{ owner: 'a', number: 1, at: 1100 }],
    });
    shiftBack(state, 50);
    expect(state).toEqual(
      stateOf({
        last: 50,
        paused: 150,
        full: 250,
        claims: [claimOf({ due: 350, lapse: 450 })],
        lapsed: [lapsedOf({ due: 550, lapse: 650, full: 750 })],
        line: [placeOf('b', 1, 850, 950)],
        settled: [{ owner: 'a', number: 1, at: 1050 }],
      }),
    );
  });

  test('leaves a bucket that was not full so', () => {
    const state = stateOf({ last: 100, lapsed: [lapsedOf({ due: 60, lapse: 70 })] });
    shiftBack(state, 50);
    expect([state.full, state.lapsed[0]!.full]).toEqual([-1, -1]);
  });
});

describe('advance', () => {
  test.each<[string, Partial<LimitState>, number, Partial<LimitState>]>([
    ['adds the tokens of the time that has passed', { level: 2, last: 1000 }, 51_000, { level: 7, last: 51_000 }],
    ['fills the bucket at most, and notes since when it is full', { level: 8 }, 50_000, { level: 10, full: 20_000 }],
    ['notes a bucket that is full at this moment', { level: 8 }, 20_000, { level: 10, full: 20_000 }],
    ['notes a bucket that was full from the start', { level: 10, last: 5 }, 50_000, { level: 10, full: 5 }],
    ['keeps the moment since when it has been full', { level: 10, full: 3 }, 50_000, { level: 10, full: 3 }],
    ['takes nothing from a bucket above its capacity', { level: 12 }, 50_000, { level: 12, full: 0 }],
    ['adds nothing for a pause', { level: 2, paused: 30_000 }, 50_000, { level: 4 }],
    ['adds nothing during a pause', { level: 2, paused: 60_000 }, 50_000, { level: 2 }],
    ['counts a bucket as full from the end of a pause on', { level: 10, paused: 30_000 }, 50_000, { level: 10, full: 30_000 }],
    ['adds nothing for a time that has been counted', { level: 2, last: 60_000 }, 50_000, { level: 2, last: 60_000 }],
    ['pays what is owed', { level: -3 }, 50_000, { level: 2 }],
    ['adds nothing at rate 0', { level: 2, rate: 0 }, 50_000, { level: 2 }],
  ])('%s', (_what, change, to, expected) => {
    const state = stateOf(change);
    advance(state, CAPACITY, to);
    expect(state).toEqual(stateOf({ last: to, ...change, ...(change.last === undefined ? {} : { last: Math.max(to, change.last) }), ...expected }));
  }); // prettier-ignore

  test('leaves room for what is claimed', () => {
    const state = stateOf({ level: 5, claims: [claimOf({ tokens: 3 })] });
    advance(state, CAPACITY, 50_000);
    expect([state.level, state.full, state.claims.length]).toEqual([7, 20_000, 1]);
  });

  test('lets a claim lapse at its moment, and refills its tokens from then on', () => {
    const make = (): LimitState => stateOf({ level: 5, claims: [claimOf({ tokens: 3, lapse: 20_000 })] });
    const before = make();
    advance(before, CAPACITY, 19_999);
    expect([before.claims.length, before.lapsed]).toEqual([1, []]);
    const at = make();
    advance(at, CAPACITY, 20_000);
    const lapsed = lapsedOf({ tokens: 3, lapse: 20_000, full: 20_000, room: 3 });
    expect(at).toEqual(stateOf({ level: 7, last: 20_000, lapsed: [lapsed] }));
    const later = make();
    advance(later, CAPACITY, 40_000);
    expect(later).toEqual(stateOf({ level: 9, last: 40_000, lapsed: [{ ...lapsed, room: 1 }] }));
    const full = make();
    advance(full, CAPACITY, 60_000);
    // It could give nothing back to a full bucket.
    expect(full).toEqual(stateOf({ level: 10, last: 60_000, full: 50_000 }));
  });

  test('lets several claims lapse in their order', () => {
    const state = stateOf({
      level: 0,
      claims: [claimOf({ tokens: 4, lapse: 10_000 }), claimOf({ number: 2, tokens: 5, lapse: 30_000 })],
    });
    advance(state, CAPACITY, 30_000);
    expect(state.claims).toEqual([]);
    expect(state.level).toBe(3);
    // The first may give back what has not overflowed since.
    expect(state.lapsed.map(({ number, full, room }) => [number, full, room])).toEqual([
      [1, 10_000, 2],
      [2, -1, 7],
    ]);
  });

  test('forgets a lapsed claim that can give back nothing but a rounding error', () => {
    const state = stateOf({ lapsed: [lapsedOf({ room: 1e-9 }), lapsedOf({ number: 2, room: 2e-9 })] });
    advance(state, CAPACITY, 0);
    expect(state.lapsed.map(({ number }) => number)).toEqual([2]);
  });

  test('lowers what a lapsed claim can give back to the room that is left, and never raises it', () => {
    const state = stateOf({ level: 3, lapsed: [lapsedOf({ room: 6 }), lapsedOf({ number: 2, room: 1 })] });
    advance(state, CAPACITY, 30_000);
    expect(state.lapsed.map(({ room }) => room)).toEqual([4, 1]);
  });
});

describe('addTokens', () => {
  const added = (change: Partial<LimitState>, tokens: number): [number, number[]] => {
    const state = stateOf({ claims: [claimOf({ tokens: 3 })], ...change });
    addTokens(state, CAPACITY, tokens);
    return [state.level, state.lapsed.map(({ room }) => room)];
  };

  test('adds tokens up to the capacity less the claims', () => {
    expect(added({ level: 5 }, 1)).toEqual([6, []]);
    expect(added({ level: 5 }, 2)).toEqual([7, []]);
    expect(added({ level: 5 }, 3)).toEqual([7, []]);
    expect(added({ level: 12 }, 3)).toEqual([12, []]);
  });

  test('adds no negative number of tokens', () => {
    expect(added({ level: 5 }, -1)).toEqual([5, []]);
  });

  test('leaves lapsed claims only the room that is left', () => {
    const lapsed = [lapsedOf({ room: 2 }), lapsedOf({ room: 0.5 })];
    expect(added({ level: 5, lapsed }, 1)).toEqual([6, [1, 0.5]]);
    expect(added({ level: 5, lapsed }, 9)).toEqual([7, [0, 0]]);
  });
});

describe('endClaims', () => {
  const NOW = 20_000;
  type Done = readonly [number: number, taken: number, late: number];
  const ended = (change: Partial<LimitState>, ...done: Done[]): LimitState => {
    const state = stateOf(change);
    endClaims(state, partOf({ done }), 'a', NOW);
    return state;
  };

  test('gives unused tokens back', () => {
    expect(ended({ claims: [claimOf({ tokens: 3 })] }, [1, 0, 0])).toEqual(stateOf({ level: 3 }));
  });

  test('leaves the claims of other processes and other commands alone', () => {
    const claims = [claimOf({ owner: 'b' }), claimOf({ number: 2 })];
    const lapsed = [lapsedOf({ owner: 'b' }), lapsedOf({ number: 2 })];
    for (const taken of [0, 1]) expect(ended({ claims, lapsed }, [1, taken, 0])).toEqual(stateOf({ claims, lapsed }));
  });

  test('ends a claim among others', () => {
    const [first, last] = [claimOf({ number: 2, tokens: 2 }), claimOf({ number: 3, tokens: 2 })];
    const rest = { claims: [first, last], level: 1 };
    expect(ended({ claims: [first, claimOf(), last] }, [1, 0, 0])).toEqual(stateOf(rest));
    expect(ended({ claims: [first, claimOf(), last], last: NOW }, [1, 1, 0])).toEqual(
      stateOf({ ...rest, level: 0, last: NOW }),
    );
  });

  test('ends a claim that was taken in part at its moment, and gives the rest back', () => {
    const claims = [claimOf({ tokens: 3, due: 10_000 })];
    // 1.5 tokens are refilled until 15 ms.
    expect(ended({ claims }, [1, 2, 5000])).toEqual(stateOf({ level: 2.5, last: 15_000 }));
  });

  test('ends a claim now at the latest', () => {
    const claims = [claimOf({ tokens: 3, due: 10_000 })];
    expect(ended({ claims }, [1, 3, 50_000])).toEqual(stateOf({ level: 2, last: NOW }));
  });

  test('does not go back in time for a claim', () => {
    const claims = [claimOf({ tokens: 3, due: 10_000 })];
    expect(ended({ claims, last: 18_000 }, [1, 3, 0])).toEqual(stateOf({ last: 18_000 }));
  });

  test.each<[string, Partial<LimitState>, number]>([
    ['since it was full', { full: 20_000 }, 9],
    ['since the claim was taken', { full: 5_000 }, 10],
    ['since the end of a pause', { full: 20_000, paused: 35_000 }, 7.5],
    ['not during a pause', { full: 20_000, paused: 60_000 }, 7],
    ['from the first moment on', { full: 0, last: 15_000 }, 7.5],
    ['up to its capacity', { full: 20_000, last: 90_000 }, 10],
    ['never below what it has', { full: 20_000, level: 12 }, 12],
    ['only if it was full', { full: -1 }, 7],
  ])('refills a full bucket from which a claim is taken: %s', (_what, change, level) => {
    const claims = [claimOf({ tokens: 3, due: 10_000 })];
    const state = ended({ claims, level: 7, last: 40_000, ...change }, [1, 3, 0]);
    expect([state.level, state.full, state.claims]).toEqual([level, -1, []]);
  });

  test('gives unused tokens of a lapsed claim back as far as they have not overflowed', () => {
    const other = lapsedOf({ number: 2, room: 5 });
    const state = ended({ lapsed: [lapsedOf({ tokens: 3, room: 2 }), other] }, [1, 0, 0]);
    expect(state).toEqual(stateOf({ level: 2, lapsed: [{ ...other, room: 3 }] }));
  });

  test('gives the rest of a lapsed claim back that was taken in part', () => {
    const other = lapsedOf({ number: 2, room: 5 });
    expect(ended({ lapsed: [other, lapsedOf({ tokens: 3, room: 5 })] }, [1, 2, 0])).toEqual(
      stateOf({ level: 1, lapsed: [{ ...other, room: 4 }] }),
    );
  });

  test.each<[string, number, number, number]>([
    ['since it was full', 0, 0, 3],
    ['since the claim was taken', 25_000, 0, 1.5],
    ['since the end of a pause', 0, 45_000, 0.5],
    ['not during a pause', 0, 60_000, 0],
    ['not after it lapsed', 100_000, 0, 0],
  ])('refills a bucket that was full when a taken claim lapsed: %s', (_what, late, paused, level) => {
    const lapsed = [lapsedOf({ due: 10_000, lapse: 50_000, full: 20_000, room: 5 })];
    const state = ended({ lapsed, paused }, [1, 1, late]);
    expect([state.level, state.lapsed]).toEqual([level, []]);
  });

  test('refills a bucket that was full from moment 0 when a taken claim lapsed', () => {
    const lapsed = [lapsedOf({ lapse: 50_000, full: 0, room: 10 })];
    expect(ended({ lapsed }, [1, 1, 0]).level).toBe(5);
  });

  test('ends a claim that lapses at the very moment at which it was taken', () => {
    const claims = [claimOf({ due: 10_000, lapse: 15_000 })];
    expect(ended({ claims, level: 9 }, [1, 1, 10_000])).toEqual(stateOf({ level: 9, last: 15_000 }));
  });

  test('gives unused tokens back before time moves on', () => {
    const claims = [claimOf({ tokens: 4, due: 10_000 }), claimOf({ number: 2, tokens: 4 })];
    // If the second claim were still charged at 10 ms, the bucket would be full before that.
    const state = ended({ claims, level: 2 }, [1, 4, 0], [2, 0, 0]);
    expect(state).toEqual(stateOf({ level: 6, last: 10_000, full: -1 }));
  });
});

describe('with claims that are still outstanding', () => {
  test('a lapsed claim gives back only what these leave room for', () => {
    const claims = [claimOf({ lapse: 50_000 }), claimOf({ owner: 'b', tokens: 4, lapse: 300_000 })];
    const state = stateOf({ level: 2, claims });
    advance(state, CAPACITY, 50_000);
    expect(state).toMatchObject({ level: 5, lapsed: [{ room: 1, full: 30_000 }] });
  });

  test('a full bucket has refilled only what these leave room for, since a claim was taken', () => {
    const claims = [claimOf({ tokens: 2 }), claimOf({ owner: 'b', tokens: 4, lapse: 300_000 })];
    const state = stateOf({ level: 4, last: 90_000, full: 0, claims });
    endClaims(state, partOf({ done: [[1, 2, 0]] }), 'a', 90_000);
    expect(state).toMatchObject({ level: 6, full: -1 });
  });
});
