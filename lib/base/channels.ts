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

/**
 * Opens a channel when it is first used: a program that only imports tenax does not pay for it. From then on it is an own
 * property of `channels`, and reading it calls nothing.
 */
function open(owner: object, name: string): Channel {
  const diagnostics = builtin('node:diagnostics_channel') as DiagnosticsChannel | undefined;
  const value = diagnostics?.channel(`tenax:${name}`) ?? silent;
  Object.defineProperty(owner, name, { value });
  return value;
}

class Channels {
  get attempt(): Channel {
    return open(this, 'attempt');
  }
  get retry(): Channel {
    return open(this, 'retry');
  }
  get success(): Channel {
    return open(this, 'success');
  }
  get giveup(): Channel {
    return open(this, 'giveup');
  }
  get abort(): Channel {
    return open(this, 'abort');
  }
  get limiter(): Channel {
    return open(this, 'limiter');
  }
  get breaker(): Channel {
    return open(this, 'breaker');
  }
  get nested(): Channel {
    return open(this, 'nested');
  }
}

/**
 * The `node:diagnostics_channel` channels of tenax. Nothing is built for a channel that nobody listens to.
 * The messages are described in docs/telemetry.md.
 */
export const channels = new Channels();
