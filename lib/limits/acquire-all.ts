import { abortReason } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { processContext } from '../base/process-context.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { Line, Member } from './line.js';
import { isMember } from './members.js';
import { publishGrant } from './queue.js';
import type { AcquireOptions } from './rate-limiter.js';
import { newLine, publishGrants, serve, waitIn } from './serve.js';
import { giveBack, groupByStore, type Demand, type DemandGroup } from './together.js';

/**
 * Acquires all demands or none; each is of more than 0 tokens. Limits of this process are charged at one instant, in the
 * queue of `owner`. Limiters over a store, and those that are not tenax's own, are acquired first and given back if the rest
 * is refused. Returns the milliseconds waited: 0 at once if nothing has to be waited for, otherwise a promise.
 */
export function acquireAll(owner: object, demands: readonly Demand[], options: AcquireOptions): MaybeAsync<number> {
  if (demands.every(({ limiter }) => isMember(limiter))) return acquireMembers(owner, demands, options);
  const local = demands.filter(({ limiter }) => isMember(limiter));
  const remote = groupByStore(demands.filter(({ limiter }) => !isMember(limiter)));
  return acquireRemoteFirst(owner, local, remote, options);
}

async function acquireRemoteFirst(
  owner: object,
  local: readonly Demand[],
  remote: readonly DemandGroup[],
  options: AcquireOptions,
): Promise<number> {
  const { maxWait = Infinity } = options;
  const rest = (): AcquireOptions =>
    maxWait === Infinity ? options : { ...options, maxWait: Math.max(0, maxWait - waited) };
  const held: Demand[] = [];
  let waited = 0;
  try {
    // A cost that can never be granted is refused before anything is acquired.
    for (const { limiter, tokens } of local) (limiter as Member).checkCost(tokens);
    for (const group of remote) {
      waited += Number(await group.acquire(rest())) || 0;
      held.push(...group.demands);
      if (options.signal?.aborted) throw abortReason(options.signal);
    }
    return waited + (await acquireMembers(owner, local, rest()));
  } catch (error) {
    giveBack(held);
    throw error;
  }
}

/**
 * Takes `tokens` of each member and returns true, if they are all there and no caller waits. This is the fast path of an
 * acquisition without contention. The caller has checked the tokens, and there is at least one member.
 */
export function takeOfEach(members: readonly Member[], tokens: number): boolean {
  if (tokens === 0) return true;
  for (const { lines } of members) if (lines.length > 0) return false;
  const now = (members[0] as Member).time.now();
  for (const member of members) if (!member.fits(tokens, now)) return false;
  for (const member of members) {
    member.charge(tokens, now);
    if (channels.limiter.hasSubscribers) publishGrant(member, tokens, 0);
  }
  return true;
}

/** Takes all demands and returns true if they can be granted now. Otherwise takes nothing and returns false. */
export function tryAcquireAll(owner: object, demands: readonly Demand[]): MaybeAsync<boolean> {
  const local = demands.filter(({ limiter }) => isMember(limiter));
  if (local.length === demands.length) return tryMembers(owner, local);
  return tryRemoteFirst(owner, local, groupByStore(demands.filter(({ limiter }) => !isMember(limiter))));
}

async function tryRemoteFirst(
  owner: object,
  local: readonly Demand[],
  remote: readonly DemandGroup[],
): Promise<boolean> {
  const held: Demand[] = [];
  let granted = false;
  try {
    for (const { limiter, tokens } of local) (limiter as Member).checkCost(tokens);
    for (const group of remote) {
      if (!(await group.tryAcquire())) return false;
      held.push(...group.demands);
    }
    granted = tryMembers(owner, local);
    return granted;
  } finally {
    if (!granted) giveBack(held);
  }
}

function tryMembers(owner: object, demands: readonly Demand[]): boolean {
  const { members, costs } = mergeByMember(demands);
  const [first] = members;
  if (first === undefined) return true;
  if (members.some(({ lines }) => lines.length > 0) && processContext.testing === undefined) {
    serve(members.flatMap(({ lines }) => lines));
    const isBefore = (line: Line): boolean => line.owner === owner || line.members.length === 1;
    if (members.some((member) => member.lines.some(isBefore))) return false;
    const now = first.time.now();
    const delays = (member: Member, i: number): boolean =>
      member.reservation !== undefined && member.delays(costs[i] as number, member.reservation, now);
    if (members.some(delays)) return false;
  }
  return takeIfThere(members, costs, first.time.now());
}

function acquireMembers(owner: object, demands: readonly Demand[], options: AcquireOptions): MaybeAsync<number> {
  const { members, costs } = mergeByMember(demands);
  const [first] = members;
  if (first === undefined) return 0;
  const free = processContext.testing !== undefined || members.every(({ lines }) => lines.length === 0);
  if (free && takeIfThere(members, costs, first.time.now())) {
    publishGrants(members, 0, costs, 0);
    return 0;
  }
  const [tokens] = costs as [number];
  if (members.length === 1) return waitIn(first.line, tokens, undefined, options);
  // Ten thousand callers may wait. To save memory, equal costs are not kept for each member.
  return waitIn(lineOf(owner, members), tokens, costs.every((cost) => cost === tokens) ? undefined : costs, options);
}

function takeIfThere(members: readonly Member[], costs: readonly number[], now: number): boolean {
  if (processContext.testing === undefined) {
    for (let i = 0; i < members.length; i += 1) {
      if (!(members[i] as Member).fits(costs[i] as number, now)) return false;
    }
  }
  for (let i = 0; i < members.length; i += 1) (members[i] as Member).charge(costs[i] as number, now);
  return true;
}

interface Merged {
  readonly members: readonly Member[];
  readonly costs: readonly number[];
}

/**
 * Adds up the costs of each member.
 *
 * @throws TypeError or RangeError for a cost that can never be granted.
 */
function mergeByMember(demands: readonly Demand[]): Merged {
  const members: Member[] = [];
  const costs: number[] = [];
  for (const { limiter, tokens } of demands) {
    const at = members.indexOf(limiter as Member);
    if (at < 0) {
      members.push(limiter as Member);
      costs.push(tokens);
    } else costs[at] = (costs[at] as number) + tokens;
  }
  for (let i = 0; i < members.length; i += 1) (members[i] as Member).checkCost(costs[i] as number);
  return { members, costs };
}

/** Returns the owner's queue for these members. A new one is made if no caller waits in it yet. */
function lineOf(owner: object, members: readonly Member[]): Line {
  const isSame = (line: Line): boolean =>
    line.owner === owner &&
    line.members.length === members.length &&
    line.members.every((each, i) => each === members[i]);
  const fewest = members.reduce((one, other) => (other.lines.length < one.lines.length ? other : one));
  return fewest.lines.find(isSame) ?? newLine(members, owner);
}
