import { builtin } from './host.js';

/** The part of a `node:diagnostics_channel` channel that tenax uses. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

interface DiagnosticsChannel {
  channel(name: string): Channel;
}

/** Where there is no diagnostics_channel (browsers, old runtimes) nobody can listen. */
const silent: Channel = { hasSubscribers: false, publish: () => undefined };

const open = (name: string): Channel =>
  (builtin('node:diagnostics_channel') as DiagnosticsChannel | undefined)?.channel(`tenax:${name}`) ?? silent;

/** A channel that is opened when it is first used: a program that only imports tenax does not pay for it. */
class LazyChannel implements Channel {
  readonly #name: string;
  #channel: Channel | undefined = undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get hasSubscribers(): boolean {
    return (this.#channel ??= open(this.#name)).hasSubscribers;
  }

  publish(message: unknown): void {
    (this.#channel ??= open(this.#name)).publish(message);
  }
}

/**
 * The `node:diagnostics_channel` channels of tenax. Nothing is built for a channel that nobody listens to.
 * The messages are described in docs/telemetry.md.
 */
export const channels: Readonly<
  Record<'attempt' | 'retry' | 'success' | 'giveup' | 'abort' | 'limiter' | 'breaker' | 'nested', Channel>
> = {
  attempt: new LazyChannel('attempt'),
  retry: new LazyChannel('retry'),
  success: new LazyChannel('success'),
  giveup: new LazyChannel('giveup'),
  abort: new LazyChannel('abort'),
  limiter: new LazyChannel('limiter'),
  breaker: new LazyChannel('breaker'),
  nested: new LazyChannel('nested'),
};
