import { VirtualClock } from 'tenax/testing';
import { Repeater } from '../../lib/redis/repeater';

describe('Repeater', () => {
  test('acts once per interval for as long as that is needed, however often it is started', async () => {
    const clock = new VirtualClock();
    let needed = true;
    let acts = 0;
    const repeater = new Repeater(
      clock,
      100,
      () => needed,
      () => (acts += 1),
    );
    repeater.start();
    repeater.start();
    expect(acts).toBe(0);
    await clock.advance(350);
    expect(acts).toBe(3);
    needed = false;
    await clock.advance(1000);
    expect(acts).toBe(3);
    repeater.start();
    needed = true;
    await clock.advance(1000);
    expect(acts).toBe(3);
    repeater.start();
    await clock.advance(100);
    expect(acts).toBe(4);
  });
});
