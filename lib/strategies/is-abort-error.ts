/** True if an error says that somebody gave up, by the names that the platform and axios use. */
export function isAbortError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name } = error as { name?: unknown };
  return name === 'AbortError' || name === 'CanceledError';
}
