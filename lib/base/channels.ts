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

// The core imports no Node built-in; a runtime that has one offers it here.
const host = (globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } }).process;
const diagnostics = host?.getBuiltinModule?.('node:diagnostics_channel') as DiagnosticsChannel | undefined;

const open = (name: string): Channel => diagnostics?.channel(name) ?? silent;

/**
 * The `node:diagnostics_channel` channels of tenax. Nothing is built for a channel that nobody listens to.
 * The messages are described in docs/telemetry.md.
 */
export const channels = {
  attempt: open('tenax:attempt'),
  retry: open('tenax:retry'),
  success: open('tenax:success'),
  giveup: open('tenax:giveup'),
  abort: open('tenax:abort'),
  limiter: open('tenax:limiter'),
  breaker: open('tenax:breaker'),
  nested: open('tenax:nested'),
};
