import { parseArgs } from 'node:util';
import { scheduleOf } from './schedule.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';
import { Summary } from './summary.ts';

const USAGE = `usage: sim [--seed N] [--from N] [--schedules N] [--nodes N] [--strict] [--rivals]
  --seed N       replay one schedule, and print it with its trace
  --from N       first seed (1)
  --schedules N  how many (10000)
  --nodes N      nodes at most (1)
  --strict       hold every replica to its claims also while owners overlap
  --rivals       several rows of a key also with several nodes`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

class UsageError extends Error {}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      schedules: { type: 'string', default: '10000' },
      nodes: { type: 'string', default: '1' },
      strict: { type: 'boolean', default: false },
      rivals: { type: 'boolean', default: false },
    },
  });
  const { strict, rivals } = values;
  const maxNodes = whole('nodes', values.nodes, 1, 9);
  if (values.seed !== undefined) {
    const schedule = scheduleOf(whole('seed', values.seed, 0), { maxNodes, rivals });
    const result = await simulate(schedule, { strict, trace: true });
    for (const line of [JSON.stringify(schedule.config), ...result.trace, ...result.violations]) console.log(line);
    console.log(result.violations.length === 0 ? 'every replica is exact' : 'violated');
    return result.violations.length === 0 ? 0 : EXIT_FAILED;
  }
  const from = whole('from', values.from, 0);
  const count = whole('schedules', values.schedules, 1);
  const summary = new Summary();
  const started = performance.now();
  for (let seed = from; seed < from + count; seed++) summary.add(await simulate(scheduleOf(seed, { maxNodes, rivals }), { strict }));
  for (const line of summary.lines((performance.now() - started) / 1000)) console.log(line);
  for (const { seed, violations } of summary.failed.slice(0, 20)) console.log(`seed ${String(seed)}: ${violations[0] ?? ''}`);
  const [first] = summary.failed;
  if (first === undefined) return 0;
  const least = await shrink(scheduleOf(first.seed, { maxNodes, rivals }), { strict });
  console.log(`minimal schedule of seed ${String(first.seed)}: ${JSON.stringify(least)}`);
  console.log(
    `replay: pnpm sim --seed ${String(first.seed)} --nodes ${String(maxNodes)}${strict ? ' --strict' : ''}${rivals ? ' --rivals' : ''}`,
  );
  return EXIT_FAILED;
}

function whole(name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} takes a whole number from ${String(least)}, not "${text}"`);
  return value;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (!isUsage) throw error;
  console.error(error.message);
  console.error(USAGE);
  process.exitCode = EXIT_USAGE;
}
