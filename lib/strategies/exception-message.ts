import { checkKeys, formatValue } from '../base/check.js';

/** A message condition: the very text, or a pattern that the text must begin with. */
export type MessageCondition =
  | { readonly message: string; readonly match?: undefined }
  | { readonly match: string | RegExp; readonly message?: undefined };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** tenacity's re.match: the pattern is anchored at the start. Sticky, so that `m` cannot anchor it elsewhere. @internal */
export function messageTest(factory: string, condition: MessageCondition): (error: unknown) => boolean {
  checkKeys(factory, condition, ['message', 'match']);
  const { message, match } = condition as { message?: unknown; match?: unknown };
  if ((message === undefined) === (match === undefined))
    throw new TypeError(`${factory} takes either message or match`);
  if (message !== undefined) {
    if (typeof message !== 'string')
      throw new TypeError(`${factory}: message takes a string, got ${formatValue(message)}`);
    return (error) => messageOf(error) === message;
  }
  if (typeof match !== 'string' && !(match instanceof RegExp)) {
    throw new TypeError(`${factory}: match takes a string or a RegExp, got ${formatValue(match)}`);
  }
  const pattern =
    typeof match === 'string'
      ? compiled(factory, match)
      : new RegExp(match.source, `${match.flags.replace(/[gy]/g, '')}y`);
  return (error) => {
    pattern.lastIndex = 0;
    return pattern.test(messageOf(error));
  };
}

function compiled(factory: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'y');
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(`${factory}: match takes the source of a RegExp: ${message}`, { cause: error });
  }
}
