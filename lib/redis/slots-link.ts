import type { Clock } from '../base/clock.js';
import { callStore } from '../limits/shared/call-store.js';
import { micros } from '../limits/shared/key-view.js';
import { scriptOf } from './client.js';
import type { RedisConnection } from './redis-store.js';
import { SLOTS_SCRIPT } from './slots-script.js';

const SLOTS = scriptOf(SLOTS_SCRIPT);

/** What a process says of the slots, in milliseconds. */
export interface SlotsCommand {
  /** Slots that it holds now. */
  readonly held: number;
  /** What its first callers want. */
  readonly asks: readonly number[];
  readonly limit: number;
  readonly base: number;
  /** 1: the limit was assigned; 2: this is the first command; 3: both. */
  readonly assigned: number;
  readonly pause: number;
  /** How long the pause that it knows of still lasts. */
  readonly hold: number;
  readonly lease: number;
  readonly patience: number;
  /** 1: the first caller that gets nothing waits. */
  readonly waits: 0 | 1;
}

/** What the server replies. */
export interface SlotsReply {
  /** How many of the first callers have their slots. */
  readonly granted: number;
  /** Slots of this process, those included. */
  readonly held: number;
  /** Slots of other processes. */
  readonly others: number;
  readonly limit: number;
  /** Milliseconds. */
  readonly hold: number;
}

/** Sends numbered commands about the slots under one key. */
export class SlotsLink {
  #number = 0;
  readonly #owner = globalThis.crypto.randomUUID();

  constructor(
    private readonly connection: RedisConnection,
    private readonly key: string,
    private readonly clock: Clock,
    private readonly timeout: number,
  ) {}

  /** @throws LimiterUnavailableError */
  async send(command: SlotsCommand): Promise<SlotsReply> {
    this.#number += 1;
    const { pause, hold, lease, patience } = command;
    const words = JSON.stringify({
      ...command,
      owner: this.#owner,
      number: this.#number,
      pause: micros(pause),
      hold: micros(hold),
      lease: micros(lease),
      patience: micros(patience),
    });
    const reply = await callStore(this.clock, this.timeout, (signal) =>
      this.connection.run(SLOTS, [this.key], [words], signal),
    );
    const [granted, held, others, limit, holdMicros] = String(reply).split(' ').map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { granted, held, others, limit, hold: holdMicros / 1000 };
  }
}
