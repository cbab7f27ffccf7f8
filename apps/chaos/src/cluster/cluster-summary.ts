import type { ChaosOptions, ReadWay } from '../options.ts';
import { countsOf, type Summary } from '../summary.ts';
import type { Load } from '../source/load.ts';
import { waysOf } from '../source/tables.ts';
import type { NodeVerdict } from '../verdict/node-verdict.ts';
import type { TableReads } from '../verdict/reads.ts';
import type { Disturber, Killed } from './disturber.ts';

/** The one line of a run on a cluster with `--json`: that of one node, and what only a cluster has. */
export interface ClusterSummary extends Summary {
  /** Of each node. */
  readonly threads: number;
  readonly targets: ChaosOptions['targets'];
  readonly unsafeCommits: boolean;
  /** Each kill, in order, with the rows that it caused to be read. */
  readonly killed: readonly Killed[];
  readonly freezes: number;
  readonly absences: number;
  readonly rollingRestarts: number;
  /** Tables that were added to the configuration while others were synced. */
  readonly tablesAdded: number;
}

export interface ClusterParts {
  readonly options: ChaosOptions;
  readonly threads: number;
  readonly load: Pick<Load, 'rows' | 'lateRows' | 'updatedRows'>;
  readonly disturber: Pick<Disturber, 'kills' | 'counts'>;
  readonly reads: Readonly<Record<string, TableReads>>;
  readonly nodes: readonly NodeVerdict[];
  readonly violations: readonly string[];
  readonly elapsedMs: number;
}

export function clusterSummary({ options, threads, load, disturber, reads, nodes, violations, elapsedMs }: ClusterParts): ClusterSummary {
  const { seed, read, targets, unsafeCommits } = options;
  const { kills } = disturber;
  const readOf = ({ table }: Killed): ReadWay | undefined => reads[table]?.read;
  return {
    event: 'summary',
    exact: violations.length === 0 && nodes.length === options.nodes && nodes.every(({ exact }) => exact),
    seed,
    ...countsOf(kills),
    read,
    killsByRead: Object.fromEntries(waysOf(read).map((way) => [way, countsOf(kills.filter((kill) => readOf(kill) === way))])),
    reads,
    restarts: disturber.counts.rollingRestarts,
    faultsByKind: {},
    rows: Object.fromEntries(load.rows),
    lateRows: load.lateRows,
    updatedRows: load.updatedRows,
    nodes,
    threads,
    targets,
    unsafeCommits,
    killed: kills,
    ...disturber.counts,
    violations,
    elapsedMs: Math.round(elapsedMs),
  };
}
