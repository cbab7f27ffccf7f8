import type { Colours } from '../output/colours.ts';
import { formatBytes, formatCount, formatUsd, plural } from '../output/format.ts';
import type { Example, Verdict } from './verdict.ts';

const PARTS = ['applied', 'quarantined', 'duplicates', 'excluded', 'pending', 'missing', 'different'] as const;
const ALWAYS = 5;

/** A table's verdict for people. */
export function verdictLines(verdict: Verdict, colours: Colours): string[] {
  const { bold, red, yellow, cyan, dim } = colours;
  const { missing, different, extra } = verdict;
  const outcome = verdict.exact
    ? exactText(verdict, colours)
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

/** Rows that cannot be stored, or that this account may not see, are no drift, but who reads `exact` must not take them for stored. */
function exactText({ quarantined, source, filtered }: Verdict, { green, yellow }: Colours): string {
  const asSeen = filtered ? ', as this account may see it' : '';
  if (quarantined === 0) return green(`exact${asSeen}`);
  return yellow(`exact but for ${formatCount(quarantined)} of ${plural(source, 'row')} in quarantine${asSeen}`);
}

function exampleLines({ kind, key, fields = [], reason }: Example, { red, yellow }: Colours): string[] {
  const paint = kind === 'pending' || kind === 'quarantined' ? yellow : red;
  return [
    `  ${paint(kind)} ${key}${reason === undefined ? '' : `: ${reason}`}`,
    ...fields.map(({ name, source, target }) => `    ${name}: ${source} in BigQuery, ${target} in Harper`),
  ];
}
