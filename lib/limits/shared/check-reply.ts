import type { LimitReply } from './limit-state.js';

type Parts = LimitReply['parts'];

const areNumbers = (values: unknown, least: number, most: number): boolean =>
  Array.isArray(values) && values.length >= least && values.length <= most && values.every(Number.isFinite);

/**
 * Returns the reply of a store to a command for so many keys and callers.
 *
 * @throws TypeError for anything that is not such a reply, and names the field that is wrong.
 */
export function checkReply(reply: unknown, keys: number, callers: number): LimitReply {
  const { claimed, place, crowd, doubt, parts } = (reply ?? {}) as Partial<LimitReply>;
  const check = (field: keyof LimitReply, valid: boolean): void => {
    if (!valid) throw new TypeError(`the store's reply is not a LimitReply: its ${field} is missing or wrong`);
  };
  check('claimed', areNumbers(claimed, 0, callers));
  check('place', Number.isFinite(place));
  check('crowd', Number.isFinite(crowd));
  check('doubt', Number.isFinite(doubt));
  const numbers = Array.isArray(parts)
    ? (parts as Partial<Parts>).flatMap((part) => [part?.level, part?.rate, part?.hold])
    : undefined;
  check('parts', areNumbers(numbers, 3 * keys, 3 * keys));
  return reply as LimitReply;
}
