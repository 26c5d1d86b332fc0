import type { Claim, LapsedClaim, LimitPart, LimitState, Place } from 'tenax/redis';

/** A key with 100 tokens a second, one every 10 000 µs, and room for 10. */
export const partOf = (change: Partial<LimitPart> = {}): LimitPart => ({
  capacity: 10,
  rate: 100,
  base: 100,
  assigned: 0,
  initial: 10,
  hold: 0,
  done: [],
  settle: 0,
  left: -1,
  name: '',
  pause: -1,
  ...change,
});

/** The state of that key, with no tokens. */
export const stateOf = (change: Partial<LimitState> = {}): LimitState => ({
  level: 0,
  last: 0,
  rate: 100,
  base: 100,
  paused: 0,
  name: '',
  full: -1,
  doubt: 0,
  claims: [],
  lapsed: [],
  settled: [],
  line: [],
  ...change,
});

export const claimOf = (change: Partial<Claim> = {}): Claim => ({
  owner: 'a',
  number: 1,
  tokens: 1,
  due: 0,
  lapse: 100_000,
  ...change,
});

export const lapsedOf = (change: Partial<LapsedClaim> = {}): LapsedClaim => ({
  ...claimOf(),
  full: -1,
  room: 1,
  ...change,
});

export const placeOf = (owner: string, tokens: number, at: number, till = at + 25_000): Place => ({
  owner,
  tokens,
  at,
  till,
});
