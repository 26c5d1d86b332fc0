/** One value that a strategy takes: what kind it is and how it is checked. `In` is what a user may write in its place. */
export interface Option<V = any, In = V> {
  /** The kind of value, from which the readers of JSON, the schema and the fuzzer go. */
  readonly type: string;
  /**
   * Returns the checked value.
   *
   * @param option how a message names the option
   * @throws TypeError or RangeError that names the option and what it takes.
   */
  readonly check: (option: string, given: unknown) => V;
  /** What a list of these must not be without: "at least one strategy". */
  readonly atLeastOne?: string;
  /** Never there: only the compiler reads it. */
  readonly in?: In;
}

/** The conditions under which a call continues: fewer attempts, and a sleep that begins and ends before these times. */
export interface WayOn {
  readonly attempts: number;
  readonly start: number;
  readonly end: number;
}

/** A fact about a strategy, or how it follows from the strategy's arguments. */
type Trait<V> = V | ((...args: never[]) => V);

/** What tools know of a strategy without asking it. */
export interface Traits {
  /** Whether it looks at the time: `state.elapsed`, `state.startTime` or `state.outcomeTimestamp`. */
  readonly readsClock: boolean;
  /** Whether nobody but its author knows what it returns: it is tried with many states, and nothing is derived. */
  readonly opaque: boolean;
  /** A wait whose delays grow towards its option `max`. */
  readonly grows: boolean;
  /** A wait whose delays are spread at random. */
  readonly jittered: boolean;
  /** The delay of a wait that always returns the same. */
  readonly constant: number;
  /** The longest time of a server, in milliseconds, that the wait follows. */
  readonly serverTimeCap: number;
  /** How a call can go on under a stop; without it nothing ends the call. */
  readonly ways: readonly Partial<WayOn>[];
  /** Whether one member is enough, or all have to agree. */
  readonly combines: 'any' | 'all';
  /** A condition that holds for no value. */
  readonly errorsOnly: boolean;
}

/**
 * All that there is to know of a strategy. Checks, printing, JSON in both directions, the schema, the fuzzer and the linter
 * follow from it.
 */
export interface Declaration extends Readonly<{ [K in keyof Traits]?: Trait<Traits[K]> }> {
  /** The code that calls it, `wait.exponential`. In JSON what follows the last dot stands for it. */
  readonly name: string;
  /** `constant`: it is not called; `method`: it is called on its first argument. */
  readonly form?: 'constant' | 'method';
  /** It takes one value. */
  readonly value?: Option;
  /** That one value may be left out. */
  readonly optional?: boolean;
  /** It takes an object with these options. */
  readonly options?: Readonly<Record<string, Option>>;
  /** What stands for the options that are left out. */
  readonly defaults?: object;
  /** Checks the completed options against each other. */
  readonly check?: (options: any) => void;
  /** Of these two options the first must not be above the second. */
  readonly order?: readonly [low: string, high: string];
  /** It takes any number of these. */
  readonly list?: Option;
  /** Its members of the same name are members of its own: `a.or(b).or(c)` is one list. */
  readonly flat?: boolean;
}
