import { VirtualClock } from 'tenax/testing';
import { Alarm } from '../../../lib/limits/shared/alarm';

describe('Alarm', () => {
  const setting = () => {
    const clock = new VirtualClock();
    const rung: number[] = [];
    return { clock, rung, alarm: new Alarm(clock, () => rung.push(clock.now())) };
  };

  test('rings once, at the moment that was set last', async () => {
    const { clock, rung, alarm } = setting();
    alarm.setTo(100, 0);
    alarm.setTo(30, 0);
    alarm.setTo(30, 0);
    await clock.advance(200);
    expect(rung).toEqual([30]);
  });

  test('does not ring once it is set to Infinity, and can be set again', async () => {
    const { clock, rung, alarm } = setting();
    alarm.setTo(30, 0);
    alarm.setTo(Infinity, 0);
    await clock.advance(100);
    expect(rung).toEqual([]);
    alarm.setTo(150, clock.now());
    await clock.advance(100);
    expect(rung).toEqual([150]);
  });

  test('rings in the next turn for a moment that has passed', async () => {
    const { clock, rung, alarm } = setting();
    await clock.advance(50);
    alarm.setTo(20, clock.now());
    await clock.advance(1);
    expect(rung).toHaveLength(1);
  });
});
