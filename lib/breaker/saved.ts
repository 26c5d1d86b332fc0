import { checkFinite, checkKeys, checkWhole, formatValue } from '../base/check.js';
import type { CircuitState } from './circuit.js';

/** The state of a breaker as JSON: what `toJSON()` returns and `restored` takes. */
export interface SavedCircuit {
  /** The state without holds. */
  readonly state: CircuitState;
  /** Failures in a row so far. */
  readonly failures: number;
  /** The breaks since it was last closed. */
  readonly breaks: number;
  /** The end of the break in milliseconds since 1970; `null` if it is not open, or if the break does not end. */
  readonly until: number | null;
}

const STATES: readonly unknown[] = ['closed', 'open', 'half-open'] satisfies CircuitState[];

/** @throws TypeError or RangeError that names the field and what it takes. */
export function checkSaved(option: string, saved: SavedCircuit): SavedCircuit {
  checkKeys(option, saved, ['state', 'failures', 'breaks', 'until']);
  const { state, failures, breaks, until } = saved;
  if (!STATES.includes(state)) {
    throw new TypeError(`${option}: state takes 'closed', 'open' or 'half-open', got ${formatValue(state)}`);
  }
  checkWhole(`${option}: failures`, failures);
  checkWhole(`${option}: breaks`, breaks);
  if (until !== null) checkFinite(`${option}: until`, until);
  return saved;
}
