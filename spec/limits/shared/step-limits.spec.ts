import { keepFor, stepLimits, type LimitCommand, type LimitPart, type LimitState } from 'tenax/redis';
import { FOREVER, REPEATED } from '../../../lib/limits/shared/limit-state';
import { claimOf, lapsedOf, partOf, placeOf, stateOf } from './states';

/** In the first command of its process. */
const part = partOf({ assigned: 2 });
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

/** The second command of a process to keys that exist. */
const step = (states: LimitState[], command: Partial<LimitCommand> = {}, now = 0) =>
  stepLimits(states, commandOf({ number: 2, parts: states.map(() => partOf()), ...command }), now);
/** The state of one key after a command that only reports. */
const after = (state: Partial<LimitState>, part: Partial<LimitPart>, now = 0): LimitState =>
  step([stateOf(state)], { parts: [partOf(part)] }, now).states[0]!;

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

// As ioredis does with commands that had no reply when the connection broke.
describe('stepLimits, when a client library sends a command again', () => {
  test('charges a claim once', () => {
    const command = commandOf({ asks: [[3]] });
    const once = stepLimits([undefined], command, 0);
    const twice = stepLimits(structuredClone(once.states), command, 5000);
    expect(twice.reply).toMatchObject({ claimed: [0], parts: [{ level: 7 }] });
    expect(twice.states[0]!.claims).toEqual([claimOf({ tokens: 3, due: 5000, lapse: 105_000 })]);
    // Also if the claim has lapsed meanwhile.
    const late = stepLimits(once.states, command, 500_000);
    expect(late.reply.parts[0]!.level).toBe(7);
  });

  test.each([3, -3])('settles %i tokens once', (settle) => {
    const settling = (number: number, owner = 'a') =>
      commandOf({ number, owner, parts: [partOf({ rate: 0, initial: 5, settle })] });
    const levels: number[] = [];
    let states: readonly (LimitState | undefined)[] = [undefined];
    const commands = [settling(2), settling(2), settling(1), settling(2, 'b'), settling(2), settling(3)];
    for (const command of commands) {
      const next = stepLimits(states, command, 0);
      states = next.states;
      levels.push(next.reply.parts[0]!.level);
    }
    expect(levels).toEqual(settle > 0 ? [8, 8, 8, 10, 10, 10] : [2, 2, 2, -1, -1, -4]);
    expect(states[0]!.settled).toEqual([
      { owner: 'b', number: 2, at: 0 },
      { owner: 'a', number: 3, at: 0 },
    ]);
    expect(stepLimits(states, settling(4), REPEATED).states[0]!.settled).toEqual([
      { owner: 'a', number: 4, at: REPEATED },
    ]);
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

describe('stepLimits replies', () => {
  test('with the other processes in the longest line', () => {
    const long = stateOf({ line: [placeOf('b', 1, 50_000), placeOf('c', 1, 60_000)] });
    const { reply } = step([long, stateOf()], { asks: [[3, 0]] });
    expect(reply.crowd).toBe(2);
  });

  test('with the highest doubt of its keys', () => {
    expect(step([stateOf({ doubt: 0.25 }), stateOf({ doubt: 0.5 })]).reply.doubt).toBe(0.5);
  });

  test.each([
    [30_000, 20_000],
    [5_000, 0],
  ])('with the rest of a pause until %i µs, at 10,000 µs', (paused, hold) => {
    expect(step([stateOf({ paused, last: 10_000 })], {}, 10_000).reply.parts[0]!.hold).toBe(hold);
  });
});

describe('stepLimits brings a state up to date', () => {
  test('moves every moment back with the clock', () => {
    const { states, reply } = step([stateOf({ level: 3, last: 100_000, paused: 130_000 })], {}, 40_000);
    expect(states[0]).toMatchObject({ level: 3, last: 40_000, paused: 70_000 });
    expect(reply.parts[0]!.hold).toBe(30_000);
  });

  test.each<[string, Partial<LimitPart>, Partial<LimitState>]>([
    ['nothing is said', {}, { level: 10, full: 50_000 }],
    ['tokens are given back', { settle: 1 }, { level: 10, full: 50_000 }],
    ['tokens are owed', { settle: -1 }, { level: 9, full: -1 }],
    ['the server says that less is left', { left: 3 }, { level: 3, full: -1 }],
    ['the server says that nothing is left', { left: 0 }, { level: 0, full: -1 }],
    ['the server says that more is left', { left: 20 }, { level: 10, full: -1 }],
  ])('of a full bucket when %s', (_, part, expected) => {
    expect(after({ level: 10, last: 60_000, full: 50_000 }, part, 60_000)).toMatchObject(expected);
  });

  test('gives tokens back up to the capacity', () => {
    expect(after({ level: 8 }, { settle: 1 }).level).toBe(9);
    expect(after({ level: 8 }, { settle: 5 }).level).toBe(10);
  });

  test('leaves the room of lapsed claims alone when nothing is given back', () => {
    expect(after({ level: 9, lapsed: [lapsedOf({ room: 5 })] }, {}).lapsed[0]!.room).toBe(5);
  });

  test('keeps the place of a process that only tries', () => {
    const state = stateOf({ line: [placeOf('a', 1, 50_000)] });
    expect(step([state], { line: 0, asks: [[1]] }).states[0]).toMatchObject({ line: [{ owner: 'a' }], doubt: 0 });
  });

  test.each([
    ['has missed its place if it wants nothing any more', [], 0.125],
    ['has not missed its place if it asks again', [[1]], 0],
  ])('a process %s', (_, asks, doubt) => {
    expect(step([stateOf({ line: [placeOf('a', 1, 50_000)] })], { asks }).states[0]!.doubt).toBe(doubt);
  });
});

describe('stepLimits pauses', () => {
  const paused = () => ({ paused: 50_000, name: 'x', last: 10_000, line: [placeOf('b', 1, 60_000)] });
  const unmoved = [placeOf('b', 1, 60_000)];
  test.each<[string, Partial<LimitState>, Partial<LimitPart>, Partial<LimitState>]>([
    ['nothing is said', { name: '' }, { pause: -1, name: '' }, { paused: 50_000, name: '', line: unmoved }],
    ['its pause ends', {}, { pause: 0, name: 'x' }, { paused: 10_000, name: 'x' }],
    ['its pause gets shorter', {}, { pause: 20_000, name: 'x' }, { paused: 30_000, name: 'x', line: unmoved }],
    ['its pause seems longer', {}, { pause: 90_000, name: 'x' }, { paused: 50_000, name: 'x', line: unmoved }],
    ['another pause is shorter', {}, { pause: 20_000, name: 'y' }, { paused: 50_000, name: 'x', line: unmoved }],
    ['another pause ends with it', {}, { pause: 40_000, name: 'y' }, { paused: 50_000, name: 'x', line: unmoved }],
    ['another pause has ended', { paused: 0 }, { pause: 0, name: 'y' }, { paused: 0, name: 'x', line: unmoved }],
    [
      'another pause is longer',
      {},
      { pause: 60_000, name: 'y' },
      { paused: 70_000, name: 'y', line: [placeOf('b', 1, 80_000)] },
    ],
    [
      'there was no pause',
      { paused: 0, name: '' },
      { pause: 30_000, name: 'y' },
      { paused: 40_000, name: 'y', line: [placeOf('b', 1, 90_000)] },
    ],
  ])('when %s', (_, state, part, expected) => {
    expect(after({ ...paused(), ...state }, part, 10_000)).toMatchObject(expected);
  });
});

describe('stepLimits takes a new rate', () => {
  test.each<[string, Partial<LimitPart>, Partial<LimitState>]>([
    ['of a new release, with its first command', { assigned: 2, base: 200, rate: 200 }, { base: 200, rate: 200 }],
    ['that was assigned', { assigned: 1, base: 300, rate: 50 }, { base: 100, rate: 50 }],
    ['not from a process that has nothing new', { assigned: 0, base: 300, rate: 50 }, { base: 100, rate: 100 }],
    ['not from a first command of the same release', { assigned: 2, rate: 50 }, { base: 100, rate: 100 }],
  ])('%s', (_, part, expected) => {
    expect(after({}, part)).toMatchObject(expected);
  });

  test('and counts what overflowed until then at the old rate', () => {
    const full = () => ({ level: 10, last: 60_000, lapsed: [lapsedOf({ full: 30_000 })] });
    const change = { assigned: 1, rate: 50 } as const;
    expect(after({ ...full(), full: 50_000 }, change, 60_000)).toMatchObject({ full: 60_000, lapsed: [{ full: -1 }] });
    expect(after({ ...full(), full: 0 }, change, 60_000).full).toBe(60_000);
    expect(after({ ...full(), full: -1 }, change, 60_000).full).toBe(-1);
    const same = { assigned: 1, rate: 100 } as const;
    expect(after({ ...full(), full: 50_000 }, same, 60_000)).toMatchObject({
      full: 50_000,
      lapsed: [{ full: 30_000 }],
    });
  });

  test('and moves the places that come after now and the pause', () => {
    const placesAfter = (paused: number, rate: number): number[] => {
      const line = [placeOf('b', 1, 15_000), placeOf('c', 1, 60_000)];
      return after({ last: 10_000, paused, line }, { assigned: 1, rate }, 10_000).line.map(({ at }) => at);
    };
    expect(placesAfter(20_000, 50)).toEqual([15_000, 100_000]);
    expect(placesAfter(0, 200)).toEqual([12_500, 35_000]);
  });

  test('of 0, and moves no place', () => {
    expect(after({ line: [placeOf('b', 1, 60_000)] }, { assigned: 1, rate: 0 }).line[0]!.at).toBe(60_000);
  });

  test.each<[string, Partial<LimitState>, number]>([
    ['until the last claim is due', { level: -2 }, -1],
    ['but not for the time of a pause', { level: -2, paused: 20_000 }, -1.5],
    ['up to what was promised', { level: -0.5 }, 0],
    ['but not beyond it', { level: 0 }, 0],
    ['but not of a bucket that owes nothing', { level: 3 }, 3],
    ['but not without claims ahead', { level: -2, claims: [] }, -2],
  ])('and adds the tokens that a lower rate brings too late, %s', (_, change, level) => {
    const claims = [claimOf({ owner: 'b', due: 30_000 })];
    const state = { last: 10_000, claims, lapsed: [lapsedOf({ room: 100 })], ...change };
    const changed = after(state, { assigned: 1, rate: 50 }, 10_000);
    expect(changed.level).toBe(level);
    const room = 10 - changed.claims.length - level;
    expect(changed.lapsed[0]!.room).toBe(level > (change.level as number) ? room : 100);
  });
});

describe('stepLimits claims', () => {
  test('no more with one command than the bucket holds', () => {
    const asks = { asks: [[6], [6]], horizon: 1_000_000 };
    expect(step([stateOf({ level: 10 })], asks).reply).toMatchObject({ claimed: [0], place: 20_000 });
    const two = { asks: [[6, 1], [6, 1]], horizon: 1_000_000 }; // prettier-ignore
    expect(step([stateOf({ level: 10 }), stateOf({ level: 10 })], two).reply.claimed).toEqual([0]);
  });

  test('at once what a caller wants of other keys than the paused one', () => {
    const { reply } = step([stateOf({ level: 1 }), stateOf({ paused: 90_000 })], { asks: [[1, 0]] });
    expect(reply).toMatchObject({ claimed: [0], place: -1 });
  });

  test('in the order in which claims lapse', () => {
    const claims = [
      claimOf({ owner: 'b', lapse: 60_000 }),
      claimOf({ owner: 'c', lapse: 100_000 }),
      claimOf({ owner: 'd', lapse: 300_000 }),
    ];
    const { states } = step([stateOf({ level: 5, claims })], { asks: [[1]] });
    expect(states[0]!.claims.map(({ owner, lapse }) => [owner, lapse])).toEqual([
      ['b', 60_000],
      ['c', 100_000],
      ['a', 100_000],
      ['d', 300_000],
    ]);
  });

  test.each([
    ['was taken where processes stand in line', 1, 0.7],
    ['is not spoken of by a process that only tries', 0, 0.8],
  ] as const)('and a place %s', (_, line, doubt) => {
    expect(step([stateOf({ level: 5, doubt: 0.8 })], { line, asks: [[1]] }).states[0]!.doubt).toBeCloseTo(doubt);
  });
});

describe('stepLimits gives a place', () => {
  test('only in the lines of the keys that the caller waits for', () => {
    const { states, reply } = step([stateOf(), stateOf({ paused: 90_000 })], { asks: [[1, 0]] });
    expect(reply).toMatchObject({ claimed: [], place: 10_000 });
    expect(states.map(({ line }) => line)).toEqual([[placeOf('a', 1, 10_000, 110_000)], []]);
  });

  test('that is as good as the one that the process had', () => {
    const line = () => [placeOf('a', 1, 10_000), placeOf('b', 1, 10_000)];
    expect(step([stateOf({ line: line() })], { asks: [[1]] }).reply.place).toBe(10_000);
    // A process that has just claimed something goes to the end.
    const more = step([stateOf({ level: 1, line: line() })], { asks: [[1], [1]] }).reply;
    expect(more).toMatchObject({ claimed: [0], place: 20_000 });
  });

  test('soon, while claims of others may be taken late', () => {
    const claims = [claimOf({ owner: 'b', tokens: 9 })];
    expect(step([stateOf({ level: 0.9, claims })], { asks: [[1.2]] }).reply.place).toBe(5_000);
  });

  test.each<[string, Partial<LimitCommand>, boolean]>([
    ['without maxWait', { maxWait: -1 }, true],
    ['within maxWait', { maxWait: 10_000 }, true],
    ['not beyond maxWait', { maxWait: 9_999 }, false],
    ['not where it must not wait', { maxWait: 0 }, false],
    ['not to a process that only tries', { line: 0 }, false],
  ])('%s', (_, command, stands) => {
    const { states, reply } = step([stateOf()], { asks: [[1]], ...command });
    expect(reply.place).toBe(10_000);
    expect(states[0]!.line.length).toBe(stands ? 1 : 0);
  });

  test('whatever the maxWait of a first caller that has its claim', () => {
    const { states, reply } = step([stateOf({ level: 10 })], { asks: [[10], [1]], maxWait: 0 });
    expect(reply).toMatchObject({ claimed: [0], place: 10_000 });
    expect(states[0]!.line).toHaveLength(1);
  });

  test('not while the rate is 0', () => {
    const { states, reply } = step([stateOf({ rate: 0 })], { asks: [[1]] });
    expect(reply.place).toBe(FOREVER);
    expect(states[0]!.line).toEqual([]);
  });
});

describe('keepFor', () => {
  test.each<[string, Partial<LimitState>, number]>([
    ['is full', {}, 1000],
    ['holds more than its capacity', { level: 12 }, 1000],
    ['was half full a second ago', { level: 5, last: 1_000_000 }, 1050],
    ['is half full', { level: 5 }, 1050],
    ['is paused', { level: 5, paused: 200_000 }, 1250],
    ['has a claim', { claims: [claimOf({ lapse: 7_000_000 })] }, 8000],
    ['has a process in line', { line: [placeOf('a', 1, 0, 9_000_000)] }, 10_000],
    ['has the rate 0', { rate: 0 }, 1e9 + 1000],
    ['has a rate that was assigned', { rate: 50 }, 1e9 + 1000],
    ['has the rate 0 and is paused', { rate: 0, paused: 200_000 }, 1e9 + 1000],
  ])('of a bucket that %s', (_, change, ms) => {
    expect(keepFor(stateOf({ level: 10, ...change }), part)).toBe(ms);
  });
});
