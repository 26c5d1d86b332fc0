import { policyFromJSON } from 'tenax/json';

/** The error that policyFromJSON throws for a wrong policy. */
function refusal(json: unknown, options?: unknown): Error {
  try {
    policyFromJSON(json, options as never);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was accepted');
}

type Case = [string, unknown, string];

describe('policyFromJSON refuses', () => {
  test.each<Case>([
    ['a name', { name: 5 }, 'TypeError: name takes a string, got 5'],
    ['a flag', { enabled: 1 }, 'TypeError: enabled takes true or false, got 1'],
    [
      'a duration',
      { deadline: -5 },
      'RangeError: deadline takes a duration in milliseconds (a finite number ≥ 0), got -5',
    ],
    [
      'a duration as text',
      { attemptTimeout: '5' },
      'TypeError: attemptTimeout takes a duration in milliseconds (a finite number ≥ 0), got "5"',
    ],
    [
      'an option that is no JSON',
      { random: 1 },
      'TypeError: random cannot be written as JSON; add it to what policyFromJSON returns',
    ],
    ['text', '{}', 'TypeError: policyFromJSON takes what JSON.parse returns, got a string'],
  ])('%s that is wrong', (_what, json, message) => {
    expect(String(refusal(json))).toBe(message);
  });

  test('options of its own that it does not have', () => {
    expect(refusal({}, { exceptionTypse: {} }).message).toBe(
      'policyFromJSON has no option "exceptionTypse"; did you mean "exceptionTypes"?',
    );
    expect(refusal({}, 5).message).toBe('policyFromJSON takes an object with exceptionTypes, strategies, got 5');
  });
});
