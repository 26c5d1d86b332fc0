import { isThenable, type MaybeAsync } from '../base/thenable.js';

export type { MaybeAsync } from '../base/thenable.js';

/**
 * Asks the members of an `any` or `all` in order and stops at the first answer that decides: `true` for any, `false`
 * for all. Stays synchronous as long as the members do.
 */
export function firstDecisive<Member>(
  members: readonly Member[],
  decisive: boolean,
  ask: (member: Member) => MaybeAsync<boolean>,
  from = 0,
): MaybeAsync<boolean> {
  for (let i = from; i < members.length; i += 1) {
    const answer = ask(members[i] as Member);
    if (isThenable(answer)) {
      return answer.then((later) =>
        Boolean(later) === decisive ? decisive : firstDecisive(members, decisive, ask, i + 1),
      );
    }
    if (Boolean(answer) === decisive) return decisive;
  }
  return !decisive;
}

/** Applies `change` to an answer, at once where the answer is there. */
export function mapAnswer<A, B>(answer: MaybeAsync<A>, change: (value: A) => MaybeAsync<B>): MaybeAsync<B> {
  return isThenable(answer) ? answer.then(change) : change(answer);
}
