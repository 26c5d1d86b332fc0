import type { Clock } from '../base/clock.js';
import { startIdleTimer } from '../limits/shared/idle-timer.js';

/** Does something again and again for as long as it is needed. It does not keep the process alive. */
export class Repeater {
  #started = false;

  constructor(
    private readonly clock: Clock,
    private readonly interval: number,
    private readonly isNeeded: () => boolean,
    private readonly act: () => void,
  ) {}

  /** Acts for the first time after one interval. Has no effect if it was started before and is still needed. */
  start(): void {
    if (this.#started || !this.isNeeded()) return;
    this.#started = true;
    startIdleTimer(this.clock, this.interval, () => {
      this.#started = false;
      if (!this.isNeeded()) return;
      this.act();
      this.start();
    });
  }
}
