import { parseArgs } from 'node:util';
import { scheduleOf, type ScheduleOptions } from './generate.ts';
import { simulateMany } from './many.ts';
import { Progress } from './progress-line.ts';
import { isKind, type Kind, KINDS, KNOWN_TO_FAIL } from './schedule.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';
import { Summary } from './summary.ts';

const USAGE = `usage: sim [--seed N | --from-seed N --schedules N] [--nodes N] [--without KIND,…] [--with KIND,…] [--strict] [--workers N] [--json]
  --seed N        replay one schedule, and print it with its trace
  --from-seed N   first seed (1); goes on with a run that was stopped
  --schedules N   how many (10000)
  --nodes N       nodes at most (4)
  --without KIND  leave out kinds of trouble; a crash point, a source fault, or one of:
                  ${KINDS.join(', ')}
  --with KIND     let in what is left out by default: ${KNOWN_TO_FAIL.length === 0 ? 'nothing' : KNOWN_TO_FAIL.join(', ')}
  --strict        hold every replica to its claims also while owners overlap
  --workers N     threads (one a core)
  --json          the summary as JSON`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const MOST_FAILURES = 20;

class UsageError extends Error {}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      'from-seed': { type: 'string', default: '1' },
      schedules: { type: 'string', default: '10000' },
      nodes: { type: 'string', default: '4' },
      without: { type: 'string', multiple: true, default: [] },
      with: { type: 'string', multiple: true, default: [] },
      strict: { type: 'boolean', default: false },
      workers: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { strict, json } = values;
  const wanted = kindsOf('with', values.with);
  const without = [...new Set([...KNOWN_TO_FAIL.filter((kind) => !wanted.includes(kind)), ...kindsOf('without', values.without)])];
  const schedule: ScheduleOptions = { maxNodes: whole('nodes', values.nodes, 1, 4), without };
  const from = whole('from-seed', values['from-seed'], 0);
  const schedules = whole('schedules', values.schedules, 1, 1e9);
  const workers = values.workers === undefined ? undefined : whole('workers', values.workers, 1, 256);
  const flags = [
    `--nodes ${values.nodes}`,
    ...(values.without.length > 0 ? [`--without ${values.without.join(',')}`] : []),
    ...(values.with.length > 0 ? [`--with ${values.with.join(',')}`] : []),
    ...(strict ? ['--strict'] : []),
  ].join(' ');
  if (values.seed !== undefined) return replay(whole('seed', values.seed, 0), schedule, strict, json);

  const summary = new Summary();
  const progress = new Progress(schedules);
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  const many = {
    from,
    schedules,
    schedule,
    strict,
    signal: stop.signal,
    workerUrl: new URL('./worker.js', import.meta.url),
    ...(workers === undefined ? {} : { workers }),
  };
  const next = await simulateMany(many, (outcomes) => {
    for (const outcome of outcomes) {
      summary.add(outcome);
      if (outcome.violations.length > 0) progress.say(`seed ${String(outcome.seed)}: ${outcome.violations[0] ?? ''}`);
    }
    progress.show(summary);
  });
  const seconds = progress.end();
  if (stop.signal.aborted) console.error(`stopped; go on with --from-seed ${String(next)} --schedules ${String(from + schedules - next)}`);
  if (json) console.log(JSON.stringify(summary.toJson(seconds, from)));
  else for (const line of summary.lines(seconds)) console.log(line);
  const failed = [...summary.failed].sort((a, b) => a.seed - b.seed);
  if (!json) for (const { seed, violations } of failed.slice(0, MOST_FAILURES)) console.log(`seed ${String(seed)}: ${violations[0] ?? ''}`);
  const [first] = failed;
  if (first === undefined) return 0;
  if (!json) {
    const least = await shrink(scheduleOf(first.seed, schedule), { strict });
    console.log(`minimal schedule of seed ${String(first.seed)}: ${JSON.stringify(least)}`);
    console.log(`replay: pnpm sim --seed ${String(first.seed)} ${flags}`);
  }
  return EXIT_FAILED;
}

async function replay(seed: number, options: ScheduleOptions, strict: boolean, json: boolean): Promise<number> {
  const schedule = scheduleOf(seed, options);
  const result = await simulate(schedule, { strict, trace: true });
  if (json) console.log(JSON.stringify({ schedule, result }));
  else {
    for (const line of [JSON.stringify(schedule.config), ...result.trace, ...result.violations]) console.log(line);
    console.log(result.violations.length === 0 ? 'every replica is exact' : 'violated');
  }
  return result.violations.length === 0 ? 0 : EXIT_FAILED;
}

function whole(name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const to = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${String(most)}`;
  throw new UsageError(`--${name} takes a whole number from ${String(least)} ${to}, not "${text}"`);
}

function kindsOf(name: string, texts: readonly string[]): Kind[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      if (!isKind(text)) throw new UsageError(`--${name} takes a kind of trouble, not "${text}"; see sim --help`);
      return text;
    });
}

if (process.argv.includes('--help')) console.log(USAGE);
else {
  try {
    // Errors are made by the thousand here, and their stacks read by nobody.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    process.exitCode = await main();
    Error.stackTraceLimit = limit;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (!isUsage) throw error;
    console.error(error.message.split('\n')[0]);
    process.exitCode = EXIT_USAGE;
  }
}
