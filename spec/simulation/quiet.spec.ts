import { Retrying, lintPolicy, simulate, simulateFleet } from 'tenax';

const unbounded = { name: 'endless' };
const asked: [string, () => unknown][] = [
  ['lintPolicy', () => lintPolicy(unbounded)],
  ['simulate', () => simulate(unbounded, { outcomes: ['fine'], runs: 1 })],
  ['simulateFleet', () => simulateFleet(unbounded, { clients: 1, server: { capacity: 1 } })],
];

// Who asks what a policy would do has not put it to work: it is not warned of it, the answer says what there is to say.
test.each(asked)('%s does not warn of a dangerous policy', async (_name, ask) => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  await ask();
  expect(warned).not.toHaveBeenCalled();
  new Retrying(unbounded);
  expect(warned).toHaveBeenCalledTimes(1);
  warned.mockRestore();
});
