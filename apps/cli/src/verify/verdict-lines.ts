import type { Colours } from '../output/colours.ts';
import { formatBytes, formatCount, formatUsd, plural } from '../output/format.ts';
import type { Example, Verdict } from './verdict.ts';

const PARTS = ['applied', 'quarantined', 'duplicates', 'excluded', 'pending', 'missing', 'different'] as const;
const ALWAYS = 5;

/** A table's verdict for people. */
export function verdictLines(verdict: Verdict, colours: Colours): string[] {
  const { bold, green, red, yellow, cyan, dim } = colours;
  const { missing, different, extra } = verdict;
  const outcome = verdict.exact
    ? green(verdict.filtered ? 'exact, as this account may see it' : 'exact')
    : red(`drift: ${formatCount(missing)} missing, ${formatCount(extra)} extra, ${formatCount(different)} different`);
  // Missing and different rows close the account only where there are any.
  const parts = PARTS.filter((part, at) => at < ALWAYS || verdict[part] > 0).map((part) => `${part} ${formatCount(verdict[part])}`);
  return [
    `${bold(verdict.table)}  ${outcome}`,
    `  ${parts.join(' + ')} = source ${formatCount(verdict.source)}`,
    `  target ${plural(verdict.target, 'row')}${verdict.newer > 0 ? `, ${formatCount(verdict.newer)} newer than this comparison` : ''}; at ${verdict.snapshot}`,
    `  ${dim(`${verdict.method}; ${verdict.coverage}; scanned ${formatBytes(verdict.bytesScanned)}, ${formatUsd(verdict.usd)}`)}`,
    ...verdict.notices.map((notice) => `  ${yellow('notice')} ${notice}`),
    ...verdict.examples.flatMap((example) => exampleLines(example, colours)),
    ...(verdict.exact ? [] : [`  ${cyan('hint:')} bqsync verify ${verdict.table} --repair puts this right`]),
  ];
}

function exampleLines({ kind, key, fields = [], reason }: Example, { red, yellow }: Colours): string[] {
  const paint = kind === 'pending' || kind === 'quarantined' ? yellow : red;
  return [
    `  ${paint(kind)} ${key}${reason === undefined ? '' : `: ${reason}`}`,
    ...fields.map(({ name, source, target }) => `    ${name}: ${source} in BigQuery, ${target} in Harper`),
  ];
}
