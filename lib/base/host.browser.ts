/** `host.ts` for the web: there is no `process`, so that bundles need nothing of it. */
export const builtin = (_id: string): unknown => undefined;

export const nextTick: ((callback: () => void) => void) | undefined = undefined;

/** Warns with this code on the console. @internal */
export function warn(code: string, message: string): void {
  console.warn(`[${code}] ${message}`);
}
