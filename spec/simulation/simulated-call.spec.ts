import { Retrying, stop } from 'tenax';
import { lintPolicy, simulate, simulateFleet } from 'tenax/simulation';
import { optionsOf, SIMULATED } from '../../lib/simulation/simulated-call';

describe('A simulated call', () => {
  test('has the options of its policy, which may be a Retrying', () => {
    const options = { stop: stop.afterAttempt(3) };
    expect(optionsOf(options)).toBe(options);
    const retrying = new Retrying(options);
    expect(optionsOf(retrying)).toBe(retrying.options);
    expect(optionsOf(retrying).stop).toBe(options.stop);
  });

  test('has a name, no arguments, and a function that does nothing', () => {
    expect(SIMULATED).toMatchObject({ naming: 'simulated', self: undefined, args: [] });
    expect(SIMULATED.fn()).toBeUndefined();
  });
});

test.each([[undefined], [null], [5], ['stop']])('%p is no policy', async (wrong) => {
  const refusal = /^the policy takes the options of a Retrying or a Retrying itself, got /;
  expect(() => lintPolicy(wrong as never)).toThrow(refusal);
  await expect(simulate(wrong as never, { outcomes: [1] })).rejects.toThrow(refusal);
  await expect(simulateFleet(wrong as never, { clients: 1, server: { capacity: 1 } })).rejects.toThrow(refusal);
});
