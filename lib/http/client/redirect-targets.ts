import { errorChain } from '../../headers/error-chain.js';
import { channels, PORTS, REDIRECTS } from './redirects.js';

/** Hosts and ports that answers of this process have redirected to, the latest thousand. */
const targets = new Set<string>();
const MOST = 1000;

function remember(location: string, base: string): void {
  try {
    const { hostname, port, protocol } = new URL(location, base);
    targets.add(`${hostname} ${port || PORTS[protocol]}`);
    if (targets.size > MOST) targets.delete(targets.values().next().value as string);
  } catch {
    // A location that is not an address leads nowhere.
  }
}

/** What undici publishes: headers are a flat list of names and values. */
function noteUndici(message: unknown): void {
  const { request, response } = message as {
    request: { origin: unknown; path: unknown };
    response: { statusCode: number; headers: readonly unknown[] };
  };
  if (!REDIRECTS.includes(response.statusCode)) return;
  const at = response.headers.findIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'location');
  if (at >= 0) remember(String(response.headers[at + 1]), `${String(request.origin)}${String(request.path)}`);
}

/** What Node's http module publishes: node-fetch and others stand on it. */
function noteHttp(message: unknown): void {
  const { request, response } = message as {
    request: { protocol: string; path: string; getHeader(name: string): unknown };
    response: { statusCode: number; headers: { location?: string } };
  };
  const { location } = response.headers;
  if (location === undefined || !REDIRECTS.includes(response.statusCode)) return;
  remember(location, `${request.protocol}//${String(request.getHeader('host'))}${request.path}`);
}

let listening = false;

/**
 * Remembers from now on where redirects lead, where the platform reports them. A policy around any client does not see the
 * request, so what is refused at such an address may have been received by an earlier hop.
 */
export function rememberRedirects(): void {
  const platform = listening ? undefined : channels();
  if (platform === undefined) return;
  listening = true;
  platform.subscribe('undici:request:headers', noteUndici);
  platform.subscribe('http.client.response.finish', noteHttp);
}

/** node-fetch names the address of the last hop in its text. */
const ADDRESS = /\brequest to (https?:\/\/\S+) failed/;

/** True if an error names an address that a redirect led to. */
export function namesRedirectTarget(error: unknown): boolean {
  if (targets.size === 0) return false;
  return errorChain(error).some((link) => {
    const { address, port, hostname, message } = link as Record<string, unknown>;
    const told = ADDRESS.exec(String(message))?.[1];
    const url = told !== undefined && URL.canParse(told) ? new URL(told) : undefined;
    for (const target of targets) {
      const [host, targetPort] = target.split(' ') as [string, string];
      if (host === hostname || (url?.hostname === host && (url.port || PORTS[url.protocol]) === targetPort))
        return true;
      // A name can have any address.
      const isLiteral = /^(?:\[.*\]|[\d.]+)$/.test(host);
      const sameAddress = !isLiteral || host.replace(/^\[|\]$/g, '') === address;
      if (port !== undefined && String(port) === targetPort && sameAddress) return true;
    }
    return false;
  });
}
