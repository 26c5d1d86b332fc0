import { Retrying, stop } from 'tenax';
import { Call } from '../../lib/engine/call';
import { startOver } from '../../lib/engine/start-over';

test('A call that starts over has made one attempt, has not slept and has no errors', () => {
  const retrying = new Retrying({ stop: stop.afterAttempt(9) });
  const call = new Call(retrying, { self: undefined, fn: () => 1, args: [], naming: 'read' });
  Object.assign(call.state, { attemptNumber: 5, idleFor: 100, upcomingSleep: 50, begun: 1000 });
  call.errors = [new Error('broke off')];
  startOver(call, 2000);
  expect(call.state).toMatchObject({ attemptNumber: 1, idleFor: 0, upcomingSleep: 0, startTime: 2000 });
  expect(call.errors).toBeUndefined();
});
