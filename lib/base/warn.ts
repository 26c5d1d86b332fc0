interface Host {
  readonly process?: { readonly emitWarning?: (message: string, options: { type: string; code: string }) => void };
}

/** Warns through `process.emitWarning`, or through the console where there is none. */
export function warn(code: string, message: string): void {
  const { process } = globalThis as Host;
  if (typeof process?.emitWarning === 'function') process.emitWarning(message, { code, type: 'TenaxWarning' });
  else console.warn(`[${code}] ${message}`);
}
