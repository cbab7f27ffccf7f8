import { join } from 'node:path';
import { EXIT_CODES } from '@bqsync/errors';
import { startLocalBigQuery } from '@bqsync/local-bigquery';
import type { Surroundings } from '../chaos.ts';
import { environmentOf } from '../harper/environment.ts';
import type { ChaosOptions } from '../options.ts';
import { Random } from '../random.ts';
import { inRunFolder } from '../run-folder.ts';
import { Load } from '../source/load.ts';
import { untilClusterCaughtUp } from '../verdict/cluster-catch-up.ts';
import { compareNodes } from '../verdict/compare-nodes.ts';
import { driftLines } from '../verdict/node-verdict.ts';
import { misreadings, readsOf } from '../verdict/reads.ts';
import { Cluster } from './cluster.ts';
import { clusterSummary } from './cluster-summary.ts';
import { Disturber } from './disturber.ts';
import { scheduleOf, tablesAddedBy } from './schedule.ts';
import { TableMaker } from './tables.ts';

/** Tables that are added to the configuration at once, before anything is disturbed. */
const FIRST_TABLES = 12;
/** A replica must be exact within a minute. */
const REPLICATED_WITHIN_MS = 60_000;
/** Tables of one node are polled five times a second; here nothing waits for a poll. */
const SYNC = { pollInterval: 500 };

/** Runs as asked on a cluster; resolves to the exit code. As with one node, nothing is left running, and the folder of a run that is not exact is kept. */
export async function runClusterChaos(options: ChaosOptions, surroundings: Surroundings): Promise<number> {
  const { kills, seed, read, nodes: count, targets, unsafeCommits } = options;
  const { root, signal, say, onSummary } = surroundings;
  const startedAt = performance.now();
  const isExact = await inRunFolder(surroundings, async ({ dir, cleanups }) => {
    const maker = new TableMaker(new Random(seed, 'tables'), targets);
    const first = Array.from({ length: FIRST_TABLES }, () => maker.make('small'));
    const schedule = scheduleOf(new Random(seed, 'schedule'), kills, count, maker);
    const threads = new Random(seed, 'threads').between(1, 2);

    const local = await startLocalBigQuery({ file: join(dir, 'bigquery.duckdb') });
    cleanups.push(() => local.close());
    const load = new Load(local.url, seed);
    const cluster = new Cluster({
      dir,
      root,
      count,
      threads,
      env: environmentOf(unsafeCommits),
      settings: { bigquery: local, read, sync: SYNC },
      tables: [...first, ...tablesAddedBy(schedule)],
      signal,
    });
    cleanups.push(() => cluster.dispose());
    say(`seed ${seed}: starting ${count} nodes of ${threads} ${threads === 1 ? 'thread' : 'threads'}`);
    await load.prepare();
    await cluster.start();

    const disturber = new Disturber({ cluster, load, local, random: new Random(seed, 'disturbances'), signal, say });
    say(`adding ${first.length} tables at once`);
    await disturber.add(first);
    const slow = await untilClusterCaughtUp({ cluster, load, signal, say });
    // Not before: a row more and the last commit of a backfill has another size.
    disturber.begin(first);
    cleanups.push(() => load.stop());
    const broken = load.run().then(() => new Promise<never>(() => undefined));
    await Promise.race([disturber.run(schedule), broken]);

    say('no more disturbances, no more writing: catching up');
    await load.stop();
    const behind = await untilClusterCaughtUp({ cluster, load, signal, say });
    // Before the comparison, which reads by REST.
    const reads = readsOf(cluster.tables, local.usage(), read, {});
    say('comparing every row of every node');
    const { client } = load;
    const verdicts = await compareNodes({ client, nodes: cluster.nodes, tables: cluster.tables, patienceMs: REPLICATED_WITHIN_MS, signal });
    const crashes = cluster.nodes.flatMap((node) => node.crashes);
    const violations = [...slow, ...crashes, ...disturber.violations, ...behind, ...misreadings(reads, 0)];
    const elapsedMs = performance.now() - startedAt;
    const summary = clusterSummary({ options, threads, load, disturber, reads, nodes: verdicts, violations, elapsedMs });
    for (const verdict of verdicts) for (const line of driftLines(verdict)) say(line);
    for (const violation of violations) say(`✗ ${violation}`);
    for (const { node, exact, rows, missing, extra, different } of verdicts)
      say(`${exact ? '✓' : '✗'} node ${node}: ${rows} rows; missing ${missing}, extra ${extra}, different ${different}`);
    say(`${summary.exact ? '✓ exact' : '✗ NOT EXACT'} after ${summary.kills} kills (${summary.midWindow} mid-window) on ${count} nodes`);
    onSummary(summary);
    return summary.exact;
  });
  return isExact ? 0 : EXIT_CODES.drift;
}
