import { parseArgs } from 'node:util';
import { seededBugs } from './bugs/all.ts';
import { Hunt } from './harness/hunt.ts';
import { PROGRAMS } from './harness/seeded-bug.ts';

const USAGE = `usage: sim:bugs [--bug ID]… [--schedules N] [--json] [--sound PROGRAM]
  --bug ID        only these
  --schedules N   how many to search for each bug, at most (10000)
  --json          what was found as JSON, for src/bugs/known-seeds.json
  --sound PROGRAM run the schedules of a program without any bug: ${PROGRAMS.join(', ')}`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      bug: { type: 'string', multiple: true, default: [] },
      schedules: { type: 'string', default: '10000' },
      json: { type: 'boolean', default: false },
      sound: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const schedules = Number(values.schedules);
  const unknown = values.bug.find((id) => !seededBugs.some((bug) => bug.id === id));
  if (unknown !== undefined || !Number.isSafeInteger(schedules) || schedules < 1) {
    console.error(
      unknown === undefined ? `--schedules takes a whole number from 1 on, not "${values.schedules}"` : `there is no bug "${unknown}"`,
    );
    return 2;
  }
  if (values.sound !== undefined) return runSound(values.sound, schedules);
  const wanted = seededBugs.filter(({ id }) => values.bug.length === 0 || values.bug.includes(id));
  const hunt = await Hunt.begin();
  const seeds: Record<string, number> = {};
  let missed = 0;
  try {
    for (const bug of wanted) {
      const found = await hunt.find(bug, { from: 1, to: schedules });
      if (found === undefined) missed += 1;
      else seeds[bug.id] = found.seed;
      const line = `${bug.id.padEnd(28)} ${(found === undefined ? 'MISSED' : String(found.seed)).padStart(6)}  ${found?.violation.slice(0, 110) ?? ''}`;
      if (values.json) console.error(line);
      else console.log(line);
    }
  } finally {
    await hunt.end();
  }
  if (values.json) console.log(JSON.stringify(seeds, undefined, 2));
  else console.log(`${String(wanted.length - missed)} of ${String(wanted.length)} bugs found within ${String(schedules)} schedules each`);
  return missed === 0 ? 0 : 1;
}

async function runSound(name: string, schedules: number): Promise<number> {
  const program = PROGRAMS.find((each) => each === name);
  if (program === undefined) {
    console.error(`there is no program "${name}"; there are ${PROGRAMS.join(', ')}`);
    return 2;
  }
  const hunt = await Hunt.begin();
  try {
    const found = await hunt.violated(program, { from: 1, to: schedules });
    console.log(found === undefined ? `${String(schedules)} schedules hold` : `schedule ${String(found.seed)}: ${found.violation}`);
    return found === undefined ? 0 : 1;
  } finally {
    await hunt.end();
  }
}

process.exitCode = await main();
