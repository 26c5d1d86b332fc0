import { readAnswer } from './answer.js';
import { errorChain, type ErrorLink } from './error-chain.js';

/** A request that got no answer, or an answer that broke off. */
export interface NetworkFailure {
  /** False if another try would end the same way: certificates, TLS, protocol and parser errors. */
  readonly retryable: boolean;
  /** The code of the system, of undici or of the runtime, in the spelling of Node. */
  readonly code?: string | undefined;
  /** Why, for a message: the code or a text of the platform without an address. */
  readonly reason: string;
}

type Verdict = 'not the network' | 'final' | 'retryable';

/** Codes of Bun that Node spells in another way. */
const BUN: ReadonlyMap<unknown, string> = new Map([
  ['ConnectionRefused', 'ECONNREFUSED'],
  ['ConnectionClosed', 'ECONNRESET'],
  ['ConnectionReset', 'ECONNRESET'],
  ['ConnectionTimeout', 'ETIMEDOUT'],
  ['FailedToOpenSocket', 'ENETUNREACH'],
]);

/** What a code says, the first pattern that matches; a code that matches none says nothing. */
const CODES: readonly (readonly [RegExp, Verdict])[] = [
  // tenax's own errors that are no answer and no network: refusals of limiters and breakers, faults of the policy.
  [/^TENAX_(?:LIMITER|CIRCUIT|POLICY)/, 'not the network'],
  // What the client was given or told: arguments, limits on sizes, aborts, redirects without end.
  [/^ERR_(?:CANCELED|ABORTED|BAD_REQUEST|BAD_OPTION|INVALID_|UNESCAPED_|NOT_SUPPORT|DEPRECATED|FR_|FORM_)/, 'not the network'],
  [/^ERR_(?:UNSUPPORTED_PROTOCOL|TOO_MANY_REDIRECTS|BODY_PARSE_FAILURE|HTTP_|OUT_OF_RANGE|MISSING_|UNKNOWN_)/, 'not the network'],
  [/^UND_ERR_(?:INVALID|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH|RES_EXCEEDED_MAX_SIZE|ABORT|RESPONSE$|REQ_RETRY)/, 'not the network'],
  [/^UND_ERR_(?:DESTROYED|CLOSED|MAX_ORIGINS_REACHED|BPL_MISSING_UPSTREAM|WS_)/, 'not the network'],
  [/^(?:TooManyRedirects|UnexpectedRedirect|UnsupportedProtocol)$/, 'not the network'],
  // A handshake that takes too long may go better, a stream that broke off too.
  [/^ERR_(?:TLS_HANDSHAKE_TIMEOUT|NETWORK$|SOCKET_C|STREAM_PREMATURE_CLOSE|READING_RESPONSE_STREAM)/, 'retryable'],
  [/^HPE_INVALID_EOF_STATE$/, 'retryable'],
  [/^ERR_HTTP2_(?:STREAM_ERROR|SESSION_ERROR|GOAWAY_SESSION|STREAM_CANCEL|PING_)/, 'retryable'],
  [/CERT|CRL|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/, 'final'],
  [/^(?:EPROTO$|ERR_TLS_|ERR_SSL_|ERR_HTTP2_(?:ERROR$|TOO_MANY)|HPE_|UND_ERR_(?:PRX_TLS|HEADERS_OVERFLOW))/, 'final'],
  [/^(?:UND_ERR_|EAI_|TENAX_(?:ATTEMPT_TIMEOUT|HTTP)$)/, 'retryable'],
  [/^E(?:CONN(?:RESET|REFUSED|ABORTED)|NOTFOUND|PIPE|TIMEDOUT|SOCKETTIMEDOUT|HOST(?:UNREACH|DOWN)|NET(?:UNREACH|DOWN|RESET)|NOTCONN|ADDRNOTAVAIL|NOBUFS|SHUTDOWN)$/, 'retryable'],
]; // prettier-ignore

/** Errors of connections that have codes which file systems use too. */
const SYSTEM = /^E(?!RR_)[A-Z0-9]+$/;
const OF_SOCKETS = /^(?:connect|getaddrinfo|query[A-Z]\w*|socket)$/;

/** What a text says, whatever the code: of axios and of HTTP/2, of Deno, Workers and SDKs, which give no code. */
const TEXTS: readonly (readonly [RegExp, Verdict])[] = [
  [/^(?:unknown scheme|bad port|redirect count exceeded|unexpected redirect|integrity mismatch)$/, 'not the network'],
  [/^(?:URL scheme must be a HTTP\(S\) scheme|about scheme is not supported|failed to fetch the data URL|not implemented\.\.\. yet\.\.\.)$/, 'not the network'],
  [/max(?:Content|Body)Length(?! size of -1)|^Unsupported protocol/i, 'not the network'],
  [/NGHTTP2_(?:PROTOCOL_ERROR|COMPRESSION_ERROR|FRAME_SIZE_ERROR|HTTP_1_1_REQUIRED|INADEQUATE_SECURITY)/, 'final'],
  [/^error sending request .*(?:invalid peer certificate|tls handshake|invalid HTTP|invalid header)/is, 'final'],
  [/^error (?:sending request|reading a body) /, 'retryable'],
  [/^(?:Network connection lost\.?|Request timed out\.?|stream has been aborted|maxContentLength size of -1 exceeded)$/, 'retryable'],
]; // prettier-ignore

/** What the engines say in a TypeError of fetch; after sindresorhus/is-network-error. */
const OF_FETCH =
  /^(?:Failed to fetch|NetworkError when attempting to fetch resource|Load failed|Network request failed|The Internet connection appears to be offline|The network connection was lost|network error|fetch failed|terminated|Error in (?:body|input) stream)/i;

const firstMatch = (rules: readonly (readonly [RegExp, Verdict])[], text: string): Verdict | undefined =>
  rules.find(([pattern]) => pattern.test(text))?.[1];

const codeOf = ({ code }: ErrorLink): string | undefined =>
  typeof code === 'string' ? (BUN.get(code) ?? code) : undefined;

function verdictOfCode(code: string, { syscall }: ErrorLink): Verdict | undefined {
  const verdict = firstMatch(CODES, code);
  if (verdict !== undefined || !SYSTEM.test(code)) return verdict;
  return typeof syscall === 'string' && OF_SOCKETS.test(syscall) ? 'retryable' : undefined;
}

const ABORTS = /^(?:AbortError|CanceledError|APIUserAbortError)$/;

/** What one error of a chain says about itself. A text that says that another try cannot help is believed over a code. */
function verdictOf(link: ErrorLink): Verdict | undefined {
  const { name, message } = link;
  if (link.isRetryable === false) return 'final';
  const code = codeOf(link);
  const coded = code === undefined ? undefined : verdictOfCode(code, link);
  const text = typeof message === 'string' ? firstMatch(TEXTS, message) : undefined;
  if (text !== undefined && text !== 'retryable') return text;
  if (coded !== undefined || text !== undefined) return coded ?? text;
  const isKnown =
    name === 'TypeError' ? OF_FETCH.test(String(message)) : name === 'TimeoutError' || name === 'NetworkError';
  return isKnown ? 'retryable' : undefined;
}

/**
 * What an error says about the network, whichever client and runtime threw it; `undefined` for an error that is not about
 * the network: an abort, an argument that the client refused, an answer, a fault of the program.
 */
export function networkFailure(error: unknown): NetworkFailure | undefined {
  const links = errorChain(error);
  if (links.some(({ name }) => typeof name === 'string' && ABORTS.test(name))) return undefined;
  if (readAnswer({ failed: true, error }).status !== undefined) return undefined;
  const verdicts = links.map(verdictOf);
  if (verdicts.includes('not the network')) return undefined;
  const final = verdicts.indexOf('final');
  const at = final === -1 ? verdicts.indexOf('retryable') : final;
  if (at === -1) return undefined;
  const codes = links.map((link, i) => (verdicts[i] === verdicts[at] ? codeOf(link) : undefined));
  // `ERR_NETWORK` says less than what is behind it.
  const code = codes.find((each) => each !== undefined && !each.startsWith('ERR_')) ?? codes.find(Boolean);
  return { retryable: final === -1, code, reason: code ?? textOf(links[at] as ErrorLink) };
}

/** The text of the platform, up to where an address may stand. */
const textOf = ({ message, name }: ErrorLink): string =>
  String(message === undefined || message === '' ? name : message).split(/ (?:for|from|with) |[:(]/, 1)[0] as string;
