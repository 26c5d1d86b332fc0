import { errorChain } from '../../headers/error-chain.js';
import { showsRedirect } from './rules.js';

/** Watches one request for redirects. */
export interface RedirectWatch {
  /** Whether a redirect was followed before the request failed with `error`, as far as the platform reports it. */
  wasRedirected(error: unknown): boolean;
  /** Ends the watch. */
  stop(): void;
}

/** The message that undici publishes when the headers of an answer have arrived. */
interface HeadersEvent {
  readonly request: { readonly origin?: unknown; readonly path?: unknown };
  readonly response: { readonly statusCode: number };
}

/** The part of `node:diagnostics_channel` that is used here. */
interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
  unsubscribe(name: string, listener: (message: unknown) => void): boolean;
}

const CHANNEL = 'undici:request:headers';

/** Node's module, without an import, since other platforms lack it. Bun has it, but publishes nothing. @internal */
export function diagnosticsChannel(): Channels | undefined {
  const { process } = globalThis as {
    process?: { versions?: Record<string, string>; getBuiltinModule?: (name: string) => unknown };
  };
  if (process?.versions?.['undici'] === undefined || 'bun' in process.versions || 'deno' in process.versions)
    return undefined;
  return process.getBuiltinModule?.('node:diagnostics_channel') as Channels | undefined;
}

interface Watched {
  readonly address: string;
  redirected: boolean;
}

/** The watched requests in progress. */
const watched = new Set<Watched>();

/** The statuses of redirects. */
export const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Marks the watched requests that were redirected. Simultaneous requests to one address cannot be distinguished, so a redirect
 * counts for all of them, which is safe.
 */
function onHeaders(message: unknown): void {
  const { request, response } = message as HeadersEvent;
  if (!REDIRECTS.includes(response.statusCode)) return;
  const path = String(request.path).split('?', 1)[0] as string;
  // Through a proxy, the path is the whole address.
  const address = path.startsWith('/') ? `${String(request.origin)}${path}` : path;
  for (const each of watched) each.redirected ||= each.address === address;
}

/**
 * Watches the request to `url` for redirects. In Node, undici's channels report them. Elsewhere, a redirect is assumed if the
 * error names another host or port than the request. Call `stop` when the request has ended.
 */
export function watchRedirects(url: string): RedirectWatch {
  const parsed = parse(url);
  const platform = parsed === undefined ? undefined : diagnosticsChannel();
  const entry: Watched = { address: `${parsed?.origin}${parsed?.pathname}`, redirected: false };
  if (platform !== undefined) {
    if (watched.size === 0) platform.subscribe(CHANNEL, onHeaders);
    watched.add(entry);
  }
  return {
    wasRedirected: (error) =>
      entry.redirected ||
      showsRedirect(error) ||
      (platform === undefined && parsed !== undefined && namesOther(error, parsed)),
    stop() {
      if (watched.delete(entry) && watched.size === 0) platform?.unsubscribe(CHANNEL, onHeaders);
    },
  };
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** The default ports of the protocols. */
export const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Whether the host of a URL is an IP address: IPv6 in brackets, or IPv4. */
export const isIpAddress = (host: string): boolean => /^(?:\[.*\]|[\d.]+)$/.test(host);

/** Deno names the address in the error's message. */
const ADDRESS = /\bfor (?:url \()?(https?:\/\/[^\s)]+)/;

/** True if an error names another host or port than the request. */
function namesOther(error: unknown, { protocol, hostname, port }: URL): boolean {
  const ownPort = port || PORTS[protocol];
  return errorChain(error).some((link) => {
    const { address, port: otherPort, hostname: name, message } = link as Record<string, unknown>;
    const named = parse(ADDRESS.exec(String(message))?.[1] ?? '');
    if (named !== undefined && (named.hostname !== hostname || (named.port || PORTS[named.protocol]) !== ownPort))
      return true;
    if ((typeof otherPort === 'number' || typeof otherPort === 'string') && String(otherPort) !== ownPort) return true;
    if (typeof name === 'string' && name !== hostname) return true;
    // An IP address cannot be compared with a host name.
    return typeof address === 'string' && isIpAddress(hostname) && address !== hostname.replace(/^\[|\]$/g, '');
  });
}
