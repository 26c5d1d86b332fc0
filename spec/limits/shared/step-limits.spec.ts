import { keepFor, stepLimits, type LimitCommand, type LimitPart, type LimitState } from 'tenax/redis';

const part: LimitPart = {
  capacity: 10,
  rate: 100,
  base: 100,
  assigned: 2,
  initial: 10,
  hold: 0,
  done: [],
  settle: 0,
  left: -1,
  name: '',
  pause: -1,
};
const commandOf = (command: Partial<LimitCommand> = {}): LimitCommand => ({
  owner: 'a',
  number: 1,
  asks: [],
  horizon: 0,
  valid: 100_000,
  maxWait: -1,
  line: 1,
  parts: [part],
  ...command,
});

describe('stepLimits', () => {
  test('takes nothing of a key of which a caller wants nothing, and does not wait for it', () => {
    const parts = [part, { ...part, initial: 0 }];
    const { states, reply } = stepLimits(
      [undefined, undefined],
      commandOf({
        parts,
        asks: [
          [10, 0],
          [1, 0],
        ],
      }),
      0,
    );
    expect(reply).toMatchObject({ claimed: [0], place: 10_000 });
    expect(states.map(({ claims }) => claims.length)).toEqual([1, 0]);
    expect(
      stepLimits(states, commandOf({ parts, number: 2, asks: [[1, 0]] }), 0).states.map(({ line }) => line.length),
    ).toEqual([1, 0]);
  });

  test('counts a grant that is reported after the claim lapsed as made at its last moment', () => {
    const { states } = stepLimits([undefined], commandOf({ asks: [[1]] }), 0);
    const report = commandOf({ number: 2, parts: [{ ...part, done: [[1, 1, 500_000]] }] });
    // Lapsed at 100 ms, when the bucket was full: half a token has been refilled since.
    expect(stepLimits(states, report, 105_000).reply.parts[0]!.level).toBeCloseTo(9.5);
  });
});

test('stepLimits keeps the moment of a claim that was made ahead when the rate falls', () => {
  const claimed = stepLimits(
    [undefined],
    commandOf({ parts: [{ ...part, initial: 0 }], asks: [[1]], horizon: 20_000 }),
    0,
  );
  expect(claimed.reply.claimed).toEqual([10_000]);
  const slower = commandOf({ number: 2, parts: [{ ...part, assigned: 1, rate: 50 }] });
  const { reply, states } = stepLimits(claimed.states, slower, 0);
  // At the new rate the rest of the token is there at 10 ms.
  expect(reply.parts[0]!.level).toBeCloseTo(-0.5);
  expect(stepLimits(states, commandOf({ number: 3 }), 10_000).reply.parts[0]!.level).toBeCloseTo(0);
});

describe('keepFor', () => {
  const state: LimitState = {
    level: 10,
    last: 0,
    rate: 100,
    base: 100,
    paused: 0,
    name: '',
    full: -1,
    doubt: 0,
    claims: [],
    lapsed: [],
    line: [],
  };
  const claim = { owner: 'a', number: 1, tokens: 1, due: 0, lapse: 7_000_000 };

  test.each<[string, Partial<LimitState>, number]>([
    ['is full', {}, 1000],
    ['is half full', { level: 5 }, 1050],
    ['is paused', { level: 5, paused: 200_000 }, 1250],
    ['has a claim', { claims: [claim] }, 8000],
    ['has a process in line', { line: [{ owner: 'a', tokens: 1, at: 0, till: 9_000_000 }] }, 10_000],
    ['has the rate 0', { rate: 0 }, 1e9 + 1000],
  ])('of a bucket that %s', (_, change, ms) => {
    expect(keepFor({ ...state, ...change }, part)).toBe(ms);
  });
});
