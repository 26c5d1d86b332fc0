import { errorChain } from '../../headers/error-chain.js';
import { diagnosticsChannel, isIpAddress, PORTS, REDIRECTS } from './redirects.js';

/** The latest thousand hosts and ports that answers in this process have redirected to. */
const targets = new Set<string>();
const MOST = 1000;

function remember(location: string, base: string): void {
  try {
    const { hostname, port, protocol } = new URL(location, base);
    targets.add(`${hostname} ${port || PORTS[protocol]}`);
    if (targets.size > MOST) targets.delete(targets.values().next().value as string);
  } catch {
    // The client cannot follow a location that is not an address.
  }
}

/** Reads undici's message, in which headers are a flat list of names and values. */
function onUndiciHeaders(message: unknown): void {
  const { request, response } = message as {
    request: { origin: unknown; path: unknown };
    response: { statusCode: number; headers: readonly unknown[] };
  };
  if (!REDIRECTS.includes(response.statusCode)) return;
  const at = response.headers.findIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'location');
  if (at >= 0) remember(String(response.headers[at + 1]), `${String(request.origin)}${String(request.path)}`);
}

/** Reads the message of Node's http module, which node-fetch and others use. */
function onHttpResponse(message: unknown): void {
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
 * Remembers the targets of redirects from now on, if the platform reports them. A policy around any client does not see the
 * request. So if a connection to such a target was refused, an earlier hop may have received the request.
 */
export function rememberRedirects(): void {
  const platform = listening ? undefined : diagnosticsChannel();
  if (platform === undefined) return;
  listening = true;
  platform.subscribe('undici:request:headers', onUndiciHeaders);
  platform.subscribe('http.client.response.finish', onHttpResponse);
}

/** node-fetch names the address of the last hop in the error's message. */
const ADDRESS = /\brequest to (https?:\/\/\S+) failed/;

/** True if an error names an address that a redirect led to. */
export function namesRedirectTarget(error: unknown): boolean {
  if (targets.size === 0) return false;
  return errorChain(error).some((link) => {
    const { address, port, hostname, message } = link as Record<string, unknown>;
    const named = ADDRESS.exec(String(message))?.[1];
    const url = named !== undefined && URL.canParse(named) ? new URL(named) : undefined;
    for (const target of targets) {
      const [host, targetPort] = target.split(' ') as [string, string];
      if (host === hostname || (url?.hostname === host && (url.port || PORTS[url.protocol]) === targetPort))
        return true;
      // A host name can have any address.
      const sameAddress = !isIpAddress(host) || host.replace(/^\[|\]$/g, '') === address;
      if (port !== undefined && String(port) === targetPort && sameAddress) return true;
    }
    return false;
  });
}
