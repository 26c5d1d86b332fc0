import { abortReason } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { processContext } from '../base/process-context.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { Line, Member } from './line.js';
import { isMember } from './members.js';
import { publishGrant } from './queue.js';
import type { AcquireOptions } from './rate-limiter.js';
import { newLine, publishGrants, serve, waitIn } from './serve.js';
import { giveBack, grouped, type Claim, type ClaimGroup } from './together.js';

/**
 * Acquires all claims or none. Limits of this process are charged at one instant, in the queue of `owner`; limiters of
 * other makes and those over a store are acquired first and given back if the rest is refused. Synchronous if all is
 * there. Returns the milliseconds waited.
 */
export function acquireAll(owner: object, claims: readonly Claim[], options: AcquireOptions): MaybeAsync<number> {
  if (claims.every(({ limiter }) => isMember(limiter))) return acquireMembers(owner, claims, options);
  const local = claims.filter(({ limiter }) => isMember(limiter));
  const remote = grouped(claims.filter(({ limiter }) => !isMember(limiter)));
  return acquireRemoteFirst(owner, local, remote, options);
}

async function acquireRemoteFirst(
  owner: object,
  local: readonly Claim[],
  remote: readonly ClaimGroup[],
  options: AcquireOptions,
): Promise<number> {
  const { maxWait = Infinity } = options;
  const rest = (): AcquireOptions =>
    maxWait === Infinity ? options : { ...options, maxWait: Math.max(0, maxWait - waited) };
  const held: Claim[] = [];
  let waited = 0;
  try {
    // What is refused here for ever is refused before anything is held.
    for (const { limiter, tokens } of local) (limiter as Member).checkCost(tokens);
    for (const group of remote) {
      waited += Number(await group.acquire(rest())) || 0;
      held.push(...group.claims);
      if (options.signal?.aborted) throw abortReason(options.signal);
    }
    return waited + (await acquireMembers(owner, local, rest()));
  } catch (error) {
    giveBack(held);
    throw error;
  }
}

/**
 * Takes `tokens` of each if that is possible at once and nobody waits: what an acquisition without contention costs. The
 * caller has checked the tokens.
 */
export function takeOfEach(members: readonly Member[], tokens: number): boolean {
  const [first] = members;
  if (first === undefined || tokens === 0) return true;
  for (const { lines } of members) if (lines.length > 0) return false;
  const now = first.time.now();
  for (const member of members) if (!member.fits(tokens, now)) return false;
  for (const member of members) {
    member.charge(tokens, now);
    if (channels.limiter.hasSubscribers) publishGrant(member, tokens, 0);
  }
  return true;
}

/** Takes all claims if all are there, or none. */
export function tryAcquireAll(owner: object, claims: readonly Claim[]): MaybeAsync<boolean> {
  const local = claims.filter(({ limiter }) => isMember(limiter));
  if (local.length === claims.length) return tryMembers(owner, local);
  return tryRemoteFirst(owner, local, grouped(claims.filter(({ limiter }) => !isMember(limiter))));
}

async function tryRemoteFirst(owner: object, local: readonly Claim[], remote: readonly ClaimGroup[]): Promise<boolean> {
  const held: Claim[] = [];
  let granted = false;
  try {
    for (const { limiter, tokens } of local) (limiter as Member).checkCost(tokens);
    for (const group of remote) {
      if (!(await group.tryAcquire())) return false;
      held.push(...group.claims);
    }
    granted = tryMembers(owner, local);
    return granted;
  } finally {
    if (!granted) giveBack(held);
  }
}

function tryMembers(owner: object, claims: readonly Claim[]): boolean {
  const { members, costs } = merged(claims);
  const [first] = members;
  if (first === undefined) return true;
  if (members.some(({ lines }) => lines.length > 0) && processContext.testing === undefined) {
    serve(members.flatMap(({ lines }) => lines));
    const isBefore = (line: Line): boolean => line.owner === owner || line.members.length === 1;
    if (members.some((member) => member.lines.some(isBefore))) return false;
    const now = first.time.now();
    const delays = (member: Member, i: number): boolean =>
      member.keep !== undefined && member.lines.length > 0 && member.delays(costs[i] as number, member.keep, now);
    if (members.some(delays)) return false;
  }
  return takeIfThere(members, costs, first.time.now());
}

function acquireMembers(owner: object, claims: readonly Claim[], options: AcquireOptions): MaybeAsync<number> {
  const { members, costs } = merged(claims);
  const [first] = members;
  if (first === undefined) return 0;
  const free = processContext.testing !== undefined || members.every(({ lines }) => lines.length === 0);
  if (free && takeIfThere(members, costs, first.time.now())) {
    publishGrants(members, 0, costs, 0);
    return 0;
  }
  if (members.length === 1) return waitIn(first.line, costs[0] as number, undefined, options);
  const most = Math.max(...costs);
  // Ten thousand may wait: what is the same of each member is not kept for each.
  return waitIn(lineOf(owner, members), most, costs.every((cost) => cost === most) ? undefined : costs, options);
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

/** Each member once, those that cost nothing left out. @throws TypeError or RangeError for what can never be granted. */
function merged(claims: readonly Claim[]): Merged {
  const members: Member[] = [];
  const costs: number[] = [];
  for (const { limiter, tokens } of claims) {
    if (tokens === 0) continue;
    const at = members.indexOf(limiter as Member);
    if (at < 0) {
      members.push(limiter as Member);
      costs.push(tokens);
    } else costs[at] = (costs[at] as number) + tokens;
  }
  for (let i = 0; i < members.length; i += 1) (members[i] as Member).checkCost(costs[i] as number);
  return { members, costs };
}

/** The queue of one owner for these members: there is one while anybody waits in it. */
function lineOf(owner: object, members: readonly Member[]): Line {
  const isSame = (line: Line): boolean =>
    line.owner === owner &&
    line.members.length === members.length &&
    line.members.every((each, i) => each === members[i]);
  const fewest = members.reduce((one, other) => (other.lines.length < one.lines.length ? other : one));
  return fewest.lines.find(isSame) ?? newLine(members, owner);
}
