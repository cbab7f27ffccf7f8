import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededBugs } from './bugs/all.ts';
import { bugTable, type Seeds, withTable } from './harness/bug-table.ts';
import { PACKAGES } from './harness/bundle.ts';
import { Hunt } from './harness/hunt.ts';
import { PROGRAMS, type SeededBug } from './harness/seeded-bug.ts';

const USAGE = `usage: sim:bugs [--bug ID]… [--schedules N] [--write] | --sound PROGRAM [--schedules N]
  --bug ID         only these
  --schedules N    how many to search for each bug, at most (10000)
  --write          renew what is known of where each bug is found: known-seeds.json, and the table in the README
  --sound PROGRAM  run schedules without any bug: ${PROGRAMS.join(', ')}`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const HOME = join(PACKAGES, 'seeded-bugs');
const KNOWN_SEEDS = join(HOME, 'src/bugs/known-seeds.json');
const README = join(HOME, 'README.md');

class UsageError extends Error {}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      bug: { type: 'string', multiple: true, default: [] },
      schedules: { type: 'string', default: '10000' },
      write: { type: 'boolean', default: false },
      sound: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const schedules = Number(values.schedules);
  if (!Number.isSafeInteger(schedules) || schedules < 1)
    throw new UsageError(`--schedules takes a whole number from 1 on, not "${values.schedules}"`);
  if (values.sound !== undefined && (values.write || values.bug.length > 0)) throw new UsageError('--sound puts no bug in');
  for (const id of values.bug) if (!seededBugs.some((bug) => bug.id === id)) throw new UsageError(`there is no bug "${id}"`);
  const hunt = await Hunt.begin();
  try {
    if (values.sound !== undefined) return await runSound(hunt, values.sound, schedules);
    const wanted = seededBugs.filter(({ id }) => values.bug.length === 0 || values.bug.includes(id));
    const seeds = await find(hunt, wanted, schedules);
    if (values.write) write(seeds);
    return wanted.every(({ id }) => seeds[id] !== undefined) ? 0 : EXIT_FAILED;
  } finally {
    await hunt.end();
  }
}

async function find(hunt: Hunt, bugs: readonly SeededBug[], schedules: number): Promise<Seeds> {
  const seeds: Record<string, number> = {};
  for (const bug of bugs) {
    const found = await hunt.find(bug, { from: 1, to: schedules });
    if (found !== undefined) seeds[bug.id] = found.seed;
    const needed = found === undefined ? 'missed' : String(found.seed);
    console.log(`${bug.id.padEnd(32)} ${bug.program.padEnd(9)} ${needed.padStart(6)}  ${found?.violation.slice(0, 120) ?? ''}`);
  }
  const needed = Object.values(seeds).sort((a, b) => a - b);
  console.log(
    `${String(needed.length)} of ${String(bugs.length)} bugs found within ${String(schedules)} schedules each` +
      (needed.length === 0 ? '' : `; needed: median ${String(needed[needed.length >> 1])}, most ${String(needed.at(-1))}`),
  );
  return seeds;
}

/** What was not looked for now stays as it is. */
function write(found: Seeds): void {
  const known = JSON.parse(readFileSync(KNOWN_SEEDS, 'utf8')) as Seeds;
  const seeds = Object.fromEntries(
    seededBugs.flatMap(({ id }) => ((found[id] ?? known[id]) === undefined ? [] : [[id, found[id] ?? known[id]]])),
  );
  writeFileSync(KNOWN_SEEDS, `${JSON.stringify(seeds, undefined, 2)}\n`);
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), bugTable(seededBugs, seeds)));
}

async function runSound(hunt: Hunt, name: string, schedules: number): Promise<number> {
  const program = PROGRAMS.find((each) => each === name);
  if (program === undefined) throw new UsageError(`there is no program "${name}"; there are ${PROGRAMS.join(', ')}`);
  const found = await hunt.violated(program, { from: 1, to: schedules });
  console.log(found === undefined ? `${String(schedules)} schedules hold` : `schedule ${String(found.seed)}: ${found.violation}`);
  return found === undefined ? 0 : EXIT_FAILED;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (!isUsage) throw error;
  console.error(error.message.split('\n')[0]);
  process.exitCode = EXIT_USAGE;
}
