import { Command, InvalidArgumentError, Option } from 'commander';
import { parseLimits, type WindowLimit } from './limits';
import { CHAOS } from './server';

export interface Options {
  readonly url?: string;
  readonly rate: number;
  readonly limit?: readonly WindowLimit[];
  readonly capacity: number;
  readonly concurrency: number;
  readonly perPage: number;
  readonly header: Record<string, string>;
  readonly items?: string;
  readonly next?: string;
  readonly out: string;
  readonly resume: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly chaos: string;
  readonly redis?: string;
  readonly merge?: readonly string[];
}

const numeric =
  (takes: string, holds: (value: number) => boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (!holds(value) || !Number.isFinite(value)) throw new InvalidArgumentError(`It takes a ${takes}.`);
    return value;
  };
const positive = numeric('number above 0', (value) => value > 0);
// A request takes one token: a bucket of less admits none.
const burst = numeric('number of at least 1', (value) => value >= 1);
const whole = numeric('whole number of at least 1', (value) => value >= 1 && Number.isSafeInteger(value));

const header = (text: string, all: Record<string, string>): Record<string, string> => {
  const at = text.indexOf(':');
  // The value may be a secret: it is not repeated.
  if (at < 1) throw new InvalidArgumentError("It takes 'Name: value'.");
  return { ...all, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
};

const address = (text: string): string => {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Error('--url takes an address that begins with http:// or https://');
};

export const parseOptions = (args?: readonly string[]): Options =>
  new Command('npm start --')
    .description(
      'Reads all items of a paginated API into an NDJSON file, whatever the API does. Without --url it starts an API of its own.',
    )
    .option('--url <address>', 'the API (page parameters, Link headers or a next address in the body)', address)
    .option('--rate <n>', 'requests a second', positive, 25)
    .option('--capacity <n>', 'the largest burst', burst, 5)
    .option('--limit <limits>', "several limits instead of these two, as '4/s, 1000/h'", parseLimits)
    .option('--concurrency <n>', 'requests at once, where pages have numbers', whole, 8)
    .option('--per-page <n>', 'items a page', whole, 50)
    .option('--header <header>', "a header, 'Name: value'; may be repeated", header, {})
    .option('--items <path>', 'where a body has its items (data.rows); default: the body, items, results or data')
    .option('--next <path>', 'where a body names the next address (links.next); default: the Link header, or next')
    .option('--out <file>', 'where to', 'items.ndjson')
    .option('--resume', 'continue an interrupted run with the same --url and --per-page', false)
    .option('--quiet', 'print errors only', false)
    .option('--json', 'print the final figures as JSON', false)
    .addOption(
      new Option('--chaos <level>', 'how bad the API of its own is').choices(Object.keys(CHAOS)).default('default'),
    )
    .option('--redis <address>', 'share rate and work with other copies of this command (page numbers only)')
    .option('--merge <parts...>', 'merge what such copies have written into --out')
    .parse(args)
    .opts<Options>();

/** The command that continues an interrupted run, without the secrets of this one. */
export function resumeCommand(args: readonly string[] = process.argv.slice(2)): string {
  const shown = args
    .filter((arg) => arg !== '--resume')
    .map((arg, i, all) => {
      const isHeader = all[i - 1] === '--header' || arg.startsWith('--header=');
      if (isHeader) return arg.replace(/:.*/s, ': …');
      return arg.replace(/\/\/[^/@]*@/, '//…@').replace(/\?.*/s, '?…');
    });
  return ['npm', 'start', '--', ...shown, '--resume'].map(quoted).join(' ');
}

const quoted = (arg: string): string => (/^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
