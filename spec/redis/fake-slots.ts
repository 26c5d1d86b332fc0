/** The argument of the script of a `RedisConcurrencyLimiter`; spans in microseconds. */
export interface SlotsWords {
  readonly owner: string;
  readonly number: number;
  readonly held: number;
  readonly asks: readonly number[];
  readonly limit: number;
  readonly base: number;
  readonly assigned: number;
  readonly pause: number;
  readonly hold: number;
  readonly lease: number;
  readonly patience: number;
  readonly waits: 0 | 1;
}

interface Holder {
  owner: string;
  slots: number;
  number: number;
  till: number;
}

export interface Slots {
  limit: number | undefined;
  base: number;
  paused: number;
  holders: Holder[];
  line: { owner: string; tokens: number; till: number }[];
}

export const newSlots = (): Slots => ({ limit: undefined, base: 0, paused: 0, holders: [], line: [] });

/** Does what that script does, for specs in virtual time. */
export function stepSlots(s: Slots, c: SlotsWords, now: number): string {
  if (s.limit === undefined) Object.assign(s, { limit: c.limit, base: c.base, paused: now + c.hold });
  if (c.assigned >= 2 && c.base !== s.base) Object.assign(s, { limit: c.limit, base: c.base });
  if (c.assigned % 2 === 1) s.limit = c.limit;
  if (c.pause > 0) s.paused = Math.max(s.paused, now + c.pause);
  const limit = s.limit!;
  s.holders = s.holders.filter(({ till }) => till > now);
  const used = s.holders.reduce((sum, { owner, slots }) => sum + (owner === c.owner ? 0 : slots), 0);
  let own = s.holders.find(({ owner }) => owner === c.owner);
  if (own === undefined) {
    own = { owner: c.owner, slots: used + c.held <= limit ? c.held : 0, number: 0, till: 0 };
    s.holders.push(own);
  } else if (c.number > own.number) own.slots = Math.min(own.slots, c.held);
  const stale = c.number <= own.number;
  own.number = Math.max(own.number, c.number);
  own.till = now + c.lease;

  const place = s.line.findIndex(({ owner }) => owner === c.owner);
  const before = s.line.slice(0, place < 0 ? undefined : place).filter(({ till }) => till > now);
  const ahead = before.reduce((sum, { tokens }) => sum + (tokens <= limit ? tokens : 0), 0);
  let granted = 0;
  if (!stale && now >= s.paused) {
    for (const tokens of c.asks) {
      if (used + own.slots + ahead + tokens > limit) break;
      own.slots += tokens;
      granted += 1;
    }
  }
  const after = s.line.slice(place < 0 ? s.line.length : place + 1).filter(({ till }) => till > now);
  const next = c.asks[granted];
  const stays = place >= 0 && granted === 0 && next !== undefined;
  const entry = { owner: c.owner, tokens: next!, till: now + c.patience };
  s.line = [...before, ...(stays ? [entry] : []), ...after];
  if (next !== undefined && c.waits === 1 && !stays) s.line.push(entry);
  s.holders = s.holders.filter((holder) => holder.slots > 0 || holder === own);
  return [granted, own.slots, used, limit, Math.max(0, s.paused - now), before.length].join(' ');
}
