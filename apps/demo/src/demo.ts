import { join } from 'node:path';
import { BqsyncError, EXIT_CODES, toBqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import { scenarios, TABLE_NAMES, type TableName } from '@bqsync/synthesizer';
import { listenForInterrupt } from './interrupt.ts';
import type { DemoOptions } from './options.ts';
import type { Output } from './output.ts';
import { type Run, step } from './run.ts';
import { configureApplication, installPlugin } from './servers/application.ts';
import type { BigQueryServer } from './servers/bigquery.ts';
import { acceptTerms, failIfGone, openBigQuery, openHarper } from './servers/run-servers.ts';
import { connectClient } from './source/connection.ts';
import { microsText, readLastWrites } from './source/last-writes.ts';
import { LiveGenerator } from './source/live-generator.ts';
import { allRows, SourceWriter } from './source/source-writer.ts';
import { WrittenData } from './source/written-data.ts';
import { keepSyncing } from './stages/continuous.ts';
import { writeHistory } from './stages/history.ts';
import { progressReporter, watchInitialSync } from './stages/initial-sync.ts';
import { serve } from './stages/serve.ts';
import { reachVerdict } from './stages/verdict.ts';
import { makeFolders, readState, resetState, StateStore } from './state/demo-state.ts';
import { takeLock } from './state/lock.ts';
import { statePaths } from './state/paths.ts';
import { readSyncStatus } from './sync/sync-status.ts';
import { SyncWatch } from './sync/watch.ts';
import { whereToLook } from './view/where-to-look.ts';

/** Runs the demo as asked; resolves to the exit code. Whatever happens, both servers are stopped and the position is kept. */
export async function runDemo(options: DemoOptions, root: string, output: Output): Promise<number> {
  const cleanups: (() => Promise<void> | void)[] = [];
  let harper: HarperProcess | undefined;
  const interrupt = listenForInterrupt(() => {
    output.screen.close();
    // Sent at once; nothing waits for it.
    void harper?.kill();
    process.exit(EXIT_CODES.interrupted);
  });
  const { signal } = interrupt;
  const run: Run = {
    options,
    root,
    output,
    paths: statePaths(options.stateDir),
    startedAt: performance.now(),
    signal,
    onEnd: (cleanup) => cleanups.push(cleanup),
    onHarper: (started) => {
      harper = started;
    },
  };
  try {
    return await runStages(run);
  } catch (error) {
    if (!signal.aborted) throw error;
    return EXIT_CODES.interrupted;
  } finally {
    await end(run, cleanups);
    interrupt.release();
  }
}

async function end({ output, signal }: Run, cleanups: readonly (() => Promise<void> | void)[]): Promise<void> {
  const { screen, event } = output;
  screen.close();
  const stopping = signal.aborted ? screen.step('stopping') : undefined;
  const faults: unknown[] = [];
  for (const cleanup of [...cleanups].reverse()) {
    // What one part fails to stop must not keep the others running.
    await Promise.resolve()
      .then(cleanup)
      .catch((error: unknown) => faults.push(error));
  }
  stopping?.done();
  for (const fault of faults) screen.say(`${screen.colours.yellow('!')} while stopping: ${toBqsyncError(fault).message}`);
  if (!signal.aborted) return;
  screen.say(`Stopped, nothing lost. Run ${screen.colours.bold('npm start')} to go on.`);
  event('stopped');
}

async function runStages(run: Run): Promise<number> {
  const { options, paths, output, signal } = run;
  const { screen } = output;
  makeFolders(paths);
  const lock = takeLock(paths.dir);
  run.onEnd(() => {
    lock.release();
  });
  if (options.serve) {
    const state = readState(paths);
    if (state !== undefined) return serve(run, state);
    throw new BqsyncError('BQS_USAGE', `${paths.dir} holds nothing to serve`, { hint: 'run npm start without --serve first' });
  }
  if (options.reset) resetState(paths);
  makeFolders(paths);
  const store = StateStore.open(paths, options, scenarioEnd(options.exit));
  const { scenario, seed, runId } = store.current;
  acceptTerms();
  screen.say(
    '',
    `${screen.colours.bold('bqsync')}  ${scenario}, seed ${seed} ${screen.colours.dim(`(${scenarios[scenario].description})`)}`,
    '',
  );

  // npm and the history need different things of the machine. A fault of it is taken up where it is awaited.
  const installing = step(run, 'the plugin, installed by npm', () =>
    installPlugin({ appDir: paths.application, root: run.root, cacheDir: join(run.root, '.bqsync', 'cache') }),
  );
  installing.catch(() => undefined);
  const bigquery = await step(
    run,
    'local BigQuery',
    () => openBigQuery(options, paths, store.current.bigqueryPort),
    ({ url }) => url,
  );
  run.onEnd(() => bigquery.stop());
  store.update({ bigqueryPort: bigquery.port });
  const written = new WrittenData(store.current, join(paths.generator, 'position.json'));
  const writer = await SourceWriter.connect({ apiEndpoint: bigquery.url, runId, written });
  await writeHistory(run, { store, writer, written });

  await installing;
  const usageBefore = await bigquery.usage();
  const harper = await startSync(run, bigquery);
  output.event('started', {
    bigquery: bigquery.url,
    harper: harper.httpUrl,
    operations: harper.operationsUrl,
    netrc: paths.netrc,
    state: paths.dir,
  });
  const totals = countRows(written);
  const client = connectClient(bigquery.url);
  const lastWrites = await readLastWrites(client);
  const watch = new SyncWatch({
    harper,
    totals: () => totals,
    lastWrite: (table) => lastWrites[table],
    onProgress: progressReporter(run),
    signal,
  });
  const sides = { written, client, harper };
  const stages = async (): Promise<number> => {
    await watchInitialSync(run, watch);
    const verdict = await reachVerdict(run, { ...sides, bigquery, usageBefore });
    if (options.exit) return verdict.exact ? 0 : EXIT_CODES.drift;
    screen.say(...whereToLook({ harper, bigquery, paths, withSync: true }, screen.colours), '');
    let rowsWritten = 0;
    const generator = new LiveGenerator(writer, (rows) => {
      rowsWritten += allRows(rows);
      totals.vessel_positions += rows.vessel_positions;
      totals.port_events += rows.port_events;
      for (const table of TABLE_NAMES) if (rows[table] > 0) lastWrites[table] = microsText(Date.now() + 1);
    });
    run.onEnd(() => generator.stop());
    await keepSyncing(run, { ...sides, generator, watch, rowsWritten: () => rowsWritten });
    return EXIT_CODES.interrupted;
  };
  return Promise.race([stages(), failIfGone(bigquery, harper, paths, signal)]);
}

/** Harper with the plugin, which begins to sync as soon as it runs. */
async function startSync(run: Run, bigquery: BigQueryServer): Promise<HarperProcess> {
  const { options, paths, signal } = run;
  configureApplication(paths.application, { bigquery, read: options.read });
  const ready = async (started: HarperProcess): Promise<boolean> => (await readSyncStatus(started)).length === TABLE_NAMES.length;
  const harper = await step(
    run,
    'Harper',
    () => openHarper({ options, paths, appDir: paths.application, ready, signal }),
    ({ httpUrl }) => `${httpUrl}, ${options.threads} threads`,
  );
  run.onHarper(harper);
  run.onEnd(() => harper.stop());
  return harper;
}

function countRows(written: WrittenData): Record<TableName, number> {
  const counts: Record<TableName, number> = { vessel_positions: 0, port_events: 0, vessel_metadata: 0 };
  for (const table of TABLE_NAMES) for (const _row of written.rows(table)) counts[table]++;
  return counts;
}

/** Where a new scenario ends: now, to go on from it; for a run that ends with it the last midnight in UTC, so that runs of one day have the same rows. */
function scenarioEnd(exit: boolean): Date {
  const now = new Date();
  return exit ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())) : now;
}
