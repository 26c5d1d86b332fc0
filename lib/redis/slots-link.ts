import type { Clock } from '../base/clock.js';
import { callStore } from '../limits/shared/call-store.js';
import { micros } from '../limits/shared/key-view.js';
import { scriptOf } from './client.js';
import type { RedisConnection } from './redis-store.js';
import { SLOTS_SCRIPT } from './slots-script.js';

const SLOTS = scriptOf(SLOTS_SCRIPT);

/** A command about the slots. Times in milliseconds. */
export interface SlotsCommand {
  /** The slots that the process holds now. */
  readonly held: number;
  /** The slots that each of its first callers wants. */
  readonly asks: readonly number[];
  /** The limit in force, as far as the process knows. */
  readonly limit: number;
  /** The limit that the process was configured with. */
  readonly base: number;
  /** 1: the limit was assigned; 2: this is the first command; 3: both. */
  readonly assigned: number;
  /** How long a pause that this process asked for still lasts; 0 if it asked for no pause. */
  readonly pause: number;
  /** How long the pause that the process knows of still lasts, whoever asked for it. */
  readonly hold: number;
  /** How long the process keeps its slots after this command. */
  readonly lease: number;
  /** How long the process keeps its place in the line. */
  readonly patience: number;
  /** 1: if a caller gets nothing, the process takes a place in the line. */
  readonly waits: 0 | 1;
}

/** What the server replies. */
export interface SlotsReply {
  /** How many of the first callers got their slots. */
  readonly granted: number;
  /** The slots of this process, including those just granted. */
  readonly held: number;
  /** The slots of other processes. */
  readonly others: number;
  /** The limit in force. */
  readonly limit: number;
  /** The remaining time of a pause, in milliseconds. */
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
    return callStore(this.clock, this.timeout, async (signal) =>
      parseReply(await this.connection.run(SLOTS, [this.key], [words], signal)),
    );
  }
}

/** @throws TypeError for a reply that is not one of the script. */
function parseReply(reply: unknown): SlotsReply {
  const numbers = String(reply).split(' ').map(Number);
  const [granted, held, others, limit, hold] = numbers as [number, number, number, number, number];
  if (numbers.length < 5 || !numbers.every(Number.isFinite)) throw new TypeError('the reply is not one of the script');
  return { granted, held, others, limit, hold: hold / 1000 };
}
