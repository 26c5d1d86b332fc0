/** All moments are microseconds on the store's clock, all spans microseconds, all rates tokens a second. */

/** Tokens that are charged to a process. It may grant them to its caller from `due` until `lapse`. */
export interface Claim {
  readonly owner: string;
  readonly number: number;
  tokens: number;
  /** When the tokens are there. */
  due: number;
  /** From then on the process may no longer grant them. */
  lapse: number;
}

/** A claim that the store does not know to be taken in time. It counts as taken at its last moment. */
export interface LapsedClaim extends Claim {
  /** Since when the bucket had been full at that moment; -1 if it was not. */
  full: number;
  /** How much may come back: what has not overflowed since. */
  room: number;
}

/** The place of a process in the line. It charges nothing. */
export interface Place {
  readonly owner: string;
  readonly tokens: number;
  /** When its tokens will be there. */
  at: number;
  /** A process that has not come by then has lost its place. */
  till: number;
}

/** The state of one bucket in a store, as plain JSON. */
export interface LimitState {
  /** Tokens that are neither taken nor claimed. Negative: claimed before they are there, or owed. */
  level: number;
  /** The moment of `level`. */
  last: number;
  /** The rate in force. */
  rate: number;
  /** The rate that the processes were configured with. */
  base: number;
  /** Nothing refills and nobody is admitted before that moment. */
  paused: number;
  /** Which pause that is. */
  name: string;
  /** Since when the bucket has been full, unless the claims were taken; -1 if it is not. */
  full: number;
  /** The share of the recent places that no process took, 0 to 1. */
  doubt: number;
  /** Those that lapse first come first. */
  claims: Claim[];
  lapsed: LapsedClaim[];
  /** Those that are due first come first. */
  line: Place[];
}

/** What one command says of one of its keys. */
export interface LimitPart {
  readonly capacity: number;
  /** The rate in force, as far as the process knows; it counts where it was assigned or the key is missing. */
  readonly rate: number;
  /** The rate that the process was configured with; with its first command it counts if it is a new one. */
  readonly base: number;
  /** 1: the rate was assigned since the last command; 2: this is the process's first command; 3: both. */
  readonly assigned: 0 | 1 | 2 | 3;
  /** What a missing key starts with, as far as the process knows. */
  readonly initial: number;
  /** The span of the pause that the process knows of; a missing key starts with it. */
  readonly hold: number;
  /** Claims that have ended: their number, the tokens of it that were granted, and how long after its due moment. */
  readonly done: readonly (readonly [number: number, taken: number, late: number])[];
  /** Tokens that come back; negative: that are owed. */
  readonly settle: number;
  /** What the limited server says is left; -1: unknown. */
  readonly left: number;
  /** The name of a pause and its remaining span, -1: none; 0 ends the pause of that name. */
  readonly name: string;
  readonly pause: number;
}

/** One command: what has ended, what has changed, and what is asked for. All of it happens at one moment, on all keys. */
export interface LimitCommand {
  /** Which process, or rather which queue of callers. */
  readonly owner: string;
  /** The number of the claim that this command makes, where it makes one. */
  readonly number: number;
  /** The tokens that the first callers of the queue want: for each caller, of each key. */
  readonly asks: readonly (readonly number[])[];
  /** How far ahead tokens may be claimed. */
  readonly horizon: number;
  /** How long a claim may be taken. */
  readonly valid: number;
  /** How long the first caller would wait; -1: as long as it takes. A longer wait changes nothing. */
  readonly maxWait: number;
  /** 1: the first caller that gets no claim is given a place; without such a caller the process leaves the line. */
  readonly line: 0 | 1;
  readonly parts: readonly LimitPart[];
}

/** What the store replies. */
export interface LimitReply {
  /** For each caller that a claim was made for: the span until its tokens are there. */
  readonly claimed: readonly number[];
  /** The span until the tokens of the next caller are there; -1: there is none, or the command asked for no place. */
  readonly place: number;
  /** How many other processes stand in the line. */
  readonly crowd: number;
  /** See {@link LimitState}. */
  readonly doubt: number;
  /** For each key: the level, the rate in force, and the span of the pause. */
  readonly parts: readonly { readonly level: number; readonly rate: number; readonly hold: number }[];
}

/** A span that does not end. */
export const FOREVER = 1e15;
/** Amounts are computed in floating point: what is missing by less than this is there. */
export const ROUNDING = 1e-9;
