/** An error as far as clients give it fields that say what happened on the network. */
export interface ErrorLink {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  /** `false` for a NetworkError of tenax that another try cannot help. */
  readonly isRetryable?: unknown;
}

/** Where clients keep the error behind an error: most in `cause`, Slack's in `original`, Stripe's in `detail`. */
const BEHIND = ['cause', 'original', 'detail', 'exception'] as const;

/** The values at these places of an error; most are undefined. */
export const behind = (error: object): readonly unknown[] =>
  BEHIND.map((key) => (error as Record<string, unknown>)[key]);

/** Deep enough for every client; a chain may be a circle. */
const DEEPEST = 6;

/** Errors that are read of one chain: an AggregateError may hold any number. */
const MOST = 50;

/** An error, what is behind it, and the members of an AggregateError, the outermost first. */
export function errorChain(error: unknown, depth = 0, links: ErrorLink[] = []): readonly ErrorLink[] {
  if (typeof error !== 'object' || error === null || depth > DEEPEST || links.length >= MOST) return links;
  links.push(error);
  for (const each of behind(error)) errorChain(each, depth + 1, links);
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) for (const each of errors) errorChain(each, depth + 1, links);
  return links;
}
