/** True for an abort, by the names that the platform and axios give it. */
export function isAbortError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name } = error as { name?: unknown };
  return name === 'AbortError' || name === 'CanceledError';
}
