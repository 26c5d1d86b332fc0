import { DEFAULTS, type Values } from './fields.js';

export interface Preset {
  readonly title: string;
  readonly about: string;
  readonly values: Values;
}

/** Calls that keep coming, and an outage of ten seconds among them. */
const STEADY: Values = {
  clients: '6000',
  spread: '60',
  capacity: '200',
  from: '10',
  outage: '10',
  'a.wait': 'fullJitter',
};

/** Pairs of policies that differ in one thing. The first is what the page opens with. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  herd: {
    title: 'Jitter: without and with it',
    about:
      'A thousand calls fail together. Without jitter (A) they come back together, and each wave overloads the server again. Jitter (B) spreads them.',
    values: {},
  },
  breaker: {
    title: 'Circuit breaker: without and with it',
    about:
      'Calls keep coming while the server is down. With a breaker (B) it receives only a few probes; callers fail at once, without waiting.',
    values: { ...STEADY, 'b.failures': '5' },
  },
  budget: {
    title: 'Retry budget: without and with it',
    about:
      'A budget (B) keeps the retries of all calls under a fifth of the first attempts, at the price of calls that are given up.',
    values: { ...STEADY, 'b.budget': '20' },
  },
  limit: {
    title: 'Rate limit: without and with it',
    about:
      'A limit just under the capacity (B) holds requests back before they are sent, so that none is sent in vain.',
    values: { from: '0', outage: '0', 'a.wait': 'fullJitter', 'b.rate': '95' },
  },
  together: {
    title: 'Limit, breaker and budget together',
    about: 'B has a limit, slots, a breaker and a budget. A has only its retries.',
    values: { ...STEADY, 'b.rate': '190', 'b.slots': '100', 'b.failures': '5', 'b.budget': '20' },
  },
  eager: {
    title: 'No wait against a backoff',
    about: 'Retries without a wait (A) spend all attempts within the outage. A backoff (B) outlasts it.',
    values: { 'a.wait': 'none', 'a.attempts': '5', 'b.attempts': '8' },
  },
};

export const valuesOf = (preset: Preset): Values => ({ ...DEFAULTS, ...preset.values });
