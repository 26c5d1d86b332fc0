import { Retrying, stop } from 'tenax';
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
