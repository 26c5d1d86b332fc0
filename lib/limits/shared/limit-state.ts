/** All moments are microseconds on the store's clock, all spans microseconds, all rates tokens a second. */

/** Tokens that are charged to a process. It may grant them to a caller from `due` until `lapse`. */
export interface Claim {
  readonly owner: string;
  readonly number: number;
  tokens: number;
  /** When the tokens are there. */
  due: number;
  /** From then on the process may no longer grant them. */
  lapse: number;
}

/** A claim that lapsed before the store learned what became of it. It counts as taken at its last moment. */
export interface LapsedClaim extends Claim {
  /** Since when the bucket had been full at that moment; -1 if it was not. */
  full: number;
  /** How many of its tokens can be given back: those that would not have overflowed since. */
  room: number;
}

/** The place of a process in the line of waiting processes. It charges nothing. */
export interface Place {
  readonly owner: string;
  readonly tokens: number;
  /** When its tokens will be there. */
  at: number;
  /** The process loses its place if it has not asked again by then. */
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
  /** The name of the pause in force, so that its process can end it. */
  name: string;
  /** Since when the bucket has been full, if no claim was taken; -1 if it is not full. */
  full: number;
  /** The share of the recent places that no process took, 0 to 1. */
  doubt: number;
  /** Outstanding claims, in the order in which they lapse. */
  claims: Claim[];
  /** Lapsed claims that can still give something back. */
  lapsed: LapsedClaim[];
  /** The waiting processes, in the order of their due moments. */
  line: Place[];
  /** For each process that settled tokens lately: its last command that did, and when. */
  settled: { readonly owner: string; readonly number: number; at: number }[];
}

/** What one command says about one of its keys. */
export interface LimitPart {
  readonly capacity: number;
  /** The rate in force, as far as the process knows. It counts if it was assigned, or if the key is missing. */
  readonly rate: number;
  /** The rate that the process was configured with. In its first command it counts if it differs from the known one. */
  readonly base: number;
  /** 1: the rate was assigned since the last command; 2: this is the process's first command; 3: both. */
  readonly assigned: 0 | 1 | 2 | 3;
  /** What a missing key starts with, as far as the process knows. */
  readonly initial: number;
  /** The span of the pause that the process knows of; a missing key starts with it. */
  readonly hold: number;
  /** Claims that have ended: the number, the tokens that were granted, and how long after the due moment. */
  readonly done: readonly (readonly [number: number, taken: number, late: number])[];
  /** Tokens to give back; negative: tokens that are owed. */
  readonly settle: number;
  /** What the rate-limited server says is left; -1: unknown. */
  readonly left: number;
  /** The name of the pause that `pause` is about; empty if there is no such pause. */
  readonly name: string;
  /** The remaining span of a pause. 0 ends the pause of that name; -1: there is nothing to say. */
  readonly pause: number;
}

/**
 * One command: what has ended, what has changed, and what is wanted. It is applied at one moment, to all keys. A client library
 * may send it again if the connection broke before the reply; that counts once.
 */
export interface LimitCommand {
  /** Identifies the process, or more exactly the queue of callers. */
  readonly owner: string;
  /** The number of this command, and of the claim that it makes. */
  readonly number: number;
  /** What the first callers of the queue want: for each caller, the tokens of each key. */
  readonly asks: readonly (readonly number[])[];
  /** How far ahead tokens may be claimed. */
  readonly horizon: number;
  /** How long after its due moment a claim may be granted. */
  readonly valid: number;
  /** The longest wait of the first caller; -1: unlimited. If it would wait longer, it gets no claim and no place. */
  readonly maxWait: number;
  /** 1: the first caller that gets no claim is given a place; without such a caller the process leaves the line. */
  readonly line: 0 | 1;
  /** What it says about each key. */
  readonly parts: readonly LimitPart[];
}

/** What the store replies. */
export interface LimitReply {
  /** For each caller that got a claim: the span until its tokens are there. */
  readonly claimed: readonly number[];
  /** The span until the tokens of the next caller are there; -1: every caller got a claim. */
  readonly place: number;
  /** How many other processes are in the line. */
  readonly crowd: number;
  /** See {@link LimitState}. */
  readonly doubt: number;
  /** For each key: the level, the rate in force, and the span of the pause. */
  readonly parts: readonly { readonly level: number; readonly rate: number; readonly hold: number }[];
}

/** A span that does not end. */
export const FOREVER = 1e15;
/** Microseconds: a client library does not send a command again that is older. */
export const REPEATED = 6e7;
/** Amounts are computed in floating point: a smaller difference counts as 0. */
export const ROUNDING = 1e-9;
