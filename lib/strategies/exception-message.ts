import { isError } from '../base/is-error.js';
import { isRegExp } from '../base/is-reg-exp.js';
import type { Option } from './declaration.js';
import { pattern, text } from './options.js';

/** A message condition: the very text, or a pattern that the text must begin with. */
export type MessageCondition =
  | { readonly message: string; readonly match?: undefined }
  | { readonly match: string | RegExp; readonly message?: undefined };

/** The options of a message condition. */
export const MESSAGE_OPTIONS: Readonly<Record<string, Option>> = { message: text, match: pattern };

/** @throws TypeError unless exactly one of both is there. */
export function checkMessage(factory: string, { message, match }: MessageCondition): void {
  if ((message === undefined) === (match === undefined)) {
    throw new TypeError(`${factory} takes either message or match`);
  }
}

const messageOf = (error: unknown): string => (isError(error) ? error.message : String(error));

/** tenacity's re.match: the pattern is anchored at the start. Sticky, so that `m` cannot anchor it elsewhere. @internal */
export function messageTest(factory: string, { message, match }: MessageCondition): (error: unknown) => boolean {
  if (match === undefined) return (error) => messageOf(error) === message;
  const pattern = stickyPattern(factory, match);
  return (error) => {
    pattern.lastIndex = 0;
    return pattern.test(messageOf(error));
  };
}

function stickyPattern(factory: string, match: string | RegExp): RegExp {
  if (isRegExp(match)) return new RegExp(match.source, `${match.flags.replace(/[gy]/g, '')}y`);
  try {
    return new RegExp(match, 'y');
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(`${factory}: match takes the source of a RegExp: ${message}`, { cause: error });
  }
}
