import type { IoredisLike, LimitCommand } from 'tenax/redis';
import { FakeStore } from '../limits/shared/fake-store';
import { newSlots, stepSlots, type SlotsWords } from './fake-slots';

/**
 * A Redis server in memory that runs `stepLimits` in place of the script, on this process's clock. So specs run in virtual
 * time and can simulate a server's faults one at a time. The script itself is tested on a real server.
 */
export class FakeRedis extends FakeStore implements IoredisLike {
  status = 'ready';
  slots = newSlots();

  evalsha(_sha: string, count: number, ...args: string[]): Promise<unknown> {
    const command = JSON.parse(args[count]!) as LimitCommand | SlotsWords;
    this.commands.push(command as LimitCommand);
    return this.travel((now) =>
      'held' in command ? stepSlots(this.slots, command, now) : this.#reply(args.slice(0, count), command, now),
    );
  }

  eval(_script: string, keys: number, ...args: string[]): Promise<unknown> {
    return this.evalsha('', keys, ...args);
  }

  override forget(): void {
    super.forget();
    this.slots = newSlots();
  }

  #reply(keys: readonly string[], command: LimitCommand, now: number): string {
    const { place, crowd, doubt, parts, claimed } = this.step(keys, command, now);
    const levels = parts.flatMap(({ level, rate, hold }) => [level, rate, hold]);
    return [[place, crowd, doubt], levels, claimed].map((line) => line.join(' ')).join('\n');
  }
}
