import { all } from '../../../lib/strategies/stop/all';
import { askLog } from '../ask-log';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';

test('stop.all asks its members in order until one does not stop, also one that answers later', async () => {
  const { asked, says } = askLog();
  expect(all(says('a', true), says('b', false), says('c', true)).shouldStop(stateAt(1))).toBe(false);
  const later = all(says('d', true, true), says('e', false), says('f', true));
  expect(await later.shouldStop(stateAt(1))).toBe(false);
  expect(asked.join('')).toBe('abde');
});

describe('stop.all refuses', () => {
  refuses([
    [
      new TypeError('stop.all takes a stop strategy (stop.afterAttempt(6)) or a function of the call state, got null'),
      () => all(any(null)),
    ],
    [new TypeError('stop.all takes at least one strategy'), () => all()],
  ]);
});
