import { any as anyOf } from '../../../lib/strategies/stop/any';
import { never } from '../../../lib/strategies/stop/never';
import { askLog } from '../ask-log';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';

test('stop.any asks its members in order until one stops, also one that answers later', async () => {
  const { asked, says } = askLog();
  expect(anyOf(says('a', false), says('b', true), says('c', true)).shouldStop(stateAt(1))).toBe(true);
  const later = anyOf(says('d', false, true), says('e', true, true), says('f', true));
  expect(await later.shouldStop(stateAt(1))).toBe(true);
  expect(asked.join('')).toBe('abde');
});

describe('stop.any refuses', () => {
  refuses([
    [
      new TypeError('stop.any takes a stop strategy (stop.afterAttempt(6)) or a function of the call state, got null'),
      () => anyOf(never, any(null)),
    ],
    [new TypeError('stop.any takes at least one strategy'), () => anyOf()],
  ]);
});
