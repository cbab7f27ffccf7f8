import { BenchRun } from './bench-run.ts';
import { judge } from './line.ts';
import { LINES } from './lines/all-lines.ts';
import { machineText } from './machine.ts';
import { parseArguments, usage, UsageError } from './options.ts';
import { jsonLine, tableHead, tableRow } from './report.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const names = LINES.map(({ name }) => name);
const stop = new AbortController();

async function main(): Promise<number> {
  const { only, json, help } = parseArguments(process.argv.slice(2), names);
  if (help) {
    console.log(usage(names));
    return 0;
  }
  const head = json ? console.error : console.log;
  head(machineText());
  if (!json) console.log(`\n${tableHead()}`);
  const failed: string[] = [];
  const run = new BenchRun(stop.signal, (text) => console.error(`… ${text}`));
  const interrupted = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  const work = async (): Promise<void> => {
    for (const line of LINES.filter(({ name }) => only.includes(name))) {
      run.say(`${line.name}: ${line.rows}`);
      try {
        const result = judge(line, await line.measure(run));
        console.log(json ? jsonLine(result) : tableRow(result));
        if (json && result.note !== undefined) console.error(`  ${line.name}: ${result.note}`);
      } catch (error) {
        if (stop.signal.aborted) return;
        failed.push(line.name);
        console.error(`${line.name} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  };
  await Promise.race([work(), interrupted]);
  await run.end();
  if (stop.signal.aborted) return EXIT_INTERRUPTED;
  return failed.length > 0 ? EXIT_FAILED : 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

try {
  const code = await main();
  // Clients of what was stopped may hold connections open.
  process.exit(code);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = EXIT_USAGE;
}
