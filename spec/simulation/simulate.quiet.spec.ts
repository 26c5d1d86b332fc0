import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Retrying, stop } from 'tenax';
import { lintPolicy, simulate, simulateFleet } from 'tenax/simulation';

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

test('simulated calls are on no channel, and so in no metric and no trace', async () => {
  const told: string[] = [];
  const note = (_message: unknown, name: string | symbol): void => void told.push(String(name));
  const names = ['attempt', 'retry', 'success', 'giveup', 'abort'].map((name) => `tenax:${name}`);
  for (const name of names) subscribe(name, note);
  await simulate({ stop: stop.afterAttempt(2) }, { outcomes: [new Error('x')], runs: 1 });
  await simulate({}, { outcomes: ['fine'], runs: 1 });
  expect(told).toEqual([]);
  await new Retrying({ stop: stop.afterAttempt(1) }).call(() => 'fine');
  expect(told).toEqual(['tenax:attempt', 'tenax:success']);
  for (const name of names) unsubscribe(name, note);
});
