import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '@bqsync/errors';
import { startHarper } from '@bqsync/harper-process';
import { startLocalBigQuery } from '@bqsync/local-bigquery';
import { FaultMaker } from './faults/fault-maker.ts';
import { installPlugin, type SyncSettings, writeApplication } from './harper/application.ts';
import { environmentOf } from './harper/environment.ts';
import { type Kill, Killer } from './harper/kill.ts';
import { readStatus, restartWorkers } from './harper/workers.ts';
import type { ChaosOptions } from './options.ts';
import { Random } from './random.ts';
import type { Run } from './run.ts';
import { type FolderOptions, inRunFolder } from './run-folder.ts';
import { Load } from './source/load.ts';
import { TABLES, waysOf } from './source/tables.ts';
import { countsOf, type Summary } from './summary.ts';
import { untilCaughtUp } from './verdict/catch-up.ts';
import { compareNodes } from './verdict/compare-nodes.ts';
import { driftLines, type NodeVerdict } from './verdict/node-verdict.ts';
import { distrustsIn, misreadings, readsOf } from './verdict/reads.ts';
import { isExact, type TableVerdict, verify } from './verdict/verify.ts';

/** What Harper calls a node that has no cluster. */
const NODE = 'localhost';
const THREADS = 2;
/** A first start makes keys, which takes its time on a busy machine. */
const START_TIMEOUT_MS = 240_000;
/** Small pages: with their latency a window of some thousand rows takes seconds. */
const PAGE_BYTES = 30_000;
/** Small batches: a stream of some thousand rows can break in its middle. */
const BATCH_BYTES = 10_000;
/** Small commits make a window of many, so that there is a middle to be killed in. */
const SYNC = { pollInterval: 200, initialBatchSize: 250, catchupBatchSize: 50, steadyBatchSize: 25 };
const SHARE_OF_RESTARTS = 0.15;
const SHARE_OF_QUOTA = 0.3;

export interface Surroundings extends FolderOptions {
  readonly onSummary: (summary: Summary) => void;
}

/**
 * Runs as asked on one node; resolves to the exit code. Whatever happens, nothing is left running. The folder of a run that does not end exact
 * is kept and named.
 */
export async function runChaos({ kills, seed, read, unsafeCommits }: ChaosOptions, surroundings: Surroundings): Promise<number> {
  const { root, signal, say, onSummary } = surroundings;
  const startedAt = performance.now();
  const isExact = await inRunFolder(surroundings, async ({ dir, cleanups }) => {
    const local = await startLocalBigQuery({
      file: join(dir, 'bigquery.duckdb'),
      resultPageBytes: PAGE_BYTES,
      readBatchBytes: BATCH_BYTES,
    });
    cleanups.push(() => local.close());
    const load = new Load(local.url, seed);
    const settings: SyncSettings = { bigquery: local, read, tables: TABLES, sync: SYNC };
    const appDir = join(dir, 'application');
    say(`seed ${seed}: writing the first rows, installing the plugin`);
    await Promise.all([createAll(load, signal), installPlugin([appDir], root)]);
    writeApplication(appDir, settings);
    const faults = new FaultMaker(local.url, seed, read);
    await faults.slowReads();
    const harper = await startHarper({
      rootDir: join(dir, 'harper'),
      appDir,
      threads: THREADS,
      env: environmentOf(unsafeCommits),
      startTimeoutMs: START_TIMEOUT_MS,
      signal,
      ready: async (started) => (await readStatus(started)).workers.length === THREADS,
    });
    cleanups.push(() => harper.stop());
    const run: Run = { seed, threads: THREADS, read, harper, load, faults, signal, say };
    cleanups.push(
      () => faults.stop(),
      () => load.stop(),
    );
    const broken = Promise.race([load.run(), faults.run()]).then(() => new Promise<never>(() => undefined));
    const { done, restarts } = await Promise.race([breakThings(run, kills), broken]);

    say('no more faults, no more writing: catching up');
    await load.stop();
    await faults.stop();
    await untilCaughtUp(run);
    // Before the comparison, which reads by REST.
    const reads = readsOf(TABLES, local.usage(), read, distrustsIn(readFileSync(harper.logFile, 'utf8')));
    say('comparing every row');
    const verdicts = await verify(dir, settings, harper, signal);
    const nodes = await compareNodes({ client: load.client, nodes: [{ name: NODE, harper }], tables: TABLES, patienceMs: 0, signal });
    const summary = summaryOf(run, done, restarts, reads, verdicts, nodes, performance.now() - startedAt);
    for (const node of nodes) for (const line of driftLines(node)) say(line);
    report(summary, verdicts, say);
    onSummary(summary);
    return summary.exact;
  });
  return isExact ? 0 : EXIT_CODES.drift;
}

async function createAll(load: Load, signal: AbortSignal): Promise<void> {
  await load.prepare();
  for (const table of TABLES) {
    await load.create(table, signal);
    load.begin(table);
  }
}

async function breakThings(run: Run, kills: number): Promise<{ readonly done: readonly Kill[]; readonly restarts: number }> {
  const random = new Random(run.seed, 'kills');
  const killer = new Killer(run, random);
  const ways = waysOf(run.read);
  const done: Kill[] = [];
  let restarts = 0;
  if (kills > 0) await killer.untilBegun();
  while (done.length < kills) {
    if (random.chance(SHARE_OF_RESTARTS)) {
      await restartWorkers(run.harper, run.threads, run.signal);
      restarts += 1;
      run.say(`  workers restarted`);
    }
    // The kill to come ends the wait for the quota.
    if (random.chance(SHARE_OF_QUOTA)) await run.faults.useUpQuota();
    const kill = await killer.killAndRestart(ways[done.length % ways.length] ?? ways[0]);
    done.push(kill);
    const rows = `${kill.committedBefore} rows committed before, ${kill.committedAfter} after`;
    run.say(
      `kill ${done.length} of ${kills}, read by ${kill.read}, ${kill.midWindow ? 'mid-window' : kill.openWindow ? 'window open' : 'NO WINDOW OPEN'} (${kill.where}); ${rows}`,
    );
    for (const violation of kill.violations) run.say(`✗ ${violation}`);
  }
  return { done, restarts };
}

function summaryOf(
  { seed, read, load, faults }: Run,
  kills: readonly Kill[],
  restarts: number,
  reads: Summary['reads'],
  verdicts: readonly TableVerdict[],
  nodes: readonly NodeVerdict[],
  elapsedMs: number,
): Summary {
  const violations = [...kills.flatMap((kill) => kill.violations), ...misreadings(reads, faults.corruptBatches)];
  const isEqual = verdicts.length === load.rows.size && verdicts.every((verdict) => isExact(verdict, load.rows.get(verdict.table) ?? -1));
  return {
    event: 'summary',
    exact: isEqual && violations.length === 0 && nodes.every(({ exact }) => exact),
    seed,
    ...countsOf(kills),
    read,
    killsByRead: Object.fromEntries(waysOf(read).map((way) => [way, countsOf(kills.filter((kill) => kill.read === way))])),
    reads,
    restarts,
    faultsByKind: faults.firedByKind,
    rows: Object.fromEntries(load.rows),
    lateRows: load.lateRows,
    updatedRows: load.updatedRows,
    nodes,
    violations,
    elapsedMs: Math.round(elapsedMs),
  };
}

function report(summary: Summary, verdicts: readonly TableVerdict[], say: (line: string) => void): void {
  for (const verdict of verdicts) {
    const { table, source, target, applied, pending, quarantined, duplicates, missing, different, extra } = verdict;
    const account = `applied ${applied}, pending ${pending}, quarantined ${quarantined}, duplicates ${duplicates}`;
    const drift = `missing ${missing}, different ${different}, extra ${extra}`;
    const { read, restRows, storageRows, distrusted = 0 } = summary.reads[table] ?? {};
    const why = distrusted > 0 ? `; batches corrupt twice: ${distrusted} times, then by REST` : '';
    say(`${table}: read by ${read}, ${restRows} rows by REST, ${storageRows} by the Storage Read API${why}`);
    say(`${table}: written ${summary.rows[table] ?? 0}, source ${source}, target ${target}; ${account}; ${drift}`);
    for (const example of verdict.examples) say(`  ${JSON.stringify(example)}`);
  }
  for (const violation of summary.violations) say(`✗ ${violation}`);
  const { kills, midWindow, restarts, exact } = summary;
  say(`${exact ? '✓ exact' : '✗ NOT EXACT'} after ${kills} kills (${midWindow} mid-window), ${restarts} restarts of the workers`);
}
