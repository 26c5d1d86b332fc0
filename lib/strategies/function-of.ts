import { checkCallback } from '../base/check.js';

/** Returns the function that was given; throws unless it is one. */
export function functionOf(option: string, given: unknown, takes: string): unknown {
  checkCallback(option, given, takes);
  return given;
}
