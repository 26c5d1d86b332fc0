/** The part of Node's `process` that tenax uses where it is there. */
interface Process {
  readonly getBuiltinModule?: (id: string) => unknown;
  readonly nextTick?: (callback: () => void) => void;
  readonly emitWarning?: (message: string, options: { code: string; type: string }) => void;
}

const find = (): Process | undefined => (globalThis as { process?: Process }).process;

/**
 * What tenax uses from its host, usually Node. The core imports no built-in of Node; this file looks them up. Bundlers for
 * browsers replace it with `host.browser.ts` (`browser` in package.json).
 */
export const builtin = (id: string): unknown => find()?.getBuiltinModule?.(id);

/** Calls back after the microtasks of this turn of the event loop; `undefined` where nobody can. */
export const nextTick: Process['nextTick'] = find()?.nextTick;

/** Warns with this code through the process, or on the console where there is none. @internal */
export function warn(code: string, message: string): void {
  const host = find();
  if (typeof host?.emitWarning === 'function') host.emitWarning(message, { code, type: 'TenaxWarning' });
  else console.warn(`[${code}] ${message}`);
}
