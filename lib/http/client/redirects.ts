import { errorChain } from '../../headers/error-chain.js';
import { tellsRedirect } from './rules.js';

/** Watches one request for redirects. */
export interface RedirectWatch {
  /** Whether a redirect was followed before the request failed with `error`, as far as the platform tells. */
  wasRedirected(error: unknown): boolean;
  /** Ends the watch. */
  stop(): void;
}

/** What undici publishes when the headers of an answer have arrived. */
interface HeadersEvent {
  readonly request: { readonly origin?: unknown; readonly path?: unknown };
  readonly response: { readonly statusCode: number };
}

/** The part of `node:diagnostics_channel` that is used. */
interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
  unsubscribe(name: string, listener: (message: unknown) => void): boolean;
}

const CHANNEL = 'undici:request:headers';

/** Node's module, without an import: other platforms have none. Bun has it, but publishes nothing. @internal */
export function channels(): Channels | undefined {
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

/** The requests in progress that are watched. */
const watched = new Set<Watched>();

export const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Two requests to one address at the same time cannot be distinguished: a redirect of one counts for both, which is safe.
 */
function note(message: unknown): void {
  const { request, response } = message as HeadersEvent;
  if (!REDIRECTS.includes(response.statusCode)) return;
  const path = String(request.path).split('?', 1)[0] as string;
  // Through a proxy the path is the whole address.
  const address = path.startsWith('/') ? `${String(request.origin)}${path}` : path;
  for (const each of watched) each.redirected ||= each.address === address;
}

/**
 * Watches the request to `url` for redirects. In Node undici's channels report them; elsewhere another host or port in
 * the error than in the request shows one. Call `stop` when the request has ended.
 */
export function watchRedirects(url: string): RedirectWatch {
  const parsed = parse(url);
  const platform = parsed === undefined ? undefined : channels();
  const entry: Watched = { address: `${parsed?.origin}${parsed?.pathname}`, redirected: false };
  if (platform !== undefined) {
    if (watched.size === 0) platform.subscribe(CHANNEL, note);
    watched.add(entry);
  }
  return {
    wasRedirected: (error) =>
      entry.redirected ||
      tellsRedirect(error) ||
      (platform === undefined && parsed !== undefined && namesOther(error, parsed)),
    stop() {
      if (watched.delete(entry) && watched.size === 0) platform?.unsubscribe(CHANNEL, note);
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

export const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };
const LITERAL = /^(?:\[.*\]|[\d.]+)$/;
/** Deno names the address in its text. */
const ADDRESS = /\bfor (?:url \()?(https?:\/\/[^\s)]+)/;

/** True if an error names another host or port than the request has. */
function namesOther(error: unknown, { protocol, hostname, port }: URL): boolean {
  const ownPort = port || PORTS[protocol];
  return errorChain(error).some((link) => {
    const { address, port: otherPort, hostname: name, message } = link as Record<string, unknown>;
    const told = parse(ADDRESS.exec(String(message))?.[1] ?? '');
    if (told !== undefined && (told.hostname !== hostname || (told.port || PORTS[told.protocol]) !== ownPort))
      return true;
    if ((typeof otherPort === 'number' || typeof otherPort === 'string') && String(otherPort) !== ownPort) return true;
    if (typeof name === 'string' && name !== hostname) return true;
    // An address can be compared with an address alone.
    return typeof address === 'string' && LITERAL.test(hostname) && address !== hostname.replace(/^\[|\]$/g, '');
  });
}
